/* Buttons: one function an action_id. request->token is the verified state of the button. */
#ifndef HANDLERS_BUTTONS_BUTTONS_H
#define HANDLERS_BUTTONS_BUTTONS_H

#include "db/items.h"
#include "db/onboardings.h"
#include "handlers/handler.h"
#include "handlers/item.h"

request_handler button_approve;
request_handler button_reject;
request_handler button_view;
request_handler button_claim;
request_handler button_release;
request_handler button_ask;
request_handler button_undo;
request_handler button_recheck;
request_handler button_timer;
request_handler button_snooze;
request_handler button_assign;
request_handler button_nudge;
request_handler button_start;
request_handler button_timeline;
request_handler button_block;
request_handler button_bulk;
request_handler button_delegate;
request_handler button_ooo;     /* the same form, for everything */
request_handler button_ooo_off; /* ends that */

/* The item that the button is about, and its onboarding where that is wanted (NULL: not). False
 * without an error in *err: the person was told that it is gone; with one: the store failed. */
bool button_item(struct turn *turn, const struct request *request, struct reply *reply,
                 struct item *item, struct onboarding *onboarding, struct err *err);
/* Says how a move ended; false when it failed. Where the button stood on Home, Home is drawn again.
 */
bool button_answer(struct turn *turn, const struct request *request, struct reply *reply,
                   struct moved moved);

#endif
