/* List: many onboardings, a line each, by one of five filters; those that wait for people first.
 * Answered from the store. */
#include "handlers/commands/list.h"

#include "base/text.h"
#include "db/journeys.h"
#include "handlers/card_subject.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/person.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_READ = 300, ROWS_SHOWN = 20, STALE_MS = 7 * 24 * 60 * 60 * 1000 };

/* An onboarding with what decides its place and whether a filter keeps it. */
struct row {
    struct onboarding onboarding;
    struct item item;
    bool is_open;         /* item is there and undecided */
    struct wall deadline; /* INT64_MAX: none */
};

static bool keep_all(const struct turn *turn, const struct row *row)
{
    (void)turn;
    (void)row;
    return true;
}

static bool keep_not_over(const struct turn *turn, const struct row *row)
{
    (void)turn;
    return row->onboarding.state != ONBOARDING_REJECTED &&
           row->onboarding.state != ONBOARDING_CANCELLED;
}

static bool keep_blocked(const struct turn *turn, const struct row *row)
{
    (void)turn;
    return row->item.level >= LEVEL_BLOCK_FINANCE;
}

/* Nothing moved for a week, and it is not at its end. */
static bool keep_stale(const struct turn *turn, const struct row *row)
{
    return row->onboarding.state < ONBOARDING_PROVISIONED &&
           turn->world->now.ms - row->onboarding.updated_at.ms > STALE_MS;
}

enum row_source { OF_EVERYONE, OF_THE_PERSON, OF_ITEMS };

static const struct filter {
    const char *name;
    const char *title_flag;
    enum row_source source;
    unsigned states; /* OF_ITEMS: of these */
    bool (*keep)(const struct turn *turn, const struct row *row);
} filters[] = {
    {"mine", "title_mine", OF_THE_PERSON, ITEM_OPEN_STATES, keep_not_over},
    {"team", "title_team", OF_EVERYONE, 0, keep_not_over},
    {"escalated", "title_escalated", OF_ITEMS, 1u << ITEM_ESCALATED_1 | 1u << ITEM_ESCALATED_2,
     keep_all},
    {"blocked", "title_blocked", OF_ITEMS, ITEM_OPEN_STATES, keep_blocked},
    {"stale", "title_stale", OF_EVERYONE, 0, keep_stale},
};

static const struct filter *filter_find(const char *name)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (text_equal_fold(filters[i].name, name))
            return &filters[i];
    return NULL;
}

/* What a filter looks at. */
struct gathered {
    struct row *rows;
    size_t count;
};

static void gather(struct turn *turn, struct gathered *gathered,
                   const struct onboarding *onboarding, const struct item *item)
{
    for (size_t i = 0; i < gathered->count; i++)
        if (gathered->rows[i].onboarding.number == onboarding->number)
            return;
    struct row row = {.onboarding = *onboarding};
    bool found = item != NULL;
    if (found)
        row.item = *item;
    else
        found =
            items_latest(turn->db, turn->arena, onboarding->tenant, onboarding->number, &row.item);
    row.is_open = found && item_is_open((enum item_state)row.item.state);
    row.deadline = card_deadline(row.is_open ? &row.item : NULL);
    gathered->rows[gathered->count++] = row;
}

/* Open items in these states; claimer NULL: anyone's. */
static void gather_items(struct turn *turn, const char *tenant, unsigned states,
                         const char *claimer, struct gathered *gathered)
{
    struct item *items = NULL;
    struct onboarding onboarding;
    size_t count = items_list(turn->db, turn->arena, tenant, states, ROWS_READ, &items);
    for (size_t i = 0; i < count; i++)
        if ((claimer == NULL ||
             (items[i].claimed_by != NULL && strcmp(items[i].claimed_by, claimer) == 0)) &&
            onboardings_get(turn->db, turn->arena, tenant, items[i].onboarding, &onboarding))
            gather(turn, gathered, &onboarding, &items[i]);
}

static void gather_onboardings(struct turn *turn, const char *tenant, int state,
                               const char *user_id, struct gathered *gathered)
{
    struct onboarding *all = NULL;
    size_t count = onboardings_list(turn->db, turn->arena, tenant, state, user_id, ROWS_READ, &all);
    for (size_t i = 0; i < count; i++)
        gather(turn, gathered, &all[i], NULL);
}

static void gather_for(struct turn *turn, const struct actor *actor, const struct filter *filter,
                       struct gathered *gathered)
{
    enum { SOURCES = ONBOARDING_PROVISIONED + 2 }; /* each state on the way, all, items */
    const char *user = filter->source == OF_THE_PERSON ? actor->user_id : NULL;
    gathered->rows = arena_array(turn->arena, SOURCES * (size_t)ROWS_READ, sizeof *gathered->rows);
    /* What is on its way first: it is not hidden by what came after it and is there already. */
    for (int state = 0; filter->source != OF_ITEMS && state < ONBOARDING_PROVISIONED; state++)
        gather_onboardings(turn, actor->tenant, state, user, gathered);
    if (filter->source != OF_ITEMS)
        gather_onboardings(turn, actor->tenant, -1, user, gathered);
    if (filter->source != OF_EVERYONE)
        gather_items(turn, actor->tenant, filter->states,
                     filter->source == OF_THE_PERSON ? actor->user_id : NULL, gathered);
}

