/* SuiteQL rows of customers, currencies, terms (as columns of an invoice's row), credit memos and
 * deposits into facts. */
#include "connectors/netsuite_call.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { CUSTOMERS_MAX = 20, PRECISION_MAX = 4 };

/* ---- customer and currency ---- */

bool netsuite_read_customer(struct netsuite_rows *rows, struct json_object *row, struct err *err)
{
    const char *id = arena_str(rows->arena, netsuite_id(row, "id"));
    if (!id)
        return err_set(err, ERR_INVALID, "customer: without id");
    if (rows->customer_count == CUSTOMERS_MAX)
        return err_set(err, ERR_INVALID, "more than %d customers carry this account's id",
                       CUSTOMERS_MAX);
    rows->customers = rest_room(rows->arena, rows->customers, rows->customer_count, sizeof id);
    rows->customers[rows->customer_count++] = id;
    rows->facts->customer_found = true;
    return true;
}

/* The base currency is the configured one where NetSuite has it as one, else NetSuite's first. */
static void note_base(struct netsuite_rows *rows, const struct netsuite_currency *currency)
{
    const char *configured = rows->config->rules.base_currency;
    bool is_configured = configured && strcmp(configured, currency->symbol) == 0;
    if (rows->base_id && !is_configured)
        return;
    rows->base_id = currency->id;
    rows->facts->base_currency = arena_str(rows->arena, currency->symbol);
    rows->facts->base_precision = currency->precision;
}

bool netsuite_read_currency(struct netsuite_rows *rows, struct json_object *row, struct err *err)
{
    struct netsuite_currency currency = {.id = arena_str(rows->arena, netsuite_id(row, "id"))};
    const char *symbol = json_get_str(row, "symbol", "");
    struct money unused;
    int64_t precision;
    if (!currency.id || strlen(symbol) != 3 || !money_parse(NULL, symbol, 0, &unused, err))
        return err_set(err, ERR_INVALID, "currency: a row without id or ISO symbol");
    memcpy(currency.symbol, symbol, sizeof currency.symbol);
    if (!netsuite_number(row, "currencyprecision", PRECISION_MAX, money_precision(symbol),
                         &precision, err))
        return err_prefix(err, "currency %s", symbol);
    currency.precision = (uint8_t)precision;
    rows->currencies =
        rest_room(rows->arena, rows->currencies, rows->currency_count, sizeof currency);
    rows->currencies[rows->currency_count++] = currency;
    if (netsuite_flag(row, "isbasecurrency"))
        note_base(rows, &currency);
    return true;
}

/* ---- terms ---- */

/* Percent with two decimals are hundredths of a percent: basis points. */
static bool read_basis_points(struct json_object *row, const char *name, int64_t *out,
                              struct err *err)
{
    char text[32];
    struct money percent;
    const char *value = json_get_str(row, name, json_number_text(row, name));
    *out = -1;
    if (!value)
        return true;
    snprintf(text, sizeof text, "%s", value);
    size_t len = strlen(text);
    if (len && text[len - 1] == '%')
        text[len - 1] = '\0';
    if (!money_parse(text, "", 2, &percent, err) || percent.minor < 0 || percent.minor > 10000)
        return err_set(err, ERR_INVALID, "%s: \"%.20s\" is not a percentage", name, value);
    *out = percent.minor;
    return true;
}

/* Date-driven terms have a percentage of their own. */
static bool fill_term(struct netsuite_rows *rows, struct json_object *row, struct term *term,
                      struct err *err)
{
    *term = (struct term){
        .id = arena_str(rows->arena, netsuite_id(row, "termid")),
        .name = rest_text(rows->arena, row, "termname"),
        .date_driven = netsuite_flag(row, "datedriven"),
        .installment = netsuite_flag(row, "byinstallments"),
        .split_evenly = netsuite_flag(row, "splitevenly"),
    };
    const char *percent = term->date_driven ? "discountpercentdatedriven" : "discountpercent";
    return netsuite_number(row, "daysuntilnetdue", INT32_MAX, -1, &term->days_until_net_due, err) &&
           netsuite_number(row, "daysuntilexpiry", INT32_MAX, -1, &term->days_until_expiry, err) &&
           netsuite_number(row, "daydiscountexpires", INT32_MAX, -1, &term->day_discount_expires,
                           err) &&
           netsuite_number(row, "recurrencecount", INT32_MAX, -1, &term->recurrence_count, err) &&
           read_basis_points(row, percent, &term->discount_bp, err);
}

