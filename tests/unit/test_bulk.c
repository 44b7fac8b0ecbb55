/* Bulk review: what the form lists and bounds, and that what comes back is believed in nothing. */
#include "db/audit.h"
#include "handlers/bulk.h"
#include "handlers/buttons/buttons.h"
#include "handlers/views/views.h"
#include "tests/unit/card_fixture.h"

#include "base/text.h"

/* NULL: there is nothing for this person. */
static const char *form_of(struct house *house, const char *user_id)
{
    const char *view = NULL;
    struct actor actor = actor_of(user_id);
    if (!view_bulk(&house->turn, &actor, &view, &house->err))
        fail_msg("%s", house->err.msg);
    return view;
}

static size_t times(const char *text, const char *words)
{
    size_t count = 0;
    for (const char *p = text; (p = strstr(p, words)) != NULL; p++)
        count++;
    return count;
}

static const char *submitted(struct house *house, const char *signed_for, const char *state)
{
    struct token token = {.revision = 0};
    (void)snprintf(token.id, sizeof token.id, "%s", signed_for);
    struct json_node *values = json_scan(state, strlen(state), 1 << 20, &house->arena, &house->err);
    assert_non_null(values);
    const struct request request = {.kind = REQUEST_VIEW,
                                    .actor = {.tenant = TENANT, .user_id = "U0BO", .via = "view"},
                                    .token = &token,
                                    .state = values,
                                    .reference = "abc"};
    house->reply = (struct reply){0};
    if (!view_bulk_submitted(&house->turn, &request, &house->reply, &house->err))
        fail_msg("%s", house->err.msg);
    return house->reply.ack;
}

static const char *ticked(struct house *house, const char *value)
{
    return arena_fmt(&house->arena,
                     "{\"items_1\":{\"items_1\":{\"selected_options\":[{\"value\":\"%s\"}]}},"
                     "\"reason\":{\"reason\":{\"value\":\"fine\"}}}",
                     value);
}

static int64_t approvals_of(struct house *house, const char *item)
{
    struct approval *list;
    return (int64_t)approvals_list(house->db, &house->arena, TENANT, item, &list);
}

static void test_it_lists_what_only_warns_and_is_this_persons_to_approve(void **state)
{
    struct house *house = *state;
    assert_null(form_of(house, "U0BO"));
    given_one(house, "Warns Ltd", LEVEL_ESCALATE_WARN);
    given_one(house, "Urgent Ltd", LEVEL_ESCALATE_URGENT);
    given_one(house, "Owing Ltd", LEVEL_BLOCK_FINANCE);
    given_one(house, "Hard Ltd", LEVEL_BLOCK_HARD);
    const char *view = form_of(house, "U0BO");
    assert_says(view, "Warns Ltd · ONB-1001 r1");
    assert_says(view, "Invoice INV-102 is 12 days overdue");
    assert_int_equal(times(view, "\"value\":\""), 1);
    assert_null(form_of(house, "U0ANA")); /* the owner */
    assert_null(form_of(house, "U0FAY")); /* no CS approver */
    assert_null(form_of(house, "U0RAJ")); /* started them */
    assert_non_null(form_of(house, "U0LEE"));
}

static void test_fifty_fit_and_the_rest_is_counted(void **state)
{
    struct house *house = *state;
    for (int i = 0; i < 53; i++)
        given_one(house,
                  arena_fmt(&house->arena,
                            "%d A company whose name is far longer than what an option of a "
                            "checkbox can hold, and then some",
                            i),
                  LEVEL_ESCALATE_WARN);
    const char *view = form_of(house, "U0BO");
    assert_int_equal(times(view, "\"type\":\"checkboxes\""), 5);
    assert_int_equal(times(view, "\"value\":\""), 50);
    assert_int_equal(times(view, "ONB-10"), 50); /* cut in the name, never in the number */
    assert_says(view, "3 more");
    struct json_node *parsed = json_scan(view, strlen(view), 1 << 20, &house->arena, &house->err);
    assert_non_null(parsed);
    const char *first =
        json_node_str(parsed, "blocks.1.element.options.0.text.text", &house->arena, "");
    assert_true(text_utf16_len(first) <= 75);
}

static void test_more_findings_are_counted_behind_the_worst(void **state)
{
    struct house *house = *state;
    const struct finding findings[] = {
        finding_of(LEVEL_ESCALATE_WARN,
                   "Invoice INV-102 is 12 days overdue and this sentence goes on for longer than "
                   "fits",
                   NULL),
        finding_of(LEVEL_ESCALATE_WARN, "Another one", NULL),
    };
    given(house, "ACME Corp", findings, 2);
    assert_says(form_of(house, "U0BO"), "… (+1 more)\"");
}

