/* What must hold after every turn that wrote something, and what must have come true in the end. */
#include "db/audit.h"
#include "db/sqlite.h"
#include "tests/scenario/scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REST_CALLS = 12, /* of standing jobs that are just running */
    IN_FLIGHT_MAX = 100,
    HEAP_MAX = 4 * 1024 * 1024,
};

static struct check always[] = {
    {"an item was decided twice",
     "SELECT item FROM audit WHERE action IN ('approve', 'reject', 'undo') GROUP BY item "
     "HAVING count(*) > 1 + 2 * sum(action = 'undo')",
     NULL},
    {"a key was turned twice on one revision",
     "SELECT item FROM approvals WHERE action = 'approve' AND undone = 0 GROUP BY item, revision, "
     "user_id "
     "HAVING count(*) > 1",
     NULL},
    {"a level was escalated to twice",
     "SELECT item FROM audit WHERE action IN ('escalate.manager', 'escalate.director') "
     "GROUP BY item, action HAVING count(*) > 1",
     NULL},
    {"a manager heard twice of it on one day",
     "SELECT item FROM audit WHERE action IN ('escalate.manager', 'remind.manager') "
     "GROUP BY item, at / 86400000 HAVING count(*) > 1",
     NULL},
    {"a question was put to sleep while it slept",
     "SELECT id FROM items WHERE state = 7 AND (snoozed_until = 0 OR snoozed_from IN (4, 5, 6, 7))",
     NULL},
    {"someone heard of it before the time that was promised",
     "SELECT a.item FROM audit a JOIN items i ON i.id = a.item WHERE "
     "(a.action = 'escalate.manager' AND a.at < i.t1_at) OR "
     "(a.action = 'escalate.director' AND a.at < i.t2_at)",
     NULL},
    {"an item has two cards, or two DMs of the director's level",
     "SELECT item FROM messages WHERE purpose IN ('card', 'dm2') AND posted_at > 0 GROUP BY "
     "item, purpose "
     "HAVING count(*) > 1",
     NULL},
    {"a level has more DMs than times that it was told",
     "SELECT m.item FROM messages m WHERE m.purpose = 'dm1' AND m.posted_at > 0 GROUP BY m.item "
     "HAVING count(*) > "
     "(SELECT count(*) FROM audit a WHERE a.item = m.item AND a.action IN ('escalate.manager', "
     "'remind.manager'))",
     NULL},
    {"it was asked again more often than it woke",
     "SELECT m.item FROM messages m WHERE m.purpose = 'again' GROUP BY m.item HAVING count(*) > "
     "(SELECT count(*) FROM audit a WHERE a.item = m.item AND a.action = 'woke')",
     NULL},
    {"a desk was told twice of an item in one place",
     "SELECT item FROM messages WHERE purpose LIKE 'desk:%' AND item IS NOT NULL "
     "GROUP BY item, purpose, coalesce(user_id, channel) HAVING count(*) > 1",
     NULL},
    {"a desk was told twice of what is still to do",
     "SELECT onboarding FROM messages WHERE purpose LIKE 'desk:%' AND item IS NULL "
     "GROUP BY onboarding, purpose, coalesce(user_id, channel) HAVING count(*) > 1",
     NULL},
    {"it was said twice that a desk has nobody",
     "SELECT item FROM messages WHERE purpose LIKE 'nobody:%' GROUP BY item, purpose "
     "HAVING count(*) > 1",
     NULL},
    {"what is provisioned has no playbook, or something else has one",
     "SELECT o.number FROM onboardings o LEFT JOIN journeys j ON j.tenant_id = o.tenant_id AND "
     "j.onboarding = o.number WHERE (o.state = 3) <> (j.onboarding IS NOT NULL)",
     NULL},
    {"a playbook was begun or completed twice",
     "SELECT object FROM audit WHERE action IN ('playbook.begun', 'playbook.complete') GROUP BY "
     "tenant_id, object, action HAVING count(*) > 1",
     NULL},
    {"a playbook is complete with tasks to do, or has none and is not",
     "SELECT j.onboarding FROM journeys j WHERE (j.completed_at > 0) = EXISTS (SELECT 1 FROM tasks "
     "t WHERE t.tenant_id = j.tenant_id AND t.onboarding = j.onboarding AND t.state < 2)",
     NULL},
    {"a playbook is not in the first stage that has tasks to do",
     "SELECT j.onboarding FROM journeys j WHERE j.completed_at = 0 AND j.stage <> (SELECT "
     "min(t.stage) FROM tasks t WHERE t.tenant_id = j.tenant_id AND t.onboarding = j.onboarding "
     "AND t.state < 2)",
     NULL},
    {"a task was said twice to be overdue",
     "SELECT object FROM audit WHERE action = 'task.overdue' GROUP BY tenant_id, object, reason "
     "HAVING count(*) > 1",
     NULL},
    {"more was said of what is overdue than there was",
     "SELECT onboarding FROM messages m WHERE purpose = 'overdue' GROUP BY tenant_id, onboarding "
     "HAVING count(*) > (SELECT count(*) FROM audit a WHERE a.tenant_id = m.tenant_id AND a.object "
     "= 'ONB-' || m.onboarding AND a.action = 'task.overdue')",
     NULL},
    {"a task is blocked or skipped without a reason",
     "SELECT name FROM tasks WHERE state IN (1, 3) AND coalesce(reason, '') = ''", NULL},
    {"two people stand in for one at a time",
     "SELECT a.id FROM delegations a JOIN delegations b ON a.tenant_id = b.tenant_id AND "
     "a.from_user = b.from_user AND a.onboarding = b.onboarding AND a.id < b.id AND "
     "a.starts_at < b.ends_at AND b.starts_at < a.ends_at WHERE a.ends_at > a.starts_at AND "
     "b.ends_at > b.starts_at",
     NULL},
    {"two people stand in for each other",
     "SELECT a.id FROM delegations a JOIN delegations b ON a.tenant_id = b.tenant_id AND "
     "a.from_user = b.to_user AND a.to_user = b.from_user AND a.starts_at < b.ends_at AND "
     "b.starts_at < a.ends_at AND (a.onboarding = 0 OR b.onboarding = 0 OR a.onboarding = "
     "b.onboarding) WHERE a.ends_at > a.starts_at AND b.ends_at > b.starts_at",
     NULL},
    {"who stood in approved what the other might not", /* an hour: the clock may be set back */
     "SELECT p.item FROM approvals p JOIN items i ON i.id = p.item JOIN onboardings o ON "
     "o.number = i.onboarding JOIN delegations d ON d.to_user = p.user_id AND d.from_user IN "
     "(o.owner_user_id, o.started_by) AND d.onboarding IN (0, o.number) AND "
     "d.starts_at + 3600000 <= p.at AND p.at < d.ends_at WHERE p.action = 'approve'",
     NULL},
    {"two jobs of a lane run",
     "SELECT lane FROM jobs WHERE state = 1 AND lane IS NOT NULL "
     "GROUP BY tenant_id, lane HAVING count(*) > 1",
     NULL},
    {"two jobs of a key run",
     "SELECT key FROM jobs WHERE state = 1 AND key IS NOT NULL "
     "GROUP BY tenant_id, key HAVING count(*) > 1",
     NULL},
    {"an onboarding has two open items",
     "SELECT onboarding FROM items WHERE state NOT IN (4, 5, 6) GROUP BY tenant_id, onboarding "
     "HAVING count(*) > 1",
     NULL},
    {"a decision is in no audit line",
     "SELECT id FROM items WHERE state = 4 AND NOT EXISTS (SELECT 1 FROM audit WHERE item = "
     "items.id AND action IN ('approve', 'reject'))",
     NULL},
    /* What is older was looked at when it was new; in the end all hashes are computed. */
    {"an audit row does not continue the chain",
     "SELECT seq FROM audit a WHERE seq > :audited AND NOT (seq = 1 AND prev_hash = '') AND NOT "
     "EXISTS (SELECT 1 FROM audit b WHERE b.seq = a.seq - 1 AND b.hash = a.prev_hash)",
     NULL},
    {"the audit log does not end where it was left",
     "SELECT seq FROM audit_tip t WHERE seq <> (SELECT coalesce(max(seq), 0) FROM audit) OR "
     "(seq > 0 AND hash <> (SELECT hash FROM audit a WHERE a.seq = t.seq))",
     NULL},
    {"a job outlives its lease",
     "SELECT kind FROM jobs WHERE state = 1 AND lease_until < :lease_over", NULL},
    {"more jobs wait than there is work",
     "SELECT count(*) FROM jobs WHERE state < 2 HAVING count(*) > 300 + 8 * "
     "(SELECT count(*) FROM items)",
     NULL},
    {"a timer stands for a decided item",
     "SELECT j.id FROM jobs j JOIN items i ON i.state IN (4, 5, 6) AND j.key LIKE 'escalate:' || "
     "i.id || "
     "':%' WHERE j.kind = 'escalate' AND j.state = 0",
     NULL},
};

