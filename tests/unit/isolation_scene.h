/* Two workspaces of like data: the same ids wherever the schema lets two have them, and texts that
 * say whose they are. What a call of the store answers is written down as text, so that two answers
 * can be compared. */
#ifndef TESTS_UNIT_ISOLATION_SCENE_H
#define TESTS_UNIT_ISOLATION_SCENE_H

#include "base/buf.h"
#include "db/approvals.h"
#include "db/audit.h"
#include "db/channels.h"
#include "db/conditions.h"
#include "db/delegations.h"
#include "db/digests.h"
#include "db/inbox.h"
#include "db/items.h"
#include "db/jobs.h"
#include "db/journeys.h"
#include "db/messages.h"
#include "db/notices.h"
#include "db/onboardings.h"
#include "db/people.h"
#include "db/runs.h"
#include "db/secrets.h"
#include "db/tenants.h"
#include "tests/unit/store.h"

#define MAYA_OF "U0MAYA"
#define BO_OF   "U0BO"

enum { FILLED_AT = 1000000, CALLED_AT = 2000000, UNDECIDED = 0, ENDED = 4 };

/* One call: on whose behalf it is made, and what it was answered. Ids are those of the first
 * workspace, which the second has too wherever it can. */
struct side {
    struct store *store;
    const char *tenant;
    struct buf *out;
    int64_t onboarding, second; /* numbers: each workspace's first two */
    const char *item, *delegation, *run;
};

static inline void put(struct side *side, const char *text)
{
    buf_fmt(side->out, "%s ", text ? text : "-");
}

static inline void put_number(struct side *side, int64_t number)
{
    buf_fmt(side->out, "%lld ", (long long)number);
}

static inline const char *marked(struct side *side, const char *text)
{
    return arena_fmt(&side->store->arena, "%s of %s", text, side->tenant);
}

static inline struct item an_item(struct side *side, int64_t onboarding)
{
    return (struct item){.tenant = side->tenant,
                         .onboarding = onboarding,
                         .revision = 1,
                         .state = UNDECIDED,
                         .generation = 1,
                         .level = 4,
                         .opened_at = {100},
                         .t1_at = {200},
                         .t2_at = {300},
                         .reason = marked(side, "reason")};
}

static inline struct onboarding an_onboarding(struct side *side, const char *account)
{
    return (struct onboarding){.tenant = side->tenant,
                               .account_id = account,
                               .account_name = marked(side, account),
                               .opportunity_id = "006A",
                               .contract_ids = "800000000000001AAA",
                               .owner_user_id = MAYA_OF,
                               .started_by = BO_OF};
}

static inline struct message a_message(struct side *side, const char *id)
{
    return (struct message){.id = id,
                            .tenant = side->tenant,
                            .item = side->item,
                            .onboarding = side->onboarding,
                            .purpose = "dm1",
                            .user_id = MAYA_OF,
                            .channel = "D0MAYA",
                            .ts = "1.1",
                            .digest = marked(side, "digest"),
                            .posted_at = {500}};
}

static inline struct approval an_approval(struct side *side, const char *key)
{
    return (struct approval){.tenant = side->tenant,
                             .item = side->item,
                             .user_id = MAYA_OF,
                             .revision = 1,
                             .key = key,
                             .action = "approve",
                             .reason = marked(side, "reason"),
                             .via = "button",
                             .at = {400}};
}

static inline struct condition a_condition(struct side *side)
{
    return (struct condition){.tenant = side->tenant,
                              .item = side->item,
                              .onboarding = side->onboarding,
                              .state = CONDITION_WAITS,
                              .pay_by = "2026-05-01",
                              .subjects = marked(side, "INV-1"),
                              .given_by = MAYA_OF,
                              .given_at = {400},
                              .check_at = {900}};
}

static inline struct delegation a_delegation(struct side *side, const char *from, const char *to)
{
    return (struct delegation){.tenant = side->tenant,
                               .from = from,
                               .to = to,
                               .starts_at = {100},
                               .ends_at = {9000000},
                               .why = marked(side, "why"),
                               .created_by = from,
                               .created_at = {100}};
}

