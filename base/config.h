/* The configuration: one JSON file read into one struct by one table (config_table.c):
 * name, type, default, bounds, help. `usher config` prints that table. Unknown keys, wrong types
 * and bounds are errors that name the key and its line; secrets come from the environment or files
 * only. */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/calendar.h"
#include "base/err.h"
#include "base/ics.h"
#include "base/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list of strings. */
struct config_list {
    const char **items;
    size_t count;
};

/* Calendars of holidays: the files as they are opened, and their days. */
struct config_ics {
    struct config_list files; /* first, as in a list */
    struct ics_days days;
};

enum { CONFIG_ICS_MAX = 16 };

/* The roles of ux: who may do what. Each holds Slack user ids (U…, W…) and user group ids (S…). */
enum role {
    ROLE_VIEWER,
    ROLE_CSM,
    ROLE_APPROVER,
    ROLE_FINANCE,
    ROLE_FINANCE_DIRECTOR,
    ROLE_MANAGER,
    ROLE_DIRECTOR,
    ROLE_REVOPS,
    ROLE_LEGAL,
    ROLE_ADMIN,
    ROLE_AUDITOR,
    ROLE_COUNT
};

/* "csm", "finance_director" …; static. */
const char *role_name(enum role role);

enum salesforce_auth { SALESFORCE_AUTH_JWT, SALESFORCE_AUTH_CLIENT_CREDENTIALS };
enum netsuite_auth { NETSUITE_AUTH_M2M, NETSUITE_AUTH_TBA };
enum netsuite_alg { NETSUITE_ES256, NETSUITE_PS256 };
enum clm_kind { CLM_IRONCLAD, CLM_DOCUSIGN, CLM_SALESFORCE, CLM_GENERIC };
enum hook_format { HOOK_TIMED, HOOK_HEX, HOOK_BASE64 };
enum config_switch { SWITCH_OFF, SWITCH_ON };
enum slack_mode { SLACK_MODE_SOCKET, SLACK_MODE_HTTP };
enum escalation_clock { CLOCK_CALENDAR, CLOCK_BUSINESS };
enum config_starttls { STARTTLS_REQUIRED, STARTTLS_IF_OFFERED };

/* A workspace beside that of the main file. */
struct config_workspace {
    const char *id;
    struct config *config;
};

/* Secrets are read at load; the member holds the value and is never printed. All strings are owned
 * by `arena`; a string that is not set is NULL. Base URLs are https (http to loopback hosts only)
 * and never end with '/', but for slack.api_url, which always does. */
struct config {
    struct arena arena;
    const char *path; /* the file, or NULL when only the environment was used */

    struct {
        const char *api_url;        /* ends with '/' */
        enum slack_mode mode;       /* how what happens in Slack reaches us */
        const char *app_token;      /* secret; Socket Mode */
        const char *bot_token;      /* secret */
        const char *signing_secret; /* secret; HTTP mode: by which Slack signs its requests */
        /* Installing it in further workspaces (OAuth); all three, or none. */
        const char *client_id;
        const char *client_secret; /* secret */
        const char *public_url;    /* where people's browsers reach us */
        int64_t connections;       /* standing Socket Mode connections, 1–10 */
        const char *command;       /* "/onboard" */
        const char *channel;       /* where cards go: an id C… */
        const char *ca_file;       /* extra trust anchor (PEM), for private proxies and tests */
    } slack;

    struct {
        bool enabled;
        const char *login_url; /* https://login.salesforce.com or My Domain */
        enum salesforce_auth auth;
        const char *client_id;
        const char *client_secret; /* secret */
        const char *username;
        const char *private_key; /* secret, PEM */
        const char *audience;    /* JWT aud; NULL: login_url */
        const char *api_version; /* "v62.0" */
        int64_t poll_s;
        const char
            *poll_from; /* YYYY-MM-DD; first poll starts there; NULL: the day of the first start */
        int64_t deadline_s; /* of its part of a fetch */
    } salesforce;

