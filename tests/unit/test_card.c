/* The card, the DMs and the modals: what stands on them in each state of the item, and that nothing
 * from outside can break them. */
#include "db/messages.h"
#include "db/tenants.h"
#include "tests/unit/card_fixture.h"

#include "handlers/card_values.h"

static struct moved approve(struct house *house, const char *user_id)
{
    struct actor actor = actor_of(user_id);
    return item_approve(&house->turn, &actor, house->onboarding.number, house->run.revision,
                        &all_ticked, &house->err);
}

static struct moved reject(struct house *house, const char *user_id, const char *reason)
{
    struct actor actor = actor_of(user_id);
    return item_reject(&house->turn, &actor, house->onboarding.number, 0, reason, &house->err);
}

static void test_an_escalated_card_shows_finding_fix_times_and_four_buttons(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct card card = drawn(house, "card");
    assert_says(card.text, "⚠️ ACME Corp: review needed");
    assert_says(card.blocks, "*Invoice INV-102 is 12 days overdue (CAD 25,000.00)*");
    assert_says(card.blocks, "USD 150,000.00 · closed 14 Mar");
    assert_says(card.blocks, "<@U0ANA> (manager <@U0LEE>)");
    assert_says(card.blocks, "Executed, to 31 Dec · IC-101");
    assert_says(card.blocks, "1 of 1 open · CAD 25,000.00");
    assert_says(card.blocks, "_Would be PROCEED if:_ INV-102 paid");
    assert_says(card.blocks, "Salesforce <!date^1776693600^");
    assert_says(card.blocks, "rules 2026.04");
    assert_says(card.blocks, "manager <@U0LEE> <!date^");
    assert_says(card.blocks, "director <@U0KIM> <!date^");
    assert_says(card.blocks, "· ONB-1001 r1");
    assert_says(card.blocks, "\"action_id\":\"approve\",\"style\":\"primary\"");
    assert_says(card.blocks, "\"action_id\":\"reject\",\"style\":\"danger\"");
    assert_says(card.blocks, "\"action_id\":\"view\"");
    assert_says(card.blocks, "\"action_id\":\"claim\"");
    assert_silent_on(card.blocks, "\"action_id\":\"release\"");
    assert_true(count_blocks(house, card.blocks) <= 14);
}

static void test_times_carry_their_weekday_for_old_clients(void **state)
{
    struct house *house = *state;
    assert_string_equal(
        card_date(&house->turn, (struct wall){INT64_C(1776693720000)}),
        arena_fmt(&house->arena, "<!date^1776693720^{date_short_pretty} {time}|Mon %02d:02>",
                  calendar_local(house->config.calendar.zone, (struct wall){INT64_C(1776693720000)})
                          .minute /
                      60));
}

static void test_a_hard_block_has_no_approve_and_says_where_to_fix(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_HARD);
    struct card card = drawn(house, "card");
    assert_says(card.text, "🚨 ACME Corp: blocked");
    assert_silent_on(card.blocks, "\"action_id\":\"approve\"");
    assert_says(card.blocks, "\"action_id\":\"reject\"");
    assert_says(card.blocks, "fixed at the source");
    assert_says(card.blocks, "/onboard check ONB-1001");
}

static void test_missing_data_has_no_approve_and_says_when_it_tries_again(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_DATA);
    struct card card = drawn(house, "card");
    assert_silent_on(card.blocks, "\"action_id\":\"approve\"");
    assert_says(card.blocks, "heals by itself");
    assert_says(card.blocks, arena_fmt(&house->arena, "Next try <!date^%lld^",
                                       (long long)(house->world.now.ms / 1000 +
                                                   house->config.rules.recheck_min * 60)));
}

static void test_a_failed_source_is_named_with_its_error(void **state)
{
    struct house *house = *state;
    struct card card = {0};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    house->run.sources =
        "{\"salesforce\":{\"ok\":true,\"fetched_at\":\"2026-04-20T14:00:00.000Z\"},"
        "\"netsuite\":{\"ok\":false,\"class\":\"transient\",\"error\":\"HTTP <503>\"},"
        "\"clm\":{\"ok\":false,\"configured\":false}}";
    assert_true(
        card_render_proceed(&house->turn, &house->onboarding, &house->run, &card, &house->err));
    assert_says(card.blocks, "NetSuite *failed*: HTTP &lt;503&gt;");
    assert_says(card.blocks, "CLM not configured");
    assert_silent_on(card.blocks, "*Invoices*");
    assert_silent_on(card.blocks, "*Contract*");
}

