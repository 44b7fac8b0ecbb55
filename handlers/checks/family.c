/* The account's family: whether the contract covers those who are to be served under it. */
#include "base/broken.h"
#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"

#include <string.h>

enum { MAX_NAMED = 8 };

static const char *name_of(const struct relative *relative)
{
    return relative->name && relative->name[0] ? relative->name : relative->id;
}

/* ---- is the hierarchy clear ---- */

static void unclear(struct findings *findings, const struct account *account, const char *why,
                    const char *fix)
{
    struct finding *finding =
        finding_add(findings, "HIERARCHY_UNCLEAR", LEVEL_ESCALATE_WARN, ROUTE_LEGAL | ROUTE_CS,
                    account->name ? account->name : account->id, "%s", why);
    finding_fix(findings, finding, "%s", fix);
    finding_input(findings, finding, "account", "%s", account->id);
}

static const struct relative *find(const struct family *family, const char *id)
{
    for (size_t i = 0; id && i < family->relative_count; i++)
        if (salesforce_same_id(family->relatives[i].id, id))
            return &family->relatives[i];
    return NULL;
}

/* From the account upwards; more steps than there are relatives can only be a circle. */
static bool goes_in_a_circle(const struct facts *facts)
{
    const struct family *family = &facts->family;
    const char *parent = facts->account.parent_id;
    for (size_t steps = 0; steps <= family->relative_count; steps++) {
        if (salesforce_same_id(parent, facts->account.id))
            return true;
        const struct relative *above = find(family, parent);
        if (!above)
            return false;
        parent = above->parent_id;
    }
    return true;
}

static bool is_too_deep(const struct family *family)
{
    if (family->too_deep)
        return true;
    for (size_t i = 0; i < family->relative_count; i++)
        if (family->relatives[i].depth > FAMILY_MAX_DEPTH ||
            family->relatives[i].depth < -FAMILY_MAX_DEPTH)
            return true;
    return false;
}

static void check_parent(const struct facts *facts, struct findings *findings)
{
    const char *parent_id = facts->account.parent_id;
    if (!parent_id || !parent_id[0])
        return;
    const struct relative *parent = find(&facts->family, parent_id);
    if (parent ? parent->deleted : !salesforce_same_id(parent_id, facts->account.id))
        unclear(findings, &facts->account,
                arena_fmt(findings->arena, "The account's parent%s%s is deleted in Salesforce",
                          parent ? " " : "", parent ? name_of(parent) : ""),
                "the account's parent restored or corrected");
}

static void check_shape(const struct facts *facts, struct findings *findings)
{
    if (!BROKEN(circle_unnoticed) && (facts->family.cycle || goes_in_a_circle(facts)))
        unclear(findings, &facts->account,
                "The account's hierarchy goes in a circle: an account is its own ancestor",
                "the circle in the account's hierarchy opened");
    if (is_too_deep(&facts->family))
        unclear(findings, &facts->account,
                arena_fmt(findings->arena,
                          "The account's hierarchy has more than %d levels and was not read to "
                          "the end",
                          FAMILY_MAX_DEPTH),
                "the account's hierarchy made flatter");
    check_parent(facts, findings);
}

/* ---- who is covered ---- */

static bool is_listed(const struct contract *contract, const char *id)
{
    for (size_t i = 0; contract && i < contract->covers_count; i++)
        if (salesforce_same_id(contract->covers[i], id))
            return true;
    return false;
}

/* To be served: bought something of its own, or the contract names it. */
static bool is_in_scope(const struct relative *relative, const struct contract *contract)
{
    return relative->depth > 0 && !relative->deleted &&
           (relative->won || is_listed(contract, relative->id));
}

struct coverage {
    size_t in_scope, open; /* open: not covered */
    struct buf names;      /* of those */
};

static struct coverage coverage_of(const struct family *family, const struct contract *contract)
{
    struct coverage out = {0};
    for (size_t i = 0; i < family->relative_count; i++) {
        const struct relative *relative = &family->relatives[i];
        if (!is_in_scope(relative, contract))
            continue;
        out.in_scope++;
        if (is_listed(contract, relative->id))
            continue;
        if (out.open++ < MAX_NAMED)
            buf_fmt(&out.names, "%s%s", out.names.len ? ", " : "", name_of(relative));
    }
    if (out.open > MAX_NAMED)
        buf_fmt(&out.names, " and %zu more", out.open - MAX_NAMED);
    return out;
}

static void covered(const struct contract *contract, const struct coverage *coverage,
                    const struct account *account, struct findings *findings)
{
    const char *whom = coverage->in_scope == 1
                           ? "the one subsidiary"
                           : arena_fmt(findings->arena, "all %zu subsidiaries", coverage->in_scope);
    struct finding *finding = finding_add(findings, "SUBSIDIARIES_COVERED", LEVEL_NOTE, ROUTE_CS,
                                          account->name ? account->name : account->id,
                                          "Contract %s covers %s in scope", contract->id, whom);
    finding_input(findings, finding, "in scope", "%zu", coverage->in_scope);
}

static void not_covered(const struct contract *contract, const struct coverage *coverage,
                        struct findings *findings)
{
    const char *names = buf_cstr(&coverage->names);
    struct finding *finding = finding_add(
        findings, "SUBSIDIARY_NOT_COVERED", LEVEL_ESCALATE_WARN, ROUTE_LEGAL | ROUTE_OWNER, names,
        "Contract %s does not cover %s: %s", contract->id,
        coverage->open == 1 ? "a subsidiary" : "some subsidiaries", names);
    finding_fix(findings, finding, "contract %s extended to %s", contract->id, names);
    finding_input(findings, finding, "in scope", "%zu", coverage->in_scope);
    finding_input(findings, finding, "not covered", "%zu", coverage->open);
}

static bool says_whom(const struct contract *contract)
{
    return contract && contract->id && (contract->covers_known || contract->covers_count > 0);
}

static void judge(const struct contract *contract, const struct coverage *coverage,
                  const struct account *account, struct findings *findings)
{
    if (coverage->open > 0)
        not_covered(contract, coverage, findings);
    else
        covered(contract, coverage, account, findings);
}

void check_family(const struct check_input *input, struct findings *findings)
{
    const struct facts *facts = input->facts;
    const struct contract *contract = input->deal->contract;
    if (!facts->account.found || !facts->family.known) {
        const char *needs = facts->account.found ? "the account's hierarchy" : "the account";
        finding_skip(findings, "SUBSIDIARIES_COVERED", needs);
        finding_skip(findings, "SUBSIDIARY_NOT_COVERED", needs);
        finding_skip(findings, "HIERARCHY_UNCLEAR", needs);
        return;
    }
    check_shape(facts, findings);
    struct coverage coverage = coverage_of(&facts->family, contract);
    if (coverage.in_scope > 0 && !says_whom(contract))
        unclear(findings, &facts->account,
                arena_fmt(findings->arena, "%zu %s in scope, and %s", coverage.in_scope,
                          coverage.in_scope == 1 ? "subsidiary is" : "subsidiaries are",
                          contract ? "the contract does not say whom it covers"
                                   : "there is no contract to cover them"),
                "the contract's list of covered accounts filled in");
    else if (coverage.in_scope > 0 && contract)
        judge(contract, &coverage, &facts->account, findings);
    buf_release(&coverage.names);
}
