/* Approve: turns the person's key, with the same checks as the button and its form. Behind the
 * reason stands what is acknowledged, "ack all" or "ack CODE CODE", and the condition, "pay by
 * DAY". */
#include "handlers/acknowledge.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"

#include "base/calendar.h"
#include "base/text.h"
#include "handlers/card_values.h"

#include <string.h>

/* "all", "CODE", "CODE,CODE"; codes in any case. */
static const char *codes_of(struct turn *turn, const char *word, const char *given)
{
    for (const char *at = word; *at; at += strspn(at, ",")) {
        size_t len = strcspn(at, ",");
        char *code = arena_strn(turn->arena, at, len);
        for (char *c = code; *c; c++)
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
        if (len)
            given = acknowledge_add(turn->arena, given,
                                    strcmp(code, "ALL") == 0 ? ACKNOWLEDGE_ALL : code);
        at += len;
    }
    return given;
}

/* NULL: it is no day. */
static const char *day_of(struct turn *turn, const char *word)
{
    struct civil day;
    char text[CIVIL_TEXT_SIZE];
    struct civil today = calendar_today(turn->config->calendar.zone, turn->world->now);
    return civil_parse_word(word, today, &day) ? arena_str(turn->arena, civil_format(day, text))
                                               : NULL;
}

/* What is wrong in it; NULL: nothing. */
static const char *read_given(struct turn *turn, const struct item_arguments *arguments,
                              struct item_given *out)
{
    enum { REASON, CODES } reads = REASON;
    const char *reason = "";
    for (size_t i = 0; i < arguments->word_count; i++) {
        const char *word = arguments->words[i];
        size_t left = arguments->word_count - i - 1;
        if (text_equal_fold(word, "ack")) {
            reads = CODES;
            if (left == 0)
                return "What is acknowledged is missing: `all`, or the findings' codes";
        } else if (left > 0 && text_equal_fold(word, "pay") &&
                   text_equal_fold(arguments->words[i + 1], "by")) {
            out->pay_by = left > 1 ? day_of(turn, arguments->words[i + 2]) : NULL;
            if (!out->pay_by)
                return "The day to pay by is missing: a date like 2026-05-01, or a weekday";
            i += 2;
        } else if (reads == CODES) {
            out->acknowledged = codes_of(turn, word, out->acknowledged);
        } else {
            reason = arena_fmt(turn->arena, "%s%s%s", reason, reason[0] ? " " : "", word);
        }
    }
    out->reason = reason[0] ? text_cut(turn->arena, reason, REASON_TEXT_MAX) : NULL;
    return NULL;
}

bool command_approve(struct turn *turn, const struct request *request, struct reply *reply,
                     struct err *err)
{
    struct item_arguments arguments;
    struct item_given given = {0};
    if (!item_arguments_parse(turn, request, reply, "approve", true, &arguments))
        return true;
    const char *wrong = read_given(turn, &arguments, &given);
    if (wrong)
        return reply_usage(turn, request, reply, "approve", wrong);
    return reply_moved(
        turn, request, reply,
        item_approve(turn, &request->actor, arguments.number, arguments.revision, &given, err));
}
