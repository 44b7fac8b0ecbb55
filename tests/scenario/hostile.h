/* A hostile CRM, for the scenarios that look at what is said then. */
#ifndef TESTS_SCENARIO_HOSTILE_H
#define TESTS_SCENARIO_HOSTILE_H

#include <stddef.h>

/* Fills all fields of the systems' answers in this scene, so that something speaks of each. */
void hostile_furnish(void);
/* Plants the text in every field that takes it at once, and tells the judge. Its name; NULL: there
 * is no such text. */
const char *hostile_everywhere(size_t text);
/* The number of the longest text: each of its characters takes four bytes, and two UTF-16 units. */
size_t hostile_longest(void);
/* The same text for people to type, between the quotes of a JSON string and as it is, `max`
 * characters long or a little less where it is long. Owned by the caller. */
char *hostile_json(size_t text, size_t max);
char *hostile_typed(size_t text, size_t max);
void hostile_release(void);

#endif
