/* The keyring: its file, rotation, signing, sealing. */
#include "base/keyring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

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

/* A folder of each test's own, and the keyring's path in it. */
static char folder[40];
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/usher-keyring-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/keys.json", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder); /* fails where something else was left behind */
}

static void write_file(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static struct keyring saved_keyring(void)
{
    struct keyring keyring;
    struct err err;
    keyring_init(&keyring, &world);
    keyring_rotate(&keyring, &world);
    if (!keyring_save(&keyring, path, &err))
        fail_msg("%s", err.msg);
    return keyring;
}

static void expect_refused(enum err_code code)
{
    struct keyring keyring;
    struct err err = {0};
    assert_false(keyring_load(&keyring, path, &err));
    if (err.code != code)
        fail_msg("another code than %d: %s", (int)code, err.msg);
    assert_int_equal(keyring.count, 0);
    assert_non_null(strstr(err.msg, path));
}

static void test_a_saved_keyring_loads_the_same(void **state)
{
    (void)state;
    struct keyring written = saved_keyring();
    struct keyring read;
    struct err err;
    assert_true(keyring_load(&read, path, &err));
    assert_int_equal(read.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(read.keys[i].id, i + 1);
        assert_int_equal(read.keys[i].created_at.ms, world.now.ms);
        assert_memory_equal(read.keys[i].sign, written.keys[i].sign, 32);
        assert_memory_equal(read.keys[i].seal, written.keys[i].seal, 32);
    }
    assert_memory_not_equal(read.keys[0].sign, read.keys[0].seal, 32);
}

static void test_the_file_is_for_its_owner_alone(void **state)
{
    (void)state;
    mode_t mask = umask(0);
    saved_keyring();
    umask(mask);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void test_a_file_that_others_may_touch_is_refused(void **state)
{
    (void)state;
    static const mode_t modes[] = {0640, 0604, 0620, 0602, 0610, 0666};
    saved_keyring();
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        expect_refused(ERR_FORBIDDEN);
    }
}

static void test_links_folders_and_nothing_are_refused(void **state)
{
    (void)state;
    expect_refused(ERR_NOT_FOUND);
    char target[80];
    snprintf(target, sizeof target, "%s.target", path);
    saved_keyring();
    assert_int_equal(rename(path, target), 0);
    assert_int_equal(symlink(target, path), 0);
    expect_refused(ERR_FORBIDDEN);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(target), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_refused(ERR_FORBIDDEN);
    assert_int_equal(rmdir(path), 0);
}

static void test_damaged_files_are_refused(void **state)
{
    (void)state;
#define KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ENTRY(id, sign)                                                                            \
    "{\"id\":" id ",\"created_at\":\"2026-04-20\",\"sign\":\"" sign "\",\"seal\":\"" KEY "\"}"
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "{\"version\":1}",
        "{\"version\":1,\"keys\":[]}",
        "{\"version\":0,\"keys\":[" ENTRY("1", KEY) "]}",
        "{\"version\":1,\"keys\":[" ENTRY("0", KEY) "]}",
        "{\"version\":1,\"keys\":[" ENTRY("4294967296", KEY) "]}",
        "{\"version\":1,\"keys\":[" ENTRY("2", KEY) "," ENTRY("2", KEY) "]}",
        "{\"version\":1,\"keys\":[" ENTRY("1", "AAAA") "]}",
        "{\"version\":1,\"keys\":[" ENTRY("1", KEY "AAAA") "]}",
        "{\"version\":1,\"keys\":[" ENTRY("1", "!" KEY) "]}",
        "{\"version\":1,\"keys\":[{\"id\":1}]}",
        "{\"version\":1,\"keys\":[7]}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_file(texts[i], 0600);
        expect_refused(ERR_CORRUPT);
    }
    write_file("{\"version\":2,\"keys\":[" ENTRY("1", KEY) "]}", 0600);
    expect_refused(ERR_TOO_NEW);
    write_file("{\"version\":1,\"keys\":[" ENTRY("1", KEY) "]}", 0400);
    struct keyring keyring;
    struct err err;
    assert_true(keyring_load(&keyring, path, &err));
}

