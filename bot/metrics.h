/* Counters, gauges and histograms of the process in Prometheus' text form. All series are rows of
 * one table; labels are bounded sets, never customer ids. */
#ifndef BOT_METRICS_H
#define BOT_METRICS_H

#include "base/buf.h"

#include <stdint.h>

struct metrics;
struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics);

/* label values are "key=\"value\"" pairs already in order, "" for none; at most 256 series a metric
 * (further ones are counted under label value "other"). */
void metrics_add(struct metrics *metrics, const char *name, const char *labels, int64_t by);
void metrics_set(struct metrics *metrics, const char *name, const char *labels, int64_t value);
/* In microseconds, into the histogram's fixed buckets. */
void metrics_observe_us(struct metrics *metrics, const char *name, const char *labels, int64_t us);
void metrics_write(const struct metrics *metrics, struct buf *out);

#endif
