/* The keyring's file: JSON, one object a key, readable by its owner alone.
 *
 *   {"version": 1, "keys": [{"id": 1, "created_at": "2026-04-20T10:02:03.000Z",
 *                            "sign": "<base64url>", "seal": "<base64url>"}]}
 */
#include "base/civil.h"
#include "base/json.h"
#include "base/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_VERSION = 1,
    FILE_BYTES_MAX = 64 * 1024,
    KEY_TEXT_SIZE = 64, /* base64url of 32 bytes: 43 characters */
    PATH_SIZE = 4096,
    BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
};

/* ---- reading ---- */

static bool check_mode(const struct stat *st, struct err *err)
{
    if (!S_ISREG(st->st_mode))
        return err_set(err, ERR_FORBIDDEN, "not a regular file");
    if (st->st_mode & 077)
        return err_set(err, ERR_FORBIDDEN, "open to others (mode %04o): chmod 600 it, and rotate",
                       (unsigned)st->st_mode & 07777);
    if (st->st_uid != geteuid() && st->st_uid != 0)
        return err_set(err, ERR_FORBIDDEN, "owned by another user (uid %u)", st->st_uid);
    if (st->st_size > FILE_BYTES_MAX)
        return err_set(err, ERR_CORRUPT, "larger than %d bytes", FILE_BYTES_MAX);
    return true;
}

static bool open_checked(const char *path, int *fd, struct err *err)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0 && errno == ENOENT)
        return err_set(err, ERR_NOT_FOUND, "there is no such file");
    if (*fd < 0 && errno == ELOOP)
        return err_set(err, ERR_FORBIDDEN, "a symbolic link");
    if (*fd < 0)
        return err_set(err, errno == EACCES ? ERR_FORBIDDEN : ERR_IO, "%s", strerror(errno));
    struct stat st;
    if (fstat(*fd, &st) != 0)
        return err_set(err, ERR_IO, "%s", strerror(errno));
    return check_mode(&st, err);
}

/* text has room for FILE_BYTES_MAX. */
static bool read_text(const char *path, char *text, size_t *len, struct err *err)
{
    int fd = -1;
    bool ok = open_checked(path, &fd, err);
    *len = 0;
    while (ok && *len < FILE_BYTES_MAX) {
        ssize_t got = read(fd, text + *len, FILE_BYTES_MAX - *len);
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            ok = err_set(err, ERR_IO, "%s", strerror(errno));
        *len += got > 0 ? (size_t)got : 0;
    }
    if (fd >= 0)
        close(fd);
    return ok;
}

/* Decodes one half of a key and wipes json-c's copy of its text. */
static bool read_secret(struct json_object *entry, const char *name, uint8_t out[32],
                        struct err *err)
{
    const char *text = NULL;
    if (!json_need_str(entry, name, &text, err))
        return false;
    size_t text_len = strlen(text);
    size_t len = 0;
    bool ok =
        sodium_base642bin(out, 32, text, text_len, NULL, &len, NULL, BASE64) == 0 && len == 32;
    sodium_memzero((char *)(uintptr_t)text, text_len);
    return ok || err_set(err, ERR_CORRUPT, "%s: not a key of 32 bytes", name);
}

static bool read_key(struct json_object *entry, uint32_t previous_id, struct keyring_key *key,
                     struct err *err)
{
    int64_t id = 0;
    const char *created_at = NULL;
    if (!json_need_int(entry, "id", &id, err) ||
        !json_need_str(entry, "created_at", &created_at, err) ||
        !wall_parse(created_at, &key->created_at, err))
        return false;
    if (id <= previous_id || id > UINT32_MAX)
        return err_set(err, ERR_CORRUPT, "id: %lld does not follow %u", (long long)id, previous_id);
    key->id = (uint32_t)id;
    return read_secret(entry, "sign", key->sign, err) && read_secret(entry, "seal", key->seal, err);
}

static bool read_keys(struct keyring *keyring, struct json_object *root, struct err *err)
{
    int64_t version = 0;
    struct json_object *keys = NULL;
    if (!json_need_int(root, "version", &version, err) ||
        !json_need_array(root, "keys", &keys, err))
        return false;
    if (version > FILE_VERSION)
        return err_set(err, ERR_TOO_NEW, "made by a newer version of Usher (format %lld)",
                       (long long)version);
    size_t count = json_object_array_length(keys);
    if (version != FILE_VERSION || count == 0 || count > KEYRING_MAX_KEYS)
        return err_set(err, ERR_CORRUPT, "format %lld with %zu keys", (long long)version, count);
    uint32_t previous_id = 0;
    for (size_t i = 0; i < count; i++) {
        struct keyring_key *key = &keyring->keys[keyring->count++];
        if (!read_key(json_object_array_get_idx(keys, i), previous_id, key, err))
            return err_prefix(err, "keys[%zu]", i);
        previous_id = key->id;
    }
    return true;
}

