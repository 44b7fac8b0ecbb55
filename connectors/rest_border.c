/* Small things that are checked or copied where outside values come in. */
#include "connectors/rest.h"

#include "base/log.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOKEN_MAX_BYTES = 8191, TOKEN_LIFE_MAX_S = 24 * 60 * 60, HOST_MAX = 255, FIRST_ROOM = 8 };

static bool is_loopback(const char *host)
{
    struct in_addr address;
    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, host, &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

/* The host of what follows "scheme://", brackets kept. */
static bool read_host(const char *authority, char host[HOST_MAX + 1])
{
    size_t len = strcspn(authority, "/?#");
    if (memchr(authority, '@', len))
        return false;
    size_t host_len = *authority == '[' ? strcspn(authority, "]") + 1 : strcspn(authority, ":/?#");
    if (host_len == 0 || host_len > len || host_len > HOST_MAX)
        return false;
    memcpy(host, authority, host_len);
    host[host_len] = '\0';
    return true;
}

bool rest_url_is_safe(const char *url)
{
    char host[HOST_MAX + 1];
    for (const char *c = url; *c; c++)
        if (*c <= ' ' || *c > '~' || *c == '\\')
            return false;
    if (strncasecmp(url, "https://", 8) == 0)
        return read_host(url + 8, host);
    return strncasecmp(url, "http://", 7) == 0 && read_host(url + 7, host) && is_loopback(host);
}

bool rest_token_is_sane(const char *token)
{
    size_t len = strnlen(token, TOKEN_MAX_BYTES + 1);
    if (len == 0 || len > TOKEN_MAX_BYTES)
        return false;
    for (const char *c = token; *c; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    return true;
}

const char *rest_text(struct arena *arena, struct json_object *record, const char *path)
{
    const char *text = json_get_str(record, path, NULL);
    return text && *text ? text_cut(arena, text, REST_TEXT_MAX) : NULL;
}

void *rest_room(struct arena *arena, void *items, size_t count, size_t size)
{
    bool full = count == 0 || (count >= FIRST_ROOM && (count & (count - 1)) == 0);
    if (!full)
        return items;
    void *more = arena_array(arena, count ? 2 * count : FIRST_ROOM, size);
    if (count)
        memcpy(more, items, count * size);
    return more;
}

/* One line that ends before the first broken character (a cut may have made one). */
static void tidy(char *text)
{
    char *at = text;
    while (*at) {
        size_t len = text_utf8_sequence(at, strlen(at));
        if (len == 0)
            break;
        if ((unsigned char)*at < ' ' || *at == 127)
            *at = ' ';
        at += len;
    }
    *at = '\0';
}

void rest_describe(struct failure *failure, const char *code, const char *message)
{
    snprintf(failure->code, sizeof failure->code, "%s", code ? code : "");
    snprintf(failure->message, sizeof failure->message, "%s", message ? message : "");
    tidy(failure->code);
    tidy(failure->message);
    log_mask(failure->message);
}

bool rest_take_token(struct rest_call *rest, struct json_object *root, struct err *err)
{
    const char *token;
    if (!json_need_str(root, "access_token", &token, err))
        return false;
    if (!rest_token_is_sane(token))
        return err_set(err, ERR_INVALID, "the access token has characters that no token has");
    /* expires_in comes as a number or as a text */
    const char *text = json_number_text(root, "expires_in");
    long seconds = text ? strtol(text, NULL, 10) : 0;
    if (seconds > TOKEN_LIFE_MAX_S)
        seconds = TOKEN_LIFE_MAX_S;
    struct mono expires = {seconds > 0 ? rest->call->world->mono.ms + seconds * 1000 : 0};
    session_set_token(rest_session(rest), token, NULL, expires);
    return true;
}