    struct {
        bool enabled;
        const char *base_url;
        const char *account_id; /* realm: 123456_SB1 */
        enum netsuite_auth auth;
        enum netsuite_alg algorithm;
        const char *client_id;
        const char *certificate_id;
        const char *private_key;     /* secret, PEM */
        const char *consumer_key;    /* secret */
        const char *consumer_secret; /* secret */
        const char *token_id;        /* secret */
        const char *token_secret;    /* secret */
        const char *customer_field;  /* SuiteQL column of customer that holds the Salesforce account
                                        id: externalid */
        const char *contract_field;  /* SuiteQL column of transaction that holds the CLM contract:
                                        custbody_clm_contract */
        int64_t concurrency;         /* 1–20, default 2 */
        int64_t deadline_s;          /* of its part of a fetch */
    } netsuite;

    struct {
        bool enabled;
        enum clm_kind kind;
        const char *base_url;
        const char *token;  /* secret */
        const char *path;   /* generic: GET path with {contract_id} and {account_id} */
        int64_t deadline_s; /* of its part of a fetch */
        /* DocuSign: JWT grant. */
        const char *account_id;  /* of the API */
        const char *login_url;   /* https://account.docusign.com */
        const char *client_id;   /* integration key */
        const char *user_id;     /* whom it acts for */
        const char *private_key; /* secret, PEM */
        /* Where the normal form is found: property names for Ironclad, JSON paths for the generic
         * kind. */
        const char *items, *next, *id, *status, *contract_id, *value, *currency, *effective,
            *expires, *signed_at, *covers, *pending, *billing_schedule;
        struct config_list executed_words; /* status words that count as executed */
    } clm;

    struct {
        bool enabled;
        const char *base_url;
        const char *token; /* secret */
    } platform;

    struct config_list roles[ROLE_COUNT];
    struct {
        const char *cs_manager;  /* Slack user id */
        const char *cs_director; /* Slack user id */
    } roster;

    /* Where the findings of each kind of people are shown: channels (C…, G…) and people (U…, W…),
     * or the word "none"; empty: those who hold the role, the deal's owner, the roster's manager.
     */
    struct {
        struct config_list owner, legal, finance, finance_director, revops, cs_manager;
    } routes;

    /* Exchange rates of a public source, for when NetSuite has none. */
    struct {
        bool enabled;
        const char *base_url;          /* of an interface like the European Central Bank's */
        struct config_list currencies; /* beside the base currency */
        int64_t days;                  /* how far back */
    } rates;

    /* For whom Slack does not reach. */
    struct {
        bool enabled;
        const char *smtp_url;          /* smtp://host:port or smtps://host:port */
        enum config_starttls starttls; /* of smtp:// */
        const char *from;              /* address */
        const char *name;              /* shown beside it */
        const char *username;          /* NULL: no signing in */
        const char *password;          /* secret */
    } mail;

    struct {
        int minute;                 /* of the reader's working day */
        enum config_switch unasked; /* for who did not say whether they want it */
    } digest;

    struct {
        int64_t budget;           /* notices a person and day; 0: without end */
        enum config_switch quiet; /* nothing outside the reader's working time */
    } noise;

    /* What may call us, and how it proves who it is. */
    struct {
        const char *salesforce_secret;       /* secret, shared */
        const char *salesforce_organization; /* 00D…: whose Outbound Messages are believed */
        const char *ironclad_key;            /* PEM, public */
        const char *generic_secret;          /* secret, of the HMAC */
        const char *generic_header;          /* lower-case: which header carries it */
        enum hook_format generic_format;
    } hooks;

    struct {
        int64_t t1_h, t2_h;
        enum escalation_clock clock;
        int64_t data_grace_min; /* BLOCK_DATA: people's clock starts after this */
        int64_t token_days;     /* how long a button's signed state is valid */
        int64_t nudge_h;        /* working hours between two reminders in a thread */
    } escalation;

    struct {
        int64_t undo_s; /* an approval can be taken back so long; 0: not at all */
    } approval;

    struct {
        int64_t max_times;        /* how often a question may be put to sleep */
        int64_t max_working_days; /* in all */
    } snooze;

