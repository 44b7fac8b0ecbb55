/* Reading templates: the override folder first, then what is embedded. */
#include "base/template_files.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_MAX_LEN = 100, FILE_BYTES_MAX = 256 * 1024 };

bool template_file_name_is_safe(const struct template_text *name)
{
    return name->len && *name->text != '.' && name->len <= NAME_MAX_LEN &&
           !memchr(name->text, '/', name->len) && !memmem(name->text, name->len, "..", 2);
}

const char *template_file_path(struct arena *arena, const struct templates *templates,
                               const char *name)
{
    return arena_fmt(arena, "%s/%s", templates->override_dir, name);
}

static bool read_all(int fd, char *text, size_t len)
{
    for (size_t got = 0; got < len;) {
        ssize_t n = read(fd, text + got, len - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false; /* it shrank under our hands */
        got += (size_t)n;
    }
    return true;
}

static bool read_file(struct arena *arena, const char *path, int fd, struct template_text *out,
                      struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return err_set(err, ERR_IO, "%s: not a regular file", path);
    if (st.st_size > FILE_BYTES_MAX)
        return err_set(err, ERR_TOO_LARGE, "%s: larger than %d bytes", path, FILE_BYTES_MAX);
    size_t len = (size_t)st.st_size;
    char *bytes = arena_alloc(arena, len + 1);
    if (!read_all(fd, bytes, len))
        return err_set(err, ERR_IO, "%s: could not be read whole", path);
    if (!text_is_utf8(bytes, len))
        return err_set(err, ERR_INVALID, "%s: not UTF-8 text", path);
    *out = (struct template_text){bytes, len};
    return true;
}

/* True without text where the folder has no such file. */
static bool find_override(const struct templates *templates, const char *name, struct arena *arena,
                          struct template_text *out, struct err *err)
{
    if (!templates->override_dir)
        return true;
    const char *path = template_file_path(arena, templates, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT)
        return true;
    if (fd < 0)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    bool ok = read_file(arena, path, fd, out, err);
    close(fd);
    return ok;
}

bool template_file_find(const struct templates *templates, const char *name, struct arena *arena,
                        struct template_text *out, struct err *err)
{
    *out = (struct template_text){NULL, 0};
    if (!find_override(templates, name, arena, out, err))
        return false;
    const struct embedded_file *file = templates->files;
    for (; !out->text && file && file->name; file++)
        if (strcmp(file->name, name) == 0)
            *out = (struct template_text){file->text, file->len};
    return out->text || err_set(err, ERR_NOT_FOUND, "there is no template \"%.40s\"", name);
}

/* ---- which there are ---- */

struct names {
    struct arena *arena;
    const char *prefix, *suffix;
    const char **items;
    size_t count;
};

static void add_name(struct names *names, const char *name)
{
    size_t len = strlen(name), prefix = strlen(names->prefix), suffix = strlen(names->suffix);
    const struct template_text text = {name, len};
    if (names->count == TEMPLATE_NAMES_MAX || len <= prefix + suffix ||
        strncmp(name, names->prefix, prefix) != 0 ||
        strcmp(name + len - suffix, names->suffix) != 0 || !template_file_name_is_safe(&text))
        return;
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return;
    names->items[names->count++] = arena_str(names->arena, name);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool template_file_names(const struct templates *templates, const char *prefix, const char *suffix,
                         struct arena *arena, const char *const **out, size_t *count,
                         struct err *err)
{
    struct names names = {.arena = arena,
                          .prefix = prefix,
                          .suffix = suffix,
                          .items = arena_array(arena, TEMPLATE_NAMES_MAX, sizeof *names.items)};
    const struct embedded_file *file = templates->files;
    for (; file && file->name; file++)
        add_name(&names, file->name);
    DIR *folder = templates->override_dir ? opendir(templates->override_dir) : NULL;
    if (templates->override_dir && !folder)
        return err_set(err, ERR_IO, "%s: %s", templates->override_dir, strerror(errno));
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
        add_name(&names, entry->d_name);
    if (folder)
        closedir(folder);
    qsort(names.items, names.count, sizeof *names.items, by_text);
    *out = names.items;
    *count = names.count;
    return true;
}
