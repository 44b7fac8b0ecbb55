/* Database files: what opening one that cannot be used says, the process lock, backup and restore.
 * Of the SQLite engine alone. */
#include "db/db.h"
#include "tests/unit/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOBODY = 65534 };

/* Nothing can be renamed to this; NULL: all can. */
static const char *unrenamable;

int rename(const char *from, const char *to)
{
    if (!unrenamable || strcmp(to, unrenamable) != 0)
        return renameat(AT_FDCWD, from, AT_FDCWD, to);
    errno = EIO;
    return -1;
}

struct place {
    char folder[64];
    char path[96], other[96];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    snprintf(place->folder, sizeof place->folder, "/tmp/usher-test-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/usher.db", place->folder);
    snprintf(place->other, sizeof place->other, "%s/other.db", place->folder);
    *state = place;
    return 0;
}

static int drop_place(void **state)
{
    static const char *const names[] = {
        "usher.db",
        "usher.db-wal",
        "usher.db-shm",
        "usher.db.lock",
        "other.db",
        "other.db-wal",
        "other.db-shm",
        "other.db.lock",
        "usher.db.before-restore",
        "other.db.partial",
        "link.db",
        "usher.db.before-restore-wal",
        "usher.db.before-restore-shm",
    };
    struct place *place = *state;
    chmod(place->folder, 0700);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", place->folder, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(place->folder), 0); /* nothing else was left behind */
    free(place);
    return 0;
}

static struct db *open_at(const char *path, unsigned flags)
{
    struct db *db;
    struct err err = {0};
    if (!db_open(path, flags, &db, &err))
        fail_msg("%s", err.msg);
    return db;
}

static struct db *open_migrated(const char *path)
{
    struct err err = {0};
    int applied;
    struct db *db = open_at(path, DB_OPEN_CREATE);
    if (!migrate(db, embedded_schema, (struct wall){1}, &applied, &err))
        fail_msg("%s", err.msg);
    return db;
}

static void expect_refusal(const char *path, unsigned flags, enum err_code code, const char *words)
{
    struct db *db = NULL;
    struct err err = {0};
    assert_false(db_open(path, flags, &db, &err));
    assert_null(db);
    assert_int_equal(err.code, code);
    if (!strstr(err.msg, words) || !strstr(err.msg, path))
        fail_msg("\"%s\" lacks \"%s\" or the path", err.msg, words);
}

static void write_file(const char *path, const void *data, size_t len, long at)
{
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, data, len, at), len);
    close(fd);
}

static void put_cursor(struct db *db, const char *value)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO cursors (tenant_id, name, value) VALUES ('T', 'c', $1) "
                       "ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value");
    db_bind_text(stmt, 1, value);
    assert_true(db_run(stmt));
}

static void expect_cursor(struct db *db, const char *value)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT value FROM cursors");
    assert_int_equal(db_step(stmt), DB_ROW);
    assert_string_equal(db_text(stmt, 0), value);
    db_reset(stmt);
}

/* ---- opening ---- */

static void test_a_missing_file_is_said_to_be_missing(void **state)
{
    struct place *place = *state;
    expect_refusal(place->path, 0, ERR_NOT_FOUND, "there is no such database");
    expect_refusal(place->path, DB_OPEN_READ_ONLY, ERR_NOT_FOUND, "usher migrate");
}

static void test_a_missing_folder_is_said_to_be_missing(void **state)
{
    struct place *place = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/no/usher.db", place->folder);
    expect_refusal(path, DB_OPEN_CREATE, ERR_CANNOT_CREATE, "make it first");
}

static void test_a_folder_is_no_database(void **state)
{
    struct place *place = *state;
    expect_refusal(place->folder, DB_OPEN_CREATE, ERR_IO, "not a folder");
}

static void test_a_text_file_is_no_database(void **state)
{
    struct place *place = *state;
    char text[2000];
    memset(text, 'x', sizeof text);
    write_file(place->path, text, sizeof text, 0);
    expect_refusal(place->path, 0, ERR_CORRUPT, "usher restore");
    expect_refusal(place->path, DB_OPEN_READ_ONLY, ERR_CORRUPT, "not a database");
}

