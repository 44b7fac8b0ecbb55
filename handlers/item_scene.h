/* What a person's move on an item shares: reading what it is about, and its ends. For
 * handlers/item_people.c, item_approve.c and their like. */
#ifndef HANDLERS_ITEM_SCENE_H
#define HANDLERS_ITEM_SCENE_H

#include "handlers/item_change.h"

/* What a move is about, read once. */
struct item_scene {
    const struct actor *actor;
    int64_t number;
    struct onboarding onboarding;
    struct item item;
    struct run run; /* without its large texts */
    struct brief brief;
    bool has_item;
    const char *behalf_of; /* for whom the person stands in (delegation.h); NULL */
    const char *onb;       /* "ONB-1042" */
};

static inline struct moved moved(enum move how, const char *why)
{
    return (struct moved){.how = how, .why = why};
}

/* The onboarding and its newest item, undecided and shown to the person as it stands: MOVE_DONE.
 * Else how the move ends before it began. revision 0: whatever is current. */
struct moved item_scene_read(struct turn *turn, const struct actor *actor, int64_t onboarding,
                             int64_t revision, struct item_scene *scene, struct err *err);

/* The store failed: err says why where it knows. */
struct moved item_failed(struct turn *turn, struct err *err);
/* Every attempt that changed nothing is remembered, with the sentence that was said:
 * "VERB.refused", "VERB.held". */
struct moved item_refused(struct turn *turn, const struct item_scene *scene, const char *verb,
                          struct moved end, struct err *err);
/* Someone was first between reading and writing. */
struct moved item_lost(struct turn *turn, struct item_scene *scene, const char *verb,
                       struct err *err);
/* The row of a key that is turned, or of a rejection. False without a failure of the store where
 * someone was first. */
bool item_add_approval(struct turn *turn, const struct item_scene *scene, const char *key,
                       const char *action, const struct item_given *given);
/* Writes the changed item (item_write); `end` when it was written, else how it ended. */
struct moved item_move(struct turn *turn, struct item_scene *scene, const char *verb,
                       const struct item_act *act, struct moved end, struct err *err);

#endif
