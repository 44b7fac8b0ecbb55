/* The audit log: what every engine must keep, and what a reader can prove of it. */
#include "db/audit.h"
#include "tests/unit/store.h"

static void append(struct store *store, const char *action, const char *reason)
{
    struct audit_entry entry = {.tenant = T0,
                                .at = store->world.now,
                                .actor = "U0MAYA",
                                .role = "approver",
                                .via = "button",
                                .action = action,
                                .object = "ONB-1001",
                                .item = "ITEM",
                                .from = "open",
                                .to = "decided",
                                .revision = 3,
                                .facts_digest = "d1",
                                .rules_version = "1",
                                .reason = reason};
    if (!audit_append(store->db, &entry))
        fail_msg("append");
}

static void append_five(struct store *store)
{
    for (int i = 0; i < 5; i++) {
        append(store, i == 4 ? "approve" : "note", i % 2 ? "because" : NULL);
        store->world.now.ms++;
    }
}

static void expect_sound(struct store *store, int64_t rows)
{
    struct err err = {0};
    int64_t count = -1;
    if (!audit_verify(store->db, &count, &err))
        fail_msg("%s", err.msg);
    assert_int_equal(count, rows);
}

static void expect_broken(struct store *store, const char *words)
{
    struct err err = {0};
    int64_t count;
    assert_false(audit_verify(store->db, &count, &err));
    assert_int_equal(err.code, ERR_CORRUPT);
    if (!strstr(err.msg, words))
        fail_msg("\"%s\" lacks \"%s\"", err.msg, words);
}

static void test_an_empty_log_is_sound(void **state)
{
    expect_sound(*state, 0);
}

static void test_a_log_is_sound_and_comes_back_in_order(void **state)
{
    struct store *store = *state;
    struct audit_entry *list;
    append_five(store);
    expect_sound(store, 5);
    assert_int_equal(audit_list(store->db, &store->arena, T0, "ONB-1001", 0, &list), 5);
    assert_int_equal(list[0].seq, 1);
    assert_int_equal(list[4].seq, 5);
    assert_string_equal(list[0].prev_hash, "");
    assert_string_equal(list[1].prev_hash, list[0].hash);
    assert_int_equal(strlen(list[1].hash), 64);
    assert_string_equal(list[4].action, "approve");
    assert_string_equal(list[4].actor, "U0MAYA");
    assert_string_equal(list[4].from, "open");
    assert_string_equal(list[4].to, "decided");
    assert_int_equal(list[4].revision, 3);
    assert_null(list[0].reason);
    assert_null(list[0].behalf_of);
    assert_int_equal(audit_list(store->db, &store->arena, OTHER, "ONB-1001", 0, &list), 0);
}

static void test_a_short_list_holds_the_newest(void **state)
{
    struct store *store = *state;
    struct audit_entry *list;
    append_five(store);
    assert_int_equal(audit_list(store->db, &store->arena, T0, "ONB-1001", 2, &list), 2);
    assert_int_equal(list[0].seq, 4);
    assert_int_equal(list[1].seq, 5);
}

static void test_the_hash_is_that_of_the_documented_form(void **state)
{
    struct store *store = *state;
    struct audit_entry *list, entry = {.tenant = "T", .at = {258}, .action = "a", .object = "o"};
    assert_true(audit_append(store->db, &entry));
    audit_list(store->db, &store->arena, "T", "o", 1, &list);
    /* BLAKE2b-256 by Python's hashlib over the bytes that docs/store.md describes. */
    assert_string_equal(list[0].hash,
                        "420c2a6b7b7fca95e7ddb61c2a8c2b68bf8ae460f46c6bfb966eaeb1c931351b");
}

