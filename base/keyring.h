/* The keys that sign button state and seal secrets at rest. A file of mode 0600;
 * `usher keys rotate` adds a key: the newest signs and seals, older ones still verify and open. */
#ifndef BASE_KEYRING_H
#define BASE_KEYRING_H

#include "base/buf.h"
#include "base/err.h"
#include "base/world.h"

#include <stddef.h>
#include <stdint.h>

enum { KEYRING_MAX_KEYS = 16, KEYRING_MAC_BYTES = 32 };

struct keyring_key {
    uint32_t id; /* grows from 1 */
    struct wall created_at;
    uint8_t sign[32];
    uint8_t seal[32];
};

struct keyring {
    struct keyring_key keys[KEYRING_MAX_KEYS];
    size_t count; /* the last is the newest */
};

/* Makes a keyring with one fresh key. */
void keyring_init(struct keyring *keyring, struct world *world);
/* Wipes the memory. */
void keyring_release(struct keyring *keyring);

/* Reads a keyring file. ERR_NOT_FOUND: there is none; ERR_FORBIDDEN: a symbolic link, not a regular
 * file, owned by somebody else than this user or root, or open to group or others; ERR_CORRUPT:
 * damaged; ERR_TOO_NEW. An error leaves keyring empty. */
bool keyring_load(struct keyring *keyring, const char *path, struct err *err)
    __attribute__((warn_unused_result));
/* Writes through a temporary file beside it, fsync, rename and fsync of the folder; mode 0600. An
 * error leaves the old file as it was. */
bool keyring_save(const struct keyring *keyring, const char *path, struct err *err)
    __attribute__((warn_unused_result));
/* Adds a fresh key; the oldest goes when there is no room. */
void keyring_rotate(struct keyring *keyring, struct world *world);

/* Keyed BLAKE2b over data with the newest key. */
void keyring_sign(const struct keyring *keyring, const void *data, size_t len, uint32_t *key_id,
                  uint8_t mac[KEYRING_MAC_BYTES]);
/* Constant-time. False: unknown key or another MAC. mac_len is 16 … KEYRING_MAC_BYTES: a truncated
 * MAC is compared over its length. */
bool keyring_verify(const struct keyring *keyring, const void *data, size_t len, uint32_t key_id,
                    const uint8_t *mac, size_t mac_len);

/* XChaCha20-Poly1305 with a random nonce, `context` as associated data ("tenant/name"): base64url
 * text that holds key id, nonce and ciphertext is appended to out (docs/signed-state.md). */
void keyring_seal(const struct keyring *keyring, struct world *world, const char *context,
                  const void *plain, size_t len, struct buf *out);
/* Appends to plain, which the caller wipes. ERR_FORGED when it was altered, sealed under another
 * context or by an unknown key; ERR_TOO_LARGE when plain is full. */
bool keyring_open(const struct keyring *keyring, const char *context, const char *sealed,
                  struct buf *plain, struct err *err) __attribute__((warn_unused_result));

#endif
