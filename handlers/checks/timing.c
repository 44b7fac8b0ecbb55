/* When the deal closed: too long ago with nothing to show for it, or not yet. */
#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"

#include <inttypes.h>

/* An activity may lie ahead: a meeting that is planned. */
static bool is_active(const struct opportunity *driver, struct civil today, int64_t days)
{
    return civil_is_known(driver->last_activity) &&
           (int64_t)today.day - driver->last_activity.day <= days;
}

static void stale(const struct check_input *input, int64_t days, struct findings *findings)
{
    const struct opportunity *driver = input->deal->driver;
    const int64_t note = input->config->rules.stale_note_days;
    const int64_t warn = input->config->rules.stale_warn_days;
    const int64_t recent = input->config->rules.stale_activity_days;
    bool active = is_active(driver, input->today, recent);
    bool is_old = days > warn && !active;
    char when[CIVIL_TEXT_SIZE];
    struct finding *finding = finding_add(
        findings, "STALE_DEAL", is_old ? LEVEL_ESCALATE_WARN : LEVEL_NOTE, ROUTE_CS | ROUTE_OWNER,
        deal_name(driver), "The deal closed %" PRId64 " days ago, and nothing is provisioned%s",
        days, active && days > warn ? " (but it is being worked on)" : "");
    finding_fix(findings, finding, "activity on %s within %" PRId64 " days", deal_name(driver),
                recent);
    finding_input(findings, finding, "days since close", "%" PRId64, days);
    finding_input(findings, finding, "last activity", "%s",
                  civil_is_known(driver->last_activity) ? civil_format(driver->last_activity, when)
                                                        : "none");
    finding_input(findings, finding, "threshold", "%" PRId64 " days (note), %" PRId64 " days", note,
                  warn);
}

void check_timing(const struct check_input *input, struct findings *findings)
{
    const struct opportunity *driver = input->deal->driver;
    char when[CIVIL_TEXT_SIZE], day[CIVIL_TEXT_SIZE];
    if (!driver || !civil_is_known(driver->close_date))
        return; /* said by the checks of the deal and of fields */
    int64_t days = (int64_t)input->today.day - driver->close_date.day;
    if (days > input->config->rules.stale_note_days && !input->remembered.provisioned)
        stale(input, days, findings);
    if (days < 0) {
        struct finding *finding =
            finding_add(findings, "CLOSE_DATE_IN_FUTURE", LEVEL_ESCALATE_WARN, ROUTE_REVOPS,
                        deal_name(driver), "The opportunity is won, but closes only on %s",
                        civil_words(driver->close_date, input->today, when));
        finding_fix(findings, finding, "the close date of %s corrected", deal_name(driver));
        finding_input(findings, finding, "close date", "%s", civil_format(driver->close_date, day));
        finding_input(findings, finding, "today", "%s", civil_format(input->today, when));
    }
}
