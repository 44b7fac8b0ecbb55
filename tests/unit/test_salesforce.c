/* Salesforce calls on recorded replies: tokens, describe, the composite call, pages, search, poll.
 */
#include "tests/unit/salesforce_fixture.h"

#include "base/json.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

#define TOKEN                                                                                      \
    "{\"access_token\":\"00D!tok\",\"instance_url\":\"" BASE "\",\"token_type\":\"Bearer\"}"
#define EXPIRED                                                                                    \
    "[{\"message\":\"Session expired or invalid\",\"errorCode\":\"INVALID_SESSION_ID\"}]"
#define DESCRIBE                                                                                   \
    "{\"fields\":[{\"name\":\"Id\"},{\"name\":\"ContractId\"},{\"name\":\"Industry\"}]}"
#define COMPOSITE(account, owner, opportunities, contracts)                                        \
    "{\"compositeResponse\":[" account "," owner "," opportunities "," contracts "]}"
#define ACME                                                                                       \
    "{\"Id\":\"001A\",\"Name\":\"ACME Corp\",\"ParentId\":null,\"OwnerId\":\"005A\","              \
    "\"IsDeleted\":false,\"Industry\":\"Software\"}"
#define DEAL                                                                                       \
    "{\"Id\":\"006A\",\"AccountId\":\"001A\",\"Name\":\"ACME 2026\",\"StageName\":\"Gewonnen\","   \
    "\"IsWon\":true,\"Amount\":150000.00,\"CloseDate\":\"2026-03-31\",\"ContractId\":\"800A\"}"
#define PAPER                                                                                      \
    "{\"Id\":\"800A\",\"ContractNumber\":\"00000101\",\"Status\":\"Activated\","                   \
    "\"StartDate\":\"2026-04-01\",\"EndDate\":null}"
#define WHOLE                                                                                      \
    COMPOSITE(PART("account", "200", PAGE(ACME)), PART("owner", "200", ANA),                       \
              PART("opportunities", "200", PAGE(DEAL)), PART("contracts", "200", PAGE(PAPER)))

static char *private_key;

static int make_key(void **state)
{
    (void)state;
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
    char *data;
    long len = BIO_get_mem_data(bio, &data);
    private_key = calloc(1, (size_t)len + 1);
    memcpy(private_key, data, (size_t)len);
    BIO_free(bio);
    EVP_PKEY_free(key);
    return 0;
}

static int free_key(void **state)
{
    (void)state;
    free(private_key);
    return 0;
}

static int open_rig(void **state)
{
    static struct rig rig;
    open_salesforce(&rig);
    rig.config.salesforce.private_key = private_key;
    *state = &rig;
    return 0;
}

static int close_rig(void **state)
{
    rig_release(*state);
    return 0;
}

/* The SOQL of a query's URL. */
static const char *soql_of(const struct call *call)
{
    const char *q = strstr(call->request.url, "?q=");
    assert_non_null(q);
    struct call form = {.arena = call->arena, .request = {.body = q + 1}};
    return form_of(&form, "q");
}

/* ---- tokens ---- */

static void test_client_credentials_are_a_form(void **state)
{
    struct rig *rig = *state;
    struct call *call = salesforce_probe(&rig->env);
    expect_request(start(call), call, "https://login.salesforce.com/services/oauth2/token");
    assert_string_equal(form_of(call, "grant_type"), "client_credentials");
    assert_string_equal(form_of(call, "client_secret"), "s&cret");
    expect_request(answer(call, 200, TOKEN), call,
                   DATA "/query?q=SELECT%20Id%2C%20Name%20FROM%20Organization%20LIMIT%201");
    assert_string_equal(header_of(call, "Authorization"), "Bearer 00D!tok");
    assert_int_equal(answer(call, 200, PAGE("{\"Id\":\"00D\"}")).kind, STEP_DONE);
    assert_int_equal(call->failure.class, FAILURE_NONE);
}

