/* The account's owner: a person who can be reached, is there, and has somebody above. */
#include "handlers/checks/checks.h"

#include <inttypes.h>
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

static void check_login(const struct check_input *input, const char *name,
                        struct findings *findings)
{
    struct civil last = input->facts->owner.last_login;
    const int64_t limit = input->config->rules.owner_login_days;
    char day[CIVIL_TEXT_SIZE];
    int64_t days = civil_is_known(last) ? (int64_t)input->today.day - last.day : 0;
    if (civil_is_known(last) && days < limit)
        return;
    const char *since =
        civil_is_known(last) ? arena_fmt(findings->arena, "for %" PRId64 " days", days) : "ever";
    struct finding *finding =
        finding_add(findings, "OWNER_DORMANT", LEVEL_ESCALATE_WARN, ROUTE_CS_MANAGER, name,
                    "Owner %s has not logged in to Salesforce %s", name, since);
    finding_fix(findings, finding, "a login of %s, or another owner", name);
    finding_input(findings, finding, "last login", "%s",
                  civil_is_known(last) ? civil_format(last, day) : "never");
    finding_input(findings, finding, "threshold", "%" PRId64 " days", limit);
}

static void check_manager(const struct check_input *input, const char *name,
                          struct findings *findings)
{
    const struct owner *owner = &input->facts->owner;
    const char *fallback = input->config->roster.cs_manager;
    if (owner->manager_id && *owner->manager_id)
        return;
    struct finding *finding = finding_add(
        findings, "OWNER_WITHOUT_MANAGER", fallback ? LEVEL_NOTE : LEVEL_ESCALATE_WARN, ROUTE_CS,
        name, "Owner %s has no manager in Salesforce%s", name,
        fallback ? "; the configured CS manager stands in" : ", and no CS manager is configured");
    finding_fix(findings, finding, "a manager of %s named in Salesforce", name);
    finding_input(findings, finding, "fallback", "%s", fallback ? fallback : "none");
}

void check_owner(const struct check_input *input, struct findings *findings)
{
    const struct account *account = &input->facts->account;
    const struct owner *owner = &input->facts->owner;
    if (!account->found) {
        static const char *const codes[] = {"OWNER_INACTIVE", "OWNER_NOT_A_PERSON", "OWNER_DORMANT",
                                            "OWNER_WITHOUT_MANAGER"};
        for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
            finding_skip(findings, codes[i], "the account");
        return;
    }
    if (!account->owner_id || strncmp(account->owner_id, "00G", 3) == 0) {
        struct finding *finding = finding_add(
            findings, "OWNER_NOT_A_PERSON", LEVEL_ESCALATE_WARN, ROUTE_CS_MANAGER,
            account->owner_id ? account->owner_id : account->id,
            account->owner_id ? "The account is owned by a queue" : "The account has no owner");
        finding_fix(findings, finding, "the account owned by a person");
        finding_input(findings, finding, "owner", "%s",
                      account->owner_id ? account->owner_id : "none");
        return;
    }
    const char *name = owner->name ? owner->name : account->owner_id;
    const char *wrong = what_is_wrong(owner);
    if (wrong) {
        struct finding *finding = finding_add(findings, "OWNER_INACTIVE", LEVEL_BLOCK_HARD,
                                              ROUTE_MANAGER, name, "Owner %s %s", name, wrong);
        finding_fix(findings, finding, "an active owner with e-mail address and username");
        finding_input(findings, finding, "owner", "%s", account->owner_id);
    }
    /* One who is gone logs in no more: the other owner will. */
    if (owner->found && owner->active)
        check_login(input, name, findings);
    if (owner->found)
        check_manager(input, name, findings);
}
