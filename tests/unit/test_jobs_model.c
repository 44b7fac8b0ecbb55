/* Jobs against a model: random histories of a few lanes and keys, and after each step the rules of
 * db/jobs.h worked out the slow way over an array. The seed of a failure is printed. */
#include "db/jobs.h"
#include "tests/unit/store.h"

enum { LANES = 4, KEYS = 5, JOBS = 400, STEPS = 220, SEEDS = 40, LEASE = 300, NONE = -1 };

struct model_job {
    struct id id;
    int lane, key; /* NONE, or which */
    int64_t due, run;
    int64_t lease;
    enum job_state state;
    bool apart, gone;
};

struct model {
    struct store *store;
    struct model_job jobs[JOBS];
    size_t count;
};

static const char *const lane_names[LANES] = {"a", "b", "c", "d"};
static const char *const key_names[KEYS] = {"k:1", "k:2", "k:3", "m:1", "m:2"};

static int64_t below(struct model *model, uint64_t bound)
{
    return (int64_t)(store_random(model->store) % bound);
}

static bool is_live(const struct model_job *job)
{
    return !job->gone && job->state != JOB_DEAD;
}

static bool is_before(const struct model_job *a, const struct model_job *b)
{
    return a->due != b->due ? a->due < b->due : strcmp(a->id.text, b->id.text) < 0;
}

static struct model_job *waiting_for(struct model *model, int key)
{
    for (size_t i = 0; i < model->count; i++) {
        struct model_job *job = &model->jobs[i];
        if (key != NONE && job->key == key && is_live(job) && job->state == JOB_READY &&
            !job->apart)
            return job;
    }
    return NULL;
}

/* No other of its lane runs or is before it while due, and none of its key runs. */
static bool is_free(struct model *model, const struct model_job *job, int64_t now)
{
    for (size_t i = 0; i < model->count; i++) {
        const struct model_job *other = &model->jobs[i];
        if (other == job || !is_live(other))
            continue;
        bool runs = other->state == JOB_RUNNING;
        if (job->lane != NONE && job->lane == other->lane &&
            (runs || (other->due <= now && is_before(other, job))))
            return false;
        if (job->key != NONE && job->key == other->key && runs)
            return false;
    }
    return true;
}

static struct model_job *find(struct model *model, const char *id)
{
    for (size_t i = 0; i < model->count; i++)
        if (strcmp(model->jobs[i].id.text, id) == 0)
            return &model->jobs[i];
    fail_msg("a job that nobody added: %s", id);
    return NULL;
}

/* A job of that state, NULL when chance finds none. */
static struct model_job *some(struct model *model, enum job_state state)
{
    for (int tries = 0; tries < 20 && model->count; tries++) {
        struct model_job *job = &model->jobs[below(model, model->count)];
        if (!job->gone && job->state == state)
            return job;
    }
    return NULL;
}

static void put_back(struct model *model, struct model_job *job)
{
    job->apart = waiting_for(model, job->key) != NULL;
    job->state = JOB_READY;
}

static void add(struct model *model)
{
    struct store *store = model->store;
    struct id id;
    int lane = (int)below(model, LANES + 1) - 1, key = (int)below(model, KEYS + 2) - 2;
    key = key < 0 ? NONE : key;
    int64_t run = store->world.now.ms + below(model, 120) - 40;
    struct job_new job = {.tenant = T0,
                          .kind = "say",
                          .lane = lane == NONE ? NULL : lane_names[lane],
                          .key = key == NONE ? NULL : key_names[key],
                          .run_at = {run}};
    assert_true(jobs_add(store->db, &store->world, &job, &id));
    struct model_job *same = waiting_for(model, key);
    if (same) {
        assert_string_equal(id.text, same->id.text);
        same->run = run < same->run ? run : same->run;
        same->due = run < same->due ? run : same->due;
        return;
    }
    assert_true(model->count < JOBS);
    model->jobs[model->count++] =
        (struct model_job){.id = id, .lane = lane, .key = key, .due = run, .run = run};
}

/* What may run now, worked out one at a time in the order of run_at, id. */
static struct model_job *next_due(struct model *model, int64_t now)
{
    struct model_job *best = NULL;
    for (size_t i = 0; i < model->count; i++) {
        struct model_job *job = &model->jobs[i];
        if (!is_live(job) || job->state != JOB_READY || job->run > now || !is_free(model, job, now))
            continue;
        if (!best || job->run < best->run ||
            (job->run == best->run && strcmp(job->id.text, best->id.text) < 0))
            best = job;
    }
    return best;
}

