/* The door of every request: verbs, signed state, who may pass, and where answers go. */
#include "tests/unit/job_fixture.h"

#include "base/token.h"

static struct request request_of(enum request_kind kind, const char *user, const char *name,
                                 const char *text)
{
    return (struct request){
        .kind = kind,
        .actor = {.tenant = TENANT,
                  .user_id = user,
                  .via = kind == REQUEST_COMMAND ? "command" : "button"},
        .name = name,
        .text = text,
        .channel = "C0ONBOARD",
        .trigger_id = "trigger",
        .response_url = "https://hooks.example/1",
        .answer_in_ack = kind != REQUEST_BUTTON,
        .reference = "ab12",
    };
}

static struct reply dispatched(struct house *house, const struct request *request)
{
    struct reply reply = {0};
    const struct route *route = route_of(&house->turn, request);
    if (!route_dispatch(&house->turn, route, request, &reply, &house->err))
        fail_msg("%s", house->err.msg);
    return reply;
}

static struct reply said(struct house *house, const char *user, const char *text)
{
    struct request request = request_of(REQUEST_COMMAND, user, "/onboard", text);
    return dispatched(house, &request);
}

static struct reply clicked(struct house *house, const char *user, const char *action,
                            const char *value)
{
    struct request request = request_of(REQUEST_BUTTON, user, action, value);
    request.message_ts = "1.1";
    return dispatched(house, &request);
}

static const char *verb_found(const char *verb)
{
    const struct route *route = route_find_command(verb);
    return route ? route->name : "";
}

static void test_verbs_are_found_by_any_case_and_unique_prefix(void **state)
{
    (void)state;
    assert_string_equal(verb_found("STATUS"), "status");
    assert_string_equal(verb_found("ap"), "approve");
    assert_string_equal(verb_found("Rej"), "reject");
    assert_string_equal(verb_found("st"), ""); /* start, status */
    assert_string_equal(verb_found("statusx"), "");
    assert_string_equal(verb_found(""), "");
}

static void test_no_verb_at_all_is_help(void **state)
{
    struct house *house = *state;
    struct request empty = request_of(REQUEST_COMMAND, "U0ANA", "/onboard", NULL);
    struct request blank = request_of(REQUEST_COMMAND, "U0ANA", "/onboard", "  \t ");
    assert_string_equal(route_of(&house->turn, &empty)->name, "help");
    assert_string_equal(route_of(&house->turn, &blank)->name, "help");
}

static void test_a_misspelt_verb_gets_a_suggestion(void **state)
{
    struct house *house = *state;
    struct reply reply = said(house, "U0MAYA", "aprove ONB-1001");
    assert_says(reply.ack, "I don't know \\\"aprove\\\". Did you mean approve? /onboard help lists "
                           "all.");
    assert_says(said(house, "U0MAYA", "st").ack, "Did you mean start or status or stage?");
    assert_says(said(house, "U0MAYA", "<!channel>").ack, "&lt;!channel&gt;");
    assert_silent_on(said(house, "U0MAYA", "xyzzy").ack, "Did you mean");
}

static void test_what_follows_the_verb_reaches_the_handler(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(said(house, "U0MAYA", "  Approve   ONB-1001 r1 \"fine\" ack all ").ack, "Approved");
    assert_string_equal(item_now(house).decision, "approve");
}

static void test_a_button_with_its_own_state_does_what_it_says(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *value = card_token(&house->turn, &house->item, "claim");
    assert_says(clicked(house, "U0BO", "claim", value).respond, "ONB-1001 is yours");
    assert_string_equal(item_now(house).claimed_by, "U0BO");
}

/* Of every refusal: a sentence, an audit line with this reason, and no change. */
static void assert_refused(struct house *house, const char *action, const char *value,
                           const char *reason, const char *words)
{
    struct audit_entry *lines;
    struct reply reply = clicked(house, "U0BO", action, value);
    assert_says(reply.respond, words);
    size_t count = audit_list(house->db, &house->arena, TENANT, action, 100, &lines);
    assert_true(count > 0);
    assert_string_equal(lines[count - 1].action, "button.refused");
    assert_string_equal(lines[count - 1].reason, reason);
    assert_string_equal(lines[count - 1].actor, "U0BO");
    assert_int_equal(item_now(house).state, ITEM_OPEN);
}

static void test_a_forged_state_is_refused(void **state)
{
    struct house *house = *state;
    struct keyring stranger;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    keyring_init(&stranger, &house->world);
    house->turn.keyring = &stranger;
    const char *forged = card_token(&house->turn, &house->item, "approve");
    house->turn.keyring = &house->keyring;
    assert_refused(house, "approve", forged, "forged", "can't verify this button");
    keyring_release(&stranger);
}

static void test_an_altered_state_is_refused(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *claim = card_token(&house->turn, &house->item, "claim");
    assert_refused(house, "approve", claim, "altered", "nothing was done");
    assert_refused(house, "approve", "", "altered", "nothing was done");
    assert_refused(house, "approve", NULL, "altered", "nothing was done");
    const char *account =
        card_object_token(&house->turn, TENANT, "account", house->item.id, 1, "approve");
    assert_refused(house, "approve", account, "altered", "nothing was done");
}

static void test_a_state_of_another_workspace_is_refused(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *foreign =
        card_object_token(&house->turn, "T0OTHER", "item", house->item.id, 1, "approve");
    assert_refused(house, "approve", foreign, "foreign", "can't verify this button");
}

static void test_an_expired_state_is_refused_and_says_so(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *old = card_token(&house->turn, &house->item, "approve");
    advance(house, HOURS(24) * (house->config.escalation.token_days + 2));
    assert_refused(house, "approve", old, "expired", "too old to count");
}

