/* Rows of jobs: for each kind its key, its lane and what it carries. See docs/jobs.md. */
#include "handlers/jobs/later.h"

#include "base/broken.h"
#include "base/calendar.h"
#include "base/text.h"
#include "db/jobs.h"
#include "db/messages.h"
#include "db/people.h"
#include "db/tenants.h"
#include "handlers/desk.h"
#include "handlers/item.h"
#include "handlers/jobs/payload.h"
#include "handlers/jobs/posting.h"
#include "handlers/notice.h"

#include <stdint.h>

enum {
    MINUTE_MS = 60 * 1000,
    HOMES_DELAY_MS = 2000,         /* machine time: several changes, one redraw */
    TELL_LIFE_MS = 10 * 60 * 1000, /* machine time: later, an answer only puzzles */
    INFORM_LIFE_MS = 24 * 3600 * 1000,
    INFORM_ATTEMPTS = 1000, /* its life ends first */
    KEY_TEXT_MAX = 100,
    PERSON_FRESH_MS = 24 * 3600 * 1000 /* a profile is read again after a day */
};

static bool add(struct turn *turn, const struct job_new *job)
{
    struct id id;
    return jobs_add(turn->db, turn->world, job, &id);
}

static const char *lane_of_onboarding(struct turn *turn, int64_t number)
{
    return arena_fmt(turn->arena, "onboarding:%lld", (long long)number);
}

/* One lane a place: messages there keep their order and their pace. */
static const char *lane_of_place(struct turn *turn, const char *place)
{
    return arena_fmt(turn->arena, "slack:%s", place ? place : "none");
}

bool later_find_account(struct turn *turn, const struct actor *actor, const char *channel,
                        const struct account_wish *wish)
{
    const struct payload payload = {.user = actor->user_id,
                                    .via = actor->via,
                                    .channel = channel,
                                    .text = wish->text,
                                    .opportunity = wish->opportunity,
                                    .playbook = wish->playbook,
                                    .start = wish->start};
    return add(turn, &(struct job_new){
                         .tenant = actor->tenant,
                         .kind = "find_account",
                         .key = arena_fmt(turn->arena, "find:%s:%s:%s:%s:%s", actor->user_id,
                                          wish->start ? "start" : "check",
                                          wish->opportunity ? wish->opportunity : "",
                                          wish->playbook ? wish->playbook : "",
                                          text_cut(turn->arena, wish->text, KEY_TEXT_MAX)),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                     });
}

/* ---- runs ---- */

/* There is one re-check at most, at the time that was asked for last. */
static bool add_recheck(struct turn *turn, const char *tenant, int64_t onboarding, struct wall at)
{
    const char *prefix = arena_fmt(turn->arena, "recheck:%lld:", (long long)onboarding);
    const struct payload payload = {.onboarding = onboarding};
    return jobs_cancel(turn->db, tenant, "run_checks", prefix) &&
           add(turn, &(struct job_new){
                         .tenant = tenant,
                         .kind = "run_checks",
                         .key = prefix,
                         .lane = lane_of_onboarding(turn, onboarding),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = at,
                     });
}

bool later_run_checks(struct turn *turn, const char *tenant, int64_t onboarding, struct wall at,
                      const char *tell_user, const char *tell_channel)
{
    if (at.ms > turn->world->now.ms)
        return add_recheck(turn, tenant, onboarding, at);
    const struct payload payload = {
        .onboarding = onboarding, .user = tell_user, .channel = tell_channel};
    return add(turn, &(struct job_new){
                         .tenant = tenant,
                         .kind = "run_checks",
                         .key = arena_fmt(turn->arena, "run:%lld:%s", (long long)onboarding,
                                          tell_user ? tell_user : ""),
                         .lane = lane_of_onboarding(turn, onboarding),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                     });
}

/* Not later_run_checks: hints that never end must not put off what the first one asked for. */
bool later_hint(struct turn *turn, const char *tenant, int64_t onboarding, int64_t ms)
{
    const struct payload payload = {.onboarding = onboarding};
    return add(turn, &(struct job_new){
                         .tenant = tenant,
                         .kind = "run_checks",
                         .key = arena_fmt(turn->arena, "hint:%lld", (long long)onboarding),
                         .lane = lane_of_onboarding(turn, onboarding),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = wall_after_machine(turn->world, ms),
                     });
}

