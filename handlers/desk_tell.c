/* When desks are told. */
#include "handlers/desk_tell.h"

#include "db/messages.h"
#include "handlers/card_values.h"
#include "handlers/desk.h"
#include "handlers/item_change.h"
#include "handlers/jobs/later.h"

#include <string.h>

enum { NEWS_MAX = 3, LOOK_BACK_MAX = 8 };

/* ---- once each ---- */

/* The owner is looked up by e-mail address a moment after the first run. */
static bool is_looked_up(struct turn *turn, const struct desk *desk,
                         const struct onboarding *onboarding, const struct run *run)
{
    struct facts facts;
    struct err err;
    return desk->people == DESK_OF_OWNER && !onboarding->owner_user_id &&
           facts_read(run->facts, strlen(run->facts), turn->arena, &facts, &err) &&
           facts.owner.email;
}

static bool say_nobody(struct turn *turn, const struct item *item, const struct desk *desk,
                       const struct decision *decision)
{
    struct message known;
    const char *purpose = desk_purpose_nobody(turn->arena, desk), *worst = "";
    if (messages_find(turn->db, turn->arena, item->tenant, item->id, purpose, NULL, &known))
        return true;
    for (size_t i = decision->findings.count; i-- > 0;)
        if (desk_hears(desk, &decision->findings.items[i]))
            worst = decision->findings.items[i].text;
    return later_note_once(
        turn, item, purpose,
        arena_fmt(turn->arena,
                  "⚠️ Nobody is there to hear of this for %s: %s. Please pass it "
                  "on, and configure %s.",
                  desk->title, card_outside(turn->arena, worst, CARD_LINE_MAX), desk->lacks));
}

static bool tell_places(struct turn *turn, const struct item *item, const struct desk *desk,
                        const char *const *places, size_t count)
{
    struct message known;
    const char *purpose = desk_purpose(turn->arena, desk);
    for (size_t i = 0; i < count; i++)
        if (!messages_find(turn->db, turn->arena, item->tenant, item->id, purpose, places[i],
                           &known) &&
            !later_post_desk(turn, item, purpose, places[i]))
            return false;
    return true;
}

static bool tell_one(struct turn *turn, const struct item *item, const struct desk *desk,
                     const struct run *run, const struct decision *decision,
                     const struct onboarding *onboarding)
{
    const char **places;
    bool unwanted;
    size_t count = desk_places(turn, desk, onboarding, &places, &unwanted);
    if (count)
        return tell_places(turn, item, desk, places, count);
    return unwanted || is_looked_up(turn, desk, onboarding, run) ||
           say_nobody(turn, item, desk, decision);
}

static bool read_item(struct turn *turn, const struct item *item, struct onboarding *onboarding,
                      struct run *run, struct decision *decision, struct err *err)
{
    char onb[ONB_TEXT_SIZE];
    if (onboardings_get(turn->db, turn->arena, item->tenant, item->onboarding, onboarding))
        return item_decision(turn, item, run, decision, err);
    if (db_ok(turn->db, err))
        err_set(err, ERR_NOT_FOUND, "%s is not there", onb_format(item->onboarding, onb));
    return false;
}

/* The store's failure, where it has one to tell. */
static bool all_told(struct turn *turn, bool ok, struct err *err)
{
    if (ok && db_ok(turn->db, err))
        return true;
    return err->code != ERR_NONE ? false : err_set(err, ERR_INTERNAL, "the desks were not told");
}

bool desk_tell(struct turn *turn, const struct item *item, struct err *err)
{
    struct onboarding onboarding;
    struct run run;
    struct decision decision;
    bool ok = true;
    if (!read_item(turn, item, &onboarding, &run, &decision, err))
        return false;
    for (size_t i = 0; ok && i < desks_count; i++)
        if (desk_finding_count(&desks[i], &decision))
            ok = tell_one(turn, item, &desks[i], &run, &decision, &onboarding);
    return all_told(turn, ok, err);
}

bool desk_tell_no_owner(struct turn *turn, const char *tenant, int64_t number)
{
    struct item item;
    struct onboarding onboarding;
    struct run run;
    struct decision decision;
    struct err err = {0};
    if (!items_latest(turn->db, turn->arena, tenant, number, &item) ||
        !item_is_open((enum item_state)item.state))
        return db_ok(turn->db, &err);
    if (!read_item(turn, &item, &onboarding, &run, &decision, &err))
        return false;
    for (size_t i = 0; i < desks_count; i++) {
        const char **places;
        bool unwanted;
        if (desks[i].people != DESK_OF_OWNER || !desk_finding_count(&desks[i], &decision) ||
            desk_places(turn, &desks[i], &onboarding, &places, &unwanted) || unwanted)
            continue;
        return say_nobody(turn, &item, &desks[i], &decision);
    }
    return true;
}

