/* Separation of duties: whoever is barred is barred by every way in, and is told why. */
#include "base/token.h"
#include "tests/scenario/scenarios.h"

#include <stdio.h>
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

/* A form that somebody has open is no licence. */
static void whoever_is_deactivated_with_the_form_open_decides_nothing(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    press_approve(BO, "ONB-1001");
    slack_send(&the.slack, "events_api",
               "{\"type\":\"event_callback\",\"team_id\":\"" TEAM
               "\",\"event_id\":\"%s\",\"event\":{\"type\":\"user_change\",\"user\":{\"id\":\"" BO
               "\",\"team_id\":\"" TEAM "\",\"deleted\":true,\"profile\":{}}}}");
    settle();
    expect_answer(submit_ticks(BO, -1, NULL, NULL), "deactivated");
    expect_stored("SELECT count(*) FROM approvals", 0);
    scene_end();
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
    {"whoever is deactivated with the form open decides nothing",
     whoever_is_deactivated_with_the_form_open_decides_nothing},
    {"one person turns one key by any two ways", one_person_turns_one_key_by_any_two_ways},
    {"Home offers nothing to whoever is barred", home_offers_nothing_to_whoever_is_barred},
    {0},
};
