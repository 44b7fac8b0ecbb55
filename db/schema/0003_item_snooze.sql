-- A question that sleeps for a while: until when, from which state, how often and for how much
-- working time it did; when each level was told last, when the manager hears of it again, and when
-- the thread was last reminded. 0 where it never happened.

ALTER TABLE items ADD COLUMN snoozed_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN snoozed_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN snoozes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN snoozed_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN told1_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN told2_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN again_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN nudged_at BIGINT NOT NULL DEFAULT 0;
