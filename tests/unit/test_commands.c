/* What people type and click: the answers, and that wrong arguments are told what is right. */
#include "db/audit.h"
#include "db/jobs.h"
#include "handlers/buttons/buttons.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/events/events.h"
#include "handlers/views/views.h"
#include "tests/unit/card_fixture.h"

/* Says a verb with its arguments; gives the text of the answer. */
static const char *say(struct house *house, request_handler *verb, const char *user_id,
                       const char *text)
{
    const struct request request = {.kind = REQUEST_COMMAND,
                                    .actor = actor_of(user_id),
                                    .name = "/onboard",
                                    .text = text,
                                    .channel = "C0ONBOARD",
                                    .response_url = "https://hooks.example/1",
                                    .answer_in_ack = true,
                                    .reference = "abc"};
    house->reply = (struct reply){0};
    house->err = (struct err){0};
    if (!verb(&house->turn, &request, &house->reply, &house->err))
        fail_msg("%s", house->err.msg);
    const char *body = house->reply.ack != NULL ? house->reply.ack : house->reply.respond;
    struct json_object *answer = json_parse(body, strlen(body), 1 << 20, &house->err);
    assert_non_null(answer);
    const char *said = arena_fmt(&house->arena, "%s\n%s", json_get_str(answer, "text", ""), body);
    json_object_put(answer);
    return said;
}

static bool clicked(struct house *house, request_handler *button, const char *user_id,
                    int64_t revision, const char *response_url)
{
    struct token token = {.revision = revision};
    (void)snprintf(token.id, sizeof token.id, "%s", house->item.id);
    const struct request request = {
        .kind = REQUEST_BUTTON,
        .actor = {.tenant = TENANT, .user_id = user_id, .via = "button"},
        .channel = "C0ONBOARD",
        .message_ts = "1.1",
        .trigger_id = "trigger",
        .response_url = response_url,
        .token = &token,
        .reference = "abc"};
    house->reply = (struct reply){0};
    house->err = (struct err){0};
    return button(&house->turn, &request, &house->reply, &house->err);
}

#define TICKED "{\"ticks_1\":{\"ticks_1\":{\"selected_options\":[{\"value\":\"1\"}]}}}"

static bool submitted(struct house *house, request_handler *form, const char *user_id,
                      const char *state)
{
    struct token token = {.revision = house->item.revision};
    (void)snprintf(token.id, sizeof token.id, "%s", house->item.id);
    struct json_node *values = json_scan(state, strlen(state), 1 << 20, &house->arena, &house->err);
    assert_non_null(values);
    const struct request request = {.kind = REQUEST_VIEW,
                                    .actor = {.tenant = TENANT, .user_id = user_id, .via = "view"},
                                    .token = &token,
                                    .state = values,
                                    .reference = "abc"};
    house->reply = (struct reply){0};
    return form(&house->turn, &request, &house->reply, &house->err);
}

static void told(struct house *house, request_handler *event, const char *event_json)
{
    struct json_node *inner =
        json_scan(event_json, strlen(event_json), 1 << 20, &house->arena, &house->err);
    assert_non_null(inner);
    const struct request request = {.kind = REQUEST_EVENT,
                                    .actor = {.tenant = TENANT, .user_id = "U0GUS", .via = "event"},
                                    .event = inner,
                                    .tab = "home"};
    struct reply reply = {0};
    assert_true(event(&house->turn, &request, &reply, &house->err));
}

static struct item now_item(struct house *house)
{
    struct item item;
    assert_true(items_get(house->db, &house->arena, TENANT, house->item.id, &item));
    return item;
}

/* The payload of the only live job of a kind; NULL when there is none. */
static const char *job_of(struct house *house, const char *kind)
{
    struct job *jobs = NULL;
    size_t count = jobs_list(house->db, &house->arena, -1, 100, &jobs);
    for (size_t i = 0; i < count; i++)
        if (strcmp(jobs[i].kind, kind) == 0)
            return jobs[i].payload;
    return NULL;
}

