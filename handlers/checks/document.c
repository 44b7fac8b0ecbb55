/* docs/checks.md from the table of checks: what it reads, when it fires, who hears of it, and which
 * setting moves its threshold; with how to read it before, and how it counts after. */
#include "base/config_table.h"
#include "handlers/checks/checks.h"

#include <assert.h>
#include <string.h>

/* In parts: a compiler need not take longer strings than 4,095 characters. */
static const char *const before[] = {
    "# The decision\n"
    "\n"
    "This page is what `usher checks` prints, from the table in\n"
    "[handlers/checks/checks.c](../handlers/checks/checks.c); it is not written by hand.\n"
    "\n"
    "The verdict is made by rules alone. Every check runs on every account, none stops another; "
    "each may add findings, and the\n"
    "verdict is the highest level among them. Same facts, date and rules give the same findings in "
    "the same order and the same\n"
    "digest; the order of records never matters. `usher decide ACCOUNT` shows it all and changes "
    "nothing; `/onboard why ONB-n`\n"
    "shows it in Slack.\n"
    "\n"
    "## Levels\n"
    "\n"
    "`NONE < NOTE < ESCALATE_WARN < ESCALATE_URGENT < BLOCK_FINANCE < BLOCK_FINANCE_DIRECTOR < "
    "BLOCK_DATA < BLOCK_HARD`\n"
    "\n"
    "| level | verdict | who lifts it |\n"
    "|---|---|---|\n"
    "| NONE, NOTE | PROCEED | nobody needs to |\n"
    "| ESCALATE_WARN | ESCALATE | one CS approver |\n"
    "| ESCALATE_URGENT | ESCALATE | one CS approver; Finance is told |\n"
    "| BLOCK_FINANCE | BLOCK | a CS approver and a Finance approver: two people |\n"
    "| BLOCK_FINANCE_DIRECTOR | BLOCK | a CS approver and the Finance director |\n"
    "| BLOCK_DATA | BLOCK | itself, at the next good fetch (every 15 minutes) |\n"
    "| BLOCK_HARD | BLOCK | only a fix at the source |\n"
    "\n"
    "The level picks the headline only: each block must be lifted on its own.\n"
    "\n",
    "## Changing a threshold\n"
    "\n"
    "The last column names the settings ([configuration](configuration.md)) with their defaults; "
    "give them other values under\n"
    "`rules` and another `rules.rules_version`, so that cards and audit log tell the two apart. "
    "Before that, look at what it\n"
    "would do. None of these writes anything:\n"
    "\n"
    "| command | tells |\n"
    "|---|---|\n"
    "| `usher decide ACCOUNT --rules FILE` | what the verdict of an account would be, from facts "
    "fetched now |\n"
    "| `usher shadow --rules FILE` | which stored runs would have come out differently |\n"
    "| `usher replay ONB-n [rN]` | that a stored run still comes out as it did, or what differs |\n"
    "\n"
    "FILE holds the section `rules` alone, such as `{\"rules\": {\"overdue_urgent_days\": 45}}`; "
    "what it does not name stays as\n"
    "the configuration has it.\n"
    "\n"
    "## Checks\n"
    "\n"
    "A check needs the systems that it reads: where one of them failed or is not configured, its "
    "codes appear as skipped, with\n"
    "what they lacked. So do those that lack a group of facts which an organisation does not have, "
    "such as an owner history.\n",
};