static void test_jwt_names_us_the_user_and_an_end(void **state)
{
    struct rig *rig = *state;
    unsigned char claims[512] = {0};
    struct err err;
    rig->config.salesforce.auth = SALESFORCE_AUTH_JWT;
    struct call *call = salesforce_probe(&rig->env);
    start(call);
    const char *token = form_of(call, "assertion");
    assert_string_equal(form_of(call, "grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
    const char *begin = strchr(token, '.') + 1;
    size_t len;
    assert_int_equal(sodium_base642bin(claims, sizeof claims, begin, strcspn(begin, "."), NULL,
                                       &len, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                     0);
    struct json_object *root = json_parse((char *)claims, len, len, &err);
    assert_string_equal(json_get_str(root, "iss", ""), "client");
    assert_string_equal(json_get_str(root, "sub", ""), "bot@corp.example");
    assert_string_equal(json_get_str(root, "aud", ""), "https://login.salesforce.com");
    assert_in_range(json_get_int(root, "exp", 0) - rig->world.now.ms / 1000, 1, 180);
    json_object_put(root);
}

static void test_others_wait_while_one_fetches_the_token(void **state)
{
    struct rig *rig = *state;
    struct call *first = salesforce_probe(&rig->env), *second = salesforce_probe(&rig->env);
    assert_int_equal(start(first).kind, STEP_REQUEST);
    struct step step = start(second);
    assert_int_equal(step.kind, STEP_WAIT);
    assert_int_equal(step.wait_ms, 50);
    assert_int_equal(answer(first, 200, TOKEN).kind, STEP_REQUEST);
    assert_int_equal(start(second).kind, STEP_REQUEST);
    assert_non_null(strstr(second->request.url, "/query?q="));
}

static void test_failed_token_lets_the_next_one_try(void **state)
{
    struct rig *rig = *state;
    struct call *first = salesforce_probe(&rig->env), *second = salesforce_probe(&rig->env);
    start(first);
    start(second);
    expect_failed(answer(first, 400,
                         "{\"error\":\"invalid_grant\",\"error_description\":\"user hasn't "
                         "approved this consumer\"}"),
                  first, FAILURE_AUTH, "invalid_grant");
    assert_string_equal(first->failure.message, "user hasn't approved this consumer");
    expect_request(start(second), second, "https://login.salesforce.com/services/oauth2/token");
}

static void test_token_request_is_repeated_when_the_server_is_down(void **state)
{
    struct rig *rig = *state;
    struct call *call = salesforce_probe(&rig->env);
    start(call);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(answer(call, 503, "<html>busy</html>").kind, STEP_WAIT);
        assert_int_equal(start(call).kind, STEP_REQUEST);
    }
    expect_failed(answer(call, 503, "<html>busy</html>"), call, FAILURE_TRANSIENT, "http_503");
    assert_false(rig->sessions.systems[SYSTEM_SALESFORCE].refreshing);
}

static void test_instance_elsewhere_is_refused(void **state)
{
    struct rig *rig = *state;
    struct call *call = salesforce_probe(&rig->env);
    start(call);
    expect_failed(
        answer(call, 200, "{\"access_token\":\"t\",\"instance_url\":\"http://evil.example\"}"),
        call, FAILURE_AUTH, "bad_token_reply");
    struct call *other = salesforce_probe(&rig->env);
    start(other);
    expect_failed(
        answer(other, 200, "{\"access_token\":\"a\\r\\nX: y\",\"instance_url\":\"" BASE "\"}"),
        other, FAILURE_AUTH, "bad_token_reply");
    assert_null(rig->sessions.systems[SYSTEM_SALESFORCE].token);
}

static void test_refused_session_is_renewed_once_and_never_again(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    struct call *call = salesforce_probe(&rig->env);
    start(call);
    expect_request(answer(call, 401, EXPIRED), call,
                   "https://login.salesforce.com/services/oauth2/token");
    assert_int_equal(answer(call, 200, TOKEN).kind, STEP_REQUEST);
    assert_non_null(strstr(call->request.url, "/query?q="));
    expect_failed(answer(call, 401, EXPIRED), call, FAILURE_AUTH, "INVALID_SESSION_ID");
}

static void test_newer_token_of_another_call_is_used_not_dropped(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    struct call *call = salesforce_probe(&rig->env);
    start(call);
    session_set_token(&rig->sessions.systems[SYSTEM_SALESFORCE], "newer", BASE, (struct mono){0});
    assert_int_equal(answer(call, 401, EXPIRED).kind, STEP_REQUEST);
    assert_string_equal(header_of(call, "Authorization"), "Bearer newer");
}

static void test_session_that_no_token_mends_is_not_renewed(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    struct call *call = salesforce_probe(&rig->env);
    start(call);
    expect_failed(answer(call, 401,
                         "[{\"message\":\"This session is not valid for use with the REST API\","
                         "\"errorCode\":\"INVALID_SESSION_ID\"}]"),
                  call, FAILURE_PERMISSION, "INVALID_SESSION_ID");
}

/* ---- fetching an account ---- */

static void test_describe_is_asked_once_and_composite_follows(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = salesforce_fetch(&rig->env, "001A", &facts);
    start(call);
    expect_request(answer(call, 200, TOKEN), call, DATA "/sobjects/Opportunity/describe");
    expect_request(answer(call, 200, DESCRIBE), call, DATA "/sobjects/Account/describe");
    expect_request(answer(call, 200, DESCRIBE), call, DATA "/sobjects/User/describe");
    expect_request(answer(call, 200, DESCRIBE), call, DATA "/sobjects/Contract/describe");
    expect_request(answer(call, 200, DESCRIBE), call, DATA "/sobjects/AccountHistory/describe");
    expect_request(answer(call, 200, DESCRIBE), call, DATA "/composite");
    assert_int_equal(call->request.method, HTTP_POST);
    const char *body = call->request.body;
    assert_non_null(strstr(body, "@{account.records[0].OwnerId}"));
    assert_non_null(strstr(body, "/queryAll?q="));
    assert_non_null(strstr(body, "%2CContractId"));
    assert_non_null(strstr(body, "%2CIndustry"));
    assert_null(strstr(body, "CurrencyIsoCode"));
    assert_null(strstr(body, "BillingCountry"));
    assert_int_equal(answer(call, 200, WHOLE).kind, STEP_DONE);
    struct call *next = salesforce_fetch(&rig->env, "001A", &facts);
    expect_request(start(next), next, DATA "/composite");
}

static void test_two_first_calls_at_once_learn_each_object(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0}, others = {0};
    sign_in(rig);
    field_set_forget(&rig->sessions.fields[SALESFORCE_OPPORTUNITY]);
    field_set_forget(&rig->sessions.fields[SALESFORCE_ACCOUNT]);
    struct call *one = salesforce_fetch(&rig->env, "001A", &facts);
    struct call *two = salesforce_fetch(&rig->env, "001B", &others);
    start(one);
    start(two);
    answer(one, 200, "{\"fields\":[{\"name\":\"ContractId\"}]}");
    answer(two, 200, "{\"fields\":[{\"name\":\"ContractId\"}]}");
    expect_request(answer(one, 200, "{\"fields\":[{\"name\":\"Industry\"}]}"), one,
                   DATA "/composite");
    assert_true(field_set_has(&rig->sessions.fields[SALESFORCE_OPPORTUNITY], "ContractId"));
    assert_false(field_set_has(&rig->sessions.fields[SALESFORCE_ACCOUNT], "ContractId"));
    assert_true(field_set_has(&rig->sessions.fields[SALESFORCE_ACCOUNT], "Industry"));
}

static struct call *fetch(struct rig *rig, struct facts *facts)
{
    sign_in(rig);
    struct call *call = salesforce_fetch(&rig->env, "001A", facts);
    assert_int_equal(start(call).kind, STEP_REQUEST);
    return call;
}

static void test_composite_becomes_facts(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    rig->world.mono.ms += 340;
    assert_int_equal(answer(call, 200, WHOLE).kind, STEP_DONE);
    assert_true(facts.account.found);
    assert_string_equal(facts.account.name, "ACME Corp");
    assert_null(facts.account.parent_id);
    assert_string_equal(facts.owner.email, "ana@corp.example");
    assert_int_equal(facts.owner.last_login.day, civil_of(2026, 4, 18).day);
    assert_int_equal(facts.opportunity_count, 1);
    assert_int_equal(facts.opportunities[0].amount.minor, 15000000);
    assert_string_equal(facts.opportunities[0].amount.currency, "CAD");
    assert_false(civil_is_known(facts.opportunities[0].last_activity));
    assert_string_equal(facts.sf_contracts[0].number, "00000101");
    assert_false(civil_is_known(facts.sf_contracts[0].ends));
    assert_true(facts.sources[SOURCE_SALESFORCE].ok);
    assert_int_equal(facts.sources[SOURCE_SALESFORCE].elapsed_ms, 340);
}

static void test_missing_account_is_no_failure(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    assert_int_equal(
        answer(call, 200,
               COMPOSITE(PART("account", "200", PAGE("")),
                         PART("owner", "400", "[{\"errorCode\":\"PROCESSING_HALTED\"}]"),
                         PART("opportunities", "200", PAGE("")),
                         PART("contracts", "200", PAGE(""))))
            .kind,
        STEP_DONE);
    assert_false(facts.account.found);
    assert_true(facts.sources[SOURCE_SALESFORCE].ok);
    assert_int_equal(call->failure.class, FAILURE_NONE);
    struct call *odd = salesforce_fetch(&rig->env, "001A' OR Name != '", &facts);
    assert_int_equal(start(odd).kind, STEP_DONE);
    assert_false(facts.account.found);
}

static void test_owner_that_is_a_queue_is_not_found(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    assert_int_equal(
        answer(call, 200,
               COMPOSITE(PART("account", "200", PAGE(ACME)),
                         PART("owner", "404", "[{\"errorCode\":\"NOT_FOUND\",\"message\":\"-\"}]"),
                         PART("opportunities", "200", PAGE("")),
                         PART("contracts", "200", PAGE(""))))
            .kind,
        STEP_DONE);
    assert_true(facts.account.found);
    assert_false(facts.owner.found);
    assert_false(civil_is_known(facts.owner.last_login));
}

static void test_part_that_failed_for_now_is_asked_again(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    struct step step =
        answer(call, 200,
               COMPOSITE(PART("account", "200", PAGE(ACME)), PART("owner", "200", ANA),
                         PART("opportunities", "200", PAGE(DEAL)),
                         PART("contracts", "500", "[{\"errorCode\":\"UNKNOWN_EXCEPTION\"}]")));
    assert_int_equal(step.kind, STEP_WAIT);
    expect_request(start(call), call, DATA "/composite");
    assert_int_equal(answer(call, 200, WHOLE).kind, STEP_DONE);
    assert_int_equal(facts.opportunity_count, 1);
}

static void test_field_that_is_gone_is_described_anew(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    expect_failed(
        answer(call, 200,
               COMPOSITE(PART("account", "200", PAGE(ACME)), PART("owner", "200", ANA),
                         PART("opportunities", "400",
                              "[{\"errorCode\":\"INVALID_FIELD\",\"message\":\"No such column "
                              "'ContractId'\"}]"),
                         PART("contracts", "200", PAGE("")))),
        call, FAILURE_INVALID, "INVALID_FIELD");
    assert_false(rig->sessions.fields[SALESFORCE_OPPORTUNITY].known);
    assert_false(facts.account.found);
    assert_false(facts.sources[SOURCE_SALESFORCE].ok);
    assert_string_equal(facts.sources[SOURCE_SALESFORCE].failure.code, "INVALID_FIELD");
}

static void test_pages_of_a_part_are_followed(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    struct step step =
        answer(call, 200,
               COMPOSITE(PART("account", "200", PAGE(ACME)), PART("owner", "200", ANA),
                         PART("opportunities", "200",
                              "{\"done\":false,\"nextRecordsUrl\":\"/services/data/v62.0/query/"
                              "01g-2000\",\"records\":[" DEAL "]}"),
                         PART("contracts", "200", PAGE(PAPER))));
    expect_request(step, call, DATA "/composite");
    assert_string_equal(url_of(call, "opportunities"), "/services/data/v62.0/query/01g-2000");
    assert_null(url_of(call, "contracts"));
    assert_int_equal(
        answer(call, 200,
               "{\"compositeResponse\":[" PART("opportunities", "200",
                                               PAGE("{\"Id\":\"006B\",\"IsWon\":true}")) "]}")
            .kind,
        STEP_DONE);
    assert_int_equal(facts.opportunity_count, 2);
    assert_false(facts.opportunities[1].amount.known);
}

static void test_next_page_elsewhere_is_refused(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    expect_failed(answer(call, 200,
                         COMPOSITE(PART("account", "200", PAGE(ACME)), PART("owner", "200", ANA),
                                   PART("opportunities", "200",
                                        "{\"done\":false,\"nextRecordsUrl\":\"@evil.example/\","
                                        "\"records\":[]}"),
                                   PART("contracts", "200", PAGE("")))),
                  call, FAILURE_PERMANENT, "bad_reply");
}

static void test_half_a_page_is_asked_again(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    assert_int_equal(answer(call, 200, "{\"compositeResponse\":[{\"body\":{\"tot").kind, STEP_WAIT);
    start(call);
    assert_int_equal(lose(call, HTTP_SENT_UNKNOWN).kind, STEP_WAIT);
    start(call);
    assert_int_equal(answer(call, 200, "<html>maintenance</html>").kind, STEP_WAIT);
    start(call);
    expect_failed(answer(call, 200, "{\"compositeRes"), call, FAILURE_TRANSIENT, "bad_reply");
    assert_false(facts.sources[SOURCE_SALESFORCE].ok);
}

static void test_daily_limit_is_quota_not_permission(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    expect_failed(answer(call, 403,
                         "[{\"message\":\"TotalRequests Limit exceeded.\",\"errorCode\":"
                         "\"REQUEST_LIMIT_EXCEEDED\"}]"),
                  call, FAILURE_QUOTA, "REQUEST_LIMIT_EXCEEDED");
}

static void test_amount_that_is_none_fails_with_its_place(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    expect_failed(
        answer(call, 200,
               COMPOSITE(PART("account", "200", PAGE(ACME)), PART("owner", "200", ANA),
                         PART("opportunities", "200", PAGE("{\"Id\":\"006A\",\"Amount\":1e40}")),
                         PART("contracts", "200", PAGE("")))),
        call, FAILURE_PERMANENT, "bad_reply");
    assert_non_null(strstr(call->failure.message, "006A: Amount"));
    assert_int_equal(facts.opportunity_count, 0);
}

static void test_nothing_is_sent_after_the_deadline(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    rig->env.deadline = (struct mono){rig->world.mono.ms + 4000};
    struct call *call = fetch(rig, &facts);
    assert_int_equal(call->request.timeout_ms, 4000);
    assert_int_equal(answer(call, 503, "").kind, STEP_WAIT);
    rig->world.mono.ms += 4000;
    expect_failed(start(call), call, FAILURE_TRANSIENT, "deadline");
}

static void test_limits_are_kept(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    struct call *call = salesforce_probe(&rig->env);
    start(call);
    answer_with(call, 200, "sforce-limit-info: api-usage=10018/100000\n", PAGE(""));
    assert_int_equal(rig->sessions.systems[SYSTEM_SALESFORCE].used, 10018);
    assert_int_equal(rig->sessions.systems[SYSTEM_SALESFORCE].limit, 100000);
}

/* ---- search ---- */

static void test_name_is_escaped_and_bounded(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    struct account_search *search = salesforce_find(&rig->env, " O'Brien \\ 50%_\n ");
    start(&search->call);
    assert_string_equal(soql_of(&search->call),
                        "SELECT Id, Name FROM Account WHERE Name = 'O\\'Brien \\\\ 50%_' "
                        "ORDER BY Name, Id LIMIT 10");
    answer(&search->call, 200, PAGE(""));
    assert_string_equal(soql_of(&search->call),
                        "SELECT Id, Name FROM Account WHERE Name LIKE '%O\\'Brien \\\\ 50\\%\\_%' "
                        "ORDER BY Name, Id LIMIT 10");
    assert_int_equal(answer(&search->call, 200, PAGE("")).kind, STEP_DONE);
    assert_int_equal(search->count, 0);
    char longer[400];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    search = salesforce_find(&rig->env, longer);
    start(&search->call);
    assert_true(strlen(soql_of(&search->call)) < 200);
}

static void test_exact_name_ends_the_search_with_its_contracts(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    struct account_search *search = salesforce_find(&rig->env, "ACME Corp");
    struct call *call = &search->call;
    start(call);
    answer(call, 200, PAGE("{\"Id\":\"001A\",\"Name\":\"ACME Corp\"}"));
    assert_string_equal(soql_of(call), "SELECT Id, AccountId, ContractId FROM Opportunity WHERE "
                                       "AccountId IN ('001A') AND IsWon = true ORDER BY Id");
    assert_int_equal(answer(call, 200,
                            PAGE("{\"AccountId\":\"001A\",\"ContractId\":\"800A\"},"
                                 "{\"AccountId\":\"001A\",\"ContractId\":\"800B\"},"
                                 "{\"AccountId\":\"001A\",\"ContractId\":\"800A\"},"
                                 "{\"AccountId\":\"001A\",\"ContractId\":null}"))
                         .kind,
                     STEP_DONE);
    assert_int_equal(search->count, 1);
    assert_string_equal(search->matches[0].contract_ids, "800A,800B");
}

static void test_contracts_of_the_account_stand_in(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    struct account_search *search = salesforce_find(&rig->env, "ACME");
    struct call *call = &search->call;
    start(call);
    answer(call, 200, PAGE("{\"Id\":\"001A\",\"Name\":\"ACME\"}"));
    answer(call, 200, PAGE("{\"AccountId\":\"001A\",\"ContractId\":null}"));
    assert_string_equal(soql_of(call), "SELECT Id, AccountId FROM Contract WHERE AccountId IN "
                                       "('001A') ORDER BY Id");
    answer(call, 200, PAGE("{\"Id\":\"800C\",\"AccountId\":\"001A\"}"));
    assert_string_equal(search->matches[0].contract_ids, "800C");
}

static void test_search_where_there_are_no_contracts_asks_for_none(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    describe(rig, SALESFORCE_CONTRACT, "");
    struct account_search *search = salesforce_find(&rig->env, "ACME");
    struct call *call = &search->call;
    start(call);
    answer(call, 200, PAGE("{\"Id\":\"001A\",\"Name\":\"ACME\"}"));
    assert_int_equal(answer(call, 200, PAGE("")).kind, STEP_DONE);
    assert_int_equal(search->count, 1);
}

static void test_id_is_looked_up_and_a_false_id_is_a_name(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    struct account_search *search = salesforce_find(&rig->env, "001A00000012345");
    start(&search->call);
    assert_string_equal(soql_of(&search->call),
                        "SELECT Id, Name FROM Account WHERE Id = '001A00000012345'");
    struct step step = answer(&search->call, 400,
                              "[{\"errorCode\":\"INVALID_QUERY_FILTER_OPERATOR\",\"message\":"
                              "\"invalid ID field\"}]");
    assert_int_equal(step.kind, STEP_REQUEST);
    assert_non_null(strstr(soql_of(&search->call), "WHERE Name = '001A00000012345'"));
}

/* ---- won deals ---- */

#define WON(id, time)                                                                              \
    "{\"Id\":\"" id "\",\"AccountId\":\"001A\",\"Account\":{\"Name\":\"ACME\"},"                   \
    "\"SystemModstamp\":\"" time "\",\"ContractId\":\"800A\"}"

static void test_poll_goes_on_two_minutes_before_the_newest(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    struct won_poll *poll = salesforce_poll_won(&rig->env, "2026-04-20T10:00:00.000Z");
    struct call *call = &poll->call;
    start(call);
    assert_string_equal(soql_of(call),
                        "SELECT Id, AccountId, Account.Name, SystemModstamp, ContractId FROM "
                        "Opportunity WHERE IsWon = true AND SystemModstamp >= "
                        "2026-04-20T10:00:00.000Z ORDER BY SystemModstamp, Id");
    expect_request(answer(call, 200,
                          "{\"done\":false,\"nextRecordsUrl\":\"/services/data/v62.0/query/x-1\","
                          "\"records\":[" WON("006B", "2026-04-20T11:00:00.000+0000") "]}"),
                   call, DATA "/query/x-1");
    assert_int_equal(answer(call, 200, PAGE(WON("006A", "2026-04-20T10:30:00.000+0000"))).kind,
                     STEP_DONE);
    assert_int_equal(poll->count, 2);
    assert_string_equal(poll->deals[0].opportunity_id, "006A");
    assert_string_equal(poll->deals[1].account_name, "ACME");
    assert_string_equal(poll->next_cursor, "2026-04-20T10:58:00.000Z");
}

static void test_cursor_stays_when_nothing_came_and_never_goes_back(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    struct won_poll *poll = salesforce_poll_won(&rig->env, "2026-04-20T10:00:00.000Z");
    start(&poll->call);
    answer(&poll->call, 200, PAGE(""));
    assert_string_equal(poll->next_cursor, "2026-04-20T10:00:00.000Z");
    poll = salesforce_poll_won(&rig->env, "2026-04-20T10:00:00.000Z");
    start(&poll->call);
    answer(&poll->call, 200, PAGE(WON("006A", "2026-04-20T10:01:00.000Z")));
    assert_string_equal(poll->next_cursor, "2026-04-20T10:00:00.000Z");
}

static void test_bad_cursor_is_refused_not_sent(void **state)
{
    struct rig *rig = *state;
    sign_in(rig);
    struct won_poll *poll = salesforce_poll_won(&rig->env, "2026 OR IsWon = false");
    expect_failed(start(&poll->call), &poll->call, FAILURE_INVALID, "bad_cursor");
}

static void test_poll_pauses_when_the_daily_calls_run_short(void **state)
{
    struct rig *rig = *state;
    struct session *session = &rig->sessions.systems[SYSTEM_SALESFORCE];
    sign_in(rig);
    session->used = 95;
    session->limit = 100;
    session->usage_at = rig->world.mono;
    struct won_poll *poll = salesforce_poll_won(&rig->env, "2026-04-20T10:00:00.000Z");
    expect_failed(start(&poll->call), &poll->call, FAILURE_QUOTA, "api_usage");
    rig->world.mono.ms += 2 * 60 * 60 * 1000;
    poll = salesforce_poll_won(&rig->env, "2026-04-20T10:00:00.000Z");
    assert_int_equal(start(&poll->call).kind, STEP_REQUEST);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_client_credentials_are_a_form),
        TEST(test_jwt_names_us_the_user_and_an_end),
        TEST(test_others_wait_while_one_fetches_the_token),
        TEST(test_failed_token_lets_the_next_one_try),
        TEST(test_token_request_is_repeated_when_the_server_is_down),
        TEST(test_instance_elsewhere_is_refused),
        TEST(test_refused_session_is_renewed_once_and_never_again),
        TEST(test_newer_token_of_another_call_is_used_not_dropped),
        TEST(test_session_that_no_token_mends_is_not_renewed),
        TEST(test_describe_is_asked_once_and_composite_follows),
        TEST(test_two_first_calls_at_once_learn_each_object),
        TEST(test_composite_becomes_facts),
        TEST(test_missing_account_is_no_failure),
        TEST(test_owner_that_is_a_queue_is_not_found),
        TEST(test_part_that_failed_for_now_is_asked_again),
        TEST(test_field_that_is_gone_is_described_anew),
        TEST(test_pages_of_a_part_are_followed),
        TEST(test_next_page_elsewhere_is_refused),
        TEST(test_half_a_page_is_asked_again),
        TEST(test_daily_limit_is_quota_not_permission),
        TEST(test_amount_that_is_none_fails_with_its_place),
        TEST(test_nothing_is_sent_after_the_deadline),
        TEST(test_limits_are_kept),
        TEST(test_name_is_escaped_and_bounded),
        TEST(test_exact_name_ends_the_search_with_its_contracts),
        TEST(test_contracts_of_the_account_stand_in),
        TEST(test_search_where_there_are_no_contracts_asks_for_none),
        TEST(test_id_is_looked_up_and_a_false_id_is_a_name),
        TEST(test_poll_goes_on_two_minutes_before_the_newest),
        TEST(test_cursor_stays_when_nothing_came_and_never_goes_back),
        TEST(test_bad_cursor_is_refused_not_sent),
        TEST(test_poll_pauses_when_the_daily_calls_run_short),
    };
    return cmocka_run_group_tests(tests, make_key, free_key);
}
