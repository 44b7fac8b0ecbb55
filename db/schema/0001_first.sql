-- The first schema. The SQL is what SQLite and PostgreSQL share; times are UTC milliseconds, 0
-- where unknown or off; ids are made by the application; states are the enums of the headers.
-- docs/store.md says what each table is for and what must hold.

CREATE TABLE tenants (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    bot_user_id TEXT,
    bot_id TEXT,
    app_id TEXT,
    updated_at BIGINT NOT NULL
);

CREATE TABLE cursors (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT,
    PRIMARY KEY (tenant_id, name)
);

CREATE TABLE secrets (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    sealed TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

CREATE TABLE people (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT,
    email TEXT,
    zone TEXT,
    deleted BIGINT NOT NULL,
    restricted BIGINT NOT NULL,
    bot BIGINT NOT NULL,
    dm_channel TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX people_email ON people (tenant_id, lower(email));

CREATE TABLE group_members (
    tenant_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, group_id, user_id)
);

CREATE TABLE onboardings (
    tenant_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    account_name TEXT,
    opportunity_id TEXT,
    contract_ids TEXT,
    owner_user_id TEXT,
    started_by TEXT,
    state BIGINT NOT NULL,
    organization_id TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, number)
);
-- One live onboarding an account: 4 is rejected, 5 cancelled.
CREATE UNIQUE INDEX onboardings_live ON onboardings (tenant_id, account_id) WHERE state < 4;
CREATE INDEX onboardings_account ON onboardings (tenant_id, account_id, number);
CREATE INDEX onboardings_name ON onboardings (tenant_id, lower(account_name), number);
CREATE INDEX onboardings_opportunity ON onboardings (tenant_id, opportunity_id, number);
CREATE INDEX onboardings_state ON onboardings (tenant_id, state, number);

CREATE TABLE runs (
    tenant_id TEXT NOT NULL,
    onboarding BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    facts TEXT,
    facts_digest TEXT,
    findings TEXT,
    level BIGINT NOT NULL,
    rules_version TEXT,
    today TEXT,
    sources TEXT,
    created_at BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, onboarding, revision),
    FOREIGN KEY (tenant_id, onboarding) REFERENCES onboardings (tenant_id, number)
);

CREATE TABLE items (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    onboarding BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    state BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    level BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    t1_at BIGINT NOT NULL,
    t2_at BIGINT NOT NULL,
    claimed_by TEXT,
    claimed_at BIGINT NOT NULL,
    decided_by TEXT,
    decision TEXT,
    reason TEXT,
    decided_at BIGINT NOT NULL,
    previous_id TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, onboarding) REFERENCES onboardings (tenant_id, number)
);
CREATE INDEX items_onboarding ON items (tenant_id, onboarding, opened_at, id);
CREATE INDEX items_state ON items (tenant_id, state, opened_at, id);

CREATE TABLE approvals (
    tenant_id TEXT NOT NULL,
    item TEXT NOT NULL,
    revision BIGINT NOT NULL,
    key TEXT NOT NULL,
    user_id TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT,
    via TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, item, revision, key),
    FOREIGN KEY (tenant_id, item) REFERENCES items (tenant_id, id)
);

CREATE TABLE messages (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    item TEXT,
    onboarding BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    user_id TEXT,
    channel TEXT,
    ts TEXT,
    thread_ts TEXT,
    digest TEXT,
    posted_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX messages_item ON messages (tenant_id, item, posted_at, id);

CREATE TABLE inbox (
    tenant_id TEXT NOT NULL,
    key TEXT NOT NULL,
    answer TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key)
);
CREATE INDEX inbox_at ON inbox (at);

-- state: 0 ready, 1 running, 2 dead.
-- head: 1 for a job without a lane, and for the one of each lane that runs or may run next.
-- apart: '' for the job that stands for its key; its own id for one that came back to ready while
-- a newer one stood there.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT,
    lane TEXT,
    state BIGINT NOT NULL,
    head BIGINT NOT NULL,
    apart TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    payload TEXT NOT NULL,
    last_error TEXT,
    lease_until BIGINT NOT NULL,
    first_try_at BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (state, head, run_at, id);
CREATE INDEX jobs_lane ON jobs (tenant_id, lane, due_at, id) WHERE lane IS NOT NULL AND state < 2;
CREATE UNIQUE INDEX jobs_head ON jobs (tenant_id, lane) WHERE lane IS NOT NULL AND head = 1;
CREATE UNIQUE INDEX jobs_key ON jobs (tenant_id, key, apart) WHERE key IS NOT NULL AND state = 0;
CREATE INDEX jobs_running ON jobs (tenant_id, key, lease_until) WHERE state = 1;

CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT,
    role TEXT,
    via TEXT,
    behalf_of TEXT,
    action TEXT,
    object TEXT,
    item TEXT,
    from_state TEXT,
    to_state TEXT,
    revision BIGINT NOT NULL,
    facts_digest TEXT,
    rules_version TEXT,
    reason TEXT,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_object ON audit (tenant_id, object, seq);

-- The end of the chain, one row: it also tells a tail that was cut off. The chain runs over the
-- whole database, so it belongs to no tenant.
CREATE TABLE audit_tip (
    id BIGINT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_tip (id, tenant_id, seq, hash) VALUES (1, '', 0, '');
