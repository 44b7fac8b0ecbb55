/* Job: the account that a person named, looked up in Salesforce; then it is started, or checked, or
 * the person is asked which one they mean. */
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "connectors/salesforce.h"
#include "db/audit.h"
#include "handlers/card_values.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/payload.h"
#include "handlers/jobs/posting.h"

#include <string.h>

enum { NAME_MAX_UNITS = 80, BUTTON_NAME_MAX = 60, MATCHES_MAX = 10 };

struct finding_account {
    struct payload payload;
    struct actor actor;
    struct account_search *search; /* NULL: Salesforce is not configured */
};

bool find_account_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct finding_account *state = arena_alloc(turn->arena, sizeof *state);
    plan->state = state;
    if (!payload_read(turn->arena, job, &state->payload, err))
        return false;
    if (!state->payload.user || !state->payload.text)
        return err_set(err, ERR_INVALID, "payload: no person, or no account");
    state->actor = (struct actor){
        .tenant = job->tenant, .user_id = state->payload.user, .via = state->payload.via};
    if (!turn->config->salesforce.enabled)
        return true;
    state->search = salesforce_find(&plan->env, state->payload.text);
    plan_add(plan, &state->search->call);
    return true;
}

static const char *shown(struct turn *turn, const char *text)
{
    return card_outside(turn->arena, text ? text : "?", NAME_MAX_UNITS);
}

static bool tell(struct turn *turn, const struct finding_account *state, const char *text,
                 const char *blocks)
{
    return later_tell(turn, state->actor.tenant, state->payload.channel, state->actor.user_id, text,
                      blocks);
}

/* ---- one account ---- */

static bool audit_start(struct turn *turn, const struct actor *actor,
                        const struct onboarding *onboarding)
{
    char onb[ONB_TEXT_SIZE];
    const struct audit_entry entry = {
        .tenant = actor->tenant,
        .at = turn->world->now,
        .actor = actor->user_id,
        .via = actor->via,
        .action = "onboarding.started",
        .object = onb_format(onboarding->number, onb),
        .to = onboarding_state_name(onboarding->state),
    };
    return audit_append(turn->db, &entry);
}

static bool start(struct turn *turn, const struct finding_account *state,
                  const struct account_match *match)
{
    struct onboarding onboarding = {
        .tenant = state->actor.tenant,
        .account_id = match->id,
        .account_name = match->name,
        .contract_ids = match->contract_ids,
        .opportunity_id = state->payload.opportunity,
        .playbook = state->payload.playbook,
        .started_by = state->actor.user_id,
        .state = ONBOARDING_CHECKING,
    };
    char onb[ONB_TEXT_SIZE];
    int64_t existing = 0;
    if (onboardings_add(turn->db, &onboarding, turn->world->now, &existing))
        return audit_start(turn, &state->actor, &onboarding) &&
               later_run_checks(turn, state->actor.tenant, onboarding.number, turn->world->now,
                                state->actor.user_id, state->payload.channel);
    if (!existing)
        return false;
    onb_format(existing, onb);
    return tell(turn, state,
                arena_fmt(turn->arena, "%s is on its way already: %s. `%s status %s` shows more.",
                          shown(turn, match->name), onb, turn->config->slack.command, onb),
                NULL);
}

static bool check(struct turn *turn, const struct finding_account *state,
                  const struct account_match *match)
{
    struct onboarding known;
    struct err err;
    if (onboardings_by_account(turn->db, turn->arena, state->actor.tenant, match->id, &known))
        return later_run_checks(turn, state->actor.tenant, known.number, turn->world->now,
                                state->actor.user_id, state->payload.channel);
    return db_ok(turn->db, &err) &&
           later_check_account(turn, &state->actor, state->payload.channel,
                               &(struct account_asked){
                                   .id = match->id,
                                   .name = match->name,
                                   .contract_ids = match->contract_ids,
                                   .opportunity = state->payload.opportunity,
                               });
}

/* ---- several ---- */

static void write_text(struct json_writer *w, const char *type, const char *text)
{
    json_open(w, '{');
    json_pair_str(w, "type", type);
    if (strcmp(type, "mrkdwn") == 0)
        json_pair_bool(w, "verbatim", true);
    json_pair_str(w, "text", text);
    json_close(w, '}');
}

