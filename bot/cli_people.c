/* Asks Slack about the users and user groups that the configuration names. */
#include "bot/cli_people.h"

#include "connectors/slack.h"
#include "handlers/teams.h"

#include <string.h>

/* One that is named, and where first. */
struct named {
    const char *id, *where;
    struct slack_user *user; /* of users */
};

struct names {
    struct named list[CLI_PEOPLE_MAX];
    size_t count;
};

static void add(struct names *names, const char *id, const char *where)
{
    if (!id || names->count == CLI_PEOPLE_MAX)
        return;
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->list[i].id, id) == 0)
            return;
    names->list[names->count++] = (struct named){.id = id, .where = where};
}

static void collect(struct cli *cli, struct names *users, struct names *groups)
{
    const struct config *config = &cli->config;
    for (size_t role = 0; role < ROLE_COUNT; role++)
        for (size_t i = 0; i < config->roles[role].count; i++) {
            const char *id = config->roles[role].items[i];
            add(id[0] == 'S' ? groups : users, id,
                arena_fmt(&cli->arena, "roles.%s", role_name((enum role)role)));
        }
    add(users, config->roster.cs_manager, "roster.cs_manager");
    add(users, config->roster.cs_director, "roster.cs_director");
}

static void problem(struct cli *cli, struct cli_people *out, const struct named *named,
                    const char *what)
{
    if (out->problem_count < CLI_PEOPLE_MAX)
        out->problems[out->problem_count++] =
            arena_fmt(&cli->arena, "%s (%s) %s", named->id, named->where, what);
}

/* Why this person can hold no role; NULL where they can, or where Slack did not answer. */
static const char *fault_of(const struct slack_user *user, const char *team_id)
{
    const struct slack_profile *profile = &user->profile;
    if (user->call.failure.class == FAILURE_NOT_FOUND)
        return "is not in this workspace";
    if (user->call.failure.class != FAILURE_NONE)
        return NULL;
    return profile->deleted ? "is deactivated"
           : profile->stranger || (team_id && !slack_profile_belongs(profile, team_id))
               ? "belongs to another organisation"
           : profile->restricted ? "is a guest"
           : profile->bot        ? "is an app"
                                 : NULL;
}

/* The user groups of a workspace, or of each of an organisation's. */
struct all_groups {
    struct slack_groups *of[SLACK_TEAMS_MAX];
    size_t count;
};

static const char *fault_of_group(const struct all_groups *all, const char *id)
{
    for (size_t t = 0; t < all->count; t++)
        for (size_t i = 0; i < all->of[t]->count; i++)
            if (strcmp(all->of[t]->groups[i].id, id) == 0)
                return all->of[t]->groups[i].disabled ? "is switched off, so it holds nobody"
                                                      : NULL;
    return "is no user group of this workspace";
}

/* False where Slack did not tell all of them: nothing is said of groups then. */
static bool ask_groups(struct cli_calls *calls, const char *team_id, struct all_groups *all)
{
    struct call_env env = cli_calls_env(calls);
    struct slack_teams *teams = NULL;
    *all = (struct all_groups){.count = 1};
    if (team_id && teams_are_many(team_id)) {
        cli_calls_add(calls, &(teams = slack_teams_list(&env))->call);
        cli_calls_run(calls);
        if (teams->call.failure.class != FAILURE_NONE || teams->more)
            return false;
        all->count = teams->count;
    }
    for (size_t t = 0; t < all->count; t++)
        cli_calls_add(
            calls, &(all->of[t] = slack_usergroups_list(&env, teams ? teams->ids[t] : NULL))->call);
    cli_calls_run(calls);
    for (size_t t = 0; t < all->count; t++)
        if (all->of[t]->call.failure.class != FAILURE_NONE)
            return false;
    return true;
}

void cli_people_ask(struct cli *cli, struct cli_calls *calls, const char *team_id,
                    struct cli_people *out)
{
    struct names users = {.count = 0}, groups = {.count = 0};
    struct call_env env = cli_calls_env(calls);
    struct all_groups all;
    *out = (struct cli_people){.people = 0};
    collect(cli, &users, &groups);
    for (size_t i = 0; i < users.count; i++)
        cli_calls_add(calls,
                      &(users.list[i].user = slack_users_info(&env, users.list[i].id))->call);
    cli_calls_run(calls);
    for (size_t i = 0; i < users.count; i++) {
        const char *fault = fault_of(users.list[i].user, team_id);
        if (fault)
            problem(cli, out, &users.list[i], fault);
    }
    bool told = groups.count && ask_groups(calls, team_id, &all);
    for (size_t i = 0; told && i < groups.count; i++) {
        const char *fault = fault_of_group(&all, groups.list[i].id);
        if (fault)
            problem(cli, out, &groups.list[i], fault);
    }
    out->people = users.count;
    out->groups = groups.count;
}
