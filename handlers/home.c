/* App Home: what was escalated to me, what needs me now, my onboardings. Drawn whole from the store
 * at each publishing. */
#include "db/notices.h"
#include "handlers/card_link.h"
#include "handlers/card_subject.h"
#include "handlers/delegation.h"
#include "handlers/delivery.h"
#include "handlers/home_team.h"
#include "handlers/needs.h"
#include "handlers/progress.h"
#include "handlers/roles.h"

#include <stdlib.h>
#include <string.h>

/* A view holds 100 blocks: what is shown fits for someone who holds every role. */
enum { ITEMS_READ = 300, NEEDS_SHOWN = 10, ESCALATED_SHOWN = 8, MINE_READ = 100, MINE_SHOWN = 12 };

struct home {
    struct turn *turn;
    struct actor actor;
    enum link_reader reader;
    struct value *context;
};

static int by_deadline(const void *a, const void *b)
{
    const struct need *x = a, *y = b;
    int64_t at_x = card_deadline(&x->item).ms, at_y = card_deadline(&y->item).ms;
    if (at_x != at_y)
        return at_x < at_y ? -1 : 1;
    return x->item.opened_at.ms < y->item.opened_at.ms   ? -1
           : x->item.opened_at.ms > y->item.opened_at.ms ? 1
                                                         : 0;
}

/* The buttons as this person may press them. */
static void put_buttons(const struct home *home, const struct card_subject *subject,
                        struct value *row)
{
    struct turn *turn = home->turn;
    const struct item *item = &subject->item;
    const char *why = NULL;
    unsigned keys = card_missing_keys(turn, subject);
    if (keys != 0 &&
        roles_key_for(turn, &home->actor, &subject->onboarding, item, keys, &why) != 0) {
        value_str(row, "approve", card_token(turn, item, "approve"));
        value_flag(row, "asks",
                   item->level == LEVEL_ESCALATE_WARN || item->level == LEVEL_ESCALATE_URGENT);
    }
    if (roles_may_reject(turn, &home->actor, &subject->onboarding, &why))
        value_str(row, "reject", card_token(turn, item, "reject"));
    value_str(row, "view", card_token(turn, item, "view"));
}

static void put_need(const struct home *home, const struct card_subject *subject,
                     struct value *list)
{
    struct turn *turn = home->turn;
    struct value *row = value_row(list);
    card_put_row(turn, &subject->onboarding, &subject->item, row);
    value_str(row, "item", subject->item.id);
    card_put_link(turn, &subject->item, home->reader, row);
    value_int(row, "row_revision", subject->item.revision);
    if (subject->brief.findings > 0)
        value_str(row, "row_worst", card_line(turn->arena, subject->brief.worst, CARD_LINE_MAX));
    put_buttons(home, subject, row);
}

static struct needs read_open(const struct home *home)
{
    struct turn *turn = home->turn;
    struct item *items = NULL;
    size_t count =
        items_list(turn->db, turn->arena, home->actor.tenant, ITEM_OPEN_STATES, ITEMS_READ, &items);
    struct need *needs = arena_array(turn->arena, count + 1, sizeof *needs);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        needs[kept].item = items[i];
        if (onboardings_get(turn->db, turn->arena, home->actor.tenant, items[i].onboarding,
                            &needs[kept].onboarding))
            kept++;
    }
    qsort(needs, kept, sizeof *needs, by_deadline);
    return (struct needs){needs, kept};
}

/* A list that shows its first rows and counts the others. */
struct shelf {
    struct value *list;
    size_t count, shown;
};

static void shelf_add(const struct home *home, struct shelf *shelf,
                      const struct card_subject *subject)
{
    if (shelf->count++ < shelf->shown)
        put_need(home, subject, shelf->list);
}

static void shelf_close(const struct home *home, const struct shelf *shelf, const char *hidden)
{
    if (shelf->count > shelf->shown)
        value_int(home->context, hidden, (int64_t)(shelf->count - shelf->shown));
}

/* "0" is a number, too. */
static void put_count(const struct home *home, const char *name, size_t count)
{
    value_str(home->context, name, arena_fmt(home->turn->arena, "%zu", count));
}

