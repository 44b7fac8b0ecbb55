/* Tenants: the Slack workspaces Usher works for. The tenant id is the team id, or the
 * organisation's where Usher was installed for all of an Enterprise Grid. */
#ifndef DB_TENANTS_H
#define DB_TENANTS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

enum tenant_source {
    TENANT_CONFIGURED, /* by slack.bot_token */
    TENANT_INSTALLED,  /* by OAuth: its tokens are sealed in the store */
};

struct tenant {
    const char *id; /* T…, or E… of an organisation */
    const char *name;
    const char *bot_user_id;
    const char *bot_id;
    const char *app_id;
    enum tenant_source source;
    const char *enterprise_id; /* NULL: in no organisation */
    const char *installer;     /* user id; NULL: configured */
    const char *scopes;        /* as Slack granted them, comma-separated; NULL: not known */
    struct wall expires_at;    /* of its access token; 0: never */
    const char *url;           /* https://acme.slack.com/; NULL: not known */
};

/* Insert or update; one that had ended is served again. A url that is NULL leaves what is known. */
bool tenants_put(struct db *db, const struct tenant *tenant, struct wall now);
/* Those that are served only: one that has ended is as unknown as any other. */
bool tenants_get(struct db *db, struct arena *arena, const char *id, struct tenant *out);
size_t tenants_list(struct db *db, struct arena *arena, struct tenant **out);

/* It removed the app, or revoked its tokens. Nothing of it goes but its tokens' times. False where
 * it was not served. */
bool tenants_end(struct db *db, const char *id, const char *why, struct wall now);
/* The one of slack.bot_token is this one: another that was is not served any more. */
bool tenants_end_others(struct db *db, const char *configured_id, struct wall now);
/* Slack says where it opens. */
bool tenants_set_url(struct db *db, const char *id, const char *url);
/* Its access token is another from now on. */
bool tenants_set_expiry(struct db *db, const char *id, struct wall expires_at);

/* Counts changes of the above, rolled back ones too: whoever keeps what they say reads it again. */
int64_t tenants_touched(struct db *db);

/* Small remembered values of a tenant, such as the poll's cursor. NULL when not set. */
const char *cursors_get(struct db *db, struct arena *arena, const char *tenant, const char *name);
bool cursors_put(struct db *db, const char *tenant, const char *name, const char *value);

#endif
