/* What the outside systems answer: docs/connectors.md says in which shapes. */
#include "tests/scenario/fake_systems.h"

#include "base/json.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWNER_ID   "005000000000ANA"
#define MANAGER_ID "005000000000LEE"

static struct civil today_of(const struct fake_systems *systems)
{
    return (struct civil){(int32_t)(systems->sim->world.now.ms / DAYS(1))};
}

/* ---- Salesforce ---- */

static int hex(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : toupper((unsigned char)c) - 'A' + 10;
}

/* Percent-decoded; owned by the caller. */
static char *decoded(const char *text)
{
    char *out = strdup(text), *to = out;
    if (!out)
        abort();
    for (const char *c = text; *c; c++) {
        if (*c == '%' && c[1] && c[2]) {
            *to++ = (char)(hex(c[1]) * 16 + hex(c[2]));
            c += 2;
        } else {
            *to++ = *c;
        }
    }
    *to = '\0';
    return out;
}

/* What stands in quotes after `before`; "" where that is not there. */
static void quoted(const char *text, const char *before, char *out, size_t size)
{
    const char *at = strstr(text, before);
    out[0] = '\0';
    if (at)
        snprintf(out, size, "%.*s", (int)strcspn(at + strlen(before), "'"), at + strlen(before));
}

static struct fake_account *account_of(struct fake_systems *systems, const char *id)
{
    for (size_t i = 0; i < systems->count; i++)
        if (strcmp(systems->accounts[i].id, id) == 0)
            return &systems->accounts[i];
    return NULL;
}

static void begin_records(struct buf *out)
{
    buf_str(out, "{\"done\":true,\"records\":[");
}

static void end_records(struct buf *out)
{
    if (buf_cstr(out)[out->len - 1] == ',') {
        out->data[--out->len] = '\0';
    }
    buf_str(out, "]}");
}

static void put_text(struct buf *out, const char *key, const char *value)
{
    buf_fmt(out, "\"%s\":", key);
    if (value)
        json_quote(out, value, strlen(value));
    else
        buf_str(out, "null");
    buf_char(out, ',');
}

static void put_date(struct buf *out, const char *key, struct civil date)
{
    char text[CIVIL_TEXT_SIZE];
    put_text(out, key, civil_format(date, text));
}

static void put_account(struct buf *out, const struct fake_account *account)
{
    buf_char(out, '{');
    put_text(out, "Id", account->id);
    put_text(out, "Name", account->name);
    put_text(out, "OwnerId", OWNER_ID);
    put_text(out, "BillingCountry", account->country);
    put_text(out, "Industry", "Retail");
    buf_fmt(out, "\"ParentId\":null,\"IsDeleted\":%s},", account->deleted ? "true" : "false");
}

static void put_opportunity(struct buf *out, const struct fake_account *account)
{
    char at[WALL_TEXT_SIZE];
    buf_char(out, '{');
    put_text(out, "Id", account->opportunity);
    put_text(out, "AccountId", account->id);
    put_text(out, "Name", account->name);
    put_text(out, "StageName", "Closed Won");
    put_text(out, "ContractId", account->contract);
    put_text(out, "CurrencyIsoCode", "CAD");
    put_text(out, "OwnerId", OWNER_ID);
    put_text(out, "SystemModstamp", wall_format(account->changed, at));
    put_date(out, "CloseDate", account->closed);
    buf_str(out, "\"Account\":{");
    put_text(out, "Name", account->name);
    buf_fmt(out, "\"x\":0},\"Amount\":%s,\"IsWon\":true},", account->amount);
}

static void put_contract(struct buf *out, const struct fake_account *account)
{
    buf_char(out, '{');
    put_text(out, "Id", account->contract);
    put_text(out, "AccountId", account->id);
    put_text(out, "ContractNumber", account->contract);
    put_date(out, "StartDate", account->closed);
    put_date(out, "EndDate", account->expires);
    buf_str(out, "\"Status\":\"Activated\"},");
}

static bool name_matches(const char *soql, const struct fake_account *account)
{
    char exact[64], part[64];
    quoted(soql, "Name = '", exact, sizeof exact);
    quoted(soql, "Name LIKE '%", part, sizeof part);
    size_t len = strlen(part);
    if (len > 0 && part[len - 1] == '%')
        part[len - 1] = '\0';
    return (exact[0] && strcasecmp(exact, account->name) == 0) ||
           (part[0] && strcasestr(account->name, part));
}