static inline struct notice a_notice(struct side *side, const char *id, enum notice_fate fate)
{
    return (struct notice){.id = id,
                           .tenant = side->tenant,
                           .user_id = MAYA_OF,
                           .day = "2026-04-20",
                           .at = {600},
                           .fate = fate,
                           .onboarding = side->onboarding,
                           .purpose = "claimed",
                           .summary = marked(side, "summary"),
                           .content = "the same words"};
}

/* A playbook that was begun: of the first onboarding alone. */
static inline struct journey a_journey(struct side *side, int64_t onboarding)
{
    return (struct journey){.tenant = side->tenant,
                            .onboarding = onboarding,
                            .playbook = "enterprise",
                            .title = marked(side, "title"),
                            .goal_days = 60,
                            .started_at = {400}};
}

static inline struct task a_task(struct side *side, int64_t number)
{
    return (struct task){.tenant = side->tenant,
                         .onboarding = side->onboarding,
                         .number = number,
                         .stage = number,
                         .stage_name = marked(side, "stage"),
                         .name = marked(side, "task"),
                         .owner = "customer",
                         .due_at = {700},
                         .state = TASK_OPEN};
}

static inline struct job_new a_job(struct side *side, const char *key)
{
    return (struct job_new){.tenant = side->tenant,
                            .kind = "escalate",
                            .key = key,
                            .lane = key,
                            .payload = "{}",
                            .run_at = {5000},
                            .max_attempts = 3};
}

static inline void fill_runs(struct side *side)
{
    struct store *store = side->store;
    struct run run = {.tenant = side->tenant,
                      .onboarding = side->onboarding,
                      .facts = "{}",
                      .facts_digest = marked(side, "facts"),
                      .findings = marked(side, "findings"),
                      .brief = marked(side, "brief"),
                      .level = 4,
                      .sources = "{}"};
    for (int i = 0; i < 2; i++) {
        assert_true(runs_add(store->db, &store->arena, &store->world, &run));
        side->run = run.id;
    }
}

static inline void fill_jobs(struct side *side)
{
    struct store *store = side->store;
    struct id id;
    struct job_new parked = a_job(side, "parked"), dead = a_job(side, "dead"),
                   ready = a_job(side, "ready");
    assert_true(jobs_add(store->db, &store->world, &parked, NULL));
    assert_true(jobs_park(store->db, side->tenant));
    assert_true(jobs_add(store->db, &store->world, &dead, &id));
    assert_true(jobs_dead(store->db, id.text, (struct wall){700}, marked(side, "error")));
    assert_true(jobs_add(store->db, &store->world, &ready, NULL));
}

static inline void fill_people(struct side *side)
{
    struct db *db = side->store->db;
    const struct person maya = {.user_id = MAYA_OF,
                                .name = marked(side, "Maya"),
                                .handle = "maya",
                                .email = "maya@corp.example"};
    const struct person gone = {.user_id = BO_OF, .name = "Bo", .deleted = true};
    const struct channel channel = {.id = "C0CS", .name = marked(side, "cs"), .shared = true};
    const struct preference wish = {.digest = DIGEST_OFF, .digest_minute = side->tenant[2]};
    const char *const members[] = {MAYA_OF, BO_OF};
    const struct wall now = {500};
    assert_true(people_put(db, side->tenant, &maya) && people_put(db, side->tenant, &gone));
    assert_true(groups_put(db, side->tenant, "S0CS", members, 2, now));
    assert_true(channels_put(db, side->tenant, &channel));
    assert_true(preferences_put(db, side->tenant, MAYA_OF, &wish, now));
    assert_true(digests_add(db, side->tenant, MAYA_OF, "2026-04-20", "m1", false, now));
    assert_true(secrets_put(db, side->tenant, "token", marked(side, "sealed"), now));
    assert_true(cursors_put(db, side->tenant, "poll", marked(side, "cursor")));
    assert_true(inbox_add(db, side->tenant, "Ev1", marked(side, "answer"), now));
}

