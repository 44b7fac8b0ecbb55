/* The Slack Web API: what is asked, what answers mean, posts that are said once. */
#include "connectors/slack.h"

#include "tests/unit/call_fixture.h"

#define JOB      "01JOB0000000000000000000AB"
#define OK_POST  "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"1776686401.000200\"}"
#define NO_PAGES "{\"ok\":true,\"messages\":[],\"response_metadata\":{\"next_cursor\":\"\"}}"
#define FOUND                                                                                      \
    "{\"ok\":true,\"messages\":[{\"ts\":\"1.1\"},{\"ts\":\"1776686400.000900\",\"metadata\":"      \
    "{\"event_type\":\"usher\",\"event_payload\":{\"job\":\"" JOB "\"}}}]}"

static const struct slack_saying card = {
    .tenant = "T1", .channel = "C1", .text = "a & b", .blocks = "[{}]", .job_id = JOB};

/* ---- posting ---- */

static void test_a_post_is_a_form_with_token_job_and_pace(void **state)
{
    struct rig *rig = *state;
    struct slack_post *post = slack_post(&rig->env, &card);
    struct call *call = &post->call;
    expect_request(start(call), call, "https://slack.com/api/chat.postMessage");
    assert_string_equal(header_of(call, "Authorization"), "Bearer xoxb-2");
    assert_string_equal(header_of(call, "Content-Type"), "application/x-www-form-urlencoded");
    assert_string_equal(form_of(call, "channel"), "C1");
    assert_string_equal(form_of(call, "text"), "a & b");
    assert_string_equal(form_of(call, "blocks"), "[{}]");
    assert_string_equal(form_of(call, "unfurl_links"), "false");
    assert_string_equal(form_of(call, "metadata"),
                        "{\"event_type\":\"usher\",\"event_payload\":{\"job\":\"" JOB "\"}}");
    assert_null(form_of(call, "thread_ts"));
    assert_string_equal(call->request.pace_key, "slack:T1:post:C1");
    assert_int_equal(call->request.pace_ms, 1000);
    assert_int_equal(answer(call, 200, OK_POST).kind, STEP_DONE);
    assert_string_equal(post->ts, "1776686401.000200");
    assert_false(post->adopted);
}

static void test_a_dm_is_opened_before_it_is_said(void **state)
{
    struct rig *rig = *state;
    struct slack_saying saying = {.tenant = "T1", .user_id = "U7", .text = "hi", .job_id = JOB};
    struct slack_post *post = slack_post(&rig->env, &saying);
    struct call *call = &post->call;
    expect_request(start(call), call, "https://slack.com/api/conversations.open");
    assert_string_equal(form_of(call, "users"), "U7");
    expect_request(answer(call, 200, "{\"ok\":true,\"channel\":{\"id\":\"D9\"}}"), call,
                   "https://slack.com/api/chat.postMessage");
    assert_string_equal(form_of(call, "channel"), "D9");
    assert_int_equal(answer(call, 200, "{\"ok\":true,\"ts\":\"5.5\"}").kind, STEP_DONE);
    assert_string_equal(post->channel, "D9");
}

static void test_a_message_that_may_exist_is_adopted_from_any_page(void **state)
{
    struct rig *rig = *state;
    struct slack_saying saying = card;
    saying.may_exist = true;
    saying.since = (struct wall){INT64_C(1776686000500)};
    struct slack_post *post = slack_post(&rig->env, &saying);
    struct call *call = &post->call;
    expect_request(start(call), call, "https://slack.com/api/conversations.history");
    assert_null(form_of(call, "oldest"));
    assert_string_equal(form_of(call, "include_all_metadata"), "true");
    assert_null(form_of(call, "cursor"));
    const char *page =
        "{\"ok\":true,\"messages\":[],\"response_metadata\":{\"next_cursor\":\"b=\"}}";
    expect_request(answer(call, 200, page), call, "https://slack.com/api/conversations.history");
    assert_string_equal(form_of(call, "cursor"), "b=");
    assert_int_equal(answer(call, 200, FOUND).kind, STEP_DONE);
    assert_true(post->adopted);
    assert_string_equal(post->ts, "1776686400.000900");
    assert_string_equal(post->channel, "C1");
}

static void test_a_message_that_does_not_exist_is_said_after_looking(void **state)
{
    struct rig *rig = *state;
    struct slack_saying saying = card;
    saying.may_exist = true;
    saying.thread_ts = "9.9";
    struct slack_post *post = slack_post(&rig->env, &saying);
    struct call *call = &post->call;
    expect_request(start(call), call, "https://slack.com/api/conversations.replies");
    assert_string_equal(form_of(call, "ts"), "9.9");
    expect_request(answer(call, 200, NO_PAGES), call, "https://slack.com/api/chat.postMessage");
    assert_string_equal(form_of(call, "thread_ts"), "9.9");
    assert_int_equal(answer(call, 200, OK_POST).kind, STEP_DONE);
    assert_false(post->adopted);
}

