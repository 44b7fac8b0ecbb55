/* Systems that are away, slow, unauthorised, or send half a page: named with the reason, and healed
 * by themselves when they are back. */
#include "tests/scenario/scenarios.h"

#include <string.h>

static void fault(const char *where, enum sim_fault_kind kind, int status, const char *headers,
                  const char *body)
{
    sim_add_fault(
        &the.sim,
        (struct sim_fault){
            .where = where, .kind = kind, .status = status, .headers = headers, .body = body});
}

/* A clean deal whose source fails becomes a card that names source and reason, and proceeds by
 * itself when the source is back. */
static void expect_block_and_healing(const char *where, const char *name, const char *reason)
{
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    acme->changed.ms -= DAYS(90);
    say(MAYA, "status"); /* not the first thing that is asked */
    systems_bill(&the.systems, acme, "INV-102", -20, "100.00");
    begin_say(MAYA, "start 001000000000001");
    advance(MINUTES(2));
    expect_card("ONB-1001", "ACME Corp: blocked");
    expect_card("ONB-1001", name);
    expect_card("ONB-1001", reason);
    expect(!slack_button(card("ONB-1001"), "approve"));
    expect_stored("SELECT level FROM items", 6);
    sim_heal(&the.sim, where);
    advance(MINUTES(17));
    expect_card("ONB-1001", "Cleared by itself");
    expect_note("ONB-1001", "nobody needs to decide");
    expect_number(the.systems.organizations, 1);
    scene_end();
}

static void netsuite_down(void)
{
    scene();
    fault(NETSUITE_URL, SIM_ANSWERED, 503, NULL, "<html>Service Unavailable</html>");
    expect_block_and_healing(NETSUITE_URL, "NetSuite", "503");
}

static void netsuite_refused(void)
{
    scene();
    fault(NETSUITE_URL, SIM_REFUSED, 0, NULL, NULL);
    expect_block_and_healing(NETSUITE_URL, "NetSuite", "connection refused");
}

static void netsuite_unauthorised(void)
{
    scene();
    fault(NETSUITE_URL, SIM_ANSWERED, 401, NULL,
          "{\"title\":\"Unauthorized\",\"o:errorDetails\":[{\"detail\":\"Invalid login "
          "attempt.\",\"o:errorCode\":\"INVALID_LOGIN\"}]}");
    expect_block_and_healing(NETSUITE_URL, "NetSuite", "Invalid login attempt");
}

static void netsuite_slow(void)
{
    scene();
    sim_add_fault(&the.sim, (struct sim_fault){
                                .where = NETSUITE_URL, .kind = SIM_SLOW, .slow_ms = SECONDS(60)});
    expect_block_and_healing(NETSUITE_URL, "NetSuite", "NetSuite");
}

static void netsuite_sends_half_a_page(void)
{
    scene();
    fault(NETSUITE_URL, SIM_CUT_REPLY, 0, NULL, NULL);
    expect_block_and_healing(NETSUITE_URL, "NetSuite", "NetSuite");
}

static void clm_down(void)
{
    scene();
    fault(CLM_URL, SIM_ANSWERED, 500, NULL, "oops");
    expect_block_and_healing(CLM_URL, "CLM", "500");
}

static void clm_with_a_bad_certificate(void)
{
    scene();
    fault(CLM_URL, SIM_TLS_REFUSED, 0, NULL, NULL);
    expect_block_and_healing(CLM_URL, "CLM", "certificate has expired");
}

static void salesforce_down_in_the_fetch(void)
{
    scene();
    fault("/composite", SIM_ANSWERED, 503, NULL,
          "[{\"errorCode\":\"SERVER_UNAVAILABLE\",\"message\":\"Server is busy\"}]");
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", -20, "100.00");
    advance(MINUTES(12));
    expect_card("ONB-1001", "Salesforce");
    expect_card("ONB-1001", "busy");
    sim_heal(&the.sim, NULL);
    advance(MINUTES(16));
    expect_card("ONB-1001", "Cleared by itself");
    scene_end();
}

/* However many onboardings wait for it, the admins hear of an outage once, and of its end. */
static void admins_hear_of_an_outage_that_lasts(void)
{
    scene();
    fault(NETSUITE_URL, SIM_ANSWERED, 503, NULL, "<html>Service Unavailable</html>");
    const char *names[] = {"ACME Corp", "Globex"};
    for (size_t i = 0; i < 2; i++)
        systems_bill(&the.systems, systems_win(&the.systems, names[i]), "INV-102", -20, "100.00");
    advance(MINUTES(50));
    expect_no_dm(RAJ, "NetSuite");
    advance(MINUTES(20));
    expect_dm(RAJ, "NetSuite has given no usable answer");
    advance(HOURS(5));
    expect_dm(RAJ, "NetSuite");
    sim_heal(&the.sim, NULL);
    advance(MINUTES(65));
    expect_dm(RAJ, "NetSuite answers again");
    scene_end();
}

