/* The decision: the checks in their order, the findings in a fixed one, the worst
 * level as the verdict. */
#include "handlers/decide.h"

#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"
#include "handlers/checks/receivables.h"

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

/* Rows of one code stand together. */
static void skip_all(const struct check *check, const char *needs, struct findings *findings)
{
    const char *last = "";
    for (const struct check_says *says = check->says; says->code; says++) {
        if (strcmp(says->code, last) != 0)
            finding_skip(findings, says->code, needs);
        last = says->code;
    }
}

static void run_one(const struct check *check, const struct check_input *input,
                    struct findings *findings)
{
    size_t before = findings->count;
    check->run(input, findings);
    for (size_t i = before; i < findings->count; i++)
        findings->items[i].sources = check->needs;
}

enum { MAX_FIXES = 20 };

/* Is that fix one of those listed already? */
static bool is_listed(const char *all, const char *fix)
{
    size_t len = strlen(fix);
    for (const char *at = all; (at = strstr(at, fix)) != NULL; at += len) {
        bool begins = at == all || (at - all >= 2 && memcmp(at - 2, "; ", 2) == 0);
        if (begins && (at[len] == '\0' || at[len] == ';'))
            return true;
    }
    return false;
}

/* Every finding that keeps the verdict from PROCEED must go: their fixes, each once, without those
 * that go along with another. One without a fix: there is no such set. */
static const char *smallest_fix(const struct findings *findings)
{
    struct buf all = {0};
    size_t count = 0;
    bool possible = true;
    for (size_t i = 0; i < findings->count && possible; i++) {
        const struct finding *finding = &findings->items[i];
        if (finding->level <= LEVEL_NOTE || finding->fixed_along)
            continue;
        possible = finding->fix != NULL;
        if (!possible || (count <= MAX_FIXES && is_listed(buf_cstr(&all), finding->fix)))
            continue;
        if (count++ < MAX_FIXES)
            buf_fmt(&all, "%s%s", all.len ? "; " : "", finding->fix);
    }
    if (count > MAX_FIXES)
        buf_fmt(&all, "; and %zu more", count - MAX_FIXES);
    const char *text = possible && all.len ? arena_str(findings->arena, buf_cstr(&all)) : NULL;
    buf_release(&all);
    return text;
}

static void sort(struct findings *findings)
{
    if (findings->count)
        qsort(findings->items, findings->count, sizeof *findings->items, by_weight);
    if (findings->skipped_count)
        qsort(findings->skipped, findings->skipped_count, sizeof *findings->skipped, by_code);
    size_t kept = 0;
    for (size_t i = 0; i < findings->skipped_count; i++)
        if (!kept || by_code(&findings->skipped[kept - 1], &findings->skipped[i]) != 0)
            findings->skipped[kept++] = findings->skipped[i];
    findings->skipped_count = kept;
}

/* Names the driver, so that the same deal drives when the decision is made again. */
static struct remembered kept_for_next(const struct check_input *input, struct arena *arena)
{
    struct remembered out = input->remembered;
    const struct opportunity *driver = input->deal->driver;
    out.opportunity_id = arena_str(arena, driver ? driver->id : out.opportunity_id);
    out.previous_owner_id = arena_str(arena, out.previous_owner_id);
    const char *owner = input->facts->account.owner_id;
    out.owner_id = arena_str(arena, owner ? owner : out.owner_id);
    if (!out.previous_owner_id)
        out.previous_owner_on = CIVIL_NONE;
    return out;
}

void decide_knowing(const struct check_input *input, struct arena *arena, struct decision *out)
{
    struct check_input full = *input;
    struct receivables receivables;
    const struct deal deal = deal_of(input->facts, input->remembered.opportunity_id);
    receivables_of(&full, arena, &receivables);
    full.deal = &deal;
    full.receivables = &receivables;
    *out = (struct decision){
        .findings = {.arena = arena},
        .today = input->today,
        .rules_version = input->config->rules.rules_version,
        .remembered = kept_for_next(&full, arena),
    };
    for (size_t i = 0; i < checks_count; i++) {
        const char *needs = lacks(input->facts, &checks[i], arena);
        if (needs)
            skip_all(&checks[i], needs, &out->findings);
        else
            run_one(&checks[i], &full, &out->findings);
    }
    sort(&out->findings);
    out->level = out->findings.count ? out->findings.items[0].level : LEVEL_NONE;
    out->fix = smallest_fix(&out->findings);
    facts_digest(input->facts, out->facts_digest);
}

void decide(const struct facts *facts, const struct config *config, struct civil today,
            struct arena *arena, struct decision *out)
{
    const struct check_input input = {.facts = facts, .config = config, .today = today};
    decide_knowing(&input, arena, out);
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
