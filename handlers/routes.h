/* All tables of what people and systems can ask for. Adding one is one file and one row. */
#ifndef HANDLERS_ROUTES_H
#define HANDLERS_ROUTES_H

#include "handlers/handler.h"
#include "handlers/job.h"

/* Each ends with a row whose name is NULL. */
extern const struct route command_routes[]; /* verbs of /onboard */
extern const struct route button_routes[];  /* action_id */
extern const struct route view_routes[];    /* callback_id of view submissions */
extern const struct route event_routes[];   /* event type */
extern const struct job_kind job_kinds[];

/* Exact match, else for commands the only verb with that prefix (any case); NULL if none. */
const struct route *route_find(const struct route *table, const char *name);
const struct route *route_find_command(const char *verb);
const struct job_kind *job_kind_find(const char *name);

/* Hands a request to its row: cuts the verb off a command's text, answers unknown verbs with a
 * suggestion, verifies a button's token before anything else is believed. The row is set in *route
 * before it runs (NULL: unknown). */
const struct route *route_of(struct turn *turn, const struct request *request);
bool route_dispatch(struct turn *turn, const struct route *route, const struct request *request,
                    struct reply *reply, struct err *err);

#endif
