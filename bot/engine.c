/* The job engine. One running job is one `struct running`: its row's copy, its
 * plan, and an arena for all of that.
 *
 *   TAKEN (row leased, not committed) -> CALLING (calls under way) -> ENDED -> FINISHED -> gone
 *                                                                       ^ not committed |
 *                                                                       +---------------+
 * A crash at any point leaves the row leased; the next start makes it ready again, and
 * the kind's when_unknown says whether that may repeat anything. */
#include "bot/engine.h"

#include "base/broken.h"
#include "base/log.h"
#include "db/inbox.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_RUNNING = 64,
    MAX_A_TURN = 32, /* of many that are overdue: envelopes are served between them */
    LEASE_MS = 60000,
    HEARTBEAT_MS = 20000,
    OTHERS_MS = 10000, /* between two questions whether another process has written */
    AFTER_FAILED_COMMIT_MS = 1000,
    CLOCK_SET_MS = 1000,             /* by less it is drift */
    INBOX_SHIFT_MS = 60 * 60 * 1000, /* the inbox keeps its days longer than it must */
    SETTLE_MS = 3000,                /* what a dead process had asked for may still be happening */
};

enum running_state { TAKEN, CALLING, ENDED, FINISHED };

struct running {
    struct engine *engine;
    struct running *next;
    enum running_state state;
    struct job job;
    const struct job_kind *kind;
    struct plan plan;
    struct turn turn; /* with this job's arena */
    size_t waiting_for;
    bool plan_failed;
    struct err plan_err;
    struct arena arena;
};

struct engine {
    struct engine_parts parts;
    struct running *running; /* oldest first */
    size_t count;            /* of those that are not FINISHED */
    int64_t seen_touched;    /* jobs_touched() when we last looked for work */
    int64_t seen_others;     /* what other processes had written, when we last asked … */
    struct mono ask_at;      /* … and when we ask again */
    struct wall next_at;     /* when the next job wants to run, as of then */
    struct mono heartbeat_at;
    struct wall leased_until; /* the earliest lease of what is running */
    struct wall seen_now;     /* both clocks at the last turn */
    struct mono seen_mono;
    int64_t shifted_ms;     /* in this turn, for a clock that was set */
    struct mono not_before; /* nothing is written: the store did not keep what was */
    struct mono settled_at; /* what the process before us had under way has come to rest */
    bool ended;             /* some job waits for its finish */
    bool draining;
};

static void count_attempt(struct metrics *metrics, const char *kind, const char *end, int64_t by)
{
    char labels[96];
    snprintf(labels, sizeof labels, "kind=\"%s\",end=\"%s\"", kind, end);
    metrics_add(metrics, METRIC_JOB_RUNS, labels, by);
}

/* A first dead letter is an increase, too. */
static void count_from_zero(const struct engine_parts *parts)
{
    for (const struct job_kind *kind = parts->kinds; kind->name; kind++)
        count_attempt(parts->metrics, kind->name, "dead", 0);
}

struct engine *engine_new(const struct engine_parts *parts)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (!engine)
        abort();
    engine->parts = *parts;
    count_from_zero(parts);
    engine->seen_touched = -1;
    engine->seen_now = parts->world->now;
    engine->seen_mono = parts->world->mono;
    engine->heartbeat_at.ms = parts->world->mono.ms + HEARTBEAT_MS;
    engine->settled_at.ms = parts->world->mono.ms + SETTLE_MS;
    return engine;
}

static void drop(struct engine *engine, struct running *running)
{
    struct running **link = &engine->running;
    while (*link != running)
        link = &(*link)->next;
    *link = running->next;
    engine->count -= running->state != FINISHED;
    arena_release(&running->arena);
    free(running);
}

void engine_free(struct engine *engine)
{
    if (!engine)
        return;
    while (engine->running)
        drop(engine, engine->running);
    free(engine);
}

void engine_reconfigure(struct engine *engine, const struct config *config)
{
    engine->parts.config = config;
}

void engine_recover(struct engine *engine)
{
    int64_t freed = jobs_release_leases(engine->parts.db, (struct wall){INT64_MAX});
    if (freed > 0)
        log_info("jobs", "%" PRId64 " jobs were cut off at the last stop and run again", freed);
}

void engine_drain(struct engine *engine)
{
    engine->draining = true;
}

