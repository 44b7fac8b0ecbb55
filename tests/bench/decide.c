/* What a verdict costs beyond the fetching: stored facts are decided as a run does it, again and
 * again, and the time of the processor and the memory are told as one JSON object.
 *
 *   decide FACTS.json TODAY RUNS      facts as `runs.facts` holds them
 */
#include "handlers/decide.h"
#include "tests/bench/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 16 * 1024 * 1024, EARLY_RUN = 100 };

static _Noreturn void die_of(const char *what, const char *why)
{
    fprintf(stderr, "decide: %s: %s\n", what, why);
    exit(1);
}

static void read_file(const char *path, struct buf *out)
{
    char piece[65536];
    FILE *file = fopen(path, "r");
    if (!file)
        die_of(path, "cannot be read");
    buf_init(out, FILE_MAX_BYTES);
    for (size_t len; (len = fread(piece, 1, sizeof piece, file)) > 0;)
        buf_add(out, piece, len);
    fclose(file);
    if (out->overflow || !out->len)
        die_of(path, "is empty or too large");
}

static int64_t cpu_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

/* What a run does between its last reply and its row in the store. */
struct verdict_cost {
    int64_t ns;
    enum level level;
    size_t findings;
};

static struct verdict_cost decide_once(const struct config *config, const struct buf *text,
                                       struct civil today)
{
    struct arena arena = {0};
    struct facts facts;
    struct decision decision;
    struct buf written = {0}, findings = {0}, sources = {0};
    struct err err = {0};
    if (!facts_read(text->data, text->len, &arena, &facts, &err))
        die_of("facts", err.msg);
    for (int i = 0; i < SOURCE_COUNT; i++)
        facts.sources[i].ok = true;
    struct check_input input = {.facts = &facts, .config = config, .today = today};
    input.remembered.previous_owner_on = CIVIL_NONE;
    int64_t from = cpu_ns();
    facts_normalise(&facts);
    decide_knowing(&input, &arena, &decision);
    facts_write(&facts, &written);
    decision_write(&decision, &findings);
    sources_write(&facts, &sources);
    struct verdict_cost cost = {cpu_ns() - from, decision.level, decision.findings.count};
    buf_release(&written);
    buf_release(&findings);
    buf_release(&sources);
    arena_release(&arena);
    return cost;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double us(int64_t ns)
{
    return (double)ns / 1000;
}

int main(int argc, char **argv)
{
    struct buf text;
    struct config config;
    struct civil today;
    struct err err = {0};
    if (argc != 4 || !civil_parse(argv[2], &today, &err))
        die_of("usage", "decide FACTS.json YYYY-MM-DD RUNS");
    size_t runs = strtoul(argv[3], NULL, 10);
    int64_t *ns = calloc(runs ? runs : 1, sizeof *ns), early_kb = 0;
    if (!ns || !runs || !config_parse(&config, "bench", "{}", 2, &err))
        die_of("start", err.msg);
    read_file(argv[1], &text);
    struct verdict_cost cost = {0};
    for (size_t i = 0; i < runs; i++) {
        cost = decide_once(&config, &text, today);
        ns[i] = cost.ns;
        if (i + 1 == EARLY_RUN)
            early_kb = process_resident_kb(getpid());
    }
    int64_t late_kb = process_resident_kb(getpid());
    qsort(ns, runs, sizeof *ns, by_size);
    printf("{\"runs\":%zu,\"facts_bytes\":%zu,\"level\":\"%s\",\"findings\":%zu,\"p50_us\":%.1f,"
           "\"p99_us\":%.1f,\"most_us\":%.1f,\"early_kb\":%" PRId64 ",\"late_kb\":%" PRId64 "}\n",
           runs, text.len, level_name(cost.level), cost.findings, us(ns[runs / 2]),
           us(ns[runs * 99 / 100]), us(ns[runs - 1]), early_kb, late_kb);
    free(ns);
    buf_release(&text);
    config_release(&config);
    return 0;
}
