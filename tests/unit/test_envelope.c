/* Socket Mode frames as Slack sends them, decoded. */
#include "bot/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct err err;

static bool decode(const char *frame, struct envelope *out)
{
    *out = (struct envelope){0};
    err = (struct err){0};
    struct json_node *node = json_scan(frame, strlen(frame), 1 << 20, &arena, &err);
    return node && envelope_decode(node, &arena, out, &err);
}

static struct envelope decoded(const char *frame)
{
    struct envelope envelope;
    if (!decode(frame, &envelope))
        fail_msg("%s", err.msg);
    return envelope;
}

static void test_hello_tells_lifetime_and_connections(void **state)
{
    (void)state;
    struct envelope hello =
        decoded("{\"type\":\"hello\",\"num_connections\":2,\"debug_info\":{\"host\":\"applink-7\","
                "\"approximate_connection_time\":18060},\"connection_info\":{\"app_id\":\"A1\"}}");
    assert_int_equal(hello.kind, ENVELOPE_HELLO);
    assert_int_equal(hello.lifetime_s, 18060);
    assert_int_equal(hello.connections, 2);
    assert_int_equal(decoded("{\"type\":\"hello\"}").lifetime_s, 0);
}

static void test_disconnect_tells_its_reason_if_it_has_one(void **state)
{
    (void)state;
    struct envelope envelope = decoded("{\"type\":\"disconnect\",\"reason\":\"warning\"}");
    assert_int_equal(envelope.kind, ENVELOPE_DISCONNECT);
    assert_string_equal(envelope.reason, "warning");
    assert_string_equal(decoded("{\"type\":\"disconnect\"}").reason, "unspecified");
}

static void test_a_slash_command(void **state)
{
    (void)state;
    struct envelope envelope = decoded(
        "{\"envelope_id\":\"1d3c79ab-0ffb-41f3-a080-d19e85f53649\",\"payload\":{\"team_id\":\"T1\","
        "\"channel_id\":\"C1\",\"user_id\":\"U1\",\"command\":\"/onboard\",\"text\":\"start acme\","
        "\"is_enterprise_install\":\"false\",\"response_url\":\"https://hooks.slack.com/c/1\","
        "\"trigger_id\":\"37.26.44\"},\"type\":\"slash_commands\",\"accepts_response_payload\":"
        "true}");
    const struct request *request = &envelope.request;
    assert_int_equal(envelope.kind, ENVELOPE_REQUEST);
    assert_int_equal(request->kind, REQUEST_COMMAND);
    assert_string_equal(request->name, "/onboard");
    assert_string_equal(request->text, "start acme");
    assert_string_equal(request->actor.tenant, "T1");
    assert_string_equal(request->actor.user_id, "U1");
    assert_string_equal(request->reference, "85f53649");
    assert_true(request->answer_in_ack);
    assert_string_equal(envelope.dedupe_key, "cmd:37.26.44");
}

static void test_a_click_in_a_message_with_the_payload_first(void **state)
{
    (void)state;
    struct envelope envelope = decoded(
        "{\"payload\":{\"type\":\"block_actions\",\"user\":{\"id\":\"U1\",\"team_id\":\"T1\"},"
        "\"container\":{\"type\":\"message\",\"message_ts\":\"1605.4\",\"channel_id\":\"C1\"},"
        "\"trigger_id\":\"15.12\",\"team\":{\"id\":\"T1\"},\"enterprise\":null,\"channel\":{\"id\":"
        "\"C1\"},\"actions\":[{\"action_id\":\"approve\",\"value\":\"token\",\"type\":\"button\","
        "\"action_ts\":\"1.2\"}]},\"type\":\"interactive\",\"accepts_response_payload\":false,"
        "\"envelope_id\":\"e6\"}");
    assert_int_equal(envelope.request.kind, REQUEST_BUTTON);
    assert_string_equal(envelope.type, "block_actions");
    assert_string_equal(envelope.request.name, "approve");
    assert_string_equal(envelope.request.text, "token");
    assert_string_equal(envelope.request.message_ts, "1605.4");
    assert_string_equal(envelope.request.actor.via, "button");
    assert_false(envelope.request.answer_in_ack);
    assert_string_equal(envelope.dedupe_key, "act:15.12");
}

