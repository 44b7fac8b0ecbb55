/* Onboardings: one customer account on its way. ONB-n numbers count per tenant from 1001. */
#ifndef DB_ONBOARDINGS_H
#define DB_ONBOARDINGS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

enum onboarding_state {
    ONBOARDING_CHECKING,     /* a run is under way or due */
    ONBOARDING_WAITING,      /* an item is open: people, or data */
    ONBOARDING_PROVISIONING, /* decided; the platform is being asked */
    ONBOARDING_PROVISIONED,  /* the organisation exists */
    ONBOARDING_REJECTED,
    ONBOARDING_CANCELLED,
    ONBOARDING_STATE_COUNT
};
const char *onboarding_state_name(enum onboarding_state state); /* "waiting" … */

bool onboarding_is_undecided(enum onboarding_state state); /* a run may still move it */

struct onboarding {
    int64_t number; /* ONB-number */
    const char *tenant;
    const char *account_id; /* Salesforce id */
    const char *account_name;
    const char *opportunity_id; /* the driver, NULL while unknown */
    const char *
        contract_ids; /* comma-separated Salesforce contract ids last seen: what CLM is asked for */
    const char *owner_user_id; /* Slack user of the deal's owner, NULL where unknown */
    const char *started_by;    /* Slack user id, or "usher" */
    const char *playbook;      /* asked for when it was started; NULL: by rule */
    enum onboarding_state state;
    const char *organization_id; /* on the platform, NULL before */
    struct wall created_at;
    struct wall updated_at;
};

enum { ONB_TEXT_SIZE = 32 };
const char *onb_format(int64_t number, char out[ONB_TEXT_SIZE]); /* "ONB-1042" */
/* "ONB-1042", any case. 0 when it is not one. */
int64_t onb_parse(const char *text);

/* Makes one and sets its number. False (and *existing set to the number) when the account has a
 * live one: any state but rejected, cancelled. */
bool onboardings_add(struct db *db, struct onboarding *onboarding, struct wall now,
                     int64_t *existing);
bool onboardings_get(struct db *db, struct arena *arena, const char *tenant, int64_t number,
                     struct onboarding *out);
/* The newest of an account; live ones first. */
bool onboardings_by_account(struct db *db, struct arena *arena, const char *tenant,
                            const char *account_id, struct onboarding *out);
bool onboardings_by_opportunity(struct db *db, struct arena *arena, const char *tenant,
                                const char *opportunity_id, struct onboarding *out);
/* Undecided ones whose contracts hold this id (its first 15 characters tell it), newest first. */
size_t onboardings_by_contract(struct db *db, struct arena *arena, const char *tenant,
                               const char *contract_id, size_t limit, struct onboarding **out);
/* Accounts whose name equals (first) or holds `name`, any case; newest first. */
size_t onboardings_by_name(struct db *db, struct arena *arena, const char *tenant, const char *name,
                           size_t limit, struct onboarding **out);
bool onboardings_set_state(struct db *db, const char *tenant, int64_t number,
                           enum onboarding_state state, struct wall now);
/* Writes account_name, opportunity_id, contract_ids, owner_user_id, organization_id as they stand
 * in `onboarding`. */
bool onboardings_update(struct db *db, const struct onboarding *onboarding, struct wall now);
/* Newest first. state -1: all. user_id NULL: everyone's, else started by or owned by. */
size_t onboardings_list(struct db *db, struct arena *arena, const char *tenant, int state,
                        const char *user_id, size_t limit, struct onboarding **out);
/* What is not at its end and has not moved since then, by state. */
struct onboarding_stuck {
    enum onboarding_state state;
    int64_t count;
    struct wall oldest; /* when the one that stands longest last moved */
};
size_t onboardings_stuck(struct db *db, struct arena *arena, const char *tenant, struct wall before,
                         struct onboarding_stuck **out);
int64_t onboardings_count(struct db *db, const char *tenant, enum onboarding_state state);

#endif
