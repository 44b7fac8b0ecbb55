/* What a message about an onboarding is made from, and the parts of its context that depend on the
 * item's state: head, clock, keys, buttons, outcome. What depends on the facts is in card_facts.c.
 */
#include "handlers/card_subject.h"

#include "db/approvals.h"
#include "db/conditions.h"
#include "handlers/acknowledge.h"
#include "handlers/item_change.h"
#include "handlers/recipient.h"
#include "handlers/sentence.h"

#include <string.h>

/* The verdict in a word and its sign; BLOCK_DATA and BLOCK_HARD read alike to people. */
static const struct {
    const char *icon, *word;
} level_words[LEVEL_COUNT] = {
    [LEVEL_NONE] = {"✅", "OK"},
    [LEVEL_NOTE] = {"ℹ️", "NOTE"},
    [LEVEL_ESCALATE_WARN] = {"⚠️", "ESCALATE"},
    [LEVEL_ESCALATE_URGENT] = {"🔶", "ESCALATE, urgent"},
    [LEVEL_BLOCK_FINANCE] = {"🚨", "BLOCK, Finance"},
    [LEVEL_BLOCK_FINANCE_DIRECTOR] = {"🚨", "BLOCK, Finance director"},
    [LEVEL_BLOCK_DATA] = {"🚨", "BLOCK, data missing"},
    [LEVEL_BLOCK_HARD] = {"🚨", "BLOCK, fix at the source"},
};

const char *card_level_word(enum level level)
{
    return level_words[level].word;
}

const char *card_level_icon(enum level level)
{
    return level_words[level].icon;
}

static const struct {
    unsigned bit;
    const char *title;
} key_titles[] = {
    {KEY_CS, "CS"},
    {KEY_FINANCE, "Finance"},
    {KEY_FINANCE_DIRECTOR, "Finance director"},
};
enum { KEY_COUNT = sizeof key_titles / sizeof *key_titles };

static bool read_decision(struct turn *turn, struct card_subject *subject, struct err *err)
{
    if (!subject->has_run)
        return db_ok(turn->db, err);
    if (!decision_read(subject->run.findings, turn->arena, &subject->decision, err))
        return err_prefix(err, "findings of revision %lld", (long long)subject->run.revision);
    subject->brief = decision_brief(&subject->decision);
    subject->decision.level = (enum level)subject->run.level;
    return true;
}

static bool read_brief(struct turn *turn, struct card_subject *subject, struct err *err)
{
    if (!subject->has_run)
        return db_ok(turn->db, err);
    if (!run_brief(&subject->run, turn->arena, &subject->brief, err))
        return err_prefix(err, "brief of revision %lld", (long long)subject->run.revision);
    subject->decision.level = (enum level)subject->run.level;
    return true;
}

/* The run before, where the item was open when this one came. */
static bool read_before(struct turn *turn, struct card_subject *subject, struct err *err)
{
    struct run before;
    const struct run *run = &subject->run;
    if (!subject->has_run || !subject->has_item || run->revision < 2 ||
        run->created_at.ms <= subject->item.opened_at.ms)
        return true;
    if (!runs_get_decision(turn->db, turn->arena, run->tenant, run->onboarding, run->revision - 1,
                           &before))
        return db_ok(turn->db, err);
    if (!decision_read(before.findings, turn->arena, &subject->before, err))
        return err_prefix(err, "findings of revision %lld", (long long)before.revision);
    subject->since = before.revision;
    return true;
}

bool card_subject_read_run(struct turn *turn, const struct onboarding *onboarding,
                           const struct run *run, struct card_subject *out, struct err *err)
{
    *out = (struct card_subject){.onboarding = *onboarding, .has_run = true, .run = *run};
    return read_decision(turn, out, err);
}

bool card_subject_read_item(struct turn *turn, const struct onboarding *onboarding,
                            const struct item *item, struct card_subject *out, struct err *err)
{
    *out = (struct card_subject){.onboarding = *onboarding, .has_item = true, .item = *item};
    out->has_run = runs_get(turn->db, turn->arena, onboarding->tenant, onboarding->number,
                            item->revision, &out->run);
    return read_decision(turn, out, err) && read_before(turn, out, err);
}