static void test_damage_in_the_middle_is_found_at_the_start(void **state)
{
    struct place *place = *state;
    char junk[3000];
    memset(junk, 0xA5, sizeof junk);
    db_close(open_migrated(place->path));
    write_file(place->path, junk, sizeof junk, 3 * 4096);
    expect_refusal(place->path, 0, ERR_CORRUPT, "usher restore");
}

/* As somebody without rights, since root may do anything. */
static void as_nobody(void (*body)(struct place *place), struct place *place)
{
    if (geteuid() == 0) {
        assert_int_equal(chown(place->folder, NOBODY, NOBODY), 0);
        assert_int_equal(seteuid(NOBODY), 0);
    }
    body(place);
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
}

static void refuse_read_only(struct place *place)
{
    db_close(open_migrated(place->path));
    assert_int_equal(chmod(place->path, 0400), 0);
    expect_refusal(place->path, 0, ERR_READ_ONLY, "write permission");
    db_close(open_at(place->path, DB_OPEN_READ_ONLY));
    assert_int_equal(chmod(place->path, 0), 0);
    expect_refusal(place->path, DB_OPEN_READ_ONLY, ERR_FORBIDDEN, "cannot be read");
}

/* Makes the file longer by pages that nothing belongs to, which is damage; they take no room. */
static void add_holes(const char *path, int64_t bytes)
{
    enum { PAGE_COUNT_AT = 28 };
    struct stat st;
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    int64_t pages = (st.st_size + bytes) / 4096;
    const unsigned char big_endian[4] = {(unsigned char)(pages >> 24), (unsigned char)(pages >> 16),
                                         (unsigned char)(pages >> 8), (unsigned char)pages};
    assert_int_equal(pwrite(fd, big_endian, 4, PAGE_COUNT_AT), 4);
    assert_int_equal(ftruncate(fd, pages * 4096), 0);
    close(fd);
}

static void test_only_a_small_file_is_walked_at_the_start(void **state)
{
    struct place *place = *state;
    db_close(open_migrated(place->path));
    add_holes(place->path, 8192);
    expect_refusal(place->path, 0, ERR_CORRUPT, "usher restore");
    add_holes(place->path, INT64_C(300) * 1024 * 1024);
    db_close(open_at(place->path, 0));
}

static void test_a_file_without_rights_says_which_are_missing(void **state)
{
    as_nobody(refuse_read_only, *state);
}

static void refuse_folder(struct place *place)
{
    assert_int_equal(chmod(place->folder, 0500), 0);
    expect_refusal(place->path, DB_OPEN_CREATE, ERR_READ_ONLY, "folder takes no files");
}

static void test_a_folder_without_rights_says_so(void **state)
{
    as_nobody(refuse_folder, *state);
}

