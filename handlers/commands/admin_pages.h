/* The pages of `admin`: each appends mrkdwn, everything from outside escaped. */
#ifndef HANDLERS_COMMANDS_ADMIN_PAGES_H
#define HANDLERS_COMMANDS_ADMIN_PAGES_H

#include "base/buf.h"
#include "handlers/handler.h"

typedef void admin_page(struct turn *turn, const char *tenant, struct buf *out);

admin_page admin_rules;       /* thresholds in force, and which of them are not the default */
admin_page admin_roles;       /* who holds what now and through what; what is wrong with it */
admin_page admin_calendar;    /* working hours, whether it is one now, the next holidays */
admin_page admin_health;      /* Slack, sources, jobs */
admin_page admin_deadletters; /* what could not be done, and how it is tried again */

#endif
