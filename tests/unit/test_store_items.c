/* The store of items, approvals, messages and the inbox: what every engine must keep. */
#include "base/ids.h"
#include "db/approvals.h"
#include "db/inbox.h"
#include "db/items.h"
#include "db/messages.h"
#include "db/onboardings.h"
#include "tests/unit/store.h"

enum { OPEN, CLAIMED, ESCALATED_1, ESCALATED_2, DECIDED };

static int64_t onboarding(struct store *store)
{
    static const char *const accounts[] = {"001A", "001B", "001C", "001D"};
    struct onboarding made = {.tenant = T0};
    int64_t existing;
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
        made.account_id = accounts[i];
        if (onboardings_add(store->db, &made, store->world.now, &existing))
            return made.number;
    }
    fail_msg("no account is left");
    return 0;
}

static struct item open_item(struct store *store, int64_t number)
{
    struct item item = {.tenant = T0,
                        .onboarding = number,
                        .revision = 1,
                        .state = OPEN,
                        .generation = 1,
                        .level = 4,
                        .opened_at = store->world.now,
                        .t1_at = {100},
                        .t2_at = {200}};
    assert_true(items_add(store->db, &store->arena, &store->world, &item));
    assert_true(id_is_valid(item.id));
    store->world.now.ms++;
    return item;
}

static struct item get(struct store *store, const char *id)
{
    struct item item = {0};
    assert_true(items_get(store->db, &store->arena, T0, id, &item));
    return item;
}

static void test_an_item_comes_back_whole(void **state)
{
    struct store *store = *state;
    struct item item = open_item(store, onboarding(store));
    struct item out = get(store, item.id);
    assert_int_equal(out.onboarding, item.onboarding);
    assert_int_equal(out.opened_at.ms, item.opened_at.ms);
    assert_int_equal(out.t1_at.ms, 100);
    assert_int_equal(out.t2_at.ms, 200);
    assert_int_equal(out.level, 4);
    assert_null(out.claimed_by);
    assert_null(out.previous_id);
    assert_false(items_get(store->db, &store->arena, OTHER, item.id, &out));
}

static void test_an_update_writes_everything_and_moves_the_generation(void **state)
{
    struct store *store = *state;
    struct item item = open_item(store, onboarding(store));
    item.revision = 2;
    item.state = DECIDED;
    item.level = 5;
    item.t1_at.ms = 0;
    item.t2_at.ms = 300;
    item.claimed_by = "U0BO";
    item.claimed_at.ms = 11;
    item.decided_by = "U0MAYA";
    item.decision = "reject";
    item.reason = "wrong account";
    item.decided_at.ms = 12;
    assert_true(items_update(store->db, &item));
    assert_int_equal(item.generation, 2);
    struct item out = get(store, item.id);
    assert_int_equal(out.generation, 2);
    assert_int_equal(out.revision, 2);
    assert_int_equal(out.state, DECIDED);
    assert_int_equal(out.level, 5);
    assert_int_equal(out.t1_at.ms, 0);
    assert_int_equal(out.t2_at.ms, 300);
    assert_string_equal(out.claimed_by, "U0BO");
    assert_int_equal(out.claimed_at.ms, 11);
    assert_string_equal(out.decided_by, "U0MAYA");
    assert_string_equal(out.decision, "reject");
    assert_string_equal(out.reason, "wrong account");
    assert_int_equal(out.decided_at.ms, 12);
}

static void test_the_second_to_change_an_item_writes_nothing(void **state)
{
    struct store *store = *state;
    struct item first = open_item(store, onboarding(store)), second = first;
    first.decided_by = "U0MAYA";
    second.decided_by = "U0BO";
    assert_true(items_update(store->db, &first));
    assert_false(items_update(store->db, &second));
    assert_db_ok(store->db);
    assert_int_equal(second.generation, 1);
    assert_string_equal(get(store, first.id).decided_by, "U0MAYA");
}

