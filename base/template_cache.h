/* Where templates are found, and those that were cut into nodes already. A file of the override
 * folder is read again when it has changed on disk; what is embedded never changes. */
#ifndef BASE_TEMPLATE_CACHE_H
#define BASE_TEMPLATE_CACHE_H

#include "base/template.h"
#include "base/template_parse.h"

/* A template cut into nodes, once for each indentation it is used with. */
struct template_entry {
    struct template_entry *next;
    struct arena arena; /* of all that follows */
    const char *name;
    const char *indent; /* not NUL-terminated */
    size_t indent_len;
    struct template_nodes nodes;
    struct err err; /* why it could not be cut: told again until the file changes */
    struct file_stamp {
        bool is_there;
        uint64_t device, inode, size;
        int64_t modified_ns, changed_ns;
    } stamp; /* of the file in the override folder */
};

struct template_cache {
    struct template_entry *entries; /* newest first */
    struct template_entry *stale;   /* replaced, perhaps while being walked */
};

void template_cache_release(struct template_cache *cache); /* leaves an empty one */

/* Before a render: forgets what was replaced during the last one. */
void template_cache_begin(struct template_cache *cache);

/* The template of that name (not NUL-terminated), each line of which begins with indent. Borrowed
 * until the next template_cache_begin. NULL with err as template_render says. */
const struct template_entry *template_cache_find(struct template_cache *cache,
                                                 const struct templates *templates,
                                                 const struct template_text *name,
                                                 const struct template_text *indent,
                                                 struct err *err)
    __attribute__((warn_unused_result));

#endif
