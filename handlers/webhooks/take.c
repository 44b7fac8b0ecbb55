/* What a hint does: whatever it names is looked at again, soon and once, however many hints say so.
 */
#include "db/onboardings.h"
#include "db/runs.h"
#include "handlers/decide.h"
#include "handlers/jobs/later.h"
#include "handlers/webhooks/webhooks.h"

#include <string.h>

/* Machine time: hints until then share one run, so that there is one run in this time at most. */
enum { NAMED_MS = 10 * 1000, UNNAMED_MS = 60 * 1000 };

/* Of contracts that no one names, and onboardings that share one. */
enum { WAITING_MAX = 100, SHARING_MAX = 20 };

static bool store_is_well(struct turn *turn)
{
    struct err err;
    return db_ok(turn->db, &err);
}

static bool look_again(struct turn *turn, const struct onboarding *onboarding, int64_t ms)
{
    return !onboarding_is_undecided(onboarding->state) ||
           later_hint(turn, onboarding->tenant, onboarding->number, ms);
}

/* ---- contracts ---- */

/* A question is open in which the contract has a part. */
static bool waits_for_contract(struct turn *turn, const struct onboarding *onboarding)
{
    struct run run;
    struct decision decision;
    struct err err;
    if (!runs_latest(turn->db, turn->arena, onboarding->tenant, onboarding->number, &run) ||
        !decision_read(run.findings, turn->arena, &decision, &err))
        return false;
    for (size_t i = 0; i < decision.findings.count; i++)
        if (decision.findings.items[i].level > LEVEL_NOTE &&
            decision.findings.items[i].sources & 1u << SOURCE_CLM)
            return true;
    return false;
}

static bool look_at_contracts(struct turn *turn, const char *tenant)
{
    struct onboarding *waiting;
    size_t count = onboardings_list(turn->db, turn->arena, tenant, ONBOARDING_WAITING, NULL,
                                    WAITING_MAX, &waiting);
    for (size_t i = 0; i < count; i++)
        if (waits_for_contract(turn, &waiting[i]) && !look_again(turn, &waiting[i], UNNAMED_MS))
            return false;
    return store_is_well(turn);
}

static bool look_at_contract(struct turn *turn, const char *tenant, const char *id)
{
    struct onboarding *sharing;
    size_t count =
        onboardings_by_contract(turn->db, turn->arena, tenant, id, SHARING_MAX, &sharing);
    for (size_t i = 0; i < count; i++)
        if (!look_again(turn, &sharing[i], NAMED_MS))
            return false;
    return count > 0 ? true : look_at_contracts(turn, tenant);
}

/* ---- accounts and opportunities ---- */

/* Salesforce's own words for a record have 15 characters; to them its interfaces add three, each
 * saying which of five are capitals. */
static const char *long_form(struct arena *arena, const char *id)
{
    enum { GROUPS = 3, GROUP = 5 };
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    char suffix[GROUPS + 1] = "";
    if (strlen(id) != GROUPS * GROUP)
        return id;
    for (size_t group = 0; group < GROUPS; group++) {
        unsigned capitals = 0;
        for (size_t i = 0; i < GROUP; i++) {
            char c = id[group * GROUP + i];
            capitals |= (unsigned)(c >= 'A' && c <= 'Z') << i;
        }
        suffix[group] = digits[capitals];
    }
    return arena_fmt(arena, "%s%s", id, suffix);
}

typedef bool find_onboarding(struct db *db, struct arena *arena, const char *tenant, const char *id,
                             struct onboarding *out);

static bool find(struct turn *turn, const char *tenant, const char *id, find_onboarding *by,
                 struct onboarding *out)
{
    const char *long_id = long_form(turn->arena, id);
    return by(turn->db, turn->arena, tenant, id, out) ||
           (long_id != id && by(turn->db, turn->arena, tenant, long_id, out));
}

static bool look_at_account(struct turn *turn, const char *tenant, const char *id)
{
    struct onboarding onboarding;
    if (find(turn, tenant, id, onboardings_by_account, &onboarding))
        return look_again(turn, &onboarding, NAMED_MS);
    return store_is_well(turn);
}

/* One that nobody knows may have been won: Salesforce is asked, the payload is not believed. */
static bool look_at_opportunity(struct turn *turn, const char *tenant, const char *id)
{
    struct onboarding onboarding;
    if (find(turn, tenant, id, onboardings_by_opportunity, &onboarding))
        return look_again(turn, &onboarding, NAMED_MS);
    return store_is_well(turn) && later_again(turn, tenant, "poll_deals", NULL, NAMED_MS);
}

static const struct {
    const char *prefix;
    bool (*look)(struct turn *turn, const char *tenant, const char *id);
} kinds[] = {{"001", look_at_account}, {"006", look_at_opportunity}, {"800", look_at_contract}};

static bool look_at(struct turn *turn, const char *tenant, const char *id)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(id, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
            return kinds[i].look(turn, tenant, id);
    return true;
}

bool webhook_take(struct turn *turn, const char *tenant, const struct notification *notification)
{
    for (size_t i = 0; i < notification->id_count; i++)
        if (!look_at(turn, tenant, notification->ids[i]))
            return false;
    return !notification->of_contracts || look_at_contracts(turn, tenant);
}