static void test_a_click_on_home_says_so(void **state)
{
    (void)state;
    struct envelope envelope = decoded(
        "{\"envelope_id\":\"e\",\"type\":\"interactive\",\"payload\":{\"type\":"
        "\"block_actions\",\"user\":{\"id\":\"U1\"},\"team\":{\"id\":\"T1\"},\"view\":{\"id\":"
        "\"V1\",\"type\":\"home\",\"hash\":\"h\"},\"actions\":[{\"action_id\":\"claim\","
        "\"value\":\"x\",\"action_ts\":\"1.2\"}]}}");
    assert_string_equal(envelope.request.actor.via, "home");
    assert_string_equal(envelope.request.view_id, "V1");
    /* without a trigger: who, where, when */
    assert_string_equal(envelope.dedupe_key, "act:U1:V1:1.2");
}

static void test_a_submitted_form(void **state)
{
    (void)state;
    struct envelope envelope = decoded(
        "{\"envelope_id\":\"e\",\"type\":\"interactive\",\"accepts_response_payload\":true,"
        "\"payload\":{\"type\":\"view_submission\",\"user\":{\"id\":\"U1\"},\"team\":{\"id\":"
        "\"T1\"},\"view\":{\"id\":\"V1\",\"hash\":\"1.a\",\"callback_id\":\"reject\","
        "\"private_metadata\":\"token\",\"state\":{\"values\":{\"reason\":{}}}}}}");
    assert_int_equal(envelope.request.kind, REQUEST_VIEW);
    assert_string_equal(envelope.request.name, "reject");
    assert_string_equal(envelope.request.private_metadata, "token");
    assert_non_null(envelope.request.state);
    assert_string_equal(envelope.dedupe_key, "view:V1:1.a");
}

static void test_an_event_and_its_retry_have_one_key(void **state)
{
    (void)state;
    static const char first[] =
        "{\"envelope_id\":\"a\",\"type\":\"events_api\",\"retry_attempt\":0,\"payload\":{\"type\":"
        "\"event_callback\",\"team_id\":\"T1\",\"event_id\":\"Ev1\",\"event\":{\"type\":"
        "\"app_home_opened\",\"user\":\"U1\",\"tab\":\"home\"}}}";
    static const char again[] =
        "{\"envelope_id\":\"b\",\"type\":\"events_api\",\"retry_attempt\":1,\"retry_reason\":"
        "\"timeout\",\"payload\":{\"type\":\"event_callback\",\"team_id\":\"T1\",\"event_id\":"
        "\"Ev1\",\"event\":{\"type\":\"app_home_opened\",\"user\":\"U1\",\"tab\":\"home\"}}}";
    assert_string_equal(decoded(first).dedupe_key, "ev:Ev1");
    assert_string_equal(decoded(again).dedupe_key, "ev:Ev1");
    assert_int_equal(decoded(again).kind, ENVELOPE_REQUEST);
    assert_string_equal(decoded(first).request.tab, "home");
}

static void test_events_about_users_and_of_bots(void **state)
{
    (void)state;
    struct envelope change = decoded(
        "{\"envelope_id\":\"a\",\"type\":\"events_api\",\"payload\":{\"type\":\"event_callback\","
        "\"team_id\":\"T1\",\"event_id\":\"Ev1\",\"event\":{\"type\":\"user_change\",\"user\":{"
        "\"id\":\"U7\"}}}}");
    assert_string_equal(change.request.actor.user_id, "U7");
    struct envelope bot = decoded(
        "{\"envelope_id\":\"a\",\"type\":\"events_api\",\"payload\":{\"type\":\"event_callback\","
        "\"team_id\":\"T1\",\"event_id\":\"Ev1\",\"event\":{\"type\":\"message\",\"bot_id\":\"B1\"}"
        "}}");
    assert_true(bot.from_bot);
}

