/* Sealed files, and the folder of backups: names, order, what is kept. */
#include "base/civil.h"
#include "base/sealed_file.h"
#include "db/backup_folder.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { CHUNK = 64 * 1024 };

static void counted(struct world *world, void *bytes, size_t len)
{
    static uint8_t next;
    (void)world;
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)bytes)[i] = next += 37;
}
static const struct world_ops ops = {.random = counted};
static struct world world = {.now = {INT64_C(1776679323000)}, .speed = 1, .ops = &ops};

static char folder[40], plain[64], sealed[64], opened[64];
static struct keyring keyring;
static struct arena arena;

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/usher-backups-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(plain, sizeof plain, "%s/plain", folder);
    snprintf(sealed, sizeof sealed, "%s/sealed", folder);
    snprintf(opened, sizeof opened, "%s/opened", folder);
    keyring_init(&keyring, &world);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;)
        unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    keyring_release(&keyring);
    arena_release(&arena);
    return rmdir(folder);
}

static void write_plain(size_t len)
{
    FILE *file = fopen(plain, "w");
    assert_non_null(file);
    for (size_t i = 0; i < len; i++)
        putc((int)(i * 31 % 251), file);
    assert_int_equal(fclose(file), 0);
}

static char *content(const char *path, size_t *len)
{
    FILE *file = fopen(path, "r");
    char *text = malloc(4 * CHUNK);
    assert_non_null(file);
    assert_non_null(text);
    *len = fread(text, 1, 4 * CHUNK, file);
    fclose(file);
    return text;
}

static void write_content(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void expect_refused(const struct keyring *with, enum err_code code)
{
    struct err err = {0};
    assert_false(sealed_file_open(with, sealed, opened, &err));
    if (err.code != code)
        fail_msg("another code than %d: %s", (int)code, err.msg);
    assert_int_not_equal(access(opened, F_OK), 0);
}

static void test_what_was_sealed_comes_back_whatever_its_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 200000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct err err = {0};
        size_t before_len, after_len;
        write_plain(sizes[i]);
        if (!sealed_file_seal(&keyring, plain, sealed, &err) ||
            !sealed_file_open(&keyring, sealed, opened, &err))
            fail_msg("%zu bytes: %s", sizes[i], err.msg);
        char *before = content(plain, &before_len), *after = content(opened, &after_len);
        assert_int_equal(before_len, sizes[i]);
        assert_int_equal(after_len, sizes[i]);
        assert_memory_equal(before, after, sizes[i]);
        free(before);
        free(after);
        unlink(sealed);
        unlink(opened);
    }
}

