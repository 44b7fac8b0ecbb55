/* Values of keys: from JSON or text into the member of struct config, by type. */
#include "base/config_load.h"

#include "base/config_shape.h"
#include "base/ics.h"
#include "base/json.h"
#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 2048, LIST_MAX = 1000 };

static_assert(sizeof(enum clm_kind) == sizeof(int), "enums are stored as int");

/* What was given for a key: one of the three, by the JSON type of its type. */
struct given {
    const char *text;
    int64_t number;
    struct config_list list;
};

typedef bool setter(struct config_load *load, const struct config_key *key, void *member,
                    const struct given *given);

/* Everything but secrets and lists passes here: bounded, and no control characters, since texts end
 * up in headers, paths and messages. */
static bool check_text(const struct config_load *load, const char *path,
                       const struct config_shape *shape, const char *text)
{
    if (!text[0])
        return config_fail(load, path, "is empty");
    if (strlen(text) > TEXT_MAX)
        return config_fail(load, path, "is longer than %d bytes", TEXT_MAX);
    for (const char *p = text; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7F)
            return config_fail(load, path, "holds a control character");
    if (shape && !shape->fits(text))
        return config_fail(load, path, "\"%.60s\" must be %s", text, shape->words);
    return true;
}

static bool set_text(struct config_load *load, const struct config_key *key, void *member,
                     const struct given *given)
{
    if (!check_text(load, key->path, key->shape, given->text))
        return false;
    *(const char **)member = arena_str(&load->config->arena, given->text);
    return true;
}

static bool set_url(struct config_load *load, const struct config_key *key, void *member,
                    const struct given *given)
{
    const char *text = given->text;
    if (!check_text(load, key->path, key->shape, text))
        return false;
    const char *fault = config_url_fault(text);
    if (fault)
        return config_fail(load, key->path, "the address %s", fault);
    size_t len = strlen(text);
    while (text[len - 1] == '/')
        len--;
    *(const char **)member = arena_fmt(&load->config->arena, "%.*s%s", (int)len, text,
                                       key->type == CONFIG_URL_FOLDER ? "/" : "");
    return true;
}

static bool set_int(struct config_load *load, const struct config_key *key, void *member,
                    const struct given *given)
{
    long long number = given->number;
    if (number < key->min)
        return config_fail(load, key->path, "%lld is below the minimum of %lld", number,
                           (long long)key->min);
    if (number > key->max)
        return config_fail(load, key->path, "%lld is above the maximum of %lld", number,
                           (long long)key->max);
    *(int64_t *)member = given->number;
    return true;
}

static bool find_word(const struct config_word *words, const char *text, int *value)
{
    for (; words->word; words++)
        if (strcmp(words->word, text) == 0) {
            *value = words->value;
            return true;
        }
    return false;
}

/* "is none of jwt, client_credentials" */
static bool fail_words(const struct config_load *load, const char *path, const char *text,
                       const struct config_word *words)
{
    char known[160] = "";
    for (size_t len = 0; words->word && len < sizeof known; words++)
        len +=
            (size_t)snprintf(known + len, sizeof known - len, "%s%s", len ? ", " : "", words->word);
    return config_fail(load, path, "\"%.40s\" is none of %s", text, known);
}

static bool set_word(struct config_load *load, const struct config_key *key, void *member,
                     const struct given *given)
{
    int value;
    if (!find_word(key->words, given->text, &value))
        return fail_words(load, key->path, given->text, key->words);
    memcpy(member, &value, sizeof value);
    return true;
}

/* The path of a place in a key's list, for errors. */
static const char *place_path(struct config_load *load, const struct config_key *key, size_t i)
{
    return arena_fmt(&load->config->arena, "%s[%zu]", key->path, i);
}

static bool set_list(struct config_load *load, const struct config_key *key, void *member,
                     const struct given *given)
{
    struct config_list *list = member;
    list->count = given->list.count;
    list->items = arena_array(&load->config->arena, list->count + 1, sizeof *list->items);
    for (size_t i = 0; i < list->count; i++) {
        const char *text = given->list.items[i];
        if (!check_text(load, place_path(load, key, i), key->shape, text))
            return false;
        list->items[i] = arena_str(&load->config->arena, text);
    }
    return true;
}

static int two_digits(const char *text)
{
    bool digits = text[0] >= '0' && text[0] <= '9' && text[1] >= '0' && text[1] <= '9';
    return digits ? (text[0] - '0') * 10 + text[1] - '0' : -1;
}

