/* No workspace sees or moves anything of another: every function of the store that takes a
 * workspace is called on behalf of one with the ids of another, once where it has like data and
 * once where it has none. What it answers, and what it leaves behind, must be the same as if the
 * other were not there, and nothing of the other's may have moved. tests/lint asks for a row of
 * each new function. */
#include "tests/unit/isolation_scene.h"

#define ARENA(side) (&(side)->store->arena)
#define DB(side)    ((side)->store->db)

static const struct wall now = {CALLED_AT};
static const struct span always = {{0}, {CALLED_AT}};

/* One of them: found or not. Many: how many there are, and each. */
#define ONE(what, call)                                                                            \
    do {                                                                                           \
        struct what row = {0}, *out = &row;                                                        \
        bool found = call;                                                                         \
        show_##what##_found(side, found, &row);                                                    \
    } while (0)
#define MANY(what, call)                                                                           \
    do {                                                                                           \
        struct what *list = NULL, **out = &list;                                                   \
        size_t count = call;                                                                       \
        show_##what##_list(side, count, list);                                                     \
    } while (0)
#define TOLD(value) put_number(side, (int64_t)(value))

typedef void caller(struct side *side);
#define CALL(name) static void call_##name(struct side *side)

CALL(approvals_add)
{
    const struct approval approval = an_approval(side, "finance");
    TOLD(approvals_add(DB(side), &approval));
}
CALL(approvals_undo)
{
    struct item item = an_item(side, side->onboarding);
    item.id = side->item;
    TOLD(approvals_undo(DB(side), &item, NULL, 1, BO_OF, now));
}
CALL(approvals_list)
{
    MANY(approval, approvals_list(DB(side), ARENA(side), side->tenant, side->item, out));
}
CALL(audit_append)
{
    const struct audit_entry line = {.tenant = side->tenant, .at = now, .action = "note"};
    TOLD(audit_append(DB(side), &line));
}
CALL(audit_list)
{
    MANY(audit_entry, audit_list(DB(side), ARENA(side), side->tenant, "ONB-1001", 0, out));
}
static bool take_line(const struct audit_entry *line, void *context, struct err *err)
{
    (void)err;
    show_audit_entry(context, line);
    return true;
}
CALL(audit_walk)
{
    const struct audit_range range = {.tenant = side->tenant};
    struct err err = {0};
    TOLD(audit_walk(DB(side), &range, take_line, side, &err));
}
CALL(channels_put)
{
    const struct channel channel = {.id = "C0CS", .name = "renamed"};
    TOLD(channels_put(DB(side), side->tenant, &channel));
}
CALL(channels_get)
{
    ONE(channel, channels_get(DB(side), ARENA(side), side->tenant, "C0CS", out));
}
CALL(conditions_put)
{
    struct condition condition = a_condition(side);
    condition.pay_by = "2026-06-01";
    struct condition waiting = condition;
    (void)conditions_close(DB(side), &waiting, CONDITION_VOID, now);
    TOLD(conditions_put(DB(side), &condition));
}
CALL(conditions_get)
{
    ONE(condition, conditions_get(DB(side), ARENA(side), side->tenant, side->item, out));
}
CALL(conditions_close)
{
    const struct condition condition = a_condition(side);
    TOLD(conditions_close(DB(side), &condition, CONDITION_BROKEN, now));
}
CALL(delegations_add)
{
    struct delegation delegation = a_delegation(side, BO_OF, "U0LEE");
    TOLD(delegations_add(DB(side), ARENA(side), &side->store->world, &delegation));
}
CALL(delegations_get)
{
    ONE(delegation, delegations_get(DB(side), ARENA(side), side->tenant, side->delegation, out));
}
CALL(delegations_end)
{
    TOLD(delegations_end(DB(side), side->tenant, side->delegation, now, BO_OF));
}
CALL(delegations_from)
{
    MANY(delegation, delegations_from(DB(side), ARENA(side), side->tenant, MAYA_OF, always, out));
}
CALL(delegations_to)
{
    MANY(delegation, delegations_to(DB(side), ARENA(side), side->tenant, BO_OF, always, out));
}
CALL(delegations_list)
{
    MANY(delegation, delegations_list(DB(side), ARENA(side), side->tenant, always, 0, out));
}
CALL(preferences_get)
{
    struct preference wish = {0};
    preferences_get(DB(side), ARENA(side), side->tenant, MAYA_OF, &wish);
    TOLD(wish.digest);
    TOLD(wish.digest_minute);
}
CALL(preferences_put)
{
    const struct preference wish = {.digest = DIGEST_ON, .digest_minute = 1};
    TOLD(preferences_put(DB(side), side->tenant, MAYA_OF, &wish, now));
}
CALL(digests_has)
{
    TOLD(digests_has(DB(side), side->tenant, MAYA_OF, "2026-04-20"));
}
CALL(digests_add)
{
    TOLD(digests_add(DB(side), side->tenant, MAYA_OF, "2026-04-20", "m1", true, now));
    TOLD(digests_add(DB(side), side->tenant, MAYA_OF, "2026-04-21", "m2", true, now));
}
CALL(inbox_find)
{
    put(side, inbox_find(DB(side), ARENA(side), side->tenant, "Ev1"));
}
CALL(inbox_add)
{
    TOLD(inbox_add(DB(side), side->tenant, "Ev2", "answer", now));
}
CALL(items_add)
{
    struct item item = an_item(side, side->second);
    TOLD(items_add(DB(side), ARENA(side), &side->store->world, &item));
}
CALL(items_get)
{
    ONE(item, items_get(DB(side), ARENA(side), side->tenant, side->item, out));
}
CALL(items_latest)
{
    ONE(item, items_latest(DB(side), ARENA(side), side->tenant, side->onboarding, out));
}
CALL(items_update)
{
    struct item item = an_item(side, side->onboarding);
    item.id = side->item;
    item.decided_by = BO_OF;
    TOLD(items_update(DB(side), &item));
}
CALL(items_list)
{
    MANY(item, items_list(DB(side), ARENA(side), side->tenant, 1u << UNDECIDED, 0, out));
}
CALL(items_decision_times)
{
    int64_t *times = NULL;
    size_t count = items_decision_times(DB(side), ARENA(side), side->tenant, ENDED,
                                        (struct wall){0}, 0, &times);
    TOLD(count);
    for (size_t i = 0; i < count; i++)
        TOLD(times[i]);
}
CALL(items_ended_between)
{
    MANY(item, items_ended_between(DB(side), ARENA(side), side->tenant, always.from, now, 0, out));
}
CALL(items_timed_between)
{
    MANY(item, items_timed_between(DB(side), ARENA(side), side->tenant, always.from, now, 0, out));
}
CALL(items_count)
{
    TOLD(items_count(DB(side), side->tenant, 1u << UNDECIDED));
}
CALL(jobs_add)
{
    struct job_new same = a_job(side, "ready"), other = a_job(side, "other");
    same.run_at.ms = 1;
    TOLD(jobs_add(DB(side), &side->store->world, &same, NULL));
    TOLD(jobs_add(DB(side), &side->store->world, &other, NULL));
}
CALL(jobs_cancel)
{
    TOLD(jobs_cancel(DB(side), side->tenant, "escalate", "re"));
}
CALL(jobs_dead_list)
{
    MANY(job, jobs_dead_list(DB(side), ARENA(side), side->tenant, 0, out));
}
CALL(jobs_dead_of)
{
    TOLD(jobs_dead_of(DB(side), side->tenant));
}
CALL(jobs_next_of)
{
    TOLD(jobs_next_of(DB(side), side->tenant).ms);
}
CALL(jobs_waits)
{
    TOLD(jobs_waits(DB(side), side->tenant, "ready"));
}
CALL(jobs_park)
{
    TOLD(jobs_park(DB(side), side->tenant));
}
CALL(jobs_resume)
{
    TOLD(jobs_resume(DB(side), side->tenant));
}
CALL(journeys_add)
{
    const struct journey journey = a_journey(side, side->second);
    TOLD(journeys_add(DB(side), &journey));
}
CALL(journeys_get)
{
    ONE(journey, journeys_get(DB(side), ARENA(side), side->tenant, side->onboarding, out));
}
CALL(journeys_update)
{
    struct journey journey = a_journey(side, side->onboarding);
    journey.paused_at = now;
    TOLD(journeys_update(DB(side), &journey));
}
CALL(journeys_running)
{
    MANY(journey, journeys_running(DB(side), ARENA(side), side->tenant, MAYA_OF, 0, 0, out));
}
CALL(journeys_stuck)
{
    MANY(journey, journeys_stuck(DB(side), ARENA(side), side->tenant, now, 0, out));
}
CALL(health_put)
{
    TOLD(health_put(DB(side), side->tenant, side->onboarding, "2026-04-20", 1));
}
CALL(health_between)
{
    TOLD(health_between(DB(side), side->tenant, side->onboarding, "2026-04-01", "2026-04-30"));
}
CALL(health_drop)
{
    TOLD(health_drop(DB(side), side->tenant, "2026-04-30"));
}
CALL(tasks_add)
{
    const struct task task = a_task(side, 3);
    TOLD(tasks_add(DB(side), &task));
}
CALL(tasks_list)
{
    MANY(task, tasks_list(DB(side), ARENA(side), side->tenant, side->onboarding, out));
}
CALL(tasks_late)
{
    int64_t *numbers = NULL;
    size_t count = tasks_late(DB(side), ARENA(side), side->tenant, now, 0, &numbers);
    for (size_t i = 0; i < count; i++)
        TOLD(numbers[i]);
}
CALL(tasks_update)
{
    struct task task = a_task(side, 2);
    task.state = TASK_DONE;
    TOLD(tasks_update(DB(side), &task));
}
CALL(messages_add)
{
    struct message again = a_message(side, "m2"), new = a_message(side, "m4");
    TOLD(messages_add(DB(side), &again));
    TOLD(messages_add(DB(side), &new));
}
CALL(messages_edited)
{
    TOLD(messages_edited(DB(side), side->tenant, "m1", "another digest", now));
}
CALL(messages_failed)
{
    struct message message = a_message(side, "m1");
    message.failed_at = now;
    message.failure = "channel_not_found";
    TOLD(messages_failed(DB(side), &message));
}
CALL(messages_get)
{
    ONE(message, messages_get(DB(side), ARENA(side), side->tenant, "m1", out));
}
CALL(messages_find)
{
    ONE(message,
        messages_find(DB(side), ARENA(side), side->tenant, side->item, "dm1", MAYA_OF, out));
}
CALL(messages_at)
{
    ONE(message, messages_at(DB(side), ARENA(side), side->tenant, "D0MAYA", "1.1", out));
}
CALL(messages_of_item)
{
    MANY(message, messages_of_item(DB(side), ARENA(side), side->tenant, side->item, out));
}
CALL(messages_of_onboarding)
{
    MANY(message,
         messages_of_onboarding(DB(side), ARENA(side), side->tenant, side->onboarding, out));
}
CALL(messages_mailed)
{
    struct message missed = a_message(side, "m9");
    missed.failed_at.ms = CALLED_AT;
    ONE(message, messages_mailed(DB(side), ARENA(side), &missed, out));
}
CALL(messages_undelivered)
{
    MANY(message, messages_undelivered(DB(side), ARENA(side), side->tenant, NULL, 0, out));
}
CALL(messages_count)
{
    const struct message_counts counts = messages_count(DB(side), side->tenant);
    TOLD(counts.sent);
    TOLD(counts.edited);
    TOLD(counts.failed);
}
CALL(notices_add)
{
    const struct notice same = a_notice(side, "n1", NOTICE_SENT),
                        other = a_notice(side, "n3", NOTICE_SENT);
    TOLD(notices_add(DB(side), &same));
    TOLD(notices_add(DB(side), &other));
}
CALL(notices_count)
{
    TOLD(notices_count(DB(side), side->tenant, MAYA_OF, "2026-04-20", NOTICE_SENT));
}
CALL(notices_count_untold)
{
    TOLD(notices_count_untold(DB(side), side->tenant, MAYA_OF));
}
CALL(notices_was_sent)
{
    TOLD(notices_was_sent(DB(side), side->tenant, MAYA_OF, "the same words", always.from));
}
CALL(notices_untold)
{
    MANY(notice, notices_untold(DB(side), ARENA(side), side->tenant, MAYA_OF, 0, out));
}
CALL(notices_is_folded)
{
    TOLD(notices_is_folded(DB(side), side->tenant, MAYA_OF, side->onboarding, "claimed"));
}
CALL(notices_told)
{
    TOLD(notices_told(DB(side), side->tenant, MAYA_OF, now, "2026-04-21"));
}
CALL(onboardings_add)
{
    struct onboarding same = an_onboarding(side, "001A"), other = an_onboarding(side, "001C");
    int64_t existing = 0;
    TOLD(onboardings_add(DB(side), &same, now, &existing));
    TOLD(existing);
    TOLD(onboardings_add(DB(side), &other, now, &existing));
    TOLD(other.number);
}
CALL(onboardings_get)
{
    ONE(onboarding, onboardings_get(DB(side), ARENA(side), side->tenant, side->onboarding, out));
}
CALL(onboardings_by_account)
{
    ONE(onboarding, onboardings_by_account(DB(side), ARENA(side), side->tenant, "001A", out));
}
CALL(onboardings_by_opportunity)
{
    ONE(onboarding, onboardings_by_opportunity(DB(side), ARENA(side), side->tenant, "006A", out));
}
CALL(onboardings_by_contract)
{
    MANY(onboarding, onboardings_by_contract(DB(side), ARENA(side), side->tenant,
                                             "800000000000001AAA", 0, out));
}
CALL(onboardings_by_name)
{
    MANY(onboarding, onboardings_by_name(DB(side), ARENA(side), side->tenant, "of", 0, out));
}
CALL(onboardings_set_state)
{
    TOLD(
        onboardings_set_state(DB(side), side->tenant, side->onboarding, ONBOARDING_CANCELLED, now));
}
CALL(onboardings_update)
{
    struct onboarding onboarding = an_onboarding(side, "001A");
    onboarding.number = side->onboarding;
    onboarding.account_name = "renamed";
    TOLD(onboardings_update(DB(side), &onboarding, now));
}
CALL(onboardings_list)
{
    MANY(onboarding, onboardings_list(DB(side), ARENA(side), side->tenant, -1, NULL, 0, out));
    MANY(onboarding, onboardings_list(DB(side), ARENA(side), side->tenant, 0, BO_OF, 0, out));
}
CALL(onboardings_stuck)
{
    MANY(onboarding_stuck, onboardings_stuck(DB(side), ARENA(side), side->tenant, now, out));
}
CALL(onboardings_count)
{
    TOLD(onboardings_count(DB(side), side->tenant, 0));
}
CALL(people_put)
{
    const struct person person = {.user_id = MAYA_OF, .name = "renamed", .deleted = true};
    TOLD(people_put(DB(side), side->tenant, &person));
}
CALL(people_get)
{
    ONE(person, people_get(DB(side), ARENA(side), side->tenant, MAYA_OF, out));
}
CALL(people_is_deleted)
{
    TOLD(people_is_deleted(DB(side), side->tenant, BO_OF));
}
CALL(people_by_email)
{
    ONE(person, people_by_email(DB(side), ARENA(side), side->tenant, "maya@corp.example", out));
}
CALL(people_by_name)
{
    MANY(person, people_by_name(DB(side), ARENA(side), side->tenant, "maya", 0, out));
}
CALL(people_tell_status)
{
    TOLD(people_tell_status(DB(side), side->tenant, MAYA_OF, "away"));
}
CALL(groups_put)
{
    TOLD(groups_put(DB(side), side->tenant, "S0CS", NULL, 0, now));
}
CALL(groups_has)
{
    TOLD(groups_has(DB(side), side->tenant, "S0CS", BO_OF));
}
CALL(groups_members)
{
    const char **members = NULL;
    size_t count = groups_members(DB(side), ARENA(side), side->tenant, "S0CS", &members);
    TOLD(count);
    for (size_t i = 0; i < count; i++)
        put(side, members[i]);
}
CALL(runs_add)
{
    struct run run = {.tenant = side->tenant, .onboarding = side->onboarding, .facts = "{}"};
    TOLD(runs_add(DB(side), ARENA(side), &side->store->world, &run));
    TOLD(run.revision);
}
CALL(runs_get)
{
    ONE(run, runs_get(DB(side), ARENA(side), side->tenant, side->onboarding, 1, out));
}
CALL(runs_get_decision)
{
    ONE(run, runs_get_decision(DB(side), ARENA(side), side->tenant, side->onboarding, 1, out));
}
CALL(runs_get_brief)
{
    ONE(run, runs_get_brief(DB(side), ARENA(side), side->tenant, side->onboarding, 1, out));
}
CALL(runs_latest_brief)
{
    ONE(run, runs_latest_brief(DB(side), ARENA(side), side->tenant, side->onboarding, out));
}
CALL(runs_latest)
{
    ONE(run, runs_latest(DB(side), ARENA(side), side->tenant, side->onboarding, out));
}
CALL(runs_touch)
{
    TOLD(runs_touch(DB(side), side->tenant, side->run, "{\"clm\":1}", now));
}
CALL(secrets_put)
{
    TOLD(secrets_put(DB(side), side->tenant, "token", "another", now));
}
CALL(secrets_get)
{
    put(side, secrets_get(DB(side), ARENA(side), side->tenant, "token"));
}
CALL(secrets_delete)
{
    TOLD(secrets_delete(DB(side), side->tenant, "token"));
}
CALL(secrets_delete_all)
{
    TOLD(secrets_delete_all(DB(side), side->tenant));
}
CALL(tenants_put)
{
    const struct tenant tenant = {.id = side->tenant, .name = "renamed"};
    TOLD(tenants_put(DB(side), &tenant, now));
}
CALL(tenants_get)
{
    ONE(tenant, tenants_get(DB(side), ARENA(side), side->tenant, out));
}
CALL(tenants_end)
{
    TOLD(tenants_end(DB(side), side->tenant, "gone", now));
}
CALL(tenants_set_expiry)
{
    TOLD(tenants_set_expiry(DB(side), side->tenant, now));
}
CALL(tenants_set_url)
{
    TOLD(tenants_set_url(DB(side), side->tenant, "https://x.slack.com/"));
}
CALL(cursors_get)
{
    put(side, cursors_get(DB(side), ARENA(side), side->tenant, "poll"));
}
CALL(cursors_put)
{
    TOLD(cursors_put(DB(side), side->tenant, "poll", "another"));
}

