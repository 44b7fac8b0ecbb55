/* Secrets at rest: sealed text only (base/keyring.h); this file never sees a plain one. */
#ifndef DB_SECRETS_H
#define DB_SECRETS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

bool secrets_put(struct db *db, const char *tenant, const char *name, const char *sealed,
                 struct wall now);
const char *secrets_get(struct db *db, struct arena *arena, const char *tenant, const char *name);
bool secrets_delete(struct db *db, const char *tenant, const char *name);
bool secrets_delete_all(struct db *db, const char *tenant);

#endif
