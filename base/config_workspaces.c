/* A workspace's configuration is read in two steps into one struct: the main file, but for what is
 * bound to the main file's workspace (its channel, its people) and for the systems that the
 * workspace's file has itself; then that file. Credentials of one are so never used at an address
 * of the other. */
#include "base/config_workspaces.h"

#include "base/json.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 1024 * 1024, WORKSPACES_MAX = 200, PATH_BYTES = 512 };

/* ---- what goes where ---- */

/* Ids of one workspace's channels and people mean nothing in another. */
static const char *const bound[] = {"slack.channel", "roles", "roster",
                                    "routes",        "audit", "workspaces"};

/* A section of one of these in a workspace's file stands for the main file's as a whole; null
 * leaves it out. */
static const char *const systems[] = {"salesforce", "netsuite", "clm",  "platform",
                                      "rates",      "hooks",    "mail", NULL};

/* Whose records are asked for: with one of its own, a workspace does not see the main file's hints.
 */
static const char *const records[] = {"salesforce", "netsuite", "clm"};

static const char *const of_process[] = {"slack", "store",   "http",      "log",
                                         "fetch", "process", "templates", "workspaces"};

static bool is_within(const char *path, const char *section)
{
    size_t len = strlen(section);
    return strncmp(path, section, len) == 0 && (path[len] == '\0' || path[len] == '.');
}

bool config_is_of_process(const char *path)
{
    if (strcmp(path, "slack") == 0 || strcmp(path, "slack.channel") == 0)
        return false;
    for (size_t i = 0; i < sizeof of_process / sizeof *of_process; i++)
        if (is_within(path, of_process[i]))
            return true;
    return false;
}

/* What of the main file does not hold for this workspace; NULL ends it. */
struct omissions {
    const char *paths[sizeof bound / sizeof *bound + sizeof systems / sizeof *systems + 1];
    size_t count;
    bool own_systems, own_hooks;
};

static void leave_out(struct omissions *omissions, const char *path)
{
    omissions->paths[omissions->count++] = path;
}

static void note_omissions(struct json_object *root, struct omissions *out)
{
    *out = (struct omissions){0};
    for (size_t i = 0; i < sizeof bound / sizeof *bound; i++)
        leave_out(out, bound[i]);
    for (size_t i = 0; systems[i]; i++) {
        struct json_object *section;
        if (!json_object_object_get_ex(root, systems[i], &section))
            continue;
        leave_out(out, systems[i]);
        out->own_hooks |= strcmp(systems[i], "hooks") == 0;
        for (size_t r = 0; r < sizeof records / sizeof *records; r++)
            out->own_systems |= strcmp(systems[i], records[r]) == 0;
    }
    if (out->own_systems && !out->own_hooks)
        leave_out(out, "hooks");
    out->own_hooks |= out->own_systems;
}

/* ---- one workspace ---- */

/* Owned by main's configuration, which wipes and frees it. */
static struct config *config_new(void)
{
    struct config *config = calloc(1, sizeof *config);
    if (!config)
        abort();
    return config;
}

static void note_files(struct config *main, const struct config *workspace)
{
    for (size_t i = 0; i < workspace->read_files.count; i++)
        config_note_file(main, workspace->read_files.items[i]);
}

/* over->text is a JSON object. NULL with the error of the file that is wrong. */
static struct config *read_one(const struct config_load *main, const struct config_text *text,
                               const char *id, const struct config_text *over)
{
    struct err *err = main->err;
    struct omissions omissions;
    struct json_object *root = json_parse(over->text, over->len, FILE_MAX_BYTES, err);
    if (!root || !json_object_is_type(root, json_type_object)) {
        if (root)
            err_set(err, ERR_CONFIG, "expected an object, found %s", json_type_words(root));
        json_object_put(root);
        err->code = ERR_CONFIG;
        err_prefix(err, "%s", over->name);
        return NULL;
    }
    note_omissions(root, &omissions);
    json_object_put(root);
    struct config *config = config_new();
    config->workspace = arena_str(&config->arena, id);
    config->own_systems = omissions.own_systems;
    config->own_hooks = omissions.own_hooks;
    config->path = arena_str(&config->arena, over->name);
    if (config_read_over(config, text, omissions.paths, over, err)) {
        note_files(main->config, config);
        return config;
    }
    free(config);
    return NULL;
}

