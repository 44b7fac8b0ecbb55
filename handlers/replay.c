/* Deciding stored facts again, and naming what comes out differently. */
#include "handlers/replay.h"

#include <string.h>

const char *replay_kind_words(enum replay_kind kind)
{
    static const char *const words[] = {
        [REPLAY_CAME] = "new", [REPLAY_WENT] = "gone", [REPLAY_DIFFERS] = "differs"};
    return words[kind];
}

/* ---- comparing ---- */

static bool same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_inputs(const struct finding *a, const struct finding *b)
{
    if (a->input_count != b->input_count)
        return false;
    for (size_t i = 0; i < a->input_count; i++)
        if (!same(a->inputs[i].name, b->inputs[i].name) ||
            !same(a->inputs[i].value, b->inputs[i].value))
            return false;
    return true;
}

/* The first finding of `findings` from `from` on that is about the same thing. */
static const struct finding *find(const struct findings *findings, const struct finding *like,
                                  const bool *taken)
{
    for (size_t i = 0; i < findings->count; i++)
        if (!taken[i] && same(findings->items[i].code, like->code) &&
            findings->items[i].level == like->level &&
            same(findings->items[i].subject, like->subject))
            return &findings->items[i];
    return NULL;
}

static void add(struct replay *replay, enum replay_kind kind, const char *code, const char *subject,
                const char *text)
{
    replay->changes[replay->change_count++] = (struct replay_change){kind, code, subject, text};
}

static const char *leveled(struct arena *arena, const struct finding *finding)
{
    return arena_fmt(arena, "%s: %s", level_name(finding->level), finding->text);
}

static void compare_one(struct replay *replay, const struct finding *before,
                        const struct finding *after, struct arena *arena)
{
    const char *what = !same(before->text, after->text)  ? "text"
                       : !same(before->fix, after->fix)  ? "fix"
                       : !same_inputs(before, after)     ? "inputs"
                       : before->routes != after->routes ? "people"
                                                         : NULL;
    if (what)
        add(replay, REPLAY_DIFFERS, after->code, after->subject,
            arena_fmt(arena, "%s: was “%s”, is “%s”", what, before->text, after->text));
}

static void compare_findings(struct replay *replay, struct arena *arena)
{
    const struct findings *before = &replay->before.findings, *after = &replay->after.findings;
    bool *taken = arena_array(arena, before->count + 1, sizeof *taken);
    for (size_t i = 0; i < after->count; i++) {
        const struct finding *now = &after->items[i], *then = find(before, now, taken);
        if (then) {
            taken[then - before->items] = true;
            compare_one(replay, then, now, arena);
        } else {
            add(replay, REPLAY_CAME, now->code, now->subject, leveled(arena, now));
        }
    }
    for (size_t i = 0; i < before->count; i++)
        if (!taken[i])
            add(replay, REPLAY_WENT, before->items[i].code, before->items[i].subject,
                leveled(arena, &before->items[i]));
}

static bool is_skipped(const struct findings *findings, const struct skipped *skipped)
{
    for (size_t i = 0; i < findings->skipped_count; i++)
        if (same(findings->skipped[i].code, skipped->code) &&
            same(findings->skipped[i].needs, skipped->needs))
            return true;
    return false;
}

static void compare_skipped(struct replay *replay, enum replay_kind kind, struct arena *arena)
{
    const struct findings *one = &replay->after.findings, *other = &replay->before.findings;
    if (kind == REPLAY_WENT) {
        one = &replay->before.findings;
        other = &replay->after.findings;
    }
    for (size_t i = 0; i < one->skipped_count; i++)
        if (!is_skipped(other, &one->skipped[i]))
            add(replay, kind, one->skipped[i].code, "",
                arena_fmt(arena, "skipped: needs %s", one->skipped[i].needs));
}

static void compare(struct replay *replay, struct arena *arena)
{
    const struct findings *before = &replay->before.findings, *after = &replay->after.findings;
    replay->changes = arena_array(
        arena, before->count + after->count + before->skipped_count + after->skipped_count + 1,
        sizeof *replay->changes);
    compare_findings(replay, arena);
    compare_skipped(replay, REPLAY_CAME, arena);
    compare_skipped(replay, REPLAY_WENT, arena);
    if (!same(replay->before.fix, replay->after.fix))
        add(replay, REPLAY_DIFFERS, "fix", "",
            arena_fmt(arena, "was “%s”, is “%s”", replay->before.fix ? replay->before.fix : "",
                      replay->after.fix ? replay->after.fix : ""));
}

/* ---- deciding again ---- */

bool replay_run(const struct run *run, const struct config *config, struct arena *arena,
                struct replay *out, struct err *err)
{
    struct facts facts;
    struct check_input input = {.facts = &facts, .config = config};
    char digest[DIGEST_HEX_SIZE];
    *out = (struct replay){0};
    if (!facts_read(run->facts, strlen(run->facts), arena, &facts, err) ||
        !sources_read(run->sources, &facts, err) ||
        !decision_read(run->findings, arena, &out->before, err) ||
        !civil_parse(run->today, &input.today, err))
        return false;
    facts_digest_text(run->facts, strlen(run->facts), digest);
    out->facts_are_damaged = !same(digest, run->facts_digest);
    out->account = facts.account.name ? facts.account.name : facts.account.id;
    out->before.today = input.today;
    out->before.rules_version = run->rules_version;
    input.remembered = out->before.remembered;
    facts_normalise(&facts);
    decide_knowing(&input, arena, &out->after);
    compare(out, arena);
    return true;
}

bool replay_is_identical(const struct replay *replay)
{
    return !replay->facts_are_damaged && replay->change_count == 0 &&
           replay->before.level == replay->after.level;
}

bool replay_flips(const struct replay *replay)
{
    return !same(level_verdict(replay->before.level), level_verdict(replay->after.level));
}
