/* Loading the configuration: defaults, then the file, then the environment, then what must hold
 * between keys. */
#include "base/config.h"

#include "base/config_load.h"
#include "base/config_workspaces.h"
#include "base/json.h"
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 1024 * 1024, PATH_BYTES = 256 };

const char *role_name(enum role role)
{
    static const char *const names[] = {
        [ROLE_VIEWER] = "viewer",
        [ROLE_CSM] = "csm",
        [ROLE_APPROVER] = "approver",
        [ROLE_FINANCE] = "finance",
        [ROLE_FINANCE_DIRECTOR] = "finance_director",
        [ROLE_MANAGER] = "manager",
        [ROLE_DIRECTOR] = "director",
        [ROLE_REVOPS] = "revops",
        [ROLE_LEGAL] = "legal",
        [ROLE_ADMIN] = "admin",
        [ROLE_AUDITOR] = "auditor",
    };
    assert((size_t)role < ROLE_COUNT);
    return names[role];
}

bool config_fail(const struct config_load *load, const char *path, const char *fmt, ...)
{
    char why[sizeof load->err->msg];
    va_list args;
    va_start(args, fmt);
    vsnprintf(why, sizeof why, fmt, args);
    va_end(args);
    if (load->env)
        return err_set(load->err, ERR_CONFIG, "environment: %s: %s", load->env, why);
    int line = config_lines_find(&load->lines, path);
    if (!load->name)
        return err_set(load->err, ERR_CONFIG, "%s: %s", path, why);
    if (line == 0)
        return err_set(load->err, ERR_CONFIG, "%s: %s: %s", load->name, path, why);
    return err_set(load->err, ERR_CONFIG, "%s:%d: %s: %s", load->name, line, path, why);
}

/* ---- the file ---- */

/* The nearest thing to write instead, or NULL when nothing is near. */
static const char *suggestion(const char *path)
{
    const char *best = NULL;
    size_t least = 4;
    for (size_t i = 0; i < config_key_count; i++) {
        size_t distance = text_distance(path, config_keys[i].path);
        if (distance < least) {
            least = distance;
            best = config_keys[i].path;
        }
    }
    for (size_t i = 0; i < config_section_count; i++) {
        size_t distance = text_distance(path, config_sections[i].path);
        if (distance < least) {
            least = distance;
            best = config_sections[i].path;
        }
    }
    return best;
}

/* The key of that name elsewhere: "command" for "slack.command". */
static const char *same_name_elsewhere(const char *path)
{
    const char *dot = strrchr(path, '.'), *name = dot ? dot + 1 : path;
    for (size_t i = 0; i < config_key_count; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): rows have paths */
        const char *known = strrchr(config_keys[i].path, '.') + 1;
        if (text_equal_fold(known, name))
            return config_keys[i].path;
    }
    return NULL;
}

static bool fail_unknown(const struct config_load *load, const char *path)
{
    const char *near = suggestion(path);
    if (!near)
        near = same_name_elsewhere(path);
    if (near)
        return config_fail(load, path, "unknown key; did you mean %s?", near);
    return config_fail(load, path, "unknown key; `usher config` lists them all");
}

static bool has_override(const struct config_key *key)
{
    const char *value = key->env ? getenv(key->env) : NULL;
    return value && value[0];
}

static bool is_within(const char *path, const char *section)
{
    size_t len = strlen(section);
    return strncmp(path, section, len) == 0 && (path[len] == '\0' || path[len] == '.');
}

static bool read_members(struct config_load *load, struct json_object *object, const char *path);

static bool is_skipped(const struct config_load *load, const char *path)
{
    for (const char *const *skip = load->skip; skip && *skip; skip++)
        if (is_within(path, *skip))
            return true;
    return false;
}

static bool read_member(struct config_load *load, const char *path, struct json_object *value)
{
    const struct config_key *key = config_key_find(path);
    if (is_skipped(load, path))
        return true;
    if (load->is_workspace && config_is_of_process(path) && (key || config_section_find(path)))
        return config_fail(load, path, "stands in the main file only: it holds for all workspaces");
    if (load->only && !is_within(path, load->only))
        return config_fail(load, path, "only the section \"%s\" may stand here", load->only);
    if (key)
        return has_override(key) || config_set_json(load, key, value);
    const struct config_section *section = config_section_find(path);
    if (!section)
        return fail_unknown(load, path);
    if (load->is_workspace && json_object_is_type(value, json_type_null))
        return true; /* what the main file says of it does not hold here */
    if (!json_object_is_type(value, json_type_object))
        return config_fail(load, path, "expected an object, found %s", json_type_words(value));
    if (section->enabled != CONFIG_NO_SWITCH)
        *(bool *)((char *)load->config + section->enabled) = true;
    return read_members(load, value, path);
}

/* path: of the object, "" at the top. Sections nest twice at most, and so does this. */
static bool read_members(struct config_load *load, struct json_object *object, const char *path)
{
    struct json_object_iterator at = json_object_iter_begin(object);
    struct json_object_iterator end = json_object_iter_end(object);
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
        char member[PATH_BYTES];
        const char *name = json_object_iter_peek_name(&at);
        int len = snprintf(member, sizeof member, "%s%s%s", path, path[0] ? "." : "", name);
        if (len < 0 || (size_t)len >= sizeof member)
            return config_fail(load, path, "holds a key that is too long");
        if (strchr(name, '.'))
            return config_fail(load, member, "sections are nested objects, not dotted names");
        if (!read_member(load, member, json_object_iter_peek_value(&at)))
            return false;
    }
    return true;
}

