/* Job: one run of an onboarding: fetch from all systems at once, decide, store, move the item, tell
 * whoever asked. Of an account without an onboarding, or one whose onboarding is past deciding, it
 * only tells. What a system did not give is a fact like any other, so a failed fetch is no failed
 * job.
 *
 *   plan: Salesforce | NetSuite | CLM  ->  finish: contract numbers new? once more with them
 *                                              -> decide -> store -> move -> approve? -> tell
 */
#include "base/log.h"
#include "base/text.h"
#include "connectors/clm.h"
#include "db/people.h"
#include "handlers/card_values.h"
#include "handlers/checks/deal.h"
#include "handlers/condition.h"
#include "handlers/item.h"
#include "handlers/jobs/checking.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"
#include "handlers/jobs/verdict.h"
#include "handlers/recipient.h"
#include "handlers/remember.h"
#include "handlers/sentence.h"

#include <string.h>

#define CONDITION_KEY "condition:"

enum { MINUTE_MS = 60 * 1000, RECHECK_MACHINE_MS = 2000 };

/* ---- plan ---- */

static bool is_keyed(const struct job *job, const char *prefix)
{
    return job->key && strncmp(job->key, prefix, strlen(prefix)) == 0;
}

/* A re-check is for an item that still waits, a hint for an onboarding that is not decided: neither
 * asks again what a person has answered meanwhile. */
static bool is_idle(struct turn *turn, const struct job *job, const struct onboarding *onboarding,
                    const char *item_id)
{
    struct item item;
    if (is_keyed(job, CONDITION_KEY))
        return condition_is_void(turn, job->tenant, item_id, job->generation);
    if (is_keyed(job, "hint:"))
        return !onboarding_is_undecided(onboarding->state);
    return is_keyed(job, "recheck:") &&
           (!items_latest(turn->db, turn->arena, job->tenant, onboarding->number, &item) ||
            !item_is_open((enum item_state)item.state));
}

static bool read_what(struct turn *turn, const struct job *job, struct checking *state,
                      struct err *err)
{
    if (!payload_read(turn->arena, job, &state->payload, err))
        return false;
    const struct payload *payload = &state->payload;
    state->account_id = payload->account;
    state->contracts = payload->contracts;
    if (payload->onboarding) {
        state->known = onboardings_get(turn->db, turn->arena, job->tenant, payload->onboarding,
                                       &state->onboarding);
        if (!state->known)
            return db_ok(turn->db, err) && err_set(err, ERR_NOT_FOUND,
                                                   "onboarding %lld is not in "
                                                   "the store",
                                                   (long long)payload->onboarding);
        state->account_id = state->onboarding.account_id;
        state->contracts = state->onboarding.contract_ids;
        state->is_void = is_idle(turn, job, &state->onboarding, payload->item);
    }
    if (!state->contracts)
        state->contracts = "";
    return state->account_id || err_set(err, ERR_INVALID, "payload: no account");
}

bool run_checks_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct checking *state = arena_alloc(turn->arena, sizeof *state);
    plan->state = state;
    if (!read_what(turn, job, state, err))
        return false;
    if (state->is_void)
        return true;
    state->name = state->known ? state->onboarding.account_name : state->payload.name;
    const struct fetch_account account = {
        .id = state->account_id, .name = state->name, .contract_ids = state->contracts};
    fetch_begin(&state->fetch, &plan->env, &account);
    state->facts = state->fetch.facts;
    for (size_t i = 0; i < state->fetch.call_count; i++)
        plan_add(plan, state->fetch.calls[i]);
    return true;
}

/* ---- the facts ---- */

static bool holds(const char *list, const char *id)
{
    size_t len = strlen(id);
    for (const char *at = list; (at = strstr(at, id)) != NULL; at += len)
        if ((at == list || at[-1] == ',') && (at[len] == ',' || at[len] == '\0'))
            return true;
    return false;
}

static bool differs(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") != 0;
}

/* The contract numbers of the won opportunities, each once, in the facts' order. */
static const char *contracts_of(struct turn *turn, const struct facts *facts)
{
    const char *list = "";
    for (size_t i = 0; i < facts->opportunity_count; i++) {
        const char *id = facts->opportunities[i].contract_id;
        if (id && id[0] && !holds(list, id))
            list = arena_fmt(turn->arena, "%s%s%s", list, list[0] ? "," : "", id);
    }
    return list;
}

