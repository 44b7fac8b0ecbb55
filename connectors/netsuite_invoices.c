/* SuiteQL rows of invoices and their installments into facts. */
#include "connectors/netsuite_call.h"

#include "base/text.h"

#include <string.h>

/* ---- states ---- */

static const struct {
    char letter;
    const char *words;
    bool counts;
} invoice_states[] = {
    {'A', "Open", true},      {'B', "Paid In Full", true}, {'D', "Pending Approval", false},
    {'E', "Rejected", false}, {'V', "Voided", false},      {0, "Cancelled", false},
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
    };
    if (!invoice->id)
        return err_set(err, ERR_INVALID, "without id");
    read_state(row, arena, invoice);
    return netsuite_row_currency(rows, row, &currency, err) &&
           read_amounts(row, &currency, invoice, err) &&
           netsuite_date(row, "trandate", &invoice->date, err) &&
           netsuite_date(row, "duedate", &invoice->due, err) &&
           rate_parse(json_number_text(row, "exchangerate"), &invoice->rate, err);
}

bool netsuite_read_invoice(struct netsuite_rows *rows, struct json_object *row, struct err *err)
{
    struct facts *facts = rows->facts;
    struct invoice invoice;
    if (!fill_invoice(rows, row, &invoice, err))
        return netsuite_prefix_row(row, "invoice", err);
    facts->invoices = rest_room(rows->arena, facts->invoices, facts->invoice_count, sizeof invoice);
    facts->invoices[facts->invoice_count++] = invoice;
    return true;
}

static struct invoice *invoice_of(struct netsuite_rows *rows, const char *id)
{
    struct facts *facts = rows->facts;
    for (size_t i = 0; i < facts->invoice_count; i++) {
        size_t at = (rows->invoice_at + i) % facts->invoice_count;
        if (strcmp(facts->invoices[at].id, id) != 0)
            continue;
        rows->invoice_at = at;
        return &facts->invoices[at];
    }
    return NULL;
}

bool netsuite_read_installment(struct netsuite_rows *rows, struct json_object *row, struct err *err)
{
    struct installment installment = {0};
    const char *id = netsuite_id(row, "invoice");
    struct invoice *invoice = id ? invoice_of(rows, id) : NULL;
    /* One that was made between the two queries: the next fetch has both. */
    if (!invoice)
        return true;
    /* Without a number of its own it is counted: two with one number would be taken for one. */
    int64_t next = (int64_t)invoice->installment_count + 1;
    if (!netsuite_number(row, "seqnum", INT32_MAX, next, &installment.number, err) ||
        !netsuite_date(row, "duedate", &installment.due, err) ||
        !netsuite_amount(row, "amount", &invoice->total, &installment.amount, err) ||
        !netsuite_amount(row, "amountdue", &invoice->total, &installment.remaining, err))
        return err_prefix(err, "invoice %.30s: installment",
                          invoice->number ? invoice->number : invoice->id);
    invoice->installments = rest_room(rows->arena, invoice->installments,
                                      invoice->installment_count, sizeof installment);
    invoice->installments[invoice->installment_count++] = installment;
    return true;
}
