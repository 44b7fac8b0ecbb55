/* People: what we know of Slack users, and who is in the user groups that stand for roles. */
#ifndef DB_PEOPLE_H
#define DB_PEOPLE_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

struct person {
    const char *user_id;
    const char *name;      /* display name */
    const char *handle;    /* what was once typed after @; NULL where unknown */
    const char *real_name; /* NULL where unknown */
    const char *email;     /* NULL where unknown */
    const char *zone;      /* IANA, NULL where unknown */
    const char *locale;    /* "en-US", NULL where unknown */
    bool deleted;          /* deactivated */
    bool restricted;       /* guest, or of another organisation: may decide nothing */
    bool stranger;         /* of another organisation; restricted too */
    bool bot;
    struct wall updated_at;
};

bool people_put(struct db *db, const char *tenant,
                const struct person *person); /* keeps locale when NULL */
bool people_get(struct db *db, struct arena *arena, const char *tenant, const char *user_id,
                struct person *out);
/* False for someone whom the store does not know. */
bool people_is_deleted(struct db *db, const char *tenant, const char *user_id);
/* By e-mail address, case-insensitive: from a Salesforce owner to a Slack user. */
bool people_by_email(struct db *db, struct arena *arena, const char *tenant, const char *email,
                     struct person *out);
/* Those who are there by that display name, handle or real name, case-insensitive (ASCII); people
 * before apps. */
size_t people_by_name(struct db *db, struct arena *arena, const char *tenant, const char *name,
                      size_t limit, struct person **out);
/* Remembers that a delegation was suggested for this status (NULL: none any more). False when that
 * was so already, or the db failed. */
bool people_tell_status(struct db *db, const char *tenant, const char *user_id, const char *status);

/* Replaces a user group's members. */
bool groups_put(struct db *db, const char *tenant, const char *group_id,
                const char *const *user_ids, size_t count, struct wall now);
bool groups_has(struct db *db, const char *tenant, const char *group_id, const char *user_id);
size_t groups_members(struct db *db, struct arena *arena, const char *tenant, const char *group_id,
                      const char ***out);

#endif
