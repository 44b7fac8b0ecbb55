/* A digest of what stands in one section of the configuration: what is kept for one set of
 * credentials must not serve another. */
#ifndef BASE_CONFIG_DIGEST_H
#define BASE_CONFIG_DIGEST_H

#include "base/config.h"

enum { CONFIG_DIGEST_SIZE = 33 };

/* Hexadecimal BLAKE2b over texts, secrets, addresses, words and numbers of "salesforce" …; lists
 * and times of day do not count. Of secrets too: not to be shown. Returns out. */
const char *config_digest(const struct config *config, const char *section,
                          char out[CONFIG_DIGEST_SIZE]);

#endif