static bool set_minutes(struct config_load *load, const struct config_key *key, void *member,
                        const struct given *given)
{
    const char *text = given->text;
    bool shaped = strlen(text) == 5 && text[2] == ':';
    int hour = shaped ? two_digits(text) : -1, minute = shaped ? two_digits(text + 3) : -1;
    if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60)
        return config_fail(load, key->path, "\"%.20s\" must be a time of day, HH:MM", text);
    *(int *)member = hour * 60 + minute;
    return true;
}

static bool set_days(struct config_load *load, const struct config_key *key, void *member,
                     const struct given *given)
{
    static const struct config_word days[] = {{"mon", 0}, {"tue", 1}, {"wed", 2}, {"thu", 3},
                                              {"fri", 4}, {"sat", 5}, {"sun", 6}, {NULL, 0}};
    unsigned mask = 0;
    for (size_t i = 0; i < given->list.count; i++) {
        int day;
        if (!find_word(days, given->list.items[i], &day))
            return fail_words(load, place_path(load, key, i), given->list.items[i], days);
        mask |= 1u << day;
    }
    *(uint8_t *)member = (uint8_t)mask;
    return true;
}

static int compare_dates(const void *a, const void *b)
{
    const struct civil *left = a, *right = b;
    return (left->day > right->day) - (left->day < right->day);
}

/* Both, sorted, each day once. */
static struct ics_days join_days(struct arena *arena, const struct ics_days *a,
                                 const struct ics_days *b)
{
    struct ics_days out = {arena_array(arena, a->count + b->count + 1, sizeof *out.days), 0};
    size_t left = 0, right = 0;
    while (left < a->count || right < b->count) {
        bool from_a =
            right == b->count || (left < a->count && a->days[left].day <= b->days[right].day);
        struct civil day = from_a ? a->days[left++] : b->days[right++];
        if (!out.count || out.days[out.count - 1].day != day.day)
            out.days[out.count++] = day;
    }
    return out;
}

static bool set_holidays(struct config_load *load, const struct config_key *key, void *member,
                         const struct given *given)
{
    struct ics_days *holidays = member;
    size_t count = given->list.count;
    struct civil *dates = arena_array(&load->config->arena, count + 1, sizeof *dates);
    for (size_t i = 0; i < count; i++) {
        struct err ignored;
        if (!check_text(load, place_path(load, key, i), &config_shape_date, given->list.items[i]))
            return false;
        if (!civil_parse(given->list.items[i], &dates[i], &ignored))
            return config_fail(load, place_path(load, key, i), "is no date");
    }
    qsort(dates, count, sizeof *dates, compare_dates);
    *holidays = (struct ics_days){dates, count};
    return true;
}

static bool read_ics(struct config_load *load, const struct config_key *key, size_t i,
                     const char *path, struct ics_days *out)
{
    struct buf text = {0};
    struct err why;
    config_note_file(load->config, path);
    bool ok = config_read_file(path, ICS_BYTES_MAX, &text, &why) &&
              ics_read(&load->config->arena, buf_cstr(&text), text.len, out, &why);
    buf_release(&text);
    return ok ||
           config_fail(load, place_path(load, key, i), "the file %.120s: %.100s", path, why.msg);
}

/* Read at once, so that what is wrong with a file is said where it is named. */
static bool set_ics_files(struct config_load *load, const struct config_key *key, void *member,
                          const struct given *given)
{
    struct arena *arena = &load->config->arena;
    struct config_ics *ics = member;
    if (given->list.count > CONFIG_ICS_MAX)
        return config_fail(load, key->path, "has more than %d entries", CONFIG_ICS_MAX);
    if (!set_list(load, key, &ics->files, given))
        return false;
    ics->days = (struct ics_days){0};
    for (size_t i = 0; i < ics->files.count; i++) {
        const char **path = &ics->files.items[i];
        struct ics_days days;
        if ((*path)[0] != '/')
            *path = arena_fmt(arena, "%s%s", load->folder, *path);
        if (!read_ics(load, key, i, *path, &days))
            return false;
        ics->days = join_days(arena, &ics->days, &days);
    }
    return true;
}

void config_join_holidays(struct config *config)
{
    struct ics_days all = join_days(&config->arena, &config->holidays, &config->holidays_ics.days);
    config->calendar.holidays = all.days;
    config->calendar.holiday_count = all.count;
}