static void test_what_is_only_looked_for_is_never_said(void **state)
{
    struct rig *rig = *state;
    const struct slack_saying saying = {
        .tenant = "T1", .user_id = "U7", .job_id = JOB, .only_look = true};
    struct slack_post *post = slack_post(&rig->env, &saying);
    struct call *call = &post->call;
    const char *opened = "{\"ok\":true,\"channel\":{\"id\":\"D9\"}}";
    expect_request(start(call), call, "https://slack.com/api/conversations.open");
    expect_request(answer(call, 200, opened), call, "https://slack.com/api/conversations.history");
    assert_int_equal(answer(call, 200, NO_PAGES).kind, STEP_DONE);
    assert_null(post->ts);
    assert_false(post->adopted);

    post = slack_post(&rig->env, &saying);
    start(&post->call);
    answer(&post->call, 200, opened);
    assert_int_equal(answer(&post->call, 200, FOUND).kind, STEP_DONE);
    assert_true(post->adopted);
    assert_string_equal(post->ts, "1776686400.000900");
}

static void test_looking_alone_that_fails_says_nothing_either(void **state)
{
    struct rig *rig = *state;
    const struct slack_saying saying = {
        .tenant = "T1", .channel = "C1", .job_id = JOB, .only_look = true};
    struct call *call = &slack_post(&rig->env, &saying)->call;
    start(call);
    expect_failed(answer(call, 503, ""), call, FAILURE_TRANSIENT, "http_503");

    call = &slack_post(&rig->env, &saying)->call;
    struct step step = start(call);
    while (step.kind == STEP_REQUEST) {
        assert_string_equal(call->request.url, "https://slack.com/api/conversations.history");
        step = answer(call, 200,
                      "{\"ok\":true,\"messages\":[],"
                      "\"response_metadata\":{\"next_cursor\":\"same\"}}");
    }
    expect_failed(step, call, FAILURE_AMBIGUOUS, "outcome_unknown");
}

static void test_another_apps_metadata_is_not_ours(void **state)
{
    struct rig *rig = *state;
    struct slack_saying saying = card;
    saying.may_exist = true;
    struct call *call = &slack_post(&rig->env, &saying)->call;
    start(call);
    const char *page =
        "{\"ok\":true,\"messages\":[{\"ts\":\"1.1\",\"metadata\":{\"event_type\":"
        "\"other\",\"event_payload\":{\"job\":\"" JOB "\"}}},{\"ts\":\"1.2\","
        "\"metadata\":{\"event_type\":\"usher\",\"event_payload\":{\"job\":\"x\"}}}]}";
    expect_request(answer(call, 200, page), call, "https://slack.com/api/chat.postMessage");
}

static void test_a_lost_answer_is_looked_for_and_adopted(void **state)
{
    struct rig *rig = *state;
    struct slack_post *post = slack_post(&rig->env, &card);
    struct call *call = &post->call;
    start(call);
    struct step step = lose(call, HTTP_SENT_UNKNOWN);
    assert_int_equal(step.kind, STEP_WAIT);
    assert_int_equal(step.wait_ms, 1000);
    rig->world.now.ms += 1000;
    expect_request(start(call), call, "https://slack.com/api/conversations.history");
    assert_int_equal(answer(call, 200, FOUND).kind, STEP_DONE);
    assert_true(post->adopted);
}

/* One message of another job at this time, and more behind it. */
static const char *page_of(char out[256], int64_t ts_s)
{
    snprintf(out, 256,
             "{\"ok\":true,\"messages\":[{\"ts\":\"%lld.000100\"}],\"response_metadata\":{"
             "\"next_cursor\":\"b=\"}}",
             (long long)ts_s);
    return out;
}

static void test_looking_ends_a_minute_before_the_first_attempt(void **state)
{
    struct rig *rig = *state;
    char page[256];
    struct slack_saying saying = card;
    saying.may_exist = true;
    saying.since = (struct wall){INT64_C(1776686000500)};
    struct call *call = &slack_post(&rig->env, &saying)->call;
    start(call);
    expect_request(answer(call, 200, page_of(page, 1776685940)), call,
                   "https://slack.com/api/conversations.history");
    expect_request(answer(call, 200, page_of(page, 1776685939)), call,
                   "https://slack.com/api/chat.postMessage");
}

static void test_a_clock_that_was_ahead_of_slacks_hides_nothing(void **state)
{
    struct rig *rig = *state;
    char page[256];
    struct slack_saying saying = card;
    saying.may_exist = true;
    saying.since = (struct wall){rig->world.now.ms}; /* a day ahead */
    struct slack_post *post = slack_post(&rig->env, &saying);
    assert_int_equal((start(&post->call), answer(&post->call, 200, FOUND)).kind, STEP_DONE);
    assert_true(post->adopted);

    saying.since.ms += INT64_C(86400000); /* and set back since: no page is old enough */
    struct call *call = &slack_post(&rig->env, &saying)->call;
    start(call);
    expect_request(answer(call, 200, page_of(page, 1000)), call,
                   "https://slack.com/api/conversations.history");
    assert_int_equal(answer(call, 200, FOUND).kind, STEP_DONE);
}

