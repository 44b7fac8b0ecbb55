/* Out of office: someone stands in for me for everything, from one day to another. */
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/commands/dates.h"
#include "handlers/delegation.h"
#include "handlers/person.h"

enum { WORDS_MIN = 4 }; /* on, whom, from, to */

static bool show(struct turn *turn, const struct request *request, struct reply *reply)
{
    struct delegation now;
    const char *command = turn->config->slack.command;
    if (!delegation_now(turn, request->actor.tenant, request->actor.user_id, 0, &now))
        reply_text(turn, request, reply,
                   "Nobody stands in for you. `%s ooo on @delegate FROM TO` names someone.",
                   command);
    else
        reply_text(turn, request, reply,
                   "<@%s> stands in for you from %s until %s. `%s ooo off` ends that.", now.to,
                   card_date(turn, now.starts_at), delegation_until(turn, now.ends_at), command);
    return true;
}

static bool on(struct turn *turn, const struct request *request, struct reply *reply,
               const struct arguments *arguments, struct err *err)
{
    const char *tenant = request->actor.tenant, *why = NULL;
    const char *zone = person_zone(turn, tenant, request->actor.user_id);
    struct civil today = calendar_today(zone, turn->world->now), from = today, to = today;
    struct person person;
    if (arguments->count < WORDS_MIN)
        return reply_usage(turn, request, reply, "ooo", "Someone and two days are needed");
    if (!person_named(turn, tenant, arguments->words[1], &person, &why)) {
        reply_text(turn, request, reply, "%s", why);
        return true;
    }
    for (size_t i = 2; i < WORDS_MIN; i++)
        if (!date_typed(arguments->words[i], today, from, i == 2 ? &from : &to))
            return reply_usage(
                turn, request, reply, "ooo",
                arena_fmt(turn->arena, "“%s” is no day: write " DATE_FORMS,
                          card_line(turn->arena, arguments->words[i], CARD_NAME_MAX)));
    const struct delegation_wish wish = {
        .to = person.user_id,
        .starts_at = calendar_instant(zone, (struct local){from, 0}),
        .ends_at = calendar_instant(zone, (struct local){civil_add_days(to, 1), 0}),
        .why = arguments_from(turn->arena, arguments, WORDS_MIN),
    };
    return reply_moved(turn, request, reply, delegation_give(turn, &request->actor, &wish, err));
}

bool command_ooo(struct turn *turn, const struct request *request, struct reply *reply,
                 struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "ooo", wrong.msg);
    if (arguments.count == 0)
        return show(turn, request, reply);
    if (text_equal_fold(arguments.words[0], "on"))
        return on(turn, request, reply, &arguments, err);
    if (text_equal_fold(arguments.words[0], "off") && arguments.count == 1)
        return reply_moved(turn, request, reply,
                           delegation_take_back(turn, &request->actor, 0, err));
    return reply_usage(turn, request, reply, "ooo", "It is either on or off");
}
