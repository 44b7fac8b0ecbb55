/* Stored runs for the commands that decide them again. */
#ifndef BOT_CLI_RUNS_H
#define BOT_CLI_RUNS_H

#include "bot/cli.h"
#include "db/onboardings.h"
#include "db/runs.h"
#include "handlers/replay.h"

/* The run that "ONB-1042" and "r3" name (revision NULL: the latest), of --workspace or of
 * whichever tenant has it. */
bool cli_runs_find(struct cli *cli, struct db *db, const char *number, const char *revision,
                   struct run *out, struct err *err) __attribute__((warn_unused_result));

/* The onboarding that "ONB-1042" names, of --workspace or of whichever tenant has it. */
bool cli_runs_find_onboarding(struct cli *cli, struct db *db, const char *number,
                              struct onboarding *out, struct err *err)
    __attribute__((warn_unused_result));

/* Each change on a line of its own. */
void cli_runs_print_changes(const struct replay *replay);

#endif
