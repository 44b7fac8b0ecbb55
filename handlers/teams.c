/* The workspaces of an organisation, remembered as one line of ids. */
#include "handlers/teams.h"

#include "db/tenants.h"

#include <stdlib.h>
#include <string.h>

static const char cursor[] = "teams";

bool teams_are_many(const char *tenant)
{
    return tenant[0] == 'E';
}

size_t teams_of(struct turn *turn, const char *tenant, const char ***out)
{
    const char *known =
        teams_are_many(tenant) ? cursors_get(turn->db, turn->arena, tenant, cursor) : NULL;
    size_t most = known ? strlen(known) / 2 + 1 : 1, count = 0;
    *out = arena_array(turn->arena, most, sizeof **out);
    if (!teams_are_many(tenant)) {
        (*out)[0] = NULL;
        return 1;
    }
    for (const char *at = known; at && *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        (*out)[count++] = arena_strn(turn->arena, at, len);
        at += len;
    }
    return count;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* An id is a word of letters and digits: one that is none is left out. */
static bool is_sound(const char *id)
{
    return id[0] == 'T' && strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(id);
}

bool teams_keep(struct turn *turn, const char *tenant, const char *const *ids, size_t count,
                bool *changed)
{
    const char **sorted = arena_array(turn->arena, count + 1, sizeof *sorted), *line = "";
    memcpy(sorted, ids, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_id);
    for (size_t i = 0; i < count; i++)
        if (is_sound(sorted[i]))
            line = arena_fmt(turn->arena, "%s%s%s", line, line[0] ? " " : "", sorted[i]);
    const char *known = cursors_get(turn->db, turn->arena, tenant, cursor);
    *changed = !known || strcmp(known, line) != 0;
    return !*changed || cursors_put(turn->db, tenant, cursor, line);
}
