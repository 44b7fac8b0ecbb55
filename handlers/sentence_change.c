/* What changed from one decision to the next, in words: findings of both are paired off, first
 * those that say the same, then those that are about the same thing; what is left came or went. */
#include "handlers/card_subject.h"
#include "handlers/sentence.h"

#include <stdlib.h>
#include <string.h>

enum { CHANGES_MAX = 3, CHANGE_TEXT_MAX = 200, PAIRS_MAX = 200 };

/* Codes that say more or less of one thing, so that one that follows another is no news of its own
 * and the other's end none. */
static const char *const kin[][8] = {
    {"INVOICES_CURRENT", "INVOICE_OVERDUE_ONE", "INVOICE_OVERDUE_LONG", "INVOICES_OVERDUE",
     "INSTALLMENT_OVERDUE", "INSTALLMENTS_MISSED", "OVERDUE_EXCEEDS_CONTRACT"},
    {"CONTRACT_NOT_EXECUTED", "CONTRACT_EXPIRED"},
    {"OWNER_NOT_A_PERSON", "OWNER_INACTIVE", "OWNER_DORMANT"},
    {"SUBSIDIARIES_COVERED", "SUBSIDIARY_NOT_COVERED"},
    {"CREDIT_PENDING", "CREDIT_DISPUTED"},
};

static bool is_in(const char *const codes[8], const char *code)
{
    for (size_t i = 0; i < 8 && codes[i]; i++)
        if (strcmp(codes[i], code) == 0)
            return true;
    return false;
}

static bool are_kin(const char *a, const char *b)
{
    for (size_t i = 0; i < sizeof kin / sizeof *kin; i++)
        if (is_in(kin[i], a) && is_in(kin[i], b))
            return true;
    return false;
}

/* ---- what says the same ---- */

/* Behind "12 days", NULL where that does not stand: ages move on by themselves. */
static const char *behind_days(const char *at)
{
    static const char day[] = " day";
    size_t digits = strspn(at, "0123456789");
    if (digits == 0 || strncmp(at + digits, day, sizeof day - 1) != 0)
        return NULL;
    at += digits + sizeof day - 1;
    return *at == 's' ? at + 1 : at;
}

/* strcmp of two texts in which all ages are the same. */
static int compare_texts(const char *a, const char *b)
{
    for (;;) {
        const char *a_behind = behind_days(a), *b_behind = behind_days(b);
        int x = a_behind ? 1 : (unsigned char)*a, y = b_behind ? 1 : (unsigned char)*b;
        if (x != y || x == '\0')
            return x - y;
        a = a_behind ? a_behind : a + 1;
        b = b_behind ? b_behind : b + 1;
    }
}

static int compare(const struct finding *a, const struct finding *b)
{
    int order = strcmp(a->code, b->code);
    if (!order)
        order = strcmp(a->subject, b->subject);
    if (!order)
        order = (int)a->level - (int)b->level;
    return order ? order : compare_texts(a->text, b->text);
}

/* A finding, and what the other decision says of the same thing instead; NULL: nothing. */
struct told {
    const struct finding *finding, *other;
};

static int compare_told(const void *a, const void *b)
{
    const struct told *x = a, *y = b;
    return compare(x->finding, y->finding);
}

static struct told *sorted(struct arena *arena, const struct findings *findings)
{
    struct told *out = arena_array(arena, findings->count + 1, sizeof *out);
    for (size_t i = 0; i < findings->count; i++)
        out[i].finding = &findings->items[i];
    qsort(out, findings->count, sizeof *out, compare_told);
    return out;
}

/* One decision's findings that the other one does not say, worst first. */
struct rest {
    struct told *items;
    size_t count;
};

static struct rest rest_of(struct arena *arena, const struct findings *findings, const bool *said)
{
    struct rest out = {.items = arena_array(arena, findings->count + 1, sizeof *out.items)};
    for (size_t i = 0; i < findings->count; i++)
        if (!said[i])
            out.items[out.count++].finding = &findings->items[i];
    return out;
}