static void test_two_keys_show_who_turned_one_and_what_is_missing(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    struct card card = drawn(house, "card");
    assert_says(card.blocks, "CS *still missing* · Finance *still missing*");
    assert_int_equal(approve(house, "U0BO").how, MOVE_KEY_TURNED);
    card = drawn(house, "card");
    assert_says(card.blocks, "CS ✅ <@U0BO> <!date^");
    assert_says(card.blocks, "Finance *still missing*");
    assert_says(card.blocks, "\"action_id\":\"approve\"");
    assert_int_equal(approve(house, "U0FAY").how, MOVE_DONE);
    assert_says(drawn(house, "card").blocks, "*Approved* by <@U0BO> and <@U0FAY>");
}

static void test_an_approved_card_says_who_and_loses_its_buttons(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(approve(house, "U0BO").how, MOVE_DONE);
    struct card card = drawn(house, "card");
    assert_says(card.text, "✅ ACME Corp: approved");
    assert_says(card.blocks, "✅ *Approved* by <@U0BO> <!date^");
    assert_says(card.blocks, " · provisioning");
    assert_silent_on(card.blocks, "\"actions\"");
    assert_true(onboardings_get(house->db, &house->arena, TENANT, house->onboarding.number,
                                &house->onboarding));
    house->onboarding.organization_id = "org_42";
    assert_true(onboardings_update(house->db, &house->onboarding, house->world.now));
    assert_true(onboardings_set_state(house->db, TENANT, house->onboarding.number,
                                      ONBOARDING_PROVISIONED, house->world.now));
    assert_says(drawn(house, "card").blocks, "Provisioned · `org_42`");
}

static void test_a_rejected_card_says_who_and_why(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(reject(house, "U0MAYA", "Billing error: INV-102 <is> wrong").how, MOVE_DONE);
    struct card card = drawn(house, "card");
    assert_says(card.text, "⛔ ACME Corp: rejected");
    assert_says(card.blocks, "⛔ *Rejected* by <@U0MAYA> <!date^");
    assert_says(card.blocks, ": Billing error: INV-102 &lt;is&gt; wrong");
    assert_silent_on(card.blocks, "\"actions\"");
}

static void test_a_card_that_healed_says_that_nobody_was_needed(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_DATA);
    assert_true(
        item_clear(&house->turn, &house->item, &house->onboarding, &house->run, &house->err));
    struct card card = drawn(house, "card");
    assert_says(card.text, "🟢 ACME Corp: cleared");
    assert_says(card.blocks, "🟢 *Cleared by itself*");
}

static void test_a_claimed_card_shows_by_whom_and_offers_release(void **state)
{
    struct house *house = *state;
    struct actor maya = actor_of("U0MAYA");
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(item_claim(&house->turn, &maya, house->onboarding.number, &house->err).how,
                     MOVE_DONE);
    struct card card = drawn(house, "card");
    assert_says(card.blocks, "Claimed by <@U0MAYA> <!date^");
    assert_says(card.blocks, "\"action_id\":\"release\"");
    assert_silent_on(card.blocks, "\"action_id\":\"claim\"");
    assert_silent_on(card.blocks, "manager <@U0LEE> <!date^");
    assert_says(card.blocks, "director <@U0KIM> <!date^");
}

static void test_the_managers_dm_says_how_long_and_who_is_next(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    house->world.now.ms += HOURS(49);
    struct card card = drawn(house, "dm1");
    assert_says(card.text, "⏰ ACME Corp has waited 2 days for a CS decision");
    assert_says(card.blocks, "deal USD 150,000.00 · nobody has claimed it");
    assert_says(card.blocks, "Next: <@U0KIM> <!date^");
    assert_says(card.blocks, "\"action_id\":\"approve\"");
    assert_silent_on(card.blocks, "Told so far");
}

