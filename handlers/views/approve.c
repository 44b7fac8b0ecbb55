/* The submitted approval: state, ticks, reason and day are checked by the item itself; what is
 * wrong in them is told under their inputs. Where the facts moved while the form was open, it turns
 * into the form of the new facts. */
#include "handlers/acknowledge.h"
#include "handlers/card.h"
#include "handlers/item_change.h"
#include "handlers/roles.h"
#include "handlers/views/form.h"
#include "handlers/views/views.h"

#include "base/text.h"

#include <string.h>

enum { REASON_MAX = 1000, TICK_TEXT_MAX = 4, ACK_MAX_BYTES = 15 * 1024 };

static const char *block_name(struct turn *turn, size_t block)
{
    _Static_assert(TICK_BLOCKS_MAX <= 9, "the number of a block is one digit");
    const char number[] = {(char)('1' + block), '\0'};
    return arena_join(turn->arena, TICKS_BLOCK, number);
}

/* What was ticked, "#1" a line each. */
static const char *read_ticks(struct turn *turn, const struct request *request)
{
    const char *given = NULL;
    for (size_t block = 0; block < TICK_BLOCKS_MAX; block++) {
        const char **ticked;
        size_t count = form_ticked(turn, request, block_name(turn, block), TICKS_A_BLOCK, &ticked);
        for (size_t i = 0; i < count; i++) {
            const char *number = text_line(turn->arena, ticked[i], TICK_TEXT_MAX);
            given = acknowledge_add(turn->arena, given, arena_join(turn->arena, "#", number));
        }
    }
    return given;
}

/* Under each block how many of its ticks are missing. */
static void say_missing(struct turn *turn, const struct acknowledging *needed, const char *given,
                        struct form_errors *errors)
{
    size_t missing[TICK_BLOCKS_MAX] = {0};
    for (size_t i = 0; i < needed->count; i++) {
        size_t block = i / TICKS_A_BLOCK;
        if (!acknowledge_has(turn->arena, given, needed, i))
            missing[block < TICK_BLOCKS_MAX ? block : TICK_BLOCKS_MAX - 1]++;
    }
    for (size_t block = 0; block < TICK_BLOCKS_MAX; block++)
        if (missing[block])
            form_wrong(errors, block_name(turn, block),
                       arena_fmt(turn->arena, "Tick each one that you accept: %zu %s missing.",
                                 missing[block], missing[block] == 1 ? "is" : "are"));
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

/* What is wrong in the form, under its inputs. False: nothing of that kind, or the store failed. */
static bool say_wrong(struct turn *turn, const struct request *request, const struct item *item,
                      const struct onboarding *onboarding, const struct item_given *given,
                      struct reply *reply, struct err *err)
{
    struct decision decision;
    struct acknowledging needed;
    struct form_errors errors = {0};
    unsigned key = 0;
    if (!read_key(turn, request, item, onboarding, &key, err) ||
        !item_findings(turn, item, &decision, err))
        return false;
    acknowledging_of(&decision, key, turn->arena, &needed);
    say_missing(turn, &needed, given->acknowledged, &errors);
    form_wrong(&errors, "reason",
               needed.urgent && !given->reason[0] ? "Say why: one of these is urgent." : NULL);
    form_wrong(&errors, "pay_by", acknowledge_day_wrong(turn, &needed, given->pay_by));
    return form_refuse(turn, &errors, reply);
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

/* What the form wants said again: under its inputs, or anew for other facts. False: it is over, or
 * the store failed. */
static bool ask(struct turn *turn, const struct request *request, const struct item *item,
                const struct item_given *given, struct moved moved, struct reply *reply,
                struct err *err)
{
    struct onboarding onboarding;
    unsigned key = 0;
    if (!onboardings_get(turn->db, turn->arena, item->tenant, item->onboarding, &onboarding)) {
        (void)db_ok(turn->db, err);
        return false;
    }
    if (moved.how == MOVE_ASKS)
        return say_wrong(turn, request, item, &onboarding, given, reply, err);
    return read_key(turn, request, item, &onboarding, &key, err) && key &&
           ask_again(turn, request, &onboarding, item, moved.why, reply, err);
}

bool view_approve_submitted(struct turn *turn, const struct request *request, struct reply *reply,
                            struct err *err)
{
    struct item item;
    if (!items_get(turn->db, turn->arena, request->actor.tenant, request->token->id, &item)) {
        if (!db_ok(turn->db, err))
            return false;
        reply_text(turn, request, reply, "This question is gone; nothing was changed.");
        return true;
    }
    const struct item_given given = {
        .acknowledged = read_ticks(turn, request),
        .reason = form_text(turn, request, "reason", REASON_MAX),
        .pay_by = form_date(turn, request, "pay_by"),
        .may_ask = true,
    };
    struct moved moved =
        item_approve(turn, &request->actor, item.onboarding, request->token->revision, &given, err);
    if (moved.how == MOVE_FAILED)
        return false;
    if ((moved.how == MOVE_ASKS || moved.how == MOVE_STALE) &&
        ask(turn, request, &item, &given, moved, reply, err))
        return true;
    if (err->code != ERR_NONE)
        return false;
    reply_text(turn, request, reply, "%s", moved.why);
    return true;
}
