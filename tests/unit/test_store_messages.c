/* The store of messages: what was said, edited, failed, and mailed in its place. */
#include "db/messages.h"
#include "tests/unit/store.h"

#define ELSEWHERE "T0OTHER"

static const struct message dm = {.id = "J1",
                                  .tenant = T0,
                                  .item = "I",
                                  .onboarding = 1001,
                                  .purpose = "dm1",
                                  .user_id = "U1",
                                  .failed_at = {10},
                                  .failure = "cannot_dm_bot"};

static struct message get(struct store *store, const char *id)
{
    struct message out = {0};
    assert_true(messages_get(store->db, &store->arena, T0, id, &out));
    return out;
}

static void test_one_that_could_not_be_said_is_kept_and_stands_nowhere(void **state)
{
    struct store *store = *state;
    struct message out, *list;
    assert_true(messages_failed(store->db, &dm));
    out = get(store, "J1");
    assert_int_equal(out.posted_at.ms, 0);
    assert_int_equal(out.failed_at.ms, 10);
    assert_string_equal(out.failure, "cannot_dm_bot");
    assert_false(messages_find(store->db, &store->arena, T0, "I", "dm1", NULL, &out));
    assert_int_equal(messages_of_item(store->db, &store->arena, T0, "I", &list), 0);
    assert_int_equal(messages_of_onboarding(store->db, &store->arena, T0, 1001, &list), 1);
    assert_int_equal(messages_of_onboarding(store->db, &store->arena, ELSEWHERE, 1001, &list), 0);
}

static void test_one_that_failed_can_still_be_said(void **state)
{
    struct store *store = *state;
    struct message said = dm;
    assert_true(messages_failed(store->db, &dm));
    said.channel = "D1";
    said.ts = "1.2";
    said.posted_at = (struct wall){20};
    said.failed_at = (struct wall){0};
    said.failure = NULL;
    assert_true(messages_add(store->db, &said));
    struct message out = get(store, "J1");
    assert_string_equal(out.ts, "1.2");
    assert_int_equal(out.posted_at.ms, 20);
    assert_int_equal(out.failed_at.ms, 0);
    assert_null(out.failure);
    struct message later = said;
    later.ts = "9.9";
    assert_true(messages_add(store->db, &later));
    assert_string_equal(get(store, "J1").ts, "1.2");
}

static void test_an_edit_that_comes_through_ends_the_trouble(void **state)
{
    struct store *store = *state;
    struct message said = dm, failed;
    said.ts = "1.2";
    said.posted_at = (struct wall){20};
    said.failed_at = (struct wall){0};
    assert_true(messages_add(store->db, &said));
    failed = said;
    failed.failed_at = (struct wall){30};
    failed.failure = "message_not_found";
    assert_true(messages_failed(store->db, &failed));
    assert_int_equal(get(store, "J1").posted_at.ms, 20);
    assert_int_equal(get(store, "J1").failed_at.ms, 30);
    assert_true(messages_edited(store->db, T0, "J1", "d", (struct wall){40}));
    assert_int_equal(get(store, "J1").edited_at.ms, 40);
    assert_int_equal(get(store, "J1").failed_at.ms, 0);
    assert_false(messages_edited(store->db, ELSEWHERE, "J1", "d", (struct wall){50}));
}

static size_t undelivered(struct store *store, const char *user)
{
    struct message *list;
    return messages_undelivered(store->db, &store->arena, T0, user, 0, &list);
}

static void test_what_was_mailed_or_said_later_is_delivered(void **state)
{
    struct store *store = *state;
    struct message found;
    const struct message mail = {.id = "J2",
                                 .tenant = T0,
                                 .item = "I",
                                 .purpose = "mail",
                                 .user_id = "U1",
                                 .instead_of = "J1",
                                 .failed_at = {11},
                                 .failure = "refused"};
    assert_true(messages_failed(store->db, &dm));
    assert_int_equal(undelivered(store, NULL), 1);
    assert_int_equal(undelivered(store, "U1"), 1);
    assert_int_equal(undelivered(store, "U2"), 0);
    assert_false(messages_mailed(store->db, &store->arena, &dm, &found));
    assert_true(messages_failed(store->db, &mail));
    assert_int_equal(undelivered(store, "U1"), 1);
    struct message sent = mail;
    sent.posted_at = (struct wall){12};
    assert_true(messages_add(store->db, &sent));
    assert_int_equal(undelivered(store, "U1"), 0);
    assert_true(messages_mailed(store->db, &store->arena, &dm, &found));
    assert_int_equal(found.posted_at.ms, 12);

    /* Another message about it, an hour later, is not mailed too; on the next day it is. */
    struct message soon = dm;
    soon.id = "J6";
    soon.failed_at = (struct wall){12 + 3600 * 1000};
    assert_true(messages_failed(store->db, &soon));
    assert_true(messages_mailed(store->db, &store->arena, &soon, &found));
    assert_int_equal(undelivered(store, "U1"), 0);
    soon.failed_at = (struct wall){13 + MESSAGES_MAIL_HOLDS_MS};
    assert_true(messages_failed(store->db, &soon));
    assert_false(messages_mailed(store->db, &store->arena, &soon, &found));
    assert_int_equal(undelivered(store, "U1"), 1);
    soon.failed_at = (struct wall){12};
    assert_true(messages_failed(store->db, &soon));

    struct message other = dm, again = dm;
    other.id = "J3";
    other.user_id = again.user_id = "U2";
    again.id = "J4";
    again.ts = "4";
    again.posted_at = (struct wall){10};
    again.failed_at = (struct wall){0};
    assert_true(messages_failed(store->db, &other));
    assert_int_equal(undelivered(store, NULL), 1);
    assert_true(messages_add(store->db, &again));
    assert_int_equal(undelivered(store, NULL), 0);
}

static void test_they_are_counted(void **state)
{
    struct store *store = *state;
    struct message said = dm;
    said.id = "J5";
    said.posted_at = (struct wall){5};
    said.failed_at = (struct wall){0};
    assert_true(messages_failed(store->db, &dm) && messages_add(store->db, &said) &&
                messages_edited(store->db, T0, "J5", "d", (struct wall){6}));
    struct message_counts counts = messages_count(store->db, T0);
    assert_int_equal(counts.sent, 1);
    assert_int_equal(counts.edited, 1);
    assert_int_equal(counts.failed, 1);
    assert_int_equal(messages_count(store->db, ELSEWHERE).sent, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(test_one_that_could_not_be_said_is_kept_and_stands_nowhere),
        store_test(test_one_that_failed_can_still_be_said),
        store_test(test_an_edit_that_comes_through_ends_the_trouble),
        store_test(test_what_was_mailed_or_said_later_is_delivered),
        store_test(test_they_are_counted),
    };
    return cmocka_run_group_tests_name("store: messages", tests, NULL, NULL);
}
