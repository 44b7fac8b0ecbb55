/* A button's value from outside: only what was signed here is believed. */
#include "base/token.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct keyring keyring = {.keys = {{.id = 1, .sign = {1}}, {.id = 2, .sign = {2}}},
                                       .count = 2};

/* What was signed reads back the same. */
static void round_trip(const uint8_t *data, size_t size)
{
    struct token token = {.kind = "item", .revision = 3, .expires_at = {2000}}, again;
    char text[TOKEN_MAX];
    struct err err;
    for (size_t i = 0; i < size && i + 1 < sizeof token.id && data[i]; i++)
        token.id[i] = (char)data[i];
    token_sign(&keyring, &token, text);
    bool genuine = token_verify(&keyring, text, (struct wall){1000}, &again, &err);
    assert(genuine && strcmp(again.id, token.id) == 0 && again.revision == 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct token token;
    struct err err;
    char *text = malloc(size + 1);
    if (!text)
        abort();
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    bool believed = token_verify(&keyring, text, (struct wall){1000}, &token, &err);
    assert(!believed);
    free(text);
    round_trip(data, size);
    return 0;
}
