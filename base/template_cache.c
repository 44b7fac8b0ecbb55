/* Finding, cutting and keeping templates. */
#include "base/template_cache.h"

#include "base/template_files.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { INDENTED_BYTES_MAX = 1024 * 1024 };

/* ---- entries ---- */

static void free_entries(struct template_entry **list)
{
    while (*list) {
        struct template_entry *next = (*list)->next;
        arena_release(&(*list)->arena);
        free(*list);
        *list = next;
    }
}

void template_cache_release(struct template_cache *cache)
{
    free_entries(&cache->entries);
    free_entries(&cache->stale);
}

void template_cache_begin(struct template_cache *cache)
{
    free_entries(&cache->stale);
}

static struct template_entry *entry_new(const struct template_text *name,
                                        const struct template_text *indent,
                                        const struct file_stamp *stamp)
{
    struct template_entry *entry = calloc(1, sizeof *entry);
    if (!entry)
        abort();
    entry->name = arena_strn(&entry->arena, name->text, name->len);
    entry->indent = arena_strn(&entry->arena, indent->text, indent->len);
    entry->indent_len = indent->len;
    entry->stamp = *stamp;
    return entry;
}

static bool is_entry(const struct template_entry *entry, const struct template_text *name,
                     const struct template_text *indent)
{
    return strncmp(entry->name, name->text, name->len) == 0 && !entry->name[name->len] &&
           entry->indent_len == indent->len &&
           (!indent->len || memcmp(entry->indent, indent->text, indent->len) == 0);
}

static struct template_entry **find_link(struct template_cache *cache,
                                         const struct template_text *name,
                                         const struct template_text *indent)
{
    struct template_entry **link = &cache->entries;
    while (*link && !is_entry(*link, name, indent))
        link = &(*link)->next;
    return link;
}

/* ---- the override folder ---- */

static int64_t nanoseconds(const struct timespec *at)
{
    return (int64_t)at->tv_sec * 1000000000 + at->tv_nsec;
}

static struct file_stamp stamp_of(const struct stat *st)
{
    return (struct file_stamp){
        .is_there = true,
        .device = st->st_dev,
        .inode = st->st_ino,
        .size = (uint64_t)st->st_size,
        .modified_ns = nanoseconds(&st->st_mtim),
        .changed_ns = nanoseconds(&st->st_ctim),
    };
}

static bool same_stamp(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->is_there == b->is_there && a->device == b->device && a->inode == b->inode &&
           a->size == b->size && a->modified_ns == b->modified_ns && a->changed_ns == b->changed_ns;
}

/* As the file stands now; what cannot be looked at is not there, and opening it will say why. */
static struct file_stamp look(const struct templates *templates, const struct template_text *name)
{
    struct arena arena = {0};
    struct stat st;
    struct file_stamp stamp = {0};
    if (!templates->override_dir)
        return stamp;
    if (stat(template_file_path(&arena, templates, arena_strn(&arena, name->text, name->len)),
             &st) == 0)
        stamp = stamp_of(&st);
    arena_release(&arena);
    return stamp;
}

/* ---- cutting ---- */

/* Each line of a partial that stands alone begins with what stood before its tag. */
static bool indent_text(struct template_entry *entry, struct template_text *text, struct err *err)
{
    struct buf out;
    buf_init(&out, INDENTED_BYTES_MAX);
    for (size_t at = 0; at < text->len;) {
        const char *newline = memchr(text->text + at, '\n', text->len - at);
        size_t end = newline ? (size_t)(newline - text->text) + 1 : text->len;
        buf_add(&out, entry->indent, entry->indent_len);
        buf_add(&out, text->text + at, end - at);
        at = end;
    }
    bool ok = !out.overflow;
    *text = (struct template_text){arena_strn(&entry->arena, buf_cstr(&out), out.len), out.len};
    buf_release(&out);
    return ok ||
           err_set(err, ERR_TOO_LARGE, "over %d bytes with its indentation", INDENTED_BYTES_MAX);
}

/* Cuts line breaks and the blanks after them: between JSON's tokens they mean nothing, and inside a
 * string there can be none. at_start: the text begins a line. */
static void join_lines(struct template_node *node, struct arena *arena, bool at_start)
{
    char *joined = arena_raw(arena, node->len);
    size_t len = 0;
    for (size_t i = 0; i < node->len; i++) {
        char c = node->text[i];
        at_start = c == '\n' || c == '\r' || (at_start && (c == ' ' || c == '\t'));
        if (!at_start)
            joined[len++] = c;
    }
    node->text = joined;
    node->len = len;
}

static bool is_json(const char *name)
{
    size_t len = strlen(name);
    return len > 5 && strcmp(name + len - 5, ".json") == 0;
}

static void join_all(struct template_entry *entry, const char *text)
{
    assert(text);
    for (size_t i = 0; i < entry->nodes.count; i++) {
        struct template_node *node = &entry->nodes.nodes[i];
        if (node->kind == TEMPLATE_TEXT)
            join_lines(node, &entry->arena, node->text == text || node->text[-1] == '\n');
    }
}

static bool cut(struct template_entry *entry, const struct templates *templates, struct err *err)
{
    struct template_text text = {NULL, 0};
    if (!template_file_find(templates, entry->name, &entry->arena, &text, err))
        return false;
    if ((entry->indent_len && !indent_text(entry, &text, err)) ||
        !template_parse(text.text, text.len, &entry->arena, &entry->nodes, err))
        return err_prefix(err, "%s", entry->name);
    if (is_json(entry->name))
        join_all(entry, text.text);
    return true;
}

/* What may be otherwise at the next try (no such file, no permission) is not remembered. */
static bool is_lasting(const struct err *err)
{
    return err->code == ERR_INVALID || err->code == ERR_TOO_LARGE;
}

static const struct template_entry *told(const struct template_entry *entry, struct err *err)
{
    if (entry->err.code == ERR_NONE)
        return entry;
    *err = entry->err;
    return NULL;
}

const struct template_entry *template_cache_find(struct template_cache *cache,
                                                 const struct templates *templates,
                                                 const struct template_text *name,
                                                 const struct template_text *indent,
                                                 struct err *err)
{
    if (!template_file_name_is_safe(name)) {
        err_set(err, ERR_INVALID, "\"%.*s\" is not a template's name",
                (int)(name->len < 40 ? name->len : 40), name->text);
        return NULL;
    }
    struct file_stamp stamp = look(templates, name);
    struct template_entry **link = find_link(cache, name, indent), *entry = *link;
    if (entry && same_stamp(&entry->stamp, &stamp))
        return told(entry, err);
    if (entry) {
        *link = entry->next;
        entry->next = cache->stale;
        cache->stale = entry;
    }
    entry = entry_new(name, indent, &stamp);
    if (!cut(entry, templates, &entry->err) && !is_lasting(&entry->err)) {
        *err = entry->err;
        free_entries(&entry);
        return NULL;
    }
    entry->next = cache->entries;
    cache->entries = entry;
    return told(entry, err);
}
