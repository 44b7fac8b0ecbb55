/* Webhooks: who is believed, and what of it. */
#include "tests/unit/hook_fixture.h"

static void assert_refused(int status)
{
    assert_int_equal(status, 401);
    assert_int_equal(hall.answer.body_len, 0);
    assert_null(hall.answer.content_type);
}

/* ---- Salesforce's Flow ---- */

static void test_a_flow_is_believed_by_its_secret_alone(void **state)
{
    struct house *house = *state;
    const char *body = "{\"account_id\":\"001A1\"}";
    assert_int_equal(flow(house, body), 200);
    static const char *const others[] = {"",
                                         "x-usher-secret: \n",
                                         "x-usher-secret: " SECRET "x\n",
                                         "x-usher-secret: 0123456789\n",
                                         "x-usher-secret: 0123456789abcdefghiJ\n",
                                         "authorization: " SECRET "\n"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_refused(deliver(house, FLOW, others[i], body));
    assert_int_equal(counted("sender=\"salesforce\",result=\"taken\""), 1);
    assert_int_equal(counted("sender=\"salesforce\",result=\"refused\""), 6);
}

static void test_a_flow_that_names_nothing_is_told_so_and_one_unproven_is_not(void **state)
{
    struct house *house = *state;
    static const char *const bodies[] = {"",
                                         "[]",
                                         "{}",
                                         "null",
                                         "{\"account_id\":1}",
                                         "{\"account_id\":\"\"}",
                                         "{\"account_id\":\"006A1\"}",
                                         "{\"account_id\":\"001A1\",\"contract_id\":\"8 0\"}",
                                         "{\"account_id\":\"001A1'; --\"}",
                                         "{\"account_id\":\"0015g00000ABCDEFGHIJ\"}",
                                         "{\"account_id\":\"001A1\",\"id\":7}",
                                         "{\"account_id\":\"001A1\"} trailing"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        assert_int_equal(flow(house, bodies[i]), 400);
        assert_refused(deliver(house, FLOW, "", bodies[i]));
    }
    assert_int_equal(count_jobs(house, "run_checks"), 0);
}

/* ---- Salesforce's Outbound Message ---- */

static const char acknowledgement[] =
    "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>"
    "<notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\"><Ack>true</Ack>"
    "</notificationsResponse></soapenv:Body></soapenv:Envelope>";

static void assert_acknowledged(int status)
{
    assert_int_equal(status, 200);
    assert_string_equal(hall.answer.content_type, "text/xml");
    assert_int_equal(hall.answer.body_len, strlen(acknowledgement));
    assert_memory_equal(hall.answer.body, acknowledgement, strlen(acknowledgement));
}

static void test_an_outbound_message_gets_its_exact_answer(void **state)
{
    struct house *house = *state;
    const char *body = outbound_message(house, ORGANIZATION "EAA", NOTIFICATION("04l1", "006A1"));
    assert_acknowledged(outbound(house, body));
    assert_acknowledged(outbound(house, body)); /* again, else it comes for a day */
    assert_int_equal(counted("sender=\"salesforce_outbound\",result=\"taken\""), 1);
    assert_int_equal(counted("sender=\"salesforce_outbound\",result=\"repeated\""), 1);
}

static void test_an_outbound_message_needs_the_secret_and_our_organisation(void **state)
{
    struct house *house = *state;
    const char *ours = outbound_message(house, ORGANIZATION, NOTIFICATION("04l1", "006A1"));
    assert_refused(deliver(house, "/hooks/salesforce/" SECRET "/", "", ours));
    assert_refused(deliver(house, "/hooks/salesforce/other", "x-usher-secret: " SECRET "\n", ours));
    static const char *const others[] = {"", "00D5g000004ABCe", "00D5g000004ABC",
                                         "00D5g000004abcdEAA"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_refused(
            outbound(house, outbound_message(house, others[i], NOTIFICATION("04l1", "006A1"))));
    house->config.hooks.salesforce_organization = NULL;
    assert_int_equal(outbound(house, ours), 0);
}

static const char *deep(struct house *house)
{
    struct buf text = {0};
    for (int i = 0; i < 100000; i++)
        buf_str(&text, "<a>");
    const char *out = arena_str(&house->arena, buf_cstr(&text));
    buf_release(&text);
    return out;
}

/* So many notifications, each with an id of its own. */
static const char *crowd(struct house *house, size_t count)
{
    struct buf text = {0};
    for (size_t i = 0; i < count; i++)
        buf_fmt(&text, "<Notification><Id>04l%zu</Id><sObject/></Notification>", i);
    const char *out = outbound_message(house, ORGANIZATION, buf_cstr(&text));
    buf_release(&text);
    return out;
}

static void test_xml_that_is_a_trap_is_refused(void **state)
{
    struct house *house = *state;
    const char *good = outbound_message(house, ORGANIZATION, NOTIFICATION("04l1", "006A1"));
    const char *inner = strchr(good, '\n') + 1;
    const char *const traps[] = {
        "",
        "{}",
        "<a/>",
        "<a>",
        deep(house),
        arena_fmt(&house->arena, "<!DOCTYPE x>%s", inner),
        arena_fmt(&house->arena, "<!DOCTYPE x [<!ENTITY a \"b\">]>%s", inner),
        arena_fmt(&house->arena, "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>%s",
                  inner),
        outbound_message(house, "&lol;", NOTIFICATION("04l1", "006A1")),
        arena_fmt(&house->arena, "%s<more/>", good),
        arena_strn(&house->arena, good, strlen(good) - 30),
        outbound_message(house, ORGANIZATION, ""),
        outbound_message(house, ORGANIZATION, "<Notification><sObject/></Notification>"),
        outbound_message(house, ORGANIZATION, NOTIFICATION("", "006A1")),
        outbound_message(house, ORGANIZATION, "<Notification><Id>1</Id>\xFF</Notification>"),
        outbound_message(house, arena_fmt(&house->arena, "%0500d", 1),
                         NOTIFICATION("04l1", "006A1")),
        crowd(house, 101),
    };
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++)
        assert_refused(outbound(house, traps[i]));
    assert_int_equal(count_jobs(house, "poll_deals"), 0);
    assert_acknowledged(outbound(house, crowd(house, 100)));
}

static void test_each_notification_counts_once(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_acknowledged(
        outbound(house, outbound_message(house, ORGANIZATION, NOTIFICATION("04l1", "00QLead"))));
    assert_int_equal(count_jobs(house, "run_checks"), 0); /* a lead is nothing of ours */
    const char *id = house->onboarding.account_id;
    const char *second = arena_fmt(&house->arena,
                                   "<Notification><Id>04l2</Id><sObject xmlns:x=\"urn:sobject."
                                   "partner.soap.sforce.com\"><x:Id>%s</x:Id></sObject>"
                                   "</Notification>" NOTIFICATION("04l1", "006A9"),
                                   id);
    assert_acknowledged(outbound(house, outbound_message(house, ORGANIZATION, second)));
    assert_int_equal(count_jobs(house, "run_checks"), 1);
    assert_int_equal(count_jobs(house, "poll_deals"), 0); /* 04l1 had been taken */
}

static void test_ids_are_taken_from_their_own_elements_alone(void **state)
{
    struct house *house = *state;
    assert_acknowledged(outbound(
        house,
        outbound_message(house, ORGANIZATION,
                         "<Notification><Id>04l1</Id><Id xmlns=\"urn:sobject.x\">006A1</Id>"
                         "<other><sObject><Id>006A2</Id></sObject></other></Notification>")));
    assert_int_equal(count_jobs(house, "poll_deals"), 0);
}

/* ---- Ironclad ---- */

static void test_ironclad_is_believed_by_its_signature_over_id_body_and_nonce(void **state)
{
    struct house *house = *state;
    assert_int_equal(ironclad(house, "event1"), 200);
    assert_int_equal(ironclad(house, "event1"), 200);
    assert_int_equal(counted("sender=\"ironclad\",result=\"repeated\""), 1);
    const char *headers =
        ironclad_headers(house, "event2", IRONCLAD_BODY, "RSA-SHA512", "another nonce");
    assert_int_equal(deliver(house, "/hooks/ironclad", headers, IRONCLAD_BODY), 200);
    assert_refused(deliver(house, "/hooks/ironclad", headers, IRONCLAD_BODY " "));
    assert_refused(deliver(house, "/hooks/ironclad", strchr(headers, '\n') + 1, IRONCLAD_BODY));
    const char *rest = strchr(headers, '\n');
    assert_refused(deliver(house, "/hooks/ironclad",
                           arena_fmt(&house->arena, "x-ironclad-webhook-event-id: event3%s", rest),
                           IRONCLAD_BODY));
}

static void test_ironclad_s_proof_must_be_one(void **state)
{
    struct house *house = *state;
    const char *weak = ironclad_headers(house, "event1", IRONCLAD_BODY, "sha1", "n");
    assert_refused(deliver(house, "/hooks/ironclad", weak, IRONCLAD_BODY));
    static const char *const proofs[] = {
        "",
        "{",
        "[]",
        "{}",
        "{\"nonce\":\"n\",\"signAlgorithm\":\"sha256\"}",
        "{\"nonce\":\"n\",\"signAlgorithm\":\"none\",\"signature\":\"\",\"encoding\":\"hex\"}",
        "{\"nonce\":\"n\",\"signAlgorithm\":\"sha256\",\"signature\":\"\",\"encoding\":\"hex\"}",
        "{\"nonce\":\"n\",\"signAlgorithm\":\"sha256\",\"signature\":\"zz\",\"encoding\":\"hex\"}",
        "{\"nonce\":\"n\",\"signAlgorithm\":\"sha256\",\"signature\":\"AA==\",\"encoding\":"
        "\"rot\"}"};
    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++)
        assert_refused(deliver(house, "/hooks/ironclad",
                               arena_fmt(&house->arena,
                                         "x-ironclad-webhook-event-id: e\n"
                                         "x-ironclad-webhook-verification: %s\n",
                                         proofs[i]),
                               IRONCLAD_BODY));
    free((char *)house->config.hooks.ironclad_key);
    house->config.hooks.ironclad_key = strdup("-----BEGIN PUBLIC KEY-----\nnone\n");
    assert_refused(ironclad(house, "event1"));
}

