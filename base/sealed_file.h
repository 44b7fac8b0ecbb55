/* Files sealed under the keyring: backups that leave the machine. A stream of chunks, each
 * authenticated in its place (libsodium's secretstream, XChaCha20-Poly1305), so that a file that
 * was cut, reordered or altered is refused as a whole.
 *
 *   "USHERSEALED1\n"  key id (4 bytes, big-endian)  stream header (24)  chunks of 64 KiB + 17 …
 */
#ifndef BASE_SEALED_FILE_H
#define BASE_SEALED_FILE_H

#include "base/keyring.h"

/* Writes the content of the file `from`, sealed with the newest key, to the new file `to` (mode
 * 0600, synced). ERR_CONFLICT where there is one. An error leaves no file. */
bool sealed_file_seal(const struct keyring *keyring, const char *from, const char *to,
                      struct err *err) __attribute__((warn_unused_result));

/* The way back. ERR_FORGED: cut off, altered, or sealed with a key that the keyring does not hold.
 * An error leaves no file. */
bool sealed_file_open(const struct keyring *keyring, const char *from, const char *to,
                      struct err *err) __attribute__((warn_unused_result));

/* Does the file begin as a sealed one? */
bool sealed_file_is(const char *path);

#endif
