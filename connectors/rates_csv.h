/* The CSV in which published rates come: a header row, then an observation a row. */
#ifndef CONNECTORS_RATES_CSV_H
#define CONNECTORS_RATES_CSV_H

#include "connectors/rates.h"

/* Reads the whole table; the order of its columns and the columns beside CURRENCY, CURRENCY_DENOM
 * (EUR), TIME_PERIOD and OBS_VALUE do not matter. Fields may be quoted. Rows without an observation
 * ("", "NaN") are none. Anything else that makes no sense, a row cut short and more than
 * RATES_MAX_ROWS rows are ERR_INVALID with the line's number, and leave out unknown. */
bool rates_read_csv(const char *text, size_t len, struct arena *arena, struct published_rates *out,
                    struct err *err) __attribute__((warn_unused_result));

#endif