static void test_arguments_are_words_phrases_and_unescaped_characters(void **state)
{
    struct house *house = *state;
    struct arguments arguments;
    assert_true(arguments_parse(&house->arena, "  ONB-1  r3 “Smith &amp; Sons”  x&lt;y ",
                                &arguments, &house->err));
    assert_int_equal(arguments.count, 4);
    assert_string_equal(arguments.words[0], "ONB-1");
    assert_string_equal(arguments.words[2], "Smith & Sons");
    assert_string_equal(arguments.words[3], "x<y");
    assert_string_equal(arguments.all, "ONB-1 r3 Smith & Sons x<y");
    assert_string_equal(arguments_from(&house->arena, &arguments, 9), "");
    assert_true(arguments_parse(&house->arena, NULL, &arguments, &house->err));
    assert_int_equal(arguments.count, 0);
    assert_false(arguments_parse(&house->arena, "\"half", &arguments, &house->err));
    assert_true(arguments_parse(&house->arena,
                                "a b c d e f g h i j k l m n o p q r s t u v w x y z", &arguments,
                                &house->err));
    assert_string_equal(arguments.words[ARGUMENTS_MAX - 1], "x y z");
}

static void test_status_finds_an_onboarding_by_number_id_and_name(void **state)
{
    static const char *const ways[] = {"ONB-1001", "onb-1001", "ACME Corp", "\"acme corp\"",
                                       "acme"};
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        assert_says(say(house, command_status, "U0MAYA", ways[i]),
                    "*ACME Corp* · ONB-1001 · day 0");
    assert_says(say(house, command_status, "U0MAYA", house->onboarding.account_id), "ONB-1001");
    assert_says(say(house, command_status, "U0MAYA", "ONB-1001"), "manager <@U0LEE>");
}

static void test_status_of_several_lists_their_numbers(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME East", LEVEL_ESCALATE_WARN);
    given_one(house, "ACME <West>", LEVEL_ESCALATE_WARN);
    const char *said = say(house, command_status, "U0MAYA", "acme");
    assert_says(said, "2 accounts match “acme”");
    assert_says(said, "ONB-1001 · ACME East");
    assert_says(said, "ONB-1002 · ACME &lt;West&gt;");
}

static void test_status_of_the_unknown_says_what_next(void **state)
{
    struct house *house = *state;
    const char *said = say(house, command_status, "U0MAYA", "<!channel>");
    assert_says(said, "I know no onboarding of “&lt;!channel&gt;”");
    assert_says(said, "/onboard start");
    assert_silent_on(said, "<!channel>");
    assert_says(say(house, command_status, "U0MAYA", "ONB-9"), "There is no ONB-9");
}

static void test_status_without_a_name_lists_mine(void **state)
{
    struct house *house = *state;
    assert_says(say(house, command_status, "U0MAYA", ""), "None.");
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(say(house, command_status, "U0ANA", NULL), "*ACME Corp* · ONB-1001 · ESCALATE");
    assert_says(say(house, command_status, "U0MAYA", NULL), "None.");
    struct actor maya = actor_of("U0MAYA");
    assert_int_equal(item_claim(&house->turn, &maya, 1001, &house->err).how, MOVE_DONE);
    assert_says(say(house, command_status, "U0MAYA", NULL), "claimed by <@U0MAYA>");
}

static void test_lists_keep_what_their_name_says(void **state)
{
    struct house *house = *state;
    given_one(house, "Mild", LEVEL_ESCALATE_WARN);
    given_one(house, "Hard", LEVEL_BLOCK_HARD);
    assert_true(item_timer(&house->turn, TENANT, house->item.id, TIMER_MANAGER,
                           now_item(house).generation, &house->err));
    assert_says(say(house, command_list, "U0MAYA", "team"), "*Mild*");
    assert_says(say(house, command_list, "U0MAYA", "TEAM"), "*Hard*");
    assert_silent_on(say(house, command_list, "U0MAYA", "blocked"), "*Mild*");
    assert_says(say(house, command_list, "U0MAYA", "blocked"), "*Hard*");
    assert_silent_on(say(house, command_list, "U0MAYA", "escalated"), "*Mild*");
    assert_says(say(house, command_list, "U0MAYA", "escalated"), "⏰ escalated");
    assert_silent_on(say(house, command_list, "U0MAYA", "stale"), "*Mild*");
    house->world.now.ms += 8 * HOURS(24);
    assert_says(say(house, command_list, "U0MAYA", "stale"), "*Mild*");
    const char *said = say(house, command_list, "U0MAYA", "evrything");
    assert_says(said, "I know no list “evrything”");
    assert_says(
        said, "Usage: `/onboard list [mine|team|escalated|blocked|stale] [--csm @u] [--stage N]`");
}

static void test_a_long_list_counts_what_it_does_not_show(void **state)
{
    struct house *house = *state;
    for (int i = 0; i < 23; i++)
        given_one(house, arena_fmt(&house->arena, "Account %d", i), LEVEL_ESCALATE_WARN);
    assert_says(say(house, command_list, "U0MAYA", "team"), "3 more not shown");
}