/* ---- what is new ---- */

static bool has_data(const struct decision *decision)
{
    for (size_t i = 0; i < decision->findings.count; i++)
        if (decision->findings.items[i].level == LEVEL_BLOCK_DATA)
            return false;
    return true;
}

/* What was last known before the item's revision: what a system that was away did not tell is no
 * news when it is back. */
static bool known_before(struct turn *turn, const struct item *item, struct decision *out,
                         struct err *err)
{
    int64_t first = item->revision > LOOK_BACK_MAX ? item->revision - LOOK_BACK_MAX : 1;
    for (int64_t revision = item->revision - 1; revision >= first; revision--) {
        struct run run;
        if (!runs_get_decision(turn->db, turn->arena, item->tenant, item->onboarding, revision,
                               &run))
            break;
        if (!decision_read(run.findings, turn->arena, out, err))
            return false;
        if (has_data(out))
            return true;
    }
    *out = (struct decision){0};
    return db_ok(turn->db, err);
}

static bool same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* It stood there at this level already, or was worse. */
static bool is_known(const struct finding *finding, const struct decision *before)
{
    for (size_t i = 0; i < before->findings.count; i++) {
        const struct finding *old = &before->findings.items[i];
        if (old->level >= finding->level && same(old->code, finding->code) &&
            same(old->subject, finding->subject))
            return true;
    }
    return false;
}

/* "New in r4: Invoice INV-110 is 3 days overdue"; NULL when there is nothing. */
static const char *news_of(struct turn *turn, const struct item *item, const struct desk *desk,
                           const struct decision *before, const struct decision *after)
{
    const char *line = NULL;
    size_t count = 0;
    for (size_t i = 0; i < after->findings.count; i++) {
        const struct finding *finding = &after->findings.items[i];
        if (!desk_hears(desk, finding) || is_known(finding, before) || ++count > NEWS_MAX)
            continue;
        line = arena_fmt(turn->arena, "%s%s%s", line ? line : "", line ? "; " : "",
                         card_outside(turn->arena, finding->text, CARD_LINE_MAX));
    }
    if (!line)
        return NULL;
    const char *more =
        count > NEWS_MAX ? arena_fmt(turn->arena, "; and %zu more", count - NEWS_MAX) : "";
    return arena_fmt(turn->arena, "🔔 New in r%lld: %s%s.", (long long)item->revision, line, more);
}

static bool ring(struct turn *turn, const struct item *item, const struct message *message,
                 const char *news)
{
    return later_reply(turn, item, message,
                       arena_fmt(turn->arena, "news:%lld", (long long)item->revision), news);
}

bool desk_tell_news(struct turn *turn, const struct item *item, struct err *err)
{
    struct run run;
    struct decision before, after;
    struct message *messages;
    bool ok = true;
    if (!item_decision(turn, item, &run, &after, err) || !known_before(turn, item, &before, err))
        return false;
    size_t count = messages_of_item(turn->db, turn->arena, item->tenant, item->id, &messages);
    for (size_t i = 0; ok && i < count; i++) {
        const struct desk *desk = desk_of_purpose(messages[i].purpose);
        const char *news = desk ? news_of(turn, item, desk, &before, &after) : NULL;
        ok = !news || ring(turn, item, &messages[i], news);
    }
    return all_told(turn, ok, err);
}

/* ---- tasks ---- */

bool desk_tell_tasks(struct turn *turn, const struct onboarding *onboarding, const struct run *run,
                     const struct decision *decision)
{
    for (size_t d = 0; d < desks_count; d++) {
        const char **places;
        bool unwanted;
        if (!desk_finding_count(&desks[d], decision))
            continue;
        size_t count = desk_places(turn, &desks[d], onboarding, &places, &unwanted);
        for (size_t i = 0; i < count; i++)
            if (!later_post_task(turn, onboarding, run->revision,
                                 desk_purpose(turn->arena, &desks[d]), places[i]))
                return false;
    }
    return true;
}
