-- What a person wants of us. digest_minute: local minute of the digest, -1 as configured.
CREATE TABLE preferences (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    digest BIGINT NOT NULL,
    digest_minute BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);

-- One row a person and day of their own zone: the digest of that day was said (message, the job that
-- said it), had nothing to say (NULL), or could not be delivered (failed).
CREATE TABLE digests (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    day TEXT NOT NULL,
    message TEXT,
    failed BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, day)
);

-- What was for one person to hear in their DMs, by the job that says it; fate as in db/notices.h. day:
-- of their own zone. content: a digest of the words, by which the same is known again. told_in: the day
-- of the digest that told what was folded into it.
CREATE TABLE notices (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    day TEXT NOT NULL,
    at BIGINT NOT NULL,
    fate BIGINT NOT NULL,
    onboarding BIGINT NOT NULL,
    purpose TEXT,
    summary TEXT,
    content TEXT,
    told_in TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX notices_day ON notices (tenant_id, user_id, day, fate);
CREATE INDEX notices_at ON notices (tenant_id, user_id, at);
CREATE INDEX notices_age ON notices (at);
CREATE INDEX notices_untold ON notices (tenant_id, user_id, at) WHERE fate = 1 AND told_in IS NULL;

CREATE INDEX items_decided ON items (tenant_id, decided_at) WHERE decided_at > 0;
CREATE INDEX items_t1 ON items (tenant_id, t1_at) WHERE t1_at > 0;
CREATE INDEX items_t2 ON items (tenant_id, t2_at) WHERE t2_at > 0;
