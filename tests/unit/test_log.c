/* The log: its two forms, its levels, and what it masks. */
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char last_line[16384];
static int lines;

static void keep_line(void *arg, const char *line)
{
    (void)arg;
    lines++;
    snprintf(last_line, sizeof last_line, "%s", line);
}

static struct wall now = {1776679323004}; /* 2026-04-20T10:02:03.004Z */

static int start(void **state)
{
    (void)state;
    lines = 0;
    last_line[0] = '\0';
    log_configure(LOG_INFO, LOG_FORMAT_JSON, &now, keep_line, NULL);
    return 0;
}

static void test_a_line_is_one_json_object(void **state)
{
    (void)state;
    log_info("slack[1]", "said \"%s\"\nand %d", "hello", 7);
    assert_string_equal(last_line, "{\"time\":\"2026-04-20T10:02:03.004Z\",\"level\":\"info\","
                                   "\"object\":\"slack[1]\",\"message\":\"said \\\"hello\\\"\\nand "
                                   "7\"}");
}

static void test_text_for_people_is_aligned_and_stays_one_line(void **state)
{
    (void)state;
    log_configure(LOG_INFO, LOG_FORMAT_TEXT, &now, keep_line, NULL);
    log_warn("ONB-1042", "two\nlines \x1b[31mred");
    assert_string_equal(last_line,
                        "2026-04-20T10:02:03.004Z warn  ONB-1042         two lines  [31mred");
    log_configure(LOG_INFO, LOG_FORMAT_TEXT, NULL, keep_line, NULL);
    log_warn("a", "S\u00f6hne \U0001F600 \xC2\x9B"
                  "2J\u202ex\xff");
    assert_string_equal(last_line, "warn  a                S\u00f6hne \U0001F600  2J x ");
    log_error("a", "b");
    assert_string_equal(last_line, "error a                b");
}

static void test_lines_below_the_level_are_neither_written_nor_counted(void **state)
{
    (void)state;
    int64_t before = log_count(LOG_DEBUG);
    log_debug("x", "hidden");
    assert_int_equal(lines, 0);
    assert_int_equal(log_count(LOG_DEBUG), before);
    log_configure(LOG_DEBUG, LOG_FORMAT_JSON, &now, keep_line, NULL);
    log_debug("x", "shown");
    assert_int_equal(lines, 1);
    assert_int_equal(log_count(LOG_DEBUG), before + 1);
}

static void test_level_names_are_read(void **state)
{
    (void)state;
    enum log_level level = LOG_INFO;
    assert_true(log_level_parse("ERROR", &level));
    assert_int_equal(level, LOG_ERROR);
    assert_false(log_level_parse("loud", &level));
    assert_int_equal(level, LOG_ERROR);
}

static void expect_masked(const char *text, const char *expected)
{
    char copy[512];
    snprintf(copy, sizeof copy, "%s", text);
    log_mask(copy);
    assert_string_equal(copy, expected);
}

static void test_mail_addresses_are_masked(void **state)
{
    (void)state;
    expect_masked("to ana.silva+x@corp.example.", "to [mail].");
    expect_masked("<mailto:ana@corp.example|ana@corp.example>", "<mailto:[mail]|[mail]>");
    expect_masked("/users/ana%40corp.example?x=1", "/users/[mail]?x=1");
    expect_masked("a@b.ca", "[mail]");
    expect_masked("jos\xC3\xA9@corp.example!", "[mail]!");
    expect_masked("<@U0ANA> and @slack/bolt and x@y stay", "<@U0ANA> and @slack/bolt and x@y stay");
}

static void test_phone_numbers_are_masked(void **state)
{
    (void)state;
    expect_masked("call +1 (416) 555-0100 now", "call [phone] now");
    expect_masked("+4930123456", "[phone]");
    expect_masked("tel:+12345678", "tel:[phone]");
    expect_masked("at 10:02:03+0200 2026 and 1+12345678, +1234567",
                  "at 10:02:03+0200 2026 and 1+12345678, +1234567");
}

/* Written in two pieces, so that no scanner takes them for real ones. */
#define BOT_TOKEN                                                                                  \
    "xoxb"                                                                                         \
    "-12-34-AbCd"
#define APP_TOKEN                                                                                  \
    "xapp"                                                                                         \
    "-1-A0-99-abc"
#define JWT                                                                                        \
    "eyJhbGciOiJIUzI1NiJ9"                                                                         \
    ".eyJzdWIiOiIxIn0.c2lnbmF0dXJl-_"

static void test_tokens_are_masked(void **state)
{
    (void)state;
    expect_masked("token " BOT_TOKEN ", " APP_TOKEN, "token xoxb-***, xapp-***");
    expect_masked("xoxe.xoxp-1-Mi0yLT", "xoxe.***");
    expect_masked("Authorization: bearer abc.def~x+/=; next", "Authorization: bearer ***; next");
    expect_masked("\"" JWT "\"", "\"[token]\"");
    expect_masked("cut "
                  "eyJhbGciOiJIUzI1NiJ9",
                  "cut [token]");
    expect_masked("wss://x/link/?ticket=1a2b-3c&app_id=2", "wss://x/link/?ticket=***&app_id=2");
    expect_masked("grant=x&client_secret=s3cret&a=b", "grant=x&client_secret=***&a=b");
    expect_masked("foxb-1234567 eyJ xoxo xoxb-1", "foxb-1234567 eyJ xoxo xoxb-1");
}

static void test_every_line_is_masked_with_its_object(void **state)
{
    (void)state;
    log_info("ana@corp.example", "refused %s", BOT_TOKEN);
    assert_null(strstr(last_line, "corp.example"));
    assert_null(strstr(last_line, "AbCd"));
    assert_non_null(strstr(last_line, "refused xoxb-***"));
}

static void test_a_message_that_is_cut_shows_no_half_address(void **state)
{
    (void)state;
    char text[5000];
    memset(text, 'x', sizeof text);
    memcpy(text + 4083, " somebody@corp.example ", 23);
    text[sizeof text - 1] = '\0';
    log_info("o", "%s", text);
    assert_null(strstr(last_line, "somebody"));
    assert_non_null(strstr(last_line, "x …\"}"));
}

int main(void)
{
#define LOG_TEST(name) cmocka_unit_test_setup(name, start)
    const struct CMUnitTest tests[] = {
        LOG_TEST(test_a_line_is_one_json_object),
        LOG_TEST(test_text_for_people_is_aligned_and_stays_one_line),
        LOG_TEST(test_lines_below_the_level_are_neither_written_nor_counted),
        LOG_TEST(test_level_names_are_read),
        LOG_TEST(test_mail_addresses_are_masked),
        LOG_TEST(test_phone_numbers_are_masked),
        LOG_TEST(test_tokens_are_masked),
        LOG_TEST(test_every_line_is_masked_with_its_object),
        LOG_TEST(test_a_message_that_is_cut_shows_no_half_address),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
