/* The tally. Verdicts and acts are not counted where they happen: every one of them leaves a line
 * in the audit log, which holds only what was committed. */
#include "bot/tally.h"

#include "db/audit.h"
#include "db/backup_folder.h"
#include "db/items.h"
#include "db/jobs.h"
#include "db/messages.h"
#include "db/onboardings.h"
#include "db/tenants.h"
#include "handlers/finding.h"
#include "handlers/item.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_ACTS = 20000, /* lines of the audit log at a time: the rest is counted the next time */
    REST = 100,       /* times what counting took */
    LABELS_SIZE = 96,
};

struct tally {
    struct metrics *metrics;
    struct db *db;
    struct world *world;
    int64_t seen;       /* the line of the audit log that was counted last */
    int64_t recount_us; /* when, by the stopwatch, the store is counted again */
};

static void count_verdict(struct tally *tally, enum level level, int64_t by)
{
    char labels[LABELS_SIZE];
    snprintf(labels, sizeof labels, "verdict=\"%s\",level=\"%s\"", level_verdict(level),
             level_name(level));
    metrics_add(tally->metrics, METRIC_VERDICTS, labels, by);
}

struct tally *tally_new(struct metrics *metrics, struct db *db, struct world *world)
{
    struct tally *tally = calloc(1, sizeof *tally);
    if (!tally)
        abort();
    *tally = (struct tally){.metrics = metrics, .db = db, .world = world};
    (void)audit_last(db, &tally->seen);
    for (int level = LEVEL_NONE; level < LEVEL_COUNT; level++)
        count_verdict(tally, (enum level)level, 0);
    metrics_set(metrics, METRIC_START, "", world->now.ms);
    return tally;
}

void tally_free(struct tally *tally)
{
    free(tally);
}

/* ---- the audit log ---- */

static void count_verdicts(struct tally *tally, const char *name, int64_t by)
{
    for (int level = LEVEL_NONE; name && level < LEVEL_COUNT; level++)
        if (strcmp(level_name((enum level)level), name) == 0)
            count_verdict(tally, (enum level)level, by);
}

static void count_acts(struct tally *tally, struct arena *arena)
{
    struct audit_count *acts;
    size_t count = audit_count_after(tally->db, arena, &tally->seen, MAX_ACTS, &acts);
    for (size_t i = 0; i < count; i++) {
        char labels[LABELS_SIZE];
        snprintf(labels, sizeof labels, "action=\"%s\"", acts[i].action);
        metrics_add(tally->metrics, METRIC_ACTS, labels, acts[i].rows);
        if (strcmp(acts[i].action, "verdict") == 0)
            count_verdicts(tally, acts[i].to, acts[i].rows);
    }
}

void tally_step_back(struct tally *tally)
{
    int64_t last;
    if (audit_last(tally->db, &last) && last < tally->seen)
        tally->seen = last;
}

/* ---- what the store holds ---- */

enum { STATES_MAX = 8 };
_Static_assert((int)ONBOARDING_STATE_COUNT <= (int)STATES_MAX &&
                   (int)ITEM_STATE_COUNT <= (int)STATES_MAX,
               "each state has its count");

static const char *onboarding_state(size_t state)
{
    return onboarding_state_name((enum onboarding_state)state);
}

static int64_t onboardings_in(struct db *db, const char *tenant, size_t state)
{
    return onboardings_count(db, tenant, (enum onboarding_state)state);
}

static const char *item_state(size_t state)
{
    return item_state_name((enum item_state)state);
}

static int64_t items_in(struct db *db, const char *tenant, size_t state)
{
    return items_count(db, tenant, 1u << state);
}

/* Of what belongs to a tenant. */
static const struct {
    enum metric metric;
    size_t states;
    const char *(*name)(size_t state);
    int64_t (*count)(struct db *db, const char *tenant, size_t state);
} holdings[] = {
    {METRIC_ONBOARDINGS, ONBOARDING_STATE_COUNT, onboarding_state, onboardings_in},
    {METRIC_ITEMS, ITEM_STATE_COUNT, item_state, items_in},
};

enum { HOLDING_COUNT = sizeof holdings / sizeof *holdings };

static void set(struct tally *tally, enum metric metric, const char *state, int64_t count)
{
    char labels[LABELS_SIZE];
    snprintf(labels, sizeof labels, "state=\"%s\"", state);
    metrics_set(tally->metrics, metric, labels, count);
}

static struct message_counts count_messages(struct tally *tally, const struct tenant *tenants,
                                            size_t count)
{
    struct message_counts all = {0};
    for (size_t t = 0; t < count; t++) {
        struct message_counts one = messages_count(tally->db, tenants[t].id);
        all.sent += one.sent;
        all.edited += one.edited;
        all.failed += one.failed;
    }
    return all;
}

static void count_store(struct tally *tally, struct arena *arena)
{
    int64_t counts[HOLDING_COUNT][STATES_MAX] = {0};
    struct tenant *tenants;
    size_t tenant_count = tenants_list(tally->db, arena, &tenants);
    for (size_t h = 0; h < HOLDING_COUNT; h++)
        for (size_t state = 0; state < holdings[h].states; state++)
            for (size_t t = 0; t < tenant_count; t++)
                counts[h][state] += holdings[h].count(tally->db, tenants[t].id, state);
    struct message_counts messages = count_messages(tally, tenants, tenant_count);
    int64_t running = jobs_count(tally->db, JOB_RUNNING), dead = jobs_count(tally->db, JOB_DEAD);
    int64_t ready = jobs_total(tally->db) - running - dead;
    if (!db_ok(tally->db, NULL))
        return;
    for (size_t h = 0; h < HOLDING_COUNT; h++)
        for (size_t state = 0; state < holdings[h].states; state++)
            set(tally, holdings[h].metric, holdings[h].name(state), counts[h][state]);
    set(tally, METRIC_MESSAGES, "sent", messages.sent);
    set(tally, METRIC_MESSAGES, "edited", messages.edited);
    set(tally, METRIC_MESSAGES, "failed", messages.failed);
    set(tally, METRIC_JOBS, "ready", ready);
    set(tally, METRIC_JOBS, "running", running);
    set(tally, METRIC_JOBS, "dead", dead);
}

/* ---- beside it ---- */

static void find_backup(struct tally *tally, const char *folder, struct arena *arena)
{
    struct backup_file *files;
    size_t count;
    struct err err;
    if (!folder)
        return;
    bool found = backup_folder_list(arena, folder, &files, &count, &err) && count > 0;
    metrics_set(tally->metrics, METRIC_BACKUP, "", found ? files[count - 1].at.ms : 0);
}

static void measure_process(struct tally *tally)
{
    struct usage usage;
    tally->world->ops->usage(tally->world, &usage);
    metrics_set(tally->metrics, METRIC_RESIDENT, "", usage.resident_bytes);
    metrics_add(tally->metrics, METRIC_CPU, "",
                usage.cpu_us / 1000 - metrics_get(tally->metrics, METRIC_CPU, ""));
}

void tally_measure(struct tally *tally, const struct config *config, struct arena *arena)
{
    struct world *world = tally->world;
    measure_process(tally);
    db_begin_read(tally->db);
    count_acts(tally, arena);
    int64_t began_us = world->ops->stopwatch_us(world);
    if (began_us < tally->recount_us)
        return;
    count_store(tally, arena);
    find_backup(tally, config->store.backups, arena);
    int64_t ended_us = world->ops->stopwatch_us(world);
    tally->recount_us = ended_us + (ended_us - began_us) * REST;
}
