/* How records of facts are laid out: one table, by which they are written, read and sorted. A
 * record's first member is its key (a text, or a number). */
#ifndef CONNECTORS_FACTS_RECORD_H
#define CONNECTORS_FACTS_RECORD_H

#include "connectors/facts.h"

#include <stddef.h>

enum member_kind {
    MEMBER_TEXT,   /* const char * */
    MEMBER_BOOL,   /* bool */
    MEMBER_INT,    /* int64_t */
    MEMBER_BYTE,   /* uint8_t */
    MEMBER_DATE,   /* struct civil */
    MEMBER_MONEY,  /* struct money */
    MEMBER_RATE,   /* struct rate */
    MEMBER_STATUS, /* enum contract_status */
    MEMBER_NAMES,  /* const char ** with a count */
    MEMBER_RECORD, /* a struct in place */
    MEMBER_ARRAY,  /* a pointer to structs with a count */
};

struct record_type;
struct record_member {
    const char *name; /* in the JSON */
    enum member_kind kind;
    size_t offset, count_offset;    /* count_offset: of the size_t of NAMES and ARRAY */
    const struct record_type *type; /* of RECORD and ARRAY */
    bool later; /* came with a later version: where stored text lacks it, it stays zero, and a date
                   unknown */
};
struct record_type {
    const struct record_member *members;
    size_t count;
    size_t size; /* sizeof the struct */
};

extern const struct record_type facts_type;

/* Appends a record as canonical JSON: members in the table's order, no white space. */
void record_write(const struct record_type *type, const void *record, struct buf *out);

/* The pointer that is stored there, whatever it points to. */
void *record_pointer(const void *at);

bool contract_status_parse(const char *name, enum contract_status *out);

#endif
