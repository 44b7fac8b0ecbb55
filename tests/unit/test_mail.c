/* Mail as bytes: which addresses may stand in an envelope, and messages whose headers and lines
 * hold whatever the words are. */
#include "base/mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Monday 20 April 2026, 14:05:09 UTC. */
static const struct wall monday = {INT64_C(1776693909000)};

static const struct mail_message plain = {
    .from = "usher@corp.example",
    .from_name = "Usher",
    .to = "lee@corp.example",
    .subject = "ACME waits",
    .text = "Hello",
    .id = "01JOB",
    .date = {INT64_C(1776693909000)},
};

static void test_addresses_that_could_break_out_are_not_sound(void **state)
{
    (void)state;
    static const char *const sound[] = {"lee@corp.example", "l.e+e_1@mail.corp-1.example",
                                        "o'hara@localhost", "a@b"};
    static const char *const unsound[] = {"",
                                          "lee",
                                          "lee@",
                                          "@corp",
                                          "lee@@corp",
                                          "lee@co@rp",
                                          "l ee@corp",
                                          "lee@corp\r\nX",
                                          "lee@corp>",
                                          "<lee@corp>",
                                          "lee.@corp",
                                          ".lee@corp",
                                          "l..ee@corp",
                                          "lee@corp.",
                                          "lee@-corp",
                                          "lee@corp,x",
                                          "l\xC3\xA9@corp",
                                          "lee@[127.0.0.1]",
                                          "\"l e\"@corp",
                                          "lee@corp;x"};
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++)
        if (!mail_address_is_sound(sound[i]))
            fail_msg("refused: %s", sound[i]);
    for (size_t i = 0; i < sizeof unsound / sizeof *unsound; i++)
        if (mail_address_is_sound(unsound[i]))
            fail_msg("taken: %s", unsound[i]);
    char longest[MAIL_ADDRESS_MAX + 2];
    memset(longest, 'a', sizeof longest);
    longest[MAIL_LOCAL_MAX] = '@';
    longest[MAIL_ADDRESS_MAX] = '\0';
    assert_true(mail_address_is_sound(longest));
    longest[MAIL_ADDRESS_MAX] = 'a';
    longest[MAIL_ADDRESS_MAX + 1] = '\0';
    assert_false(mail_address_is_sound(longest));
    assert_string_equal(mail_domain("lee@corp.example"), "corp.example");
}

static void expect_written(const struct mail_message *message, const char *wanted)
{
    struct buf out = {0};
    mail_write(&out, message);
    assert_string_equal(buf_cstr(&out), wanted);
    buf_release(&out);
}

static void test_a_message_stands_as_it_goes_over_the_wire(void **state)
{
    (void)state;
    expect_written(&plain, "Date: Mon, 20 Apr 2026 14:05:09 +0000\r\n"
                           "From: \"Usher\"\r\n <usher@corp.example>\r\n"
                           "To: <lee@corp.example>\r\n"
                           "Subject: ACME waits\r\n"
                           "Message-ID: <01JOB@corp.example>\r\n"
                           "Auto-Submitted: auto-generated\r\n"
                           "MIME-Version: 1.0\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: quoted-printable\r\n"
                           "\r\n"
                           "Hello\r\n");
}

static void test_two_forms_of_the_words_stand_in_parts(void **state)
{
    (void)state;
    struct mail_message both = plain;
    struct buf out = {0};
    both.html = "<p>Hello</p>\n";
    mail_write(&out, &both);
    assert_non_null(strstr(buf_cstr(&out),
                           "Content-Type: multipart/alternative; boundary=\"=_01JOB\"\r\n\r\n"
                           "--=_01JOB\r\nContent-Type: text/plain; charset=utf-8\r\n"));
    assert_non_null(strstr(buf_cstr(&out), "\r\n\r\n<p>Hello</p>\r\n--=_01JOB--\r\n"));
    buf_release(&out);
}

