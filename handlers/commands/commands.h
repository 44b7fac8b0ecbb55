/* The verbs of /onboard, one a file; request->text is what follows the verb. */
#ifndef HANDLERS_COMMANDS_COMMANDS_H
#define HANDLERS_COMMANDS_COMMANDS_H

#include "handlers/handler.h"

request_handler command_help;
request_handler command_start;
request_handler command_check;
request_handler command_status;
request_handler command_list;
request_handler command_approve;
request_handler command_bulk;
request_handler command_reject;
request_handler command_undo;
request_handler command_claim;
request_handler command_release;
request_handler command_snooze;
request_handler command_assign;
request_handler command_nudge;
request_handler command_why;
request_handler command_timeline;
request_handler command_note;
request_handler command_digest;
request_handler command_ooo;
request_handler command_delegate;
request_handler command_admin;
request_handler command_task;
request_handler command_stage;
request_handler command_pause;
request_handler command_resume;

#endif
