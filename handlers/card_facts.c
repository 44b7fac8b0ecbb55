/* What a card says of the facts: deal, owner, contract, invoices, and how old each source's answer
 * is. */
#include "base/json.h"
#include "base/money.h"
#include "handlers/card_subject.h"

#include <string.h>

/* The opportunity that drives the onboarding, else the one closed last. */
static const struct opportunity *driver_of(const struct facts *facts, const char *opportunity_id)
{
    const struct opportunity *newest = NULL;
    for (size_t i = 0; i < facts->opportunity_count; i++) {
        const struct opportunity *opportunity = &facts->opportunities[i];
        if (salesforce_same_id(opportunity->id, opportunity_id))
            return opportunity;
        if (newest == NULL || opportunity->close_date.day > newest->close_date.day)
            newest = opportunity;
    }
    return newest;
}

static const struct contract *contract_of(const struct facts *facts,
                                          const struct opportunity *opportunity)
{
    for (size_t i = 0; opportunity != NULL && i < facts->contract_count; i++)
        if (salesforce_same_id(facts->contracts[i].sf_contract_id, opportunity->contract_id))
            return &facts->contracts[i];
    return facts->contract_count > 0 ? &facts->contracts[0] : NULL;
}

static void put_deal(struct turn *turn, const struct opportunity *opportunity,
                     struct value *context)
{
    if (opportunity == NULL)
        return;
    char amount[MONEY_TEXT_SIZE];
    struct value *deal = value_object(context, "deal");
    value_str(deal, "deal_amount", money_format(opportunity->amount, amount));
    value_str(deal, "deal_closed", card_day(turn, opportunity->close_date));
}

static void put_owner(struct turn *turn, const struct onboarding *onboarding,
                      const struct facts *facts, struct value *context)
{
    struct value *owner = value_object(context, "owner");
    if (onboarding->owner_user_id != NULL)
        value_str(owner, "owner_person", card_person(turn, onboarding->owner_user_id));
    else
        value_str(owner, "owner_name", card_line(turn->arena, facts->owner.name, CARD_NAME_MAX));
    if (turn->config->roster.cs_manager != NULL)
        value_str(owner, "owner_manager", card_person(turn, turn->config->roster.cs_manager));
    value_flag(owner, "owner_inactive", facts->owner.found && !facts->owner.active);
}

static void put_contract(struct turn *turn, const struct contract *contract, struct value *context)
{
    if (contract == NULL)
        return;
    struct value *row = value_object(context, "contract");
    const char *status = contract_status_name(contract->status);
    value_flag(row, arena_fmt(turn->arena, "contract_%s", status), true);
    value_str(row, "contract_id", card_line(turn->arena, contract->id, CARD_NAME_MAX));
    value_str(row, "contract_to", card_day(turn, contract->expires));
}

/* Adds what is left of the open invoices where they share a currency. */
static void put_invoices(const struct facts *facts, struct value *context)
{
    struct money open = {0};
    int64_t counted = 0, open_count = 0;
    bool one_currency = true;
    for (size_t i = 0; i < facts->invoice_count; i++) {
        const struct invoice *invoice = &facts->invoices[i];
        if (!invoice->counts)
            continue;
        counted++;
        if (!invoice->remaining.known || invoice->remaining.minor <= 0)
            continue;
        one_currency =
            open_count == 0 || (one_currency && money_same_currency(open, invoice->remaining));
        if (one_currency)
            open = open_count == 0 ? invoice->remaining : money_add(open, invoice->remaining);
        open_count++;
    }
    char text[MONEY_TEXT_SIZE];
    struct value *row = value_object(context, "invoices");
    value_int(row, "invoice_count", counted);
    value_flag(row, "invoices_all_paid", counted > 0 && open_count == 0);
    if (open_count > 0)
        value_int(row, "invoices_open", open_count);
    if (open_count > 0 && one_currency)
        value_str(row, "invoices_open_amount", money_format(open, text));
}

bool card_put_fields(struct turn *turn, const struct card_subject *subject, struct value *context,
                     struct err *err)
{
    struct value *started = value_object(context, "started");
    const char *by = subject->onboarding.started_by;
    if (by != NULL && strcmp(by, "usher") != 0)
        value_str(started, "starter", card_person(turn, by));
    value_str(started, "started_at", card_date(turn, subject->onboarding.created_at));
    if (!subject->has_run)
        return true;
    struct facts *facts = arena_alloc(turn->arena, sizeof *facts);
    if (!facts_read(subject->run.facts, strlen(subject->run.facts), turn->arena, facts, err))
        return err_prefix(err, "facts of revision %lld", (long long)subject->run.revision);
    struct json_node *sources = json_scan(subject->run.sources, strlen(subject->run.sources),
                                          strlen(subject->run.sources), turn->arena, err);
    if (sources == NULL)
        return err_prefix(err, "sources of revision %lld", (long long)subject->run.revision);
    const struct opportunity *driver = driver_of(facts, subject->onboarding.opportunity_id);
    put_deal(turn, driver, context);
    put_owner(turn, &subject->onboarding, facts, context);
    if (json_node_bool(sources, "clm.ok", false))
        put_contract(turn, contract_of(facts, driver), context);
    if (json_node_bool(sources, "netsuite.ok", false))
        put_invoices(facts, context);
    return true;
}

static void put_source(struct turn *turn, const char *title, struct json_node *source,
                       struct value *list)
{
    struct value *row = value_row(list);
    value_str(row, "source_title", title);
    value_flag(row, "source_absent", !json_node_bool(source, "configured", true));
    if (!json_node_bool(source, "ok", false)) {
        /* One of which nothing can be seen would pass for success. */
        const char *words =
            card_line(turn->arena, json_node_str(source, "error", turn->arena, ""), CARD_NAME_MAX);
        if (words[0] == '\0')
            words = json_node_str(source, "class", turn->arena, "no answer");
        value_str(row, "source_error", words);
        return;
    }
    struct wall at = {0};
    struct err ignored = {0};
    if (!wall_parse(json_node_str(source, "fetched_at", turn->arena, ""), &at, &ignored))
        at.ms = 0;
    if (at.ms > 0)
        value_str(row, "source_at", card_date(turn, at));
}

void card_put_sources(struct turn *turn, const struct card_subject *subject, struct value *context)
{
    if (!subject->has_run)
        return;
    struct value *data = value_object(context, "data");
    value_str(data, "rules", card_line(turn->arena, subject->run.rules_version, CARD_NAME_MAX));
    struct err ignored = {0};
    struct json_node *sources = json_scan(subject->run.sources, strlen(subject->run.sources),
                                          strlen(subject->run.sources), turn->arena, &ignored);
    struct value *list = value_list(data, "sources");
    for (int source = 0; sources != NULL && source < SOURCE_COUNT; source++) {
        struct json_node *one = json_node_at(sources, source_name((enum source)source));
        if (one != NULL)
            put_source(turn, source_title((enum source)source), one, list);
    }
}
