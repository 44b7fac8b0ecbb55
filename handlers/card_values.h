/* Values for templates: the few pieces of Slack markup that are made in code because they are not
 * words (mentions, dates, one-line text from outside), and the rendering itself. */
#ifndef HANDLERS_CARD_VALUES_H
#define HANDLERS_CARD_VALUES_H

#include "base/civil.h"
#include "base/value.h"
#include "handlers/card.h"

#include <stdint.h>

/* Longest pieces of outside text in a message, in UTF-16 units before escaping. */
enum { CARD_NAME_MAX = 80, CARD_LINE_MAX = 300 };

/* Text from outside on one line, safe to look at (base/text.h: text_line, text_unmarked). Not
 * escaped: that is the template's business. NULL gives "". */
const char *card_line(struct arena *arena, const char *text, size_t max);
/* The same, escaped: to stand in a sentence made by hand. */
const char *card_outside(struct arena *arena, const char *text, size_t max);
/* The account's name on one line; its id where nothing of the name can be seen. */
const char *card_account(struct arena *arena, const struct onboarding *onboarding);

/* "<@U0ANA>" for a Slack user; "Usher" for "usher" and NULL; else the word, escaped. */
const char *card_person(struct turn *turn, const char *user_id);

/* "10 May", NULL where unknown; the year only where it is not this one in the team's zone. */
const char *card_day(struct turn *turn, struct civil date);

/* The rendered template as nodes in the turn's arena, not checked; NULL with err. context is
 * borrowed. */
struct json_node *card_nodes(struct turn *turn, const char *name, const struct value *context,
                             struct err *err);
/* Renders templates/`name` with context (borrowed) and checks the result against Block Kit's
 * limits. */
bool card_message(struct turn *turn, const char *name, const struct value *context,
                  struct card *out, struct err *err);
bool card_view(struct turn *turn, const char *name, const struct value *context, const char **out,
               struct err *err);

#endif
