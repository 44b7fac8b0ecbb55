-- What an approval is made of, and how it is taken back. An approval that was undone stays: `undone`
-- is 0 for one that stands, else the generation of the item that its undoing made, so that one key
-- stands once on a revision however often it was taken back.

CREATE TABLE approvals_kept (
    tenant_id TEXT NOT NULL,
    item TEXT NOT NULL,
    revision BIGINT NOT NULL,
    key TEXT NOT NULL,
    undone BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT,
    acknowledged TEXT,
    pay_by TEXT,
    via TEXT,
    at BIGINT NOT NULL,
    undone_at BIGINT NOT NULL,
    undone_by TEXT,
    PRIMARY KEY (tenant_id, item, revision, key, undone),
    FOREIGN KEY (tenant_id, item) REFERENCES items (tenant_id, id)
);
INSERT INTO approvals_kept (tenant_id, item, revision, key, undone, user_id, action, reason, via, at,
    undone_at)
SELECT tenant_id, item, revision, key, 0, user_id, action, reason, via, at, 0 FROM approvals;
DROP TABLE approvals;
ALTER TABLE approvals_kept RENAME TO approvals;

-- apply_at: until when an approval can be undone, 0 where it cannot. undo_state: where the item goes
-- back to. cause: what it asks about (enum item_cause). fixer, fix_by: of a
-- rejection, who mends it and by which day.
ALTER TABLE items ADD COLUMN apply_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN undo_state BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN cause BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN fixer TEXT;
ALTER TABLE items ADD COLUMN fix_by TEXT;

-- Approved on condition that it is paid by a day; state as in db/conditions.h.
CREATE TABLE conditions (
    tenant_id TEXT NOT NULL,
    item TEXT NOT NULL,
    onboarding BIGINT NOT NULL,
    state BIGINT NOT NULL,
    pay_by TEXT NOT NULL,
    subjects TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    check_at BIGINT NOT NULL,
    closed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, item),
    FOREIGN KEY (tenant_id, item) REFERENCES items (tenant_id, id)
);
CREATE INDEX conditions_onboarding ON conditions (tenant_id, onboarding, given_at);
