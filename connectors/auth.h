/* How we prove who we are: signed JWTs (RFC 7515, 7519) by OpenSSL, OAuth 1.0a signatures (RFC
 * 5849), base64, and the form bodies that carry them; and how others prove it to us. */
#ifndef CONNECTORS_AUTH_H
#define CONNECTORS_AUTH_H

#include "base/buf.h"
#include "base/err.h"
#include "base/world.h"

#include <stddef.h>

enum jwt_algorithm {
    JWT_RS256, /* RSASSA-PKCS1-v1_5, SHA-256 */
    JWT_PS256, /* RSASSA-PSS, SHA-256, salt of 32 bytes */
    JWT_ES256, /* ECDSA on P-256, SHA-256 */
};

/* Appends header.claims.signature. `claims` is a JSON object; `key_id` becomes the header's kid,
 * NULL: none. ERR_CONFIG when the PEM holds no private key that fits the algorithm (RSA of 2048
 * bits or more; P-256); the message never quotes the key. */
bool jwt_sign(enum jwt_algorithm algorithm, const char *private_key_pem, const char *key_id,
              const char *claims, struct buf *out, struct err *err)
    __attribute__((warn_unused_result));

/* Appends base64: the URL alphabet without padding (RFC 4648 section 5), or the standard one. */
void base64url_encode(const void *data, size_t len, struct buf *out);
void base64_encode(const void *data, size_t len, struct buf *out);

/* Appends name=value, percent-encoded, after an '&' where something stands already. NULL values are
 * left out. */
void form_add(struct buf *form, const char *name, const char *value);

enum { OAUTH1_NONCE_SIZE = 21 };

struct oauth1 {
    const char *realm; /* in the header only, never signed */
    const char *consumer_key, *consumer_secret;
    const char *token, *token_secret;
    const char *nonce;   /* fresh for every attempt */
    int64_t timestamp_s; /* UTC */
};

/* Twenty letters and digits from the world's randomness. */
void oauth1_nonce(struct world *world, char out[OAUTH1_NONCE_SIZE]);

/* Appends the base64 of the HMAC-SHA256 signature of a request with this method ("GET") and URL
 * (its query is signed too; a JSON body is not). */
void oauth1_signature(const struct oauth1 *oauth1, const char *method, const char *url,
                      struct buf *out);
/* Appends the value of the Authorization header. */
void oauth1_header(const struct oauth1 *oauth1, const char *method, const char *url,
                   struct buf *out);

/* ---- proofs of others ---- */

struct span {
    const void *data;
    size_t len;
};

enum { HMAC_BYTES = 32 };

/* HMAC-SHA256 (RFC 2104) of the pieces one after the other. */
void hmac_sha256(struct span key, const struct span *pieces, size_t count,
                 unsigned char mac[HMAC_BYTES]);

/* A signature by a private key that we do not have. */
struct signature {
    const char *public_key_pem; /* RSA of 2048 bits or more (PKCS #1 v1.5), or EC */
    const char *algorithm;      /* "sha256", "RSA-SHA256" …: the digest; the key says the rest */
    struct span bytes;
};

/* Of the pieces one after the other. False with ERR_FORGED, or with ERR_CONFIG when the PEM is no
 * such public key. */
bool signature_verify(const struct signature *signature, const struct span *pieces, size_t count,
                      struct err *err) __attribute__((warn_unused_result));

#endif
