/* NetSuite calls on recorded replies: two ways to prove who we are, SuiteQL, pages, records. */
#include "tests/unit/call_fixture.h"

#include "base/json.h"
#include "connectors/netsuite.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

#define BASE       "https://123456.suitetalk.api.netsuite.com"
#define TOKEN_URL  BASE "/services/rest/auth/oauth2/v1/token"
#define QUERY_URL  BASE "/services/rest/query/v1/suiteql?limit=1000&offset="
#define TOKEN      "{\"access_token\":\"ns-tok\",\"expires_in\":\"3600\",\"token_type\":\"Bearer\"}"
#define ROWS(rows) "{\"links\":[],\"hasMore\":false,\"items\":[" rows "]}"
#define CUSTOMER   "{\"links\":[],\"id\":\"101\",\"companyname\":\"ACME Corp\"}"
#define CURRENCIES                                                                                 \
    "{\"id\":\"1\",\"symbol\":\"CAD\",\"currencyprecision\":\"2\",\"isbasecurrency\":\"T\"},"      \
    "{\"id\":\"2\",\"symbol\":\"JPY\",\"currencyprecision\":\"0\",\"isbasecurrency\":\"F\"}"
#define INVOICE                                                                                    \
    "{\"id\":\"5001\",\"tranid\":\"INV-101\",\"trandate\":\"2026-03-31\",\"duedate\":"             \
    "\"2026-04-30\",\"currency\":\"1\",\"exchangerate\":\"1.36\",\"subtotal\":\"100.00\","         \
    "\"taxtotal\":\"13\",\"total\":\"113.00\",\"amountpaid\":\"13.00\",\"amountremaining\":"       \
    "\"100.00\",\"status\":\"A\",\"email\":\"ap@acme.example\",\"terms\":\"1\","                   \
    "\"overrideinstallments\":\"F\",\"custbody_clm_contract\":\"IC-101\"}"

static char *private_key;

static int make_key(void **state)
{
    (void)state;
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
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
    rig_init(&rig);
    rig.config.netsuite.base_url = BASE "/";
    rig.config.netsuite.account_id = "123456";
    rig.config.netsuite.client_id = "client";
    rig.config.netsuite.certificate_id = "cert-7";
    rig.config.netsuite.private_key = private_key;
    rig.config.netsuite.customer_field = "externalid";
    rig.config.netsuite.contract_field = "custbody_CLM_contract";
    rig.config.netsuite.concurrency = 2;
    *state = &rig;
    return 0;
}

static int close_rig(void **state)
{
    rig_release(*state);
    return 0;
}

static void use_tba(struct rig *rig)
{
    rig->config.netsuite.auth = NETSUITE_AUTH_TBA;
    rig->config.netsuite.consumer_key = "ck";
    rig->config.netsuite.consumer_secret = "cs";
    rig->config.netsuite.token_id = "tk";
    rig->config.netsuite.token_secret = "ts";
}

/* ---- what was asked ---- */

static const char *asked(const struct call *call, const char *path)
{
    struct err err;
    struct json_object *root = json_parse(call->request.body, call->request.body_len, 100000, &err);
    assert_non_null(root);
    const char *text = arena_str(call->arena, json_get_str(root, path, "-"));
    json_object_put(root);
    return text;
}

static void expect_query(struct step step, const struct call *call, const char *part,
                         const char *param)
{
    expect_request(step, call, QUERY_URL "0");
    if (!strstr(asked(call, "q"), part))
        fail_msg("asked \"%s\", not of \"%s\"", asked(call, "q"), part);
    assert_string_equal(asked(call, "params[0]"), param);
}

static struct call *fetch(struct rig *rig, struct facts *facts)
{
    session_set_token(&rig->sessions.systems[SYSTEM_NETSUITE], "ns-tok", NULL, (struct mono){0});
    struct call *call = netsuite_fetch(&rig->env, "001A", civil_of(2026, 4, 20), facts);
    expect_query(start(call), call, "FROM customer WHERE externalid = ? ORDER BY id", "001A");
    return call;
}

/* Up to the question for invoices. */
static struct call *fetch_to_invoices(struct rig *rig, struct facts *facts)
{
    struct call *call = fetch(rig, facts);
    expect_query(answer(call, 200, ROWS(CUSTOMER)), call, "FROM currency", "-");
    expect_query(answer(call, 200, ROWS(CURRENCIES)), call, "WHERE invoice.entity = ?", "101");
    return call;
}

