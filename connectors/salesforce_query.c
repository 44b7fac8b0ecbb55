/* SOQL: what is quoted how, where it is sent, how its pages go on. */
#include "connectors/salesforce_call.h"

#include <string.h>

enum { ID_MAX = 18, NEXT_PATH_MAX = 2048 };

void soql_escape(struct buf *out, const char *text, bool like)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '\'' || (like && (*text == '%' || *text == '_')))
            buf_char(out, '\\');
        buf_char(out, *text);
    }
}

bool salesforce_is_id(const char *text)
{
    size_t len = strnlen(text, ID_MAX + 1);
    if (len == 0 || len > ID_MAX)
        return false;
    for (const char *c = text; *c; c++)
        if (!((*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z')))
            return false;
    return true;
}

const char *salesforce_query_path(struct arena *arena, const struct config *config,
                                  const char *resource, const char *soql)
{
    struct buf path;
    buf_init(&path, 0);
    buf_fmt(&path, "/services/data/%s/%s?q=", config->salesforce.api_version, resource);
    buf_percent(&path, soql, strlen(soql));
    const char *out = arena_str(arena, buf_cstr(&path));
    buf_release(&path);
    return out;
}

bool salesforce_next_page(struct arena *arena, struct json_object *query, const char **path)
{
    static const char prefix[] = "/services/data/";
    *path = NULL;
    if (json_get_bool(query, "done", true))
        return true;
    const char *next = json_get_str(query, "nextRecordsUrl", "");
    if (strncmp(next, prefix, sizeof prefix - 1) != 0 || strlen(next) > NEXT_PATH_MAX)
        return false;
    for (const char *c = next; *c; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    *path = arena_str(arena, next);
    return true;
}
