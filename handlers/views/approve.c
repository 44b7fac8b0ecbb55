/* The submitted approval: every tick, the reason and the day are checked here, under their inputs;
 * the state once more by the item itself. Where the facts moved while the form was open, it turns
 * into the form of the new facts. */
#include "handlers/acknowledge.h"
#include "handlers/card.h"
#include "handlers/item_change.h"
#include "handlers/roles.h"
#include "handlers/views/form.h"
#include "handlers/views/views.h"

#include <stdlib.h>
#include <string.h>

enum { REASON_MAX = 1000, ACK_MAX_BYTES = 15 * 1024 };

static const char *block_name(struct turn *turn, size_t block)
{
    return arena_fmt(turn->arena, TICKS_BLOCK "%zu", block + 1);
}

static bool holds(const char *const *values, size_t count, size_t number)
{
    for (size_t i = 0; i < count; i++)
        if (strtoul(values[i], NULL, 10) == number && strlen(values[i]) < 4)
            return true;
    return false;
}

/* The names of what was ticked; what was not is wrong. The last tick of a full form stands for all
 * that have none of their own. */
static const char *read_ticks(struct turn *turn, const struct request *request,
                              const struct acknowledging *needed, struct form_errors *errors)
{
    const char *given = NULL;
    for (size_t block = 0; block < TICK_BLOCKS_MAX && block * TICKS_A_BLOCK < needed->count;
         block++) {
        const char **ticked;
        const char *input = block_name(turn, block);
        size_t count = form_ticked(turn, request, input, TICKS_A_BLOCK, &ticked), missing = 0;
        for (size_t i = block * TICKS_A_BLOCK; i < needed->count; i++) {
            size_t number = i + 1;
            if (block + 1 < TICK_BLOCKS_MAX && i >= (block + 1) * TICKS_A_BLOCK)
                break;
            if (number > TICKS_A_BLOCK * TICK_BLOCKS_MAX)
                number = TICKS_A_BLOCK * TICK_BLOCKS_MAX;
            if (holds(ticked, count, number))
                given = acknowledge_add(turn->arena, given,
                                        acknowledge_name(turn->arena, needed->findings[i]));
            else
                missing++;
        }
        if (missing)
            form_wrong(errors, input,
                       arena_fmt(turn->arena, "Tick each one that you accept: %zu %s missing.",
                                 missing, missing == 1 ? "is" : "are"));
    }
    return given;
}

/* The key that this person turns on the item as it stands; 0: none, the item says why. */
static bool read_key(struct turn *turn, const struct request *request, const struct item *item,
                     const struct onboarding *onboarding, unsigned *key, struct err *err)
{
    struct run run;
    struct brief brief;
    const char *why = NULL;
    *key = 0;
    if (!item_is_open((enum item_state)item->state))
        return true;
    if (!item_brief(turn, item, &run, &brief, err))
        return false;
    unsigned keys = item_keys(item, &run, &brief) & ~item_keys_turned(turn, item);
    if (keys)
        *key = roles_key_for(turn, &request->actor, onboarding, item, keys, &why);
    return true;
}

/* Nothing is to be ticked where the item moved on meanwhile, or this person has no key to turn. */
static bool read_needed(struct turn *turn, const struct request *request, const struct item *item,
                        const struct onboarding *onboarding, struct acknowledging *out,
                        struct err *err)
{
    struct decision decision;
    unsigned key = 0;
    *out = (struct acknowledging){0};
    if (item->revision != request->token->revision)
        return true;
    if (!read_key(turn, request, item, onboarding, &key, err) ||
        (key && !item_findings(turn, item, &decision, err)))
        return false;
    if (key)
        acknowledging_of(&decision, key, turn->arena, out);
    return true;
}

/* The same form for the facts as they are now, with what changed on top. */
static bool ask_again(struct turn *turn, const struct request *request,
                      const struct onboarding *onboarding, const struct item *item,
                      const char *changed, struct reply *reply, struct err *err)
{
    const char *view;
    if (!view_approve(turn, &request->actor, onboarding, item, changed, &view, err))
        return false;
    const char *ack = arena_fmt(turn->arena, "{\"response_action\":\"update\",\"view\":%s}", view);
    if (strlen(ack) <= ACK_MAX_BYTES)
        reply->ack = ack;
    else
        reply_text(turn, request, reply, "%s", changed);
    return true;
}

static bool answer(struct turn *turn, const struct request *request, const struct item *item,
                   const struct onboarding *onboarding, struct moved moved, struct reply *reply,
                   struct err *err)
{
    unsigned key = 0;
    if (moved.how == MOVE_FAILED ||
        (moved.how == MOVE_STALE && !read_key(turn, request, item, onboarding, &key, err)))
        return false;
    if (key)
        return ask_again(turn, request, onboarding, item, moved.why, reply, err);
    reply_text(turn, request, reply, "%s", moved.why);
    return true;
}

bool view_approve_submitted(struct turn *turn, const struct request *request, struct reply *reply,
                            struct err *err)
{
    const char *tenant = request->actor.tenant;
    struct item item;
    struct onboarding onboarding;
    struct acknowledging needed;
    struct form_errors errors = {0};
    if (!items_get(turn->db, turn->arena, tenant, request->token->id, &item) ||
        !onboardings_get(turn->db, turn->arena, tenant, item.onboarding, &onboarding)) {
        if (!db_ok(turn->db, err))
            return false;
        reply_text(turn, request, reply, "This question is gone; nothing was changed.");
        return true;
    }
    if (!read_needed(turn, request, &item, &onboarding, &needed, err))
        return false;
    const struct item_given given = {
        .acknowledged = read_ticks(turn, request, &needed, &errors),
        .reason = form_text(turn, request, "reason", REASON_MAX),
        .pay_by = form_date(turn, request, "pay_by"),
    };
    form_wrong(&errors, "reason",
               needed.urgent && !given.reason[0] ? "Say why: one of these is urgent." : NULL);
    form_wrong(&errors, "pay_by",
               needed.owes ? acknowledge_day_wrong(turn, &needed, given.pay_by) : NULL);
    if (form_refuse(turn, &errors, reply))
        return true;
    struct moved moved =
        item_approve(turn, &request->actor, item.onboarding, request->token->revision, &given, err);
    return answer(turn, request, &item, &onboarding, moved, reply, err);
}
