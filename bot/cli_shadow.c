/* usher shadow: the latest run of every onboarding under other thresholds, laid over those of its
 * workspace. Who would flip? */
#include "base/json.h"
#include "bot/cli_runs.h"
#include "db/onboardings.h"
#include "db/tenants.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { OUTPUT_MAX_BYTES = 512 * 1024 * 1024 };

struct tally {
    size_t runs, flips, stricter, levels, unreadable;
    bool as_json, several; /* workspaces */
    struct json_writer json;
};

static void write_level(struct json_writer *w, const char *key, enum level level)
{
    json_key(w, key);
    json_open(w, '{');
    json_pair_str(w, "verdict", level_verdict(level));
    json_pair_str(w, "level", level_name(level));
    json_close(w, '}');
}

static void write_one(struct json_writer *w, const struct run *run, const struct replay *replay)
{
    char onb[ONB_TEXT_SIZE];
    json_open(w, '{');
    json_pair_str(w, "workspace", run->tenant);
    json_pair_str(w, "onboarding", onb_format(run->onboarding, onb));
    json_pair_int(w, "revision", run->revision);
    json_pair_str(w, "account", replay->account);
    write_level(w, "before", replay->before.level);
    write_level(w, "after", replay->after.level);
    json_pair_bool(w, "flips", replay_flips(replay));
    json_key(w, "changes");
    json_open(w, '[');
    for (size_t i = 0; i < replay->change_count; i++) {
        json_open(w, '{');
        json_pair_str(w, "kind", replay_kind_words(replay->changes[i].kind));
        json_pair_str(w, "code", replay->changes[i].code);
        json_pair_str(w, "subject", replay->changes[i].subject);
        json_pair_str(w, "text", replay->changes[i].text);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_close(w, '}');
}

static void print_one(const struct run *run, const struct replay *replay, bool several)
{
    char onb[ONB_TEXT_SIZE];
    if (replay->before.level == replay->after.level)
        return;
    cli_line(stdout, "%s%s%s r%" PRId64 " %s: %s -> %s%s", several ? run->tenant : "",
             several ? " " : "", onb_format(run->onboarding, onb), run->revision,
             replay->account ? replay->account : "?", level_name(replay->before.level),
             level_name(replay->after.level), replay_flips(replay) ? "" : " (the same verdict)");
    cli_runs_print_changes(replay);
}

static void one(const struct cli *cli, const struct run *run, struct arena *arena,
                struct tally *tally)
{
    struct replay replay;
    struct err err = {0};
    char onb[ONB_TEXT_SIZE];
    tally->runs++;
    if (!replay_run(run, cli_config_of(cli, run->tenant), arena, &replay, &err)) {
        tally->unreadable++;
        cli_line(stderr, "usher shadow: %s r%" PRId64 ": %s", onb_format(run->onboarding, onb),
                 run->revision, err.msg);
        return;
    }
    bool flips = replay_flips(&replay);
    tally->flips += flips;
    tally->stricter += flips && replay.after.level > replay.before.level;
    tally->levels += !flips && replay.after.level != replay.before.level;
    if (tally->as_json)
        write_one(&tally->json, run, &replay);
    else
        print_one(run, &replay, tally->several);
}

/* Each run's memory is dropped when it has been told: there may be many. */
static void all(struct cli *cli, struct db *db, struct tally *tally)
{
    struct tenant *tenants;
    size_t tenant_count = tenants_list(db, &cli->arena, &tenants);
    tally->several = tenant_count > 1 && !cli->workspace;
    for (size_t i = 0; i < tenant_count; i++) {
        struct onboarding *list;
        if (cli->workspace && strcmp(cli->workspace, tenants[i].id) != 0)
            continue;
        size_t count = onboardings_list(db, &cli->arena, tenants[i].id, -1, NULL, 0, &list);
        for (size_t j = count; j-- > 0;) {
            struct run run;
            struct arena arena = {0};
            if (runs_latest(db, &arena, tenants[i].id, list[j].number, &run))
                one(cli, &run, &arena, tally);
            arena_release(&arena);
        }
    }
}

static void print_tally(const struct tally *tally)
{
    cli_line(stdout,
             "%zu run%s: %zu would flip (%zu stricter, %zu milder), %zu more would change their "
             "level",
             tally->runs, tally->runs == 1 ? "" : "s", tally->flips, tally->stricter,
             tally->flips - tally->stricter, tally->levels);
}

static void tell_json(struct cli *cli, struct db *db, struct tally *tally)
{
    struct buf out;
    struct json_writer *w = &tally->json;
    buf_init(&out, OUTPUT_MAX_BYTES);
    json_writer_init(w, &out);
    tally->as_json = true;
    json_open(w, '{');
    json_pair_str(w, "rules_version", cli_config_of(cli, cli->workspace)->rules.rules_version);
    json_key(w, "runs");
    json_open(w, '[');
    all(cli, db, tally);
    json_close(w, ']');
    json_pair_int(w, "flips", (int64_t)tally->flips);
    json_pair_int(w, "stricter", (int64_t)tally->stricter);
    json_close(w, '}');
    puts(buf_cstr(&out));
    tally->json = (struct json_writer){0};
    buf_release(&out);
}

int cli_shadow(struct cli *cli, struct err *err)
{
    struct tally tally = {0};
    if (!cli->rules) {
        err_set(err, ERR_USAGE, "--rules FILE is missing: the thresholds to try");
        return cli_fail(err);
    }
    if (!cli_load_rules(cli, err) || !cli_know_workspace(cli, err))
        return cli_fail(err);
    struct db *db = cli_open_store(cli, DB_OPEN_READ_ONLY, err);
    if (!db)
        return cli_fail(err);
    if (cli->json) {
        tell_json(cli, db, &tally);
    } else {
        all(cli, db, &tally);
        print_tally(&tally);
    }
    bool ok = db_ok(db, err);
    db_close(db);
    if (ok && tally.unreadable)
        err_set(err, ERR_CORRUPT, "%zu of %zu runs could not be read", tally.unreadable,
                tally.runs);
    return ok && !tally.unreadable ? 0 : cli_fail(err);
}