/* ---- any other ---- */

static void test_a_timed_signature_is_good_for_five_minutes_either_way(void **state)
{
    struct house *house = *state;
    const char *body = "{\"account_id\":\"001A1\"}";
    int64_t now = house->world.now.ms / 1000;
    static const struct {
        int64_t off_s;
        int status;
    } cases[] = {{0, 200}, {-300, 200}, {-301, 401}, {300, 200}, {301, 401}, {-86400, 401}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(
            deliver(house, "/hooks/generic", timed_header(house, now + cases[i].off_s, body), body),
            cases[i].status);
}

static void test_a_timed_signature_covers_time_and_body(void **state)
{
    struct house *house = *state;
    const char *body = "{\"account_id\":\"001A1\"}";
    long long now = house->world.now.ms / 1000;
    const char *mac = hmac_hex(house, arena_fmt(&house->arena, "%lld.%s", now, body));
    const struct {
        const char *shown;
        int status;
    } cases[] = {
        {arena_fmt(&house->arena, "t=%lld,v1=%s", now, mac), 200},
        {arena_fmt(&house->arena, "t=%lld, v0=x, v1=%064d, v1=%s", now, 0, mac), 200},
        {arena_fmt(&house->arena, "t=%lld,v1=%s", now + 1, mac), 401},
        {arena_fmt(&house->arena, "v1=%s", mac), 401},
        {arena_fmt(&house->arena, "t=%lld", now), 401},
        {arena_fmt(&house->arena, "t=%lld,t=%lld,v1=%s", now, now, mac), 401},
        {arena_fmt(&house->arena, "t=%lldx,v1=%s", now, mac), 401},
        {arena_fmt(&house->arena, "t=%lld,v1=%s00", now, mac), 401},
        {arena_fmt(&house->arena, "t=99999999999999999999,v1=%s", mac), 401},
        {mac, 401},
        {"", 401},
        {",,,=,t", 401},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *headers = arena_fmt(&house->arena, "x-usher-signature: %s\n", cases[i].shown);
        assert_int_equal(deliver(house, "/hooks/generic", headers, body), cases[i].status);
    }
    assert_refused(deliver(house, "/hooks/generic", timed_header(house, now, body),
                           "{\"account_id\":\"001A2\"}"));
}

static void test_signatures_of_the_body_alone_come_in_hex_or_base64(void **state)
{
    struct house *house = *state;
    const char *body = "{\"event\":\"envelope-completed\",\"data\":{\"envelopeId\":\"1\"}}";
    const char *hex = hmac_hex(house, body), *base64 = hmac_base64(house, body);
    const struct {
        enum hook_format format;
        const char *shown;
        int status;
    } cases[] = {
        {HOOK_HEX, hex, 200},       {HOOK_HEX, arena_fmt(&house->arena, "sha256=%s", hex), 200},
        {HOOK_HEX, base64, 401},    {HOOK_HEX, hex + 2, 401},
        {HOOK_HEX, "sha256=", 401}, {HOOK_BASE64, base64, 200},
        {HOOK_BASE64, hex, 401},    {HOOK_BASE64, arena_fmt(&house->arena, "%sAA", base64), 401},
        {HOOK_BASE64, "", 401},
    };
    house->config.hooks.generic_header = "x-docusign-signature-1";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        house->config.hooks.generic_format = cases[i].format;
        const char *headers =
            arena_fmt(&house->arena, "x-docusign-signature-1: %s\n", cases[i].shown);
        assert_int_equal(deliver(house, "/hooks/generic", headers, body), cases[i].status);
    }
    assert_int_equal(counted("sender=\"generic\",result=\"taken\""), 1); /* the same body */
    assert_int_equal(counted("sender=\"generic\",result=\"repeated\""), 2);
}

