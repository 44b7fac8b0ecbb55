/* The decision: the checks in their order, the findings in a fixed one, the worst
 * level as the verdict. */
#include "handlers/decide.h"

#include "handlers/checks/checks.h"

#include <stdlib.h>
#include <string.h>

static int by_weight(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->level != y->level)
        return x->level > y->level ? -1 : 1;
    int order = strcmp(x->code, y->code);
    if (!order)
        order = strcmp(x->subject, y->subject);
    return order ? order : strcmp(x->text, y->text);
}

static int by_code(const void *a, const void *b)
{
    const struct skipped *x = a, *y = b;
    int order = strcmp(x->code, y->code);
    return order ? order : strcmp(x->needs, y->needs);
}

/* What a check lacks, in words; NULL when it has everything. */
static const char *lacks(const struct facts *facts, const struct check *check, struct arena *arena)
{
    const char *words = NULL;
    for (int i = 0; i < SOURCE_COUNT; i++) {
        const struct source_state *source = &facts->sources[i];
        if (!(check->needs & 1u << i) || source->ok)
            continue;
        const char *one = arena_fmt(arena, source->absent ? "%s, which is not configured" : "%s",
                                    source_title((enum source)i));
        words = words ? arena_fmt(arena, "%s and %s", words, one) : one;
    }
    return words;
}

static void skip_all(const char *codes, const char *needs, struct findings *findings)
{
    for (const char *code = codes; *code;) {
        size_t len = strcspn(code, ",");
        finding_skip(findings, arena_strn(findings->arena, code, len), needs);
        code += len + (code[len] == ',');
    }
}

/* Every finding that keeps the verdict from PROCEED must go: their fixes, each once. One without a
 * fix: there is no such set. */
static const char *smallest_fix(const struct findings *findings)
{
    const char *all = NULL;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        if (finding->level <= LEVEL_NOTE)
            continue;
        if (!finding->fix)
            return NULL;
        bool said = false;
        for (size_t j = 0; j < i; j++)
            said |= findings->items[j].level > LEVEL_NOTE &&
                    strcmp(findings->items[j].fix, finding->fix) == 0;
        if (!said)
            all = all ? arena_fmt(findings->arena, "%s; %s", all, finding->fix) : finding->fix;
    }
    return all;
}

void decide(const struct facts *facts, const struct config *config, struct civil today,
            struct arena *arena, struct decision *out)
{
    struct check_input input = {facts, config, today};
    *out = (struct decision){
        .findings = {.arena = arena},
        .today = today,
        .rules_version = config->rules.rules_version,
    };
    for (size_t i = 0; i < checks_count; i++) {
        const char *needs = lacks(facts, &checks[i], arena);
        if (needs)
            skip_all(checks[i].codes, needs, &out->findings);
        else
            checks[i].run(&input, &out->findings);
    }
    if (out->findings.count)
        qsort(out->findings.items, out->findings.count, sizeof *out->findings.items, by_weight);
    if (out->findings.skipped_count)
        qsort(out->findings.skipped, out->findings.skipped_count, sizeof *out->findings.skipped,
              by_code);
    out->level = out->findings.count ? out->findings.items[0].level : LEVEL_NONE;
    out->fix = smallest_fix(&out->findings);
    facts_digest(facts, out->facts_digest);
}

static const struct {
    unsigned bit;
    const char *name;
} keys[] = {
    {KEY_CS, "cs"},
    {KEY_FINANCE, "finance"},
    {KEY_FINANCE_DIRECTOR, "finance_director"},
};

const char *key_name(unsigned bit)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].bit == bit)
            return keys[i].name;
    return "";
}

/* Each block is lifted on its own; a CS approver's key is always one of them. */
unsigned decision_keys(const struct decision *decision)
{
    unsigned mask = 0;
    for (size_t i = 0; i < decision->findings.count; i++) {
        enum level level = decision->findings.items[i].level;
        if (level == LEVEL_BLOCK_DATA || level == LEVEL_BLOCK_HARD)
            return 0;
        if (level >= LEVEL_ESCALATE_WARN)
            mask |= KEY_CS;
        if (level == LEVEL_BLOCK_FINANCE)
            mask |= KEY_FINANCE;
        if (level == LEVEL_BLOCK_FINANCE_DIRECTOR)
            mask |= KEY_FINANCE_DIRECTOR;
    }
    return mask;
}
