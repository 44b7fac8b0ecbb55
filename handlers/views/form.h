/* What a submitted modal holds, and errors under its inputs. An input's block_id and action_id are
 * the same word, by which it is asked for here. */
#ifndef HANDLERS_VIEWS_FORM_H
#define HANDLERS_VIEWS_FORM_H

#include "handlers/handler.h"

/* Hostile like everything from outside: an option is what Slack was told to offer only once it was
 * looked up in a table, a date only once it was parsed. All never NULL, "" where nothing was
 * entered; memory from the turn's arena. */

/* plain_text_input, on one clean line, cut at `max` UTF-16 units. */
const char *form_text(struct turn *turn, const struct request *request, const char *input,
                      size_t max);
/* The value of the option that is chosen: static_select, radio_buttons. */
const char *form_option(struct turn *turn, const struct request *request, const char *input);
/* datepicker: "YYYY-MM-DD", "" where none was picked; what cannot be a day is "?". */
const char *form_date(struct turn *turn, const struct request *request, const char *input);
/* users_select: a user id of the right form, else "". */
const char *form_user(struct turn *turn, const struct request *request, const char *input);
/* checkboxes: the values of the ticked options; at most `max` are told. */
size_t form_ticked(struct turn *turn, const struct request *request, const char *input, size_t max,
                   const char ***values);

enum { FORM_ERRORS_MAX = 12 };

/* Zeroed, then filled. */
struct form_errors {
    struct {
        const char *input, *words;
    } rows[FORM_ERRORS_MAX];
    size_t count;
};
/* words NULL: nothing is wrong. The first word on an input stays. Borrows both. */
void form_wrong(struct form_errors *errors, const char *input, const char *words);
/* True when something is wrong: the acknowledgement then keeps the modal open and says so under
 * each input. */
bool form_refuse(struct turn *turn, const struct form_errors *errors, struct reply *reply);

#endif
