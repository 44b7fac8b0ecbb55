/* A small house for the targets that need a store: migrated, in memory, with the sandbox's people,
 * one onboarding that waits for a decision and two whose names are alike. It is made once a process
 * and is the same again for every input. */
#ifndef TESTS_FUZZ_HOUSE_H
#define TESTS_FUZZ_HOUSE_H

#include "handlers/handler.h"

#include <stddef.h>
#include <stdint.h>

#define HOUSE_TENANT "T0SANDBOX"

struct house {
    struct world world;
    struct config config;
    struct keyring keyring;
    struct templates templates;
    struct db *db;
    struct arena arena;
    struct turn turn;
    char item_id[64]; /* of the onboarding that waits */
    int64_t revision;
    uint64_t draws; /* of random bytes */
};

/* As it was in the beginning; owned by this file. */
struct house *house_again(void);

/* Deterministic bytes: for struct world_ops. */
void house_random(struct world *world, void *bytes, size_t len);

/* One of the people, a guest or a stranger. */
const char *house_person(uint8_t letter);

/* The signed state of a button or form of the waiting item; "start" speaks of an account. From the
 * arena. */
const char *house_token(struct house *house, const char *action);

/* Whole JSON, or it aborts; NULL is allowed. */
void house_check_json(const char *text);

#endif
