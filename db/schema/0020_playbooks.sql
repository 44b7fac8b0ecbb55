-- What follows provisioning: a playbook that was begun for an onboarding, and its tasks as they stand.
-- playbook: the one that was asked for when it was started, NULL: by rule.
ALTER TABLE onboardings ADD COLUMN playbook TEXT;

-- One row an onboarding. paused_at: 0 while it runs; paused_ms: how long it stood still before.
-- completed_at: when its last task was finished, 0 before.
CREATE TABLE journeys (
    tenant_id TEXT NOT NULL,
    onboarding BIGINT NOT NULL,
    playbook TEXT NOT NULL,
    title TEXT NOT NULL,
    goal_days BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    paused_at BIGINT NOT NULL,
    paused_ms BIGINT NOT NULL,
    paused_by TEXT,
    pause_reason TEXT,
    completed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, onboarding)
);
CREATE INDEX journeys_running ON journeys (tenant_id, onboarding) WHERE completed_at = 0;

-- state: 0 open, 1 blocked, 2 done, 3 skipped. reason, changed_by, changed_at: of its last change.
-- told_at: when the owner of the onboarding heard that it is overdue, 0: not yet.
CREATE TABLE tasks (
    tenant_id TEXT NOT NULL,
    onboarding BIGINT NOT NULL,
    number BIGINT NOT NULL,
    stage BIGINT NOT NULL,
    stage_name TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    state BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT,
    reason TEXT,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, onboarding, number)
);
CREATE INDEX tasks_due ON tasks (tenant_id, due_at) WHERE state = 0 AND told_at = 0;
