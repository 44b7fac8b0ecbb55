/* Reading playbooks: every key, type and bound is checked, and what is wrong is named with its
 * line. */
#include "handlers/playbook.h"

#include "base/config_lines.h"
#include "base/json.h"
#include "base/template_files.h"
#include "base/text.h"

#include <string.h>

enum { FILE_BYTES_MAX = 64 * 1024, PATH_MAX_LEN = 80 };

static const char prefix[] = "playbook-", suffix[] = ".json";

const char *const playbook_owners[] = {"csm", PLAYBOOK_CUSTOMER, "implementation", "support", NULL};

/* ---- where it is wrong ---- */

struct reader {
    const char *name; /* of the file */
    struct arena *arena;
    struct config_lines lines;
    struct err *err;
};

static bool wrong(struct reader *reader, const char *path, const char *words)
{
    const char *shown = text_line(reader->arena, path, PATH_MAX_LEN);
    int line = config_lines_find(&reader->lines, path);
    return err_set(reader->err, ERR_CONFIG, "%s, line %d: %s: %s", reader->name, line ? line : 1,
                   shown[0] ? shown : "the file", words);
}

static const char *at(struct reader *reader, const char *path, const char *key)
{
    return arena_fmt(reader->arena, "%s%s%s", path, path[0] ? "." : "", key);
}

/* ---- values ---- */

/* One line of words that can be seen, as they are to be shown. */
static bool read_text(struct reader *reader, struct json_object *object, const char *path,
                      const char *key, const char **out)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(object, key, &value);
    if (!json_object_is_type(value, json_type_string))
        return wrong(reader, at(reader, path, key),
                     arena_fmt(reader->arena, "must be text, is %s", json_type_words(value)));
    const char *text = json_object_get_string(value);
    *out = text_line(reader->arena, text, PLAYBOOK_TEXT_MAX);
    if (!(*out)[0] || strcmp(*out, text) != 0)
        return wrong(reader, at(reader, path, key),
                     arena_fmt(reader->arena,
                               "must be one line of 1 to %d characters without blanks around it",
                               PLAYBOOK_TEXT_MAX));
    return true;
}

static bool read_int(struct reader *reader, struct json_object *object, const char *path,
                     const char *key, int max, int *out)
{
    struct json_object *value = NULL;
    json_object_object_get_ex(object, key, &value);
    int64_t number =
        json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : INT64_MIN;
    if (number < 1 || number > max)
        return wrong(reader, at(reader, path, key),
                     arena_fmt(reader->arena, "must be a whole number from 1 to %d", max));
    *out = (int)number;
    return true;
}

static bool read_owner(struct reader *reader, struct json_object *object, const char *path,
                       const char **out)
{
    const char *owner = "", *known = "";
    if (!read_text(reader, object, path, "owner", &owner))
        return false;
    for (size_t i = 0; playbook_owners[i]; i++) {
        if (strcmp(playbook_owners[i], owner) == 0) {
            *out = playbook_owners[i];
            return true;
        }
        known = arena_fmt(reader->arena, "%s%s%s", known, i ? ", " : "", playbook_owners[i]);
    }
    return wrong(reader, at(reader, path, "owner"),
                 arena_fmt(reader->arena, "must be one of %s", known));
}

/* An object with these keys and no other; keys: separated by spaces. */
static bool is_object_of(struct reader *reader, struct json_object *object, const char *path,
                         const char *keys)
{
    if (!json_object_is_type(object, json_type_object))
        return wrong(reader, path,
                     arena_fmt(reader->arena, "must be an object with %s, is %s", keys,
                               json_type_words(object)));
    json_object_object_foreach(object, key, value)
    {
        (void)value;
        const char *found = strstr(keys, key);
        size_t len = strlen(key);
        bool whole = found && len && (found == keys || found[-1] == ' ') &&
                     (found[len] == ' ' || !found[len]);
        if (!whole)
            return wrong(reader, at(reader, path, key),
                         arena_fmt(reader->arena, "is unknown here; the keys are: %s", keys));
    }
    return true;
}

