/* Bulk review: what it lists, and how one of it is approved. The options are not signed, so each is
 * looked up again when it comes back, and judged like any other approval. */
#include "handlers/bulk.h"

#include "base/broken.h"
#include "base/text.h"
#include "handlers/acknowledge.h"
#include "handlers/card_subject.h"
#include "handlers/item_change.h"
#include "handlers/roles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    ITEMS_READ = 500,
    OPTION_MAX = 75, /* UTF-16 units of an option's text and description */
    VALUE_MAX = 150, /* and of its value */
    SHOWN_MAX = BULK_A_BLOCK * BULK_BLOCKS_MAX
};

/* ---- the form ---- */

static bool only_warns(const struct item *item)
{
    return item->level == LEVEL_ESCALATE_WARN || BROKEN(bulk_any_level);
}

/* The item's worst finding, and how many more there are. */
static const char *worst_of(struct turn *turn, const struct brief *brief)
{
    const char *more = brief->findings > 1
                           ? arena_fmt(turn->arena, " (+%lld more)", (long long)brief->findings - 1)
                           : "";
    return arena_fmt(turn->arena, "%s%s",
                     card_line(turn->arena, brief->worst, OPTION_MAX - strlen(more)), more);
}

static void put_option(struct turn *turn, const struct card_subject *subject, size_t place,
                       struct value *row)
{
    char onb[ONB_TEXT_SIZE];
    const struct item *item = &subject->item;
    const char *which = arena_fmt(turn->arena, " · %s r%lld", onb_format(item->onboarding, onb),
                                  (long long)item->revision);
    const char *name = text_cut(turn->arena, card_account(turn->arena, &subject->onboarding),
                                OPTION_MAX - text_utf16_len(which));
    value_flag(row, "option_next", place % BULK_A_BLOCK != 0);
    value_str(row, "option_text", arena_fmt(turn->arena, "%s%s", name, which));
    value_str(row, "option_worst", worst_of(turn, &subject->brief));
    value_str(row, "option_value",
              arena_fmt(turn->arena, "%s:%lld", item->id, (long long)item->revision));
}

/* May this person approve it here? *subject is read then. False with err set: the store failed. */
static bool is_for(struct turn *turn, const struct actor *actor, const struct item *item,
                   struct card_subject *subject, struct err *err)
{
    struct onboarding onboarding;
    const char *why = NULL;
    if (!only_warns(item) ||
        !onboardings_get(turn->db, turn->arena, item->tenant, item->onboarding, &onboarding))
        return false;
    if (!card_subject_read_item_brief(turn, &onboarding, item, subject, err))
        return false;
    unsigned keys = card_missing_keys(turn, subject);
    return keys && roles_key_for(turn, actor, &onboarding, item, keys, &why);
}

static struct value *option_row(struct value *blocks, struct value **options, size_t place)
{
    if (place % BULK_A_BLOCK == 0) {
        struct value *block = value_row(blocks);
        value_int(block, "block_number", (int64_t)(place / BULK_A_BLOCK + 1));
        value_flag(block, "block_next", place > 0);
        *options = value_list(block, "options");
    }
    return value_row(*options);
}

bool view_bulk(struct turn *turn, const struct actor *actor, const char **out, struct err *err)
{
    struct item *items;
    size_t count =
        items_list(turn->db, turn->arena, actor->tenant, ITEM_OPEN_STATES, ITEMS_READ, &items);
    struct value *context = value_new(turn->arena), *options = NULL;
    struct value *blocks = value_list(context, "blocks");
    size_t found = 0;
    *out = NULL;
    for (size_t i = 0; i < count; i++) {
        struct card_subject subject;
        if (is_for(turn, actor, &items[i], &subject, err)) {
            if (found < SHOWN_MAX)
                put_option(turn, &subject, found, option_row(blocks, &options, found));
            found++;
        }
        if (err->code != ERR_NONE)
            return false;
    }
    if (!db_ok(turn->db, err) || found == 0)
        return err->code == ERR_NONE;
    value_str(context, "token",
              card_object_token(turn, actor->tenant, "person", actor->user_id, 0, "bulk"));
    if (found > SHOWN_MAX)
        value_int(context, "hidden", (int64_t)(found - SHOWN_MAX));
    return card_view(turn, "bulk.json", context, out, err);
}

bool bulk_open(struct turn *turn, const struct request *request, struct reply *reply,
               struct err *err)
{
    const char *view;
    if (!view_bulk(turn, &request->actor, &view, err))
        return false;
    if (!view) {
        reply_text(turn, request, reply,
                   "Nothing is open that you may approve in bulk. It takes questions that only "
                   "warn (ESCALATE_WARN), wait for a CS approver, and are not barred to you as the "
                   "deal's owner or starter. `%s list team` shows what is open.",
                   turn->config->slack.command);
    } else if (!request->trigger_id) {
        reply_text(turn, request, reply, "Slack gave me no way to open a form here: try again.");
    } else {
        reply->open_view = (struct view_open){request->trigger_id, view};
    }
    return true;
}

/* ---- what was ticked ---- */

bool bulk_tick_read(struct turn *turn, const char *tenant, const char *value, struct bulk_tick *out)
{
    static const char digits[] = "0123456789";
    size_t len = strcspn(value, ":");
    const char *number = value + len + (value[len] == ':');
    if (strlen(value) > VALUE_MAX || !*number || number[strspn(number, digits)])
        return false;
    errno = 0;
    *out = (struct bulk_tick){.revision = strtoll(number, NULL, 10)};
    return errno == 0 && out->revision > 0 &&
           items_get(turn->db, turn->arena, tenant, arena_strn(turn->arena, value, len),
                     &out->item);
}

/* It no longer only warns, or never did: said, and remembered like every refusal. */
static struct moved refuse_level(struct turn *turn, const struct actor *actor,
                                 const struct item *item, struct err *err)
{
    char onb[ONB_TEXT_SIZE];
    const char *why =
        arena_fmt(turn->arena,
                  "%s is %s, and only what is ESCALATE_WARN can be approved in bulk: "
                  "decide it on its card.",
                  onb_format(item->onboarding, onb), card_level_word((enum level)item->level));
    const struct item_act act = {.actor = actor,
                                 .action = "approve.refused",
                                 .from = item_state_name((enum item_state)item->state),
                                 .reason = why};
    if (item_audit(turn, item->onboarding, item, &act))
        return (struct moved){MOVE_NOT_POSSIBLE, why};
    if (db_ok(turn->db, err))
        err_set(err, ERR_INTERNAL, "the refusal was not written");
    return (struct moved){MOVE_FAILED, "That did not work, and nothing was changed."};
}

struct moved bulk_approve(struct turn *turn, const struct actor *actor,
                          const struct bulk_tick *tick, const char *reason, struct err *err)
{
    const struct item *item = &tick->item;
    const struct item_given given = {.reason = reason, .acknowledged = ACKNOWLEDGE_ALL};
    if (item_is_open((enum item_state)item->state) && item->revision == tick->revision &&
        !only_warns(item))
        return refuse_level(turn, actor, item, err);
    return item_approve(turn, actor, item->onboarding, tick->revision, &given, err);
}
