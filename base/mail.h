/* Mail as bytes: an address that may stand in an envelope and a header, and a message as it goes
 * over the wire (RFC 5322, 2045, 2047). Who speaks SMTP is bot/http_out.c. */
#ifndef BASE_MAIL_H
#define BASE_MAIL_H

#include "base/buf.h"
#include "base/world.h"

#include <stdbool.h>

enum { MAIL_ADDRESS_MAX = 254, MAIL_LOCAL_MAX = 64 };

/* True for local@domain of plain ASCII: dot-separated atoms of RFC 5321, no quotes, no literals,
 * nothing that could end a line or an envelope's "<…>". */
bool mail_address_is_sound(const char *address);
/* What follows the '@' of a sound address. */
const char *mail_domain(const char *address);

/* All borrowed. Texts are UTF-8, their lines end with "\n". */
struct mail_message {
    const char *from, *to; /* sound addresses */
    const char *from_name; /* shown beside the address; NULL: none */
    const char *subject;
    const char *text, *html; /* the same words twice; html NULL: text alone */
    const char *id;          /* letters and digits: the Message-ID is <id@domain of from> */
    struct wall date;
};

/* Appends the message with CRLF line ends, no line over 76 characters. Subject and name may hold
 * anything: what could end a header line becomes a space. The same message gives the same bytes. */
void mail_write(struct buf *out, const struct mail_message *message);

#endif
