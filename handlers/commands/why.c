/* Why: every finding with what it was made from, the rule that fired and its thresholds; one of
 * them whole; and what could not be checked. */
#include "base/text.h"
#include "handlers/card_subject.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/ledger.h"

#include <ctype.h>
#include <string.h>

enum { WHY_MAX_FINDINGS = 18 }; /* two blocks each, of the fifty that an answer may have */

/* The nearest code that the checks know; an equal one in any case is at no distance. */
static const char *nearest_code(const char *word)
{
    const char *best = checks[0].says->code;
    for (size_t i = 0; i < checks_count; i++)
        for (const struct check_says *says = checks[i].says; says->code != NULL; says++)
            if (text_distance(word, says->code) < text_distance(word, best))
                best = says->code;
    return best;
}

/* "INVOICES_OVERDUE": letters and an underscore, which no number and hardly a name looks like. */
static bool is_code(const char *word)
{
    size_t letters = 0;
    for (const char *c = word; *c; c++)
        letters += isalpha((unsigned char)*c) != 0 || *c == '_';
    return strchr(word, '_') != NULL && letters == strlen(word);
}

/* What is asked about: the account's words, and a code in their place at the end. */
struct question {
    const char *account, *code; /* code NULL: all */
    bool timer;                 /* the clock, not the findings */
};

/* False: the person was told what is wrong. */
static bool read_question(struct turn *turn, const struct request *request, struct reply *reply,
                          struct question *out)
{
    struct arguments arguments;
    struct err wrong = {0};
    *out = (struct question){0};
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return !reply_usage(turn, request, reply, "why", wrong.msg);
    if (arguments.count == 0)
        return !reply_usage(turn, request, reply, "why", "Which one? Its number is missing");
    *out = (struct question){.account = arguments.all};
    const char *last = arguments.words[arguments.count - 1];
    out->timer = arguments.count >= 2 && text_equal_fold(last, "timer");
    if (out->timer) {
        arguments.count--;
        out->account = arguments_from(turn->arena, &arguments, 0);
    }
    if (out->timer || arguments.count < 2 || !is_code(last))
        return true;
    out->code = nearest_code(last);
    if (!text_equal_fold(out->code, last))
        return !reply_usage(turn, request, reply, "why",
                            arena_fmt(turn->arena, "No check says “%s”; the nearest is %s",
                                      card_line(turn->arena, last, CARD_NAME_MAX), out->code));
    arguments.count--;
    out->account = arguments_from(turn->arena, &arguments, 0);
    return true;
}

static bool says(const struct findings *findings, const char *code)
{
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(findings->items[i].code, code) == 0)
            return true;
    for (size_t i = 0; i < findings->skipped_count; i++)
        if (strcmp(findings->skipped[i].code, code) == 0)
            return true;
    return false;
}

static bool answer_timer(struct turn *turn, const struct request *request, struct reply *reply,
                         const struct onboarding *onboarding, struct err *err)
{
    struct item item;
    if (!items_latest(turn->db, turn->arena, onboarding->tenant, onboarding->number, &item)) {
        reply_text(turn, request, reply, "Nobody was asked about it, so no clock runs.");
        return db_ok(turn->db, err);
    }
    const char *text = ledger_text(turn, &item, err);
    if (text)
        reply_text(turn, request, reply, "%s", text);
    return text != NULL;
}

bool command_why(struct turn *turn, const struct request *request, struct reply *reply,
                 struct err *err)
{
    struct question question;
    struct onboarding onboarding;
    struct card_subject subject;
    if (!read_question(turn, request, reply, &question) || question.account == NULL)
        return true;
    if (!target_need(turn, request, reply, question.account, &onboarding, err))
        return err->code == ERR_NONE;
    if (question.timer)
        return answer_timer(turn, request, reply, &onboarding, err);
    if (!card_subject_read(turn, &onboarding, &subject, err))
        return false;
    struct value *context = value_new(turn->arena);
    const struct card_choice choice = {.code = question.code, .max = WHY_MAX_FINDINGS};
    card_put_head(turn, &subject, context);
    card_put_each_finding(turn, &subject, &choice, context);
    if (question.code != NULL && !says(&subject.decision.findings, question.code))
        value_str(context, "says_nothing", question.code);
    card_put_changed(turn, &subject, context);
    card_put_sources(turn, &subject, context);
    card_put_keys(turn, &subject, context);
    card_put_outcome(turn, &subject, context);
    return reply_template(turn, request, reply, "why.json", context, err);
}
