/* The business clock: escalations count working time alone, across weekends, changes of daylight
 * saving time, the end of the year and holidays; the clock's ledger says what counted and what did
 * not. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>

/* In seconds, UTC. Two and four working days of 09:00 to 17:00 are 16 and 32 hours. What stands
 * there was counted by hand on the calendar. */
struct case_of_days {
    const char *zone, *holidays,
        *readers; /* readers: the zone of manager and director; NULL: zone */
    int64_t opened, t1, t2;
    const char *calendar, *counted; /* in the ledger, once T1 has come */
    bool at_work;                   /* opened in working time: both keep the time of day */
};

static const struct case_of_days cases[] = {
    /* Fri 30 Oct 2026, 10:00; the clocks go back on Sunday; Tue and Thu 10:00 */
    {"America/Toronto", "", NULL, 1793368800, 1793718000, 1793890800,
     "Calendar: America/Toronto, 09:00–17:00, 0 holidays",
     "counted 16 h 00 min; not counted: night 32 h 00 min, weekend 49 h 00 min", true},
    /* Fri 12 Mar 2027, 14:00; they go on on Sunday */
    {"America/Toronto", "", NULL, 1804878000, 1805220000, 1805392800,
     "Calendar: America/Toronto, 09:00–17:00, 0 holidays",
     "counted 16 h 00 min; not counted: night 32 h 00 min, weekend 47 h 00 min", true},
    /* Fri 23 Oct 2026, 16:00; they go back on Sunday */
    {"Europe/London", "", NULL, 1792767600, 1793116800, 1793289600,
     "Calendar: Europe/London, 09:00–17:00, 0 holidays",
     "counted 16 h 00 min; not counted: night 32 h 00 min, weekend 49 h 00 min", true},
    /* Fri 25 Sep 2026, 13:00; they go on on Sunday */
    {"Pacific/Auckland", "", NULL, 1790298000, 1790640000, 1790812800,
     "Calendar: Pacific/Auckland, 09:00–17:00, 0 holidays",
     "counted 16 h 00 min; not counted: night 32 h 00 min, weekend 47 h 00 min", true},
    /* Wed 30 Dec 2026, 11:30; Mon 4 and Wed 6 Jan */
    {"Asia/Kolkata", "\"2027-01-01\"", NULL, 1798610400, 1799042400, 1799215200,
     "Calendar: Asia/Kolkata, 09:00–17:00, 1 holiday",
     "counted 16 h 00 min; not counted: night 32 h 00 min, weekend 48 h 00 min, holiday 24 h 00 "
     "min",
     true},
    /* Thu 24 Dec 2026, 15:00; Boxing Day is kept on Monday: Wed 30 Dec and Mon 4 Jan */
    {"America/Toronto", "\"2026-12-25\",\"2026-12-28\",\"2027-01-01\"", NULL, 1798142400,
     1798660800, 1799092800, "Calendar: America/Toronto, 09:00–17:00, 3 holidays",
     "counted 16 h 00 min; not counted: night 32 h 00 min, weekend 48 h 00 min, holiday 48 h 00 "
     "min",
     true},
    /* Thu 25 Mar 2027, 12:00: Easter, and the clocks go on on the 28th; Wed 31 Mar and Fri 2 Apr */
    {"Europe/London", "\"2027-03-26\",\"2027-03-29\"", NULL, 1805976000, 1806490800, 1806663600,
     "Calendar: Europe/London, 09:00–17:00, 2 holidays",
     "counted 16 h 00 min; not counted: night 32 h 00 min, weekend 47 h 00 min, holiday 48 h 00 "
     "min",
     true},
    /* Fri 2 Apr 2027, 12:00; the clocks go back on the 4th, and Monday is a holiday */
    {"Pacific/Auckland", "\"2027-04-05\"", NULL, 1806620400, 1807056000, 1807228800,
     "Calendar: Pacific/Auckland, 09:00–17:00, 1 holiday",
     "counted 16 h 00 min; not counted: night 32 h 00 min, weekend 49 h 00 min, holiday 24 h 00 "
     "min",
     true},
    /* Sat 31 Oct 2026, about 20:00: counted from Monday; full on Tue 17:00, said on Wed and Fri
       09:00 */
    {"America/Toronto", "", NULL, 1793491200, 1793800800, 1793973600,
     "Calendar: America/Toronto, 09:00–17:00, 0 holidays",
     "counted 16 h 00 min; not counted: night 41 h 00 min, weekend 29 h 0", false},
    /* Mon 26 Oct 2026, 12:00; on Wed and Fri noon it is 21:30 where they live: Thu and Mon 09:00 */
    {"America/Toronto", "", "Asia/Kolkata", 1793030400, 1793244600, 1793590200,
     "Calendar: America/Toronto, 09:00–17:00, 0 holidays", "counted 21 h 0", false},
};

