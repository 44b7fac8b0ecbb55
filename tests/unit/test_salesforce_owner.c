/* Who owns an account in Salesforce: the managers above, the changes of owner, and what an
 * organisation may lack. */
#include "tests/unit/salesforce_fixture.h"

static int open_rig(void **state)
{
    static struct rig rig;
    open_salesforce(&rig);
    sign_in_whole(&rig);
    *state = &rig;
    return 0;
}

static int close_rig(void **state)
{
    rig_release(*state);
    return 0;
}

static struct call *fetch(struct rig *rig, struct facts *facts)
{
    struct call *call = salesforce_fetch(&rig->env, "001A", facts);
    expect_request(start(call), call, DATA "/composite");
    return call;
}

static struct facts facts_of(struct rig *rig, const struct part *parts)
{
    struct facts facts = {0};
    assert_int_equal(answer_parts(fetch(rig, &facts), parts).kind, STEP_DONE);
    assert_true(facts.account.found);
    return facts;
}

#define USER(id, manager)                                                                          \
    "{\"Id\":\"" id "\",\"Name\":\"N" id "\",\"Email\":\"" id                                      \
    "@corp.example\",\"IsActive\":true,\"ManagerId\":" manager "}"

/* ---- managers ---- */

static void test_managers_are_read_upwards(void **state)
{
    struct facts facts = facts_of(
        *state, (const struct part[]){
                    {"owner", 200, USER("005A", "\"005B\"")},
                    {"manager1", 200, USER("005B", "\"005C\"")},
                    {"manager2", 200, "{\"Id\":\"005C\",\"IsActive\":false,\"ManagerId\":null}"},
                    {"manager3", 400, "[{\"errorCode\":\"PROCESSING_HALTED\",\"message\":\"\"}]"},
                    {0},
                });
    assert_true(facts.owner.managers_known);
    assert_int_equal(facts.owner.manager_count, 2);
    assert_int_equal(facts.owner.managers[0].level, 1);
    assert_string_equal(facts.owner.managers[0].id, "005B");
    assert_string_equal(facts.owner.managers[0].email, "005B@corp.example");
    assert_true(facts.owner.managers[0].active);
    assert_int_equal(facts.owner.managers[1].level, 2);
    assert_false(facts.owner.managers[1].active);
}

static void test_managers_are_cut_where_they_turn_in_a_circle(void **state)
{
    static const char *const ways_back[] = {USER("005B", "\"005A\""), USER("005B", "\"005B\"")};
    for (size_t i = 0; i < sizeof ways_back / sizeof *ways_back; i++) {
        struct facts facts = facts_of(*state, (const struct part[]){
                                                  {"owner", 200, USER("005A", "\"005B\"")},
                                                  {"manager1", 200, ways_back[i]},
                                                  {"manager2", 200, USER("005A", "\"005B\"")},
                                                  {0},
                                              });
        assert_int_equal(facts.owner.manager_count, 1);
        assert_true(facts.owner.managers_known);
    }
    struct facts own =
        facts_of(*state, (const struct part[]){{"owner", 200, USER("005A", "\"005A\"")}, {0}});
    assert_int_equal(own.owner.manager_count, 0);
}

static void test_no_more_than_five_managers_are_read(void **state)
{
    struct facts facts = facts_of(*state, (const struct part[]){
                                              {"owner", 200, USER("005A", "\"005B\"")},
                                              {"manager1", 200, USER("005B", "\"005C\"")},
                                              {"manager2", 200, USER("005C", "\"005D\"")},
                                              {"manager3", 200, USER("005D", "\"005E\"")},
                                              {"manager4", 200, USER("005E", "\"005F\"")},
                                              {"manager5", 200, USER("005F", "\"005G\"")},
                                              {"manager6", 200, USER("005G", "null")},
                                              {0},
                                          });
    assert_int_equal(facts.owner.manager_count, 5);
}