static void test_a_post_never_found_is_said_twice_and_then_ambiguous(void **state)
{
    struct rig *rig = *state;
    struct call *call = &slack_post(&rig->env, &card)->call;
    start(call);
    assert_int_equal(answer(call, 500, "<html>oops</html>").kind, STEP_WAIT);
    start(call);
    expect_request(answer(call, 200, NO_PAGES), call, "https://slack.com/api/chat.postMessage");
    assert_int_equal(answer(call, 200, "{\"ok\":false,\"error\":\"fatal_error\"}").kind, STEP_WAIT);
    start(call);
    expect_failed(answer(call, 200, NO_PAGES), call, FAILURE_AMBIGUOUS, "outcome_unknown");
}

static void test_garbage_after_a_post_is_looked_into(void **state)
{
    struct rig *rig = *state;
    static const char *const garbage[] = {
        "", "ok", "{\"ok\":tr", "{}", "[]", "{\"ok\":\"true\"}", "{\"ok\":true}"};
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        struct call *call = &slack_post(&rig->env, &card)->call;
        start(call);
        assert_int_equal(answer(call, 200, garbage[i]).kind, STEP_WAIT);
        expect_request(start(call), call, "https://slack.com/api/conversations.history");
    }
}

static void test_an_unanswered_post_stays_ambiguous_whatever_comes_after(void **state)
{
    struct rig *rig = *state;
    struct call *call = &slack_post(&rig->env, &card)->call;
    start(call);
    lose(call, HTTP_SENT_UNKNOWN);
    start(call);
    expect_failed(
        answer_with(call, 429, "retry-after: 7\n", "{\"ok\":false,\"error\":\"ratelimited\"}"),
        call, FAILURE_AMBIGUOUS, "ratelimited");
    assert_int_equal(call->failure.retry_after_ms, 7000);

    call = &slack_post(&rig->env, &card)->call;
    start(call);
    lose(call, HTTP_SENT_UNKNOWN);
    start(call);
    answer(call, 200, NO_PAGES);
    expect_failed(answer(call, 200, "{\"ok\":false,\"error\":\"is_archived\"}"), call,
                  FAILURE_AMBIGUOUS, "is_archived");
}

static void test_a_post_past_its_deadline_is_left_to_the_next_attempt(void **state)
{
    struct rig *rig = *state;
    rig->env.deadline = (struct mono){5500};
    struct call *call = &slack_post(&rig->env, &card)->call;
    start(call);
    expect_failed(lose(call, HTTP_SENT_UNKNOWN), call, FAILURE_AMBIGUOUS, "no_answer");
}

static void test_a_channel_too_busy_to_search_is_not_posted_to(void **state)
{
    struct rig *rig = *state;
    struct slack_saying saying = card;
    saying.may_exist = true;
    struct call *call = &slack_post(&rig->env, &saying)->call;
    struct step step = start(call);
    unsigned pages = 0;
    for (; step.kind == STEP_REQUEST && pages < 1000; pages++) {
        assert_string_equal(call->request.url, "https://slack.com/api/conversations.history");
        step = answer(call, 200,
                      "{\"ok\":true,\"messages\":[],"
                      "\"response_metadata\":{\"next_cursor\":\"same\"}}");
    }
    assert_int_equal(pages, 50);
    expect_failed(step, call, FAILURE_AMBIGUOUS, "outcome_unknown");
}

static void test_long_text_is_cut_to_what_an_edit_can_hold(void **state)
{
    struct rig *rig = *state;
    char text[5001];
    memset(text, 'x', 5000);
    text[5000] = '\0';
    struct call *call = slack_update(&rig->env, "T1", "C1", "1.1", text, NULL, JOB);
    start(call);
    assert_int_equal(strlen(form_of(call, "text")), 3999 + strlen("…"));
    assert_string_equal(call->request.pace_key, "slack:T1:chat.update");
    assert_null(form_of(call, "blocks"));
}

/* ---- classes ---- */

/* How a refusal with this word ends, for a call that says something and for one that repeats
 * harmlessly. */
static void expect_class(struct rig *rig, const char *word, enum failure_class said,
                         enum failure_class repeated)
{
    char body[128];
    snprintf(body, sizeof body, "{\"ok\":false,\"error\":\"%s\"}", word);
    struct call *say = slack_post_ephemeral(&rig->env, "T1", "C1", "U1", NULL, "hi", NULL);
    start(say);
    expect_failed(answer(say, 200, body), say, said, word);
    struct call *edit = slack_update(&rig->env, "T1", "C1", "1.1", "hi", NULL, NULL);
    start(edit);
    expect_failed(answer(edit, 200, body), edit, repeated, word);
}

