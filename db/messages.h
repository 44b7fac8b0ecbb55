/* Messages posted: where each stands and which job said it, so that it is edited and never said
 * again. */
#ifndef DB_MESSAGES_H
#define DB_MESSAGES_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

struct message {
    const char *id; /* the id of the job that posted it */
    const char *tenant;
    const char *item; /* item id, NULL */
    int64_t onboarding;
    const char *purpose; /* "card", "dm1", "dm2", "note", "proceed", "desk:finance" … */
    const char *user_id; /* DM's reader, NULL in channels */
    const char *channel;
    const char *ts;
    const char *thread_ts; /* NULL outside threads */
    const char *digest;    /* of the content last sent: an edit to the same content is skipped */
    struct wall posted_at;
};

bool messages_add(struct db *db,
                  const struct message *message); /* the same id again changes nothing */
bool messages_set_digest(struct db *db, const char *tenant, const char *id, const char *digest);
bool messages_get(struct db *db, struct arena *arena, const char *tenant, const char *id,
                  struct message *out);
/* The newest of an item and purpose. place: a person's DM by user id, or a channel; NULL:
 * anywhere. */
bool messages_find(struct db *db, struct arena *arena, const char *tenant, const char *item,
                   const char *purpose, const char *place, struct message *out);
size_t messages_of_item(struct db *db, struct arena *arena, const char *tenant, const char *item,
                        struct message **out);

#endif
