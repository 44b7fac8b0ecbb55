/* Onboardings, and their numbers as people write them. */
#include "db/onboardings.h"

#include "base/text.h"
#include "db/rows.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_BEFORE_FIRST = 1000 };

_Static_assert(ONBOARDING_CHECKING == 0 && ONBOARDING_WAITING == 1,
               "a query below holds these numbers: state IN (0, 1)");
_Static_assert(ONBOARDING_REJECTED == 4 && ONBOARDING_CANCELLED == 5,
               "the schema's index of live onboardings holds these numbers: state < 4");

const char *onboarding_state_name(enum onboarding_state state)
{
    static const char *const names[] = {"checking",    "waiting",  "provisioning",
                                        "provisioned", "rejected", "cancelled"};
    _Static_assert(sizeof names / sizeof names[0] == ONBOARDING_STATE_COUNT, "one name a state");
    assert(state < ONBOARDING_STATE_COUNT);
    return names[state];
}

bool onboarding_is_undecided(enum onboarding_state state)
{
    return state == ONBOARDING_CHECKING || state == ONBOARDING_WAITING;
}

const char *onb_format(int64_t number, char out[ONB_TEXT_SIZE])
{
    snprintf(out, ONB_TEXT_SIZE, "ONB-%" PRId64, number);
    return out;
}

int64_t onb_parse(const char *text)
{
    enum { DIGITS_MAX = 15 };
    if (!text || !text_has_prefix_fold(text, "ONB-"))
        return 0;
    text += 4;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > DIGITS_MAX || text[digits] != '\0' || text[0] == '0')
        return 0;
    int64_t number = 0;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

#define COLUMNS                                                                                    \
    "tenant_id, number, account_id, account_name, opportunity_id, contract_ids, owner_user_id, "   \
    "started_by, state, organization_id, created_at, updated_at, playbook"

static void read_onboarding(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct onboarding *)out = (struct onboarding){
        .tenant = rows_text(stmt, arena, 0),
        .number = db_int(stmt, 1),
        .account_id = rows_text(stmt, arena, 2),
        .account_name = rows_text(stmt, arena, 3),
        .opportunity_id = rows_text(stmt, arena, 4),
        .contract_ids = rows_text(stmt, arena, 5),
        .owner_user_id = rows_text(stmt, arena, 6),
        .started_by = rows_text(stmt, arena, 7),
        .state = (enum onboarding_state)db_int(stmt, 8),
        .organization_id = rows_text(stmt, arena, 9),
        .created_at = rows_wall(stmt, 10),
        .updated_at = rows_wall(stmt, 11),
        .playbook = rows_text(stmt, arena, 12),
    };
}

static int64_t live_of_account(struct db *db, const char *tenant, const char *account_id)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT number FROM onboardings WHERE tenant_id = $1 AND "
                                          "account_id = $2 AND state < 4");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, account_id);
    return rows_number(stmt);
}

static int64_t next_number(struct db *db, const char *tenant)
{
    struct db_stmt *stmt = db_prepare(
        db, "SELECT coalesce(max(number), $2) + 1 FROM onboardings WHERE tenant_id = $1");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, NUMBER_BEFORE_FIRST);
    return rows_number(stmt);
}

static bool insert(struct db *db, const struct onboarding *onboarding)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO onboardings (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, "
                       "$8, $9, $10, $11, $12, $13)");
    db_bind_text(stmt, 1, onboarding->tenant);
    db_bind_int(stmt, 2, onboarding->number);
    db_bind_text(stmt, 3, onboarding->account_id);
    db_bind_text(stmt, 4, onboarding->account_name);
    db_bind_text(stmt, 5, onboarding->opportunity_id);
    db_bind_text(stmt, 6, onboarding->contract_ids);
    db_bind_text(stmt, 7, onboarding->owner_user_id);
    db_bind_text(stmt, 8, onboarding->started_by);
    db_bind_int(stmt, 9, onboarding->state);
    db_bind_text(stmt, 10, onboarding->organization_id);
    db_bind_int(stmt, 11, onboarding->created_at.ms);
    db_bind_int(stmt, 12, onboarding->updated_at.ms);
    db_bind_text(stmt, 13, onboarding->playbook);
    return db_run(stmt);
}