static void test_managers_end_with_one_whom_we_may_not_see(void **state)
{
    struct facts facts = facts_of(*state, (const struct part[]){
                                              {"owner", 200, USER("005A", "\"005B\"")},
                                              {"manager1", 200, USER("005B", "\"005C\"")},
                                              {"manager2", 404, NOT_FOUND},
                                              {0},
                                          });
    assert_true(facts.owner.managers_known);
    assert_int_equal(facts.owner.manager_count, 1);
}

static void test_manager_part_that_is_odd_is_no_manager(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum step_kind wanted;
    } odd[] = {{503, "[]", STEP_WAIT},
               {200, "[]", STEP_FAILED},
               {200, "{\"Id\":5}", STEP_FAILED},
               {200, USER("005X", "null"), STEP_FAILED}};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct facts facts = {0};
        struct call *call = fetch(*state, &facts);
        struct step step = answer_parts(call, (const struct part[]){
                                                  {"owner", 200, USER("005A", "\"005B\"")},
                                                  {"manager1", odd[i].status, odd[i].body},
                                                  {0},
                                              });
        assert_int_equal(step.kind, odd[i].wanted);
    }
}

static void test_managers_of_nobody_are_not_known(void **state)
{
    struct facts facts = facts_of(*state, (const struct part[]){{"owner", 404, NOT_FOUND}, {0}});
    assert_false(facts.owner.found || facts.owner.managers_known);
}

/* ---- changes of owner ---- */

static void test_changes_of_owner_are_read(void **state)
{
    struct facts facts = facts_of(
        *state,
        (const struct part[]){
            {"owner_history", 200,
             PAGE("{\"Id\":\"0171\",\"OldValue\":\"005B\",\"NewValue\":\"005A\",\"CreatedDate\":"
                  "\"2026-04-10T23:30:00.000+0000\"},{\"Id\":\"0172\",\"OldValue\":\"Bo Li\","
                  "\"NewValue\":\"Ana Silva\",\"CreatedDate\":\"2026-04-10T23:30:00.000+0000\"}")},
            {0},
        });
    const struct owner_history *history = &facts.owner_history;
    assert_true(history->known);
    assert_int_equal(history->change_count, 2);
    assert_int_equal(history->changes[0].date.day, civil_of(2026, 4, 10).day);
    assert_string_equal(history->changes[0].from, "005B");
    assert_string_equal(history->changes[0].to, "005A");
    assert_null(history->changes[1].from);
    assert_null(history->changes[1].to);
}

/* Salesforce writes instants in UTC; today, with which they are compared, is the calendar's. */
static void test_an_instant_is_of_the_day_that_it_was_in_the_calendar_s_zone(void **state)
{
    struct rig *rig = *state;
    snprintf(rig->config.calendar.zone, sizeof rig->config.calendar.zone, "America/Toronto");
    struct facts facts = facts_of(
        rig,
        (const struct part[]){
            {"owner", 200, "{\"Id\":\"005A\",\"LastLoginDate\":\"2026-04-21T01:30:00.000+0000\"}"},
            {"owner_history", 200,
             PAGE("{\"Id\":\"0171\",\"CreatedDate\":\"2026-04-21T03:59:59.000+0000\"},"
                  "{\"Id\":\"0172\",\"CreatedDate\":\"2026-04-21T04:00:00.000+0000\"}")},
            {0},
        });
    assert_int_equal(facts.owner.last_login.day, civil_of(2026, 4, 20).day);
    assert_int_equal(facts.owner_history.changes[0].date.day, civil_of(2026, 4, 20).day);
    assert_int_equal(facts.owner_history.changes[1].date.day, civil_of(2026, 4, 21).day);
}

static void test_only_the_newest_changes_of_owner_are_asked_for(void **state)
{
    struct facts facts = {0};
    assert_string_equal(soql_of_part(fetch(*state, &facts), "owner_history"),
                        "SELECT Id, OldValue, NewValue, CreatedDate FROM AccountHistory WHERE "
                        "AccountId = '001A' AND Field = 'Owner' ORDER BY CreatedDate DESC, Id "
                        "LIMIT 200");
}

