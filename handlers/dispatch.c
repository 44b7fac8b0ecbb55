/* The door of every request: finds its row, turns away who may not look, believes a button only
 * after its signed state was verified, and answers what nobody handles. */
#include "base/broken.h"
#include "base/log.h"
#include "base/text.h"
#include "db/audit.h"
#include "handlers/card_values.h"
#include "handlers/events/events.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"
#include "handlers/routes.h"

#include <string.h>

enum { VERB_MAX = 32, NEAR_ENOUGH = 2 };

/* ---- finding the row ---- */

/* The first word of a command's text, "" when there is none; *rest is what follows it. */
static const char *verb_of(struct arena *arena, const char *text, const char **rest)
{
    static const char blank[] = " \t\r\n";
    text = text ? text : "";
    text += strspn(text, blank);
    size_t len = strcspn(text, blank);
    *rest = text + len + strspn(text + len, blank);
    return text_cut(arena, arena_strn(arena, text, len), VERB_MAX);
}

static const struct route *route_of_command(struct turn *turn, const struct request *request)
{
    const char *rest;
    const char *verb = verb_of(turn->arena, request->text, &rest);
    return route_find_command(verb[0] ? verb : "help");
}

/* A menu's option is the action's name, a dot and the signed state of that action; *state is what
 * follows the dot. The name is believed only as far as the state bears it out. */
static const char *action_of(struct turn *turn, const struct request *request, const char **state)
{
    const char *name = request->name ? request->name : "";
    const char *action = arena_strn(turn->arena, name, strcspn(name, ":"));
    *state = request->text ? request->text : "";
    if (strcmp(action, "more") != 0)
        return action;
    size_t len = strcspn(*state, ".");
    action = arena_strn(turn->arena, *state, len);
    *state += len + ((*state)[len] == '.');
    return action;
}

/* Of what is said in channels, replies in threads alone are looked at; all else writes nothing. */
static bool is_thread_reply(const struct request *request)
{
    return request->name && strcmp(request->name, "message") == 0 && request->thread_ts &&
           request->event && !json_node_at(request->event, "subtype");
}

const struct route *route_of(struct turn *turn, const struct request *request)
{
    const char *name = request->name ? request->name : "";
    const char *state;
    switch (request->kind) {
    case REQUEST_COMMAND:
        return route_of_command(turn, request);
    case REQUEST_BUTTON:
        return route_find(button_routes, action_of(turn, request, &state));
    case REQUEST_VIEW:
        return route_find(view_routes, name);
    case REQUEST_EVENT:
        return route_find(event_routes, is_thread_reply(request) ? "thread_reply" : name);
    }
    return NULL;
}

/* ---- what nobody handles ---- */

/* "start or status" for a prefix of several verbs; NULL where it begins none. */
static const char *verbs_with_prefix(struct turn *turn, const char *verb)
{
    const char *list = NULL;
    for (const struct route *row = command_routes; row->name; row++)
        if (text_has_prefix_fold(row->name, verb))
            list = list ? arena_fmt(turn->arena, "%s or %s", list, row->name) : row->name;
    return list;
}

static const char *verb_near(const char *verb)
{
    const char *near = NULL;
    size_t best = NEAR_ENOUGH + 1;
    for (const struct route *row = command_routes; row->name; row++) {
        size_t distance = text_distance(row->name, verb);
        if (distance < best && distance < strlen(row->name)) {
            best = distance;
            near = row->name;
        }
    }
    return near;
}

static void answer_unknown_verb(struct turn *turn, const struct request *request,
                                struct reply *reply)
{
    const char *rest;
    const char *verb = verb_of(turn->arena, request->text, &rest);
    const char *guess = verbs_with_prefix(turn, verb);
    if (!guess)
        guess = verb_near(verb);
    reply_text(turn, request, reply, "I don't know \"%s\".%s%s%s %s help lists all.",
               card_outside(turn->arena, verb, CARD_NAME_MAX), guess ? " Did you mean " : "",
               guess ? guess : "", guess ? "?" : "", turn->config->slack.command);
}

static void answer_unknown(struct turn *turn, const struct request *request, struct reply *reply)
{
    if (request->kind == REQUEST_COMMAND) {
        answer_unknown_verb(turn, request, reply);
    } else if (request->kind == REQUEST_EVENT) {
        log_debug("events", "nothing handles \"%.80s\"", request->name ? request->name : "");
    } else {
        log_warn("dispatch", "nothing handles the %s \"%.80s\"",
                 request->kind == REQUEST_VIEW ? "form" : "button",
                 request->name ? request->name : "");
        reply_text(turn, request, reply,
                   "I don't know this %s: it is from another version of Usher. Nothing was done; "
                   "`%s list` shows what is open.",
                   request->kind == REQUEST_VIEW ? "form" : "button", turn->config->slack.command);
    }
}

/* ---- signed state ---- */

/* What the state of a button or form is about; what is not listed is an item. */
static const char *kind_for(const struct route *route)
{
    static const char *const others[][2] = {{"start", "account"},       {"ooo", "person"},
                                            {"ooo_off", "person"},      {"bulk", "person"},
                                            {"timeline", "onboarding"}, {"block", "onboarding"}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(route->name, others[i][0]) == 0)
            return others[i][1];
    return "item";
}

