/* usher backup, usher restore: one copy by name, or sealed ones in a folder, by their time. */
#include "base/civil.h"
#include "base/sealed_file.h"
#include "bot/cli.h"
#include "bot/world_real.h"
#include "db/backup_folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool copy_to(struct cli *cli, const char *path, struct err *err)
{
    struct db *db = cli_open_store(cli, DB_OPEN_READ_ONLY, err);
    bool ok = db && db_backup(db, path, err);
    db_close(db);
    return ok;
}

static bool load_keyring(struct cli *cli, struct keyring *keyring, struct err *err)
{
    return keyring_load(keyring, cli_keyring_path(cli), err);
}

/* The plain copy that is sealed, or was opened, for a moment; beside the database, where what it
 * holds stands anyway. */
static const char *plain_path(struct cli *cli)
{
    return arena_fmt(&cli->arena, "%s.unsealed.%ld", cli->config.store.path, (long)getpid());
}

static bool seal_into_folder(struct cli *cli, struct wall now, const char *path, struct err *err)
{
    struct keyring keyring = {0};
    const char *plain = plain_path(cli);
    size_t removed = 0;
    bool ok = load_keyring(cli, &keyring, err) && copy_to(cli, plain, err) &&
              sealed_file_seal(&keyring, plain, path, err);
    unlink(plain);
    keyring_release(&keyring);
    if (!ok || !backup_folder_prune(&cli->arena, cli->config.store.backups, now,
                                    cli->config.store.backup_days, &removed, err))
        return false;
    printf("%s holds a verified copy, sealed under the keyring %s, which must be kept elsewhere; "
           "%zu older removed\n",
           path, cli_keyring_path(cli), removed);
    return true;
}

/* Made where it is not there; its parent must be. */
static bool make_folder(const char *folder, struct err *err)
{
    return mkdir(folder, 0700) == 0 || errno == EEXIST ||
           err_set(err, ERR_CANNOT_CREATE, "store.backups: %.200s: %s", folder, strerror(errno));
}

static bool has_folder(const struct cli *cli, const char *otherwise, struct err *err)
{
    return cli->config.store.backups ||
           err_set(err, ERR_USAGE, "%s is missing, and so is store.backups, the folder of backups",
                   otherwise);
}

int cli_backup(struct cli *cli, struct err *err)
{
    struct world_real real;
    char name[BACKUP_NAME_SIZE];
    if (!cli_load_config(cli, err))
        return cli_fail(err);
    if (cli->word_count) {
        if (!copy_to(cli, cli->words[0], err))
            return cli_fail(err);
        printf("%s holds a verified copy; keep the keyring %s with it\n", cli->words[0],
               cli_keyring_path(cli));
        return 0;
    }
    if (!has_folder(cli, "FILE (where the copy goes)", err) ||
        !make_folder(cli->config.store.backups, err) ||
        !world_real_init(&real, 1, (struct wall){0}, err))
        return cli_fail(err);
    struct wall now = real.world.now;
    const char *path =
        arena_fmt(&cli->arena, "%s/%s", cli->config.store.backups, backup_file_name(now, name));
    return seal_into_folder(cli, now, path, err) ? 0 : cli_fail(err);
}

/* ---- restore ---- */

/* The newest, or with --at the newest up to then. */
static bool choose(struct cli *cli, const char **path, struct err *err)
{
    struct backup_file *files;
    size_t count;
    struct wall at = {INT64_MAX};
    if (!has_folder(cli, "FILE (a backup)", err) || (cli->at && !wall_parse(cli->at, &at, err)) ||
        !backup_folder_list(&cli->arena, cli->config.store.backups, &files, &count, err))
        return false;
    const struct backup_file *file = backup_folder_at(files, count, at);
    if (!file)
        return err_set(err, ERR_NOT_FOUND, "%s holds no backup%s%s", cli->config.store.backups,
                       cli->at ? " up to " : "", cli->at ? cli->at : "");
    *path = file->path;
    return true;
}

static bool restore_sealed(struct cli *cli, const char *path, struct err *err)
{
    struct keyring keyring = {0};
    const char *plain = plain_path(cli);
    bool ok = load_keyring(cli, &keyring, err) && sealed_file_open(&keyring, path, plain, err) &&
              db_restore(plain, cli->config.store.path, err);
    unlink(plain);
    keyring_release(&keyring);
    return ok;
}

int cli_restore(struct cli *cli, struct err *err)
{
    const char *path = cli->word_count ? cli->words[0] : NULL;
    if (!cli_load_config(cli, err) || (!path && !choose(cli, &path, err)))
        return cli_fail(err);
    bool ok = sealed_file_is(path) ? restore_sealed(cli, path, err)
                                   : db_restore(path, cli->config.store.path, err);
    if (!ok)
        return cli_fail(err);
    printf("%s is restored from %s\n", cli->config.store.path, path);
    return 0;
}
