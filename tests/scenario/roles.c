/* Who may decide: roles at the click, separation of duties, guests. */
#include "tests/scenario/scenarios.h"

#include <string.h>

static void whoever_started_it_cannot_approve_it(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
    acme->changed.ms -= DAYS(90);
    say(MAYA, "start ACME Corp");
    expect_answer(click(MAYA, "approve", "ONB-1001"),
                  "You can't approve ONB-1001: you started it. <@" BO ">");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve.refused'", 1);
    expect_answer(click(BO, "approve", "ONB-1001"), "Approved: ONB-1001");
    scene_end();
}

static void the_deal_s_owner_cannot_approve_it(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(click(ANA, "approve", "ONB-1001"),
                  "You can't approve ONB-1001: you own the deal");
    expect_stored("SELECT state FROM items", 0);
    scene_end();
}

static void a_guest_can_do_nothing_even_with_a_role(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(click(GUS, "approve", "ONB-1001"), "guests");
    expect_answer(say(GUS, "status ACME Corp"), "guests");
    expect_answer(say(GUS, "approve ONB-1001"), "guests");
    expect_stored("SELECT count(*) FROM approvals", 0);
    scene_end();
}

static void someone_without_a_role_is_told_who_can(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act = click(RAJ, "approve", "ONB-1001");
    expect_answer(act, "it needs a CS approver");
    expect_answer(act, "<@" MAYA ">");
    scene_end();
}

static void someone_who_was_deactivated_counts_no_longer(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    slack_send(&the.slack, "events_api",
               "{\"type\":\"event_callback\",\"team_id\":\"" TEAM
               "\",\"event_id\":\"%s\",\"event\":{\"type\":\"user_change\",\"user\":{\"id\":\"" BO
               "\",\"team_id\":\"" TEAM "\",\"deleted\":true,\"profile\":{}}}}");
    settle();
    expect_answer(click(BO, "approve", "ONB-1001"), "deactivated");
    scene_end();
}

static void a_stranger_is_read_from_slack_and_can_look_at_once(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(DEE, "status ONB-1001"), "ONB-1001");
    expect_stored("SELECT count(*) FROM people WHERE user_id = '" DEE "'", 1);
    scene_end();
}

/* ---- whom nobody has looked up yet ---- */

#define NEW "U0NEW"

static struct slack_act *nia_presses_view(void)
{
    return click(NEW, "view", "ONB-1001");
}

static struct slack_act *nia_presses_timer(void)
{
    return click(NEW, "timer", "ONB-1001");
}

static struct slack_act *nia_claims(void)
{
    return click(NEW, "claim", "ONB-1001");
}

static const struct {
    const char *line;                 /* what she types, or */
    struct slack_act *(*press)(void); /* does */
} looks[] = {
    {"status ONB-1001", NULL},
    {"list team", NULL},
    {"why ONB-1001", NULL},
    {"why ONB-1001 timer", NULL},
    {"timeline ONB-1001", NULL},
    {"status ONB-1001 --share", NULL},
    {"bulk", NULL},
    {"digest", NULL},
    {NULL, nia_presses_view},
    {NULL, nia_presses_timer},
    {NULL, nia_claims},
};

static const char *everything_shown(const struct slack_act *act)
{
    size_t views = the.slack.view_count;
    const char *view = views ? the.slack.views[views - 1].text : "";
    return arena_fmt(&the.arena, "%s %s", answer_of(act), view);
}

/* By each way in: nothing at first, and it is read who she is; then as for anybody. */
static void nobody_unknown_is_shown_anything(void)
{
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        scene();
        win_overdue("ACME Corp", 12);
        size_t posts = the.slack.message_count;
        slack_person_add(&the.slack, NEW, "Nia");
        struct slack_act *act = looks[i].line ? say(NEW, looks[i].line) : looks[i].press();
        const char *shown = everything_shown(act);
        if (!strstr(shown, "I am reading your profile from Slack first") || strstr(shown, "ACME") ||
            the.slack.message_count != posts)
            fail_at(HERE, "%s: %s", looks[i].line ? looks[i].line : "a button", shown);
        expect_stored("SELECT count(*) FROM people WHERE user_id = '" NEW "'", 1);
        act = looks[i].line ? say(NEW, looks[i].line) : looks[i].press();
        if (strstr(answer_of(act), "I am reading your profile"))
            fail_at(HERE, "%s: still: %s", looks[i].line, answer_of(act));
        scene_end();
    }
}

static const char *newest_home(void)
{
    return the.slack.home_count ? the.slack.homes[the.slack.home_count - 1].text : "";
}

static void home_is_drawn_when_it_is_known_whose_it_is(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    slack_person_add(&the.slack, NEW, "Nia");
    sim_add_fault(&the.sim, (struct sim_fault){.where = "users.info", .kind = SIM_REFUSED});
    slack_open_home(&the.slack, NEW);
    settle();
    expect(strstr(newest_home(), "I am reading your profile from Slack first"));
    expect(!strstr(newest_home(), "My onboardings"));
    sim_heal(&the.sim, "users.info");
    advance(MINUTES(6));
    expect(strstr(newest_home(), "My onboardings"));
    scene_end();
}

static void a_guest_is_never_taken_for_a_member(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    slack_person_add(&the.slack, NEW, "Nia")->guest = true;
    expect_answer(say(NEW, "status ONB-1001"), "I am reading your profile");
    expect_answer(say(NEW, "status ONB-1001"), "guests and people of other organisations");
    slack_open_home(&the.slack, NEW);
    settle();
    for (size_t i = 0; i < the.slack.home_count; i++)
        expect(!strstr(the.slack.homes[i].text, "My onboardings"));
    expect_answer(say("U0NOBODY", "status ONB-1001"), "I am reading your profile");
    expect_answer(say("U0NOBODY", "status ONB-1001"), "I am reading your profile");
    scene_end();
}

const struct scenario roles_scenarios[] = {
    {"whoever started it cannot approve it", whoever_started_it_cannot_approve_it},
    {"the deal's owner cannot approve it", the_deal_s_owner_cannot_approve_it},
    {"a guest can do nothing, even with a role", a_guest_can_do_nothing_even_with_a_role},
    {"someone without a role is told who can", someone_without_a_role_is_told_who_can},
    {"someone who was deactivated counts no longer", someone_who_was_deactivated_counts_no_longer},
    {"a stranger is read from Slack and can look at once",
     a_stranger_is_read_from_slack_and_can_look_at_once},
    {"nobody who is unknown is shown anything", nobody_unknown_is_shown_anything},
    {"home is drawn once it is known whose it is", home_is_drawn_when_it_is_known_whose_it_is},
    {"a guest is never taken for a member", a_guest_is_never_taken_for_a_member},
    {0},
};