bool onboardings_add(struct db *db, struct onboarding *onboarding, struct wall now,
                     int64_t *existing)
{
    int64_t live = live_of_account(db, onboarding->tenant, onboarding->account_id);
    if (existing)
        *existing = live;
    if (live)
        return false;
    onboarding->number = next_number(db, onboarding->tenant);
    onboarding->created_at = onboarding->updated_at = now;
    return insert(db, onboarding);
}

bool onboardings_get(struct db *db, struct arena *arena, const char *tenant, int64_t number,
                     struct onboarding *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM onboardings WHERE tenant_id = $1 AND number = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, number);
    return rows_one(stmt, arena, read_onboarding, out);
}

/* A new one can only be made when none is live, so the newest is the live one where there is one.
 */
bool onboardings_by_account(struct db *db, struct arena *arena, const char *tenant,
                            const char *account_id, struct onboarding *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM onboardings WHERE tenant_id = $1 AND "
                       "account_id = $2 ORDER BY number DESC LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, account_id);
    return rows_one(stmt, arena, read_onboarding, out);
}

bool onboardings_by_opportunity(struct db *db, struct arena *arena, const char *tenant,
                                const char *opportunity_id, struct onboarding *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM onboardings WHERE tenant_id = $1 AND "
                       "opportunity_id = $2 ORDER BY number DESC LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, opportunity_id);
    return rows_one(stmt, arena, read_onboarding, out);
}

/* replace() tells letters' case apart in every engine, LIKE does not. */
size_t onboardings_by_contract(struct db *db, struct arena *arena, const char *tenant,
                               const char *contract_id, size_t limit, struct onboarding **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(
        db, "SELECT " COLUMNS " FROM onboardings WHERE tenant_id = $1 AND state IN (0, 1) AND "
            "replace(contract_ids, substr($2, 1, 15), '') <> contract_ids "
            "ORDER BY number DESC LIMIT $3");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, contract_id);
    rows_bind_limit(stmt, 3, limit);
    *out = rows_all(stmt, arena, read_onboarding, sizeof **out, &count);
    return count;
}

#define NEWEST_OF_ACCOUNT                                                                          \
    "NOT EXISTS (SELECT 1 FROM onboardings n WHERE n.tenant_id = onboardings.tenant_id AND "       \
    "n.account_id = onboardings.account_id AND n.number > onboardings.number)"

static size_t by_exact_name(struct db *db, struct arena *arena, const char *tenant,
                            const char *name, size_t limit, struct onboarding **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM onboardings WHERE tenant_id = $1 AND "
                       "lower(account_name) = lower($2) AND " NEWEST_OF_ACCOUNT
                       " ORDER BY number DESC LIMIT $3");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, name);
    rows_bind_limit(stmt, 3, limit);
    *out = rows_all(stmt, arena, read_onboarding, sizeof **out, &count);
    return count;
}

/* "%name%" with LIKE's own characters made plain. */
static const char *holds_pattern(struct arena *arena, const char *name)
{
    size_t len = strlen(name), at = 0;
    char *pattern = arena_alloc(arena, len * 2 + 3);
    pattern[at++] = '%';
    for (size_t i = 0; i < len; i++) {
        if (strchr("%_\\", name[i]))
            pattern[at++] = '\\';
        pattern[at++] = name[i];
    }
    pattern[at] = '%';
    return pattern;
}

size_t onboardings_by_name(struct db *db, struct arena *arena, const char *tenant, const char *name,
                           size_t limit, struct onboarding **out)
{
    /* The usual question names one account in full and is answered from an index. */
    size_t count = limit ? by_exact_name(db, arena, tenant, name, limit, out) : 0;
    if (limit && count == limit)
        return count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM onboardings WHERE tenant_id = $1 AND "
                       "lower(account_name) LIKE lower($3) ESCAPE '\\' AND " NEWEST_OF_ACCOUNT
                       " ORDER BY CASE WHEN lower(account_name) = lower($2) THEN 0 ELSE 1 END, "
                       "number DESC LIMIT $4");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, name);
    db_bind_text(stmt, 3, holds_pattern(arena, name));
    rows_bind_limit(stmt, 4, limit);
    *out = rows_all(stmt, arena, read_onboarding, sizeof **out, &count);
    return count;
}

