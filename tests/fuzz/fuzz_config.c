/* A configuration file: read or refused with a reason that names a place. */
#include "base/config.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config config;
    struct err err = {0};
    bool ok = config_parse(&config, "usher.json", (const char *)data, size, &err);
    if (!ok) {
        assert(err.code != ERR_NONE && err.msg[0]);
        return 0;
    }
    (void)!config_check_run(&config, &err);
    config_release(&config);
    return 0;
}