/* An account whose only invoice is this row. */
static void fetch_invoice(struct rig *rig, struct facts *facts, const char *row)
{
    struct call *call = fetch_to_invoices(rig, facts);
    char body[2000];
    snprintf(body, sizeof body, ROWS("%s"), row);
    expect_query(answer(call, 200, body), call, "FROM creditmemo", "101");
    struct step step = answer(call, 200, ROWS(""));
    if (step.kind == STEP_REQUEST)
        step = answer(call, 200, ROWS("")); /* rates */
    assert_int_equal(step.kind, STEP_DONE);
}

/* ---- who we are ---- */

static struct json_object *jwt_part(const char *token, int part)
{
    unsigned char text[1024] = {0};
    struct err err;
    size_t len;
    for (; part; part--)
        token = strchr(token, '.') + 1;
    assert_int_equal(sodium_base642bin(text, sizeof text, token, strcspn(token, "."), NULL, &len,
                                       NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                     0);
    return json_parse((char *)text, len, len, &err);
}

static void test_assertion_names_certificate_and_token_url(void **state)
{
    struct rig *rig = *state;
    struct call *call = netsuite_probe(&rig->env);
    expect_request(start(call), call, TOKEN_URL);
    assert_string_equal(form_of(call, "client_assertion_type"),
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    struct json_object *header = jwt_part(form_of(call, "client_assertion"), 0);
    struct json_object *claims = jwt_part(form_of(call, "client_assertion"), 1);
    assert_string_equal(json_get_str(header, "alg", ""), "ES256");
    assert_string_equal(json_get_str(header, "kid", ""), "cert-7");
    assert_string_equal(json_get_str(claims, "aud", ""), TOKEN_URL);
    assert_string_equal(json_get_str(claims, "scope[0]", ""), "rest_webservices");
    assert_int_equal(strlen(json_get_str(claims, "jti", "")), 26);
    assert_in_range(json_get_int(claims, "exp", 0) - json_get_int(claims, "iat", 0), 1, 3599);
    json_object_put(header);
    json_object_put(claims);
}

static void test_token_is_kept_until_it_expires(void **state)
{
    struct rig *rig = *state;
    struct call *call = netsuite_probe(&rig->env);
    start(call);
    expect_request(answer(call, 200, TOKEN), call, QUERY_URL "0");
    assert_string_equal(header_of(call, "Authorization"), "Bearer ns-tok");
    assert_string_equal(header_of(call, "Prefer"), "transient");
    assert_string_equal(call->request.pace_key, "netsuite");
    assert_int_equal(call->request.pace_parallel, 2);
    assert_int_equal(answer(call, 200, ROWS(CURRENCIES)).kind, STEP_DONE);
    rig->world.mono.ms += 3539 * 1000;
    call = netsuite_probe(&rig->env);
    expect_request(start(call), call, QUERY_URL "0");
    rig->world.mono.ms += 1000;
    call = netsuite_probe(&rig->env);
    expect_request(start(call), call, TOKEN_URL);
}

static void test_refused_token_is_renewed_once(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    const char *challenge = "www-authenticate: Bearer realm=\"123456\", error=\"invalid_token\", "
                            "error_description=\"Invalid login attempt.\"\n";
    expect_request(answer_with(call, 401, challenge, ""), call, TOKEN_URL);
    expect_request(answer(call, 200, TOKEN), call, QUERY_URL "0");
    expect_failed(answer_with(call, 401, challenge, ""), call, FAILURE_AUTH, "invalid_token");
    assert_string_equal(call->failure.message, "Invalid login attempt.");
    assert_false(facts.sources[SOURCE_NETSUITE].ok);
}

static void test_short_lived_token_does_not_loop(void **state)
{
    struct rig *rig = *state;
    struct call *call = netsuite_probe(&rig->env);
    start(call);
    expect_request(answer(call, 200, "{\"access_token\":\"t\",\"expires_in\":30}"), call,
                   QUERY_URL "0");
}

static void test_oauth1_signs_every_request_and_asks_no_token(void **state)
{
    struct rig *rig = *state;
    use_tba(rig);
    struct call *call = netsuite_probe(&rig->env);
    expect_request(start(call), call, QUERY_URL "0");
    const char *header = header_of(call, "Authorization");
    assert_ptr_equal(strstr(header, "OAuth realm=\"123456\", oauth_token=\"tk\""), header);
    assert_non_null(strstr(header, "oauth_timestamp=\"1776686400\""));
    expect_failed(answer(call, 401,
                         "{\"title\":\"Unauthorized\",\"status\":401,"
                         "\"o:errorDetails\":[{\"detail\":\"Invalid login.\","
                         "\"o:errorCode\":\"INVALID_LOGIN\"}]}"),
                  call, FAILURE_AUTH, "INVALID_LOGIN");
}

static void test_what_is_not_configured_is_named(void **state)
{
    struct rig *rig = *state;
    use_tba(rig);
    rig->config.netsuite.token_secret = NULL;
    struct call *call = netsuite_probe(&rig->env);
    expect_failed(start(call), call, FAILURE_AUTH, "configuration");
    assert_non_null(strstr(call->failure.message, "netsuite.token_secret"));
}

static void test_column_names_from_the_configuration_cannot_be_sql(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    rig->config.netsuite.customer_field = "id = id OR externalid";
    struct call *call = netsuite_fetch(&rig->env, "001A", civil_of(2026, 4, 20), &facts);
    expect_failed(start(call), call, FAILURE_INVALID, "configuration");
}

/* ---- failures ---- */

static void test_concurrency_limit_waits_and_tries_again(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    const char *busy = "{\"title\":\"Too Many\",\"status\":429,\"o:errorDetails\":[{\"detail\":"
                       "\"Concurrent request limit exceeded\",\"o:errorCode\":"
                       "\"CONCURRENCY_LIMIT_EXCEEDED\"}]}";
    struct step step = answer(call, 429, busy);
    assert_int_equal(step.kind, STEP_WAIT);
    assert_in_range(step.wait_ms, 0, 500);
    expect_query(start(call), call, "FROM customer", "001A");
    answer(call, 429, busy);
    start(call);
    answer(call, 429, busy);
    start(call);
    expect_failed(answer(call, 429, busy), call, FAILURE_RATE_LIMITED,
                  "CONCURRENCY_LIMIT_EXCEEDED");
}

static void test_wrong_query_is_not_tried_again(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    expect_failed(answer(call, 400,
                         "{\"title\":\"Bad Request\",\"status\":400,\"o:errorDetails\":[{"
                         "\"detail\":\"Unknown identifier 'externalid'\",\"o:errorCode\":"
                         "\"INVALID_PARAMETER\"}]}"),
                  call, FAILURE_INVALID, "INVALID_PARAMETER");
    assert_string_equal(facts.sources[SOURCE_NETSUITE].failure.message,
                        "Unknown identifier 'externalid'");
}

static void test_failure_leaves_no_half_facts(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch_to_invoices(rig, &facts);
    answer(call, 200, ROWS(INVOICE));
    assert_int_equal(facts.invoice_count, 1);
    expect_failed(answer(call, 403, "{}"), call, FAILURE_PERMISSION, "http_403");
    assert_int_equal(facts.invoice_count, 0);
    assert_false(facts.customer_found);
}

/* ---- rows ---- */

static void test_no_customer_is_no_failure(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    assert_int_equal(answer(call, 200, ROWS("")).kind, STEP_DONE);
    assert_false(facts.customer_found);
    assert_true(facts.sources[SOURCE_NETSUITE].ok);
    assert_string_equal(facts.base_currency, "CAD");
}

static void test_invoice_is_read_in_its_currency(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    fetch_invoice(rig, &facts, INVOICE);
    const struct invoice *invoice = &facts.invoices[0];
    assert_true(facts.customer_found);
    assert_string_equal(invoice->number, "INV-101");
    assert_string_equal(invoice->contract_id, "IC-101");
    assert_string_equal(invoice->status, "Open");
    assert_true(invoice->counts);
    assert_int_equal(invoice->total.minor, 11300);
    assert_int_equal(invoice->remaining.minor, 10000);
    assert_string_equal(invoice->remaining.currency, "CAD");
    assert_int_equal(invoice->rate.scaled, 136 * RATE_SCALE / 100);
    assert_int_equal(invoice->due.day, civil_of(2026, 4, 30).day);
}

static void test_yen_has_no_cents(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    fetch_invoice(rig, &facts, "{\"id\":\"1\",\"currency\":\"2\",\"total\":\"5000.00\"}");
    assert_int_equal(facts.invoices[0].total.minor, 5000);
    assert_int_equal(facts.invoices[0].total.precision, 0);
    assert_false(facts.invoices[0].remaining.known);
    assert_false(civil_is_known(facts.invoices[0].due));
}

static void test_void_draft_and_unapproved_invoices_do_not_count(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *row, *status;
        bool counts;
    } table[] = {
        {"\"status\":\"A\"", "Open", true},
        {"\"status\":\"CustInvc:B\"", "Paid In Full", true},
        {"\"status\":\"D\"", "Pending Approval", false},
        {"\"status\":\"E\"", "Rejected", false},
        {"\"status\":\"V\"", "Voided", false},
        {"\"status\":\"Open\"", "Open", true},
        {"\"status\":\"voided\"", "Voided", false},
        {"\"status\":\"A\",\"approvalstatus\":\"1\"", "Open", false},
        {"\"status\":\"A\",\"approvalstatus\":\"2\"", "Open", true},
        {"\"status\":\"A\",\"approvalstatus\":\"rejected\"", "Open", false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct facts facts = {0};
        char row[200];
        snprintf(row, sizeof row, "{\"id\":\"1\",\"currency\":\"1\",%s}", table[i].row);
        fetch_invoice(rig, &facts, row);
        assert_string_equal(facts.invoices[0].status, table[i].status);
        assert_int_equal(facts.invoices[0].counts, table[i].counts);
        assert_int_equal(facts.invoices[0].remaining.known,
                         strcmp(table[i].status, "Paid In Full") == 0);
    }
}

/* How a row of an invoice with installments begins. */
#define PLANNED(id)                                                                                \
    "{\"id\":\"" id "\",\"currency\":\"2\",\"total\":\"9\",\"installmentof\":\"" id "\","

static void expect_bad_invoice(struct rig *rig, const char *row, const char *words)
{
    struct facts facts = {0};
    char body[500];
    struct call *call = fetch_to_invoices(rig, &facts);
    snprintf(body, sizeof body, ROWS("%s"), row);
    expect_failed(answer(call, 200, body), call, FAILURE_PERMANENT, "bad_reply");
    if (!strstr(call->failure.message, words))
        fail_msg("\"%s\" lacks \"%s\"", call->failure.message, words);
}

static void test_value_that_makes_no_sense_is_named(void **state)
{
    struct rig *rig = *state;
    expect_bad_invoice(rig, "{\"id\":\"1\",\"tranid\":\"INV-9\",\"currency\":\"7\"}",
                       "invoice INV-9: currency");
    expect_bad_invoice(rig, "{\"id\":\"1\",\"currency\":\"1\",\"duedate\":\"4/20/2026\"}",
                       "YYYY-MM-DD");
    expect_bad_invoice(rig, "{\"id\":\"1\",\"currency\":\"1\",\"total\":\"99999999999999999999\"}",
                       "total");
    expect_bad_invoice(rig, "{\"tranid\":\"INV-9\"}", "without id");
    expect_bad_invoice(rig, "{\"id\":\"1\",\"currency\":\"1\",\"amountremaining\":\"25,000.00\"}",
                       "amountremaining: \"25,000.00\" is not a number");
    expect_bad_invoice(rig, "{\"id\":\"1\",\"currency\":\"1\",\"amountremaining\":true}",
                       "amountremaining: \"true\" is not a number");
    expect_bad_invoice(rig, "{\"id\":\"1\",\"currency\":\"1\",\"exchangerate\":\"1.36 CAD\"}",
                       "exchangerate: \"1.36 CAD\" is not a number");
    expect_bad_invoice(rig, PLANNED("1") "\"seqnum\":\"first\"}",
                       "seqnum: \"first\" is not a number");
}

static void test_an_invoice_with_installments_has_a_row_for_each(void **state)
{
    static const char rows[] =
        INVOICE "," PLANNED("5002") "\"seqnum\":\"1\",\"installmentamount\":\"5\"}," PLANNED(
            "5002") "\"seqnum\":\"2\",\"installmentdue\":\"2026-04-30\",\"installmentamount\":"
                    "\"4\"}," PLANNED("5003") "\"seqnum\":\"1\",\"installmentamount\":\"9\"}";
    struct rig *rig = *state;
    struct facts facts = {0};
    char body[2000];
    snprintf(body, sizeof body, ROWS("%s"), rows);
    answer(fetch_to_invoices(rig, &facts), 200, body);
    assert_int_equal(facts.invoice_count, 3);
    assert_int_equal(facts.invoices[0].installment_count, 0);
    assert_int_equal(facts.invoices[1].installment_count, 2);
    const struct installment *second = &facts.invoices[1].installments[1];
    assert_int_equal(second->number, 2);
    assert_int_equal(second->due.day, civil_of(2026, 4, 30).day);
    assert_int_equal(second->amount.minor, 4);
    assert_string_equal(second->amount.currency, "JPY");
    assert_int_equal(facts.invoices[2].installment_count, 1);
}

static void test_installments_go_on_over_the_end_of_a_page(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch_to_invoices(rig, &facts);
    answer(call, 200, "{\"hasMore\":true,\"items\":[" PLANNED("5002") "\"seqnum\":\"1\"}]}");
    answer(call, 200, ROWS(PLANNED("5002") "\"seqnum\":\"2\"}"));
    assert_int_equal(facts.invoice_count, 1);
    assert_int_equal(facts.invoices[0].installment_count, 2);
}

static void test_installments_without_a_number_are_counted(void **state)
{
    static const char rows[] = PLANNED("5001") "\"installmentamount\":\"6\"}," PLANNED(
        "5001") "\"installmentamount\":\"3\"}";
    struct rig *rig = *state;
    struct facts facts = {0};
    char body[1000];
    snprintf(body, sizeof body, ROWS("%s"), rows);
    answer(fetch_to_invoices(rig, &facts), 200, body);
    facts_normalise(&facts);
    assert_int_equal(facts.invoices[0].installment_count, 2);
    assert_int_equal(facts.invoices[0].installments[1].number, 2);
}

static void test_credits_and_deposits_tell_what_is_left(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch_to_invoices(rig, &facts);
    expect_query(answer(call, 200, ROWS("")), call, "FROM creditmemo", "101");
    assert_string_equal(asked(call, "params[1]"), "101"); /* once for memos, once for deposits */
    assert_int_equal(
        answer(call, 200,
               ROWS("{\"kind\":\"creditmemo\",\"id\":\"7001\",\"tranid\":\"CM-9\",\"currency\":"
                    "\"1\",\"total\":\"20000.00\",\"unapplied\":\"19999.99\","
                    "\"approvalstatus\":\"approved\",\"status\":\"A\"},"
                    "{\"kind\":\"creditmemo\",\"id\":\"7002\",\"currency\":\"1\",\"total\":\"5\","
                    "\"applied\":\"2\",\"approvalstatus\":\"pending\",\"disputed\":\"T\"},"
                    "{\"kind\":\"creditmemo\",\"id\":\"7003\",\"currency\":\"1\",\"total\":\"5\","
                    "\"status\":\"V\"},"
                    "{\"kind\":\"deposit\",\"id\":\"8001\",\"currency\":\"1\",\"payment\":\"7\","
                    "\"status\":\"B\"},"
                    "{\"kind\":\"deposit\",\"id\":\"8002\",\"currency\":\"1\",\"total\":\"7\","
                    "\"status\":\"C\"},"
                    "{\"kind\":\"deposit\",\"id\":\"8003\",\"currency\":\"1\",\"total\":\"7\","
                    "\"status\":\"R\"}"))
            .kind,
        STEP_DONE);
    assert_int_equal(facts.credit_count, 5);
    assert_int_equal(facts.credits[0].unapplied.minor, 1999999);
    assert_true(facts.credits[0].approved);
    assert_int_equal(facts.credits[1].unapplied.minor, 300);
    assert_false(facts.credits[1].approved);
    assert_true(facts.credits[1].disputed);
    assert_true(facts.credits[2].deposit && facts.credits[2].approved);
    assert_int_equal(facts.credits[2].unapplied.minor, 700);
    assert_int_equal(facts.credits[3].unapplied.minor, 0);
    assert_false(facts.credits[4].approved);
}

/* How a row of an invoice with terms begins. */
#define WITH_TERM(id) "{\"id\":\"" id "\",\"currency\":\"1\",\"terms\":\"1\",\"termid\":\"1\","

static void test_terms_come_with_the_invoices_that_name_them(void **state)
{
    static const char net30[] =
        "\"termname\":\"2% 10 Net 30\",\"datedriven\":\"F\",\"daysuntilexpiry\":\"10\","
        "\"discountpercent\":\"2.5%\",\"discountpercentdatedriven\":\"9\"}";
    struct rig *rig = *state;
    struct facts facts = {0};
    char body[2000];
    snprintf(body, sizeof body, ROWS(WITH_TERM("1") "%s," WITH_TERM("2") "%s," INVOICE), net30,
             net30);
    answer(fetch_to_invoices(rig, &facts), 200, body);
    assert_int_equal(facts.invoice_count, 3);
    assert_int_equal(facts.term_count, 1);
    assert_string_equal(facts.terms[0].id, "1");
    assert_string_equal(facts.terms[0].name, "2% 10 Net 30");
    assert_int_equal(facts.terms[0].discount_bp, 250);
    assert_int_equal(facts.terms[0].days_until_expiry, 10);
    assert_int_equal(facts.terms[0].recurrence_count, -1);
    assert_string_equal(facts.invoices[0].term_id, "1");
}

static void test_date_driven_terms_have_a_percentage_of_their_own(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch_to_invoices(rig, &facts);
    answer(call, 200,
           ROWS(WITH_TERM("1") "\"datedriven\":\"T\",\"daydiscountexpires\":\"15\","
                               "\"discountpercentdatedriven\":\"3\"}"));
    assert_true(facts.terms[0].date_driven);
    assert_int_equal(facts.terms[0].day_discount_expires, 15);
    assert_int_equal(facts.terms[0].discount_bp, 300);
    struct facts other = {0};
    call = fetch_to_invoices(rig, &other);
    expect_failed(answer(call, 200, ROWS(WITH_TERM("1") "\"discountpercent\":\"101\"}")), call,
                  FAILURE_PERMANENT, "bad_reply");
    assert_string_equal(call->failure.message,
                        "term 1: discountpercent: \"101\" is not a percentage");
}

static void test_pages_are_asked_until_there_are_no_more(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch_to_invoices(rig, &facts);
    expect_request(answer(call, 200, "{\"hasMore\":true,\"items\":[" INVOICE "]}"), call,
                   QUERY_URL "1000");
    assert_non_null(strstr(asked(call, "q"), "FROM invoice"));
    expect_query(answer(call, 200, ROWS("{\"id\":\"5002\",\"currency\":\"1\"}")), call,
                 "FROM creditmemo", "101");
    assert_int_equal(facts.invoice_count, 2);
}

static void test_page_that_was_cut_is_asked_again(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch_to_invoices(rig, &facts);
    assert_int_equal(
        answer(call, 200, "{\"count\":2,\"hasMore\":false,\"items\":[" INVOICE "]}").kind,
        STEP_WAIT);
    expect_query(start(call), call, "FROM invoice", "101");
    answer(call, 200, "{\"count\":1,\"hasMore\":false,\"items\":[" INVOICE "]}");
    assert_int_equal(facts.invoice_count, 1);
}

static void test_endless_pages_are_a_failure(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch_to_invoices(rig, &facts);
    for (int i = 0; i < 9; i++)
        assert_int_equal(answer(call, 200, "{\"hasMore\":true,\"items\":[]}").kind, STEP_REQUEST);
    expect_failed(answer(call, 200, "{\"hasMore\":true,\"items\":[]}"), call, FAILURE_PERMANENT,
                  "too_many_rows");
    assert_non_null(strstr(call->failure.message, "10000 rows"));
}

static void test_invoices_of_every_customer_are_asked(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    answer(call, 200, ROWS("{\"id\":\"101\"},{\"id\":\"102\"}"));
    expect_query(answer(call, 200, ROWS(CURRENCIES)), call, "FROM invoice", "101");
    expect_query(answer(call, 200, ROWS("")), call, "FROM creditmemo", "101");
    expect_query(answer(call, 200, ROWS("")), call, "FROM invoice", "102");
    expect_query(answer(call, 200, ROWS(INVOICE)), call, "FROM creditmemo", "102");
    assert_int_equal(answer(call, 200, ROWS("{\"kind\":\"creditmemo\",\"id\":\"7\"}")).kind,
                     STEP_DONE);
    assert_int_equal(facts.invoice_count, 1);
    assert_string_equal(facts.invoices[0].customer_id, "102");
    assert_string_equal(facts.credits[0].customer_id, "102");
}

static void test_amounts_have_the_precision_of_their_currency_from_none_to_four_digits(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *precision, *total;
        int64_t minor;
    } table[] = {
        {"\"0\"", "1234.5", 1235}, {"\"1\"", "1234.56", 12346}, {"\"2\"", "1234.56", 123456},
        {"\"3\"", "1.2345", 1235}, {"\"4\"", "1.2345", 12345},  {"null", "1.234", 1234},
        {"4", "-0.0001", -1},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct facts facts = {0};
        struct call *call = fetch(rig, &facts);
        char body[300];
        answer(call, 200, ROWS(CUSTOMER));
        snprintf(body, sizeof body,
                 ROWS("{\"id\":\"1\",\"symbol\":\"KWD\",\"currencyprecision\":%s}"),
                 table[i].precision);
        answer(call, 200, body);
        snprintf(body, sizeof body, ROWS("{\"id\":\"1\",\"currency\":\"1\",\"total\":\"%s\"}"),
                 table[i].total);
        answer(call, 200, body);
        assert_int_equal(facts.invoices[0].total.minor, table[i].minor);
    }
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    answer(call, 200, ROWS(CUSTOMER));
    expect_failed(
        answer(call, 200, ROWS("{\"id\":\"1\",\"symbol\":\"KWD\",\"currencyprecision\":\"5\"}")),
        call, FAILURE_PERMANENT, "bad_reply");
}

static void test_configured_base_currency_is_preferred(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, &facts);
    answer(call, 200, ROWS(CUSTOMER));
    answer(call, 200,
           ROWS("{\"id\":\"3\",\"symbol\":\"USD\",\"isbasecurrency\":\"T\"}," CURRENCIES));
    assert_string_equal(facts.base_currency, "CAD");
    rig->config.rules.base_currency = "EUR";
    struct facts other = {0};
    call = fetch(rig, &other);
    answer(call, 200, ROWS(CUSTOMER));
    answer(call, 200, ROWS("{\"id\":\"3\",\"symbol\":\"USD\",\"isbasecurrency\":\"T\"}"));
    assert_string_equal(other.base_currency, "USD");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_assertion_names_certificate_and_token_url),
        TEST(test_token_is_kept_until_it_expires),
        TEST(test_refused_token_is_renewed_once),
        TEST(test_short_lived_token_does_not_loop),
        TEST(test_oauth1_signs_every_request_and_asks_no_token),
        TEST(test_what_is_not_configured_is_named),
        TEST(test_column_names_from_the_configuration_cannot_be_sql),
        TEST(test_concurrency_limit_waits_and_tries_again),
        TEST(test_wrong_query_is_not_tried_again),
        TEST(test_failure_leaves_no_half_facts),
        TEST(test_no_customer_is_no_failure),
        TEST(test_invoice_is_read_in_its_currency),
        TEST(test_yen_has_no_cents),
        TEST(test_void_draft_and_unapproved_invoices_do_not_count),
        TEST(test_value_that_makes_no_sense_is_named),
        TEST(test_an_invoice_with_installments_has_a_row_for_each),
        TEST(test_installments_go_on_over_the_end_of_a_page),
        TEST(test_installments_without_a_number_are_counted),
        TEST(test_credits_and_deposits_tell_what_is_left),
        TEST(test_terms_come_with_the_invoices_that_name_them),
        TEST(test_date_driven_terms_have_a_percentage_of_their_own),
        TEST(test_pages_are_asked_until_there_are_no_more),
        TEST(test_page_that_was_cut_is_asked_again),
        TEST(test_endless_pages_are_a_failure),
        TEST(test_invoices_of_every_customer_are_asked),
        TEST(test_amounts_have_the_precision_of_their_currency_from_none_to_four_digits),
        TEST(test_configured_base_currency_is_preferred),
    };
    return cmocka_run_group_tests(tests, make_key, free_key);
}
