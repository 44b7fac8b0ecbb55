/* Failures before what the simulated world does: requests, connections, frames, answers. */
#include "tests/scenario/scene.h"
#include "tests/scenario/torture.h"

static const struct sim_fault request_ways[] = {
    {.kind = SIM_REFUSED},
    {.kind = SIM_TLS_REFUSED},
    {.kind = SIM_CUT_REQUEST},
    {.kind = SIM_LOST_REQUEST},
    {.kind = SIM_LOST_REPLY},
    {.kind = SIM_RESET_REPLY},
    {.kind = SIM_CUT_REPLY},
    {.kind = SIM_ANSWERED, .status = 500, .body = "oops"},
    {.kind = SIM_ANSWERED, .status = 429, .headers = "retry-after: 3\n", .body = ""},
    {.kind = SIM_ANSWERED, .status = 200, .body = "<html>"},
    {.kind = SIM_ANSWERED_AFTER, .status = 503, .body = ""},
};
enum { REQUEST_WAYS = sizeof request_ways / sizeof *request_ways };

static const struct world_ops *well; /* the simulated world's own */

static void http_send(struct world *world, uint64_t id, const struct http_request *request)
{
    unsigned way = torture_way(request->url, REQUEST_WAYS);
    if (way) {
        struct sim_fault fault = request_ways[way - 1];
        fault.where = "";
        fault.times = 1;
        sim_add_fault(&the.sim, fault);
    }
    well->http_send(world, id, request);
}

static bool (*accepts)(void *arg, const char *url); /* Slack's own */
static bool refuse;

static bool accept_or_refuse(void *arg, const char *url)
{
    bool refused = refuse;
    refuse = false;
    return !refused && accepts(arg, url);
}

/* The upgrade is refused, or nothing comes back. */
static void socket_open(struct world *world, unsigned slot, const char *url)
{
    unsigned way = torture_way("socket_open", 2);
    well->socket_open(world, slot, url);
    if (way == 1)
        refuse = true;
    else if (way == 2)
        sim_socket_hold(&the.sim, the.sim.last_connection);
}

/* The connection breaks before the frame, or on the way. */
static bool socket_send(struct world *world, unsigned slot, const char *text, size_t len)
{
    unsigned way = torture_way("socket_send", 2);
    if (!way)
        return well->socket_send(world, slot, text, len);
    sim_socket_drop(&the.sim, the.sim.sockets[slot].connection, "connection reset");
    return way == 2;
}

static bool socket_ping(struct world *world, unsigned slot)
{
    if (!torture_way("socket_ping", 1))
        return well->socket_ping(world, slot);
    sim_socket_drop(&the.sim, the.sim.sockets[slot].connection, "connection reset");
    return false;
}

/* Whoever asked is gone: nobody waits for it any more. */
static void http_answer(struct world *world, uint64_t id, const struct http_in_answer *answer)
{
    struct sim_visit **link = &the.sim.visits;
    while (*link && (*link)->id != id)
        link = &(*link)->next;
    if (torture_way("http_answer", 1) && *link)
        *link = (*link)->next;
    else
        well->http_answer(world, id, answer);
}

void torture_wires(void)
{
    static struct world_ops ops;
    well = the.sim.world.ops;
    ops = *well;
    ops.http_send = http_send;
    ops.socket_open = socket_open;
    ops.socket_send = socket_send;
    ops.socket_ping = socket_ping;
    ops.http_answer = http_answer;
    the.sim.world.ops = &ops;
    accepts = the.sim.listener.accept;
    the.sim.listener.accept = accept_or_refuse;
    refuse = false;
}
