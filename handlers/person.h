/* People as others name them, and the zone they live in. */
#ifndef HANDLERS_PERSON_H
#define HANDLERS_PERSON_H

#include "db/people.h"
#include "handlers/handler.h"

/* Whom a typed word means: "<@U1|name>" and "<@W1>" as Slack writes a mention, "@name" and "name"
 * (display name, handle or real name), "name@corp.example" with or without Slack's mailto link.
 * False: *why is the sentence that says why not and what to do; someone whom the store does not
 * know is read from Slack meanwhile. Whether they are deactivated or a guest is the caller's to
 * see. */
bool person_named(struct turn *turn, const char *tenant, const char *word, struct person *out,
                  const char **why);

/* Their IANA zone; the team's where theirs is not known. */
const char *person_zone(struct turn *turn, const char *tenant, const char *user_id);

/* "Wed 29 Apr 14:05" in their zone, or "Wed 29 Apr 2:05 pm" where their locale has twelve hours:
 * for plain text that one person reads, where Slack's own dates do not work. */
const char *person_time(struct turn *turn, const char *tenant, const char *user_id, struct wall at);

/* True for "U0ANA" and "W0ANA": upper-case letters and digits, within bounds. */
bool person_is_id(const char *text, size_t len);

#endif
