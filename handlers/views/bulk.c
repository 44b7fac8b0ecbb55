/* The submitted bulk review: each ticked item is approved by itself, and how each ended is told in
 * the notice that the form turns into. */
#include "handlers/bulk.h"
#include "handlers/card.h"
#include "handlers/views/form.h"
#include "handlers/views/views.h"

#include "base/value.h"

#include <string.h>

enum {
    REASON_MAX = 1000,
    LINES_A_BLOCK = 10,
    /* The notice travels in the acknowledgement, whose bytes are few: a sentence that is longer, or
     * comes when so many bytes were said, makes room for a few words. */
    SENTENCE_MAX_BYTES = 250,
    SENTENCES_MAX_BYTES = 8 * 1024
};

/* How each ended: its sign, and the words for it where its own sentence is too long. */
static const struct ending {
    const char *icon, *words;
} endings[] = {
    [MOVE_DONE] = {"✅", "approved"},
    [MOVE_KEY_TURNED] = {"🔑", "your key is turned, another one is missing"},
    [MOVE_ALREADY] = {"☑️", "was decided already"},
    [MOVE_STALE] = {"🔄", "changed meanwhile: look at its card and decide again"},
    [MOVE_FORBIDDEN] = {"🚫", "is not yours to approve: its card says who can"},
    [MOVE_NOT_POSSIBLE] = {"🚫", "can't be approved in bulk: see its card"},
    [MOVE_ASKS] = {"🚫", "asks for more than a tick: see its card"},
    [MOVE_HELD] = {"⏳", "counts once its facts, which were old, have been read again"},
    [MOVE_FAILED] = {"", ""}, /* never told: nothing was changed then */
};

/* The notice as it grows. */
struct telling {
    struct turn *turn;
    struct value *blocks, *lines;
    size_t count, done, held, bytes;
};

static void tell(struct telling *telling, const char *line)
{
    if (telling->count++ % LINES_A_BLOCK == 0)
        telling->lines = value_list(value_row(telling->blocks), "lines");
    value_str(value_row(telling->lines), "line", line);
}

static void tell_end(struct telling *telling, const struct bulk_tick *tick, struct moved moved)
{
    char onb[ONB_TEXT_SIZE];
    const struct ending *ending = &endings[moved.how];
    size_t len = strlen(moved.why);
    bool in_full = moved.how != MOVE_DONE && len <= SENTENCE_MAX_BYTES &&
                   telling->bytes + len <= SENTENCES_MAX_BYTES;
    telling->done += moved.how == MOVE_DONE;
    telling->held += moved.how == MOVE_HELD;
    telling->bytes += in_full ? len : 0;
    tell(telling, in_full ? arena_fmt(telling->turn->arena, "%s %s", ending->icon, moved.why)
                          : arena_fmt(telling->turn->arena, "%s *%s* r%lld %s", ending->icon,
                                      onb_format(tick->item.onboarding, onb),
                                      (long long)tick->revision, ending->words));
}

/* ---- what was sent ---- */

static const char *block_name(struct turn *turn, size_t block)
{
    return arena_fmt(turn->arena, BULK_BLOCK "%zu", block + 1);
}

struct ticked {
    const char *values[BULK_A_BLOCK * BULK_BLOCKS_MAX];
    size_t count;
};

static bool has_value(const struct ticked *ticked, const char *value)
{
    for (size_t i = 0; i < ticked->count; i++)
        if (strcmp(ticked->values[i], value) == 0)
            return true;
    return false;
}

/* Each once. */
static void read_ticked(struct turn *turn, const struct request *request, struct ticked *out)
{
    *out = (struct ticked){.count = 0};
    for (size_t block = 0; block < BULK_BLOCKS_MAX; block++) {
        const char **values;
        size_t count = form_ticked(turn, request, block_name(turn, block), BULK_A_BLOCK, &values);
        for (size_t i = 0; i < count; i++)
            if (!has_value(out, values[i]))
                out->values[out->count++] = values[i];
    }
}

static bool say_wrong(struct turn *turn, const struct ticked *ticked, const char *reason,
                      struct reply *reply)
{
    struct form_errors errors = {0};
    form_wrong(&errors, block_name(turn, 0),
               ticked->count ? NULL : "Tick what you approve, one at least.");
    form_wrong(&errors, "reason", reason[0] ? NULL : "Say why: it stands on each card.");
    return form_refuse(turn, &errors, reply);
}

/* ---- deciding ---- */

static bool decide_one(struct telling *telling, const struct request *request, const char *value,
                       const char *reason, struct err *err)
{
    struct turn *turn = telling->turn;
    struct bulk_tick tick;
    if (!bulk_tick_read(turn, request->actor.tenant, value, &tick)) {
        tell(telling, "🚫 One of these questions is gone; nothing was changed about it.");
        return db_ok(turn->db, err);
    }
    struct moved moved = bulk_approve(turn, &request->actor, &tick, reason, err);
    if (moved.how == MOVE_FAILED)
        return false;
    tell_end(telling, &tick, moved);
    return true;
}

static bool answer(struct telling *telling, const struct request *request, struct value *context,
                   struct reply *reply, struct err *err)
{
    struct turn *turn = telling->turn;
    struct wall undo_until = item_apply_at(turn);
    size_t refused = telling->count - telling->done - telling->held;
    value_str(context, "done", arena_fmt(turn->arena, "%zu", telling->done));
    value_int(context, "held", (int64_t)telling->held);
    value_int(context, "refused", (int64_t)refused);
    value_str(context, "command", turn->config->slack.command);
    if (telling->done > 0 && undo_until.ms)
        value_str(context, "undo_until", card_date(turn, undo_until));
    return reply_template(turn, request, reply, "bulk_done.json", context, err);
}

bool view_bulk_submitted(struct turn *turn, const struct request *request, struct reply *reply,
                         struct err *err)
{
    struct ticked ticked;
    const char *reason = form_text(turn, request, "reason", REASON_MAX);
    if (strcmp(request->token->id, request->actor.user_id) != 0) {
        reply_text(turn, request, reply, "This form is somebody else's: nothing was changed.");
        return true;
    }
    read_ticked(turn, request, &ticked);
    if (say_wrong(turn, &ticked, reason, reply))
        return true;
    struct value *context = value_new(turn->arena);
    struct telling telling = {.turn = turn, .blocks = value_list(context, "blocks")};
    for (size_t i = 0; i < ticked.count; i++)
        if (!decide_one(&telling, request, ticked.values[i], reason, err))
            return false;
    return answer(&telling, request, context, reply, err);
}
