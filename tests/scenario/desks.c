/* Findings reach their people where they are: each only their own, once, with their buttons. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what this subject adds ---- */

static const char *dm_channel(const char *user)
{
    return arena_fmt(&the.arena, "D%s", user + 1);
}

/* The desk's message about ONB-1001 in a channel or in a person's DM. */
static struct slack_message *desk_in(const char *channel)
{
    struct slack_message *message = slack_find(&the.slack, channel, "ONB-1001");
    if (!message)
        fail_at(HERE, "no message about ONB-1001 in %s", channel);
    return message;
}

#define desk_of(user) desk_in(dm_channel(user))

static bool says(const struct slack_message *message, const char *words)
{
    return strstr(message->text, words) || strstr(message->blocks, words);
}

#define expect_says(message, words)                                                                \
    do {                                                                                           \
        if (!says(message, words))                                                                 \
            fail_at(HERE, "not \"%s\" but: %s", words, (message)->blocks);                         \
    } while (0)
#define expect_silent(message, words)                                                              \
    do {                                                                                           \
        if (says(message, words))                                                                  \
            fail_at(HERE, "\"%s\" stands in: %s", words, (message)->blocks);                       \
    } while (0)

/* Lines under a message that say this. */
static size_t replies(const struct slack_message *message, const char *words)
{
    char channel[24], ts[24];
    size_t count = 0;
    snprintf(channel, sizeof channel, "%s", message->channel);
    snprintf(ts, sizeof ts, "%s", message->ts);
    for (size_t i = 0; i < the.slack.message_count; i++) {
        const struct slack_message *other = &the.slack.messages[i];
        count += strcmp(other->channel, channel) == 0 && strcmp(other->thread_ts, ts) == 0 &&
                 strstr(other->text, words) != NULL;
    }
    return count;
}

static struct slack_act *press(const char *user, const struct slack_message *message,
                               const char *action)
{
    struct slack_act *act = slack_click(&the.slack, user, message, action);
    if (!act)
        fail_at(HERE, "there is no button \"%s\" on: %s", action, message->blocks);
    settle();
    return act;
}

static bool has_button(const struct slack_message *message, const char *action)
{
    char *value = slack_button(message, action);
    free(value);
    return value != NULL;
}

/* A deal that Finance blocks: two invoices overdue. */
static struct fake_account *win_blocked(void)
{
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
    systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
    advance(MINUTES(11));
    return acme;
}

static void scene_with(const char *routes, const char *finance)
{
    scene_start((struct scene_options){.seed = 1, .routes = routes, .finance = finance});
}

/* ---- each its own ---- */

static void finance_hears_of_its_finding_in_a_message_of_its_own(void)
{
    scene();
    win_blocked();
    expect_dm(FAY, "For Finance");
    expect_says(desk_of(FAY), "2 invoices are overdue");
    expect_says(desk_of(FAY), "/onboard why ONB-1001");
    expect_says(desk_of(FAY), "Give Finance's key");
    expect_says(desk_of(FAY), "Paid or credited, re-check");
    expect(has_button(desk_of(FAY), "view"));
    expect_no_dm(DEE, "ONB-1001"); /* stands in for Finance, which is there */
    expect_no_dm(ANA, "ONB-1001");
    expect_no_note("ONB-1001", "Nobody is there");
    scene_end();
}

static void the_owner_hears_of_the_contract_and_nothing_of_the_money(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    acme->clm_status = "draft";
    systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
    systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
    advance(MINUTES(11));
    expect_dm(ANA, "For the deal's owner");
    expect_says(desk_of(ANA), "is not executed");
    expect_says(desk_of(ANA), "Nobody can approve it before this is fixed");
    expect_silent(desk_of(ANA), "INV-10");
    expect_silent(desk_of(ANA), "CAD "); /* with its amount: a signed value may hold the letters */
    expect_silent(desk_of(ANA), "Finance");
    expect(!has_button(desk_of(ANA), "approve"));
    expect(has_button(desk_of(ANA), "recheck"));
    expect_silent(desk_of(FAY), "draft");
    scene_end();
}

static void a_channel_is_told_where_one_is_configured(void)
{
    scene_with("{\"finance\":[\"C0FINANCE\"]}", NULL);
    win_blocked();
    expect_no_dm(FAY, "ONB-1001");
    expect_says(desk_in("C0FINANCE"), "For Finance");
    expect_answer(approve_in(FAY, desk_in("C0FINANCE")), "Still missing: the CS key");
    expect_answer(click(LEE, "approve", "ONB-1001"), "Approved: ONB-1001");
    expect_says(desk_in("C0FINANCE"), "*Approved* by <@" LEE "> and <@" FAY ">");
    scene_end();
}

