/* Several deals at once, and deals without a contract. */
#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"

enum { MAX_NAMED = 5 };

/* Won, of this account, and not onboarded yet: all but the one whose organisation stands already.
 */
static bool is_waiting(const struct check_input *input, const struct opportunity *opportunity)
{
    return deal_is_won(input->facts, opportunity) &&
           !(input->remembered.provisioned &&
             salesforce_same_id(opportunity->id, input->remembered.opportunity_id));
}

static void add_name(struct buf *names, size_t count, const char *name)
{
    if (count < MAX_NAMED)
        buf_fmt(names, "%s%s", names->len ? ", " : "", name);
}

static void end_names(struct buf *names, size_t count)
{
    if (count > MAX_NAMED)
        buf_fmt(names, " and %zu more", count - MAX_NAMED);
}

void check_opportunities(const struct check_input *input, struct findings *findings)
{
    const struct opportunity *driver = input->deal->driver;
    struct buf others = {0};
    size_t waiting = 0, other_count = 0, renewals = 0;
    for (size_t i = 0; driver && i < input->facts->opportunity_count; i++) {
        const struct opportunity *opportunity = &input->facts->opportunities[i];
        if (!is_waiting(input, opportunity))
            continue;
        waiting++;
        renewals += deal_is_renewal(opportunity);
        if (opportunity != driver)
            add_name(&others, other_count++, deal_name(opportunity));
    }
    end_names(&others, other_count);
    if (waiting >= 2) {
        struct finding *finding =
            finding_add(findings, "SEVERAL_OPPORTUNITIES", LEVEL_NOTE, ROUTE_CS, deal_name(driver),
                        "%zu won opportunities are not onboarded yet; %s drives, beside %s%s",
                        waiting, deal_name(driver), buf_cstr(&others),
                        renewals ? " (a renewal opens no new tenant)" : "");
        finding_input(findings, finding, "won", "%zu", waiting);
        finding_input(findings, finding, "renewals", "%zu", renewals);
        finding_input(findings, finding, "driver", "%s", driver->id);
    }
    buf_release(&others);
}

static bool lacks_contract(const struct opportunity *opportunity)
{
    return !opportunity->contract_id || !opportunity->contract_id[0];
}

void check_opportunity_contracts(const struct check_input *input, struct findings *findings)
{
    const struct opportunity *driver = input->deal->driver;
    struct buf names = {0};
    size_t count = 0;
    bool driver_lacks = driver && lacks_contract(driver);
    for (size_t i = 0; driver && i < input->facts->opportunity_count; i++) {
        const struct opportunity *opportunity = &input->facts->opportunities[i];
        if ((opportunity == driver || is_waiting(input, opportunity)) &&
            lacks_contract(opportunity))
            add_name(&names, count++, deal_name(opportunity));
    }
    end_names(&names, count);
    if (count > 0) {
        bool matters = driver_lacks || count >= 2;
        struct finding *finding = finding_add(findings, "OPPORTUNITY_WITHOUT_CONTRACT",
                                              matters ? LEVEL_ESCALATE_WARN : LEVEL_NOTE,
                                              ROUTE_REVOPS | ROUTE_CS, buf_cstr(&names), "%s: %s",
                                              count == 1 ? "A won opportunity names no contract"
                                                         : "Won opportunities name no contract",
                                              buf_cstr(&names));
        finding_fix(findings, finding, "a contract named by %s", buf_cstr(&names));
        finding_input(findings, finding, "without contract", "%zu", count);
        finding_input(findings, finding, "driver among them", "%s", driver_lacks ? "yes" : "no");
    }
    buf_release(&names);
}
