/* What an approver acknowledges before their key counts: one tick a finding that only warns, which
 * nobody else will look at again. */
#ifndef HANDLERS_ACKNOWLEDGE_H
#define HANDLERS_ACKNOWLEDGE_H

#include "handlers/item.h"

/* Everything of the decision's that this key accepts: of CS all ESCALATE findings, of Finance and
 * the Finance director those that their desk hears of. */
struct acknowledging {
    const struct finding **findings; /* worst first */
    size_t count;
    bool urgent; /* one of them is, so that a reason is needed */
    bool owes;   /* an invoice is unpaid, so that it may be paid by a day */
};
void acknowledging_of(const struct decision *decision, unsigned key, struct arena *arena,
                      struct acknowledging *out);

/* "INVOICE_OVERDUE_ONE INV-102": how a finding is named, one line. From the arena. */
const char *acknowledge_name(struct arena *arena, const struct finding *finding);
/* `given` with one more name; given NULL: the first. */
const char *acknowledge_add(struct arena *arena, const char *given, const char *name);
/* True when `given` has the n-th of what is needed: by its number in a form ("#1" is the first), by
 * its name, by its code, or by everything. */
bool acknowledge_has(struct arena *arena, const char *given, const struct acknowledging *needed,
                     size_t n);
/* A word that names none of the findings; NULL where there is none. What else was ticked is none.
 */
const char *acknowledge_unknown(struct arena *arena, const char *given,
                                const struct acknowledging *needed);
#define ACKNOWLEDGE_ALL "*"
/* A form has no more ticks: its last one stands for all others. */
enum { ACKNOWLEDGE_TICKS_MAX = 90 };

/* "INVOICE_OVERDUE_ONE INV-102; FX_DRIFT INV-103": what was accepted, for the record; NULL: none.
 */
const char *acknowledge_record(struct arena *arena, const struct acknowledging *needed);
/* The same as what can be given. */
const char *acknowledge_names(struct arena *arena, const struct acknowledging *needed);

/* True when this finding is about an invoice that is not paid. */
bool acknowledge_owes(const struct finding *finding);
/* Why a day ("YYYY-MM-DD") is none by which something can be paid; NULL where it is one, or none is
 * given. */
const char *acknowledge_day_wrong(struct turn *turn, const struct acknowledging *needed,
                                  const char *pay_by);

/* Why this does not do yet, for someone who types; NULL where it does. revision 0: not given, so
 * that "all" names nothing that the person saw. */
const char *acknowledge_lacks(struct turn *turn, const struct item *item, int64_t revision,
                              const struct acknowledging *needed, const struct item_given *given);

#endif
