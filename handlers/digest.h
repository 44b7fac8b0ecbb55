/* The digest: once a working day, in the reader's own zone, what is due, overdue, theirs to decide,
 * decided, at risk, and what was kept back for it; managers also see missed deadlines and
 * overrides. Nothing to say, nothing said. docs/digest.md. */
#ifndef HANDLERS_DIGEST_H
#define HANDLERS_DIGEST_H

#include "base/civil.h"
#include "handlers/card.h"
#include "handlers/handler.h"

/* Whether this person gets one: as they wish, else as configured; nobody who is gone. */
bool digest_is_wanted(struct turn *turn, const char *tenant, const char *user_id);
/* The local minute at which they do, and their zone: Slack's, else the team's. */
int digest_minute(struct turn *turn, const char *tenant, const char *user_id);
const char *digest_zone(struct turn *turn, const char *tenant, const char *user_id);

/* When the next one is due after now: a working day of the team's calendar, at their minute; of one
 * that DST skips, the first minute after it. */
struct wall digest_next(struct turn *turn, const char *tenant, const char *user_id);
/* True when today's is due: its minute has come, not too long ago, and there was none today. day:
 * today there, in the turn's arena. */
bool digest_is_due(struct turn *turn, const char *tenant, const char *user_id, const char **day);

/* Draws it as of now. *empty: there is nothing to say. */
bool digest_render(struct turn *turn, const char *tenant, const char *user_id, struct card *out,
                   bool *empty, struct err *err);

#endif