static struct check last_audited = {"", "SELECT seq FROM audit_tip", NULL};
static struct check begin = {"", "BEGIN", NULL}, commit = {"", "COMMIT", NULL};

static struct check finally[] = {
    {"an approval was never applied", "SELECT id FROM items WHERE apply_at > 0", NULL},
    {"an approval that was undone counts",
     "SELECT i.id FROM items i WHERE i.decision = 'approve' AND NOT EXISTS (SELECT 1 FROM "
     "approvals a WHERE a.item = i.id AND a.revision = i.revision AND a.undone = 0)",
     NULL},
    {"an open item has no card",
     "SELECT id FROM items WHERE state NOT IN (4, 5, 6) AND NOT EXISTS (SELECT 1 "
     "FROM messages WHERE item = items.id AND purpose = 'card')",
     NULL},
    {"Finance does not know that its key is needed",
     "SELECT id FROM items WHERE state NOT IN (4, 5, 6) AND level = 4 AND NOT EXISTS (SELECT 1 "
     "FROM messages "
     "WHERE item = items.id AND purpose IN ('desk:finance', 'nobody:finance')) AND NOT EXISTS "
     "(SELECT 1 FROM jobs WHERE "
     "kind = 'post_desk' AND state = 0 AND key LIKE 'desk:finance:' || items.id || ':%')",
     NULL},
    {"an onboarding waits, and nobody is asked",
     "SELECT number FROM onboardings o WHERE state = 1 AND NOT EXISTS (SELECT 1 FROM items WHERE "
     "onboarding = o.number AND state NOT IN (4, 5, 6))",
     NULL},
    {"an open item has no timer, and the director was not told",
     "SELECT id FROM items WHERE state IN (0, 1, 2, 7) AND t2_at > 0 AND apply_at = 0 AND NOT "
     "EXISTS (SELECT 1 "
     "FROM jobs WHERE kind = 'escalate' AND state = 0 AND key LIKE 'escalate:' || items.id || "
     "':%')",
     NULL},
    {"a job is overdue", "SELECT kind FROM jobs WHERE state = 0 AND head = 1 AND run_at < :overdue",
     NULL},
    {"an approved onboarding is not provisioned", "SELECT number FROM onboardings WHERE state = 2",
     NULL},
    {"a run never came", "SELECT number FROM onboardings WHERE state = 0", NULL},
};

