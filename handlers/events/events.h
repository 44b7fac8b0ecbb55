/* Events that Slack tells of: one function an event type. */
#ifndef HANDLERS_EVENTS_EVENTS_H
#define HANDLERS_EVENTS_EVENTS_H

#include "handlers/handler.h"

request_handler event_app_home_opened;
request_handler event_user_change;
request_handler event_subteam_members_changed;
request_handler event_subteam_changed; /* made, renamed, switched off: its members are read again */
request_handler event_tokens_revoked;
request_handler event_app_uninstalled;
request_handler event_thread_reply;
request_handler event_channel_shared;
request_handler event_channel_unshared;
request_handler event_ignored; /* subscribed to, or sent anyway, and nothing follows */

#endif