static void five_of_those_who_hold_the_role_are_told_each_once(void)
{
    static const char *const told[] = {FAY, MAYA, BO, LEE, KIM};
    scene_with(NULL, "[\"" FAY "\",\"" MAYA "\",\"" BO "\",\"" LEE "\",\"" KIM "\",\"" RAJ "\"]");
    win_blocked();
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        expect_dm(told[i], "For Finance");
    expect_no_dm(RAJ, "For Finance");
    click(DEE, "view", "ONB-1001");
    say(MAYA, "reject ONB-1001 \"pay first\"");
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        expect_says(desk_of(told[i]), "*Rejected* by <@" MAYA ">");
        expect_silent(desk_of(told[i]), "action_id");
    }
    scene_end();
}

static void who_is_gone_is_left_out(void)
{
    scene_with(NULL, "[\"" FAY "\",\"" DEE "\"]");
    slack_send(&the.slack, "events_api",
               "{\"type\":\"event_callback\",\"team_id\":\"" TEAM
               "\",\"event_id\":\"%s\",\"event\":{\"type\":\"user_change\",\"user\":{\"id\":\"" FAY
               "\",\"team_id\":\"" TEAM "\",\"deleted\":true,\"profile\":{}}}}");
    settle();
    win_blocked();
    expect_no_dm(FAY, "For Finance");
    expect_dm(DEE, "For Finance");
    scene_end();
}

/* ---- keys ---- */

static void two_keys_in_either_order_from_the_card_and_from_finance_s_message(void)
{
    for (int finance_first = 0; finance_first < 2; finance_first++) {
        scene();
        win_blocked();
        struct slack_act *first =
            finance_first ? approve_in(FAY, desk_of(FAY)) : click(MAYA, "approve", "ONB-1001");
        expect_answer(first,
                      finance_first ? "Still missing: the CS key" : "Still missing: Finance's key");
        expect_stored("SELECT state FROM items", 0);
        expect(has_button(desk_of(FAY), "approve") == !finance_first);
        expect_says(desk_of(FAY), "still missing");
        struct slack_act *second =
            finance_first ? click(MAYA, "approve", "ONB-1001") : approve_in(FAY, desk_of(FAY));
        expect_answer(second, "Approved: ONB-1001");
        expect_says(desk_of(FAY), "*Approved* by <@" MAYA "> and <@" FAY ">");
        expect_silent(desk_of(FAY), "action_id");
        expect_number(the.systems.organizations, 1);
        scene_end();
    }
}

static void beside_a_hard_block_finance_has_no_key_to_give(void)
{
    scene_with("{\"legal\":[\"C0LEGAL\"]}", NULL);
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    acme->clm_status = "out_for_signature";
    systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
    systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
    advance(MINUTES(11));
    expect_says(desk_of(FAY), "2 invoices are overdue");
    expect_says(desk_of(FAY), "first Legal and the deal's owner must fix what blocks it");
    expect(!has_button(desk_of(FAY), "approve"));
    expect_answer(say(FAY, "approve ONB-1001"), "can't be approved by anyone");
    expect_stored("SELECT count(*) FROM approvals", 0);

    acme->clm_status = "executed";
    press(ANA, desk_of(ANA), "recheck");
    expect_says(desk_of(ANA), "Done: nothing left here for the deal's owner");
    expect_silent(desk_of(ANA), "action_id");
    expect_says(desk_in("C0LEGAL"), "Done: nothing left here for Legal");
    expect_answer(approve_in(FAY, desk_of(FAY)), "Still missing: the CS key");
    expect_stored("SELECT state FROM items", 0);
    scene_end();
}

static void who_holds_both_keys_gives_the_one_that_the_button_names(void)
{
    scene_with(NULL, "[\"" LEE "\"]");
    win_blocked();
    expect_answer(approve_in(LEE, desk_of(LEE)), "You turned Finance's key");
    expect_answer(click(LEE, "approve", "ONB-1001"), "two keys are two people");
    expect_answer(click(MAYA, "approve", "ONB-1001"), "Approved: ONB-1001");
    scene_end();
}

static void the_owner_turns_no_key_from_finance_s_message_either(void)
{
    scene_with("{\"finance\":[\"C0FINANCE\"]}", "[\"" FAY "\",\"" ANA "\"]");
    win_blocked();
    expect_answer(approve_in(ANA, desk_in("C0FINANCE")), "you own the deal");
    expect_stored("SELECT count(*) FROM approvals", 0);
    scene_end();
}

