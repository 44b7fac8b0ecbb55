/* Stored runs: found by the names people use, and what came out differently, in lines. */
#include "bot/cli_runs.h"

#include "db/onboardings.h"
#include "db/tenants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool parse_revision(const char *text, int64_t *out, struct err *err)
{
    const char *digits = text && (*text == 'r' || *text == 'R') ? text + 1 : text;
    *out = 0;
    if (!digits)
        return true;
    char *end;
    long long value = strtoll(digits, &end, 10);
    if (!*digits || *end || value < 1)
        return err_set(err, ERR_USAGE, "\"%.20s\" is no revision, such as r3", text);
    *out = value;
    return true;
}

static bool several(size_t found, const char *number, struct err *err)
{
    return err_set(err, ERR_CONFLICT, "%zu workspaces have an %s: say which by --workspace", found,
                   number);
}

bool cli_runs_find(struct cli *cli, struct db *db, const char *number, const char *revision,
                   struct run *out, struct err *err)
{
    struct tenant *tenants;
    int64_t onboarding = onb_parse(number), wanted;
    size_t found = 0;
    if (onboarding == 0)
        return err_set(err, ERR_USAGE, "\"%.40s\" is no onboarding, such as ONB-1042", number);
    if (!parse_revision(revision, &wanted, err))
        return false;
    size_t count = tenants_list(db, &cli->arena, &tenants);
    for (size_t i = 0; i < count; i++) {
        const char *tenant = tenants[i].id;
        if (cli->workspace && strcmp(cli->workspace, tenant) != 0)
            continue;
        bool here = wanted ? runs_get(db, &cli->arena, tenant, onboarding, wanted, out)
                           : runs_latest(db, &cli->arena, tenant, onboarding, out);
        found += here;
    }
    if (!db_ok(db, err))
        return false;
    if (found == 0)
        return err_set(err, ERR_NOT_FOUND, "no such run is stored");
    return found == 1 || several(found, number, err);
}

bool cli_runs_find_onboarding(struct cli *cli, struct db *db, const char *number,
                              struct onboarding *out, struct err *err)
{
    struct tenant *tenants;
    int64_t wanted = onb_parse(number);
    size_t found = 0;
    if (wanted == 0)
        return err_set(err, ERR_USAGE, "\"%.40s\" is no onboarding, such as ONB-1042", number);
    size_t count = tenants_list(db, &cli->arena, &tenants);
    for (size_t i = 0; i < count; i++)
        if (!cli->workspace || strcmp(cli->workspace, tenants[i].id) == 0)
            found += onboardings_get(db, &cli->arena, tenants[i].id, wanted, out);
    if (!db_ok(db, err))
        return false;
    if (found == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no %s", number);
    return found == 1 || several(found, number, err);
}

void cli_runs_print_changes(const struct replay *replay)
{
    for (size_t i = 0; i < replay->change_count; i++) {
        const struct replay_change *change = &replay->changes[i];
        cli_line(stdout, "  %-8s %s%s%s: %s", replay_kind_words(change->kind), change->code,
                 change->subject[0] ? " " : "", change->subject, change->text);
    }
}
