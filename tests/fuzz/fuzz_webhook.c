/* What comes to the ways in: a byte chooses the sender, then headers up to a NUL, then the body. It
 * is read as if it had been proven, and nobody without a key proves anything. */
#include "base/log.h"
#include "handlers/webhooks/webhooks.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Its private half is nowhere. */
static const char public_key[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA3JuP7RXp9ew2fySn34xB\n"
    "XYsR+Xjlaj/48FmBAiOxEIoNAwFSlUyVNbk8bwE4VMhLXYtl3V4ulBE6GOPrvEfJ\n"
    "biobcLU8R5ZVVemoUtCdPmznc4QnztvXKGZuQ4vc4OKUomDXEKpXxdgq8X5GZ9wr\n"
    "J8FBE7a3CjVNCzvcSHmzHe+5oU6CEAy9NsswJxDWLun46AFN1EtZoAPB0Sm5ckZG\n"
    "8/EO5of9YB6YnorSmITLjM7yTzCDHPvaRWwyWjq1m5w84Mwqxa5Q9gYCuvPmo4hc\n"
    "0lyk/MYfMrkrjCJnijFY71Bid3u3rKOI28xe7516gdGJuRS4UjUe05zCa1xIX6Ma\n"
    "5wIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

static const struct config config = {
    .hooks = {.salesforce_secret = "a secret of the fuzzer",
              .salesforce_organization = "00D5g000004ABCd",
              .ironclad_key = public_key,
              .generic_secret = "another of the fuzzer's",
              .generic_header = "x-usher-signature"},
};

static const struct {
    const char *path;
    enum hook_format format;
    bool may_be_proven; /* by a secret that stands in the corpus */
} ways[] = {
    {"/hooks/salesforce", HOOK_TIMED, true},
    {"/hooks/salesforce/a secret of the fuzzer", HOOK_TIMED, true},
    {"/hooks/ironclad", HOOK_TIMED, false},
    {"/hooks/generic", HOOK_TIMED, false},
    {"/hooks/generic", HOOK_HEX, false},
    {"/hooks/generic", HOOK_BASE64, false},
};

static void check(const struct delivery *delivery)
{
    assert(delivery->count <= NOTIFICATIONS_MAX);
    for (size_t i = 0; i < delivery->count; i++) {
        const struct notification *notification = &delivery->notifications[i];
        assert(notification->id_count <= NOTIFICATION_IDS_MAX);
        for (size_t j = 0; j < notification->id_count; j++)
            assert(strlen(notification->ids[j]) <= 18 && !strpbrk(notification->ids[j], "', %\n"));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    size_t way = data[0] % (sizeof ways / sizeof *ways);
    char *text = malloc(size);
    if (!text)
        abort();
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    size_t headers_len = strlen(text),
           body_at = headers_len < size - 1 ? headers_len + 1 : size - 1;
    struct config here = config;
    here.hooks.generic_format = ways[way].format;
    struct arena arena = {0};
    struct world world = {.now = {INT64_C(1776693720000)}};
    struct turn turn = {.world = &world, .config = &here, .arena = &arena};
    const struct http_in_request request = {.method = "POST",
                                            .path = ways[way].path,
                                            .query = "",
                                            .headers = text,
                                            .body = text + body_at,
                                            .body_len = size - 1 - body_at};
    const struct webhook *webhook = webhook_find(&here, ways[way].path);
    struct delivery delivery = {0};
    struct err err = {0};
    bool proven = webhook->verify(&turn, &request, &delivery, &err);
    assert(!proven || ways[way].may_be_proven);
    if (webhook->read(&turn, &request, &delivery, &err))
        check(&delivery);
    arena_release(&arena);
    free(text);
    return 0;
}
