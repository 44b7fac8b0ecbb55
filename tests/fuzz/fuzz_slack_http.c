/* Requests of Slack's in HTTP mode: a byte chooses the path and whether the body is signed as Slack
 * would; if not, headers up to a NUL stand before it. Only who signs is ever read. */
#include "bot/slack_http.h"

#include "connectors/auth.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "a signing secret of the fuzzer"

enum { NOW_S = 1776693720, CHALLENGE_MAX = 1024 };

static const char *const paths[] = {"/slack/events", "/slack/commands", "/slack/interactions"};
enum { PATH_COUNT = sizeof paths / sizeof *paths };

static void sign(const char *body, size_t len, char *out, size_t size)
{
    unsigned char mac[HMAC_BYTES];
    char hex[2 * HMAC_BYTES + 1];
    static const char prefix[] = "v0:1776693720:";
    const struct span pieces[] = {{prefix, strlen(prefix)}, {body, len}};
    hmac_sha256((struct span){SECRET, strlen(SECRET)}, pieces, 2, mac);
    snprintf(out, size, "x-slack-request-timestamp: %d\nx-slack-signature: v0=%s\n", NOW_S,
             sodium_bin2hex(hex, sizeof hex, mac, sizeof mac));
}

static void check(enum slack_http_result result, bool is_signed, const struct envelope *envelope,
                  const struct http_in_answer *answer, const struct err *err)
{
    assert(is_signed || (result != SLACK_HTTP_TAKEN && result != SLACK_HTTP_UNREADABLE));
    assert(!is_signed || (result != SLACK_HTTP_REFUSED && result != SLACK_HTTP_STALE));
    if (result == SLACK_HTTP_TAKEN) {
        assert(envelope->type && !envelope->id);
        assert(envelope->kind != ENVELOPE_REQUEST ||
               (envelope->dedupe_key && envelope->request.actor.tenant));
    } else if (result == SLACK_HTTP_CHECKED) {
        assert(answer->status == 200 && answer->body_len <= CHALLENGE_MAX);
        assert(is_signed || answer->body_len == 0);
    } else {
        assert(err->code != ERR_NONE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct config config = {
        .slack = {.mode = SLACK_MODE_HTTP, .signing_secret = SECRET}};
    if (size < 1)
        return 0;
    bool is_signed = data[0] & 1;
    char *text = malloc(size), headers[256];
    if (!text)
        abort();
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    size_t body_at = is_signed ? 0 : strlen(text) + (strlen(text) < size - 1);
    sign(text, size - 1, headers, sizeof headers);
    struct arena nodes = {0}, arena = {0};
    struct envelope envelope = {0};
    struct http_in_answer answer = {0};
    struct err err = {0};
    const struct http_in_request request = {.method = "POST",
                                            .path = paths[(data[0] >> 1) % PATH_COUNT],
                                            .query = "",
                                            .headers = is_signed ? headers : text,
                                            .body = text + body_at,
                                            .body_len = size - 1 - body_at};
    enum slack_http_result result =
        slack_http_read(&config, &request, (struct wall){NOW_S * INT64_C(1000)}, &nodes, &arena,
                        &envelope, &answer, &err);
    check(result, is_signed, &envelope, &answer, &err);
    arena_release(&nodes);
    arena_release(&arena);
    free(text);
    return 0;
}
