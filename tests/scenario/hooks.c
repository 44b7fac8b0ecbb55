/* What systems say of themselves: hints that are looked after, once, and answered when they are
 * kept.
 */
#include "tests/scenario/scenarios.h"

#include <string.h>

#define ACME_HINT  "{\"account_id\":\"001000000000001\",\"id\":\"delivery-1\"}"
#define ACME_AGAIN "{\"account_id\":\"001000000000001\",\"id\":\"delivery-2\"}"

/* How often Salesforce was asked for an account since then. */
static size_t fetches(struct mono since)
{
    return sim_count_asked(&the.sim, "/composite", since);
}

static struct fake_account *acme_with_news(void)
{
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    systems_bill(&the.systems, acme, "INV-103", 3, "4000.00");
    return acme;
}

static void a_hint_revises_the_card_and_tells_nobody_by_itself(void)
{
    scene();
    acme_with_news();
    expect_not_on_card("ONB-1001", "INV-103");
    expect_number(post_flow(ACME_HINT)->status, 200);
    advance(SECONDS(15));
    expect_card("ONB-1001", "INV-103");
    expect_stored("SELECT max(revision) FROM runs", 2);
    expect_stored("SELECT count(*) FROM items", 1);
    expect_no_dm(MAYA, "ACME Corp");
    scene_end();
}

static void a_hint_that_changes_nothing_is_not_seen(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct mono since = the.sim.world.mono;
    size_t edits = sim_count_asked(&the.sim, "/chat.update", (struct mono){0});
    post_flow(ACME_HINT);
    advance(SECONDS(15));
    expect_number(fetches(since), 1);
    expect_stored("SELECT max(revision) FROM runs", 1);
    expect_number(sim_count_asked(&the.sim, "/chat.update", (struct mono){0}), edits);
    scene_end();
}

static void a_clean_deal_proceeds_as_soon_as_a_hint_says_that_it_was_paid(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    systems_pay(acme);
    post_flow(ACME_HINT);
    advance(SECONDS(20));
    expect_card("ONB-1001", "Cleared by itself");
    expect_number(the.systems.organizations, 1);
    scene_end();
}

static void a_delivery_that_comes_twice_is_one_run(void)
{
    scene();
    acme_with_news();
    struct mono since = the.sim.world.mono;
    begin_post("/hooks/salesforce", "x-usher-secret: " HOOK_SECRET "\n", ACME_HINT);
    expect_number(post_flow(ACME_HINT)->status, 200);
    advance(MINUTES(1));
    expect_number(post_flow(ACME_HINT)->status, 200);
    advance(MINUTES(1));
    expect_number(fetches(since), 1);
    scene_end();
}

static void a_storm_of_hints_is_one_run_in_ten_seconds(void)
{
    scene();
    acme_with_news();
    struct mono since = the.sim.world.mono;
    for (int i = 0; i < 12; i++) {
        begin_post("/hooks/salesforce", "x-usher-secret: " HOOK_SECRET "\n",
                   "{\"account_id\":\"001000000000001\"}");
        advance(SECONDS(2));
    }
    advance(SECONDS(30));
    expect_number(fetches(since), 3);
    scene_end();
}

static void a_commit_that_fails_asks_to_come_again(void)
{
    scene();
    acme_with_news();
    struct mono since = the.sim.world.mono;
    the.commits_fail = true;
    struct sim_visit *lost = post_flow(ACME_HINT);
    expect_number(lost->status, 503);
    expect(lost->retry_after_s > 0);
    the.commits_fail = false;
    expect_number(post_flow(ACME_HINT)->status, 200);
    advance(SECONDS(15));
    expect_card("ONB-1001", "INV-103");
    expect_number(fetches(since), 1);
    scene_end();
}

static void a_crash_before_the_commit_loses_nothing_that_was_answered(void)
{
    scene();
    acme_with_news();
    crash_around_commit(DEATH_BEFORE_COMMIT);
    expect_number(post_flow(ACME_HINT)->status, 0);
    expect_number(post_flow(ACME_HINT)->status, 200);
    advance(SECONDS(20));
    expect_card("ONB-1001", "INV-103");
    scene_end();
}

static void a_crash_between_commit_and_answer_makes_no_second_run(void)
{
    scene();
    acme_with_news();
    struct mono since = the.sim.world.mono;
    crash_around_commit(DEATH_AFTER_COMMIT);
    expect_number(post_flow(ACME_HINT)->status, 0);
    expect_stored("SELECT count(*) FROM inbox WHERE key = 'hook:salesforce:delivery-1'", 1);
    expect_number(post_flow(ACME_HINT)->status, 200);
    advance(MINUTES(1));
    expect_card("ONB-1001", "INV-103");
    expect_number(fetches(since), 1);
    scene_end();
}

static void a_hint_during_a_run_is_looked_after_behind_it(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = CLM_URL, .kind = SIM_SLOW, .slow_ms = SECONDS(10)});
    begin_say(MAYA, "check ONB-1001");
    advance(SECONDS(2));
    systems_bill(&the.systems, acme, "INV-103", 3, "4000.00");
    post_flow(ACME_HINT);
    sim_heal(&the.sim, NULL);
    advance(MINUTES(1));
    expect_card("ONB-1001", "INV-103");
    scene_end();
}

