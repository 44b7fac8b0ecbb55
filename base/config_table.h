/* The table of configuration keys, and what its rows say. For base/config*.c and its tests. */
#ifndef BASE_CONFIG_TABLE_H
#define BASE_CONFIG_TABLE_H

#include "base/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum config_type {
    CONFIG_TEXT,       /* const char * */
    CONFIG_SECRET,     /* const char *, given by {"env"} or {"file"} */
    CONFIG_URL,        /* const char *, https unless loopback, never ends with '/' */
    CONFIG_URL_FOLDER, /* the same, always ends with '/' */
    CONFIG_INT,        /* int64_t */
    CONFIG_WORD,       /* an enum */
    CONFIG_LIST,       /* struct config_list */
    CONFIG_MINUTES,    /* int: "09:00" as minutes since midnight */
    CONFIG_DAYS,       /* uint8_t: bit 0 Monday */
    CONFIG_HOLIDAYS,   /* struct ics_days */
    CONFIG_ICS_FILES,  /* struct config_ics: files with holidays, and what they say */
    CONFIG_ZONE,       /* char[64] */
    CONFIG_TYPE_COUNT
};

struct config_word {
    const char *word; /* NULL ends a list */
    int value;
};

/* What a text must look like beyond its type. */
struct config_shape {
    const char *words; /* "a Slack channel id (C…)": completes "must be …" */
    bool (*fits)(const char *text);
};

struct config_key {
    const char *path; /* "slack.api_url" */
    enum config_type type;
    size_t offset;        /* into struct config */
    const char *fallback; /* as a person would write it, lists with commas; NULL: not set */
    const char *help;
    int64_t min, max;                /* CONFIG_INT */
    const struct config_word *words; /* CONFIG_WORD */
    const struct config_shape *shape;
    const char *env; /* the variable that overrides it, NULL */
    /* The fallback holds only while clm.kind is "ironclad". */
    bool ironclad_only;
};

extern const struct config_key config_keys[];
extern const size_t config_key_count;

enum { CONFIG_NO_SWITCH = 0 };

/* A section that stands in the file sets its switch. */
struct config_section {
    const char *path;
    size_t enabled; /* offset of a bool, CONFIG_NO_SWITCH: none */
    const char *help;
};

extern const struct config_section config_sections[];
extern const size_t config_section_count;

/* NULL where there is none of that path. */
const struct config_key *config_key_find(const char *path);
const struct config_section *config_section_find(const char *path);

/* The value in force as a person would write it (config_words.c): "30", "executed, signed"; "not
 * set" where there is none, and of a secret only that there is one. Owned by the arena. */
const char *config_key_words(struct arena *arena, const struct config *config,
                             const struct config_key *key);

#endif
