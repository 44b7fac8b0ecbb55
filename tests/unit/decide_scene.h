/* The clean account of the tests of the decision, and what may be changed about it. Today is
 * 2026-04-20, the base currency CAD; golden_decisions.txt says what else. */
#ifndef TESTS_UNIT_DECIDE_SCENE_H
#define TESTS_UNIT_DECIDE_SCENE_H

#include "handlers/checks/checks.h"
#include "handlers/decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SCENE_MAX = 16 };

struct scene {
    struct facts facts;
    struct opportunity opportunities[SCENE_MAX];
    struct contract contract;
    struct invoice invoices[SCENE_MAX]; /* the first is INV-0, paid: what the others leave */
    struct installment installments[SCENE_MAX];
    size_t installment_count;
    struct credit credits[SCENE_MAX];
    struct term terms[SCENE_MAX];
    struct relative relatives[SCENE_MAX];
    struct owner_change changes[SCENE_MAX];
    struct currency_rate rates[SCENE_MAX];
    const char *covers[SCENE_MAX];
    const char *pending;
    struct money invoiced; /* known: all invoices together, by INV-0 */
    struct remembered remembered;
    struct config config;
    struct arena arena;
    struct decision decision;
    const char *title; /* of the case */
    int complaints;    /* what did not come out as it was written */
};

