/* The submitted blocker; who may, and whether the task is still to be done, is checked by the
 * move itself. */
#include "handlers/journey.h"
#include "handlers/views/form.h"
#include "handlers/views/views.h"

#include <stdlib.h>
#include <string.h>

enum { REASON_MAX = 300 };

bool view_block_submitted(struct turn *turn, const struct request *request, struct reply *reply,
                          struct err *err)
{
    struct form_errors errors = {0};
    const char *task = form_option(turn, request, "task");
    const char *why = form_text(turn, request, "reason", REASON_MAX);
    size_t digits = strspn(task, "0123456789");
    bool number = digits >= 1 && digits <= 4 && task[digits] == '\0';
    form_wrong(&errors, "task", number ? NULL : "Pick the task.");
    form_wrong(&errors, "reason", why[0] == '\0' ? "Say what is in its way." : NULL);
    if (form_refuse(turn, &errors, reply))
        return true;
    struct moved moved = journey_task(turn, &request->actor, onb_parse(request->token->id),
                                      strtoll(task, NULL, 10), TASK_BLOCKED, why, err);
    if (moved.how == MOVE_FAILED)
        return false;
    reply_text(turn, request, reply, "%s", moved.why);
    return true;
}
