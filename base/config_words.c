/* Values of keys as a person would write them: the way back from config_value.c. */
#include "base/config_table.h"

#include "base/buf.h"
#include "base/civil.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void write_text(const struct config_key *key, const void *member, struct buf *out)
{
    const char *text = *(const char *const *)member;
    (void)key;
    buf_str(out, text ? text : "");
}

static void write_secret(const struct config_key *key, const void *member, struct buf *out)
{
    (void)key;
    if (*(const char *const *)member)
        buf_str(out, "(secret)");
}

static void write_int(const struct config_key *key, const void *member, struct buf *out)
{
    (void)key;
    buf_fmt(out, "%lld", (long long)*(const int64_t *)member);
}

static void write_word(const struct config_key *key, const void *member, struct buf *out)
{
    int value;
    memcpy(&value, member, sizeof value);
    for (const struct config_word *word = key->words; word->word; word++)
        if (word->value == value)
            buf_str(out, word->word);
}

static void write_list(const struct config_key *key, const void *member, struct buf *out)
{
    const struct config_list *list = member;
    (void)key;
    for (size_t i = 0; i < list->count; i++)
        buf_fmt(out, "%s%s", i ? ", " : "", list->items[i]);
}

static void write_minutes(const struct config_key *key, const void *member, struct buf *out)
{
    int minutes = *(const int *)member;
    (void)key;
    buf_fmt(out, "%02d:%02d", minutes / 60, minutes % 60);
}

static void write_days(const struct config_key *key, const void *member, struct buf *out)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    (void)key;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        if (*(const uint8_t *)member & 1u << i)
            buf_fmt(out, "%s%s", out->len ? ", " : "", days[i]);
}

static void write_holidays(const struct config_key *key, const void *member, struct buf *out)
{
    const struct ics_days *holidays = member;
    char day[CIVIL_TEXT_SIZE];
    (void)key;
    for (size_t i = 0; i < holidays->count; i++)
        buf_fmt(out, "%s%s", i ? ", " : "", civil_format(holidays->days[i], day));
}

static void write_ics_files(const struct config_key *key, const void *member, struct buf *out)
{
    const struct config_ics *ics = member;
    write_list(key, &ics->files, out);
}

static void write_zone(const struct config_key *key, const void *member, struct buf *out)
{
    (void)key;
    buf_str(out, member);
}

static void (*const writers[CONFIG_TYPE_COUNT])(const struct config_key *key, const void *member,
                                                struct buf *out) = {
    [CONFIG_TEXT] = write_text,
    [CONFIG_SECRET] = write_secret,
    [CONFIG_URL] = write_text,
    [CONFIG_URL_FOLDER] = write_text,
    [CONFIG_INT] = write_int,
    [CONFIG_WORD] = write_word,
    [CONFIG_LIST] = write_list,
    [CONFIG_MINUTES] = write_minutes,
    [CONFIG_DAYS] = write_days,
    [CONFIG_HOLIDAYS] = write_holidays,
    [CONFIG_ICS_FILES] = write_ics_files,
    [CONFIG_ZONE] = write_zone,
};

const char *config_key_words(struct arena *arena, const struct config *config,
                             const struct config_key *key)
{
    struct buf out = {0};
    writers[key->type](key, (const char *)config + key->offset, &out);
    const char *words = arena_str(arena, out.len ? buf_cstr(&out) : "not set");
    buf_release(&out);
    return words;
}
