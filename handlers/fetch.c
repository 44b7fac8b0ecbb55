/* Which systems are asked for an account, and how each of them ended. */
#include "handlers/fetch.h"

#include "base/calendar.h"
#include "connectors/clm.h"
#include "connectors/netsuite.h"
#include "connectors/salesforce.h"
#include "handlers/fetch_rates.h"

/* Rates for want of NetSuite's hold nobody up for long. */
enum { SECOND_MS = 1000, RATES_DEADLINE_S = 10 };

static void add(struct fetch *fetch, enum source source, struct call *call)
{
    fetch->of_source[source] = call;
    fetch->calls[fetch->call_count++] = call;
}

/* A system's own deadline lies within the whole fetch's. */
static struct call_env env_until(const struct call_env *env, int64_t deadline_s)
{
    struct call_env own = *env;
    int64_t at = env->world->mono.ms + deadline_s * SECOND_MS;
    if (at < own.deadline.ms)
        own.deadline.ms = at;
    return own;
}

void fetch_begin(struct fetch *fetch, const struct call_env *env,
                 const struct fetch_account *account)
{
    const struct config *config = env->config;
    struct facts *facts = arena_alloc(env->arena, sizeof *facts);
    facts->base_currency = config->rules.base_currency;
    facts->base_precision = money_precision(facts->base_currency);
    *fetch = (struct fetch){.arena = env->arena, .facts = facts, .today = account->today};
    if (fetch->today.day == 0)
        fetch->today = calendar_today(config->calendar.zone, env->world->now);

    struct call_env whole = *env;
    whole.deadline.ms = env->world->mono.ms + config->fetch.deadline_s * SECOND_MS;
    const struct call_env salesforce = env_until(&whole, config->salesforce.deadline_s),
                          netsuite = env_until(&whole, config->netsuite.deadline_s),
                          clm = env_until(&whole, config->clm.deadline_s),
                          rates = env_until(&whole, RATES_DEADLINE_S);
    if (config->salesforce.enabled)
        add(fetch, SOURCE_SALESFORCE, salesforce_fetch(&salesforce, account->id, facts));
    if (config->netsuite.enabled)
        add(fetch, SOURCE_NETSUITE, netsuite_fetch(&netsuite, account->id, fetch->today, facts));
    if (config->clm.enabled && clm_is_a_system(config))
        add(fetch, SOURCE_CLM,
            clm_fetch(&clm,
                      &(struct clm_asked){.account_id = account->id,
                                          .account_name = account->name,
                                          .contract_ids = account->contract_ids},
                      facts));
    if (config->rates.enabled)
        fetch->calls[fetch->call_count++] = rates_fetch(&rates, fetch->today, &fetch->published);
}

/* Where contracts are Salesforce's own, they are as well known as Salesforce is. */
static void settle_contracts(const struct fetch *fetch, const struct config *config)
{
    struct source_state *sources = fetch->facts->sources;
    if (!config->clm.enabled || clm_is_a_system(config))
        return;
    sources[SOURCE_CLM] = sources[SOURCE_SALESFORCE];
    if (sources[SOURCE_CLM].ok)
        clm_from_salesforce(config, fetch->arena, fetch->facts);
}

void fetch_settle(struct fetch *fetch, const struct config *config, struct wall now)
{
    for (enum source source = SOURCE_SALESFORCE; source < SOURCE_COUNT; source++) {
        struct source_state *at = &fetch->facts->sources[source];
        const struct call *call = fetch->of_source[source];
        at->absent = !call;
        at->ok = call && call->failure.class == FAILURE_NONE;
        if (call && !at->ok && at->failure.class == FAILURE_NONE)
            at->failure = call->failure;
        if (at->ok && at->fetched_at.ms == 0)
            at->fetched_at = now;
    }
    settle_contracts(fetch, config);
    rates_choose(&(struct rates_choice){.facts = fetch->facts,
                                        .published = &fetch->published,
                                        .today = fetch->today,
                                        .window_days = config->rules.fx_window_days,
                                        .arena = fetch->arena});
    facts_normalise(fetch->facts);
}