static void test_the_directors_dm_lists_who_was_told_and_when(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(drawn(house, "dm2").blocks, "Told so far · nobody");
    const struct message told[] = {
        {.id = "job1",
         .tenant = TENANT,
         .item = house->item.id,
         .purpose = "card",
         .onboarding = house->onboarding.number,
         .channel = "C0ONBOARD",
         .ts = "1.1",
         .posted_at = house->world.now},
        {.id = "job2",
         .tenant = TENANT,
         .item = house->item.id,
         .purpose = "dm1",
         .onboarding = house->onboarding.number,
         .user_id = "U0LEE",
         .channel = "D1",
         .ts = "1.2",
         .posted_at = {house->world.now.ms + HOURS(48)}},
    };
    for (size_t i = 0; i < 2; i++)
        assert_true(messages_add(house->db, &told[i]));
    house->world.now.ms += HOURS(97);
    struct card card = drawn(house, "dm2");
    assert_says(card.text, "has waited 4 days");
    assert_says(card.blocks, "Told so far · <#C0ONBOARD> <!date^");
    assert_says(card.blocks, "· <@U0LEE> <!date^");
    assert_silent_on(card.blocks, "Next:");
}

static void test_a_decided_dm_leaves_nothing_to_do(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(approve(house, "U0BO").how, MOVE_DONE);
    struct card card = drawn(house, "dm1");
    assert_says(card.blocks, "Done by <@U0BO>, nothing left to do");
    assert_silent_on(card.blocks, "\"actions\"");
}

static void test_a_revised_card_says_what_changed_since(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_silent_on(drawn(house, "card").blocks, "Since r");
    struct finding now[2] = {
        finding_of(LEVEL_BLOCK_FINANCE, "2 invoices are overdue: INV-102, INV-<110>", NULL),
        finding_of(LEVEL_NOTE, "The owner has no title", NULL)};
    now[0].code = "INVOICES_OVERDUE";
    now[0].subject = "INV-102, INV-110";
    now[1].code = "FIELD_MISSING";
    house->world.now.ms += HOURS(1);
    struct decision decision = decision_of(house, now, 2);
    revise(house, &decision);
    const char *words = "🔄 *Since r1:* worse: 2 invoices are overdue: INV-102, INV-&lt;110&gt; "
                        "(was ESCALATE); The owner has no title";
    assert_says(drawn(house, "card").blocks, words);
    assert_says(drawn(house, "dm1").blocks, words);
    const char *view = NULL;
    assert_true(view_details(&house->turn, &(struct actor){.tenant = TENANT, .user_id = "U0BO"},
                             &house->onboarding, &view, &house->err));
    assert_says(view, words);
    assert_true(count_blocks(house, drawn(house, "card").blocks) <= 14);
    house->world.now.ms += HOURS(24);
    revise(house, &decision); /* only time went by */
    assert_silent_on(drawn(house, "card").blocks, "Since r");
}

static void test_a_question_asked_again_does_not_tell_of_the_old_one(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(reject(house, "U0BO", "Duplicate").how, MOVE_DONE);
    house->world.now.ms += HOURS(1);
    struct run run = house->run;
    struct item opened;
    run.created_at = house->world.now;
    assert_true(runs_add(house->db, &house->arena, &house->world, &run));
    assert_true(
        item_open(&house->turn, &house->onboarding, &run, &house->item, &opened, &house->err));
    house->item = opened;
    assert_int_equal(opened.revision, 2);
    assert_silent_on(drawn(house, "card").blocks, "Since r");
}

static void test_what_was_not_checked_names_every_reason_once(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct finding one = finding_of(LEVEL_ESCALATE_WARN, "Something", NULL);
    struct decision decision = decision_of(house, &one, 1);
    finding_skip(&decision.findings, "CURRENCY_MISMATCH", "NetSuite and CLM");
    finding_skip(&decision.findings, "FX_DRIFT", "NetSuite");
    finding_skip(&decision.findings, "NO_INVOICE", "NetSuite");
    finding_skip(&decision.findings, "OWNER_CHANGED", "an owner history");
    finding_skip(&decision.findings, "OWNER_CHANGED", "our <own> snapshots");
    house->world.now.ms += HOURS(1);
    revise(house, &decision);
    assert_says(drawn(house, "card").blocks,
                "4 not checked for lack of NetSuite and CLM; NetSuite; "
                "an owner history; and 1 more");
    const char *view = NULL;
    assert_true(view_details(&house->turn, &(struct actor){.tenant = TENANT, .user_id = "U0BO"},
                             &house->onboarding, &view, &house->err));
    assert_says(view,
                "*Not checked*\\n• for lack of NetSuite and CLM: `CURRENCY_MISMATCH`\\n• for "
                "lack of NetSuite: `FX_DRIFT`, `NO_INVOICE`\\n• for lack of an owner history: "
                "`OWNER_CHANGED`\\n• for lack of our &lt;own&gt; snapshots: `OWNER_CHANGED`");
}

