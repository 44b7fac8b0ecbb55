/* Which configuration and which sessions hold for whom: the main file's for the workspace of
 * slack.bot_token, and for each further one its own, with the token that it granted. Read from the
 * store and the configuration; whatever begins an event or a job of a workspace asks here. */
#ifndef BOT_WORKSPACES_H
#define BOT_WORKSPACES_H

#include "base/arena.h"
#include "base/config.h"
#include "base/keyring.h"
#include "base/world.h"
#include "connectors/session.h"
#include "db/db.h"

struct workspaces;

/* All borrowed; sessions: those of the main file's systems. */
struct workspaces_parts {
    struct world *world;
    struct db *db;
    const struct keyring *keyring;
    const struct config *config;
    struct sessions *sessions;
};

struct workspaces *workspaces_new(const struct workspaces_parts *parts, struct arena *arena);
void workspaces_free(struct workspaces *workspaces);
/* The new configuration holds from now on, for what is under way too. */
void workspaces_reconfigure(struct workspaces *workspaces, const struct config *config);

/* What has changed in the store since (a workspace came, went, has another token) counts from now
 * on: at a turn's beginning, and before its jobs. */
void workspaces_follow(struct workspaces *workspaces, struct arena *arena);
/* The turn was not kept: what it said of workspaces is not so. */
void workspaces_doubt(struct workspaces *workspaces);
/* In a turn, in its transaction: keeps what the workspaces' own systems gave. */
void workspaces_store(struct workspaces *workspaces, struct arena *arena);

/* What holds for a workspace. Lives as long as workspaces does: one that has ended keeps its place,
 * without a token; of one that is not known there is neither token nor system. */
const struct config *workspaces_config(const struct workspaces *workspaces, const char *tenant);
struct sessions *workspaces_sessions(const struct workspaces *workspaces, const char *tenant);
/* False for one that has ended, or is not known: nothing is begun for it. */
bool workspaces_serves(const struct workspaces *workspaces, const char *tenant);

#endif
