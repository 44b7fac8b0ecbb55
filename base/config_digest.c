/* The digest of one section, by the table of keys. */
#include "base/config_digest.h"

#include "base/config_table.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static void add(crypto_generichash_state *state, const void *data, size_t len)
{
    int failed = crypto_generichash_update(state, data, len);
    assert(!failed);
}

/* With its NUL, so that no two texts run into each other; one that is not set is none at all. */
static void add_text(crypto_generichash_state *state, const char *text)
{
    if (text)
        add(state, text, strlen(text) + 1);
}

static void add_value(crypto_generichash_state *state, const struct config *config,
                      const struct config_key *key)
{
    const char *at = (const char *)config + key->offset;
    add_text(state, key->path);
    switch (key->type) {
    case CONFIG_TEXT:
    case CONFIG_SECRET:
    case CONFIG_URL:
    case CONFIG_URL_FOLDER:
        add_text(state, *(const char *const *)(const void *)at);
        return;
    case CONFIG_INT:
        add(state, at, sizeof(int64_t));
        return;
    case CONFIG_WORD:
        add(state, at, sizeof(int));
        return;
    default:
        return;
    }
}

const char *config_digest(const struct config *config, const char *section,
                          char out[CONFIG_DIGEST_SIZE])
{
    unsigned char digest[(CONFIG_DIGEST_SIZE - 1) / 2];
    crypto_generichash_state state;
    size_t len = strlen(section);
    int failed = crypto_generichash_init(&state, NULL, 0, sizeof digest);
    for (size_t i = 0; i < config_key_count; i++)
        if (strncmp(config_keys[i].path, section, len) == 0 && config_keys[i].path[len] == '.')
            add_value(&state, config, &config_keys[i]);
    failed |= crypto_generichash_final(&state, digest, sizeof digest);
    assert(!failed);
    sodium_bin2hex(out, CONFIG_DIGEST_SIZE, digest, sizeof digest);
    sodium_memzero(&state, sizeof state);
    return out;
}
