/* A workspace comes and goes: what Slack granted is kept, its standing jobs begin, its installer
 * hears what is next; when it removes the app, its tokens go and what waits for it is parked.
 * docs/workspaces.md. */
#ifndef HANDLERS_INSTALL_H
#define HANDLERS_INSTALL_H

#include "connectors/slack.h"
#include "handlers/handler.h"

enum install_end {
    INSTALL_DONE,
    INSTALL_UNSETTLED,  /* done; it has no file of its own yet */
    INSTALL_CONFIGURED, /* nothing was done: slack.bot_token serves this workspace */
    INSTALL_FAILED,     /* the store kept nothing (db_ok says why) */
};

/* In the turn's transaction, in a savepoint; turn->config is the main file's. *tenant: whom. */
enum install_end install_keep(struct turn *turn, const struct slack_granted *granted,
                              const char **tenant);

/* It removed the app, or revoked the bot's tokens (action: "slack.app_uninstalled" …). A workspace
 * of slack.bot_token is only noted: an operator acts. False: the store failed. */
bool install_end(struct turn *turn, const char *tenant, const char *action, const char *why);

#endif
