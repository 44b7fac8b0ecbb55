/* One run of an onboarding: what is fetched, stored, moved and told, and how a question heals,
 * comes back or stays shut. */
#include "tests/unit/job_fixture.h"

#include "connectors/salesforce.h"
#include "handlers/jobs/checking.h"
#include "handlers/jobs/later.h"

/* ---- the outside ---- */

struct outside {
    struct house *house;
    struct opportunity deal;
    struct contract contract;
    struct invoice invoice;
    struct facts facts;
    enum source down; /* SOURCE_COUNT: none */
};

static const struct money CAD = {15000000, "CAD", 2, true};

static struct outside *all_clean(struct house *house)
{
    struct outside *outside = arena_alloc(&house->arena, sizeof *outside);
    house->config.salesforce.enabled = true;
    house->config.netsuite.enabled = true;
    house->config.clm.enabled = true;
    outside->house = house;
    outside->down = SOURCE_COUNT;
    outside->deal = (struct opportunity){.id = "006A1",
                                         .account_id = "001A1",
                                         .name = "ACME 2026",
                                         .stage = "Closed Won",
                                         .contract_id = "800A1",
                                         .owner_id = "005A1",
                                         .won = true,
                                         .amount = CAD,
                                         .close_date = civil_of(2026, 3, 31),
                                         .last_activity = civil_of(2026, 4, 17)};
    outside->contract = (struct contract){.id = "IC-101",
                                          .sf_contract_id = "800A1",
                                          .name = "ACME MSA",
                                          .status = CONTRACT_EXECUTED,
                                          .status_text = "executed",
                                          .value = CAD,
                                          .effective = civil_of(2026, 3, 31),
                                          .expires = civil_of(2026, 12, 31),
                                          .signed_at = civil_of(2026, 3, 30)};
    outside->invoice = (struct invoice){.id = "5001",
                                        .number = "INV-101",
                                        .contract_id = "IC-101",
                                        .date = civil_of(2026, 3, 31),
                                        .due = civil_of(2026, 4, 30),
                                        .subtotal = CAD,
                                        .tax = money_zero("CAD", 2),
                                        .total = CAD,
                                        .paid = CAD,
                                        .remaining = money_zero("CAD", 2),
                                        .rate = {RATE_SCALE},
                                        .status = "Paid In Full",
                                        .counts = true,
                                        .email = "ap@acme.example"};
    outside->facts = (struct facts){.base_currency = "CAD",
                                    .base_precision = 2,
                                    .account = {.found = true,
                                                .id = "001A1",
                                                .name = "ACME Corp",
                                                .owner_id = "005A1",
                                                .billing_country = "Canada",
                                                .industry = "Software"},
                                    .owner = {.found = true,
                                              .id = "005A1",
                                              .name = "Ana Silva",
                                              .username = "ana@corp.example",
                                              .email = "ana@corp.example",
                                              .manager_id = "005A9",
                                              .title = "AE",
                                              .department = "Sales",
                                              .zone = "America/Toronto",
                                              .active = true,
                                              .last_login = civil_of(2026, 4, 18)},
                                    .customer_found = true};
    return outside;
}

/* 25,000 of the invoice are open and overdue since 8 April. */
static void goes_overdue(struct outside *outside)
{
    outside->invoice.due = civil_of(2026, 4, 8);
    outside->invoice.remaining = (struct money){2500000, "CAD", 2, true};
    outside->invoice.paid = money_sub(CAD, outside->invoice.remaining);
    outside->invoice.status = "Open";
}

static void answers(struct outside *outside, struct checking *state)
{
    struct facts *facts = state->facts;
    *facts = outside->facts;
    facts->opportunities = &outside->deal;
    facts->opportunity_count = 1;
    facts->invoices = &outside->invoice;
    facts->invoice_count = 1;
    if (strcmp(state->contracts, "800A1") == 0) {
        facts->contracts = &outside->contract;
        facts->contract_count = 1;
    }
    if (outside->down != SOURCE_COUNT)
        fails_with(state->fetch.of_source[outside->down], FAILURE_TRANSIENT, "http_503");
}

/* ---- runs ---- */

static struct job_outcome run_once(struct outside *outside, const struct job *job)
{
    struct plan plan = planned(outside->house, job);
    struct checking *state = plan.state;
    if (state->facts)
        answers(outside, state);
    return finished(outside->house, job, &plan);
}

