/* Currency rates of NetSuite: which are asked for, and their rows into facts. Nobody has told
 * NetSuite yet in which currency the deal is, so those that deals are made in come along. */
#include "connectors/netsuite_call.h"

#include <string.h>

/* Deals are closed some days before their first invoice. */
enum { DAYS_BEFORE = 31 };

static bool is_sold_in(const struct config *config, const char *symbol)
{
    for (size_t i = 0; i < config->rates.currencies.count; i++)
        if (strcmp(config->rates.currencies.items[i], symbol) == 0)
            return true;
    return false;
}

static bool is_wanted(const struct netsuite_rows *rows, const struct netsuite_currency *currency)
{
    return strcmp(currency->symbol, rows->facts->base_currency) != 0 &&
           (currency->invoiced || is_sold_in(rows->config, currency->symbol));
}

bool netsuite_wants_rates(const struct netsuite_rows *rows)
{
    for (size_t i = 0; rows->base_id && i < rows->currency_count; i++)
        if (is_wanted(rows, &rows->currencies[i]))
            return true;
    return false;
}

/* What is paid long since is weighed at its own rate. */
static bool matters(const struct netsuite_rows *rows, const struct invoice *invoice)
{
    const int64_t oldest = (int64_t)rows->today.day - rows->config->rates.days;
    bool open = !invoice->remaining.known || invoice->remaining.minor > 0;
    return invoice->counts && civil_is_known(invoice->date) &&
           (open || invoice->date.day >= oldest);
}

static struct civil first_day(const struct netsuite_rows *rows)
{
    struct civil first = rows->today;
    for (size_t i = 0; i < rows->facts->invoice_count; i++) {
        const struct invoice *invoice = &rows->facts->invoices[i];
        if (invoice->date.day < first.day && matters(rows, invoice))
            first = invoice->date;
    }
    const int64_t window = rows->config->rules.fx_window_days;
    return civil_add_days(first, -(int32_t)(window > DAYS_BEFORE ? window : DAYS_BEFORE));
}

struct netsuite_params netsuite_rates_params(const struct netsuite_rows *rows)
{
    char day[CIVIL_TEXT_SIZE];
    struct arena *arena = rows->arena;
    struct netsuite_params out = {
        .items = arena_array(arena, rows->currency_count + 3, sizeof *out.items)};
    out.items[out.count++] = rows->base_id;
    for (size_t i = 0; i < rows->currency_count; i++)
        if (is_wanted(rows, &rows->currencies[i]))
            out.items[out.count++] = rows->currencies[i].id;
    out.items[out.count++] = arena_str(arena, civil_format(first_day(rows), day));
    out.items[out.count++] = arena_str(arena, civil_format(rows->today, day));
    return out;
}

/* A rate of nothing, or of no day, is none. */
bool netsuite_read_rate(struct netsuite_rows *rows, struct json_object *row, struct err *err)
{
    static const char source[] = "netsuite";
    struct rates *rates = &rows->facts->rates;
    const char *id = netsuite_id(row, "transactioncurrency");
    const struct netsuite_currency *currency = id ? netsuite_currency(rows, id) : NULL;
    struct currency_rate rate = {.base = rows->facts->base_currency, .source = source};
    if (!currency)
        return err_set(err, ERR_INVALID,
                       "currency rate: transactioncurrency: there is none with "
                       "the id %.20s",
                       id ? id : "");
    if (!netsuite_date(row, "effectivedate", &rate.date, err) ||
        !netsuite_rate(row, "exchangerate", &rate.rate, err))
        return err_prefix(err, "currency rate of %s", currency->symbol);
    if (!civil_is_known(rate.date) || rate.rate.scaled == 0)
        return true;
    rate.foreign = currency->symbol;
    rate.id = currency_rate_id(rows->arena, rate.base, rate.foreign, rate.date, source);
    rates->items = rest_room(rows->arena, rates->items, rates->count, sizeof rate);
    rates->items[rates->count++] = rate;
    return true;
}
