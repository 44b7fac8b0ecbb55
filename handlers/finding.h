/* Findings: what a check says. Levels and their order are the rules' (docs/checks.md). */
#ifndef HANDLERS_FINDING_H
#define HANDLERS_FINDING_H

#include "base/arena.h"
#include "base/civil.h"
#include "base/config.h"
#include "connectors/facts.h"

/* Grows in weight: the verdict is the highest among the findings. */
enum level {
    LEVEL_NONE,
    LEVEL_NOTE,
    LEVEL_ESCALATE_WARN,
    LEVEL_ESCALATE_URGENT,
    LEVEL_BLOCK_FINANCE,
    LEVEL_BLOCK_FINANCE_DIRECTOR,
    LEVEL_BLOCK_DATA,
    LEVEL_BLOCK_HARD,
    LEVEL_COUNT
};
const char *level_name(enum level level);    /* "ESCALATE_WARN" */
const char *level_verdict(enum level level); /* "PROCEED", "ESCALATE", "BLOCK" */

/* Who hears of a finding: bit mask. */
enum route_bit {
    ROUTE_CS = 1,
    ROUTE_OWNER = 2,
    ROUTE_LEGAL = 4,
    ROUTE_FINANCE = 8,
    ROUTE_FINANCE_DIRECTOR = 16,
    ROUTE_REVOPS = 32,
    ROUTE_MANAGER = 64,
    ROUTE_CS_MANAGER = 128,
    ROUTE_ADMIN = 256
};
const char *route_name(unsigned bit);             /* one bit: "cs" … */
unsigned route_bit(const char *name, size_t len); /* 0: there is none of that name */

struct finding_input {
    const char *name;  /* "remaining" */
    const char *value; /* "CAD 25,000.00" */
};

enum { FINDING_MAX_INPUTS = 10 };

struct finding {
    const char *code; /* "INVOICE_OVERDUE_ONE"; static */
    enum level level;
    const char *subject; /* the record's own number: "INV-102" */
    unsigned routes;
    const char *text; /* what is the matter, one sentence, plain text (not escaped) */
    const char *fix;  /* what would remove it, NULL where nothing could */
    bool fixed_along; /* the fix of another finding, which is always there with it, removes it */
    unsigned sources; /* mask of 1 << enum source: what the check read; set by decide */
    struct finding_input inputs[FINDING_MAX_INPUTS];
    size_t input_count;
};

/* A check that could not be made. */
struct skipped {
    const char *code;
    const char *needs; /* "NetSuite invoices" */
};

struct findings {
    struct arena *arena; /* borrowed */
    struct finding *items;
    size_t count, cap;
    struct skipped *skipped;
    size_t skipped_count, skipped_cap;
};

/* Adds one, all zero, to be filled; valid until the next is added. */
struct finding *finding_new(struct findings *findings);
/* Adds one (zeroed but for the given fields) and returns it to be filled further; valid until the
 * next add. text is formatted into the arena. */
struct finding *finding_add(struct findings *findings, const char *code, enum level level,
                            unsigned routes, const char *subject, const char *text_fmt, ...)
    __attribute__((format(printf, 6, 7)));
void finding_fix(struct findings *findings, struct finding *finding, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void finding_input(struct findings *findings, struct finding *finding, const char *name,
                   const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void finding_skip(struct findings *findings, const char *code, const char *needs);

/* "2", "0.5", "12.25": hundredths of a per cent as per cent, for inputs and texts. */
const char *finding_percent(struct arena *arena, int64_t basis_points);

/* What Usher itself knows of an account beside what the systems say. It is stored with the
 * decision, so that the decision can be made again. Zeroed: nothing is known. */
struct remembered {
    bool provisioned;               /* its organisation stands already */
    const char *opportunity_id;     /* what the onboarding was started for, NULL */
    const char *previous_owner_id;  /* our snapshots show another owner before the present one */
    struct civil previous_owner_on; /* the last day on which they did */
    const char *owner_id;           /* the owner then; for the next time, no check reads it */
};

struct deal;        /* handlers/checks/deal.h */
struct receivables; /* handlers/checks/receivables.h */

/* What a check reads. */
struct check_input {
    const struct facts *facts;
    const struct config *config;
    struct civil today;
    struct remembered remembered;
    const struct deal *deal;               /* of the facts; set by decide */
    const struct receivables *receivables; /* of the facts; set by decide */
};

/* One thing that a check can say, for people: docs/checks.md and /onboard why are made of it. */
struct check_says {
    const char *code;       /* NULL ends a list; one code may stand in several rows */
    unsigned levels;        /* mask of 1 << enum level */
    unsigned hears;         /* mask of enum route_bit */
    const char *fires;      /* when */
    const char *thresholds; /* keys of the configuration, with commas; NULL: none */
};

/* A check is pure: its input in, findings out. One row of the table in handlers/checks/checks.c. */
struct check {
    const char *name;  /* "invoices" */
    unsigned needs;    /* mask of 1 << enum source: skipped where one of them failed */
    const char *reads; /* which facts, in words */
    const struct check_says *says;
    void (*run)(const struct check_input *input, struct findings *findings);
};
extern const struct check checks[];
extern const size_t checks_count;

/* The row that says this code at this level, NULL where none does. */
const struct check_says *checks_find(const char *code, enum level level);
/* The check that said a finding: of those that say its code at its level the one that reads what it
 * was made from. NULL: none does, it was said by an earlier version. */
const struct check *checks_of(const struct finding *finding);

#endif