bool later_check_account(struct turn *turn, const struct actor *actor, const char *channel,
                         const struct account_asked *account)
{
    const struct payload payload = {.user = actor->user_id,
                                    .via = actor->via,
                                    .channel = channel,
                                    .account = account->id,
                                    .name = account->name,
                                    .contracts = account->contract_ids,
                                    .opportunity = account->opportunity};
    return add(turn, &(struct job_new){
                         .tenant = actor->tenant,
                         .kind = "run_checks",
                         .key = arena_fmt(turn->arena, "run:%s:%s:%s", account->id, actor->user_id,
                                          account->opportunity ? account->opportunity : ""),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                     });
}

bool later_approve(struct turn *turn, const struct actor *actor, int64_t onboarding,
                   int64_t revision, const struct item_given *given)
{
    const struct payload payload = {.onboarding = onboarding,
                                    .revision = revision,
                                    .approve = true,
                                    .user = actor->user_id,
                                    .via = actor->via,
                                    .reason = given->reason,
                                    .acknowledged = given->acknowledged,
                                    .pay_by = given->pay_by};
    return add(turn, &(struct job_new){
                         .tenant = actor->tenant,
                         .kind = "run_checks",
                         .key = arena_fmt(turn->arena, "approve:%lld:%s", (long long)onboarding,
                                          actor->user_id),
                         .lane = lane_of_onboarding(turn, onboarding),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                     });
}

/* ---- messages ---- */

bool later_post_card(struct turn *turn, const struct item *item)
{
    const struct payload payload = {.item = item->id};
    return add(turn, &(struct job_new){
                         .tenant = item->tenant,
                         .kind = "post_card",
                         .key = arena_fmt(turn->arena, "card:%s", item->id),
                         .lane = lane_of_place(turn, turn->config->slack.channel),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                         .generation = item->generation,
                     });
}

bool later_post_again(struct turn *turn, const struct item *item)
{
    const struct payload payload = {.item = item->id, .purpose = "again"};
    return add(turn, &(struct job_new){
                         .tenant = item->tenant,
                         .kind = "post_card",
                         .key = arena_fmt(turn->arena, "again:%s:%lld", item->id,
                                          (long long)item->generation),
                         .lane = lane_of_place(turn, turn->config->slack.channel),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                         .generation = item->generation,
                     });
}

/* One that still waits to be sent is drawn when it is sent: days later, it says what a newer one
 * would. */
bool later_post_dm(struct turn *turn, const struct item *item, int level, const char *user_id)
{
    const struct payload payload = {.item = item->id, .level = level, .user = user_id};
    return add(turn, &(struct job_new){
                         .tenant = item->tenant,
                         .kind = "post_dm",
                         .key = arena_fmt(turn->arena, "dm:%s:%d:%s", item->id, level, user_id),
                         .lane = lane_of_place(turn, user_id),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                         .generation = item->generation,
                     });
}

bool later_post_assigned(struct turn *turn, const struct item *item)
{
    const struct payload payload = {
        .item = item->id, .purpose = "assigned", .user = item->claimed_by};
    return add(turn, &(struct job_new){
                         .tenant = item->tenant,
                         .kind = "post_dm",
                         .key = arena_fmt(turn->arena, "assigned:%s:%lld", item->id,
                                          (long long)item->generation),
                         .lane = lane_of_place(turn, item->claimed_by),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                         .generation = item->generation,
                     });
}

/* When a person may hear of it; a wait is told once, when it begins. */
static bool hold(struct turn *turn, const char *tenant, const char *user_id, const char *key,
                 int64_t onboarding, struct wall *at)
{
    char onb[ONB_TEXT_SIZE];
    *at = notice_time(turn, tenant, user_id);
    return at->ms <= turn->world->now.ms || jobs_waits(turn->db, tenant, key) ||
           notice_held(turn, tenant, user_id, onb_format(onboarding, onb), *at);
}

