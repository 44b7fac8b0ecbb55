/* The modals of an item: its details, and the forms to reject, snooze and assign it. */
#include "db/messages.h"
#include "handlers/card_subject.h"
#include "handlers/delivery.h"
#include "handlers/views/views.h"

#include <string.h>

enum { DETAILS_MAX_FINDINGS = 40, DIGEST_SHOWN = 12 };

bool view_details(struct turn *turn, const struct actor *actor, const struct onboarding *onboarding,
                  const char **out, struct err *err)
{
    struct card_subject subject;
    if (!card_subject_read(turn, onboarding, &subject, err))
        return false;
    struct value *context = value_new(turn->arena);
    card_put_head(turn, &subject, context);
    card_put_changed(turn, &subject, context);
    card_put_each_finding(turn, &subject, &(struct card_choice){.max = DETAILS_MAX_FINDINGS},
                          context);
    card_put_sources(turn, &subject, context);
    card_put_keys(turn, &subject, context);
    card_put_clock(turn, &subject, context);
    card_put_outcome(turn, &subject, context);
    delivery_put(turn, actor, onboarding->number, context);
    if (subject.has_run)
        value_str(context, "facts_digest",
                  arena_fmt(turn->arena, "%.*s", DIGEST_SHOWN, subject.run.facts_digest));
    if (!card_put_fields(turn, &subject, context, err))
        return false;
    return card_view(turn, "details.json", context, out, err);
}

/* What every form begins with: what it is about, and its signed state; NULL with err. */
static struct value *form_of(struct turn *turn, const struct onboarding *onboarding,
                             const struct item *item, const char *action, struct err *err)
{
    struct card_subject subject;
    if (!card_subject_read_item(turn, onboarding, item, &subject, err))
        return NULL;
    struct value *context = value_new(turn->arena);
    card_put_head(turn, &subject, context);
    card_put_clock(turn, &subject, context);
    value_str(context, "token", card_token(turn, item, action));
    return context;
}

bool view_snooze(struct turn *turn, const struct onboarding *onboarding, const struct item *item,
                 const char **out, struct err *err)
{
    struct value *context = form_of(turn, onboarding, item, "snooze", err);
    if (context == NULL)
        return false;
    struct value *list = value_list(context, "spans");
    for (const struct snooze_span *span = snooze_spans; span->value != NULL; span++) {
        struct value *row = value_row(list);
        value_flag(row, "span_next", span != snooze_spans);
        value_str(row, "span_value", span->value);
        value_str(row, "span_words", span->words);
    }
    value_int(context, "max_times", turn->config->snooze.max_times);
    value_int(context, "max_days", turn->config->snooze.max_working_days);
    return card_view(turn, "snooze.json", context, out, err);
}

bool view_assign(struct turn *turn, const struct onboarding *onboarding, const struct item *item,
                 const char **out, struct err *err)
{
    struct value *context = form_of(turn, onboarding, item, "assign", err);
    return context != NULL && card_view(turn, "assign.json", context, out, err);
}

bool view_reject(struct turn *turn, const struct onboarding *onboarding, const struct item *item,
                 const char **out, struct err *err)
{
    struct value *context = form_of(turn, onboarding, item, "reject", err);
    if (context == NULL)
        return false;
    value_str(context, "owner_id", onboarding->owner_user_id);
    struct value *list = value_list(context, "reasons");
    for (const struct reject_reason *reason = reject_reasons; reason->value != NULL; reason++) {
        struct value *row = value_row(list);
        value_flag(row, "reason_next", reason != reject_reasons);
        value_str(row, "reason_value", reason->value);
        value_str(row, "reason_words", reason->words);
    }
    return card_view(turn, "reject.json", context, out, err);
}
