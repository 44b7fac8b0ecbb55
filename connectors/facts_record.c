/* The table of every record in the facts, and writing canonical JSON by it. */
#include "connectors/facts_record.h"

#include "base/json.h"

#include <string.h>

/* ---- the table ---- */

#define TEXT(s, m)                                                                                 \
    {                                                                                              \
#m, MEMBER_TEXT, offsetof(struct s, m), 0, NULL, false                                     \
    }
#define FLAG(s, m)                                                                                 \
    {                                                                                              \
#m, MEMBER_BOOL, offsetof(struct s, m), 0, NULL, false                                     \
    }
#define NUMBER(s, m)                                                                               \
    {                                                                                              \
#m, MEMBER_INT, offsetof(struct s, m), 0, NULL, false                                      \
    }
#define BYTE(s, m)                                                                                 \
    {                                                                                              \
#m, MEMBER_BYTE, offsetof(struct s, m), 0, NULL, false                                     \
    }
#define DATE(s, m)                                                                                 \
    {                                                                                              \
#m, MEMBER_DATE, offsetof(struct s, m), 0, NULL, false                                     \
    }
#define MONEY(s, m)                                                                                \
    {                                                                                              \
#m, MEMBER_MONEY, offsetof(struct s, m), 0, NULL, false                                    \
    }
#define RATE(s, m)                                                                                 \
    {                                                                                              \
#m, MEMBER_RATE, offsetof(struct s, m), 0, NULL, false                                     \
    }
#define STATUS(s, m)                                                                               \
    {                                                                                              \
#m, MEMBER_STATUS, offsetof(struct s, m), 0, NULL, false                                   \
    }
#define NAMES(s, m, n)                                                                             \
    {                                                                                              \
#m, MEMBER_NAMES, offsetof(struct s, m), offsetof(struct s, n), NULL, false                \
    }
#define RECORD(s, m, t)                                                                            \
    {                                                                                              \
#m, MEMBER_RECORD, offsetof(struct s, m), 0, &t, false                                     \
    }
#define ARRAY(s, m, n, t)                                                                          \
    {                                                                                              \
#m, MEMBER_ARRAY, offsetof(struct s, m), offsetof(struct s, n), &t, false                  \
    }
#define LATER_FLAG(s, m)                                                                           \
    {                                                                                              \
#m, MEMBER_BOOL, offsetof(struct s, m), 0, NULL, true                                      \
    }
#define LATER_RECORD(s, m, t)                                                                      \
    {                                                                                              \
#m, MEMBER_RECORD, offsetof(struct s, m), 0, &t, true                                      \
    }
#define LATER_ARRAY(s, m, n, t)                                                                    \
    {                                                                                              \
#m, MEMBER_ARRAY, offsetof(struct s, m), offsetof(struct s, n), &t, true                   \
    }
#define LATER_TEXT(s, m)                                                                           \
    {                                                                                              \
#m, MEMBER_TEXT, offsetof(struct s, m), 0, NULL, true                                      \
    }
#define LATER_NUMBER(s, m)                                                                         \
    {                                                                                              \
#m, MEMBER_INT, offsetof(struct s, m), 0, NULL, true                                       \
    }
#define LATER_DATE(s, m)                                                                           \
    {                                                                                              \
#m, MEMBER_DATE, offsetof(struct s, m), 0, NULL, true                                      \
    }
#define RECORD_TYPE(s, list)                                                                       \
    {                                                                                              \
        list, sizeof list / sizeof *list, sizeof(struct s)                                         \
    }

static const struct record_member account_members[] = {
    TEXT(account, id),       TEXT(account, name),     TEXT(account, parent_id),
    TEXT(account, owner_id), TEXT(account, industry), TEXT(account, billing_country),
    FLAG(account, found),    FLAG(account, deleted),
};
static const struct record_type account_type = RECORD_TYPE(account, account_members);

static const struct record_member relative_members[] = {
    TEXT(relative, id),      TEXT(relative, name),    TEXT(relative, parent_id),
    NUMBER(relative, depth), FLAG(relative, deleted), FLAG(relative, won),
};
static const struct record_type relative_type = RECORD_TYPE(relative, relative_members);

static const struct record_member family_members[] = {
    FLAG(family, known),
    FLAG(family, cycle),
    FLAG(family, too_deep),
    ARRAY(family, relatives, relative_count, relative_type),
};
static const struct record_type family_type = RECORD_TYPE(family, family_members);

static const struct record_member manager_members[] = {
    NUMBER(manager, level), TEXT(manager, id),     TEXT(manager, name),
    TEXT(manager, email),   FLAG(manager, active),
};
static const struct record_type manager_type = RECORD_TYPE(manager, manager_members);

