/* Ticks: which findings an approver accepts, by what names, and what is missing. */
#include "handlers/acknowledge.h"

#include "base/broken.h"
#include "base/calendar.h"
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/desk.h"
#include "handlers/sentence.h"

#include <string.h>

enum { NAME_MAX = 120, LISTED_MAX = 12, PAY_DAYS_MAX = 90 };

/* ---- what it is ---- */

static bool warns(const struct finding *finding)
{
    return finding->level == LEVEL_ESCALATE_WARN || finding->level == LEVEL_ESCALATE_URGENT;
}

static bool is_of_key(const struct finding *finding, unsigned key)
{
    if (key == KEY_CS)
        return true;
    for (size_t i = 0; i < desks_count; i++)
        if (desks[i].key == key && desk_hears(&desks[i], finding))
            return true;
    return false;
}

bool acknowledge_owes(const struct finding *finding)
{
    static const char *const unpaid[] = {"INVOICE_OVERDUE_ONE", "INVOICE_OVERDUE_LONG",
                                         "INVOICES_OVERDUE",    "INSTALLMENT_OVERDUE",
                                         "INSTALLMENTS_MISSED", "OVERDUE_EXCEEDS_CONTRACT"};
    for (size_t i = 0; i < sizeof unpaid / sizeof *unpaid; i++)
        if (strcmp(finding->code, unpaid[i]) == 0)
            return finding->level > LEVEL_NOTE;
    return false;
}

void acknowledging_of(const struct decision *decision, unsigned key, struct arena *arena,
                      struct acknowledging *out)
{
    const struct findings *findings = &decision->findings;
    *out = (struct acknowledging){
        .findings = arena_array(arena, findings->count + 1, sizeof(struct finding *))};
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        out->owes = out->owes || acknowledge_owes(finding);
        if (!warns(finding) || !is_of_key(finding, key) || BROKEN(ticks_not_required))
            continue;
        out->findings[out->count++] = finding;
        out->urgent = out->urgent || finding->level == LEVEL_ESCALATE_URGENT;
    }
}

/* ---- names: a line each ---- */

const char *acknowledge_name(struct arena *arena, const struct finding *finding)
{
    const char *subject = text_line(arena, finding->subject ? finding->subject : "", NAME_MAX);
    return arena_join(arena, finding->code, subject[0] ? " " : "", subject);
}

const char *acknowledge_add(struct arena *arena, const char *given, const char *name)
{
    return given ? arena_join(arena, given, "\n", name) : name;
}

static bool has_line(const char *given, const char *line)
{
    size_t len = strlen(line);
    for (const char *at = given; at && *at; at += strcspn(at, "\n"), at += *at == '\n')
        if (strcspn(at, "\n") == len && strncmp(at, line, len) == 0)
            return true;
    return false;
}

bool acknowledge_has(struct arena *arena, const char *given, const struct acknowledging *needed,
                     size_t n)
{
    const struct finding *finding = needed->findings[n];
    size_t tick = n < ACKNOWLEDGE_TICKS_MAX ? n + 1 : ACKNOWLEDGE_TICKS_MAX;
    return has_line(given, ACKNOWLEDGE_ALL) || has_line(given, arena_fmt(arena, "#%zu", tick)) ||
           has_line(given, finding->code) || has_line(given, acknowledge_name(arena, finding));
}

const char *acknowledge_unknown(struct arena *arena, const char *given,
                                const struct acknowledging *needed)
{
    for (const char *at = given; at && *at; at += strcspn(at, "\n"), at += *at == '\n') {
        const char *line = arena_strn(arena, at, strcspn(at, "\n"));
        bool known = strcmp(line, ACKNOWLEDGE_ALL) == 0 || line[0] == '#';
        for (size_t i = 0; i < needed->count && !known; i++)
            known = acknowledge_has(arena, line, needed, i);
        if (!known)
            return line;
    }
    return NULL;
}

const char *acknowledge_record(struct arena *arena, const struct acknowledging *needed)
{
    const char *record = NULL;
    for (size_t i = 0; i < needed->count; i++) {
        const char *name = acknowledge_name(arena, needed->findings[i]);
        record = record ? arena_join(arena, record, "; ", name) : name;
    }
    return record;
}

const char *acknowledge_names(struct arena *arena, const struct acknowledging *needed)
{
    const char *names = NULL;
    for (size_t i = 0; i < needed->count; i++)
        names = acknowledge_add(arena, names, acknowledge_name(arena, needed->findings[i]));
    return names;
}

/* ---- what is missing ---- */

const char *acknowledge_day_wrong(struct turn *turn, const struct acknowledging *needed,
                                  const char *pay_by)
{
    struct civil day, today = calendar_today(turn->config->calendar.zone, turn->world->now);
    struct err err;
    if (!pay_by || !pay_by[0])
        return NULL;
    if (!needed->owes)
        return "No invoice is unpaid here, so there is nothing to wait for.";
    if (!civil_parse(pay_by, &day, &err))
        return "That is no day like 2026-05-01.";
    int32_t days = civil_days_between(today, day);
    return days < 0 ? "That day is over."
           : days > PAY_DAYS_MAX
               ? arena_fmt(turn->arena, "At most %d days from today, please.", PAY_DAYS_MAX)
               : NULL;
}

static const char *list_of(struct turn *turn, const struct acknowledging *needed, const char *given)
{
    const char *list = "";
    size_t missing = 0;
    for (size_t i = 0; i < needed->count; i++) {
        const struct finding *finding = needed->findings[i];
        if (acknowledge_has(turn->arena, given, needed, i) || ++missing > LISTED_MAX)
            continue;
        list = arena_fmt(turn->arena, "%s\n• `%s` %s", list, finding->code,
                         card_outside(turn->arena, finding->text, CARD_LINE_MAX));
    }
    return missing > LISTED_MAX
               ? arena_fmt(turn->arena, "%s\n• and %zu more", list, missing - LISTED_MAX)
               : list;
}

const char *acknowledge_lacks(struct turn *turn, const struct item *item, int64_t revision,
                              const struct acknowledging *needed, const struct item_given *given)
{
    char onb[ONB_TEXT_SIZE];
    const char *command = turn->config->slack.command, *names = given->acknowledged;
    onb_format(item->onboarding, onb);
    const char *unknown = acknowledge_unknown(turn->arena, names, needed);
    if (unknown)
        return arena_fmt(
            turn->arena, "%s r%lld has no finding “%s” to acknowledge, so nothing was done.%s", onb,
            (long long)item->revision, card_outside(turn->arena, unknown, CARD_NAME_MAX),
            list_of(turn, needed, NULL));
    if (revision == 0 && has_line(names, ACKNOWLEDGE_ALL))
        names = NULL;
    const char *missing = list_of(turn, needed, names);
    if (missing[0])
        return arena_fmt(turn->arena,
                         "%s r%lld has findings that you have to acknowledge first:%s\nSo far "
                         "nothing was done. Tick them on the card, or `%s approve %s r%lld ack all`"
                         "%s.",
                         onb, (long long)item->revision, missing, command, onb,
                         (long long)item->revision,
                         needed->urgent ? ", with a reason in quotes before `ack`" : "");
    if (needed->urgent && (!given->reason || !given->reason[0]))
        return arena_fmt(turn->arena,
                         "%s is urgent, so say why you approve it: `%s approve %s r%lld \"reason\" "
                         "ack all`. Nothing was done.",
                         onb, command, onb, (long long)item->revision);
    const char *day = acknowledge_day_wrong(turn, needed, given->pay_by);
    return day ? arena_fmt(turn->arena, "%s Nothing was done.", day) : NULL;
}
