/* Counting to k, and a process for each k. */
#include "tests/scenario/torture.h"

#include "tests/scenario/scenarios.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES_MAX = 8, LONGEST_S = 60 };

/* ---- counting ---- */

static struct {
    bool armed;
    uint64_t count, k;
    char title[160];
    const char *next; /* what is to fail once, whatever k; NULL: nothing */
} state;

void torture_next(const char *what)
{
    state.next = what;
}

unsigned torture_way(const char *what, unsigned ways)
{
    if (state.next && strstr(what, state.next)) {
        state.next = NULL;
        return 1;
    }
    if (!state.armed)
        return 0;
    uint64_t before = state.count;
    state.count += ways;
    if (state.k <= before || state.k > state.count)
        return 0;
    unsigned way = (unsigned)(state.k - before);
    size_t len = strlen(state.title);
    snprintf(state.title + len, sizeof state.title - len, ", %.60s in way %u", what, way);
    return way;
}

/* Returns how much can fail in it. */
static uint64_t play(const struct torture *torture, uint64_t k)
{
    state.armed = false;
    snprintf(state.title, sizeof state.title, "torture: %s, k %" PRIu64, torture->name, k);
    playing = state.title;
    torture->begin();
    torture_wires();
    the.may_die = torture->may_die;
    the.apologies = 2; /* for what failed, and for its redelivery or its double */
    state.count = 0;
    state.k = k;
    state.armed = true;
    torture->act();
    state.armed = false;
    sim_heal(&the.sim, NULL);
    advance(MINUTES(3) * the.options.speed); /* of machine time */
    torture->then();
    scene_end();
    return state.count;
}

/* ---- a process for each ---- */

struct tally {
    uint64_t count; /* of what can fail, in the run of k = 0 */
    uint64_t runs, failed;
};

static struct tally *shared_tallies(size_t count)
{
    void *memory = mmap(NULL, count * sizeof(struct tally), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        abort();
    return memory;
}

/* Leaks are found when the process ends. */
static void play_apart(const struct torture *torture, uint64_t k, struct tally *tally)
{
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(LONGEST_S);
        uint64_t count = play(torture, k);
        if (k == 0)
            tally->count = count;
        exit(0);
    }
    bool well = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
                WEXITSTATUS(status) == 0;
    tally->runs++;
    tally->failed += !well;
    if (!well)
        printf("FAIL torture: %s, k %" PRIu64 ": `scenario --torture '%s' %" PRIu64 "`\n",
               torture->name, k, torture->name, k);
}

static void play_every(const struct torture *torture, uint64_t first, uint64_t stride,
                       struct tally *tally)
{
    for (uint64_t k = first; k <= tally->count; k += stride)
        play_apart(torture, k, tally);
}

static uint64_t play_on_all(const struct torture *torture, struct tally *tallies)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = processors < 1               ? 1
                   : processors > PROCESSES_MAX ? PROCESSES_MAX
                                                : (size_t)processors;
    memset(tallies, 0, PROCESSES_MAX * sizeof *tallies);
    play_apart(torture, 0, &tallies[0]);
    for (size_t i = 0; i < count; i++) {
        tallies[i].count = tallies[0].count;
        fflush(stdout);
        if (fork() == 0) {
            play_every(torture, i + 1, count, &tallies[i]);
            exit(0);
        }
    }
    while (wait(NULL) > 0)
        continue;
    uint64_t runs = 0, failed = 0;
    for (size_t i = 0; i < count; i++) {
        runs += tallies[i].runs;
        failed += tallies[i].failed;
    }
    failed += runs != tallies[0].count + 1; /* a process of ours ended early */
    printf("%s torture: %s: k up to %" PRIu64 ", %" PRIu64 " failed\n", failed ? "FAIL" : "ok  ",
           torture->name, tallies[0].count, failed);
    return failed;
}

int torture_run(const char *name, uint64_t only)
{
    struct tally *tallies = shared_tallies(PROCESSES_MAX);
    uint64_t failed = 0, found = 0;
    for (const struct torture *torture = tortures; torture->name; torture++) {
        if (name && !strstr(torture->name, name))
            continue;
        found++;
        if (only)
            play(torture, only);
        else
            failed += play_on_all(torture, tallies);
    }
    munmap(tallies, PROCESSES_MAX * sizeof *tallies);
    return failed || !found;
}

bool torture_bounded(const struct torture *torture)
{
    struct tally *tally = shared_tallies(1);
    play_apart(torture, 0, tally);
    play_every(torture, torture->stride / 2 + 1, torture->stride, tally);
    uint64_t failed = tally->failed;
    munmap(tally, sizeof *tally);
    return failed == 0;
}
