/* HTTP requests and replies as values: headers and Retry-After. */
#include "base/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static struct http_reply reply_with(const char *headers)
{
    return (struct http_reply){.outcome = HTTP_ANSWERED, .status = 200, .headers = headers};
}

static void test_a_header_is_found_by_its_whole_name(void **state)
{
    (void)state;
    struct http_reply reply = reply_with("x-content-type: a\ncontent-type:  text/html \r\nempty:\n"
                                         "content-type: second\nlast: no newline");
    char out[32];
    assert_true(http_reply_header(&reply, "content-type", out, sizeof out));
    assert_string_equal(out, "text/html");
    assert_true(http_reply_header(&reply, "empty", out, sizeof out));
    assert_string_equal(out, "");
    assert_true(http_reply_header(&reply, "last", out, sizeof out));
    assert_string_equal(out, "no newline");
    assert_false(http_reply_header(&reply, "content", out, sizeof out));
    assert_string_equal(out, "");
}

static void test_a_long_value_is_cut_to_the_room_there_is(void **state)
{
    (void)state;
    struct http_reply reply = reply_with("name: abcdef\n");
    char out[4];
    assert_true(http_reply_header(&reply, "name", out, sizeof out));
    assert_string_equal(out, "abc");
}

static void test_a_reply_without_headers_has_none(void **state)
{
    (void)state;
    struct http_reply reply = reply_with(NULL);
    char out[4];
    assert_false(http_reply_header(&reply, "a", out, sizeof out));
    assert_int_equal(http_retry_after_ms(&reply, 77), 77);
}

static void expect_retry(const char *headers, int64_t expected)
{
    struct http_reply reply = reply_with(headers);
    assert_int_equal(http_retry_after_ms(&reply, 1234), expected);
}

static void test_retry_after_is_read_in_seconds_or_not_at_all(void **state)
{
    (void)state;
    expect_retry("retry-after: 30\n", 30000);
    expect_retry("retry-after: 0\n", 0);
    expect_retry("retry-after: Wed, 21 Oct 2026 07:28:00 GMT\n", 1234);
    expect_retry("retry-after: -5\n", 1234);
    expect_retry("retry-after: 1.5\n", 1234);
    expect_retry("retry-after:\n", 1234);
    expect_retry("retry-after: 99999999999999999999999\n", 24 * 3600 * 1000LL);
}

static void test_requests_collect_headers(void **state)
{
    (void)state;
    struct http_request request = {.method = HTTP_PATCH};
    http_add_header(&request, "Accept", "application/json");
    http_add_header(&request, "X", "y");
    assert_int_equal(request.header_count, 2);
    assert_string_equal(request.headers[1].value, "y");
    assert_string_equal(http_method_name(request.method), "PATCH");
    assert_string_equal(http_method_name(HTTP_DELETE), "DELETE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_header_is_found_by_its_whole_name),
        cmocka_unit_test(test_a_long_value_is_cut_to_the_room_there_is),
        cmocka_unit_test(test_a_reply_without_headers_has_none),
        cmocka_unit_test(test_retry_after_is_read_in_seconds_or_not_at_all),
        cmocka_unit_test(test_requests_collect_headers),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
