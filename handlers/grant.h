/* What Slack granted when a workspace installed Usher: its tokens, sealed in the store for this
 * workspace. The one in force is "grant"; after a renewal the new one waits as "grant:next" until
 * it has been seen to work. */
#ifndef HANDLERS_GRANT_H
#define HANDLERS_GRANT_H

#include "handlers/handler.h"

enum grant_place { GRANT_IN_FORCE, GRANT_NEXT };

struct grant {
    const char *token;         /* xoxb-… or xoxe.xoxb-… */
    const char *refresh_token; /* NULL: it does not rotate */
    struct wall expires_at;    /* 0: never */
};

/* In the turn's transaction. */
bool grant_put(struct turn *turn, const char *tenant, enum grant_place place,
               const struct grant *grant);
/* False: there is none, or it cannot be opened (err; else err->code stays ERR_NONE). The arena
 * holds the tokens in clear until grant_wipe. */
bool grant_get(struct db *db, const struct keyring *keyring, struct arena *arena,
               const char *tenant, enum grant_place place, struct grant *out, struct err *err);
void grant_wipe(struct grant *grant);
/* Every token of the workspace goes: those granted, and what systems of its own gave. */
bool grant_forget(struct db *db, const char *tenant);
bool grant_drop(struct db *db, const char *tenant, enum grant_place place);

#endif
