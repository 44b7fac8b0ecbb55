/* Both texts are hashed first, so that the comparison has one length and where it ends means
 * nothing. */
#include "base/secret.h"

#include <sodium.h>
#include <string.h>

bool secret_same(const char *expected, const char *shown)
{
    unsigned char digests[2][crypto_generichash_BYTES];
    if (!expected || !expected[0] || !shown)
        return false;
    crypto_generichash(digests[0], sizeof digests[0], (const unsigned char *)expected,
                       strlen(expected), NULL, 0);
    crypto_generichash(digests[1], sizeof digests[1], (const unsigned char *)shown, strlen(shown),
                       NULL, 0);
    bool same = sodium_memcmp(digests[0], digests[1], sizeof digests[0]) == 0;
    sodium_memzero(digests, sizeof digests);
    return same;
}
