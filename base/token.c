/* Tokens: a flat record of bytes and its MAC. docs/signed-state.md draws it. */
#include "base/token.h"

#include "base/broken.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

/* The same keys sign other things too: what is signed says that it is a token. */
static const char DOMAIN[] = "usher token";

enum {
    VERSION = 1,
    DOMAIN_BYTES = sizeof DOMAIN, /* with its NUL */
    HEADER_BYTES = 5,             /* version, key id */
    MAC_BYTES = 16,
    FIELD_COUNT = 4,
    NUMBERS_BYTES = 16, /* revision, expiry */
    RECORD_BYTES_MIN = HEADER_BYTES + FIELD_COUNT + NUMBERS_BYTES + MAC_BYTES,
    RECORD_BYTES_MAX = RECORD_BYTES_MIN + FIELD_COUNT * (TOKEN_FIELD_MAX - 1),
    BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
};

_Static_assert(sodium_base64_ENCODED_LEN(RECORD_BYTES_MAX,
                                         sodium_base64_VARIANT_URLSAFE_NO_PADDING) <= TOKEN_MAX,
               "the longest token fits");

/* The domain, then the record. */
struct record {
    uint8_t bytes[DOMAIN_BYTES + RECORD_BYTES_MAX];
    size_t len; /* of the record alone */
};

static uint8_t *record_start(struct record *record)
{
    return record->bytes + DOMAIN_BYTES;
}

static void put_bytes(struct record *record, const void *bytes, size_t len)
{
    assert(len <= RECORD_BYTES_MAX - record->len);
    memcpy(record_start(record) + record->len, bytes, len);
    record->len += len;
}

static void put_number(struct record *record, uint64_t number, unsigned size)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (uint8_t)(number >> (8 * (size - 1 - i)));
    put_bytes(record, bytes, size);
}

static void put_field(struct record *record, const char field[TOKEN_FIELD_MAX])
{
    size_t len = strnlen(field, TOKEN_FIELD_MAX);
    assert(len < TOKEN_FIELD_MAX);
    put_number(record, len, 1);
    put_bytes(record, field, len);
}

static uint64_t get_number(const uint8_t *bytes, unsigned size)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < size; i++)
        number = number << 8 | bytes[i];
    return number;
}

static int64_t seconds_up(struct wall at)
{
    return at.ms / 1000 + (at.ms % 1000 > 0);
}

void token_sign(const struct keyring *keyring, const struct token *token, char out[TOKEN_MAX])
{
    struct record record = {.len = 0};
    uint8_t mac[KEYRING_MAC_BYTES];
    assert(keyring->count > 0);
    uint32_t key_id = keyring->keys[keyring->count - 1].id;
    memcpy(record.bytes, DOMAIN, DOMAIN_BYTES);
    put_number(&record, VERSION, 1);
    put_number(&record, key_id, 4);
    put_field(&record, token->tenant);
    put_field(&record, token->kind);
    put_field(&record, token->id);
    put_field(&record, token->action);
    put_number(&record, (uint64_t)token->revision, 8);
    put_number(&record, (uint64_t)seconds_up(token->expires_at), 8);
    keyring_sign(keyring, record.bytes, DOMAIN_BYTES + record.len, &key_id, mac);
    put_bytes(&record, mac, MAC_BYTES);
    sodium_bin2base64(out, TOKEN_MAX, record_start(&record), record.len, BASE64);
}

/* Text to bytes; nothing in them is believed yet but the version. */
static bool decode(const char *text, struct record *record)
{
    size_t text_len = strnlen(text, TOKEN_MAX);
    memcpy(record->bytes, DOMAIN, DOMAIN_BYTES);
    return text_len < TOKEN_MAX &&
           sodium_base642bin(record_start(record), RECORD_BYTES_MAX, text, text_len, NULL,
                             &record->len, NULL, BASE64) == 0 &&
           record->len >= RECORD_BYTES_MIN && record_start(record)[0] == VERSION;
}

static bool is_genuine(const struct keyring *keyring, struct record *record)
{
    uint32_t key_id = (uint32_t)get_number(record_start(record) + 1, 4);
    size_t signed_len = DOMAIN_BYTES + record->len - MAC_BYTES;
    return keyring_verify(keyring, record->bytes, signed_len, key_id, record->bytes + signed_len,
                          MAC_BYTES);
}

static bool take_field(const uint8_t **at, const uint8_t *end, char field[TOKEN_FIELD_MAX])
{
    if (*at == end)
        return false;
    size_t len = *(*at)++;
    if (len >= TOKEN_FIELD_MAX || len > (size_t)(end - *at) || memchr(*at, 0, len))
        return false;
    memcpy(field, *at, len);
    *at += len;
    return true;
}

static bool take_all(struct record *record, struct token *token)
{
    const uint8_t *at = record_start(record) + HEADER_BYTES;
    const uint8_t *end = record_start(record) + record->len - MAC_BYTES;
    if (!take_field(&at, end, token->tenant) || !take_field(&at, end, token->kind) ||
        !take_field(&at, end, token->id) || !take_field(&at, end, token->action) ||
        end - at != NUMBERS_BYTES)
        return false;
    token->revision = (int64_t)get_number(at, 8);
    int64_t seconds = (int64_t)get_number(at + 8, 8);
    token->expires_at.ms = seconds > INT64_MAX / 1000   ? INT64_MAX
                           : seconds < INT64_MIN / 1000 ? INT64_MIN
                                                        : seconds * 1000;
    return true;
}

bool token_verify(const struct keyring *keyring, const char *text, struct wall now,
                  struct token *out, struct err *err)
{
    struct record record = {.len = 0};
    *out = (struct token){0};
    if (!text || !decode(text, &record))
        return err_set(err, ERR_INVALID, "not a token");
    if (!is_genuine(keyring, &record))
        return err_set(err, ERR_FORGED, "the token's signature does not match");
    if (!take_all(&record, out)) {
        *out = (struct token){0};
        return err_set(err, ERR_INVALID, "a token of another shape");
    }
    if (now.ms > out->expires_at.ms && !BROKEN(token_expired))
        return err_set(err, ERR_EXPIRED, "the token has expired");
    return true;
}
