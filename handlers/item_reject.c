/* Reject: it ends with a reason, and where it is said, with who mends it and by which day. */
#include "base/calendar.h"
#include "db/approvals.h"
#include "handlers/card_values.h"
#include "handlers/item_scene.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"
#include "handlers/sentence.h"

#include <string.h>

/* " <@U1> mends it by 23 Apr."; "" where neither is said. */
static const char *mending(struct turn *turn, const struct item *item)
{
    struct civil day = CIVIL_NONE;
    struct err err;
    const char *by = item->fix_by && civil_parse(item->fix_by, &day, &err)
                         ? arena_fmt(turn->arena, " by %s", card_day(turn, day))
                         : "";
    if (item->fixer)
        return arena_fmt(turn->arena, " <@%s> mends it%s.", item->fixer, by);
    return by[0] ? arena_fmt(turn->arena, " To be mended%s.", by) : "";
}

/* A broken condition is not asked about again. */
static const char *what_next(struct turn *turn, const struct item_scene *scene)
{
    return scene->item.cause == ITEM_ABOUT_CONDITION
               ? "What is provisioned is to be taken back on the platform, by hand."
               : arena_fmt(turn->arena, "`%s check %s` asks again when it has been fixed.",
                           turn->config->slack.command, scene->onb);
}

static bool tell_owner(struct turn *turn, const struct item_scene *scene)
{
    const char *owner = scene->onboarding.owner_user_id;
    if (!owner)
        return true;
    const char *text = arena_fmt(
        turn->arena,
        "*%s* (%s), of which you own the deal, was rejected by <@%s>: %s.%s Nobody outside was "
        "told. "
        "`%s why %s` shows what was found.",
        card_outside(turn->arena, scene->onboarding.account_name, CARD_NAME_MAX), scene->onb,
        scene->actor->user_id, sentence_part(turn, scene->item.reason, CARD_LINE_MAX),
        mending(turn, &scene->item), turn->config->slack.command, scene->onb);
    return later_inform(turn, scene->actor->tenant, owner, text, NULL);
}

/* What follows a rejection that was written. */
static bool follow(struct turn *turn, const struct item_scene *scene,
                   const struct item_rejection *rejection)
{
    const struct item *item = &scene->item;
    const char *words = mending(turn, item);
    bool ok = item->cause == ITEM_ABOUT_CONDITION ||
              onboardings_set_state(turn->db, item->tenant, item->onboarding, ONBOARDING_REJECTED,
                                    turn->world->now);
    if (words[0])
        ok = ok && later_post_note(
                       turn, item, "rejected",
                       arena_fmt(turn->arena, "⛔ Rejected by <@%s>: %s.%s", scene->actor->user_id,
                                 sentence_part(turn, item->reason, CARD_LINE_MAX), words));
    if (item->fixer && item->fix_by)
        ok = ok && later_remind(turn, item);
    return ok && (!rejection->tell_owner || tell_owner(turn, scene));
}

static const char *reason_of(struct turn *turn, const struct item_rejection *rejection)
{
    const char *who = rejection->fixer, *day = rejection->fix_by;
    if (!who && !day)
        return rejection->reason;
    return arena_fmt(turn->arena, "%s · to be mended%s%s%s%s", rejection->reason, who ? " by " : "",
                     who ? who : "", day ? " until " : "", day ? day : "");
}

struct moved item_reject_to(struct turn *turn, const struct actor *actor, int64_t onboarding,
                            int64_t revision, const struct item_rejection *rejection,
                            struct err *err)
{
    struct item_scene scene;
    struct item *item = &scene.item;
    const char *why = NULL;
    struct moved end = item_scene_read(turn, actor, onboarding, revision, &scene, err);
    if (end.how == MOVE_DONE && !roles_may_reject(turn, actor, &scene.onboarding, &why))
        end = moved(MOVE_FORBIDDEN, why);
    if (end.how != MOVE_DONE)
        return item_refused(turn, &scene, "reject", end, err);
    const struct item_given given = {.reason = rejection->reason};
    if (!item_add_approval(turn, &scene, "reject", "reject", &given))
        return item_lost(turn, &scene, "reject", err);
    const struct item_act act = {
        .actor = actor,
        .action = "reject",
        .from = item_state_name((enum item_state)item->state),
        .reason = reason_of(turn, rejection),
        .run = &scene.run,
    };
    item->state = ITEM_DECIDED;
    item->decision = "reject";
    item->decided_by = actor->user_id;
    item->decided_at = turn->world->now;
    item->reason = rejection->reason;
    item->fixer = rejection->fixer;
    item->fix_by = rejection->fix_by;
    why = arena_fmt(turn->arena, "Rejected: %s r%lld.%s %s", scene.onb, (long long)item->revision,
                    mending(turn, item), what_next(turn, &scene));
    end = item_move(turn, &scene, "reject", &act, moved(MOVE_DONE, why), err);
    return end.how != MOVE_DONE || follow(turn, &scene, rejection) ? end : item_failed(turn, err);
}

struct moved item_reject(struct turn *turn, const struct actor *actor, int64_t onboarding,
                         int64_t revision, const char *reason, struct err *err)
{
    return item_reject_to(turn, actor, onboarding, revision,
                          &(struct item_rejection){.reason = reason}, err);
}

/* ---- the reminder ---- */

bool item_remind(struct turn *turn, const char *tenant, const char *item_id, int64_t generation,
                 struct err *err)
{
    struct item item, latest;
    struct onboarding onboarding;
    char onb[ONB_TEXT_SIZE];
    if (!items_get(turn->db, turn->arena, tenant, item_id, &item) ||
        !onboardings_get(turn->db, turn->arena, tenant, item.onboarding, &onboarding) ||
        !items_latest(turn->db, turn->arena, tenant, item.onboarding, &latest))
        return db_ok(turn->db, err);
    if (item.generation != generation || !item.fixer || strcmp(latest.id, item.id) != 0)
        return true;
    onb_format(item.onboarding, onb);
    const char *text = arena_fmt(
        turn->arena, "🛠️ Today *%s* (%s) is to be mended by you. <@%s> rejected it: %s.%s",
        card_outside(turn->arena, onboarding.account_name, CARD_NAME_MAX), onb, item.decided_by,
        sentence_part(turn, item.reason, CARD_LINE_MAX),
        item.cause == ITEM_ABOUT_CONDITION
            ? ""
            : arena_fmt(turn->arena, " When it is done, `%s check %s` asks again.",
                        turn->config->slack.command, onb));
    return later_inform(turn, tenant, item.fixer, text, NULL) ||
           (db_ok(turn->db, err) && err_set(err, ERR_INTERNAL, "%s: not written", item_id));
}

const char *item_fix_day_wrong(struct turn *turn, const char *day)
{
    enum { DAYS_MAX = 366 };
    struct civil date, today = calendar_today(turn->config->calendar.zone, turn->world->now);
    struct err err;
    if (!day || !day[0])
        return NULL;
    if (!civil_parse(day, &date, &err) || !civil_is_known(date))
        return "That is no day like 2026-05-01.";
    int32_t days = civil_days_between(today, date);
    return days < 0          ? "That day is over."
           : days > DAYS_MAX ? "That is more than a year away."
                             : NULL;
}
