/* Secrets come from the environment or from files, never out of the configuration itself. No error
 * repeats one. */
#include "base/config_load.h"

#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECRET_MAX_BYTES = 64 * 1024 };

bool config_read_file(const char *path, size_t max_bytes, struct buf *out, struct err *err)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s", strerror(errno));
    char chunk[4096];
    size_t len;
    setvbuf(file, NULL, _IONBF, 0); /* or the C library would keep a copy, and not wipe it */
    buf_init(out, max_bytes);
    errno = 0;
    while ((len = fread(chunk, 1, sizeof chunk, file)) > 0 && !out->overflow)
        buf_add(out, chunk, len);
    explicit_bzero(chunk, sizeof chunk);
    bool ok = true;
    if (ferror(file))
        ok = err_set(err, ERR_IO, "%s", errno ? strerror(errno) : "cannot be read");
    else if (out->overflow)
        ok = err_set(err, ERR_TOO_LARGE, "larger than %zu bytes", max_bytes);
    fclose(file);
    return ok;
}

static bool from_env(struct config_load *load, const struct config_key *key, const char *variable,
                     const char **out)
{
    const char *value = getenv(variable);
    if (!value || !value[0])
        return config_fail(load, key->path, "the environment variable %.80s is %s", variable,
                           value ? "empty" : "not set");
    *out = arena_str(&load->config->arena, value);
    return true;
}

/* What was read, without the newline at its end. */
static bool take_file(struct config_load *load, const struct config_key *key, const char *path,
                      const struct buf *text, const char **out)
{
    size_t len = text->len;
    while (len > 0 && (text->data[len - 1] == '\n' || text->data[len - 1] == '\r'))
        len--;
    if (len == 0)
        return config_fail(load, key->path, "the file %.120s is empty", path);
    if (!text_is_utf8(text->data, len))
        return config_fail(load, key->path, "the file %.120s holds no text", path);
    *out = arena_strn(&load->config->arena, text->data, len);
    return true;
}

void config_note_file(struct config *config, const char *path)
{
    struct config_list *files = &config->read_files;
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->items[i], path) == 0)
            return;
    const char **items = arena_array(&config->arena, files->count + 1, sizeof *items);
    if (files->count)
        memcpy(items, files->items, files->count * sizeof *items);
    items[files->count++] = arena_str(&config->arena, path);
    files->items = items;
}

static bool from_file(struct config_load *load, const struct config_key *key, const char *path,
                      const char **out)
{
    const char *whole =
        path[0] == '/' ? path : arena_fmt(&load->config->arena, "%s%s", load->folder, path);
    struct buf text = {0};
    struct err why;
    bool ok;
    if (config_read_file(whole, SECRET_MAX_BYTES, &text, &why))
        ok = take_file(load, key, whole, &text, out);
    else
        ok = config_fail(load, key->path, "the file %.120s: %.80s", whole, why.msg);
    config_note_file(load->config, whole);
    if (text.data)
        explicit_bzero(text.data, text.cap);
    buf_release(&text);
    return ok;
}

bool config_read_secret(struct config_load *load, const struct config_key *key,
                        struct json_object *value, const char **out)
{
    if (json_object_is_type(value, json_type_string))
        return config_fail(load, key->path,
                           "a secret does not belong in this file: write {\"env\": \"NAME\"} or "
                           "{\"file\": \"path\"} instead of the secret itself");
    const char *variable = json_get_str(value, "env", NULL);
    const char *file = json_get_str(value, "file", NULL);
    bool one =
        json_object_is_type(value, json_type_object) && json_object_object_length(value) == 1;
    if (one && variable && variable[0])
        return from_env(load, key, variable, out);
    if (one && file && file[0])
        return from_file(load, key, file, out);
    return config_fail(load, key->path,
                       "expected {\"env\": \"NAME\"} or {\"file\": \"path\"}, found %s",
                       one ? "another object" : json_type_words(value));
}