#define ROW(name)                                                                                  \
    {                                                                                              \
#name, call_##name                                                                         \
    }
static const struct {
    const char *name;
    caller *call;
} rows[] = {
    ROW(approvals_add),
    ROW(approvals_undo),
    ROW(approvals_list),
    ROW(audit_append),
    ROW(audit_list),
    ROW(audit_walk),
    ROW(channels_put),
    ROW(channels_get),
    ROW(conditions_put),
    ROW(conditions_get),
    ROW(conditions_close),
    ROW(delegations_add),
    ROW(delegations_get),
    ROW(delegations_end),
    ROW(delegations_from),
    ROW(delegations_to),
    ROW(delegations_list),
    ROW(preferences_get),
    ROW(preferences_put),
    ROW(digests_has),
    ROW(digests_add),
    ROW(inbox_find),
    ROW(inbox_add),
    ROW(items_add),
    ROW(items_get),
    ROW(items_latest),
    ROW(items_update),
    ROW(items_list),
    ROW(items_decision_times),
    ROW(items_ended_between),
    ROW(items_timed_between),
    ROW(items_count),
    ROW(jobs_add),
    ROW(jobs_cancel),
    ROW(jobs_dead_list),
    ROW(jobs_dead_of),
    ROW(jobs_next_of),
    ROW(jobs_waits),
    ROW(jobs_park),
    ROW(jobs_resume),
    ROW(journeys_add),
    ROW(journeys_get),
    ROW(journeys_update),
    ROW(journeys_running),
    ROW(journeys_stuck),
    ROW(health_put),
    ROW(health_between),
    ROW(health_drop),
    ROW(tasks_add),
    ROW(tasks_list),
    ROW(tasks_late),
    ROW(tasks_update),
    ROW(messages_add),
    ROW(messages_edited),
    ROW(messages_failed),
    ROW(messages_get),
    ROW(messages_find),
    ROW(messages_at),
    ROW(messages_of_item),
    ROW(messages_of_onboarding),
    ROW(messages_mailed),
    ROW(messages_undelivered),
    ROW(messages_count),
    ROW(notices_add),
    ROW(notices_count),
    ROW(notices_count_untold),
    ROW(notices_was_sent),
    ROW(notices_untold),
    ROW(notices_is_folded),
    ROW(notices_told),
    ROW(onboardings_add),
    ROW(onboardings_get),
    ROW(onboardings_by_account),
    ROW(onboardings_by_opportunity),
    ROW(onboardings_by_contract),
    ROW(onboardings_by_name),
    ROW(onboardings_set_state),
    ROW(onboardings_update),
    ROW(onboardings_list),
    ROW(onboardings_stuck),
    ROW(onboardings_count),
    ROW(people_put),
    ROW(people_get),
    ROW(people_is_deleted),
    ROW(people_by_email),
    ROW(people_by_name),
    ROW(people_tell_status),
    ROW(groups_put),
    ROW(groups_has),
    ROW(groups_members),
    ROW(runs_add),
    ROW(runs_get),
    ROW(runs_get_decision),
    ROW(runs_get_brief),
    ROW(runs_latest_brief),
    ROW(runs_latest),
    ROW(runs_touch),
    ROW(secrets_put),
    ROW(secrets_get),
    ROW(secrets_delete),
    ROW(secrets_delete_all),
    ROW(tenants_put),
    ROW(tenants_get),
    ROW(tenants_end),
    ROW(tenants_set_expiry),
    ROW(tenants_set_url),
    ROW(cursors_get),
    ROW(cursors_put),
};

