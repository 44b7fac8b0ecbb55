/* Runs the scenarios, each in a process of its own, and ends with `N passed, N failed`.
 *   scenario                      all of them, then SEEDS random days
 *   scenario NAME                 one, in this process (for a debugger); a part of its name will do
 *   scenario --seeds N [--first S]   random days only; prints the seeds that failed
 * SCENARIO_LOG=1 shows the bot's log. */
#include "tests/scenario/scenarios.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SEEDS = 200 };

static const struct scenario *const tables[] = {
    approval_scenarios,    crashes_scenarios, envelopes_scenarios,
    escalation_scenarios,  roles_scenarios,   said_once_scenarios,
    socket_mode_scenarios, sources_scenarios, tokens_scenarios,
};

static unsigned passed, failed;

static double seconds(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* True when the child ended well. */
static bool play(void (*scenario)(void))
{
    fflush(stdout);
    pid_t child = fork();
    int status = 1;
    if (child == 0) {
        scenario();
        exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

static void run_all(void)
{
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (const struct scenario *row = tables[t]; row->name; row++) {
            double began = seconds();
            bool ok = play(row->play);
            printf("%s %s (%.2f s)\n", ok ? "ok  " : "FAIL", row->name, seconds() - began);
            passed += ok;
            failed += !ok;
        }
}

/* One process for all seeds up to the first that fails: *at says which one it was at. */
static void play_seeds(uint64_t *at, uint64_t end)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        for (; *at < end; ++*at)
            random_days(*at);
        exit(0);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child)
        abort();
    if (*at == end && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return;
    printf("FAIL random days, seed %" PRIu64 ": `scenario --seeds 1 --first %" PRIu64 "`\n", *at,
           *at);
    failed++;
    ++*at;
}

static void run_seeds(uint64_t first, uint64_t count)
{
    double began = seconds();
    unsigned failed_before = failed;
    uint64_t end = first + count;
    uint64_t *at =
        mmap(NULL, sizeof *at, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        abort();
    for (*at = first; *at < end;)
        play_seeds(at, end);
    munmap(at, sizeof *at);
    passed += (unsigned)count - (failed - failed_before);
    printf("%" PRIu64 " seeds from %" PRIu64 " (%.1f s)\n", count, first, seconds() - began);
}

static int run_one(const char *name)
{
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (const struct scenario *row = tables[t]; row->name; row++)
            if (strstr(row->name, name)) {
                printf("%s\n", row->name);
                fflush(stdout);
                row->play();
                printf("1 passed, 0 failed\n");
                return 0;
            }
    fprintf(stderr, "no scenario's name holds \"%s\"\n", name);
    return 64;
}

static uint64_t number_after(int argc, char **argv, const char *option, uint64_t fallback)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], option) == 0)
            return strtoull(argv[i + 1], NULL, 10);
    return fallback;
}

int main(int argc, char **argv)
{
    uint64_t seeds = number_after(argc, argv, "--seeds", 0);
    uint64_t first = number_after(argc, argv, "--first", 1);
    if (argc == 2)
        return run_one(argv[1]);
    if (argc == 1)
        run_all();
    run_seeds(first, seeds ? seeds : SEEDS);
    printf("%u passed, %u failed\n", passed, failed);
    return failed ? 1 : 0;
}
