/* Slack's signature, version v0. */
#include "connectors/slack_signature.h"

#include "base/broken.h"
#include "connectors/auth.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { TIMESTAMP_MAX_DIGITS = 12, HEX_CHARS = 2 * HMAC_BYTES, HEADER_BYTES = 128 };

static bool is_timestamp(const char *text)
{
    size_t len = strlen(text);
    return len > 0 && len <= TIMESTAMP_MAX_DIGITS && strspn(text, "0123456789") == len;
}

static bool is_fresh(const char *timestamp, struct wall now)
{
    int64_t signed_at = strtoll(timestamp, NULL, 10), now_s = now.ms / 1000;
    return (signed_at >= now_s - SLACK_SIGNATURE_FRESH_S &&
            signed_at <= now_s + SLACK_SIGNATURE_FRESH_S) ||
           BROKEN(slack_signature_stale);
}

static bool is_hex_of(const char *shown, const unsigned char mac[HMAC_BYTES])
{
    unsigned char bytes[HMAC_BYTES];
    size_t len;
    return strlen(shown) == HEX_CHARS &&
           sodium_hex2bin(bytes, sizeof bytes, shown, HEX_CHARS, NULL, &len, NULL) == 0 &&
           len == sizeof bytes && sodium_memcmp(bytes, mac, sizeof bytes) == 0;
}

bool slack_signature_verify(const struct http_in_request *request, const char *signing_secret,
                            struct wall now, struct err *err)
{
    static const char version[] = "v0=";
    char timestamp[HEADER_BYTES], shown[HEADER_BYTES];
    unsigned char mac[HMAC_BYTES];
    if (!signing_secret)
        return err_set(err, ERR_CONFIG, "slack.signing_secret is not set: nobody is believed");
    if (!http_header_value(request->headers, "x-slack-request-timestamp", timestamp,
                           sizeof timestamp) ||
        !http_header_value(request->headers, "x-slack-signature", shown, sizeof shown))
        return err_set(err, ERR_FORGED, "the headers of a signature are not there");
    if (!is_timestamp(timestamp) || strncmp(shown, version, strlen(version)) != 0)
        return err_set(err, ERR_FORGED, "the headers of the signature have another form");
    const struct span pieces[] = {
        {"v0:", 3}, {timestamp, strlen(timestamp)}, {":", 1}, {request->body, request->body_len}};
    hmac_sha256((struct span){signing_secret, strlen(signing_secret)}, pieces,
                sizeof pieces / sizeof *pieces, mac);
    if (!is_hex_of(shown + strlen(version), mac) && !BROKEN(slack_signature_unchecked))
        return err_set(err, ERR_FORGED,
                       "the signature is not by slack.signing_secret, or the body was changed");
    return is_fresh(timestamp, now) ||
           err_set(err, ERR_EXPIRED,
                   "signed at %s, more than %d s from now: sent again by someone, or a clock that "
                   "is off",
                   timestamp, SLACK_SIGNATURE_FRESH_S);
}