/* Why the state is not believed, NULL where it is: one word for the audit log. */
static const char *distrust(struct turn *turn, const struct request *request,
                            const struct route *route, struct token *token)
{
    const char *text = request->kind == REQUEST_VIEW ? request->private_metadata : request->text;
    struct err err = {0};
    if (!token_verify(turn->keyring, text ? text : "", turn->world->now, token, &err))
        return err.code == ERR_EXPIRED ? "expired" : err.code == ERR_FORGED ? "forged" : "altered";
    if (strcmp(token->tenant, request->actor.tenant) != 0 && !BROKEN(token_foreign))
        return "foreign";
    if ((strcmp(token->action, route->name) != 0 && !BROKEN(token_other_action)) ||
        strcmp(token->kind, kind_for(route)) != 0)
        return "altered";
    return NULL;
}

/* Nothing in the state is believed: the audit line names who clicked and what was wrong. */
static bool refuse_button(struct turn *turn, const struct request *request,
                          const struct route *route, const char *reason, struct reply *reply)
{
    const char *who = request->actor.user_id ? request->actor.user_id : "nobody";
    log_warn("dispatch", "%s clicked %s with %s state: refused", who, route->name, reason);
    const struct audit_entry entry = {
        .tenant = request->actor.tenant,
        .at = turn->world->now,
        .actor = who,
        .via = request->actor.via,
        .action = "button.refused",
        .object = route->name,
        .reason = reason,
    };
    if (strcmp(reason, "expired") == 0)
        reply_text(
            turn, request, reply,
            "This button is too old to count (they are valid for %lld day%s), so nothing was "
            "done. `%s list` shows what is open, with fresh buttons under `%s status`.",
            (long long)turn->config->escalation.token_days,
            turn->config->escalation.token_days == 1 ? "" : "s", turn->config->slack.command,
            turn->config->slack.command);
    else
        reply_text(turn, request, reply,
                   "I can't verify this button (its state is %s), so nothing was done, and the "
                   "attempt was noted. `%s list` shows what is open.",
                   reason, turn->config->slack.command);
    return audit_append(turn->db, &entry);
}

/* ---- the door ---- */

/* Events tell what happened, and only this one is answered by showing something. */
static bool shows_something(const struct request *request, const struct route *route)
{
    return request->kind != REQUEST_EVENT || route->handle == event_app_home_opened;
}

/* A workspace that has installed itself and has no settings: nobody there could decide, and there
 * is nothing to decide on. */
static bool is_unsettled(const struct turn *turn, const struct route *route)
{
    return !turn->config->slack.channel && !route->read_only;
}

/* Leaves in the request who asks. False: *handled says how it ended. */
static bool pass_door(struct turn *turn, struct request *request, const struct route *route,
                      struct token *token, struct reply *reply, bool *handled)
{
    const char *why = NULL;
    struct person *person = arena_alloc(turn->arena, sizeof *person);
    bool known;
    *handled = true;
    bool signed_state = request->kind == REQUEST_BUTTON || request->kind == REQUEST_VIEW;
    const char *reason = signed_state ? distrust(turn, request, route, token) : NULL;
    if (reason) {
        *handled = refuse_button(turn, request, route, reason, reply);
        return false;
    }
    if (!shows_something(request, route))
        return true;
    struct actor *actor = &request->actor;
    if (is_unsettled(turn, route) && request->kind != REQUEST_EVENT) {
        reply_text(
            turn, request, reply,
            "Usher is not set up for this workspace yet, so nothing was done. Whoever runs it "
            "must give it settings for `%s`: a channel, and who may decide.",
            actor->tenant);
        return false;
    }
    if (!roles_admits(turn, actor, person, &known, &why)) {
        if (!known && request->kind == REQUEST_EVENT)
            return true; /* Home is drawn without anything in it, and once more when they are known
                          */
        reply_text(turn, request, reply, "%s", why);
        if (!known && actor->user_id)
            *handled = later_learn_person(turn, actor->tenant, actor->user_id);
        return false;
    }
    actor->person = known ? person : NULL;
    *handled = later_refresh_person(turn, actor->tenant, actor->user_id, actor->person);
    return *handled;
}

bool route_dispatch(struct turn *turn, const struct route *route, const struct request *request,
                    struct reply *reply, struct err *err)
{
    struct token token;
    bool handled;
    if (!route) {
        answer_unknown(turn, request, reply);
        return true;
    }
    struct request cut = *request;
    if (request->kind == REQUEST_BUTTON)
        action_of(turn, request, &cut.text);
    if (!pass_door(turn, &cut, route, &token, reply, &handled))
        return handled ||
               (db_ok(turn->db, err) && err_set(err, ERR_INTERNAL, "%s: not written", route->name));
    if (request->kind == REQUEST_COMMAND)
        verb_of(turn->arena, request->text, &cut.text);
    if (request->kind == REQUEST_BUTTON || request->kind == REQUEST_VIEW)
        cut.token = &token;
    return route->handle(turn, &cut, reply, err);
}