bool later_overdue(struct turn *turn, const struct onboarding *onboarding, const char *user_id)
{
    const struct payload payload = {
        .onboarding = onboarding->number, .user = user_id, .offset = turn->world->now.ms};
    const char *key =
        arena_fmt(turn->arena, "overdue:%lld:%s", (long long)onboarding->number, user_id);
    struct wall at;
    return hold(turn, onboarding->tenant, user_id, key, onboarding->number, &at) &&
           add(turn, &(struct job_new){
                         .tenant = onboarding->tenant,
                         .kind = "post_overdue",
                         .key = key,
                         .lane = lane_of_place(turn, user_id),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = at,
                     });
}

static bool add_desk(struct turn *turn, const char *tenant, const char *about, const char *purpose,
                     const char *place, const struct payload *what)
{
    struct payload payload = *what;
    struct wall at = turn->world->now;
    const char *key = arena_fmt(turn->arena, "%s:%s:%s", purpose, about, place);
    payload.purpose = purpose;
    if (desk_is_person(place))
        payload.user = place;
    else
        payload.channel = place;
    if (payload.user && !hold(turn, tenant, place, key, payload.onboarding, &at))
        return false;
    return add(turn, &(struct job_new){
                         .tenant = tenant,
                         .kind = "post_desk",
                         .key = key,
                         .lane = lane_of_place(turn, place),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = at,
                     });
}

bool later_post_desk(struct turn *turn, const struct item *item, const char *purpose,
                     const char *place)
{
    return add_desk(turn, item->tenant, item->id, purpose, place,
                    &(struct payload){.item = item->id, .onboarding = item->onboarding});
}

bool later_post_task(struct turn *turn, const struct onboarding *onboarding, int64_t revision,
                     const char *purpose, const char *place)
{
    char onb[ONB_TEXT_SIZE];
    return add_desk(turn, onboarding->tenant, onb_format(onboarding->number, onb), purpose, place,
                    &(struct payload){.onboarding = onboarding->number, .revision = revision});
}

static bool add_note(struct turn *turn, const char *tenant, const char *key,
                     const struct payload *payload)
{
    return add(turn, &(struct job_new){
                         .tenant = tenant,
                         .kind = "post_note",
                         .key = key,
                         .lane = lane_of_place(turn, turn->config->slack.channel),
                         .payload = payload_write(turn->arena, payload),
                         .run_at = turn->world->now,
                     });
}

bool later_post_note(struct turn *turn, const struct item *item, const char *key, const char *text)
{
    const struct payload payload = {.item = item->id, .onboarding = item->onboarding, .text = text};
    return add_note(turn, item->tenant, arena_fmt(turn->arena, "note:%s:%s", item->id, key),
                    &payload);
}

bool later_note_once(struct turn *turn, const struct item *item, const char *purpose,
                     const char *text)
{
    const struct payload payload = {
        .item = item->id, .onboarding = item->onboarding, .purpose = purpose, .text = text};
    return add_note(turn, item->tenant, arena_fmt(turn->arena, "note:%s:%s", item->id, purpose),
                    &payload);
}

bool later_reply(struct turn *turn, const struct item *item, const struct message *message,
                 const char *key, const char *text)
{
    const struct payload payload = {
        .item = item->id, .onboarding = item->onboarding, .message = message->id, .text = text};
    return add(turn, &(struct job_new){
                         .tenant = item->tenant,
                         .kind = "post_note",
                         .key = arena_fmt(turn->arena, "reply:%s:%s", message->id, key),
                         .lane = lane_of_place(turn, message->user_id ? message->user_id
                                                                      : message->channel),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                     });
}

bool later_note_onboarding(struct turn *turn, const char *tenant, int64_t onboarding,
                           const char *key, const char *text)
{
    struct item item;
    if (items_latest(turn->db, turn->arena, tenant, onboarding, &item))
        return later_post_note(turn, &item, key, text);
    const struct payload payload = {.onboarding = onboarding,
                                    .message = posting_proceed_get(turn, tenant, onboarding),
                                    .text = text};
    return add_note(turn, tenant,
                    arena_fmt(turn->arena, "note:%lld:%s", (long long)onboarding, key), &payload);
}

