/* SuiteQL rows of invoices into facts. An invoice has one row, or one for each of its installments;
 * every row carries its terms. */
#include "connectors/netsuite_call.h"

#include "base/text.h"

#include <string.h>

/* ---- states ---- */

#define PAID "Paid In Full"

static const struct {
    char letter;
    const char *words;
    bool counts;
} invoice_states[] = {
    {'A', "Open", true},      {'B', PAID, true},      {'D', "Pending Approval", false},
    {'E', "Rejected", false}, {'V', "Voided", false}, {0, "Cancelled", false},
    {0, "Canceled", false},   {0, "Draft", false},
};

static void read_state(struct json_object *row, struct arena *arena, struct invoice *invoice)
{
    const char *status = json_get_str(row, "status", "");
    const char letter = netsuite_state_letter(status);
    invoice->status = rest_text(arena, row, "status");
    invoice->counts =
        !netsuite_approval_is(row, "1", "pending") && !netsuite_approval_is(row, "3", "rejected");
    for (size_t i = 0; i < sizeof invoice_states / sizeof *invoice_states; i++)
        if ((letter && letter == invoice_states[i].letter) ||
            text_equal_fold(status, invoice_states[i].words)) {
            invoice->status = invoice_states[i].words;
            invoice->counts = invoice->counts && invoice_states[i].counts;
            return;
        }
}

/* ---- invoices ---- */

static bool read_amounts(struct json_object *row, const struct money *currency,
                         struct invoice *invoice, struct err *err)
{
    if (!netsuite_amount(row, "subtotal", currency, &invoice->subtotal, err) ||
        !netsuite_amount(row, "taxtotal", currency, &invoice->tax, err) ||
        !netsuite_amount(row, "total", currency, &invoice->total, err) ||
        !netsuite_amount(row, "amountpaid", currency, &invoice->paid, err) ||
        !netsuite_amount(row, "amountremaining", currency, &invoice->remaining, err))
        return false;
    /* NetSuite's own word for it, where it leaves out the nought. */
    if (!invoice->remaining.known && strcmp(invoice->status ? invoice->status : "", PAID) == 0)
        invoice->remaining = money_zero(currency->currency, currency->precision);
    if (!invoice->tax.known && invoice->total.known && invoice->subtotal.known)
        invoice->tax = money_sub(invoice->total, invoice->subtotal);
    return true;
}

static bool fill_invoice(struct netsuite_rows *rows, struct json_object *row,
                         struct invoice *invoice, struct err *err)
{
    struct arena *arena = rows->arena;
    struct money currency;
    *invoice = (struct invoice){
        .id = arena_str(arena, netsuite_id(row, "id")),
        .number = rest_text(arena, row, "tranid"),
        .contract_id = rest_text(arena, row, rows->contract_column),
        .email = rest_text(arena, row, "email"),
        .term_id = arena_str(arena, netsuite_id(row, "terms")),
        .override_installments = netsuite_flag(row, "overrideinstallments"),
        .customer_id = rows->customer,
    };
    if (!invoice->id)
        return err_set(err, ERR_INVALID, "without id");
    read_state(row, arena, invoice);
    return netsuite_row_currency(rows, row, &currency, err) &&
           read_amounts(row, &currency, invoice, err) &&
           netsuite_date(row, "trandate", &invoice->date, err) &&
           netsuite_date(row, "duedate", &invoice->due, err) &&
           netsuite_rate(row, "exchangerate", &invoice->rate, err);
}

static void note_currency(const struct netsuite_rows *rows, struct json_object *row,
                          const struct invoice *invoice)
{
    const char *id = netsuite_id(row, "currency");
    struct netsuite_currency *currency = id ? netsuite_currency(rows, id) : NULL;
    if (currency && invoice->counts)
        currency->invoiced = true;
}

static bool add_invoice(struct netsuite_rows *rows, struct json_object *row, struct err *err)
{
    struct facts *facts = rows->facts;
    struct invoice invoice;
    if (!fill_invoice(rows, row, &invoice, err))
        return netsuite_prefix_row(row, "invoice", err);
    note_currency(rows, row, &invoice);
    facts->invoices = rest_room(rows->arena, facts->invoices, facts->invoice_count, sizeof invoice);
    facts->invoices[facts->invoice_count++] = invoice;
    return true;
}

/* ---- installments ---- */

static bool add_installment(struct netsuite_rows *rows, struct json_object *row,
                            struct invoice *invoice, struct err *err)
{
    struct installment installment = {0};
    /* Without a number of its own it is counted: two with one number would be taken for one. */
    int64_t next = (int64_t)invoice->installment_count + 1;
    if (!netsuite_number(row, "seqnum", INT32_MAX, next, &installment.number, err) ||
        !netsuite_date(row, "installmentdue", &installment.due, err) ||
        !netsuite_amount(row, "installmentamount", &invoice->total, &installment.amount, err) ||
        !netsuite_amount(row, "installmentrest", &invoice->total, &installment.remaining, err))
        return err_prefix(err, "invoice %.30s: installment",
                          invoice->number ? invoice->number : invoice->id);
    invoice->installments = rest_room(rows->arena, invoice->installments,
                                      invoice->installment_count, sizeof installment);
    invoice->installments[invoice->installment_count++] = installment;
    return true;
}

/* ---- the row ---- */

/* The rows of an invoice stand together. */
static struct invoice *last_invoice(const struct netsuite_rows *rows, const char *id)
{
    const struct facts *facts = rows->facts;
    struct invoice *last = facts->invoice_count ? &facts->invoices[facts->invoice_count - 1] : NULL;
    return last && id && strcmp(last->id, id) == 0 ? last : NULL;
}

bool netsuite_read_invoice(struct netsuite_rows *rows, struct json_object *row, struct err *err)
{
    const char *id = netsuite_id(row, "id");
    if (!last_invoice(rows, id) &&
        (!add_invoice(rows, row, err) || !netsuite_read_term(rows, row, err)))
        return false;
    return !netsuite_id(row, "installmentof") ||
           add_installment(rows, row, last_invoice(rows, id), err);
}
