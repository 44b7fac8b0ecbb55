/* Roles: who holds each now and through what, who is away, and what is wrong. */
#include "db/people.h"
#include "handlers/card_values.h"
#include "handlers/commands/admin_pages.h"
#include "handlers/delegation.h"
#include "handlers/roles.h"
#include "handlers/roles_check.h"

#include <string.h>

enum { MEMBERS_SHOWN = 8 };

static void write_person(struct turn *turn, const char *tenant, const char *id, struct buf *out)
{
    const char *why = NULL;
    buf_fmt(out, "<@%s>", id);
    if (!roles_can_act(turn, tenant, id, &why)) {
        buf_fmt(out, " (%s)", why);
        return;
    }
    const char *stand_in = delegation_of(turn, tenant, id, 0);
    if (stand_in)
        buf_fmt(out, " (away: <@%s>)", stand_in);
}

static void write_group(struct turn *turn, const char *tenant, const char *id, struct buf *out)
{
    const char **members;
    size_t count = groups_members(turn->db, turn->arena, tenant, id, &members);
    buf_fmt(out, "<!subteam^%s>: ", id);
    for (size_t i = 0; i < count && i < MEMBERS_SHOWN; i++) {
        buf_str(out, i ? " " : "");
        write_person(turn, tenant, members[i], out);
    }
    if (count > MEMBERS_SHOWN)
        buf_fmt(out, " and %zu more", count - MEMBERS_SHOWN);
    buf_str(out, count ? "" : "nobody");
}

static void write_role(struct turn *turn, const char *tenant, enum role role, struct buf *out)
{
    const struct config_list *list = &turn->config->roles[role];
    const char *roster = role == ROLE_MANAGER    ? turn->config->roster.cs_manager
                         : role == ROLE_DIRECTOR ? turn->config->roster.cs_director
                                                 : NULL;
    const char *between = " ";
    if (!list->count && !roster)
        return;
    buf_fmt(out, "*%s*", role_name(role));
    for (size_t i = 0; i < list->count; i++, between = " · ") {
        buf_str(out, between);
        if (list->items[i][0] == 'S')
            write_group(turn, tenant, list->items[i], out);
        else
            write_person(turn, tenant, list->items[i], out);
    }
    if (roster) {
        buf_fmt(out, "%sroster: ", between);
        write_person(turn, tenant, roster, out);
    }
    buf_str(out, "\n");
}

void admin_roles(struct turn *turn, const char *tenant, struct buf *out)
{
    const char **problems;
    size_t count = roles_check(turn, tenant, &problems);
    if (count == 0)
        buf_str(out, "✅ Every role can be exercised by someone.\n");
    for (size_t i = 0; i < count; i++)
        buf_fmt(out, "⚠️ %s\n", problems[i]);
    for (enum role role = ROLE_VIEWER; role < ROLE_COUNT; role++)
        write_role(turn, tenant, role, out);
    buf_str(out, "_manager and director are approvers too, finance_director holds Finance's key "
                 "too; groups are read every ten minutes and by Slack's events._\n");
}
