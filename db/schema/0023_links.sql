-- Where a workspace opens in a browser (https://acme.slack.com/), as Slack says; NULL: not known yet.
-- open: everyone of the workspace may read the channel, as far as is known.
ALTER TABLE tenants ADD COLUMN url TEXT;
ALTER TABLE channels ADD COLUMN open BIGINT NOT NULL DEFAULT 0;