/* What the call answered. How the store stands after it is seen until it is undone. */
static char *answer(size_t row, struct side side, const char *tenant)
{
    struct buf out = {0};
    struct err err = {0};
    side.tenant = tenant;
    side.out = &out;
    side.store->seed = 7;
    side.store->world.now.ms = CALLED_AT;
    assert_true(db_begin(side.store->db));
    rows[row].call(&side);
    bool fine = db_ok(side.store->db, &err);
    buf_str(&out, fine ? "ok" : err.msg);
    if (!fine)
        db_rollback(side.store->db);
    return buf_take(&out);
}

static struct store *new_store(void)
{
    void *state;
    assert_int_equal(store_setup(&state), 0);
    return state;
}

static void drop(struct store *store)
{
    void *state = store;
    (void)store_teardown(&state);
}

static void expect_same(const char *name, const char *what, char *got, char *wanted)
{
    if (strcmp(got, wanted) != 0)
        fail_msg("%s: %s.\nwith the other workspace there:\n%s\nwithout:\n%s", name, what, got,
                 wanted);
    free(got);
    free(wanted);
}

/* A store with what a call is about and one without, and OTHER's ids for either. */
struct pair {
    struct side with, without;
};

static struct pair new_pair(void)
{
    struct pair pair;
    pair.with = pair.without = fill(new_store(), OTHER);
    pair.without.store = new_store();
    return pair;
}

