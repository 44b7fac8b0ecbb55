/* The modals of an item: its details, and the form to reject it. */
#include "db/messages.h"
#include "handlers/card_subject.h"
#include "handlers/views/views.h"

#include <string.h>

enum { DETAILS_MAX_FINDINGS = 60, DETAILS_MAX_SKIPPED = 25, DIGEST_SHOWN = 12 };

/* "cs, finance": who hears of a finding. */
static const char *routes_words(struct arena *arena, unsigned routes)
{
    const char *words = NULL;
    for (unsigned bit = ROUTE_CS; bit <= ROUTE_ADMIN; bit <<= 1)
        if (routes & bit)
            words = words == NULL ? route_name(bit)
                                  : arena_fmt(arena, "%s, %s", words, route_name(bit));
    return words;
}

static void put_inputs(struct turn *turn, const struct finding *finding, struct json_object *row)
{
    struct json_object *inputs = value_list(row, "inputs");
    for (size_t i = 0; i < finding->input_count; i++) {
        struct json_object *input = value_row(inputs);
        value_str(input, "input_name",
                  card_line(turn->arena, finding->inputs[i].name, CARD_NAME_MAX));
        value_str(input, "input_value",
                  card_line(turn->arena, finding->inputs[i].value, CARD_NAME_MAX));
    }
}

void card_put_each_finding(struct turn *turn, const struct card_subject *subject, size_t max,
                           struct json_object *context)
{
    const struct findings *findings = &subject->decision.findings;
    struct json_object *list = value_list(context, "each_finding");
    for (size_t i = 0; i < findings->count && i < max; i++) {
        const struct finding *finding = &findings->items[i];
        struct json_object *row = value_row(list);
        card_put_finding(turn, finding, row);
        value_str(row, "finding_code", finding->code);
        value_str(row, "finding_subject", card_line(turn->arena, finding->subject, CARD_NAME_MAX));
        value_str(row, "finding_routes", routes_words(turn->arena, finding->routes));
        put_inputs(turn, finding, row);
    }
    if (findings->count > max)
        value_int(context, "hidden", (int64_t)(findings->count - max));
    value_flag(context, "no_findings", findings->count == 0);
    struct json_object *skipped = value_list(context, "each_skipped");
    for (size_t i = 0; i < findings->skipped_count && i < DETAILS_MAX_SKIPPED; i++) {
        struct json_object *row = value_row(skipped);
        value_str(row, "skipped_code", findings->skipped[i].code);
        value_str(row, "skipped_needs",
                  card_line(turn->arena, findings->skipped[i].needs, CARD_NAME_MAX));
    }
}

bool view_details(struct turn *turn, const struct onboarding *onboarding, const char **out,
                  struct err *err)
{
    struct card_subject subject;
    if (!card_subject_read(turn, onboarding, &subject, err))
        return false;
    struct json_object *context = json_object_new_object();
    card_put_head(turn, &subject, context);
    card_put_each_finding(turn, &subject, DETAILS_MAX_FINDINGS, context);
    card_put_sources(turn, &subject, context);
    card_put_keys(turn, &subject, context);
    card_put_clock(turn, &subject, context);
    card_put_outcome(turn, &subject, context);
    if (subject.has_run)
        value_str(context, "facts_digest",
                  arena_fmt(turn->arena, "%.*s", DIGEST_SHOWN, subject.run.facts_digest));
    if (!card_put_fields(turn, &subject, context, err)) {
        json_object_put(context);
        return false;
    }
    return card_view(turn, "details.json", context, out, err);
}

bool view_reject(struct turn *turn, const struct onboarding *onboarding, const struct item *item,
                 const char **out, struct err *err)
{
    struct card_subject subject;
    if (!card_subject_read_item(turn, onboarding, item, &subject, err))
        return false;
    struct json_object *context = json_object_new_object();
    card_put_head(turn, &subject, context);
    value_str(context, "token", card_token(turn, item, "reject"));
    struct json_object *list = value_list(context, "reasons");
    for (const struct reject_reason *reason = reject_reasons; reason->value != NULL; reason++) {
        struct json_object *row = value_row(list);
        value_flag(row, "reason_next", reason != reject_reasons);
        value_str(row, "reason_value", reason->value);
        value_str(row, "reason_words", reason->words);
    }
    return card_view(turn, "reject.json", context, out, err);
}