static void test_a_name_of_which_nothing_is_seen_is_shown_by_its_id(void **state)
{
    struct house *house = *state;
    given_one(house, "\u200b\u2060\u3164", LEVEL_ESCALATE_WARN);
    assert_says(drawn(house, "card").text,
                arena_fmt(&house->arena, "⚠️ %s: review needed", house->onboarding.account_id));
}

static void test_the_same_state_draws_the_same_bytes(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct card first = drawn(house, "card");
    house->world.now.ms += HOURS(1);
    assert_string_equal(first.digest, drawn(house, "card").digest);
    assert_int_equal(reject(house, "U0BO", "Duplicate").how, MOVE_DONE);
    assert_string_not_equal(first.digest, drawn(house, "card").digest);
}

static void test_many_findings_stay_within_fourteen_blocks(void **state)
{
    struct house *house = *state;
    struct finding findings[200];
    for (size_t i = 0; i < 200; i++)
        findings[i] = finding_of(LEVEL_ESCALATE_WARN,
                                 arena_fmt(&house->arena, "Invoice INV-%zu is overdue", i), "paid");
    given(house, "ACME Corp", findings, 200);
    struct card card = drawn(house, "card");
    assert_true(count_blocks(house, card.blocks) <= 14);
    assert_says(card.blocks, "· 199 more findings");
    assert_says(card.blocks, "_194 more: View details_");
    const char *view = NULL;
    assert_true(view_details(&house->turn, &(struct actor){.tenant = TENANT, .user_id = "U0BO"},
                             &house->onboarding, &view, &house->err));
    assert_says(
        view,
        "160 more findings are not shown here: INVOICE_OVERDUE_ONE. `/onboard why ONB-1001 CODE`");
}

/* Names that try to ping, to break out of JSON, to fake lines, or to be very long. */
static void test_hostile_text_is_harmless_and_still_valid(void **state)
{
    struct house *house = *state;
    char *huge = arena_alloc(&house->arena, 100 * 1024 + 1);
    memset(huge, 'W', 100 * 1024);
    const char *const hostile[] = {
        "<!channel> <@U0KIM> <https://evil.example|click>",
        "\"},{\"type\":\"divider\"},{\"x\":\"",
        "ACME\n*✅ Approved by everyone*\r\n\u2028\u202ecod",
        "{{approve}} {{{token}}} {{> card.json}}",
        "\\\" \\u0000 \x01\x1f & && &amp;",
        huge,
    };
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct finding finding = finding_of(LEVEL_BLOCK_FINANCE, hostile[i], hostile[i]);
        finding.subject = hostile[i];
        finding.inputs[0].value = hostile[i];
        given(house, hostile[i], &finding, 1);
        struct card card = drawn(house, "card");
        assert_silent_on(card.blocks, "<!channel>");
        assert_silent_on(card.blocks, "<https://evil");
        assert_silent_on(card.text, "<!channel>");
        assert_silent_on(card.blocks, "ACME\\n");
        assert_true(strlen(card.blocks) < 16 * 1024);
        (void)drawn(house, "dm1");
        (void)drawn(house, "dm2");
        const char *view = NULL;
        assert_true(view_details(&house->turn, &(struct actor){.tenant = TENANT, .user_id = "U0BO"},
                                 &house->onboarding, &view, &house->err));
        assert_silent_on(view, "<!channel>");
        assert_true(
            view_reject(&house->turn, &house->onboarding, &house->item, &view, &house->err));
        assert_silent_on(view, "<!channel>");
        assert_int_equal(reject(house, "U0BO", hostile[i]).how, MOVE_DONE);
        assert_silent_on(drawn(house, "card").blocks, "<!channel>");
    }
}

