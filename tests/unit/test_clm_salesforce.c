/* Salesforce's own contracts in the CLM's place. */
#include "connectors/clm.h"

#include "handlers/fetch.h"
#include "tests/unit/call_fixture.h"

static struct sf_contract acme(void)
{
    return (struct sf_contract){.id = "800A",
                                .number = "00000101",
                                .status = "Activated",
                                .status_code = "Activated",
                                .starts = civil_of(2026, 1, 1),
                                .ends = civil_of(2026, 12, 31),
                                .signed_at = civil_of(2025, 12, 20)};
}

/* The one contract that becomes of `own`. */
static struct contract made_of(struct rig *rig, struct sf_contract own)
{
    struct facts facts = {.sf_contracts = &own, .sf_contract_count = 1};
    clm_from_salesforce(&rig->config, &rig->arena, &facts);
    assert_int_equal(facts.contract_count, 1);
    return facts.contracts[0];
}

static void test_a_contract_is_as_salesforce_knows_it(void **state)
{
    struct contract contract = made_of(*state, acme());
    assert_string_equal(contract.id, "00000101");
    assert_string_equal(contract.sf_contract_id, "800A");
    assert_int_equal(contract.status, CONTRACT_EXECUTED);
    assert_string_equal(contract.status_text, "Activated");
    assert_int_equal(contract.effective.day, civil_of(2026, 1, 1).day);
    assert_int_equal(contract.expires.day, civil_of(2026, 12, 31).day);
    assert_int_equal(contract.signed_at.day, civil_of(2025, 12, 20).day);
    assert_false(contract.value.known || contract.covers_known);
    assert_int_equal(contract.covers_count + contract.pending_count, 0);
}

static void test_without_a_number_the_id_stands_for_it(void **state)
{
    struct sf_contract own = acme();
    own.number = NULL;
    assert_string_equal(made_of(*state, own).id, "800A");
}

