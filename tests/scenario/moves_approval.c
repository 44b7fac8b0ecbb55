/* People approve to the end or halfway, one by one and in bulk, and take it back. */
#include "tests/scenario/moves.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *newest_opener(void)
{
    size_t count = the.slack.view_count;
    return the.slack.views[below(4) ? count - 1 : below(count)].user;
}

/* The newest form of this person asks by which day it is paid: Slack sends no input that is not
 * there. */
static bool asks_for_a_day(const char *who)
{
    for (size_t i = the.slack.view_count; i-- > 0;)
        if (strcmp(the.slack.views[i].user, who) == 0)
            return strstr(the.slack.views[i].text, "\"block_id\":\"pay_by\"") != NULL;
    return false;
}

/* All ticks of a form with up to ten, some of them, a day; whatever form it is. */
static void submit_ticks_of(const char *who)
{
    static const char state[] =
        "{\"ticks_1\":{\"ticks_1\":{\"selected_options\":[%s{\"value\":\"2\"},{\"value\":\"3\"},"
        "{\"value\":\"4\"},{\"value\":\"5\"},{\"value\":\"6\"}]}},"
        "\"pay_by\":{\"pay_by\":{\"selected_date\":%s}},"
        "\"reason\":{\"reason\":{\"value\":\"they will pay\"}}}";
    static const char *const days[] = {"null", "null", "\"2026-04-23\"", "\"2026-04-19\""};
    const char *day = ONE_OF(days), *first = below(6) ? "{\"value\":\"1\"}," : "";
    day = asks_for_a_day(who) ? day : days[0];
    const struct slack_act *act =
        slack_submit(&the.slack, who, arena_fmt(&the.arena, state, first, day));
    if (act)
        told("%s submits the form with %s, to be paid by %s, act %" PRIu64, who,
             first[0] ? "every tick" : "a tick missing", day, act->number);
}

static void submit_ticks_some(void)
{
    if (the.slack.view_count)
        submit_ticks_of(newest_opener());
}

/* Someone who may, and mostly to the end. */
static void approve_some(void)
{
    static const char *const approvers[] = {MAYA, BO, LEE, FAY};
    const char *who = ONE_OF(approvers), *number = some_number();
    bool to_the_end = below(8);
    const struct slack_message *message = slack_find(&the.slack, CHANNEL, number);
    size_t views = the.slack.view_count;
    const struct slack_act *act = message ? slack_click(&the.slack, who, message, "approve") : NULL;
    if (!act)
        return;
    told("%s presses approve on %s, act %" PRIu64, who, number, act->number);
    advance(SECONDS(1) * the.options.speed);
    if (the.slack.view_count > views && to_the_end)
        submit_ticks_of(who);
}

static void approve_by_command(void)
{
    static const char *const words[] = {"",
                                        " r1",
                                        " ack all",
                                        " r1 ack all",
                                        " r2 \"ok\" ack all",
                                        " r1 ack all pay by fri",
                                        " ack INVOICE_OVERDUE_ONE"};
    const char *who = someone();
    const char *text = arena_fmt(&the.arena, "approve %s%s", some_number(), ONE_OF(words));
    const struct slack_act *act = slack_command(&the.slack, who, text);
    told("%s types /onboard %s, act %" PRIu64, who, text, act->number);
}

static void undo_some(void)
{
    const struct slack_message *message = slack_find(&the.slack, CHANNEL, "\"action_id\":\"undo\"");
    const char *who = below(2) ? someone() : LEE;
    const struct slack_act *act = message ? slack_click(&the.slack, who, message, "undo") : NULL;
    if (act)
        told("%s presses undo, act %" PRIu64, who, act->number);
}

/* ---- in bulk ---- */

/* The newest form of this person, where that is one of the bulk review. */
static const char *bulk_form_of(const char *who)
{
    const char *form = "";
    for (size_t i = 0; i < the.slack.view_count; i++)
        if (strcmp(the.slack.views[i].user, who) == 0)
            form = the.slack.views[i].text;
    return strstr(form, "\"callback_id\":\"bulk\"") ? form : NULL;
}

/* Ticks most of what the form offers, "<item>:<revision>" each; now and then in another revision
 * than it showed, or one that is no item. */
static const char *tick_most(const char *form, size_t *count)
{
    enum { ID_LEN = 26 };
    static const char before[] = "\"value\":\"";
    const char *ticks = "";
    *count = 0;
    for (const char *at = strstr(form, before); at; at = strstr(at, before)) {
        at += strlen(before);
        if (strcspn(at, ":\"") != ID_LEN || at[ID_LEN] != ':' || !below(4))
            continue;
        int64_t revision = strtoll(at + ID_LEN + 1, NULL, 10) + (below(12) == 0);
        ticks =
            arena_fmt(&the.arena, "%s%s{\"value\":\"%.*s:%" PRId64 "\"}", ticks, *count ? "," : "",
                      ID_LEN, below(20) ? at : "01BX5ZZKBKACTAV9WEVGEMMVRZ", revision);
        ++*count;
    }
    return ticks;
}

static void submit_bulk_of(const char *who)
{
    const char *form = bulk_form_of(who);
    size_t count;
    if (!form)
        return;
    const char *ticks = tick_most(form, &count);
    const char *reason = below(8) ? "all of them pay" : " ";
    const char *state = arena_fmt(&the.arena,
                                  "{\"reason\":{\"reason\":{\"value\":\"%s\"}},\"items_1\":{"
                                  "\"items_1\":{\"selected_options\":[%s]}}}",
                                  reason, ticks);
    const struct slack_act *act = slack_submit(&the.slack, who, state);
    if (act)
        told("%s submits a bulk review with %zu ticks, because \"%s\", act %" PRIu64, who, count,
             reason, act->number);
}

static void submit_bulk_some(void)
{
    if (the.slack.view_count)
        submit_bulk_of(newest_opener());
}

/* Someone who may, mostly, and mostly to the end. */
static void review_in_bulk(void)
{
    static const char *const approvers[] = {MAYA, BO, LEE};
    const char *who = below(5) ? ONE_OF(approvers) : someone();
    const struct slack_act *act = slack_command(&the.slack, who, "bulk");
    told("%s types /onboard bulk, act %" PRIu64, who, act->number);
    advance(SECONDS(1) * the.options.speed);
    if (act->trigger_used && below(6))
        submit_bulk_of(who);
}

const struct move moves_of_approval[] = {
    {14, approve_some},
    {8, submit_ticks_some},
    {4, approve_by_command},
    {5, undo_some},
    {4, review_in_bulk},
    {3, submit_bulk_some},
    {0},
};