static const struct record_member owner_members[] = {
    TEXT(owner, id),
    TEXT(owner, name),
    TEXT(owner, username),
    TEXT(owner, email),
    TEXT(owner, manager_id),
    TEXT(owner, title),
    TEXT(owner, department),
    TEXT(owner, zone),
    FLAG(owner, found),
    FLAG(owner, active),
    DATE(owner, last_login),
    LATER_FLAG(owner, managers_known),
    LATER_ARRAY(owner, managers, manager_count, manager_type),
};
static const struct record_type owner_type = RECORD_TYPE(owner, owner_members);

static const struct record_member owner_change_members[] = {
    TEXT(owner_change, id),
    DATE(owner_change, date),
    TEXT(owner_change, from),
    TEXT(owner_change, to),
};
static const struct record_type owner_change_type = RECORD_TYPE(owner_change, owner_change_members);

static const struct record_member owner_history_members[] = {
    FLAG(owner_history, known),
    ARRAY(owner_history, changes, change_count, owner_change_type),
};
static const struct record_type owner_history_type =
    RECORD_TYPE(owner_history, owner_history_members);

static const struct record_member opportunity_members[] = {
    TEXT(opportunity, id),         TEXT(opportunity, account_id),    TEXT(opportunity, name),
    TEXT(opportunity, stage),      TEXT(opportunity, contract_id),   TEXT(opportunity, owner_id),
    TEXT(opportunity, type),       FLAG(opportunity, won),           MONEY(opportunity, amount),
    DATE(opportunity, close_date), DATE(opportunity, last_activity),
};
static const struct record_type opportunity_type = RECORD_TYPE(opportunity, opportunity_members);

static const struct record_member sf_contract_members[] = {
    TEXT(sf_contract, id),
    TEXT(sf_contract, number),
    TEXT(sf_contract, status),
    LATER_TEXT(sf_contract, status_code),
    DATE(sf_contract, starts),
    DATE(sf_contract, ends),
    LATER_DATE(sf_contract, signed_at),
    LATER_NUMBER(sf_contract, term_months),
};
static const struct record_type sf_contract_type = RECORD_TYPE(sf_contract, sf_contract_members);

static const struct record_member contract_members[] = {
    TEXT(contract, id),
    TEXT(contract, sf_contract_id),
    TEXT(contract, name),
    STATUS(contract, status),
    TEXT(contract, status_text),
    MONEY(contract, value),
    DATE(contract, effective),
    DATE(contract, expires),
    DATE(contract, signed_at),
    LATER_FLAG(contract, covers_known),
    NAMES(contract, covers, covers_count),
    NAMES(contract, pending, pending_count),
    TEXT(contract, billing_schedule),
};
static const struct record_type contract_type = RECORD_TYPE(contract, contract_members);

static const struct record_member installment_members[] = {
    NUMBER(installment, number),
    DATE(installment, due),
    MONEY(installment, amount),
    MONEY(installment, remaining),
};
static const struct record_type installment_type = RECORD_TYPE(installment, installment_members);

static const struct record_member invoice_members[] = {
    TEXT(invoice, id),
    TEXT(invoice, number),
    TEXT(invoice, contract_id),
    DATE(invoice, date),
    DATE(invoice, due),
    MONEY(invoice, subtotal),
    MONEY(invoice, tax),
    MONEY(invoice, total),
    MONEY(invoice, paid),
    MONEY(invoice, remaining),
    RATE(invoice, rate),
    TEXT(invoice, status),
    FLAG(invoice, counts),
    TEXT(invoice, email),
    TEXT(invoice, term_id),
    FLAG(invoice, override_installments),
    ARRAY(invoice, installments, installment_count, installment_type),
    LATER_TEXT(invoice, customer_id),
};
static const struct record_type invoice_type = RECORD_TYPE(invoice, invoice_members);

static const struct record_member term_members[] = {
    TEXT(term, id),
    TEXT(term, name),
    FLAG(term, date_driven),
    FLAG(term, installment),
    FLAG(term, split_evenly),
    NUMBER(term, days_until_net_due),
    NUMBER(term, days_until_expiry),
    NUMBER(term, day_discount_expires),
    NUMBER(term, recurrence_count),
    NUMBER(term, discount_bp),
};
static const struct record_type term_type = RECORD_TYPE(term, term_members);

static const struct record_member credit_members[] = {
    TEXT(credit, id),         TEXT(credit, number),   FLAG(credit, deposit),
    FLAG(credit, approved),   FLAG(credit, disputed), MONEY(credit, total),
    MONEY(credit, unapplied), DATE(credit, date),     LATER_TEXT(credit, customer_id),
};
static const struct record_type credit_type = RECORD_TYPE(credit, credit_members);

