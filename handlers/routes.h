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

/* The row of a request, NULL where nothing handles it. A command without a word is help. */
const struct route *route_of(struct turn *turn, const struct request *request);
/* Hands a request to its row (dispatch.c): verifies a button's or form's token before anything else
 * is believed, turns away who may not look, cuts the verb off a command's text. route NULL: unknown
 * verbs are answered with a suggestion, unknown buttons with a sentence, unknown events not at all.
 * People whom the store does not know are learned, also by a read_only route: one row of jobs. */
bool route_dispatch(struct turn *turn, const struct route *route, const struct request *request,
                    struct reply *reply, struct err *err);

#endif
