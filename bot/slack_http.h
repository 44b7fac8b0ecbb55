/* Slack's requests to our own server ("HTTP mode"): the proof, then the payload out of the body.
 * Pure. What Slack sends to which path is in docs/slack.md. */
#ifndef BOT_SLACK_HTTP_H
#define BOT_SLACK_HTTP_H

#include "base/http.h"
#include "bot/envelope.h"

/* How a request was read: a row each in slack_http.c, with the status of its answer and the label
 * of the metric. */
enum slack_http_result {
    SLACK_HTTP_TAKEN,      /* *out is for the router */
    SLACK_HTTP_CHECKED,    /* url_verification, ssl_check: *answer is all there is to it */
    SLACK_HTTP_REFUSED,    /* not proven to be Slack's */
    SLACK_HTTP_STALE,      /* signed by our secret, at another time */
    SLACK_HTTP_UNREADABLE, /* Slack's, and not understood */
    SLACK_HTTP_EARLY,      /* no workspace is known yet, or Usher is stopping */
    SLACK_HTTP_FAILED,     /* the store kept nothing */
    SLACK_HTTP_RESULT_COUNT
};
const char *slack_http_result_name(enum slack_http_result result); /* "taken" … */
struct http_in_answer slack_http_answer(enum slack_http_result result);

/* "events", "commands" or "interactions" where the path is one of Slack's; NULL: somebody else's.
 */
const char *slack_http_what(const char *path);

/* Reads a POST to such a path. nodes holds what *out points into; answer is set for
 * SLACK_HTTP_CHECKED; err says why anything else was not taken. */
enum slack_http_result slack_http_read(const struct config *config,
                                       const struct http_in_request *request, struct wall now,
                                       struct arena *nodes, struct arena *arena,
                                       struct envelope *out, struct http_in_answer *answer,
                                       struct err *err);

#endif
