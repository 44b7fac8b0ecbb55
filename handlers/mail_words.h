/* The words of a mail that stands in for a message which Slack did not deliver: what waits, what is
 * worst (of a desk's message its own findings alone), and where to decide. No buttons, no tokens:
 * a mail may be passed on. Templates: mail_subject.txt, mail_missed.txt, mail_missed.html. */
#ifndef HANDLERS_MAIL_WORDS_H
#define HANDLERS_MAIL_WORDS_H

#include "db/items.h"
#include "db/messages.h"
#include "handlers/handler.h"

/* From the turn's arena. */
struct mail_words {
    const char *subject, *text, *html;
};

/* missed: the message that was not delivered, of this item. */
bool mail_words(struct turn *turn, const struct item *item, const struct message *missed,
                struct mail_words *out, struct err *err);

#endif