static void test_change_of_owner_on_no_day_is_refused(void **state)
{
    struct facts facts = {0};
    struct call *call = fetch(*state, &facts);
    struct step step = answer_parts(
        call,
        (const struct part[]){
            {"owner_history", 200, PAGE("{\"Id\":\"0171\",\"CreatedDate\":\"last week\"}")}, {0}});
    expect_failed(step, call, FAILURE_PERMANENT, "bad_reply");
    assert_false(facts.owner_history.known);
}

/* ---- what an organisation may lack ---- */

static void test_organisation_without_a_history_is_no_failure(void **state)
{
    struct facts facts = facts_of(
        *state, (const struct part[]){{"owner_history", 400,
                                       "[{\"errorCode\":\"INVALID_TYPE\",\"message\":\"sObject "
                                       "type 'AccountHistory' is not supported.\"}]"},
                                      {0}});
    assert_false(facts.owner_history.known);
    assert_true(facts.sources[SOURCE_SALESFORCE].ok && facts.family.known);
}

static void test_object_that_is_gone_since_it_was_described_is_described_anew(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    struct step step = answer_parts(
        call, (const struct part[]){
                  {"contracts", 400, "[{\"errorCode\":\"INVALID_TYPE\",\"message\":\"-\"}]"}, {0}});
    expect_failed(step, call, FAILURE_PERMISSION, "INVALID_TYPE");
    assert_false(rig->sessions.fields[SALESFORCE_CONTRACT].known);
}

static void test_history_that_fails_for_another_reason_is_a_failure(void **state)
{
    struct facts facts = {0};
    struct call *call = fetch(*state, &facts);
    struct step step = answer_parts(
        call, (const struct part[]){
                  {"owner_history", 400, "[{\"errorCode\":\"MALFORMED_QUERY\",\"message\":\"-\"}]"},
                  {0}});
    expect_failed(step, call, FAILURE_INVALID, "MALFORMED_QUERY");
}

static void test_objects_that_are_not_described_are_not_asked_for(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    field_set_forget(&rig->sessions.fields[SALESFORCE_CONTRACT]);
    field_set_forget(&rig->sessions.fields[SALESFORCE_ACCOUNT_HISTORY]);
    struct call *call = salesforce_fetch(&rig->env, "001A", &facts);
    expect_request(start(call), call, DATA "/sobjects/Contract/describe");
    expect_request(answer(call, 404, NOT_FOUND), call, DATA "/sobjects/AccountHistory/describe");
    expect_request(answer(call, 404, NOT_FOUND), call, DATA "/composite");
    assert_null(url_of(call, "contracts"));
    assert_null(url_of(call, "owner_history"));
    assert_int_equal(answer_parts(call, (const struct part[]){{0}}).kind, STEP_DONE);
    assert_true(facts.account.found && facts.family.known);
    assert_false(facts.owner_history.known);
    assert_int_equal(facts.sf_contract_count, 0);
}

static void test_object_that_nobody_can_lack_must_be_described(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    field_set_forget(&rig->sessions.fields[SALESFORCE_USER]);
    struct call *call = salesforce_fetch(&rig->env, "001A", &facts);
    start(call);
    expect_failed(answer(call, 404, NOT_FOUND), call, FAILURE_NOT_FOUND, "NOT_FOUND");
    assert_false(rig->sessions.fields[SALESFORCE_USER].known);
}

static void test_user_fields_are_asked_for_where_they_are(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    assert_non_null(strstr(url_of(fetch(rig, &facts), "owner"),
                           "?fields=Id,Name,Username,Email,ManagerId,IsActive,LastLoginDate,Title,"
                           "Department,TimeZoneSidKey"));
    describe(rig, SALESFORCE_USER, "Id Department");
    const char *url = url_of(fetch(rig, &facts), "owner");
    assert_non_null(strstr(url, ",LastLoginDate,Department"));
    assert_null(strstr(url, "Title"));
}

