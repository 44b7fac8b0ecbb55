/* Runs the scenarios, then the seeds, then the torture in its bounded form, on all processors, and
 * ends with `N passed, N failed`. Each scenario has a process of its own; what one prints is shown
 * when it fails. SCENARIO_LOG=1 shows the bot's log.
 *
 *   scenario                          all of them, and SEEDS random days
 *   scenario --sentences              the scenarios alone
 *   scenario NAME                     one, in this process; a part of its name will do, or "seed 7"
 *   scenario --seeds N [--first S]    random days only; says how it goes, and shrinks what failed
 *   scenario --seed S [--moves 3,7-9] one, in this process, or those moves of it; says each move
 *   scenario --crowd SEED             a hundred people on fifty cards, at length, in this process
 *   scenario --torture [NAME [K]]     every k, or this one in this process (torture.h)
 */
#include "tests/scenario/days.h"
#include "tests/scenario/scenarios.h"
#include "tests/scenario/torture.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CROWD_PRESSES = 1000, SEEDS = 60, WORKERS_MAX = 8, SHRUNK_MAX = 3, SEED_LONGEST_S = 60 };

/* One a line, so that two that are new never meet. */
/* clang-format off */
static const struct scenario *const tables[] = {
    answers_scenarios,
    approval_scenarios,
    audit_head_scenarios,
    bulk_scenarios,
    business_scenarios,
    conditions_scenarios,
    copies_scenarios,
    crashes_scenarios,
    crowd_scenarios,
    delivery_scenarios,
    digest_scenarios,
    desks_scenarios,
    envelopes_scenarios,
    escalation_scenarios,
    fetching_scenarios,
    golden_scenarios,
    hooks_scenarios,
    hostile_scenarios,
    hostile_forms_scenarios,
    item_scenarios,
    links_scenarios,
    http_mode_scenarios,
    noise_scenarios,
    workspaces_scenarios,
    people_scenarios,
    playbook_scenarios,
    rates_scenarios,
    reject_scenarios,
    revisions_scenarios,
    roles_scenarios,
    said_once_scenarios,
    separation_scenarios,
    shrink_scenarios,
    socket_mode_scenarios,
    sources_scenarios,
    store_failures_scenarios,
    ticks_scenarios,
    tokens_scenarios,
    undo_scenarios,
    zones_scenarios,
};
/* clang-format on */

/* What is to be played: the scenarios of the tables one after the other, the seeds, the tortures.
 */
static struct {
    size_t scenarios;
    uint64_t seeds, first;
    size_t tortures;
} program;

/* Shared by the processes. */
static struct board {
    atomic_size_t next;
    size_t at[WORKERS_MAX]; /* what each worker plays */
    struct days_tally tallies[WORKERS_MAX];
    double began;
    struct {
        bool played, passed;
        double seconds;
    } results[];
} * board;

static size_t program_length(void)
{
    return program.scenarios + program.seeds + program.tortures;
}

static const struct scenario *scenario_at(size_t place)
{
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (const struct scenario *row = tables[t]; row->name; row++)
            if (place-- == 0)
                return row;
    return NULL;
}