static void test_slacks_words_have_their_classes(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *word;
        enum failure_class said, repeated;
    } table[] = {
        {"invalid_auth", FAILURE_AUTH, FAILURE_AUTH},
        {"token_revoked", FAILURE_AUTH, FAILURE_AUTH},
        {"missing_scope", FAILURE_PERMISSION, FAILURE_PERMISSION},
        {"not_in_channel", FAILURE_PERMISSION, FAILURE_PERMISSION},
        {"channel_not_found", FAILURE_NOT_FOUND, FAILURE_NOT_FOUND},
        {"message_not_found", FAILURE_NOT_FOUND, FAILURE_NOT_FOUND},
        {"invalid_blocks", FAILURE_INVALID, FAILURE_INVALID},
        {"hash_conflict", FAILURE_CONFLICT, FAILURE_CONFLICT},
        {"ratelimited", FAILURE_RATE_LIMITED, FAILURE_RATE_LIMITED},
        {"message_limit_exceeded", FAILURE_QUOTA, FAILURE_QUOTA},
        {"request_timeout", FAILURE_TRANSIENT, FAILURE_TRANSIENT},
        {"internal_error", FAILURE_AMBIGUOUS, FAILURE_TRANSIENT},
        {"fatal_error", FAILURE_AMBIGUOUS, FAILURE_TRANSIENT},
        {"service_unavailable", FAILURE_AMBIGUOUS, FAILURE_TRANSIENT},
        {"expired_trigger_id", FAILURE_PERMANENT, FAILURE_PERMANENT},
        {"a_word_of_next_year", FAILURE_PERMANENT, FAILURE_PERMANENT},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect_class(rig, table[i].word, table[i].said, table[i].repeated);
}

static struct call *started_ephemeral(struct rig *rig)
{
    struct call *call = slack_post_ephemeral(&rig->env, "T1", "C1", "U1", NULL, "hi", NULL);
    start(call);
    return call;
}

static void test_a_429_waits_as_long_as_slack_says_or_half_a_minute(void **state)
{
    struct rig *rig = *state;
    struct call *call = started_ephemeral(rig);
    expect_failed(
        answer_with(call, 429, "retry-after: 3\n", "{\"ok\":false,\"error\":\"ratelimited\"}"),
        call, FAILURE_RATE_LIMITED, "ratelimited");
    assert_int_equal(call->failure.retry_after_ms, 3000);
    assert_string_equal(call->request.pace_key, "slack:T1:chat.postEphemeral");
    call = started_ephemeral(rig);
    expect_failed(answer(call, 429, "<html>slow down</html>"), call, FAILURE_RATE_LIMITED,
                  "ratelimited");
    assert_int_equal(call->failure.retry_after_ms, 30000);
}

