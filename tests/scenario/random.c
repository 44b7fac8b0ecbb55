/* A team at random. */
#include "tests/scenario/scenarios.h"

void random_days(uint64_t seed)
{
    scene_start((struct scene_options){.seed = seed});
    scene_end();
}
