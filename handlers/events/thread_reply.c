/* A reply that someone writes in the thread of a card, with no command: kept as a comment, and an
 * approver's claims what nobody has claimed. Edits, deletions, joins and what bots say are none. */
#include "base/log.h"
#include "base/text.h"
#include "db/messages.h"
#include "handlers/events/events.h"
#include "handlers/item.h"
#include "handlers/roles.h"

#include <string.h>

enum { COMMENT_MAX = 300 };

static bool is_reply(const struct request *request)
{
    const char *thread = request->thread_ts, *ts = request->message_ts;
    return request->channel && thread && ts && strcmp(thread, ts) != 0 && request->text &&
           request->actor.user_id && request->actor.user_id[0] &&
           !json_node_at(request->event, "subtype") && !json_node_at(request->event, "bot_id");
}

/* Slack's escapes undone, on one line, addresses and numbers of people masked: the audit log keeps
 * it for ever. */
static const char *comment_of(struct turn *turn, const struct request *request)
{
    char *text = arena_str(turn->arena, text_line(turn->arena, request->text, COMMENT_MAX));
    log_mask(text);
    return text;
}

bool event_thread_reply(struct turn *turn, const struct request *request, struct reply *reply,
                        struct err *err)
{
    struct message card;
    const char *why = NULL;
    (void)reply;
    if (!is_reply(request) || !roles_may_look(turn, &request->actor, &why))
        return true;
    if (!messages_at(turn->db, turn->arena, request->actor.tenant, request->channel,
                     request->thread_ts, &card))
        return db_ok(turn->db, err);
    if (!card.item || card.onboarding == 0)
        return true;
    return item_remark(turn, &request->actor, card.onboarding, comment_of(turn, request), err)
               .how != MOVE_FAILED;
}