/* ---- re-check ---- */

static void the_credit_is_applied_and_a_re_check_clears_it(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
    acme->credit = "15000.00";
    advance(MINUTES(11));
    expect_says(desk_of(FAY), "Credit applied, re-check");
    expect_says(desk_of(FAY), "CS decides in <#" CHANNEL ">");
    expect(!has_button(desk_of(FAY), "approve"));
    systems_pay(acme);
    acme->credit = NULL;
    expect_answer(press(FAY, desk_of(FAY), "recheck"), "Looking again; the answer comes here.");
    expect_told(FAY, "PROCEED");
    expect_says(desk_of(FAY), "Cleared by itself");
    expect_silent(desk_of(FAY), "action_id");
    scene_end();
}

static void a_re_check_that_is_pressed_thrice_looks_once_more(void)
{
    scene();
    win_blocked();
    struct mono since = the.sim.world.mono;
    slack_click(&the.slack, FAY, desk_of(FAY), "recheck");
    slack_click(&the.slack, FAY, desk_of(FAY), "recheck");
    slack_click(&the.slack, FAY, desk_of(FAY), "recheck");
    settle();
    expect(sim_count_asked(&the.sim, "/composite", since) <= 2);
    scene_end();
}

static void an_old_re_check_says_what_was_decided(void)
{
    scene();
    win_blocked();
    char *value = slack_button(desk_of(FAY), "recheck");
    say(MAYA, "reject ONB-1001 \"pay first\"");
    struct slack_act *late = slack_click_value(&the.slack, FAY, desk_of(FAY)->ts, "recheck", value);
    settle();
    expect_answer(late, "Already rejected by <@" MAYA ">");
    free(value);
    scene_end();
}

static void the_command_asks_for_the_same_as_the_button(void)
{
    scene();
    win_blocked();
    expect_answer(say(FAY, "check ONB-1001"), "Checking ACME Corp");
    expect_answer(say(FAY, "check Somebody Else"), "needs the role csm");
    scene_end();
}

/* ---- revisions ---- */

static void what_is_new_rings_once_in_the_thread_of_the_message(void)
{
    scene();
    struct fake_account *acme = win_blocked();
    unsigned edits = desk_of(FAY)->edits;
    systems_bill(&the.systems, acme, "INV-110", 3, "900.00");
    say(MAYA, "check ONB-1001");
    expect_says(desk_of(FAY), "3 invoices are overdue");
    expect_says(desk_of(FAY), "ONB-1001 r2");
    expect(desk_of(FAY)->edits > edits);
    expect_number(replies(desk_of(FAY), "New in r2: 3 invoices are overdue"), 1);
    say(MAYA, "check ONB-1001");
    say(BO, "claim ONB-1001");
    expect_number(replies(desk_of(FAY), ""), 1);
    expect_dm(FAY, "For Finance");
    scene_end();
}

static void nothing_is_drawn_or_said_where_nothing_of_theirs_changed(void)
{
    scene();
    win_blocked();
    unsigned edits = desk_of(FAY)->edits;
    say(BO, "claim ONB-1001");
    say(BO, "note ONB-1001 \"called them\"");
    say(MAYA, "check ONB-1001");
    expect_number(desk_of(FAY)->edits, edits);
    expect_number(replies(desk_of(FAY), ""), 0);
    scene_end();
}

static void a_desk_that_a_later_revision_concerns_is_told_then(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    expect_no_dm(FAY, "ONB-1001");
    systems_bill(&the.systems, acme, "INV-110", 3, "900.00");
    say(MAYA, "check ONB-1001");
    expect_dm(FAY, "For Finance");
    expect_number(replies(desk_of(FAY), ""), 0);
    scene_end();
}

static void a_message_with_nothing_left_says_so_and_rings_when_it_comes_back(void)
{
    scene_with("{\"legal\":[\"none\"]}", NULL);
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    acme->clm_status = "draft";
    systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
    systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
    advance(MINUTES(11));
    systems_pay(acme);
    say(MAYA, "check ONB-1001");
    expect_says(desk_of(FAY), "Done: nothing left here for Finance");
    expect_silent(desk_of(FAY), "action_id");
    expect_number(replies(desk_of(FAY), ""), 0);
    systems_bill(&the.systems, acme, "INV-110", 3, "900.00");
    systems_bill(&the.systems, acme, "INV-111", 3, "900.00");
    say(MAYA, "check ONB-1001");
    expect_number(replies(desk_of(FAY), "New in r3: 2 invoices are overdue"), 1);
    expect(has_button(desk_of(FAY), "recheck"));
    scene_end();
}

