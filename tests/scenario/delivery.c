/* Whether what was said reached its reader: retried, passed on, mailed, shown; never silent, never
 * twice. */
#include "tests/scenario/scenarios.h"

#include <stdlib.h>
#include <string.h>

#define LEE_MAIL "lee@corp.example"

static void start_with_mail(void)
{
    scene_start((struct scene_options){.mail = true});
    the.may_die = "post_dm,post_desk,post_mail";
}

/* The next DM that is opened is refused for good. */
static void refuse_one_dm(void)
{
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/conversations.open",
                                               .kind = SIM_ANSWERED,
                                               .status = 200,
                                               .body = "{\"ok\":false,\"error\":\"cannot_dm_bot\"}",
                                               .times = 1});
}

static void fault_of_mail(enum sim_fault_kind kind, int status, const char *body, unsigned times)
{
    sim_add_fault(
        &the.sim,
        (struct sim_fault){
            .where = MAIL_URL, .kind = kind, .status = status, .body = body, .times = times});
}

/* Two days on, the manager's DM is refused. */
static void miss_the_manager(void)
{
    win_overdue("ACME Corp", 12);
    refuse_one_dm();
    advance(HOURS(48) + MINUTES(1));
}

/* The newest Home of this person. */
static const char *home_of(const char *user)
{
    settle();
    for (size_t i = the.slack.home_count; i-- > 0;)
        if (strcmp(the.slack.homes[i].user, user) == 0)
            return the.slack.homes[i].text;
    return "";
}

static void open_homes(void)
{
    slack_open_home(&the.slack, LEE);
    slack_open_home(&the.slack, RAJ);
    slack_open_home(&the.slack, BO);
    settle();
}

#define expect_home(user, words)    expect(strstr(home_of(user), words))
#define expect_no_home(user, words) expect(!strstr(home_of(user), words))

static void a_manager_whom_slack_does_not_reach_is_mailed(void)
{
    start_with_mail();
    open_homes();
    miss_the_manager();
    expect_dm(KIM, "ACME Corp has waited 2 days");
    expect_number(the.mail.count, 1);
    const struct fake_letter *letter = mail_find(&the.mail, LEE_MAIL, "ONB-1001");
    expect(letter);
    expect(strstr(letter->text, "\r\nSubject: ACME Corp has waited 2 days for a decision "
                                "(ONB-1001)\r\n"));
    expect(strstr(letter->text, "INV-102"));
    expect(strstr(letter->text, "https://sandbox.slack.com/archives/" CHANNEL "/p"));
    expect_card("ONB-1001", "DM to <@" LEE "> not delivered");
    expect_card("ONB-1001", ", mailed <!date^");
    expect_no_home(LEE, "was not delivered");
    expect_no_home(RAJ, "was not delivered");
    advance(DAYS(3));
    expect_number(the.mail.count, 1);
    scene_end();
}

static void a_mail_holds_no_button_and_no_token(void)
{
    start_with_mail();
    miss_the_manager();
    const struct fake_letter *letter = mail_find(&the.mail, LEE_MAIL, "ONB-1001");
    char *token = slack_button(card("ONB-1001"), "approve");
    expect(letter && token);
    expect(!strstr(letter->text, token) && !strstr(letter->text, "<button"));
    free(token);
    scene_end();
}

static void each_fate_stands_in_the_timeline_and_the_details(void)
{
    start_with_mail();
    miss_the_manager();
    struct slack_act *act = say(BO, "timeline ONB-1001");
    expect_answer(act, "Card in <#" CHANNEL ">: sent <!date^");
    expect_answer(act, "DM to <@" LEE ">: *failed* <!date^");
    expect_answer(act, "cannot_dm_bot");
    expect_answer(act, "Mail to <@" LEE ">: sent <!date^");
    expect_answer(act, "DM to <@" KIM ">: sent <!date^");
    click(BO, "view", "ONB-1001");
    const char *details = the.slack.views[the.slack.view_count - 1].text;
    expect(strstr(details, "DM to <@" LEE ">: *failed* <!date^"));
    scene_end();
}

