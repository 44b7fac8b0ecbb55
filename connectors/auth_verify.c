/* Proofs of others: HMAC by libsodium, signatures by OpenSSL. */
#include "base/text.h"
#include "connectors/auth.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdlib.h>

enum { RSA_MIN_BITS = 2048 };

void hmac_sha256(struct span key, const struct span *pieces, size_t count,
                 unsigned char mac[HMAC_BYTES])
{
    _Static_assert(HMAC_BYTES == crypto_auth_hmacsha256_BYTES, "the whole of it");
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.data, key.len);
    for (size_t i = 0; i < count; i++)
        crypto_auth_hmacsha256_update(&state, pieces[i].data, pieces[i].len);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof state);
}

/* What senders call a digest; older and shorter ones than SHA-256 prove nothing. */
static const struct {
    const char *name;
    const EVP_MD *(*digest)(void);
} algorithms[] = {
    {"sha256", EVP_sha256}, {"RSA-SHA256", EVP_sha256}, {"RS256", EVP_sha256},
    {"sha384", EVP_sha384}, {"RSA-SHA384", EVP_sha384}, {"RS384", EVP_sha384},
    {"sha512", EVP_sha512}, {"RSA-SHA512", EVP_sha512}, {"RS512", EVP_sha512},
};

static const EVP_MD *digest_of(const char *name)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (name && text_equal_fold(algorithms[i].name, name))
            return algorithms[i].digest();
    return NULL;
}

static EVP_PKEY *read_public_key(const char *pem, struct err *err)
{
    BIO *bio = BIO_new_mem_buf(pem ? pem : "", -1);
    if (!bio)
        abort();
    EVP_PKEY *key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    BIO_free(bio);
    int kind = key ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE;
    if (kind == EVP_PKEY_EC || (kind == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= RSA_MIN_BITS))
        return key;
    err_set(err, ERR_CONFIG, "the public key is no RSA key of %d bits or more, and no EC key",
            RSA_MIN_BITS);
    EVP_PKEY_free(key);
    return NULL;
}

bool signature_verify(const struct signature *signature, const struct span *pieces, size_t count,
                      struct err *err)
{
    const EVP_MD *digest = digest_of(signature->algorithm);
    if (!digest)
        return err_set(err, ERR_FORGED, "signed by an algorithm that proves nothing here");
    EVP_PKEY *key = read_public_key(signature->public_key_pem, err);
    if (!key)
        return false;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context)
        abort();
    bool ok = EVP_DigestVerifyInit(context, NULL, digest, NULL, key) > 0;
    for (size_t i = 0; ok && i < count; i++)
        ok = EVP_DigestVerifyUpdate(context, pieces[i].data, pieces[i].len) > 0;
    ok = ok && EVP_DigestVerifyFinal(context, signature->bytes.data, signature->bytes.len) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return ok || err_set(err, ERR_FORGED, "the signature is not that of the configured key");
}