/* To its end: the second fetch with the contract numbers too. */
static void run_job(struct outside *outside, struct job job)
{
    struct job_outcome outcome = run_once(outside, &job);
    if (outcome.end == JOB_END_WAIT) {
        assert_true(jobs_get(outside->house->db, &outside->house->arena, job.id, &job));
        outcome = run_once(outside, &job);
    }
    assert_done(outcome);
}

static void start_acme(struct house *house)
{
    int64_t existing;
    house->onboarding = (struct onboarding){.tenant = TENANT,
                                            .account_id = "001A1",
                                            .account_name = "ACME",
                                            .started_by = "U0RAJ",
                                            .state = ONBOARDING_CHECKING};
    assert_true(onboardings_add(house->db, &house->onboarding, house->world.now, &existing));
}

static void check(struct outside *outside, const char *tell)
{
    struct house *house = outside->house;
    struct job *jobs;
    assert_true(later_run_checks(&house->turn, TENANT, house->onboarding.number, house->world.now,
                                 tell, "C0ONBOARD"));
    size_t count = jobs_of(house, "run_checks", &jobs);
    for (size_t i = 0; i < count; i++)
        if (jobs[i].run_at.ms <= house->world.now.ms)
            run_job(outside, jobs[i]);
    if (!items_latest(house->db, &house->arena, TENANT, house->onboarding.number, &house->item))
        house->item = (struct item){0};
    assert_true(db_ok(house->db, &house->err));
}

static struct run latest(struct house *house)
{
    struct run run;
    assert_true(runs_latest(house->db, &house->arena, TENANT, house->onboarding.number, &run));
    return run;
}

static struct moved decide_as(struct house *house, const char *user, bool approves)
{
    struct actor actor = actor_of(user);
    return approves ? item_approve(&house->turn, &actor, house->onboarding.number,
                                   item_now(house).revision, &all_ticked, &house->err)
                    : item_reject(&house->turn, &actor, house->onboarding.number, 0, "not ready",
                                  &house->err);
}

static const char *told(struct house *house)
{
    struct job job = job_of(house, "tell");
    return payload_of(house, &job).text;
}

/* ---- tests ---- */

static void test_clean_facts_proceed_without_anyone(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    start_acme(house);
    check(outside, "U0MAYA");
    assert_int_equal(onboarding_now(house).state, ONBOARDING_PROVISIONING);
    assert_int_equal(count_jobs(house, "post_proceed"), 1);
    assert_int_equal(count_jobs(house, "provision"), 1);
    assert_int_equal(count_jobs(house, "post_card"), 0);
    assert_says(told(house), "*ACME Corp* (ONB-1001 r1): PROCEED");
    struct onboarding onboarding = onboarding_now(house);
    assert_string_equal(onboarding.account_name, "ACME Corp");
    assert_string_equal(onboarding.opportunity_id, "006A1");
    assert_string_equal(onboarding.owner_user_id, "U0ANA");
    const struct audit_entry *line = audited(house, "verdict");
    assert_int_equal(line->revision, 1);
    assert_string_equal(line->facts_digest, latest(house).facts_digest);
}

static void test_contract_numbers_are_learned_before_anything_is_decided(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    start_acme(house);
    assert_true(later_run_checks(&house->turn, TENANT, 1001, house->world.now, NULL, NULL));
    struct job job = job_of(house, "run_checks");
    assert_int_equal(run_once(outside, &job).end, JOB_END_WAIT);
    assert_string_equal(onboarding_now(house).contract_ids, "800A1");
    assert_int_equal(count_jobs(house, "post_card"), 0);
    assert_true(jobs_get(house->db, &house->arena, job.id, &job));
    outside->deal.contract_id = "800A2"; /* it moves under our hands: no third fetch */
    assert_done(run_once(outside, &job));
    assert_string_equal(onboarding_now(house).contract_ids, "800A2");
}

static void test_a_name_that_clm_is_asked_by_is_learned_first_too(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    house->config.clm.kind = CLM_GENERIC;
    house->config.clm.path = "/contracts?of={account_name}";
    start_acme(house);
    house->onboarding.contract_ids = "800A1";
    assert_true(onboardings_update(house->db, &house->onboarding, house->world.now));
    assert_true(later_run_checks(&house->turn, TENANT, 1001, house->world.now, NULL, NULL));
    struct job job = job_of(house, "run_checks");
    assert_int_equal(run_once(outside, &job).end, JOB_END_WAIT);
    assert_string_equal(onboarding_now(house).account_name, "ACME Corp");
    assert_true(jobs_get(house->db, &house->arena, job.id, &job));
    assert_done(run_once(outside, &job));
}