static void check(const char *what, const char *sql)
{
    const char *found = stored_text(sql);
    if (!found || found[0])
        fail_at(HERE, "%s: %s", what, found ? found : "NULL");
}

static void check_now(struct check *check)
{
    char found[200];
    if (!holds(check, found, sizeof found))
        fail_at(HERE, "%s: %s", check->what, found);
}

static void check_trouble(void)
{
    if (the.sim.trouble[0])
        fail_at(HERE, "the world: %s", the.sim.trouble);
    if (the.mail.trouble[0])
        fail_at(HERE, "the mail server: %s", the.mail.trouble);
    if (the.slack.trouble[0] || the.other.trouble[0])
        fail_at(HERE, "Slack: %s%s", the.slack.trouble, the.other.trouble);
    if (the.sim.in_flight > the.in_flight_most)
        the.in_flight_most = the.sim.in_flight;
    if (the.in_flight_most > IN_FLIGHT_MAX || the.heap_most > HEAP_MAX)
        fail_at(HERE, "the bot has had %zu requests under way and held %zu bytes",
                the.in_flight_most, the.heap_most);
}

/* ---- acknowledged acts, at once ---- */

static bool begins(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

/* Acts whose effect must be in the store once they are acknowledged: those that may write. */
static const char *inbox_kind(const struct slack_act *act)
{
    static const char *const writers[] = {"start",   "check", "approve", "reject",   "claim",
                                          "release", "note",  "undo",    "delegate", "ooo o",
                                          "task",    "stage", "pause",   "resume"};
    if (act->foreign)
        return NULL;
    if (strcmp(act->type, "interactive") == 0) {
        if (strstr(act->payload, "\"action_id\":\"view\"") ||
            strstr(act->payload, "\"action_id\":\"bulk\"") ||
            strstr(act->payload, "\"action_id\":\"timeline\"") ||
            strstr(act->payload, "\"action_id\":\"block\"") ||
            strstr(act->payload, "\"value\":\"timer.") ||
            strstr(act->payload, "\"value\":\"delegate."))
            return NULL;
        return strstr(act->payload, "view_submission") ? "view" : "act";
    }
    const char *text = strstr(act->payload, "\"text\":\"");
    for (size_t i = 0; text && i < sizeof writers / sizeof *writers; i++)
        if (begins(text + strlen("\"text\":\""), writers[i]))
            return "cmd";
    return NULL;
}

static bool is_stored(const struct slack_act *act, const char *kind)
{
    return stored(arena_fmt(&the.arena,
                            "SELECT count(*) FROM inbox WHERE tenant_id = '" TEAM
                            "' AND key = '%s:%s'",
                            kind, act->trigger)) == 1;
}

/* As soon as an act is acknowledged it is in the store, unless that failed and was said. */
static void check_acts(void)
{
    for (size_t i = 0; i < the.slack.act_count; i++) {
        struct slack_act *act = the.slack.acts[i];
        if (act->kept || act->acks == 0)
            continue;
        const char *kind = inbox_kind(act);
        act->kept = true;
        if (kind && !the.apologies && !is_stored(act, kind))
            fail_at(HERE, "act %" PRIu64 " is acknowledged and not in the store: %s", act->number,
                    act->payload);
    }
}

/* In no table, whichever there are, stands a row of a workspace that did not install the bot. */
static void check_tenants(void)
{
    if (the.options.two)
        return; /* workspaces.c looks itself */
    static const char query[] =
        "SELECT group_concat('SELECT ''' || t.name || ''' FROM ' || t.name || ' WHERE tenant_id "
        "NOT IN (SELECT tenant_id FROM tenants UNION SELECT '''')', ' UNION ALL ') FROM "
        "sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = "
        "'tenant_id'";
    check("a row of another workspace", stored_text(query));
}

/* ---- what was written ---- */

/* What a query finds can only change when a table that it reads is written, or with the time. */
static const char *const tables[] = {"items", "audit",       "approvals",  "messages",
                                     "jobs",  "delegations", "onboardings"};
#define EVERY_TABLE (~0u)

static unsigned named_in(const char *text)
{
    unsigned found = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        found |= strstr(text, tables[i]) ? 1u << i : 0;
    return found;
}

void invariants_written(const char *table)
{
    the.written |= table ? named_in(table) : EVERY_TABLE;
}

static bool may_have_changed(size_t place)
{
    static unsigned reads[sizeof always / sizeof *always];
    const char *sql = always[place].sql;
    if (!reads[place])
        reads[place] = strstr(sql, ":lease_over") ? EVERY_TABLE : named_in(sql);
    return reads[place] == EVERY_TABLE || (reads[place] & the.written);
}

/* All of one moment, and faster so. */
static void check_always(void)
{
    char seq[24];
    holds(&begin, seq, sizeof seq);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (may_have_changed(i))
            check_now(&always[i]);
    the.written = 0;
    if (!holds(&last_audited, seq, sizeof seq)) /* there is a row */
        the.audited = strtoll(seq, NULL, 10);
    holds(&commit, seq, sizeof seq);
}

void invariants_after_turn(void *arg)
{
    (void)arg;
    check_trouble();
    check_acts();
    if (!the.db || the.dead)
        return;
    int64_t changes = sqlite3_total_changes64(the.db->handle);
    if (changes == the.changes_seen || changes - the.changes_seen < the.options.look_every)
        return;
    the.changes_seen = changes;
    check_always();
}

void invariants_release(void)
{
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        check_release(&always[i]);
    for (size_t i = 0; i < sizeof finally / sizeof *finally; i++)
        check_release(&finally[i]);
    check_release(&last_audited);
    check_release(&begin);
    check_release(&commit);
}

/* ---- acknowledged acts, in the end ---- */

static void check_acknowledged(void)
{
    enum { KEPT_MS = 2 * 86400 * 1000 }; /* the inbox forgets after three days */
    unsigned apologies = 0;
    for (size_t i = 0; i < the.slack.act_count; i++) {
        const struct slack_act *act = the.slack.acts[i];
        const char *kind = inbox_kind(act);
        if (kind && act->ack_differs)
            fail_at(HERE, "act %" PRIu64 " was answered in two ways, first: %s", act->number,
                    act->ack);
        if (!act->failed && !act->gave_up && act->acks == 0)
            fail_at(HERE, "act %" PRIu64 " was never acknowledged: %s", act->number, act->payload);
        if (!kind || act->acks == 0 || the.sim.world.mono.ms - act->done_at.ms > KEPT_MS)
            continue;
        if (strstr(answer_of(act), "Something went wrong")) {
            apologies++;
            continue;
        }
        if (!is_stored(act, kind))
            fail_at(HERE, "act %" PRIu64 " was acknowledged and is not in the store: %s",
                    act->number, act->payload);
    }
    if (apologies > the.apologies)
        fail_at(HERE, "%u apologies, %u asked for", apologies, the.apologies);
}

/* It is decided by them; or one of its keys was taken back, theirs or the other. */
static bool has_won(const char *user, long number)
{
    return stored(arena_fmt(
               &the.arena,
               "SELECT count(*) FROM items i WHERE onboarding = %ld AND ((decision = "
               "'approve' AND decided_by = '%s') OR EXISTS (SELECT 1 FROM approvals a JOIN "
               "approvals u ON u.item = a.item AND u.undone > 0 WHERE a.item = i.id AND "
               "a.user_id = '%s'))",
               number, user, user)) > 0;
}

/* Each of a bulk review: "✅ *ONB-1001* r1 approved". */
static void check_winners_in_bulk(const struct slack_act *act)
{
    static const char won[] = "✅ *ONB-";
    for (const char *at = strstr(answer_of(act), won); at; at = strstr(at, won)) {
        at += strlen(won);
        long number = strtol(at, NULL, 10);
        if (!has_won(act->user, number))
            fail_at(HERE, "%s was told that ONB-%ld is approved by them in bulk, and it is not",
                    act->user, number);
    }
}

/* Whoever was told "Approved" is the one who did it. */
static void check_winners(void)
{
    for (size_t i = 0; i < the.slack.act_count; i++) {
        const struct slack_act *act = the.slack.acts[i];
        if (!act->acks)
            continue;
        check_winners_in_bulk(act);
        const char *said = strstr(answer_of(act), "Approved: ONB-");
        long number = said ? strtol(said + strlen("Approved: ONB-"), NULL, 10) : 0;
        if (said && !has_won(act->user, number))
            fail_at(HERE, "%s was told that ONB-%ld is approved by them, and it is not", act->user,
                    number);
    }
}

/* ---- messages ---- */

/* Every message with a job stands in the store, and shows what is so. */
static void check_message(const struct slack_message *message)
{
    const char *row = arena_fmt(&the.arena,
                                "FROM messages m LEFT JOIN items i ON i.id = m.item WHERE m.id = "
                                "'%s'",
                                message->job);
    if (stored(arena_fmt(&the.arena, "SELECT count(*) %s", row)) != 1)
        fail_at(HERE, "a message that the store does not know: %s", message->text);
    const char *purpose = stored_text(arena_fmt(&the.arena, "SELECT m.purpose %s", row));
    bool desk = begins(purpose, "desk:") &&
                stored(arena_fmt(&the.arena, "SELECT i.id IS NOT NULL %s", row));
    bool drawn = strcmp(purpose, "card") == 0 || strcmp(purpose, "again") == 0 ||
                 strcmp(purpose, "assigned") == 0 || begins(purpose, "dm");
    if (!desk && !drawn)
        return;
    bool open = stored(arena_fmt(&the.arena, "SELECT i.state NOT IN (4, 5, 6) %s", row)) == 1;
    const char *state = stored_text(
        arena_fmt(&the.arena, "SELECT 'ONB-' || i.onboarding || ' r' || i.revision %s", row));
    if (!strstr(message->blocks, state))
        fail_at(HERE, "a %s does not show %s: %s", purpose, state, message->blocks);
    /* A desk that has nothing left to do has no buttons either, nor a DM after a newer one. */
    bool silent = (desk && !strstr(message->blocks, "\"block_id\":\"finding_1\"")) ||
                  strstr(message->text, "asked again since");
    if ((open && !silent) != (strstr(message->blocks, "\"action_id\"") != NULL))
        fail_at(HERE, "a %s of an item that is %s: %s", purpose, open ? "open" : "over",
                message->blocks);
}

static void check_messages(void)
{
    for (size_t i = 0; i < the.slack.message_count; i++)
        if (the.slack.messages[i].job[0])
            check_message(&the.slack.messages[i]);
}

/* What cannot be looked for is said at most once: it may die. */
static void check_dead(void)
{
    check("a job is dead that need not be",
          arena_fmt(&the.arena,
                    "SELECT kind || ': ' || last_error FROM jobs WHERE state = 2 AND "
                    "instr(',tell,%s,', ',' || kind || ',') = 0",
                    the.may_die ? the.may_die : ""));
}

/* Where a name has a space, Slack is sent it in one of these ways. */
static bool names(const char *text, const char *name)
{
    const char *space = strchr(name, ' ');
    int first = space ? (int)(space - name) : (int)strlen(name);
    const char *rest = space ? space + 1 : "";
    static const char *const spaces[] = {" ", "+", "%20"};
    bool found = false;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        found = found || strstr(text, arena_fmt(&the.arena, "%.*s%s%s", first, name,
                                                space ? spaces[i] : "", rest));
    return found;
}

/* No customer of ours is told of in the other workspace, in no answer and by no message. */
static void check_told_elsewhere(void)
{
    for (size_t a = 0; a < the.systems.count; a++) {
        const char *name = the.systems.accounts[a].name;
        if (names(buf_cstr(&the.slack.said_elsewhere), name))
            fail_at(HERE, "%s was told of in another workspace: %.400s", name,
                    buf_cstr(&the.slack.said_elsewhere));
        for (size_t i = 0; i < the.slack.act_count; i++)
            if (the.slack.acts[i]->foreign && names(answer_of(the.slack.acts[i]), name))
                fail_at(HERE, "%s was told of in another workspace: %s", name,
                        answer_of(the.slack.acts[i]));
    }
    check("a row of another workspace's customer",
          "SELECT number FROM onboardings WHERE tenant_id = '" OTHER_TEAM "'");
    check("a decision of another workspace",
          "SELECT item FROM approvals WHERE tenant_id = '" OTHER_TEAM "'");
}

/* Of a metric with labels the sum. */
static int64_t metric(const char *page, const char *name)
{
    int64_t sum = 0;
    size_t len = strlen(name);
    for (const char *line = page; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, len) == 0 && (line[len] == ' ' || line[len] == '{'))
            sum += strtoll(strchr(line, ' '), NULL, 10);
    }
    return sum;
}