static void test_what_is_nothing_for_us_is_ignored_with_its_id(void **state)
{
    (void)state;
    static const char *const frames[] = {
        "{\"envelope_id\":\"x\",\"type\":\"weather\",\"payload\":{}}",
        "{\"envelope_id\":\"x\",\"type\":\"interactive\",\"payload\":{\"type\":\"shortcut\"}}",
        "{\"envelope_id\":\"x\",\"type\":\"interactive\",\"payload\":{\"type\":\"new thing\"}}",
        ("{\"envelope_id\":\"x\",\"type\":\"events_api\",\"payload\":{\"type\":"
         "\"app_rate_limited\",\"team_id\":\"T1\",\"minute_rate_limited\":1}}"),
    };
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        struct envelope envelope = decoded(frames[i]);
        assert_int_equal(envelope.kind, ENVELOPE_IGNORED);
        assert_string_equal(envelope.id, "x");
    }
}

static void test_what_cannot_be_understood_keeps_its_id(void **state)
{
    (void)state;
    static const char *const frames[] = {
        "{\"envelope_id\":\"x\",\"type\":\"interactive\"}",
        "{\"envelope_id\":\"x\",\"type\":\"slash_commands\",\"payload\":{\"team_id\":\"T1\"}}",
        "{\"envelope_id\":\"x\",\"type\":\"interactive\",\"payload\":{\"type\":\"block_actions\","
        "\"user\":{\"id\":\"U1\"},\"team\":{\"id\":\"T1\"},\"actions\":[]}}",
        "{\"envelope_id\":\"x\",\"type\":\"interactive\",\"payload\":{\"type\":\"view_submission\","
        "\"user\":{\"id\":\"U1\"},\"team\":{\"id\":\"T1\"},\"view\":{}}}",
    };
    struct envelope envelope;
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        assert_false(decode(frames[i], &envelope));
        assert_string_equal(envelope.id, "x");
    }
    assert_false(decode("[]", &envelope));
    assert_false(decode("7", &envelope));
}

static void test_an_id_is_salvaged_from_text_that_is_no_json(void **state)
{
    (void)state;
    static const struct {
        const char *text, *id;
    } cases[] = {
        {"{\"envelope_id\":\"abc\",\"payload\":{\"cut", "abc"},
        {"{\"x\":1,\"envelope_id\" : \"abc\"", "abc"},
        {"{\"envelope_id\":\"\"", NULL},
        {"{\"envelope_id\":\"a\\\"b\"", NULL},
        {"{\"envelope_id\":7", NULL},
        {"{\"envelope_id\":\"never closed", NULL},
        {"{\"envelope_id\":", NULL},
        {"\"envelope_id\"", NULL},
        {"", NULL},
        {"{\"envelope_id\":\"0123456789012345678901234567890123456789012345678901234567890123456\"",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *id = envelope_salvage_id(cases[i].text, strlen(cases[i].text), &arena);
        if (cases[i].id)
            assert_string_equal(id, cases[i].id);
        else
            assert_null(id);
    }
}

static int drop(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

#define T(test) cmocka_unit_test_teardown(test, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_hello_tells_lifetime_and_connections),
        T(test_disconnect_tells_its_reason_if_it_has_one),
        T(test_a_slash_command),
        T(test_a_click_in_a_message_with_the_payload_first),
        T(test_a_click_on_home_says_so),
        T(test_a_submitted_form),
        T(test_an_event_and_its_retry_have_one_key),
        T(test_events_about_users_and_of_bots),
        T(test_what_is_nothing_for_us_is_ignored_with_its_id),
        T(test_what_cannot_be_understood_keeps_its_id),
        T(test_an_id_is_salvaged_from_text_that_is_no_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