/* Each once, though many invoices name it. */
bool netsuite_read_term(struct netsuite_rows *rows, struct json_object *row, struct err *err)
{
    struct facts *facts = rows->facts;
    struct term term;
    const char *id = netsuite_id(row, "termid");
    for (size_t i = 0; id && i < facts->term_count; i++)
        if (strcmp(facts->terms[i].id, id) == 0)
            id = NULL;
    if (!id)
        return true;
    if (!fill_term(rows, row, &term, err))
        return err_prefix(err, "term %.30s", id);
    facts->terms = rest_room(rows->arena, facts->terms, facts->term_count, sizeof term);
    facts->terms[facts->term_count++] = term;
    return true;
}

/* ---- credit memos and deposits ---- */

static bool fill_credit(struct netsuite_rows *rows, struct json_object *row, struct credit *credit,
                        struct err *err)
{
    struct money currency, applied;
    credit->id = arena_str(rows->arena, netsuite_id(row, "id"));
    credit->number = rest_text(rows->arena, row, "tranid");
    credit->disputed = netsuite_flag(row, "disputed");
    credit->customer_id = rows->customer;
    credit->approved =
        !netsuite_approval_is(row, "1", "pending") && !netsuite_approval_is(row, "3", "rejected");
    if (!credit->id)
        return err_set(err, ERR_INVALID, "without id");
    if (!netsuite_row_currency(rows, row, &currency, err) ||
        !netsuite_amount(row, "total", &currency, &credit->total, err) ||
        !netsuite_amount(row, "applied", &currency, &applied, err) ||
        !netsuite_amount(row, "unapplied", &currency, &credit->unapplied, err) ||
        !netsuite_date(row, "trandate", &credit->date, err))
        return false;
    if (credit->deposit && !credit->total.known &&
        !netsuite_amount(row, "payment", &currency, &credit->total, err))
        return false;
    if (!credit->unapplied.known && credit->total.known && applied.known)
        credit->unapplied = money_sub(credit->total, applied);
    return true;
}

static void add_credit(struct netsuite_rows *rows, const struct credit *credit)
{
    struct facts *facts = rows->facts;
    facts->credits = rest_room(rows->arena, facts->credits, facts->credit_count, sizeof *credit);
    facts->credits[facts->credit_count++] = *credit;
}

static bool read_memo(struct netsuite_rows *rows, struct json_object *row, struct err *err)
{
    struct credit credit = {0};
    const char *status = json_get_str(row, "status", "");
    if (netsuite_state_letter(status) == 'V' || text_equal_fold(status, "Voided"))
        return true;
    if (!fill_credit(rows, row, &credit, err))
        return netsuite_prefix_row(row, "credit memo", err);
    add_credit(rows, &credit);
    return true;
}

/* A deposit does not say what is left of it where its columns do not: C is applied in full, what
 * is neither that nor deposited (A, B) is not counted on. */
static bool read_deposit(struct netsuite_rows *rows, struct json_object *row, struct err *err)
{
    struct credit deposit = {.deposit = true};
    const char letter = netsuite_state_letter(json_get_str(row, "status", ""));
    if (!fill_credit(rows, row, &deposit, err))
        return netsuite_prefix_row(row, "deposit", err);
    if (letter && !strchr("ABC", letter))
        deposit.approved = false;
    if (!deposit.unapplied.known && deposit.total.known)
        deposit.unapplied = letter == 'C' ? money_sub(deposit.total, deposit.total) : deposit.total;
    add_credit(rows, &deposit);
    return true;
}

bool netsuite_read_credit(struct netsuite_rows *rows, struct json_object *row, struct err *err)
{
    bool is_deposit = strcmp(json_get_str(row, "kind", ""), "deposit") == 0;
    return is_deposit ? read_deposit(rows, row, err) : read_memo(rows, row, err);
}
