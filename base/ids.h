/* Identifiers: 26 characters of Crockford's base 32, 48 bits of time (ms) then 80
 * random bits, so that they sort by time and keep B-trees warm. */
#ifndef BASE_IDS_H
#define BASE_IDS_H

#include "base/world.h"

#include <stdbool.h>

enum { ID_LEN = 26, ID_SIZE = ID_LEN + 1 };

struct id {
    char text[ID_SIZE];
};

/* A fresh id from the world's clock and randomness. Within one ms ids are unordered. */
struct id id_new(struct world *world);

/* True when text has the shape of an id. */
bool id_is_valid(const char *text);

#endif
