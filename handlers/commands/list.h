/* The lists of onboardings, one a filter. */
#ifndef HANDLERS_COMMANDS_LIST_H
#define HANDLERS_COMMANDS_LIST_H

#include "handlers/handler.h"

struct list_wish {
    const char *filter; /* mine, team, escalated, blocked, stale */
    const char *csm;    /* Slack user id: only theirs; NULL */
    int64_t stage;      /* only those whose playbook is in this stage; 0: any */
};
/* Answers with the list of that filter. */
bool list_reply(struct turn *turn, const struct request *request, struct reply *reply,
                const struct list_wish *wish, struct err *err);

#endif
