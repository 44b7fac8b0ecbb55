/* Delegate: hands one onboarding, or everything, to someone until a day. */
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/commands/dates.h"
#include "handlers/delegation.h"
#include "handlers/person.h"

#include <string.h>

enum { WORDS_MIN = 2, DEFAULT_DAYS = 7 };

/* "until DATE" after the person, else a week. False: *problem. */
static bool end_day(struct turn *turn, const struct arguments *arguments, struct civil today,
                    struct civil *last, size_t *next, const char **problem)
{
    *next = WORDS_MIN;
    *last = civil_add_days(today, DEFAULT_DAYS);
    if (arguments->count <= WORDS_MIN || !text_equal_fold(arguments->words[WORDS_MIN], "until"))
        return true;
    *next = WORDS_MIN + 2;
    if (arguments->count < *next)
        *problem = "Until when? A day is missing";
    else if (!date_typed(arguments->words[WORDS_MIN + 1], today, today, last))
        *problem =
            arena_fmt(turn->arena, "“%s” is no day: write " DATE_FORMS,
                      card_line(turn->arena, arguments->words[WORDS_MIN + 1], CARD_NAME_MAX));
    return *problem == NULL;
}

static bool give(struct turn *turn, const struct request *request, struct reply *reply,
                 const struct arguments *arguments, int64_t onboarding, struct err *err)
{
    const char *tenant = request->actor.tenant, *why = NULL;
    const char *zone = person_zone(turn, tenant, request->actor.user_id);
    struct civil last;
    struct person person;
    size_t next;
    if (!end_day(turn, arguments, calendar_today(zone, turn->world->now), &last, &next, &why))
        return reply_usage(turn, request, reply, "delegate", why);
    if (!person_named(turn, tenant, arguments->words[1], &person, &why)) {
        reply_text(turn, request, reply, "%s", why);
        return true;
    }
    const struct delegation_wish wish = {
        .to = person.user_id,
        .onboarding = onboarding,
        .starts_at = turn->world->now,
        .ends_at = calendar_instant(zone, (struct local){civil_add_days(last, 1), 0}),
        .why = arguments_from(turn->arena, arguments, next),
    };
    return reply_moved(turn, request, reply, delegation_give(turn, &request->actor, &wish, err));
}

bool command_delegate(struct turn *turn, const struct request *request, struct reply *reply,
                      struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "delegate", wrong.msg);
    if (arguments.count < WORDS_MIN)
        return reply_usage(turn, request, reply, "delegate", "What, and to whom?");
    int64_t onboarding = onb_parse(arguments.words[0]);
    if (!onboarding && !text_equal_fold(arguments.words[0], "all"))
        return reply_usage(turn, request, reply, "delegate",
                           arena_fmt(turn->arena, "“%s” is neither a number like ONB-1042 nor all",
                                     card_line(turn->arena, arguments.words[0], CARD_NAME_MAX)));
    if (text_equal_fold(arguments.words[1], "off"))
        return reply_moved(turn, request, reply,
                           delegation_take_back(turn, &request->actor, onboarding, err));
    return give(turn, request, reply, &arguments, onboarding, err);
}