/* A list of 1 to `max` things; NULL with err. */
static struct json_object *read_list(struct reader *reader, struct json_object *object,
                                     const char *path, const char *key, size_t max)
{
    struct json_object *list = NULL;
    json_object_object_get_ex(object, key, &list);
    size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    if (count >= 1 && count <= max)
        return list;
    wrong(reader, at(reader, path, key),
          arena_fmt(reader->arena, "must be a list of 1 to %zu", max));
    return NULL;
}

/* ---- the parts ---- */

static bool read_task(struct reader *reader, struct json_object *object, const char *path,
                      struct playbook_task *out)
{
    return is_object_of(reader, object, path, "name owner due") &&
           read_text(reader, object, path, "name", &out->name) &&
           read_owner(reader, object, path, &out->owner) &&
           read_int(reader, object, path, "due", PLAYBOOK_DUE_MAX, &out->due_days);
}

static bool read_stage(struct reader *reader, struct json_object *object, const char *path,
                       struct playbook_stage *out)
{
    if (!is_object_of(reader, object, path, "name tasks") ||
        !read_text(reader, object, path, "name", &out->name))
        return false;
    struct json_object *list = read_list(reader, object, path, "tasks", PLAYBOOK_TASKS_MAX);
    if (!list)
        return false;
    out->count = json_object_array_length(list);
    out->tasks = arena_array(reader->arena, out->count, sizeof *out->tasks);
    for (size_t i = 0; i < out->count; i++)
        if (!read_task(reader, json_object_array_get_idx(list, i),
                       arena_fmt(reader->arena, "%s.tasks[%zu]", path, i), &out->tasks[i]))
            return false;
    return true;
}

/* Stages are found by their names: no two may be the same. */
static bool names_differ(struct reader *reader, const struct playbook *playbook, size_t last)
{
    for (size_t i = 0; i < last; i++)
        if (text_equal_fold(playbook->stages[i].name, playbook->stages[last].name))
            return wrong(reader, arena_fmt(reader->arena, "stages[%zu].name", last),
                         "another stage has this name");
    return true;
}

static bool read_stages(struct reader *reader, struct json_object *root, struct playbook *out)
{
    struct json_object *list = read_list(reader, root, "", "stages", PLAYBOOK_STAGES_MAX);
    if (!list)
        return false;
    out->count = json_object_array_length(list);
    out->stages = arena_array(reader->arena, out->count, sizeof *out->stages);
    for (size_t i = 0; i < out->count; i++) {
        const char *path = arena_fmt(reader->arena, "stages[%zu]", i);
        if (!read_stage(reader, json_object_array_get_idx(list, i), path, &out->stages[i]) ||
            !names_differ(reader, out, i))
            return false;
        out->task_count += out->stages[i].count;
        if (out->task_count > PLAYBOOK_TASKS_MAX)
            return wrong(reader, path,
                         arena_fmt(reader->arena, "more than %d tasks in all", PLAYBOOK_TASKS_MAX));
    }
    return true;
}

bool playbook_parse(const char *name, const char *text, size_t len, struct arena *arena,
                    struct playbook *out, struct err *err)
{
    struct reader reader = {.name = name, .arena = arena, .lines = {.arena = arena}, .err = err};
    *out = (struct playbook){0};
    struct json_object *root = json_parse(text, len, FILE_BYTES_MAX, err);
    if (!root) {
        err->code = ERR_CONFIG;
        return err_prefix(err, "%s", name);
    }
    config_lines_scan(&reader.lines, text, len);
    const struct config_line *twice = reader.lines.twice;
    bool ok =
        twice ? err_set(err, ERR_CONFIG, "%s, line %d: %.80s: stands there twice", name,
                        reader.lines.twice_line, twice->path)
              : is_object_of(&reader, root, "", "name goal_days stages") &&
                    read_text(&reader, root, "", "name", &out->name) &&
                    read_int(&reader, root, "", "goal_days", PLAYBOOK_GOAL_MAX, &out->goal_days) &&
                    read_stages(&reader, root, out);
    json_object_put(root);
    return ok;
}

