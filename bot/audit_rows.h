/* The audit log in the two forms that auditors take: JSON, and CSV after RFC 4180. */
#ifndef BOT_AUDIT_ROWS_H
#define BOT_AUDIT_ROWS_H

#include "base/buf.h"
#include "db/audit.h"

/* One row as a JSON object on one line, without its end. Times are UTC, ISO 8601; what is not known
 * is null. */
void audit_row_json(const struct audit_entry *entry, struct buf *out);

/* The names of the columns, and one row, each with its CRLF. A cell that a spreadsheet would take
 * for a formula (it begins with = + - @, a tab or CR) has an apostrophe put in front; JSON has what
 * was written. */
void audit_head_csv(struct buf *out);
void audit_row_csv(const struct audit_entry *entry, struct buf *out);

#endif
