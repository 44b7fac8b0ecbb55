/* The messages of an item: the approval card in the channel, the DMs of the escalation, and the
 * line for a run that needed nobody. One row a purpose; the words are in templates/. */
#include "handlers/card.h"

#include "db/messages.h"
#include "handlers/card_link.h"
#include "handlers/card_subject.h"
#include "handlers/delivery.h"
#include "handlers/recipient.h"

#include <string.h>

enum { CARD_MAX_FINDINGS = 6, HOUR_MS = 60 * 60 * 1000, DAY_HOURS = 24 };

static bool put_card(struct turn *turn, const struct card_subject *subject, struct value *context,
                     struct err *err)
{
    card_put_head(turn, subject, context);
    card_put_changed(turn, subject, context);
    card_put_findings(turn, subject, CARD_MAX_FINDINGS, context);
    card_put_sources(turn, subject, context);
    card_put_keys(turn, subject, context);
    card_put_clock(turn, subject, context);
    if (subject->has_item)
        delivery_put_missed(turn, &subject->item, context);
    card_put_actions(turn, subject, context);
    card_put_outcome(turn, subject, context);
    return card_put_fields(turn, subject, context, err);
}

/* The first copy has the thread. */
static bool put_again(struct turn *turn, const struct card_subject *subject, struct value *context,
                      struct err *err)
{
    value_str(context, "first_url", card_link_of(turn, &subject->item, LINK_FOR_CS));
    return put_card(turn, subject, context, err);
}

/* How long it has waited, in days from two days on, else in hours. */
static void put_waited(struct turn *turn, const struct item *item, struct value *context)
{
    int64_t hours = (turn->world->now.ms - item->opened_at.ms) / HOUR_MS;
    int64_t days = hours / DAY_HOURS;
    value_flag(context, "waited_one_day", days == 1);
    if (days > 1)
        value_int(context, "waited_days", days);
    if (days == 0)
        value_int(context, "waited_hours", hours > 0 ? hours : 1);
}

/* Who was told before the director: the channel, then the manager. */
static void put_told(struct turn *turn, const struct item *item, struct value *context)
{
    struct message *messages = NULL;
    size_t count = messages_of_item(turn->db, turn->arena, item->tenant, item->id, &messages);
    struct value *list = value_list(context, "told");
    for (size_t i = 0; i < count; i++) {
        bool card = strcmp(messages[i].purpose, "card") == 0;
        if ((!card && strcmp(messages[i].purpose, "dm1") != 0) || messages[i].posted_at.ms == 0)
            continue;
        struct value *row = value_row(list);
        value_str(row, "told_channel", card ? messages[i].channel : NULL);
        value_str(row, "told_person", card ? NULL : card_person(turn, messages[i].user_id));
        value_str(row, "told_at", card_date(turn, messages[i].posted_at));
    }
    value_flag(context, "told_nobody", list->len == 0);
}

/* Who gets it in place of whom. */
static void put_stand_in(struct turn *turn, const struct item *item, int level,
                         struct value *context)
{
    struct recipient to = recipient_first(turn, item->tenant, item->onboarding, level);
    if (to.away == NULL)
        return;
    struct value *row = value_object(context, "stands_in");
    value_str(row, "stand_in", card_person(turn, to.user_id));
    value_str(row, "stands_for", card_person(turn, to.away));
}

static bool put_question(struct turn *turn, const struct card_subject *subject,
                         struct value *context, struct err *err)
{
    put_waited(turn, &subject->item, context);
    card_put_link(turn, &subject->item, LINK_FOR_CS, context);
    enum level level = subject->decision.level;
    value_flag(context, "waits_for_decision",
               level != LEVEL_BLOCK_DATA && level != LEVEL_BLOCK_HARD);
    return put_card(turn, subject, context, err);
}

static bool put_dm(struct turn *turn, const struct card_subject *subject, int told,
                   struct value *context, struct err *err)
{
    put_stand_in(turn, &subject->item, told, context);
    return put_question(turn, subject, context, err);
}

static bool put_older(struct turn *turn, const struct card_subject *subject, struct value *context,
                      struct err *err)
{
    (void)err;
    card_put_head(turn, subject, context);
    card_put_actions(turn, subject, context);
    return true;
}

static bool put_dm1(struct turn *turn, const struct card_subject *subject, struct value *context,
                    struct err *err)
{
    if (!put_dm(turn, subject, 1, context, err))
        return false;
    value_flag(context, "level1", true);
    return true;
}

static bool put_assigned(struct turn *turn, const struct card_subject *subject,
                         struct value *context, struct err *err)
{
    if (!put_question(turn, subject, context, err))
        return false;
    value_flag(context, "assigned", true);
    return true;
}

static bool put_dm2(struct turn *turn, const struct card_subject *subject, struct value *context,
                    struct err *err)
{
    if (!put_dm(turn, subject, 2, context, err))
        return false;
    value_flag(context, "level2", true);
    put_told(turn, &subject->item, context);
    return true;
}

static const struct purpose {
    const char *name;
    const char *template_name;
    bool (*put)(struct turn *turn, const struct card_subject *subject, struct value *context,
                struct err *err);
} purposes[] = {
    {"card", "card.json", put_card},       {"again", "card.json", put_again},
    {"assigned", "dm.json", put_assigned}, {"older", "dm_older.json", put_older},
    {"dm1", "dm.json", put_dm1},           {"dm2", "dm.json", put_dm2},
};

static const struct purpose *purpose_find(const char *name)
{
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++)
        if (strcmp(purposes[i].name, name) == 0)
            return &purposes[i];
    return NULL;
}

bool card_render(struct turn *turn, const char *tenant, const char *item_id, const char *purpose,
                 struct card *out, struct err *err)
{
    const struct purpose *row = purpose_find(purpose);
    if (row == NULL)
        return err_set(err, ERR_INVALID, "there is no message of purpose \"%.40s\"", purpose);
    struct item item;
    struct onboarding onboarding;
    struct card_subject subject;
    if (!items_get(turn->db, turn->arena, tenant, item_id, &item) ||
        !onboardings_get(turn->db, turn->arena, tenant, item.onboarding, &onboarding))
        return db_ok(turn->db, err) &&
               err_set(err, ERR_NOT_FOUND, "item %.40s or its onboarding is not there", item_id);
    if (!card_subject_read_item(turn, &onboarding, &item, &subject, err))
        return false;
    struct value *context = value_new(turn->arena);
    if (!row->put(turn, &subject, context, err))
        return false;
    return card_message(turn, row->template_name, context, out, err);
}

bool card_render_proceed(struct turn *turn, const struct onboarding *onboarding,
                         const struct run *run, struct card *out, struct err *err)
{
    struct card_subject subject;
    if (!card_subject_read_run(turn, onboarding, run, &subject, err))
        return false;
    struct value *context = value_new(turn->arena);
    if (!put_card(turn, &subject, context, err))
        return false;
    return card_message(turn, "proceed.json", context, out, err);
}
