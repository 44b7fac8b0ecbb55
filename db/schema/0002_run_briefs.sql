-- What short answers need of a decision, in a column of its own (NULL in runs of before: their
-- findings tell it), and the large texts behind what is read often: an engine that keeps a row's
-- beginning with its key reads them only when they are asked for.

CREATE TABLE runs_ordered (
    tenant_id TEXT NOT NULL,
    onboarding BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    level BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    facts_digest TEXT,
    rules_version TEXT,
    today TEXT,
    brief TEXT,
    sources TEXT,
    findings TEXT,
    facts TEXT,
    PRIMARY KEY (tenant_id, onboarding, revision),
    FOREIGN KEY (tenant_id, onboarding) REFERENCES onboardings (tenant_id, number)
);
INSERT INTO runs_ordered (tenant_id, onboarding, revision, id, level, created_at, checked_at,
    facts_digest, rules_version, today, sources, findings, facts)
SELECT tenant_id, onboarding, revision, id, level, created_at, checked_at,
    facts_digest, rules_version, today, sources, findings, facts FROM runs;
DROP TABLE runs;
ALTER TABLE runs_ordered RENAME TO runs;