bool card_subject_read(struct turn *turn, const struct onboarding *onboarding,
                       struct card_subject *out, struct err *err)
{
    struct item item;
    bool has_item =
        items_latest(turn->db, turn->arena, onboarding->tenant, onboarding->number, &item);
    if (has_item && item_is_open((enum item_state)item.state))
        return card_subject_read_item(turn, onboarding, &item, out, err);
    *out = (struct card_subject){.onboarding = *onboarding, .has_item = has_item};
    if (has_item)
        out->item = item;
    out->has_run =
        runs_latest(turn->db, turn->arena, onboarding->tenant, onboarding->number, &out->run);
    return read_decision(turn, out, err) && read_before(turn, out, err);
}

bool card_subject_read_item_brief(struct turn *turn, const struct onboarding *onboarding,
                                  const struct item *item, struct card_subject *out,
                                  struct err *err)
{
    *out = (struct card_subject){.onboarding = *onboarding, .has_item = true, .item = *item};
    out->has_run = runs_get_brief(turn->db, turn->arena, onboarding->tenant, onboarding->number,
                                  item->revision, &out->run);
    return read_brief(turn, out, err);
}

bool card_subject_read_brief(struct turn *turn, const struct onboarding *onboarding,
                             struct card_subject *out, struct err *err)
{
    struct item item;
    bool has_item =
        items_latest(turn->db, turn->arena, onboarding->tenant, onboarding->number, &item);
    if (has_item && item_is_open((enum item_state)item.state))
        return card_subject_read_item_brief(turn, onboarding, &item, out, err);
    *out = (struct card_subject){.onboarding = *onboarding, .has_item = has_item};
    if (has_item)
        out->item = item;
    out->has_run =
        runs_latest_brief(turn->db, turn->arena, onboarding->tenant, onboarding->number, &out->run);
    return read_brief(turn, out, err);
}

bool card_subject_is_open(const struct card_subject *subject)
{
    return subject->has_item && item_is_open((enum item_state)subject->item.state);
}

/* Who turned this key on the revision that the item shows; NULL: nobody. */
static const struct approval *approval_of(const struct approval *approvals, size_t count,
                                          const struct item *item, unsigned key)
{
    for (size_t i = 0; i < count; i++)
        if (approvals[i].revision == item->revision &&
            strcmp(approvals[i].action, "approve") == 0 &&
            strcmp(approvals[i].key, key_name(key)) == 0)
            return &approvals[i];
    return NULL;
}

/* What is asked of people for this item: 0 where it has none or nobody can approve it. */
static unsigned keys_of(const struct card_subject *subject)
{
    return subject->has_run && card_subject_is_open(subject)
               ? item_keys(&subject->item, &subject->run, &subject->brief)
               : 0;
}

unsigned card_missing_keys(struct turn *turn, const struct card_subject *subject)
{
    unsigned keys = keys_of(subject);
    return keys == 0 ? 0 : keys & ~item_keys_turned(turn, &subject->item);
}

/* The flag that picks a message's headline. */
static const char *heading(const struct card_subject *subject)
{
    bool asks_on = card_subject_is_open(subject) && subject->item.cause == ITEM_ABOUT_CONDITION;
    if (subject->onboarding.state == ONBOARDING_PROVISIONED && !asks_on)
        return "heading_provisioned";
    if (subject->has_item && !card_subject_is_open(subject)) {
        switch ((enum item_state)subject->item.state) {
        case ITEM_AUTO_CLEARED:
            return "heading_cleared";
        case ITEM_CANCELLED:
            return "heading_cancelled";
        default:
            return subject->item.decision != NULL && strcmp(subject->item.decision, "reject") == 0
                       ? "heading_rejected"
                       : "heading_approved";
        }
    }
    if (!subject->has_run)
        return "heading_checking";
    if (subject->decision.level >= LEVEL_BLOCK_FINANCE)
        return "heading_blocked";
    return card_subject_is_open(subject) || subject->decision.level >= LEVEL_ESCALATE_WARN
               ? "heading_review"
               : "heading_proceeding";
}