/* ---- what is closed ---- */

static void test_a_way_in_without_its_secret_is_not_there(void **state)
{
    struct house *house = *state;
    static const char *const paths[] = {
        "/hooks",           "/hooks/",     "/hooks/salesforcE", "/hooks/salesforce/",
        "/hooks/generic/x", "/hooks/other"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_null(webhook_find(&house->config, paths[i]));
    assert_non_null(webhook_find(&house->config, "/hooks/generic"));
    house->config.hooks.generic_secret = NULL;
    assert_null(webhook_find(&house->config, "/hooks/generic"));
    house->config.hooks.salesforce_secret = NULL;
    assert_null(webhook_find(&house->config, "/hooks/salesforce"));
    assert_null(webhook_find(&house->config, "/hooks/salesforce/" SECRET));
    assert_non_null(webhook_find(&house->config, "/hooks/ironclad"));
}

#define T(test) cmocka_unit_test_setup_teardown(test, hall_setup, hall_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_flow_is_believed_by_its_secret_alone),
        T(test_a_flow_that_names_nothing_is_told_so_and_one_unproven_is_not),
        T(test_an_outbound_message_gets_its_exact_answer),
        T(test_an_outbound_message_needs_the_secret_and_our_organisation),
        T(test_xml_that_is_a_trap_is_refused),
        T(test_each_notification_counts_once),
        T(test_ids_are_taken_from_their_own_elements_alone),
        T(test_ironclad_is_believed_by_its_signature_over_id_body_and_nonce),
        T(test_ironclad_s_proof_must_be_one),
        T(test_a_timed_signature_is_good_for_five_minutes_either_way),
        T(test_a_timed_signature_covers_time_and_body),
        T(test_signatures_of_the_body_alone_come_in_hex_or_base64),
        T(test_a_way_in_without_its_secret_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, hall_close);
}
