/* What must hold between keys: what each way of signing in needs, escalations in order, somebody
 * who can decide. */
#include "base/config_load.h"
#include "base/config_shape.h"

#include <assert.h>
#include <string.h>

/* ---- at load ---- */

static bool with_salesforce(const struct config *config)
{
    return config->salesforce.enabled;
}

static bool with_jwt(const struct config *config)
{
    return config->salesforce.enabled && config->salesforce.auth == SALESFORCE_AUTH_JWT;
}

static bool with_client_credentials(const struct config *config)
{
    return config->salesforce.enabled &&
           config->salesforce.auth == SALESFORCE_AUTH_CLIENT_CREDENTIALS;
}

static bool with_netsuite(const struct config *config)
{
    return config->netsuite.enabled;
}

static bool with_m2m(const struct config *config)
{
    return config->netsuite.enabled && config->netsuite.auth == NETSUITE_AUTH_M2M;
}

static bool with_tba(const struct config *config)
{
    return config->netsuite.enabled && config->netsuite.auth == NETSUITE_AUTH_TBA;
}

/* All kinds but Salesforce's own contracts are another system. */
static bool with_clm(const struct config *config)
{
    return config->clm.enabled && config->clm.kind != CLM_SALESFORCE;
}

static bool with_docusign(const struct config *config)
{
    return config->clm.enabled && config->clm.kind == CLM_DOCUSIGN;
}

static bool with_rates(const struct config *config)
{
    return config->rates.enabled;
}

static bool with_ironclad(const struct config *config)
{
    return config->clm.enabled && config->clm.kind == CLM_IRONCLAD;
}

static bool with_generic(const struct config *config)
{
    return config->clm.enabled && config->clm.kind == CLM_GENERIC;
}

/* Contracts that neither the question nor the answer tells apart. */
static bool with_a_list(const struct config *config)
{
    return with_generic(config) && config->clm.path && !strstr(config->clm.path, "{contract_id}");
}

/* Salesforce's own contracts. */
static bool with_own_contracts(const struct config *config)
{
    return config->clm.enabled && config->clm.kind == CLM_SALESFORCE;
}

/* Installing needs all of it. */
static bool with_installing(const struct config *config)
{
    return config->slack.client_id || config->slack.client_secret || config->slack.public_url;
}

static bool with_platform(const struct config *config)
{
    return config->platform.enabled;
}

static bool with_mail(const struct config *config)
{
    return config->mail.enabled;
}

static bool with_username(const struct config *config)
{
    return config->mail.enabled && config->mail.username;
}

static bool with_password(const struct config *config)
{
    return config->mail.enabled && config->mail.password;
}

static const struct {
    const char *path;
    bool (*when)(const struct config *config);
    const char *because;
} requirements[] = {
    {"salesforce.login_url", with_salesforce, "the section salesforce"},
    {"salesforce.client_id", with_salesforce, "the section salesforce"},
    {"salesforce.username", with_jwt, "salesforce.auth \"jwt\""},
    {"salesforce.private_key", with_jwt, "salesforce.auth \"jwt\""},
    {"salesforce.client_secret", with_client_credentials, "salesforce.auth \"client_credentials\""},
    {"netsuite.base_url", with_netsuite, "the section netsuite"},
    {"netsuite.client_id", with_m2m, "netsuite.auth \"m2m\""},
    {"netsuite.certificate_id", with_m2m, "netsuite.auth \"m2m\""},
    {"netsuite.private_key", with_m2m, "netsuite.auth \"m2m\""},
    {"netsuite.account_id", with_tba, "netsuite.auth \"tba\""},
    {"netsuite.consumer_key", with_tba, "netsuite.auth \"tba\""},
    {"netsuite.consumer_secret", with_tba, "netsuite.auth \"tba\""},
    {"netsuite.token_id", with_tba, "netsuite.auth \"tba\""},
    {"netsuite.token_secret", with_tba, "netsuite.auth \"tba\""},
    {"clm.base_url", with_clm, "the section clm"},
    {"clm.token", with_ironclad, "clm.kind \"ironclad\""},
    {"clm.path", with_generic, "clm.kind \"generic\""},
    {"clm.map.status", with_generic, "clm.kind \"generic\""},
    {"clm.account_id", with_docusign, "clm.kind \"docusign\""},
    {"clm.login_url", with_docusign, "clm.kind \"docusign\""},
    {"clm.client_id", with_docusign, "clm.kind \"docusign\""},
    {"clm.user_id", with_docusign, "clm.kind \"docusign\""},
    {"clm.private_key", with_docusign, "clm.kind \"docusign\""},
    {"clm.map.contract_id", with_docusign, "clm.kind \"docusign\""},
    {"clm.map.contract_id", with_a_list, "a clm.path without {contract_id}"},
    {"salesforce.login_url", with_own_contracts, "clm.kind \"salesforce\""},
    {"rates.base_url", with_rates, "the section rates"},
    {"platform.base_url", with_platform, "the section platform"},
    {"slack.client_id", with_installing, "installing Usher in further workspaces"},
    {"slack.client_secret", with_installing, "installing Usher in further workspaces"},
    {"slack.public_url", with_installing, "installing Usher in further workspaces"},
    {"mail.smtp_url", with_mail, "the section mail"},
    {"mail.from", with_mail, "the section mail"},
    {"mail.password", with_username, "mail.username"},
    {"mail.username", with_password, "mail.password"},
};

