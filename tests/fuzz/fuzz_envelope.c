/* Socket Mode frames: decoded, or at least acknowledged. */
#include "bot/envelope.h"

#include "base/json_node.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct envelope envelope = {0};
    struct err err = {0};
    struct json_node *frame = json_scan((const char *)data, size, 1 << 20, &arena, &err);
    if (frame && envelope_decode(frame, &arena, &envelope, &err))
        assert(envelope.type);
    const char *id = envelope_salvage_id((const char *)data, size, &arena);
    assert(!id || strlen(id) <= size);
    arena_release(&arena);
    return 0;
}
