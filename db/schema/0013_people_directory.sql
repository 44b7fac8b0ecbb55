-- What the directory tells of people beside their name. stranger: of another organisation, who shares
-- a channel with us (restricted too). status_told: the Slack status for which a delegation was
-- suggested last, so that each is asked about once.
ALTER TABLE people ADD COLUMN handle TEXT;
ALTER TABLE people ADD COLUMN real_name TEXT;
ALTER TABLE people ADD COLUMN locale TEXT;
ALTER TABLE people ADD COLUMN stranger BIGINT NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN status_told TEXT;
CREATE INDEX people_name ON people (tenant_id, lower(name));
CREATE INDEX people_handle ON people (tenant_id, lower(handle));
CREATE INDEX people_real_name ON people (tenant_id, lower(real_name));
