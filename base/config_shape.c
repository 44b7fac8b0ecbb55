/* Shapes of texts: ids, names, URLs. */
#include "base/config_shape.h"

#include "base/civil.h"
#include "base/mail.h"

#include <arpa/inet.h>
#include <string.h>

#define DIGITS "0123456789"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER  "abcdefghijklmnopqrstuvwxyz"

/* At least `min` characters, all of them from `set`. */
static bool consists_of(const char *text, const char *set, size_t min)
{
    size_t len = strspn(text, set);
    return len >= min && !text[len];
}

/* One of `firsts`, then at least two of A–Z and 0–9. */
static bool is_slack_id(const char *text, const char *firsts)
{
    return text[0] && strchr(firsts, text[0]) && consists_of(text + 1, UPPER DIGITS, 2);
}

static bool is_channel(const char *text)
{
    return is_slack_id(text, "CG");
}

static bool is_user(const char *text)
{
    return is_slack_id(text, "UW");
}

static bool is_holder(const char *text)
{
    return is_slack_id(text, "UWS");
}

/* Goes into a header: printable ASCII without blanks. */
static bool is_token(const char *text)
{
    for (const char *p = text; *p; p++)
        if (*p <= ' ' || *p >= 0x7F)
            return false;
    return text[0] != '\0';
}

static bool is_pem(const char *text)
{
    return strstr(text, "-----BEGIN ") && strstr(text, "PRIVATE KEY-----");
}

static bool is_command(const char *text)
{
    return text[0] == '/' && strlen(text) <= 32 && consists_of(text + 1, LOWER DIGITS "_-", 1);
}

static bool is_version(const char *text)
{
    const char *dot = strchr(text, '.');
    return text[0] == 'v' && dot && strspn(text + 1, DIGITS) == (size_t)(dot - text - 1) &&
           dot > text + 1 && consists_of(dot + 1, DIGITS, 1);
}

static bool is_date(const char *text)
{
    struct civil date;
    struct err err;
    return strlen(text) == 10 && civil_parse(text, &date, &err);
}

/* "1234567890.1234567890": stands in an address. */
static bool is_client_id(const char *text)
{
    return consists_of(text, DIGITS ".", 3);
}

static bool is_realm(const char *text)
{
    return consists_of(text, UPPER LOWER DIGITS "_-", 1);
}

/* Stands in a query as it is. */
static bool is_column(const char *text)
{
    return !strchr(DIGITS, text[0]) && consists_of(text, UPPER LOWER DIGITS "_", 1);
}

/* In a path, marks stand for what is asked for. */
static bool has_known_marks(const char *text)
{
    static const char *const marks[] = {"{contract_id}", "{account_id}", "{account_name}"};
    for (const char *at = text; (at = strpbrk(at, "{}")) != NULL;) {
        size_t len = 0;
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
            if (strncmp(at, marks[i], strlen(marks[i])) == 0)
                len = strlen(marks[i]);
        if (!len)
            return false;
        at += len;
    }
    return true;
}

static bool is_path(const char *text)
{
    return text[0] == '/' && is_token(text) && !strchr(text, '#') && has_known_marks(text);
}

static bool is_currency(const char *text)
{
    return strlen(text) == 3 && consists_of(text, UPPER, 3);
}

static bool is_word(const char *text)
{
    return strlen(text) <= 32 && consists_of(text, UPPER LOWER DIGITS "._-", 1);
}

static bool is_place(const char *text)
{
    return is_slack_id(text, "CGUW") || strcmp(text, "none") == 0;
}

/* Stands in a header or a path, and must not be guessed. */
static bool is_secret(const char *text)
{
    return is_token(text) && strlen(text) >= 16 && !strchr(text, '/');
}

static bool is_public_pem(const char *text)
{
    return strstr(text, "-----BEGIN PUBLIC KEY-----") != NULL;
}

static bool is_header(const char *text)
{
    return strlen(text) <= 64 && consists_of(text, LOWER DIGITS "-", 1);
}