static bool put_open(const struct home *home, struct needs *open, struct err *err)
{
    struct value *escalated_to = value_new(home->turn->arena);
    struct shelf escalated = {value_list(escalated_to, "escalated"), 0, ESCALATED_SHOWN};
    struct shelf needs = {value_list(home->context, "needs"), 0, NEEDS_SHOWN};
    bool ok = true;
    for (size_t i = 0; ok && i < open->count; i++) {
        struct card_subject subject;
        struct need *need = &open->all[i];
        ok =
            card_subject_read_item_brief(home->turn, &need->onboarding, &need->item, &subject, err);
        struct shelf *shelf = !ok ? NULL
                              : needs_escalated_to(home->turn, &home->actor, &need->item)
                                  ? &escalated
                              : needs_person(home->turn, &home->actor, &subject) ? &needs
                                                                                 : NULL;
        need->shown = shelf != NULL;
        if (shelf)
            shelf_add(home, shelf, &subject);
    }
    shelf_close(home, &escalated, "escalated_hidden");
    shelf_close(home, &needs, "needs_hidden");
    value_flag(home->context, "needs_nothing", needs.count == 0);
    put_count(home, "count_needs", needs.count);
    put_count(home, "count_escalated", escalated.count);
    if (escalated.count > 0)
        value_put(home->context, "escalated_to_me", escalated_to);
    return ok && db_ok(home->turn->db, err);
}

static bool put_mine(const struct home *home, struct err *err)
{
    struct turn *turn = home->turn;
    struct onboarding *all = NULL;
    size_t count = onboardings_list(turn->db, turn->arena, home->actor.tenant, -1,
                                    home->actor.user_id, MINE_READ, &all);
    struct value *list = value_list(home->context, "mine");
    size_t live = 0, waiting = 0;
    for (size_t i = 0; i < count; i++) {
        struct item item;
        if (all[i].state == ONBOARDING_CANCELLED || all[i].state == ONBOARDING_REJECTED)
            continue;
        bool has = items_latest(turn->db, turn->arena, all[i].tenant, all[i].number, &item);
        waiting += has && item_is_open((enum item_state)item.state);
        if (live++ >= MINE_SHOWN)
            continue;
        struct value *row = value_row(list);
        struct journey_view view;
        card_put_row(turn, &all[i], has ? &item : NULL, row);
        if (all[i].state == ONBOARDING_PROVISIONED &&
            journey_read(turn, all[i].tenant, all[i].number, &view))
            value_str(row, "row_progress", progress_line(turn, &view));
    }
    value_flag(home->context, "mine_none", live == 0);
    put_count(home, "count_mine", live);
    put_count(home, "count_waiting", waiting);
    if (live > MINE_SHOWN)
        value_int(home->context, "mine_hidden", (int64_t)live - MINE_SHOWN);
    return db_ok(turn->db, err);
}

bool view_home(struct turn *turn, const char *tenant, const char *user_id, const char **out,
               struct err *err)
{
    struct home home = {
        .turn = turn,
        .actor = {.tenant = tenant, .user_id = user_id, .via = "home"},
        .reader = card_link_reader(turn, tenant, user_id),
        .context = value_new(turn->arena),
    };
    const char *why = NULL;
    struct person person; /* read once for all that is asked about it */
    if (people_get(turn->db, turn->arena, tenant, user_id, &person))
        home.actor.person = &person;
    value_str(home.context, "command", turn->config->slack.command);
    int64_t folded = notices_count_untold(turn->db, tenant, user_id);
    if (folded > 0)
        value_int(home.context, "folded", folded);
    value_str(home.context, "updated_at", card_date(turn, turn->world->now));
    bool ok = true;
    if (roles_may_look(turn, &home.actor, &why)) {
        value_flag(home.context, "may_look", true);
        struct needs open = read_open(&home);
        delivery_put_banners(turn, tenant, user_id, roles_has(turn, tenant, user_id, ROLE_ADMIN),
                             home.context);
        ok = put_open(&home, &open, err) && put_mine(&home, err) &&
             home_put_customers(turn, &home.actor, home.context, err) &&
             home_put_desks(turn, &home.actor, &open, home.context, err) &&
             home_put_team(turn, &home.actor, &open, home.context, err);
        delegation_put_home(turn, tenant, user_id, home.context);
    } else {
        value_str(home.context, "may_not_look", why);
    }
    return ok && card_view(turn, "home.json", home.context, out, err);
}