static bool read_text(struct config_load *load, const char *text, size_t len)
{
    struct json_object *root = json_parse(text, len, FILE_MAX_BYTES, load->err);
    if (!root) {
        load->err->code = ERR_CONFIG;
        return err_prefix(load->err, "%s", load->name);
    }
    config_lines_scan(&load->lines, text, len);
    bool ok;
    if (!json_object_is_type(root, json_type_object))
        ok = err_set(load->err, ERR_CONFIG, "%s: expected an object, found %s", load->name,
                     json_type_words(root));
    else if (load->lines.twice)
        ok = err_set(load->err, ERR_CONFIG, "%s:%d: %s: stands there twice, first on line %d",
                     load->name, load->lines.twice_line, load->lines.twice->path,
                     load->lines.twice->line);
    else
        ok = read_members(load, root, "");
    json_object_put(root);
    return ok;
}

/* ---- around it ---- */

static bool set_defaults(struct config_load *load)
{
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        if (key->fallback && !key->ironclad_only && !config_set_text(load, key, key->fallback))
            return false;
    }
    return true;
}

/* The names of Ironclad's properties mean nothing to another system. */
static bool set_ironclad_defaults(struct config_load *load)
{
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        if (key->ironclad_only && !*(const char **)config_member(load->config, key) &&
            !config_set_text(load, key, key->fallback))
            return false;
    }
    return true;
}

static bool apply_environment(struct config_load *load)
{
    bool ok = true;
    for (size_t i = 0; i < config_key_count && ok; i++)
        if (has_override(&config_keys[i])) {
            load->env = config_keys[i].env;
            ok = config_set_text(load, &config_keys[i], getenv(config_keys[i].env));
        }
    load->env = NULL;
    return ok;
}

static struct config_load begin(struct config *config, const char *name, struct err *err)
{
    struct config_load load = {.config = config, .name = name, .err = err, .folder = ""};
    load.lines.arena = &config->arena;
    const char *slash = name ? strrchr(name, '/') : NULL;
    if (slash)
        load.folder = arena_strn(&config->arena, name, (size_t)(slash - name) + 1);
    return load;
}

/* What follows once all files have been read. */
static bool finish(struct config_load *load)
{
    config_join_holidays(load->config);
    return (load->config->clm.kind != CLM_IRONCLAD || set_ironclad_defaults(load)) &&
           apply_environment(load) && config_check_load(load);
}

/* text NULL: environment only. */
static bool load_text(struct config *config, const char *name, const char *text, size_t len,
                      struct err *err)
{
    struct config_load load = begin(config, name, err);
    bool ok = set_defaults(&load) && (!text || read_text(&load, text, len)) && finish(&load) &&
              config_workspaces_read(&load, &(struct config_text){name, text, len});
    if (!ok)
        config_release(config);
    return ok;
}

bool config_read_over(struct config *config, const struct config_text *main,
                      const char *const *skip, const struct config_text *over, struct err *err)
{
    struct config_load below = begin(config, main->name, err);
    struct config_load load = begin(config, over->name, err);
    below.skip = skip;
    load.is_workspace = true;
    bool ok = set_defaults(&below) && (!main->text || read_text(&below, main->text, main->len)) &&
              read_text(&load, over->text, over->len) && finish(&load);
    if (!ok)
        config_release(config);
    return ok;
}

bool config_parse(struct config *config, const char *name, const char *text, size_t len,
                  struct err *err)
{
    *config = (struct config){0};
    config->path = arena_str(&config->arena, name);
    return load_text(config, name, text, len, err);
}

bool config_parse_rules(struct config *config, const char *name, const char *text, size_t len,
                        struct err *err)
{
    struct config_load load = {
        .config = config, .name = name, .err = err, .folder = "", .only = "rules"};
    load.lines.arena = &config->arena;
    return read_text(&load, text, len) && config_check_load(&load);
}

/* Reads the file and gives its text to `parse`. */
static bool with_file(struct config *config, const char *path, const char *what,
                      bool (*parse)(struct config *config, const char *name, const char *text,
                                    size_t len, struct err *err),
                      struct err *err)
{
    struct buf text = {0};
    bool ok = config_read_file(path, FILE_MAX_BYTES, &text, err)
                  ? parse(config, path, buf_cstr(&text), text.len, err)
                  : err_prefix(err, "cannot read the %s %.120s", what, path);
    buf_release(&text);
    return ok;
}

bool config_load_rules(struct config *config, const char *path, struct err *err)
{
    return with_file(config, path, "rules", config_parse_rules, err);
}

bool config_load(struct config *config, const char *path, struct err *err)
{
    *config = (struct config){0};
    if (!path)
        return load_text(config, NULL, NULL, 0, err);
    return with_file(config, path, "configuration", config_parse, err);
}

void config_release(struct config *config)
{
    config_workspaces_release(config);
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        char *secret = key->type == CONFIG_SECRET ? *(char **)config_member(config, key) : NULL;
        if (secret)
            explicit_bzero(secret, strlen(secret));
    }
    arena_release(&config->arena);
    *config = (struct config){0};
}
