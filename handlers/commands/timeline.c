/* Timeline: what happened to an onboarding, read from the audit log. */
#include "db/audit.h"
#include "handlers/card_subject.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/delivery.h"

#include <string.h>

enum { ROWS_READ = 1000, ROWS_SHOWN = 30, ROWS_A_PAGE = 6, REASON_SHOWN = 200 };

static void put_row(struct turn *turn, const struct audit_entry *entry, struct value *list)
{
    struct value *row = value_row(list);
    value_str(row, "event_at", card_date(turn, entry->at));
    value_str(row, "event_actor", card_person(turn, entry->actor));
    value_str(row, "event_action", card_line(turn->arena, entry->action, CARD_NAME_MAX));
    if (entry->from != NULL && entry->to != NULL && strcmp(entry->from, entry->to) != 0) {
        value_str(row, "event_from", entry->from);
        value_str(row, "event_to", entry->to);
    }
    if (entry->revision > 0)
        value_int(row, "event_revision", entry->revision);
    value_str(row, "event_reason", card_line(turn->arena, entry->reason, REASON_SHOWN));
    value_str(row, "event_via", entry->via);
}

/* Several rows a section: a section holds 3000 characters, a message 50 blocks. */
static void put_pages(struct turn *turn, const struct audit_entry *entries, size_t count,
                      struct value *context)
{
    size_t first = count > ROWS_SHOWN ? count - ROWS_SHOWN : 0;
    struct value *pages = value_list(context, "pages");
    struct value *list = NULL;
    for (size_t i = first; i < count; i++) {
        if ((i - first) % ROWS_A_PAGE == 0)
            list = value_list(value_row(pages), "events");
        put_row(turn, &entries[i], list);
    }
    if (first > 0)
        value_int(context, "earlier", (int64_t)first);
    value_flag(context, "nothing_yet", count == 0);
}

bool command_timeline(struct turn *turn, const struct request *request, struct reply *reply,
                      struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    struct onboarding onboarding;
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "timeline", wrong.msg);
    if (arguments.count == 0)
        return reply_usage(turn, request, reply, "timeline", "Which one? Its number is missing");
    if (!target_need(turn, request, reply, arguments.all, &onboarding, err))
        return err->code == ERR_NONE;
    char number[ONB_TEXT_SIZE];
    struct audit_entry *entries = NULL;
    size_t count = audit_list(turn->db, turn->arena, onboarding.tenant,
                              onb_format(onboarding.number, number), ROWS_READ, &entries);
    if (!db_ok(turn->db, err))
        return false;
    struct value *context = value_new(turn->arena);
    value_str(context, "name", card_account(turn->arena, &onboarding));
    value_str(context, "number", number);
    put_pages(turn, entries, count, context);
    delivery_put(turn, &request->actor, onboarding.number, context);
    return reply_template(turn, request, reply, "timeline.json", context, err);
}
