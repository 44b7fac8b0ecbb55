/* Mail as a call: what the envelope says, and what the server's answers mean. */
#include "connectors/mail.h"

#include "base/text.h"

#include "tests/unit/call_fixture.h"

static struct call *letter(struct rig *rig)
{
    return mail_send(&rig->env, &(struct mail_letter){.to = "lee@corp.example",
                                                      .subject = "ACME waits",
                                                      .text = "Two days\n",
                                                      .html = "<p>Two days</p>\n",
                                                      .id = "01JOB",
                                                      .date = rig->world.now});
}

static void test_the_envelope_says_from_whom_to_whom_and_how_we_sign_in(void **state)
{
    struct rig *rig = *state;
    struct call *call = letter(rig);
    expect_request(start(call), call, "smtp://mail.corp.example:587/corp.example");
    const struct mail_envelope *mail = call->request.mail;
    assert_non_null(mail);
    assert_string_equal(mail->from, "usher@corp.example");
    assert_string_equal(mail->to, "lee@corp.example");
    assert_string_equal(mail->username, "usher");
    assert_string_equal(mail->password, "secret");
    assert_false(mail->starttls_if_offered);
    assert_true(call->request.never_repeat);
    assert_non_null(strstr(call->request.body, "\r\nMessage-ID: <01JOB@corp.example>\r\n"));
    assert_null(strstr(call->request.body, "secret"));
    assert_int_equal(answer(call, 250, "250 2.0.0 queued\n").kind, STEP_DONE);
}

static void test_a_second_attempt_is_the_same_mail(void **state)
{
    struct rig *rig = *state;
    struct call *first = letter(rig), *second = letter(rig);
    assert_string_equal(first->request.body, second->request.body);
}

static void test_what_the_server_says_decides_whether_it_is_worth_another(void **state)
{
    struct rig *rig = *state;
    static const struct {
        int status;
        const char *answer;
        enum failure_class class;
        const char *code, *words;
    } cases[] = {
        {450, "450 4.2.1 try later\n", FAILURE_TRANSIENT, "smtp_450", "try later"},
        {421, "421 closing\n", FAILURE_TRANSIENT, "smtp_421", "closing"},
        {535, "535-5.7.8 not accepted\n535 see\n", FAILURE_AUTH, "smtp_535", "not accepted"},
        {530, "530 sign in\n", FAILURE_AUTH, "smtp_530", "sign in"},
        {550, "550 5.1.1 No such user\n", FAILURE_NOT_FOUND, "smtp_550", "No such user"},
        {554, "554 spam\x1b[2J\n", FAILURE_PERMANENT, "smtp_554", "spam [2J"},
        {554, "\n", FAILURE_PERMANENT, "smtp_554", "the mail server refused"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct call *call = letter(rig);
        start(call);
        expect_failed(answer(call, cases[i].status, cases[i].answer), call, cases[i].class,
                      cases[i].code);
        assert_string_equal(call->failure.message, cases[i].words);
        assert_int_equal(call->failure.status, cases[i].status);
    }
}

/* One line of text that can be shown, whatever came: never empty, never more than there is room. */
static void test_what_a_hostile_server_says_is_a_line_of_text(void **state)
{
    struct rig *rig = *state;
    static char endless[70000];
    memset(endless, 'x', sizeof endless - 1);
    memcpy(endless, "550 ", 4);
    static const char *const answers[] = {"",
                                          "\r\n",
                                          "550",
                                          "550-",
                                          "550-\n550-\n",
                                          "5.5.5.5.5.5",
                                          "- - -",
                                          "\n\n\n",
                                          "550 \xff\xfe",
                                          "\xf0\x9f\x98",
                                          "550 \xed\xa0\x80 surrogate",
                                          "550 \x7f\x01\x02",
                                          "550 sorry\rRSET\r\n",
                                          "550 \x1b]0;title\a",
                                          "<!channel> *see* <https://evil.example>",
                                          "550 xoxb-1-2-abcdefghijkl",
                                          endless};
    static const int statuses[] = {-1, 0, 99, 300, 334, 399, 451, 550, 599, 999, 65536};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        for (size_t s = 0; s < sizeof statuses / sizeof *statuses; s++) {
            struct call *call = letter(rig);
            start(call);
            assert_int_equal(answer(call, statuses[s], answers[i]).kind, STEP_FAILED);
            const char *message = call->failure.message;
            assert_true(message[strspn(message, " ")]);
            assert_true(text_is_utf8(message, strlen(message)));
            for (const char *c = message; *c; c++)
                assert_true((unsigned char)*c >= ' ' && *c != 127);
            assert_null(strstr(message, "xoxb-1-2"));
        }
}

static void test_silence_after_the_text_is_ambiguous_and_before_it_passes(void **state)
{
    struct rig *rig = *state;
    struct call *call = letter(rig);
    start(call);
    expect_failed(lose(call, HTTP_SENT_UNKNOWN), call, FAILURE_AMBIGUOUS, "no_answer");
    call = letter(rig);
    start(call);
    expect_failed(lose(call, HTTP_NOT_SENT), call, FAILURE_TRANSIENT, "not_sent");
    call = letter(rig);
    start(call);
    expect_failed(lose(call, HTTP_TLS_REFUSED), call, FAILURE_TRANSIENT, "tls_refused");
}

static void test_the_probe_writes_to_nobody(void **state)
{
    struct rig *rig = *state;
    struct call *call = mail_probe(&rig->env);
    assert_int_equal(start(call).kind, STEP_REQUEST);
    assert_null(call->request.mail->to);
    assert_null(call->request.body);
    assert_int_equal(answer(call, 250, "250 ok\n").kind, STEP_DONE);
}

static int setup(void **state)
{
    static struct rig rig;
    rig_init(&rig);
    rig.config.mail.enabled = true;
    rig.config.mail.smtp_url = "smtp://mail.corp.example:587";
    rig.config.mail.from = "usher@corp.example";
    rig.config.mail.name = "Usher";
    rig.config.mail.username = "usher";
    rig.config.mail.password = "secret";
    *state = &rig;
    return 0;
}

static int teardown(void **state)
{
    rig_release(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_envelope_says_from_whom_to_whom_and_how_we_sign_in,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_second_attempt_is_the_same_mail, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_what_the_server_says_decides_whether_it_is_worth_another, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_a_hostile_server_says_is_a_line_of_text, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            test_silence_after_the_text_is_ambiguous_and_before_it_passes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_probe_writes_to_nobody, setup, teardown),
    };
    return cmocka_run_group_tests_name("mail call", tests, NULL, NULL);
}
