/* A CLM's answers: the first byte picks Ironclad or the generic mapping, the rest is the replies
 * (drive.h). What is read becomes facts. */
#include "connectors/clm.h"

#include "tests/fuzz/drive.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct drive drive;
    struct facts facts = {0};
    if (size < 1)
        return 0;
    drive_init(&drive);
    if (data[0] == 'g') {
        drive.config.clm.kind = CLM_GENERIC;
        drive.config.clm.path = "/contracts/{contract_id}";
        drive.config.clm.items = "items";
        drive.config.clm.currency = "currency";
    }
    struct call *call = clm_fetch(&drive.env, "001A", "800A,800B", &facts);
    if (drive_call(&drive, call, data + 1, size - 1))
        drive_check_facts(&drive, &facts);
    drive_release(&drive);
    return 0;
}
