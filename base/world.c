/* What every world shares: arithmetic on its times, and numbers from its randomness. */
#include "base/world.h"

#include <assert.h>

struct wall wall_after(const struct world *world, int64_t ms)
{
    return (struct wall){world->now.ms + ms};
}

struct wall wall_after_machine(const struct world *world, int64_t ms)
{
    int64_t speed = world->speed > 1 ? world->speed : 1;
    return (struct wall){world->now.ms + ms * speed};
}

void world_random(struct world *world, void *bytes, size_t len)
{
    world->ops->random(world, bytes, len);
}

uint64_t world_random_below(struct world *world, uint64_t bound)
{
    assert(bound > 0);
    /* 2^64 mod bound: draws below it would favour the small results. */
    uint64_t unfair = (0 - bound) % bound, draw;
    do
        world_random(world, &draw, sizeof draw);
    while (draw < unfair);
    return draw % bound;
}
