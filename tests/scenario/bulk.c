/* Bulk review: several questions that only warn, one form, each a decision of its own. */
#include "base/token.h"
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICKED_MAX = 8 };

/* A deal with an invoice so many days overdue; nothing has passed yet. */
static struct fake_account *sign(const char *name, int days)
{
    struct fake_account *account = systems_win(&the.systems, name);
    systems_bill(&the.systems, account, "INV-102", days, "25000.00");
    return account;
}

static const char *last_form(void)
{
    return the.slack.view_count ? the.slack.views[the.slack.view_count - 1].text : "";
}

static const char *column(const char *what, const char *name)
{
    static char text[64];
    char sql[320];
    snprintf(
        sql, sizeof sql,
        "SELECT %s FROM items i JOIN onboardings o ON o.tenant_id = i.tenant_id AND o.number = "
        "i.onboarding WHERE o.account_name = '%s'",
        what, name);
    snprintf(text, sizeof text, "%s", stored_text(sql));
    return text;
}

/* Submits the form with what these accounts' options were in their first revision. */
static struct slack_act *submit_bulk(const char *user, const char *const *names, const char *reason)
{
    char state[1024];
    int len =
        snprintf(state, sizeof state,
                 "{\"reason\":{\"reason\":{\"value\":\"%s\"}},\"items_1\":{\"items_1\":{\"selected_"
                 "options\":[",
                 reason);
    for (size_t i = 0; i < TICKED_MAX && names[i]; i++)
        len += snprintf(state + len, sizeof state - (size_t)len, "%s{\"value\":\"%s:1\"}",
                        i ? "," : "", column("i.id", names[i]));
    snprintf(state + len, sizeof state - (size_t)len, "]}}}");
    return submit(user, state);
}

static void expect_state(const char *name, const char *decision)
{
    expect_text_at(HERE, column("coalesce(i.decision, 'open')", name), decision);
}

static void one_form_approves_three_and_tells_what_it_refused(void)
{
    scene();
    sign("Alder Ltd", 12);
    sign("Birch Ltd", 12);
    sign("Cedar Ltd", 12);
    struct fake_account *moving = sign("Dogwood Ltd", 12);
    sign("Elm Ltd", 12)->owner_mail = "maya@corp.example";
    sign("Fir Ltd", 40);
    advance(MINUTES(11));
    struct slack_act *act = say(MAYA, "bulk");
    expect(act->trigger_used);
    expect(strstr(last_form(), "\"callback_id\":\"bulk\""));
    expect(strstr(last_form(), "accepts each of its findings"));
    expect(strstr(last_form(), "Alder Ltd · ONB-"));
    expect(strstr(last_form(), "INV-102 is 12 days overdue"));
    expect(!strstr(last_form(), "Elm Ltd")); /* Maya's own deal */
    expect(!strstr(last_form(), "Fir Ltd")); /* urgent */

    char check[96];
    moving->country = NULL;
    snprintf(check, sizeof check, "check ONB-%s", column("i.onboarding", "Dogwood Ltd"));
    say(BO, check);
    act = submit_bulk(MAYA,
                      (const char *const[]){"Alder Ltd", "Birch Ltd", "Cedar Ltd", "Dogwood Ltd",
                                            "Elm Ltd", "Fir Ltd", NULL},
                      "all of them pay on Friday");
    expect_answer(act, "\"response_action\":\"update\"");
    expect_answer(act, "3 approved · 3 not approved");
    expect_answer(act, "changed since r1");
    expect_answer(act, "you own the deal");
    expect_answer(act, "only what is ESCALATE_WARN can be approved in bulk");
    expect_state("Alder Ltd", "approve");
    expect_state("Birch Ltd", "approve");
    expect_state("Cedar Ltd", "approve");
    expect_state("Dogwood Ltd", "open");
    expect_state("Elm Ltd", "open");
    expect_state("Fir Ltd", "open");
    expect_stored("SELECT count(*) FROM approvals WHERE reason = 'all of them pay on Friday' AND "
                  "acknowledged = 'INVOICE_OVERDUE_ONE INV-102'",
                  3);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve' AND reason LIKE "
                  "'all of them pay on Friday%acknowledged: INVOICE_OVERDUE_ONE INV-102'",
                  3);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve.refused'", 3);
    scene_end();
}