static void undo(const struct pair *pair)
{
    db_rollback(pair->with.store->db);
    db_rollback(pair->without.store->db);
}

static void drop_pair(const struct pair *pair)
{
    drop(pair->with.store);
    drop(pair->without.store);
}

/* As T0 with OTHER's ids, in a store with OTHER's data and in one without. */
static void call_apart(const struct pair *pair, size_t row)
{
    const char *name = rows[row].name;
    struct store *both = pair->with.store, *alone = pair->without.store;
    char *before = rows_of(both, OTHER);
    expect_same(name, "it answers otherwise", answer(row, pair->with, T0),
                answer(row, pair->without, T0));
    expect_same(name, "it leaves something else behind", rows_of(both, T0), rows_of(alone, T0));
    expect_same(name, "something of the other has moved", rows_of(both, OTHER), before);
    undo(pair);
}

static void test_a_workspace_without_data_finds_and_moves_nothing_of_another(void **state)
{
    (void)state;
    struct pair pair = new_pair();
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        call_apart(&pair, row);
    drop_pair(&pair);
}

static void test_a_workspace_of_like_data_finds_and_moves_its_own_only(void **state)
{
    (void)state;
    struct pair pair = new_pair();
    (void)fill(pair.with.store, T0);
    (void)fill(pair.without.store, T0);
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        call_apart(&pair, row);
    drop_pair(&pair);
}

/* Else the two above show nothing. */
static void test_each_of_these_calls_does_something_for_the_one_whose_ids_they_are(void **state)
{
    (void)state;
    struct pair pair = new_pair();
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        char *before = rows_of(pair.with.store, OTHER), *told = answer(row, pair.with, OTHER),
             *untold = answer(row, pair.without, OTHER), *after = rows_of(pair.with.store, OTHER);
        if (strcmp(told, untold) == 0 && strcmp(before, after) == 0)
            fail_msg("%s: nothing was found and nothing moved: %s", rows[row].name, told);
        free(before);
        free(told);
        free(untold);
        free(after);
        undo(&pair);
    }
    drop_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_workspace_without_data_finds_and_moves_nothing_of_another),
        cmocka_unit_test(test_a_workspace_of_like_data_finds_and_moves_its_own_only),
        cmocka_unit_test(test_each_of_these_calls_does_something_for_the_one_whose_ids_they_are),
    };
    return cmocka_run_group_tests_name("store: workspaces apart", tests, NULL, NULL);
}