static void take(struct model *model)
{
    struct job jobs[64];
    struct store *store = model->store;
    int64_t now = store->world.now.ms, lease = now + below(model, LEASE);
    size_t max = below(model, 2) ? 1 : 64;
    size_t taken =
        jobs_take(store->db, &store->arena, (struct wall){now}, (struct wall){lease}, jobs, max);
    for (size_t i = 0; i < taken; i++) {
        struct model_job *due = next_due(model, now);
        assert_non_null(due);
        assert_string_equal(jobs[i].id, due->id.text);
        due->state = JOB_RUNNING;
        due->lease = lease;
        due->apart = false;
    }
    if (max == 64)
        assert_null(next_due(model, now));
}

static void end_one(struct model *model)
{
    struct db *db = model->store->db;
    struct model_job *job = some(model, JOB_RUNNING);
    if (!job)
        return;
    int64_t again = model->store->world.now.ms + below(model, 60);
    switch (below(model, 3)) {
    case 0:
        assert_true(jobs_done(db, job->id.text));
        job->gone = true;
        return;
    case 1:
        assert_true(jobs_dead(db, job->id.text, model->store->world.now, "x"));
        job->state = JOB_DEAD;
        return;
    default:
        assert_true(jobs_retry(db, job->id.text, (struct wall){again}, "x", true));
        put_back(model, job);
        job->run = again;
        job->due = again < job->due ? again : job->due;
    }
}

static void release(struct model *model)
{
    int64_t now = model->store->world.now.ms, released = 0;
    for (;;) { /* in the store's order, which decides who stands for a key */
        struct model_job *first = NULL;
        for (size_t i = 0; i < model->count; i++) {
            struct model_job *job = &model->jobs[i];
            bool over = is_live(job) && job->state == JOB_RUNNING && job->lease <= now;
            if (over && (!first || job->run < first->run ||
                         (job->run == first->run && strcmp(job->id.text, first->id.text) < 0)))
                first = job;
        }
        if (!first)
            break;
        put_back(model, first);
        released++;
    }
    assert_int_equal(jobs_release_leases(model->store->db, (struct wall){now}), released);
}

static void revive(struct model *model)
{
    struct model_job *job = some(model, JOB_DEAD);
    int64_t now = model->store->world.now.ms;
    if (!job)
        return;
    assert_true(jobs_revive(model->store->db, job->id.text, (struct wall){now}));
    put_back(model, job);
    job->run = now;
    job->due = now < job->due ? now : job->due;
}

static void cancel(struct model *model)
{
    const char *prefix = below(model, 2) ? "k:" : "m:1";
    assert_true(jobs_cancel(model->store->db, T0, "say", prefix));
    for (size_t i = 0; i < model->count; i++) {
        struct model_job *job = &model->jobs[i];
        if (is_live(job) && job->state == JOB_READY && job->key != NONE &&
            strncmp(key_names[job->key], prefix, strlen(prefix)) == 0)
            job->gone = true;
    }
}

static void check_next_at(struct model *model)
{
    int64_t at = INT64_MAX;
    for (size_t i = 0; i < model->count; i++) {
        const struct model_job *job = &model->jobs[i];
        if (!is_live(job))
            continue;
        if (job->state == JOB_RUNNING && job->lease < at)
            at = job->lease;
        if (job->state == JOB_READY && job->run < at && is_free(model, job, INT64_MAX))
            at = job->run;
    }
    assert_int_equal(jobs_next_at(model->store->db).ms, at);
}

static void check_rows(struct model *model)
{
    struct job *jobs;
    size_t live = 0;
    size_t count = jobs_list(model->store->db, &model->store->arena, -1, 0, &jobs);
    for (size_t i = 0; i < model->count; i++)
        live += !model->jobs[i].gone;
    assert_int_equal(count, live);
    for (size_t i = 0; i < count; i++) {
        const struct model_job *job = find(model, jobs[i].id);
        assert_false(job->gone);
        assert_int_equal(jobs[i].state, job->state);
        if (job->state != JOB_DEAD)
            assert_int_equal(jobs[i].run_at.ms, job->run);
    }
}

/* The likelier ones more often. */
static void (*const deeds[])(struct model *model) = {
    add,  add,  add,     add,     add,     add,     take,   take,
    take, take, end_one, end_one, end_one, release, revive, cancel,
};

static void live(struct model *model)
{
    for (int step = 0; step < STEPS; step++) {
        deeds[below(model, sizeof deeds / sizeof deeds[0])](model);
        model->store->world.now.ms += below(model, 25);
        check_next_at(model);
        check_rows(model);
        arena_reset(&model->store->arena);
    }
}

static void test_any_history_keeps_the_rules_of_lanes_and_keys(void **state)
{
    struct store *store = *state;
    struct model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        store->seed = seed;
        *model = (struct model){.store = store};
        execute(store->db, "DELETE FROM jobs");
        assert_true(db_begin(store->db));
        print_message("seed %d\r", (int)seed);
        live(model);
        assert_true(db_commit(store->db));
    }
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(test_any_history_keeps_the_rules_of_lanes_and_keys),
    };
    return cmocka_run_group_tests_name("jobs against a model", tests, NULL, NULL);
}