/* Says what is wrong and goes on: all cases are looked at before the test fails. */
static inline void complain(struct scene *scene, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static inline void complain(struct scene *scene, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    print_error("%s: ", scene->title ? scene->title : "?");
    vprint_error(fmt, args);
    print_error("\n");
    va_end(args);
    scene->complaints++;
}

static inline struct civil day(const char *text)
{
    struct err err;
    struct civil out;
    if (!civil_parse(strcmp(text, "none") == 0 ? NULL : text, &out, &err))
        fail_msg("date %s?", text);
    return out;
}

static inline struct money amount(const char *text, const char *currency)
{
    struct err err;
    struct money out;
    if (!money_parse(strcmp(text, "none") == 0 ? NULL : text, currency, money_precision(currency),
                     &out, &err))
        fail_msg("amount %s?", text);
    return out;
}

static inline struct rate rate(const char *text)
{
    struct err err;
    struct rate out;
    if (!rate_parse(text, &out, &err))
        fail_msg("rate %s?", text);
    return out;
}

static inline struct invoice *add_invoice(struct scene *scene, const char *number,
                                          struct money total, struct money remaining,
                                          struct civil due)
{
    assert_true(scene->facts.invoice_count < SCENE_MAX);
    struct invoice *invoice = &scene->invoices[scene->facts.invoice_count++];
    *invoice = (struct invoice){
        .id = arena_str(&scene->arena, number),
        .number = arena_str(&scene->arena, number),
        .contract_id = "IC-1",
        .date = day("2026-04-10"),
        .due = due,
        .subtotal = total,
        .total = total,
        .remaining = remaining,
        .rate = {RATE_SCALE},
        .status = "Open",
        .counts = true,
        .email = "ap@acme.example",
    };
    return invoice;
}

static inline void scene_init(struct scene *scene)
{
    struct err err;
    memset(scene, 0, sizeof *scene);
    assert_true(config_parse(&scene->config, "test", "{}", 2, &err));
    scene->opportunities[0] = (struct opportunity){.id = "006",
                                                   .account_id = "001",
                                                   .name = "ACME 2026",
                                                   .contract_id = "800",
                                                   .owner_id = "005",
                                                   .type = "New Business",
                                                   .won = true,
                                                   .amount = amount("150000.00", "CAD"),
                                                   .close_date = day("2026-03-31"),
                                                   .last_activity = CIVIL_NONE};
    scene->contract = (struct contract){.id = "IC-1",
                                        .sf_contract_id = "800",
                                        .status = CONTRACT_EXECUTED,
                                        .value = amount("150000.00", "CAD"),
                                        .effective = day("2026-01-01"),
                                        .expires = day("2026-12-31"),
                                        .signed_at = CIVIL_NONE,
                                        .covers = scene->covers};
    scene->facts = (struct facts){.base_currency = "CAD",
                                  .base_precision = 2,
                                  .account = {.found = true,
                                              .id = "001",
                                              .name = "ACME Corp",
                                              .owner_id = "005",
                                              .billing_country = "Canada",
                                              .industry = "Software"},
                                  .owner = {.found = true,
                                            .id = "005",
                                            .name = "Ana",
                                            .username = "ana@corp.example",
                                            .email = "ana@corp.example",
                                            .manager_id = "009",
                                            .title = "AE",
                                            .department = "Sales",
                                            .zone = "America/Toronto",
                                            .active = true,
                                            .last_login = day("2026-04-18")},
                                  .family = {.known = true, .relatives = scene->relatives},
                                  .owner_history = {.known = true, .changes = scene->changes},
                                  .opportunities = scene->opportunities,
                                  .opportunity_count = 1,
                                  .contracts = &scene->contract,
                                  .contract_count = 1,
                                  .customer_found = true,
                                  .invoices = scene->invoices,
                                  .credits = scene->credits,
                                  .terms = scene->terms,
                                  .rates = {.known = true, .items = scene->rates}};
    for (int i = 0; i < SOURCE_COUNT; i++)
        scene->facts.sources[i].ok = true;
    add_invoice(scene, "INV-0", amount("0.00", "CAD"), amount("0.00", "CAD"), day("2026-02-01"));
}

static inline void scene_release(struct scene *scene)
{
    config_release(&scene->config);
    arena_release(&scene->arena);
}

/* INV-0, paid, is what the other invoices leave of the contract's value, or of what is said to be
 * invoiced in all: as long as nothing else is said, the contract is invoiced in full. */
static inline void scene_fill(struct scene *scene)
{
    struct money wanted = scene->contract.value;
    if (!wanted.known)
        wanted = scene->opportunities[0].amount;
    if (scene->invoiced.known)
        wanted = scene->invoiced;
    if (!wanted.known || strcmp(wanted.currency, "CAD") != 0 || scene->facts.invoice_count == 0 ||
        strcmp(scene->invoices[0].number, "INV-0") != 0)
        return;
    for (size_t i = 1; i < scene->facts.invoice_count; i++) {
        const struct invoice *other = &scene->invoices[i];
        struct money part = other->subtotal;
        if (!other->counts || !other->contract_id || strcmp(other->contract_id, "IC-1") != 0)
            continue;
        if (!money_same_currency(part, wanted))
            part = money_convert(part, other->rate, "CAD", 2);
        wanted = money_sub(wanted, part);
    }
    if (wanted.minor < 0)
        wanted.minor = 0;
    scene->invoices[0].subtotal = scene->invoices[0].total = wanted;
}

static inline void scene_decide_as_it_is(struct scene *scene)
{
    const struct check_input input = {.facts = &scene->facts,
                                      .config = &scene->config,
                                      .today = day("2026-04-20"),
                                      .remembered = scene->remembered};
    facts_normalise(&scene->facts);
    decide_knowing(&input, &scene->arena, &scene->decision);
}

static inline void scene_decide(struct scene *scene)
{
    scene_fill(scene);
    scene_decide_as_it_is(scene);
}

/* What must hold for every finding: the table tells of it, and it can be explained. */
static inline void scene_check_findings(struct scene *scene)
{
    for (size_t i = 0; i < scene->decision.findings.count; i++) {
        const struct finding *finding = &scene->decision.findings.items[i];
        if (!checks_find(finding->code, finding->level)) {
            complain(scene, "%s is not said at %s by any check", finding->code,
                     level_name(finding->level));
            continue;
        }
        bool heard = false, has_threshold = false, needs_threshold = true;
        for (size_t c = 0; c < checks_count; c++)
            for (const struct check_says *at = checks[c].says; at->code; at++) {
                if (strcmp(at->code, finding->code) != 0 || !(at->levels & 1u << finding->level))
                    continue;
                heard |= at->hears == finding->routes;
                needs_threshold &= at->thresholds && strncmp(at->thresholds, "rules.", 6) == 0;
            }
        if (!heard)
            complain(scene, "%s at %s goes to others than the table says", finding->code,
                     level_name(finding->level));
        for (size_t j = 0; j < finding->input_count; j++)
            has_threshold |= strcmp(finding->inputs[j].name, "threshold") == 0;
        if (finding->input_count == 0 || !finding->subject[0])
            complain(scene, "%s tells nothing of what it was made of", finding->code);
        if (needs_threshold && !has_threshold)
            complain(scene, "%s does not tell its threshold", finding->code);
        if (finding->level > LEVEL_NOTE && !finding->fix)
            complain(scene, "%s: nobody is told what would lift it", finding->code);
    }
}

#endif
