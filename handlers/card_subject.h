/* What a message about an onboarding is made from: everything that is drawn, read once from the
 * store, and the parts of a template's context that several messages share. */
#ifndef HANDLERS_CARD_SUBJECT_H
#define HANDLERS_CARD_SUBJECT_H

#include "handlers/card_values.h"
#include "handlers/item.h"

struct card_subject {
    struct onboarding onboarding;
    bool has_run, has_item;
    struct run run;
    struct brief brief;       /* of run */
    struct decision decision; /* of run; where its brief alone was read: the level alone */
    struct item item;
    int64_t since;          /* the revision before run's, where the item showed it; 0: none */
    struct decision before; /* of that */
};

/* Reads what belongs to an onboarding: its newest item and the run which that item shows, else its
 * newest run. False: the store failed, or holds findings that cannot be read. */
bool card_subject_read(struct turn *turn, const struct onboarding *onboarding,
                       struct card_subject *out, struct err *err);
/* The same of one item. */
bool card_subject_read_item(struct turn *turn, const struct onboarding *onboarding,
                            const struct item *item, struct card_subject *out, struct err *err);
/* Both again for short answers: of the run its brief, nothing of the one before. */
bool card_subject_read_brief(struct turn *turn, const struct onboarding *onboarding,
                             struct card_subject *out, struct err *err);
bool card_subject_read_item_brief(struct turn *turn, const struct onboarding *onboarding,
                                  const struct item *item, struct card_subject *out,
                                  struct err *err);
/* The same of one run, without an item. */
bool card_subject_read_run(struct turn *turn, const struct onboarding *onboarding,
                           const struct run *run, struct card_subject *out, struct err *err);

/* The verdict in a word ("ESCALATE", "BLOCK, Finance") and its sign; static. */
const char *card_level_word(enum level level);
const char *card_level_icon(enum level level);

bool card_subject_is_open(const struct card_subject *subject); /* an undecided item */
/* The keys of the decision that nobody has turned yet on the item's revision. */
unsigned card_missing_keys(struct turn *turn, const struct card_subject *subject);

/* name, number, revision, one heading_… flag, worst, more: what every message begins with. */
void card_put_head(struct turn *turn, const struct card_subject *subject, struct value *context);
/* Deal, owner, contract, invoices, who started it: the card's fields. */
bool card_put_fields(struct turn *turn, const struct card_subject *subject, struct value *context,
                     struct err *err);
/* At most `max` findings; "hidden" counts the others; checks that were skipped. */
void card_put_findings(struct turn *turn, const struct card_subject *subject, size_t max,
                       struct value *context);
/* level, text and fix of one, into its row. */
void card_put_finding(struct turn *turn, const struct finding *finding, struct value *row);
/* What changed since the revision before; nothing where nothing that matters did. */
void card_put_changed(struct turn *turn, const struct card_subject *subject, struct value *context);

/* Which findings are explained, and how far. */
struct card_choice {
    const char *code; /* only what this code says, and longer texts; NULL: all */
    size_t max;       /* findings */
};
/* Findings explained (card_findings.c): code, subject, routes, inputs, the rule that fired with its
 * thresholds, what was read and when; then what was not checked, by what it lacked. "hidden" counts
 * the other findings, "hidden_codes" names their codes. */
void card_put_each_finding(struct turn *turn, const struct card_subject *subject,
                           const struct card_choice *choice, struct value *context);
/* check, rule, thresholds and sources of one, into its row; sources: of its run, parsed, NULL. */
void card_put_rule(struct turn *turn, const struct finding *finding, struct json_node *sources,
                   struct value *row);
/* "NetSuite; the account; and 2 more": what the skipped checks lacked, each once. */
const char *card_lacks(struct turn *turn, const struct findings *findings);
/* When each source was read, or how it failed; the rules' version. */
void card_put_sources(struct turn *turn, const struct card_subject *subject, struct value *context);
/* Keys turned and missing, where two are needed. */
void card_put_keys(struct turn *turn, const struct card_subject *subject, struct value *context);
/* Day 0, the coming escalations, who claimed it. */
void card_put_clock(struct turn *turn, const struct card_subject *subject, struct value *context);
/* True when whoever turns this key is asked to acknowledge findings first: a form opens. */
bool card_asks(struct turn *turn, const struct card_subject *subject, unsigned key);
/* Signed buttons as the state allows: approve, reject, view, claim or release. */
void card_put_actions(struct turn *turn, const struct card_subject *subject, struct value *context);
/* "condition" {pay_by pay_subjects pay_given_by pay_checked, one of pay_waits pay_met pay_broken}
 * of an approval that has one. */
void card_put_condition(struct turn *turn, const struct item *item, struct value *context);
/* How it ended: approved, rejected, cleared, cancelled; provisioning, organization. */
void card_put_outcome(struct turn *turn, const struct card_subject *subject, struct value *context);

/* When the next escalation of an item comes; INT64_MAX: none. item may be NULL. */
struct wall card_deadline(const struct item *item);
/* An onboarding in one line: name, number, then verdict and deadline of its open item, else its
 * state. item NULL: none. */
void card_put_row(struct turn *turn, const struct onboarding *onboarding, const struct item *item,
                  struct value *row);

#endif