size_t engine_under_way(const struct engine *engine)
{
    return engine->count;
}

static const struct job_kind *kind_of(const struct engine *engine, const char *name)
{
    for (const struct job_kind *kind = engine->parts.kinds; kind->name; kind++)
        if (strcmp(kind->name, name) == 0)
            return kind;
    return NULL;
}

/* ---- whose job it is ---- */

static const struct config *config_of(const struct engine *engine, const char *tenant)
{
    return engine->parts.workspaces ? workspaces_config(engine->parts.workspaces, tenant)
                                    : engine->parts.config;
}

static struct sessions *sessions_of(const struct engine *engine, const char *tenant)
{
    return engine->parts.workspaces ? workspaces_sessions(engine->parts.workspaces, tenant)
                                    : engine->parts.sessions;
}

static bool is_served(const struct engine *engine, const char *tenant)
{
    return !engine->parts.workspaces || workspaces_serves(engine->parts.workspaces, tenant);
}

static const char *whose(const struct job *job, char out[80])
{
    snprintf(out, 80, "job %s/%s", job->id, job->kind);
    return out;
}

static void count_end(struct engine *engine, const struct job *job, const char *end)
{
    count_attempt(engine->parts.metrics, job->kind, end, 1);
}

static void bury(struct engine *engine, struct running *running, const char *reason)
{
    char name[80];
    log_error(whose(&running->job, name), "dead letter: %s", reason);
    count_end(engine, &running->job, "dead");
    jobs_dead(engine->parts.db, running->job.id, engine->parts.world->now, reason);
    if (running->kind && running->kind->died)
        running->kind->died(&running->turn, &running->job, reason);
}

/* The kind's first backoff, doubled for each attempt behind us, with full jitter; machine time. */
static int64_t backoff_ms(struct engine *engine, const struct running *running)
{
    int64_t ceiling = running->kind->backoff_ms > 0 ? running->kind->backoff_ms : 1000;
    int64_t max = running->kind->backoff_max_ms > ceiling ? running->kind->backoff_max_ms : ceiling;
    for (int64_t i = 1; i < running->job.attempt && ceiling < max; i++)
        ceiling *= 2;
    if (ceiling > max)
        ceiling = max;
    return ceiling / 2 +
           (int64_t)world_random_below(engine->parts.world, (uint64_t)(ceiling / 2) + 1);
}

static void settle(struct engine *engine, struct running *running,
                   const struct job_outcome *outcome)
{
    struct db *db = engine->parts.db;
    const struct job *job = &running->job;
    int64_t wait_ms =
        outcome->retry_after_ms ? outcome->retry_after_ms : backoff_ms(engine, running);
    struct wall again = wall_after_machine(engine->parts.world, wait_ms);
    char name[80];
    switch (outcome->end) {
    case JOB_END_DONE:
        count_end(engine, job, "done");
        jobs_done(db, job->id);
        return;
    case JOB_END_DEAD:
        bury(engine, running, outcome->reason);
        return;
    case JOB_END_WAIT:
        count_end(engine, job, "wait");
        jobs_retry(db, job->id, again, outcome->reason, false);
        return;
    case JOB_END_RETRY:
        if (job->attempt >= job->max_attempts && !BROKEN(retried_for_ever)) {
            bury(engine, running, outcome->reason);
            return;
        }
        count_end(engine, job, "retry");
        log_warn(whose(job, name),
                 "attempt %" PRId64 " of %" PRId64 " failed: %s; again in %" PRId64 " ms",
                 job->attempt, job->max_attempts, outcome->reason, wait_ms);
        jobs_retry(db, job->id, again, outcome->reason, true);
        return;
    }
}

static struct job_outcome retry_for(const struct err *err)
{
    struct job_outcome outcome = {.end = JOB_END_RETRY};
    snprintf(outcome.reason, sizeof outcome.reason, "%s", err->msg);
    return outcome;
}

static struct job_outcome outcome_of(struct running *running)
{
    if (running->plan_failed)
        return retry_for(&running->plan_err);
    if (!running->kind->finish)
        return job_is_done();
    return running->kind->finish(&running->turn, &running->job, &running->plan);
}