static void test_what_waits_is_listed_however_many_came_after_it(void **state)
{
    struct house *house = *state;
    given_one(house, "Forgotten Ltd", LEVEL_ESCALATE_WARN);
    house->world.now.ms += 8 * HOURS(24);
    for (int i = 0; i < 310; i++) {
        const char *id = arena_fmt(&house->arena, "001N%d", i);
        struct onboarding newer = {.tenant = TENANT,
                                   .account_id = id,
                                   .account_name = id,
                                   .state = ONBOARDING_PROVISIONED};
        assert_true(onboardings_add(house->db, &newer, house->world.now, NULL));
    }
    assert_says(say(house, command_list, "U0MAYA", "stale"), "*Forgotten Ltd*");
    assert_says(say(house, command_list, "U0MAYA", "team"), "*Forgotten Ltd*");
}

static void test_start_looks_an_unknown_account_up(void **state)
{
    struct house *house = *state;
    assert_says(say(house, command_start, "U0MAYA", "Globex &amp; Co"),
                "Looking up “Globex &amp; Co” in Salesforce");
    assert_says(job_of(house, "find_account"), "Globex & Co");
    assert_says(job_of(house, "find_account"), "C0ONBOARD");
}

static void test_start_of_a_known_account_says_where_it_stands(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(say(house, command_start, "U0MAYA", "acme corp"),
                "is on its way already: ONB-1001");
    assert_null(job_of(house, "find_account"));
    /* only part of a name: another account may be meant */
    assert_says(say(house, command_start, "U0MAYA", "acme"), "Looking up");
}

static void test_start_and_check_need_an_account_and_a_role(void **state)
{
    struct house *house = *state;
    assert_says(say(house, command_start, "U0MAYA", " "),
                "Usage: `/onboard start ACCOUNT [--opp ID] [--playbook P]`");
    assert_says(say(house, command_start, "U0MAYA", "\"ACME"), "a quotation mark has no partner");
    assert_says(say(house, command_check, "U0MAYA", ""), "Usage: `/onboard check");
    assert_says(say(house, command_start, "U0GUS", "ACME"), "guests");
    assert_says(say(house, command_check, "U0ANA", "ACME"), "You can't do that");
    assert_null(job_of(house, "find_account"));
}

static void test_check_of_a_known_account_runs_the_checks(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(say(house, command_check, "U0MAYA", "ONB-1001"), "Checking ACME Corp (ONB-1001)");
    assert_says(job_of(house, "run_checks"), "U0MAYA");
    assert_says(say(house, command_check, "U0MAYA", "Globex"), "Looking up “Globex”");
    assert_says(job_of(house, "find_account"), "Globex");
}

static void test_approve_takes_a_number_a_revision_and_a_reason(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(say(house, command_approve, "U0BO", ""), "Its number is missing");
    assert_says(say(house, command_approve, "U0BO", "ACME"), "is no number like ONB-1042");
    assert_says(say(house, command_approve, "U0BO", "ONB-1001 r7"), "r7");
    assert_int_equal(now_item(house).state, ITEM_OPEN);
    assert_says(say(house, command_approve, "U0BO", "ONB-1001 R1 \"paid by wire\" ack all"),
                "Approved");
    assert_string_equal(now_item(house).reason, "paid by wire");
}

static void test_approve_says_what_has_to_be_acknowledged(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *typed, *answer;
    } rows[] = {
        {"ONB-1001", "`INVOICE_OVERDUE_ONE` Invoice INV-102 is 12 days overdue"},
        {"ONB-1001 r1 fine", "`/onboard approve ONB-1001 r1 ack all`"},
        {"ONB-1001 ack all", "have to acknowledge first"}, /* of which revision? */
        {"ONB-1001 ack", "What is acknowledged is missing"},
        {"ONB-1001 ack FX_DRIFT", "has no finding “FX_DRIFT” to acknowledge"},
        {"ONB-1001 ack INVOICE_OVERDUE_ONE,FX_DRIFT", "has no finding “FX_DRIFT”"},
        {"ONB-1001 ack all pay by", "The day to pay by is missing"},
        {"ONB-1001 pay by never ack all", "The day to pay by is missing"},
        {"ONB-1001 r1 ack all pay by 2026-04-01", "That day is over"},
        {"ONB-1001 r1 ack all pay by 2027-04-01", "At most 90 days"},
    };
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_says(say(house, command_approve, "U0BO", rows[i].typed), rows[i].answer);
        assert_int_equal(now_item(house).state, ITEM_OPEN);
    }
    assert_says(say(house, command_approve, "U0BO",
                    "ONB-1001 they will pay ack invoice_overdue_one pay by fri"),
                "Approved");
    assert_string_equal(now_item(house).reason, "they will pay");
}