static void test_a_sealed_file_shows_nothing_and_is_its_owners_alone(void **state)
{
    (void)state;
    struct err err;
    struct stat st;
    size_t len;
    write_content(plain, "a secret of the customer's", 26);
    assert_true(sealed_file_seal(&keyring, plain, sealed, &err));
    char *text = content(sealed, &len);
    assert_null(memmem(text, len, "secret", 6));
    free(text);
    assert_true(sealed_file_is(sealed));
    assert_false(sealed_file_is(plain));
    assert_int_equal(stat(sealed, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_one_that_was_cut_or_altered_anywhere_is_refused(void **state)
{
    (void)state;
    struct err err;
    size_t len;
    write_plain(2 * CHUNK + 5);
    assert_true(sealed_file_seal(&keyring, plain, sealed, &err));
    char *text = content(sealed, &len);
    const size_t cuts[] = {len - 1, len - 22, 2 * (CHUNK + 17) + 41, CHUNK + 17 + 41, 41};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        write_content(sealed, text, cuts[i]);
        expect_refused(&keyring, ERR_FORGED);
    }
    write_content(sealed, text, 40);
    expect_refused(&keyring, ERR_INVALID);
    for (size_t at = 13; at < len; at += at < 41 ? 1 : 4999) {
        text[at] ^= 1;
        write_content(sealed, text, len);
        expect_refused(&keyring, ERR_FORGED);
        text[at] ^= 1;
    }
    free(text);
}

static void test_an_older_key_still_opens_and_a_strange_one_does_not(void **state)
{
    (void)state;
    struct err err;
    struct keyring strange;
    write_plain(10);
    assert_true(sealed_file_seal(&keyring, plain, sealed, &err));
    keyring_rotate(&keyring, &world);
    assert_true(sealed_file_open(&keyring, sealed, opened, &err));
    unlink(opened);
    keyring_init(&strange, &world);
    expect_refused(&strange, ERR_FORGED);
    keyring_release(&strange);
}

static void test_nothing_is_overwritten(void **state)
{
    (void)state;
    struct err err = {0};
    size_t len;
    write_plain(10);
    write_content(sealed, "mine", 4);
    assert_false(sealed_file_seal(&keyring, plain, sealed, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    char *text = content(sealed, &len);
    assert_int_equal(len, 4);
    free(text);
}

/* ---- the folder ---- */

static struct wall at(const char *text)
{
    struct wall out;
    struct err err;
    if (!wall_parse(text, &out, &err))
        fail_msg("%s", err.msg);
    return out;
}

static void add_backup(const char *when)
{
    char name[BACKUP_NAME_SIZE], path[128];
    snprintf(path, sizeof path, "%s/%s", folder, backup_file_name(at(when), name));
    write_content(path, "", 0);
}

static void test_a_name_holds_its_time_and_other_names_are_nobodys(void **state)
{
    (void)state;
    static const char *const others[] = {"usher-20260420T100203Z.sealed.partial",
                                         "usher-20260420T100203Z.sealeX",
                                         "usher-20260431T100203Z.sealed",
                                         "usher-2026-420T100203Z.sealed",
                                         "Usher-20260420T100203Z.sealed",
                                         "",
                                         "usher.db"};
    char name[BACKUP_NAME_SIZE];
    struct wall when;
    assert_string_equal(backup_file_name(at("2026-04-20T10:02:03.000Z"), name),
                        "usher-20260420T100203Z.sealed");
    assert_true(backup_file_time(name, &when));
    assert_int_equal(when.ms, at("2026-04-20T10:02:03.000Z").ms);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(backup_file_time(others[i], &when));
}

static void test_the_newest_up_to_a_time_is_found(void **state)
{
    (void)state;
    struct backup_file *files;
    size_t count;
    struct err err;
    add_backup("2026-04-20T11:00:00.000Z");
    add_backup("2026-04-20T09:00:00.000Z");
    add_backup("2026-04-20T10:00:00.000Z");
    assert_true(backup_folder_list(&arena, folder, &files, &count, &err));
    assert_int_equal(count, 3);
    const struct backup_file *file = backup_folder_at(files, count, at("2026-04-20T10:59:59.000Z"));
    assert_int_equal(file->at.ms, at("2026-04-20T10:00:00.000Z").ms);
    assert_null(backup_folder_at(files, count, at("2026-04-20T08:59:59.000Z")));
    assert_int_equal(backup_folder_at(files, count, (struct wall){INT64_MAX})->at.ms,
                     at("2026-04-20T11:00:00.000Z").ms);
    assert_false(backup_folder_list(&arena, "/nonexistent", &files, &count, &err));
}

/* Hourly for forty days; of the last 48 hours all are kept, of each day before the last, and
 * nothing from before the thirtieth day. */
static void test_what_is_kept_grows_thinner_with_age(void **state)
{
    (void)state;
    const struct wall now = at("2026-04-20T10:00:00.000Z");
    const int64_t hour = INT64_C(3600000);
    struct backup_file *files;
    size_t count, removed;
    struct err err;
    char text[WALL_TEXT_SIZE];
    for (int64_t i = 0; i < INT64_C(40) * 24; i++)
        add_backup(wall_format((struct wall){now.ms - i * hour}, text));
    write_content(plain, "of another name", 15);
    assert_true(backup_folder_prune(&arena, folder, now, 30, &removed, &err));
    assert_true(backup_folder_list(&arena, folder, &files, &count, &err));
    assert_int_equal(count + removed, 40 * 24);
    assert_int_equal(count, 49 + 28);
    assert_int_equal(files[0].at.ms, at("2026-03-21T23:00:00.000Z").ms);
    assert_int_equal(access(plain, F_OK), 0);
    assert_true(backup_folder_prune(&arena, folder, now, 30, &removed, &err));
    assert_int_equal(removed, 0);
}

static void test_the_last_backup_stays_however_old(void **state)
{
    (void)state;
    size_t removed;
    struct err err;
    add_backup("2020-01-01T00:00:00.000Z");
    add_backup("2020-01-02T00:00:00.000Z");
    assert_true(
        backup_folder_prune(&arena, folder, at("2026-04-20T10:00:00.000Z"), 30, &removed, &err));
    assert_int_equal(removed, 1);
}

#define backup_test(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        backup_test(test_what_was_sealed_comes_back_whatever_its_size),
        backup_test(test_a_sealed_file_shows_nothing_and_is_its_owners_alone),
        backup_test(test_one_that_was_cut_or_altered_anywhere_is_refused),
        backup_test(test_an_older_key_still_opens_and_a_strange_one_does_not),
        backup_test(test_nothing_is_overwritten),
        backup_test(test_a_name_holds_its_time_and_other_names_are_nobodys),
        backup_test(test_the_newest_up_to_a_time_is_found),
        backup_test(test_what_is_kept_grows_thinner_with_age),
        backup_test(test_the_last_backup_stays_however_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
