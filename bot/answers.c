/* Kept answers: a small table that is emptied whole when the store, the second or the configuration
 * is another one. */
#include "bot/answers.h"

#include "base/broken.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2048, ANSWERS_MAX = SLOTS / 2, BYTES_MAX = 2 * 1024 * 1024, SECOND_MS = 1000 };

/* All that a command's handler may see of who asked and what. */
enum { ASKED_PARTS = 6 };

struct answer {
    uint64_t hash;
    const char *asked[ASKED_PARTS];
    const char *ack; /* NULL: a free slot */
};

struct answers {
    int64_t version, second; /* of all that is kept */
    size_t count;
    struct arena arena; /* the texts' */
    struct answer slots[SLOTS];
};

struct answers *answers_new(void)
{
    struct answers *answers = calloc(1, sizeof *answers);
    if (!answers)
        abort();
    return answers;
}

void answers_free(struct answers *answers)
{
    if (!answers)
        return;
    arena_release(&answers->arena);
    free(answers);
}

void answers_forget(struct answers *answers)
{
    if (!answers->count)
        return;
    memset(answers->slots, 0, sizeof answers->slots);
    arena_reset(&answers->arena);
    answers->count = 0;
}

static bool may_be_kept(const struct request *request)
{
    return request->kind == REQUEST_COMMAND && request->answer_in_ack;
}

static struct answer question(const struct request *request)
{
    struct answer out = {.asked = {request->text, request->actor.user_id, request->actor.tenant,
                                   request->enterprise, request->channel, request->name}};
    out.hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < ASKED_PARTS; i++) {
        if (!out.asked[i])
            out.asked[i] = "";
        for (const char *at = out.asked[i]; *at; at++)
            out.hash = (out.hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
    }
    return out;
}

static bool is_same(const struct answer *a, const struct answer *b)
{
    for (size_t i = 0; i < ASKED_PARTS; i++)
        if (strcmp(a->asked[i], b->asked[i]) != 0)
            return false;
    return a->hash == b->hash;
}

/* Where it is kept, or would be: half of the slots are always free. */
static struct answer *slot_of(struct answers *answers, const struct answer *question)
{
    struct answer *slot = &answers->slots[question->hash % SLOTS];
    while (slot->ack && !is_same(slot, question))
        if (++slot == answers->slots + SLOTS)
            slot = answers->slots;
    return slot;
}

const char *answers_find(struct answers *answers, struct turn *turn, const struct request *request)
{
    int64_t version = db_version(turn->db), second = turn->world->now.ms / SECOND_MS;
    if (!may_be_kept(request))
        return NULL;
    if ((version != answers->version || second != answers->second) && !BROKEN(stale_answer))
        answers_forget(answers);
    answers->version = version;
    answers->second = second;
    const struct answer asked = question(request);
    return slot_of(answers, &asked)->ack;
}

void answers_keep(struct answers *answers, struct turn *turn, const struct request *request,
                  const struct reply *reply)
{
    if (!may_be_kept(request) || !reply->ack || reply->respond || reply->open_view.view ||
        db_in_transaction(turn->db) || db_version(turn->db) != answers->version)
        return;
    if (answers->count == ANSWERS_MAX || answers->arena.used_bytes > BYTES_MAX)
        answers_forget(answers);
    struct answer asked = question(request);
    struct answer *slot = slot_of(answers, &asked);
    for (size_t i = 0; i < ASKED_PARTS; i++)
        asked.asked[i] = arena_str(&answers->arena, asked.asked[i]);
    asked.ack = arena_str(&answers->arena, reply->ack);
    answers->count += slot->ack == NULL;
    *slot = asked;
}