static void test_an_overdue_invoice_asks_the_channel(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    goes_overdue(outside);
    start_acme(house);
    check(outside, "U0MAYA");
    assert_int_equal(house->item.level, LEVEL_ESCALATE_WARN);
    assert_int_equal(count_jobs(house, "post_card"), 1);
    assert_int_equal(count_jobs(house, "provision"), 0);
    assert_says(told(house), "ESCALATE: ");
    assert_says(told(house), "`/onboard why ONB-1001`");
}

static void test_the_same_facts_again_are_the_same_revision(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    goes_overdue(outside);
    start_acme(house);
    check(outside, NULL);
    int64_t generation = house->item.generation;
    advance(house, MINUTES(5));
    check(outside, NULL);
    assert_int_equal(latest(house).revision, 1);
    assert_int_equal(latest(house).checked_at.ms, house->world.now.ms);
    assert_int_equal(item_now(house).generation, generation);
    goes_overdue(outside);
    outside->invoice.remaining.minor += 100;
    check(outside, NULL);
    assert_int_equal(latest(house).revision, 2);
    assert_int_equal(item_now(house).revision, 2);
}

static void test_whoever_checks_again_is_told_what_changed(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    goes_overdue(outside);
    start_acme(house);
    check(outside, "U0MAYA");
    assert_silent_on(told(house), "ince r");
    int64_t read = house->world.now.ms / 1000;
    drop_jobs(house, "tell");
    advance(house, MINUTES(5));
    check(outside, "U0MAYA");
    assert_says(told(house), arena_fmt(&house->arena,
                                       "(ONB-1001 r1): ESCALATE: Invoice INV-101 is 12 "
                                       "days overdue (CAD 25,000.00). Nothing "
                                       "changed since r1, read <!date^%lld^",
                                       (long long)read));
    drop_jobs(house, "tell");
    outside->invoice.remaining.minor += 100;
    check(outside, "U0MAYA");
    assert_says(told(house), "(ONB-1001 r2): ESCALATE: ");
    assert_says(told(house), " Since r1: Invoice INV-101 is 12 days overdue (CAD 25,001.00).");
    drop_jobs(house, "tell");
    outside->deal.stage = "Closed Won, twice";
    check(outside, "U0MAYA");
    assert_says(told(house), "(ONB-1001 r3): ESCALATE: ");
    assert_says(told(house), " Since r2: nothing that matters changed.");
}

static void test_a_system_that_is_down_blocks_and_heals_by_itself(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    outside->down = SOURCE_NETSUITE;
    start_acme(house);
    check(outside, "U0MAYA");
    assert_int_equal(house->item.level, LEVEL_BLOCK_DATA);
    assert_says(told(house), "NetSuite");
    assert_says(told(house), "Next try");
    struct job again = job_of(house, "run_checks");
    assert_int_equal(again.run_at.ms,
                     house->world.now.ms + MINUTES(house->config.rules.recheck_min));
    advance(house, MINUTES(15));
    outside->down = SOURCE_COUNT;
    run_job(outside, again);
    assert_int_equal(item_now(house).state, ITEM_AUTO_CLEARED);
    assert_int_equal(onboarding_now(house).state, ONBOARDING_PROVISIONING);
    assert_int_equal(count_jobs(house, "run_checks"), 0);
}

static void test_rechecks_do_not_pile_up(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    outside->down = SOURCE_CLM;
    start_acme(house);
    for (int i = 0; i < 4; i++) {
        advance(house, MINUTES(1));
        check(outside, "U0MAYA");
    }
    struct job again = job_of(house, "run_checks");
    assert_int_equal(again.run_at.ms, house->world.now.ms + MINUTES(15));
}

static void test_a_recheck_of_what_was_decided_asks_nobody(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    outside->down = SOURCE_CLM;
    start_acme(house);
    check(outside, NULL);
    struct job again = job_of(house, "run_checks");
    assert_int_equal(decide_as(house, "U0MAYA", false).how, MOVE_DONE);
    struct plan plan = planned(house, &again);
    assert_int_equal(plan.count, 0);
    assert_done(finished(house, &again, &plan));
    assert_int_equal(onboarding_now(house).state, ONBOARDING_REJECTED);
}

