/* Events from which nothing follows: acknowledged, so that Slack does not send them again. */
#include "handlers/events/events.h"

bool event_ignored(struct turn *turn, const struct request *request, struct reply *reply,
                   struct err *err)
{
    (void)turn;
    (void)request;
    (void)reply;
    (void)err;
    return true;
}
