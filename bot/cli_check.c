/* usher check: is the configuration right, and does every system let us in? One
 * line each, with what to do about it. */
#include "bot/cli_check.h"
#include "base/embedded.h"
#include "bot/cli_people.h"
#include "connectors/clm.h"
#include "connectors/mail.h"
#include "connectors/netsuite.h"
#include "connectors/platform.h"
#include "connectors/rates.h"
#include "connectors/salesforce.h"
#include "connectors/slack.h"
#include "handlers/desk.h"
#include "handlers/playbook.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void check_line(struct checkup *checkup, bool good, const char *what, const char *words)
{
    cli_line(stdout, "%s  %-22s %s", good ? "ok  " : "FAIL", what, words);
    checkup->bad += !good;
}

void check_warn(const char *what, const char *words)
{
    cli_line(stdout, "warn  %-22s %s", what, words);
}

/* What a person can do about a class of failure. */
static const char *const advice[FAILURE_CLASS_COUNT] = {
    [FAILURE_AUTH] = "check the credentials",
    [FAILURE_PERMISSION] = "grant the missing permission",
    [FAILURE_NOT_FOUND] = "check the address and the account",
    [FAILURE_RATE_LIMITED] = "wait and try again",
    [FAILURE_QUOTA] = "the daily limit is used up: wait or raise it",
    [FAILURE_TRANSIENT] = "check the address, the network and the proxy",
    [FAILURE_AMBIGUOUS] = "check the address, the network and the proxy",
};

void check_line_of_call(struct checkup *checkup, const char *what, const struct call *call,
                        const char *good_words)
{
    const struct failure *failure = &call->failure;
    if (failure->class == FAILURE_NONE) {
        check_line(checkup, true, what, good_words);
        return;
    }
    const char *todo = advice[failure->class];
    check_line(checkup, false, what,
               arena_fmt(&checkup->cli->arena, "%s (%s%s%s)%s%s", failure->message,
                         failure_class_name(failure->class), failure->code[0] ? ", " : "",
                         failure->code, todo ? ": " : "", todo ? todo : ""));
}

static bool list_has(const char *list, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = list; at && *at;) {
        at += strspn(at, ", ");
        size_t word = strcspn(at, ", ");
        if (word == len && strncmp(at, name, len) == 0)
            return true;
        at += word;
    }
    return false;
}

static void check_scopes(struct checkup *checkup, const char *scopes)
{
    struct buf missing = {0};
    for (const struct slack_scope *scope = slack_scopes; scope->name; scope++)
        if (!list_has(scopes, scope->name))
            buf_fmt(&missing, "%s%s", missing.len ? ", " : "", scope->name);
    if (!scopes)
        check_line(checkup, true, "Slack scopes", "Slack did not say which the token has");
    else if (missing.len)
        check_line(
            checkup, false, "Slack scopes",
            arena_fmt(&checkup->cli->arena,
                      "missing: %s: add them under OAuth & Permissions (or paste `usher manifest` "
                      "again) and reinstall the app",
                      buf_cstr(&missing)));
    else
        check_line(checkup, true, "Slack scopes", "all there");
    buf_release(&missing);
}

/* How what happens in Slack would reach us. connection NULL: nothing to ask with. */
static void line_of_mode(struct checkup *checkup, const struct slack_connection *connection)
{
    const struct config *config = &checkup->cli->config;
    if (config->slack.mode == SLACK_MODE_HTTP)
        check_line(
            checkup, config->slack.signing_secret && config->http.port >= 0, "Slack requests",
            !config->slack.signing_secret
                ? "slack.signing_secret is not set: SLACK_SIGNING_SECRET, or {\"file\": …}"
            : config->http.port < 0
                ? "http.port is -1: there is no server that could take them"
                : "taken by HTTP: `usher manifest --http URL` names the addresses for the app");
    else if (connection)
        check_line_of_call(checkup, "Slack app token", &connection->call, "Socket Mode lets us in");
    else
        check_line(checkup, false, "Slack app token",
                   "not set: SLACK_APP_TOKEN or slack.app_token (xapp-…)");
}

/* Whoever holds a role or stands in the roster must be there. */
static void check_people(struct checkup *checkup, const char *team_id)
{
    struct cli_people people;
    cli_people_ask(checkup->cli, checkup->calls, team_id, &people);
    for (size_t i = 0; i < people.problem_count; i++)
        check_line(checkup, false, "Slack people", people.problems[i]);
    if (!people.problem_count)
        check_line(checkup, true, "Slack people",
                   arena_fmt(&checkup->cli->arena,
                             "whom roles and roster name is there: %zu people, %zu user groups",
                             people.people, people.groups));
}

static void line_of_channel(struct checkup *checkup, const struct slack_channel *channel)
{
    const char *name =
        arena_fmt(&checkup->cli->arena, "#%s",
                  channel->name ? channel->name : checkup->cli->config.slack.channel);
    if (channel->call.failure.class == FAILURE_NONE && channel->shared)
        check_line(checkup, false, "Slack channel",
                   arena_fmt(&checkup->cli->arena,
                             "%s is shared with another organisation (Slack Connect): no card is "
                             "posted there; name a channel that is yours alone",
                             name));
    else
        check_line_of_call(checkup, "Slack channel", &channel->call,
                           arena_fmt(&checkup->cli->arena, "%s, read by us alone", name));
}