/* Each breaks a sound log of five rows in one way. */
static const struct {
    const char *sql, *words;
} breaches[] = {
    {"UPDATE audit SET actor = 'U0BO' WHERE seq = 3", "row 3 was altered"},
    {"UPDATE audit SET reason = '' WHERE seq = 3", "row 3 was altered"}, /* NULL is not '' */
    {"UPDATE audit SET at = at + 1 WHERE seq = 5", "row 5 was altered"},
    {"UPDATE audit SET role = 'ap', via = 'proverbutton' WHERE seq = 1", "row 1 was altered"},
    {"UPDATE audit SET tenant_id = 'T0OTHER' WHERE seq = 2", "row 2 was altered"},
    {"UPDATE audit SET hash = prev_hash WHERE seq = 2", "row 2 was altered"},
    {"DELETE FROM audit WHERE seq = 1", "row 1 is missing"},
    {"DELETE FROM audit WHERE seq = 3", "row 3 is missing"},
    {"DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = seq - 1 WHERE seq > 3",
     "row 3 does not follow"},
    {"UPDATE audit SET seq = 9 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;"
     "UPDATE audit SET seq = 3 WHERE seq = 9",
     "row 2 does not follow"},
    {"DELETE FROM audit WHERE seq = 5", "row 4 is not the end"},
    {"DELETE FROM audit", "row 0 is not the end"},
    {"INSERT INTO audit SELECT 6, tenant_id, at, actor, role, via, behalf_of, action, object, "
     "item, "
     "from_state, to_state, revision, facts_digest, rules_version, reason, hash, hash FROM audit "
     "WHERE seq = 5",
     "row 6 was altered"},
};

static void test_every_breach_is_found_and_named(void **state)
{
    struct store *store = *state;
    append_five(store);
    for (size_t i = 0; i < sizeof breaches / sizeof breaches[0]; i++) {
        assert_true(db_begin(store->db));
        execute(store->db, breaches[i].sql);
        expect_broken(store, breaches[i].words);
        db_rollback(store->db);
        expect_sound(store, 5);
    }
}

static void test_a_tail_cut_before_more_is_appended_shows_as_a_gap(void **state)
{
    struct store *store = *state;
    append_five(store);
    execute(store->db, "DELETE FROM audit WHERE seq >= 4");
    append(store, "note", NULL);
    expect_broken(store, "row 4 is missing: the next one is 6");
}

static void test_the_chain_goes_on_after_a_rollback(void **state)
{
    struct store *store = *state;
    assert_true(db_savepoint(store->db));
    append(store, "note", "kept");
    assert_true(db_release_savepoint(store->db));
    assert_true(db_savepoint(store->db));
    append(store, "note", "dropped");
    db_rollback_savepoint(store->db);
    append(store, "note", "kept too");
    assert_true(db_commit(store->db));
    expect_sound(store, 2);
}

static void test_the_tenants_share_one_chain(void **state)
{
    struct store *store = *state;
    struct audit_entry other = {.tenant = OTHER, .action = "note", .object = "ONB-1001"}, *list;
    struct audit_entry nobodys = {.action = "keys.rotated", .actor = "cli"};
    append(store, "note", NULL);
    assert_true(audit_append(store->db, &other));
    assert_true(audit_append(store->db, &nobodys));
    append(store, "note", NULL);
    expect_sound(store, 4);
    assert_int_equal(audit_list(store->db, &store->arena, OTHER, "ONB-1001", 0, &list), 1);
    assert_int_equal(list[0].seq, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(test_an_empty_log_is_sound),
        store_test(test_a_log_is_sound_and_comes_back_in_order),
        store_test(test_a_short_list_holds_the_newest),
        store_test(test_the_hash_is_that_of_the_documented_form),
        store_test(test_every_breach_is_found_and_named),
        store_test(test_a_tail_cut_before_more_is_appended_shows_as_a_gap),
        store_test(test_the_chain_goes_on_after_a_rollback),
        store_test(test_the_tenants_share_one_chain),
    };
    return cmocka_run_group_tests_name("store: audit", tests, NULL, NULL);
}
