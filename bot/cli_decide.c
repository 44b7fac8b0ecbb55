/* usher decide: fetches an account's facts, decides, prints, and changes nothing. With --rules, by
 * other thresholds; with --workspace, as that workspace would. */
#include "bot/cli.h"
#include "bot/cli_calls.h"
#include "connectors/salesforce.h"
#include "db/onboardings.h"
#include "db/tenants.h"
#include "handlers/decide.h"
#include "handlers/fetch.h"
#include "handlers/remember.h"

#include <stdio.h>
#include <string.h>

static bool is_named(const struct account_match *match, const char *name)
{
    return match->name && strcmp(match->name, name) == 0;
}

/* The one account that was meant, or an error that lists the candidates. */
static const struct account_match *choose(struct cli *cli, const struct account_search *search,
                                          const char *text, struct err *err)
{
    if (search->count == 0) {
        err_set(err, ERR_NOT_FOUND, "no account \"%.60s\" in Salesforce", text);
        return NULL;
    }
    if (search->count == 1 ||
        (is_named(&search->matches[0], text) && !is_named(&search->matches[1], text)))
        return &search->matches[0];
    struct buf names = {0};
    for (size_t i = 0; i < search->count; i++)
        buf_fmt(&names, "%s%s (%s)", i ? ", " : "",
                search->matches[i].name ? search->matches[i].name : "?", search->matches[i].id);
    err_set(err, ERR_USAGE, "%zu accounts match \"%.40s\": %s", search->count, text,
            arena_str(&cli->arena, buf_cstr(&names)));
    buf_release(&names);
    return NULL;
}

static struct facts *fetch(struct cli_calls *calls, const struct account_match *account,
                           struct civil today)
{
    struct call_env env = cli_calls_env(calls);
    const struct fetch_account asked = {.id = account->id,
                                        .name = account->name,
                                        .contract_ids = account->contract_ids,
                                        .today = today};
    struct fetch fetch;
    fetch_begin(&fetch, &env, &asked);
    for (size_t i = 0; i < fetch.call_count; i++)
        cli_calls_add(calls, fetch.calls[i]);
    cli_calls_run(calls);
    fetch_settle(&fetch, env.config, env.world->now);
    return fetch.facts;
}

static void print_words(const struct decision *decision, const struct facts *facts)
{
    char today[CIVIL_TEXT_SIZE];
    cli_line(stdout, "%s: %s (%s), rules %s, today %s",
             facts->account.name ? facts->account.name : "?", level_verdict(decision->level),
             level_name(decision->level), decision->rules_version,
             civil_format(decision->today, today));
    for (size_t i = 0; i < decision->findings.count; i++) {
        const struct finding *finding = &decision->findings.items[i];
        cli_line(stdout, "  %-22s %s: %s", level_name(finding->level), finding->code,
                 finding->text);
        if (finding->fix)
            cli_line(stdout, "  %-22s   to lift it: %s", "", finding->fix);
    }
    for (size_t i = 0; i < decision->findings.skipped_count; i++)
        cli_line(stdout, "  %-22s %s: needs %s", "SKIPPED", decision->findings.skipped[i].code,
                 decision->findings.skipped[i].needs);
    if (decision->fix)
        cli_line(stdout, "  Would be PROCEED if: %s", decision->fix);
}

/* Whose onboardings count: those of --workspace, else of all that are served by the main file. */
static bool is_meant(const struct cli *cli, const struct tenant *tenant)
{
    return cli->workspace ? strcmp(cli->workspace, tenant->id) == 0
                          : !config_of_workspace(&cli->config, tenant->id);
}

/* What the store knows of the account. There need not be one; where it cannot be read, that is said
 * and the account decided as one that Usher knows nothing of. */
static void recall(struct cli *cli, const struct facts *facts, struct remembered *out)
{
    struct err why = {0};
    struct tenant *tenants;
    struct onboarding onboarding;
    *out = (struct remembered){.previous_owner_on = CIVIL_NONE};
    struct db *db = cli_open_store(cli, DB_OPEN_READ_ONLY, &why);
    size_t count = db && facts->account.id ? tenants_list(db, &cli->arena, &tenants) : 0;
    for (size_t i = 0; i < count; i++)
        if (is_meant(cli, &tenants[i]) &&
            onboardings_by_account(db, &cli->arena, tenants[i].id, facts->account.id,
                                   &onboarding) &&
            !remember(db, &cli->arena, cli_config_of(cli, cli->workspace), &onboarding, facts, out,
                      &why))
            *out = (struct remembered){.previous_owner_on = CIVIL_NONE};
    if (why.code != ERR_NONE && why.code != ERR_NOT_FOUND)
        cli_line(stderr, "usher decide: the store is left out: %s", why.msg);
    db_close(db);
}

static int report(struct cli *cli, struct facts *facts, const char *asked, struct civil today)
{
    struct decision decision;
    struct check_input input = {
        .facts = facts, .config = cli_config_of(cli, cli->workspace), .today = today};
    recall(cli, facts, &input.remembered);
    decide_knowing(&input, &cli->arena, &decision);
    if (cli->json) {
        struct buf out = {0};
        decision_write_report(&decision, facts, asked, &out);
        puts(buf_cstr(&out));
        buf_release(&out);
    } else {
        print_words(&decision, facts);
    }
    for (int i = 0; i < SOURCE_COUNT; i++)
        if (!facts->sources[i].ok && !facts->sources[i].absent)
            return err_exit_status(ERR_UNAVAILABLE);
    return 0;
}

static int decide_account(struct cli *cli, struct cli_calls *calls, const char *asked,
                          struct civil today, struct err *err)
{
    struct call_env env = cli_calls_env(calls);
    struct account_search *search = salesforce_find(&env, asked);
    cli_calls_add(calls, &search->call);
    cli_calls_run(calls);
    if (search->call.failure.class != FAILURE_NONE) {
        err_set(err, ERR_UNAVAILABLE, "Salesforce: %s", search->call.failure.message);
        return cli_fail(err);
    }
    const struct account_match *account = choose(cli, search, asked, err);
    if (!account)
        return cli_fail(err);
    return report(cli, fetch(calls, account, today), asked, today);
}

int cli_decide(struct cli *cli, struct err *err)
{
    const char *asked;
    struct civil today = CIVIL_NONE;
    if (!cli_word(cli, 0, "ACCOUNT (a name or a Salesforce id)", &asked, err) ||
        !civil_parse(cli->today, &today, err) || !cli_load_rules(cli, err) ||
        !cli_know_workspace(cli, err))
        return cli_fail(err);
    const struct config *config = cli_config_of(cli, cli->workspace);
    if (!config->salesforce.enabled) {
        err_set(
            err, ERR_CONFIG,
            "the configuration has no section \"salesforce\": there is nothing to read deals from");
        return cli_fail(err);
    }
    struct cli_calls *calls = cli_calls_new(cli, config, err);
    if (!calls)
        return cli_fail(err);
    cli_calls_take_tokens(calls);
    if (!civil_is_known(today))
        today = calendar_today(config->calendar.zone, cli_calls_world(calls)->now);
    int status = decide_account(cli, calls, asked, today, err);
    cli_calls_free(calls);
    return status;
}
