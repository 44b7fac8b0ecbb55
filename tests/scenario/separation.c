/* Separation of duties: whoever is barred is barred by every way in, and is told why. */
#include "base/token.h"
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- ways in ---- */

static struct slack_act *by_the_card(const char *user)
{
    return press_approve(user, "ONB-1001");
}

static struct slack_act *by_command(const char *user)
{
    return say(user, "approve ONB-1001 r1 \"I may\" ack all");
}

static struct slack_act *by_command_without_ticks(const char *user)
{
    return say(user, "approve ONB-1001");
}

static const struct {
    const char *name;
    struct slack_act *(*try)(const char *user);
} ways[] = {
    {"the card", by_the_card},
    {"the command", by_command},
    {"the command without ticks", by_command_without_ticks},
};

/* ---- who is barred ---- */

static void acme_is_overdue(void)
{
    win_overdue("ACME Corp", 12);
}

static void maya_started_it(void)
{
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
    acme->changed.ms -= DAYS(90);
    say(MAYA, "start ACME Corp");
}

static void bo_is_of_another_organisation(void)
{
    acme_is_overdue();
    slack_person(&the.slack, BO)->stranger = true;
    slack_person_changed(&the.slack, BO, "user_change");
    settle();
}

static void bo_has_lost_the_role(void)
{
    acme_is_overdue();
    slack_approver_changed(&the.slack, BO, false);
    settle();
}

static void bo_is_deactivated(void)
{
    acme_is_overdue();
    slack_send(&the.slack, "events_api",
               "{\"type\":\"event_callback\",\"team_id\":\"" TEAM
               "\",\"event_id\":\"%s\",\"event\":{\"type\":\"user_change\",\"user\":{\"id\":\"" BO
               "\",\"team_id\":\"" TEAM "\",\"deleted\":true,\"profile\":{}}}}");
    settle();
}

/* Whoever stands in for someone is barred by what bars them. */
static void bo_stands_in_for_the_owner(void)
{
    say(ANA, "ooo on <@" BO "> today 2026-04-25");
    acme_is_overdue();
}

static const struct {
    const char *user;
    void (*given)(void);
    const char *words;
} bans[] = {
    {ANA, acme_is_overdue, "you own the deal"},
    {MAYA, maya_started_it, "you started it"},
    {GUS, acme_is_overdue, "guests"},
    {RAJ, acme_is_overdue, "it needs a CS approver"},
    {FAY, acme_is_overdue, "it needs a CS approver"},
    {BO, bo_is_deactivated, "deactivated"},
    {BO, bo_is_of_another_organisation, "guests and people of other organisations"},
    {BO, bo_has_lost_the_role, "it needs a CS approver"},
    {BO, bo_stands_in_for_the_owner, "<@" ANA ">, for whom you stand in, owns the deal"},
};

static void every_ban_holds_by_every_way_in(void)
{
    for (size_t b = 0; b < sizeof bans / sizeof *bans; b++)
        for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
            scene();
            bans[b].given();
            size_t views = the.slack.view_count;
            expect_answer(ways[w].try(bans[b].user), bans[b].words);
            expect_number(the.slack.view_count, views); /* no form opens */
            expect_stored("SELECT count(*) FROM approvals", 0);
            expect_stored("SELECT count(*) FROM items WHERE state = 0", 1);
            scene_end();
        }
}

/* ---- what is open is no licence: Bo has it before him, then something happens to him ---- */

static const char *seen; /* the state of the button that he has before him */

static void sees_the_card(void)
{
    seen = slack_button(card("ONB-1001"), "approve");
}

static struct slack_act *presses_it(void)
{
    struct slack_act *act =
        slack_click_value(&the.slack, BO, card("ONB-1001")->ts, "approve", seen);
    settle();
    free((char *)seen);
    return act;
}

static void sees_his_home(void)
{
    slack_open_home(&the.slack, BO);
    settle();
    const char *at =
        strstr(the.slack.homes[the.slack.home_count - 1].text, "\"action_id\":\"approve\"");
    at = at ? strstr(at, "\"value\":\"") + strlen("\"value\":\"") : NULL;
    expect(at);
    seen = strndup(at, strcspn(at, "\""));
}

static void nothing_yet(void)
{
}

static struct slack_act *types_it(void)
{
    return say(BO, "approve ONB-1001 r1 \"I may\" ack all");
}

static void opens_the_form(void)
{
    press_approve(BO, "ONB-1001");
}

static struct slack_act *submits_the_form(void)
{
    return submit_ticks(BO, -1, NULL, NULL);
}

static void opens_bulk(void)
{
    say(BO, "bulk");
}

static struct slack_act *submits_bulk(void)
{
    return submit(BO, arena_fmt(&the.arena,
                                "{\"reason\":{\"reason\":{\"value\":\"fine\"}},\"items_1\":{"
                                "\"items_1\":{\"selected_options\":[{\"value\":\"%s:1\"}]}}}",
                                stored_text("SELECT id FROM items")));
}

static void opens_the_rejection(void)
{
    click(BO, "reject", "ONB-1001");
}

static struct slack_act *submits_the_rejection(void)
{
    return submit_reject(BO, "other", "it came twice already");
}

