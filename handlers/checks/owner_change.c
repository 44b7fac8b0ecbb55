/* Has the account just changed hands, or do the account and its deal have two owners? */
#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"

#include <inttypes.h>
#include <string.h>

static bool is_recent(struct civil date, const struct check_input *input)
{
    int64_t ago = (int64_t)input->today.day - date.day;
    return civil_is_known(date) && ago >= 0 && ago <= input->config->rules.owner_changed_days;
}

/* The newest change that is recent; CIVIL_NONE: none. */
static struct civil last_change(const struct check_input *input)
{
    const struct owner_history *history = &input->facts->owner_history;
    const struct remembered *remembered = &input->remembered;
    struct civil newest = CIVIL_NONE;
    for (size_t i = 0; history->known && i < history->change_count; i++)
        if (is_recent(history->changes[i].date, input) && history->changes[i].date.day > newest.day)
            newest = history->changes[i].date;
    if (remembered->previous_owner_id &&
        !salesforce_same_id(remembered->previous_owner_id, input->facts->account.owner_id) &&
        is_recent(remembered->previous_owner_on, input) &&
        remembered->previous_owner_on.day > newest.day)
        newest = remembered->previous_owner_on;
    return newest;
}

static struct finding *changed(const struct check_input *input, const char *why,
                               struct findings *findings)
{
    const struct account *account = &input->facts->account;
    const struct owner *owner = &input->facts->owner;
    struct finding *finding =
        finding_add(findings, "OWNER_CHANGED", LEVEL_NOTE, ROUTE_CS,
                    owner->found && owner->name ? owner->name : account->owner_id, "%s", why);
    finding_input(findings, finding, "account owner", "%s",
                  account->owner_id ? account->owner_id : "none");
    return finding;
}

void check_owner_change(const struct check_input *input, struct findings *findings)
{
    const struct account *account = &input->facts->account;
    const struct opportunity *driver = input->deal->driver;
    char when[CIVIL_TEXT_SIZE];
    if (!account->found) {
        finding_skip(findings, "OWNER_CHANGED", "the account");
        return;
    }
    struct civil change = last_change(input);
    /* that a queue owns it is said by the check of the owner */
    bool differs = driver && driver->owner_id && input->facts->owner.found && account->owner_id &&
                   strncmp(account->owner_id, "00G", 3) != 0 &&
                   !salesforce_same_id(driver->owner_id, account->owner_id);
    if (civil_is_known(change)) {
        struct finding *finding =
            changed(input,
                    arena_fmt(findings->arena, "The account changed hands on %s",
                              civil_words(change, input->today, when)),
                    findings);
        finding_input(findings, finding, "changed", "%s", civil_format(change, when));
        finding_input(findings, finding, "threshold", "%" PRId64 " days",
                      input->config->rules.owner_changed_days);
    }
    if (differs) {
        struct finding *finding =
            changed(input, "The account and its deal have different owners", findings);
        finding_input(findings, finding, "opportunity owner", "%s", driver->owner_id);
    }
    if (!civil_is_known(change) && !differs && !input->facts->owner_history.known)
        finding_skip(findings, "OWNER_CHANGED", "the account's owner history");
}