/* ---- the folder ---- */

static bool ends_with_json(const char *name)
{
    size_t len = strlen(name);
    return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".json") == 0;
}

static int is_file_of_workspace(const struct dirent *entry)
{
    return ends_with_json(entry->d_name);
}

/* T0123ABC or, of an organisation, E0123ABC. */
static bool is_id(const char *id)
{
    static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t len = strlen(id);
    return len > 1 && len < 32 && (id[0] == 'T' || id[0] == 'E') && strspn(id, characters) == len;
}

static bool read_file(const struct config_load *main, const struct config_text *text,
                      const char *folder, const char *name, struct config_workspace *out)
{
    struct arena *arena = &main->config->arena;
    const char *path = arena_fmt(arena, "%s/%s", folder, name);
    struct buf over = {0};
    out->id = arena_strn(arena, name, strlen(name) - strlen(".json"));
    if (!is_id(out->id))
        return err_set(main->err, ERR_CONFIG,
                       "%s: a workspace's file is named by its id: T0123ABC.json, or E0123ABC.json "
                       "for an organisation",
                       path);
    if (!config_read_file(path, FILE_MAX_BYTES, &over, main->err)) {
        main->err->code = ERR_CONFIG;
        return err_prefix(main->err, "cannot read the workspace's file %.120s", path);
    }
    out->config =
        read_one(main, text, out->id, &(struct config_text){path, buf_cstr(&over), over.len});
    buf_release(&over);
    return out->config &&
           (config_check_workspace(out->config, main->err) || err_prefix(main->err, "%s", path));
}

static bool read_folder(const struct config_load *main, const struct config_text *text,
                        const char *folder)
{
    struct config *config = main->config;
    struct dirent **entries;
    int count = scandir(folder, &entries, is_file_of_workspace, alphasort);
    if (count < 0)
        return config_fail(main, "workspaces.dir", "the folder %.120s cannot be read: %s", folder,
                           strerror(errno));
    bool ok = count <= WORKSPACES_MAX ||
              config_fail(main, "workspaces.dir", "%d files; %d at most", count, WORKSPACES_MAX);
    config->workspaces = arena_array(&config->arena, (size_t)count + 1, sizeof *config->workspaces);
    for (int i = 0; i < count; i++) {
        struct config_workspace *workspace = &config->workspaces[config->workspace_count];
        ok = ok && read_file(main, text, folder, entries[i]->d_name, workspace);
        config->workspace_count += workspace->config != NULL;
        free(entries[i]);
    }
    free(entries);
    return ok;
}

/* Nobody has said who it is: it sees nothing of the systems, and nobody there may decide. */
static const char newcomers[] = "{\"salesforce\":null,\"netsuite\":null,\"clm\":null,"
                                "\"platform\":null,\"rates\":null,\"hooks\":null,\"mail\":null}";

bool config_workspaces_read(const struct config_load *main, const struct config_text *text)
{
    struct config *config = main->config;
    const char *dir = config->workspaces_dir;
    if (dir && dir[0] != '/')
        dir = config->workspaces_dir = arena_fmt(&config->arena, "%s%s", main->folder, dir);
    config->newcomer =
        read_one(main, text, "", &(struct config_text){"newcomers", newcomers, strlen(newcomers)});
    return config->newcomer && (!dir || read_folder(main, text, dir));
}

static void release(struct config *config)
{
    if (!config)
        return;
    config_release(config);
    free(config);
}

void config_workspaces_release(struct config *config)
{
    for (size_t i = 0; i < config->workspace_count; i++)
        release(config->workspaces[i].config);
    release(config->newcomer);
}

const struct config *config_of_workspace(const struct config *config, const char *id)
{
    for (size_t i = 0; i < config->workspace_count; i++)
        if (strcmp(config->workspaces[i].id, id) == 0)
            return config->workspaces[i].config;
    return NULL;
}