static void test_answers_that_are_not_slacks_have_their_classes(void **state)
{
    struct rig *rig = *state;
    static const struct {
        int status;
        const char *body;
        enum failure_class said;
        const char *code;
    } table[] = {
        {200, "<html>", FAILURE_AMBIGUOUS, "invalid_reply"},
        {500, "<html>", FAILURE_AMBIGUOUS, "http_500"},
        {503, "", FAILURE_AMBIGUOUS, "http_503"},
        {500, "{\"ok\":false,\"error\":\"odd\"}", FAILURE_AMBIGUOUS, "odd"},
        {500, "{\"ok\":true}", FAILURE_AMBIGUOUS, "http_500"},
        {404, "<html>", FAILURE_TRANSIENT, "http_404"}, /* no message of ours is gone */
        {403, "blocked by proxy", FAILURE_TRANSIENT, "http_403"},
        {302, "", FAILURE_PERMANENT, "http_302"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct call *call = started_ephemeral(rig);
        expect_failed(answer(call, table[i].status, table[i].body), call, table[i].said,
                      table[i].code);
    }
    struct call *call = started_ephemeral(rig);
    expect_failed(lose(call, HTTP_NOT_SENT), call, FAILURE_TRANSIENT, "not_sent");
    call = started_ephemeral(rig);
    expect_failed(lose(call, HTTP_TOO_LARGE), call, FAILURE_AMBIGUOUS, "reply_too_large");
}

static void test_slacks_explanations_reach_the_failure_in_one_clean_line(void **state)
{
    struct rig *rig = *state;
    struct call *call = started_ephemeral(rig);
    answer(call, 200, "{\"ok\":false,\"error\":\"missing_scope\",\"needed\":\"im:history\"}");
    assert_string_equal(call->failure.message,
                        "chat.postEphemeral: missing_scope, needs the scope im:history");
    call = started_ephemeral(rig);
    answer(
        call, 200,
        "{\"ok\":false,\"error\":\"invalid_blocks\",\"response_metadata\":{\"messages\":"
        "[\"[ERROR] too long\\n[json-pointer:/blocks/0]\",7,"
        "\"xééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé\"]}}");
    const char *start_of = "chat.postEphemeral: invalid_blocks; [ERROR] too long [json-pointer";
    assert_int_equal(strncmp(call->failure.message, start_of, strlen(start_of)), 0);
    assert_int_equal(strlen(call->failure.message), 198); /* an é of two bytes did not fit */
    call = started_ephemeral(rig);
    answer(call, 200, "{\"ok\":false,\"error\":\"odd\\u001b[2J\\n\"}");
    assert_string_equal(call->failure.code, "odd [2J ");
}

static void test_a_missing_token_is_told_without_asking_slack(void **state)
{
    struct rig *rig = *state;
    rig->config.slack.bot_token = NULL;
    struct call *call = &slack_post(&rig->env, &card)->call;
    expect_failed(start(call), call, FAILURE_AUTH, "not_authed");
    call = slack_update(&rig->env, "T1", "C1", "1.1", "hi", NULL, NULL);
    expect_failed(start(call), call, FAILURE_AUTH, "not_authed");
    assert_string_equal(call->failure.message, "chat.update: slack.bot_token is not configured");
}

/* ---- response URLs ---- */

static void test_only_slacks_own_response_urls_are_posted_to(void **state)
{
    (void)state;
    static const struct {
        const char *url, *api_url;
        bool allowed;
    } table[] = {
        {"https://hooks.slack.com/actions/T1/2/x", "https://slack.com/api/", true},
        {"http://hooks.slack.com/actions/T1/2/x", "https://slack.com/api/", false},
        {"https://hooks.slack.com.evil.example/x", "https://slack.com/api/", false},
        {"https://hooks.slack.com@evil.example/x", "https://slack.com/api/", false},
        {"https://evil.example/https://hooks.slack.com/", "https://slack.com/api/", false},
        {"https://hooks.slack.com/a\r\nHost: b", "https://slack.com/api/", false},
        {"http://127.0.0.1/latest/meta-data", "https://slack.com/api/", false},
        {"http://127.0.0.1:8080/response/1", "http://127.0.0.1:8080/api/", true},
        {"http://127.0.0.1:9999/response/1", "http://127.0.0.1:8080/api/", true},
        {"http://[::1]:8080/response/1", "http://[::1]:8080/api/", true},
        {"http://127.0.0.1\\@evil.example/", "http://127.0.0.1:8080/api/", false},
        {"http://127.0.0.1:8080#@evil.example/", "http://127.0.0.1:8080/api/", false},
        {"http://127.0.0.1.evil.example/", "http://127.0.0.1:8080/api/", false},
        {"http://localhost/response/1", "http://127.0.0.1:8080/api/", false},
        {"http://127.evil.example/x", "http://127.evil.example/api/", false},
        {"https://slack.example/x", "https://slack.example/api/", false},
        {"file:///etc/passwd", "http://127.0.0.1:8080/api/", false},
        {"http://", "http://", false},
        {"", "https://slack.com/api/", false},
        {NULL, "https://slack.com/api/", false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (slack_may_respond_to(table[i].url, table[i].api_url) != table[i].allowed)
            fail_msg("%s", table[i].url ? table[i].url : "NULL");
}

static void test_a_foreign_response_url_is_never_asked(void **state)
{
    struct rig *rig = *state;
    struct call *call = slack_respond(&rig->env, "https://evil.example/", "{}");
    expect_failed(start(call), call, FAILURE_PERMANENT, "foreign_response_url");
}

static void test_a_response_takes_no_token_and_a_bare_ok(void **state)
{
    struct rig *rig = *state;
    const char *url = "https://hooks.slack.com/actions/T1/2/x";
    struct call *call = slack_respond(&rig->env, url, "{\"text\":\"hi\"}");
    expect_request(start(call), call, url);
    assert_null(header_of(call, "Authorization"));
    assert_string_equal(call->request.body, "{\"text\":\"hi\"}");
    assert_int_equal(answer(call, 200, "ok").kind, STEP_DONE);
    call = slack_respond(&rig->env, url, "{}");
    start(call);
    expect_failed(answer(call, 404, "{\"ok\":false,\"error\":\"used_url\"}"), call,
                  FAILURE_NOT_FOUND, "used_url");
    call = slack_respond(&rig->env, url, "{}");
    start(call);
    expect_failed(lose(call, HTTP_SENT_UNKNOWN), call, FAILURE_AMBIGUOUS, "no_answer");
    call = slack_respond(&rig->env, url, "{}");
    start(call);
    expect_failed(answer(call, 429, "slow"), call, FAILURE_RATE_LIMITED, "http_429");
    assert_int_equal(call->failure.retry_after_ms, 30000);
}

/* ---- identity, views, people ---- */

static void test_a_socket_address_comes_with_the_apps_token(void **state)
{
    struct rig *rig = *state;
    struct slack_connection *connection = slack_connections_open(&rig->env);
    struct call *call = &connection->call;
    expect_request(start(call), call, "https://slack.com/api/apps.connections.open");
    assert_string_equal(header_of(call, "Authorization"), "Bearer xapp-1");
    answer(call, 200, "{\"ok\":true,\"url\":\"wss:\\/\\/wss.slack.com\\/link\\/?ticket=1\"}");
    assert_string_equal(connection->url, "wss://wss.slack.com/link/?ticket=1");
}

static void test_a_socket_address_in_clear_is_refused_where_the_api_is_not(void **state)
{
    struct rig *rig = *state;
    const char *body = "{\"ok\":true,\"url\":\"ws://127.0.0.1:1/link\"}";
    struct slack_connection *connection = slack_connections_open(&rig->env);
    start(&connection->call);
    expect_failed(answer(&connection->call, 200, body), &connection->call, FAILURE_TRANSIENT,
                  "invalid_reply");
    assert_null(connection->url);
    rig->config.slack.api_url = "http://127.0.0.1:1/api/";
    connection = slack_connections_open(&rig->env);
    start(&connection->call);
    assert_int_equal(answer(&connection->call, 200, body).kind, STEP_DONE);
}

static void test_auth_test_tells_who_we_are_and_our_scopes(void **state)
{
    struct rig *rig = *state;
    struct slack_identity *identity = slack_auth_test(&rig->env);
    start(&identity->call);
    struct step step =
        answer_with(&identity->call, 200, "x-oauth-scopes: chat:write,commands\n",
                    "{\"ok\":true,\"url\":\"https://corp.slack.com/\",\"team\":"
                    "\"Corp\",\"team_id\":\"T1\",\"user_id\":\"U9\",\"bot_id\":\"B9\"}");
    assert_int_equal(step.kind, STEP_DONE);
    assert_string_equal(identity->team_id, "T1");
    assert_string_equal(identity->team_name, "Corp");
    assert_string_equal(identity->bot_id, "B9");
    assert_string_equal(identity->scopes, "chat:write,commands");
    assert_string_equal(identity->url, "https://corp.slack.com/");
}

/* It stands in messages and mails: what is no plain address of the web is not believed. */
static void test_auth_test_believes_no_odd_address(void **state)
{
    static const char *const odd[] = {
        "http://corp.slack.com/",          "https://corp.slack.com", "https://corp.slack.com/|x>/",
        "https://corp.slack.com/ <!/",     "javascript://x/",        "",
        "https://corp.slack.com/\\u00e9/",
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct rig *rig = *state;
        struct slack_identity *identity = slack_auth_test(&rig->env);
        start(&identity->call);
        answer(&identity->call, 200,
               arena_fmt(&rig->arena,
                         "{\"ok\":true,\"url\":\"%s\",\"team_id\":\"T1\",\"user_id\":\"U9\"}",
                         odd[i]));
        assert_int_equal(identity->call.failure.class, FAILURE_NONE);
        assert_null(identity->url);
    }
}

static void test_a_view_travels_as_json_in_the_form(void **state)
{
    struct rig *rig = *state;
    struct slack_view *view = slack_views_open(&rig->env, "1.2.x", "{\"type\":\"modal\"}");
    expect_request(start(&view->call), &view->call, "https://slack.com/api/views.open");
    assert_string_equal(form_of(&view->call, "view"), "{\"type\":\"modal\"}");
    assert_string_equal(form_of(&view->call, "trigger_id"), "1.2.x");
    answer(&view->call, 200, "{\"ok\":true,\"view\":{\"id\":\"V1\",\"hash\":\"h\"}}");
    assert_string_equal(view->view_id, "V1");
    assert_string_equal(view->hash, "h");
}

static void test_a_view_without_a_hash_sends_none(void **state)
{
    struct rig *rig = *state;
    struct slack_view *view = slack_views_update(&rig->env, "V1", NULL, "{}");
    start(&view->call);
    assert_null(form_of(&view->call, "hash"));
    assert_string_equal(form_of(&view->call, "view_id"), "V1");
    view = slack_views_publish(&rig->env, "T1", "U1", "{\"type\":\"home\"}");
    expect_request(start(&view->call), &view->call, "https://slack.com/api/views.publish");
    assert_string_equal(form_of(&view->call, "user_id"), "U1");
    expect_failed(lose(&view->call, HTTP_SENT_UNKNOWN), &view->call, FAILURE_TRANSIENT,
                  "no_answer");
}

static struct slack_profile *user_from(struct rig *rig, const char *members)
{
    struct slack_user *user = slack_users_info(&rig->env, "U1");
    start(&user->call);
    const char *body = arena_fmt(
        &rig->arena, "{\"ok\":true,\"user\":{\"id\":\"U1\",\"team_id\":\"T1\"%s}}", members);
    assert_int_equal(answer(&user->call, 200, body).kind, STEP_DONE);
    return &user->profile;
}

static void test_a_person_has_name_address_and_zone(void **state)
{
    struct rig *rig = *state;
    struct slack_profile *user =
        user_from(rig, ",\"name\":\"ana\",\"real_name\":\"Ana Silva\",\"tz\":\"America/Toronto\","
                       "\"profile\":{\"display_name\":\"\",\"email\":\"ana@corp.example\"}");
    assert_string_equal(user->name, "Ana Silva");
    assert_string_equal(user->email, "ana@corp.example");
    assert_string_equal(user->zone, "America/Toronto");
    assert_false(user->restricted || user->bot || user->deleted);
    assert_true(slack_profile_belongs(user, "T1"));
    assert_null(user_from(rig, "")->email);
}

static void test_guests_strangers_and_other_organisations_are_told_apart(void **state)
{
    struct rig *rig = *state;
    assert_true(user_from(rig, ",\"is_restricted\":true")->restricted);
    assert_true(user_from(rig, ",\"is_ultra_restricted\":true")->restricted);
    assert_true(user_from(rig, ",\"is_stranger\":true")->restricted);
    assert_true(user_from(rig, ",\"is_bot\":true")->bot);
    assert_true(user_from(rig, ",\"deleted\":true")->deleted);
    assert_false(slack_profile_belongs(user_from(rig, ""), "T2"));
    struct slack_profile *grid = user_from(rig, ",\"enterprise_user\":{\"teams\":[\"T5\",\"T2\"]}");
    assert_true(slack_profile_belongs(grid, "T2"));
    assert_false(slack_profile_belongs(grid, "T3"));
}

static void test_everyone_comes_page_by_page_without_what_is_nobody(void **state)
{
    struct rig *rig = *state;
    struct slack_people *people = slack_users_list(&rig->env, NULL, "next");
    expect_request(start(&people->call), &people->call, "https://slack.com/api/users.list");
    assert_string_equal(form_of(&people->call, "cursor"), "next");
    assert_string_equal(form_of(&people->call, "limit"), "200");
    answer(
        &people->call, 200,
        "{\"ok\":true,\"members\":[{\"id\":\"U1\",\"name\":\"ana\",\"locale\":\"en-GB\","
        "\"profile\":{\"status_emoji\":\":palm_tree:\",\"status_text\":\"\"}},7,{\"name\":\"x\"},"
        "{\"id\":\"W2\",\"is_stranger\":true}],\"response_metadata\":{\"next_cursor\":\"c2\"}}");
    assert_int_equal(people->count, 2);
    assert_string_equal(people->profiles[0].handle, "ana");
    assert_string_equal(people->profiles[0].locale, "en-GB");
    assert_string_equal(people->profiles[0].status_emoji, ":palm_tree:");
    assert_true(people->profiles[0].status_told);
    assert_true(people->profiles[1].stranger && people->profiles[1].restricted);
    assert_false(people->profiles[1].status_told);
    assert_string_equal(people->next, "c2");
    people = slack_users_list(&rig->env, NULL, NULL);
    start(&people->call);
    assert_null(form_of(&people->call, "cursor"));
    answer(&people->call, 200, "{\"ok\":true,\"members\":[],\"response_metadata\":{}}");
    assert_null(people->next);
    people = slack_users_list(&rig->env, NULL, NULL);
    start(&people->call);
    assert_int_equal(answer(&people->call, 200, "{\"ok\":true}").kind, STEP_FAILED);
    assert_int_equal(people->call.failure.class, FAILURE_TRANSIENT);
}

/* Of an organisation's token Slack wants to know which workspace is meant. */
static void test_an_organisations_workspace_is_named(void **state)
{
    struct rig *rig = *state;
    struct call *asked[] = {&slack_users_list(&rig->env, "T7", NULL)->call,
                            &slack_usergroups_list(&rig->env, "T7")->call,
                            &slack_group_members(&rig->env, "T7", "S1")->call};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        start(asked[i]);
        assert_string_equal(form_of(asked[i], "team_id"), "T7");
    }
    struct slack_teams *teams = slack_teams_list(&rig->env);
    expect_request(start(&teams->call), &teams->call, "https://slack.com/api/auth.teams.list");
    answer(&teams->call, 200,
           "{\"ok\":true,\"teams\":[{\"id\":\"T7\",\"name\":\"x\"},{},7,{\"id\":\"T8\"}],"
           "\"response_metadata\":{\"next_cursor\":\"\"}}");
    assert_int_equal(teams->count, 2);
    assert_string_equal(teams->ids[1], "T8");
    assert_false(teams->more);
    teams = slack_teams_list(&rig->env);
    start(&teams->call);
    expect_failed(answer(&teams->call, 200, "{\"ok\":true}"), &teams->call, FAILURE_TRANSIENT,
                  "invalid_reply");
}

static void test_user_groups_come_with_whether_they_are_off(void **state)
{
    struct rig *rig = *state;
    struct slack_groups *groups = slack_usergroups_list(&rig->env, NULL);
    start(&groups->call);
    answer(&groups->call, 200,
           "{\"ok\":true,\"usergroups\":[{\"id\":\"S1\",\"handle\":\"cs\",\"date_delete\":0},{},"
           "{\"id\":\"S2\",\"date_delete\":1700000000}]}");
    assert_int_equal(groups->count, 2);
    assert_string_equal(groups->groups[0].handle, "cs");
    assert_false(groups->groups[0].disabled);
    assert_true(groups->groups[1].disabled);
}

static void test_an_unknown_address_is_not_found(void **state)
{
    struct rig *rig = *state;
    struct slack_user *user = slack_users_by_email(&rig->env, "who+1@corp.example");
    start(&user->call);
    assert_string_equal(form_of(&user->call, "email"), "who+1@corp.example");
    expect_failed(answer(&user->call, 200, "{\"ok\":false,\"error\":\"users_not_found\"}"),
                  &user->call, FAILURE_NOT_FOUND, "users_not_found");
}

static void test_a_groups_members_come_without_what_is_no_id(void **state)
{
    struct rig *rig = *state;
    struct slack_group *group = slack_group_members(&rig->env, NULL, "S1");
    start(&group->call);
    assert_string_equal(form_of(&group->call, "usergroup"), "S1");
    answer(&group->call, 200, "{\"ok\":true,\"users\":[\"U1\",7,\"\",\"U2\"]}");
    assert_int_equal(group->count, 2);
    assert_string_equal(group->user_ids[1], "U2");
    group = slack_group_members(&rig->env, NULL, "S1");
    start(&group->call);
    expect_failed(answer(&group->call, 200, "{\"ok\":true}"), &group->call, FAILURE_TRANSIENT,
                  "invalid_reply");
}

/* ---- health ---- */

static void test_health_knows_whether_slack_was_reached(void **state)
{
    struct rig *rig = *state;
    struct session *slack = &rig->sessions.systems[SYSTEM_SLACK];
    lose(started_ephemeral(rig), HTTP_NOT_SENT);
    answer(started_ephemeral(rig), 200, "{\"ok\":false,\"error\":\"invalid_auth\"}");
    assert_int_equal(slack->failures, 2);
    assert_string_equal(slack->last_error, "chat.postEphemeral: invalid_auth");
    answer(started_ephemeral(rig), 200, "{\"ok\":false,\"error\":\"channel_not_found\"}");
    assert_int_equal(slack->failures, 0);
    assert_int_equal(slack->last_ok.ms, rig->world.now.ms);
}

static int setup(void **state)
{
    static struct rig rig;
    rig_init(&rig);
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
        T(test_a_post_is_a_form_with_token_job_and_pace),
        T(test_a_dm_is_opened_before_it_is_said),
        T(test_a_message_that_may_exist_is_adopted_from_any_page),
        T(test_what_is_only_looked_for_is_never_said),
        T(test_looking_alone_that_fails_says_nothing_either),
        T(test_a_message_that_does_not_exist_is_said_after_looking),
        T(test_another_apps_metadata_is_not_ours),
        T(test_a_lost_answer_is_looked_for_and_adopted),
        T(test_looking_ends_a_minute_before_the_first_attempt),
        T(test_a_clock_that_was_ahead_of_slacks_hides_nothing),
        T(test_a_post_never_found_is_said_twice_and_then_ambiguous),
        T(test_garbage_after_a_post_is_looked_into),
        T(test_an_unanswered_post_stays_ambiguous_whatever_comes_after),
        T(test_a_post_past_its_deadline_is_left_to_the_next_attempt),
        T(test_a_channel_too_busy_to_search_is_not_posted_to),
        T(test_long_text_is_cut_to_what_an_edit_can_hold),
        T(test_slacks_words_have_their_classes),
        T(test_a_429_waits_as_long_as_slack_says_or_half_a_minute),
        T(test_answers_that_are_not_slacks_have_their_classes),
        T(test_slacks_explanations_reach_the_failure_in_one_clean_line),
        T(test_a_missing_token_is_told_without_asking_slack),
        T(test_only_slacks_own_response_urls_are_posted_to),
        T(test_a_foreign_response_url_is_never_asked),
        T(test_a_response_takes_no_token_and_a_bare_ok),
        T(test_a_socket_address_comes_with_the_apps_token),
        T(test_a_socket_address_in_clear_is_refused_where_the_api_is_not),
        T(test_auth_test_tells_who_we_are_and_our_scopes),
        T(test_auth_test_believes_no_odd_address),
        T(test_a_view_travels_as_json_in_the_form),
        T(test_a_view_without_a_hash_sends_none),
        T(test_a_person_has_name_address_and_zone),
        T(test_guests_strangers_and_other_organisations_are_told_apart),
        T(test_everyone_comes_page_by_page_without_what_is_nobody),
        T(test_an_organisations_workspace_is_named),
        T(test_user_groups_come_with_whether_they_are_off),
        T(test_an_unknown_address_is_not_found),
        T(test_a_groups_members_come_without_what_is_no_id),
        T(test_health_knows_whether_slack_was_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