static void test_on_a_scaled_clock_a_recheck_waits_two_real_seconds(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    house->world.speed = 8640;
    outside->down = SOURCE_CLM;
    start_acme(house);
    check(outside, NULL);
    struct job again = job_of(house, "run_checks");
    assert_int_equal(again.run_at.ms, house->world.now.ms + 2000 * 8640);
}

static void test_a_system_that_is_not_configured_is_named_and_needs_a_person(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    house->config.netsuite.enabled = false;
    start_acme(house);
    check(outside, "U0MAYA");
    assert_int_equal(house->item.level, LEVEL_ESCALATE_WARN);
    assert_says(told(house), "not configured");
}

static void test_after_a_rejection_a_check_asks_anew_and_links_the_old_question(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    goes_overdue(outside);
    start_acme(house);
    check(outside, NULL);
    const char *old = house->item.id;
    assert_int_equal(decide_as(house, "U0MAYA", false).how, MOVE_DONE);
    advance(house, HOURS(1));
    check(outside, "U0MAYA");
    assert_string_not_equal(house->item.id, old);
    assert_string_equal(house->item.previous_id, old);
    assert_int_equal(onboarding_now(house).state, ONBOARDING_WAITING);
}

static void test_after_a_rejection_clean_facts_do_not_proceed_by_themselves(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    goes_overdue(outside);
    start_acme(house);
    check(outside, NULL);
    assert_int_equal(decide_as(house, "U0MAYA", false).how, MOVE_DONE);
    outside = all_clean(house);
    advance(house, HOURS(1));
    check(outside, NULL);
    check(outside, NULL);
    assert_int_equal(item_now(house).state, ITEM_OPEN);
    assert_int_equal(count_jobs(house, "provision"), 0);
    assert_int_equal(decide_as(house, "U0BO", true).how, MOVE_DONE);
}

static void test_a_check_past_deciding_only_tells(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    start_acme(house);
    check(outside, NULL);
    goes_overdue(outside);
    check(outside, "U0MAYA");
    assert_says(told(house), "ESCALATE");
    assert_int_equal(latest(house).revision, 1);
    assert_int_equal(onboarding_now(house).state, ONBOARDING_PROVISIONING);
    assert_int_equal(count_jobs(house, "post_card"), 0);
}

static void test_an_account_without_an_onboarding_is_told_and_not_stored(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    struct actor maya = actor_of("U0MAYA");
    assert_true(later_check_account(
        &house->turn, &maya, "C0ONBOARD",
        &(struct account_asked){.id = "001A1", .name = "ACME Corp", .contract_ids = "800A1"}));
    run_job(outside, job_of(house, "run_checks"));
    assert_says(told(house), "*ACME Corp*: PROCEED");
    assert_says(told(house), "Nothing was stored");
    assert_int_equal(onboardings_count(house->db, TENANT, ONBOARDING_PROVISIONING), 0);
}

static void test_each_opportunity_that_is_asked_about_is_checked(void **state)
{
    struct house *house = *state;
    struct actor maya = actor_of("U0MAYA");
    struct account_asked asked = {.id = "001A1", .name = "ACME Corp", .opportunity = "006A1"};
    assert_true(later_check_account(&house->turn, &maya, "C0ONBOARD", &asked));
    assert_true(later_check_account(&house->turn, &maya, "C0ONBOARD", &asked));
    assert_int_equal(count_jobs(house, "run_checks"), 1);
    asked.opportunity = "006A2";
    assert_true(later_check_account(&house->turn, &maya, "C0ONBOARD", &asked));
    assert_int_equal(count_jobs(house, "run_checks"), 2);
}

static void test_an_account_that_is_deleted_cancels_the_question(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    goes_overdue(outside);
    start_acme(house);
    check(outside, NULL);
    outside->facts.account.deleted = true;
    check(outside, NULL);
    assert_int_equal(item_now(house).state, ITEM_CANCELLED);
    assert_int_equal(onboarding_now(house).state, ONBOARDING_CANCELLED);
}

/* ---- held approvals ---- */

static struct job held(struct house *house)
{
    advance(house, HOURS(1));
    assert_int_equal(decide_as(house, "U0MAYA", true).how, MOVE_HELD);
    return job_of(house, "run_checks");
}

