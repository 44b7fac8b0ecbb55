/* Slack's requests in HTTP mode: who is believed, and what a body becomes. */
#include "bot/slack_http.h"

#include "connectors/slack_signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <openssl/hmac.h>

#include <cmocka.h>

/* The example of Slack's documentation, "Verifying requests from Slack". */
#define SECRET "8f742231b10e8888abcd99yyyzzz85a5"
#define AT_S   INT64_C(1531420618)
static const char body[] =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id="
    "G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-"
    "collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
    "%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121."
    "803a0bc887a14d10d2c447fce8b6703c";
static const char headers[] =
    "x-slack-request-timestamp: 1531420618\n"
    "x-slack-signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503\n";

static struct arena nodes, arena;
static struct err err;

static bool verify(const char *sent_headers, const char *text, int64_t now_s)
{
    const struct http_in_request request = {
        .headers = sent_headers, .body = text, .body_len = strlen(text)};
    err = (struct err){0};
    return slack_signature_verify(&request, SECRET, (struct wall){now_s * 1000}, &err);
}

static void test_the_signature_of_slacks_own_example_holds(void **state)
{
    (void)state;
    assert_true(verify(headers, body, AT_S));
    assert_true(verify(headers, body, AT_S - SLACK_SIGNATURE_FRESH_S));
    assert_true(verify(headers, body, AT_S + SLACK_SIGNATURE_FRESH_S));
}

static void test_another_time_body_or_header_is_refused(void **state)
{
    (void)state;
    assert_false(verify(headers, body, AT_S + SLACK_SIGNATURE_FRESH_S + 1));
    assert_int_equal(err.code, ERR_EXPIRED);
    assert_false(verify(headers, body, AT_S - SLACK_SIGNATURE_FRESH_S - 1));
    assert_int_equal(err.code, ERR_EXPIRED);
    assert_false(verify(headers, "another body", AT_S));
    assert_int_equal(err.code, ERR_FORGED);
    static const char *const wrong[] = {
        "",
        "x-slack-request-timestamp: 1531420618\n",
        "x-slack-signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503\n",
        "x-slack-request-timestamp: 1531420619\n"
        "x-slack-signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503\n",
        "x-slack-request-timestamp: +1531420618\n"
        "x-slack-signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503\n",
        "x-slack-request-timestamp: 1531420618\n"
        "x-slack-signature: v1=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503\n",
        "x-slack-request-timestamp: 1531420618\n"
        "x-slack-signature: v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b5\n",
        "x-slack-request-timestamp: 1531420618\n"
        "x-slack-signature: "
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b50300\n",
        "x-slack-request-timestamp: 1531420618\nx-slack-signature: v0=\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(verify(wrong[i], body, AT_S));
        assert_int_equal(err.code, ERR_FORGED);
    }
}

static void test_without_a_secret_nobody_is_believed(void **state)
{
    (void)state;
    const struct http_in_request request = {
        .headers = headers, .body = body, .body_len = strlen(body)};
    assert_false(slack_signature_verify(&request, NULL, (struct wall){AT_S * 1000}, &err));
    assert_int_equal(err.code, ERR_CONFIG);
}

/* ---- reading ---- */

static const struct config config = {.slack = {.signing_secret = SECRET, .mode = SLACK_MODE_HTTP}};
static struct http_in_answer answer;

/* Signed by the secret, at its time. */
static enum slack_http_result read_request(const char *path, const char *text, bool is_signed,
                                           struct envelope *out)
{
    unsigned char mac[HMAC_MAX_MD_CBLOCK];
    char base[4096], sent[256];
    int len = snprintf(base, sizeof base, "v0:1531420618:%s", text);
    HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET), (const unsigned char *)base, (size_t)len, mac,
         NULL);
    len = snprintf(sent, sizeof sent,
                   "x-slack-request-timestamp: 1531420618\nx-slack-signature: v0=");
    for (size_t i = 0; i < 32; i++)
        len += snprintf(sent + len, sizeof sent - (size_t)len, "%02x", mac[i]);
    const struct http_in_request request = {.method = "POST",
                                            .path = path,
                                            .query = "",
                                            .headers = is_signed ? sent : "",
                                            .body = text,
                                            .body_len = strlen(text)};
    err = (struct err){0};
    answer = (struct http_in_answer){0};
    return slack_http_read(&config, &request, (struct wall){AT_S * 1000}, &nodes, &arena, out,
                           &answer, &err);
}

static void test_a_command_is_what_it_is_in_socket_mode(void **state)
{
    (void)state;
    struct envelope envelope;
    assert_int_equal(read_request("/slack/commands", body, true, &envelope), SLACK_HTTP_TAKEN);
    const struct request *request = &envelope.request;
    assert_int_equal(request->kind, REQUEST_COMMAND);
    assert_string_equal(request->name, "/webhook-collect");
    assert_string_equal(request->text, "");
    assert_string_equal(request->actor.tenant, "T1DC2JH3J");
    assert_string_equal(request->actor.user_id, "U2CERLKJA");
    assert_string_equal(request->response_url, "https://hooks.slack.com/commands/T1DC2JH3J/"
                                               "397700885554/96rGlfmibIGlgcZRskXaIFfN");
    assert_true(request->answer_in_ack);
    assert_string_equal(envelope.dedupe_key,
                        "cmd:398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c");
    assert_string_equal(request->reference, "e8b6703c");
}

