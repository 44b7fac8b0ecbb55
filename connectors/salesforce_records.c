/* Salesforce's accounts, deals and contracts: what is asked of them, and their records into facts.
 */
#include "base/calendar.h"
#include "connectors/salesforce_call.h"

#include <string.h>

enum { TERM_MAX_MONTHS = 1200 };

bool salesforce_read_date(struct json_object *record, const char *name, struct civil *out,
                          struct err *err)
{
    return civil_parse(json_get_str(record, name, NULL), out, err) || err_prefix(err, "%s", name);
}

bool salesforce_read_day(const struct salesforce_rows *rows, struct json_object *record,
                         const char *name, struct civil *out, struct err *err)
{
    const char *text = json_get_str(record, name, NULL);
    struct wall at;
    if (!text || !strchr(text, 'T'))
        return salesforce_read_date(record, name, out, err);
    if (!wall_parse(text, &at, err))
        return err_prefix(err, "%s", name);
    *out = calendar_local(rows->zone, at).date;
    return true;
}

/* ---- queries ---- */

bool salesforce_query_account(const struct call *call, const char *account_id, struct buf *soql)
{
    static const char *const optional[] = {"ParentId", "BillingCountry", "Industry", NULL};
    buf_str(soql, "SELECT Id,Name,OwnerId,IsDeleted");
    salesforce_add_fields(soql, call, SALESFORCE_ACCOUNT, optional);
    buf_fmt(soql, " FROM Account WHERE Id = '%s'", account_id);
    return true;
}

bool salesforce_query_opportunities(const struct call *call, const char *account_id,
                                    struct buf *soql)
{
    static const char *const optional[] = {"CurrencyIsoCode", "ContractId", "LastActivityDate",
                                           "Type", NULL};
    buf_str(soql, "SELECT Id,AccountId,Name,StageName,IsWon,Amount,CloseDate,OwnerId");
    salesforce_add_fields(soql, call, SALESFORCE_OPPORTUNITY, optional);
    buf_fmt(soql, " FROM Opportunity WHERE AccountId = '%s' AND IsWon = true ORDER BY Id",
            account_id);
    return true;
}

bool salesforce_query_contracts(const struct call *call, const char *account_id, struct buf *soql)
{
    static const char *const optional[] = {"StatusCode", "CustomerSignedDate", "CompanySignedDate",
                                           "ContractTerm", NULL};
    if (!salesforce_has(call, SALESFORCE_CONTRACT, "Id"))
        return false;
    buf_str(soql, "SELECT Id,ContractNumber,Status,StartDate,EndDate");
    salesforce_add_fields(soql, call, SALESFORCE_CONTRACT, optional);
    buf_fmt(soql, " FROM Contract WHERE AccountId = '%s' ORDER BY Id", account_id);
    return true;
}

/* ---- records ---- */

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
    if (!salesforce_read_date(record, "CloseDate", &opportunity.close_date, err) ||
        !salesforce_read_date(record, "LastActivityDate", &opportunity.last_activity, err))
        return false;
    facts->opportunities =
        rest_room(arena, facts->opportunities, facts->opportunity_count, sizeof opportunity);
    facts->opportunities[facts->opportunity_count++] = opportunity;
    return true;
}

/* The day on which the last side signed: of the sides whose date this organisation keeps. */
static bool read_signed(struct json_object *record, struct civil *out, struct err *err)
{
    static const char *const sides[] = {"CustomerSignedDate", "CompanySignedDate"};
    struct civil latest = CIVIL_NONE;
    bool all = true;
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        struct civil day;
        if (!json_object_object_get_ex(record, sides[i], NULL))
            continue;
        if (!salesforce_read_date(record, sides[i], &day, err))
            return false;
        all &= civil_is_known(day);
        if (day.day > latest.day)
            latest = day;
    }
    *out = all ? latest : CIVIL_NONE;
    return true;
}

bool salesforce_read_contract(const struct salesforce_rows *rows, struct json_object *record,
                              struct err *err)
{
    struct arena *arena = rows->arena;
    struct facts *facts = rows->facts;
    const int64_t term = json_get_int(record, "ContractTerm", 0);
    struct sf_contract contract = {.id = rest_text(arena, record, "Id"),
                                   .number = rest_text(arena, record, "ContractNumber"),
                                   .status = rest_text(arena, record, "Status"),
                                   .status_code = rest_text(arena, record, "StatusCode"),
                                   .term_months = term > 0 && term <= TERM_MAX_MONTHS ? term : 0};
    if (!salesforce_read_date(record, "StartDate", &contract.starts, err) ||
        !salesforce_read_date(record, "EndDate", &contract.ends, err) ||
        !read_signed(record, &contract.signed_at, err))
        return false;
    facts->sf_contracts =
        rest_room(arena, facts->sf_contracts, facts->sf_contract_count, sizeof contract);
    facts->sf_contracts[facts->sf_contract_count++] = contract;
    return true;
}