static void test_the_latest_item_is_the_newest_of_its_onboarding(void **state)
{
    struct store *store = *state;
    struct item out;
    int64_t a = onboarding(store), b = onboarding(store);
    struct item old = open_item(store, a), next = {.tenant = T0,
                                                   .onboarding = a,
                                                   .opened_at = store->world.now,
                                                   .previous_id = old.id};
    assert_true(items_add(store->db, &store->arena, &store->world, &next));
    assert_true(items_latest(store->db, &store->arena, T0, a, &out));
    assert_string_equal(out.id, next.id);
    assert_string_equal(out.previous_id, old.id);
    store->world.now.ms = 1; /* the clock was set back */
    struct item last = open_item(store, a);
    assert_true(items_latest(store->db, &store->arena, T0, a, &out));
    assert_string_equal(out.id, last.id);
    assert_false(items_latest(store->db, &store->arena, T0, b, &out));
}

static void test_items_are_listed_by_their_states_oldest_first(void **state)
{
    struct store *store = *state;
    struct item *list;
    struct item a = open_item(store, onboarding(store)), b = open_item(store, onboarding(store)),
                c = open_item(store, onboarding(store));
    b.state = ESCALATED_2;
    c.state = DECIDED;
    assert_true(items_update(store->db, &b) && items_update(store->db, &c));
    const unsigned open = 1u << OPEN | 1u << CLAIMED | 1u << ESCALATED_1 | 1u << ESCALATED_2;
    assert_int_equal(items_list(store->db, &store->arena, T0, open, 10, &list), 2);
    assert_string_equal(list[0].id, a.id);
    assert_string_equal(list[1].id, b.id);
    assert_int_equal(items_list(store->db, &store->arena, T0, open, 1, &list), 1);
    assert_string_equal(list[0].id, a.id);
    assert_int_equal(items_list(store->db, &store->arena, T0, 0, 10, &list), 0);
    assert_int_equal(items_count(store->db, T0, open), 2);
    assert_int_equal(items_count(store->db, T0, 1u << DECIDED), 1);
    assert_int_equal(items_count(store->db, OTHER, open), 0);
}

static struct approval turn_key(const struct item *item, const char *key, const char *user_id)
{
    return (struct approval){.tenant = T0,
                             .item = item->id,
                             .user_id = user_id,
                             .revision = item->revision,
                             .key = key,
                             .action = "approve",
                             .via = "button",
                             .at = {50}};
}

static void test_a_key_turns_once_on_a_revision(void **state)
{
    struct store *store = *state;
    struct item item = open_item(store, onboarding(store));
    struct approval *list, maya = turn_key(&item, "cs", "U0MAYA"),
                           bo = turn_key(&item, "cs", "U0BO"),
                           fay = turn_key(&item, "finance", "U0FAY");
    assert_true(approvals_add(store->db, &maya));
    assert_false(approvals_add(store->db, &bo));
    assert_db_ok(store->db);
    assert_true(approvals_add(store->db, &fay));
    item.revision = 2;
    struct approval again = turn_key(&item, "cs", "U0BO");
    again.at.ms = 60;
    again.reason = "paid since";
    assert_true(approvals_add(store->db, &again));
    assert_int_equal(approvals_list(store->db, &store->arena, T0, item.id, &list), 3);
    assert_string_equal(list[0].user_id, "U0MAYA");
    assert_string_equal(list[0].action, "approve");
    assert_string_equal(list[0].via, "button");
    assert_null(list[0].reason);
    assert_int_equal(list[2].revision, 2);
    assert_string_equal(list[2].reason, "paid since");
    assert_int_equal(approvals_list(store->db, &store->arena, OTHER, item.id, &list), 0);
}

static void test_a_message_is_kept_once_however_often_it_is_found(void **state)
{
    struct store *store = *state;
    struct item item = open_item(store, onboarding(store));
    struct message card = {.id = "J1",
                           .tenant = T0,
                           .item = item.id,
                           .onboarding = item.onboarding,
                           .purpose = "card",
                           .channel = "C1",
                           .ts = "1.2",
                           .digest = "d1",
                           .posted_at = {5}};
    struct message again = card, out, *list;
    again.ts = "9.9";
    assert_true(messages_add(store->db, &card));
    assert_true(messages_add(store->db, &again));
    assert_true(messages_get(store->db, &store->arena, T0, "J1", &out));
    assert_string_equal(out.ts, "1.2");
    assert_string_equal(out.item, item.id);
    assert_string_equal(out.channel, "C1");
    assert_null(out.thread_ts);
    assert_null(out.user_id);
    assert_int_equal(messages_of_item(store->db, &store->arena, T0, item.id, &list), 1);
    assert_true(messages_edited(store->db, T0, "J1", "d2", (struct wall){9}));
    assert_false(messages_edited(store->db, T0, "J9", "d2", (struct wall){9}));
    assert_true(messages_find(store->db, &store->arena, T0, item.id, "card", NULL, &out));
    assert_string_equal(out.digest, "d2");
    assert_false(messages_find(store->db, &store->arena, T0, item.id, "dm1", NULL, &out));
}

