/* How Slack proves that an HTTP request is its own ("Verifying requests from Slack", version v0):
 * an HMAC-SHA256 of `v0:TIMESTAMP:BODY` with the app's signing secret, hex in X-Slack-Signature. */
#ifndef CONNECTORS_SLACK_SIGNATURE_H
#define CONNECTORS_SLACK_SIGNATURE_H

#include "base/err.h"
#include "base/http.h"
#include "base/world.h"

/* A request whose timestamp is further from our clock is refused: it was kept, and is shown again.
 */
enum { SLACK_SIGNATURE_FRESH_S = 5 * 60 };

/* On the raw bytes, in constant time. ERR_FORGED: not signed, or not by this secret; ERR_EXPIRED:
 * signed by it at another time. ERR_CONFIG where there is no secret (NULL). */
bool slack_signature_verify(const struct http_in_request *request, const char *signing_secret,
                            struct wall now, struct err *err) __attribute__((warn_unused_result));

#endif