static bool check_requirements(const struct config_load *load)
{
    for (size_t i = 0; i < sizeof requirements / sizeof *requirements; i++) {
        const struct config_key *key = config_key_find(requirements[i].path);
        assert(key);
        const char *value = *(const char **)config_member(load->config, key);
        if (!value && requirements[i].when(load->config))
            return config_fail(load, key->path, "is missing; %s needs it", requirements[i].because);
    }
    return true;
}

/* Of two steps the later must not come before the earlier. */
static const struct {
    const char *lower, *higher;
} steps[] = {
    {"rules.align_over_bp", "rules.align_over_urgent_bp"},
    {"rules.fx_note_bp", "rules.fx_warn_bp"},
    {"rules.fx_warn_bp", "rules.fx_urgent_bp"},
    {"rules.stale_note_days", "rules.stale_warn_days"},
};

static bool check_steps(const struct config_load *load)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const struct config_key *lower = config_key_find(steps[i].lower);
        const struct config_key *higher = config_key_find(steps[i].higher);
        assert(lower && higher);
        int64_t least = *(int64_t *)config_member(load->config, lower);
        int64_t value = *(int64_t *)config_member(load->config, higher);
        if (value < least)
            return config_fail(load, higher->path, "%lld must not be less than %s, %lld",
                               (long long)value, lower->path, (long long)least);
    }
    return true;
}

/* Nothing of ours, and no password, over a network in the clear. */
static bool check_mail(const struct config_load *load)
{
    const struct config *config = load->config;
    if (!config->mail.enabled || config->mail.starttls == STARTTLS_REQUIRED ||
        config_smtp_is_loopback(config->mail.smtp_url))
        return true;
    return config_fail(load, "mail.starttls",
                       "if_offered is only for a server on 127.0.0.0/8, ::1 or localhost");
}

bool config_check_load(const struct config_load *load)
{
    const struct config *config = load->config;
    struct err why = {0};
    if (!check_requirements(load) || !check_steps(load) || !check_mail(load))
        return false;
    if (config->escalation.t2_h <= config->escalation.t1_h)
        return config_fail(load, "escalation.t2_h", "%lld must be more than escalation.t1_h, %lld",
                           (long long)config->escalation.t2_h, (long long)config->escalation.t1_h);
    if (config->digest.minute >= 24 * 60)
        return config_fail(load, "digest.time", "must be before 24:00");
    if (calendar_check(&config->calendar, &why))
        return true;
    static const char own[] = "calendar: "; /* config_fail names the section already */
    bool named = strncmp(why.msg, own, strlen(own)) == 0;
    return config_fail(load, "calendar", "%s", why.msg + (named ? strlen(own) : 0));
}

/* ---- before a run ---- */

/* A token that is there and of the right kind. */
static bool check_token(const char *path, const char *token, const char *prefix,
                        const char *variable, struct err *err)
{
    if (!token)
        return err_set(err, ERR_CONFIG,
                       "%s is missing: set the environment variable %s, or write {\"env\": …} or "
                       "{\"file\": …} in the configuration",
                       path, variable);
    if (strncmp(token, prefix, strlen(prefix)) != 0)
        return err_set(err, ERR_CONFIG, "%s must start with %s: this is another kind of token",
                       path, prefix);
    return true;
}