static void what_is_missing_is_told_under_its_input(void)
{
    scene();
    win_overdue("Alder Ltd", 12);
    say(MAYA, "bulk");
    expect_answer(submit_bulk(MAYA, (const char *const[]){NULL}, "because"),
                  "\"items_1\":\"Tick what you approve, one at least.\"");
    expect_answer(submit_bulk(MAYA, (const char *const[]){"Alder Ltd", NULL}, "  "),
                  "\"reason\":\"Say why: it stands on each card.\"");
    expect_stored("SELECT count(*) FROM approvals", 0);
    expect_answer(submit_bulk(MAYA, (const char *const[]){"Alder Ltd", NULL}, "fine"),
                  "1 approved");
    expect_answer(submit_bulk(MAYA, (const char *const[]){"Alder Ltd", NULL}, "fine"),
                  "Already approved by <@" MAYA ">");
    scene_end();
}

static void old_facts_hold_an_approval_in_bulk_too(void)
{
    scene();
    win_overdue("Alder Ltd", 12);
    advance(MINUTES(20));
    say(MAYA, "bulk");
    expect_answer(submit_bulk(MAYA, (const char *const[]){"Alder Ltd", NULL}, "fine"),
                  "0 approved · 1 held");
    expect_card("ONB-1001", "*Approved* by <@" MAYA ">");
    expect_stored_text("SELECT acknowledged FROM approvals", "INVOICE_OVERDUE_ONE INV-102");
    scene_end();
}

static void nobody_gets_a_form_with_nothing_in_it(void)
{
    static const char *const users[] = {ANA, FAY, RAJ, GUS};
    scene();
    expect_answer(say(MAYA, "bulk"), "Nothing is open that you may approve in bulk");
    win_overdue("Alder Ltd", 12);
    for (size_t i = 0; i < sizeof users / sizeof *users; i++)
        expect_answer(say(users[i], "bulk"), strcmp(users[i], GUS) == 0
                                                 ? "guests"
                                                 : "Nothing is open that you may approve in bulk");
    expect_number(the.slack.view_count, 0);
    scene_end();
}

static void whoever_is_deactivated_with_the_form_open_approves_nothing(void)
{
    scene();
    win_overdue("Alder Ltd", 12);
    say(BO, "bulk");
    slack_send(&the.slack, "events_api",
               "{\"type\":\"event_callback\",\"team_id\":\"" TEAM
               "\",\"event_id\":\"%s\",\"event\":{\"type\":\"user_change\",\"user\":{\"id\":\"" BO
               "\",\"team_id\":\"" TEAM "\",\"deleted\":true,\"profile\":{}}}}");
    settle();
    expect_answer(submit_bulk(BO, (const char *const[]){"Alder Ltd", NULL}, "fine"), "deactivated");
    expect_stored("SELECT count(*) FROM approvals", 0);
    scene_end();
}

/* The state of the button on the newest Home, for whoever it was drawn. */
static const char *home_button(void)
{
    static char value[TOKEN_MAX];
    const char *at = strstr(the.slack.homes[the.slack.home_count - 1].text, "Review in bulk");
    at = at ? strstr(at, "\"value\":\"") : NULL;
    expect(at);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(at + 9, "\""), at + 9);
    return value;
}

static void a_manager_reviews_from_home(void)
{
    scene();
    win_overdue("Alder Ltd", 12);
    slack_open_home(&the.slack, LEE);
    settle();
    const char *value = home_button();
    struct slack_act *act = slack_click_value(&the.slack, BO, card("ONB-1001")->ts, "bulk", value);
    settle();
    expect_answer(act, "somebody else's");
    expect_number(the.slack.view_count, 0);
    act = slack_click_value(&the.slack, LEE, card("ONB-1001")->ts, "bulk", value);
    settle();
    expect(act->trigger_used);
    expect_answer(submit_bulk(LEE, (const char *const[]){"Alder Ltd", NULL}, "fine"), "1 approved");
    expect_card("ONB-1001", "*Approved* by <@" LEE ">");
    scene_end();
}

const struct scenario bulk_scenarios[] = {
    {"a manager reviews in bulk from Home", a_manager_reviews_from_home},
    {"one form approves three and tells what it refused",
     one_form_approves_three_and_tells_what_it_refused},
    {"what is missing in a bulk review is told under its input",
     what_is_missing_is_told_under_its_input},
    {"old facts hold an approval in bulk, too", old_facts_hold_an_approval_in_bulk_too},
    {"nobody gets a bulk form with nothing in it", nobody_gets_a_form_with_nothing_in_it},
    {"whoever is deactivated with the bulk form open approves nothing",
     whoever_is_deactivated_with_the_form_open_approves_nothing},
    {0},
};
