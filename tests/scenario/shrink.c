/* Which moves of a seed matter to its failure: first the shortest beginning that still fails, then
 * what of it can be left out, in ever smaller pieces. Each attempt has a process of its own. */
#include "tests/scenario/days.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A run that does not end is a failure, too; others like it are waited for less. The search is over
 * when its time is, with what it has found by then. */
enum { LONGEST_S = 30, LONGEST_AGAIN_S = 3, SEARCH_S = 90 };

/* ---- the search ---- */

static size_t kept_moves(const bool *left_out)
{
    size_t kept = 0;
    for (size_t i = 0; i < DAYS_MOVES; i++)
        kept += !left_out[i];
    return kept;
}

static size_t cut_to_beginning(bool *left_out, bool (*fails)(void *arg, const bool *left_out),
                               void *arg)
{
    for (size_t length = 0; length < DAYS_MOVES; length++) {
        for (size_t i = 0; i < DAYS_MOVES; i++)
            left_out[i] = i >= length;
        if (fails(arg, left_out))
            return length;
    }
    memset(left_out, 0, DAYS_MOVES);
    return DAYS_MOVES;
}

/* Leaves out `size` of the kept moves, from the nth kept one on; false when there are none. */
static bool leave_out(bool *left_out, size_t nth, size_t size)
{
    size_t left = size;
    for (size_t i = 0; i < DAYS_MOVES && left > 0; i++) {
        if (left_out[i])
            continue;
        if (nth > 0) {
            nth--;
            continue;
        }
        left_out[i] = true;
        left--;
    }
    return left < size;
}

/* One pass with pieces of that size; true when something went. */
static bool cut_pieces(bool *left_out, size_t size, bool (*fails)(void *arg, const bool *left_out),
                       void *arg)
{
    bool any = false;
    for (size_t nth = 0;;) {
        bool fewer[DAYS_MOVES];
        memcpy(fewer, left_out, sizeof fewer);
        if (!leave_out(fewer, nth, size))
            return any;
        if (fails(arg, fewer)) {
            memcpy(left_out, fewer, sizeof fewer);
            any = true;
        } else {
            nth += size;
        }
    }
}

size_t days_search(bool left_out[DAYS_MOVES], bool (*fails)(void *arg, const bool *left_out),
                   void *arg)
{
    size_t beginning = cut_to_beginning(left_out, fails, arg);
    for (size_t size = beginning / 2; size > 1; size /= 2)
        cut_pieces(left_out, size, fails, arg);
    while (cut_pieces(left_out, 1, fails, arg))
        continue;
    return beginning;
}

/* ---- a run in a process of its own ---- */

struct hunt {
    struct days days;
    struct breach *found; /* shared with the process that looks */
    struct breach wanted;
    unsigned runs, longest_s;
    time_t until;
};

static void note_end(struct breach *found, int status)
{
    if (found->failed || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
        return;
    found->failed = true;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(found->what, sizeof found->what, "the run does not end");
    else if (WIFSIGNALED(status))
        snprintf(found->what, sizeof found->what, "the process ended by signal %d",
                 WTERMSIG(status));
    else
        snprintf(found->what, sizeof found->what, "the process ended with status %d",
                 WEXITSTATUS(status));
}

static void play_apart(struct hunt *hunt, bool quiet)
{
    int status = 0;
    *hunt->found = (struct breach){.quiet = quiet};
    hunt->runs++;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (quiet && (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr)))
            _exit(1);
        alarm(hunt->longest_s);
        noted = hunt->found;
        hunt->days.told = !quiet;
        days_play(&hunt->days, NULL);
        exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        abort();
    note_end(hunt->found, status);
}

/* What is said up to what differs from run to run: ids, numbers. */
static bool alike(const struct breach *a, const struct breach *b)
{
    size_t len = strcspn(a->what, ":0123456789");
    return a->failed == b->failed && strcmp(a->where, b->where) == 0 &&
           len == strcspn(b->what, ":0123456789") && strncmp(a->what, b->what, len) == 0;
}

static bool fails_alike(void *arg, const bool *left_out)
{
    struct hunt *hunt = arg;
    if (time(NULL) > hunt->until)
        return false;
    memcpy(hunt->days.left_out, left_out, sizeof hunt->days.left_out);
    play_apart(hunt, true);
    return alike(hunt->found, &hunt->wanted);
}

/* ---- lists of moves: "3,7-9"; "0" is none ---- */

static void print_moves(const bool *left_out)
{
    const char *comma = "";
    if (!kept_moves(left_out))
        printf("0");
    for (size_t i = 0; i < DAYS_MOVES; i++) {
        size_t last = i;
        if (left_out[i])
            continue;
        while (last + 1 < DAYS_MOVES && !left_out[last + 1])
            last++;
        printf(last > i ? "%s%zu-%zu" : "%s%zu", comma, i + 1, last + 1);
        comma = ",";
        i = last;
    }
}

/* False: not such a list. */
static bool read_moves(bool *left_out, const char *text)
{
    memset(left_out, true, DAYS_MOVES);
    if (strcmp(text, "0") == 0)
        return true;
    do {
        char *end;
        unsigned long first = strtoul(text, &end, 10), last = first;
        if (*end == '-')
            last = strtoul(end + 1, &end, 10);
        if (first < 1 || last < first || last > DAYS_MOVES || (*end && *end != ','))
            return false;
        for (unsigned long i = first; i <= last; i++)
            left_out[i - 1] = false;
        text = end + (*end == ',');
    } while (*text);
    return true;
}

/* ---- */

static struct breach *shared_breach(void)
{
    void *memory = mmap(NULL, sizeof(struct breach), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        abort();
    return memory;
}

static void print_found(struct hunt *hunt, size_t beginning, const char *program)
{
    printf("the first %zu moves of seed %" PRIu64 " fail; it takes %zu of them (%u runs):\n",
           beginning, hunt->days.seed, kept_moves(hunt->days.left_out), hunt->runs);
    play_apart(hunt, false);
    printf("again: %s --seed %" PRIu64 " --moves ", program, hunt->days.seed);
    print_moves(hunt->days.left_out);
    printf("\n");
}

void days_shrink(uint64_t seed, const char *program)
{
    struct hunt hunt = {.days = {.seed = seed},
                        .found = shared_breach(),
                        .longest_s = LONGEST_S,
                        .until = time(NULL) + SEARCH_S};
    bool left_out[DAYS_MOVES] = {false};
    play_apart(&hunt, true);
    hunt.wanted = *hunt.found;
    if (strstr(hunt.wanted.what, "does not end"))
        hunt.longest_s = LONGEST_AGAIN_S;
    if (!hunt.wanted.failed) {
        printf("seed %" PRIu64 " does not fail in a process of its own\n", seed);
    } else {
        size_t beginning = days_search(left_out, fails_alike, &hunt);
        memcpy(hunt.days.left_out, left_out, sizeof left_out);
        print_found(&hunt, beginning, program);
    }
    munmap(hunt.found, sizeof *hunt.found);
}

int days_tell(uint64_t seed, const char *moves)
{
    struct days days = {.seed = seed, .told = true};
    if (moves && !read_moves(days.left_out, moves)) {
        fprintf(stderr, "--moves %s: a list like 3,7-9, of 1 to %d\n", moves, DAYS_MOVES);
        return 64;
    }
    days_play(&days, NULL);
    printf("1 passed, 0 failed\n");
    return 0;
}
