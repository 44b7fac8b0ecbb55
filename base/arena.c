/* Arenas: a list of blocks, the newest first, filled from the start. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK_BYTES = 1024, BLOCK_BYTES = 16 * 1024, FORMAT_BYTES = 256 };

struct arena_block {
    struct arena_block *next;
    size_t size, used; /* of data */
    alignas(max_align_t) unsigned char data[];
};

static struct arena_block *block_new(struct arena_block *next, size_t size)
{
    struct arena_block *block = malloc(sizeof *block + size);
    if (!block)
        abort();
    block->next = next;
    block->size = size;
    block->used = 0;
    return block;
}

static void free_blocks(struct arena_block *block)
{
    while (block) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = NULL; /* the largest of the ordinary ones */
    for (struct arena_block *block = arena->head, *next; block; block = next) {
        next = block->next;
        if (block->size > BLOCK_BYTES || (kept && kept->size >= block->size)) {
            free(block);
            continue;
        }
        free(kept);
        kept = block;
    }
    if (kept) {
        kept->used = 0;
        kept->next = NULL;
    }
    *arena = (struct arena){.head = kept};
}

void arena_release(struct arena *arena)
{
    free_blocks(arena->head);
    *arena = (struct arena){0};
}

/* Small arenas stay small, large ones grow in few steps. */
static size_t block_size(const struct arena *arena, size_t need)
{
    size_t size = arena->head ? arena->head->size * 2 : FIRST_BLOCK_BYTES;
    if (size > BLOCK_BYTES)
        size = BLOCK_BYTES;
    return need > size ? need : size;
}

void *arena_raw(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        abort();
    size_t need = (size + align - 1) & ~(align - 1);
    if (!arena->head || arena->head->size - arena->head->used < need)
        arena->head = block_new(arena->head, block_size(arena, need));
    void *out = arena->head->data + arena->head->used;
    arena->head->used += need;
    arena->used_bytes += need;
    return out;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(arena_raw(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size)
        abort();
    return arena_alloc(arena, count * size);
}

char *arena_strn(struct arena *arena, const char *text, size_t len)
{
    char *out = arena_raw(arena, len + 1);
    if (len)
        memcpy(out, text, len);
    out[len] = '\0';
    return out;
}

char *arena_str(struct arena *arena, const char *text)
{
    return text ? arena_strn(arena, text, strlen(text)) : NULL;
}

char *arena_join_list(struct arena *arena, const char *const *parts)
{
    size_t len = 0;
    for (const char *const *part = parts; *part; part++)
        len += strlen(*part);
    char *out = arena_raw(arena, len + 1), *at = out;
    for (const char *const *part = parts; *part; part++) {
        size_t part_len = strlen(*part);
        memcpy(at, *part, part_len);
        at += part_len;
    }
    *at = '\0';
    return out;
}

char *arena_vfmt(struct arena *arena, const char *fmt, va_list args)
{
    char first[FORMAT_BYTES]; /* most fit, and need not be formatted twice */
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(first, sizeof first, fmt, args);
    if (len < 0)
        abort();
    char *out = arena_raw(arena, (size_t)len + 1);
    if ((size_t)len < sizeof first)
        memcpy(out, first, (size_t)len + 1);
    else
        vsnprintf(out, (size_t)len + 1, fmt, again);
    va_end(again);
    return out;
}

char *arena_fmt(struct arena *arena, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *out = arena_vfmt(arena, fmt, args);
    va_end(args);
    return out;
}
