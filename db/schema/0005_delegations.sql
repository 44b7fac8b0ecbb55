-- Who stands in for whom, and from when to when. onboarding: 0 for all, else one alone. A delegation
-- is in force while starts_at <= now < ends_at; one that was taken back has its end then (ended_at
-- and ended_by say so). Rows are kept: they say who could act for whom at the time.

CREATE TABLE delegations (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    from_user TEXT NOT NULL,
    to_user TEXT NOT NULL,
    onboarding BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    why TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    ended_by TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX delegations_from ON delegations (tenant_id, from_user, ends_at);
CREATE INDEX delegations_to ON delegations (tenant_id, to_user, ends_at);

-- For whom a key was turned, where its turner stood in for someone: that someone turns no other.
ALTER TABLE approvals ADD COLUMN behalf_of TEXT;
