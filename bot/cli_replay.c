/* usher replay: a stored run decided again, by the rules of its workspace now. It must come out as
 * it did. */
#include "bot/cli_runs.h"
#include "db/onboardings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int print(const struct run *run, const struct replay *replay, struct err *err)
{
    char onb[ONB_TEXT_SIZE];
    bool identical = replay_is_identical(replay);
    bool moved = replay->after.level != replay->before.level;
    cli_line(stdout, "%s r%" PRId64 " of %s, %s: %s%s%s%s, %zu finding%s, %s",
             onb_format(run->onboarding, onb), run->revision, run->today,
             replay->account ? replay->account : "?", level_name(replay->before.level),
             moved ? " then, " : "", moved ? level_name(replay->after.level) : "",
             moved ? " now" : "", replay->after.findings.count,
             replay->after.findings.count == 1 ? "" : "s",
             identical ? "identical" : "not the same");
    if (strcmp(run->rules_version, replay->after.rules_version) != 0)
        cli_line(stdout, "  rules %s then, %s now", run->rules_version,
                 replay->after.rules_version);
    if (replay->facts_are_damaged)
        puts("  the stored facts do not match the digest they were stored with");
    cli_runs_print_changes(replay);
    if (identical)
        return 0;
    err_set(err, ERR_CONFLICT, "it does not come out as it did");
    return cli_fail(err);
}

int cli_replay(struct cli *cli, struct err *err)
{
    const char *number;
    struct run run;
    struct replay replay;
    if (!cli_word(cli, 0, "ONB-n", &number, err) || !cli_load_config(cli, err))
        return cli_fail(err);
    struct db *db = cli_open_store(cli, DB_OPEN_READ_ONLY, err);
    bool ok =
        db && cli_runs_find(cli, db, number, cli->word_count > 1 ? cli->words[1] : NULL, &run, err);
    db_close(db);
    if (!ok || !replay_run(&run, cli_config_of(cli, run.tenant), &cli->arena, &replay, err))
        return cli_fail(err);
    return print(&run, &replay, err);
}