/* CLM is asked by what only Salesforce knows: contract numbers, and by some the account's name.
 * Where they are not those it was asked with, they are kept and everything is fetched once more
 * before anything is decided. */
static bool must_fetch_again(struct turn *turn, const struct job *job, struct checking *state,
                             bool *ok)
{
    const char *learned = contracts_of(turn, state->facts);
    const char *name = state->facts->account.name ? state->facts->account.name : state->name;
    bool renamed = clm_asks_by_name(turn->config) && differs(name, state->name);
    *ok = true;
    if (!state->facts->sources[SOURCE_SALESFORCE].ok || !state->fetch.of_source[SOURCE_CLM] ||
        (strcmp(learned, state->contracts) == 0 && !renamed))
        return false;
    if (state->known) {
        state->onboarding.contract_ids = learned;
        state->onboarding.account_name = name;
        *ok = onboardings_update(turn->db, &state->onboarding, turn->world->now);
    }
    if (state->payload.again)
        return false;
    struct payload next = state->payload;
    next.again = true;
    next.contracts = state->known ? NULL : learned;
    next.name = name;
    *ok = *ok && jobs_set_payload(turn->db, job->id, payload_write(turn->arena, &next));
    return true;
}

/* ---- what the onboarding learns from the facts ---- */

/* The owner in Slack, by e-mail; one whom the store does not know is looked up, and until then the
 * separation of duties goes by the address (roles.c). */
static bool learn_owner(struct turn *turn, const struct facts *facts, struct onboarding *onboarding)
{
    struct person person;
    const char *email = facts->owner.found ? facts->owner.email : NULL;
    bool known =
        email && people_by_email(turn->db, turn->arena, onboarding->tenant, email, &person);
    onboarding->owner_user_id = known ? person.user_id : NULL;
    return known || !email ||
           later_learn_owner(turn, onboarding->tenant, onboarding->number, email);
}

static bool learn(struct turn *turn, const struct facts *facts, struct onboarding *onboarding)
{
    if (!facts->sources[SOURCE_SALESFORCE].ok || !facts->account.found)
        return true;
    const struct onboarding before = *onboarding;
    if (facts->account.name)
        onboarding->account_name = facts->account.name;
    const struct opportunity *driver = deal_driver(facts, onboarding->opportunity_id);
    if (!onboarding->opportunity_id && driver)
        onboarding->opportunity_id = driver->id;
    if (!learn_owner(turn, facts, onboarding) ||
        (facts->owner.managers_known &&
         !recipient_learn(turn, onboarding->tenant, onboarding->number, &facts->owner)))
        return false;
    bool changed = differs(before.account_name, onboarding->account_name) ||
                   differs(before.opportunity_id, onboarding->opportunity_id) ||
                   differs(before.owner_user_id, onboarding->owner_user_id);
    return !changed || onboardings_update(turn->db, onboarding, turn->world->now);
}

/* ---- telling ---- */

static struct wall next_try(const struct turn *turn)
{
    struct wall people = wall_after(turn->world, turn->config->rules.recheck_min * MINUTE_MS);
    struct wall machine = wall_after_machine(turn->world, RECHECK_MACHINE_MS);
    return people.ms > machine.ms ? people : machine;
}

/* " Nothing changed since r3, read Mon 10:02.", " Since r3: …."; "" of a first run. */
static const char *change_words(struct turn *turn, const struct verdict *verdict)
{
    struct decision before;
    struct err ignored = {0};
    const struct run *run = &verdict->before;
    if (run->revision == 0)
        return "";
    if (!verdict->is_new)
        return arena_fmt(turn->arena, " Nothing changed since r%lld, read %s.",
                         (long long)run->revision, card_date(turn, run->checked_at));
    const char *change = decision_read(run->findings, turn->arena, &before, &ignored)
                             ? sentence_change(turn, &before, verdict->decision)
                             : NULL;
    return arena_fmt(turn->arena, " Since r%lld: %s.", (long long)run->revision,
                     change ? change : "nothing that matters changed");
}

