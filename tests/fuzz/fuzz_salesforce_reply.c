/* Salesforce's answers: the first byte picks the call, the rest is its replies (drive.h). What is
 * read becomes facts, of an organisation that has everything ('a'), or of one that is described by
 * the first replies ('d'). */
#include "connectors/salesforce.h"

#include "tests/fuzz/drive.h"
#include "tests/fuzz/fuzz.h"

static struct call *make(const struct call_env *env, uint8_t which, struct facts *facts)
{
    switch (which) {
    case 'f':
        return &salesforce_find(env, "Acme's 100%")->call;
    case 'p':
        return &salesforce_poll_won(env, "2026-04-20T10:00:00.000Z")->call;
    case 'c':
        return salesforce_probe(env);
    default:
        return salesforce_fetch(env, "001A00000000001AAA", facts);
    }
}

static void describe_all(struct sessions *sessions)
{
    static const char *const names[] = {"Id",       "CurrencyIsoCode",    "ContractId",
                                        "ParentId", "CustomerSignedDate", "CompanySignedDate",
                                        "Field",    "ContractTerm"};
    for (size_t i = 0; i < SALESFORCE_OBJECT_COUNT; i++)
        field_set_learn(&sessions->fields[i], names, sizeof names / sizeof *names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct drive drive;
    struct facts facts = {0};
    if (size < 1)
        return 0;
    drive_init(&drive);
    struct mono never = {0};
    session_set_token(&drive.sessions.systems[SYSTEM_SALESFORCE], "token",
                      "https://salesforce.example", never);
    if (data[0] != 'd')
        describe_all(&drive.sessions);
    struct call *call = make(&drive.env, data[0], &facts);
    if (drive_call(&drive, call, data + 1, size - 1) && (data[0] == 'a' || data[0] == 'd'))
        drive_check_facts(&drive, &facts);
    drive_release(&drive);
    return 0;
}
