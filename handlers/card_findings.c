/* Findings explained: what each was made from, where that was read and when, the rule that fired
 * and the thresholds in force; and what was not checked, for lack of what. */
#include "base/config_table.h"
#include "base/json.h"
#include "handlers/card_subject.h"

#include <assert.h>
#include <string.h>

enum { REASONS_SHOWN = 3, REASONS_MAX = 12, CODES_SHOWN = 12, FULL_TEXT_MAX = 1000, KEY_MAX = 64 };

static const char *joined(struct arena *arena, const char *list, const char *between,
                          const char *one)
{
    return list ? arena_fmt(arena, "%s%s%s", list, between, one) : one;
}

/* ---- the rule ---- */

/* A code may stand in several rows of its check at one level. */
static const char *rule_words(struct arena *arena, const struct check *check,
                              const struct finding *finding)
{
    const char *words = NULL;
    for (const struct check_says *row = check->says; row->code; row++)
        if (strcmp(row->code, finding->code) == 0 && row->levels & 1u << finding->level)
            words = joined(arena, words, "; or ", row->fires);
    return words;
}

static void put_threshold(struct turn *turn, const char *path, size_t len, struct value *list)
{
    char name[KEY_MAX] = "";
    assert(len < sizeof name);
    memcpy(name, path, len);
    const struct config_key *key = config_key_find(name);
    assert(key);
    struct value *row = value_row(list);
    value_str(row, "threshold_key", name);
    value_str(
        row, "threshold_value",
        card_line(turn->arena, config_key_words(turn->arena, turn->config, key), CARD_NAME_MAX));
}

static void put_thresholds(struct turn *turn, const struct check *check,
                           const struct finding *finding, struct value *row)
{
    struct value *list = value_list(row, "thresholds");
    for (const struct check_says *says = check->says; says->code; says++) {
        const char *at = says->thresholds;
        if (strcmp(says->code, finding->code) != 0 || !(says->levels & 1u << finding->level))
            continue;
        while (at && *at) {
            size_t len = strcspn(at, ",");
            put_threshold(turn, at, len, list);
            at += len + (at[len] == ',');
        }
    }
}

static void put_source(struct turn *turn, enum source source, struct json_node *sources,
                       struct value *list)
{
    struct wall at = {0};
    struct err ignored = {0};
    struct value *row = value_row(list);
    const char *path = arena_fmt(turn->arena, "%s.fetched_at", source_name(source));
    value_flag(row, "read_next", list->len > 1);
    value_str(row, "read_title", source_title(source));
    if (wall_parse(json_node_str(sources, path, turn->arena, ""), &at, &ignored) && at.ms > 0)
        value_str(row, "read_at", card_date(turn, at));
}

void card_put_rule(struct turn *turn, const struct finding *finding, struct json_node *sources,
                   struct value *row)
{
    const struct check *check = checks_of(finding);
    if (check != NULL) {
        value_str(row, "finding_check", check->name);
        value_str(row, "finding_rule", rule_words(turn->arena, check, finding));
        put_thresholds(turn, check, finding, row);
    }
    struct value *list = value_list(row, "read");
    for (int source = 0; source < SOURCE_COUNT; source++)
        if (finding->sources & 1u << source)
            put_source(turn, (enum source)source, sources, list);
    value_flag(row, "explained", check != NULL || finding->sources != 0);
}

/* ---- findings ---- */

/* "cs, finance": who hears of a finding. */
static const char *routes_words(struct arena *arena, unsigned routes)
{
    const char *words = NULL;
    for (unsigned bit = ROUTE_CS; bit <= ROUTE_ADMIN; bit <<= 1)
        if (routes & bit)
            words = joined(arena, words, ", ", route_name(bit));
    return words;
}

static void put_inputs(struct turn *turn, const struct finding *finding, struct value *row)
{
    struct value *inputs = value_list(row, "inputs");
    for (size_t i = 0; i < finding->input_count; i++) {
        struct value *input = value_row(inputs);
        value_str(input, "input_name",
                  card_line(turn->arena, finding->inputs[i].name, CARD_NAME_MAX));
        value_str(input, "input_value",
                  card_line(turn->arena, finding->inputs[i].value, CARD_NAME_MAX));
    }
}

static void put_finding(struct turn *turn, const struct finding *finding, bool whole,
                        struct json_node *sources, struct value *row)
{
    card_put_finding(turn, finding, row);
    if (whole) {
        value_str(row, "finding_text", card_line(turn->arena, finding->text, FULL_TEXT_MAX));
        value_str(row, "finding_fix", card_line(turn->arena, finding->fix, FULL_TEXT_MAX));
    }
    value_str(row, "finding_code", finding->code);
    value_str(row, "finding_subject", card_line(turn->arena, finding->subject, CARD_NAME_MAX));
    value_str(row, "finding_routes", routes_words(turn->arena, finding->routes));
    put_inputs(turn, finding, row);
    card_put_rule(turn, finding, sources, row);
}

