/* What people are told of an item's moves. */
#include "handlers/sentence.h"

#include "handlers/card_values.h"
#include "handlers/item.h"

#include <string.h>

enum { MINUTE_MS = 60 * 1000 };

static const char *onb_of(struct turn *turn, const struct item *item)
{
    char onb[ONB_TEXT_SIZE];
    return arena_str(turn->arena, onb_format(item->onboarding, onb));
}

const char *sentence_part(struct turn *turn, const char *text, size_t max)
{
    const char *part = card_outside(turn->arena, text, max);
    size_t len = strlen(part);
    return len > 0 && part[len - 1] == '.' ? arena_strn(turn->arena, part, len - 1) : part;
}

const char *sentence_already(struct turn *turn, const struct item *item)
{
    if (item->state == ITEM_DECIDED) {
        bool approved = item->decision && strcmp(item->decision, "approve") == 0;
        return arena_fmt(
            turn->arena, "Already %s by <@%s>, %s.", approved ? "approved" : "rejected",
            item->decided_by ? item->decided_by : "?", card_date(turn, item->decided_at));
    }
    if (item->state == ITEM_AUTO_CLEARED)
        return arena_fmt(turn->arena,
                         "%s needs no decision any more: its facts became clean, %s%s.",
                         onb_of(turn, item), card_date(turn, item->decided_at),
                         item->cause == ITEM_ABOUT_ONBOARDING ? ", and it proceeds" : "");
    return arena_fmt(turn->arena, "%s was cancelled, %s: %s.", onb_of(turn, item),
                     card_date(turn, item->decided_at),
                     sentence_part(turn, item->reason, CARD_LINE_MAX));
}

const char *sentence_stale(struct turn *turn, const struct item *item, int64_t revision,
                           const char *change, const char *url)
{
    const char *onb = onb_of(turn, item);
    long long now = (long long)item->revision;
    const char *open = url ? arena_fmt(turn->arena, " <%s|Open r%lld>", url, now) : "";
    return arena_fmt(turn->arena,
                     "%s changed since r%lld%s%s. Nothing was decided: look at r%lld (the card is "
                     "redrawn, `%s why %s` tells more) and decide again.%s",
                     onb, (long long)revision, change ? ": " : "", change ? change : "", now,
                     turn->config->slack.command, onb, open);
}

/* ---- why not ---- */

const char *sentence_headline(struct turn *turn, const struct decision *decision)
{
    return decision->findings.count == 0
               ? ""
               : sentence_part(turn, decision->findings.items[0].text, CARD_LINE_MAX);
}

const char *sentence_blocked(struct turn *turn, const struct item *item,
                             const struct decision *decision)
{
    const char *onb = onb_of(turn, item);
    const char *headline = sentence_headline(turn, decision);
    if (decision->level == LEVEL_BLOCK_DATA)
        return arena_fmt(turn->arena,
                         "%s can't be approved on missing data: %s. The verdict stays BLOCK and "
                         "lifts itself at the next good fetch, tried every %lld min; `%s check %s` "
                         "tries now.",
                         onb, headline, (long long)turn->config->rules.recheck_min,
                         turn->config->slack.command, onb);
    return arena_fmt(turn->arena,
                     "%s can't be approved by anyone: %s. It needs a fix at the source%s%s; then "
                     "`%s check %s`.",
                     onb, headline, decision->fix ? ": " : "",
                     sentence_part(turn, decision->fix, CARD_LINE_MAX), turn->config->slack.command,
                     onb);
}

const char *sentence_keys(struct turn *turn, unsigned keys)
{
    static const struct {
        unsigned bit;
        const char *words;
    } words[] = {
        {KEY_CS, "the CS key"},
        {KEY_FINANCE, "Finance's key"},
        {KEY_FINANCE_DIRECTOR, "the Finance director's key"},
    };
    const char *line = "";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (keys & words[i].bit)
            line = arena_fmt(turn->arena, "%s%s%s", line, line[0] ? " and " : "", words[i].words);
    return line;
}

const char *sentence_span(struct turn *turn, int64_t ms)
{
    int64_t minutes = ms / MINUTE_MS, hours = minutes / 60, days = hours / 24;
    if (hours < 1)
        return arena_fmt(turn->arena, "%lld min", (long long)minutes);
    if (days < 2)
        return arena_fmt(turn->arena, "%lld hour%s", (long long)hours, hours == 1 ? "" : "s");
    return arena_fmt(turn->arena, "%lld days", (long long)days);
}
