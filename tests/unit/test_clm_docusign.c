/* DocuSign: tokens by JWT grant, agreements page by page, by the account's name first. */
#include "connectors/clm.h"

#include "base/json.h"
#include "tests/unit/call_fixture.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#define AGREEMENTS "https://api.docusign.example/v1/accounts/acc-1/agreements"
#define TOKEN      "{\"access_token\":\"t1\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
#define AGREEMENT(id, contract, more)                                                              \
    "{\"id\":\"" id "\",\"title\":\"ACME MSA\",\"status\":\"COMPLETE\",\"custom_provisions\":{"    \
    "\"c_SalesforceContract\":" contract "}" more "}"
#define PROVISIONS                                                                                 \
    ",\"provisions\":{\"effective_date\":\"2026-04-01T00:00:00+02:00\",\"expiration_date\":"       \
    "\"2026-12-31T00:00:00+02:00\",\"execution_date\":\"2026-03-28T11:45:00+02:00\","              \
    "\"total_agreement_value\":150000.10,\"total_agreement_value_currency_code\":\"USD\"}"
#define PAGE(list) "{\"data\":[" list "],\"response_metadata\":{\"page_limit\":50}}"

static struct facts facts;
static char *pem;
static EVP_PKEY *key;

static struct call *fetch_named(struct rig *rig, const char *name, const char *ids)
{
    const struct clm_asked asked = {
        .account_id = "001A", .account_name = name, .contract_ids = ids};
    facts = (struct facts){0};
    return clm_fetch(&rig->env, &asked, &facts);
}

static struct call *fetch(struct rig *rig, const char *ids)
{
    return fetch_named(rig, NULL, ids);
}

/* Asks for a token and gets it: the first page is asked for. */
static struct step start_with_token(struct call *call)
{
    start(call);
    return answer(call, 200, TOKEN);
}

/* ---- tokens ---- */

/* The claims of a JWT. */
static struct json_object *claims_of(struct rig *rig, const char *jwt)
{
    const char *dot = strchr(jwt, '.');
    const char *end = dot ? strchr(dot + 1, '.') : NULL;
    assert_non_null(end);
    size_t len = (size_t)(end - dot - 1);
    char *text = arena_strn(&rig->arena, dot + 1, (len + 3) / 4 * 4);
    for (size_t i = 0; i < (len + 3) / 4 * 4; i++)
        text[i] = i >= len ? '=' : text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
    unsigned char *out = arena_alloc(&rig->arena, len + 4);
    int got = EVP_DecodeBlock(out, (unsigned char *)text, (int)((len + 3) / 4 * 4));
    assert_true(got > 0);
    while (got && !out[got - 1])
        got--;
    struct err err;
    struct json_object *claims = json_parse((char *)out, (size_t)got, 4096, &err);
    assert_non_null(claims);
    return claims;
}

