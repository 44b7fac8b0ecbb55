/* Tenants: the Slack workspaces Usher works for. The tenant id is the team id. */
#ifndef DB_TENANTS_H
#define DB_TENANTS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

struct tenant {
    const char *id; /* T… */
    const char *name;
    const char *bot_user_id;
    const char *bot_id;
    const char *app_id;
};

bool tenants_put(struct db *db, const struct tenant *tenant,
                 struct wall now); /* insert or update */
bool tenants_get(struct db *db, struct arena *arena, const char *id, struct tenant *out);
size_t tenants_list(struct db *db, struct arena *arena, struct tenant **out);

/* Small remembered values of a tenant, such as the poll's cursor. NULL when not set. */
const char *cursors_get(struct db *db, struct arena *arena, const char *tenant, const char *name);
bool cursors_put(struct db *db, const char *tenant, const char *name, const char *value);

#endif
