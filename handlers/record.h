/* The decision record of one onboarding, for auditors and for the file: what was known, by which
 * rules it was decided, who decided what and in which role, what the clock did, and the rows of the
 * audit log. */
#ifndef HANDLERS_RECORD_H
#define HANDLERS_RECORD_H

#include "db/onboardings.h"
#include "handlers/handler.h"

/* What the caller has found out about the chain that the rows stand in. */
struct record_chain {
    bool whole;
    const char *broken; /* what is wrong with it, where it is not */
    int64_t rows;       /* how many it has, */
    const char *hash;   /* and its head */
};

/* Appends templates/record.html: one page of HTML to print, which loads nothing. Times are in the
 * team's zone, which stands beside them. False with err: the store, a stored run that can't be
 * read, the template. */
bool record_render(struct turn *turn, const struct onboarding *onboarding,
                   const struct record_chain *chain, struct buf *out, struct err *err)
    __attribute__((warn_unused_result));

#endif
