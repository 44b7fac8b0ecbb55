/* The words of golden_decisions.txt: each changes the clean account, or says what must come out. */
#ifndef TESTS_UNIT_DECIDE_WORDS_H
#define TESTS_UNIT_DECIDE_WORDS_H

#include "tests/unit/decide_scene.h"

/* The word after `name` in the line, NULL where that is not there. In the scene's memory. */
static const char *option(struct scene *scene, const char *rest, const char *name)
{
    const char *at = strstr(rest, name);
    if (!at)
        return NULL;
    at += strlen(name);
    at += strspn(at, " ");
    return arena_strn(&scene->arena, at, strcspn(at, " "));
}

/* The n-th word, from 0; NULL where there are fewer. */
static const char *word_at(struct scene *scene, const char *rest, size_t n)
{
    for (;; n--) {
        rest += strspn(rest, " ");
        size_t len = strcspn(rest, " ");
        if (len == 0)
            return NULL;
        if (n == 0)
            return arena_strn(&scene->arena, rest, len);
        rest += len;
    }
}

static void line_invoice(struct scene *scene, const char *rest)
{
    const char *currency = option(scene, rest, "currency "), *own = option(scene, rest, "rate ");
    const char *tax = option(scene, rest, "tax "), *dated = option(scene, rest, "dated ");
    const char *contract = option(scene, rest, "contract ");
    currency = currency ? currency : "CAD";
    struct invoice *invoice =
        add_invoice(scene, word_at(scene, rest, 0), amount(word_at(scene, rest, 1), currency),
                    amount(word_at(scene, rest, 2), currency), day(option(scene, rest, "due ")));
    if (own)
        invoice->rate = rate(own);
    if (tax) {
        invoice->tax = amount(tax, currency);
        invoice->total = money_add(invoice->subtotal, invoice->tax);
    }
    if (dated)
        invoice->date = day(dated);
    if (contract)
        invoice->contract_id = strcmp(contract, "none") == 0 ? NULL : contract;
    if (strstr(rest, " void"))
        invoice->counts = false;
    if (strstr(rest, "email none"))
        invoice->email = NULL;
    if (strstr(rest, "by-hand"))
        invoice->override_installments = true;
}

/* Of the last invoice. */
static void line_installment(struct scene *scene, const char *rest)
{
    struct invoice *invoice = &scene->invoices[scene->facts.invoice_count - 1];
    struct installment *installment = &scene->installments[scene->installment_count++];
    assert_true(scene->installment_count < SCENE_MAX);
    if (invoice->installment_count++ == 0)
        invoice->installments = installment;
    *installment = (struct installment){.number = (int64_t)invoice->installment_count,
                                        .amount = amount(word_at(scene, rest, 0), "CAD"),
                                        .remaining = amount(word_at(scene, rest, 1), "CAD"),
                                        .due = day(option(scene, rest, "due "))};
}

static struct term *add_term(struct scene *scene)
{
    struct term *term = &scene->terms[scene->facts.term_count++];
    *term = (struct term){.id = arena_fmt(&scene->arena, "%zu", scene->facts.term_count),
                          .name = "test",
                          .days_until_net_due = -1,
                          .days_until_expiry = -1,
                          .day_discount_expires = -1,
                          .recurrence_count = -1,
                          .discount_bp = -1};
    scene->invoices[scene->facts.invoice_count - 1].term_id = term->id;
    return term;
}

static void line_plan(struct scene *scene, const char *rest)
{
    struct term *term = add_term(scene);
    term->installment = true;
    term->recurrence_count = strtoll(rest, NULL, 10);
    term->split_evenly = strstr(rest, "even") != NULL;
}

static void line_term(struct scene *scene, const char *rest)
{
    struct term *term = add_term(scene);
    term->discount_bp = strtoll(word_at(scene, rest, 0), NULL, 10) * 100;
    const char *on_day = option(scene, rest, "day ");
    term->date_driven = on_day != NULL;
    if (on_day)
        term->day_discount_expires = strtoll(on_day, NULL, 10);
    else
        term->days_until_expiry = strtoll(word_at(scene, rest, 1), NULL, 10);
}

static void line_credit(struct scene *scene, const char *rest)
{
    const char *currency = option(scene, rest, "currency ");
    struct money unapplied = amount(word_at(scene, rest, 1), currency ? currency : "CAD");
    struct credit *credit = &scene->credits[scene->facts.credit_count++];
    *credit = (struct credit){.id = word_at(scene, rest, 0),
                              .number = word_at(scene, rest, 0),
                              .approved = !strstr(rest, "pending"),
                              .disputed = strstr(rest, "disputed") != NULL,
                              .deposit = strstr(rest, "deposit") != NULL,
                              .total = unapplied,
                              .unapplied = unapplied,
                              .date = day("2026-04-01")};
}

