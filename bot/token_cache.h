/* The access tokens that calls fetched (struct session), sealed in the store: after a restart, and
 * in a command beside the running bot, the first request needs no new one. A copy and never the
 * truth: what cannot be read is left out, and a token that its system refuses is renewed and
 * replaced.
 *
 * A token is sealed for the workspace, the system and everything in the system's section of the
 * configuration: with other credentials, or at another address, it does not open. */
#ifndef BOT_TOKEN_CACHE_H
#define BOT_TOKEN_CACHE_H

#include "base/arena.h"
#include "base/config_digest.h"
#include "base/keyring.h"
#include "base/world.h"
#include "connectors/session.h"
#include "db/db.h"

struct token_cache {
    struct db *db;                 /* borrowed; may be read-only where nothing is stored */
    const struct keyring *keyring; /* borrowed */
    struct world *world;           /* borrowed */
    const char *tenant; /* whose they are, borrowed; NULL: of the main file's systems, which
                           stand with the workspace of slack.bot_token */
    char digests[SYSTEM_COUNT][CONFIG_DIGEST_SIZE]; /* of each system's section */
};

/* The configuration is only read. */
void token_cache_init(struct token_cache *cache, struct db *db, const struct keyring *keyring,
                      struct world *world, const struct config *config);

/* Gives every session the token that is kept for it. The arena takes what is read from the store:
 * sealed, never plain. */
void token_cache_load(const struct token_cache *cache, struct arena *arena,
                      struct sessions *sessions);

/* In a turn, in its transaction: keeps the tokens that were taken, and drops those that are gone,
 * since the last call. Until the store knows its workspace they wait; one that cannot be written is
 * logged, and costs the next start a request. */
void token_cache_store(const struct token_cache *cache, struct arena *arena,
                       struct sessions *sessions);

/* After a reload of the configuration: systems whose section has changed are met as strangers. */
void token_cache_reload(struct token_cache *cache, const struct config *config,
                        struct sessions *sessions);

#endif
