-- One index for all that is asked of questions by where they stand, in place of four: a decision moved a
-- question in each of them.
DROP INDEX items_state;
DROP INDEX items_decided;
DROP INDEX items_t1;
DROP INDEX items_t2;
CREATE INDEX items_standing ON items (tenant_id, state, decided_at, opened_at, id);
