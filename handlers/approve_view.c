/* The form of an approval: a tick a finding, a reason, a day to pay by. */
#include "handlers/acknowledge.h"
#include "handlers/card_subject.h"
#include "handlers/roles.h"
#include "handlers/sentence.h"
#include "handlers/views/views.h"

#include "base/calendar.h"
#include "base/text.h"

enum { OPTION_MAX = 75 };

static void put_tick(struct turn *turn, const struct finding *finding, size_t number,
                     struct value *row)
{
    value_flag(row, "tick_next", number % TICKS_A_BLOCK != 1);
    value_int(row, "tick_value", (int64_t)number);
    value_str(row, "tick_text", card_line(turn->arena, finding->text, CARD_LINE_MAX));
    value_str(row, "tick_code", finding->code);
    value_str(row, "tick_fix", card_line(turn->arena, finding->fix, CARD_LINE_MAX));
}

/* What an option is too short for stands in full below it. */
static void put_long(struct turn *turn, const struct finding *finding, const char **in_full)
{
    const char *text = card_line(turn->arena, finding->text, CARD_LINE_MAX);
    if (text_utf16_len(text) > OPTION_MAX)
        *in_full = *in_full ? arena_fmt(turn->arena, "%s · %s", *in_full, text) : text;
}

/* The last tick of a form that is full stands for all others. */
static void put_others(struct turn *turn, size_t others, size_t number, struct value *row)
{
    value_flag(row, "tick_next", true);
    value_int(row, "tick_value", (int64_t)number);
    value_str(row, "tick_text", arena_fmt(turn->arena, "And %zu more findings", others));
}

static void put_ticks(struct turn *turn, const struct acknowledging *needed, struct value *context)
{
    enum { MOST = TICKS_A_BLOCK * TICK_BLOCKS_MAX };
    struct value *blocks = value_list(context, "tick_blocks"), *row = NULL, *list = NULL;
    const char *in_full = NULL;
    for (size_t i = 0; i < needed->count && i < MOST; i++) {
        if (i % TICKS_A_BLOCK == 0) {
            in_full = NULL;
            row = value_row(blocks);
            value_int(row, "block_number", (int64_t)(i / TICKS_A_BLOCK + 1));
            value_flag(row, "block_next", i > 0);
            list = value_list(row, "ticks");
        }
        if (i + 1 == MOST && needed->count > MOST) {
            put_others(turn, needed->count - i, i + 1, value_row(list));
        } else {
            put_tick(turn, needed->findings[i], i + 1, value_row(list));
            put_long(turn, needed->findings[i], &in_full);
        }
        if (i + 1 == needed->count || i % TICKS_A_BLOCK == TICKS_A_BLOCK - 1)
            value_str(row, "in_full", in_full ? in_full : "");
    }
}

bool view_approve(struct turn *turn, const struct actor *actor, const struct onboarding *onboarding,
                  const struct item *item, const char *changed, const char **out, struct err *err)
{
    struct card_subject subject;
    struct acknowledging needed;
    const char *why = NULL;
    if (!card_subject_read_item(turn, onboarding, item, &subject, err))
        return false;
    unsigned missing = card_missing_keys(turn, &subject);
    unsigned key = missing ? roles_key_for(turn, actor, onboarding, item, missing, &why) : 0;
    unsigned keys = item_keys(item, &subject.run, &subject.brief);
    bool several = (keys & (keys - 1)) != 0 && key;
    acknowledging_of(&subject.decision, key ? key : KEY_CS, turn->arena, &needed);
    struct value *context = value_new(turn->arena);
    card_put_head(turn, &subject, context);
    value_str(context, "token", card_token(turn, item, "approve"));
    value_str(context, "changed_words", changed);
    value_str(context, "key_words", several ? sentence_keys(turn, key) : NULL);
    put_ticks(turn, &needed, context);
    value_flag(context, "urgent", needed.urgent);
    value_flag(context, "owes", needed.owes);
    return card_view(turn, "approve.json", context, out, err);
}
