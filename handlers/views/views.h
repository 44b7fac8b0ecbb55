/* Submitted modals: one function a callback_id. */
#ifndef HANDLERS_VIEWS_VIEWS_H
#define HANDLERS_VIEWS_VIEWS_H

#include "handlers/handler.h"

/* What a rejection is for: the options of the form. Ends with a NULL value. */
struct reject_reason {
    const char *value; /* what Slack sends back */
    const char *words; /* what people read, and what is kept */
    bool needs_comment;
};
extern const struct reject_reason reject_reasons[];

/* How long to snooze: the options of the form. Ends with a NULL value. */
struct snooze_span {
    const char *value; /* as `/onboard snooze` takes it; "date": the day that was picked */
    const char *words;
};
extern const struct snooze_span snooze_spans[];

/* What the form of an approval is made of; the name of a block of ticks is its number behind this.
 */
enum { TICKS_A_BLOCK = 10, TICK_BLOCKS_MAX = 9 }; /* ACKNOWLEDGE_TICKS_MAX in all */
#define TICKS_BLOCK "ticks_"

request_handler view_approve_submitted;
request_handler view_bulk_submitted;
request_handler view_reject_submitted;
request_handler view_delegate_submitted;
request_handler view_ooo_submitted;
request_handler view_snooze_submitted;
request_handler view_assign_submitted;
request_handler view_block_submitted;

#endif
