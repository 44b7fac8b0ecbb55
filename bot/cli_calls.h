/* Connector calls from the command line: without a loop, side by side, until all have ended. */
#ifndef BOT_CLI_CALLS_H
#define BOT_CLI_CALLS_H

#include "bot/cli.h"
#include "connectors/call.h"

struct cli_calls;

/* config: by which calls are made; of cli. */
struct cli_calls *cli_calls_new(struct cli *cli, const struct config *config, struct err *err);
void cli_calls_free(struct cli_calls *calls);

/* Goes on with the tokens that the running bot, or the last one, has kept; where store or keyring
 * cannot be read, or hold none, calls fetch their own. */
void cli_calls_take_tokens(struct cli_calls *calls);

/* What to make a call with; its memory is the command's. */
struct call_env cli_calls_env(struct cli_calls *calls);
void cli_calls_add(struct cli_calls *calls, struct call *call);
/* Runs everything added to its end. */
void cli_calls_run(struct cli_calls *calls);
struct world *cli_calls_world(struct cli_calls *calls);

#endif
