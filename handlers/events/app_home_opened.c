/* Someone opened the app's Home: it is drawn for them. */
#include "handlers/events/events.h"
#include "handlers/jobs/later.h"

#include <string.h>

bool event_app_home_opened(struct turn *turn, const struct request *request, struct reply *reply,
                           struct err *err)
{
    (void)reply;
    (void)err;
    const char *user_id = request->actor.user_id;
    if (user_id == NULL || request->tab == NULL || strcmp(request->tab, "home") != 0)
        return true;
    return later_learn_person(turn, request->actor.tenant, user_id) &&
           later_publish_home(turn, request->actor.tenant, user_id);
}