static void test_what_is_urgent_needs_a_reason(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_URGENT);
    assert_says(say(house, command_approve, "U0BO", "ONB-1001 r1 ack all"), "say why");
    assert_says(say(house, command_approve, "U0BO", "ONB-1001 r1 \"they pay\" ack all"),
                "Approved");
}

static void test_reject_takes_its_reason_without_quotes_too(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(say(house, command_reject, "U0BO", "ONB-1001 wrong owner"), "Rejected");
    assert_string_equal(now_item(house).reason, "wrong owner");
    assert_says(say(house, command_approve, "U0MAYA", "ONB-1001"), "rejected");
}

static void test_claim_and_release_take_a_number_alone(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(say(house, command_claim, "U0MAYA", "ONB-1001 now"), "more than this verb takes");
    assert_says(say(house, command_claim, "U0MAYA", "ONB-1001"), "is yours");
    assert_says(say(house, command_release, "U0MAYA", "ONB-1001"), "nobody's again");
}

static void test_why_shows_every_finding_with_inputs_and_fix(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    const char *said = say(house, command_why, "U0MAYA", "ONB-1001");
    assert_says(said, "BLOCK, Finance");
    assert_says(said, "> remaining: CAD 25,000.00");
    assert_says(said, "→ INV-102 paid");
    assert_says(said, "for cs, finance");
    assert_says(say(house, command_why, "U0MAYA", ""), "Usage: `/onboard why");
}

static void test_why_names_rule_threshold_and_what_was_read(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct finding one =
        finding_of(LEVEL_ESCALATE_URGENT, "Invoice INV-102 is 31 days overdue", NULL);
    one.code = "INVOICE_OVERDUE_LONG";
    one.sources = 1u << SOURCE_NETSUITE;
    struct decision decision = decision_of(house, &one, 1);
    finding_skip(&decision.findings, "OWNER_CHANGED", "an owner history");
    revise(house, &decision);
    const char *said = say(house, command_why, "U0MAYA", "ONB-1001");
    assert_says(said, "*Rule* (invoices): exactly one overdue, for that many days or more");
    assert_says(said, "*Threshold* `rules.overdue_urgent_days` = 30");
    assert_says(said, "*Read* NetSuite <!date^1776693660^");
    assert_silent_on(said, "Salesforce <!date^1776693660^");
    assert_says(said, "for lack of an owner history: `OWNER_CHANGED`");
    assert_silent_on(said, "Decided by rules");
    decision.rules_version = "2025.01";
    revise(house, &decision);
    assert_says(say(house, command_why, "U0MAYA", "ONB-1001"),
                "Decided by rules 2025.01; the thresholds shown are those of rules 2026.04");
}

static void test_why_of_one_code_shows_it_whole(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    char text[801] = "";
    memset(text, 'w', sizeof text - 1);
    struct finding two[2] = {finding_of(LEVEL_ESCALATE_WARN, text, NULL),
                             finding_of(LEVEL_NOTE, "The owner has no title", NULL)};
    two[1].code = "FIELD_MISSING";
    struct decision decision = decision_of(house, two, 2);
    finding_skip(&decision.findings, "OWNER_CHANGED", "an owner history");
    revise(house, &decision);
    assert_silent_on(say(house, command_why, "U0MAYA", "ONB-1001"), text);
    const char *said = say(house, command_why, "U0MAYA", "ONB-1001 invoice_overdue_one");
    assert_says(said, text);
    assert_silent_on(said, "The owner has no title");
    assert_silent_on(said, "OWNER_CHANGED");
    said = say(house, command_why, "U0MAYA", "acme corp OWNER_CHANGED");
    assert_says(said, "for lack of an owner history: `OWNER_CHANGED`");
    assert_silent_on(said, text);
    assert_says(say(house, command_why, "U0MAYA", "ONB-1001 ACCOUNT_MISSING"),
                "`ACCOUNT_MISSING` was checked and has nothing against it");
    assert_says(say(house, command_why, "U0MAYA", "ONB-1001 INVOICE_OVERDUE_ON"),
                "No check says “INVOICE_OVERDUE_ON”; the nearest is INVOICE_OVERDUE_ONE.");
}

