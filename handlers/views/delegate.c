/* The submitted delegation: days and person are checked here, whether it may be by
 * handlers/delegation_give.c. */
#include "db/items.h"
#include "handlers/delegation.h"
#include "handlers/person.h"
#include "handlers/views/form.h"
#include "handlers/views/views.h"

#include <string.h>

enum { WHY_MAX = 200 };

/* *day stays as it is where the form has no such input. */
static const char *day_error(struct turn *turn, const struct request *request, const char *input,
                             struct civil earliest, const char *words, struct civil *day)
{
    struct err err = {0};
    const char *text = form_date(turn, request, input);
    if (!civil_parse(text, day, &err) || !civil_is_known(*day))
        return "Pick a day.";
    return civil_days_between(earliest, *day) < 0 ? words : NULL;
}

/* False: the form stays open and says what is wrong. */
static bool read_wish(struct turn *turn, const struct request *request, bool of_all,
                      struct delegation_wish *wish, struct reply *reply)
{
    const char *zone = person_zone(turn, request->actor.tenant, request->actor.user_id);
    struct civil today = calendar_today(zone, turn->world->now), from = today, until = CIVIL_NONE;
    struct form_errors errors = {0};
    wish->to = form_user(turn, request, "delegate");
    wish->why = form_text(turn, request, "why", WHY_MAX);
    form_wrong(&errors, "delegate", wish->to[0] ? NULL : "Pick a person.");
    if (of_all)
        form_wrong(&errors, "from",
                   day_error(turn, request, "from", today, "That day is over.", &from));
    form_wrong(&errors, "until",
               day_error(turn, request, "until", errors.count ? today : from,
                         "The last day can't come before the first.", &until));
    if (form_refuse(turn, &errors, reply))
        return false;
    wish->starts_at = of_all ? calendar_instant(zone, (struct local){from, 0}) : turn->world->now;
    wish->ends_at = calendar_instant(zone, (struct local){civil_add_days(until, 1), 0});
    return true;
}

static bool give(struct turn *turn, const struct request *request, struct reply *reply,
                 const struct delegation_wish *wish, struct err *err)
{
    struct moved moved = delegation_give(turn, &request->actor, wish, err);
    if (moved.how == MOVE_FAILED)
        return false;
    reply_text(turn, request, reply, "%s", moved.why);
    return true;
}

bool view_delegate_submitted(struct turn *turn, const struct request *request, struct reply *reply,
                             struct err *err)
{
    struct delegation_wish wish = {0};
    struct item item;
    if (!read_wish(turn, request, false, &wish, reply))
        return true;
    if (!items_get(turn->db, turn->arena, request->actor.tenant, request->token->id, &item)) {
        if (!db_ok(turn->db, err))
            return false;
        reply_text(turn, request, reply, "This question is gone; nothing was changed.");
        return true;
    }
    wish.onboarding = item.onboarding;
    return give(turn, request, reply, &wish, err);
}

bool view_ooo_submitted(struct turn *turn, const struct request *request, struct reply *reply,
                        struct err *err)
{
    struct delegation_wish wish = {0};
    if (strcmp(request->token->id, request->actor.user_id) != 0) {
        reply_text(turn, request, reply, "This form is somebody else's: nothing was changed.");
        return true;
    }
    return !read_wish(turn, request, true, &wish, reply) || give(turn, request, reply, &wish, err);
}