/* Whether the zone is known is asked when the whole calendar is checked. */
static bool set_zone(struct config_load *load, const struct config_key *key, void *member,
                     const struct given *given)
{
    enum { SIZE = sizeof((struct calendar *)0)->zone };
    if (!check_text(load, key->path, NULL, given->text))
        return false;
    if (strlen(given->text) >= SIZE)
        return config_fail(load, key->path, "is longer than %d bytes", SIZE - 1);
    memcpy(member, given->text, strlen(given->text) + 1);
    return true;
}

static const struct {
    enum json_type json;
    const char *wanted; /* "expected …" */
    const char *words;  /* for the documentation */
    setter *set;        /* NULL: secrets, which are read elsewhere */
} types[CONFIG_TYPE_COUNT] = {
    [CONFIG_TEXT] = {json_type_string, "a string", "text", set_text},
    [CONFIG_SECRET] = {json_type_object, "an object", "secret", NULL},
    [CONFIG_URL] = {json_type_string, "a string", "URL", set_url},
    [CONFIG_URL_FOLDER] = {json_type_string, "a string", "URL", set_url},
    [CONFIG_INT] = {json_type_int, "a whole number", "whole number", set_int},
    [CONFIG_WORD] = {json_type_string, "a string", "word", set_word},
    [CONFIG_LIST] = {json_type_array, "a list of strings", "list of texts", set_list},
    [CONFIG_MINUTES] = {json_type_string, "a string", "time of day", set_minutes},
    [CONFIG_DAYS] = {json_type_array, "a list of strings", "list of days", set_days},
    [CONFIG_HOLIDAYS] = {json_type_array, "a list of strings", "list of dates", set_holidays},
    [CONFIG_ICS_FILES] = {json_type_array, "a list of strings", "list of files", set_ics_files},
    [CONFIG_ZONE] = {json_type_string, "a string", "text", set_zone},
};

const char *config_type_words(enum config_type type)
{
    return types[type].words;
}

void *config_member(struct config *config, const struct config_key *key)
{
    return (char *)config + key->offset;
}

static bool take_list(struct config_load *load, const struct config_key *key,
                      struct json_object *value, struct config_list *list)
{
    size_t count = json_object_array_length(value);
    if (count > LIST_MAX)
        return config_fail(load, key->path, "has more than %d entries", LIST_MAX);
    list->items = arena_array(&load->config->arena, count + 1, sizeof *list->items);
    for (list->count = 0; list->count < count; list->count++) {
        struct json_object *item = json_object_array_get_idx(value, list->count);
        if (!json_object_is_type(item, json_type_string))
            return config_fail(load, place_path(load, key, list->count),
                               "expected a string, found %s", json_type_words(item));
        list->items[list->count] = json_object_get_string(item);
    }
    return true;
}

static bool set_secret(struct config_load *load, const struct config_key *key, const char *text)
{
    if (key->shape && !key->shape->fits(text))
        return config_fail(load, key->path, "what it stands for must be %s", key->shape->words);
    *(const char **)config_member(load->config, key) = text;
    return true;
}

bool config_set_json(struct config_load *load, const struct config_key *key,
                     struct json_object *value)
{
    const char *secret;
    if (key->type == CONFIG_SECRET)
        return config_read_secret(load, key, value, &secret) && set_secret(load, key, secret);
    if (!json_object_is_type(value, types[key->type].json))
        return config_fail(load, key->path, "expected %s, found %s", types[key->type].wanted,
                           json_type_words(value));
    struct given given = {0};
    if (types[key->type].json == json_type_string)
        given.text = json_object_get_string(value);
    else if (types[key->type].json == json_type_int)
        given.number = json_object_get_int64(value);
    else if (!take_list(load, key, value, &given.list))
        return false;
    return types[key->type].set(load, key, config_member(load->config, key), &given);
}

/* "mon,tue" */
static struct config_list split(struct arena *arena, const char *text)
{
    struct config_list list = {arena_array(arena, LIST_MAX, sizeof *list.items), 0};
    while (*text && list.count < LIST_MAX) {
        size_t len = strcspn(text, ",");
        list.items[list.count++] = arena_strn(arena, text, len);
        text += len + (text[len] == ',');
    }
    return list;
}

bool config_set_text(struct config_load *load, const struct config_key *key, const char *text)
{
    struct arena *arena = &load->config->arena;
    if (key->type == CONFIG_SECRET)
        return set_secret(load, key, arena_str(arena, text));
    struct given given = {.text = text};
    if (types[key->type].json == json_type_int)
        given.number = strtoll(text, NULL, 10);
    else if (types[key->type].json == json_type_array)
        given.list = split(arena, text);
    return types[key->type].set(load, key, config_member(load->config, key), &given);
}
