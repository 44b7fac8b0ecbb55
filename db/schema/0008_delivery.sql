-- Whether a message reached its reader. One that could not be said has a row of its own, with
-- posted_at 0; a mail that stands in for it names it in instead_of.

ALTER TABLE messages ADD COLUMN edited_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN failed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN failure TEXT;
ALTER TABLE messages ADD COLUMN instead_of TEXT;

CREATE INDEX messages_onboarding ON messages (tenant_id, onboarding, id);
CREATE INDEX messages_failed ON messages (tenant_id, failed_at, id) WHERE failed_at > 0;
