/* Tokens: what was signed comes back, and nothing else does. */
#include "base/token.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

static uint64_t seed = 20260420;

static void pseudo_random(struct world *world, void *bytes, size_t len)
{
    (void)world;
    for (size_t i = 0; i < len; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        ((uint8_t *)bytes)[i] = (uint8_t)(seed >> 56);
    }
}

static const struct world_ops ops = {.random = pseudo_random};
static struct world world = {.now = {INT64_C(1776679323000)}, .speed = 1, .ops = &ops};
static struct keyring keyring;

static int new_keyring(void **state)
{
    (void)state;
    keyring_init(&keyring, &world);
    return 0;
}

static struct token approve_token(void)
{
    return (struct token){
        .tenant = "T0SANDBOX",
        .kind = "item",
        .id = "01J8Z0000000000000000000AB",
        .action = "approve",
        .revision = 3,
        .expires_at = wall_after(&world, 7 * 86400000),
    };
}

static enum err_code verify_at(const char *text, struct wall now, struct token *out)
{
    struct err err = {0};
    return token_verify(&keyring, text, now, out, &err) ? ERR_NONE : err.code;
}

static enum err_code verify(const char *text)
{
    struct token out;
    enum err_code code = verify_at(text, world.now, &out);
    if (code == ERR_INVALID || code == ERR_FORGED)
        assert_string_equal(out.tenant, "");
    return code;
}

static void expect_same(const struct token *a, const struct token *b)
{
    assert_string_equal(a->tenant, b->tenant);
    assert_string_equal(a->kind, b->kind);
    assert_string_equal(a->id, b->id);
    assert_string_equal(a->action, b->action);
    assert_int_equal(a->revision, b->revision);
    assert_int_equal(a->expires_at.ms, b->expires_at.ms);
}

static void test_what_was_signed_comes_back(void **state)
{
    (void)state;
    struct token token = approve_token(), back;
    char text[TOKEN_MAX];
    token_sign(&keyring, &token, text);
    assert_int_equal(verify_at(text, world.now, &back), ERR_NONE);
    expect_same(&token, &back);
    assert_int_equal(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-_"),
                     strlen(text));
}

static void test_the_longest_and_the_shortest_fields_fit(void **state)
{
    (void)state;
    struct token longest = {.revision = INT64_MIN, .expires_at = {INT64_MAX}};
    struct token shortest = {.revision = INT64_MAX, .expires_at = {INT64_C(1776679324000)}};
    struct token back;
    char text[TOKEN_MAX];
    memset(longest.tenant, 'T', TOKEN_FIELD_MAX - 1);
    memset(longest.kind, 'k', TOKEN_FIELD_MAX - 1);
    memset(longest.id, 'i', TOKEN_FIELD_MAX - 1);
    memset(longest.action, 'a', TOKEN_FIELD_MAX - 1);
    token_sign(&keyring, &longest, text);
    assert_int_equal(verify_at(text, world.now, &back), ERR_NONE);
    expect_same(&longest, &back);
    token_sign(&keyring, &shortest, text);
    assert_int_equal(verify_at(text, world.now, &back), ERR_NONE);
    expect_same(&shortest, &back);
}

static void test_every_altered_byte_is_noticed(void **state)
{
    (void)state;
    struct token token = approve_token();
    char text[TOKEN_MAX];
    uint8_t bytes[TOKEN_MAX];
    size_t len;
    token_sign(&keyring, &token, text);
    assert_int_equal(
        sodium_base642bin(bytes, sizeof bytes, text, strlen(text), NULL, &len, NULL, BASE64), 0);
    for (size_t i = 0; i < len; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes[i] ^= (uint8_t)(1u << bit);
            sodium_bin2base64(text, sizeof text, bytes, len, BASE64);
            assert_int_equal(verify(text), i == 0 ? ERR_INVALID : ERR_FORGED);
            bytes[i] ^= (uint8_t)(1u << bit);
        }
    sodium_bin2base64(text, sizeof text, bytes, len, BASE64);
    assert_int_equal(verify(text), ERR_NONE);
}

static void test_every_altered_character_is_noticed(void **state)
{
    (void)state;
    struct token token = approve_token();
    char text[TOKEN_MAX];
    token_sign(&keyring, &token, text);
    for (size_t i = 0; text[i]; i++)
        for (const char *c = "A_z9 =+/.\n\xff"; *c; c++) {
            char kept = text[i];
            text[i] = *c;
            if (*c != kept)
                assert_true(verify(text) != ERR_NONE);
            text[i] = kept;
        }
}

static void test_truncated_and_longer_texts_are_noticed(void **state)
{
    (void)state;
    struct token token = approve_token();
    char text[TOKEN_MAX + 64] = "", cut[TOKEN_MAX];
    token_sign(&keyring, &token, text);
    size_t len = strlen(text);
    for (size_t keep = 0; keep < len; keep++) {
        snprintf(cut, sizeof cut, "%.*s", (int)keep, text);
        assert_true(verify(cut) != ERR_NONE);
    }
    for (size_t longer = len; longer < sizeof text - 1; longer++) {
        text[longer] = 'A';
        assert_true(verify(text) != ERR_NONE);
    }
}