/* In no lane: a decided card is redrawn at once, whatever else the channel still waits for, and its
 * key keeps two redraws of one message apart. */
bool later_edit_messages(struct turn *turn, const char *tenant, const char *item_id)
{
    struct message *messages;
    size_t count = messages_of_item(turn->db, turn->arena, tenant, item_id, &messages);
    for (size_t i = 0; i < count; i++) {
        if (!posting_is_drawn(&messages[i]))
            continue;
        const struct payload payload = {.item = item_id, .message = messages[i].id};
        if (!add(turn, &(struct job_new){
                           .tenant = tenant,
                           .kind = "edit_message",
                           .key = arena_fmt(turn->arena, "edit:%s", messages[i].id),
                           .payload = payload_write(turn->arena, &payload),
                           .run_at = turn->world->now,
                       }))
            return false;
    }
    struct err err;
    return db_ok(turn->db, &err);
}

bool later_post_proceed(struct turn *turn, const struct onboarding *onboarding, int64_t revision)
{
    const struct payload payload = {.onboarding = onboarding->number, .revision = revision};
    struct id id;
    return jobs_add(turn->db, turn->world,
                    &(struct job_new){
                        .tenant = onboarding->tenant,
                        .kind = "post_proceed",
                        .key = arena_fmt(turn->arena, "proceed:%lld:%lld",
                                         (long long)onboarding->number, (long long)revision),
                        .lane = lane_of_place(turn, turn->config->slack.channel),
                        .payload = payload_write(turn->arena, &payload),
                        .run_at = turn->world->now,
                    },
                    &id) &&
           posting_proceed_put(turn, onboarding->tenant, onboarding->number, id.text);
}

/* A lane of its own: an answer does not wait for a DM that cannot be delivered. */
static bool add_tell(struct turn *turn, const char *tenant, const struct payload *payload,
                     int64_t life_ms, int64_t max_attempts)
{
    return add(turn, &(struct job_new){
                         .tenant = tenant,
                         .kind = "tell",
                         .lane = arena_fmt(turn->arena, "tell:%s", payload->user),
                         .payload = payload_write(turn->arena, payload),
                         .run_at = turn->world->now,
                         .max_attempts = max_attempts,
                         .expires_at = wall_after_machine(turn->world, life_ms),
                     });
}

bool later_tell(struct turn *turn, const char *tenant, const char *channel, const char *user_id,
                const char *text, const char *blocks)
{
    return add_tell(
        turn, tenant,
        &(struct payload){.user = user_id, .channel = channel, .text = text, .blocks = blocks},
        TELL_LIFE_MS, 0);
}

bool later_inform(struct turn *turn, const char *tenant, const char *user_id, const char *text,
                  const char *blocks)
{
    return add_tell(
        turn, tenant,
        &(struct payload){.user = user_id, .text = text, .blocks = blocks, .notice = true},
        INFORM_LIFE_MS, INFORM_ATTEMPTS);
}

static bool add_delegation(struct turn *turn, const struct delegation *delegation, struct wall at)
{
    const struct payload payload = {.delegation = delegation->id};
    return add(turn, &(struct job_new){
                         .tenant = delegation->tenant,
                         .kind = "delegation",
                         .key = arena_fmt(turn->arena, "delegation:%s:%lld", delegation->id,
                                          (long long)at.ms),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = at,
                     });
}

bool later_delegation(struct turn *turn, const struct delegation *delegation)
{
    int64_t now = turn->world->now.ms;
    bool ended = delegation->ended_at.ms > 0;
    return add_delegation(turn, delegation, turn->world->now) &&
           (ended || delegation->starts_at.ms <= now ||
            add_delegation(turn, delegation, delegation->starts_at)) &&
           (ended || delegation->ends_at.ms <= now ||
            add_delegation(turn, delegation, delegation->ends_at));
}

bool later_publish_home(struct turn *turn, const char *tenant, const char *user_id)
{
    const struct payload payload = {.user = user_id};
    return add(turn, &(struct job_new){
                         .tenant = tenant,
                         .kind = "publish_home",
                         .key = arena_fmt(turn->arena, "home:%s", user_id ? user_id : "*"),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = user_id ? turn->world->now
                                           : wall_after_machine(turn->world, HOMES_DELAY_MS),
                     });
}