static double seconds(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* In a process of its own; true when that ended well. */
static bool play_apart(void (*play)(void))
{
    int status = 1;
    pid_t child = fork();
    if (child == 0) {
        play();
        exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

/* NULL: something else is to be played there. */
static const struct torture *torture_at(size_t place)
{
    size_t first = program.scenarios + program.seeds;
    return place >= first ? &tortures[place - first] : NULL;
}

/* Ten times in a long run. */
static void say_progress(uint64_t number)
{
    if (program.scenarios || program.seeds < 1000 || number % (program.seeds / 10) || !number)
        return;
    double took = seconds() - board->began;
    printf("%" PRIu64 " of %" PRIu64 " seeds, %.0f s, %.1f a second\n", number, program.seeds, took,
           (double)number / took);
    fflush(stdout);
}

static void play_at(size_t place, struct days_tally *tally)
{
    const struct torture *torture = torture_at(place);
    if (torture) {
        board->results[place].passed = torture_bounded(torture);
        return;
    }
    if (place >= program.scenarios) {
        uint64_t number = place - program.scenarios;
        say_progress(number);
        alarm(SEED_LONGEST_S);
        days_play(&(struct days){.seed = program.first + number}, tally);
        alarm(0);
        board->results[place].passed = true;
        return;
    }
    const struct scenario *scenario = scenario_at(place);
    playing = scenario->name;
    board->results[place].passed = play_apart(scenario->play);
    playing = "random days";
}

/* Takes what is next until nothing is left; a seed that fails ends the process, and another one
 * goes on in its place. */
static void work(size_t worker)
{
    for (size_t place; (place = atomic_fetch_add(&board->next, 1)) < program_length();) {
        double began = seconds();
        board->at[worker] = place;
        board->results[place].played = true;
        play_at(place, &board->tallies[worker]);
        board->results[place].seconds = seconds() - began;
    }
    board->at[worker] = SIZE_MAX;
}

static pid_t hire(size_t worker)
{
    fflush(stdout);
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0) {
        work(worker);
        exit(0);
    }
    return child;
}

/* True when the process of a worker ended well, or where it is known why not. */
static bool explained(size_t worker, int status)
{
    size_t at = board->at[worker];
    if (at != SIZE_MAX) /* it shows as not passed */
        return true;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Returns how many processes ended badly with nothing to show for it: leaks are found at the end.
 */
static unsigned work_together(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = processors < 1 ? 1 : processors > WORKERS_MAX ? WORKERS_MAX : (size_t)processors;
    pid_t workers[WORKERS_MAX];
    unsigned unexplained = 0;
    for (size_t i = 0; i < count; i++)
        workers[i] = hire(i);
    for (size_t left = count; left > 0;) {
        int status;
        pid_t ended = wait(&status);
        size_t i = 0;
        while (i < count && workers[i] != ended)
            i++;
        if (i == count)
            continue;
        unexplained += !explained(i, status);
        if (atomic_load(&board->next) < program_length())
            workers[i] = hire(i);
        else
            left--;
    }
    return unexplained;
}

/* Lists the scenarios and the seeds that failed. Returns how many did not pass. */
static unsigned list_results(void)
{
    unsigned failed = 0;
    for (size_t i = 0; i < program_length(); i++) {
        bool passed = board->results[i].passed;
        failed += !passed;
        if (i < program.scenarios)
            printf("%s %s (%.2f s)\n", passed ? "ok  " : "FAIL", scenario_at(i)->name,
                   board->results[i].seconds);
        else if (torture_at(i))
            printf("%s torture: %s (%.2f s)\n", passed ? "ok  " : "FAIL", torture_at(i)->name,
                   board->results[i].seconds);
        else if (!passed)
            printf("FAIL random days: `scenario --seed %" PRIu64 "`\n",
                   program.first + (i - program.scenarios));
    }
    return failed;
}

/* The first that failed, cut down to what matters. */
static void shrink_seeds(const char *self)
{
    unsigned shrunk = 0;
    for (size_t i = 0; i < program.seeds && shrunk < SHRUNK_MAX; i++) {
        if (board->results[program.scenarios + i].passed)
            continue;
        days_shrink(program.first + i, self);
        shrunk++;
    }
}

/* What the seeds lived through. */
static void list_figures(double took)
{
    struct days_tally all = {0};
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        all.moves += board->tallies[i].moves;
        all.turns += board->tallies[i].turns;
        all.crashes += board->tallies[i].crashes;
        all.clock_ms += board->tallies[i].clock_ms;
        if (board->tallies[i].heap_most > all.heap_most)
            all.heap_most = board->tallies[i].heap_most;
        if (board->tallies[i].in_flight_most > all.in_flight_most)
            all.in_flight_most = board->tallies[i].in_flight_most;
    }
    printf("%zu scenarios, %" PRIu64 " seeds from %" PRIu64 " (%.1f s)\n", program.scenarios,
           program.seeds, program.first, took);
    printf("%" PRIu64 " moves, %" PRIu64 " turns, %" PRIu64 " crashes, %" PRIu64
           " days of people's time, %.1f seeds a second\n",
           all.moves, all.turns, all.crashes, all.clock_ms / DAYS(1), (double)program.seeds / took);
    printf("at most %zu requests under way and %zu kB held by a bot\n", all.in_flight_most,
           all.heap_most / 1024);
}

static int run(const char *self)
{
    size_t size = sizeof *board + program_length() * sizeof board->results[0];
    board = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED)
        abort();
    board->began = seconds();
    unsigned failed = work_together();
    if (failed)
        printf("FAIL %u processes ended badly\n", failed);
    failed += list_results();
    list_figures(seconds() - board->began);
    shrink_seeds(self);
    printf("%zu passed, %u failed\n", program_length() - failed, failed);
    munmap(board, size);
    return failed ? 1 : 0;
}

static int run_one(const char *name)
{
    const struct scenario *scenario;
    if (strncmp(name, "seed ", strlen("seed ")) == 0)
        return days_tell(strtoull(name + strlen("seed "), NULL, 10), NULL);
    for (size_t i = 0; (scenario = scenario_at(i)) != NULL; i++)
        if (strstr(scenario->name, name)) {
            printf("%s\n", scenario->name);
            fflush(stdout);
            playing = scenario->name;
            scenario->play();
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
    if (argc >= 2 && strcmp(argv[1], "--torture") == 0)
        return torture_run(argc > 2 ? argv[2] : NULL, argc > 3 ? strtoull(argv[3], NULL, 10) : 0);
    if (argc >= 3 && strcmp(argv[1], "--seed") == 0)
        return days_tell(strtoull(argv[2], NULL, 10),
                         argc > 4 && strcmp(argv[3], "--moves") == 0 ? argv[4] : NULL);
    if (argc == 3 && strcmp(argv[1], "--crowd") == 0) {
        playing = "the crowd";
        crowd_play(strtoull(argv[2], NULL, 10), CROWD_PRESSES);
        return 0;
    }
    bool sentences = argc == 2 && strcmp(argv[1], "--sentences") == 0;
    if (argc == 2 && !sentences)
        return run_one(argv[1]);
    program.seeds = sentences ? 0 : number_after(argc, argv, "--seeds", SEEDS);
    program.first = number_after(argc, argv, "--first", 1);
    while ((argc == 1 || sentences) && scenario_at(program.scenarios))
        program.scenarios++;
    while (argc == 1 && tortures[program.tortures].name)
        program.tortures++;
    return run(argv[0]);
}