static void line_no(struct scene *scene, const char *rest)
{
    if (strcmp(rest, "invoices") == 0)
        scene->facts.invoice_count = 0;
    else if (strcmp(rest, "contract") == 0)
        scene->facts.contract_count = 0;
    else
        fail_msg("no %s?", rest);
}

static void line_invoiced(struct scene *scene, const char *rest)
{
    scene->invoiced = amount(rest, "CAD");
}

static void line_schedule(struct scene *scene, const char *rest)
{
    scene->contract.billing_schedule = arena_str(&scene->arena, rest);
}

static void contract_status(struct contract *contract, const char *name)
{
    for (int status = CONTRACT_UNKNOWN; status <= CONTRACT_TERMINATED; status++)
        if (strcmp(contract_status_name((enum contract_status)status), name) == 0) {
            contract->status = (enum contract_status)status;
            return;
        }
    fail_msg("contract %s?", name);
}

static void line_contract(struct scene *scene, const char *rest)
{
    struct contract *contract = &scene->contract;
    const char *currency = option(scene, rest, "currency ");
    const char *what = word_at(scene, rest, 0), *value = word_at(scene, rest, 1);
    if (strcmp(what, "value") == 0) {
        contract->value = amount(value, currency ? currency : "CAD");
    } else if (strcmp(what, "expires") == 0) {
        contract->expires = day(value);
    } else if (strcmp(what, "effective") == 0) {
        contract->effective = day(value);
    } else if (strcmp(what, "pending") == 0) {
        scene->pending = arena_str(&scene->arena, rest + strlen("pending "));
        contract->pending = &scene->pending;
        contract->pending_count = 1;
    } else {
        contract_status(contract, what);
    }
}

static void line_covers(struct scene *scene, const char *rest)
{
    struct contract *contract = &scene->contract;
    contract->covers_known = true;
    if (strcmp(rest, "nobody") == 0)
        return;
    for (const char *id; (id = word_at(scene, rest, contract->covers_count));)
        contract->covers[contract->covers_count++] = id;
}

/* child ID NAME [won] [deleted] [depth N] [under ID]; parent likewise, upwards. */
static void add_relative(struct scene *scene, const char *rest, int64_t direction)
{
    struct relative *relative = &scene->relatives[scene->facts.family.relative_count++];
    const char *depth = option(scene, rest, "depth "), *under = option(scene, rest, "under ");
    *relative = (struct relative){.id = word_at(scene, rest, 0),
                                  .name = word_at(scene, rest, 1),
                                  .parent_id = under           ? under
                                               : direction > 0 ? "001"
                                                               : NULL,
                                  .depth = direction * (depth ? strtoll(depth, NULL, 10) : 1),
                                  .deleted = strstr(rest, "deleted") != NULL,
                                  .won = strstr(rest, "won") != NULL};
    if (direction < 0 && !depth)
        scene->facts.account.parent_id = relative->id;
}

static void line_child(struct scene *scene, const char *rest)
{
    add_relative(scene, rest, 1);
}

static void line_parent(struct scene *scene, const char *rest)
{
    add_relative(scene, rest, -1);
}

static void line_family(struct scene *scene, const char *rest)
{
    if (strcmp(rest, "unknown") == 0)
        scene->facts.family.known = false;
    else if (strcmp(rest, "cycle") == 0)
        scene->facts.family.cycle = true;
    else if (strcmp(rest, "deep") == 0)
        scene->facts.family.too_deep = true;
    else if (strcmp(rest, "parent-gone") == 0)
        scene->facts.account.parent_id = "001GONE";
    else
        fail_msg("family %s?", rest);
}

static void line_amount(struct scene *scene, const char *rest)
{
    const char *currency = word_at(scene, rest, 1);
    scene->opportunities[0].amount = amount(word_at(scene, rest, 0), currency ? currency : "CAD");
}

static void line_closed(struct scene *scene, const char *rest)
{
    scene->opportunities[0].close_date = day(rest);
}

static void line_activity(struct scene *scene, const char *rest)
{
    scene->opportunities[0].last_activity = day(rest);
}

/* Another won opportunity: deal ID AMOUNT [CUR] closed DATE [contract ID|none] [type WORD]; or
 * none, foreign: of the one there is. */
static void line_deal(struct scene *scene, const char *rest)
{
    if (strcmp(rest, "none") == 0) {
        scene->facts.opportunity_count = 0;
        return;
    }
    if (strcmp(rest, "foreign") == 0) {
        scene->opportunities[0].account_id = "002";
        return;
    }
    const char *contract = option(scene, rest, "contract "), *type = option(scene, rest, "type ");
    const char *currency = word_at(scene, rest, 2);
    struct opportunity *deal = &scene->opportunities[scene->facts.opportunity_count++];
    *deal = scene->opportunities[0];
    deal->id = deal->name = word_at(scene, rest, 0);
    deal->amount = amount(word_at(scene, rest, 1),
                          currency && strcmp(currency, "closed") != 0 ? currency : "CAD");
    deal->close_date = day(option(scene, rest, "closed "));
    deal->contract_id = contract && strcmp(contract, "none") == 0 ? NULL : contract;
    deal->type = type ? type : "New Business";
}