/* "*ACME Corp* (ONB-1042 r4): BLOCK: …. Since r3: …." */
static const char *outcome_words(struct turn *turn, const struct checking *state,
                                 const struct verdict *verdict)
{
    const struct decision *decision = verdict->decision;
    int64_t revision = verdict->run.revision;
    char onb[ONB_TEXT_SIZE] = "";
    const struct facts *facts = state->facts;
    const char *name = facts->account.name ? facts->account.name
                       : state->known      ? state->onboarding.account_name
                                           : state->payload.name;
    const char *shown = card_outside(turn->arena, name, CARD_NAME_MAX);
    if (!shown[0])
        shown = card_outside(turn->arena, state->account_id, CARD_NAME_MAX);
    const char *number = "";
    if (state->known)
        number = arena_fmt(turn->arena, " (%s%s)", onb_format(state->onboarding.number, onb),
                           revision ? arena_fmt(turn->arena, " r%lld", (long long)revision) : "");
    const char *headline = sentence_headline(turn, decision);
    size_t more = decision->findings.count > 1 ? decision->findings.count - 1 : 0;
    const char *others =
        more ? arena_fmt(turn->arena, " · %zu more finding%s", more, more == 1 ? "" : "s") : "";
    const char *next =
        revision && verdict_lacks_data(decision)
            ? arena_fmt(turn->arena, " Next try %s.", card_date(turn, next_try(turn)))
            : "";
    const char *why = state->known ? arena_fmt(turn->arena, " `%s why %s` tells more.",
                                               turn->config->slack.command, onb)
                                   : arena_fmt(turn->arena,
                                               " Nothing was stored; `%s start %s` "
                                               "puts it on its way.",
                                               turn->config->slack.command, state->account_id);
    return arena_fmt(turn->arena, "*%s*%s: %s%s%s%s.%s%s%s", shown, number,
                     level_verdict(decision->level), headline[0] ? ": " : "", headline, others,
                     change_words(turn, verdict), next, why);
}

static bool tell(struct turn *turn, const struct job *job, const struct checking *state,
                 const char *text)
{
    const struct payload *payload = &state->payload;
    return !payload->user || payload->approve ||
           later_tell(turn, job->tenant, payload->channel, payload->user, text, NULL);
}

/* ---- a held approval ---- */

/* The revision that the approval is for now: the new one where nothing that matters changed. */
static bool approved_revision(struct turn *turn, const struct checking *state,
                              const struct verdict *verdict, int64_t *out)
{
    struct run seen;
    struct decision before;
    struct err err = {0};
    *out = state->payload.revision;
    if (!verdict->run.id || verdict->run.revision == *out ||
        !runs_get(turn->db, turn->arena, verdict->run.tenant, verdict->run.onboarding, *out, &seen))
        return db_ok(turn->db, &err);
    if (decision_read(seen.findings, turn->arena, &before, &err) &&
        strcmp(seen.facts_digest, verdict->run.facts_digest) == 0 &&
        !sentence_change(turn, &before, verdict->decision))
        *out = verdict->run.revision;
    return true;
}

static bool apply_approval(struct turn *turn, const struct job *job, const struct checking *state,
                           const struct verdict *verdict, struct err *err)
{
    const struct payload *payload = &state->payload;
    const struct actor actor = {
        .tenant = job->tenant, .user_id = payload->user, .via = payload->via};
    int64_t revision;
    if (!approved_revision(turn, state, verdict, &revision))
        return false;
    const struct item_given given = {.reason = payload->reason,
                                     .acknowledged = payload->acknowledged,
                                     .pay_by = payload->pay_by};
    struct moved moved = item_approve(turn, &actor, payload->onboarding, revision, &given, err);
    if (moved.how == MOVE_FAILED)
        return false;
    /* Done stands on the card; everything else is said to the person. */
    return moved.how == MOVE_DONE ||
           later_tell(turn, job->tenant, NULL, payload->user, moved.why, NULL);
}

/* ---- finish ---- */

/* Past deciding, only told: approved and on its way, there already, or cancelled; or rejected and
 * started anew under another number. */