static const char *const after[] = {
    "\n"
    "## How it counts\n"
    "\n"
    "- **The driver** is the won opportunity that the onboarding was started for, else the one "
    "with "
    "the latest close date, then\n"
    "  the larger amount in the base currency, then the smaller id; a renewal drives only where "
    "nothing else was won. Its\n"
    "  contract is the CLM record that names its Salesforce contract, an executed one before "
    "others.\n"
    "- **Credits**: approved, undisputed, unapplied, of the same customer and currency, set "
    "against the oldest "
    "due invoice first. `net` is what\n"
    "  then remains. Where credits cover 80 % (`rules.credit_suppress_pct`) of what is overdue of "
    "an "
    "invoice it no longer counts\n"
    "  as overdue; its net still counts against the contract.\n"
    "- **Overdue** is due before today with a net above the tolerance: the larger of 1.00 and 0.5 "
    "% "
    "of the invoice's total.\n"
    "- **Installments**: an invoice that has them is due, and overdue, by each of them, and counts "
    "once. Only what is late of it\n"
    "  counts against the contract. Where it is not said what is left of each, what was paid went "
    "to the oldest.\n"
    "- **Today** is the date in the team's zone (`calendar.zone`), or `--today`. What Salesforce "
    "gives as an instant (last\n"
    "  login, change of owner) counts as the day that it was there.\n"
    "- **Money** is integers of minor units; rates are scaled integers; shares are compared by "
    "cross-multiplication, exactly at\n"
    "  the boundary. Other currencies are converted at the invoice's own rate to the base "
    "currency, "
    "and at the rate of its day\n"
    "  from there. Voided, draft and cancelled invoices count in no sum.\n"
    "- **A rate of a day** is the last one up to it, else the first after it, at most "
    "`rules.fx_window_days` away.\n",
    "- **Invoiced** is what the invoices that name the contract say before tax. Where no invoice "
    "names any contract, there is\n"
    "  nothing to compare, and the check is skipped.\n"
    "- **In scope** of a family is a child (down to the fifth level, not deleted) that won an "
    "opportunity of its own, or that the\n"
    "  contract lists.\n"
    "- **What Usher itself remembers** of an account, beside the facts: whether its organisation "
    "stands already, which deal it was\n"
    "  started for, and when it last saw another owner. It is stored with the decision.\n"
    "- **\"Would be PROCEED if\"** lists, once each, the fixes of all findings above NOTE; a "
    "finding "
    "that goes along with another\n"
    "  one's fix is not listed, and two ways out of one finding stand together (\"INV-102 paid, or "
    "credit CM-9 (CAD 20,000.00)\n"
    "  applied\"). There is no such line where one of them has no fix.\n"
    "\n"
    "## Adding a check\n"
    "\n"
    "One file in `handlers/checks/`, one prototype in `checks.h`, one row in `checks.c`, cases in\n"
    "`tests/unit/golden_decisions.txt`, and this page: `usher checks > docs/checks.md`. A check is "
    "a "
    "pure function of\n"
    "`struct check_input`: facts, configuration, today, and what Usher remembers. It calls "
    "`finding_add`, `finding_fix` and\n"
    "`finding_input`, or `finding_skip` with what it lacks; it never fails and never looks "
    "elsewhere. The tests hold every finding\n"
    "to its row: its level, who hears of it, a fix, and its threshold among its inputs.\n",
};

static void add_parts(struct buf *out, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_str(out, parts[i]);
}

static void add_needs(struct buf *out, unsigned needs)
{
    const char *between = "";
    for (int i = 0; i < SOURCE_COUNT; i++)
        if (needs & 1u << i) {
            buf_fmt(out, "%s%s", between, source_title((enum source)i));
            between = ", ";
        }
    if (!needs)
        buf_str(out, "nothing");
}

static void add_levels(struct buf *out, unsigned levels)
{
    const char *between = "";
    for (int level = 0; level < LEVEL_COUNT; level++)
        if (levels & 1u << level) {
            buf_fmt(out, "%s%s", between, level_name((enum level)level));
            between = ", ";
        }
}

static void add_routes(struct buf *out, unsigned routes)
{
    const char *between = "";
    for (unsigned bit = 1; bit <= ROUTE_ADMIN; bit <<= 1)
        if (routes & bit) {
            buf_fmt(out, "%s%s", between, route_name(bit));
            between = ", ";
        }
}

static void add_thresholds(struct buf *out, const char *paths)
{
    const char *between = "";
    while (paths && *paths) {
        char path[64] = "";
        size_t len = strcspn(paths, ",");
        assert(len < sizeof path);
        memcpy(path, paths, len);
        const struct config_key *key = config_key_find(path);
        assert(key);
        buf_fmt(out, "%s`%s`", between, path);
        if (key->fallback)
            buf_fmt(out, " (%s)", key->fallback);
        between = ", ";
        paths += len + (paths[len] == ',');
    }
}

static void add_check(struct buf *out, const struct check *check)
{
    buf_fmt(out, "\n### %s\n\nReads %s. Needs ", check->name, check->reads);
    add_needs(out, check->needs);
    buf_str(out,
            ".\n\n| code | fires when | level | who hears | settings |\n|---|---|---|---|---|\n");
    for (const struct check_says *says = check->says; says->code; says++) {
        buf_fmt(out, "| `%s` | %s | ", says->code, says->fires);
        add_levels(out, says->levels);
        buf_str(out, " | ");
        add_routes(out, says->hears);
        buf_str(out, " | ");
        add_thresholds(out, says->thresholds);
        buf_str(out, " |\n");
    }
}

void checks_document(struct buf *out)
{
    add_parts(out, before, sizeof before / sizeof *before);
    for (size_t i = 0; i < checks_count; i++)
        add_check(out, &checks[i]);
    add_parts(out, after, sizeof after / sizeof *after);
}
