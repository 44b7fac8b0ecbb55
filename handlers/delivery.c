/* Delivery, in words. */
#include "handlers/delivery.h"

#include "base/broken.h"
#include "base/text.h"
#include "db/onboardings.h"
#include "handlers/card_link.h"
#include "handlers/card_values.h"
#include "handlers/desk.h"
#include "handlers/item.h"

#include <string.h>

enum {
    LINES_SHOWN = 12,
    MISSED_SHOWN = 3,
    BANNERS_SHOWN = 5,
    UNDELIVERED_READ = 100,
    WHY_MAX = 150
};

bool delivery_failed(struct turn *turn, const struct message *message, const char *reason)
{
    struct message failed = *message;
    failed.failed_at = turn->world->now;
    failed.failure = card_line(turn->arena, reason, WHY_MAX);
    return messages_failed(turn->db, &failed);
}

/* ---- words ---- */

static bool is(const struct message *message, const char *purpose)
{
    return strcmp(message->purpose, purpose) == 0;
}

static bool is_mail(const struct message *message)
{
    return is(message, "mail");
}

static bool is_dm(const struct message *message)
{
    return strncmp(message->purpose, "dm", 2) == 0 || is(message, "assigned") ||
           is(message, "overdue");
}

static const char *where(struct turn *turn, const struct message *message)
{
    if (message->user_id)
        return arena_fmt(turn->arena, "to %s", card_person(turn, message->user_id));
    return message->channel ? arena_fmt(turn->arena, "in <#%s>", message->channel) : "";
}

/* "Card in #cs", "DM to @lee", "Finance's message to @fay", "Mail to @lee". */
static const char *what(struct turn *turn, const struct message *message)
{
    const struct desk *desk = desk_of_purpose(message->purpose);
    const char *name = desk                   ? arena_fmt(turn->arena, "%s's message", desk->title)
                       : is(message, "card")  ? "Card"
                       : is(message, "again") ? "Card once more"
                       : is_mail(message)     ? "Mail"
                       : is(message, "proceed") ? "Message"
                       : is_dm(message)         ? "DM"
                                                : "Line";
    return arena_fmt(turn->arena, "%s %s", name, where(turn, message));
}

static const char *why(struct turn *turn, const struct message *message)
{
    return card_outside(turn->arena, message->failure, WHY_MAX);
}

/* "sent Wed 10:02, edited Wed 10:14", "*failed* Wed 10:02: cannot_dm_bot". */
static const char *fate(struct turn *turn, const struct message *message)
{
    if (message->posted_at.ms == 0)
        return arena_fmt(turn->arena, "*failed* %s: %s", card_date(turn, message->failed_at),
                         why(turn, message));
    const char *sent = arena_fmt(turn->arena, "sent %s", card_date(turn, message->posted_at));
    if (message->edited_at.ms > 0)
        sent = arena_fmt(turn->arena, "%s, edited %s", sent, card_date(turn, message->edited_at));
    if (message->failed_at.ms > 0)
        sent = arena_fmt(turn->arena, "%s; *not edited* %s: %s", sent,
                         card_date(turn, message->failed_at), why(turn, message));
    return sent;
}

/* What the reader got instead: ", mailed Wed 10:03", ", the mail failed too: …", "". */
static const char *instead(struct turn *turn, const struct message *message)
{
    struct message mail;
    if (!messages_mailed(turn->db, turn->arena, message, &mail))
        return "";
    if (mail.posted_at.ms > 0)
        return arena_fmt(turn->arena, ", mailed %s", card_date(turn, mail.posted_at));
    return arena_fmt(turn->arena, ", the mail failed too: %s", why(turn, &mail));
}