static void a_mail_that_is_refused_becomes_a_banner_until_it_is_decided(void)
{
    start_with_mail();
    open_homes();
    fault_of_mail(SIM_ANSWERED, 550, "550 5.1.1 No such user\n", 0);
    miss_the_manager();
    expect_note("ONB-1001", "The mail to <@" LEE "> failed too: ");
    expect_note("ONB-1001", "No such user. <@" RAJ ">: please see that it is decided.");
    expect_card("ONB-1001", ", the mail failed too: ");
    expect_home(LEE, "*ACME Corp* (ONB-1001) waits: DM to <@" LEE "> was not delivered");
    expect_home(RAJ, "*ACME Corp* (ONB-1001) waits: DM to <@" LEE "> was not delivered");
    expect_no_home(BO, "was not delivered");
    click(MAYA, "reject", "ONB-1001");
    submit_reject(MAYA, "customer_not_ready", "the customer is not ready yet");
    expect_no_home(LEE, "was not delivered");
    expect_no_home(RAJ, "was not delivered");
    expect_not_on_card("ONB-1001", "not delivered");
    scene_end();
}

static void without_mail_it_is_a_banner_at_once(void)
{
    scene();
    the.may_die = "post_dm";
    open_homes();
    miss_the_manager();
    expect_number(the.mail.count, 0);
    expect_home(LEE, "was not delivered");
    expect_home(RAJ, "was not delivered");
    scene_end();
}

static void a_mail_server_that_is_busy_is_asked_again(void)
{
    start_with_mail();
    fault_of_mail(SIM_ANSWERED, 450, "450 4.2.1 try later\n", 2);
    miss_the_manager();
    advance(MINUTES(30));
    expect_number(the.mail.count, 1);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'mail.sent'", 1);
    scene_end();
}

/* It was taken, and the answer never came. */
static void a_mail_that_may_have_gone_is_not_repeated(void)
{
    start_with_mail();
    open_homes();
    fault_of_mail(SIM_LOST_REPLY, 0, NULL, 1);
    miss_the_manager();
    advance(HOURS(20)); /* a day later the manager is told again */
    expect_number(the.mail.count, 1);
    expect_note("ONB-1001", "failed too: it may have arrived");
    expect_home(LEE, "was not delivered");
    scene_end();
}

static void a_crash_while_mailing_mails_at_most_once(void)
{
    for (unsigned ms = 0; ms < 120; ms += 20) {
        start_with_mail();
        win_overdue("ACME Corp", 12);
        refuse_one_dm();
        advance(HOURS(48) - SECONDS(600) - MINUTES(1));
        while (!sim_count_asked(&the.sim, "corp.example", (struct mono){0}))
            advance(5);
        advance(ms);
        crash_and_restart();
        advance(MINUTES(30));
        expect_number(the.mail.count, 1);
        expect_stored("SELECT count(*) FROM messages WHERE purpose = 'mail'", 1);
        scene_end();
    }
}

static void a_desk_that_is_missed_is_mailed_its_own_alone(void)
{
    start_with_mail();
    advance(MINUTES(11)); /* the admins have heard of the roles */
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-1", 45, "25000.00");
    acme->clm_status = "in_review";
    refuse_one_dm();
    advance(SECONDS(605));
    settle();
    expect_number(the.mail.count, 1);
    expect(strstr(the.mail.letters[0].text, "Subject: For "));
    scene_end();
}

static void a_message_that_is_gone_is_said_not_to_be_edited(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = "/chat.update",
                                     .kind = SIM_ANSWERED,
                                     .status = 200,
                                     .body = "{\"ok\":false,\"error\":\"message_not_found\"}",
                                     .times = 1});
    click(MAYA, "claim", "ONB-1001");
    expect_answer(say(BO, "timeline ONB-1001"), "*not edited* <!date^");
    click(MAYA, "approve", "ONB-1001");
    struct slack_act *act = say(BO, "timeline ONB-1001");
    expect_answer(act, ", edited <!date^");
    expect(!strstr(answer_of(act), "*not edited*"));
    scene_end();
}

const struct scenario delivery_scenarios[] = {
    {"a manager whom Slack does not reach is mailed",
     a_manager_whom_slack_does_not_reach_is_mailed},
    {"a mail holds no button and no token", a_mail_holds_no_button_and_no_token},
    {"each fate stands in the timeline and the details",
     each_fate_stands_in_the_timeline_and_the_details},
    {"a mail that is refused becomes a banner until it is decided",
     a_mail_that_is_refused_becomes_a_banner_until_it_is_decided},
    {"without mail it is a banner at once", without_mail_it_is_a_banner_at_once},
    {"a mail server that is busy is asked again", a_mail_server_that_is_busy_is_asked_again},
    {"a mail that may have gone is not repeated", a_mail_that_may_have_gone_is_not_repeated},
    {"a crash while mailing mails at most once", a_crash_while_mailing_mails_at_most_once},
    {"a desk that is missed is mailed its own alone",
     a_desk_that_is_missed_is_mailed_its_own_alone},
    {"a message that is gone is said not to be edited",
     a_message_that_is_gone_is_said_not_to_be_edited},
    {0},
};
