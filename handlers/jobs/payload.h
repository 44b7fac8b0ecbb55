/* What a job carries: one struct for all kinds, each using the members it needs, written as JSON
 * and read back by one table. Members that are not set stay out of the JSON. */
#ifndef HANDLERS_JOBS_PAYLOAD_H
#define HANDLERS_JOBS_PAYLOAD_H

#include "base/arena.h"
#include "base/err.h"
#include "db/jobs.h"

#include <stdbool.h>
#include <stdint.h>

struct payload {
    int64_t onboarding, revision, level, offset;
    bool start;   /* find_account: start, not only check */
    bool notice;  /* tell: of our own accord, not an answer */
    bool approve; /* run_checks: apply this approval when nothing has changed */
    bool again;   /* run_checks: the contract numbers were learned, the second fetch uses them */
    const char *item, *message;       /* ids of an item, of a message posted */
    const char *purpose;              /* of the message to post, where it is not the kind's */
    const char *user, *channel, *via; /* Slack ids; how the person acted */
    const char *text, *blocks;
    const char *account, *name, *contracts; /* Salesforce ids and the account's name */
    const char *opportunity;                /* that drives */
    const char *playbook;                   /* find_account: to follow */
    const char *email, *reason;
    const char *team;                  /* of an organisation's: the workspace that is being read */
    const char *delegation;            /* id */
    const char *acknowledged, *pay_by; /* of an approval: struct item_given */
};

/* JSON in the arena. */
const char *payload_write(struct arena *arena, const struct payload *payload);
/* All memory from the arena. False with ERR_INVALID when it is no JSON object. */
bool payload_read(struct arena *arena, const struct job *job, struct payload *out, struct err *err)
    __attribute__((warn_unused_result));

#endif
