/* Proofs of identity: NetSuite's published OAuth 1.0a examples, JWTs checked with the public key.
 */
#include "connectors/auth.h"

#include "base/json.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- keys ---- */

static EVP_PKEY *rsa, *small_rsa, *p256, *p384;

static int make_keys(void **state)
{
    (void)state;
    rsa = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    small_rsa = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
    p256 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    p384 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
    return rsa && small_rsa && p256 && p384 ? 0 : -1;
}

static int free_keys(void **state)
{
    (void)state;
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(small_rsa);
    EVP_PKEY_free(p256);
    EVP_PKEY_free(p384);
    return 0;
}

static char *pem_of(EVP_PKEY *key, const EVP_CIPHER *cipher)
{
    BIO *bio = BIO_new(BIO_s_mem());
    static const unsigned char passphrase[] = "secret";
    PEM_write_bio_PKCS8PrivateKey(bio, key, cipher, cipher ? (const char *)passphrase : NULL,
                                  cipher ? 6 : 0, NULL, NULL);
    char *data;
    long len = BIO_get_mem_data(bio, &data);
    char *out = calloc(1, (size_t)len + 1);
    memcpy(out, data, (size_t)len);
    BIO_free(bio);
    return out;
}

/* ---- verifying ---- */

static size_t decode(const char *text, size_t len, unsigned char *out, size_t size)
{
    size_t out_len = 0;
    assert_int_equal(sodium_base642bin(out, size, text, len, NULL, &out_len, NULL,
                                       sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                     0);
    return out_len;
}

static void raw_to_der(unsigned char *signature, size_t *len)
{
    assert_int_equal(*len, 64);
    ECDSA_SIG *pair = ECDSA_SIG_new();
    ECDSA_SIG_set0(pair, BN_bin2bn(signature, 32, NULL), BN_bin2bn(signature + 32, 32, NULL));
    unsigned char *at = signature;
    *len = (size_t)i2d_ECDSA_SIG(pair, &at);
    ECDSA_SIG_free(pair);
}

static bool verifies(EVP_PKEY *key, enum jwt_algorithm algorithm, const char *token)
{
    unsigned char signature[1024];
    const char *dot = strrchr(token, '.');
    size_t len = decode(dot + 1, strlen(dot + 1), signature, sizeof signature);
    if (algorithm == JWT_ES256)
        raw_to_der(signature, &len);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX *context = NULL;
    assert_int_equal(EVP_DigestVerifyInit(digest, &context, EVP_sha256(), NULL, key), 1);
    if (algorithm == JWT_PS256) {
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32);
    }
    int good = EVP_DigestVerify(digest, signature, len, (const unsigned char *)token,
                                (size_t)(dot - token));
    EVP_MD_CTX_free(digest);
    return good == 1;
}

static void check_signing(EVP_PKEY *key, enum jwt_algorithm algorithm, const char *header)
{
    struct buf token;
    struct err err;
    unsigned char text[256] = {0};
    char *pem = pem_of(key, NULL);
    buf_init(&token, 0);
    assert_true(jwt_sign(algorithm, pem, "cert-7", "{\"iss\":\"me\"}", &token, &err));
    assert_true(verifies(key, algorithm, token.data));
    char *first_dot = strchr(token.data, '.');
    decode(token.data, (size_t)(first_dot - token.data), text, sizeof text - 1);
    assert_string_equal((char *)text, header);
    first_dot[1] ^= 1;
    assert_false(verifies(key, algorithm, token.data));
    buf_release(&token);
    free(pem);
}

static void test_rs256_verifies_with_the_public_key(void **state)
{
    (void)state;
    check_signing(rsa, JWT_RS256, "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"cert-7\"}");
}

static void test_ps256_verifies_with_the_public_key(void **state)
{
    (void)state;
    check_signing(rsa, JWT_PS256, "{\"typ\":\"JWT\",\"alg\":\"PS256\",\"kid\":\"cert-7\"}");
}

static void test_es256_is_r_and_s_of_32_bytes_each(void **state)
{
    (void)state;
    /* often enough to meet an r or s with a leading zero byte */
    for (int i = 0; i < 300; i++)
        check_signing(p256, JWT_ES256, "{\"typ\":\"JWT\",\"alg\":\"ES256\",\"kid\":\"cert-7\"}");
}

static void expect_refused(EVP_PKEY *key, enum jwt_algorithm algorithm, const char *words)
{
    struct buf token;
    struct err err;
    char *pem = pem_of(key, NULL);
    buf_init(&token, 0);
    assert_false(jwt_sign(algorithm, pem, NULL, "{}", &token, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.msg, words));
    assert_int_equal(token.len, 0);
    free(pem);
}

static void test_key_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    expect_refused(p256, JWT_RS256, "another kind");
    expect_refused(rsa, JWT_ES256, "another kind");
    expect_refused(p384, JWT_ES256, "P-256");
    expect_refused(small_rsa, JWT_PS256, "1024 bits");
}