static void test_the_token_is_asked_for_as_docusign_wants_it(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    expect_request(start(call), call, "https://account.docusign.example/oauth/token");
    assert_int_equal(call->request.method, HTTP_POST);
    assert_string_equal(header_of(call, "Content-Type"), "application/x-www-form-urlencoded");
    assert_string_equal(form_of(call, "grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
    struct json_object *claims = claims_of(rig, form_of(call, "assertion"));
    assert_string_equal(json_get_str(claims, "iss", ""), "key-1");
    assert_string_equal(json_get_str(claims, "sub", ""), "user-1");
    assert_string_equal(json_get_str(claims, "aud", ""), "account.docusign.example");
    assert_string_equal(json_get_str(claims, "scope", ""),
                        "signature impersonation adm_store_unified_repo_read");
    int64_t life = json_get_int(claims, "exp", 0) - json_get_int(claims, "iat", 0);
    assert_true(life > 0 && life <= 3600);
    assert_int_equal(json_get_int(claims, "iat", 0), rig->world.now.ms / 1000);
    json_object_put(claims);
    expect_request(answer(call, 200, TOKEN), call, AGREEMENTS "?limit=50");
    assert_string_equal(header_of(call, "Authorization"), "Bearer t1");
}

static void test_a_token_serves_all_calls_until_it_ends(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start_with_token(call);
    answer(call, 200, PAGE(""));
    call = fetch(rig, "800A");
    expect_request(start(call), call, AGREEMENTS "?limit=50");
    rig->world.mono.ms += 3600 * 1000;
    call = fetch(rig, "800A");
    expect_request(start(call), call, "https://account.docusign.example/oauth/token");
}

static void test_a_refused_token_is_replaced_once(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start_with_token(call);
    const char *refusal = "{\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"expired\"}";
    expect_request(answer(call, 401, refusal), call,
                   "https://account.docusign.example/oauth/token");
    expect_request(answer(call, 200, TOKEN), call, AGREEMENTS "?limit=50");
    expect_failed(answer(call, 401, refusal), call, FAILURE_AUTH, "Unauthorized");
    assert_string_equal(call->failure.message, "expired");
}

static void test_consent_that_was_never_given_is_told(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start(call);
    expect_failed(answer(call, 400, "{\"error\":\"consent_required\"}"), call, FAILURE_AUTH,
                  "consent_required");
    assert_false(facts.sources[SOURCE_CLM].ok);
}

static void test_a_key_of_another_kind_is_named_and_never_shown(void **state)
{
    struct rig *rig = *state;
    rig->config.clm.private_key =
        "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----";
    struct call *call = fetch(rig, "800A");
    expect_failed(start(call), call, FAILURE_AUTH, "configuration");
    assert_non_null(strstr(call->failure.message, "clm.private_key"));
    assert_null(strstr(call->failure.message, "c2Vj"));
}

/* ---- agreements ---- */

static void test_an_agreement_becomes_a_contract(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start_with_token(call);
    assert_int_equal(answer(call, 200, PAGE(AGREEMENT("a-1", "\"800A\"", PROVISIONS))).kind,
                     STEP_DONE);
    assert_int_equal(facts.contract_count, 1);
    const struct contract *contract = &facts.contracts[0];
    assert_string_equal(contract->id, "a-1");
    assert_string_equal(contract->name, "ACME MSA");
    assert_string_equal(contract->sf_contract_id, "800A");
    assert_int_equal(contract->status, CONTRACT_EXECUTED);
    assert_string_equal(contract->status_text, "COMPLETE");
    assert_int_equal(contract->value.minor, 15000010);
    assert_string_equal(contract->value.currency, "USD");
    assert_int_equal(contract->effective.day, civil_of(2026, 4, 1).day);
    assert_int_equal(contract->expires.day, civil_of(2026, 12, 31).day);
    assert_int_equal(contract->signed_at.day, civil_of(2026, 3, 28).day);
    assert_false(contract->covers_known);
    assert_int_equal(contract->covers_count + contract->pending_count, 0);
}

static void test_agreements_of_nobody_we_asked_for_are_left_out_unread(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start_with_token(call);
    struct step step = answer(
        call, 200,
        PAGE(AGREEMENT(
            "a-1", "\"800Z\"",
            ",\"provisions\":{\"effective_date\":\"soon\"}") "," AGREEMENT("a-2", "null",
                                                                           "") ",{\"id\":\"a-3\","
                                                                               "\"provisions\":"
                                                                               "null}"));
    assert_int_equal(step.kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 0);
    assert_true(facts.sources[SOURCE_CLM].ok);
}

static void test_what_is_configured_goes_before_docusigns_own_places(void **state)
{
    struct rig *rig = *state;
    rig->config.clm.id = "custom_provisions.c_Number";
    rig->config.clm.covers = "custom_provisions.c_Covers";
    struct call *call = fetch(rig, "800A");
    start_with_token(call);
    answer(
        call, 200,
        PAGE("{\"id\":\"a-1\",\"status\":\"PENDING\",\"custom_provisions\":{\"c_Number\":\"C-7\","
             "\"c_Covers\":[],\"c_SalesforceContract\":\"800A\"}}"));
    assert_int_equal(facts.contract_count, 1);
    assert_string_equal(facts.contracts[0].id, "C-7");
    assert_int_equal(facts.contracts[0].status, CONTRACT_OUT_FOR_SIGNATURE);
    assert_true(facts.contracts[0].covers_known);
    assert_false(facts.contracts[0].value.known);
}

static void test_pages_are_turned_by_docusigns_link(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A,800B");
    start_with_token(call);
    struct step step = answer(
        call, 200,
        "{\"data\":[" AGREEMENT("a-1", "\"800A\"", "") "],\"_links\":{\"next\":{\"href\":"
                                                       "\"" AGREEMENTS "?limit=50&ctoken=c2\"}}}");
    expect_request(step, call, AGREEMENTS "?limit=50&ctoken=c2");
    assert_string_equal(header_of(call, "Authorization"), "Bearer t1");
    assert_int_equal(answer(call, 200, PAGE(AGREEMENT("a-2", "\"800B\"", ""))).kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 2);
    call = fetch(rig, "800A");
    start(call);
    step = answer(call, 200,
                  "{\"data\":[],\"_links\":{\"next\":{\"href\":\"https://evil.example/v1\"}}}");
    expect_failed(step, call, FAILURE_INVALID, "bad_next_page");
}

/* ---- by name first ---- */

static void test_the_accounts_name_narrows_what_is_asked_for(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch_named(rig, "ACME & Söhne", "800A");
    expect_request(start_with_token(call), call,
                   AGREEMENTS "?limit=50&parties.name_in_agreement=ACME%20%26%20S%C3%B6hne");
    assert_int_equal(answer(call, 200, PAGE(AGREEMENT("a-1", "\"800A\"", ""))).kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 1);
}

static void test_a_name_that_stands_otherwise_in_the_agreement_hides_nothing(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch_named(rig, "ACME", "800A,800B");
    start_with_token(call);
    struct step step = answer(call, 200, PAGE(AGREEMENT("a-1", "\"800A\"", "")));
    expect_request(step, call, AGREEMENTS "?limit=50");
    step = answer(call, 200,
                  PAGE(AGREEMENT("a-1", "\"800A\"", "") "," AGREEMENT("a-2", "\"800B\"", "")));
    assert_int_equal(step.kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 2);
}

static void test_an_account_that_docusign_does_not_know_is_a_failure(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start_with_token(call);
    expect_failed(answer(call, 404, "{\"title\":\"Not Found\"}"), call, FAILURE_NOT_FOUND,
                  "Not Found");
}

static void test_the_check_asks_for_one_agreement(void **state)
{
    struct rig *rig = *state;
    rig->config.clm.base_url = "https://api.docusign.example/v1";
    struct call *call = clm_probe(&rig->env);
    expect_request(start_with_token(call), call, AGREEMENTS "?limit=1");
    assert_int_equal(answer(call, 200, PAGE("")).kind, STEP_DONE);
    call = clm_probe(&rig->env);
    start(call);
    expect_failed(answer(call, 403, "{\"errorCode\":\"NO_SCOPE\",\"message\":\"no\"}"), call,
                  FAILURE_PERMISSION, "NO_SCOPE");
}

static int setup(void **state)
{
    static struct rig rig;
    rig_init(&rig);
    rig.config.clm.kind = CLM_DOCUSIGN;
    rig.config.clm.base_url = "https://api.docusign.example";
    rig.config.clm.login_url = "https://account.docusign.example";
    rig.config.clm.account_id = "acc-1";
    rig.config.clm.client_id = "key-1";
    rig.config.clm.user_id = "user-1";
    rig.config.clm.private_key = pem;
    rig.config.clm.contract_id = "custom_provisions.c_SalesforceContract";
    *state = &rig;
    return 0;
}

static int teardown(void **state)
{
    rig_release(*state);
    return 0;
}

static int make_key(void **state)
{
    (void)state;
    char *at;
    BIO *bio = BIO_new(BIO_s_mem());
    key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    assert_true(key && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
    long len = BIO_get_mem_data(bio, &at);
    pem = calloc(1, (size_t)len + 1); /* what BIO gives ends with no NUL */
    assert_non_null(pem);
    memcpy(pem, at, (size_t)len);
    BIO_free(bio);
    return 0;
}

static int drop_key(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    free(pem);
    return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_the_token_is_asked_for_as_docusign_wants_it),
        T(test_a_token_serves_all_calls_until_it_ends),
        T(test_a_refused_token_is_replaced_once),
        T(test_consent_that_was_never_given_is_told),
        T(test_a_key_of_another_kind_is_named_and_never_shown),
        T(test_an_agreement_becomes_a_contract),
        T(test_agreements_of_nobody_we_asked_for_are_left_out_unread),
        T(test_what_is_configured_goes_before_docusigns_own_places),
        T(test_pages_are_turned_by_docusigns_link),
        T(test_the_accounts_name_narrows_what_is_asked_for),
        T(test_a_name_that_stands_otherwise_in_the_agreement_hides_nothing),
        T(test_an_account_that_docusign_does_not_know_is_a_failure),
        T(test_the_check_asks_for_one_agreement),
    };
    return cmocka_run_group_tests(tests, make_key, drop_key);
}