/* One button an account; its value is a token like any other button's. */
static void write_button(struct turn *turn, struct json_writer *w, const char *tenant,
                         const struct account_match *match, size_t place)
{
    const char *name = match->name ? match->name : match->id;
    json_open(w, '{');
    json_pair_str(w, "type", "button");
    json_pair_str(w, "action_id", arena_fmt(turn->arena, "start:%zu", place));
    json_key(w, "text");
    write_text(w, "plain_text",
               arena_fmt(turn->arena, "Start %s", card_line(turn->arena, name, BUTTON_NAME_MAX)));
    json_pair_str(w, "value", card_object_token(turn, tenant, "account", match->id, 0, "start"));
    json_close(w, '}');
}

static const char *choice_blocks(struct turn *turn, const struct finding_account *state,
                                 const char *text)
{
    struct buf buf = {0};
    struct json_writer w;
    json_writer_init(&w, &buf);
    json_open(&w, '[');
    json_open(&w, '{');
    json_pair_str(&w, "type", "section");
    json_key(&w, "text");
    write_text(&w, "mrkdwn", text);
    json_close(&w, '}');
    json_open(&w, '{');
    json_pair_str(&w, "type", "actions");
    json_key(&w, "elements");
    json_open(&w, '[');
    for (size_t i = 0; i < state->search->count && i < MATCHES_MAX; i++)
        write_button(turn, &w, state->actor.tenant, &state->search->matches[i], i + 1);
    json_close(&w, ']');
    json_close(&w, '}');
    json_close(&w, ']');
    const char *blocks = arena_str(turn->arena, buf_cstr(&buf));
    buf_release(&buf);
    return blocks;
}

static bool ask_which(struct turn *turn, const struct finding_account *state)
{
    const struct account_search *search = state->search;
    const char *lines = "";
    for (size_t i = 0; i < search->count && i < MATCHES_MAX; i++)
        lines = arena_fmt(turn->arena, "%s\n• %s: `%s %s %s`", lines,
                          shown(turn, search->matches[i].name), turn->config->slack.command,
                          state->payload.start ? "start" : "check", search->matches[i].id);
    const char *text = arena_fmt(turn->arena, "%zu accounts match “%s”. Which one?%s",
                                 search->count, shown(turn, state->payload.text), lines);
    return tell(turn, state, text, state->payload.start ? choice_blocks(turn, state, text) : NULL);
}

/* ---- the end ---- */

static bool act(struct turn *turn, const struct finding_account *state)
{
    const struct account_search *search = state->search;
    const char *asked = state->payload.text;
    if (search->count == 0)
        return tell(turn, state,
                    arena_fmt(turn->arena,
                              "I found no account “%s” in Salesforce, by name or id. Check the "
                              "spelling, or give its Salesforce id.",
                              shown(turn, asked)),
                    NULL);
    const struct account_match *first = &search->matches[0];
    bool exact = first->name && text_equal_fold(first->name, asked);
    bool exact_twice = search->count > 1 && search->matches[1].name &&
                       text_equal_fold(search->matches[1].name, asked);
    if (search->count > 1 && (!exact || exact_twice))
        return ask_which(turn, state);
    return state->payload.start ? start(turn, state, first) : check(turn, state, first);
}

struct job_outcome find_account_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    (void)job;
    const struct finding_account *state = plan->state;
    if (!state->search)
        return job_is_dead("Salesforce is not configured");
    const struct failure *failure = &state->search->call.failure;
    if (failure->class == FAILURE_AUTH) /* no wait helps, and somebody waits for an answer */
        return job_is_dead("Salesforce does not let me in: %.160s", failure->message);
    if (failure->class != FAILURE_NONE)
        return job_by_failure(failure);
    return posting_end(turn, act(turn, state));
}

void find_account_died(struct turn *turn, const struct job *job, const char *reason)
{
    struct payload payload;
    struct err err = {0};
    log_warn(job->id, "find_account is dead: %s", reason);
    if (!payload_read(turn->arena, job, &payload, &err) || !payload.user)
        return;
    const char *text =
        arena_fmt(turn->arena,
                  "I could not look “%s” up in Salesforce, and nothing was started: %s. Try again "
                  "later, or ask whoever runs Usher (reference %s).",
                  shown(turn, payload.text), card_outside(turn->arena, reason, 200), job->id);
    if (!later_tell(turn, job->tenant, payload.channel, payload.user, text, NULL))
        log_error(job->id, "%s was not told: the store refused", payload.user);
}