/* What waits for people first, by its next deadline; then by state; then the newest. */
static int by_urgency(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->is_open != y->is_open)
        return x->is_open ? -1 : 1;
    if (x->deadline.ms != y->deadline.ms)
        return x->deadline.ms < y->deadline.ms ? -1 : 1;
    if (x->onboarding.state != y->onboarding.state)
        return x->onboarding.state < y->onboarding.state ? -1 : 1;
    return x->onboarding.number > y->onboarding.number ? -1 : 1;
}

static struct value *list_context(struct turn *turn, const struct filter *filter,
                                  const struct row *rows, size_t count)
{
    struct value *context = value_new(turn->arena);
    value_str(context, "command", turn->config->slack.command);
    value_flag(context, filter->title_flag, true);
    struct value *list = value_list(context, "rows");
    for (size_t i = 0; i < count && i < ROWS_SHOWN; i++)
        card_put_row(turn, &rows[i].onboarding, rows[i].is_open ? &rows[i].item : NULL,
                     value_row(list));
    value_int(context, "row_count", (int64_t)count);
    value_flag(context, "no_rows", count == 0);
    if (count > ROWS_SHOWN)
        value_int(context, "rows_hidden", (int64_t)(count - ROWS_SHOWN));
    return context;
}

/* Of that person alone: what they own, started or claimed. */
static bool is_of(const struct row *row, const char *user_id)
{
    const char *const theirs[] = {row->onboarding.owner_user_id, row->onboarding.started_by,
                                  row->is_open ? row->item.claimed_by : NULL};
    for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++)
        if (theirs[i] != NULL && strcmp(theirs[i], user_id) == 0)
            return true;
    return false;
}

static bool is_in_stage(struct turn *turn, const struct row *row, int64_t stage)
{
    struct journey journey;
    return row->onboarding.state == ONBOARDING_PROVISIONED &&
           journeys_get(turn->db, turn->arena, row->onboarding.tenant, row->onboarding.number,
                        &journey) &&
           journey.completed_at.ms == 0 && journey.stage == stage;
}

bool list_reply(struct turn *turn, const struct request *request, struct reply *reply,
                const struct list_wish *wish, struct err *err)
{
    const struct filter *filter = filter_find(wish->filter);
    assert(filter);
    struct gathered gathered = {0};
    gather_for(turn, &request->actor, filter, &gathered);
    struct row *rows = gathered.rows;
    size_t count = 0;
    for (size_t i = 0; i < gathered.count; i++)
        if (filter->keep(turn, &rows[i]) && (!wish->csm || is_of(&rows[i], wish->csm)) &&
            (!wish->stage || is_in_stage(turn, &rows[i], wish->stage)))
            rows[count++] = rows[i];
    if (!db_ok(turn->db, err))
        return false;
    qsort(rows, count, sizeof *rows, by_urgency);
    struct value *context = list_context(turn, filter, rows, count);
    if (wish->stage)
        value_int(context, "stage", wish->stage);
    if (wish->csm)
        value_str(context, "csm", card_person(turn, wish->csm));
    return reply_template(turn, request, reply, "list.json", context, err);
}

/* "--stage N"; false: the person was told. */
static bool stage_take(struct turn *turn, const struct request *request, struct reply *reply,
                       struct arguments *arguments, int64_t *out)
{
    const char *typed = NULL;
    if (!arguments_take(turn->arena, arguments, "--stage", &typed))
        return true;
    size_t digits = typed ? strspn(typed, "0123456789") : 0;
    *out = digits >= 1 && digits <= 2 && typed[digits] == '\0' ? strtoll(typed, NULL, 10) : 0;
    if (*out > 0)
        return true;
    reply_usage(turn, request, reply, "list", "--stage takes a stage's number, such as 2");
    return false;
}

bool command_list(struct turn *turn, const struct request *request, struct reply *reply,
                  struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "list", wrong.msg);
    const char *typed = NULL, *why = NULL;
    struct person csm = {0};
    bool of_someone = arguments_take(turn->arena, &arguments, "--csm", &typed);
    if (of_someone && typed == NULL)
        return reply_usage(turn, request, reply, "list", "--csm takes a person, such as @ana");
    if (of_someone && !person_named(turn, request->actor.tenant, typed, &csm, &why)) {
        reply_text(turn, request, reply, "%s", why);
        return true;
    }
    int64_t stage = 0;
    if (!stage_take(turn, request, reply, &arguments, &stage))
        return true;
    const char *name = arguments.count > 0       ? arguments.words[0]
                       : of_someone || stage > 0 ? "team"
                                                 : "mine";
    if (arguments.count > 1 || filter_find(name) == NULL)
        return reply_usage(turn, request, reply, "list",
                           arena_fmt(turn->arena, "I know no list “%s”",
                                     card_line(turn->arena, arguments.all, CARD_NAME_MAX)));
    const struct list_wish wish = {.filter = name, .csm = csm.user_id, .stage = stage};
    return list_reply(turn, request, reply, &wish, err);
}
