/* Names, order and age of the backups in a folder. */
#include "db/backup_folder.h"

#include "base/civil.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOUR_MS = 60 * 60 * 1000, ALL_HOURS = 48 };
static const int64_t day_ms = INT64_C(24) * HOUR_MS;

/* "2026-04-20T10:02:03.000Z" without what a name need not hold. */
const char *backup_file_name(struct wall at, char out[BACKUP_NAME_SIZE])
{
    char text[WALL_TEXT_SIZE];
    wall_format(at, text);
    snprintf(out, BACKUP_NAME_SIZE, "usher-%.4s%.2s%.5s%.2s%.2sZ.sealed", text, text + 5, text + 8,
             text + 14, text + 17);
    return out;
}

bool backup_file_time(const char *name, struct wall *out)
{
    char text[WALL_TEXT_SIZE], again[BACKUP_NAME_SIZE];
    struct err ignored;
    if (strlen(name) != strlen("usher-20260420T100203Z.sealed"))
        return false;
    const char *at = name + strlen("usher-");
    snprintf(text, sizeof text, "%.4s-%.2s-%.5s:%.2s:%.2s.000Z", at, at + 4, at + 6, at + 11,
             at + 13);
    return wall_parse(text, out, &ignored) && strcmp(backup_file_name(*out, again), name) == 0;
}

static int by_time(const void *a, const void *b)
{
    const struct backup_file *x = a, *y = b;
    return x->at.ms < y->at.ms ? -1 : x->at.ms > y->at.ms;
}

bool backup_folder_list(struct arena *arena, const char *folder, struct backup_file **out,
                        size_t *count, struct err *err)
{
    *out = NULL;
    *count = 0;
    DIR *dir = opendir(folder);
    if (!dir)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%.200s: %s", folder,
                       strerror(errno));
    size_t room = 0;
    struct wall at;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (!backup_file_time(entry->d_name, &at))
            continue;
        if (*count == room) {
            struct backup_file *grown = arena_array(arena, (room = room * 2 + 64), sizeof *grown);
            if (*count)
                memcpy(grown, *out, *count * sizeof *grown);
            *out = grown;
        }
        (*out)[(*count)++] =
            (struct backup_file){arena_fmt(arena, "%s/%s", folder, entry->d_name), at};
    }
    closedir(dir);
    if (*count)
        qsort(*out, *count, sizeof **out, by_time);
    return true;
}

const struct backup_file *backup_folder_at(const struct backup_file *files, size_t count,
                                           struct wall at)
{
    while (count > 0 && files[count - 1].at.ms > at.ms)
        count--;
    return count ? &files[count - 1] : NULL;
}

/* next: the one after it in time. */
static bool is_kept(const struct backup_file *file, const struct backup_file *next, struct wall now,
                    int64_t days)
{
    int64_t age = now.ms - file->at.ms;
    if (!next || age <= (int64_t)ALL_HOURS * HOUR_MS)
        return true;
    return age <= days * day_ms && file->at.ms / day_ms != next->at.ms / day_ms;
}

bool backup_folder_prune(struct arena *arena, const char *folder, struct wall now, int64_t days,
                         size_t *removed, struct err *err)
{
    struct backup_file *files;
    size_t count;
    *removed = 0;
    if (!backup_folder_list(arena, folder, &files, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (is_kept(&files[i], i + 1 < count ? &files[i + 1] : NULL, now, days))
            continue;
        if (unlink(files[i].path) != 0)
            return err_set(err, ERR_IO, "%.200s: %s", files[i].path, strerror(errno));
        ++*removed;
    }
    return true;
}
