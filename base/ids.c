/* Ids that sort by time: ten characters of time, sixteen of randomness. */
#include "base/ids.h"

#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum { TIME_CHARS = 10, RANDOM_BYTES = 10 };

/* Five bytes into eight characters. */
static void encode_five(const unsigned char in[5], char out[8])
{
    uint64_t bits = 0;
    for (int i = 0; i < 5; i++)
        bits = bits << 8 | in[i];
    for (int i = 7; i >= 0; i--, bits >>= 5)
        out[i] = alphabet[bits & 31];
}

struct id id_new(struct world *world)
{
    struct id id = {{0}};
    uint64_t ms = (uint64_t)world->now.ms & 0xFFFFFFFFFFFFu;
    for (int i = TIME_CHARS - 1; i >= 0; i--, ms >>= 5)
        id.text[i] = alphabet[ms & 31];
    unsigned char random[RANDOM_BYTES];
    world_random(world, random, sizeof random);
    encode_five(random, id.text + TIME_CHARS);
    encode_five(random + 5, id.text + TIME_CHARS + 8);
    return id;
}

bool id_is_valid(const char *text)
{
    /* 48 bits in ten characters leave the first one eight values. */
    if (!text || strnlen(text, ID_SIZE) != ID_LEN || text[0] > '7')
        return false;
    return strspn(text, alphabet) == ID_LEN;
}