static bool parse_text(struct keyring *keyring, const char *text, size_t len, struct err *err)
{
    struct json_object *root = json_parse(text, len, FILE_BYTES_MAX, err);
    bool ok = root && read_keys(keyring, root, err);
    if (!ok && err->code == ERR_INVALID)
        err->code = ERR_CORRUPT;
    json_object_put(root);
    return ok;
}

bool keyring_load(struct keyring *keyring, const char *path, struct err *err)
{
    if (sodium_init() < 0)
        abort();
    *keyring = (struct keyring){0};
    char *text = calloc(1, FILE_BYTES_MAX);
    if (!text)
        abort();
    size_t len = 0;
    bool ok = read_text(path, text, &len, err) && parse_text(keyring, text, len, err);
    sodium_memzero(text, FILE_BYTES_MAX);
    free(text);
    if (ok)
        return true;
    keyring_release(keyring);
    return err_prefix(err, "keyring %.120s", path);
}

/* ---- writing ---- */

struct text {
    char bytes[KEYRING_MAX_KEYS * 256]; /* on the stack: a buffer that grows leaves copies behind */
    size_t len;
};

static void write_key(struct text *text, const struct keyring_key *key, bool last)
{
    char sign[KEY_TEXT_SIZE], seal[KEY_TEXT_SIZE], created_at[WALL_TEXT_SIZE];
    sodium_bin2base64(sign, sizeof sign, key->sign, sizeof key->sign, BASE64);
    sodium_bin2base64(seal, sizeof seal, key->seal, sizeof key->seal, BASE64);
    int len =
        snprintf(text->bytes + text->len, sizeof text->bytes - text->len,
                 " {\"id\": %u, \"created_at\": \"%s\",\n  \"sign\": \"%s\",\n"
                 "  \"seal\": \"%s\"}%s\n",
                 key->id, wall_format(key->created_at, created_at), sign, seal, last ? "]}" : ",");
    if (len < 0 || (size_t)len >= sizeof text->bytes - text->len)
        abort();
    text->len += (size_t)len;
    sodium_memzero(sign, sizeof sign);
    sodium_memzero(seal, sizeof seal);
}

static void write_keys(struct text *text, const struct keyring *keyring)
{
    static const char head[] = "{\"version\": 1, \"keys\": [\n";
    memcpy(text->bytes, head, sizeof head);
    text->len = sizeof head - 1;
    for (size_t i = 0; i < keyring->count; i++)
        write_key(text, &keyring->keys[i], i + 1 == keyring->count);
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, bytes, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        bytes += put;
        len -= (size_t)put;
    }
    return true;
}

/* A file that is there whole, or an error and no file. */
static bool write_file(const char *path, const struct text *text, struct err *err)
{
    unlink(path); /* left by a process of this number that died while it wrote */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set(err, ERR_CANNOT_CREATE, "%.120s: %s", path, strerror(errno));
    bool ok = fchmod(fd, 0600) == 0 && write_all(fd, text->bytes, text->len) && fsync(fd) == 0;
    int saved = errno;
    ok = close(fd) == 0 && ok;
    if (ok)
        return true;
    unlink(path);
    return err_set(err, ERR_IO, "%.120s: %s", path, strerror(saved));
}

/* A rename is on the disk when its folder is. */
static bool sync_folder(const char *path, struct err *err)
{
    char folder[PATH_SIZE];
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)len : 1, slash ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    int saved = errno;
    if (fd >= 0)
        close(fd);
    return ok || err_set(err, ERR_IO, "%.120s: %s", folder, strerror(saved));
}

bool keyring_save(const struct keyring *keyring, const char *path, struct err *err)
{
    char temporary[PATH_SIZE];
    int len = snprintf(temporary, sizeof temporary, "%s.%ld.new", path, (long)getpid());
    if (len < 0 || (size_t)len >= sizeof temporary)
        return err_set(err, ERR_INVALID, "keyring: the path is too long");
    struct text text;
    write_keys(&text, keyring);
    bool ok = write_file(temporary, &text, err);
    sodium_memzero(&text, sizeof text);
    if (ok && rename(temporary, path) != 0) {
        ok = err_set(err, ERR_CANNOT_CREATE, "%s", strerror(errno));
        unlink(temporary);
    }
    ok = ok && sync_folder(path, err);
    return ok || err_prefix(err, "keyring %.120s", path);
}
