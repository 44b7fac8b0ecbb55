/* Files that an operator hands over. The first byte says what the rest is:
 *   k  a keyring file              s  a sealed file as it stands
 *   d  two bytes of a place, one that is added there, and what was sealed: a damaged one is refused
 *   n  a name in a folder of backups */
#include "base/keyring.h"
#include "base/sealed_file.h"
#include "db/backup_folder.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64], given[80], made[80], again[80];
static const struct keyring keyring = {.keys = {{.id = 1, .sign = {1}, .seal = {2}}}, .count = 1};

static void clean_up(void)
{
    remove(given);
    remove(made);
    remove(again);
    rmdir(folder);
}

static void make_folder(void)
{
    if (folder[0])
        return;
    snprintf(folder, sizeof folder, "%s/usher-fuzz-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        abort();
    snprintf(given, sizeof given, "%s/given", folder);
    snprintf(made, sizeof made, "%s/made", folder);
    snprintf(again, sizeof again, "%s/again", folder);
    atexit(clean_up);
}

static void put(const char *path, const uint8_t *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    close(fd);
}

static uint8_t *get(const char *path, size_t *size)
{
    enum { ROOM = 1 << 20 };
    uint8_t *data = malloc(ROOM);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 || !data ? -1 : read(fd, data, ROOM);
    if (len < 0)
        abort();
    close(fd);
    *size = (size_t)len;
    return data;
}

/* What is read can be saved, and reads the same then. */
static void read_keyring(const uint8_t *data, size_t size)
{
    static struct keyring first, second;
    struct err err;
    put(given, data, size);
    if (!keyring_load(&first, given, &err)) {
        assert(first.count == 0);
        return;
    }
    assert(first.count > 0 && first.count <= KEYRING_MAX_KEYS);
    bool saved = keyring_save(&first, made, &err) && keyring_load(&second, made, &err);
    assert(saved && memcmp(&first, &second, sizeof first) == 0);
    remove(made);
}

static void open_sealed(const uint8_t *data, size_t size)
{
    struct err err;
    put(given, data, size);
    bool opened = sealed_file_open(&keyring, given, made, &err);
    assert(!opened && access(made, F_OK) != 0);
}

static void open_damaged(const uint8_t *data, size_t size)
{
    struct err err;
    size_t len, back;
    if (size < 3)
        return;
    put(given, data + 3, size - 3);
    bool sealed = sealed_file_seal(&keyring, given, made, &err);
    assert(sealed && sealed_file_is(made));
    uint8_t *text = get(made, &len);
    text[(size_t)(data[0] << 8 | data[1]) % len] += data[2];
    put(made, text, len);
    bool opened = sealed_file_open(&keyring, made, again, &err);
    assert(opened == (data[2] == 0));
    if (opened) {
        uint8_t *plain = get(again, &back);
        assert(back == size - 3 && memcmp(plain, data + 3, back) == 0);
        free(plain);
        remove(again);
    }
    remove(made);
    free(text);
}

static void read_name(const uint8_t *data, size_t size)
{
    char text[BACKUP_NAME_SIZE];
    struct wall at;
    char *name = malloc(size + 1);
    if (!name)
        abort();
    if (size)
        memcpy(name, data, size);
    name[size] = '\0';
    if (backup_file_time(name, &at))
        assert(strcmp(backup_file_name(at, text), name) == 0);
    free(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        char letter;
        void (*feed)(const uint8_t *data, size_t size);
    } kinds[] = {{'k', read_keyring}, {'s', open_sealed}, {'d', open_damaged}, {'n', read_name}};
    make_folder();
    for (size_t i = 0; size > 0 && i < sizeof kinds / sizeof *kinds; i++)
        if (data[0] == kinds[i].letter)
            kinds[i].feed(data + 1, size - 1);
    return 0;
}
