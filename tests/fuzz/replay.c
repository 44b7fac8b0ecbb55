/* Feeds every file of the folders given to the fuzz target it is linked with: the corpus as a test,
 * with any compiler. Exit status 1 when a folder holds nothing. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static void fail(const char *path)
{
    perror(path);
    exit(1);
}

static void feed(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        fail(path);
    long size = ftell(file);
    rewind(file);
    uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
    if (size < 0 || !data || fread(data, 1, (size_t)size, file) != (size_t)size)
        fail(path);
    fclose(file);
    LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
}

static unsigned feed_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    unsigned count = 0;
    if (!dir)
        fail(folder);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        feed(path);
        count++;
    }
    closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    unsigned total = 0;
    for (int i = 1; i < argc; i++) {
        unsigned count = feed_folder(argv[i]);
        printf("%s: %u inputs\n", argv[i], count);
        total += count;
    }
    return total ? 0 : 1;
}