static void live_in(const char *person, const char *zone)
{
    slack_person(&the.slack, person)->zone = zone;
    slack_person_changed(&the.slack, person, "user_change");
}

static void begin_on(const struct case_of_days *days)
{
    static char calendar[160];
    const char *zone = days->readers ? days->readers : days->zone;
    snprintf(calendar, sizeof calendar, "{\"zone\":\"%s\",\"holidays\":[%s]}", days->zone,
             days->holidays);
    scene_start((struct scene_options){.calendar = calendar, .business = true});
    live_in(LEE, zone);
    live_in(KIM, zone);
    settle();
    sim_set_clock(&the.sim, days->opened * 1000 - MINUTES(11) - the.sim.world.now.ms);
    settle();
    win_overdue("ACME Corp", 12);
}

static void until(int64_t ms)
{
    advance(ms - the.sim.world.now.ms);
}

static void count(const struct case_of_days *days)
{
    begin_on(days);
    /* It opened within minutes of that; who opens in working time is told at that time of day. */
    int64_t late = days->at_work ? stored("SELECT opened_at FROM items") - days->opened * 1000 : 0;
    int64_t t1 = days->t1 * 1000 + late, t2 = days->t2 * 1000 + late;
    expect_number(stored("SELECT t1_at FROM items"), t1);
    expect_number(stored("SELECT t2_at FROM items"), t2);
    expect_answer(say(MAYA, "why ONB-1001 timer"),
                  "Clock: business (working time of the calendar alone counts)");
    until(t1 - SECONDS(5));
    expect_no_dm(LEE, "ACME Corp has waited");
    until(t1 + SECONDS(20));
    expect_dm(LEE, "ACME Corp has waited");
    const struct slack_act *act = say(MAYA, "why ONB-1001 timer");
    expect_answer(act, days->calendar);
    expect_answer(act, days->counted);
    until(t2 - SECONDS(5));
    expect_no_dm(KIM, "ACME Corp has waited");
    until(t2 + SECONDS(20));
    expect_dm(KIM, "ACME Corp has waited");
    scene_end();
}

static void working_time_alone_counts(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        count(&cases[i]);
}

/* Claimed on Friday afternoon and given back on Monday: what was left of the manager's time is no
 * less than four working hours. */
static void a_release_gives_working_hours_by_the_business_clock_too(void)
{
    begin_on(&cases[0]);
    int64_t t1 = stored("SELECT t1_at FROM items");
    say(MAYA, "claim ONB-1001");
    until(INT64_C(1793715300000)); /* Tuesday 09:15 */
    say(MAYA, "release ONB-1001");
    int64_t now_ms = the.sim.world.now.ms, moved = stored("SELECT t1_at FROM items");
    expect(moved > t1);
    expect(moved > now_ms + HOURS(4) - MINUTES(1) && moved < now_ms + HOURS(4) + MINUTES(1));
    expect_answer(say(MAYA, "why ONB-1001 timer"), "the manager's timer is off");
    scene_end();
}

const struct scenario business_scenarios[] = {
    {"by the business clock working time alone counts", working_time_alone_counts},
    {"a release gives working hours by the business clock, too",
     a_release_gives_working_hours_by_the_business_clock_too},
    {0},
};