/* What the job wrote and how it ended stand or fall together. */
static void finish(struct engine *engine, struct running *running)
{
    struct db *db = engine->parts.db;
    struct err err;
    running->state = FINISHED;
    engine->count--;
    db_savepoint(db);
    struct job_outcome outcome = outcome_of(running);
    if (outcome.end == JOB_END_RETRY &&
        !BROKEN(retry_keeps_half)) { /* another attempt will write it all */
        db_rollback_savepoint(db);
        db_savepoint(db);
    }
    settle(engine, running, &outcome);
    if (!db_ok(db, &err)) {
        db_rollback_savepoint(db);
        char name[80];
        log_error(whose(&running->job, name), "could not be finished: %s", err.msg);
        outcome = retry_for(&err);
        db_savepoint(db);
        settle(engine, running, &outcome);
    }
    if (!db_release_savepoint(db))
        db_rollback_savepoint(db);
}

/* The store takes nothing for the moment: asked again, but not as fast as it refuses. After
 * asking in vain for a while, in which nobody was answered, it rests for twice as long. */
static void rest(struct engine *engine, int64_t asked_ms)
{
    engine->not_before.ms = engine->parts.world->mono.ms + AFTER_FAILED_COMMIT_MS + 2 * asked_ms;
}

static bool rests(const struct engine *engine)
{
    return engine->not_before.ms > engine->parts.world->mono.ms;
}

static bool begin(struct engine *engine)
{
    struct world *world = engine->parts.world;
    int64_t from_us = world->ops->stopwatch_us(world);
    if (db_begin(engine->parts.db))
        return true;
    db_rollback_savepoint(engine->parts.db);
    rest(engine, (world->ops->stopwatch_us(world) - from_us) / 1000);
    return false;
}

static void on_call_done(void *arg, struct call *call)
{
    (void)call;
    struct running *running = arg;
    assert(running->state == CALLING && running->waiting_for > 0);
    if (--running->waiting_for == 0) {
        running->state = ENDED;
        running->engine->ended = true;
    }
}

static void finish_ended(struct engine *engine)
{
    if (!engine->ended || rests(engine) || !begin(engine))
        return;
    engine->ended = false;
    engine->seen_touched = -1; /* what ends frees its lane: look for work */
    for (struct running *running = engine->running, *next; running; running = next) {
        next = running->next;
        if (running->state == ENDED)
            finish(engine, running);
    }
}

static void copy_job(struct job *to, const struct job *from, struct arena *arena)
{
    *to = *from;
    to->id = arena_str(arena, from->id);
    to->tenant = arena_str(arena, from->tenant);
    to->kind = arena_str(arena, from->kind);
    to->key = arena_str(arena, from->key);
    to->lane = arena_str(arena, from->lane);
    to->payload = arena_str(arena, from->payload);
    to->last_error = arena_str(arena, from->last_error);
}

static struct running *track(struct engine *engine, const struct job *job)
{
    struct running *running = calloc(1, sizeof *running);
    if (!running)
        abort();
    running->engine = engine;
    running->state = TAKEN;
    copy_job(&running->job, job, &running->arena);
    running->kind = kind_of(engine, job->kind);
    if (running->kind && !job->max_attempts)
        running->job.max_attempts = running->kind->max_attempts;
    running->turn = (struct turn){
        .world = engine->parts.world,
        .db = engine->parts.db,
        .config = config_of(engine, running->job.tenant),
        .keyring = engine->parts.keyring,
        .templates = engine->parts.templates,
        .arena = &running->arena,
    };
    struct running **link = &engine->running;
    while (*link)
        link = &(*link)->next;
    *link = running;
    engine->count++;
    return running;
}

static bool was_cut_off(const struct job *job)
{
    return job->last_error && strcmp(job->last_error, JOB_CUT_OFF) == 0;
}

/* Why a job that was just taken must not run, or NULL. */
static const char *refusal(const struct engine *engine, const struct running *running)
{
    const struct job *job = &running->job;
    if (!running->kind)
        return "no such kind of job in this version";
    if (job->expires_at.ms && job->expires_at.ms <= engine->parts.world->now.ms)
        return "expired before it could run";
    bool cut_off = was_cut_off(job);
    if (cut_off && running->kind->when_unknown == UNKNOWN_DROP && !BROKEN(unknown_repeated))
        return "cut off in its attempt; it may have been done, and repeating is not allowed";
    if (job->attempt > job->max_attempts && !BROKEN(retried_for_ever))
        return cut_off ? "cut off in its last attempt" : "attempts used up";
    return NULL;
}

