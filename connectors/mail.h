/* Mail, for whom Slack does not reach: one message over SMTP to the server of the section `mail`.
 * The server's 4xx is a failure that passes, its 5xx one that stays; a connection that breaks after
 * the text began is ambiguous and is not repeated: the same id gives the same Message-ID, by which
 * the reader's mail program knows a second copy. docs/mail.md. */
#ifndef CONNECTORS_MAIL_H
#define CONNECTORS_MAIL_H

#include "connectors/call.h"

/* What to write to whom; copied. `to` must be sound (base/mail.h). */
struct mail_letter {
    const char *to, *subject, *text, *html;
    const char *id; /* of the job: becomes the Message-ID */
    struct wall date;
};
struct call *mail_send(const struct call_env *env, const struct mail_letter *letter);

/* Connects, encrypts, signs in, and leaves. */
struct call *mail_probe(const struct call_env *env);

#endif