static void line_owner(struct scene *scene, const char *rest)
{
    struct owner *owner = &scene->facts.owner;
    const char *login = option(scene, rest, "login ");
    if (strcmp(rest, "inactive") == 0)
        owner->active = false;
    else if (strcmp(rest, "gone") == 0)
        *owner = (struct owner){.last_login = CIVIL_NONE};
    else if (strcmp(rest, "no-email") == 0)
        owner->email = NULL;
    else if (strcmp(rest, "no-username") == 0)
        owner->username = NULL;
    else if (strcmp(rest, "queue") == 0)
        scene->facts.account.owner_id = "00G000000000001";
    else if (strcmp(rest, "nobody") == 0)
        scene->facts.account.owner_id = NULL;
    else if (strcmp(rest, "no-manager") == 0)
        owner->manager_id = NULL;
    else if (strcmp(rest, "fallback-manager") == 0)
        scene->config.roster.cs_manager = "U0LEE";
    else if (strcmp(rest, "other-than-deal") == 0)
        scene->opportunities[0].owner_id = "007";
    else if (strcmp(rest, "history-unknown") == 0)
        scene->facts.owner_history.known = false;
    else if (login)
        owner->last_login = day(login);
    else
        fail_msg("owner %s?", rest);
}

static void line_changed(struct scene *scene, const char *rest)
{
    if (strncmp(rest, "seen ", 5) == 0) {
        scene->remembered.previous_owner_id = "004";
        scene->remembered.previous_owner_on = day(rest + 5);
        return;
    }
    struct owner_change *change = &scene->changes[scene->facts.owner_history.change_count++];
    *change = (struct owner_change){.id = arena_fmt(&scene->arena, "017-%s", rest),
                                    .date = day(rest),
                                    .from = "004",
                                    .to = "005"};
}

static void line_account(struct scene *scene, const char *rest)
{
    if (strcmp(rest, "deleted") == 0)
        scene->facts.account.deleted = true;
    else
        scene->facts.account = (struct account){.id = "001"};
}

static void line_missing(struct scene *scene, const char *rest)
{
    struct facts *facts = &scene->facts;
    if (strcmp(rest, "billing country") == 0)
        facts->account.billing_country = NULL;
    else if (strcmp(rest, "industry") == 0)
        facts->account.industry = NULL;
    else if (strcmp(rest, "contract") == 0)
        scene->opportunities[0].contract_id = NULL;
    else if (strcmp(rest, "close date") == 0)
        scene->opportunities[0].close_date = CIVIL_NONE;
    else if (strcmp(rest, "title") == 0)
        facts->owner.title = NULL;
    else if (strcmp(rest, "department") == 0)
        facts->owner.department = NULL;
    else if (strcmp(rest, "time zone") == 0)
        facts->owner.zone = NULL;
    else
        fail_msg("missing %s?", rest);
}

static void forget_salesforce(struct facts *facts)
{
    facts->account = (struct account){0};
    facts->owner = (struct owner){.last_login = CIVIL_NONE};
    facts->family.known = facts->owner_history.known = false;
    facts->opportunity_count = 0;
}

static void forget_netsuite(struct facts *facts)
{
    facts->customer_found = facts->rates.known = false;
    facts->invoice_count = facts->credit_count = facts->term_count = 0;
}

static void forget_clm(struct facts *facts)
{
    facts->contract_count = 0;
}

static void (*const forget[SOURCE_COUNT])(struct facts *facts) = {
    [SOURCE_SALESFORCE] = forget_salesforce,
    [SOURCE_NETSUITE] = forget_netsuite,
    [SOURCE_CLM] = forget_clm,
};

static void line_source(struct scene *scene, const char *rest)
{
    for (int i = 0; i < SOURCE_COUNT; i++) {
        struct source_state *source = &scene->facts.sources[i];
        if (strncmp(rest, source_name((enum source)i), strlen(source_name((enum source)i))) != 0)
            continue;
        *source = (struct source_state){.absent = strstr(rest, "absent") != NULL};
        source->failure = (struct failure){FAILURE_TRANSIENT, 503, "", "503 after 4 tries", 0};
        forget[i](&scene->facts);
        return;
    }
    fail_msg("source %s?", rest);
}

