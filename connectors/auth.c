/* Signing JWTs with OpenSSL, base64, and form bodies. */
#include "connectors/auth.h"

#include "base/json.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { RSA_MIN_BITS = 2048, P256_HALF = 32 };

static const struct {
    const char *name;
    int key_type;
} algorithms[] = {
    [JWT_RS256] = {"RS256", EVP_PKEY_RSA},
    [JWT_PS256] = {"PS256", EVP_PKEY_RSA},
    [JWT_ES256] = {"ES256", EVP_PKEY_EC},
};

/* ---- base64 and forms ---- */

static void encode(const void *data, size_t len, int variant, struct buf *out)
{
    size_t size = sodium_base64_encoded_len(len, variant);
    char *text = malloc(size);
    if (!text)
        abort();
    sodium_bin2base64(text, size, data, len, variant);
    buf_str(out, text);
    sodium_memzero(text, size);
    free(text);
}

void base64url_encode(const void *data, size_t len, struct buf *out)
{
    encode(data, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING, out);
}

void base64_encode(const void *data, size_t len, struct buf *out)
{
    encode(data, len, sodium_base64_VARIANT_ORIGINAL, out);
}

void form_add(struct buf *form, const char *name, const char *value)
{
    if (!value)
        return;
    if (form->len)
        buf_char(form, '&');
    buf_percent(form, name, strlen(name));
    buf_char(form, '=');
    buf_percent(form, value, strlen(value));
}

/* ---- keys ---- */

/* Without it OpenSSL would ask for a passphrase on the terminal. */
static int no_passphrase(char *out, int size, int writing, void *arg)
{
    (void)out, (void)size, (void)writing, (void)arg;
    return -1;
}

static bool check_key(EVP_PKEY *key, enum jwt_algorithm algorithm, struct err *err)
{
    const char *name = algorithms[algorithm].name;
    if (EVP_PKEY_get_base_id(key) != algorithms[algorithm].key_type)
        return err_set(err, ERR_CONFIG, "the private key is of another kind than %s needs", name);
    int bits = EVP_PKEY_get_bits(key);
    if (algorithm != JWT_ES256 && bits < RSA_MIN_BITS)
        return err_set(err, ERR_CONFIG, "the private key has %d bits, %s needs %d or more", bits,
                       name, RSA_MIN_BITS);
    char group[32] = "";
    if (algorithm == JWT_ES256 && (!EVP_PKEY_get_group_name(key, group, sizeof group, NULL) ||
                                   strcmp(group, "prime256v1") != 0))
        return err_set(err, ERR_CONFIG, "the private key is not on the curve P-256 that %s needs",
                       name);
    return true;
}

static EVP_PKEY *read_key(const char *pem, enum jwt_algorithm algorithm, struct err *err)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    if (!bio)
        abort();
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    if (!key) {
        err_set(err, ERR_CONFIG, "the private key is not a PEM private key without a passphrase");
        return NULL;
    }
    if (check_key(key, algorithm, err))
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

/* ---- signatures ---- */

static bool use_pss(EVP_PKEY_CTX *context)
{
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

/* A malloc'd signature as OpenSSL makes it (DER for ECDSA), or NULL. */
static unsigned char *sign(EVP_PKEY *key, enum jwt_algorithm algorithm, const struct buf *text,
                           size_t *len)
{
    EVP_PKEY_CTX *context = NULL;
    unsigned char *signature = NULL;
    const unsigned char *data = (const unsigned char *)text->data;
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    if (!digest)
        abort();
    if (EVP_DigestSignInit(digest, &context, EVP_sha256(), NULL, key) <= 0 ||
        (algorithm == JWT_PS256 && !use_pss(context)) ||
        EVP_DigestSign(digest, NULL, len, data, text->len) <= 0)
        goto cleanup;
    signature = malloc(*len);
    if (!signature)
        abort();
    if (EVP_DigestSign(digest, signature, len, data, text->len) <= 0) {
        free(signature);
        signature = NULL;
    }
cleanup:
    EVP_MD_CTX_free(digest);
    return signature;
}

/* RFC 7518 section 3.4 wants r and s as 32 bytes each, not their DER. */
static bool der_to_raw(const unsigned char *der, size_t len, unsigned char raw[2 * P256_HALF])
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)len);
    if (!pair)
        return false;
    bool ok = BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, P256_HALF) == P256_HALF &&
              BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + P256_HALF, P256_HALF) == P256_HALF;
    ECDSA_SIG_free(pair);
    return ok;
}

static bool append_signature(EVP_PKEY *key, enum jwt_algorithm algorithm, struct buf *out)
{
    unsigned char raw[2 * P256_HALF];
    size_t len = 0;
    unsigned char *signature = sign(key, algorithm, out, &len);
    bool ok = signature && (algorithm != JWT_ES256 || der_to_raw(signature, len, raw));
    if (ok) {
        buf_char(out, '.');
        if (algorithm == JWT_ES256)
            base64url_encode(raw, sizeof raw, out);
        else
            base64url_encode(signature, len, out);
    }
    free(signature);
    return ok;
}

static void append_header(enum jwt_algorithm algorithm, const char *key_id, struct buf *out)
{
    struct buf json;
    struct json_writer w;
    buf_init(&json, 0);
    json_writer_init(&w, &json);
    json_open(&w, '{');
    json_pair_str(&w, "typ", "JWT");
    json_pair_str(&w, "alg", algorithms[algorithm].name);
    if (key_id)
        json_pair_str(&w, "kid", key_id);
    json_close(&w, '}');
    base64url_encode(buf_cstr(&json), json.len, out);
    buf_release(&json);
}

bool jwt_sign(enum jwt_algorithm algorithm, const char *private_key_pem, const char *key_id,
              const char *claims, struct buf *out, struct err *err)
{
    assert((size_t)algorithm < sizeof algorithms / sizeof *algorithms);
    if (!private_key_pem)
        return err_set(err, ERR_CONFIG, "no private key is configured");
    EVP_PKEY *key = read_key(private_key_pem, algorithm, err);
    if (!key)
        return false;
    struct buf token;
    buf_init(&token, 0);
    append_header(algorithm, key_id, &token);
    buf_char(&token, '.');
    base64url_encode(claims, strlen(claims), &token);
    bool ok = append_signature(key, algorithm, &token);
    if (ok)
        buf_add(out, token.data, token.len);
    else
        err_set(err, ERR_INTERNAL, "signing with %s failed", algorithms[algorithm].name);
    EVP_PKEY_free(key);
    buf_release(&token);
    return ok;
}
