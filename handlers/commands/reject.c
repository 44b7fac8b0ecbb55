/* Reject: ends it with a reason, with the same checks as the form. Behind the reason stands who
 * fixes it, "fix @someone", by when, "by DAY", and "tell owner". */
#include "base/calendar.h"
#include "base/text.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/person.h"
#include "handlers/roles.h"

#include <string.h>

static const char *day_of(struct turn *turn, const char *word)
{
    struct civil day;
    char text[CIVIL_TEXT_SIZE];
    struct civil today = calendar_today(turn->config->calendar.zone, turn->world->now);
    return civil_parse_word(word, today, &day) ? arena_str(turn->arena, civil_format(day, text))
                                               : NULL;
}

/* What is wrong in it; NULL: nothing. */
static const char *read_rejection(struct turn *turn, const char *tenant,
                                  const struct item_arguments *arguments,
                                  struct item_rejection *out)
{
    const char *reason = "";
    for (size_t i = 0; i < arguments->word_count; i++) {
        const char *word = arguments->words[i];
        const char *next = i + 1 < arguments->word_count ? arguments->words[i + 1] : "";
        if (text_equal_fold(word, "fix") && next[0] && (next[0] == '<' || next[0] == '@')) {
            struct person person;
            const char *why = NULL;
            if (!person_named(turn, tenant, next, &person, &why))
                return why;
            if (roles_is_gone(turn, tenant, person.user_id))
                return "Whoever fixes it can do nothing here: deactivated, a guest or an app";
            out->fixer = person.user_id;
            i++;
        } else if (text_equal_fold(word, "by") && next[0] && day_of(turn, next)) {
            out->fix_by = day_of(turn, next);
            i++;
        } else if (text_equal_fold(word, "tell") && text_equal_fold(next, "owner")) {
            out->tell_owner = true;
            i++;
        } else {
            reason = arena_fmt(turn->arena, "%s%s%s", reason, reason[0] ? " " : "", word);
        }
    }
    out->reason = text_cut(turn->arena, reason, REASON_TEXT_MAX);
    const char *wrong = item_fix_day_wrong(turn, out->fix_by);
    return wrong ? wrong : reason[0] ? NULL : "Say why, in quotes";
}

bool command_reject(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    struct item_arguments arguments;
    struct item_rejection rejection = {0};
    if (!item_arguments_parse(turn, request, reply, "reject", true, &arguments))
        return true;
    const char *wrong = read_rejection(turn, request->actor.tenant, &arguments, &rejection);
    if (wrong)
        return reply_usage(turn, request, reply, "reject", wrong);
    return reply_moved(turn, request, reply,
                       item_reject_to(turn, &request->actor, arguments.number, arguments.revision,
                                      &rejection, err));
}