static void test_errors_show_no_key(void **state)
{
    (void)state;
    static const char entry[] = ENTRY("1", KEY "x");
    char text[512];
    snprintf(text, sizeof text, "{\"version\":1,\"keys\":[%s]}", entry);
    write_file(text, 0600);
    struct keyring keyring;
    struct err err;
    assert_false(keyring_load(&keyring, path, &err));
    assert_null(strstr(err.msg, "AAAA"));
}

static void test_a_failed_save_leaves_no_file_behind(void **state)
{
    (void)state;
    struct keyring keyring;
    struct err err;
    char nowhere[128];
    keyring_init(&keyring, &world);
    snprintf(nowhere, sizeof nowhere, "%s/absent/keys.json", folder);
    assert_false(keyring_save(&keyring, nowhere, &err));
    assert_int_equal(err.code, ERR_CANNOT_CREATE);
    assert_int_equal(mkdir(path, 0700), 0); /* a folder cannot be renamed over */
    assert_false(keyring_save(&keyring, path, &err));
    assert_int_equal(rmdir(path), 0);
}

static void test_rotation_keeps_the_newest_keys(void **state)
{
    (void)state;
    struct keyring keyring;
    keyring_init(&keyring, &world);
    for (int i = 0; i < KEYRING_MAX_KEYS + 3; i++)
        keyring_rotate(&keyring, &world);
    assert_int_equal(keyring.count, KEYRING_MAX_KEYS);
    assert_int_equal(keyring.keys[0].id, 5);
    assert_int_equal(keyring.keys[KEYRING_MAX_KEYS - 1].id, KEYRING_MAX_KEYS + 4);
    struct err err;
    assert_true(keyring_save(&keyring, path, &err)); /* the fullest file still fits */
    assert_true(keyring_load(&keyring, path, &err));
    assert_int_equal(keyring.count, KEYRING_MAX_KEYS);
}

static void test_released_keys_are_gone_from_memory(void **state)
{
    (void)state;
    static const struct keyring empty;
    struct keyring keyring;
    keyring_init(&keyring, &world);
    keyring_release(&keyring);
    assert_memory_equal(&keyring, &empty, sizeof keyring);
    keyring_release(NULL);
}

static void test_signatures_hold_for_the_same_bytes_only(void **state)
{
    (void)state;
    struct keyring keyring, other;
    uint8_t mac[KEYRING_MAC_BYTES];
    uint32_t id;
    keyring_init(&keyring, &world);
    keyring_init(&other, &world);
    keyring_sign(&keyring, "data", 4, &id, mac);
    assert_int_equal(id, 1);
    assert_true(keyring_verify(&keyring, "data", 4, id, mac, sizeof mac));
    assert_true(keyring_verify(&keyring, "data", 4, id, mac, 16));
    assert_false(keyring_verify(&keyring, "dato", 4, id, mac, sizeof mac));
    assert_false(keyring_verify(&keyring, "data", 3, id, mac, sizeof mac));
    assert_false(keyring_verify(&keyring, "data", 4, id + 1, mac, sizeof mac));
    assert_false(keyring_verify(&other, "data", 4, id, mac, sizeof mac));
    assert_false(keyring_verify(&keyring, "data", 4, id, mac, 15));
    assert_false(keyring_verify(&keyring, "data", 4, id, mac, 33));
    mac[15] ^= 1;
    assert_false(keyring_verify(&keyring, "data", 4, id, mac, 16));
}

static void test_old_keys_verify_after_rotation(void **state)
{
    (void)state;
    struct keyring keyring;
    uint8_t mac[KEYRING_MAC_BYTES];
    uint32_t old_id, new_id;
    keyring_init(&keyring, &world);
    keyring_sign(&keyring, "data", 4, &old_id, mac);
    keyring_rotate(&keyring, &world);
    assert_true(keyring_verify(&keyring, "data", 4, old_id, mac, sizeof mac));
    keyring_sign(&keyring, "data", 4, &new_id, mac);
    assert_int_equal(new_id, old_id + 1);
    assert_false(keyring_verify(&keyring, "data", 4, old_id, mac, sizeof mac));
}