/* Two blocks a finding, and fifty blocks an answer. */
static void test_why_of_many_says_how_to_see_the_others(void **state)
{
    struct house *house = *state;
    enum { MANY = 60 };
    struct finding many[MANY];
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    for (size_t i = 0; i < MANY; i++) {
        many[i] = finding_of(LEVEL_BLOCK_FINANCE, arena_fmt(&house->arena, "Trouble %zu", i), "&");
        many[i].code = i < 30 ? "INVOICES_OVERDUE" : "FIELD_MISSING";
        many[i].level = i < 30 ? LEVEL_BLOCK_FINANCE : LEVEL_ESCALATE_WARN;
        many[i].sources = 1u << SOURCE_NETSUITE;
    }
    struct decision decision = decision_of(house, many, MANY);
    for (size_t i = 0; i < MANY; i++)
        finding_skip(&decision.findings, arena_fmt(&house->arena, "CODE_%02zu", i),
                     arena_fmt(&house->arena, "reason %zu", i));
    decision.rules_version = "2025.01";
    house->world.now.ms += HOURS(1);
    revise(house, &decision);
    const char *said = say(house, command_why, "U0MAYA", "ONB-1001");
    assert_says(said, "42 more findings are not shown here: INVOICES_OVERDUE, FIELD_MISSING. "
                      "`/onboard why ONB-1001 CODE`");
    said = say(house, command_why, "U0MAYA", "ONB-1001 FIELD_MISSING");
    assert_says(said, "Trouble 30");
    assert_says(said, "12 more findings are not shown here: FIELD_MISSING");
    assert_silent_on(said, "Trouble 29");
}

static void test_a_note_stands_in_the_timeline_and_in_the_thread(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(say(house, command_note, "U0MAYA", "called them"), "Its number comes first");
    assert_says(say(house, command_note, "U0MAYA", "ONB-1001"), "The note itself is missing");
    assert_says(say(house, command_note, "U0MAYA", "ONB-1001 \"they pay &lt;soon&gt;\""), "Noted");
    assert_says(job_of(house, "post_note"), "they pay &lt;soon&gt;");
    const char *said = say(house, command_timeline, "U0MAYA", "ONB-1001");
    assert_says(said, "*note*");
    assert_says(said, "they pay &lt;soon&gt;");
    assert_says(said, "*item.opened*");
}

static void test_help_lists_the_verbs_and_explains_one(void **state)
{
    struct house *house = *state;
    const char *said = say(house, command_help, "U0GUS", "");
    assert_says(said, "`/onboard status [ACCOUNT|ONB-n] [--share]`");
    assert_says(say(house, command_help, "U0MAYA", "start"),
                "`/onboard start ACCOUNT [--opp ID] [--playbook P]`");
    assert_says(say(house, command_help, "U0MAYA", "dance"), "I know no verb “dance”");
}

static void test_a_second_click_loses_and_is_told(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_true(submitted(house, view_approve_submitted, "U0BO", TICKED));
    assert_says(house->reply.ack, "Approved: ONB-1001 r1");
    assert_true(clicked(house, button_approve, "U0MAYA", 1, "https://hooks.example/1"));
    assert_says(house->reply.respond, "pproved by <@U0BO>");
    assert_true(submitted(house, view_approve_submitted, "U0MAYA", TICKED));
    assert_says(house->reply.ack, "pproved by <@U0BO>");
}

static void test_the_approval_form_opens_and_names_what_is_missing(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_URGENT);
    assert_true(clicked(house, button_approve, "U0BO", 1, "https://hooks.example/1"));
    assert_null(house->reply.respond);
    assert_says(house->reply.open_view.view, "\"callback_id\":\"approve\"");
    assert_says(house->reply.open_view.view, "Invoice INV-102 is 12 days overdue");
    assert_true(submitted(house, view_approve_submitted, "U0BO", "{}"));
    assert_says(house->reply.ack, "\"ticks_1\":\"Tick each one that you accept: 1 is missing.\"");
    assert_says(house->reply.ack, "\"reason\":\"Say why: one of these is urgent.\"");
    assert_true(submitted(house, view_approve_submitted, "U0BO", TICKED));
    assert_says(house->reply.ack, "\"errors\":{\"reason\"");
    assert_int_equal(now_item(house).state, ITEM_OPEN);
}