void card_put_head(struct turn *turn, const struct card_subject *subject, struct value *context)
{
    char number[ONB_TEXT_SIZE];
    value_str(context, "command", turn->config->slack.command);
    value_str(context, "name", card_account(turn->arena, &subject->onboarding));
    value_str(context, "number", onb_format(subject->onboarding.number, number));
    value_flag(context, heading(subject), true);
    if (!subject->has_run)
        return;
    const struct brief *brief = &subject->brief;
    value_int(context, "revision", subject->run.revision);
    value_str(context, "verdict", level_words[subject->decision.level].word);
    value_str(context, "verdict_icon", level_words[subject->decision.level].icon);
    if (brief->findings > 0)
        value_str(context, "worst", card_line(turn->arena, brief->worst, CARD_LINE_MAX));
    value_flag(context, "one_more", brief->findings == 2);
    if (brief->findings > 2)
        value_int(context, "many_more", brief->findings - 1);
    value_str(context, "proceed_if", card_line(turn->arena, brief->fix, 2 * CARD_LINE_MAX));
}

void card_put_finding(struct turn *turn, const struct finding *finding, struct value *row)
{
    value_str(row, "finding_icon", level_words[finding->level].icon);
    value_str(row, "finding_level", level_words[finding->level].word);
    value_str(row, "finding_text", card_line(turn->arena, finding->text, CARD_LINE_MAX));
    value_str(row, "finding_fix", card_line(turn->arena, finding->fix, CARD_LINE_MAX));
}

void card_put_findings(struct turn *turn, const struct card_subject *subject, size_t max,
                       struct value *context)
{
    const struct findings *findings = &subject->decision.findings;
    if (findings->count == 0 && findings->skipped_count == 0)
        return;
    if (findings->count > 0) {
        struct value *all = value_object(context, "all_findings");
        struct value *list = value_list(all, "findings");
        for (size_t i = 0; i < findings->count && i < max; i++)
            card_put_finding(turn, &findings->items[i], value_row(list));
        if (findings->count > max)
            value_int(all, "hidden", (int64_t)(findings->count - max));
    }
    if (findings->skipped_count > 0) {
        struct value *skipped = value_object(context, "not_checked");
        size_t codes = 1; /* they stand in the order of their codes */
        for (size_t i = 1; i < findings->skipped_count; i++)
            codes += strcmp(findings->skipped[i].code, findings->skipped[i - 1].code) != 0;
        value_int(skipped, "skipped_count", (int64_t)codes);
        value_str(skipped, "skipped_needs", card_lacks(turn, findings));
    }
}

void card_put_changed(struct turn *turn, const struct card_subject *subject, struct value *context)
{
    const char *what =
        subject->since > 0 ? sentence_change(turn, &subject->before, &subject->decision) : NULL;
    if (what == NULL)
        return;
    struct value *changed = value_object(context, "changed");
    value_int(changed, "changed_since", subject->since);
    value_str(changed, "changed_what", what);
}

void card_put_keys(struct turn *turn, const struct card_subject *subject, struct value *context)
{
    unsigned keys = keys_of(subject);
    if ((keys & (keys - 1)) == 0)
        return;
    struct approval *approvals = NULL;
    size_t count =
        approvals_list(turn->db, turn->arena, subject->item.tenant, subject->item.id, &approvals);
    struct value *two = value_object(context, "two_keys");
    struct value *list = value_list(two, "keys");
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if ((keys & key_titles[i].bit) == 0)
            continue;
        struct value *row = value_row(list);
        const struct approval *turned =
            approval_of(approvals, count, &subject->item, key_titles[i].bit);
        value_str(row, "key_title", key_titles[i].title);
        value_flag(row, "key_missing", turned == NULL);
        if (turned != NULL) {
            struct value *by = value_object(row, "key_turned");
            value_str(by, "key_person", card_person(turn, turned->user_id));
            value_str(by, "key_at", card_date(turn, turned->at));
        }
    }
}

/* Who hears of it at this level; the admins where nobody is there. */
static const char *recipient_of(struct turn *turn, const struct item *item, int level)
{
    struct recipient to = recipient_first(turn, item->tenant, item->onboarding, level);
    if (to.user_id == NULL)
        return recipient_admins(turn, item->tenant);
    return to.away == NULL ? card_person(turn, to.user_id)
                           : arena_fmt(turn->arena, "%s (for %s)", card_person(turn, to.user_id),
                                       card_person(turn, to.away));
}