static void check_slack(struct checkup *checkup)
{
    const struct config *config = &checkup->cli->config;
    struct call_env env = cli_calls_env(checkup->calls);
    struct slack_identity *identity = NULL;
    struct slack_connection *connection = NULL;
    struct slack_channel *channel = NULL;
    if (config->slack.bot_token)
        cli_calls_add(checkup->calls, &(identity = slack_auth_test(&env))->call);
    if (config->slack.bot_token && config->slack.channel)
        cli_calls_add(checkup->calls,
                      &(channel = slack_conversations_info(&env, config->slack.channel))->call);
    if (config->slack.app_token && config->slack.mode == SLACK_MODE_SOCKET)
        cli_calls_add(checkup->calls, &(connection = slack_connections_open(&env))->call);
    cli_calls_run(checkup->calls);
    if (!identity && config->slack.client_id)
        check_line(checkup, true, "Slack bot token",
                   "not set: workspaces install Usher themselves");
    else if (!identity)
        check_line(checkup, false, "Slack bot token",
                   "not set: SLACK_BOT_TOKEN or slack.bot_token (xoxb-…)");
    else
        check_line_of_call(checkup, "Slack bot token", &identity->call,
                           arena_fmt(&checkup->cli->arena, "workspace %s (%s)",
                                     identity->team_name ? identity->team_name : "",
                                     identity->team_id ? identity->team_id : ""));
    if (identity && identity->call.failure.class == FAILURE_NONE) {
        check_scopes(checkup, identity->scopes);
        if (channel)
            line_of_channel(checkup, channel);
        check_people(checkup, identity->team_id);
    }
    line_of_mode(checkup, connection);
}

static void check_systems(struct checkup *checkup)
{
    const struct config *config = &checkup->cli->config;
    const struct {
        bool enabled;
        const char *title, *section;
        struct call *(*probe)(const struct call_env *env);
        struct call *call;
    } systems[] = {
        {config->salesforce.enabled, "Salesforce", "salesforce", salesforce_probe, NULL},
        {config->netsuite.enabled, "NetSuite", "netsuite", netsuite_probe, NULL},
        {config->clm.enabled, "CLM", "clm", clm_probe, NULL},
        {config->platform.enabled, "Platform", "platform", platform_probe, NULL},
        {config->rates.enabled, "Rates", "rates", rates_probe, NULL},
        {config->mail.enabled, "Mail", "mail", mail_probe, NULL},
    };
    struct call *calls[sizeof systems / sizeof *systems] = {0};
    struct call_env env = cli_calls_env(checkup->calls);
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (systems[i].enabled)
            cli_calls_add(checkup->calls, calls[i] = systems[i].probe(&env));
    cli_calls_run(checkup->calls);
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (calls[i])
            check_line_of_call(checkup, systems[i].title, calls[i], "lets us in");
        else
            check_line(checkup, true, systems[i].title,
                       arena_fmt(&checkup->cli->arena, "not configured (no section \"%s\")",
                                 systems[i].section));
}

/* What is found for a desk that is nowhere stands on the card alone. */
static void check_desks(struct checkup *checkup)
{
    bool all = true;
    for (size_t i = 0; i < desks_count; i++) {
        if (desk_has_somewhere(&checkup->cli->config, &desks[i]))
            continue;
        all = false;
        check_warn("Routes", arena_fmt(&checkup->cli->arena,
                                       "nobody to tell for %s: configure %s (or \"none\")",
                                       desks[i].title, desks[i].lacks));
    }
    if (all)
        check_line(checkup, true, "Routes", "every desk has somewhere to go");
}

static void check_playbooks(struct checkup *checkup)
{
    const struct config *config = &checkup->cli->config;
    const struct templates templates = {.files = embedded_templates,
                                        .override_dir = config->template_dir};
    struct err err = {0};
    size_t count = 0;
    bool ok = playbooks_check(&templates, config, &count, &err);
    check_line(checkup, ok, "Playbooks",
               ok ? arena_fmt(&checkup->cli->arena, "%zu, all in order", count) : err.msg);
}

static void check_keyring(struct checkup *checkup)
{
    struct keyring keyring = {0};
    struct err err = {0};
    const char *path = cli_keyring_path(checkup->cli);
    if (access(path, F_OK) != 0)
        check_line(checkup, true, "Keyring",
                   arena_fmt(&checkup->cli->arena, "%s will be made at the first start", path));
    else if (keyring_load(&keyring, path, &err))
        check_line(checkup, true, "Keyring", path);
    else
        check_line(checkup, false, "Keyring", err.msg);
    keyring_release(&keyring);
}

static void check_store(struct checkup *checkup)
{
    struct err err = {0};
    const char *path = checkup->cli->config.store.path;
    if (access(path, F_OK) != 0) {
        check_line(checkup, true, "Database",
                   arena_fmt(&checkup->cli->arena, "%s will be made at the first start", path));
        return;
    }
    struct db *db = cli_open_store(checkup->cli, DB_OPEN_READ_ONLY, &err);
    check_line(checkup, db != NULL, "Database", db ? path : err.msg);
    db_close(db);
}

int cli_check(struct cli *cli, struct err *err)
{
    struct checkup checkup = {.cli = cli};
    struct err why = {0};
    if (!cli_load_config(cli, err))
        return cli_fail(err);
    check_line(&checkup, true, "Configuration",
               cli->config_path ? cli->config_path : "the environment alone (no file given)");
    if (!config_check_run(&cli->config, &why))
        check_line(&checkup, false, "What `run` needs", why.msg);
    check_desks(&checkup);
    checkup.calls = cli_calls_new(cli, &cli->config, err);
    if (!checkup.calls)
        return cli_fail(err);
    check_playbooks(&checkup);
    check_keyring(&checkup);
    check_store(&checkup);
    check_slack(&checkup);
    check_systems(&checkup);
    check_workspaces(&checkup);
    cli_calls_free(checkup.calls);
    if (!checkup.bad)
        return 0;
    err_set(err, ERR_CONFIG, "%u of the lines above need attention", checkup.bad);
    return cli_fail(err);
}