static void test_a_form_carries_signed_state_too(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct request form = request_of(REQUEST_VIEW, "U0BO", "reject", NULL);
    form.private_metadata = card_token(&house->turn, &house->item, "approve");
    form.state = json_scan("{}", 2, 2, &house->arena, &house->err);
    struct reply reply = dispatched(house, &form);
    assert_says(reply.ack, "\"response_action\":\"update\"");
    assert_says(reply.ack, "can't verify this button");
}

static void test_guests_stand_before_a_shut_door(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    static const char *const looks[] = {"status ONB-1001", "why ONB-1001", "timeline ONB-1001",
                                        "list team"};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        assert_says(said(house, "U0GUS", looks[i]).ack, "guests");
    const char *view = card_token(&house->turn, &house->item, "view");
    struct reply reply = clicked(house, "U0GUS", "view", view);
    assert_says(reply.respond, "guests");
    assert_null(reply.open_view.view);
}

static void test_someone_new_is_learned_at_first_sight(void **state)
{
    struct house *house = *state;
    said(house, "U0NEW", "help");
    said(house, "U0NEW", "list");
    struct job job = job_of(house, "learn_person");
    assert_string_equal(payload_of(house, &job).user, "U0NEW");
    said(house, "U0MAYA", "help");
    assert_int_equal(count_jobs(house, "learn_person"), 1);
}

static void test_an_unknown_button_is_answered_all_the_same(void **state)
{
    struct house *house = *state;
    assert_says(clicked(house, "U0MAYA", "promote", "x").respond, "I don't know this button");
}

static void test_unknown_events_are_let_go(void **state)
{
    struct house *house = *state;
    struct request event = request_of(REQUEST_EVENT, "U0GUS", "reaction_added", NULL);
    struct reply reply = dispatched(house, &event);
    assert_null(reply.ack);
    assert_null(reply.respond);
}

static void test_an_answer_without_a_response_url_becomes_a_modal(void **state)
{
    struct house *house = *state;
    struct request request = request_of(REQUEST_BUTTON, "U0MAYA", "approve", NULL);
    struct reply reply = {0};
    request.response_url = NULL;
    reply_text(&house->turn, &request, &reply, "Not %s", "now");
    assert_string_equal(reply.open_view.trigger_id, "trigger");
    assert_says(reply.open_view.view, "Not now");
}

static void test_an_answer_too_large_for_the_acknowledgement_goes_by_url(void **state)
{
    struct house *house = *state;
    struct request request = request_of(REQUEST_COMMAND, "U0MAYA", "/onboard", "list");
    struct reply reply = {0};
    char *big = arena_alloc(&house->arena, 4001);
    memset(big, 'x', 4000);
    reply_text(&house->turn, &request, &reply, "%s", big);
    assert_non_null(reply.ack);
    assert_null(reply.respond);
    reply = (struct reply){0};
    memset(big, '\x01', 4000); /* six bytes each in JSON */
    reply_text(&house->turn, &request, &reply, "%s", big);
    assert_null(reply.ack);
    assert_true(strlen(reply.respond) > 16 * 1024);
}

/* Everything can be done without a pointer: what a button or form does has a verb, too. "ask" is
 * the one that reminds those who can decide. */
static void test_every_button_and_form_has_a_verb(void **state)
{
    static const char *const others[][2] = {{"view", "why"},    {"recheck", "check"},
                                            {"timer", "why"},   {"ask", "nudge"},
                                            {"ooo_off", "ooo"}, {"block", "task"}};
    const struct route *const tables[] = {button_routes, view_routes};
    (void)state;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (const struct route *route = tables[t]; route->name; route++) {
            const char *verb = route->name;
            for (size_t i = 0; i < sizeof others / sizeof *others; i++)
                if (strcmp(others[i][0], route->name) == 0)
                    verb = others[i][1];
            if (!route_find(command_routes, verb))
                fail_msg("%s can be done by a button or form alone", route->name);
        }
}

static void test_every_kind_of_job_that_is_enqueued_has_a_row(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    struct job *jobs;
    size_t count = jobs_list(house->db, &house->arena, -1, 0, &jobs);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        assert_non_null(job_kind_find(jobs[i].kind));
    for (const struct job_kind *kind = job_kinds; kind->name; kind++) {
        assert_non_null(kind->finish);
        assert_true(kind->max_attempts > 0 && kind->backoff_ms > 0);
    }
    assert_null(job_kind_find("no_such_kind"));
}

#define route_test(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        route_test(test_verbs_are_found_by_any_case_and_unique_prefix),
        route_test(test_no_verb_at_all_is_help),
        route_test(test_a_misspelt_verb_gets_a_suggestion),
        route_test(test_what_follows_the_verb_reaches_the_handler),
        route_test(test_a_button_with_its_own_state_does_what_it_says),
        route_test(test_a_forged_state_is_refused),
        route_test(test_an_altered_state_is_refused),
        route_test(test_a_state_of_another_workspace_is_refused),
        route_test(test_an_expired_state_is_refused_and_says_so),
        route_test(test_a_form_carries_signed_state_too),
        route_test(test_guests_stand_before_a_shut_door),
        route_test(test_someone_new_is_learned_at_first_sight),
        route_test(test_an_unknown_button_is_answered_all_the_same),
        route_test(test_unknown_events_are_let_go),
        route_test(test_an_answer_without_a_response_url_becomes_a_modal),
        route_test(test_an_answer_too_large_for_the_acknowledgement_goes_by_url),
        cmocka_unit_test(test_every_button_and_form_has_a_verb),
        route_test(test_every_kind_of_job_that_is_enqueued_has_a_row),
    };
    return cmocka_run_group_tests_name("routes", tests, NULL, NULL);
}