static void test_the_reject_form_carries_the_items_signed_state(void **state)
{
    struct house *house = *state;
    const char *view = NULL;
    struct token token;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_true(view_reject(&house->turn, &house->onboarding, &house->item, &view, &house->err));
    struct json_object *form = json_parse(view, strlen(view), 1 << 20, &house->err);
    const char *metadata = json_get_str(form, "private_metadata", "");
    assert_true(token_verify(&house->keyring, metadata, house->world.now, &token, &house->err));
    assert_string_equal(token.id, house->item.id);
    assert_string_equal(token.action, "reject");
    assert_int_equal(token.revision, 1);
    assert_int_equal(json_get_len(form, "blocks[1].element.options"), 6);
    json_object_put(form);
}

static void test_a_run_that_needs_nobody_says_so(void **state)
{
    struct house *house = *state;
    struct card card = {0};
    struct finding note = finding_of(LEVEL_NOTE, "INV-102 is due 10 May", NULL);
    given(house, "ACME Corp", &note, 1);
    assert_true(
        card_render_proceed(&house->turn, &house->onboarding, &house->run, &card, &house->err));
    assert_says(card.text, "✅ ACME Corp: proceeding");
    assert_says(card.blocks, "Nobody needed to decide");
    assert_silent_on(card.blocks, "\"actions\"");
}

static void test_an_unknown_purpose_or_item_is_an_error(void **state)
{
    struct house *house = *state;
    struct card card = {0};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_false(card_render(&house->turn, TENANT, house->item.id, "poem", &card, &house->err));
    assert_false(card_render(&house->turn, TENANT, "nothing", "card", &card, &house->err));
    assert_int_equal(house->err.code, ERR_NOT_FOUND);
}

static void test_text_from_outside_is_put_on_one_line(void **state)
{
    struct house *house = *state;
    assert_string_equal(card_line(&house->arena, "~*x*~", 80), "\u223C\u2217x\u2217\u223C");
    assert_string_equal(card_line(&house->arena, " a\n\t b\u2029c\u202ed\x7f ", 80), "a b c d");
    assert_string_equal(card_line(&house->arena, NULL, 80), "");
    assert_string_equal(card_person(&house->turn, "U0<x>"), "U0&lt;x&gt;");
    assert_string_equal(card_person(&house->turn, "usher"), "Usher");
}

#define WITH_HOUSE(test) cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOUSE(test_an_escalated_card_shows_finding_fix_times_and_four_buttons),
        WITH_HOUSE(test_times_carry_their_weekday_for_old_clients),
        WITH_HOUSE(test_a_hard_block_has_no_approve_and_says_where_to_fix),
        WITH_HOUSE(test_missing_data_has_no_approve_and_says_when_it_tries_again),
        WITH_HOUSE(test_a_failed_source_is_named_with_its_error),
        WITH_HOUSE(test_two_keys_show_who_turned_one_and_what_is_missing),
        WITH_HOUSE(test_an_approved_card_says_who_and_loses_its_buttons),
        WITH_HOUSE(test_a_rejected_card_says_who_and_why),
        WITH_HOUSE(test_a_card_that_healed_says_that_nobody_was_needed),
        WITH_HOUSE(test_a_claimed_card_shows_by_whom_and_offers_release),
        WITH_HOUSE(test_the_managers_dm_says_how_long_and_who_is_next),
        WITH_HOUSE(test_the_directors_dm_lists_who_was_told_and_when),
        WITH_HOUSE(test_a_decided_dm_leaves_nothing_to_do),
        WITH_HOUSE(test_a_revised_card_says_what_changed_since),
        WITH_HOUSE(test_a_question_asked_again_does_not_tell_of_the_old_one),
        WITH_HOUSE(test_what_was_not_checked_names_every_reason_once),
        WITH_HOUSE(test_a_name_of_which_nothing_is_seen_is_shown_by_its_id),
        WITH_HOUSE(test_the_same_state_draws_the_same_bytes),
        WITH_HOUSE(test_many_findings_stay_within_fourteen_blocks),
        WITH_HOUSE(test_hostile_text_is_harmless_and_still_valid),
        WITH_HOUSE(test_the_reject_form_carries_the_items_signed_state),
        WITH_HOUSE(test_a_run_that_needs_nobody_says_so),
        WITH_HOUSE(test_an_unknown_purpose_or_item_is_an_error),
        WITH_HOUSE(test_text_from_outside_is_put_on_one_line),
    };
    return cmocka_run_group_tests_name("card", tests, NULL, NULL);
}
