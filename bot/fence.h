/* The fence that the service puts around itself before it opens anything: of the file system it
 * reaches only what the configuration names and what the system's libraries need, and it starts no
 * program, whatever it may be made to do later. Landlock (Linux 5.13 and later) keeps it. */
#ifndef BOT_FENCE_H
#define BOT_FENCE_H

#include "base/config.h"

/* Fences the calling thread and every thread it starts from now on, for good; call it before the
 * first. Read and written: the folders of the database and, where `keyring` is not there yet, of
 * the keyring. Read: the folders of the keyring, the configuration, its secrets, its files of
 * holidays and slack.ca_file, templates.dir, store.backups, and of the system /etc, /usr, /lib*,
 * /proc. Folders, not files: a file that is replaced by another is still found. SQLite's temporary
 * files go to the database's folder.
 *
 * False: this kernel has no such fence, or does not let us; nothing is fenced, but no program that
 * is started gains privileges (no_new_privs). */
bool fence_raise(const struct config *config, const char *keyring, struct err *err)
    __attribute__((warn_unused_result));

#endif