static const struct record_member currency_rate_members[] = {
    TEXT(currency_rate, id),   TEXT(currency_rate, base), TEXT(currency_rate, foreign),
    DATE(currency_rate, date), RATE(currency_rate, rate), TEXT(currency_rate, source),
};
static const struct record_type currency_rate_type =
    RECORD_TYPE(currency_rate, currency_rate_members);

static const struct record_member rates_members[] = {
    FLAG(rates, known),
    ARRAY(rates, items, count, currency_rate_type),
};
static const struct record_type rates_type = RECORD_TYPE(rates, rates_members);

static const struct record_member facts_members[] = {
    TEXT(facts, base_currency),
    BYTE(facts, base_precision),
    RECORD(facts, account, account_type),
    RECORD(facts, owner, owner_type),
    LATER_RECORD(facts, family, family_type),
    LATER_RECORD(facts, owner_history, owner_history_type),
    ARRAY(facts, opportunities, opportunity_count, opportunity_type),
    ARRAY(facts, sf_contracts, sf_contract_count, sf_contract_type),
    ARRAY(facts, contracts, contract_count, contract_type),
    FLAG(facts, customer_found),
    ARRAY(facts, invoices, invoice_count, invoice_type),
    ARRAY(facts, terms, term_count, term_type),
    ARRAY(facts, credits, credit_count, credit_type),
    LATER_RECORD(facts, rates, rates_type),
};
const struct record_type facts_type = RECORD_TYPE(facts, facts_members);

/* ---- writing ---- */

void *record_pointer(const void *at)
{
    void *pointer;
    memcpy(&pointer, at, sizeof pointer);
    return pointer;
}

static void write_date(struct json_writer *w, struct civil date)
{
    char text[CIVIL_TEXT_SIZE];
    json_put_str(w, civil_is_known(date) ? civil_format(date, text) : NULL);
}

static void write_money(struct json_writer *w, const struct money *money)
{
    json_open(w, '{');
    json_pair_str(w, "currency", money->currency);
    json_key(w, "minor");
    if (money->known)
        json_put_int(w, money->minor);
    else
        json_put_null(w);
    json_pair_int(w, "precision", money->precision);
    json_close(w, '}');
}

static void write_names(struct json_writer *w, const char *const *names, size_t count)
{
    json_open(w, '[');
    for (size_t i = 0; i < count; i++)
        json_put_str(w, names[i]);
    json_close(w, ']');
}

static void write_record(struct json_writer *w, const struct record_type *type, const void *record);

static void write_array(struct json_writer *w, const struct record_type *type, const char *items,
                        size_t count)
{
    json_open(w, '[');
    for (size_t i = 0; i < count; i++)
        write_record(w, type, items + i * type->size);
    json_close(w, ']');
}

static void write_member(struct json_writer *w, const struct record_member *member,
                         const char *record)
{
    const void *at = record + member->offset;
    size_t count = 0;
    if (member->kind == MEMBER_NAMES || member->kind == MEMBER_ARRAY)
        memcpy(&count, record + member->count_offset, sizeof count);
    switch (member->kind) {
    case MEMBER_TEXT:
        json_put_str(w, *(const char *const *)at);
        return;
    case MEMBER_BOOL:
        json_put_bool(w, *(const bool *)at);
        return;
    case MEMBER_INT:
        json_put_int(w, *(const int64_t *)at);
        return;
    case MEMBER_BYTE:
        json_put_int(w, *(const uint8_t *)at);
        return;
    case MEMBER_DATE:
        write_date(w, *(const struct civil *)at);
        return;
    case MEMBER_MONEY:
        write_money(w, at);
        return;
    case MEMBER_RATE:
        json_put_int(w, ((const struct rate *)at)->scaled);
        return;
    case MEMBER_STATUS:
        json_put_str(w, contract_status_name(*(const enum contract_status *)at));
        return;
    case MEMBER_NAMES:
        write_names(w, record_pointer(at), count);
        return;
    case MEMBER_RECORD:
        write_record(w, member->type, at);
        return;
    case MEMBER_ARRAY:
        write_array(w, member->type, record_pointer(at), count);
        return;
    }
}

static void write_record(struct json_writer *w, const struct record_type *type, const void *record)
{
    json_open(w, '{');
    for (size_t i = 0; i < type->count; i++) {
        json_key(w, type->members[i].name);
        write_member(w, &type->members[i], record);
    }
    json_close(w, '}');
}

void record_write(const struct record_type *type, const void *record, struct buf *out)
{
    struct json_writer w;
    json_writer_init(&w, out);
    write_record(&w, type, record);
}

void facts_write(const struct facts *facts, struct buf *out)
{
    record_write(&facts_type, facts, out);
}
