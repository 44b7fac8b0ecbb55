/* What a person's move on a playbook is about, and its ends. For handlers/journey*.c. */
#ifndef HANDLERS_JOURNEY_SCENE_H
#define HANDLERS_JOURNEY_SCENE_H

#include "handlers/journey.h"

struct journey_scene {
    const struct actor *actor;
    const char *verb; /* of the audit line of an attempt that changed nothing: "task", "pause" */
    struct onboarding onboarding;
    struct journey_view view;
    const char *behalf_of; /* for whom the person stands in (delegation.h); NULL */
    const char *onb;       /* "ONB-1042" */
};

/* Someone who may work, and a playbook that is not complete: MOVE_DONE. Else how the move ends
 * before it began. */
struct moved journey_scene_read(struct turn *turn, const struct actor *actor, const char *verb,
                                int64_t onboarding, struct journey_scene *scene, struct err *err);
/* An attempt that changed nothing is remembered, with the sentence that was said. */
struct moved journey_refused(struct turn *turn, const struct journey_scene *scene, enum move how,
                             const char *why, struct err *err);
struct moved journey_failed(struct turn *turn, struct err *err);

/* One line of the audit log; strings may be NULL but for action. */
struct journey_act {
    const char *tenant, *actor, *via, *behalf_of;
    const char *action, *from, *to, *reason;
};
bool journey_audit(struct turn *turn, int64_t onboarding, const struct journey_act *act);
/* The same of what the person of a scene did; then Home is drawn again. */
bool journey_did(struct turn *turn, const struct journey_scene *scene, const char *action,
                 const char *from, const char *to, const char *reason);

/* "T-3 Single sign-on works": as it stands in the audit log. */
const char *journey_task_words(struct turn *turn, const struct task *task);

#endif
