/* What the parts of `usher check` share: a line for each thing that was looked at. */
#ifndef BOT_CLI_CHECK_H
#define BOT_CLI_CHECK_H

#include "bot/cli.h"
#include "bot/cli_calls.h"

struct checkup {
    struct cli *cli;
    struct cli_calls *calls;
    unsigned bad;
};

void check_line(struct checkup *checkup, bool good, const char *what, const char *words);
/* Worth a look, and no fault. */
void check_warn(const char *what, const char *words);
/* How a call ended, with what a person can do about it. */
void check_line_of_call(struct checkup *checkup, const char *what, const struct call *call,
                        const char *good_words);

/* One line a further workspace: has it a file, has it installed Usher, does its token count
 * (cli_check_workspaces.c)? */
void check_workspaces(struct checkup *checkup);

#endif
