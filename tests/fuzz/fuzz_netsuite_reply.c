/* NetSuite's answers to the questions for an account's invoices, credits and currency rates
 * (drive.h). What is read becomes facts. */
#include "connectors/netsuite.h"

#include "tests/fuzz/drive.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct drive drive;
    struct facts facts = {0};
    drive_init(&drive);
    struct call *call =
        netsuite_fetch(&drive.env, "001A00000000001AAA", civil_of(2026, 4, 20), &facts);
    if (drive_call(&drive, call, data, size))
        drive_check_facts(&drive, &facts);
    drive_release(&drive);
    return 0;
}
