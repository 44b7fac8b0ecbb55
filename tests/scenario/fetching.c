/* What fetching costs when systems fail: each its own deadline and no more, one token for all, and
 * none anew for a restart; a system that does not answer is left alone for a while. */
#include "tests/scenario/scenarios.h"

#include <string.h>

#define SUITEQL "/query/v1/suiteql"
#define TOKEN   "/services/oauth2/token"

static void never_answers(const char *where)
{
    sim_add_fault(&the.sim, (struct sim_fault){.where = where, .kind = SIM_LOST_REQUEST});
}

static void is_down(const char *where)
{
    sim_add_fault(&the.sim, (struct sim_fault){.where = where,
                                               .kind = SIM_ANSWERED,
                                               .status = 503,
                                               .body = "<html>Service Unavailable</html>"});
}

static void drops_its_token(void)
{
    sim_add_fault(&the.sim,
                  (struct sim_fault){
                      .where = "/composite",
                      .kind = SIM_ANSWERED,
                      .status = 401,
                      .body = "[{\"errorCode\":\"INVALID_SESSION_ID\",\"message\":\"expired\"}]",
                      .times = 1});
}

/* ---- deadlines ---- */

static int64_t of_source(const char *source, const char *member)
{
    return stored(arena_fmt(&the.arena,
                            "SELECT json_extract(sources, '$.%s.%s') FROM runs ORDER BY revision "
                            "DESC LIMIT 1",
                            source, member));
}