#define INTERACTION(type)                                                                          \
    "payload=%7B%22type%22%3A%22" type "%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%7D%2C"           \
    "%22team%22%3A%7B%22id%22%3A%22T1%22%7D%2C%22trigger_id%22%3A%221.2.abc%22%2C"                 \
    "%22actions%22%3A%5B%7B%22action_id%22%3A%22approve%22%2C%22value%22%3A%22v%22%7D%5D%2C"       \
    "%22view%22%3A%7B%22id%22%3A%22V1%22%2C%22callback_id%22%3A%22reject%22%7D%7D"

static void test_an_interaction_is_in_the_field_payload(void **state)
{
    (void)state;
    struct envelope envelope;
    assert_int_equal(
        read_request("/slack/interactions", INTERACTION("block_actions"), true, &envelope),
        SLACK_HTTP_TAKEN);
    assert_int_equal(envelope.request.kind, REQUEST_BUTTON);
    assert_string_equal(envelope.request.name, "approve");
    assert_false(envelope.request.answer_in_ack);
    assert_int_equal(
        read_request("/slack/interactions", INTERACTION("view_submission"), true, &envelope),
        SLACK_HTTP_TAKEN);
    assert_int_equal(envelope.request.kind, REQUEST_VIEW);
    assert_true(envelope.request.answer_in_ack);
}

static void test_an_event_has_no_answer(void **state)
{
    (void)state;
    struct envelope envelope;
    assert_int_equal(
        read_request("/slack/events",
                     "{\"type\":\"event_callback\",\"team_id\":\"T1\",\"event_id\":\"Ev1\","
                     "\"event\":{\"type\":\"app_home_opened\",\"user\":\"U1\",\"tab\":\"home\"}}",
                     true, &envelope),
        SLACK_HTTP_TAKEN);
    assert_int_equal(envelope.request.kind, REQUEST_EVENT);
    assert_string_equal(envelope.dedupe_key, "ev:Ev1");
    assert_false(envelope.request.answer_in_ack);
    assert_int_equal(
        read_request("/slack/events", "{\"type\":\"app_rate_limited\"}", true, &envelope),
        SLACK_HTTP_TAKEN);
    assert_int_equal(envelope.kind, ENVELOPE_IGNORED);
}

static void test_a_challenge_is_said_back_to_slack_alone(void **state)
{
    (void)state;
    struct envelope envelope;
    static const char challenge[] = "{\"type\":\"url_verification\",\"challenge\":\"3eZbrw1a\"}";
    assert_int_equal(read_request("/slack/events", challenge, true, &envelope), SLACK_HTTP_CHECKED);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "3eZbrw1a");
    assert_int_equal(read_request("/slack/events", challenge, false, &envelope),
                     SLACK_HTTP_REFUSED);
}

static void test_a_check_of_the_certificate_needs_no_signature_and_says_nothing(void **state)
{
    (void)state;
    struct envelope envelope;
    assert_int_equal(read_request("/slack/commands", "token=x&ssl_check=1", false, &envelope),
                     SLACK_HTTP_CHECKED);
    assert_int_equal(answer.status, 200);
    assert_null(answer.body);
    static const char *const wrong[] = {"ssl_check=1&command=%2Fonboard", "text=ssl_check=1",
                                        "ssl_check=10", "ssl_check=%31&a=%"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(read_request("/slack/commands", wrong[i], false, &envelope),
                         SLACK_HTTP_REFUSED);
    assert_int_equal(read_request("/slack/events", "ssl_check=1", false, &envelope),
                     SLACK_HTTP_REFUSED);
}

static void test_what_slack_signed_and_nobody_understands_is_unreadable(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text;
    } cases[] = {
        {"/slack/events", ""},
        {"/slack/events", "[]"},
        {"/slack/events", "\"event\""},
        {"/slack/events", "{\"type\":\"event_callback\",\"event\":{\"type\":\"x\"}}"},
        {"/slack/commands", ""},
        {"/slack/commands", "command=%2Fonboard&team_id=T1&user_id=U1"},
        {"/slack/commands", "command=%00"},
        {"/slack/interactions", "payload"},
        {"/slack/interactions", "payload=1"},
        {"/slack/interactions", "payload=%7B%22type%22%3A%22block_actions%22%7D"},
    };
    struct envelope envelope;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_request(cases[i].path, cases[i].text, true, &envelope),
                         SLACK_HTTP_UNREADABLE);
        assert_true(err.msg[0]);
    }
}

static void test_only_slacks_three_paths_are_slacks(void **state)
{
    (void)state;
    assert_string_equal(slack_http_what("/slack/events"), "events");
    assert_string_equal(slack_http_what("/slack/commands"), "commands");
    assert_string_equal(slack_http_what("/slack/interactions"), "interactions");
    assert_null(slack_http_what("/slack/"));
    assert_null(slack_http_what("/slack/events/"));
    assert_null(slack_http_what("/hooks/generic"));
}

static int drop(void **state)
{
    (void)state;
    arena_release(&nodes);
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_signature_of_slacks_own_example_holds),
        cmocka_unit_test(test_another_time_body_or_header_is_refused),
        cmocka_unit_test(test_without_a_secret_nobody_is_believed),
        cmocka_unit_test(test_a_command_is_what_it_is_in_socket_mode),
        cmocka_unit_test(test_an_interaction_is_in_the_field_payload),
        cmocka_unit_test(test_an_event_has_no_answer),
        cmocka_unit_test(test_a_challenge_is_said_back_to_slack_alone),
        cmocka_unit_test(test_a_check_of_the_certificate_needs_no_signature_and_says_nothing),
        cmocka_unit_test(test_what_slack_signed_and_nobody_understands_is_unreadable),
        cmocka_unit_test(test_only_slacks_three_paths_are_slacks),
    };
    return cmocka_run_group_tests(tests, NULL, drop);
}
