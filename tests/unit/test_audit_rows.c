/* The audit log as auditors take it: JSON that says what was written, CSV that no spreadsheet runs,
 * and the record of one decision. */
#include "base/json.h"
#include "bot/audit_rows.h"
#include "db/audit.h"
#include "handlers/journey.h"
#include "handlers/record.h"
#include "tests/unit/card_fixture.h"

static const struct audit_entry hostile = {
    .seq = 7,
    .tenant = TENANT,
    .at = {INT64_C(1776693720000)},
    .actor = "U0MAYA",
    .action = "note",
    .object = "ONB-1001",
    .reason = "=HYPERLINK(\"http://evil\"),\r\n\"quoted\"",
    .prev_hash = "aa",
    .hash = "bb",
};

static void test_json_says_what_was_written(void **state)
{
    (void)state;
    struct buf row = {0};
    struct err err = {0};
    audit_row_json(&hostile, &row);
    assert_null(strchr(buf_cstr(&row), '\n'));
    struct json_object *read = json_parse(buf_cstr(&row), row.len, 0x10000, &err);
    assert_non_null(read);
    assert_string_equal(json_get_str(read, "reason", ""), hostile.reason);
    assert_string_equal(json_get_str(read, "at", ""), "2026-04-20T14:02:00.000Z");
    assert_int_equal(json_get_int(read, "seq", 0), 7);
    assert_null(json_at(read, "role"));
    json_object_put(read);
    buf_release(&row);
}

static void test_csv_keeps_a_row_a_row_and_runs_nothing(void **state)
{
    (void)state;
    struct buf row = {0};
    audit_head_csv(&row);
    assert_non_null(strstr(buf_cstr(&row), "seq,workspace,at,actor,"));
    buf_clear(&row);
    audit_row_csv(&hostile, &row);
    assert_string_equal(buf_cstr(&row),
                        "7,T0SANDBOX,2026-04-20T14:02:00.000Z,U0MAYA,,,,note,ONB-1001,,,,0,,,"
                        "\"'=HYPERLINK(\"\"http://evil\"\"),\r\n\"\"quoted\"\"\",aa,bb\r\n");
    buf_release(&row);
}

struct taken {
    size_t count;
    int64_t last;
    size_t stop_at;
};

static bool take(const struct audit_entry *entry, void *context, struct err *err)
{
    struct taken *taken = context;
    assert_true(entry->seq > taken->last);
    taken->last = entry->seq;
    if (++taken->count == taken->stop_at)
        return err_set(err, ERR_IO, "enough");
    return true;
}

static void test_a_walk_is_bounded_by_time_tenant_and_object(void **state)
{
    struct house *house = *state;
    struct err err = {0};
    for (int i = 0; i < 10; i++) {
        struct audit_entry entry = hostile;
        entry.at.ms += i * 1000;
        entry.tenant = i % 2 ? TENANT : "T0OTHER";
        assert_true(audit_append(house->db, &entry));
    }
    struct taken all = {0}, some = {0}, stopped = {.stop_at = 3};
    assert_true(audit_walk(house->db, &(struct audit_range){0}, take, &all, &err));
    assert_int_equal(all.count, 10);
    const struct audit_range range = {.since = {hostile.at.ms + 2000},
                                      .until = {hostile.at.ms + 6000},
                                      .tenant = TENANT,
                                      .object = "ONB-1001"};
    assert_true(audit_walk(house->db, &range, take, &some, &err));
    assert_int_equal(some.count, 2); /* 3 and 5 */
    assert_int_equal(some.last, 6);
    assert_false(audit_walk(house->db, &(struct audit_range){0}, take, &stopped, &err));
    assert_int_equal(stopped.count, 3);
    assert_string_equal(err.msg, "enough");
}

static const char *record_of(struct house *house, struct buf *page, bool whole)
{
    const struct record_chain chain = {
        .whole = whole, .broken = "row 2 was altered", .rows = 12, .hash = "cafe"};
    if (!record_render(&house->turn, &house->onboarding, &chain, page, &house->err))
        fail_msg("%s", house->err.msg);
    return buf_cstr(page);
}

static void expect_on(const char *page, const char *words)
{
    if (!strstr(page, words))
        fail_msg("\"%s\" is not on the page: %s", words, page);
}

static void test_a_record_tells_what_was_done_for_the_customer(void **state)
{
    struct house *house = *state;
    struct buf page = {0};
    struct playbook playbook;
    struct actor bo = {.tenant = TENANT, .user_id = "U0BO", .via = "command"};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_null(strstr(record_of(house, &page, true), "Tasks of the playbook"));
    buf_release(&page);
    assert_true(
        playbook_load(house->turn.templates, "fast-track", &house->arena, &playbook, &house->err));
    assert_true(journey_begin(&house->turn, &house->onboarding, &playbook));
    assert_int_equal(journey_task(&house->turn, &bo, house->onboarding.number, 2, TASK_SKIPPED,
                                  "they <know> us", &house->err)
                         .how,
                     MOVE_DONE);
    page = (struct buf){0};
    const char *text = record_of(house, &page, true);
    expect_on(text, "“Fast track”, begun ");
    expect_on(text, "<td>T-2</td><td>Kick-off</td><td>Short kick-off call, goals agreed</td>");
    expect_on(text, "<td>skipped</td><td>Bo (U0BO)");
    expect_on(text, "they &lt;know&gt; us");
    expect_on(text, "<td>task.skip");
    buf_release(&page);
}

static void test_a_record_tells_facts_rules_who_when_and_the_clock(void **state)
{
    struct house *house = *state;
    struct buf page = {0};
    struct actor bo = {.tenant = TENANT, .user_id = "U0BO", .via = "button"};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(
        item_approve(&house->turn, &bo, house->onboarding.number, 1,
                     &(struct item_given){.reason = "they paid", .acknowledged = ACKNOWLEDGE_ALL},
                     &house->err)
            .how,
        MOVE_DONE);
    const char *text = record_of(house, &page, true);
    expect_on(text, "<title>ONB-1001 ACME Corp: decision record</title>");
    expect_on(text, "aa55aa55aa55aa55aa55");
    expect_on(text, "2026.04");
    expect_on(text, "INVOICE_OVERDUE_ONE");
    expect_on(text, "<td>approve</td><td>cs</td><td>1</td><td>Bo (U0BO)</td>");
    expect_on(text, "they paid");
    expect_on(text, "<dt>Manager's time</dt><dd>Wed 22 Apr 2026 10:02</dd>");
    expect_on(text, "America/Toronto");
    expect_on(text, "its 12 rows are whole");
    buf_release(&page);
}

static void test_a_record_shows_hostile_names_and_a_broken_chain(void **state)
{
    struct house *house = *state;
    struct buf page = {0};
    given_one(house, "<script>alert(1)</script>", LEVEL_ESCALATE_WARN);
    const char *text = record_of(house, &page, false);
    assert_null(strstr(text, "<script>"));
    expect_on(text, "&lt;script&gt;");
    expect_on(text, "The audit log is not whole: row 2 was altered");
    buf_release(&page);
}

int main(void)
{
#define house_test(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_says_what_was_written),
        cmocka_unit_test(test_csv_keeps_a_row_a_row_and_runs_nothing),
        house_test(test_a_walk_is_bounded_by_time_tenant_and_object),
        house_test(test_a_record_tells_what_was_done_for_the_customer),
        house_test(test_a_record_tells_facts_rules_who_when_and_the_clock),
        house_test(test_a_record_shows_hostile_names_and_a_broken_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