static void is_maya_s_delegate_with_the_form_open(void)
{
    say(MAYA, "delegate all <@" BO ">");
    opens_the_form();
}

static const struct {
    const char *name;
    void (*open)(void);
    struct slack_act *(*go_on)(void);
} opened[] = {
    {"the card", sees_the_card, presses_it},
    {"Home", sees_his_home, presses_it},
    {"the command", nothing_yet, types_it},
    {"the form", opens_the_form, submits_the_form},
    {"bulk", opens_bulk, submits_bulk},
    {"the rejection", opens_the_rejection, submits_the_rejection},
    {"a delegate's form", is_maya_s_delegate_with_the_form_open, submits_the_form},
};

static void becomes(bool *what)
{
    *what = true;
    slack_person_changed(&the.slack, BO, "user_change");
}

static void is_deactivated(void)
{
    becomes(&slack_person(&the.slack, BO)->deleted);
}

static void is_a_guest(void)
{
    becomes(&slack_person(&the.slack, BO)->guest);
}

static void is_another_organisation_s(void)
{
    becomes(&slack_person(&the.slack, BO)->stranger);
}

static void has_lost_the_role(void)
{
    slack_approver_changed(&the.slack, BO, false);
}

/* Somebody of that id in a workspace that is not served. */
static void is_somebody_else(void)
{
    the.slack.elsewhere = true;
}

static const struct {
    const char *name;
    void (*happens)(void);
    const char *words; /* NULL: nobody is told anything */
} changes[] = {
    {"deactivated", is_deactivated, "deactivated"},
    {"a guest", is_a_guest, "guests and people of other organisations"},
    {"of another organisation", is_another_organisation_s,
     "guests and people of other organisations"},
    {"without the role", has_lost_the_role, "it needs a CS approver"},
    {"of another workspace", is_somebody_else, NULL},
};

static void play_change(size_t way, size_t change)
{
    scene();
    win_overdue("ACME Corp", 12);
    opened[way].open();
    changes[change].happens();
    settle();
    struct slack_act *act = opened[way].go_on();
    the.slack.elsewhere = false;
    const char *told = answer_of(act), *words = changes[change].words;
    if (words ? !strstr(told, words) : told[0] != '\0')
        fail_at(HERE, "by %s, %s: \"%s\" is told", opened[way].name, changes[change].name, told);
    expect_stored("SELECT count(*) FROM approvals", 0);
    expect_stored("SELECT count(*) FROM items WHERE state = 0 AND decision IS NULL", 1);
    scene_end();
}

static void what_is_open_is_no_licence(void)
{
    for (size_t way = 0; way < sizeof opened / sizeof *opened; way++)
        for (size_t change = 0; change < sizeof changes / sizeof *changes; change++)
            play_change(way, change);
}

static void one_person_turns_one_key_by_any_two_ways(void)
{
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        scene_start((struct scene_options){.finance = "[\"" FAY "\",\"" LEE "\"]"});
        struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
        systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
        systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
        advance(MINUTES(11));
        expect_answer(click(LEE, "approve", "ONB-1001"), "You turned Finance's key");
        expect_answer(ways[w].try(LEE), "two keys are two people");
        expect_stored("SELECT count(*) FROM approvals", 1);
        scene_end();
    }
}

static void home_offers_nothing_to_whoever_is_barred(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    slack_open_home(&the.slack, ANA);
    settle();
    expect(!strstr(the.slack.homes[the.slack.home_count - 1].text, "\"action_id\":\"approve\""));
    slack_open_home(&the.slack, BO);
    settle();
    expect(strstr(the.slack.homes[the.slack.home_count - 1].text, "\"action_id\":\"approve\""));
    scene_end();
}

/* The answer holds a button; pressing it twice asks once. */
static void whoever_is_barred_asks_those_who_can_once(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act = press_approve(ANA, "ONB-1001");
    expect_answer(act, "you own the deal");
    struct token token = {.kind = "item", .tenant = TEAM, .action = "ask", .revision = 1};
    char value[TOKEN_MAX];
    snprintf(token.id, sizeof token.id, "%s", stored_text("SELECT id FROM items"));
    token.expires_at.ms = the.sim.world.now.ms + DAYS(1);
    token_sign(&the.keyring, &token, value);
    for (int i = 0; i < 2; i++) {
        act = slack_click_value(&the.slack, ANA, card("ONB-1001")->ts, "ask", value);
        advance(SECONDS(6));
    }
    expect_answer(act, "Asked <@");
    expect_note("ONB-1001", "<@" ANA "> asks you to decide ONB-1001 r1");
    scene_end();
}

const struct scenario separation_scenarios[] = {
    {"whoever is barred asks those who can, once", whoever_is_barred_asks_those_who_can_once},
    {"every ban holds by every way in", every_ban_holds_by_every_way_in},
    {"what is open is no licence, whatever has happened to one meanwhile",
     what_is_open_is_no_licence},
    {"one person turns one key by any two ways", one_person_turns_one_key_by_any_two_ways},
    {"Home offers nothing to whoever is barred", home_offers_nothing_to_whoever_is_barred},
    {0},
};
