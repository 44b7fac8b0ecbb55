/* The lists of onboardings, one a filter. */
#ifndef HANDLERS_COMMANDS_LIST_H
#define HANDLERS_COMMANDS_LIST_H

#include "handlers/handler.h"

/* Answers with the list of that filter: mine, team, escalated, blocked, stale. */
bool list_reply(struct turn *turn, const struct request *request, struct reply *reply,
                const char *filter, struct err *err);

#endif