static void test_a_database_is_for_its_owner_alone(void **state)
{
    struct place *place = *state;
    struct stat st;
    struct db *db = open_migrated(place->path);
    assert_int_equal(stat(place->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    db_close(db);
}

static void test_a_reader_may_not_write(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    db_close(open_migrated(place->path));
    struct db *db = open_at(place->path, DB_OPEN_READ_ONLY);
    assert_false(db_run(db_prepare(db, "DELETE FROM jobs")));
    assert_false(db_ok(db, &err));
    assert_int_equal(err.code, ERR_READ_ONLY);
    db_close(db);
}

/* ---- the lock ---- */

/* What a second process is told; its exit status counts what was wrong. */
static int second_process(const char *path, pid_t holder)
{
    struct db *db;
    struct err err = {0};
    char words[64];
    snprintf(words, sizeof words, "in use by process %ld;", (long)holder);
    if (db_open(path, DB_OPEN_CREATE, &db, &err))
        return 1;
    return err.code == ERR_BUSY && strstr(err.msg, words) ? 0 : 2;
}

static void test_a_second_process_is_told_who_has_it(void **state)
{
    struct place *place = *state;
    struct db *db = open_migrated(place->path);
    pid_t holder = getpid(), child = fork();
    int status;
    assert_true(child >= 0);
    if (child == 0)
        _exit(second_process(place->path, holder));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    db_close(db);
    db_close(open_at(place->path, 0));
}

static void test_another_name_of_the_file_meets_the_same_lock(void **state)
{
    struct place *place = *state;
    char link[128];
    struct db *db = open_migrated(place->path), *second;
    struct err err = {0};
    snprintf(link, sizeof link, "%s/link.db", place->folder);
    assert_int_equal(symlink(place->path, link), 0);
    assert_false(db_open(link, 0, &second, &err));
    assert_int_equal(err.code, ERR_BUSY);
    db_close(db);
}

static void test_readers_need_no_lock_and_see_what_is_committed(void **state)
{
    struct place *place = *state;
    struct db *db = open_migrated(place->path);
    put_cursor(db, "1");
    struct db *reader = open_at(place->path, DB_OPEN_READ_ONLY);
    expect_cursor(reader, "1");
    assert_true(db_begin(db));
    put_cursor(db, "2");
    expect_cursor(reader, "1");
    assert_true(db_commit(db));
    expect_cursor(reader, "2");
    db_close(reader);
    db_close(db);
}

static void test_what_is_read_together_is_one_state_of_the_store(void **state)
{
    struct place *place = *state;
    struct db *db = open_migrated(place->path);
    put_cursor(db, "1");
    struct db *other = open_at(place->path, DB_OPEN_SHARED);
    db_begin_read(db);
    expect_cursor(db, "1");
    put_cursor(other, "2");
    expect_cursor(db, "1");
    db_end_read(db);
    expect_cursor(db, "2");
    db_close(other);
    db_close(db);
}

static void test_writing_ends_what_was_read_together(void **state)
{
    struct place *place = *state;
    struct db *db = open_migrated(place->path);
    put_cursor(db, "1");
    struct db *other = open_at(place->path, DB_OPEN_SHARED);
    db_begin_read(db);
    expect_cursor(db, "1");
    put_cursor(other, "2");
    assert_true(db_begin(db)); /* with the old state it could not write */
    expect_cursor(db, "2");
    put_cursor(db, "3");
    assert_true(db_commit(db));
    expect_cursor(other, "3");
    db_close(other);
    db_close(db);
}

static void test_the_version_moves_with_what_others_commit(void **state)
{
    struct place *place = *state;
    struct db *db = open_migrated(place->path);
    struct db *other = open_at(place->path, DB_OPEN_SHARED);
    int64_t version = db_version(db);
    put_cursor(other, "1");
    assert_int_not_equal(db_version(db), version);
    db_begin_read(db);
    version = db_version(db);
    put_cursor(other, "2");
    expect_cursor(db, "1");
    assert_int_equal(db_version(db), version); /* what is read is what was read */
    db_end_read(db);
    assert_int_not_equal(db_version(db), version);
    version = db_version(db);
    assert_int_equal(db_version(db), version);
    assert_true(db_begin(other));
    put_cursor(other, "3");
    assert_int_equal(db_version(db), version); /* not committed */
    assert_true(db_commit(other));
    assert_int_not_equal(db_version(db), version);
    db_close(other);
    db_close(db);
}

static int64_t now_ms(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static void test_what_another_process_holds_is_waited_for_once_a_turn_and_read_all_the_same(
    void **state)
{
    struct place *place = *state;
    struct err err;
    struct db *db = open_migrated(place->path);
    put_cursor(db, "1");
    struct db *other = open_at(place->path, DB_OPEN_SHARED);
    assert_true(db_begin(other));
    put_cursor(other, "2");

    assert_false(db_savepoint(db)); /* waits */
    assert_false(db_ok(db, &err));
    assert_int_equal(err.code, ERR_BUSY);
    db_rollback_savepoint(db);
    expect_cursor(db, "1");
    int64_t from = now_ms();
    for (int i = 0; i < 100; i++) {
        assert_false(db_begin(db));
        db_rollback_savepoint(db);
    }
    assert_true(now_ms() - from < 500); /* one wait is a second */
    expect_cursor(db, "1");

    assert_true(db_commit(other));
    assert_false(db_begin(db)); /* as before, up to the turn's end */
    assert_true(db_is_held(db));
    db_rollback(db);
    assert_false(db_is_held(db));
    assert_true(db_begin(db));
    expect_cursor(db, "2");
    assert_true(db_commit(db));
    db_close(other);
    db_close(db);
}

static void test_the_log_that_a_reader_made_grow_is_cut_when_it_has_gone(void **state)
{
    struct place *place = *state;
    char log[512], value[4096];
    struct stat st;
    snprintf(log, sizeof log, "%s-wal", place->path);
    struct db *db = open_migrated(place->path);
    put_cursor(db, "1");
    struct db *reader = open_at(place->path, DB_OPEN_READ_ONLY);
    db_begin_read(reader);
    expect_cursor(reader, "1");
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    do {
        value[0] ^= 1; /* the same again writes no page */
        put_cursor(db, value);
        assert_int_equal(stat(log, &st), 0);
    } while (st.st_size < 12 * 1024 * 1024);
    db_end_read(reader);
    put_cursor(db, "2");
    put_cursor(db, "3");
    put_cursor(db, "4");
    assert_int_equal(stat(log, &st), 0);
    assert_true(st.st_size <= 8 * 1024 * 1024);
    db_close(reader);
    db_close(db);
}

/* A child commits, leaves a transaction open and dies at once. */
static void die_in_a_transaction(const char *path)
{
    struct db *db = open_migrated(path);
    put_cursor(db, "kept");
    if (!db_begin(db))
        _exit(1);
    put_cursor(db, "lost");
    _exit(0);
}

static void test_what_was_committed_survives_a_kill_and_nothing_else(void **state)
{
    struct place *place = *state;
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        die_in_a_transaction(place->path);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct db *db = open_at(place->path, 0);
    expect_cursor(db, "kept");
    db_close(db);
}

/* ---- backup and restore ---- */

static void backup(struct place *place, struct db *db)
{
    struct err err = {0};
    if (!db_backup(db, place->other, &err))
        fail_msg("%s", err.msg);
}

static void restore(struct place *place)
{
    struct err err = {0};
    if (!db_restore(place->other, place->path, &err))
        fail_msg("%s", err.msg);
}

static void test_a_backup_is_whole_while_another_process_writes(void **state)
{
    struct place *place = *state;
    struct stat st;
    struct db *db = open_migrated(place->path);
    put_cursor(db, "before");
    assert_true(db_begin(db));
    put_cursor(db, "not yet");
    struct db *reader = open_at(place->path, DB_OPEN_READ_ONLY);
    backup(place, reader);
    db_close(reader);
    db_close(db);
    assert_int_equal(stat(place->other, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    struct db *copy = open_at(place->other, 0);
    expect_cursor(copy, "before");
    db_close(copy);
}

static void test_a_backup_overwrites_nothing(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct db *db = open_migrated(place->path);
    write_file(place->other, "dear", 4, 0);
    assert_false(db_backup(db, place->other, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    db_close(db);
}

static void test_a_backup_that_cannot_be_made_says_why(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct db *db = open_migrated(place->path);
    assert_false(db_backup(db, "/nonexistent/copy.db", &err));
    assert_int_equal(err.code, ERR_CANNOT_CREATE);
    assert_non_null(strstr(err.msg, "/nonexistent/copy.db"));
    db_close(db);
}

static void test_restore_brings_back_the_backup_and_keeps_what_was_there(void **state)
{
    struct place *place = *state;
    char aside[128];
    struct db *db = open_migrated(place->path);
    put_cursor(db, "good");
    backup(place, db);
    put_cursor(db, "bad");
    db_close(db);
    restore(place);
    db = open_at(place->path, 0);
    expect_cursor(db, "good");
    db_close(db);
    snprintf(aside, sizeof aside, "%s.before-restore", place->path);
    db = open_at(aside, DB_OPEN_READ_ONLY);
    expect_cursor(db, "bad");
    db_close(db);
    struct err err = {0};
    assert_false(db_restore(place->other, place->path, &err)); /* the kept one stays kept */
    assert_int_equal(err.code, ERR_CONFLICT);
}

static void test_a_restore_that_is_cut_off_leaves_the_store_and_can_be_repeated(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    struct db *db = open_migrated(place->path);
    put_cursor(db, "good");
    backup(place, db);
    put_cursor(db, "bad");
    db_close(db);
    unrenamable = place->path;
    assert_false(db_restore(place->other, place->path, &err));
    unrenamable = NULL;
    db = open_at(place->path, 0);
    expect_cursor(db, "bad");
    db_close(db);
    restore(place);
    db = open_at(place->path, 0);
    expect_cursor(db, "good");
    db_close(db);
}

static void test_restore_to_a_new_place_needs_nothing_there(void **state)
{
    struct place *place = *state;
    struct db *db = open_migrated(place->path);
    put_cursor(db, "good");
    backup(place, db);
    db_close(db);
    unlink(place->path);
    restore(place);
    db = open_at(place->path, 0);
    expect_cursor(db, "good");
    db_close(db);
}

static void test_restore_over_a_killed_process_loses_none_of_its_commits(void **state)
{
    struct place *place = *state;
    char aside[128];
    int status;
    struct db *db = open_migrated(place->other);
    put_cursor(db, "good");
    db_close(db);
    pid_t child = fork();
    if (child == 0)
        die_in_a_transaction(place->path); /* leaves a write-ahead log */
    assert_int_equal(waitpid(child, &status, 0), child);
    restore(place);
    db = open_at(place->path, 0);
    expect_cursor(db, "good");
    db_close(db);
    snprintf(aside, sizeof aside, "%s.before-restore", place->path);
    db = open_at(aside, DB_OPEN_READ_ONLY);
    expect_cursor(db, "kept");
    db_close(db);
}

static void expect_no_restore(struct place *place, enum err_code code, const char *words)
{
    struct err err = {0};
    assert_false(db_restore(place->other, place->path, &err));
    assert_int_equal(err.code, code);
    if (!strstr(err.msg, words))
        fail_msg("\"%s\" lacks \"%s\"", err.msg, words);
}

static void test_restore_refuses_what_is_no_whole_usher_database(void **state)
{
    struct place *place = *state;
    char junk[3000];
    expect_no_restore(place, ERR_NOT_FOUND, "no such file");
    struct db *db = open_at(place->other, DB_OPEN_CREATE);
    execute(db, "CREATE TABLE bookmarks (url TEXT)");
    db_close(db);
    expect_no_restore(place, ERR_INVALID, "not one of usher's");
    unlink(place->other);
    db_close(open_migrated(place->other));
    memset(junk, 0xA5, sizeof junk);
    write_file(place->other, junk, sizeof junk, 5 * 4096);
    expect_no_restore(place, ERR_CORRUPT, place->other);
    assert_int_equal(access(place->path, F_OK), -1); /* nothing was put there */
}

static void test_restore_refuses_a_database_in_use(void **state)
{
    struct place *place = *state;
    struct db *db = open_migrated(place->path);
    backup(place, db);
    expect_no_restore(place, ERR_BUSY, "in use by process");
    db_close(db);
}

#define file_test(name) cmocka_unit_test_setup_teardown(name, make_place, drop_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        file_test(test_a_missing_file_is_said_to_be_missing),
        file_test(test_a_missing_folder_is_said_to_be_missing),
        file_test(test_a_folder_is_no_database),
        file_test(test_a_text_file_is_no_database),
        file_test(test_damage_in_the_middle_is_found_at_the_start),
        file_test(test_only_a_small_file_is_walked_at_the_start),
        file_test(test_a_file_without_rights_says_which_are_missing),
        file_test(test_a_folder_without_rights_says_so),
        file_test(test_a_database_is_for_its_owner_alone),
        file_test(test_a_reader_may_not_write),
        file_test(test_a_second_process_is_told_who_has_it),
        file_test(test_another_name_of_the_file_meets_the_same_lock),
        file_test(test_readers_need_no_lock_and_see_what_is_committed),
        file_test(test_what_is_read_together_is_one_state_of_the_store),
        file_test(test_writing_ends_what_was_read_together),
        file_test(test_the_version_moves_with_what_others_commit),
        file_test(test_what_another_process_holds_is_waited_for_once_a_turn_and_read_all_the_same),
        file_test(test_the_log_that_a_reader_made_grow_is_cut_when_it_has_gone),
        file_test(test_what_was_committed_survives_a_kill_and_nothing_else),
        file_test(test_a_backup_is_whole_while_another_process_writes),
        file_test(test_a_backup_overwrites_nothing),
        file_test(test_a_backup_that_cannot_be_made_says_why),
        file_test(test_restore_brings_back_the_backup_and_keeps_what_was_there),
        file_test(test_a_restore_that_is_cut_off_leaves_the_store_and_can_be_repeated),
        file_test(test_restore_to_a_new_place_needs_nothing_there),
        file_test(test_restore_over_a_killed_process_loses_none_of_its_commits),
        file_test(test_restore_refuses_what_is_no_whole_usher_database),
        file_test(test_restore_refuses_a_database_in_use),
    };
    return cmocka_run_group_tests_name("database files", tests, NULL, NULL);
}