static void renew(struct engine *engine)
{
    if (!engine->running || !begin(engine))
        return;
    engine->leased_until = wall_after_machine(engine->parts.world, LEASE_MS);
    for (struct running *running = engine->running; running && !BROKEN(lease_not_renewed);
         running = running->next)
        jobs_renew(engine->parts.db, running->job.id, engine->leased_until);
}

static void beat(struct engine *engine)
{
    if (engine->parts.world->mono.ms < engine->heartbeat_at.ms)
        return;
    engine->heartbeat_at.ms = engine->parts.world->mono.ms + HEARTBEAT_MS;
    renew(engine);
}

/* Leases of turns whose commit failed. Our own have not run out, though the wall clock may have
 * been set past them: what runs would run twice. */
static void release_leases(struct engine *engine)
{
    if (engine->leased_until.ms <= engine->parts.world->now.ms)
        renew(engine);
    jobs_release_leases(engine->parts.db, engine->parts.world->now);
}

/* Looking for a message that is still on its way would not find it. */
static bool must_settle(const struct engine *engine, const struct running *running)
{
    return !BROKEN(looked_too_soon) && running->kind->plan && was_cut_off(&running->job) &&
           engine->parts.world->mono.ms < engine->settled_at.ms;
}

static void settle_first(struct engine *engine, struct running *running)
{
    int64_t wait_ms = engine->settled_at.ms - engine->parts.world->mono.ms;
    jobs_retry(engine->parts.db, running->job.id, wall_after_machine(engine->parts.world, wait_ms),
               JOB_CUT_OFF, false);
    drop(engine, running);
}

static size_t room_for_more(const struct engine *engine, size_t worked)
{
    size_t room = engine->count < MAX_RUNNING ? MAX_RUNNING - engine->count : 0;
    size_t a_turn = worked < MAX_A_TURN || BROKEN(turn_without_end) ? MAX_A_TURN : 0;
    return room < a_turn ? room : a_turn;
}

/* A job without calls is finished in the same turn, and what it leaves due is taken in the same
 * turn too, unless that becomes too much for one. */
static void take(struct engine *engine)
{
    struct db *db = engine->parts.db;
    struct arena arena = {0};
    struct job jobs[MAX_RUNNING];
    size_t taken, worked = 0, room;
    struct wall until = wall_after_machine(engine->parts.world, LEASE_MS);
    if (!begin(engine))
        return;
    release_leases(engine);
    if (!engine->running)
        engine->leased_until = until;
    do {
        room = room_for_more(engine, worked);
        taken = room ? jobs_take(db, &arena, engine->parts.world->now, until, jobs, room) : 0;
        worked += taken;
        for (size_t i = 0; i < taken; i++) {
            struct running *running = track(engine, &jobs[i]);
            const char *why_not = refusal(engine, running);
            if (!is_served(engine, running->job.tenant)) {
                jobs_park_taken(db, &running->job, engine->parts.world->now);
                drop(engine, running);
            } else if (why_not) {
                bury(engine, running, why_not);
                drop(engine, running);
            } else if (must_settle(engine, running)) {
                settle_first(engine, running);
            } else if (!running->kind->plan) {
                finish(engine, running);
                drop(engine, running); /* its row was not even taken, should the commit fail */
            }
        }
        arena_reset(&arena);
    } while (taken > 0);
    arena_release(&arena);
    engine->seen_touched = jobs_touched(db);
    engine->next_at = jobs_next_at(db);
}

static bool work_is_due(const struct engine *engine)
{
    return !engine->draining && engine->count < MAX_RUNNING && !rests(engine) &&
           (engine->seen_touched != jobs_touched(engine->parts.db) ||
            engine->next_at.ms <= engine->parts.world->now.ms);
}

/* Rows hold wall times. What waits so long by the machine's time, a retry, a poll, a lease, must
 * neither stand still for the days that a clock was set back by nor come all at once; nor may the
 * inbox forget what Slack can still deliver again. */
