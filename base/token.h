/* The signed state of a button: what its value says, bound to tenant, object,
 * revision and action, with an expiry and a MAC. No amounts or names in it.
 * docs/signed-state.md has the byte layout. */
#ifndef BASE_TOKEN_H
#define BASE_TOKEN_H

#include "base/err.h"
#include "base/keyring.h"
#include "base/world.h"

#include <stdint.h>

/* TOKEN_MAX holds the text of the longest fields. */
enum { TOKEN_MAX = 288, TOKEN_FIELD_MAX = 40 };

struct token {
    char tenant[TOKEN_FIELD_MAX]; /* Slack team id */
    char kind[TOKEN_FIELD_MAX];   /* what the id names: "item" */
    char id[TOKEN_FIELD_MAX];
    char action[TOKEN_FIELD_MAX]; /* "approve", "reject", "claim", "view" … */
    int64_t revision;
    struct wall expires_at;
};

/* Writes base64url text, at most TOKEN_MAX-1 characters. Asserts that the fields are
 * NUL-terminated. The expiry is kept in whole seconds, rounded up. */
void token_sign(const struct keyring *keyring, const struct token *token, char out[TOKEN_MAX]);

/* Verifies in constant time before anything in it is believed. ERR_INVALID: not a token;
 * ERR_FORGED: MAC or key wrong; ERR_EXPIRED: genuine (out is filled), but past expires_at. After
 * the first two out is zeroed. Whether the tenant is the one that clicked is the caller's question.
 */
bool token_verify(const struct keyring *keyring, const char *text, struct wall now,
                  struct token *out, struct err *err) __attribute__((warn_unused_result));

#endif
