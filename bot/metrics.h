/* Counters, gauges and histograms of the process in Prometheus' text form. All
 * metrics are rows of one table; labels are bounded sets, never customer ids. */
#ifndef BOT_METRICS_H
#define BOT_METRICS_H

#include "base/buf.h"

#include <stdint.h>

/* id, type, name, help. Histograms are observed in microseconds, …_MS are counted in milliseconds;
 * all are written in seconds. */
#define METRICS(X)                                                                                 \
    X(ENVELOPES, COUNTER, "usher_envelopes_total", "Envelopes taken from Slack, by type.")         \
    X(ENVELOPE_ERRORS, COUNTER, "usher_envelope_errors_total",                                     \
      "Frames that could not be understood or served, by reason.")                                 \
    X(REDELIVERIES, COUNTER, "usher_redeliveries_total",                                           \
      "Envelopes that had been served before and got the stored answer.")                          \
    X(HOOKS, COUNTER, "usher_hooks_total", "Deliveries to /hooks/, by sender and result.")         \
    X(SLACK_HTTP, COUNTER, "usher_slack_requests_total",                                           \
      "Requests to /slack/ in HTTP mode, by what they were and result.")                           \
    X(INSTALLS, COUNTER, "usher_installs_total",                                                   \
      "Installations of further workspaces, by result; begun: sent to Slack.")                     \
    X(ACKNOWLEDGEMENT, HISTOGRAM, "usher_acknowledgement_seconds",                                 \
      "From the arrival of an envelope to its acknowledgement.")                                   \
    X(COMMIT, HISTOGRAM, "usher_commit_seconds", "Time taken by a turn's commit.")                 \
    X(COMMIT_FAILURES, COUNTER, "usher_commit_failures_total", "Turns whose commit failed.")       \
    X(CONNECTIONS, GAUGE, "usher_slack_connections", "Socket Mode connections that are up.")       \
    X(CONNECTS, COUNTER, "usher_slack_connects_total", "Socket Mode connections made.")            \
    X(DISCONNECTS, COUNTER, "usher_slack_disconnects_total",                                       \
      "Socket Mode connections that ended, by reason.")                                            \
    X(GAP, COUNTER_MS, "usher_slack_gap_seconds_total",                                            \
      "Time without any Socket Mode connection since the first one.")                              \
    X(EXCHANGES, GAUGE, "usher_exchanges",                                                         \
      "Calls of outside systems that have not ended, by state: in_flight or waiting.")             \
    X(ANSWERS, GAUGE, "usher_answers_under_way",                                                   \
      "Private answers and views on their way to people.")                                         \
    X(ONBOARDINGS, GAUGE, "usher_onboardings", "Onboardings in the store, by state.")              \
    X(ITEMS, GAUGE, "usher_items", "Escalation items in the store, by state.")                     \
    X(MESSAGES, GAUGE, "usher_messages",                                                           \
      "Messages and mails in the store: sent, edited of those, and failed, which nobody got or "   \
      "which show what was.")                                                                      \
    X(VERDICTS, COUNTER, "usher_verdicts_total",                                                   \
      "Runs that found something new, by verdict and level.")                                      \
    X(ACTS, COUNTER, "usher_acts_total",                                                           \
      "Lines of the audit log, by action: decisions, refusals, escalations, starts.")              \
    X(BACKUP, GAUGE_MS, "usher_backup_timestamp_seconds",                                          \
      "When the newest backup in store.backups was begun, UTC since 1970; 0: there is none.")      \
    X(JOBS, GAUGE, "usher_jobs", "Jobs in the store, by state.")                                   \
    X(JOB_RUNS, COUNTER, "usher_job_runs_total", "Attempts of jobs that ended, by kind and end.")  \
    X(JOB_LAG, GAUGE_MS, "usher_job_lag_seconds", "How late the most overdue ready job is.")       \
    X(CALLS, COUNTER, "usher_calls_total",                                                         \
      "Calls of outside systems, by system, call and outcome.")                                    \
    X(CALL_TIME, HISTOGRAM, "usher_call_seconds", "Time taken by calls of outside systems.")       \
    X(CIRCUIT, GAUGE, "usher_circuit",                                                             \
      "Whether a system is asked: 0 yes, 1 one call finds out whether it answers again, 2 no.")    \
    X(LOG_LINES, COUNTER, "usher_log_lines_total", "Log lines written, by level.")                 \
    X(RESIDENT, GAUGE, "usher_resident_bytes", "Memory of the process that is resident.")          \
    X(CPU, COUNTER_MS, "usher_cpu_seconds_total", "Processor time of the process.")                \
    X(START, GAUGE_MS, "usher_start_timestamp_seconds", "When the process began, UTC since 1970.") \
    X(BUILD, GAUGE, "usher_build_info", "Always 1; the version is a label.")

enum metric {
#define X(id, type, name, help) METRIC_##id,
    METRICS(X)
#undef X
        METRIC_COUNT
};

struct metrics;
/* Counters without labels are there from the start, at 0. */
struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics);

/* labels: `key="value"` pairs already in order and escaped, "" for none. A metric holds at most 256
 * series; what comes after that is counted in one series labelled overflow="true". */
void metrics_add(struct metrics *metrics, enum metric metric, const char *labels, int64_t by);
void metrics_set(struct metrics *metrics, enum metric metric, const char *labels, int64_t value);
void metrics_observe_us(struct metrics *metrics, enum metric metric, const char *labels,
                        int64_t us);
int64_t metrics_get(const struct metrics *metrics, enum metric metric, const char *labels);

/* The text exposition format 0.0.4. */
void metrics_write(const struct metrics *metrics, struct buf *out);

#endif