static void shift(struct engine *engine, int64_t by_ms)
{
    struct db *db = engine->parts.db;
    log_warn("usher",
             "the clock was set by %" PRId64 " s: what waits, waits as long as it was to; "
             "what was promised for a time keeps that time",
             by_ms / 1000);
    db_savepoint(db);
    jobs_shift(db, JOB_PROMISED, engine->parts.world->now, by_ms);
    jobs_shift_running(db, by_ms);
    if ((by_ms >= INBOX_SHIFT_MS || by_ms <= -INBOX_SHIFT_MS) && !BROKEN(inbox_not_shifted))
        inbox_shift(db, by_ms);
    if (!db_release_savepoint(db))
        db_rollback_savepoint(db);
    engine->shifted_ms = by_ms;
}

void engine_follow_clock(struct engine *engine)
{
    struct world *world = engine->parts.world;
    int64_t speed = world->speed > 1 ? world->speed : 1;
    int64_t by_ms =
        (world->now.ms - engine->seen_now.ms) - (world->mono.ms - engine->seen_mono.ms) * speed;
    bool was_set = by_ms / speed >= CLOCK_SET_MS || by_ms / speed <= -CLOCK_SET_MS;
    if (was_set && !begin(engine))
        return; /* seen again at the next turn; nothing is written in this one */
    if (was_set)
        shift(engine, by_ms);
    engine->seen_now = world->now;
    engine->seen_mono = world->mono;
}

/* An operator's `usher jobs retry` touches nothing of this process. Asked in turns that come
 * anyway. */
static void follow_others(struct engine *engine)
{
    if (engine->parts.world->mono.ms < engine->ask_at.ms)
        return;
    engine->ask_at.ms = engine->parts.world->mono.ms + OTHERS_MS;
    if (db_others_wrote(engine->parts.db, &engine->seen_others))
        engine->seen_touched = -1;
}

void engine_work(struct engine *engine)
{
    beat(engine);
    follow_others(engine);
    finish_ended(engine);
    if (work_is_due(engine))
        take(engine);
}

static void plan(struct engine *engine, struct running *running)
{
    running->state = CALLING;
    running->plan.env = (struct call_env){
        .arena = &running->arena,
        .world = engine->parts.world,
        .config = running->turn.config,
        .sessions = sessions_of(engine, running->job.tenant),
        .deadline = {engine->parts.world->mono.ms + running->turn.config->fetch.deadline_s * 1000},
    };
    if (!running->kind->plan(&running->turn, &running->job, &running->plan, &running->plan_err)) {
        running->plan_failed = true;
        running->plan.count = 0;
    }
    running->waiting_for = running->plan.count;
    if (!running->plan.count) {
        running->state = ENDED;
        engine->ended = true;
    }
    for (size_t i = 0; i < running->plan.count; i++)
        exchanges_start(engine->parts.exchanges, running->plan.calls[i], on_call_done, running);
}

/* What it did outside is done: only its end is written again. */
static void finish_again(struct engine *engine, struct running *running)
{
    running->state = ENDED;
    engine->count++;
    engine->ended = true;
}

void engine_start(struct engine *engine, bool kept)
{
    for (struct running *running = engine->running, *next; running; running = next) {
        next = running->next;
        if (running->state == FINISHED && !kept)
            finish_again(engine, running);
        else if (running->state == FINISHED || (running->state == TAKEN && !kept))
            drop(engine, running);
        else if (running->state == TAKEN)
            plan(engine, running);
    }
    if (!kept) {
        engine->seen_now.ms -= engine->shifted_ms; /* seen again */
        engine->seen_touched = -1;
        rest(engine, 0);
    }
    engine->shifted_ms = 0;
}

struct mono engine_wake_at(const struct engine *engine)
{
    struct world *world = engine->parts.world;
    if (rests(engine))
        return engine->not_before;
    if (engine->ended || work_is_due(engine))
        return world->mono;
    struct mono at = {engine->running ? engine->heartbeat_at.ms : INT64_MAX};
    if (engine->draining || engine->count >= MAX_RUNNING)
        return at;
    int64_t next = INT64_MAX;
    if (engine->next_at.ms != INT64_MAX)
        next =
            world->mono.ms + (engine->next_at.ms - world->now.ms + world->speed - 1) / world->speed;
    if (next < at.ms)
        at.ms = next;
    return at;
}

void engine_measure(struct engine *engine)
{
    int64_t lag = engine->parts.world->now.ms - jobs_next_at(engine->parts.db).ms;
    metrics_set(engine->parts.metrics, METRIC_JOB_LAG, "", lag > 0 ? lag : 0);
}