static void an_outage_that_passes_is_told_to_nobody(void)
{
    scene();
    fault(NETSUITE_URL, SIM_ANSWERED, 503, NULL, "<html>Service Unavailable</html>");
    systems_bill(&the.systems, systems_win(&the.systems, "ACME Corp"), "INV-102", -20, "100.00");
    advance(MINUTES(30));
    sim_heal(&the.sim, NULL);
    advance(HOURS(4));
    expect_no_dm(RAJ, "NetSuite");
    scene_end();
}

static void a_token_that_salesforce_has_dropped_is_renewed_once(void)
{
    scene();
    sim_add_fault(&the.sim,
                  (struct sim_fault){
                      .where = "/composite",
                      .kind = SIM_ANSWERED,
                      .status = 401,
                      .body = "[{\"errorCode\":\"INVALID_SESSION_ID\",\"message\":\"expired\"}]",
                      .times = 1});
    struct mono since = the.sim.world.mono;
    win("ACME Corp");
    expect_card("ONB-1001", "proceeding");
    expect_number(sim_count_asked(&the.sim, "/services/oauth2/token", since), 1);
    scene_end();
}

static void a_question_for_salesforce_that_fails_is_told(void)
{
    scene();
    fault(SALESFORCE_URL, SIM_ANSWERED, 503, NULL, "");
    begin_say(MAYA, "start ACME Corp");
    advance(MINUTES(5));
    expect_told(MAYA, "Salesforce");
    the.may_die = "find_account";
    scene_end();
}

static void people_s_clock_waits_an_hour_for_data(void)
{
    scene();
    fault(NETSUITE_URL, SIM_ANSWERED, 503, NULL, "");
    win("ACME Corp");
    advance(MINUTES(1));
    expect_stored("SELECT (t1_at - opened_at) / 3600000 FROM items", 49);
    expect_answer(say(BO, "approve ONB-1001"), "can't be approved on missing data");
    scene_end();
}

/* What a system that asks for an hour's patience must not do is hold the run for an hour. */
static void a_system_that_asks_to_wait_an_hour_holds_nobody_up(void)
{
    scene();
    fault(NETSUITE_URL, SIM_ANSWERED, 429, "retry-after: 3600\n", "{}");
    win("ACME Corp");
    advance(MINUTES(1));
    expect_card("ONB-1001", "NetSuite");
    win("Bolt Ltd");
    advance(MINUTES(1));
    expect_card("ONB-1002", "NetSuite");
    sim_heal(&the.sim, NULL);
    advance(MINUTES(90));
    expect_card("ONB-1001", "Cleared by itself");
    expect_card("ONB-1002", "Cleared by itself");
    scene_end();
}

static void the_platform_down_provisions_later(void)
{
    scene();
    fault(PLATFORM_URL, SIM_ANSWERED, 503, NULL, "");
    win_overdue("ACME Corp", 12);
    click(MAYA, "approve", "ONB-1001");
    expect_card("ONB-1001", "provisioning");
    expect_number(the.systems.organizations, 0);
    sim_heal(&the.sim, NULL);
    advance(MINUTES(10));
    expect_card("ONB-1001", "Provisioned");
    scene_end();
}

static void a_lost_answer_of_the_platform_makes_one_organisation(void)
{
    scene();
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = PLATFORM_URL, .kind = SIM_LOST_REPLY, .times = 1});
    win_overdue("ACME Corp", 12);
    click(MAYA, "approve", "ONB-1001");
    advance(MINUTES(2));
    expect_card("ONB-1001", "Provisioned");
    expect_number(the.systems.organizations, 1);
    scene_end();
}

const struct scenario sources_scenarios[] = {
    {"NetSuite down blocks, names itself and heals", netsuite_down},
    {"NetSuite refused blocks, names itself and heals", netsuite_refused},
    {"NetSuite unauthorised blocks, names itself and heals", netsuite_unauthorised},
    {"NetSuite slow blocks, names itself and heals", netsuite_slow},
    {"half a page from NetSuite is not taken for the whole", netsuite_sends_half_a_page},
    {"the CLM down blocks, names itself and heals", clm_down},
    {"the CLM with a bad certificate blocks, names itself and heals", clm_with_a_bad_certificate},
    {"Salesforce down in the fetch blocks, names itself and heals", salesforce_down_in_the_fetch},
    {"the admins hear of an outage that lasts, once", admins_hear_of_an_outage_that_lasts},
    {"an outage that passes is told to nobody", an_outage_that_passes_is_told_to_nobody},
    {"a token that Salesforce has dropped is renewed once",
     a_token_that_salesforce_has_dropped_is_renewed_once},
    {"a question for Salesforce that fails is told", a_question_for_salesforce_that_fails_is_told},
    {"people's clock waits an hour for data", people_s_clock_waits_an_hour_for_data},
    {"a system that asks to wait an hour holds nobody up",
     a_system_that_asks_to_wait_an_hour_holds_nobody_up},
    {"the platform down provisions later", the_platform_down_provisions_later},
    {"a lost answer of the platform makes one organisation",
     a_lost_answer_of_the_platform_makes_one_organisation},
    {0},
};