static void line_rate(struct scene *scene, const char *rest)
{
    if (strcmp(rest, "unknown") == 0) {
        scene->facts.rates.known = false;
        return;
    }
    struct currency_rate *out = &scene->rates[scene->facts.rates.count++];
    *out = (struct currency_rate){.base = "CAD",
                                  .foreign = word_at(scene, rest, 0),
                                  .date = day(word_at(scene, rest, 1)),
                                  .rate = rate(word_at(scene, rest, 2)),
                                  .source = "netsuite"};
    out->id = currency_rate_id(&scene->arena, out->base, out->foreign, out->date, out->source);
}

static void line_provisioned(struct scene *scene, const char *rest)
{
    (void)rest;
    scene->remembered.provisioned = true;
    scene->remembered.opportunity_id = "006";
}

static void line_started(struct scene *scene, const char *rest)
{
    scene->remembered.opportunity_id = arena_str(&scene->arena, rest);
}

/* ---- what must come out ---- */

static bool said(const struct decision *decision, const char *code, const char *subject)
{
    for (size_t i = 0; i < decision->findings.count; i++)
        if (strcmp(decision->findings.items[i].code, code) == 0 &&
            (strcmp(subject, "*") == 0 ||
             strcmp(decision->findings.items[i].subject, subject) == 0))
            return true;
    return false;
}

static void line_expect(struct scene *scene, const char *rest)
{
    size_t expected = 0;
    scene_decide(scene);
    scene_check_findings(scene);
    for (const char *word; (word = word_at(scene, rest, expected + 1)); expected++) {
        const char *at = strchr(word, '@');
        if (!at)
            fail_msg("%s: CODE@SUBJECT?", word);
        const char *code = arena_strn(&scene->arena, word, (size_t)(at - word));
        if (!said(&scene->decision, code, at + 1))
            complain(scene, "no finding %s of %s", code, at + 1);
    }
    const struct findings *findings = &scene->decision.findings;
    if (findings->count != expected) {
        complain(scene, "%zu findings, not %zu:", findings->count, expected);
        for (size_t i = 0; i < findings->count; i++)
            print_error("    %s@%s: %s\n", findings->items[i].code, findings->items[i].subject,
                        findings->items[i].text);
    }
    if (strcmp(level_name(scene->decision.level), word_at(scene, rest, 0)) != 0)
        complain(scene, "%s, not %s", level_name(scene->decision.level), word_at(scene, rest, 0));
}

static void line_says(struct scene *scene, const char *rest)
{
    const struct findings *findings = &scene->decision.findings;
    for (size_t i = 0; i < findings->count; i++)
        if (strstr(findings->items[i].text, rest))
            return;
    for (size_t i = 0; i < findings->count; i++)
        print_error("    %s\n", findings->items[i].text);
    complain(scene, "nothing says “%s”", rest);
}

static void line_fix(struct scene *scene, const char *rest)
{
    const char *fix = scene->decision.fix ? scene->decision.fix : "none";
    if (strcmp(fix, rest) != 0)
        complain(scene, "the fix is “%s”, not “%s”", fix, rest);
}

static void line_skips(struct scene *scene, const char *rest)
{
    const struct findings *findings = &scene->decision.findings;
    size_t count = 0;
    for (const char *code; (code = word_at(scene, rest, count)); count++) {
        bool found = false;
        for (size_t i = 0; i < findings->skipped_count; i++)
            found |= strcmp(findings->skipped[i].code, code) == 0;
        if (!found)
            complain(scene, "%s is not skipped", code);
    }
    if (findings->skipped_count != count)
        complain(scene, "%zu are skipped, not %zu", findings->skipped_count, count);
}

static const struct {
    const char *word;
    void (*apply)(struct scene *scene, const char *rest);
} words[] = {
    {"invoice", line_invoice},   {"installment", line_installment},
    {"plan", line_plan},         {"term", line_term},
    {"credit", line_credit},     {"no", line_no},
    {"invoiced", line_invoiced}, {"schedule", line_schedule},
    {"contract", line_contract}, {"covers", line_covers},
    {"child", line_child},       {"parent", line_parent},
    {"family", line_family},     {"amount", line_amount},
    {"closed", line_closed},     {"activity", line_activity},
    {"deal", line_deal},         {"owner", line_owner},
    {"changed", line_changed},   {"account", line_account},
    {"missing", line_missing},   {"source", line_source},
    {"rate", line_rate},         {"started", line_started},
    {"says", line_says},         {"provisioned", line_provisioned},
    {"expect", line_expect},     {"fix", line_fix},
    {"skips", line_skips},
};

static void apply_line(struct scene *scene, const char *line)
{
    size_t len = strcspn(line, " ");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].word) == len && strncmp(words[i].word, line, len) == 0) {
            words[i].apply(scene, line[len] ? line + len + 1 : "");
            return;
        }
    fail_msg("unknown word: %s", line);
}

#endif