/* Which accounts a query is about; one row each. */
static void query(struct fake_systems *systems, const char *soql, struct buf *out)
{
    char id[32], since[40];
    struct wall from = {0};
    struct err err;
    const char *stamp = strstr(soql, "SystemModstamp >= ");
    if (stamp) {
        snprintf(since, sizeof since, "%.*s", (int)strcspn(stamp + 18, " "), stamp + 18);
        if (!wall_parse(since, &from, &err))
            abort();
    }
    quoted(soql, "Id = '", id, sizeof id);
    begin_records(out);
    for (size_t i = 0; i < systems->count; i++) {
        const struct fake_account *account = &systems->accounts[i];
        bool listed = strstr(soql, "AccountId IN (") && strstr(soql, account->id);
        bool won = account->won && (stamp ? account->changed.ms >= from.ms : listed);
        if (strstr(soql, "FROM Opportunity") && won)
            put_opportunity(out, account);
        else if (strstr(soql, "FROM Contract") && listed)
            put_contract(out, account);
        else if (strstr(soql, "FROM Account") && !account->deleted &&
                 (strcmp(account->id, id) == 0 || name_matches(soql, account)))
            put_account(out, account);
    }
    end_records(out);
}

static void put_owner(struct buf *out, const struct fake_account *account)
{
    buf_char(out, '{');
    put_text(out, "Id", OWNER_ID);
    put_text(out, "Name", "Ana Silva");
    put_text(out, "Username", "ana@corp.example");
    put_text(out, "Email", account->owner_mail);
    put_text(out, "Title", "AE");
    put_text(out, "Department", "Sales");
    put_text(out, "TimeZoneSidKey", "America/Toronto");
    put_text(out, "LastLoginDate", "2026-04-19T08:00:00.000+0000");
    buf_str(out, "\"ManagerId\":\"" MANAGER_ID "\",\"IsActive\":true}");
}

static void put_manager(struct buf *out, const struct fake_account *account)
{
    buf_char(out, '{');
    put_text(out, "Id", MANAGER_ID);
    put_text(out, "Name", "Lee Osei");
    put_text(out, "Email", account->manager_email ? account->manager_email : "lee@corp.example");
    buf_str(out, "\"ManagerId\":null,\"IsActive\":true}");
}

/* The body of one part of a composite call. Nobody has relatives, or ever changed hands. */
static void put_part(const struct fake_account *account, const char *name, struct buf *out)
{
    bool found = account->id[0] != '\0';
    if (found && strcmp(name, "owner") == 0) {
        put_owner(out, account);
        return;
    }
    if (found && strcmp(name, "manager1") == 0) {
        put_manager(out, account);
        return;
    }
    begin_records(out);
    if (found && strcmp(name, "account") == 0)
        put_account(out, account);
    else if (found && account->won && strcmp(name, "opportunities") == 0)
        put_opportunity(out, account);
    else if (found && strcmp(name, "contracts") == 0)
        put_contract(out, account);
    end_records(out);
}

/* All parts are about one account: the one whose id stands in the body. */
static void composite(struct fake_systems *systems, const char *body, struct buf *out)
{
    struct fake_account nobody = {0}, *account = &nobody;
    struct err err;
    for (size_t i = 0; i < systems->count; i++)
        if (strstr(body, systems->accounts[i].id))
            account = &systems->accounts[i];
    struct json_object *json = json_parse(body, strlen(body), strlen(body) + 1, &err);
    size_t count = json_get_len(json, "compositeRequest");
    buf_str(out, "{\"compositeResponse\":[");
    for (size_t i = 0; i < count; i++) {
        struct json_object *part = json_object_array_get_idx(json_at(json, "compositeRequest"), i);
        const char *name = json_get_str(part, "referenceId", "");
        buf_fmt(out, "%s{\"referenceId\":\"%s\",\"httpStatusCode\":200,\"body\":", i ? "," : "",
                name);
        put_part(account, name, out);
        buf_char(out, '}');
    }
    buf_str(out, "]}");
    json_object_put(json);
}

/* Every object has all of them. */
static void describe(struct buf *out)
{
    static const char *const fields[] = {
        "Id",       "CurrencyIsoCode", "ContractId", "LastActivityDate", "Type",  "BillingCountry",
        "Industry", "ParentId",        "Title",      "Department",       "Field", "TimeZoneSidKey"};
    buf_str(out, "{\"fields\":[");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        buf_fmt(out, "%s{\"name\":\"%s\"}", i ? "," : "", fields[i]);
    buf_str(out, "]}");
}

