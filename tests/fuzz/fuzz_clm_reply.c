/* A CLM's answers: the first byte picks the kind, the rest is the replies (drive.h): of Ironclad
 * (i), of a generic system (g: a contract each, l: a list with links), of DocuSign (d); or a list
 * of Salesforce's own contracts (s). What is read becomes facts. */
#include "connectors/clm.h"

#include "base/json.h"
#include "connectors/salesforce_call.h"
#include "tests/fuzz/drive.h"
#include "tests/fuzz/fuzz.h"

static void configure(struct config *config, uint8_t which)
{
    switch (which) {
    case 'g':
        config->clm.kind = CLM_GENERIC;
        config->clm.path = "/contracts/{contract_id}";
        config->clm.items = "items";
        config->clm.currency = "currency";
        break;
    case 'l':
        config->clm.kind = CLM_GENERIC;
        config->clm.path = "/contracts?of={account_name}";
        config->clm.items = "items";
        config->clm.next = "next";
        break;
    case 'd':
        config->clm.kind = CLM_DOCUSIGN;
        config->clm.account_id = "account";
        config->clm.contract_id = "custom_provisions.c_Contract";
        config->clm.status = config->clm.value = config->clm.effective = NULL;
        config->clm.expires = config->clm.covers = config->clm.pending = NULL;
        break;
    default:
        config->clm.kind = CLM_IRONCLAD;
        break;
    }
}

static void take_own_contracts(struct drive *drive, const uint8_t *data, size_t size)
{
    struct facts facts = {0};
    struct err err;
    const struct salesforce_rows rows = {
        .arena = &drive->arena, .facts = &facts, .default_currency = "CAD"};
    struct json_object *list = json_parse((const char *)data, size, 1024 * 1024, &err);
    size_t len = json_get_len(list, "records");
    struct json_object *records = json_at(list, "records");
    bool ok = true;
    drive->config.clm.kind = CLM_SALESFORCE;
    for (size_t i = 0; i < len && ok; i++)
        ok = salesforce_read_contract(&rows, json_object_array_get_idx(records, i), &err);
    json_object_put(list);
    if (!ok)
        return;
    clm_from_salesforce(&drive->config, &drive->arena, &facts);
    drive_check_facts(drive, &facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct clm_asked asked = {
        .account_id = "001A", .account_name = "A & B", .contract_ids = "800A,800B"};
    struct drive drive;
    struct facts facts = {0};
    const struct mono never = {0};
    if (size < 1)
        return 0;
    drive_init(&drive);
    configure(&drive.config, data[0]);
    session_set_token(&drive.sessions.systems[SYSTEM_CLM], "token", NULL, never);
    if (data[0] == 's')
        take_own_contracts(&drive, data + 1, size - 1);
    else if (drive_call(&drive, clm_fetch(&drive.env, &asked, &facts), data + 1, size - 1))
        drive_check_facts(&drive, &facts);
    drive_release(&drive);
    return 0;
}