static void put_escalation(struct turn *turn, const struct item *item, int level, struct wall at,
                           const char *key, struct value *context)
{
    struct value *row = value_object(context, key);
    value_str(row, "recipient", recipient_of(turn, item, level));
    value_str(row, "escalates_at", card_date(turn, at));
}

void card_put_clock(struct turn *turn, const struct card_subject *subject, struct value *context)
{
    if (!subject->has_item)
        return;
    const struct item *item = &subject->item;
    value_str(context, "day0", card_date(turn, item->opened_at));
    if (item_t1_runs(item))
        put_escalation(turn, item, 1, item->t1_at, "to_manager", context);
    if (item_t2_runs(item))
        put_escalation(turn, item, 2, item->t2_at, "to_director", context);
    enum item_state standing = item_standing(item);
    if (standing == ITEM_ESCALATED_1)
        value_str(context, "manager_told", recipient_of(turn, item, 1));
    if (standing == ITEM_ESCALATED_2)
        value_str(context, "director_told", recipient_of(turn, item, 2));
    if (item->state == ITEM_SNOOZED)
        value_str(context, "asleep_until", card_date(turn, item->snoozed_until));
    if (card_subject_is_open(subject) && item->claimed_by != NULL) {
        struct value *claimed = value_object(context, "claimed");
        value_str(claimed, "claimer", card_person(turn, item->claimed_by));
        value_str(claimed, "claimed_at", card_date(turn, item->claimed_at));
    }
    value_flag(context, "unclaimed", card_subject_is_open(subject) && item->claimed_by == NULL);
}

/* What the card's menu offers, and the DMs as buttons. */
static const struct {
    const char *action, *words;
} more[] = {
    {"snooze", "💤 Snooze…"},
    {"delegate", "↪ Delegate…"},
    {"recheck", "🔄 Re-check"},
    {"timer", "⏱️ Timer"},
};

static void put_more(struct turn *turn, const struct item *item, struct value *actions)
{
    struct value *list = value_list(actions, "more");
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        if (item->state == ITEM_SNOOZED && strcmp(more[i].action, "snooze") == 0)
            continue;
        struct value *row = value_row(list);
        value_flag(row, "more_next", list->len > 1);
        value_str(row, "more_words", more[i].words);
        value_str(row, "more_value",
                  arena_fmt(turn->arena, "%s.%s", more[i].action,
                            card_token(turn, item, more[i].action)));
    }
}

bool card_asks(struct turn *turn, const struct card_subject *subject, unsigned key)
{
    struct acknowledging needed;
    acknowledging_of(&subject->decision, key, turn->arena, &needed);
    return needed.count > 0;
}

void card_put_actions(struct turn *turn, const struct card_subject *subject, struct value *context)
{
    if (!card_subject_is_open(subject))
        return;
    const struct item *item = &subject->item;
    struct value *actions = value_object(context, "actions");
    if (card_missing_keys(turn, subject) != 0) {
        value_str(actions, "approve", card_token(turn, item, "approve"));
        value_flag(actions, "asks", card_asks(turn, subject, KEY_CS));
    }
    value_str(actions, "reject", card_token(turn, item, "reject"));
    value_str(actions, "view", card_token(turn, item, "view"));
    const char *claim = item->claimed_by == NULL ? "claim" : "release";
    value_str(actions, claim, card_token(turn, item, claim));
    value_str(actions, "assign", card_token(turn, item, "assign"));
    if (item->state != ITEM_SNOOZED) {
        value_str(actions, "nudge", card_token(turn, item, "nudge"));
        value_str(actions, "snooze", card_token(turn, item, "snooze"));
    }
    put_more(turn, item, actions);
    if (subject->has_run && subject->decision.level == LEVEL_BLOCK_DATA) {
        struct wall next = {.ms = subject->run.checked_at.ms +
                                  turn->config->rules.recheck_min * INT64_C(60000)};
        value_str(context, "waits_for_data", card_date(turn, next));
    }
    value_flag(context, "waits_for_fix",
               subject->has_run && subject->decision.level == LEVEL_BLOCK_HARD);
}

