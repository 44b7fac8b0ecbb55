/* Channels as far as it matters who reads them: whether people of another organisation are in them
 * (Slack Connect). */
#ifndef DB_CHANNELS_H
#define DB_CHANNELS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

struct channel {
    const char *id;
    const char *name; /* NULL: not known */
    bool shared;      /* with another organisation, or about to be */
    bool open;        /* everyone of the workspace may read it; false where that is not known */
    struct wall checked_at;
};

bool channels_put(struct db *db, const char *tenant, const struct channel *channel);
bool channels_get(struct db *db, struct arena *arena, const char *tenant, const char *id,
                  struct channel *out);

#endif