const char *later_home_cursor(struct turn *turn, const char *user_id)
{
    return arena_fmt(turn->arena, "home:%s", user_id);
}

bool later_redraw_home(struct turn *turn, const char *tenant, const char *user_id)
{
    return !cursors_get(turn->db, turn->arena, tenant, later_home_cursor(turn, user_id)) ||
           later_publish_home(turn, tenant, user_id);
}

/* ---- the item's clock, provisioning ---- */

static bool add_timer(struct turn *turn, const struct item *item, enum item_timer timer,
                      struct wall at)
{
    const struct payload payload = {.item = item->id, .level = timer};
    return add(turn, &(struct job_new){
                         .tenant = item->tenant,
                         .kind = "escalate",
                         .key = arena_fmt(turn->arena, "escalate:%s:%lld:%d", item->id,
                                          (long long)item->generation, timer),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = at,
                         .generation = item->generation,
                     });
}

/* At one moment they run out in this order: what woke is escalated then, too. */
static const enum item_timer timers[] = {TIMER_WAKE, TIMER_MANAGER, TIMER_DIRECTOR};
enum { TIMER_COUNT = sizeof timers / sizeof *timers };

/* The earliest, or the one after `past`. */
static bool add_next_timer(struct turn *turn, const struct item *item, const enum item_timer *past)
{
    struct wall from = {INT64_MIN}, at = {INT64_MAX};
    size_t passed = 0, next = TIMER_COUNT;
    for (size_t i = 0; past && i < TIMER_COUNT; i++)
        if (timers[i] == *past) {
            from = item_timer_at(item, *past);
            passed = i + 1;
        }
    for (size_t i = 0; i < TIMER_COUNT; i++) {
        struct wall runs_at = item_timer_at(item, timers[i]);
        bool after = runs_at.ms > from.ms || (runs_at.ms == from.ms && i >= passed);
        if (runs_at.ms > 0 && after && runs_at.ms < at.ms) {
            at = runs_at;
            next = i;
        }
    }
    return next == TIMER_COUNT || (item->generation > 1 && BROKEN(timer_forgotten)) ||
           add_timer(turn, item, timers[next], at);
}

bool later_escalate(struct turn *turn, const struct item *item)
{
    if (!BROKEN(timers_left) && !jobs_cancel(turn->db, item->tenant, "escalate",
                                             arena_fmt(turn->arena, "escalate:%s:", item->id)))
        return false;
    return add_next_timer(turn, item, NULL);
}

bool later_escalate_past(struct turn *turn, const struct item *item, enum item_timer timer)
{
    return add_next_timer(turn, item, &timer);
}

bool later_condition(struct turn *turn, const struct condition *condition, struct wall at)
{
    const struct payload payload = {.onboarding = condition->onboarding, .item = condition->item};
    return add(turn, &(struct job_new){
                         .tenant = condition->tenant,
                         .kind = "run_checks",
                         .key = arena_fmt(turn->arena, "condition:%s:%lld", condition->item,
                                          (long long)condition->given_at.ms),
                         .lane = lane_of_onboarding(turn, condition->onboarding),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = at,
                         .generation = condition->given_at.ms,
                     });
}

bool later_remind(struct turn *turn, const struct item *item)
{
    const struct calendar *calendar = &turn->config->calendar;
    const struct payload payload = {.item = item->id};
    struct civil day;
    struct err err;
    if (!civil_parse(item->fix_by, &day, &err) || !civil_is_known(day))
        return true;
    struct wall morning =
        calendar_instant(calendar->zone, (struct local){day, calendar->start_minute});
    return add(turn, &(struct job_new){
                         .tenant = item->tenant,
                         .kind = "remind",
                         .key = arena_fmt(turn->arena, "remind:%s", item->id),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = morning.ms > turn->world->now.ms ? morning : turn->world->now,
                         .generation = item->generation,
                     });
}