static void what_a_system_that_is_away_does_not_tell_is_neither_done_nor_new(void)
{
    scene();
    win_blocked();
    sim_add_fault(&the.sim, (struct sim_fault){.where = NETSUITE_URL, .kind = SIM_REFUSED});
    say(MAYA, "check ONB-1001");
    advance(MINUTES(2));
    expect_says(desk_of(FAY), "Can't be seen just now");
    sim_heal(&the.sim, NULL);
    advance(MINUTES(20));
    expect_says(desk_of(FAY), "2 invoices are overdue");
    expect_number(replies(desk_of(FAY), ""), 0);
    scene_end();
}

/* ---- tasks of what proceeds ---- */

static void a_credit_still_to_be_applied_is_told_though_it_proceeds(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
    acme->credit = "25000.00";
    advance(MINUTES(11));
    expect_card("ONB-1001", "ACME Corp: proceeding");
    expect_dm(FAY, "For Finance");
    expect_says(desk_of(FAY), "CM-9");
    expect_says(desk_of(FAY), "Nothing waits for it");
    expect_silent(desk_of(FAY), "action_id");
    expect_stored("SELECT count(*) FROM items", 0);
    scene_end();
}

static void a_credit_that_clears_an_item_is_still_to_be_applied(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    acme->credit = "25000.00";
    say(MAYA, "check ONB-1001");
    expect_card("ONB-1001", "Cleared by itself");
    expect_says(desk_of(FAY), "CM-9");
    expect_silent(desk_of(FAY), "action_id");
    scene_end();
}

static void notes_that_are_no_task_are_not_sent(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", -10, "25000.00");
    advance(MINUTES(11));
    expect_card("ONB-1001", "ACME Corp: proceeding");
    expect_stored("SELECT count(*) FROM messages WHERE purpose LIKE 'desk:%'", 0);
    scene_end();
}

/* ---- nobody there ---- */

static void a_desk_without_anybody_is_said_once_in_the_thread(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    acme->clm_status = "draft";
    advance(MINUTES(11));
    expect_note("ONB-1001", "Nobody is there to hear of this for Legal");
    expect_note("ONB-1001", "`routes.legal` or `roles.legal`");
    acme->clm_status = "out_for_signature";
    say(MAYA, "check ONB-1001");
    expect_card("ONB-1001", "ONB-1001 r2");
    expect_note("ONB-1001", "Nobody is there to hear of this for Legal");
    scene_end();
}

static void a_desk_that_is_not_wanted_is_not_missed(void)
{
    scene_with("{\"legal\":[\"none\"],\"owner\":[\"none\"]}", NULL);
    systems_win(&the.systems, "ACME Corp")->clm_status = "draft";
    advance(MINUTES(11));
    expect_no_note("ONB-1001", "Nobody is there");
    expect_no_dm(ANA, "ONB-1001");
    scene_end();
}

static void an_owner_whom_slack_does_not_know_is_said_once(void)
{
    scene_with("{\"legal\":[\"none\"]}", NULL);
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    acme->clm_status = "draft";
    acme->owner_mail = "nobody@corp.example";
    advance(MINUTES(11));
    expect_note("ONB-1001", "Nobody is there to hear of this for the deal's owner");
    say(MAYA, "check ONB-1001");
    say(MAYA, "check ONB-1001");
    expect_note("ONB-1001", "Nobody is there to hear of this for the deal's owner");
    scene_end();
}

static void a_message_that_cannot_be_delivered_is_said_in_the_thread(void)
{
    scene_with("{\"finance\":[\"C0FINANCE\"]}", NULL);
    the.slack.bot_left = "C0FINANCE";
    the.may_die = "post_desk";
    win_blocked();
    expect_note("ONB-1001", "Finance (<#C0FINANCE>) could not be told");
    the.slack.bot_left = NULL;
    expect_stored("SELECT count(*) FROM jobs WHERE state = 2 AND kind = 'post_desk'", 1);
    say(MAYA, "reject ONB-1001 \"pay first\"");
    scene_end();
}

/* ---- once ---- */