static bool is_chosen(const struct card_choice *choice, const char *code)
{
    return choice->code == NULL || strcmp(choice->code, code) == 0;
}

/* How many more there are, and the first codes of these, each once. */
static void put_hidden(struct turn *turn, const struct findings *findings,
                       const struct card_choice *choice, struct value *context)
{
    const char *codes[CODES_SHOWN];
    const char *words = NULL;
    size_t chosen = 0, count = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const char *code = findings->items[i].code;
        size_t known = 0;
        if (!is_chosen(choice, code) || chosen++ < choice->max)
            continue;
        while (known < count && strcmp(codes[known], code) != 0)
            known++;
        if (known < count || count == CODES_SHOWN)
            continue;
        codes[count++] = code;
        words = joined(turn->arena, words, ", ", code);
    }
    if (chosen <= choice->max)
        return;
    value_int(context, "hidden", (int64_t)(chosen - choice->max));
    value_str(context, "hidden_codes", words);
}

/* ---- what was not checked ---- */

/* The reasons, each once, in the order in which they come; at most `max`. Returns how many. */
static size_t reasons_of(const struct findings *findings, const struct card_choice *choice,
                         const char **out, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->skipped_count; i++) {
        const struct skipped *skipped = &findings->skipped[i];
        size_t known = 0;
        while (known < count && strcmp(out[known], skipped->needs) != 0)
            known++;
        if (known == count && count < max && is_chosen(choice, skipped->code))
            out[count++] = skipped->needs;
    }
    return count;
}

const char *card_lacks(struct turn *turn, const struct findings *findings)
{
    const struct card_choice all = {0};
    const char *reasons[REASONS_MAX], *words = NULL;
    size_t count = reasons_of(findings, &all, reasons, REASONS_MAX);
    for (size_t i = 0; i < count && i < REASONS_SHOWN; i++)
        words = joined(turn->arena, words, "; ", card_line(turn->arena, reasons[i], CARD_NAME_MAX));
    return count > REASONS_SHOWN
               ? arena_fmt(turn->arena, "%s; and %zu more", words, count - REASONS_SHOWN)
               : words;
}

static const char *codes_lacking(struct arena *arena, const struct findings *findings,
                                 const struct card_choice *choice, const char *needs)
{
    const char *words = NULL;
    for (size_t i = 0; i < findings->skipped_count; i++) {
        const struct skipped *skipped = &findings->skipped[i];
        if (is_chosen(choice, skipped->code) && strcmp(skipped->needs, needs) == 0)
            words = joined(arena, words, ", ", arena_fmt(arena, "`%s`", skipped->code));
    }
    return words;
}

static void put_skipped(struct turn *turn, const struct findings *findings,
                        const struct card_choice *choice, struct value *context)
{
    const char *reasons[REASONS_MAX];
    size_t count = reasons_of(findings, choice, reasons, REASONS_MAX);
    if (count == 0)
        return;
    struct value *list = value_list(value_object(context, "skipped"), "each_skipped");
    for (size_t i = 0; i < count; i++) {
        struct value *row = value_row(list);
        value_str(row, "skipped_needs", card_line(turn->arena, reasons[i], CARD_NAME_MAX));
        value_str(row, "skipped_codes", codes_lacking(turn->arena, findings, choice, reasons[i]));
    }
}

void card_put_each_finding(struct turn *turn, const struct card_subject *subject,
                           const struct card_choice *choice, struct value *context)
{
    const struct findings *findings = &subject->decision.findings;
    struct err ignored = {0};
    const char *text = subject->has_run ? subject->run.sources : "{}";
    struct json_node *sources = json_scan(text, strlen(text), strlen(text), turn->arena, &ignored);
    struct value *list = value_list(context, "each_finding");
    for (size_t i = 0; i < findings->count && list->len < choice->max; i++)
        if (is_chosen(choice, findings->items[i].code))
            put_finding(turn, &findings->items[i], choice->code != NULL, sources, value_row(list));
    value_flag(context, "no_findings", choice->code == NULL && findings->count == 0);
    put_hidden(turn, findings, choice, context);
    put_skipped(turn, findings, choice, context);
    const char *now = turn->config->rules.rules_version;
    if (subject->has_run && strcmp(subject->run.rules_version, now) != 0) {
        struct value *moved = value_object(context, "rules_moved");
        value_str(moved, "rules_then",
                  card_line(turn->arena, subject->run.rules_version, CARD_NAME_MAX));
        value_str(moved, "rules_now", card_line(turn->arena, now, CARD_NAME_MAX));
    }
}
