/* What operators are told of systems that are left alone. */
#include "bot/circuits.h"

#include "base/civil.h"
#include "base/log.h"

#include <stdio.h>

static void tell(enum system system, const struct session *session, const struct world *world,
                 bool open)
{
    const struct circuit *circuit = &session->circuit;
    char next[WALL_TEXT_SIZE];
    struct wall at = wall_after_machine(world, circuit->retry_at.ms - world->mono.ms);
    if (open)
        log_warn(system_name(system),
                 "left alone after %u calls in a row without a usable answer (%s); next try at %s",
                 circuit->failures, session->last_error, wall_format(at, next));
    else
        log_info(system_name(system), "answers again");
}

void circuits_look(struct circuits *circuits, const struct sessions *sessions,
                   const struct world *world)
{
    for (size_t i = 0; i < SYSTEM_COUNT; i++) {
        const struct session *session = &sessions->systems[i];
        bool open = session_circuit(session, world->mono) != CIRCUIT_CLOSED;
        if (open != circuits->open[i])
            tell((enum system)i, session, world, open);
        circuits->open[i] = open;
    }
}

void circuits_measure(const struct sessions *sessions, const struct world *world,
                      struct metrics *metrics)
{
    char labels[64];
    for (size_t i = 0; i < SYSTEM_COUNT; i++) {
        const struct session *session = &sessions->systems[i];
        if (!session->circuit.used)
            continue;
        snprintf(labels, sizeof labels, "system=\"%s\"", system_name((enum system)i));
        metrics_set(metrics, METRIC_CIRCUIT, labels, session_circuit(session, world->mono));
    }
}