/* In no lane: nothing that an onboarding waits for keeps its approval from being applied. */
bool later_apply(struct turn *turn, const struct item *item)
{
    const struct payload payload = {.item = item->id};
    return add(turn, &(struct job_new){
                         .tenant = item->tenant,
                         .kind = "apply",
                         .key = arena_fmt(turn->arena, "apply:%s:%lld", item->id,
                                          (long long)item->generation),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = item->apply_at,
                         .generation = item->generation,
                     });
}

bool later_provision(struct turn *turn, const struct onboarding *onboarding)
{
    const struct payload payload = {.onboarding = onboarding->number};
    return add(turn,
               &(struct job_new){
                   .tenant = onboarding->tenant,
                   .kind = "provision",
                   .key = arena_fmt(turn->arena, "provision:%lld", (long long)onboarding->number),
                   .lane = lane_of_onboarding(turn, onboarding->number),
                   .payload = payload_write(turn->arena, &payload),
                   .run_at = turn->world->now,
               });
}

/* ---- people and standing jobs ---- */

bool later_learn_person(struct turn *turn, const char *tenant, const char *user_id)
{
    struct person person;
    bool known = people_get(turn->db, turn->arena, tenant, user_id, &person);
    return later_refresh_person(turn, tenant, user_id, known ? &person : NULL);
}

bool later_refresh_person(struct turn *turn, const char *tenant, const char *user_id,
                          const struct person *known)
{
    if (known && turn->world->now.ms - known->updated_at.ms < PERSON_FRESH_MS)
        return true;
    const struct payload payload = {.user = user_id};
    return add(turn, &(struct job_new){
                         .tenant = tenant,
                         .kind = "learn_person",
                         .key = arena_fmt(turn->arena, "person:%s", user_id),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                     });
}

bool later_learn_owner(struct turn *turn, const char *tenant, int64_t onboarding, const char *email)
{
    const struct payload payload = {.onboarding = onboarding, .email = email};
    return add(turn, &(struct job_new){
                         .tenant = tenant,
                         .kind = "learn_person",
                         .key = arena_fmt(turn->arena, "owner:%lld", (long long)onboarding),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                     });
}

bool later_learn_address(struct turn *turn, const char *tenant, const char *email)
{
    const struct payload payload = {.email = email};
    return add(turn, &(struct job_new){
                         .tenant = tenant,
                         .kind = "learn_person",
                         .key = arena_fmt(turn->arena, "address:%s",
                                          text_cut(turn->arena, email, KEY_TEXT_MAX)),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = turn->world->now,
                     });
}

bool later_outage(struct turn *turn, const char *tenant, enum source source)
{
    const struct payload payload = {.text = source_name(source)};
    return add(turn, &(struct job_new){
                         .tenant = tenant,
                         .kind = "outage",
                         .key = arena_fmt(turn->arena, "outage:%s", source_name(source)),
                         .payload = payload_write(turn->arena, &payload),
                         .run_at = wall_after(turn->world,
                                              turn->config->escalation.data_grace_min * MINUTE_MS),
                     });
}

bool later_again(struct turn *turn, const char *tenant, const char *kind, const char *payload,
                 int64_t ms)
{
    return add(turn, &(struct job_new){.tenant = tenant,
                                       .kind = kind,
                                       .key = kind,
                                       .payload = payload,
                                       .run_at = wall_after_machine(turn->world, ms)});
}

bool later_renew_grant(struct turn *turn, const char *tenant, struct wall expires_at)
{
    enum { EARLY_MS = 2 * 60 * 60 * 1000 };
    if (!expires_at.ms)
        return true;
    int64_t left_ms = (expires_at.ms - turn->world->now.ms) / turn->world->speed;
    return later_again(turn, tenant, "renew_grant", NULL,
                       left_ms > 2 * EARLY_MS ? left_ms - EARLY_MS : left_ms / 2);
}

bool later_sync_groups(struct turn *turn, const char *tenant)
{
    return later_again(turn, tenant, "sync_groups", NULL, 0);
}

bool later_standing(struct turn *turn, const char *tenant)
{
    static const char *const kinds[] = {"sync_groups", "sync_people",  "check_roles",  "poll_deals",
                                        "audit_head",  "plan_digests", "task_monitor", "purge"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!later_again(turn, tenant, kinds[i], NULL, 0))
            return false;
    return true;
}