static void test_ticks_are_read_in_each_block_of_the_form(void **state)
{
    struct house *house = *state;
    struct finding findings[12];
    for (size_t i = 0; i < 12; i++)
        findings[i] = finding_of(LEVEL_ESCALATE_WARN, arena_fmt(&house->arena, "Is late: %zu", i),
                                 "INV-102 paid");
    given(house, "ACME Corp", findings, 12);
    assert_true(
        submitted(house, view_approve_submitted, "U0BO",
                  "{\"ticks_2\":{\"ticks_2\":{\"selected_options\":[{\"value\":\"11\"}]}}}"));
    assert_says(house->reply.ack, "\"ticks_1\":\"Tick each one that you accept: 10 are missing.\"");
    assert_says(house->reply.ack, "\"ticks_2\":\"Tick each one that you accept: 1 is missing.\"");
    struct buf all = {0};
    buf_str(&all, "{\"ticks_1\":{\"ticks_1\":{\"selected_options\":[");
    for (int i = 1; i <= 10; i++)
        buf_fmt(&all, "%s{\"value\":\"%d\"}", i > 1 ? "," : "", i);
    buf_str(&all,
            "]}},\"ticks_2\":{\"ticks_2\":{\"selected_options\":[{\"value\":\"11\"},{\"value\":"
            "\"12\"}]}}}");
    assert_true(
        submitted(house, view_approve_submitted, "U0BO", arena_str(&house->arena, buf_cstr(&all))));
    assert_says(house->reply.ack, "Approved: ONB-1001 r1");
    buf_release(&all);
}

static void test_a_stale_or_forbidden_click_gets_its_sentence(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_true(clicked(house, button_approve, "U0BO", 7, "https://hooks.example/1"));
    assert_says(house->reply.respond, "r7");
    assert_true(clicked(house, button_approve, "U0ANA", 1, "https://hooks.example/1"));
    assert_says(house->reply.respond, "You can't approve ONB-1001");
    assert_says(house->reply.respond, "\"action_id\":\"ask\"");
    assert_says(house->reply.respond, "Ask them");
    assert_true(clicked(house, button_reject, "U0ANA", 1, "https://hooks.example/1"));
    assert_says(house->reply.respond, "You can't reject ONB-1001");
    assert_null(house->reply.open_view.view);
    assert_int_equal(now_item(house).state, ITEM_OPEN);
}

static void test_a_click_without_a_message_is_answered_by_a_modal(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_true(clicked(house, button_approve, "U0ANA", 1, NULL));
    assert_says(house->reply.open_view.view, "You can't approve");
}

static void test_a_click_on_something_gone_says_so(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    house->item.id = "01JNOTHERE0000000000000000";
    request_handler *const buttons[] = {button_approve, button_reject, button_view, button_claim,
                                        button_release};
    for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++) {
        assert_true(clicked(house, buttons[i], "U0BO", 1, "https://hooks.example/1"));
        assert_says(house->reply.respond, "This question is gone");
    }
}

static void test_view_and_reject_open_their_modals(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_true(clicked(house, button_view, "U0ANA", 1, "https://hooks.example/1"));
    assert_string_equal(house->reply.open_view.trigger_id, "trigger");
    assert_says(house->reply.open_view.view, "\"callback_id\":\"details\"");
    assert_says(house->reply.open_view.view, "> remaining: CAD 25,000.00");
    assert_true(clicked(house, button_reject, "U0BO", 1, "https://hooks.example/1"));
    assert_says(house->reply.open_view.view, "\"callback_id\":\"reject\"");
    assert_null(house->reply.respond);
}

#define REASON(value) "{\"reason\":{\"reason\":{\"selected_option\":{\"value\":\"" value "\"}}}"
#define COMMENT(text) ",\"comment\":{\"comment\":{\"value\":" text "}}}"

static void test_the_reject_form_shows_errors_under_their_inputs(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_true(submitted(house, view_reject_submitted, "U0BO", REASON("other") COMMENT("null")));
    assert_string_equal(house->reply.ack,
                        "{\"response_action\":\"errors\",\"errors\":{\"comment\":\"Say what is "
                        "wrong: “Other” alone tells nobody what to fix.\"}}");
    assert_true(submitted(house, view_reject_submitted, "U0BO",
                          REASON("duplicate") COMMENT("\"too short\"")));
    assert_says(house->reply.ack, "at least 10 characters");
    assert_true(submitted(house, view_reject_submitted, "U0BO", "{}"));
    assert_says(house->reply.ack, "\"reason\":\"Pick a reason.\"");
    assert_true(submitted(house, view_reject_submitted, "U0BO", REASON("forged") COMMENT("null")));
    assert_says(house->reply.ack, "Pick a reason.");
    assert_int_equal(now_item(house).state, ITEM_OPEN);
}