static void serve_salesforce(void *arg, const struct sim_request *request,
                             struct sim_answer *answer)
{
    struct fake_systems *systems = arg;
    struct buf *out = &answer->body;
    const char *soql = strstr(request->url, "?q=");
    if (strstr(request->url, "/services/oauth2/token")) {
        buf_str(out, "{\"access_token\":\"00D-token\",\"instance_url\":\"" SALESFORCE_URL "\"}");
    } else if (strcmp(request->authorization, "Bearer 00D-token") != 0) {
        answer->status = 401;
        buf_str(out, "[{\"errorCode\":\"INVALID_SESSION_ID\",\"message\":\"Session expired\"}]");
    } else if (strstr(request->url, "/describe")) {
        describe(out);
    } else if (strstr(request->url, "/composite")) {
        composite(systems, request->body, out);
    } else if (soql) {
        char *text = decoded(soql + 3);
        query(systems, text, out);
        free(text);
    } else {
        answer->status = 404;
    }
}

/* ---- NetSuite ---- */

#define CAD_ID "1"
#define USD_ID "2"

static bool is_foreign(const struct fake_invoice *invoice)
{
    return invoice->rate[0] != '\0';
}

/* The first invoice bills what the others leave of the contract; those in USD belong to none. */
static void total_of(const struct fake_account *account, size_t i, char out[24])
{
    double rest = strtod(account->amount, NULL);
    for (size_t other = 1; other < account->invoice_count; other++)
        if (!is_foreign(&account->invoices[other]))
            rest -= strtod(account->invoices[other].total, NULL);
    if (i == 0)
        snprintf(out, 24, "%.2f", rest);
    else
        snprintf(out, 24, "%s", account->invoices[i].total);
}

static void put_invoice(struct buf *out, const struct fake_account *account, size_t i)
{
    const struct fake_invoice *invoice = &account->invoices[i];
    char id[48], total[24];
    total_of(account, i, total);
    snprintf(id, sizeof id, "%s-%zu", account->id, i);
    buf_char(out, '{');
    put_text(out, "id", id);
    put_text(out, "tranid", invoice->number);
    put_text(out, "currency", is_foreign(invoice) ? USD_ID : CAD_ID);
    put_text(out, "exchangerate", is_foreign(invoice) ? invoice->rate : "1");
    put_text(out, "subtotal", total);
    put_text(out, "taxtotal", "0.00");
    put_text(out, "total", total);
    put_text(out, "amountremaining", invoice->remaining);
    put_text(out, "custbody_clm_contract", is_foreign(invoice) ? NULL : account->clm_id);
    put_text(out, "email", "billing@customer.example");
    put_date(out, "trandate", civil_add_days(invoice->due, -30));
    put_date(out, "duedate", invoice->due);
    buf_fmt(out, "\"status\":\"%s\"},",
            strcmp(invoice->remaining, "0.00") == 0 ? "Paid In Full" : "Open");
}

static size_t put_rates(const struct fake_systems *systems, struct buf *out)
{
    for (size_t i = 0; i < systems->rate_count; i++) {
        const struct fake_rate *rate = &systems->rates[i];
        buf_char(out, '{');
        put_text(out, "transactioncurrency", USD_ID);
        put_date(out, "effectivedate", rate->date);
        buf_fmt(out, "\"exchangerate\":\"%s\"},", rate->text);
    }
    return systems->rate_count;
}

static size_t put_credit(struct buf *out, const struct fake_account *account)
{
    if (!account->credit)
        return 0;
    buf_char(out, '{');
    put_text(out, "kind", "creditmemo");
    put_text(out, "id", "7001");
    put_text(out, "tranid", "CM-9");
    put_text(out, "currency", "1");
    put_text(out, "total", account->credit);
    put_text(out, "unapplied", account->credit);
    put_date(out, "trandate", account->closed);
    buf_str(out, "\"status\":\"Open\"},");
    return 1;
}