static void test_a_held_approval_counts_when_nothing_has_changed(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    goes_overdue(outside);
    start_acme(house);
    check(outside, NULL);
    run_job(outside, held(house));
    assert_int_equal(item_now(house).state, ITEM_DECIDED);
    assert_string_equal(item_now(house).decided_by, "U0MAYA");
    assert_int_equal(count_jobs(house, "tell"), 0);
}

static void test_a_held_approval_counts_when_only_the_days_moved_on(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    goes_overdue(outside);
    start_acme(house);
    check(outside, NULL);
    advance(house, HOURS(48));
    run_job(outside, held(house));
    assert_int_equal(item_now(house).state, ITEM_DECIDED);
    assert_int_equal(item_now(house).revision, 2); /* "14 days overdue" are other words */
}

static void test_a_held_approval_is_refused_when_the_facts_moved(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    goes_overdue(outside);
    start_acme(house);
    check(outside, NULL);
    struct job job = held(house);
    outside->contract.status = CONTRACT_OUT_FOR_SIGNATURE;
    run_job(outside, job);
    assert_int_equal(item_now(house).state, ITEM_OPEN);
    assert_int_equal(item_now(house).level, LEVEL_BLOCK_HARD);
    assert_says(told(house), "ONB-1001 changed since r1");
    assert_string_equal(audited(house, "approve.refused")->actor, "U0MAYA");
}

static void test_of_two_held_approvals_one_wins_and_the_other_is_told(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    goes_overdue(outside);
    start_acme(house);
    check(outside, NULL);
    struct job first = held(house);
    assert_int_equal(decide_as(house, "U0BO", true).how, MOVE_HELD);
    run_job(outside, first);
    run_job(outside, job_of(house, "run_checks"));
    assert_string_equal(item_now(house).decided_by, "U0MAYA");
    struct job job = job_of(house, "tell");
    assert_string_equal(payload_of(house, &job).user, "U0BO");
    assert_says(payload_of(house, &job).text, "Already approved by <@U0MAYA>");
}

static void test_an_owner_whom_the_store_does_not_know_is_looked_up(void **state)
{
    struct house *house = *state;
    struct outside *outside = all_clean(house);
    outside->facts.owner.email = "eve@corp.example";
    start_acme(house);
    check(outside, NULL);
    assert_null(onboarding_now(house).owner_user_id);
    struct job job = job_of(house, "learn_person");
    assert_string_equal(payload_of(house, &job).email, "eve@corp.example");
}

#define checks_test(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        checks_test(test_clean_facts_proceed_without_anyone),
        checks_test(test_contract_numbers_are_learned_before_anything_is_decided),
        checks_test(test_a_name_that_clm_is_asked_by_is_learned_first_too),
        checks_test(test_an_overdue_invoice_asks_the_channel),
        checks_test(test_the_same_facts_again_are_the_same_revision),
        checks_test(test_whoever_checks_again_is_told_what_changed),
        checks_test(test_a_system_that_is_down_blocks_and_heals_by_itself),
        checks_test(test_rechecks_do_not_pile_up),
        checks_test(test_a_recheck_of_what_was_decided_asks_nobody),
        checks_test(test_on_a_scaled_clock_a_recheck_waits_two_real_seconds),
        checks_test(test_a_system_that_is_not_configured_is_named_and_needs_a_person),
        checks_test(test_after_a_rejection_a_check_asks_anew_and_links_the_old_question),
        checks_test(test_after_a_rejection_clean_facts_do_not_proceed_by_themselves),
        checks_test(test_a_check_past_deciding_only_tells),
        checks_test(test_an_account_without_an_onboarding_is_told_and_not_stored),
        checks_test(test_each_opportunity_that_is_asked_about_is_checked),
        checks_test(test_an_account_that_is_deleted_cancels_the_question),
        checks_test(test_a_held_approval_counts_when_nothing_has_changed),
        checks_test(test_a_held_approval_counts_when_only_the_days_moved_on),
        checks_test(test_a_held_approval_is_refused_when_the_facts_moved),
        checks_test(test_of_two_held_approvals_one_wins_and_the_other_is_told),
        checks_test(test_an_owner_whom_the_store_does_not_know_is_looked_up),
    };
    return cmocka_run_group_tests_name("run_checks", tests, NULL, NULL);
}
