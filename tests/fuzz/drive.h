/* Driving a connector call with made-up replies. The input is a list of replies, each ended by a
 * byte 0xFF (which no UTF-8 text holds): one letter that says how the exchange went, then the body.
 *   a 200  b 201  u 401  f 403  n 404  c 409  l 429  e 500  r 302  s not sent  t time-out  z too
 * large
 */
#ifndef TESTS_FUZZ_DRIVE_H
#define TESTS_FUZZ_DRIVE_H

#include "connectors/call.h"
#include "connectors/facts.h"
#include "connectors/session.h"

#include <stddef.h>
#include <stdint.h>

/* A world that stands still but for waits, a full configuration, fresh memory. */
struct drive {
    struct arena arena;
    struct world world;
    struct config config;
    struct sessions sessions;
    struct call_env env;
};

void drive_init(struct drive *drive);
void drive_release(struct drive *drive);

/* Feeds replies until the call ends (true: done) or the input does (false: given up). */
bool drive_call(struct drive *drive, struct call *call, const uint8_t *data, size_t size);

/* How the exchange went, by its letter; 200 for any other. */
void drive_outcome(struct http_reply *reply, uint8_t letter);

/* Facts that came from outside can be written, read back, and are the same then. */
void drive_check_facts(struct drive *drive, struct facts *facts);

#endif