/* ---- files ---- */

static bool is_id(const char *id)
{
    size_t len = strlen(id);
    return len >= 1 && len <= PLAYBOOK_ID_MAX &&
           strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

bool playbook_load(const struct templates *templates, const char *id, struct arena *arena,
                   struct playbook *out, struct err *err)
{
    struct template_text text;
    if (!is_id(id))
        return err_set(err, ERR_NOT_FOUND,
                       "\"%.40s\" is no playbook's id: a-z, 0-9 and -, up to %d", id,
                       PLAYBOOK_ID_MAX);
    const char *name = arena_fmt(arena, "%s%s%s", prefix, id, suffix);
    if (!template_file_find(templates, name, arena, &text, err) ||
        !playbook_parse(name, text.text, text.len, arena, out, err))
        return false;
    out->id = arena_str(arena, id);
    return true;
}

bool playbook_ids(const struct templates *templates, struct arena *arena, const char *const **out,
                  size_t *count, struct err *err)
{
    const char *const *names;
    size_t found, kept = 0;
    if (!template_file_names(templates, prefix, suffix, arena, &names, &found, err))
        return false;
    const char **ids = arena_array(arena, found + 1, sizeof *ids);
    for (size_t i = 0; i < found; i++) {
        const char *id = names[i] + strlen(prefix);
        id = arena_strn(arena, id, strlen(id) - strlen(suffix));
        if (is_id(id))
            ids[kept++] = id;
    }
    *out = ids;
    *count = kept;
    return true;
}

const char *playbook_named(struct turn *turn, const char *id, const char **known)
{
    const char *const *ids;
    size_t count;
    struct err err = {0};
    *known = "";
    if (!playbook_ids(turn->templates, turn->arena, &ids, &count, &err))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (text_equal_fold(ids[i], id))
            return ids[i];
        *known = arena_fmt(turn->arena, "%s%s%s", *known, i ? " or " : "", ids[i]);
    }
    return NULL;
}

static bool check_named(const struct templates *templates, const struct config *config,
                        struct arena *arena, struct err *err)
{
    const char *const named[][2] = {{"playbooks.standard", config->playbooks.standard},
                                    {"playbooks.fast", config->playbooks.fast}};
    struct playbook playbook;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (!playbook_load(templates, named[i][1], arena, &playbook, err))
            return config->workspace
                       ? err_prefix(err, "workspace %s: %s", config->workspace, named[i][0])
                       : err_prefix(err, "%s", named[i][0]);
    return true;
}

bool playbooks_check(const struct templates *templates, const struct config *config, size_t *count,
                     struct err *err)
{
    struct arena arena = {0};
    struct playbook playbook;
    const char *const *ids;
    bool ok = playbook_ids(templates, &arena, &ids, count, err);
    for (size_t i = 0; ok && i < *count; i++)
        ok = playbook_load(templates, ids[i], &arena, &playbook, err);
    ok = ok && check_named(templates, config, &arena, err);
    for (size_t i = 0; ok && i < config->workspace_count; i++)
        ok = check_named(templates, config->workspaces[i].config, &arena, err);
    arena_release(&arena);
    return ok;
}

const char *playbook_choice(const struct config *config, const char *asked, const struct deal *deal)
{
    int64_t unit = 1;
    if (asked)
        return asked;
    if (!deal || !deal->value.known || config->playbooks.fast_below == 0 ||
        strcmp(deal->value.currency, config->rules.base_currency) != 0)
        return config->playbooks.standard;
    for (int i = 0; i < deal->value.precision; i++)
        unit *= 10;
    return deal->value.minor < config->playbooks.fast_below * unit ? config->playbooks.fast
                                                                   : config->playbooks.standard;
}
