/* Heads of requests: what is read, what is refused and with which status. */
#include "bot/http_head.h"

#include "base/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_BODY = 1000 };

static struct http_head head;

static int clear(void **state)
{
    (void)state;
    http_head_release(&head);
    return 0;
}

/* The status that refuses it; 0: none. */
static int read_head(const char *text, size_t len)
{
    http_head_release(&head);
    assert_int_equal(http_head_end(text, len), len);
    return http_head_read(text, len, MAX_BODY, &head);
}

static int read_text(const char *text)
{
    return read_head(text, strlen(text));
}

static int read_line(const char *line)
{
    char text[4096];
    snprintf(text, sizeof text, "%s\r\nHost: x\r\n\r\n", line);
    return read_text(text);
}

static int read_with(const char *method, const char *headers)
{
    char text[4096];
    snprintf(text, sizeof text, "%s / HTTP/1.1\r\nHost: x\r\n%s\r\n", method, headers);
    return read_text(text);
}

static void test_a_head_ends_with_its_blank_line(void **state)
{
    (void)state;
    static const char text[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\nrest";
    assert_int_equal(http_head_end(text, strlen(text)), strlen(text) - 4);
    for (size_t len = 0; len < strlen(text) - 4; len++)
        assert_int_equal(http_head_end(text, len), 0);
    assert_int_equal(http_head_end(NULL, 0), 0);
    assert_int_equal(http_head_end("GET /\n\n", 7), 0);
}

static void test_a_request_is_read_whole(void **state)
{
    char value[32];
    (void)state;
    assert_int_equal(read_text("POST /hooks/a%2Fb%20c?x=%31&y HTTP/1.1\r\nHost: usher\r\n"
                               "X-Usher-SECRET: \t s3 cret \t\r\nContent-Length: 12\r\n"
                               "X-Empty:\r\nX-Usher-Secret: second\r\n\r\n"),
                     0);
    assert_string_equal(head.method, "POST");
    assert_string_equal(head.path, "/hooks/a/b c");
    assert_string_equal(head.query, "x=%31&y");
    assert_int_equal(head.body_len, 12);
    assert_false(head.is_last);
    assert_true(http_header_value(buf_cstr(&head.headers), "x-usher-secret", value, sizeof value));
    assert_string_equal(value, "s3 cret");
    assert_true(http_header_value(buf_cstr(&head.headers), "x-empty", value, sizeof value));
    assert_string_equal(value, "");
    assert_false(http_header_value(buf_cstr(&head.headers), "x-usher", value, sizeof value));
}

static void test_request_lines_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "GET",
        "GET /",
        "GET  / HTTP/1.1",
        " GET / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET / HTTP/2.0",
        "GET / HTTP/1.1x",
        "GET / http/1.1",
        "get / HTTP/1.1",
        "G3T / HTTP/1.1",
        "ABCDEFGHIJKLMNOPQ / HTTP/1.1",
        "GET * HTTP/1.1",
        "GET http://x/ HTTP/1.1",
        "GET x:443 HTTP/1.1",
        "GET /\x01 HTTP/1.1",
        "GET /\xC3\xA9 HTTP/1.1",
        "GET /a\tb HTTP/1.1",
        "GET /#x HTTP/1.1",
        "GET /%00 HTTP/1.1",
        "GET /% HTTP/1.1",
        "GET /%4 HTTP/1.1",
        "GET /%zz HTTP/1.1",
        "GET /?a\tb HTTP/1.1",
        "GET / HTTP/1.1\nX: y",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (read_line(lines[i]) != 400)
            fail_msg("not refused: %s", lines[i]);
}

static void test_a_path_has_a_ceiling(void **state)
{
    char line[4096];
    (void)state;
    snprintf(line, sizeof line, "GET /%01022d HTTP/1.1", 0);
    assert_int_equal(read_line(line), 0);
    assert_int_equal(strlen(head.path), 1023);
    snprintf(line, sizeof line, "GET /%01023d HTTP/1.1", 0);
    assert_int_equal(read_line(line), 414);
    snprintf(line, sizeof line, "GET /?%02048d HTTP/1.1", 0);
    assert_int_equal(read_line(line), 414);
}

