/* Admin: what administrators and auditors look up. One row a page; all of them read only. */
#include "base/config_table.h"
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/commands/admin_pages.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/roles.h"

#include <string.h>

enum { PAGE_UNITS_MAX = 3600 };

static const struct page {
    const char *name;
    void (*write)(struct turn *turn, const char *tenant, struct buf *out);
} pages[] = {
    {"rules", admin_rules},
    {"roles", admin_roles},
    {"calendar", admin_calendar},
    {"health", admin_health},
    {"deadletters", admin_deadletters},
};
enum { PAGE_COUNT = sizeof pages / sizeof *pages };

/* The page with that beginning, if it is one page's alone. */
static const struct page *page_find(const char *word)
{
    const struct page *found = NULL;
    for (size_t i = 0; i < PAGE_COUNT; i++) {
        if (text_equal_fold(pages[i].name, word))
            return &pages[i];
        if (!text_has_prefix_fold(pages[i].name, word))
            continue;
        if (found)
            return NULL;
        found = &pages[i];
    }
    return found;
}

static bool may(struct turn *turn, const struct request *request, struct reply *reply)
{
    const char *tenant = request->actor.tenant, *user = request->actor.user_id;
    if (roles_has_own(turn, tenant, user, ROLE_ADMIN) ||
        roles_has_own(turn, tenant, user, ROLE_AUDITOR))
        return true;
    const char *admins = roles_mentions(turn, tenant, ROLE_ADMIN, 3, NULL);
    reply_text(turn, request, reply, "That is for admins and auditors.%s%s%s",
               admins[0] ? " Ask " : "", admins, admins[0] ? "." : "");
    return false;
}

/* Whole lines, as many as one message takes. */
static const char *fitting(struct arena *arena, const char *text)
{
    size_t used = 0;
    while (text[used]) {
        size_t line = strcspn(text + used, "\n");
        line += text[used + line] == '\n';
        if (text_utf16_len(arena_strn(arena, text, used + line)) > PAGE_UNITS_MAX)
            return arena_fmt(arena,
                             "%.*s…and more: the configuration and `usher` on the server show "
                             "all of it.",
                             (int)used, text);
        used += line;
    }
    return text;
}

bool command_admin(struct turn *turn, const struct request *request, struct reply *reply,
                   struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    if (!may(turn, request, reply))
        return true;
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong) || arguments.count != 1)
        return reply_usage(turn, request, reply, "admin", "Which page?");
    const struct page *page = page_find(arguments.words[0]);
    if (!page)
        return reply_usage(turn, request, reply, "admin",
                           arena_fmt(turn->arena, "There is no page “%s”",
                                     card_line(turn->arena, arguments.words[0], CARD_NAME_MAX)));
    struct buf out = {0};
    page->write(turn, request->actor.tenant, &out);
    reply_text(turn, request, reply, "%s",
               fitting(turn->arena, arena_strn(turn->arena, buf_cstr(&out), out.len)));
    buf_release(&out);
    return db_ok(turn->db, err);
}
