/* Slack as far as a load needs it: the Web API's answers, the greeting, and the customer platform's
 * one endpoint. */
#ifndef TESTS_BENCH_SLACK_H
#define TESTS_BENCH_SLACK_H

#include "tests/bench/wire.h"

enum { SLACK_POSTS = 64, SLACK_METHODS = 17, SEEN_SLOTS = 1 << 20 };

struct post {
    char channel[32], ts[32], metadata[512];
};

struct slack {
    int port;
    const char *salesforce; /* "down": answers 503; "silent": takes requests and never answers */
    bool lose_a_reply;      /* the next post is taken, and its sender cut off */
    uint64_t requests, posts, looks; /* all; chat.postMessage; conversations.history and replies */
    uint64_t lost, posted; /* posts whose reply was lost; how often that message was posted */
    char lost_metadata[512];
    /* Messages of a job that had said one before; organisations, and those made once more. */
    uint64_t posts_again, organizations, organizations_again;
    uint64_t seen[SEEN_SLOTS]; /* hashes of what must come once */
    size_t seen_count;
    uint64_t by_method[SLACK_METHODS]; /* as in slack_method_name */
    struct post last[SLACK_POSTS];
};

/* NULL past the end. */
const char *slack_method_name(size_t index);
void slack_answer(struct slack *slack, struct wire *wire, struct conn *conn,
                  const struct http_in *request);
void slack_greet(struct conn *conn, unsigned connections);
void slack_dismiss(struct conn *conn, const char *reason); /* a disconnect frame */

#endif
