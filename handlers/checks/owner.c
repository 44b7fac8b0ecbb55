/* The account's owner: a person who can be reached. */
#include "handlers/checks/checks.h"

#include <string.h>

static const char *what_is_wrong(const struct owner *owner)
{
    if (!owner->found)
        return "is not to be found in Salesforce";
    if (!owner->active)
        return "is inactive in Salesforce";
    if (!owner->email || !*owner->email)
        return "has no e-mail address in Salesforce";
    if (!owner->username || !*owner->username)
        return "has no username in Salesforce";
    return NULL;
}

void check_owner(const struct check_input *input, struct findings *findings)
{
    const struct account *account = &input->facts->account;
    const struct owner *owner = &input->facts->owner;
    if (!account->found) {
        finding_skip(findings, "OWNER_INACTIVE", "the account");
        return;
    }
    if (!account->owner_id || strncmp(account->owner_id, "00G", 3) == 0) {
        struct finding *finding = finding_add(
            findings, "OWNER_NOT_A_PERSON", LEVEL_ESCALATE_WARN, ROUTE_CS_MANAGER,
            account->owner_id ? account->owner_id : account->id,
            account->owner_id ? "The account is owned by a queue" : "The account has no owner");
        finding_fix(findings, finding, "the account owned by a person");
        return;
    }
    const char *wrong = what_is_wrong(owner);
    if (!wrong)
        return;
    const char *name = owner->name ? owner->name : account->owner_id;
    struct finding *finding = finding_add(findings, "OWNER_INACTIVE", LEVEL_BLOCK_HARD,
                                          ROUTE_MANAGER, name, "Owner %s %s", name, wrong);
    finding_fix(findings, finding, "an active owner with e-mail address and username");
}
