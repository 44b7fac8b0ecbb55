/* The workspaces beside the one of the main file: a file each, named by the workspace's id, which
 * is laid over the main file (docs/workspaces.md). For base/config*.c. */
#ifndef BASE_CONFIG_WORKSPACES_H
#define BASE_CONFIG_WORKSPACES_H

#include "base/config_load.h"

/* A text and the name that stands for it in errors. */
struct config_text {
    const char *name; /* NULL: there is no file, the environment alone */
    const char *text;
    size_t len;
};

/* Reads the folder workspaces.dir of a main file that is whole, and makes what holds for newcomers,
 * into main->config. False with an error of the main file's style, named by the workspace's file.
 */
bool config_workspaces_read(const struct config_load *main, const struct config_text *text)
    __attribute__((warn_unused_result));
void config_workspaces_release(struct config *config);

/* A key or section that is the process's own and may stand in no workspace's file. */
bool config_is_of_process(const char *path);

#endif
