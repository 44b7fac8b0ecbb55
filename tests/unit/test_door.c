/* The door: what a delivery does, once, and what is answered when. */
#include "handlers/jobs/later.h"
#include "tests/unit/hook_fixture.h"

/* ---- what a hint does ---- */

static void test_a_hint_looks_again_in_a_moment_and_tells_nobody(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(flow(house, json_of(house, "account_id", house->onboarding.account_id)), 200);
    struct job job = job_of(house, "run_checks");
    assert_int_equal(job.run_at.ms, house->world.now.ms + 10000);
    struct payload payload = payload_of(house, &job);
    assert_int_equal(payload.onboarding, house->onboarding.number);
    assert_null(payload.user);
}

static void test_a_storm_of_hints_is_one_run_and_does_not_put_it_off(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *body = json_of(house, "account_id", house->onboarding.account_id);
    int64_t first = house->world.now.ms;
    for (int i = 0; i < 9; i++) {
        assert_int_equal(flow(house, body), 200);
        advance(house, 1000);
    }
    assert_int_equal(job_of(house, "run_checks").run_at.ms, first + 10000);
}

static void test_an_onboarding_that_is_decided_is_left_alone(void **state)
{
    struct house *house = *state;
    static const enum onboarding_state states[] = {ONBOARDING_PROVISIONING, ONBOARDING_PROVISIONED,
                                                   ONBOARDING_REJECTED, ONBOARDING_CANCELLED};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        assert_true(onboardings_set_state(house->db, TENANT, house->onboarding.number, states[i],
                                          house->world.now));
        assert_int_equal(flow(house, json_of(house, "account_id", house->onboarding.account_id)),
                         200);
        assert_int_equal(count_jobs(house, "run_checks"), 0);
    }
}

static void test_a_hint_that_comes_true_after_the_decision_asks_nothing(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(flow(house, json_of(house, "account_id", house->onboarding.account_id)), 200);
    struct job job = job_of(house, "run_checks");
    assert_true(onboardings_set_state(house->db, TENANT, house->onboarding.number,
                                      ONBOARDING_REJECTED, house->world.now));
    advance(house, 10000);
    struct plan plan = planned(house, &job);
    assert_done(finished(house, &job, &plan));
    struct run run;
    assert_true(runs_latest(house->db, &house->arena, TENANT, house->onboarding.number, &run));
    assert_string_equal(run.id, house->run.id);
    assert_int_equal(run.checked_at.ms, house->run.checked_at.ms);
}

static void test_an_opportunity_that_nobody_knows_brings_the_poll_forward(void **state)
{
    struct house *house = *state;
    assert_true(later_again(&house->turn, TENANT, "poll_deals", NULL, HOURS(1)));
    assert_int_equal(flow(house, json_of(house, "opportunity_id", "006Xnew")), 200);
    assert_int_equal(job_of(house, "poll_deals").run_at.ms, house->world.now.ms + 10000);
    assert_int_equal(count_jobs(house, "run_checks"), 0);
    assert_int_equal(flow(house, json_of(house, "account_id", "001Xnew")), 200);
    assert_int_equal(count_jobs(house, "run_checks"), 0);
}

static void test_an_opportunity_that_is_known_looks_at_its_onboarding(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(flow(house, json_of(house, "opportunity_id", "006A1")), 200);
    assert_int_equal(count_jobs(house, "run_checks"), 1);
    assert_int_equal(count_jobs(house, "poll_deals"), 0);
}

static void test_a_contract_looks_at_all_who_have_it(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    with_contracts(house, "8005g000000ABCDEAA,8005g000000ABCEEAA");
    given_one(house, "Bolt Ltd", LEVEL_ESCALATE_WARN);
    with_contracts(house, "8005g000000ABCEEAA");
    given_one(house, "Cone GmbH", LEVEL_ESCALATE_WARN);
    with_contracts(house, "8005g000000abceEAA"); /* another one: letters' case tells */
    assert_int_equal(flow(house, json_of(house, "contract_id", "8005g000000ABCE")), 200);
    assert_int_equal(count_jobs(house, "run_checks"), 2);
}

