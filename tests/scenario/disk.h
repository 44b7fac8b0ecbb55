/* The disk under the store: SQLite's own calls of the system go through here,
 * so that a write can be cut at any byte, as by kill -9, and reading and
 * writing can fail for a while. What looks at the store from outside (scene.c)
 * reads as ever. */
#ifndef TESTS_SCENARIO_DISK_H
#define TESTS_SCENARIO_DISK_H

#include <stdbool.h>
#include <stdint.h>

struct disk {
    unsigned cut_after;        /* the nth write from now is cut, and the process dies; 0:
                                  none */
    uint64_t cut_at;           /* at this byte of it, modulo its length */
    void (*on_cut)(void);      /* the process is dying: nothing else gets out of it */
    bool dead;                 /* it has died: nothing is written any more */
    bool full;                 /* no write succeeds */
    unsigned failing_permille; /* reads and writes that fail */
    uint64_t random;           /* the stream that says which */
    bool outside;              /* the one who reads now is not the process */
    uint64_t failures;         /* that were made */
};
extern struct disk disk;

/* Once a process. */
void disk_install(void);

#endif
