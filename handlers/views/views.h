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

request_handler view_reject_submitted;
request_handler view_delegate_submitted;
request_handler view_ooo_submitted;

#endif