static size_t put_rows(struct fake_systems *systems, const char *sql, const char *param,
                       struct buf *out)
{
    struct fake_account *account = account_of(systems, param);
    if (strstr(sql, "FROM currencyrate"))
        return put_rates(systems, out);
    if (strstr(sql, "FROM currency")) {
        buf_str(out, "{\"id\":\"" CAD_ID "\",\"symbol\":\"CAD\",\"currencyprecision\":\"2\","
                     "\"isbasecurrency\":\"T\"},{\"id\":\"" USD_ID "\",\"symbol\":\"USD\"},");
        return 2;
    }
    if (!account)
        return 0;
    if (strstr(sql, "FROM customer WHERE")) {
        buf_char(out, '{');
        put_text(out, "id", account->id);
        put_text(out, "companyname", account->name);
        buf_str(out, "\"email\":\"billing@customer.example\"},");
        return 1;
    }
    if (strstr(sql, "FROM creditmemo"))
        return put_credit(out, account);
    if (!strstr(sql, "FROM invoice "))
        return 0;
    for (size_t i = 0; i < account->invoice_count; i++)
        put_invoice(out, account, i);
    return account->invoice_count;
}

static void serve_netsuite(void *arg, const struct sim_request *request, struct sim_answer *answer)
{
    struct err err;
    struct buf *out = &answer->body;
    struct json_object *json =
        json_parse(request->body, strlen(request->body), strlen(request->body) + 1, &err);
    const char *sql = json_get_str(json, "q", NULL);
    const struct fake_systems *systems = arg;
    if (!sql || strncmp(request->authorization, "OAuth ", 6) != 0) {
        answer->status = 401;
    } else if (systems->rates_refused && strstr(sql, "FROM currencyrate")) {
        answer->status = 403;
        buf_str(out, "{\"o:errorDetails\":[{\"o:errorCode\":\"INSUFFICIENT_PERMISSION\"}]}");
    } else {
        buf_str(out, "{\"items\":[");
        size_t count = put_rows(arg, sql, json_get_str(json, "params[0]", ""), out);
        if (count > 0)
            out->data[--out->len] = '\0'; /* the last comma */
        buf_fmt(out, "],\"count\":%zu,\"hasMore\":false,\"offset\":0,\"totalResults\":%zu}", count,
                count);
    }
    json_object_put(json);
}

/* ---- published rates ---- */

static void serve_rates(void *arg, const struct sim_request *request, struct sim_answer *answer)
{
    const struct fake_systems *systems = arg;
    char day[CIVIL_TEXT_SIZE];
    if (!strstr(request->url, "/service/data/EXR/D.CAD+USD.EUR.SP00.A?startPeriod=")) {
        answer->status = 404;
        return;
    }
    buf_str(&answer->body, "KEY,FREQ,CURRENCY,CURRENCY_DENOM,TIME_PERIOD,OBS_VALUE,TITLE\r\n");
    for (size_t i = 0; i < systems->published_count; i++) {
        const struct fake_rate *rate = &systems->published[i];
        buf_fmt(&answer->body, "EXR.D.%s.EUR.SP00.A,D,%s,EUR,%s,%s,\"2:15 pm, C.E.T.\"\r\n",
                rate->currency, rate->currency, civil_format(rate->date, day), rate->text);
    }
}

/* ---- the CLM: Ironclad records ---- */

static void put_property(struct buf *out, const char *name, const char *value)
{
    buf_fmt(out, "\"%s\":{\"type\":\"string\",\"value\":\"%s\"},", name, value);
}

static void put_record(struct buf *out, const struct fake_account *account)
{
    char text[CIVIL_TEXT_SIZE];
    buf_fmt(out, "{\"id\":\"rec-%s\",\"ironcladId\":\"%s\",\"name\":\"Contract\",\"properties\":{",
            account->clm_id, account->clm_id);
    put_property(out, "status", account->clm_status);
    put_property(out, "salesforceContractId", account->contract);
    put_property(out, "effectiveDate", civil_format(account->closed, text));
    put_property(out, "expirationDate", civil_format(account->expires, text));
    buf_fmt(out,
            "\"contractValue\":{\"type\":\"monetary_amount\",\"value\":{\"currency\":\"CAD\","
            "\"amount\":%s}}}}",
            account->amount);
}

static void serve_clm(void *arg, const struct sim_request *request, struct sim_answer *answer)
{
    struct fake_systems *systems = arg;
    struct buf *out = &answer->body;
    const struct fake_account *found = NULL;
    for (size_t i = 0; i < systems->count; i++)
        if (strstr(request->url, systems->accounts[i].contract))
            found = &systems->accounts[i];
    if (strcmp(request->authorization, "Bearer scenario-secret") != 0) {
        answer->status = 401;
        buf_str(out, "{\"code\":\"UNAUTHORIZED\",\"message\":\"Bad token\"}");
        return;
    }
    buf_fmt(out, "{\"page\":0,\"pageSize\":100,\"count\":%d,\"list\":[", found ? 1 : 0);
    if (found)
        put_record(out, found);
    buf_str(out, "]}");
}

