/* Messages: where each stands and which job said it, so that it is edited and never said again; and
 * what became of those that could not be said or edited. */
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
    const char
        *purpose; /* "card", "dm1", "dm2", "note", "proceed", "desk:finance" …; "mail": no Slack */
    const char *user_id; /* DM's or mail's reader, NULL in channels */
    const char *channel;
    const char *ts;         /* NULL: it stands nowhere in Slack */
    const char *thread_ts;  /* NULL outside threads */
    const char *digest;     /* of the content last sent: an edit to the same content is skipped */
    struct wall posted_at;  /* 0: never said */
    struct wall edited_at;  /* last; 0: never */
    struct wall failed_at;  /* since when it could not be said or edited; 0: no trouble */
    const char *failure;    /* why, in words */
    const char *instead_of; /* of a mail: the message that it stands in for */
};

/* The same id again changes nothing, but for one that had failed: it has been said now. */
bool messages_add(struct db *db, const struct message *message);
/* It was edited to this content. */
bool messages_edited(struct db *db, const char *tenant, const char *id, const char *digest,
                     struct wall now);
/* It could not be said (then a row is made of it, with failed_at and failure) or edited. */
bool messages_failed(struct db *db, const struct message *message);
bool messages_get(struct db *db, struct arena *arena, const char *tenant, const char *id,
                  struct message *out);
/* The newest of an item and purpose that was said. place: a person's DM by user id, or a channel;
 * NULL: anywhere. */
bool messages_find(struct db *db, struct arena *arena, const char *tenant, const char *item,
                   const char *purpose, const char *place, struct message *out);
/* Those that stand in Slack. */
/* The one that stands there. */
bool messages_at(struct db *db, struct arena *arena, const char *tenant, const char *channel,
                 const char *ts, struct message *out);
size_t messages_of_item(struct db *db, struct arena *arena, const char *tenant, const char *item,
                        struct message **out);
/* All of an onboarding, said or not, mails too, oldest first. */
size_t messages_of_onboarding(struct db *db, struct arena *arena, const char *tenant,
                              int64_t onboarding, struct message **out);
/* A mail about an item stands for so long, sent or not: another message of it that is not delivered
 * to the same reader meanwhile is not mailed too. */
#define MESSAGES_MAIL_HOLDS_MS INT64_C(72000000)
/* The newest mail, sent or not, for a message that could not be said, or about the same item to the
 * same person, that still stands. */
bool messages_mailed(struct db *db, struct arena *arena, const struct message *missed,
                     struct message *out);
/* To people, of items, never said, not mailed either, and nothing said to them of it since; newest
 * failure first. user_id NULL: to anyone. */
size_t messages_undelivered(struct db *db, struct arena *arena, const char *tenant,
                            const char *user_id, size_t limit, struct message **out);

/* How many were said, were edited since, and could not be said or edited. */
struct message_counts {
    int64_t sent, edited, failed;
};
struct message_counts messages_count(struct db *db, const char *tenant);

#endif
