/* Every key of the configuration, one row each. docs/configuration.md is printed from this table:
 * `usher config > docs/configuration.md`. */
#include "base/config_table.h"

#include "base/config_shape.h"

#include <string.h>

#define AT(member) offsetof(struct config, member)

static const struct config_word slack_modes[] = {
    {"socket", SLACK_MODE_SOCKET}, {"http", SLACK_MODE_HTTP}, {0}};
static const struct config_word salesforce_auths[] = {
    {"jwt", SALESFORCE_AUTH_JWT}, {"client_credentials", SALESFORCE_AUTH_CLIENT_CREDENTIALS}, {0}};
static const struct config_word netsuite_auths[] = {
    {"m2m", NETSUITE_AUTH_M2M}, {"tba", NETSUITE_AUTH_TBA}, {0}};
static const struct config_word netsuite_algorithms[] = {
    {"ES256", NETSUITE_ES256}, {"PS256", NETSUITE_PS256}, {0}};
static const struct config_word clm_kinds[] = {{"ironclad", CLM_IRONCLAD},
                                               {"docusign", CLM_DOCUSIGN},
                                               {"salesforce", CLM_SALESFORCE},
                                               {"generic", CLM_GENERIC},
                                               {0}};
static const struct config_word hook_formats[] = {
    {"timed", HOOK_TIMED}, {"hex", HOOK_HEX}, {"base64", HOOK_BASE64}, {0}};
static const struct config_word escalation_clocks[] = {
    {"calendar", CLOCK_CALENDAR}, {"business", CLOCK_BUSINESS}, {0}};
static const struct config_word starttls_words[] = {
    {"required", STARTTLS_REQUIRED}, {"if_offered", STARTTLS_IF_OFFERED}, {0}};
static const struct config_word switches[] = {{"on", SWITCH_ON}, {"off", SWITCH_OFF}, {0}};
static const struct config_word log_levels[] = {
    {"debug", LOG_DEBUG}, {"info", LOG_INFO}, {"warn", LOG_WARN}, {"error", LOG_ERROR}, {0}};
static const struct config_word log_formats[] = {
    {"json", LOG_FORMAT_JSON}, {"text", LOG_FORMAT_TEXT}, {0}};

/* clang-format off */
const struct config_section config_sections[] = {
    {"slack", CONFIG_NO_SWITCH, "The workspace. The environment alone is enough for the tokens."},
    {"salesforce", AT(salesforce.enabled), "Accounts, opportunities, owners, contracts. The section switches it on."},
    {"netsuite", AT(netsuite.enabled), "Invoices, terms, credits. The section switches it on."},
    {"clm", AT(clm.enabled), "The contract as it was signed. The section switches it on."},
    {"clm.map", CONFIG_NO_SWITCH, "Where a contract's facts are found: names of Ironclad properties, or paths into another system's JSON (`data.status`, `dates[0]`). The defaults are for Ironclad only; DocuSign's own places are known unless others are named."},
    {"platform", AT(platform.enabled), "The product's own interface, where a customer's organisation is made. The section switches it on."},
    {"roles", CONFIG_NO_SWITCH, "Who may do what: lists of Slack user ids (`U…`, `W…`) and user group ids (`S…`). Somebody must be able to decide."},
    {"roster", CONFIG_NO_SWITCH, "Who hears of what nobody has decided."},
    {"routes", CONFIG_NO_SWITCH, "Where people find what is theirs alone: lists of Slack channel ids (`C…`) and user ids (`U…`, `W…`), or `none`. Without a list, each person of the role of that name (at most five) gets a message of their own."},
    {"rates", AT(rates.enabled), "Exchange rates of a public source, used where NetSuite has none. The section switches it on."},
    {"mail", AT(mail.enabled), "The server that takes mail for people whom Slack does not reach. The section switches it on."},
    {"digest", CONFIG_NO_SWITCH, "The message that says once a working day what is due, overdue, decided and at risk."},
    {"noise", CONFIG_NO_SWITCH, "How much is said to one person. What is not said at once is in their digest, or comes when they work again."},
    {"hooks", CONFIG_NO_SWITCH, "What may call Usher when something changed: it then looks for itself. A way in is open once its secret is set."},
    {"escalation", CONFIG_NO_SWITCH, "The clock of a question that waits."},
    {"approval", CONFIG_NO_SWITCH, "What becomes of an approval."},
    {"rules", CONFIG_NO_SWITCH, "The thresholds of the checks."},
    {"playbooks", CONFIG_NO_SWITCH, "What follows provisioning: the tasks by which a customer comes to first value ([playbooks](playbooks.md))."},
    {"audit", CONFIG_NO_SWITCH, "The log of who did what."},
    {"fetch", CONFIG_NO_SWITCH, "How facts are fetched."},
    {"snooze", CONFIG_NO_SWITCH, "How long a question may be put to sleep."},
    {"calendar", CONFIG_NO_SWITCH, "The team's working time."},
    {"store", CONFIG_NO_SWITCH, "Files of our own."},
    {"http", CONFIG_NO_SWITCH, "The server of `/healthz`, `/readyz`, `/metrics`, of webhooks and, in HTTP mode, of Slack's requests."},
    {"log", CONFIG_NO_SWITCH, "What standard error gets."},
    {"templates", CONFIG_NO_SWITCH, "The words."},
    {"workspaces", CONFIG_NO_SWITCH, "Further workspaces that have installed Usher ([workspaces](workspaces.md))."},
    {"process", CONFIG_NO_SWITCH, "What the service may do on its machine."},
};
const size_t config_section_count = sizeof config_sections / sizeof *config_sections;

