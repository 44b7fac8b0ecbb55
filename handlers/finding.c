/* Findings and levels: the words, and the list that checks add to. */
#include "handlers/finding.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *verdict;
} levels[LEVEL_COUNT] = {
    [LEVEL_NONE] = {"NONE", "PROCEED"},
    [LEVEL_NOTE] = {"NOTE", "PROCEED"},
    [LEVEL_ESCALATE_WARN] = {"ESCALATE_WARN", "ESCALATE"},
    [LEVEL_ESCALATE_URGENT] = {"ESCALATE_URGENT", "ESCALATE"},
    [LEVEL_BLOCK_FINANCE] = {"BLOCK_FINANCE", "BLOCK"},
    [LEVEL_BLOCK_FINANCE_DIRECTOR] = {"BLOCK_FINANCE_DIRECTOR", "BLOCK"},
    [LEVEL_BLOCK_DATA] = {"BLOCK_DATA", "BLOCK"},
    [LEVEL_BLOCK_HARD] = {"BLOCK_HARD", "BLOCK"},
};

const char *level_name(enum level level)
{
    assert(level < LEVEL_COUNT);
    return levels[level].name;
}

const char *level_verdict(enum level level)
{
    assert(level < LEVEL_COUNT);
    return levels[level].verdict;
}

static const struct {
    unsigned bit;
    const char *name;
} route_names[] = {
    {ROUTE_CS, "cs"},           {ROUTE_OWNER, "owner"},
    {ROUTE_LEGAL, "legal"},     {ROUTE_FINANCE, "finance"},
    {ROUTE_REVOPS, "revops"},   {ROUTE_FINANCE_DIRECTOR, "finance_director"},
    {ROUTE_MANAGER, "manager"}, {ROUTE_CS_MANAGER, "cs_manager"},
    {ROUTE_ADMIN, "admin"},
};

const char *route_name(unsigned bit)
{
    for (size_t i = 0; i < sizeof route_names / sizeof *route_names; i++)
        if (route_names[i].bit == bit)
            return route_names[i].name;
    return "";
}

unsigned route_bit(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof route_names / sizeof *route_names; i++)
        if (strncmp(route_names[i].name, name, len) == 0 && route_names[i].name[len] == '\0')
            return route_names[i].bit;
    return 0;
}

/* Room for one more in an arena's array; what it grew out of stays in the arena. */
static void *grow(struct arena *arena, void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 8;
    void *larger = arena_array(arena, *cap, size);
    if (count)
        memcpy(larger, items, count * size);
    return larger;
}

struct finding *finding_new(struct findings *findings)
{
    findings->items = grow(findings->arena, findings->items, findings->count, &findings->cap,
                           sizeof *findings->items);
    struct finding *finding = &findings->items[findings->count++];
    *finding = (struct finding){0};
    return finding;
}

struct finding *finding_add(struct findings *findings, const char *code, enum level level,
                            unsigned routes, const char *subject, const char *text_fmt, ...)
{
    struct finding *finding = finding_new(findings);
    va_list args;
    va_start(args, text_fmt);
    finding->code = code;
    finding->level = level;
    finding->subject = arena_str(findings->arena, subject ? subject : "");
    finding->routes = routes;
    finding->text = arena_vfmt(findings->arena, text_fmt, args);
    va_end(args);
    return finding;
}

void finding_fix(struct findings *findings, struct finding *finding, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    finding->fix = arena_vfmt(findings->arena, fmt, args);
    va_end(args);
}

void finding_input(struct findings *findings, struct finding *finding, const char *name,
                   const char *fmt, ...)
{
    if (finding->input_count == FINDING_MAX_INPUTS)
        return;
    va_list args;
    va_start(args, fmt);
    finding->inputs[finding->input_count++] =
        (struct finding_input){name, arena_vfmt(findings->arena, fmt, args)};
    va_end(args);
}

const char *finding_percent(struct arena *arena, int64_t basis_points)
{
    int64_t whole = basis_points / 100, rest = basis_points % 100;
    if (rest == 0)
        return arena_fmt(arena, "%" PRId64, whole);
    if (rest % 10 == 0)
        return arena_fmt(arena, "%" PRId64 ".%" PRId64, whole, rest / 10);
    return arena_fmt(arena, "%" PRId64 ".%02" PRId64, whole, rest);
}

void finding_skip(struct findings *findings, const char *code, const char *needs)
{
    findings->skipped = grow(findings->arena, findings->skipped, findings->skipped_count,
                             &findings->skipped_cap, sizeof *findings->skipped);
    findings->skipped[findings->skipped_count++] =
        (struct skipped){arena_str(findings->arena, code), arena_str(findings->arena, needs)};
}
