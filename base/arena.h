/* Memory of one owner that is dropped whole: a turn's, a job's, a command's.
 * Allocation never fails (out of memory aborts) and returns zeroed memory unless told otherwise. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *head; /* newest block; {0} is an empty arena */
    size_t used_bytes;        /* handed out since init or reset */
};

void arena_reset(struct arena *arena);   /* forgets everything, keeps one block */
void arena_release(struct arena *arena); /* frees everything; zeroed memory allowed */

void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, alloc_size(2)));
/* For what is filled at once: not zeroed. */
void *arena_raw(struct arena *arena, size_t size) __attribute__((malloc, alloc_size(2)));
void *arena_array(struct arena *arena, size_t count, size_t size); /* aborts on overflow */
char *arena_str(struct arena *arena, const char *text);            /* NULL stays NULL */
char *arena_strn(struct arena *arena, const char *text, size_t len);
/* Texts one after the other: a tenth of what formatting costs. The list ends with a NULL. */
char *arena_join_list(struct arena *arena, const char *const *parts);
#define arena_join(arena, ...) arena_join_list(arena, (const char *const[]){__VA_ARGS__, NULL})
char *arena_fmt(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vfmt(struct arena *arena, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));

#endif
