/* Salesforce records into facts. */
#include "connectors/salesforce_call.h"

#include <string.h>

static bool read_date(struct json_object *record, const char *name, struct civil *out,
                      struct err *err)
{
    return civil_parse(json_get_str(record, name, NULL), out, err) || err_prefix(err, "%s", name);
}

bool salesforce_read_account(const struct salesforce_rows *rows, struct json_object *record,
                             struct err *err)
{
    struct arena *arena = rows->arena;
    (void)err;
    rows->facts->account = (struct account){
        .found = true,
        .deleted = json_get_bool(record, "IsDeleted", false),
        .id = rest_text(arena, record, "Id"),
        .name = rest_text(arena, record, "Name"),
        .parent_id = rest_text(arena, record, "ParentId"),
        .owner_id = rest_text(arena, record, "OwnerId"),
        .billing_country = rest_text(arena, record, "BillingCountry"),
        .industry = rest_text(arena, record, "Industry"),
    };
    return true;
}

bool salesforce_read_owner(const struct salesforce_rows *rows, struct json_object *record,
                           struct err *err)
{
    struct arena *arena = rows->arena;
    struct owner *owner = &rows->facts->owner;
    *owner = (struct owner){
        .found = true,
        .id = rest_text(arena, record, "Id"),
        .name = rest_text(arena, record, "Name"),
        .username = rest_text(arena, record, "Username"),
        .email = rest_text(arena, record, "Email"),
        .manager_id = rest_text(arena, record, "ManagerId"),
        .title = rest_text(arena, record, "Title"),
        .department = rest_text(arena, record, "Department"),
        .zone = rest_text(arena, record, "TimeZoneSidKey"),
        .active = json_get_bool(record, "IsActive", false),
    };
    return read_date(record, "LastLoginDate", &owner->last_login, err);
}

bool salesforce_read_opportunity(const struct salesforce_rows *rows, struct json_object *record,
                                 struct err *err)
{
    struct arena *arena = rows->arena;
    struct facts *facts = rows->facts;
    const char *currency = json_get_str(record, "CurrencyIsoCode", rows->default_currency);
    struct opportunity opportunity = {
        .id = rest_text(arena, record, "Id"),
        .account_id = rest_text(arena, record, "AccountId"),
        .name = rest_text(arena, record, "Name"),
        .stage = rest_text(arena, record, "StageName"),
        .contract_id = rest_text(arena, record, "ContractId"),
        .owner_id = rest_text(arena, record, "OwnerId"),
        .type = rest_text(arena, record, "Type"),
        .won = json_get_bool(record, "IsWon", false),
    };
    if (!money_parse(json_number_text(record, "Amount"), currency, money_precision(currency),
                     &opportunity.amount, err))
        return err_prefix(err, "Amount");
    if (!read_date(record, "CloseDate", &opportunity.close_date, err) ||
        !read_date(record, "LastActivityDate", &opportunity.last_activity, err))
        return false;
    facts->opportunities =
        rest_room(arena, facts->opportunities, facts->opportunity_count, sizeof opportunity);
    facts->opportunities[facts->opportunity_count++] = opportunity;
    return true;
}

bool salesforce_read_contract(const struct salesforce_rows *rows, struct json_object *record,
                              struct err *err)
{
    struct arena *arena = rows->arena;
    struct facts *facts = rows->facts;
    struct sf_contract contract = {.id = rest_text(arena, record, "Id"),
                                   .number = rest_text(arena, record, "ContractNumber"),
                                   .status = rest_text(arena, record, "Status"),
                                   .signed_at = CIVIL_NONE};
    if (!read_date(record, "StartDate", &contract.starts, err) ||
        !read_date(record, "EndDate", &contract.ends, err))
        return false;
    facts->sf_contracts =
        rest_room(arena, facts->sf_contracts, facts->sf_contract_count, sizeof contract);
    facts->sf_contracts[facts->sf_contract_count++] = contract;
    return true;
}
