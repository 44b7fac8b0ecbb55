/* The mail server. */
#include "tests/scenario/fake_mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int digit(char c)
{
    return c >= 'A' ? c - 'A' + 10 : c - '0';
}

static char *unquoted(const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = malloc(strlen(text) + 1), *to = out;
    if (!out)
        abort();
    for (const char *c = text; *c;) {
        if (*c != '=') {
            *to++ = *c++;
        } else if (c[1] == '\r' && c[2] == '\n') {
            c += 3;
        } else if (c[1] && strchr(hex, c[1]) && c[2] && strchr(hex, c[2])) {
            *to++ = (char)(digit(c[1]) << 4 | digit(c[2]));
            c += 3;
        } else { /* of a boundary */
            *to++ = *c++;
        }
    }
    *to = '\0';
    return out;
}

/* The value of a header, as it stands. */
static void take_header(char *out, size_t size, const char *text, const char *name)
{
    const char *end = strstr(text, "\r\n\r\n"), *at = strstr(text, name);
    out[0] = '\0';
    if (at && end && at < end) {
        at += strlen(name);
        snprintf(out, size, "%.*s", (int)strcspn(at, "\r"), at);
    }
}

static void serve(void *arg, const struct sim_request *request, struct sim_answer *answer)
{
    struct fake_mail *mail = arg;
    struct fake_letter letter = {0};
    snprintf(letter.to, sizeof letter.to, "%s", request->mail_to);
    take_header(letter.id, sizeof letter.id, request->body, "\r\nMessage-ID: ");
    for (size_t i = 0; i < mail->count; i++)
        if (strcmp(mail->letters[i].id, letter.id) == 0)
            snprintf(mail->trouble, sizeof mail->trouble, "mailed twice: %.80s", letter.id);
    if (!letter.id[0] || !letter.to[0])
        snprintf(mail->trouble, sizeof mail->trouble, "a mail without reader or Message-ID");
    if (mail->count == mail->cap) {
        mail->cap = mail->cap ? mail->cap * 2 : 8;
        mail->letters = realloc(mail->letters, mail->cap * sizeof *mail->letters);
        if (!mail->letters)
            abort();
    }
    letter.text = unquoted(request->body);
    mail->letters[mail->count++] = letter;
    answer->status = 250;
    buf_str(&answer->body, "250 queued\n");
}

void mail_init(struct fake_mail *mail, struct sim *sim)
{
    *mail = (struct fake_mail){0};
    sim_serve_at(sim, MAIL_URL, serve, mail);
}

void mail_release(struct fake_mail *mail)
{
    for (size_t i = 0; i < mail->count; i++)
        free(mail->letters[i].text);
    free(mail->letters);
    *mail = (struct fake_mail){0};
}

const struct fake_letter *mail_find(const struct fake_mail *mail, const char *to, const char *words)
{
    for (size_t i = mail->count; i-- > 0;)
        if (strcmp(mail->letters[i].to, to) == 0 && strstr(mail->letters[i].text, words))
            return &mail->letters[i];
    return NULL;
}
