/* The process's metrics and their text form. */
#include "bot/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum metric_type { COUNTER, GAUGE, COUNTER_MS, GAUGE_MS, HISTOGRAM };

static const struct {
    enum metric_type type;
    const char *name, *help;
} table[METRIC_COUNT] = {
#define X(id, type, name, help) {type, name, help},
    METRICS(X)
#undef X
};

static const char *const type_names[] = {"counter", "gauge", "counter", "gauge", "histogram"};

/* Upper bounds in microseconds. */
static const int64_t bounds[] = {100,     250,     500,      1000,    2500,   5000,
                                 10000,   25000,   50000,    100000,  250000, 500000,
                                 1000000, 3000000, 10000000, 30000000};

enum { BOUND_COUNT = sizeof bounds / sizeof *bounds, MAX_SERIES = 256 };

struct series {
    char *labels;
    int64_t value; /* counters and gauges; the sum in µs of a histogram */
    int64_t count;
    int64_t *buckets; /* not cumulative; histograms only */
};

struct metrics {
    struct {
        struct series *series;
        size_t count;
    } metrics[METRIC_COUNT];
};

void metrics_free(struct metrics *metrics)
{
    if (!metrics)
        return;
    for (size_t m = 0; m < METRIC_COUNT; m++) {
        for (size_t i = 0; i < metrics->metrics[m].count; i++) {
            free(metrics->metrics[m].series[i].labels);
            free(metrics->metrics[m].series[i].buckets);
        }
        free(metrics->metrics[m].series);
    }
    free(metrics);
}

static struct series *find(const struct metrics *metrics, enum metric metric, const char *labels)
{
    for (size_t i = 0; i < metrics->metrics[metric].count; i++)
        if (strcmp(metrics->metrics[metric].series[i].labels, labels) == 0)
            return &metrics->metrics[metric].series[i];
    return NULL;
}

static struct series *find_or_add(struct metrics *metrics, enum metric metric, const char *labels)
{
    struct series *found = find(metrics, metric, labels);
    if (found)
        return found;
    size_t count = metrics->metrics[metric].count;
    if (count >= MAX_SERIES && strcmp(labels, "overflow=\"true\"") != 0)
        return find_or_add(metrics, metric, "overflow=\"true\"");
    struct series *series = realloc(metrics->metrics[metric].series, (count + 1) * sizeof *series);
    if (!series)
        abort();
    metrics->metrics[metric].series = series;
    metrics->metrics[metric].count = count + 1;
    series[count] = (struct series){.labels = strdup(labels)};
    if (table[metric].type == HISTOGRAM)
        series[count].buckets = calloc(BOUND_COUNT + 1, sizeof *series[count].buckets);
    if (!series[count].labels || (table[metric].type == HISTOGRAM && !series[count].buckets))
        abort();
    return &series[count];
}

/* An increase from nothing is none to Prometheus: what has no labels stands at 0 before it counts.
 */
static const enum metric from_zero[] = {METRIC_REDELIVERIES, METRIC_COMMIT_FAILURES,
                                        METRIC_CONNECTS, METRIC_GAP};

struct metrics *metrics_new(void)
{
    struct metrics *metrics = calloc(1, sizeof *metrics);
    if (!metrics)
        abort();
    for (size_t i = 0; i < sizeof from_zero / sizeof *from_zero; i++)
        find_or_add(metrics, from_zero[i], "");
    return metrics;
}

void metrics_add(struct metrics *metrics, enum metric metric, const char *labels, int64_t by)
{
    assert((table[metric].type == COUNTER || table[metric].type == COUNTER_MS) && by >= 0);
    find_or_add(metrics, metric, labels)->value += by;
}

void metrics_set(struct metrics *metrics, enum metric metric, const char *labels, int64_t value)
{
    assert(table[metric].type != HISTOGRAM);
    find_or_add(metrics, metric, labels)->value = value;
}

void metrics_observe_us(struct metrics *metrics, enum metric metric, const char *labels, int64_t us)
{
    assert(table[metric].type == HISTOGRAM);
    struct series *series = find_or_add(metrics, metric, labels);
    assert(series->buckets);
    size_t bucket = 0;
    while (bucket < BOUND_COUNT && us > bounds[bucket])
        bucket++;
    series->buckets[bucket]++;
    series->count++;
    series->value += us;
}

int64_t metrics_get(const struct metrics *metrics, enum metric metric, const char *labels)
{
    const struct series *series = find(metrics, metric, labels);
    if (!series)
        return 0;
    return table[metric].type == HISTOGRAM ? series->count : series->value;
}

static void write_seconds(struct buf *out, int64_t us)
{
    buf_fmt(out, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);
}

static void write_sample(struct buf *out, const char *name, const char *suffix, const char *labels)
{
    buf_fmt(out, "%s%s", name, suffix);
    if (*labels)
        buf_fmt(out, "{%s}", labels);
    buf_char(out, ' ');
}

static void write_histogram(struct buf *out, const char *name, const struct series *series)
{
    int64_t cumulative = 0;
    for (size_t i = 0; i <= BOUND_COUNT; i++) {
        cumulative += series->buckets[i];
        buf_fmt(out, "%s_bucket{%s%sle=\"", name, series->labels, *series->labels ? "," : "");
        if (i < BOUND_COUNT)
            write_seconds(out, bounds[i]);
        else
            buf_str(out, "+Inf");
        buf_fmt(out, "\"} %" PRId64 "\n", cumulative);
    }
    write_sample(out, name, "_sum", series->labels);
    write_seconds(out, series->value);
    buf_char(out, '\n');
    write_sample(out, name, "_count", series->labels);
    buf_fmt(out, "%" PRId64 "\n", series->count);
}

void metrics_write(const struct metrics *metrics, struct buf *out)
{
    for (size_t m = 0; m < METRIC_COUNT; m++) {
        if (!metrics->metrics[m].count)
            continue;
        buf_fmt(out, "# HELP %s %s\n# TYPE %s %s\n", table[m].name, table[m].help, table[m].name,
                type_names[table[m].type]);
        for (size_t i = 0; i < metrics->metrics[m].count; i++) {
            const struct series *series = &metrics->metrics[m].series[i];
            if (table[m].type == HISTOGRAM) {
                write_histogram(out, table[m].name, series);
                continue;
            }
            write_sample(out, table[m].name, "", series->labels);
            if (table[m].type == COUNTER_MS || table[m].type == GAUGE_MS)
                write_seconds(out, series->value * 1000);
            else
                buf_fmt(out, "%" PRId64, series->value);
            buf_char(out, '\n');
        }
    }
}
