/* Keys in memory: making, rotating, signing and sealing with them. The file is
 * base/keyring_file.c's business. */
#include "base/keyring.h"

#include "base/broken.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    SEAL_VERSION = 1,
    SEAL_HEADER_BYTES = 5, /* version, key id */
    SEAL_NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SEAL_TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SEAL_OVERHEAD_BYTES = SEAL_HEADER_BYTES + SEAL_NONCE_BYTES + SEAL_TAG_BYTES,
    SEALED_TEXT_MAX = 1024 * 1024,
    MAC_BYTES_MIN = 16,
    BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
};

static void add_key(struct keyring *keyring, struct world *world, uint32_t id)
{
    struct keyring_key *key = &keyring->keys[keyring->count++];
    key->id = id;
    key->created_at = world->now;
    world_random(world, key->sign, sizeof key->sign);
    world_random(world, key->seal, sizeof key->seal);
}

void keyring_init(struct keyring *keyring, struct world *world)
{
    if (sodium_init() < 0)
        abort();
    *keyring = (struct keyring){0};
    add_key(keyring, world, 1);
}

void keyring_release(struct keyring *keyring)
{
    if (keyring)
        sodium_memzero(keyring, sizeof *keyring);
}

void keyring_rotate(struct keyring *keyring, struct world *world)
{
    assert(keyring->count > 0 && keyring->count <= KEYRING_MAX_KEYS);
    uint32_t newest = keyring->keys[keyring->count - 1].id;
    assert(newest < UINT32_MAX);
    if (keyring->count == KEYRING_MAX_KEYS) {
        memmove(keyring->keys, keyring->keys + 1, (KEYRING_MAX_KEYS - 1) * sizeof *keyring->keys);
        keyring->count--;
    }
    add_key(keyring, world, newest + 1);
}

static const struct keyring_key *newest_key(const struct keyring *keyring)
{
    assert(keyring->count > 0 && keyring->count <= KEYRING_MAX_KEYS);
    return &keyring->keys[keyring->count - 1];
}

static const struct keyring_key *find_key(const struct keyring *keyring, uint32_t id)
{
    for (size_t i = 0; i < keyring->count; i++)
        if (keyring->keys[i].id == id)
            return &keyring->keys[i];
    return NULL;
}

static void compute_mac(const struct keyring_key *key, const void *data, size_t len,
                        uint8_t mac[KEYRING_MAC_BYTES])
{
    int failed = crypto_generichash(mac, KEYRING_MAC_BYTES, data, len, key->sign, sizeof key->sign);
    assert(!failed);
}

void keyring_sign(const struct keyring *keyring, const void *data, size_t len, uint32_t *key_id,
                  uint8_t mac[KEYRING_MAC_BYTES])
{
    const struct keyring_key *key = newest_key(keyring);
    *key_id = key->id;
    compute_mac(key, data, len, mac);
}

bool keyring_verify(const struct keyring *keyring, const void *data, size_t len, uint32_t key_id,
                    const uint8_t *mac, size_t mac_len)
{
    const struct keyring_key *key = find_key(keyring, key_id);
    if (!key || mac_len < MAC_BYTES_MIN || mac_len > KEYRING_MAC_BYTES)
        return false;
    uint8_t expected[KEYRING_MAC_BYTES];
    compute_mac(key, data, len, expected);
    bool same = sodium_memcmp(expected, mac, BROKEN(mac_prefix) ? 8 : mac_len) == 0;
    sodium_memzero(expected, sizeof expected);
    return same;
}

static void *allocate(size_t size)
{
    void *bytes = malloc(size);
    if (!bytes)
        abort();
    return bytes;
}

static void wipe_and_free(uint8_t *bytes, size_t len)
{
    if (bytes)
        sodium_memzero(bytes, len);
    free(bytes);
}

/* What is authenticated beside the ciphertext: the header, then the context. Owned by the caller.
 */