static void test_a_submitted_rejection_closes_the_form_and_decides(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_true(submitted(house, view_reject_submitted, "U0BO",
                          REASON("wrong_owner") COMMENT("\"ask <@U0ANA> first\"")));
    assert_null(house->reply.ack);
    assert_string_equal(now_item(house).decision, "reject");
    assert_string_equal(now_item(house).reason, "Wrong owner: ask <@U0ANA> first");
    assert_true(
        submitted(house, view_reject_submitted, "U0MAYA", REASON("duplicate") COMMENT("null")));
    assert_says(house->reply.ack, "\"response_action\":\"update\"");
    assert_says(house->reply.ack, "ejected by <@U0BO>");
}

static void test_a_changed_profile_is_known_at_once(void **state)
{
    struct house *house = *state;
    struct person bo;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    told(
        house, event_user_change,
        "{\"type\":\"user_change\",\"user\":{\"id\":\"U0BO\",\"team_id\":\"T0SANDBOX\",\"deleted\":"
        "true,\"profile\":{\"display_name\":\"\",\"real_name\":\"Bo B\"}}}");
    assert_true(people_get(house->db, &house->arena, TENANT, "U0BO", &bo));
    assert_true(bo.deleted);
    assert_string_equal(bo.name, "Bo B");
    assert_string_equal(bo.email, "bo@corp.example");
    assert_true(clicked(house, button_approve, "U0BO", 1, "https://hooks.example/1"));
    assert_int_equal(now_item(house).state, ITEM_OPEN);
    told(house, event_user_change, "{\"user\":{\"id\":\"U0BO\",\"team_id\":\"T0OTHER\"}}");
    assert_true(people_get(house->db, &house->arena, TENANT, "U0BO", &bo));
    assert_true(bo.restricted);
    told(house, event_user_change, "{\"user\":\"odd\"}");
}

static void test_a_configured_groups_members_follow_the_event(void **state)
{
    struct house *house = *state;
    const char *items[] = {"S0APPROVE"};
    const char *const before[] = {"U0MAYA", "U0BO"};
    house->config.roles[ROLE_LEGAL] = (struct config_list){items, 1};
    assert_true(groups_put(house->db, TENANT, "S0APPROVE", before, 2, house->world.now));
    told(house, event_subteam_members_changed,
         "{\"subteam_id\":\"S0APPROVE\",\"added_users\":[\"U0FAY\",7],\"removed_users\":[\"U0BO\"]"
         "}");
    assert_true(groups_has(house->db, TENANT, "S0APPROVE", "U0MAYA"));
    assert_true(groups_has(house->db, TENANT, "S0APPROVE", "U0FAY"));
    assert_false(groups_has(house->db, TENANT, "S0APPROVE", "U0BO"));
    told(house, event_subteam_members_changed,
         "{\"subteam_id\":\"S0OTHER\",\"added_users\":[\"U0GUS\"]}");
    assert_false(groups_has(house->db, TENANT, "S0OTHER", "U0GUS"));
}

static void test_revoked_tokens_and_removal_are_audited(void **state)
{
    struct house *house = *state;
    struct audit_entry *entries = NULL;
    told(house, event_tokens_revoked, "{\"tokens\":{\"oauth\":[\"U1\"],\"bot\":[\"U2\",\"U3\"]}}");
    told(house, event_app_uninstalled, "{}");
    told(house, event_ignored, "{}");
    assert_int_equal(audit_list(house->db, &house->arena, TENANT, TENANT, 10, &entries), 2);
    assert_string_equal(entries[0].action, "slack.tokens_revoked");
    assert_string_equal(entries[0].reason, "2 of bots, 1 of users");
    assert_string_equal(entries[1].action, "slack.app_uninstalled");
}

#define WITH_HOUSE(test) cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)

static void test_a_list_can_be_of_one_person(void **state)
{
    struct house *house = *state;
    struct actor bo = actor_of("U0BO");
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    given_one(house, "Globex", LEVEL_ESCALATE_WARN);
    assert_int_equal(item_claim(&house->turn, &bo, 1001, &house->err).how, MOVE_DONE);
    const char *said = say(house, command_list, "U0LEE", "--csm <@U0BO|bo>");
    assert_says(said, "Onboardings of the team* of <@U0BO>");
    assert_says(said, "ACME Corp");
    assert_silent_on(said, "Globex");
    assert_says(say(house, command_list, "U0LEE", "team --csm"), "--csm takes a person");
    assert_says(say(house, command_list, "U0LEE", "blocked --csm @bo"), "None.");
}

