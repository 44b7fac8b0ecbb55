/* Torture: the k-th thing that can fail fails, for k = 1, 2, … until a run ends without having come
 * to k. What can fail is counted where it is called: statements and commits of the store, requests
 * and frames to the network, opening, reading, writing and syncing of files. A call that can fail
 * in several ways counts once for each. (Randomness cannot: libsodium ends the process rather than
 * give none.)
 *
 * A run: begin (all is well) -> act (the k-th call fails, and nothing else) -> all is well again,
 * and whoever was refused may try once more (then) -> what must hold in the end (invariants.c).
 *
 * The bounded form is among the scenarios; `scenario --torture [NAME]` tries every k. */
#ifndef TESTS_SCENARIO_TORTURE_H
#define TESTS_SCENARIO_TORTURE_H

#include <stdbool.h>
#include <stdint.h>

struct torture {
    const char *name;
    void (*begin)(void), (*act)(void), (*then)(void);
    const char *may_die; /* a kind of job that is given up rather than repeated; NULL: none */
    unsigned stride;     /* from one k to the next in the bounded form; prime to the ways */
};
extern const struct torture tortures[]; /* ends with a NULL name */

/* Counts a call of `what` that can fail in so many ways. Which way it must fail now, from 1; 0: it
 * does not. */
unsigned torture_way(const char *what, unsigned ways);

/* The next call whose words hold `what` fails in its first way: for a scenario of its own. */
void torture_next(const char *what);

/* Puts failures before what the simulated world does for the bot (torture_wires.c). */
void torture_wires(void);

/* Each k in its own process, on all processors; those whose name holds `name`, NULL: all. With
 * `only` that k alone, in this process. The exit status. */
int torture_run(const char *name, uint64_t only);
/* The bounded form, on one processor. False when a run failed. */
bool torture_bounded(const struct torture *torture);

#endif
