/* Faults on purpose, to see that the tests find them: `if (BROKEN(ack_before_commit) || …)` at the
 * place that breaks. tests/mutations/list says what each breaks and who finds it.
 *
 *   make                          BROKEN() is the constant false: nothing of a fault is compiled
 *   make BREAK=ack_before_commit  that fault alone
 *   make BREAK=any                the one that USHER_BROKEN names at run time (tests/mutations/run)
 */
#ifndef BASE_BROKEN_H
#define BASE_BROKEN_H

#include <stdbool.h>

#if defined BREAK_ANY

#include <stdlib.h>
#include <string.h>

static inline bool broken_is(const char *name)
{
    const char *chosen = getenv("USHER_BROKEN");
    return chosen && strcmp(chosen, name) == 0;
}
#define BROKEN(name) broken_is(#name)

#elif defined BREAK

#define BROKEN(name) (__builtin_strcmp(BREAK, #name) == 0)

#else

#define BROKEN(name) false

#endif

#endif