static bool is_address(const char *text)
{
    struct in6_addr address;
    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

static bool is_loopback(const char *host)
{
    unsigned char address[4];
    struct in6_addr address6;
    if (strcmp(host, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, host, address) == 1)
        return address[0] == 127;
    return inet_pton(AF_INET6, host, &address6) == 1 && IN6_IS_ADDR_LOOPBACK(&address6);
}

/* Cuts the host out of what follows the scheme; false when there is none, or a bad port. */
static bool cut_host(const char *rest, char *host, size_t size)
{
    bool bracketed = rest[0] == '[';
    const char *from = rest + bracketed;
    size_t len = strcspn(from, bracketed ? "]" : ":/");
    if (len == 0 || len >= size || (bracketed && from[len] != ']'))
        return false;
    memcpy(host, from, len);
    host[len] = '\0';
    const char *after = from + len + bracketed;
    if (*after == ':') {
        size_t digits = strspn(after + 1, DIGITS);
        if (digits == 0 || digits > 5)
            return false;
        after += 1 + digits;
    }
    return *after == '\0' || *after == '/';
}

/* Cuts the host out of smtp://HOST:PORT or smtps://HOST:PORT. */
static bool cut_smtp_host(const char *url, char *host, size_t size)
{
    size_t scheme = strncmp(url, "smtps://", 8) == 0 ? 8 : strncmp(url, "smtp://", 7) == 0 ? 7 : 0;
    return scheme && is_token(url) && !strpbrk(url + scheme, "/@?#\\%") &&
           cut_host(url + scheme, host, size);
}

static bool is_smtp(const char *text)
{
    char host[256];
    return cut_smtp_host(text, host, sizeof host);
}

bool config_smtp_is_loopback(const char *url)
{
    char host[256];
    return cut_smtp_host(url, host, sizeof host) && is_loopback(host);
}

/* Stands in one line of what is sent. */
static bool is_line(const char *text)
{
    for (const char *p = text; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7F)
            return false;
    return text[0] != '\0' && strlen(text) <= 200;
}

const struct config_shape config_shape_token = {"printable characters without blanks", is_token},
                          config_shape_pem = {"a private key in PEM form", is_pem},
                          config_shape_channel = {"a Slack channel id (C…)", is_channel},
                          config_shape_user = {"a Slack user id (U… or W…)", is_user},
                          config_shape_holder = {"a Slack user id (U…, W…) or user group id (S…)",
                                                 is_holder},
                          config_shape_command = {"a slash and at most 31 of a–z, 0–9, _ and -",
                                                  is_command},
                          config_shape_version = {"a version such as v62.0", is_version},
                          config_shape_date = {"a date, YYYY-MM-DD", is_date},
                          config_shape_client_id = {"digits and a dot", is_client_id},
                          config_shape_realm = {"letters, digits, _ and -", is_realm},
                          config_shape_column = {"a column's name (letters, digits, _)", is_column},
                          config_shape_path = {"a path that starts with /, in braces only "
                                               "{contract_id}, {account_id} and {account_name}",
                                               is_path},
                          config_shape_currency = {"a currency code such as CAD", is_currency},
                          config_shape_word = {"at most 32 letters, digits, dots, _ and -",
                                               is_word},
                          config_shape_address = {"an IPv4 or IPv6 address", is_address},
                          config_shape_place = {"a Slack channel id (C…), a user id (U… or W…) or "
                                                "the word none",
                                                is_place},
                          config_shape_secret = {"at least 16 printable characters without blanks "
                                                 "and slashes",
                                                 is_secret},
                          config_shape_public_pem = {"a public key in PEM form", is_public_pem},
                          config_shape_header = {"a header's name in lower case", is_header},
                          config_shape_smtp = {"smtps://HOST:PORT or smtp://HOST:PORT", is_smtp},
                          config_shape_mail = {"a mail address such as usher@corp.example",
                                               mail_address_is_sound},
                          config_shape_line = {"one line of at most 200 bytes", is_line};

const char *config_url_fault(const char *url)
{
    char host[256];
    bool https = strncmp(url, "https://", 8) == 0;
    if (!https && strncmp(url, "http://", 7) != 0)
        return "must start with https://";
    if (!is_token(url) || strchr(url, '\\') || strchr(url, '?') || strchr(url, '#'))
        return "must hold no blanks, query or fragment";
    if (strchr(url, '@'))
        return "must hold no credentials";
    if (!cut_host(url + (https ? 8 : 7), host, sizeof host))
        return "has no host, or a bad port";
    if (!https && !is_loopback(host))
        return "must start with https:// (http:// is only for 127.0.0.0/8, ::1 and localhost)";
    return NULL;
}
