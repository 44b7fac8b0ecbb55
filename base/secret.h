/* Comparing what only the right sender can know. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>

/* Equality of two texts in a time that tells nothing of where they differ, nor of how long the
 * expected one is. False when either is NULL, or the expected one is empty. */
bool secret_same(const char *expected, const char *shown);

#endif
