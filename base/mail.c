/* Writing mail: headers that cannot be broken out of, both forms of the words as quoted-printable.
 */
#include "base/mail.h"

#include "base/broken.h"
#include "base/calendar.h"
#include "base/text.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

enum {
    LINE_MAX_CHARS = 76,   /* of a body's line, with the "=" that continues it */
    WORD_BYTES = 39,       /* of an encoded word: 64 characters of base64, "Subject: " before it */
    WORD_TEXT_SIZE = 64,   /* those characters, and their NUL */
    PLAIN_HEADER_MAX = 60, /* longer ones are encoded, which folds them */
};

#define DIGITS "0123456789"
#define ALPHA  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define ATOM   ALPHA DIGITS "!#$%&'*+-/=?^_`{|}~"

/* ---- addresses ---- */

/* Runs of characters of `set` with single dots between them. */
static bool is_dotted(const char *text, size_t len, const char *set)
{
    bool after_dot = true;
    for (size_t i = 0; i < len; i++) {
        bool dot = text[i] == '.';
        if (text[i] == '\0' || (dot && after_dot) || (!dot && !strchr(set, text[i])))
            return false;
        after_dot = dot;
    }
    return len > 0 && !after_dot;
}

bool mail_address_is_sound(const char *address)
{
    size_t len = strlen(address);
    const char *at = strchr(address, '@');
    if (!at || len > MAIL_ADDRESS_MAX || at - address > MAIL_LOCAL_MAX)
        return false;
    const char *domain = at + 1;
    return is_dotted(address, (size_t)(at - address), ATOM) && domain[0] != '-' &&
           is_dotted(domain, strlen(domain), ALPHA DIGITS "-");
}

const char *mail_domain(const char *address)
{
    const char *at = strchr(address, '@');
    assert(at);
    return at + 1;
}

/* ---- headers ---- */

static bool is_plain(const char *text)
{
    size_t len = strspn(text, ALPHA DIGITS " .,:;!?()/+-_'#&%*");
    return !text[len] && len <= PLAIN_HEADER_MAX;
}

/* The longest piece of whole characters that an encoded word holds. */
static size_t word_len(const char *text)
{
    size_t len = 0;
    while (text[len]) {
        size_t next = text_utf8_sequence(text + len, strlen(text + len));
        next = next ? next : 1;
        if (len + next > WORD_BYTES)
            break;
        len += next;
    }
    return len;
}

static void add_encoded(struct buf *out, const char *text)
{
    char word[WORD_TEXT_SIZE + 1];
    for (const char *separator = ""; *text; separator = "\r\n ") {
        size_t len = word_len(text);
        sodium_bin2base64(word, sizeof word, (const unsigned char *)text, len,
                          sodium_base64_VARIANT_ORIGINAL);
        buf_fmt(out, "%s=?UTF-8?B?%s?=", separator, word);
        text += len;
    }
}

/* Words of a header as they may stand there: what is not plain ASCII, or long, as encoded words. */
static void add_words(struct buf *out, const char *text)
{
    struct buf line = {0};
    for (const char *c = text; *c; c++) {
        bool control = (unsigned char)*c < ' ' || *c == 0x7F;
        buf_char(&line, control && !BROKEN(mail_header_unguarded) ? ' ' : *c);
    }
    if (is_plain(buf_cstr(&line)) || BROKEN(mail_header_unguarded))
        buf_str(out, buf_cstr(&line));
    else
        add_encoded(out, buf_cstr(&line));
    buf_release(&line);
}

/* In UTC: "Mon, 20 Apr 2026 14:00:00 +0000". */
static void add_date(struct buf *out, struct wall at)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct local local = calendar_local("UTC", at);
    int year, month, day;
    civil_split(local.date, &year, &month, &day);
    buf_fmt(out, "Date: %s, %d %s %04d %02d:%02d:%02d +0000\r\n", days[civil_weekday(local.date)],
            day, months[month - 1], year, local.minute / 60, local.minute % 60,
            (int)(at.ms / 1000 % 60));
}

static void add_from(struct buf *out, const struct mail_message *message)
{
    buf_str(out, "From: ");
    if (message->from_name && message->from_name[0]) {
        bool quoted = is_plain(message->from_name);
        buf_str(out, quoted ? "\"" : "");
        add_words(out, message->from_name);
        buf_str(out, quoted ? "\"\r\n " : "\r\n ");
    }
    buf_fmt(out, "<%s>\r\n", message->from);
}

/* ---- bodies ---- */

/* How byte `c` is written; `last`: its line ends after it. */
static size_t quoted(char out[4], unsigned char c, bool last)
{
    static const char hex[] = "0123456789ABCDEF";
    if ((c == ' ' && !last) || (c > ' ' && c < 0x7F && c != '=')) {
        out[0] = (char)c;
        return 1;
    }
    out[0] = '=';
    out[1] = hex[c >> 4];
    out[2] = hex[c & 15];
    return 3;
}

static void add_line(struct buf *out, const char *line, size_t len)
{
    size_t column = 0;
    char text[4];
    for (size_t i = 0; i < len; i++) {
        size_t width = quoted(text, (unsigned char)line[i], i + 1 == len);
        if (column + width > LINE_MAX_CHARS - 1) {
            buf_str(out, "=\r\n");
            column = 0;
        }
        buf_add(out, text, width);
        column += width;
    }
    buf_str(out, "\r\n");
}

static void add_part(struct buf *out, const char *type, const char *text)
{
    buf_fmt(out,
            "Content-Type: text/%s; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
            type);
    while (*text) {
        size_t len = strcspn(text, "\r\n");
        add_line(out, text, len);
        text += len;
        text += text[0] == '\r' && text[1] == '\n' ? 2 : *text != '\0';
    }
}

void mail_write(struct buf *out, const struct mail_message *message)
{
    assert(mail_address_is_sound(message->from) && mail_address_is_sound(message->to));
    add_date(out, message->date);
    add_from(out, message);
    buf_fmt(out, "To: <%s>\r\nSubject: ", message->to);
    add_words(out, message->subject);
    buf_fmt(out,
            "\r\nMessage-ID: <%s@%s>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
            message->id, mail_domain(message->from));
    if (!message->html) {
        add_part(out, "plain", message->text);
        return;
    }
    /* "=_" stands in no quoted-printable text. */
    buf_fmt(out, "Content-Type: multipart/alternative; boundary=\"=_%s\"\r\n\r\n--=_%s\r\n",
            message->id, message->id);
    add_part(out, "plain", message->text);
    buf_fmt(out, "--=_%s\r\n", message->id);
    add_part(out, "html", message->html);
    buf_fmt(out, "--=_%s--\r\n", message->id);
}