/* Of three sources one keeps silent: the run ends at that one's deadline, and names it alone. */
static void expect_own_deadline(const char *where, const char *source, int64_t *deadline_s)
{
    scene();
    win_overdue("ACME Corp", 12);
    *deadline_s = 6;
    never_answers(where);
    begin_say(MAYA, "check ONB-1001");
    sim_run(&the.sim, 5900);
    expect_stored("SELECT max(revision) FROM runs", 1);
    sim_run(&the.sim, 600);
    expect_stored("SELECT max(revision) FROM runs", 2);
    static const char *const sources[] = {"salesforce", "netsuite", "clm"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        expect_number(of_source(sources[i], "ok"), strcmp(sources[i], source) != 0);
    int64_t ms = of_source(source, "ms");
    expect(ms >= 5900 && ms <= 6000);
    expect_stored("SELECT count(*) FROM runs, json_each(findings, '$.findings') WHERE revision = 2 "
                  "AND value ->> 'code' = 'SOURCE_UNAVAILABLE'",
                  1);
    expect_stored_text("SELECT json_extract(findings, '$.findings[0].level') FROM runs "
                       "WHERE revision = 2",
                       "BLOCK_DATA");
    scene_end();
}

static void salesforce_silent_costs_its_own_deadline(void)
{
    expect_own_deadline("/composite", "salesforce", &the.config.salesforce.deadline_s);
}

static void netsuite_silent_costs_its_own_deadline(void)
{
    expect_own_deadline(NETSUITE_URL, "netsuite", &the.config.netsuite.deadline_s);
}

static void the_clm_silent_costs_its_own_deadline(void)
{
    expect_own_deadline(CLM_URL, "clm", &the.config.clm.deadline_s);
}

/* However many tries are allowed: the last one begins inside the deadline, and so do not two of
 * them at the same distance. */
static void retries_stay_inside_the_deadline(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    the.config.netsuite.deadline_s = 8;
    the.config.fetch.attempts = 10;
    is_down(NETSUITE_URL);
    settle();
    struct mono since = the.sim.world.mono;
    say(MAYA, "check ONB-1001");
    advance(MINUTES(1));
    size_t tries = sim_count_asked(&the.sim, SUITEQL, since);
    expect(tries > 2 && tries <= 10);
    since.ms += SECONDS(8) + 100; /* and what the command took to arrive */
    expect_number(sim_count_asked(&the.sim, SUITEQL, since), 0);
    scene_end();
}

/* ---- tokens ---- */

/* Someone lost the keyring: what was sealed with it opens no more. */
static void restart_with_another_keyring(void)
{
    crash();
    keyring_release(&the.keyring);
    keyring_init(&the.keyring, &the.sim.world);
    boot();
}

static void runs_at_the_same_time_fetch_one_token(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    win_overdue("Bolt Ltd", 12);
    win_overdue("Cedar GmbH", 12);
    struct mono since = the.sim.world.mono;
    restart_with_another_keyring();
    begin_say(MAYA, "check ONB-1001");
    begin_say(BO, "check ONB-1002");
    begin_say(MAYA, "check ONB-1003");
    settle();
    expect_number(sim_count_asked(&the.sim, "/composite", since), 3);
    expect_number(sim_count_asked(&the.sim, TOKEN, since), 1);
    scene_end();
}

static void a_restart_goes_on_with_the_token_that_was_kept(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_stored("SELECT count(*) FROM secrets WHERE name = 'session:salesforce'", 1);
    expect(!strstr(stored_text("SELECT sealed FROM secrets"), "00D"));
    struct mono since = the.sim.world.mono;
    crash_and_restart();
    settle();
    say(MAYA, "check ONB-1001");
    expect_number(sim_count_asked(&the.sim, "/composite", since), 1);
    expect_number(sim_count_asked(&the.sim, TOKEN, since), 0);
    expect_stored_text("SELECT sources ->> '$.salesforce.ok' FROM runs", "1");
    scene_end();
}

static void a_kept_token_that_is_refused_is_renewed_and_replaced(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    const char *kept = stored_text("SELECT sealed FROM secrets");
    crash();
    drops_its_token();
    struct mono since = the.sim.world.mono;
    boot();
    sim_run(&the.sim, SECONDS(2));
    begin_say(MAYA, "check ONB-1001");
    sim_run(&the.sim, SECONDS(2));
    expect_number(sim_count_asked(&the.sim, TOKEN, since), 1);
    const char *now = stored_text("SELECT sealed FROM secrets");
    expect(now[0] && strcmp(kept, now) != 0);
    since = the.sim.world.mono;
    crash_and_restart();
    settle();
    say(MAYA, "check ONB-1001");
    expect_number(sim_count_asked(&the.sim, TOKEN, since), 0);
    scene_end();
}

static void a_kept_token_that_cannot_be_opened_is_replaced(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct mono since = the.sim.world.mono;
    restart_with_another_keyring();
    settle();
    say(MAYA, "check ONB-1001");
    expect_number(sim_count_asked(&the.sim, TOKEN, since), 1);
    since = the.sim.world.mono;
    crash_and_restart();
    settle();
    say(MAYA, "check ONB-1001");
    expect_number(sim_count_asked(&the.sim, TOKEN, since), 0);
    scene_end();
}

/* ---- a system that does not answer ---- */

/* Five runs in a row have failed at NetSuite, each with one try. */
static void netsuite_fails_five_times(void)
{
    scene();
    the.config.fetch.attempts = 1;
    win_overdue("ACME Corp", 12);
    win_overdue("Bolt Ltd", 12);
    is_down(NETSUITE_URL);
    struct mono since = the.sim.world.mono;
    for (int i = 0; i < 5; i++) {
        begin_say(MAYA, "check ONB-1001");
        sim_run(&the.sim, SECONDS(2));
    }
    expect_number(sim_count_asked(&the.sim, SUITEQL, since), 5);
    expect_card("ONB-1001", "answered with status 503");
}

static void a_system_that_does_not_answer_is_left_alone_for_a_minute(void)
{
    netsuite_fails_five_times();
    struct mono since = the.sim.world.mono;
    say(BO, "check ONB-1002");
    expect_number(sim_count_asked(&the.sim, "/composite", since), 1);
    expect_number(sim_count_asked(&the.sim, SUITEQL, since), 0);
    expect_card("ONB-1002", "NetSuite gave no usable answer: answered with status 503");
    expect_stored("SELECT json_extract(sources, '$.netsuite.ms') FROM runs WHERE onboarding = 1002 "
                  "ORDER BY revision DESC LIMIT 1",
                  0);
    expect_stored_text("SELECT json_extract(findings, '$.findings[0].level') FROM runs WHERE "
                       "onboarding = 1002 ORDER BY revision DESC LIMIT 1",
                       "BLOCK_DATA");
    scene_end();
}

static void after_a_minute_one_call_finds_out(void)
{
    netsuite_fails_five_times();
    sim_run(&the.sim, SECONDS(60));
    struct mono since = the.sim.world.mono;
    begin_say(MAYA, "check ONB-1001");
    begin_say(BO, "check ONB-1002");
    settle();
    expect_number(sim_count_asked(&the.sim, "/composite", since), 2);
    expect_number(sim_count_asked(&the.sim, SUITEQL, since), 1);
    since = the.sim.world.mono; /* it was in vain: another minute */
    sim_heal(&the.sim, NULL);
    say(BO, "check ONB-1002");
    expect_number(sim_count_asked(&the.sim, SUITEQL, since), 0);
    sim_run(&the.sim, SECONDS(60));
    say(BO, "check ONB-1002");
    say(MAYA, "check ONB-1001");
    expect_card("ONB-1001", "review needed");
    expect_card("ONB-1002", "review needed");
    scene_end();
}

/* Whether it was asked or left alone is no news of the account: one revision, told once. */
static void an_outage_is_one_revision(void)
{
    netsuite_fails_five_times();
    for (int i = 0; i < 20; i++) {
        begin_say(MAYA, "check ONB-1001");
        sim_run(&the.sim, SECONDS(13));
    }
    expect_stored("SELECT max(revision) FROM runs WHERE onboarding = 1001", 2);
    expect_note("ONB-1001", "The facts changed, this is r2 now");
    sim_heal(&the.sim, NULL);
    advance(MINUTES(17));
    expect_stored("SELECT max(revision) FROM runs WHERE onboarding = 1001", 3);
    scene_end();
}

/* What a person asked for is said with the reason and the time of the next try. */
static void a_question_for_a_system_left_alone_is_answered_with_when_it_is_asked(void)
{
    scene();
    the.config.fetch.attempts = 1;
    is_down(SALESFORCE_URL);
    begin_say(MAYA, "start ACME Corp");
    advance(MINUTES(10));
    expect_told(MAYA, "not asked: no usable answer since 2026-04-20 ");
    the.may_die = "find_account";
    scene_end();
}

/* The look every quarter of an hour is the one that finds out. */
static void missing_data_heals_by_itself_after_it_too(void)
{
    netsuite_fails_five_times();
    sim_heal(&the.sim, NULL);
    say(BO, "check ONB-1002");
    expect_card("ONB-1002", "NetSuite gave no usable answer");
    advance(MINUTES(17));
    expect_card("ONB-1001", "review needed");
    expect_card("ONB-1002", "review needed");
    scene_end();
}

const struct scenario fetching_scenarios[] = {
    {"Salesforce silent costs its own deadline and is named alone",
     salesforce_silent_costs_its_own_deadline},
    {"NetSuite silent costs its own deadline and is named alone",
     netsuite_silent_costs_its_own_deadline},
    {"the CLM silent costs its own deadline and is named alone",
     the_clm_silent_costs_its_own_deadline},
    {"retries stay inside the deadline", retries_stay_inside_the_deadline},
    {"runs at the same time fetch one token", runs_at_the_same_time_fetch_one_token},
    {"a restart goes on with the token that was kept",
     a_restart_goes_on_with_the_token_that_was_kept},
    {"a kept token that is refused is renewed and replaced",
     a_kept_token_that_is_refused_is_renewed_and_replaced},
    {"a kept token that cannot be opened is replaced",
     a_kept_token_that_cannot_be_opened_is_replaced},
    {"a system that does not answer is left alone for a minute",
     a_system_that_does_not_answer_is_left_alone_for_a_minute},
    {"after a minute one call finds out", after_a_minute_one_call_finds_out},
    {"an outage is one revision", an_outage_is_one_revision},
    {"a question for a system left alone is answered with when it is asked",
     a_question_for_a_system_left_alone_is_answered_with_when_it_is_asked},
    {"missing data heals by itself after it too", missing_data_heals_by_itself_after_it_too},
    {0},
};