/* The people of some roles, as far as the configuration can tell. */
struct people {
    const char *only; /* the one user, while there is no other */
    bool several;     /* two users, or a group */
};

static void add_person(struct people *people, const char *id)
{
    if (!id)
        return;
    if (id[0] == 'S' || (people->only && strcmp(people->only, id) != 0))
        people->several = true;
    people->only = id;
}

static void add_people(struct people *people, const struct config *config, enum role role)
{
    const struct config_list *list = &config->roles[role];
    for (size_t i = 0; i < list->count; i++)
        add_person(people, list->items[i]);
}

/* A key that only the one CS approver there is could turn cannot be turned: two keys are two
 * people. The Finance director may stand in for Finance. */
static bool check_key(const struct people *cs, const struct config *config, enum role role,
                      struct err *err)
{
    struct people holders = {0};
    if (config->roles[role].count == 0)
        return err_set(err, ERR_CONFIG,
                       "roles.%s is empty: with NetSuite, nobody could lift what blocks on "
                       "invoices. List a user or user group",
                       role_name(role));
    add_people(&holders, config, role);
    add_people(&holders, config, ROLE_FINANCE_DIRECTOR);
    if (!holders.several && !cs->several && holders.only && cs->only &&
        strcmp(holders.only, cs->only) == 0)
        return err_set(err, ERR_CONFIG,
                       "roles.%s and the approvers are one person, %s: two keys need two people",
                       role_name(role), cs->only);
    return true;
}

static bool check_deciders(const struct config *config, struct err *err)
{
    struct people cs = {0};
    add_people(&cs, config, ROLE_APPROVER);
    add_people(&cs, config, ROLE_MANAGER);
    add_people(&cs, config, ROLE_DIRECTOR);
    add_person(&cs, config->roster.cs_manager);
    add_person(&cs, config->roster.cs_director);
    if (!cs.only)
        return err_set(err, ERR_CONFIG,
                       "nobody could decide: list a user or user group in roles.approver, "
                       "roles.manager or roles.director");
    return !config->netsuite.enabled || (check_key(&cs, config, ROLE_FINANCE, err) &&
                                         check_key(&cs, config, ROLE_FINANCE_DIRECTOR, err));
}

/* Somebody must hear of what waits. */
static bool check_hearers(const struct config *config, struct err *err)
{
    return config->roster.cs_manager || config->roster.cs_director ||
           config->roles[ROLE_ADMIN].count > 0 ||
           err_set(err, ERR_CONFIG,
                   "nobody would hear of what waits: name roster.cs_manager or roster.cs_director, "
                   "or list someone in roles.admin");
}

/* What the way by which Slack reaches us needs. */
static bool check_mode(const struct config *config, struct err *err)
{
    bool http = config->slack.mode == SLACK_MODE_HTTP;
    if ((http || config->slack.client_id) && config->http.port < 0)
        return err_set(err, ERR_CONFIG, "http.port is -1, and %s need%s the server: give it a port",
                       http ? "Slack's requests (slack.mode \"http\")"
                            : "installing Usher (slack.client_id)",
                       http ? "" : "s");
    return http ? check_token("slack.signing_secret", config->slack.signing_secret, "",
                              "SLACK_SIGNING_SECRET", err)
                : check_token("slack.app_token", config->slack.app_token, "xapp-",
                              "SLACK_APP_TOKEN", err);
}

bool config_check_workspace(const struct config *config, struct err *err)
{
    return (config->slack.channel || err_set(err, ERR_CONFIG,
                                             "slack.channel is missing: the id (C…) of the channel "
                                             "that gets the cards")) &&
           check_deciders(config, err) && check_hearers(config, err);
}

/* The main file's own workspace may be missing where others install Usher. */
static bool check_own_workspace(const struct config *config, struct err *err)
{
    if (!config->slack.bot_token && config->slack.client_id)
        return true;
    return check_token("slack.bot_token", config->slack.bot_token, "xoxb-", "SLACK_BOT_TOKEN",
                       err) &&
           config_check_workspace(config, err);
}

bool config_check_run(const struct config *config, struct err *err)
{
    bool ok = check_mode(config, err) && check_own_workspace(config, err);
    if (!ok && config->path)
        err_prefix(err, "%s", config->path);
    return ok;
}