static void leave_out_the_same(struct arena *arena, const struct findings *before,
                               const struct findings *after, struct rest *old, struct rest *new)
{
    const struct told *a = sorted(arena, before), *b = sorted(arena, after);
    bool *a_said = arena_array(arena, before->count + 1, sizeof *a_said);
    bool *b_said = arena_array(arena, after->count + 1, sizeof *b_said);
    for (size_t i = 0, j = 0; i < before->count && j < after->count;) {
        int order = compare(a[i].finding, b[j].finding);
        if (order == 0)
            a_said[a[i].finding - before->items] = b_said[b[j].finding - after->items] = true;
        i += order <= 0;
        j += order >= 0;
    }
    *old = rest_of(arena, before, a_said);
    *new = rest_of(arena, after, b_said);
}

/* ---- what is about the same thing ---- */

static bool is_same_subject(const struct finding *a, const struct finding *b)
{
    return strcmp(a->code, b->code) == 0 && strcmp(a->subject, b->subject) == 0;
}

/* Of one kind, and where it is the same code, of a list of names that grew or shrank. */
static bool is_akin(const struct finding *a, const struct finding *b)
{
    if (strcmp(a->code, b->code) != 0)
        return are_kin(a->code, b->code);
    return a->subject[0] && b->subject[0] &&
           (strstr(a->subject, b->subject) || strstr(b->subject, a->subject));
}

static void pair_off(struct rest *old, struct rest *new,
                     bool (*fits)(const struct finding *a, const struct finding *b))
{
    for (size_t i = 0; i < new->count &&i < PAIRS_MAX; i++)
        for (size_t j = 0; j < old->count && j < PAIRS_MAX && !new->items[i].other; j++)
            if (!old->items[j].other && fits(old->items[j].finding, new->items[i].finding)) {
                new->items[i].other = old->items[j].finding;
                old->items[j].other = new->items[i].finding;
            }
}

/* ---- words ---- */

struct telling {
    struct turn *turn;
    const char *line; /* NULL: nothing yet */
    size_t count;
};

static void tell(struct telling *telling, const char *what, const struct finding *finding,
                 const struct finding *was)
{
    struct arena *arena = telling->turn->arena;
    if (++telling->count > CHANGES_MAX)
        return;
    const char *level = was && was->level != finding->level
                            ? arena_fmt(arena, " (was %s)", card_level_word(was->level))
                            : "";
    telling->line = arena_fmt(arena, "%s%s%s%s%s", telling->line ? telling->line : "",
                              telling->line ? "; " : "", what,
                              sentence_part(telling->turn, finding->text, CHANGE_TEXT_MAX), level);
}

static void tell_new(struct telling *telling, const struct rest *new, bool better)
{
    for (size_t i = 0; i < new->count; i++) {
        const struct finding *now = new->items[i].finding, *then = new->items[i].other;
        bool is_better = then && now->level < then->level;
        /* A note is not worth telling again for its words. */
        bool is_told = now->level > LEVEL_NOTE || !then || then->level > LEVEL_NOTE;
        if (is_told && is_better == better)
            tell(telling,
                 better                             ? "better: "
                 : then && now->level > then->level ? "worse: "
                                                    : "",
                 now, then);
    }
}

/* What could not be checked this time may still be so. */
static bool is_skipped(const struct findings *findings, const char *code)
{
    for (size_t i = 0; i < findings->skipped_count; i++)
        if (strcmp(findings->skipped[i].code, code) == 0)
            return true;
    return false;
}

const char *sentence_change(struct turn *turn, const struct decision *before,
                            const struct decision *after)
{
    struct rest old, new;
    struct telling telling = {.turn = turn};
    leave_out_the_same(turn->arena, &before->findings, &after->findings, &old, &new);
    pair_off(&old, &new, is_same_subject);
    pair_off(&old, &new, is_akin);
    tell_new(&telling, &new, false);
    tell_new(&telling, &new, true);
    for (size_t i = 0; i < old.count; i++)
        if (!old.items[i].other && !is_skipped(&after->findings, old.items[i].finding->code))
            tell(&telling, "no longer: ", old.items[i].finding, NULL);
    return telling.count <= CHANGES_MAX ? telling.line
                                        : arena_fmt(turn->arena, "%s; and %zu more", telling.line,
                                                    telling.count - CHANGES_MAX);
}
