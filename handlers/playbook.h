/* Playbooks: what is to be done for a customer after provisioning, in stages, by whom and by when.
 * Each is a file playbook-ID.json among the templates (templates.dir replaces single files and adds
 * more), checked in full whenever it is read: docs/playbooks.md. */
#ifndef HANDLERS_PLAYBOOK_H
#define HANDLERS_PLAYBOOK_H

#include "handlers/checks/deal.h"
#include "handlers/handler.h"

enum {
    PLAYBOOK_STAGES_MAX = 12,
    PLAYBOOK_TASKS_MAX = 100, /* of all stages */
    PLAYBOOK_TEXT_MAX = 80,   /* UTF-16 units of a name */
    PLAYBOOK_ID_MAX = 40,     /* a-z, 0-9 and '-' */
    PLAYBOOK_DUE_MAX = 366,   /* working days */
    PLAYBOOK_GOAL_MAX = 366,  /* days */
};

struct playbook_task {
    const char *name;
    const char *owner; /* one of playbook_owners */
    int due_days;      /* working days after the start */
};

struct playbook_stage {
    const char *name;
    struct playbook_task *tasks;
    size_t count;
};

struct playbook {
    const char *id;   /* "enterprise", of playbook-enterprise.json */
    const char *name; /* "Enterprise onboarding" */
    int goal_days;    /* days to first value */
    struct playbook_stage *stages;
    size_t count, task_count;
};

/* Who does what: "csm", "customer" …; ends with NULL. */
extern const char *const playbook_owners[];
#define PLAYBOOK_CUSTOMER "customer"

/* A text as a playbook; name: for errors ("playbook-x.json, line 7: stages[1].tasks[0].due: …").
 * Owned by the arena. */
bool playbook_parse(const char *name, const char *text, size_t len, struct arena *arena,
                    struct playbook *out, struct err *err) __attribute__((warn_unused_result));
/* The one of that id. ERR_NOT_FOUND where there is none. */
bool playbook_load(const struct templates *templates, const char *id, struct arena *arena,
                   struct playbook *out, struct err *err) __attribute__((warn_unused_result));
/* The ids there are, sorted: of files whose names can be ids. */
bool playbook_ids(const struct templates *templates, struct arena *arena, const char *const **out,
                  size_t *count, struct err *err) __attribute__((warn_unused_result));
/* The id as its file has it where one of that id (any case) is there; else NULL, *known "enterprise
 * or fast-track". */
const char *playbook_named(struct turn *turn, const char *id, const char **known);

/* Every file, and those that the configuration and its workspaces name: false with the first that
 * is wrong. */
bool playbooks_check(const struct templates *templates, const struct config *config, size_t *count,
                     struct err *err) __attribute__((warn_unused_result));

/* Which one an onboarding follows: the one asked for, else by the deal's value
 * (playbooks.fast_below), else the standard one. */
const char *playbook_choice(const struct config *config, const char *asked,
                            const struct deal *deal);

#endif
