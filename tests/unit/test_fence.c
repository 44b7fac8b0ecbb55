/* The fence around the service: what it leaves open, and that nothing else is. Each question is
 * asked by a child that fences itself, since there is no way back. */
#include "bot/fence.h"
#include "db/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netdb.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NO_FENCE = 77, FOLDERS = 6 };

/* Each with a file of its name + "/file" in it; "outside" is named nowhere. */
static const char *const folders[FOLDERS] = {"store",     "etc",     "secrets",
                                             "templates", "backups", "outside"};
static char stage[64];
static char path_of[FOLDERS][128];
static const char *const secret_files[] = {path_of[2]};

static const char *file_in(const char *folder)
{
    for (size_t i = 0; i < FOLDERS; i++)
        if (strcmp(folders[i], folder) == 0)
            return path_of[i];
    fail_msg("%s", folder);
    return NULL;
}

static const char *folder_of(const char *folder)
{
    static char path[2][128];
    static size_t turn;
    char *out = path[turn++ % 2];
    snprintf(out, sizeof *path, "%s/%s", stage, folder);
    return out;
}

static void write_file(const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("something\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int build_stage(void **state)
{
    (void)state;
    snprintf(stage, sizeof stage, "/tmp/usher-fence-XXXXXX");
    assert_non_null(mkdtemp(stage));
    for (size_t i = 0; i < FOLDERS; i++) {
        assert_int_equal(mkdir(folder_of(folders[i]), 0700), 0);
        snprintf(path_of[i], sizeof path_of[i], "%s/%s/file", stage, folders[i]);
        write_file(path_of[i]);
    }
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static int clear_stage(void **state)
{
    (void)state;
    return nftw(stage, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* What `ask` returns inside the fence. */
static int fenced(int (*ask)(void))
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct config config = {.path = file_in("etc")};
        struct err err;
        config.store.path = file_in("store");
        config.store.backups = folder_of("backups");
        config.template_dir = folder_of("templates");
        config.read_files = (struct config_list){.items = (const char **)secret_files, .count = 1};
        _exit(fence_raise(&config, file_in("store"), &err) ? ask() : NO_FENCE);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NO_FENCE)
        skip(); /* this kernel has none */
    return WEXITSTATUS(status);
}

/* 0, or why not. */
static int try_open(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    int why = fd < 0 ? errno : 0;
    if (fd >= 0)
        close(fd);
    return why;
}

static int read_all_that_is_named(void)
{
    for (size_t i = 0; i + 1 < FOLDERS; i++)
        if (try_open(path_of[i], O_RDONLY) || try_open(folder_of(folders[i]), O_DIRECTORY))
            return 1 + (int)i;
    return 0;
}

static void test_what_the_configuration_names_can_be_read(void **state)
{
    (void)state;
    assert_int_equal(fenced(read_all_that_is_named), 0);
}

static int read_outside(void)
{
    return try_open(file_in("outside"), O_RDONLY);
}

static int list_outside(void)
{
    return try_open(folder_of("outside"), O_DIRECTORY);
}

static int cut_outside(void)
{
    return truncate(file_in("outside"), 0) == 0 ? 0 : errno;
}

static int make_outside(void)
{
    return try_open(folder_of("new"), O_WRONLY | O_CREAT);
}

static int read_by_a_link(void)
{
    /* made in a folder that may be written, of what may not be read */
    if (symlink(file_in("outside"), folder_of("store/link")) == 0)
        return 0;
    return errno;
}

static void test_a_folder_that_it_does_not_name_is_closed(void **state)
{
    (void)state;
    assert_int_equal(fenced(read_outside), EACCES);
    assert_int_equal(fenced(list_outside), EACCES);
    assert_int_equal(fenced(cut_outside), EACCES);
    assert_int_equal(fenced(make_outside), EACCES);
    assert_int_equal(fenced(read_by_a_link), EACCES);
}

static int write_where_only_reading_is_allowed(void)
{
    for (size_t i = 1; i + 1 < FOLDERS; i++)
        if (try_open(path_of[i], O_WRONLY) != EACCES || unlink(path_of[i]) == 0)
            return 1 + (int)i;
    return try_open("/etc/usher-was-here", O_WRONLY | O_CREAT) == EACCES ? 0 : 99;
}

static void test_only_the_folder_of_the_database_is_written(void **state)
{
    (void)state;
    assert_int_equal(fenced(write_where_only_reading_is_allowed), 0);
}

/* Larger than what is kept in memory, so that SQLite opens a temporary file. */
static int spill(void)
{
    struct err err;
    sqlite3 *db = NULL;
    bool ok =
        sqlite_open_raw(folder_of("store/usher.db"), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        &db, &err) &&
        sqlite3_exec(db,
                     "PRAGMA journal_mode = WAL; PRAGMA temp_store = FILE;"
                     "PRAGMA temp.cache_size = 4; CREATE TABLE t (x); BEGIN;"
                     "CREATE TEMP TABLE big AS WITH RECURSIVE n(i) AS"
                     " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                     " SELECT i, hex(zeroblob(500)) AS text FROM n;"
                     "INSERT INTO t SELECT text FROM big; COMMIT; PRAGMA wal_checkpoint(TRUNCATE)",
                     NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_close(db);
    return ok ? 0 : 1;
}

static void test_sqlite_works_with_its_journal_and_its_temporary_files(void **state)
{
    (void)state;
    assert_int_equal(fenced(spill), 0);
}

static int use_the_system(void)
{
    static const char *const needed[] = {"/etc/hosts",     "/usr/share/zoneinfo/America/Toronto",
                                         "/etc/ssl/certs", "/proc/self/statm",
                                         "/proc/self/exe", "/dev/urandom"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (try_open(needed[i], O_RDONLY) == EACCES)
            return 1 + (int)i;
    struct addrinfo *found = NULL;
    int status = getaddrinfo("localhost", "443", NULL, &found);
    if (status == 0)
        freeaddrinfo(found);
    return status ? 99 : 0;
}

static void test_names_zones_and_trust_anchors_are_still_found(void **state)
{
    (void)state;
    assert_int_equal(fenced(use_the_system), 0);
}

static int start_a_program(void)
{
    char name[] = "true", *argv[] = {name, NULL}, *envp[] = {NULL};
    execve("/bin/true", argv, envp);
    return errno;
}

static void test_no_program_is_started(void **state)
{
    (void)state;
    assert_int_equal(fenced(start_a_program), EACCES);
}

static void *ask_in_a_thread(void *arg)
{
    int *why = arg;
    *why = read_outside();
    return NULL;
}

static int ask_a_thread(void)
{
    pthread_t thread;
    int why = 0;
    if (pthread_create(&thread, NULL, ask_in_a_thread, &why) != 0)
        return 1;
    pthread_join(thread, NULL);
    return why;
}

static void test_a_thread_is_fenced_as_who_starts_it(void **state)
{
    (void)state;
    assert_int_equal(fenced(ask_a_thread), EACCES);
}

static int replace_a_secret(void)
{
    return try_open(folder_of("secrets/another"), O_RDONLY);
}

static void test_a_file_that_was_put_in_anothers_place_is_found(void **state)
{
    (void)state;
    write_file(folder_of("secrets/another"));
    assert_int_equal(fenced(replace_a_secret), 0);
}

static int new_privileges(void)
{
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
}

static void test_no_privileges_are_gained(void **state)
{
    (void)state;
    assert_int_equal(fenced(new_privileges), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_configuration_names_can_be_read),
        cmocka_unit_test(test_a_folder_that_it_does_not_name_is_closed),
        cmocka_unit_test(test_only_the_folder_of_the_database_is_written),
        cmocka_unit_test(test_sqlite_works_with_its_journal_and_its_temporary_files),
        cmocka_unit_test(test_names_zones_and_trust_anchors_are_still_found),
        cmocka_unit_test(test_no_program_is_started),
        cmocka_unit_test(test_a_thread_is_fenced_as_who_starts_it),
        cmocka_unit_test(test_a_file_that_was_put_in_anothers_place_is_found),
        cmocka_unit_test(test_no_privileges_are_gained),
    };
    return cmocka_run_group_tests(tests, build_stage, clear_stage);
}
