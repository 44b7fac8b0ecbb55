/* A bank's answers to the question for exchange rates (drive.h): tables in CSV. What is read
 * becomes rates to a base, and facts. */
#include "connectors/rates.h"

#include "tests/fuzz/drive.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct drive drive;
    struct published_rates published;
    struct facts facts = {0};
    drive_init(&drive);
    struct call *call = rates_fetch(&drive.env, civil_of(2026, 4, 20), &published);
    if (drive_call(&drive, call, data, size)) {
        facts.rates = rates_into(&published, "EUR", &drive.arena);
        drive_check_facts(&drive, &facts);
        facts.rates = rates_into(&published, "CAD", &drive.arena);
        drive_check_facts(&drive, &facts);
    }
    drive_release(&drive);
    return 0;
}
