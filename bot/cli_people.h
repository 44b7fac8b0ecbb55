/* Whether those whom the configuration names are in Slack, for `usher check`. */
#ifndef BOT_CLI_PEOPLE_H
#define BOT_CLI_PEOPLE_H

#include "bot/cli_calls.h"

enum { CLI_PEOPLE_MAX = 100 };

struct cli_people {
    size_t people, groups;                /* asked about, at most CLI_PEOPLE_MAX of each */
    const char *problems[CLI_PEOPLE_MAX]; /* "U0X (roles.approver) is deactivated" */
    size_t problem_count;
};

/* Asks Slack about every user and user group of roles and roster. Memory is the command's. */
void cli_people_ask(struct cli *cli, struct cli_calls *calls, const char *team_id,
                    struct cli_people *out);

#endif
