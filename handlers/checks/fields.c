/* Fields that others rely on later: missing ones are named while they are easy to fill. */
#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"
#include "handlers/checks/receivables.h"

static struct finding *missing(struct findings *findings, enum level level, const char *subject,
                               const char *field, const char *where)
{
    struct finding *finding = finding_add(findings, "FIELD_MISSING", level, ROUTE_CS | ROUTE_REVOPS,
                                          subject, "%s has no %s", where, field);
    if (level > LEVEL_NOTE)
        finding_fix(findings, finding, "%s filled in", field);
    finding_input(findings, finding, "field", "%s", field);
    return finding;
}

static void need_text(struct findings *findings, enum level level, const char *value,
                      const char *subject, const char *field, const char *where)
{
    if (!value || !*value)
        missing(findings, level, subject, field, where);
}

void check_fields(const struct check_input *input, struct findings *findings)
{
    const struct facts *facts = input->facts;
    const struct account *account = &facts->account;
    if (!account->found) {
        finding_skip(findings, "FIELD_MISSING", "the account");
        return;
    }
    need_text(findings, LEVEL_ESCALATE_WARN, account->billing_country, account->name,
              "billing country", "The account");
    need_text(findings, LEVEL_NOTE, account->industry, account->name, "industry", "The account");
    const struct opportunity *driver = input->deal->driver;
    if (driver) {
        if (!driver->amount.known)
            missing(findings, LEVEL_ESCALATE_WARN, driver->name, "amount", "The opportunity");
        if (!civil_is_known(driver->close_date))
            missing(findings, LEVEL_ESCALATE_WARN, driver->name, "close date", "The opportunity");
        if (!driver->contract_id || !*driver->contract_id) {
            struct finding *finding =
                missing(findings, LEVEL_ESCALATE_WARN, driver->name, "contract", "The opportunity");
            finding_fix(findings, finding, "a contract named by %s", deal_name(driver));
        }
    }
    const struct owner *owner = &facts->owner;
    if (owner->found) {
        need_text(findings, LEVEL_NOTE, owner->title, owner->name, "title", "The owner");
        need_text(findings, LEVEL_NOTE, owner->department, owner->name, "department", "The owner");
        need_text(findings, LEVEL_NOTE, owner->zone, owner->name, "time zone", "The owner");
    }
}

static void need_remainders(const struct facts *facts, struct findings *findings)
{
    for (size_t i = 0; i < facts->invoice_count; i++) {
        const char *number = invoice_name(&facts->invoices[i]);
        if (invoice_is_unread(&facts->invoices[i]))
            missing(findings, LEVEL_ESCALATE_WARN, number, "amount that is left to pay",
                    arena_fmt(findings->arena, "Invoice %s", number));
    }
}

/* Dates and addresses only of invoices with something left to pay: of paid ones nobody needs them
 * any more. */
void check_invoice_fields(const struct check_input *input, struct findings *findings)
{
    need_remainders(input->facts, findings);
    for (size_t i = 0; i < input->receivables->count; i++) {
        const struct receivable *receivable = &input->receivables->items[i];
        const char *number = invoice_name(receivable->invoice);
        if (!receivable->open)
            continue;
        const char *where = arena_fmt(findings->arena, "Invoice %s", number);
        if (!civil_is_known(receivable->invoice->due) && !receivable->by_installments)
            missing(findings, LEVEL_ESCALATE_WARN, number, "due date", where);
        need_text(findings, LEVEL_ESCALATE_WARN, receivable->invoice->email, number,
                  "billing e-mail address", where);
    }
}