static uint8_t *associated_data(const uint8_t *header, const char *context, size_t *len)
{
    size_t context_len = strlen(context);
    *len = SEAL_HEADER_BYTES + context_len;
    uint8_t *data = allocate(*len);
    memcpy(data, header, SEAL_HEADER_BYTES);
    memcpy(data + SEAL_HEADER_BYTES, context, context_len);
    return data;
}

static void write_header(uint8_t header[SEAL_HEADER_BYTES], uint32_t key_id)
{
    header[0] = SEAL_VERSION;
    for (int i = 0; i < 4; i++)
        header[1 + i] = (uint8_t)(key_id >> (24 - 8 * i));
}

static uint32_t read_key_id(const uint8_t header[SEAL_HEADER_BYTES])
{
    return (uint32_t)header[1] << 24 | (uint32_t)header[2] << 16 | (uint32_t)header[3] << 8 |
           header[4];
}

static void add_base64(struct buf *out, const uint8_t *bytes, size_t len)
{
    size_t size = sodium_base64_ENCODED_LEN(len, BASE64);
    char *text = allocate(size);
    sodium_bin2base64(text, size, bytes, len, BASE64);
    buf_add(out, text, size - 1);
    free(text);
}

void keyring_seal(const struct keyring *keyring, struct world *world, const char *context,
                  const void *plain, size_t len, struct buf *out)
{
    const struct keyring_key *key = newest_key(keyring);
    size_t size = SEAL_OVERHEAD_BYTES + len;
    uint8_t *sealed = allocate(size);
    uint8_t *nonce = sealed + SEAL_HEADER_BYTES;
    write_header(sealed, key->id);
    world_random(world, nonce, SEAL_NONCE_BYTES);
    size_t ad_len;
    uint8_t *ad = associated_data(sealed, context, &ad_len);
    int failed = crypto_aead_xchacha20poly1305_ietf_encrypt(
        nonce + SEAL_NONCE_BYTES, NULL, plain, len, ad, ad_len, NULL, nonce, key->seal);
    assert(!failed);
    add_base64(out, sealed, size);
    free(ad);
    free(sealed);
}

/* plain has room for what `sealed` holds. */
static bool decrypt(const struct keyring *keyring, const char *context, const uint8_t *sealed,
                    size_t len, uint8_t *plain)
{
    const struct keyring_key *key = find_key(keyring, read_key_id(sealed));
    if (!key || sealed[0] != SEAL_VERSION)
        return false;
    const uint8_t *nonce = sealed + SEAL_HEADER_BYTES;
    const uint8_t *cipher = nonce + SEAL_NONCE_BYTES;
    size_t ad_len;
    uint8_t *ad = associated_data(sealed, context, &ad_len);
    int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain, NULL, NULL, cipher, len - SEAL_HEADER_BYTES - SEAL_NONCE_BYTES, ad, ad_len, nonce,
        key->seal);
    free(ad);
    return !failed;
}

bool keyring_open(const struct keyring *keyring, const char *context, const char *sealed,
                  struct buf *plain, struct err *err)
{
    size_t text_len = strnlen(sealed, SEALED_TEXT_MAX + 1);
    if (text_len > SEALED_TEXT_MAX)
        return err_set(err, ERR_FORGED, "sealed secret: too long to be one");
    uint8_t *bytes = allocate(text_len + 1);
    uint8_t *opened = allocate(text_len + 1);
    size_t len = 0;
    bool ok = sodium_base642bin(bytes, text_len, sealed, text_len, NULL, &len, NULL, BASE64) == 0 &&
              len >= SEAL_OVERHEAD_BYTES && decrypt(keyring, context, bytes, len, opened);
    if (!ok) {
        err_set(err, ERR_FORGED,
                "sealed secret: altered, moved, or sealed with a key that is not in the keyring");
    } else {
        bool full_before = plain->overflow;
        plain->overflow = false;
        buf_add(plain, opened, len - SEAL_OVERHEAD_BYTES);
        if (plain->overflow)
            ok = err_set(err, ERR_TOO_LARGE, "sealed secret: longer than what takes it");
        plain->overflow |= full_before;
    }
    wipe_and_free(opened, text_len + 1);
    free(bytes);
    return ok;
}