static void test_a_body_has_one_length_and_a_ceiling(void **state)
{
    (void)state;
    static const struct {
        const char *method, *headers;
        int status;
    } cases[] = {
        {"POST", "Content-Length: 0\r\n", 0},
        {"POST", "Content-Length: 1000\r\n", 0},
        {"POST", "Content-Length: 1001\r\n", 413},
        {"POST", "Content-Length: 99999999999999999999999999\r\n", 413},
        {"POST", "", 411},
        {"PUT", "", 411},
        {"PATCH", "", 411},
        {"GET", "", 0},
        {"DELETE", "", 0},
        {"GET", "Content-Length: 0\r\n", 0},
        {"GET", "Content-Length: 5\r\n", 400},
        {"POST", "Content-Length: 5\r\nContent-Length: 5\r\n", 400},
        {"POST", "Content-Length: 5, 5\r\n", 400},
        {"POST", "Content-Length: -5\r\n", 400},
        {"POST", "Content-Length: +5\r\n", 400},
        {"POST", "Content-Length: 0x5\r\n", 400},
        {"POST", "Content-Length:\r\n", 400},
        {"POST", "Transfer-Encoding: chunked\r\n", 411},
        {"POST", "Transfer-Encoding: identity\r\nContent-Length: 5\r\n", 411},
        {"POST", "content-length: 5\r\ntransfer-encoding : chunked\r\n", 400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (read_with(cases[i].method, cases[i].headers) != cases[i].status)
            fail_msg("%s %s: not %d", cases[i].method, cases[i].headers, cases[i].status);
}

static void test_header_lines_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "X\r\n",       ": y\r\n",         "X : y\r\n",      " X: y\r\n",   "A: b\r\n c\r\n",
        "X y: z\r\n",  "X\xC3: z\r\n",    "X: a\x01 b\r\n", "X: a\rb\r\n", "X: a\nY: b\r\n",
        "X: \x7F\r\n", "Host: other\r\n", "(x): y\r\n",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (read_with("GET", headers[i]) != 400)
            fail_msg("not refused: %s", headers[i]);
    assert_int_equal(read_with("GET", "X: caf\xC3\xA9 \"{}\"\r\n"), 0);
    assert_int_equal(read_text("GET / HTTP/1.1\r\n\r\n"), 400); /* no host */
    static const char nul[] = "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n";
    assert_int_equal(read_head(nul, sizeof nul - 1), 400);
    static const char nul_path[] = "GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_int_equal(read_head(nul_path, sizeof nul_path - 1), 400);
}

static void test_a_connection_ends_when_it_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *headers;
        bool last;
    } cases[] = {
        {"", false},
        {"Connection: keep-alive\r\n", false},
        {"Connection: close\r\n", true},
        {"Connection: Upgrade, CLOSE\r\n", true},
        {"Connection: closed\r\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_with("GET", cases[i].headers), 0);
        assert_int_equal(head.is_last, cases[i].last);
    }
    assert_int_equal(read_text("GET / HTTP/1.0\r\n\r\n"), 0);
    assert_true(head.is_last);
}

static void test_an_expectation_is_met_or_refused(void **state)
{
    (void)state;
    assert_int_equal(read_with("POST", "Content-Length: 5\r\nExpect: 100-Continue\r\n"), 0);
    assert_true(head.expects);
    assert_int_equal(read_with("POST", "Content-Length: 5\r\nExpect: tea\r\n"), 417);
}

#define T(test) cmocka_unit_test_teardown(test, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_head_ends_with_its_blank_line),
        T(test_a_request_is_read_whole),
        T(test_request_lines_that_are_none_are_refused),
        T(test_a_path_has_a_ceiling),
        T(test_a_body_has_one_length_and_a_ceiling),
        T(test_header_lines_that_are_none_are_refused),
        T(test_a_connection_ends_when_it_is_said),
        T(test_an_expectation_is_met_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
