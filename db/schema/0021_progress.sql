-- Where a playbook stands, beside its tasks: the stage that is not finished, and when a task last changed.
ALTER TABLE journeys ADD COLUMN stage BIGINT NOT NULL DEFAULT 1;
ALTER TABLE journeys ADD COLUMN moved_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX journeys_moved ON journeys (tenant_id, moved_at) WHERE completed_at = 0 AND paused_at = 0;

-- The health of a playbook that runs, as of a day of the team's zone: kept for what it was a week ago.
CREATE TABLE health (
    tenant_id TEXT NOT NULL,
    onboarding BIGINT NOT NULL,
    day TEXT NOT NULL,
    score BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, onboarding, day)
);