/* Nothing is under way any more, and everyone who asked was answered. */
static void check_rest(void)
{
    struct sim_visit visit = {.method = "GET", .path = "/metrics", .body = ""};
    sim_visit(&the.sim, &visit);
    sim_run(&the.sim, SECONDS(1));
    const char *page = buf_cstr(&visit.answer);
    if (visit.status != 200 || the.sim.visits)
        fail_at(HERE, "a request was not answered");
    int64_t exchanges = metric(page, "usher_exchanges");
    int64_t answers = metric(page, "usher_answers_under_way");
    if (exchanges > REST_CALLS || answers > 0)
        fail_at(HERE, "at rest %" PRId64 " calls and %" PRId64 " answers are under way", exchanges,
                answers);
    buf_release(&visit.answer);
}

/* Where people's clock is 2000 times faster a day's reminder or a new day's facts may come at any
 * moment: what messages and items show is looked at when nothing of them is under way. */
static void come_to_rest(void)
{
    enum { STEP_MS = 100, STEPS = 600 };
    for (int i = 0; i < STEPS; i++) {
        const char *sql =
            arena_fmt(&the.arena,
                      "SELECT count(*) FROM jobs WHERE kind NOT IN ('poll_deals', 'outage', "
                      "'sync_groups', 'sync_people', 'check_roles', 'plan_digests', 'purge') AND "
                      "(state = 1 OR (state = 0 AND head = 1 AND run_at <= %" PRId64 "))",
                      the.sim.world.now.ms);
        if (stored(sql) == 0)
            return;
        sim_run(&the.sim, STEP_MS);
    }
    fail_at(HERE, "jobs are under way without an end");
}

void invariants_at_end(void)
{
    struct err err = {0};
    int64_t count;
    check_rest();
    come_to_rest();
    for (size_t i = 0; i < sizeof finally / sizeof *finally; i++)
        check_now(&finally[i]);
    check_dead();
    check_tenants();
    check_told_elsewhere();
    check_acknowledged();
    check_winners();
    check_messages();
    if (!audit_verify(the.db, &count, &err))
        fail_at(HERE, "the audit chain: %s", err.msg);
    if ((int64_t)the.systems.organizations !=
        stored("SELECT count(*) FROM onboardings WHERE state = 3"))
        fail_at(HERE, "the platform has %zu organisations", the.systems.organizations);
}