static void test_other_texts_are_not_tokens(void **state)
{
    (void)state;
    assert_int_equal(verify(NULL), ERR_INVALID);
    assert_int_equal(verify(""), ERR_INVALID);
    assert_int_equal(verify("approve"), ERR_INVALID);
    assert_int_equal(verify("{\"id\":\"01J8Z\"}"), ERR_INVALID);
}

static void test_a_token_lives_until_its_expiry(void **state)
{
    (void)state;
    struct token token = approve_token(), back;
    char text[TOKEN_MAX];
    token.expires_at.ms = world.now.ms + 1; /* is kept as the next whole second */
    token_sign(&keyring, &token, text);
    struct wall last = {world.now.ms + 1000};
    struct wall late = {world.now.ms + 1001};
    assert_int_equal(verify_at(text, last, &back), ERR_NONE);
    assert_int_equal(verify_at(text, late, &back), ERR_EXPIRED);
    assert_string_equal(back.id, token.id);
    assert_int_equal(back.expires_at.ms, last.ms);
}

static void test_rotation_keeps_old_tokens_until_their_key_goes(void **state)
{
    (void)state;
    struct token token = approve_token();
    char old[TOKEN_MAX], fresh[TOKEN_MAX];
    token_sign(&keyring, &token, old);
    keyring_rotate(&keyring, &world);
    token_sign(&keyring, &token, fresh);
    assert_string_not_equal(old, fresh);
    assert_int_equal(verify(old), ERR_NONE);
    assert_int_equal(verify(fresh), ERR_NONE);
    for (int i = 0; i < KEYRING_MAX_KEYS - 1; i++)
        keyring_rotate(&keyring, &world);
    assert_int_equal(verify(old), ERR_FORGED);
    assert_int_equal(verify(fresh), ERR_NONE);
}

static void test_an_unknown_key_is_refused(void **state)
{
    (void)state;
    struct token token = approve_token();
    char text[TOKEN_MAX];
    token_sign(&keyring, &token, text);
    keyring_init(&keyring, &world); /* the same id, another key */
    assert_int_equal(verify(text), ERR_FORGED);
    keyring.keys[0].id = 2;
    assert_int_equal(verify(text), ERR_FORGED);
}

/* Signs `record` as a token would be, so that only its shape can be wrong. */
static void sign_record(const uint8_t *record, size_t len, char text[TOKEN_MAX])
{
    uint8_t bytes[12 + 256] = "usher token";
    uint8_t mac[KEYRING_MAC_BYTES];
    uint32_t id;
    memcpy(bytes + 12, record, len);
    keyring_sign(&keyring, bytes, 12 + len, &id, mac);
    memcpy(bytes + 12 + len, mac, 16);
    sodium_bin2base64(text, TOKEN_MAX, bytes + 12, len + 16, BASE64);
}

static void test_a_genuine_record_of_another_shape_is_refused(void **state)
{
    (void)state;
    /* version, key id, four fields, revision, expiry */
    uint8_t record[64] = {1, 0, 0, 0, 1, 1, 'T', 1, 'k', 1, 'i', 1, 'a'};
    char text[TOKEN_MAX];
    record[13 + 8] = 0x7f; /* expiry, far off */
    sign_record(record, 29, text);
    assert_int_equal(verify(text), ERR_NONE);
    sign_record(record, 28, text);
    assert_int_equal(verify(text), ERR_INVALID);
    sign_record(record, 30, text);
    assert_int_equal(verify(text), ERR_INVALID);
    record[5] = 40; /* a field that does not fit */
    sign_record(record, 64, text);
    assert_int_equal(verify(text), ERR_INVALID);
    record[5] = 1;
    record[6] = 0; /* a NUL inside a field */
    sign_record(record, 29, text);
    assert_int_equal(verify(text), ERR_INVALID);
}

static void test_another_use_of_the_keys_makes_no_token(void **state)
{
    (void)state;
    uint8_t bytes[29 + 16] = {1, 0, 0, 0, 1, 1, 'T', 1, 'k', 1, 'i', 1, 'a', [21] = 0x7f};
    uint8_t mac[KEYRING_MAC_BYTES];
    uint32_t id;
    char text[TOKEN_MAX];
    keyring_sign(&keyring, bytes, 29, &id, mac);
    memcpy(bytes + 29, mac, 16);
    sodium_bin2base64(text, TOKEN_MAX, bytes, sizeof bytes, BASE64);
    assert_int_equal(verify(text), ERR_FORGED);
}

#define WITH_KEYRING(test) cmocka_unit_test_setup(test, new_keyring)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_KEYRING(test_what_was_signed_comes_back),
        WITH_KEYRING(test_the_longest_and_the_shortest_fields_fit),
        WITH_KEYRING(test_every_altered_byte_is_noticed),
        WITH_KEYRING(test_every_altered_character_is_noticed),
        WITH_KEYRING(test_truncated_and_longer_texts_are_noticed),
        WITH_KEYRING(test_other_texts_are_not_tokens),
        WITH_KEYRING(test_a_token_lives_until_its_expiry),
        WITH_KEYRING(test_rotation_keeps_old_tokens_until_their_key_goes),
        WITH_KEYRING(test_an_unknown_key_is_refused),
        WITH_KEYRING(test_a_genuine_record_of_another_shape_is_refused),
        WITH_KEYRING(test_another_use_of_the_keys_makes_no_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