static void a_deal_is_started_as_soon_as_it_is_told_of(void)
{
    scene();
    settle();
    systems_win(&the.systems, "ACME Corp");
    post_flow("{\"opportunity_id\":\"006000000000001\"}");
    expect_stored("SELECT count(*) FROM onboardings", 0);
    advance(SECONDS(15));
    expect_stored("SELECT count(*) FROM onboardings", 1);
    expect_card("ONB-1001", "proceeding");
    scene_end();
}

static void a_deal_that_is_told_of_and_not_won_starts_nothing(void)
{
    scene();
    systems_win(&the.systems, "ACME Corp")->won = false;
    post_flow("{\"opportunity_id\":\"006000000000001\"}");
    advance(SECONDS(30));
    expect_stored("SELECT count(*) FROM onboardings", 0);
    scene_end();
}

static void a_rejected_deal_is_not_asked_again_by_a_hint(void)
{
    scene();
    acme_with_news();
    begin_post("/hooks/salesforce", "x-usher-secret: " HOOK_SECRET "\n", ACME_HINT);
    advance(SECONDS(1));
    begin_say(BO, "reject ONB-1001 \"They have not paid\"");
    advance(MINUTES(1));
    expect_stored("SELECT count(*) FROM onboardings WHERE state = 4", 1);
    expect_stored("SELECT count(*) FROM items", 1);
    expect_number(post_flow(ACME_AGAIN)->status, 200);
    advance(MINUTES(1));
    expect_stored("SELECT count(*) FROM items", 1);
    scene_end();
}

static void an_outbound_message_is_acknowledged_in_its_own_words(void)
{
    static const char message[] =
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">"
        "<soapenv:Body><notifications xmlns=\"http://soap.sforce.com/2005/09/outbound\">"
        "<OrganizationId>" ORGANIZATION "</OrganizationId><Notification><Id>04l1</Id>"
        "<sObject xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\"><sf:Id>001000000000001"
        "</sf:Id></sObject></Notification></notifications></soapenv:Body></soapenv:Envelope>";
    scene();
    acme_with_news();
    struct sim_visit *visit = post("/hooks/salesforce/" HOOK_SECRET, "", message);
    expect_number(visit->status, 200);
    expect(strcmp(visit->content_type, "text/xml") == 0);
    expect(strstr(buf_cstr(&visit->answer), "<Ack>true</Ack>"));
    advance(SECONDS(15));
    expect_card("ONB-1001", "INV-103");
    scene_end();
}

static void a_stranger_hears_nothing_and_costs_nothing(void)
{
    scene();
    acme_with_news();
    struct mono since = the.sim.world.mono;
    struct sim_visit *visit =
        post("/hooks/salesforce", "x-usher-secret: scenario-hook-secreT\n", ACME_HINT);
    expect_number(visit->status, 401);
    expect_number(visit->answer.len, 0);
    advance(MINUTES(1));
    expect_number(fetches(since), 0);
    expect_stored("SELECT count(*) FROM inbox WHERE key LIKE 'hook:%'", 0);
    scene_end();
}

static void before_slack_knows_us_a_hint_is_too_early(void)
{
    scene_start((struct scene_options){.asleep = true});
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/auth.test", .kind = SIM_REFUSED});
    expect_number(post_flow(ACME_HINT)->status, 503);
    sim_heal(&the.sim, NULL);
    advance(MINUTES(2));
    expect_number(post_flow(ACME_HINT)->status, 200);
    scene_end();
}

const struct scenario hooks_scenarios[] = {
    {"a hint revises the card and tells nobody by itself",
     a_hint_revises_the_card_and_tells_nobody_by_itself},
    {"a hint that changes nothing is not seen", a_hint_that_changes_nothing_is_not_seen},
    {"a clean deal proceeds as soon as a hint says that it was paid",
     a_clean_deal_proceeds_as_soon_as_a_hint_says_that_it_was_paid},
    {"a delivery that comes twice is one run", a_delivery_that_comes_twice_is_one_run},
    {"a storm of hints is one run in ten seconds", a_storm_of_hints_is_one_run_in_ten_seconds},
    {"a commit that fails asks to come again", a_commit_that_fails_asks_to_come_again},
    {"a crash before the commit loses nothing that was answered",
     a_crash_before_the_commit_loses_nothing_that_was_answered},
    {"a crash between commit and answer makes no second run",
     a_crash_between_commit_and_answer_makes_no_second_run},
    {"a hint during a run is looked after behind it",
     a_hint_during_a_run_is_looked_after_behind_it},
    {"a deal is started as soon as it is told of", a_deal_is_started_as_soon_as_it_is_told_of},
    {"a deal that is told of and not won starts nothing",
     a_deal_that_is_told_of_and_not_won_starts_nothing},
    {"a rejected deal is not asked again by a hint", a_rejected_deal_is_not_asked_again_by_a_hint},
    {"an Outbound Message is acknowledged in its own words",
     an_outbound_message_is_acknowledged_in_its_own_words},
    {"a stranger hears nothing and costs nothing", a_stranger_hears_nothing_and_costs_nothing},
    {"before Slack knows us a hint is too early", before_slack_knows_us_a_hint_is_too_early},
    {0},
};
