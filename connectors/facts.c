/* Facts as values: names of the sources and states, one order for every array, and a digest. The
 * table of what is written, and the reading and writing by it, are in facts_record.c and
 * facts_read.c. */
#include "connectors/facts.h"

#include "connectors/facts_record.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { CANONICAL_MAX = 512 * 1024 * 1024 };

static const struct {
    const char *name, *title;
} source_words[SOURCE_COUNT] = {
    [SOURCE_SALESFORCE] = {"salesforce", "Salesforce"},
    [SOURCE_NETSUITE] = {"netsuite", "NetSuite"},
    [SOURCE_CLM] = {"clm", "CLM"},
};

const char *source_name(enum source source)
{
    assert((size_t)source < SOURCE_COUNT);
    return source_words[source].name;
}

const char *source_title(enum source source)
{
    assert((size_t)source < SOURCE_COUNT);
    return source_words[source].title;
}

static const char *const status_names[] = {
    [CONTRACT_UNKNOWN] = "unknown",       [CONTRACT_DRAFT] = "draft",
    [CONTRACT_IN_REVIEW] = "in_review",   [CONTRACT_OUT_FOR_SIGNATURE] = "out_for_signature",
    [CONTRACT_EXECUTED] = "executed",     [CONTRACT_EXPIRED] = "expired",
    [CONTRACT_TERMINATED] = "terminated",
};

const char *contract_status_name(enum contract_status status)
{
    assert((size_t)status < sizeof status_names / sizeof *status_names);
    return status_names[status];
}

bool contract_status_parse(const char *name, enum contract_status *out)
{
    for (size_t i = 0; i < sizeof status_names / sizeof *status_names; i++)
        if (strcmp(name, status_names[i]) == 0) {
            *out = (enum contract_status)i;
            return true;
        }
    return false;
}

/* ---- one order ---- */

static int compare_text(const char *a, const char *b)
{
    if (!a || !b)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

/* The first member of a record is what it is known by. */
static int compare_key(const struct record_type *type, const void *a, const void *b)
{
    const struct record_member *key = &type->members[0];
    const char *left = (const char *)a + key->offset, *right = (const char *)b + key->offset;
    if (key->kind == MEMBER_INT) {
        int64_t x = *(const int64_t *)left, y = *(const int64_t *)right;
        return (x > y) - (x < y);
    }
    assert(key->kind == MEMBER_TEXT);
    return compare_text(*(const char *const *)left, *(const char *const *)right);
}

static bool has_key(const struct record_type *type, const void *record)
{
    const struct record_member *key = &type->members[0];
    return key->kind == MEMBER_INT ||
           *(const char *const *)((const char *)record + key->offset) != NULL;
}

/* Records of one key should not be; where they are, their whole content decides, so that the order
 * of arrival never does. */
static int compare_records(const struct record_type *type, const void *a, const void *b)
{
    int order = compare_key(type, a, b);
    if (order != 0)
        return order;
    struct buf left, right;
    buf_init(&left, CANONICAL_MAX);
    buf_init(&right, CANONICAL_MAX);
    record_write(type, a, &left);
    record_write(type, b, &right);
    order = strcmp(buf_cstr(&left), buf_cstr(&right));
    buf_release(&left);
    buf_release(&right);
    return order;
}

static int compare_in_sort(const void *a, const void *b, void *type)
{
    return compare_records(type, a, b);
}

/* Pages by offset can give one record twice when something moves between two of them. */
static size_t drop_repeated(const struct record_type *type, char *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const char *item = items + i * type->size;
        if (kept && has_key(type, item) &&
            compare_key(type, items + (kept - 1) * type->size, item) == 0)
            continue;
        if (kept != i)
            memcpy(items + kept * type->size, item, type->size);
        kept++;
    }
    return kept;
}

static int compare_names(const void *a, const void *b)
{
    return compare_text(*(const char *const *)a, *(const char *const *)b);
}

static void normalise_record(const struct record_type *type, void *record);

static void normalise_array(const struct record_type *type, char *items, size_t *count)
{
    if (!*count)
        return;
    for (size_t i = 0; i < *count; i++)
        normalise_record(type, items + i * type->size);
    qsort_r(items, *count, type->size, compare_in_sort, (void *)(uintptr_t)type);
    *count = drop_repeated(type, items, *count);
}

static void normalise_record(const struct record_type *type, void *record)
{
    for (size_t i = 0; i < type->count; i++) {
        const struct record_member *member = &type->members[i];
        void *at = (char *)record + member->offset;
        size_t *count = (size_t *)(void *)((char *)record + member->count_offset);
        if (member->kind == MEMBER_ARRAY)
            normalise_array(member->type, record_pointer(at), count);
        else if (member->kind == MEMBER_RECORD)
            normalise_record(member->type, at);
        else if (member->kind == MEMBER_NAMES && *count)
            qsort(record_pointer(at), *count, sizeof(char *), compare_names);
    }
}

void facts_normalise(struct facts *facts)
{
    normalise_record(&facts_type, facts);
}

void facts_digest_text(const char *json, size_t len, char out[DIGEST_HEX_SIZE])
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)json, len, NULL, 0);
    sodium_bin2hex(out, DIGEST_HEX_SIZE, hash, sizeof hash);
}

void facts_digest(const struct facts *facts, char out[DIGEST_HEX_SIZE])
{
    struct buf text;
    buf_init(&text, CANONICAL_MAX);
    facts_write(facts, &text);
    assert(!text.overflow);
    facts_digest_text(buf_cstr(&text), text.len, out);
    buf_release(&text);
}

/* ---- ids ---- */

enum { SALESFORCE_ID_CHARS = 15 };

bool salesforce_same_id(const char *a, const char *b)
{
    if (!a || !b)
        return false;
    size_t a_len = strlen(a), b_len = strlen(b);
    if (a_len != b_len && a_len >= SALESFORCE_ID_CHARS && b_len >= SALESFORCE_ID_CHARS)
        return strncmp(a, b, SALESFORCE_ID_CHARS) == 0;
    return strcmp(a, b) == 0;
}

const char *currency_rate_id(struct arena *arena, const char *base, const char *foreign,
                             struct civil date, const char *source)
{
    char day[CIVIL_TEXT_SIZE];
    return arena_fmt(arena, "%s/%s %s %s", foreign, base, civil_format(date, day), source);
}
