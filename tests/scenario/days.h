/* Simulated days of a team at random: the same seed and the same moves, the same days. */
#ifndef TESTS_SCENARIO_DAYS_H
#define TESTS_SCENARIO_DAYS_H

#include "tests/scenario/scene.h"

enum { DAYS_MOVES = 90 };

/* What is played of a seed. Each move draws from a stream of its own, and the time between moves
 * passes also where one is left out: the others stay as they are. The days end with the last move
 * that is kept. */
struct days {
    uint64_t seed;
    bool left_out[DAYS_MOVES];
    bool told; /* every move is printed in words */
};

/* What happened in them, for figures. */
struct days_tally {
    uint64_t moves, turns, crashes, machine_ms, clock_ms;
    size_t heap_most, in_flight_most; /* of all */
};

void days_play(const struct days *days, struct days_tally *tally /* NULL: nobody counts */);

/* Cuts a seed that fails down to the fewest moves that fail in the same way, and prints them in
 * words with the command that plays just them. program: argv[0]. */
void days_shrink(uint64_t seed, const char *program);
/* Plays those moves of a seed in this process and says each. moves: "3,7-9"; NULL: all. The exit
 * status. */
int days_tell(uint64_t seed, const char *moves);

/* The search alone, on any question that all moves answer with yes: leaves in `left_out` few moves
 * that still do. Returns how many first ones are needed at least. */
size_t days_search(bool left_out[DAYS_MOVES], bool (*fails)(void *arg, const bool *left_out),
                   void *arg);

#endif