/* ---- the platform ---- */

static void serve_platform(void *arg, const struct sim_request *request, struct sim_answer *answer)
{
    struct fake_systems *systems = arg;
    struct err err;
    struct json_object *json =
        json_parse(request->body, strlen(request->body), strlen(request->body) + 1, &err);
    const char *external = json_get_str(json, "external_id", "");
    size_t i = 0;
    while (i < systems->organizations && strcmp(systems->made[i], external) != 0)
        i++;
    if (i == FAKE_ACCOUNTS_MAX)
        abort();
    if (i == systems->organizations)
        snprintf(systems->made[systems->organizations++], sizeof systems->made[i], "%s", external);
    buf_fmt(&answer->body, "{\"id\":\"org-%s\",\"external_id\":\"%s\"}", external, external);
    json_object_put(json);
}

/* ---- its life ---- */

void systems_init(struct fake_systems *systems, struct sim *sim)
{
    *systems = (struct fake_systems){.sim = sim};
    sim_serve_at(sim, SALESFORCE_URL, serve_salesforce, systems);
    sim_serve_at(sim, NETSUITE_URL, serve_netsuite, systems);
    sim_serve_at(sim, CLM_URL, serve_clm, systems);
    sim_serve_at(sim, PLATFORM_URL, serve_platform, systems);
    sim_serve_at(sim, RATES_URL, serve_rates, systems);
}

struct fake_account *systems_win(struct fake_systems *systems, const char *name)
{
    if (systems->count == FAKE_ACCOUNTS_MAX)
        abort();
    size_t n = systems->count++ + 1;
    struct fake_account *account = &systems->accounts[n - 1];
    *account = (struct fake_account){
        .country = "Canada",
        .owner_mail = "ana@corp.example",
        .amount = "150000.00",
        .clm_status = "executed",
        .closed = civil_add_days(today_of(systems), -30),
        .expires = civil_add_days(today_of(systems), 300),
        .won = true,
        .changed = systems->sim->world.now,
    };
    snprintf(account->name, sizeof account->name, "%s", name);
    snprintf(account->id, sizeof account->id, "001%012zu", n);
    snprintf(account->opportunity, sizeof account->opportunity, "006%012zu", n);
    snprintf(account->contract, sizeof account->contract, "800%012zu", n);
    snprintf(account->clm_id, sizeof account->clm_id, "IC-%zu", n);
    systems_bill(systems, account, "INV-101", 10, "150000.00");
    systems_pay(account);
    return account;
}

void systems_bill(struct fake_systems *systems, struct fake_account *account, const char *number,
                  int days_overdue, const char *remaining)
{
    if (account->invoice_count == sizeof account->invoices / sizeof *account->invoices)
        abort();
    struct fake_invoice *invoice = &account->invoices[account->invoice_count++];
    snprintf(invoice->number, sizeof invoice->number, "%s", number);
    snprintf(invoice->total, sizeof invoice->total, "%s", remaining);
    snprintf(invoice->remaining, sizeof invoice->remaining, "%s", remaining);
    invoice->due = civil_add_days(today_of(systems), -days_overdue);
}

void systems_bill_usd(struct fake_systems *systems, struct fake_account *account,
                      const char *number, const char *remaining, const char *rate)
{
    systems_bill(systems, account, number, -20, remaining);
    struct fake_invoice *invoice = &account->invoices[account->invoice_count - 1];
    snprintf(invoice->rate, sizeof invoice->rate, "%s", rate);
}

static void add_rate(struct fake_rate rates[8], size_t *count, const struct fake_rate *rate)
{
    if (*count == 8)
        abort();
    rates[(*count)++] = *rate;
}

void systems_rate(struct fake_systems *systems, int days_ago, const char *text)
{
    const struct fake_rate rate = {"USD", civil_add_days(today_of(systems), -days_ago), text};
    add_rate(systems->rates, &systems->rate_count, &rate);
}

void systems_publish(struct fake_systems *systems, const char *currency, int days_ago,
                     const char *text)
{
    const struct fake_rate rate = {currency, civil_add_days(today_of(systems), -days_ago), text};
    add_rate(systems->published, &systems->published_count, &rate);
}

void systems_pay(struct fake_account *account)
{
    for (size_t i = 0; i < account->invoice_count; i++)
        snprintf(account->invoices[i].remaining, sizeof account->invoices[i].remaining, "0.00");
}
