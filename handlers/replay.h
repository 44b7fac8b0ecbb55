/* A stored run decided again: by the same rules, to see that it still comes out as it did; or by
 * others, to see what they would have changed. Pure: the store is only read before. */
#ifndef HANDLERS_REPLAY_H
#define HANDLERS_REPLAY_H

#include "db/runs.h"
#include "handlers/decide.h"

enum replay_kind {
    REPLAY_CAME,    /* a finding, or a check that is skipped, that was not there */
    REPLAY_WENT,    /* one that is not there any more */
    REPLAY_DIFFERS, /* the same finding, with other words, inputs, people or fix */
};
const char *replay_kind_words(enum replay_kind kind); /* "new", "gone", "differs" */

struct replay_change {
    enum replay_kind kind;
    const char *code, *subject; /* subject "" where a check was skipped */
    const char *text;           /* what is or was said; of one that differs, both */
};

struct replay {
    const char *account;    /* its name, else its id, as stored */
    struct decision before; /* as stored */
    struct decision after;  /* as decided now */
    bool facts_are_damaged; /* they do not match the digest they were stored with */
    struct replay_change *changes;
    size_t change_count;
};

/* Decides the run's facts again, of its own day, with what was remembered then. All memory from
 * the arena. False where what is stored cannot be read. */
bool replay_run(const struct run *run, const struct config *config, struct arena *arena,
                struct replay *out, struct err *err) __attribute__((warn_unused_result));

/* Nothing differs. */
bool replay_is_identical(const struct replay *replay);
/* PROCEED, ESCALATE and BLOCK are two different ones. */
bool replay_flips(const struct replay *replay);

#endif
