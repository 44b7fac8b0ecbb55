/* What a desk sees. Nothing of what others have to see to stands in it, but who they are where its
 * key waits for them. */
#include "handlers/desk_card.h"

#include "handlers/card_link.h"
#include "handlers/card_subject.h"

#include <string.h>

enum { FINDINGS_MAX = 5, INPUTS_MAX = 4 };

/* What to press once it is done, by the worst finding; others: "Fixed, re-check". */
static const struct {
    const char *code, *label;
} done_words[] = {
    {"CREDIT_PENDING", "Credit applied, re-check"},
    {"CREDIT_DISPUTED", "Credit applied, re-check"},
    {"INVOICE_OVERDUE_LONG", "Paid or credited, re-check"},
    {"INVOICES_OVERDUE", "Paid or credited, re-check"},
    {"INSTALLMENT_OVERDUE", "Paid or credited, re-check"},
    {"INSTALLMENTS_MISSED", "Paid or credited, re-check"},
    {"OVERDUE_EXCEEDS_CONTRACT", "Paid or credited, re-check"},
};

static const char *done_label(const struct finding *finding)
{
    for (size_t i = 0; i < sizeof done_words / sizeof *done_words; i++)
        if (strcmp(done_words[i].code, finding->code) == 0)
            return done_words[i].label;
    return "Fixed, re-check";
}

static const char *inputs_line(struct turn *turn, const struct finding *finding)
{
    const char *line = "";
    for (size_t i = 0; i < finding->input_count && i < INPUTS_MAX; i++)
        line = arena_fmt(turn->arena, "%s%s%s %s", line, i ? " · " : "",
                         card_line(turn->arena, finding->inputs[i].name, CARD_NAME_MAX),
                         card_line(turn->arena, finding->inputs[i].value, CARD_NAME_MAX));
    return line;
}

/* The desk's findings, worst first; the first of them, NULL where there is none. */
static const struct finding *put_findings(struct turn *turn, const struct card_subject *subject,
                                          const struct desk *desk, struct value *context)
{
    const struct findings *findings = &subject->decision.findings;
    const struct finding *first = NULL;
    struct value *list = value_list(context, "desk_findings");
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        if (!desk_hears(desk, finding) || ++count > FINDINGS_MAX)
            continue;
        struct value *row = value_row(list);
        card_put_finding(turn, finding, row);
        value_int(row, "finding_place", (int64_t)count);
        value_str(row, "finding_inputs", inputs_line(turn, finding));
        first = first ? first : finding;
    }
    if (count > FINDINGS_MAX)
        value_int(context, "hidden", (int64_t)(count - FINDINGS_MAX));
    if (first)
        value_str(context, "first", card_line(turn->arena, first->text, CARD_LINE_MAX));
    return first;
}

/* "Legal and the deal's owner": whose findings hold everything up until they are fixed. */
static const char *blocked_by(struct turn *turn, const struct decision *decision)
{
    const char *titles[16] = {NULL}, *line = "";
    size_t count = 0;
    for (size_t d = 0; d < desks_count; d++)
        for (size_t i = 0; i < decision->findings.count; i++)
            if (decision->findings.items[i].level == LEVEL_BLOCK_HARD &&
                desk_hears(&desks[d], &decision->findings.items[i])) {
                titles[count++] = desks[d].title;
                break;
            }
    for (size_t i = 0; i < count; i++)
        line = arena_fmt(turn->arena, "%s%s%s", line,
                         i == 0           ? ""
                         : i + 1 == count ? " and "
                                          : ", ",
                         titles[i]);
    return count ? line : "CS";
}

/* The key that lifts findings of this level beside CS's. */
static unsigned key_of(enum level level)
{
    return level == LEVEL_BLOCK_FINANCE            ? KEY_FINANCE
           : level == LEVEL_BLOCK_FINANCE_DIRECTOR ? KEY_FINANCE_DIRECTOR
                                                   : 0;
}