static void test_what_comes_back_is_looked_up_again(void **state)
{
    static const char *const hostile[] = {"",
                                          ":",
                                          ":1",
                                          "1",
                                          "%s",
                                          "%s:",
                                          "%s:0",
                                          "%s:-1",
                                          "%s:1x",
                                          "%s:99999999999999999999999",
                                          "01JNOTHERE0000000000000000:1",
                                          "' OR 1=1:1"};
    struct house *house = *state;
    struct bulk_tick tick;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        const char *value = strncmp(hostile[i], "%s", 2) == 0
                                ? arena_fmt(&house->arena, "%s%s", house->item.id, hostile[i] + 2)
                                : hostile[i];
        assert_says(submitted(house, "U0BO", ticked(house, value)), "0 approved · 1 not approved");
    }
    const char *value = arena_fmt(&house->arena, "%s:1", house->item.id);
    assert_false(bulk_tick_read(&house->turn, "T0OTHER", value, &tick));
    assert_true(bulk_tick_read(&house->turn, TENANT, value, &tick));
    assert_int_equal(tick.revision, 1);
    assert_int_equal(approvals_of(house, house->item.id), 0);
}

static void test_an_urgent_one_that_is_smuggled_in_is_refused_and_remembered(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_URGENT);
    const char *value = arena_fmt(&house->arena, "%s:1", house->item.id);
    assert_says(submitted(house, "U0BO", ticked(house, value)), "only what is ESCALATE_WARN");
    assert_int_equal(approvals_of(house, house->item.id), 0);
    struct db_stmt *stmt =
        db_prepare(house->db, "SELECT count(*) FROM audit WHERE action = 'approve.refused'");
    assert_int_equal(db_step(stmt), DB_ROW);
    assert_int_equal(db_int(stmt, 0), 1);
    db_reset(stmt);
}

static void test_one_that_is_ticked_twice_is_approved_once(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *value =
        arena_fmt(&house->arena, "%s:1\"},{\"value\":\"%s:1", house->item.id, house->item.id);
    const char *ack = submitted(house, "U0BO", ticked(house, value));
    assert_says(ack, "✅ *ONB-1001* r1 approved");
    assert_silent_on(ack, "not approved");
    assert_int_equal(approvals_of(house, house->item.id), 1);
}

static void test_a_form_counts_for_whom_it_was_signed_for(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *value = arena_fmt(&house->arena, "%s:1", house->item.id);
    assert_says(submitted(house, "U0MAYA", ticked(house, value)), "somebody else's");
    assert_int_equal(approvals_of(house, house->item.id), 0);
}

/* All fifty refused, each with a sentence: the notice still fits into an acknowledgement. */
static void test_fifty_refusals_fit_into_the_notice(void **state)
{
    struct house *house = *state;
    struct buf form = {0};
    buf_str(&form, "{\"reason\":{\"reason\":{\"value\":\"fine\"}}");
    for (int i = 0; i < 50; i++) {
        given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
        if (i % 10 == 0)
            buf_fmt(&form, "%s,\"items_%d\":{\"items_%d\":{\"selected_options\":[", i ? "]}}" : "",
                    i / 10 + 1, i / 10 + 1);
        buf_fmt(&form, "%s{\"value\":\"%s:7\"}", i % 10 ? "," : "", house->item.id);
    }
    buf_str(&form, "]}}}");
    const char *ack = submitted(house, "U0BO", buf_cstr(&form));
    buf_release(&form);
    assert_says(ack, "0 approved · 50 not approved");
    assert_int_equal(times(ack, "🔄"), 50);
    assert_says(ack, "ONB-1050");
    assert_true(strlen(ack) < 15 * 1024);
}

static void test_the_button_opens_it_for_whom_it_was_signed_for(void **state)
{
    struct house *house = *state;
    struct token token = {.id = "U0LEE"};
    struct request request = {.kind = REQUEST_BUTTON,
                              .actor = {.tenant = TENANT, .user_id = "U0LEE", .via = "home"},
                              .trigger_id = "trigger",
                              .token = &token};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_true(button_bulk(&house->turn, &request, &house->reply, &house->err));
    assert_says(house->reply.open_view.view, "\"callback_id\":\"bulk\"");
    request.actor.user_id = "U0BO";
    house->reply = (struct reply){0};
    assert_true(button_bulk(&house->turn, &request, &house->reply, &house->err));
    assert_says(house->reply.open_view.view, "somebody else's");
}

#define WITH_HOUSE(test) cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOUSE(test_it_lists_what_only_warns_and_is_this_persons_to_approve),
        WITH_HOUSE(test_fifty_fit_and_the_rest_is_counted),
        WITH_HOUSE(test_more_findings_are_counted_behind_the_worst),
        WITH_HOUSE(test_what_comes_back_is_looked_up_again),
        WITH_HOUSE(test_an_urgent_one_that_is_smuggled_in_is_refused_and_remembered),
        WITH_HOUSE(test_one_that_is_ticked_twice_is_approved_once),
        WITH_HOUSE(test_a_form_counts_for_whom_it_was_signed_for),
        WITH_HOUSE(test_fifty_refusals_fit_into_the_notice),
        WITH_HOUSE(test_the_button_opens_it_for_whom_it_was_signed_for),
    };
    return cmocka_run_group_tests_name("bulk", tests, NULL, NULL);
}