bool onboardings_set_state(struct db *db, const char *tenant, int64_t number,
                           enum onboarding_state state, struct wall now)
{
    struct db_stmt *stmt = db_prepare(db, "UPDATE onboardings SET state = $3, updated_at = $4 "
                                          "WHERE tenant_id = $1 AND number = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, number);
    db_bind_int(stmt, 3, state);
    db_bind_int(stmt, 4, now.ms);
    return db_run(stmt) && db_changes(db) == 1;
}

bool onboardings_update(struct db *db, const struct onboarding *onboarding, struct wall now)
{
    struct db_stmt *stmt = db_prepare(
        db, "UPDATE onboardings SET account_name = $3, opportunity_id = $4, contract_ids = $5, "
            "owner_user_id = $6, organization_id = $7, updated_at = $8 "
            "WHERE tenant_id = $1 AND number = $2");
    db_bind_text(stmt, 1, onboarding->tenant);
    db_bind_int(stmt, 2, onboarding->number);
    db_bind_text(stmt, 3, onboarding->account_name);
    db_bind_text(stmt, 4, onboarding->opportunity_id);
    db_bind_text(stmt, 5, onboarding->contract_ids);
    db_bind_text(stmt, 6, onboarding->owner_user_id);
    db_bind_text(stmt, 7, onboarding->organization_id);
    db_bind_int(stmt, 8, now.ms);
    return db_run(stmt) && db_changes(db) == 1;
}

/* In the two halves nothing stands twice, and each comes in the order of its index. */
#define LIST_OF_ALL                                                                                \
    "SELECT " COLUMNS " FROM onboardings WHERE tenant_id = $1 ORDER BY number DESC LIMIT $3"
#define LIST_OF_STATE                                                                              \
    "SELECT " COLUMNS " FROM onboardings WHERE tenant_id = $1 AND state = $4 "                     \
    "ORDER BY number DESC LIMIT $3"
#define LIST_OF_PERSON                                                                             \
    "SELECT " COLUMNS " FROM onboardings WHERE tenant_id = $1 AND owner_user_id = $2 "             \
    "AND ($4 < 0 OR state = $4) UNION ALL "                                                        \
    "SELECT " COLUMNS " FROM onboardings WHERE tenant_id = $1 AND started_by = $2 "                \
    "AND (owner_user_id IS NULL OR owner_user_id <> $2) AND ($4 < 0 OR state = $4) "               \
    "ORDER BY number DESC LIMIT $3"

size_t onboardings_list(struct db *db, struct arena *arena, const char *tenant, int state,
                        const char *user_id, size_t limit, struct onboarding **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(db, user_id     ? LIST_OF_PERSON
                                          : state < 0 ? LIST_OF_ALL
                                                      : LIST_OF_STATE);
    db_bind_text(stmt, 1, tenant);
    if (user_id)
        db_bind_text(stmt, 2, user_id);
    rows_bind_limit(stmt, 3, limit);
    if (user_id || state >= 0)
        db_bind_int(stmt, 4, state);
    *out = rows_all(stmt, arena, read_onboarding, sizeof **out, &count);
    return count;
}

int64_t onboardings_count(struct db *db, const char *tenant, enum onboarding_state state)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT count(*) FROM onboardings WHERE tenant_id = $1 AND state = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, state);
    return rows_number(stmt);
}

static void read_stuck(struct db_stmt *stmt, struct arena *arena, void *out)
{
    (void)arena;
    *(struct onboarding_stuck *)out = (struct onboarding_stuck){
        .state = (enum onboarding_state)db_int(stmt, 0),
        .count = db_int(stmt, 1),
        .oldest = rows_wall(stmt, 2),
    };
}

size_t onboardings_stuck(struct db *db, struct arena *arena, const char *tenant, struct wall before,
                         struct onboarding_stuck **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(
        db, "SELECT state, count(*), min(updated_at) FROM onboardings WHERE tenant_id = $1 AND "
            "state < $2 AND updated_at < $3 GROUP BY state ORDER BY state");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, ONBOARDING_PROVISIONED);
    db_bind_int(stmt, 3, before.ms);
    *out = rows_all(stmt, arena, read_stuck, sizeof **out, &count);
    return count;
}
