/* Any other system: an HMAC-SHA256 of the body in a header, in one of three formats. */
#include "connectors/auth.h"
#include "handlers/webhooks/webhooks.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    PROOF_MAX_BYTES = 2048,
    FRESH_S = 5 * 60,
    SECONDS_MAX_DIGITS = 12,
    HEX_CHARS = 2 * HMAC_BYTES
};

bool generic_is_open(const struct config *config)
{
    return config->hooks.generic_secret != NULL;
}

/* A piece of a header. */
struct piece {
    const char *at;
    size_t len;
};

static bool is_hex_of(struct piece shown, const unsigned char mac[HMAC_BYTES])
{
    unsigned char bytes[HMAC_BYTES];
    size_t len;
    return shown.len == HEX_CHARS &&
           sodium_hex2bin(bytes, sizeof bytes, shown.at, shown.len, NULL, &len, NULL) == 0 &&
           len == sizeof bytes && sodium_memcmp(bytes, mac, sizeof bytes) == 0;
}

static bool is_base64_of(struct piece shown, const unsigned char mac[HMAC_BYTES])
{
    unsigned char bytes[HMAC_BYTES];
    size_t len;
    return sodium_base642bin(bytes, sizeof bytes, shown.at, shown.len, NULL, &len, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           len == sizeof bytes && sodium_memcmp(bytes, mac, sizeof bytes) == 0;
}

/* ---- the formats: each makes the MAC as it should be, and finds it in what is shown ---- */

struct proof {
    const char *shown;
    struct span key, body;
    int64_t now_s;
    unsigned char mac[HMAC_BYTES];
};

static bool verify_hex(struct proof *proof)
{
    static const char prefix[] = "sha256=";
    bool prefixed = strncmp(proof->shown, prefix, strlen(prefix)) == 0;
    const char *shown = proof->shown + (prefixed ? strlen(prefix) : 0);
    hmac_sha256(proof->key, &proof->body, 1, proof->mac);
    return is_hex_of((struct piece){shown, strlen(shown)}, proof->mac);
}

static bool verify_base64(struct proof *proof)
{
    hmac_sha256(proof->key, &proof->body, 1, proof->mac);
    return is_base64_of((struct piece){proof->shown, strlen(proof->shown)}, proof->mac);
}

/* The next "name=value" of the list that has this name; NULL: no more. */
static const char *next_value(const char *at, const char *name, struct piece *out)
{
    size_t name_len = strlen(name);
    while (*at) {
        const char *pair = at + strspn(at, " ");
        size_t len = strcspn(pair, ",");
        at = pair + len + (pair[len] == ',');
        if (len <= name_len || strncmp(pair, name, name_len) != 0 || pair[name_len] != '=')
            continue;
        *out = (struct piece){pair + name_len + 1, len - name_len - 1};
        return at;
    }
    return NULL;
}

static bool is_fresh(struct piece seconds, int64_t now_s)
{
    if (seconds.len == 0 || seconds.len > SECONDS_MAX_DIGITS ||
        strspn(seconds.at, "0123456789") < seconds.len)
        return false;
    int64_t signed_at = strtoll(seconds.at, NULL, 10);
    return signed_at >= now_s - FRESH_S && signed_at <= now_s + FRESH_S;
}

/* Several v1 stand there while the sender changes its key. */
static bool verify_timed(struct proof *proof)
{
    struct piece seconds, other, shown;
    const char *rest = next_value(proof->shown, "t", &seconds);
    if (!rest || next_value(rest, "t", &other) || !is_fresh(seconds, proof->now_s))
        return false;
    const struct span pieces[] = {{seconds.at, seconds.len}, {".", 1}, proof->body};
    hmac_sha256(proof->key, pieces, sizeof pieces / sizeof *pieces, proof->mac);
    for (const char *at = proof->shown; (at = next_value(at, "v1", &shown)) != NULL;)
        if (is_hex_of(shown, proof->mac))
            return true;
    return false;
}

static bool (*const formats[])(struct proof *) = {
    [HOOK_TIMED] = verify_timed, [HOOK_HEX] = verify_hex, [HOOK_BASE64] = verify_base64};

bool generic_verify(struct turn *turn, const struct http_in_request *request, struct delivery *out,
                    struct err *err)
{
    const char *secret = turn->config->hooks.generic_secret;
    enum hook_format format = turn->config->hooks.generic_format;
    char shown[PROOF_MAX_BYTES], key[HEX_CHARS + 1];
    if (!http_header_value(request->headers, turn->config->hooks.generic_header, shown,
                           sizeof shown))
        return err_set(err, ERR_FORGED, "the header with the signature is not there");
    struct proof proof = {
        .shown = shown,
        .key = {secret, strlen(secret)},
        .body = {request->body, request->body_len},
        .now_s = turn->world->now.ms / 1000,
    };
    assert((size_t)format < sizeof formats / sizeof *formats);
    if (!formats[format](&proof))
        return err_set(err, ERR_FORGED, "the signature is another one, or old");
    out->key = arena_str(turn->arena, sodium_bin2hex(key, sizeof key, proof.mac, sizeof proof.mac));
    return true;
}

bool generic_read(struct turn *turn, const struct http_in_request *request, struct delivery *out,
                  struct err *err)
{
    if (!webhook_read_json(turn, request, out, err))
        return false;
    out->notifications[0].of_contracts = out->notifications[0].id_count == 0;
    return true;
}
