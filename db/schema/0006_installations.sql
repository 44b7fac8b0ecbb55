-- Workspaces that install Usher by OAuth, beside the one whose token is configured; and which
-- channels are shared with other organisations. source: 0 slack.bot_token, 1 installed; state: 0
-- served, 1 ended (removed, or its tokens were revoked).

ALTER TABLE tenants ADD COLUMN source BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN state BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN enterprise_id TEXT;
ALTER TABLE tenants ADD COLUMN installer TEXT;
ALTER TABLE tenants ADD COLUMN scopes TEXT;
ALTER TABLE tenants ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN ended_why TEXT;

CREATE TABLE channels (
    tenant_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    name TEXT,
    shared BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, channel_id)
);