static void test_a_short_id_is_known_by_its_long_form(void **state)
{
    struct house *house = *state;
    /* Capitals: the fifth of the first five, none, the third and fifth of the last: 16, 0, 20. */
    struct onboarding onboarding = {.tenant = TENANT,
                                    .account_id = "0018Z00002g7KgUQAU",
                                    .account_name = "ACME Corp",
                                    .started_by = "usher",
                                    .state = ONBOARDING_CHECKING};
    int64_t existing;
    assert_true(onboardings_add(house->db, &onboarding, house->world.now, &existing));
    assert_int_equal(flow(house, json_of(house, "account_id", "0018Z00002g7KgU")), 200);
    assert_int_equal(count_jobs(house, "run_checks"), 1);
}

static void test_a_contract_that_nobody_names_looks_at_what_waits_for_one(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN); /* an invoice is its matter */
    given_contract_question(house, "Bolt Ltd");
    assert_int_equal(ironclad(house, "event1"), 200);
    struct job job = job_of(house, "run_checks");
    assert_int_equal(payload_of(house, &job).onboarding, house->onboarding.number);
    assert_int_equal(job.run_at.ms, house->world.now.ms + 60000);
}

static void test_a_generic_delivery_without_ids_is_about_contracts(void **state)
{
    struct house *house = *state;
    given_contract_question(house, "Bolt Ltd");
    assert_int_equal(generic(house, "{\"event\":\"envelope-completed\"}"), 200);
    assert_int_equal(count_jobs(house, "run_checks"), 1);
}

/* ---- once ---- */

static void test_a_delivery_comes_twice_and_has_one_effect(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *body = arena_fmt(&house->arena, "{\"account_id\":\"%s\",\"id\":\"delivery 1\"}",
                                 house->onboarding.account_id);
    assert_int_equal(flow(house, body), 200);
    drop_jobs(house, "run_checks");
    advance(house, 60000);
    assert_int_equal(flow(house, body), 200);
    assert_int_equal(count_jobs(house, "run_checks"), 0);
    assert_int_equal(generic(house, body), 200); /* another sender's numbers are its own */
    assert_int_equal(count_jobs(house, "run_checks"), 1);
}

static void test_a_flow_without_a_number_may_say_the_same_again(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *body = json_of(house, "account_id", house->onboarding.account_id);
    assert_int_equal(flow(house, body), 200);
    drop_jobs(house, "run_checks");
    advance(house, 60000);
    assert_int_equal(flow(house, body), 200);
    assert_int_equal(count_jobs(house, "run_checks"), 1);
}

static void test_a_signed_delivery_that_is_replayed_has_no_effect(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *body = json_of(house, "account_id", house->onboarding.account_id);
    const char *headers = timed_header(house, house->world.now.ms / 1000, body);
    assert_int_equal(deliver(house, "/hooks/generic", headers, body), 200);
    drop_jobs(house, "run_checks");
    advance(house, 60000);
    const char *dressed = arena_fmt(&house->arena, "x-usher-signature: x=1,%s",
                                    headers + strlen("x-usher-signature: "));
    assert_int_equal(deliver(house, "/hooks/generic", dressed, body), 200);
    assert_int_equal(count_jobs(house, "run_checks"), 0);
}

/* ---- answers ---- */

static void test_other_methods_hear_which_one_is_served(void **state)
{
    struct house *house = *state;
    static const char *const methods[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        assert_int_equal(deliver_by(house, methods[i], FLOW, "", "", true), 405);
        assert_string_equal(hall.answer.allow, "POST");
    }
}

static void test_before_the_workspace_is_known_it_is_too_early(void **state)
{
    struct house *house = *state;
    assert_true(db_run(db_prepare(house->db, "DELETE FROM tenants")));
    assert_int_equal(flow(house, "{\"account_id\":\"001A1\"}"), 503);
    assert_true(hall.answer.retry_after_s > 0);
    assert_int_equal(deliver(house, FLOW, "", "{\"account_id\":\"001A1\"}"), 401);
}