    struct {
        const char *base_currency;
        int64_t overdue_urgent_days;
        int64_t overdue_multiple;
        int64_t credit_suppress_pct; /* 80 */
        int64_t tolerance_minor;     /* 100 = 1.00 */
        int64_t tolerance_bp;        /* 50 = 0.5 % of the total */
        /* Shares are in hundredths of a per cent: 200 = 2 %. */
        int64_t align_over_bp, align_over_urgent_bp; /* invoiced over the contract's value */
        int64_t align_under_bp;
        int64_t deal_gap_bp;     /* opportunity's amount against the contract's value */
        int64_t currency_gap_bp; /* opportunity's amount against invoices in another currency */
        int64_t fx_note_bp, fx_warn_bp, fx_urgent_bp;
        int64_t fx_min_exposure; /* in whole units of the base currency */
        int64_t fx_window_days;  /* how far from a day its rate may be */
        int64_t fx_off_bp;       /* an invoice's own rate against that of its day */
        int64_t owner_login_days, owner_changed_days;
        int64_t stale_note_days, stale_warn_days, stale_activity_days;
        int64_t max_age_min, recheck_min;
        const char *rules_version;
    } rules;

    struct {
        const char *standard, *fast; /* ids of playbooks */
        int64_t fast_below;          /* in whole units of the base currency; 0: never */
    } playbooks;

    struct {
        const char *channel; /* hears of the log's head each week; NULL: nobody */
    } audit;

    struct {
        int64_t deadline_s;       /* a run's deadline, 20 */
        int64_t attempts;         /* bounded retries of one request, 4 */
        int64_t breaker_failures; /* in a row after which a system is left alone; 0: never */
        int64_t breaker_s;        /* for so long */
    } fetch;

    struct calendar calendar;       /* the team's, with the holidays of both that follow */
    struct ics_days holidays;       /* as the configuration lists them */
    struct config_ics holidays_ics; /* as files say */

    struct {
        const char *path;    /* database file */
        const char *keyring; /* keyring file; NULL: path + ".keys" */
        const char *backups; /* folder of sealed backups; NULL: none */
        int64_t backup_days;
    } store;

    struct {
        const char *listen; /* address, 127.0.0.1 */
        int64_t port;       /* 0 picks a free one; -1 switches HTTP in off */
    } http;

    struct {
        enum log_level level;
        enum log_format format;
    } log;

    const char *template_dir;

    const char *workspaces_dir; /* folder with a file for each further workspace; NULL: none */
    /* What holds for each of them: the main file with its own laid over. Owned; sorted by id. */
    struct config_workspace *workspaces;
    size_t workspace_count;
    struct config *newcomer; /* for one that has installed Usher and has no file: no systems, nobody
                                who decides. Owned; NULL in a workspace's configuration */
    const char *workspace;   /* whose configuration this is: a team id; NULL: the main file's */
    bool own_systems; /* it has systems of its own: tokens are not shared with the main file's */
    bool own_hooks;   /* the main file's secrets of webhooks are not its own */

    struct {
        enum config_switch fence; /* bot/fence.h */
    } process;

    struct config_list read_files; /* secrets and calendars that were read, as they were opened */
};

/* Reads file `path` (NULL: defaults and environment only), applies SLACK_APP_TOKEN,
 * SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_API_URL and USHER_DB, resolves secrets, checks
 * bounds and what must hold between keys. On error config is released. Errors read "usher.json:14:
 * slack.connections: 12 is above the maximum of 10". */
bool config_load(struct config *config, const char *path, struct err *err)
    __attribute__((warn_unused_result));
/* The same from text; `name` stands for the file in errors. */
bool config_parse(struct config *config, const char *name, const char *text, size_t len,
                  struct err *err) __attribute__((warn_unused_result));
/* Lays other thresholds over a loaded configuration: text is {"rules": {…}} and nothing else; keys
 * that it does not name stay as they are. On error config is in a mixed state: only to be released.
 */
bool config_parse_rules(struct config *config, const char *name, const char *text, size_t len,
                        struct err *err) __attribute__((warn_unused_result));
/* The same from a file. */
bool config_load_rules(struct config *config, const char *path, struct err *err)
    __attribute__((warn_unused_result));
void config_release(struct config *config);

/* What `usher run` needs beyond a valid file: Slack's tokens, and in HTTP mode the signing secret
 * and our own server; a channel, and people who can decide. */
bool config_check_run(const struct config *config, struct err *err)
    __attribute__((warn_unused_result));

/* The same for a further workspace: a channel, and people who can decide. Without the file's name.
 */
bool config_check_workspace(const struct config *config, struct err *err)
    __attribute__((warn_unused_result));

/* What holds for this workspace by a file of its own; NULL: it has none. */
const struct config *config_of_workspace(const struct config *config, const char *id);

/* Appends the table as Markdown: key, type, default, bounds, help. */
void config_document(struct buf *out);

#endif
