/* The item's clock in the zones that people live in: across changes of daylight saving time, the
 * end of the year and holidays. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>

/* Opened at `opened` (UTC, s); t1 and t2 are mornings there, 0 where it is another hour. */
struct days {
    const char *zone, *holidays;
    int64_t opened, t1, t2;
};

static const struct days clock_changes[] = {
    {"America/Toronto", "", 1793368800, 1793628000,
     1793714400},                                              /* Fri 30 Oct 2026; back on 1 Nov */
    {"America/Toronto", "", 1804863600, 1805115600, 0},        /* Fri 12 Mar 2027; on on 14 Mar */
    {"Europe/London", "", 1792746000, 1793005200, 1793091600}, /* Fri 23 Oct 2026; back on 25 Oct */
    {"Pacific/Auckland", "", 1790287200, 1790539200, 0},       /* Fri 25 Sep 2026; on on 27 Sep */
    {"Asia/Kolkata", "", 1793335500, 1793590200, 0},           /* Fri 30 Oct 2026; no change */
};

static const struct days year_ends[] = {
    {"America/Toronto", "\"2026-12-25\",\"2026-12-28\",\"2027-01-01\"", 1798124400, 1798552800,
     1798552800}, /* Thu 24 Dec 2026; Boxing Day is kept on Monday */
    {"Asia/Kolkata", "\"2027-01-01\"", 1798605000, 1799033400, 1799033400}, /* Wed 30 Dec 2026 */
    {"Pacific/Auckland", "\"2027-01-01\",\"2027-01-04\"", 1798664400, 1799092800, 1799092800},
    {"Europe/London", "\"2027-03-26\",\"2027-03-29\"", 1805968800, 1806393600,
     1806393600}, /* Thu 25 Mar 2027: Easter, and daylight saving begins on the 28th */
    {"Pacific/Auckland", "\"2027-04-05\"", 1806613200, 1806958800,
     1806958800}, /* Fri 2 Apr 2027: it ends on the 4th, and Monday is a holiday */
};

static void live(const char *person, const char *zone)
{
    slack_person(&the.slack, person)->zone = zone;
    slack_person_changed(&the.slack, person, "user_change");
}

static void begin_at(const char *team_zone, const char *holidays, const char *readers_zone,
                     int64_t opened)
{
    static char calendar[160];
    snprintf(calendar, sizeof calendar, "{\"zone\":\"%s\",\"holidays\":[%s]}", team_zone, holidays);
    scene_start((struct scene_options){.calendar = calendar});
    live(LEE, readers_zone);
    live(KIM, readers_zone);
    settle();
    sim_set_clock(&the.sim, opened * 1000 - MINUTES(11) - the.sim.world.now.ms);
    settle();
    win_overdue("ACME Corp", 12);
}

static void play(const struct days *days)
{
    begin_at(days->zone, days->holidays, days->zone, days->opened);
    expect_number(stored("SELECT t1_at / 1000 FROM items"), days->t1);
    if (days->t2)
        expect_number(stored("SELECT t2_at / 1000 FROM items"), days->t2);
    advance(days->t1 * 1000 - SECONDS(5) - the.sim.world.now.ms);
    expect_no_dm(LEE, "ACME Corp has waited");
    advance(SECONDS(15));
    expect_dm(LEE, "ACME Corp has waited");
    scene_end();
}

static void no_change_of_clocks_moves_a_working_morning(void)
{
    for (size_t i = 0; i < sizeof clock_changes / sizeof *clock_changes; i++)
        play(&clock_changes[i]);
}

static void nobody_hears_on_a_holiday_at_the_end_of_the_year_or_at_easter(void)
{
    for (size_t i = 0; i < sizeof year_ends / sizeof *year_ends; i++)
        play(&year_ends[i]);
}

/* The team is in Toronto, the manager in Kolkata: nine and a half hours ahead. */
static void who_lives_elsewhere_hears_in_their_own_working_time(void)
{
    begin_at("America/Toronto", "", "Asia/Kolkata", 1793030400); /* Mon 26 Oct 2026, 12:00 there */
    /* 48 h later it is Wednesday 21:30 in Kolkata: Thursday 09:00 */
    expect_number(stored("SELECT t1_at / 1000 FROM items"), 1793244600);
    advance(INT64_C(1793244600000) - SECONDS(5) - the.sim.world.now.ms);
    expect_no_dm(LEE, "ACME Corp has waited");
    advance(SECONDS(15));
    expect_dm(LEE, "ACME Corp has waited");
    scene_end();
}

/* Promised for the manager's morning; then another must be told, for whom it is night. */
static void a_time_that_is_someone_else_s_night_moves_to_their_morning(void)
{
    begin_at("America/Toronto", "", "America/Toronto", 1793030400);
    live(KIM, "Pacific/Auckland");
    settle();
    the.slack.deactivated = LEE;
    slack_person_changed(&the.slack, LEE, "user_change");
    settle();
    int64_t promised = stored("SELECT t1_at FROM items"); /* Wednesday noon: Thursday 05:00 there */
    advance(promised + MINUTES(1) - the.sim.world.now.ms);
    expect_no_dm(KIM, "ACME Corp has waited");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'held.manager'", 1);
    expect_number(stored("SELECT t1_at / 1000 FROM items"), 1793217600); /* Thursday 09:00 there */
    advance(INT64_C(1793217600000) + SECONDS(15) - the.sim.world.now.ms);
    expect_dm(KIM, "ACME Corp has waited");
    scene_end();
}

const struct scenario zones_scenarios[] = {
    {"no change of clocks moves a working morning", no_change_of_clocks_moves_a_working_morning},
    {"nobody hears on a holiday, at the end of the year or at Easter",
     nobody_hears_on_a_holiday_at_the_end_of_the_year_or_at_easter},
    {"who lives elsewhere hears in their own working time",
     who_lives_elsewhere_hears_in_their_own_working_time},
    {"a time that is someone else's night moves to their morning",
     a_time_that_is_someone_else_s_night_moves_to_their_morning},
    {0},
};