/* Who else is needed: of whoever has a key, the other keys, or whom it waits for; of the others,
 * CS. */
static void put_needed(struct turn *turn, const struct card_subject *subject,
                       const struct finding *first, struct value *context)
{
    const struct decision *decision = &subject->decision;
    value_flag(context, "nobody_can", first->level == LEVEL_BLOCK_HARD);
    if (first->level < LEVEL_BLOCK_FINANCE)
        value_str(context, "cs_decides_in", turn->config->slack.channel);
    if (!key_of(first->level))
        return;
    if (decision->level == LEVEL_BLOCK_HARD)
        value_str(context, "key_waits_for", blocked_by(turn, decision));
    value_flag(context, "key_waits_for_data", decision->level == LEVEL_BLOCK_DATA);
    card_put_keys(turn, subject, context);
}

static void put_actions(struct turn *turn, const struct card_subject *subject,
                        const struct desk *desk, const struct finding *first, struct value *context)
{
    const struct item *item = &subject->item;
    struct value *actions = value_object(context, "actions");
    if (desk->key & card_missing_keys(turn, subject)) {
        struct value *key = value_object(actions, "key");
        value_str(key, "give", desk->give);
        value_str(key, "approve", card_token(turn, item, "approve"));
        value_flag(key, "asks", card_asks(turn, subject, desk->key));
    }
    value_str(actions, "done", done_label(first));
    value_str(actions, "recheck", card_token(turn, item, "recheck"));
    value_str(actions, "view", card_token(turn, item, "view"));
}

static void put_head(struct turn *turn, const struct card_subject *subject, const struct desk *desk,
                     struct value *context)
{
    char number[ONB_TEXT_SIZE];
    value_str(context, "command", turn->config->slack.command);
    value_str(context, "desk", desk->title);
    value_str(context, "name", card_account(turn->arena, &subject->onboarding));
    value_str(context, "number", onb_format(subject->onboarding.number, number));
    value_int(context, "revision", subject->run.revision);
}

static bool lacks_data(const struct decision *decision)
{
    for (size_t i = 0; i < decision->findings.count; i++)
        if (decision->findings.items[i].level == LEVEL_BLOCK_DATA)
            return true;
    return false;
}

bool desk_render(struct turn *turn, const struct item *item, const struct desk *desk,
                 struct card *out, struct err *err)
{
    char onb[ONB_TEXT_SIZE];
    struct onboarding onboarding;
    struct card_subject subject;
    if (!onboardings_get(turn->db, turn->arena, item->tenant, item->onboarding, &onboarding))
        return db_ok(turn->db, err) &&
               err_set(err, ERR_NOT_FOUND, "%s is not there", onb_format(item->onboarding, onb));
    if (!card_subject_read_item(turn, &onboarding, item, &subject, err))
        return false;
    struct value *context = value_new(turn->arena);
    put_head(turn, &subject, desk, context);
    const struct finding *first = put_findings(turn, &subject, desk, context);
    bool open = card_subject_is_open(&subject);
    if (open && first) {
        put_needed(turn, &subject, first, context);
        put_actions(turn, &subject, desk, first, context);
    }
    value_flag(context, "unseen", open && !first && lacks_data(&subject.decision));
    value_flag(context, "nothing_left", open && !first && !lacks_data(&subject.decision));
    card_put_outcome(turn, &subject, context);
    card_put_link(turn, item, LINK_FOR_ANYONE, context);
    return card_message(turn, "desk.json", context, out, err);
}

bool desk_render_task(struct turn *turn, const struct onboarding *onboarding, const struct run *run,
                      const struct desk *desk, struct card *out, struct err *err)
{
    struct card_subject subject;
    if (!card_subject_read_run(turn, onboarding, run, &subject, err))
        return false;
    struct value *context = value_new(turn->arena);
    put_head(turn, &subject, desk, context);
    put_findings(turn, &subject, desk, context);
    value_flag(context, "task", true);
    return card_message(turn, "desk.json", context, out, err);
}
