/* Sealing a file and opening it again, chunk by chunk: memory does not grow with the file. */
#include "base/sealed_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char magic[] = "USHERSEALED1\n";

enum {
    MAGIC_BYTES = sizeof magic - 1,
    ID_BYTES = 4,
    STREAM_HEADER_BYTES = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    HEAD_BYTES = MAGIC_BYTES + ID_BYTES + STREAM_HEADER_BYTES,
    PLAIN_CHUNK = 64 * 1024,
    SEALED_CHUNK = PLAIN_CHUNK + crypto_secretstream_xchacha20poly1305_ABYTES,
};

static_assert(sizeof((struct keyring_key *)0)->seal ==
                  crypto_secretstream_xchacha20poly1305_KEYBYTES,
              "a seal key fits a stream");

/* A file on its way into another. */
struct passage {
    const char *from_path, *to_path;
    FILE *from, *to;
    crypto_secretstream_xchacha20poly1305_state state;
    uint8_t plain[PLAIN_CHUNK];
    uint8_t sealed[SEALED_CHUNK];
};

static bool open_both(struct passage *passage, struct err *err)
{
    passage->from = fopen(passage->from_path, "rbe");
    if (!passage->from)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%.200s: %s",
                       passage->from_path, strerror(errno));
    int fd = open(passage->to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 && errno == EEXIST)
        return err_set(err, ERR_CONFLICT, "%.200s is there already", passage->to_path);
    if (fd < 0)
        return err_set(err, ERR_CANNOT_CREATE, "%.200s: %s", passage->to_path, strerror(errno));
    passage->to = fdopen(fd, "wb");
    if (!passage->to)
        abort();
    return true;
}

static bool put(struct passage *passage, const void *bytes, size_t len, struct err *err)
{
    return fwrite(bytes, 1, len, passage->to) == len ||
           err_set(err, ERR_IO, "%.200s: %s", passage->to_path, strerror(errno));
}

/* Up to `size` bytes; *last: the file ends behind them. */
static bool take(struct passage *passage, void *bytes, size_t size, size_t *len, bool *last,
                 struct err *err)
{
    *len = fread(bytes, 1, size, passage->from);
    int next = ferror(passage->from) ? EOF : getc(passage->from);
    if (ferror(passage->from))
        return err_set(err, ERR_IO, "%.200s: %s", passage->from_path, strerror(errno));
    *last = next == EOF;
    if (!*last)
        ungetc(next, passage->from);
    return true;
}

/* Closes both, and keeps what was written only where all went well. */
static bool finish(struct passage *passage, bool ok, struct err *err)
{
    if (passage->from)
        fclose(passage->from);
    if (passage->to) {
        bool kept = fflush(passage->to) == 0 && fsync(fileno(passage->to)) == 0;
        int saved = errno;
        kept = fclose(passage->to) == 0 && kept;
        if (ok && !kept)
            ok = err_set(err, ERR_IO, "%.200s: %s", passage->to_path, strerror(saved));
        if (!ok)
            unlink(passage->to_path);
    }
    sodium_memzero(passage, sizeof *passage);
    free(passage);
    return ok;
}

static struct passage *passage_new(const char *from, const char *to)
{
    struct passage *passage = calloc(1, sizeof *passage);
    if (!passage || sodium_init() < 0)
        abort();
    passage->from_path = from;
    passage->to_path = to;
    return passage;
}

static bool put_head(struct passage *passage, const struct keyring_key *key, struct err *err)
{
    uint8_t head[HEAD_BYTES];
    memcpy(head, magic, MAGIC_BYTES);
    for (int i = 0; i < ID_BYTES; i++)
        head[MAGIC_BYTES + i] = (uint8_t)(key->id >> (24 - 8 * i));
    crypto_secretstream_xchacha20poly1305_init_push(&passage->state, head + MAGIC_BYTES + ID_BYTES,
                                                    key->seal);
    return put(passage, head, sizeof head, err);
}

bool sealed_file_seal(const struct keyring *keyring, const char *from, const char *to,
                      struct err *err)
{
    struct passage *passage = passage_new(from, to);
    bool last = false,
         ok = open_both(passage, err) && put_head(passage, &keyring->keys[keyring->count - 1], err);
    while (ok && !last) {
        size_t len;
        unsigned long long sealed_len;
        ok = take(passage, passage->plain, PLAIN_CHUNK, &len, &last, err);
        if (!ok)
            break;
        crypto_secretstream_xchacha20poly1305_push(
            &passage->state, passage->sealed, &sealed_len, passage->plain, len, NULL, 0,
            last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
        ok = put(passage, passage->sealed, (size_t)sealed_len, err);
    }
    return finish(passage, ok, err);
}

static bool is_forged(const struct passage *passage, struct err *err)
{
    return err_set(err, ERR_FORGED,
                   "%.200s: cut off, altered, or sealed with a key that the keyring does not hold",
                   passage->from_path);
}

static bool take_head(struct passage *passage, const struct keyring *keyring, struct err *err)
{
    uint8_t head[HEAD_BYTES];
    if (fread(head, 1, sizeof head, passage->from) != sizeof head ||
        memcmp(head, magic, MAGIC_BYTES) != 0)
        return err_set(err, ERR_INVALID, "%.200s is no sealed file", passage->from_path);
    uint32_t id = 0;
    for (int i = 0; i < ID_BYTES; i++)
        id = id << 8 | head[MAGIC_BYTES + i];
    for (size_t i = 0; i < keyring->count; i++)
        if (keyring->keys[i].id == id &&
            crypto_secretstream_xchacha20poly1305_init_pull(
                &passage->state, head + MAGIC_BYTES + ID_BYTES, keyring->keys[i].seal) == 0)
            return true;
    return is_forged(passage, err);
}

bool sealed_file_open(const struct keyring *keyring, const char *from, const char *to,
                      struct err *err)
{
    struct passage *passage = passage_new(from, to);
    bool last = false, ok = open_both(passage, err) && take_head(passage, keyring, err);
    while (ok && !last) {
        size_t len;
        unsigned long long plain_len;
        unsigned char tag;
        ok = take(passage, passage->sealed, SEALED_CHUNK, &len, &last, err);
        if (!ok)
            break;
        /* The last chunk says that it is the last: a file that was cut lacks it. */
        if (crypto_secretstream_xchacha20poly1305_pull(&passage->state, passage->plain, &plain_len,
                                                       &tag, passage->sealed, len, NULL, 0) != 0 ||
            (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) != last)
            ok = is_forged(passage, err);
        ok = ok && put(passage, passage->plain, (size_t)plain_len, err);
    }
    return finish(passage, ok, err);
}

bool sealed_file_is(const char *path)
{
    char head[MAGIC_BYTES];
    FILE *file = fopen(path, "rbe");
    bool is = file && fread(head, 1, sizeof head, file) == sizeof head &&
              memcmp(head, magic, MAGIC_BYTES) == 0;
    if (file)
        fclose(file);
    return is;
}