static void test_a_shared_status_holds_nothing_internal(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    const char *said = say(house, command_status, "U0MAYA", "ONB-1001 --share");
    assert_says(said, "\"response_type\":\"in_channel\"");
    assert_says(said, "*ACME Corp* · onboarding, day 0");
    assert_says(said, "shared by <@U0MAYA>");
    static const char *const internal[] = {"INV-102", "overdue", "CAD",      "BLOCK",
                                           "Finance", "U0LEE",   "\"value\""};
    for (size_t i = 0; i < sizeof internal / sizeof *internal; i++)
        assert_silent_on(said, internal[i]);
    assert_says(say(house, command_status, "U0MAYA", "ONB-1001"), "\"ephemeral\"");
    assert_says(say(house, command_status, "U0MAYA", "--share"), "Share which one?");
}

static void test_a_start_can_name_the_opportunity(void **state)
{
    struct house *house = *state;
    assert_says(say(house, command_start, "U0MAYA", "Globex --opp 006A0000001XYZ1"), "Globex");
    assert_says(job_of(house, "find_account"), "\"opportunity\":\"006A0000001XYZ1\"");
    assert_says(say(house, command_start, "U0MAYA", "Initech --opp 001A0000001XYZ1"),
                "--opp takes the Salesforce id of an opportunity");
    assert_says(say(house, command_check, "U0MAYA", "Initech --opp"), "--opp takes");
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(say(house, command_check, "U0MAYA", "ONB-1001 --opp 006A0000001XYZ1"), "keeps it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOUSE(test_a_list_can_be_of_one_person),
        WITH_HOUSE(test_a_shared_status_holds_nothing_internal),
        WITH_HOUSE(test_a_start_can_name_the_opportunity),
        WITH_HOUSE(test_arguments_are_words_phrases_and_unescaped_characters),
        WITH_HOUSE(test_status_finds_an_onboarding_by_number_id_and_name),
        WITH_HOUSE(test_status_of_several_lists_their_numbers),
        WITH_HOUSE(test_status_of_the_unknown_says_what_next),
        WITH_HOUSE(test_status_without_a_name_lists_mine),
        WITH_HOUSE(test_lists_keep_what_their_name_says),
        WITH_HOUSE(test_a_long_list_counts_what_it_does_not_show),
        WITH_HOUSE(test_what_waits_is_listed_however_many_came_after_it),
        WITH_HOUSE(test_start_looks_an_unknown_account_up),
        WITH_HOUSE(test_start_of_a_known_account_says_where_it_stands),
        WITH_HOUSE(test_start_and_check_need_an_account_and_a_role),
        WITH_HOUSE(test_check_of_a_known_account_runs_the_checks),
        WITH_HOUSE(test_approve_takes_a_number_a_revision_and_a_reason),
        WITH_HOUSE(test_approve_says_what_has_to_be_acknowledged),
        WITH_HOUSE(test_what_is_urgent_needs_a_reason),
        WITH_HOUSE(test_the_approval_form_opens_and_names_what_is_missing),
        WITH_HOUSE(test_ticks_are_read_in_each_block_of_the_form),
        WITH_HOUSE(test_reject_takes_its_reason_without_quotes_too),
        WITH_HOUSE(test_claim_and_release_take_a_number_alone),
        WITH_HOUSE(test_why_shows_every_finding_with_inputs_and_fix),
        WITH_HOUSE(test_why_names_rule_threshold_and_what_was_read),
        WITH_HOUSE(test_why_of_one_code_shows_it_whole),
        WITH_HOUSE(test_why_of_many_says_how_to_see_the_others),
        WITH_HOUSE(test_a_note_stands_in_the_timeline_and_in_the_thread),
        WITH_HOUSE(test_help_lists_the_verbs_and_explains_one),
        WITH_HOUSE(test_a_second_click_loses_and_is_told),
        WITH_HOUSE(test_a_stale_or_forbidden_click_gets_its_sentence),
        WITH_HOUSE(test_a_click_without_a_message_is_answered_by_a_modal),
        WITH_HOUSE(test_a_click_on_something_gone_says_so),
        WITH_HOUSE(test_view_and_reject_open_their_modals),
        WITH_HOUSE(test_the_reject_form_shows_errors_under_their_inputs),
        WITH_HOUSE(test_a_submitted_rejection_closes_the_form_and_decides),
        WITH_HOUSE(test_a_changed_profile_is_known_at_once),
        WITH_HOUSE(test_a_configured_groups_members_follow_the_event),
        WITH_HOUSE(test_revoked_tokens_and_removal_are_audited),
    };
    return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