static void a_crash_while_a_desk_is_told_says_it_once(void)
{
    for (int64_t ms = 0; ms < 1000; ms += 40) {
        scene();
        struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
        systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
        systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
        acme->changed.ms -= DAYS(90);
        begin_say(MAYA, "start ACME Corp");
        advance(ms);
        crash_and_restart();
        advance(MINUTES(2));
        expect_dm(FAY, "For Finance");
        scene_end();
    }
}

/* Between Slack's answer and the commit that would have remembered it. */
static void a_crash_before_the_message_is_remembered_finds_it(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    systems_bill(&the.systems, acme, "INV-110", 3, "900.00");
    begin_say(MAYA, "check ONB-1001");
    while (!slack_find(&the.slack, dm_channel(FAY), "ONB-1001"))
        advance(1);
    crash_around_commit(DEATH_BEFORE_COMMIT);
    advance(MINUTES(2));
    expect_number(the.crashes, 1);
    expect_dm(FAY, "For Finance");
    expect_stored("SELECT count(*) FROM messages WHERE purpose = 'desk:finance'", 1);
    scene_end();
}

static void a_lost_answer_tells_no_desk_twice(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    systems_bill(&the.systems, acme, "INV-110", 3, "900.00");
    sim_add_fault(&the.sim, (struct sim_fault){
                                .where = "/chat.postMessage", .kind = SIM_LOST_REPLY, .times = 3});
    begin_say(MAYA, "check ONB-1001");
    advance(MINUTES(5));
    expect_dm(FAY, "For Finance");
    scene_end();
}

const struct scenario desks_scenarios[] = {
    {"Finance hears of its finding in a message of its own",
     finance_hears_of_its_finding_in_a_message_of_its_own},
    {"the owner hears of the contract and nothing of the money",
     the_owner_hears_of_the_contract_and_nothing_of_the_money},
    {"a channel is told where one is configured", a_channel_is_told_where_one_is_configured},
    {"five of those who hold the role are told, each once",
     five_of_those_who_hold_the_role_are_told_each_once},
    {"who is gone is left out", who_is_gone_is_left_out},
    {"two keys in either order, from the card and from Finance's message",
     two_keys_in_either_order_from_the_card_and_from_finance_s_message},
    {"beside a hard block Finance has no key to give",
     beside_a_hard_block_finance_has_no_key_to_give},
    {"who holds both keys gives the one that the button names",
     who_holds_both_keys_gives_the_one_that_the_button_names},
    {"the owner turns no key from Finance's message either",
     the_owner_turns_no_key_from_finance_s_message_either},
    {"the credit is applied and a re-check clears it",
     the_credit_is_applied_and_a_re_check_clears_it},
    {"a re-check that is pressed thrice looks once more",
     a_re_check_that_is_pressed_thrice_looks_once_more},
    {"an old re-check says what was decided", an_old_re_check_says_what_was_decided},
    {"the command asks for the same as the button", the_command_asks_for_the_same_as_the_button},
    {"what is new rings once in the thread of the message",
     what_is_new_rings_once_in_the_thread_of_the_message},
    {"nothing is drawn or said where nothing of theirs changed",
     nothing_is_drawn_or_said_where_nothing_of_theirs_changed},
    {"a desk that a later revision concerns is told then",
     a_desk_that_a_later_revision_concerns_is_told_then},
    {"a message with nothing left says so, and rings when it comes back",
     a_message_with_nothing_left_says_so_and_rings_when_it_comes_back},
    {"what a system that is away does not tell is neither done nor new",
     what_a_system_that_is_away_does_not_tell_is_neither_done_nor_new},
    {"a credit still to be applied is told though it proceeds",
     a_credit_still_to_be_applied_is_told_though_it_proceeds},
    {"a credit that clears an item is still to be applied",
     a_credit_that_clears_an_item_is_still_to_be_applied},
    {"notes that are no task are not sent", notes_that_are_no_task_are_not_sent},
    {"a desk without anybody is said once in the thread",
     a_desk_without_anybody_is_said_once_in_the_thread},
    {"a desk that is not wanted is not missed", a_desk_that_is_not_wanted_is_not_missed},
    {"an owner whom Slack does not know is said once",
     an_owner_whom_slack_does_not_know_is_said_once},
    {"a desk's message that cannot be delivered is said in the thread",
     a_message_that_cannot_be_delivered_is_said_in_the_thread},
    {"a crash while a desk is told says it once", a_crash_while_a_desk_is_told_says_it_once},
    {"a crash before a desk's message is remembered finds it",
     a_crash_before_the_message_is_remembered_finds_it},
    {"a lost answer tells no desk twice", a_lost_answer_tells_no_desk_twice},
    {0},
};
