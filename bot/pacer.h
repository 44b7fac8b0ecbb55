/* The pace of outgoing requests: at most so many at a time and so far apart per pace key; a 429
 * pauses its key and nothing else. In memory: a restart starts with open gates. */
#ifndef BOT_PACER_H
#define BOT_PACER_H

#include "base/world.h"

#include <stdbool.h>

struct pacer;
struct pacer *pacer_new(void);
void pacer_free(struct pacer *pacer);

/* True: start now (counted). False: not before *at. */
bool pacer_start(struct pacer *pacer, const struct http_request *request, struct mono now,
                 struct mono *at);
void pacer_done(struct pacer *pacer, const struct http_request *request);
/* Nothing with this key starts before `until`. */
void pacer_pause(struct pacer *pacer, const char *key, struct mono until);

#endif