/* A message of the item to a person, which neither it nor a later one to them reached. */
static bool was_missed(const struct message *message, const struct item *item,
                       const struct message *all, size_t count)
{
    if (message->posted_at.ms > 0 || !message->user_id || is_mail(message) || !message->item ||
        strcmp(message->item, item->id) != 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (all[i].user_id && strcmp(all[i].user_id, message->user_id) == 0 && all[i].ts &&
            all[i].item && strcmp(all[i].item, item->id) == 0 &&
            all[i].posted_at.ms >= message->failed_at.ms)
            return false;
    return true;
}

/* ---- lists ---- */

/* Lines in threads are many, and tell nothing while they stand. */
static bool is_told(const struct message *message)
{
    return message->failed_at.ms > 0 || is(message, "card") || is(message, "again") ||
           is(message, "proceed") || is_mail(message) || is_dm(message) ||
           desk_of_purpose(message->purpose) != NULL;
}

/* " · <https://…|open>" of what stands in a channel that the reader may see. */
static const char *link_to(struct turn *turn, const struct message *message,
                           enum link_reader reader)
{
    const char *url = card_link(turn, message, reader);
    return url ? arena_fmt(turn->arena, " · <%s|open>", url) : "";
}

void delivery_put(struct turn *turn, const struct actor *actor, int64_t onboarding,
                  struct value *context)
{
    enum link_reader reader = card_link_reader(turn, actor->tenant, actor->user_id);
    struct message *messages;
    struct value *list = value_list(context, "deliveries");
    size_t count =
        messages_of_onboarding(turn->db, turn->arena, actor->tenant, onboarding, &messages);
    size_t told = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_told(&messages[i]) || ++told > LINES_SHOWN)
            continue;
        value_str(value_row(list), "delivery_text",
                  arena_fmt(turn->arena, "%s: %s%s", what(turn, &messages[i]),
                            fate(turn, &messages[i]), link_to(turn, &messages[i], reader)));
    }
    value_flag(context, "has_deliveries", told > 0);
    if (told > LINES_SHOWN)
        value_int(context, "deliveries_hidden", (int64_t)(told - LINES_SHOWN));
}

void delivery_put_missed(struct turn *turn, const struct item *item, struct value *context)
{
    struct message *messages;
    size_t shown = 0;
    if (!item_is_open((enum item_state)item->state))
        return;
    size_t count =
        messages_of_onboarding(turn->db, turn->arena, item->tenant, item->onboarding, &messages);
    struct value *list = value_list(context, "missed");
    for (size_t i = 0; i < count; i++) {
        const struct message *message = &messages[i];
        if (!was_missed(message, item, messages, count) || ++shown > MISSED_SHOWN)
            continue;
        value_str(value_row(list), "missed_text",
                  arena_fmt(turn->arena, "%s not delivered %s%s", what(turn, message),
                            card_date(turn, message->failed_at), instead(turn, message)));
    }
    value_flag(context, "has_missed", shown > 0);
}

static bool put_banner(struct turn *turn, const struct message *message, bool shown,
                       struct value *list)
{
    struct item item;
    struct onboarding onboarding;
    char onb[ONB_TEXT_SIZE];
    if (!items_get(turn->db, turn->arena, message->tenant, message->item, &item) ||
        !item_is_open((enum item_state)item.state) ||
        !onboardings_get(turn->db, turn->arena, message->tenant, item.onboarding, &onboarding))
        return false;
    if (!shown)
        return true;
    value_str(value_row(list), "banner_text",
              arena_fmt(turn->arena, "*%s* (%s) waits: %s was not delivered %s: %s%s",
                        text_slack_escape(turn->arena, card_account(turn->arena, &onboarding)),
                        onb_format(onboarding.number, onb), what(turn, message),
                        card_date(turn, message->failed_at), why(turn, message),
                        instead(turn, message)));
    return true;
}

void delivery_put_banners(struct turn *turn, const char *tenant, const char *user_id, bool everyone,
                          struct value *context)
{
    struct message *messages;
    struct value *list = value_list(context, "banners");
    size_t found = 0;
    if (BROKEN(banner_forgotten))
        return;
    size_t count = messages_undelivered(turn->db, turn->arena, tenant, everyone ? NULL : user_id,
                                        UNDELIVERED_READ, &messages);
    for (size_t i = 0; i < count; i++)
        found += put_banner(turn, &messages[i], found < BANNERS_SHOWN, list);
    if (found > BANNERS_SHOWN)
        value_int(context, "banners_hidden", (int64_t)(found - BANNERS_SHOWN));
}