static void test_messages_of_an_item_come_in_the_order_they_were_posted(void **state)
{
    struct store *store = *state;
    struct message *list,
        note = {.id = "J3",
                .tenant = T0,
                .item = "I",
                .purpose = "note",
                .ts = "3",
                .posted_at = {30}},
        card = {.id = "J9",
                .tenant = T0,
                .item = "I",
                .purpose = "card",
                .ts = "9",
                .posted_at = {10}},
        proceed = {.id = "J5", .tenant = T0, .purpose = "proceed", .onboarding = 1001};
    assert_true(messages_add(store->db, &note) && messages_add(store->db, &card) &&
                messages_add(store->db, &proceed));
    assert_int_equal(messages_of_item(store->db, &store->arena, T0, "I", &list), 2);
    assert_string_equal(list[0].purpose, "card");
    assert_string_equal(list[1].purpose, "note");
}

static void test_a_redelivery_finds_the_answer_that_was_given(void **state)
{
    struct store *store = *state;
    assert_null(inbox_find(store->db, &store->arena, T0, "env-1"));
    assert_true(inbox_add(store->db, T0, "env-1", "{\"text\":\"done\"}", store->world.now));
    assert_true(inbox_add(store->db, T0, "env-2", NULL, store->world.now));
    assert_string_equal(inbox_find(store->db, &store->arena, T0, "env-1"), "{\"text\":\"done\"}");
    assert_string_equal(inbox_find(store->db, &store->arena, T0, "env-2"), "");
    assert_null(inbox_find(store->db, &store->arena, OTHER, "env-1"));
    assert_false(inbox_add(store->db, T0, "env-1", "", store->world.now));
    assert_false(db_ok(store->db, NULL));
    db_rollback(store->db);
}

static void test_the_inbox_forgets_only_what_is_older(void **state)
{
    struct store *store = *state;
    assert_true(inbox_add(store->db, T0, "old", "", (struct wall){99}));
    assert_true(inbox_add(store->db, T0, "new", "", (struct wall){100}));
    int64_t gone;
    assert_true(inbox_purge(store->db, (struct wall){100}, 10, &gone));
    assert_null(inbox_find(store->db, &store->arena, T0, "old"));
    assert_non_null(inbox_find(store->db, &store->arena, T0, "new"));
}

static void test_the_inbox_forgets_a_few_at_a_time_the_oldest_first(void **state)
{
    struct store *store = *state;
    int64_t gone;
    assert_true(inbox_add(store->db, T0, "b", "", (struct wall){2}));
    assert_true(inbox_add(store->db, OTHER, "c", "", (struct wall){3}));
    assert_true(inbox_add(store->db, T0, "a", "", (struct wall){1}));
    assert_true(inbox_purge(store->db, (struct wall){100}, 2, &gone));
    assert_int_equal(gone, 2);
    assert_non_null(inbox_find(store->db, &store->arena, OTHER, "c"));
    assert_true(inbox_purge(store->db, (struct wall){100}, 2, &gone));
    assert_int_equal(gone, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(test_the_inbox_forgets_a_few_at_a_time_the_oldest_first),
        store_test(test_an_item_comes_back_whole),
        store_test(test_an_update_writes_everything_and_moves_the_generation),
        store_test(test_the_second_to_change_an_item_writes_nothing),
        store_test(test_the_latest_item_is_the_newest_of_its_onboarding),
        store_test(test_items_are_listed_by_their_states_oldest_first),
        store_test(test_a_key_turns_once_on_a_revision),
        store_test(test_a_message_is_kept_once_however_often_it_is_found),
        store_test(test_messages_of_an_item_come_in_the_order_they_were_posted),
        store_test(test_a_redelivery_finds_the_answer_that_was_given),
        store_test(test_the_inbox_forgets_only_what_is_older),
    };
    return cmocka_run_group_tests_name("store: items, approvals, messages, inbox", tests, NULL,
                                       NULL);
}
