/* The process's log: one JSON object a line on standard error (or aligned text
 * for people), level, time from the world's clock, whose line it is, message. E-mail addresses,
 * phone numbers and Slack, bearer and JWT tokens are masked in every line. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/world.h"

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_FORMAT_JSON, LOG_FORMAT_TEXT };

/* Where lines go; one a process, used by the loop thread alone. `sink` gets a whole line without
 * its newline; NULL writes to standard error. `now` is read at each line; NULL leaves the time out.
 */
void log_configure(enum log_level level, enum log_format format, const struct wall *now,
                   void (*sink)(void *arg, const char *line), void *arg);

bool log_level_parse(const char *name, enum log_level *out); /* debug info warn error */

/* `object` says whose line it is: "slack[1]", "ONB-1042", "job 01J…/post_card". */
void log_line(enum log_level level, const char *object, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

/* Lines written since the start, by level: for /metrics. */
int64_t log_count(enum log_level level);

/* Masks in place what must not be shown; exposed for its tests and for error texts from outside. */
void log_mask(char *text);

#endif
