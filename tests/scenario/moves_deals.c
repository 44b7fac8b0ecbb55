/* Deals are won, billed, credited, signed and paid; Salesforce hints at some of it. */
#include "tests/scenario/moves.h"

#include <stdio.h>

enum { DEALS_MAX = 10, HINTS_MAX = 90 };

/* Hints on their way, or answered. */
static struct hint {
    struct sim_visit visit;
    char body[96];
    uint64_t delivery;
} hints[HINTS_MAX];
static size_t hint_count;

static void win_some(void)
{
    static const char *const names[DEALS_MAX] = {"ACME Corp", "Bolt Ltd", "Cargo AG",  "Dune Inc",
                                                 "Echo SA",   "Fjord AS", "Grain LLC", "Haven BV",
                                                 "Iris & Co", "Jolt <x>"};
    if (the.systems.count == DEALS_MAX)
        return;
    struct fake_account *account = systems_win(&the.systems, names[the.systems.count]);
    const char *against = "an invoice of 25000.00, 12 days overdue";
    switch (below(6)) {
    case 0:
        told("%s is won, with nothing against it", account->name);
        return;
    case 1:
        account->clm_status = "draft";
        told("%s is won, with a contract that is a draft", account->name);
        return;
    case 2:
        systems_bill(&the.systems, account, "INV-103", 40, "3000.00");
        against = "two overdue invoices";
        break;
    case 3:
        account->country = NULL;
        told("%s is won, without a country", account->name);
        return;
    default:
        break;
    }
    systems_bill(&the.systems, account, "INV-102", 12, "25000.00");
    told("%s is won, with %s", account->name, against);
}

static void pay_some(void)
{
    struct fake_account *account = some_account();
    if (!account)
        return;
    systems_pay(account);
    told("%s pays all of it", account->name);
}

static void bill_some(void)
{
    struct fake_account *account = some_account();
    if (!account || account->invoice_count >= 7)
        return;
    int days = (int)below(50);
    systems_bill(&the.systems, account, "INV-110", days, "900.00");
    told("%s is billed 900.00, %d days overdue", account->name, days);
}

static void credit_some(void)
{
    struct fake_account *account = some_account();
    if (!account)
        return;
    account->credit = account->credit ? NULL : below(2) ? "20000.00" : "5000.00";
    told("%s has a credit of %s", account->name, account->credit ? account->credit : "nothing");
}

static void sign_some(void)
{
    struct fake_account *account = some_account();
    if (!account)
        return;
    account->clm_status = "executed";
    account->country = "Canada";
    told("%s signs, and has a country", account->name);
}

/* Of an account or a deal; now and then one that was told of before. */
static void hint_some(void)
{
    const struct fake_account *account = some_account();
    if (!account || hint_count == HINTS_MAX)
        return;
    struct hint *hint = &hints[hint_count++];
    bool deal = below(2);
    hint->delivery = below(4) ? hint_count : 1 + below(hint_count);
    snprintf(hint->body, sizeof hint->body, "{\"%s\":\"%s\",\"id\":\"delivery-%llu\"}",
             deal ? "opportunity_id" : "account_id", deal ? account->opportunity : account->id,
             (unsigned long long)hint->delivery);
    hint->visit = (struct sim_visit){.method = "POST",
                                     .path = "/hooks/salesforce",
                                     .headers = "x-usher-secret: " HOOK_SECRET "\n",
                                     .body = hint->body};
    sim_visit(&the.sim, &hint->visit);
    told("Salesforce hints at the %s of %s, delivery %llu", deal ? "deal" : "account",
         account->name, (unsigned long long)hint->delivery);
}

void moves_of_deals_end(void)
{
    for (size_t i = 0; i < hint_count; i++) {
        if (hints[i].visit.status == 200)
            expect_number(stored(arena_fmt(&the.arena,
                                           "SELECT count(*) FROM inbox WHERE key = "
                                           "'hook:salesforce:delivery-%llu'",
                                           (unsigned long long)hints[i].delivery)),
                          1);
        buf_release(&hints[i].visit.answer);
    }
    hint_count = 0;
}

const struct move moves_of_deals[] = {
    {8, win_some},  {4, pay_some}, {4, bill_some}, {3, credit_some}, {3, sign_some},
    {5, hint_some}, {0},
};