#define ROUTE_ROW(name, words) \
    {"routes." #name, CONFIG_LIST, AT(routes.name), NULL, words, .shape = &config_shape_place}
#define ROLE_ROW(name, role, words) \
    {"roles." name, CONFIG_LIST, AT(roles[role]), NULL, words, .shape = &config_shape_holder}

const struct config_key config_keys[] = {
    {"slack.mode", CONFIG_WORD, AT(slack.mode), "socket",
     .help = "How what happens in Slack reaches Usher: by connections that it opens itself, or by Slack's requests to `http.listen` through a proxy with TLS.",
     .words = slack_modes},
    {"slack.app_token", CONFIG_SECRET, AT(slack.app_token), NULL,
     .help = "App-level token (`xapp-…`) with `connections:write`. Required by `socket`.",
     .env = "SLACK_APP_TOKEN", .shape = &config_shape_token},
    {"slack.bot_token", CONFIG_SECRET, AT(slack.bot_token), NULL,
     .help = "Bot token (`xoxb-…`).", .env = "SLACK_BOT_TOKEN", .shape = &config_shape_token},
    {"slack.signing_secret", CONFIG_SECRET, AT(slack.signing_secret), NULL,
     .help = "The app's signing secret (Basic Information → App Credentials). Required by `http`.",
     .env = "SLACK_SIGNING_SECRET", .shape = &config_shape_token},
    {"slack.client_id", CONFIG_TEXT, AT(slack.client_id), NULL,
     .help = "The app's client id (Basic Information → App Credentials). With it, `slack.client_secret` and `slack.public_url` further workspaces can install Usher at `/slack/install`.",
     .shape = &config_shape_client_id},
    {"slack.client_secret", CONFIG_SECRET, AT(slack.client_secret), NULL,
     .help = "The app's client secret.", .env = "SLACK_CLIENT_SECRET", .shape = &config_shape_token},
    {"slack.public_url", CONFIG_URL, AT(slack.public_url), NULL,
     .help = "Where browsers reach the proxy before Usher: `https://usher.example.com`."},
    {"slack.channel", CONFIG_TEXT, AT(slack.channel), NULL,
     .help = "Where cards are posted; the bot must be a member.", .shape = &config_shape_channel},
    {"slack.command", CONFIG_TEXT, AT(slack.command), "/onboard",
     .help = "The slash command, as in the app's manifest.", .shape = &config_shape_command},
    {"slack.connections", CONFIG_INT, AT(slack.connections), "2",
     .help = "Standing Socket Mode connections; two leave no gap when one is renewed.", .min = 1, .max = 10},
    {"slack.api_url", CONFIG_URL_FOLDER, AT(slack.api_url), "https://slack.com/api/",
     .help = "Base of the Web API.", .env = "SLACK_API_URL"},
    {"slack.ca_file", CONFIG_TEXT, AT(slack.ca_file), NULL,
     .help = "PEM file with one more trusted authority, for private proxies. Used for every system."},

    {"salesforce.login_url", CONFIG_URL, AT(salesforce.login_url), NULL,
     .help = "`https://login.salesforce.com`, or My Domain (needed by client credentials). Required."},
    {"salesforce.auth", CONFIG_WORD, AT(salesforce.auth), "jwt",
     .help = "JWT bearer flow, or client credentials.", .words = salesforce_auths},
    {"salesforce.client_id", CONFIG_TEXT, AT(salesforce.client_id), NULL,
     .help = "Consumer key of the connected app. Required."},
    {"salesforce.client_secret", CONFIG_SECRET, AT(salesforce.client_secret), NULL,
     .help = "Consumer secret. Required by `client_credentials`.", .shape = &config_shape_token},
    {"salesforce.username", CONFIG_TEXT, AT(salesforce.username), NULL,
     .help = "The integration user. Required by `jwt`."},
    {"salesforce.private_key", CONFIG_SECRET, AT(salesforce.private_key), NULL,
     .help = "RSA key (PEM) of the certificate in the connected app. Required by `jwt`.", .shape = &config_shape_pem},
    {"salesforce.audience", CONFIG_URL, AT(salesforce.audience), NULL,
     .help = "The JWT's `aud`, where it is not `login_url`."},
    {"salesforce.api_version", CONFIG_TEXT, AT(salesforce.api_version), "v62.0",
     .help = "Version of the REST API.", .shape = &config_shape_version},
    {"salesforce.poll_s", CONFIG_INT, AT(salesforce.poll_s), "120",
     .help = "Seconds between two looks for won deals.", .min = 5, .max = 86400},
    {"salesforce.poll_from", CONFIG_TEXT, AT(salesforce.poll_from), NULL,
     .help = "Deals that changed since this day are looked at first; without it, since the day of the first start.",
     .shape = &config_shape_date},
    {"salesforce.deadline_s", CONFIG_INT, AT(salesforce.deadline_s), "15",
     .help = "Seconds in which its part of a fetch must be there; never more than `fetch.deadline_s`.", .min = 1, .max = 300},

    {"netsuite.base_url", CONFIG_URL, AT(netsuite.base_url), NULL,
     .help = "`https://<account>.suitetalk.api.netsuite.com`. Required."},
    {"netsuite.account_id", CONFIG_TEXT, AT(netsuite.account_id), NULL,
     .help = "The realm, such as `123456_SB1`. Required by `tba`.", .shape = &config_shape_realm},
    {"netsuite.auth", CONFIG_WORD, AT(netsuite.auth), "m2m",
     .help = "OAuth 2.0 client credentials with a certificate, or token-based OAuth 1.0a.", .words = netsuite_auths},
    {"netsuite.algorithm", CONFIG_WORD, AT(netsuite.algorithm), "ES256",
     .help = "How `m2m` signs: by the kind of its key.", .words = netsuite_algorithms},
    {"netsuite.client_id", CONFIG_TEXT, AT(netsuite.client_id), NULL,
     .help = "Client id of the integration record. Required by `m2m`."},
    {"netsuite.certificate_id", CONFIG_TEXT, AT(netsuite.certificate_id), NULL,
     .help = "Id of the uploaded certificate. Required by `m2m`."},
    {"netsuite.private_key", CONFIG_SECRET, AT(netsuite.private_key), NULL,
     .help = "Key (PEM) of that certificate. Required by `m2m`.", .shape = &config_shape_pem},
    {"netsuite.consumer_key", CONFIG_SECRET, AT(netsuite.consumer_key), NULL,
     .help = "Required by `tba`.", .shape = &config_shape_token},
    {"netsuite.consumer_secret", CONFIG_SECRET, AT(netsuite.consumer_secret), NULL,
     .help = "Required by `tba`.", .shape = &config_shape_token},
    {"netsuite.token_id", CONFIG_SECRET, AT(netsuite.token_id), NULL,
     .help = "Required by `tba`.", .shape = &config_shape_token},
    {"netsuite.token_secret", CONFIG_SECRET, AT(netsuite.token_secret), NULL,
     .help = "Required by `tba`.", .shape = &config_shape_token},
    {"netsuite.customer_field", CONFIG_TEXT, AT(netsuite.customer_field), "externalid",
     .help = "Column of `customer` that holds the Salesforce account id.", .shape = &config_shape_column},
    {"netsuite.contract_field", CONFIG_TEXT, AT(netsuite.contract_field), "custbody_clm_contract",
     .help = "Column of `transaction` that holds the contract's id in the CLM.", .shape = &config_shape_column},
    {"netsuite.concurrency", CONFIG_INT, AT(netsuite.concurrency), "2",
     .help = "Requests at the same time; the account's limit is shared with its other integrations.",
     .min = 1, .max = 20},
    {"netsuite.deadline_s", CONFIG_INT, AT(netsuite.deadline_s), "15",
     .help = "Seconds in which its part of a fetch must be there; never more than `fetch.deadline_s`.", .min = 1, .max = 300},

    {"clm.kind", CONFIG_WORD, AT(clm.kind), "ironclad",
     .help = "Ironclad; DocuSign's agreements; any system that answers JSON; or, where there is none of these, the contracts that Salesforce has.", .words = clm_kinds},
    {"clm.base_url", CONFIG_URL, AT(clm.base_url), NULL,
     .help = "`https://ironcladapp.com/public/api/v1`, `https://api.docusign.com/v1`, or the other system's. Required, but by `salesforce`."},
    {"clm.token", CONFIG_SECRET, AT(clm.token), NULL,
     .help = "Bearer token. Required by `ironclad`; `generic` asks without one where it is not set.",
     .shape = &config_shape_token},
    {"clm.path", CONFIG_TEXT, AT(clm.path), NULL,
     .help = "What `generic` asks for, after `base_url`; `{contract_id}`, `{account_id}` (both Salesforce's) and `{account_name}` are filled in. Required by `generic`.",
     .shape = &config_shape_path},
    {"clm.account_id", CONFIG_TEXT, AT(clm.account_id), NULL,
     .help = "Id of the API account, as the settings page of apps and keys shows it. Required by `docusign`.", .shape = &config_shape_realm},
    {"clm.login_url", CONFIG_URL, AT(clm.login_url), NULL,
     .help = "Where tokens come from: `https://account.docusign.com`, or `https://account-d.docusign.com` of a demo account. Required by `docusign`."},
    {"clm.client_id", CONFIG_TEXT, AT(clm.client_id), NULL,
     .help = "Integration key. Required by `docusign`.", .shape = &config_shape_realm},
    {"clm.user_id", CONFIG_TEXT, AT(clm.user_id), NULL,
     .help = "Id of the user whom it acts for, who must have consented to it once. Required by `docusign`.", .shape = &config_shape_realm},
    {"clm.private_key", CONFIG_SECRET, AT(clm.private_key), NULL,
     .help = "RSA key (PEM) of the integration. Required by `docusign`.", .shape = &config_shape_pem},
    {"clm.deadline_s", CONFIG_INT, AT(clm.deadline_s), "15",
     .help = "Seconds in which its part of a fetch must be there; never more than `fetch.deadline_s`.", .min = 1, .max = 300},
    {"clm.executed_words", CONFIG_LIST, AT(clm.executed_words), "executed,signed,active,completed",
     .help = "Values of the status that mean a contract in force, in any case."},

    {"clm.map.items", CONFIG_TEXT, AT(clm.items), NULL,
     .help = "`generic`: the list of contracts in the reply; without it, the reply is one contract."},
    {"clm.map.next", CONFIG_TEXT, AT(clm.next), NULL,
     .help = "`generic`: where the reply says what the next page's address is, on the same host; without it, there is one page."},
    {"clm.map.id", CONFIG_TEXT, AT(clm.id), NULL,
     .help = "The contract's own id, which invoices carry (`netsuite.contract_field`). Else `ironcladId` of Ironclad, `id` of the others."},
    {"clm.map.status", CONFIG_TEXT, AT(clm.status), "status",
     .help = "Draft, in review, executed … `docusign`: `status`. Required by `generic`.", .ironclad_only = true},
    {"clm.map.contract_id", CONFIG_TEXT, AT(clm.contract_id), "salesforceContractId",
     .help = "Id of the Salesforce contract. Required by `docusign` (`custom_provisions.…`), and by a `clm.path` without `{contract_id}`.", .ironclad_only = true},
    {"clm.map.value", CONFIG_TEXT, AT(clm.value), "contractValue",
     .help = "The contract's value: a number, or `{amount, currency}`. `docusign`: `provisions.total_agreement_value`.", .ironclad_only = true},
    {"clm.map.currency", CONFIG_TEXT, AT(clm.currency), NULL,
     .help = "Its currency; Ironclad amounts carry theirs. `docusign`: `provisions.total_agreement_value_currency_code`. Without one, `rules.base_currency`."},
    {"clm.map.effective", CONFIG_TEXT, AT(clm.effective), "effectiveDate",
     .help = "First day. `docusign`: `provisions.effective_date`.", .ironclad_only = true},
    {"clm.map.expires", CONFIG_TEXT, AT(clm.expires), "expirationDate",
     .help = "Last day. `docusign`: `provisions.expiration_date`.", .ironclad_only = true},
    {"clm.map.signed_at", CONFIG_TEXT, AT(clm.signed_at), NULL,
     .help = "When it was signed. `docusign`: `provisions.execution_date`."},
    {"clm.map.covers", CONFIG_TEXT, AT(clm.covers), "coveredAccounts",
     .help = "List of Salesforce account ids that it covers.", .ironclad_only = true},
    {"clm.map.pending", CONFIG_TEXT, AT(clm.pending), "pendingSignatories",
     .help = "List of those who have not signed.", .ironclad_only = true},
    {"clm.map.billing_schedule", CONFIG_TEXT, AT(clm.billing_schedule), "billingSchedule",
     .help = "`upfront`, `annual` or `phased`.", .ironclad_only = true},

    {"platform.base_url", CONFIG_URL, AT(platform.base_url), NULL, .help = "Required."},
    {"platform.token", CONFIG_SECRET, AT(platform.token), NULL,
     .help = "Bearer token; without it, requests carry none.", .shape = &config_shape_token},

    ROLE_ROW("viewer", ROLE_VIEWER, "May look. Without this list, every full member may."),
    ROLE_ROW("csm", ROLE_CSM, "Starts and checks onboardings, claims, notes."),
    ROLE_ROW("approver", ROLE_APPROVER, "Decides what escalates."),
    ROLE_ROW("finance", ROLE_FINANCE, "Turns Finance's key. Required with NetSuite."),
    ROLE_ROW("finance_director", ROLE_FINANCE_DIRECTOR, "Turns the Finance director's key. Required with NetSuite."),
    ROLE_ROW("manager", ROLE_MANAGER, "Approver for the team."),
    ROLE_ROW("director", ROLE_DIRECTOR, "Approver for all."),
    ROLE_ROW("revops", ROLE_REVOPS, "Hears of deals that do not add up."),
    ROLE_ROW("legal", ROLE_LEGAL, "Hears of contracts."),
    ROLE_ROW("admin", ROLE_ADMIN, "Configures; decides nothing."),
    ROLE_ROW("auditor", ROLE_AUDITOR, "Reads."),

    {"roster.cs_manager", CONFIG_TEXT, AT(roster.cs_manager), NULL,
     .help = "Gets the first escalation; without it, the owner's manager.", .shape = &config_shape_user},
    {"roster.cs_director", CONFIG_TEXT, AT(roster.cs_director), NULL,
     .help = "Gets the second escalation.", .shape = &config_shape_user},

    ROUTE_ROW(owner, "What the deal's owner must see to; without it, the owner."),
    ROUTE_ROW(legal, "Contracts."),
    ROUTE_ROW(finance, "Invoices, credits, rates."),
    ROUTE_ROW(finance_director, "More overdue than the contract is worth."),
    ROUTE_ROW(revops, "Records that do not fit together."),
    ROUTE_ROW(cs_manager, "Owners who cannot act; without it, `roster.cs_manager`."),

    {"rates.base_url", CONFIG_URL, AT(rates.base_url), NULL,
     .help = "`https://data-api.ecb.europa.eu`, or one that answers like it. Required."},
    {"rates.currencies", CONFIG_LIST, AT(rates.currencies), "USD,EUR,GBP",
     .help = "Currencies that deals and invoices come in, beside `rules.base_currency`. NetSuite is asked for their rates too.", .shape = &config_shape_currency},
    {"rates.days", CONFIG_INT, AT(rates.days), "400",
     .help = "How many days back rates are read; of NetSuite, as far back as the oldest open invoice.", .min = 8, .max = 3650},

    {"mail.smtp_url", CONFIG_TEXT, AT(mail.smtp_url), NULL,
     .help = "`smtps://HOST:465`, encrypted from the first byte, or `smtp://HOST:587`, with STARTTLS. Required.", .shape = &config_shape_smtp},
    {"mail.starttls", CONFIG_WORD, AT(mail.starttls), "required",
     .help = "Whether a server on `smtp://` that does not encrypt is refused; `if_offered` on this machine alone.", .words = starttls_words},
    {"mail.from", CONFIG_TEXT, AT(mail.from), NULL,
     .help = "The address that mail comes from; its domain is what Usher calls itself to the server. Required.", .shape = &config_shape_mail},
    {"mail.name", CONFIG_TEXT, AT(mail.name), "Usher",
     .help = "The name beside it.", .shape = &config_shape_line},
    {"mail.username", CONFIG_TEXT, AT(mail.username), NULL,
     .help = "Signs in to the server; without it, it is not signed in.", .shape = &config_shape_line},
    {"mail.password", CONFIG_SECRET, AT(mail.password), NULL,
     .help = "Required with `mail.username`.", .shape = &config_shape_line},

    {"digest.time", CONFIG_MINUTES, AT(digest.minute), "09:00",
     .help = "When it comes, in each reader's own zone; `/onboard digest HH:MM` moves one's own."},
    {"digest.unasked", CONFIG_WORD, AT(digest.unasked), "on",
     .help = "Whether those who work here get it unless they say otherwise (`/onboard digest off`).", .words = switches},

    {"noise.budget", CONFIG_INT, AT(noise.budget), "12",
     .help = "Messages of its own accord that one person gets in a day; what is more is in their digest, but for the director's escalations and what is blocked. 0: without end.", .max = 1000},
    {"noise.quiet", CONFIG_WORD, AT(noise.quiet), "on",
     .help = "Whether what is said to one person waits for the next minute of the `calendar`'s working time in their own zone.", .words = switches},

    {"hooks.salesforce_secret", CONFIG_SECRET, AT(hooks.salesforce_secret), NULL,
     .help = "What Salesforce shows at `/hooks/salesforce`: a Flow in the header `X-Usher-Secret`, an Outbound Message as the last part of the path.", .shape = &config_shape_secret},
    {"hooks.salesforce_organization", CONFIG_TEXT, AT(hooks.salesforce_organization), NULL,
     .help = "Id (`00D…`) of the organisation whose Outbound Messages are believed.", .shape = &config_shape_realm},
    {"hooks.ironclad_key", CONFIG_SECRET, AT(hooks.ironclad_key), NULL,
     .help = "Public key (PEM) with which Ironclad signs, from its `/webhooks/verification-key`.", .shape = &config_shape_public_pem},
    {"hooks.generic_secret", CONFIG_SECRET, AT(hooks.generic_secret), NULL,
     .help = "Key of the HMAC-SHA256 with which any other system signs at `/hooks/generic`.", .shape = &config_shape_secret},
    {"hooks.generic_header", CONFIG_TEXT, AT(hooks.generic_header), "x-usher-signature",
     .help = "The header that carries the signature, in lower case.", .shape = &config_shape_header},
    {"hooks.generic_format", CONFIG_WORD, AT(hooks.generic_format), "timed",
     .help = "`timed`: `t=SECONDS,v1=HEX` over seconds, a dot and the body. `hex`, `base64`: over the body alone, which does not tell how old it is.", .words = hook_formats},

    {"escalation.t1_h", CONFIG_INT, AT(escalation.t1_h), "48",
     .help = "Hours until the manager hears of it.", .min = 1, .max = 720},
    {"escalation.t2_h", CONFIG_INT, AT(escalation.t2_h), "96",
     .help = "Hours until the director hears of it; more than `t1_h`.", .min = 2, .max = 1440},
    {"escalation.clock", CONFIG_WORD, AT(escalation.clock), "calendar",
     .help = "Hours that pass, or working days of the calendar (24 h are one).", .words = escalation_clocks},
    {"escalation.data_grace_min", CONFIG_INT, AT(escalation.data_grace_min), "60",
     .help = "Minutes a system may be away before people's clock starts.", .min = 0, .max = 1440},
    {"escalation.token_days", CONFIG_INT, AT(escalation.token_days), "30",
     .help = "Days that a posted button can be clicked.", .min = 1, .max = 365},
    {"escalation.nudge_h", CONFIG_INT, AT(escalation.nudge_h), "4",
     .help = "Working hours until the thread of a question may be reminded once more.", .min = 1, .max = 80},

    {"snooze.max_times", CONFIG_INT, AT(snooze.max_times), "2",
     .help = "How often a question may be put to sleep; a manager may do so more often.", .min = 0, .max = 20},
    {"snooze.max_working_days", CONFIG_INT, AT(snooze.max_working_days), "3",
     .help = "Working days that it may sleep in all, but by a manager.", .min = 0, .max = 60},

    {"approval.undo_s", CONFIG_INT, AT(approval.undo_s), "60",
     .help = "Seconds in which an approval can be undone; provisioning begins when they are over. `0`: at once. On a scaled clock five seconds at most.", .min = 0, .max = 600},

    {"rules.base_currency", CONFIG_TEXT, AT(rules.base_currency), "CAD",
     .help = "ISO 4217 code of the organisation's currency.", .shape = &config_shape_currency},
    {"rules.overdue_urgent_days", CONFIG_INT, AT(rules.overdue_urgent_days), "30",
     .help = "Days overdue from which one invoice is urgent.", .min = 1, .max = 365},
    {"rules.overdue_multiple", CONFIG_INT, AT(rules.overdue_multiple), "2",
     .help = "Overdue invoices from which Finance must agree.", .min = 2, .max = 100},
    {"rules.credit_suppress_pct", CONFIG_INT, AT(rules.credit_suppress_pct), "80",
     .help = "Per cent of an overdue remainder that credits must reach for the invoice to count no longer.", .min = 1, .max = 100},
    {"rules.tolerance_minor", CONFIG_INT, AT(rules.tolerance_minor), "100",
     .help = "A remainder up to this (in cents, or whatever the currency's smallest unit is) is paid …", .min = 0, .max = 1000000},
    {"rules.tolerance_bp", CONFIG_INT, AT(rules.tolerance_bp), "50",
     .help = "… or up to this many hundredths of a per cent of the total, whichever is more.", .min = 0, .max = 1000},
    {"rules.align_over_bp", CONFIG_INT, AT(rules.align_over_bp), "200",
     .help = "Invoiced before tax over the contract's value by more than this many hundredths of a per cent: a question.", .min = 0, .max = 100000},
    {"rules.align_over_urgent_bp", CONFIG_INT, AT(rules.align_over_urgent_bp), "1000",
     .help = "… an urgent one; not less than `align_over_bp`.", .min = 0, .max = 100000},
    {"rules.align_under_bp", CONFIG_INT, AT(rules.align_under_bp), "1000",
     .help = "Invoiced under the contract's value by more than this many hundredths of a per cent.", .min = 0, .max = 10000},
    {"rules.deal_gap_bp", CONFIG_INT, AT(rules.deal_gap_bp), "200",
     .help = "Hundredths of a per cent by which the opportunity's amount may differ from the contract's value.", .min = 0, .max = 10000},
    {"rules.currency_gap_bp", CONFIG_INT, AT(rules.currency_gap_bp), "200",
     .help = "… and from what is invoiced in another currency, converted, before that is urgent.", .min = 0, .max = 10000},
    {"rules.fx_note_bp", CONFIG_INT, AT(rules.fx_note_bp), "200",
     .help = "Hundredths of a per cent that a rate may have moved since the invoice's date before it is worth a note …", .min = 0, .max = 10000},
    {"rules.fx_warn_bp", CONFIG_INT, AT(rules.fx_warn_bp), "500",
     .help = "… a question; not less than `fx_note_bp` …", .min = 0, .max = 10000},
    {"rules.fx_urgent_bp", CONFIG_INT, AT(rules.fx_urgent_bp), "1000",
     .help = "… an urgent one; not less than `fx_warn_bp`.", .min = 0, .max = 10000},
    {"rules.fx_min_exposure", CONFIG_INT, AT(rules.fx_min_exposure), "1000",
     .help = "What is at stake (remainder times the rate's move), in whole units of the base currency, from which it is more than a note.", .min = 0, .max = 1000000000},
    {"rules.fx_window_days", CONFIG_INT, AT(rules.fx_window_days), "7",
     .help = "Days that a rate may be away from the day it is needed for.", .min = 0, .max = 90},
    {"rules.fx_off_bp", CONFIG_INT, AT(rules.fx_off_bp), "2500",
     .help = "Hundredths of a per cent that an invoice's own rate may be off its day's before neither is believed.", .min = 1, .max = 100000},
    {"rules.owner_login_days", CONFIG_INT, AT(rules.owner_login_days), "90",
     .help = "Days without a login from which an owner is dormant.", .min = 1, .max = 3650},
    {"rules.owner_changed_days", CONFIG_INT, AT(rules.owner_changed_days), "30",
     .help = "Days that a change of owner is worth a note.", .min = 1, .max = 365},
    {"rules.stale_note_days", CONFIG_INT, AT(rules.stale_note_days), "60",
     .help = "Days since the deal closed, nothing provisioned, after which that is worth a note …", .min = 1, .max = 3650},
    {"rules.stale_warn_days", CONFIG_INT, AT(rules.stale_warn_days), "90",
     .help = "… a question; not less than `stale_note_days`.", .min = 1, .max = 3650},
    {"rules.stale_activity_days", CONFIG_INT, AT(rules.stale_activity_days), "14",
     .help = "Activity within this many days makes it a note again.", .min = 0, .max = 365},
    {"rules.max_age_min", CONFIG_INT, AT(rules.max_age_min), "15",
     .help = "Minutes after which an approval fetches the facts again first.", .min = 1, .max = 1440},
    {"rules.recheck_min", CONFIG_INT, AT(rules.recheck_min), "15",
     .help = "Minutes between two looks while a system's data is missing.", .min = 1, .max = 1440},
    {"rules.rules_version", CONFIG_TEXT, AT(rules.rules_version), "2026.04",
     .help = "Named on cards and in the audit log; change it with the thresholds.", .shape = &config_shape_word},

    {"playbooks.standard", CONFIG_TEXT, AT(playbooks.standard), "enterprise",
     .help = "The playbook that an onboarding follows unless `start --playbook` named another: `ID` of a template `playbook-ID.json`.", .shape = &config_shape_word},
    {"playbooks.fast", CONFIG_TEXT, AT(playbooks.fast), "fast-track",
     .help = "The one of small deals …", .shape = &config_shape_word},
    {"playbooks.fast_below", CONFIG_INT, AT(playbooks.fast_below), "25000",
     .help = "… whose value, in whole units of the base currency, is below this; 0: none is small. A deal in another currency follows the standard one.", .min = 0, .max = 1000000000},

    {"audit.channel", CONFIG_TEXT, AT(audit.channel), NULL,
     .help = "Where the log's newest hash is said once a week, so that a log that was rewritten can be told; best a channel that its administrators do not own.", .shape = &config_shape_channel},

    {"fetch.deadline_s", CONFIG_INT, AT(fetch.deadline_s), "20",
     .help = "Seconds in which all systems must have answered.", .min = 1, .max = 300},
    {"fetch.attempts", CONFIG_INT, AT(fetch.attempts), "4",
     .help = "Tries of one request.", .min = 1, .max = 10},
    {"fetch.breaker_failures", CONFIG_INT, AT(fetch.breaker_failures), "5",
     .help = "Calls of one system in a row without a usable answer after which it is left alone; 0: never.", .max = 100},
    {"fetch.breaker_s", CONFIG_INT, AT(fetch.breaker_s), "60",
     .help = "Seconds for which it is; then one call finds out whether it answers again.", .min = 1, .max = 3600},

    {"calendar.zone", CONFIG_ZONE, AT(calendar.zone), "America/Toronto", .help = "IANA time zone."},
    {"calendar.days", CONFIG_DAYS, AT(calendar.days), "mon,tue,wed,thu,fri", .help = "Working days."},
    {"calendar.start", CONFIG_MINUTES, AT(calendar.start_minute), "09:00", .help = "Start of a working day."},
    {"calendar.end", CONFIG_MINUTES, AT(calendar.end_minute), "17:00", .help = "Its end, up to `24:00`."},
    {"calendar.holidays", CONFIG_HOLIDAYS, AT(holidays), NULL, .help = "Days off, `YYYY-MM-DD`."},
    {"calendar.holidays_ics", CONFIG_ICS_FILES, AT(holidays_ics), NULL,
     .help = "iCalendar files (`.ics`) whose events of whole days are days off, too; up to 16, paths from this file's folder."},

    {"store.path", CONFIG_TEXT, AT(store.path), "usher.db",
     .help = "The database file.", .env = "USHER_DB"},
    {"store.keyring", CONFIG_TEXT, AT(store.keyring), NULL,
     .help = "The keyring file; without it, `store.path` followed by `.keys`."},
    {"store.backups", CONFIG_TEXT, AT(store.backups), NULL,
     .help = "Folder in which `usher backup` puts sealed copies, best on another disk."},
    {"store.backup_days", CONFIG_INT, AT(store.backup_days), "30",
     .help = "Days that they are kept there: all of the last two, then one a day.", .min = 2, .max = 3650},

    {"http.listen", CONFIG_TEXT, AT(http.listen), "127.0.0.1",
     .help = "Address to listen on.", .shape = &config_shape_address},
    {"http.port", CONFIG_INT, AT(http.port), "8080",
     .help = "Port; 0 picks a free one, -1 switches the server off.", .min = -1, .max = 65535},

    {"log.level", CONFIG_WORD, AT(log.level), "info", .help = "The least that is written.", .words = log_levels},
    {"log.format", CONFIG_WORD, AT(log.format), "json", .help = "JSON lines, or text for people.", .words = log_formats},

    {"templates.dir", CONFIG_TEXT, AT(template_dir), NULL,
     .help = "Folder whose files replace the built-in templates of the same name."},

    {"workspaces.dir", CONFIG_TEXT, AT(workspaces_dir), NULL,
     .help = "Folder with a file for each further workspace, named by its id (`T0123ABC.json`): what it says holds there instead of this file."},

    {"process.fence", CONFIG_WORD, AT(process.fence), "on",
     .help = "Whether `usher run` closes to itself, with Linux's Landlock, every folder that neither this file names nor the system's libraries need, and every program.", .words = switches},
};
/* clang-format on */
const size_t config_key_count = sizeof config_keys / sizeof *config_keys;

const struct config_key *config_key_find(const char *path)
{
    for (size_t i = 0; i < config_key_count; i++)
        if (strcmp(config_keys[i].path, path) == 0)
            return &config_keys[i];
    return NULL;
}

const struct config_section *config_section_find(const char *path)
{
    for (size_t i = 0; i < config_section_count; i++)
        if (strcmp(config_sections[i].path, path) == 0)
            return &config_sections[i];
    return NULL;
}