static void test_no_word_ends_a_header(void **state)
{
    (void)state;
    struct mail_message hostile = plain;
    struct buf out = {0};
    hostile.subject = "waits\r\nBcc: all@corp.example\nX: y";
    hostile.from_name = "Usher\r\nBcc: all@corp.example";
    mail_write(&out, &hostile);
    assert_null(strstr(buf_cstr(&out), "\nBcc"));
    assert_null(strstr(buf_cstr(&out), "\nX: y"));
    buf_release(&out);
}

static void test_other_alphabets_and_long_subjects_are_encoded_words(void **state)
{
    (void)state;
    struct mail_message message = plain;
    struct buf out = {0};
    message.subject = "Café Ünïcode Süd-Österreich wartet seit zwei Tagen auf eine Entscheidung";
    mail_write(&out, &message);
    assert_non_null(strstr(buf_cstr(&out), "\r\nSubject: =?UTF-8?B?Q2Fmw6kgw5xuw69jb2Rl"));
    assert_non_null(strstr(buf_cstr(&out), "?=\r\n =?UTF-8?B?"));
    buf_clear(&out);
    message.subject = "=?UTF-8?Q?not_ours?=";
    mail_write(&out, &message);
    assert_null(strstr(buf_cstr(&out), "not_ours"));
    buf_release(&out);
}

/* Every line ends with CRLF, is short, and holds printable ASCII. */
static void expect_lines(const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\r\n");
        assert_memory_equal(text + len, "\r\n", 2);
        assert_true(len <= 76);
        for (size_t i = 0; i < len; i++)
            assert_in_range(text[i], ' ', '~');
        text += len + 2;
    }
}

static void test_lines_are_short_and_plain_whatever_the_words_are(void **state)
{
    (void)state;
    struct mail_message message = plain;
    struct buf out = {0}, body = {0};
    for (int i = 0; i < 500; i++)
        buf_str(&body, i % 7 ? "ü=\t" : ". blank at the end \r\n");
    message.subject = message.text = message.html = buf_cstr(&body);
    message.from_name = "Größenwahn, Überall & Söhne: ein sehr langer Name für einen Absender";
    mail_write(&out, &message);
    expect_lines(buf_cstr(&out));
    buf_release(&out);
    buf_release(&body);
}

static void test_a_body_s_lines_keep_their_ends(void **state)
{
    (void)state;
    struct mail_message message = plain;
    struct buf out = {0};
    message.text = "one \n\ntwo=2\t\r\nthree é";
    mail_write(&out, &message);
    assert_non_null(strstr(buf_cstr(&out), "\r\n\r\none=20\r\n\r\ntwo=3D2=09\r\nthree =C3=A9\r\n"));
    buf_release(&out);
}

static void test_dates_are_utc_with_their_weekday(void **state)
{
    (void)state;
    struct mail_message message = plain;
    struct buf out = {0};
    message.date = (struct wall){monday.ms + INT64_C(255) * 86400000}; /* the last day of a year */
    mail_write(&out, &message);
    assert_memory_equal(buf_cstr(&out), "Date: Thu, 31 Dec 2026 14:05:09 +0000\r\n", 39);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_that_could_break_out_are_not_sound),
        cmocka_unit_test(test_a_message_stands_as_it_goes_over_the_wire),
        cmocka_unit_test(test_two_forms_of_the_words_stand_in_parts),
        cmocka_unit_test(test_no_word_ends_a_header),
        cmocka_unit_test(test_other_alphabets_and_long_subjects_are_encoded_words),
        cmocka_unit_test(test_lines_are_short_and_plain_whatever_the_words_are),
        cmocka_unit_test(test_a_body_s_lines_keep_their_ends),
        cmocka_unit_test(test_dates_are_utc_with_their_weekday),
    };
    return cmocka_run_group_tests_name("mail", tests, NULL, NULL);
}
