/* Links between the copies: whoever reads of a question elsewhere opens its card with one click,
 * where they may see it; and nothing waits for a link. */
#include "tests/scenario/scenarios.h"

#include <stdlib.h>
#include <string.h>

#define CLOSED_ROUTES "{\"finance\":[\"C0FINANCE\"]}"

static const char *dm_channel(const char *user)
{
    return arena_fmt(&the.arena, "D%s", user + 1);
}

/* The message to which the first link in these blocks leads; NULL: there is none. */
static const struct slack_message *linked_in(const char *blocks)
{
    const char *link = strstr(blocks, "<https://");
    return link ? slack_linked(&the.slack, link + 1) : NULL;
}

static const struct slack_message *message_in(const char *channel, const char *words)
{
    settle();
    const struct slack_message *message = slack_find(&the.slack, channel, words);
    if (!message)
        fail_at(HERE, "\"%s\" is not said in %s", words, channel);
    return message;
}

static const char *home_of(const char *user)
{
    slack_open_home(&the.slack, user);
    settle();
    for (size_t i = the.slack.home_count; i-- > 0;)
        if (strcmp(the.slack.homes[i].user, user) == 0)
            return the.slack.homes[i].text;
    return "";
}

/* Two invoices overdue: Finance's desk is told in its channel. */
static void win_for_finance(void)
{
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
    systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
    advance(MINUTES(11));
}

static void start_with_a_desk(const char *closed)
{
    scene_start((struct scene_options){.routes = CLOSED_ROUTES, .digest = true});
    the.slack.closed = closed;
}

#define expect_links_to_card(blocks) expect(linked_in(blocks) == card("ONB-1001"))
#define expect_no_link(blocks)       expect(!strstr(blocks, "<https://"))

static void escalations_homes_and_digests_link_to_the_card(void)
{
    start_with_a_desk(NULL);
    win_overdue("ACME Corp", 12);
    expect_links_to_card(home_of(BO));
    advance(HOURS(97));
    expect_links_to_card(message_in(dm_channel(LEE), "has waited")->blocks);
    expect_links_to_card(message_in(dm_channel(KIM), "has waited")->blocks);
    expect_links_to_card(message_in(dm_channel(BO), "Your day")->blocks);
    click(BO, "approve", "ONB-1001");
    expect_links_to_card(message_in(dm_channel(LEE), "nothing left to do")->blocks);
    scene_end();
}

static void whom_it_is_given_to_opens_the_card(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    say(LEE, "assign ONB-1001 <@" BO ">");
    expect_links_to_card(message_in(dm_channel(BO), "is given to you")->blocks);
    scene_end();
}

/* The desk's message and the card are posted at the same time: whichever comes first. */
static void a_desk_links_to_the_card_however_they_cross(void)
{
    static const char *const late[] = {"/chat.postMessage", NULL};
    for (size_t i = 0; i < 4; i++) {
        scene_start((struct scene_options){.seed = i + 1, .routes = CLOSED_ROUTES});
        if (late[i % 2])
            sim_add_fault(&the.sim, (struct sim_fault){.where = late[i % 2],
                                                       .kind = SIM_ANSWERED,
                                                       .status = 503,
                                                       .body = "busy",
                                                       .times = 1 + (unsigned)i});
        win_for_finance();
        advance(MINUTES(2));
        expect_links_to_card(message_in("C0FINANCE", "ONB-1001")->blocks);
        scene_end();
    }
}

static void who_may_not_see_a_private_channel_gets_no_link(void)
{
    start_with_a_desk(CHANNEL);
    win_for_finance();
    expect_no_link(message_in("C0FINANCE", "ONB-1001")->blocks);
    expect_no_link(home_of(FAY));
    expect_links_to_card(home_of(BO));
    advance(HOURS(49));
    expect_links_to_card(message_in(dm_channel(LEE), "has waited")->blocks);
    scene_end();
}

static void details_list_the_copies(void)
{
    start_with_a_desk("C0FINANCE");
    win_for_finance();
    click(BO, "view", "ONB-1001");
    const char *view = the.slack.views[the.slack.view_count - 1].text;
    expect(strstr(view, "Card in <#" CHANNEL ">"));
    expect_links_to_card(view);
    expect(strstr(view, "Finance's message in <#C0FINANCE>"));
    click(FAY, "view", "ONB-1001"); /* of her it is known that she sees open channels alone */
    view = the.slack.views[the.slack.view_count - 1].text;
    expect_links_to_card(view);
    expect(!strstr(view, "/archives/C0FINANCE/"));
    scene_end();
}

static void a_copy_after_a_snooze_leads_to_the_thread(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    const char *first = arena_str(&the.arena, card("ONB-1001")->ts);
    say(BO, "snooze ONB-1001 4h \"waiting for their bank\"");
    advance(HOURS(5));
    const struct slack_message *again = slack_find(&the.slack, CHANNEL, "ONB-1001");
    expect(strcmp(again->ts, first) != 0);
    expect_text_at(HERE, linked_in(again->blocks)->ts, first);
    scene_end();
}

static void a_card_that_was_deleted_is_not_linked_to(void)
{
    start_with_a_desk(NULL);
    win_overdue("ACME Corp", 12);
    slack_delete(card("ONB-1001"));
    say(BO, "claim ONB-1001"); /* the card is to be redrawn, and is found to be gone */
    expect_no_link(home_of(BO));
    advance(HOURS(97));
    expect_no_link(message_in(dm_channel(KIM), "has waited")->blocks);
    scene_end();
}

/* Slack has never said where the workspace opens. */
static void without_an_address_everything_is_said_all_the_same(void)
{
    scene_start((struct scene_options){.asleep = true});
    the.slack.addressless = true;
    settle();
    win_overdue("ACME Corp", 12);
    advance(HOURS(49));
    expect_no_link(message_in(dm_channel(LEE), "has waited 2 days")->blocks);
    scene_end();
}

const struct scenario links_scenarios[] = {
    {"escalations, Homes and digests link to the card",
     escalations_homes_and_digests_link_to_the_card},
    {"whom a question is given to opens its card", whom_it_is_given_to_opens_the_card},
    {"a desk links to the card however their posts cross",
     a_desk_links_to_the_card_however_they_cross},
    {"who may not see a private channel gets no link into it",
     who_may_not_see_a_private_channel_gets_no_link},
    {"details list the copies, with links for who may see them", details_list_the_copies},
    {"a copy after a snooze leads to the thread", a_copy_after_a_snooze_leads_to_the_thread},
    {"a card that was deleted is not linked to", a_card_that_was_deleted_is_not_linked_to},
    {"without an address everything is said all the same",
     without_an_address_everything_is_said_all_the_same},
    {NULL, NULL},
};
