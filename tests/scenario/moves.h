/* What may happen in days at random (random.c): each move is a function that draws what it needs,
 * does it, and says in words what it did. The rows stand in tables, one a subject. */
#ifndef TESTS_SCENARIO_MOVES_H
#define TESTS_SCENARIO_MOVES_H

#include "tests/scenario/scene.h"

enum { PAUSE_MAX_MS = 12000 }; /* of machine time, after a move */

struct move {
    unsigned weight; /* how often, beside the others */
    void (*happen)(void);
};
/* They end with a NULL function. */
extern const struct move moves_of_deals[], moves_of_people[], moves_of_directory[],
    moves_of_approval[], moves_of_trouble[], moves_of_playbooks[];

/* Uniform in [0, bound), of the move's own stream: leaving out another move changes nothing. */
uint64_t below(uint64_t bound);
#define ONE_OF(array) (array)[below(sizeof(array) / sizeof *(array))]

/* What the move did; what is not told had no effect. */
void told(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

const char *someone(void);
const char *some_number(void); /* "ONB-1003"; there may be no such one */
struct fake_account *some_account(void);

/* Presses a button of some card; false where there is none. */
bool press_some(void);

/* After the last move: what was answered is kept; what was remembered is forgotten. */
void moves_of_people_end(void);
void moves_of_deals_end(void);

#endif