/* ---- contracts ---- */

static void test_contract_is_signed_when_all_sides_that_are_kept_have(void **state)
{
    static const struct {
        const char *fields, *signed_at;
    } cases[] = {
        {"\"CustomerSignedDate\":\"2026-03-01\",\"CompanySignedDate\":\"2026-03-05\"",
         "2026-03-05"},
        {"\"CustomerSignedDate\":\"2026-03-09\",\"CompanySignedDate\":\"2026-03-05\"",
         "2026-03-09"},
        {"\"CustomerSignedDate\":\"2026-03-09\",\"CompanySignedDate\":null", ""},
        {"\"CustomerSignedDate\":null,\"CompanySignedDate\":\"2026-03-09\"", ""},
        {"\"CompanySignedDate\":\"2026-03-09\"", "2026-03-09"},
        {"\"CustomerSignedDate\":null", ""},
        {"\"Status\":\"Draft\"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char body[200], day[CIVIL_TEXT_SIZE];
        snprintf(body, sizeof body, PAGE("{\"Id\":\"800A\",%s}"), cases[i].fields);
        struct facts facts = facts_of(*state, (const struct part[]){{"contracts", 200, body}, {0}});
        assert_string_equal(civil_format(facts.sf_contracts[0].signed_at, day), cases[i].signed_at);
    }
}

static void test_contract_has_its_category_and_term(void **state)
{
    static const struct {
        const char *term;
        int64_t months;
    } cases[] = {{"12", 12}, {"null", 0}, {"-3", 0}, {"\"12\"", 0}, {"99999999999", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char body[200];
        snprintf(body, sizeof body,
                 PAGE("{\"Id\":\"800A\",\"Status\":\"Unterschrieben\",\"StatusCode\":\"Activated\","
                      "\"ContractTerm\":%s}"),
                 cases[i].term);
        struct facts facts = facts_of(*state, (const struct part[]){{"contracts", 200, body}, {0}});
        assert_string_equal(facts.sf_contracts[0].status_code, "Activated");
        assert_int_equal(facts.sf_contracts[0].term_months, cases[i].months);
    }
}

static void test_contract_fields_are_asked_for_where_they_are(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    assert_string_equal(soql_of_part(fetch(rig, &facts), "contracts"),
                        "SELECT Id,ContractNumber,Status,StartDate,EndDate,StatusCode,"
                        "CustomerSignedDate,CompanySignedDate,ContractTerm FROM Contract WHERE "
                        "AccountId = '001A' ORDER BY Id");
    describe(rig, SALESFORCE_CONTRACT, "Id");
    assert_null(strstr(soql_of_part(fetch(rig, &facts), "contracts"), "Signed"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_managers_are_read_upwards),
        TEST(test_managers_are_cut_where_they_turn_in_a_circle),
        TEST(test_no_more_than_five_managers_are_read),
        TEST(test_managers_end_with_one_whom_we_may_not_see),
        TEST(test_manager_part_that_is_odd_is_no_manager),
        TEST(test_managers_of_nobody_are_not_known),
        TEST(test_changes_of_owner_are_read),
        TEST(test_an_instant_is_of_the_day_that_it_was_in_the_calendar_s_zone),
        TEST(test_only_the_newest_changes_of_owner_are_asked_for),
        TEST(test_change_of_owner_on_no_day_is_refused),
        TEST(test_organisation_without_a_history_is_no_failure),
        TEST(test_object_that_is_gone_since_it_was_described_is_described_anew),
        TEST(test_history_that_fails_for_another_reason_is_a_failure),
        TEST(test_objects_that_are_not_described_are_not_asked_for),
        TEST(test_object_that_nobody_can_lack_must_be_described),
        TEST(test_user_fields_are_asked_for_where_they_are),
        TEST(test_contract_is_signed_when_all_sides_that_are_kept_have),
        TEST(test_contract_has_its_category_and_term),
        TEST(test_contract_fields_are_asked_for_where_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
