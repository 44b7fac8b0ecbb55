/* What must not be shown in a log: e-mail addresses, phone numbers, tokens. One row of a table for
 * each; the first that matches where a word begins wins. Every mask is no longer than the shortest
 * text it stands for, so that masking works in place. */
#include "base/broken.h"
#include "base/log.h"
#include "base/text.h"

#include <string.h>

/* `len` bytes match, of which the first `keep` stay. 0: no match. */
struct match {
    size_t len, keep;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Of base64url, and of all our and Slack's tokens. */
static bool is_token_char(char c)
{
    return is_alnum(c) || c == '-' || c == '_' || c == '.';
}

/* RFC 6750's b68token. */
static bool is_bearer_char(char c)
{
    return is_token_char(c) || c == '~' || c == '+' || c == '/' || c == '=';
}

static bool is_local_part_char(char c)
{
    return is_alnum(c) || (c && strchr("._+-'", c)) || (unsigned char)c >= 0x80;
}

static bool is_domain_char(char c)
{
    return is_alnum(c) || c == '-' || (unsigned char)c >= 0x80;
}

/* "@", or as a URL writes it. */
static size_t at_sign(const char *p)
{
    return *p == '@' ? 1 : text_has_prefix_fold(p, "%40") ? 3 : 0;
}

static struct match match_mail(const char *text)
{
    enum { LOCAL_PART_MAX = 256, SHORTEST = 6 }; /* a@b.ca */
    const char *p = text;
    while (is_local_part_char(*p) && p - text < LOCAL_PART_MAX)
        p++;
    size_t at = at_sign(p);
    if (p == text || at == 0)
        return (struct match){0};
    const char *end = p + at;
    bool dotted = false;
    for (p = end; is_domain_char(*p); end = p) {
        while (is_domain_char(*p))
            p++;
        dotted |= *p == '.' && is_domain_char(p[1]);
        if (*p == '.' && is_domain_char(p[1]))
            p++;
    }
    size_t len = (size_t)(end - text);
    return (struct match){dotted && len >= SHORTEST ? len : 0, 0};
}

static struct match match_phone(const char *text)
{
    enum { DIGITS_MIN = 8, DIGITS_MAX = 15 };
    size_t digits = 0, len = 0;
    if (text[0] != '+' || !is_digit(text[1]))
        return (struct match){0};
    for (size_t i = 1; digits < DIGITS_MAX; i++) {
        if (is_digit(text[i])) {
            digits++;
            len = i + 1;
        } else if (!text[i] || !strchr(" -.()", text[i])) {
            break;
        }
    }
    return (struct match){digits >= DIGITS_MIN ? len : 0, 0};
}

static size_t span(const char *text, bool (*fits)(char))
{
    size_t len = 0;
    while (fits(text[len]))
        len++;
    return len;
}

/* xoxb-…, xoxe.xoxp-…, xapp-1-… */
static struct match match_slack_token(const char *text)
{
    bool xox = strncmp(text, "xox", 3) == 0 && is_alnum(text[3]) && strchr("-.", text[4]);
    if (!(xox && text[4]) && strncmp(text, "xapp-", 5) != 0)
        return (struct match){0};
    size_t len = span(text, is_token_char);
    return (struct match){len >= 8 ? len : 0, 5};
}

/* Also one that was cut: the header alone gives it away. */
static struct match match_jwt(const char *text)
{
    if (strncmp(text, "eyJ", 3) != 0)
        return (struct match){0};
    size_t len = span(text, is_token_char);
    return (struct match){len >= 16 ? len : 0, 0};
}

static struct match match_bearer(const char *text)
{
    static const char word[] = "Bearer ";
    if (!text_has_prefix_fold(text, word))
        return (struct match){0};
    size_t keep = strlen(word), len = span(text + keep, is_bearer_char);
    return (struct match){len >= 3 ? keep + len : 0, keep};
}

static bool is_value_char(char c)
{
    return c && !strchr(" &#\"'<>,;\t\r\n", c);
}

/* A secret parameter of a URL or a form. */
static struct match match_parameter(const char *text)
{
    static const char *const names[] = {
        "ticket=",        "token=",     "access_token=",     "refresh_token=",
        "client_secret=", "assertion=", "client_assertion=", "password=",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_has_prefix_fold(text, names[i])) {
            size_t keep = strlen(names[i]), len = span(text + keep, is_value_char);
            return (struct match){len >= 3 ? keep + len : 0, keep};
        }
    return (struct match){0};
}

static const struct {
    struct match (*match)(const char *text);
    const char *mask;
} masks[] = {
    {match_slack_token, "***"}, {match_parameter, "***"}, {match_bearer, "***"},
    {match_jwt, "[token]"},     {match_mail, "[mail]"},   {match_phone, "[phone]"},
};

static struct match find(const char *text, const char **mask)
{
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        struct match found = masks[i].match(text);
        *mask = masks[i].mask;
        if (found.len)
            return found;
    }
    return (struct match){0};
}

void log_mask(char *text)
{
    char *to = text;
    bool in_word = false;
    for (const char *from = text; *from;) {
        const char *mask = NULL;
        struct match found = {0};
        if (!in_word && !BROKEN(secrets_logged))
            found = find(from, &mask);
        if (found.len == 0) {
            in_word = is_alnum(*from);
            *to++ = *from++;
            continue;
        }
        memmove(to, from, found.keep);
        memcpy(to + found.keep, mask, strlen(mask));
        to += found.keep + strlen(mask);
        from += found.len;
        in_word = true;
    }
    *to = '\0';
}