static bool opens(const struct keyring *keyring, const char *context, const char *sealed)
{
    struct buf plain = {0};
    struct err err = {0};
    bool ok = keyring_open(keyring, context, sealed, &plain, &err);
    if (ok)
        assert_string_equal(buf_cstr(&plain), "xoxb-secret");
    else
        assert_int_equal(err.code, ERR_FORGED);
    if (!ok)
        assert_int_equal(plain.len, 0);
    buf_release(&plain);
    return ok;
}

static void test_sealed_secrets_open_in_their_context_only(void **state)
{
    (void)state;
    struct keyring keyring, other;
    struct buf sealed = {0}, again = {0};
    keyring_init(&keyring, &world);
    keyring_init(&other, &world);
    keyring_seal(&keyring, &world, "T1/bot_token", "xoxb-secret", 11, &sealed);
    keyring_seal(&keyring, &world, "T1/bot_token", "xoxb-secret", 11, &again);
    assert_string_not_equal(buf_cstr(&sealed), buf_cstr(&again));
    assert_null(strstr(buf_cstr(&sealed), "xoxb"));
    assert_true(opens(&keyring, "T1/bot_token", buf_cstr(&sealed)));
    assert_false(opens(&keyring, "T2/bot_token", buf_cstr(&sealed)));
    assert_false(opens(&keyring, "T1/bot_toke", buf_cstr(&sealed)));
    assert_false(opens(&other, "T1/bot_token", buf_cstr(&sealed)));
    keyring_rotate(&keyring, &world);
    assert_true(opens(&keyring, "T1/bot_token", buf_cstr(&sealed)));
    buf_release(&sealed);
    buf_release(&again);
}

static void test_no_altered_secret_opens(void **state)
{
    (void)state;
    struct keyring keyring;
    struct buf sealed = {0};
    keyring_init(&keyring, &world);
    keyring_seal(&keyring, &world, "c", "xoxb-secret", 11, &sealed);
    for (size_t i = 0; i < sealed.len; i++) {
        char kept = sealed.data[i];
        sealed.data[i] = kept == 'A' ? 'B' : 'A';
        assert_false(opens(&keyring, "c", sealed.data));
        sealed.data[i] = '\0';
        assert_false(opens(&keyring, "c", sealed.data));
        sealed.data[i] = kept;
    }
    assert_true(opens(&keyring, "c", sealed.data));
    buf_char(&sealed, 'A');
    assert_false(opens(&keyring, "c", sealed.data));
    buf_release(&sealed);
}

static void test_a_secret_may_be_empty_and_has_a_ceiling(void **state)
{
    (void)state;
    struct keyring keyring;
    struct buf sealed = {0}, plain;
    struct err err;
    keyring_init(&keyring, &world);
    keyring_seal(&keyring, &world, "c", "", 0, &sealed);
    buf_init(&plain, 4);
    assert_true(keyring_open(&keyring, "c", buf_cstr(&sealed), &plain, &err));
    assert_int_equal(plain.len, 0);
    buf_clear(&sealed);
    keyring_seal(&keyring, &world, "c", "12345", 5, &sealed);
    assert_false(keyring_open(&keyring, "c", buf_cstr(&sealed), &plain, &err));
    assert_int_equal(err.code, ERR_TOO_LARGE);
    buf_release(&sealed);
    buf_release(&plain);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_a_saved_keyring_loads_the_same),
        IN_FOLDER(test_the_file_is_for_its_owner_alone),
        IN_FOLDER(test_a_file_that_others_may_touch_is_refused),
        IN_FOLDER(test_links_folders_and_nothing_are_refused),
        IN_FOLDER(test_damaged_files_are_refused),
        IN_FOLDER(test_errors_show_no_key),
        IN_FOLDER(test_a_failed_save_leaves_no_file_behind),
        IN_FOLDER(test_rotation_keeps_the_newest_keys),
        cmocka_unit_test(test_released_keys_are_gone_from_memory),
        cmocka_unit_test(test_signatures_hold_for_the_same_bytes_only),
        cmocka_unit_test(test_old_keys_verify_after_rotation),
        cmocka_unit_test(test_sealed_secrets_open_in_their_context_only),
        cmocka_unit_test(test_no_altered_secret_opens),
        cmocka_unit_test(test_a_secret_may_be_empty_and_has_a_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
