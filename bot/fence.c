/* Landlock by its system calls: the C library has no names for them. Rules stand on folders, so
 * that what editors, `usher keys rotate` and DHCP clients replace by renaming is still found; all
 * of /etc is open for the same reason, and guarded by its own modes. */
#include "bot/fence.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 6.2; older headers do not know it. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

static const uint64_t file_read = LANDLOCK_ACCESS_FS_READ_FILE;
static const uint64_t can_read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t can_write = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                                  LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE |
                                  LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
/* What is refused wherever no rule allows it: to execute, to make links and devices … too. */
static const uint64_t all_rights =
    ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1) | LANDLOCK_ACCESS_FS_TRUNCATE;

/* Names of hosts, trust anchors, zones, what libraries load later; the program itself is read by
 * what reports its crash. */
static const char *const system_places[] = {
    "/etc",         "/usr",  "/lib",           "/lib32",
    "/lib64",       "/proc", "/proc/self/exe", "/run/systemd/resolve",
    "/dev/urandom",
};

struct fence {
    int ruleset;
    uint64_t handled;
    struct err *err;
};

/* `folder` may be a file: then that one file. One that is not there stays closed. */
static bool allow(struct fence *fence, const char *folder, uint64_t rights)
{
    struct stat st;
    int fd = folder ? open(folder, O_PATH | O_CLOEXEC) : -1;
    if (fd < 0)
        return true;
    if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
        rights &= file_read;
    struct landlock_path_beneath_attr rule = {
        .allowed_access = rights & fence->handled,
        .parent_fd = fd,
    };
    bool ok =
        syscall(SYS_landlock_add_rule, fence->ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    int saved = errno;
    close(fd);
    return ok || err_set(fence->err, ERR_OS, "%.120s: %s", folder, strerror(saved));
}

static bool allow_folder_of(struct fence *fence, const char *file, uint64_t rights)
{
    const char *slash = strrchr(file, '/');
    char *folder = slash ? strndup(file, (size_t)(slash - file) + 1) : strdup(".");
    if (!folder)
        abort();
    bool ok = allow(fence, folder, rights);
    free(folder);
    return ok;
}

/* Where the file's name stands, and where it leads: both are asked of a symbolic link. */
static bool allow_around(struct fence *fence, const char *file, uint64_t rights)
{
    char *real = file ? realpath(file, NULL) : NULL;
    bool ok = (!file || allow_folder_of(fence, file, rights)) &&
              (!real || allow_folder_of(fence, real, rights));
    free(real);
    return ok;
}

/* A list as OpenSSL reads it from the environment. */
static bool allow_list(struct fence *fence, const char *folders)
{
    bool ok = true;
    while (ok && folders && *folders) {
        size_t len = strcspn(folders, ":");
        char *folder = strndup(folders, len);
        if (!folder)
            abort();
        ok = allow(fence, folder, can_read);
        free(folder);
        folders += len + (folders[len] == ':');
    }
    return ok;
}

static bool allow_system(struct fence *fence)
{
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof system_places / sizeof *system_places; i++)
        ok = allow(fence, system_places[i], can_read);
    return ok && allow_around(fence, "/etc/resolv.conf", can_read) &&
           allow_around(fence, getenv("SSL_CERT_FILE"), can_read) &&
           allow_list(fence, getenv("SSL_CERT_DIR"));
}

static bool allow_configured(struct fence *fence, const struct config *config, const char *keyring)
{
    bool ok = allow_around(fence, config->path, can_read) &&
              allow_around(fence, config->slack.ca_file, can_read) &&
              allow_around(fence, keyring, access(keyring, F_OK) == 0 ? can_read : can_write) &&
              allow_around(fence, config->store.path, can_write) &&
              allow(fence, getenv("SQLITE_TMPDIR"), can_write) &&
              allow(fence, config->store.backups, can_read) &&
              allow(fence, config->template_dir, can_read) &&
              allow(fence, config->workspaces_dir, can_read);
    for (size_t i = 0; ok && i < config->read_files.count; i++)
        ok = allow_around(fence, config->read_files.items[i], can_read);
    return ok;
}

/* Where SQLite spills what does not fit into memory; /var/tmp, its own choice, will be closed. */
static void keep_temporary_files_with(const char *database)
{
    char *real = realpath(database, NULL);
    const char *file = real ? real : database, *slash = strrchr(file, '/');
    char *folder = slash ? strndup(file, (size_t)(slash - file) + 1) : strdup(".");
    if (!folder || setenv("SQLITE_TMPDIR", folder, false) != 0)
        abort();
    free(folder);
    free(real);
}

static bool begin(struct fence *fence)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    fence->handled = version >= 3 ? all_rights : all_rights & ~LANDLOCK_ACCESS_FS_TRUNCATE;
    struct landlock_ruleset_attr attr = {.handled_access_fs = fence->handled};
    fence->ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    return fence->ruleset >= 0 ||
           err_set(fence->err, ERR_OS, "Landlock is not to be had: %s", strerror(errno));
}

bool fence_raise(const struct config *config, const char *keyring, struct err *err)
{
    struct fence fence = {.err = err};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return err_set(err, ERR_OS, "no_new_privs: %s", strerror(errno));
    if (!begin(&fence))
        return false;
    keep_temporary_files_with(config->store.path);
    bool ok = allow_system(&fence) && allow_configured(&fence, config, keyring);
    if (ok && syscall(SYS_landlock_restrict_self, fence.ruleset, 0) != 0)
        ok = err_set(err, ERR_OS, "Landlock: %s", strerror(errno));
    close(fence.ruleset);
    return ok;
}