static inline void fill_messages(struct side *side)
{
    struct db *db = side->store->db;
    struct message said = a_message(side, "m1"), lost = a_message(side, "m2"),
                   mailed = a_message(side, "m3");
    const struct notice folded = a_notice(side, "n1", NOTICE_FOLDED),
                        sent = a_notice(side, "n2", NOTICE_SENT);
    lost.user_id = BO_OF;
    lost.posted_at = (struct wall){0};
    lost.ts = NULL;
    lost.failed_at = (struct wall){500};
    lost.failure = marked(side, "failure");
    mailed.purpose = "mail";
    mailed.instead_of = "m9";
    mailed.ts = NULL;
    assert_true(messages_add(db, &said) && messages_add(db, &mailed) && messages_failed(db, &lost));
    assert_true(notices_add(db, &folded) && notices_add(db, &sent));
}

static inline void fill_journey(struct side *side)
{
    const struct journey journey = a_journey(side, side->onboarding);
    const struct task first = a_task(side, 1), second = a_task(side, 2);
    struct db *db = side->store->db;
    assert_true(journeys_add(db, &journey) && tasks_add(db, &first) && tasks_add(db, &second));
    assert_true(health_put(db, side->tenant, side->onboarding, "2026-04-20", side->tenant[2]));
}

static inline void fill_item(struct side *side)
{
    struct store *store = side->store;
    struct item waits = an_item(side, side->onboarding), ended = an_item(side, side->second);
    const struct audit_entry line = {.tenant = side->tenant,
                                     .at = {400},
                                     .actor = MAYA_OF,
                                     .action = "approve",
                                     .object = "ONB-1001",
                                     .to = "decided",
                                     .reason = marked(side, "reason")};
    ended.state = ENDED;
    ended.decided_at = (struct wall){800};
    assert_true(items_add(store->db, &store->arena, &store->world, &ended));
    assert_true(items_add(store->db, &store->arena, &store->world, &waits));
    ended.decided_at = (struct wall){800};
    assert_true(items_update(store->db, &ended));
    side->item = waits.id;
    const struct approval approval = an_approval(side, "cs");
    const struct condition condition = a_condition(side);
    assert_true(approvals_add(store->db, &approval) && conditions_put(store->db, &condition));
    assert_true(audit_append(store->db, &line));
}

/* Gives a workspace its data. Ids that both may have come of the same seed. */
static inline struct side fill(struct store *store, const char *tenant)
{
    struct side side = {.store = store, .tenant = tenant};
    struct tenant row = {.id = tenant, .name = marked(&side, "name"), .bot_user_id = "U0USHER"};
    struct onboarding first = an_onboarding(&side, "001A"), second = an_onboarding(&side, "001B");
    struct delegation delegation = a_delegation(&side, MAYA_OF, BO_OF);
    int64_t existing;
    store->world.now.ms = FILLED_AT;
    store->seed = 1;
    assert_true(tenants_put(store->db, &row, store->world.now));
    assert_true(onboardings_add(store->db, &first, (struct wall){100}, &existing));
    assert_true(onboardings_add(store->db, &second, (struct wall){100}, &existing));
    side.onboarding = first.number;
    side.second = second.number;
    assert_true(delegations_add(store->db, &store->arena, &store->world, &delegation));
    side.delegation = delegation.id;
    fill_item(&side);
    fill_people(&side);
    fill_messages(&side);
    fill_journey(&side);
    store->seed = (uint64_t)tenant[2]; /* ids that are one of all */
    fill_runs(&side);
    fill_jobs(&side);
    assert_db_ok(store->db);
    return side;
}