static bool may_move(struct turn *turn, const struct checking *state)
{
    struct onboarding live;
    struct item item;
    if (!state->known)
        return false;
    switch (state->onboarding.state) {
    case ONBOARDING_CHECKING:
    case ONBOARDING_WAITING:
        return true;
    case ONBOARDING_REJECTED:
        return !onboardings_by_account(turn->db, turn->arena, state->onboarding.tenant,
                                       state->onboarding.account_id, &live) ||
               live.number == state->onboarding.number;
    default: /* a broken condition asks what now, though it is provisioned */
        return items_latest(turn->db, turn->arena, state->onboarding.tenant,
                            state->onboarding.number, &item) &&
               item.cause == ITEM_ABOUT_CONDITION && item_is_open((enum item_state)item.state);
    }
}

static bool recheck_if_needed(struct turn *turn, const struct checking *state,
                              const struct decision *decision)
{
    if (!verdict_lacks_data(decision))
        return true;
    bool ok = true;
    for (enum source source = SOURCE_SALESFORCE; source < SOURCE_COUNT; source++)
        if (!state->facts->sources[source].ok && !state->facts->sources[source].absent)
            ok = ok && later_outage(turn, state->onboarding.tenant, source);
    return ok && later_run_checks(turn, state->onboarding.tenant, state->onboarding.number,
                                  next_try(turn), NULL, NULL);
}

static bool conclude(struct turn *turn, const struct job *job, struct checking *state,
                     const struct decision *decision, struct err *err)
{
    struct verdict verdict = {.facts = state->facts, .decision = decision};
    if (is_keyed(job, CONDITION_KEY))
        return condition_settle(turn, &state->onboarding, state->payload.item, &verdict,
                                next_try(turn), err);
    if (!may_move(turn, state))
        return (!state->payload.approve || apply_approval(turn, job, state, &verdict, err)) &&
               tell(turn, job, state, outcome_words(turn, state, &verdict));
    return learn(turn, state->facts, &state->onboarding) &&
           verdict_store(turn, &state->onboarding, &verdict, err) &&
           verdict_apply(turn, &state->onboarding, &verdict, err) &&
           recheck_if_needed(turn, state, decision) &&
           (!state->payload.approve || apply_approval(turn, job, state, &verdict, err)) &&
           tell(turn, job, state, outcome_words(turn, state, &verdict));
}

struct job_outcome run_checks_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    struct checking *state = plan->state;
    struct err err = {0};
    bool ok;
    if (state->is_void)
        return job_is_done();
    /* The onboarding may have moved while the systems were asked. */
    if (state->known && !onboardings_get(turn->db, turn->arena, job->tenant,
                                         state->payload.onboarding, &state->onboarding))
        return posting_end(turn, false);
    fetch_settle(&state->fetch, turn->config, turn->world->now);
    if (must_fetch_again(turn, job, state, &ok))
        return ok ? job_waits(1) : posting_end(turn, false);
    struct decision decision;
    struct check_input input = {.facts = state->facts,
                                .config = turn->config,
                                .today =
                                    calendar_today(turn->config->calendar.zone, turn->world->now)};
    input.remembered.opportunity_id = state->payload.opportunity;
    if (state->known && !remember(turn->db, turn->arena, turn->config, &state->onboarding,
                                  state->facts, &input.remembered, &err))
        ok = false;
    if (ok)
        decide_knowing(&input, turn->arena, &decision);
    if (ok && conclude(turn, job, state, &decision, &err))
        return posting_end(turn, true);
    return err.code == ERR_NONE ? posting_end(turn, false) : job_retries("%.200s", err.msg);
}

void run_checks_died(struct turn *turn, const struct job *job, const char *reason)
{
    struct payload payload;
    struct err err = {0};
    log_error(job->id, "run_checks is dead: %s", reason);
    if (!payload_read(turn->arena, job, &payload, &err))
        return;
    const char *text = posting_failed_words(turn, job, "The checks could not be made", reason);
    bool ok = true;
    if (payload.user)
        ok = later_tell(turn, job->tenant, payload.channel, payload.user, text, NULL);
    else if (payload.onboarding)
        ok = later_note_onboarding(turn, job->tenant, payload.onboarding,
                                   arena_fmt(turn->arena, "run-failed:%s", job->id), text);
    if (!ok)
        log_error(job->id, "nobody was told: the store refused");
}
