/* What the parts of loading share: whose file, which line, where errors go. For base/config*.c. */
#ifndef BASE_CONFIG_LOAD_H
#define BASE_CONFIG_LOAD_H

#include "base/config_lines.h"
#include "base/config_table.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

/* One loading. All borrowed for its time. */
struct config_load {
    struct config *config;
    const char *name;   /* of the file, for errors; NULL: environment only */
    const char *folder; /* of the file, with its last '/': "" where it has none */
    struct config_lines lines;
    const char *only;        /* the one section that may stand there, NULL: any */
    const char *const *skip; /* what is passed over as if it did not stand there; NULL: nothing */
    bool is_workspace;       /* a workspace's file: nothing of the process's may stand there */
    const char *env;         /* the variable whose value is being set, NULL: the file's */
    struct err *err;
};

/* "usher.json:14: slack.connections: …", "SLACK_API_URL: …". Always false. */
bool config_fail(const struct config_load *load, const char *path, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Where a key's value is kept. */
void *config_member(struct config *config, const struct config_key *key);

/* A workspace's configuration (config_workspaces.c): what the main file says, but for `skip`, then
 * what the workspace's file says. On error config is released. */
struct config_text;
bool config_read_over(struct config *config, const struct config_text *main,
                      const char *const *skip, const struct config_text *over, struct err *err)
    __attribute__((warn_unused_result));

/* Sets a key from the file's JSON (config_value.c), or from text: its default or environment. */
bool config_set_json(struct config_load *load, const struct config_key *key,
                     struct json_object *value) __attribute__((warn_unused_result));
bool config_set_text(struct config_load *load, const struct config_key *key, const char *text)
    __attribute__((warn_unused_result));

/* The secret that {"env": …} or {"file": …} stands for, in the configuration's arena
 * (config_secret.c). */
bool config_read_secret(struct config_load *load, const struct config_key *key,
                        struct json_object *value, const char **out)
    __attribute__((warn_unused_result));

/* Keeps the name of a file that was read: the fence lets it be read again (config_secret.c). */
void config_note_file(struct config *config, const char *path);

/* Makes the team's holidays out of those of the list and of the files (config_value.c). */
void config_join_holidays(struct config *config);

/* A whole file: ERR_NOT_FOUND, ERR_TOO_LARGE or ERR_IO with the system's words, without the file's
 * name. */
bool config_read_file(const char *path, size_t max_bytes, struct buf *out, struct err *err)
    __attribute__((warn_unused_result));

/* What must hold between keys (config_check.c). */
bool config_check_load(const struct config_load *load) __attribute__((warn_unused_result));

/* The words for people of a type ("whole number"), for the documentation. */
const char *config_type_words(enum config_type type);

#endif