/* What is read of each kind of row, and how it is written down. */
#define SHOW(what, field_list)                                                                     \
    static void show_##what(struct side *side, const struct what *row)                             \
    {                                                                                              \
        field_list                                                                                 \
    }                                                                                              \
    static inline void show_##what##_found(struct side *side, bool found, const struct what *row)  \
    {                                                                                              \
        put_number(side, found);                                                                   \
        show_##what(side, row);                                                                    \
    }                                                                                              \
    static inline void show_##what##_list(struct side *side, size_t count, const struct what *row) \
    {                                                                                              \
        put_number(side, (int64_t)count);                                                          \
        for (size_t i = 0; i < count; i++)                                                         \
            show_##what(side, &row[i]);                                                            \
    }
#define TEXT(name)   put(side, row->name);
#define NUMBER(name) put_number(side, (int64_t)row->name);
SHOW(approval, TEXT(tenant) TEXT(item) TEXT(user_id) TEXT(key) TEXT(reason) NUMBER(at.ms))
SHOW(audit_entry, TEXT(tenant) TEXT(actor) TEXT(action) TEXT(object) TEXT(reason) NUMBER(at.ms))
SHOW(channel, TEXT(id) TEXT(name) NUMBER(shared))
SHOW(condition, TEXT(tenant) TEXT(item) TEXT(subjects) NUMBER(state) NUMBER(closed_at.ms))
SHOW(delegation, TEXT(tenant) TEXT(id) TEXT(from) TEXT(to) TEXT(why) NUMBER(ended_at.ms))
SHOW(item, TEXT(tenant) TEXT(id) NUMBER(onboarding) NUMBER(state) NUMBER(generation) TEXT(reason))
SHOW(job, TEXT(tenant) TEXT(key) NUMBER(state) TEXT(last_error))
SHOW(journey, TEXT(tenant) NUMBER(onboarding) TEXT(title) NUMBER(paused_at.ms))
SHOW(message, TEXT(tenant) TEXT(id) TEXT(item) TEXT(user_id) TEXT(digest) TEXT(failure))
SHOW(notice, TEXT(tenant) TEXT(id) TEXT(user_id) TEXT(summary))
SHOW(onboarding, TEXT(tenant) NUMBER(number) TEXT(account_name) NUMBER(state))
SHOW(onboarding_stuck, NUMBER(state) NUMBER(count) NUMBER(oldest.ms))
SHOW(person, TEXT(user_id) TEXT(name) TEXT(email) NUMBER(deleted))
SHOW(run, NUMBER(revision) TEXT(facts_digest) TEXT(findings) TEXT(brief))
SHOW(task, TEXT(tenant) NUMBER(number) TEXT(name) TEXT(reason) NUMBER(state))
SHOW(tenant, TEXT(id) TEXT(name))

/* The rows of a workspace, of every table, as text. What one of all has (the chain of the audit
 * log, the place in it) is left out. */
static inline char *rows_of(struct store *store, const char *tenant)
{
    static const char tables[] =
        "SELECT m.name, (SELECT group_concat('quote(' || c.name || ')', ' || '','' || ') FROM "
        "pragma_table_info(m.name) c WHERE c.name NOT IN ('seq', 'prev_hash', 'hash')) FROM "
        "sqlite_master m WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM "
        "pragma_table_info(m.name) "
        "c WHERE c.name = 'tenant_id') ORDER BY m.name";
    struct buf all = {0};
    struct db_stmt *table = db_prepare(store->db, tables);
    while (db_step(table) == DB_ROW) {
        const char *sql =
            arena_fmt(&store->arena, "SELECT %s FROM %s WHERE tenant_id = $1 ORDER BY 1",
                      db_text(table, 1), db_text(table, 0));
        buf_fmt(&all, "%s\n", db_text(table, 0));
        struct db_stmt *row = db_prepare(store->db, sql);
        db_bind_text(row, 1, tenant);
        while (db_step(row) == DB_ROW)
            buf_fmt(&all, "  %s\n", db_text(row, 0));
    }
    assert_db_ok(store->db);
    return buf_take(&all);
}

#endif