void card_put_condition(struct turn *turn, const struct item *item, struct value *context)
{
    static const char *const flags[] = {[CONDITION_WAITS] = "pay_waits",
                                        [CONDITION_MET] = "pay_met",
                                        [CONDITION_BROKEN] = "pay_broken"};
    struct condition condition;
    struct civil day;
    struct err err;
    if (!conditions_get(turn->db, turn->arena, item->tenant, item->id, &condition) ||
        condition.state == CONDITION_VOID || !civil_parse(condition.pay_by, &day, &err))
        return;
    struct value *row = value_object(context, "condition");
    value_str(row, "pay_by", card_day(turn, day));
    value_str(row, "pay_subjects", card_line(turn->arena, condition.subjects, CARD_LINE_MAX));
    value_str(row, "pay_given_by", card_person(turn, condition.given_by));
    value_str(row, "pay_checked", card_date(turn, condition.check_at));
    value_flag(row, flags[condition.state], true);
}

static void put_fixing(struct turn *turn, const struct item *item, struct value *outcome)
{
    struct civil day;
    struct err err;
    if (!item->fixer && !item->fix_by)
        return;
    struct value *row = value_object(outcome, "fixing");
    value_str(row, "fixer", item->fixer ? card_person(turn, item->fixer) : NULL);
    if (item->fix_by && civil_parse(item->fix_by, &day, &err))
        value_str(row, "fix_by", card_day(turn, day));
}

/* Of an item that asks on: the condition of the one before. */
static void put_broken(struct turn *turn, const struct card_subject *subject, struct value *context)
{
    struct item previous;
    if (subject->has_item && subject->item.cause == ITEM_ABOUT_CONDITION &&
        items_get(turn->db, turn->arena, subject->item.tenant, subject->item.previous_id,
                  &previous))
        card_put_condition(turn, &previous, value_object(context, "asks_on"));
}

static void put_approvers(struct turn *turn, const struct item *item, struct value *outcome)
{
    struct approval *approvals = NULL;
    size_t count = approvals_list(turn->db, turn->arena, item->tenant, item->id, &approvals);
    struct value *list = value_list(outcome, "approvers");
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const struct approval *turned = approval_of(approvals, count, item, key_titles[i].bit);
        if (turned == NULL)
            continue;
        struct value *row = value_row(list);
        value_flag(row, "separated", list->len > 1);
        value_str(row, "approver", card_person(turn, turned->user_id));
    }
    if (list->len == 0)
        value_str(value_row(list), "approver", card_person(turn, item->decided_by));
}

void card_put_outcome(struct turn *turn, const struct card_subject *subject, struct value *context)
{
    const struct onboarding *onboarding = &subject->onboarding;
    value_flag(context, "provisioning", onboarding->state == ONBOARDING_PROVISIONING);
    if (onboarding->state == ONBOARDING_PROVISIONED) {
        struct value *row = value_object(context, "provisioned");
        value_str(row, "organization",
                  card_line(turn->arena, onboarding->organization_id, CARD_NAME_MAX));
    }
    put_broken(turn, subject, context);
    if (!subject->has_item || card_subject_is_open(subject))
        return;
    const struct item *item = &subject->item;
    struct value *outcome = value_object(context, "outcome");
    value_str(outcome, "because", card_line(turn->arena, item->reason, CARD_LINE_MAX));
    if (item->decided_at.ms > 0)
        value_str(outcome, "decided_at", card_date(turn, item->decided_at));
    value_str(outcome, "decider", card_person(turn, item->decided_by));
    value_flag(outcome, "was_cleared", item->state == ITEM_AUTO_CLEARED);
    value_flag(outcome, "was_cancelled", item->state == ITEM_CANCELLED);
    if (item->state != ITEM_DECIDED || item->decision == NULL)
        return;
    bool rejected = strcmp(item->decision, "reject") == 0;
    value_flag(outcome, "was_decided", true);
    value_flag(outcome, rejected ? "was_rejected" : "was_approved", true);
    if (!rejected)
        put_approvers(turn, item, outcome);
    if (!rejected)
        card_put_condition(turn, item, outcome);
    put_fixing(turn, item, outcome);
    if (item->apply_at.ms) {
        struct value *undo = value_object(outcome, "undo");
        value_str(undo, "undo_token", card_token(turn, item, "undo"));
        value_str(undo, "undo_until", card_date(turn, item->apply_at));
    }
}
