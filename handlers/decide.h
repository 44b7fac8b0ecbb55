/* The decision: every check over the facts, findings in a fixed order, the level of the worst.
 * Rules alone; the same facts, date and rules give the same bytes. */
#ifndef HANDLERS_DECIDE_H
#define HANDLERS_DECIDE_H

#include "base/buf.h"
#include "handlers/finding.h"

struct decision {
    enum level level;
    struct findings findings; /* worst first, then code, then subject */
    const char *fix; /* "INV-102 paid, or credit CM-9 applied": the smallest set of fixes; NULL
                        where none */
    char facts_digest[DIGEST_HEX_SIZE];
    struct civil today;
    const char *rules_version;
    struct remembered remembered; /* what was known; opportunity_id: the driver's */
};

/* Runs every check. input's facts must be normalised; what decide sets in it is its own. All memory
 * from the arena. */
void decide_knowing(const struct check_input *input, struct arena *arena, struct decision *out);
/* The same of an account that Usher knows nothing of. */
void decide(const struct facts *facts, const struct config *config, struct civil today,
            struct arena *arena, struct decision *out);

/* Canonical JSON for the store: {"findings":[…],"skipped":[…],"fix":…,"remembered":{…}}. */
void decision_write(const struct decision *decision, struct buf *out);
/* Reads that back. */
bool decision_read(const char *json, struct arena *arena, struct decision *out, struct err *err)
    __attribute__((warn_unused_result));

/* `usher decide --json`: the shape of docs/decide.md. `account` is what was asked for. */
void decision_write_report(const struct decision *decision, const struct facts *facts,
                           const char *account, struct buf *out);
/* {"salesforce":{"ok":…,"fetched_at":…,"ms":…,"error":…},…} */
void sources_write(const struct facts *facts, struct buf *out);
/* Reads that back into facts->sources. */
bool sources_read(const char *json, struct facts *facts, struct err *err)
    __attribute__((warn_unused_result));

/* Which keys lift it: a mask; 0: nothing a person could do lifts it (BLOCK_DATA, BLOCK_HARD), or
 * nothing to lift. */
enum key_bit { KEY_CS = 1, KEY_FINANCE = 2, KEY_FINANCE_DIRECTOR = 4 };
const char *key_name(unsigned bit); /* "cs" … */
unsigned decision_keys(const struct decision *decision);

/* What short answers say of a decision, beside its level. */
struct brief {
    int64_t findings;  /* how many */
    const char *worst; /* the first one's text; NULL: none */
    const char *fix;   /* the decision's */
    unsigned keys;     /* decision_keys */
};
struct brief decision_brief(const struct decision *decision); /* borrows from it */
void brief_write(const struct brief *brief, struct buf *out); /* JSON for the store */
bool brief_read(const char *json, struct arena *arena, struct brief *out, struct err *err)
    __attribute__((warn_unused_result));

#endif