static void test_a_failed_commit_asks_to_come_again_and_then_it_works(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    if (db_in_transaction(house->db))
        assert_true(db_commit(house->db));
    const char *body = arena_fmt(&house->arena, "{\"account_id\":\"%s\",\"id\":\"1\"}",
                                 house->onboarding.account_id);
    const char *headers = "x-usher-secret: " SECRET "\n";
    assert_int_equal(deliver_by(house, "POST", FLOW, headers, body, false), 503);
    assert_true(hall.answer.retry_after_s > 0);
    assert_int_equal(hall.answer.body_len, 0);
    assert_int_equal(count_jobs(house, "run_checks"), 0);
    assert_int_equal(deliver_by(house, "POST", FLOW, "", body, false), 401); /* needs no store */
    assert_int_equal(flow(house, body), 200);
    assert_int_equal(count_jobs(house, "run_checks"), 1);
    assert_int_equal(counted("sender=\"salesforce\",result=\"failed\""), 1);
    assert_int_equal(counted("sender=\"salesforce\",result=\"taken\""), 1);
}

static void test_a_store_that_refuses_takes_nothing_of_the_delivery(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *body = arena_fmt(&house->arena, "{\"account_id\":\"%s\",\"id\":\"1\"}",
                                 house->onboarding.account_id);
    assert_true(db_execute(house->db, "ALTER TABLE inbox RENAME TO outbox", &house->err));
    assert_int_equal(flow(house, body), 503);
    assert_true(db_execute(house->db, "ALTER TABLE outbox RENAME TO inbox", &house->err));
    assert_int_equal(count_jobs(house, "run_checks"), 0);
    assert_int_equal(flow(house, body), 200);
    assert_int_equal(count_jobs(house, "run_checks"), 1);
}

static void test_while_stopping_nothing_is_taken(void **state)
{
    struct house *house = *state;
    const struct http_in_request request = {.method = "POST",
                                            .path = FLOW,
                                            .query = "",
                                            .headers = "x-usher-secret: " SECRET "\n",
                                            .body = "{}",
                                            .body_len = 2};
    door_take(hall.door, &house->turn, 9, webhook_find(&house->config, FLOW), &request, true);
    door_flush(hall.door, &house->world, true);
    assert_int_equal(hall.answer.status, 503);
}

static void test_answers_go_out_in_order_and_once(void **state)
{
    struct house *house = *state;
    for (uint64_t id = 1; id <= 40; id++)
        door_answer(hall.door, id, &(struct http_in_answer){.status = 200});
    unsigned before = hall.answers;
    door_flush(hall.door, &house->world, false);
    assert_int_equal(hall.answers, before + 40);
    assert_int_equal(hall.id, 40);
    assert_int_equal(hall.answer.status, 200); /* a page does not depend on the commit */
    door_flush(hall.door, &house->world, true);
    assert_int_equal(hall.answers, before + 40);
}

#define T(test) cmocka_unit_test_setup_teardown(test, hall_setup, hall_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_hint_looks_again_in_a_moment_and_tells_nobody),
        T(test_a_storm_of_hints_is_one_run_and_does_not_put_it_off),
        T(test_an_onboarding_that_is_decided_is_left_alone),
        T(test_a_hint_that_comes_true_after_the_decision_asks_nothing),
        T(test_an_opportunity_that_nobody_knows_brings_the_poll_forward),
        T(test_an_opportunity_that_is_known_looks_at_its_onboarding),
        T(test_a_contract_looks_at_all_who_have_it),
        T(test_a_short_id_is_known_by_its_long_form),
        T(test_a_contract_that_nobody_names_looks_at_what_waits_for_one),
        T(test_a_generic_delivery_without_ids_is_about_contracts),
        T(test_a_delivery_comes_twice_and_has_one_effect),
        T(test_a_flow_without_a_number_may_say_the_same_again),
        T(test_a_signed_delivery_that_is_replayed_has_no_effect),
        T(test_other_methods_hear_which_one_is_served),
        T(test_before_the_workspace_is_known_it_is_too_early),
        T(test_a_failed_commit_asks_to_come_again_and_then_it_works),
        T(test_a_store_that_refuses_takes_nothing_of_the_delivery),
        T(test_while_stopping_nothing_is_taken),
        T(test_answers_go_out_in_order_and_once),
    };
    return cmocka_run_group_tests(tests, NULL, hall_close);
}