static void test_only_what_is_activated_is_executed(void **state)
{
    static const struct {
        const char *status, *code;
        enum contract_status expected;
    } table[] = {
        {"Activated", "Activated", CONTRACT_EXECUTED},
        {"Activated", NULL, CONTRACT_EXECUTED},
        {"Draft", "Draft", CONTRACT_DRAFT},
        {"In Approval Process", "InApproval", CONTRACT_IN_REVIEW},
        {"In Approval Process", NULL, CONTRACT_IN_REVIEW},
        /* labels of an organisation's own */
        {"Countersigned", "Activated", CONTRACT_EXECUTED},
        {"Countersigned", NULL, CONTRACT_UNKNOWN},
        {"Signed", "Draft", CONTRACT_DRAFT},
        {"Out for Signature", "InApproval", CONTRACT_OUT_FOR_SIGNATURE},
        {"Terminated", "Activated", CONTRACT_TERMINATED},
        {"Expired", "Activated", CONTRACT_EXPIRED},
        {NULL, "Activated", CONTRACT_EXECUTED},
        {NULL, NULL, CONTRACT_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct sf_contract own = acme();
        own.status = table[i].status;
        own.status_code = table[i].code;
        if (made_of(*state, own).status != table[i].expected)
            fail_msg("%s, %s", own.status ? own.status : "-",
                     own.status_code ? own.status_code : "-");
    }
}

static void test_a_term_ends_the_day_before_it_would_begin_again(void **state)
{
    static const struct {
        int start[3];
        int64_t months;
        int end[3];
    } table[] = {
        {{2026, 1, 1}, 12, {2026, 12, 31}}, {{2026, 4, 20}, 1, {2026, 5, 19}},
        {{2024, 2, 29}, 12, {2025, 2, 27}}, {{2026, 1, 31}, 1, {2026, 2, 27}},
        {{2026, 3, 1}, 36, {2029, 2, 28}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const int *start = table[i].start, *end = table[i].end;
        struct sf_contract own = acme();
        own.starts = civil_of(start[0], start[1], start[2]);
        own.ends = CIVIL_NONE;
        own.term_months = table[i].months;
        assert_int_equal(made_of(*state, own).expires.day, civil_of(end[0], end[1], end[2]).day);
    }
}

static void test_an_end_that_is_not_known_stays_so(void **state)
{
    static const int64_t terms[] = {0, -12, INT64_MAX, INT64_MIN};
    struct sf_contract own = acme();
    own.ends = CIVIL_NONE;
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        own.term_months = terms[i];
        assert_false(civil_is_known(made_of(*state, own).expires));
    }
    own.term_months = 12;
    own.starts = CIVIL_NONE;
    assert_false(civil_is_known(made_of(*state, own).expires));
    assert_false(civil_is_known(made_of(*state, own).effective));
}

/* ---- within a fetch ---- */

static void test_nobody_else_is_asked_and_the_source_is_salesforces(void **state)
{
    struct rig *rig = *state;
    struct fetch fetch;
    struct sf_contract own = acme();
    rig->config.salesforce.enabled = true;
    fetch_begin(&fetch, &rig->env, &(struct fetch_account){.id = "001A", .contract_ids = "800A"});
    assert_int_equal(fetch.call_count, 1);
    assert_null(fetch.of_source[SOURCE_CLM]);
    fetch.facts->sf_contracts = &own;
    fetch.facts->sf_contract_count = 1;
    fetch.facts->sources[SOURCE_SALESFORCE] =
        (struct source_state){.fetched_at = {77}, .elapsed_ms = 12};
    fetch_settle(&fetch, &rig->config, rig->world.now);
    const struct source_state *clm = &fetch.facts->sources[SOURCE_CLM];
    assert_true(clm->ok);
    assert_false(clm->absent);
    assert_int_equal(clm->fetched_at.ms, 77);
    assert_int_equal(clm->elapsed_ms, 12);
    assert_int_equal(fetch.facts->contract_count, 1);
}

static void test_while_salesforce_is_down_its_contracts_are_too(void **state)
{
    struct rig *rig = *state;
    struct fetch fetch;
    rig->config.salesforce.enabled = true;
    fetch_begin(&fetch, &rig->env, &(struct fetch_account){.id = "001A", .contract_ids = ""});
    fetch.of_source[SOURCE_SALESFORCE]->failure =
        (struct failure){.class = FAILURE_TRANSIENT, .message = "down"};
    fetch_settle(&fetch, &rig->config, rig->world.now);
    const struct source_state *clm = &fetch.facts->sources[SOURCE_CLM];
    assert_false(clm->ok || clm->absent);
    assert_string_equal(clm->failure.message, "down");
    assert_int_equal(fetch.facts->contract_count, 0);
}

/* ---- usher check ---- */

static void test_the_check_reads_a_contract_of_salesforce(void **state)
{
    struct rig *rig = *state;
    session_set_token(&rig->sessions.systems[SYSTEM_SALESFORCE], "t", "https://sf.example",
                      (struct mono){0});
    struct call *call = clm_probe(&rig->env);
    expect_request(start(call), call,
                   "https://sf.example/services/data/v62.0/query?q=SELECT%20Id%2C%20Status%20FROM"
                   "%20Contract%20LIMIT%201");
    assert_int_equal(answer(call, 200, "{\"records\":[]}").kind, STEP_DONE);
    call = clm_probe(&rig->env);
    start(call);
    expect_failed(answer(call, 400,
                         "[{\"errorCode\":\"INVALID_TYPE\",\"message\":\"sObject type "
                         "'Contract' is not supported\"}]"),
                  call, FAILURE_PERMISSION, "INVALID_TYPE");
}

static int setup(void **state)
{
    static struct rig rig;
    static const char *words[] = {"executed", "signed", "active", "completed"};
    rig_init(&rig);
    rig.config.clm.enabled = true;
    rig.config.clm.kind = CLM_SALESFORCE;
    rig.config.clm.executed_words = (struct config_list){words, 4};
    rig.config.salesforce.api_version = "v62.0";
    rig.config.salesforce.login_url = "https://sf.example";
    rig.config.fetch.deadline_s = 20;
    rig.config.salesforce.deadline_s = 15;
    *state = &rig;
    return 0;
}

static int teardown(void **state)
{
    rig_release(*state);
    return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_contract_is_as_salesforce_knows_it),
        T(test_without_a_number_the_id_stands_for_it),
        T(test_only_what_is_activated_is_executed),
        T(test_a_term_ends_the_day_before_it_would_begin_again),
        T(test_an_end_that_is_not_known_stays_so),
        T(test_nobody_else_is_asked_and_the_source_is_salesforces),
        T(test_while_salesforce_is_down_its_contracts_are_too),
        T(test_the_check_reads_a_contract_of_salesforce),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