static void test_locked_or_broken_key_is_refused_without_asking(void **state)
{
    (void)state;
    struct buf token;
    struct err err;
    char *pem = pem_of(rsa, EVP_aes_128_cbc());
    buf_init(&token, 0);
    assert_non_null(strstr(pem, "ENCRYPTED"));
    assert_false(jwt_sign(JWT_RS256, pem, NULL, "{}", &token, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_false(jwt_sign(JWT_RS256, "-----BEGIN nothing", NULL, "{}", &token, &err));
    assert_null(strstr(err.msg, "BEGIN"));
    assert_false(jwt_sign(JWT_RS256, NULL, NULL, "{}", &token, &err));
    free(pem);
}

/* ---- OAuth 1.0a ---- */

static const struct oauth1 example = {
    .realm = "123456",
    .consumer_key = "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
    .consumer_secret = "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
    .token = "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
    .token_secret = "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
    .nonce = "fjaLirsIcCGVZWzBX0pg",
    .timestamp_s = 1508242306,
};

static void expect_signature(const char *method, const char *url, const char *expected)
{
    struct buf out;
    buf_init(&out, 0);
    oauth1_signature(&example, method, url, &out);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void test_netsuite_examples_give_their_signatures(void **state)
{
    (void)state;
    expect_signature(
        "GET", "https://123456.suitetalk.api.netsuite.com/services/rest/record/v1/employee/40",
        "B5OIWznZ2YP0OB7VrJrGkYsTh+8H+5T9Hag+o92q0zY=");
    expect_signature("POST",
                     "https://123456.restlets.api.netsuite.com/app/site/hosting/restlet.nl"
                     "?script=6&deploy=1&customParam=someValue&testParam=someOtherValue",
                     "+KK4SKNgz4ZiILGLwOMtfYlgcXSy1eis8ldE9X90azQ=");
}

static void test_parameters_are_sorted_by_name_before_value(void **state)
{
    (void)state;
    struct buf one, other;
    buf_init(&one, 0);
    buf_init(&other, 0);
    oauth1_signature(&example, "GET", "https://a.example/?a=2&a1=0", &one);
    oauth1_signature(&example, "GET", "https://a.example/?a1=0&a=2", &other);
    assert_string_equal(buf_cstr(&one), buf_cstr(&other));
    /* computed apart, with Python's hmac over "…&a%3D2%26a1%3D0%26oauth_…" */
    assert_string_equal(buf_cstr(&one), "o9a4ZEbjun4utiwtgfudrFX9++l8q1MhvGlupkk3pjY=");
    buf_release(&one);
    buf_release(&other);
}

static void test_header_names_the_realm_and_encodes_the_signature(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 0);
    oauth1_header(&example, "GET",
                  "https://123456.suitetalk.api.netsuite.com/services/rest/record/v1/employee/40",
                  &out);
    const char *text = buf_cstr(&out);
    assert_ptr_equal(strstr(text, "OAuth realm=\"123456\", oauth_token=\"2b0c"), text);
    assert_non_null(
        strstr(text, "oauth_signature=\"B5OIWznZ2YP0OB7VrJrGkYsTh%2B8H%2B5T9Hag%2Bo92q0zY%3D\""));
    assert_null(strstr(text, example.token_secret));
    buf_release(&out);
}

static void test_form_leaves_out_what_is_not_there(void **state)
{
    (void)state;
    struct buf form;
    buf_init(&form, 0);
    form_add(&form, "a", "1 & 2");
    form_add(&form, "b", NULL);
    form_add(&form, "c", "x=y");
    assert_string_equal(buf_cstr(&form), "a=1%20%26%202&c=x%3Dy");
    buf_release(&form);
}

static void test_base64url_has_no_padding(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 0);
    base64url_encode("\xfb\xff\xfe\xff", 4, &out);
    buf_char(&out, ' ');
    base64_encode("\xfb\xff\xfe\xff", 4, &out);
    assert_string_equal(buf_cstr(&out), "-__-_w +//+/w==");
    buf_release(&out);
}

/* RFC 4231, test case 2. */
static void test_an_hmac_is_the_one_of_the_standard_in_however_many_pieces(void **state)
{
    (void)state;
    static const unsigned char wanted[HMAC_BYTES] = {
        0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
        0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
        0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    const struct span pieces[] = {{"what do ya ", 11}, {"", 0}, {"want for nothing?", 17}};
    unsigned char mac[HMAC_BYTES];
    hmac_sha256((struct span){"Jefe", 4}, pieces, 3, mac);
    assert_memory_equal(mac, wanted, sizeof mac);
}

static void test_a_public_key_must_be_strong_enough_to_be_believed(void **state)
{
    (void)state;
    const struct {
        EVP_PKEY *key;
        enum err_code code;
    } cases[] = {
        {rsa, ERR_FORGED}, {p256, ERR_FORGED}, {p384, ERR_FORGED}, {small_rsa, ERR_CONFIG}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        BIO *bio = BIO_new(BIO_s_mem());
        PEM_write_bio_PUBKEY(bio, cases[i].key);
        BIO_write(bio, "", 1);
        char *pem;
        BIO_get_mem_data(bio, &pem);
        const struct signature none = {pem, "sha256", {"", 0}};
        assert_false(signature_verify(&none, &none.bytes, 1, &err));
        assert_int_equal(err.code, cases[i].code);
        BIO_free(bio);
    }
    struct err err = {0};
    const struct signature nowhere = {NULL, "sha256", {"", 0}};
    assert_false(signature_verify(&nowhere, &nowhere.bytes, 1, &err));
    assert_int_equal(err.code, ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rs256_verifies_with_the_public_key),
        cmocka_unit_test(test_ps256_verifies_with_the_public_key),
        cmocka_unit_test(test_es256_is_r_and_s_of_32_bytes_each),
        cmocka_unit_test(test_key_that_does_not_fit_is_refused),
        cmocka_unit_test(test_locked_or_broken_key_is_refused_without_asking),
        cmocka_unit_test(test_netsuite_examples_give_their_signatures),
        cmocka_unit_test(test_parameters_are_sorted_by_name_before_value),
        cmocka_unit_test(test_header_names_the_realm_and_encodes_the_signature),
        cmocka_unit_test(test_form_leaves_out_what_is_not_there),
        cmocka_unit_test(test_base64url_has_no_padding),
        cmocka_unit_test(test_an_hmac_is_the_one_of_the_standard_in_however_many_pieces),
        cmocka_unit_test(test_a_public_key_must_be_strong_enough_to_be_believed),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
