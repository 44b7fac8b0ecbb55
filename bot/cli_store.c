/* usher migrate, jobs: the operator's hand on the database. */
#include "bot/cli.h"
#include "db/jobs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int cli_migrate(struct cli *cli, struct err *err)
{
    if (!cli_load_config(cli, err))
        return cli_fail(err);
    struct db *db = cli_open_store(cli, DB_OPEN_CREATE, err);
    if (!db)
        return cli_fail(err);
    db_close(db);
    cli_line(stdout, "%s has the schema of this version", cli->config.store.path);
    return 0;
}

static void print_job(const struct job *job)
{
    static const char *const states[] = {"ready", "running", "dead"};
    char at[WALL_TEXT_SIZE];
    cli_line(stdout, "%s  %-8s %-15s attempt %" PRId64 "/%" PRId64 "  at %s  %s", job->id,
             states[job->state], job->kind, job->attempt, job->max_attempts,
             wall_format(job->run_at, at), job->last_error ? job->last_error : "");
}

enum { LIST_MAX = 1000 };

static bool list_jobs(struct cli *cli, struct db *db, int state)
{
    struct job *jobs;
    size_t count = jobs_list(db, &cli->arena, state, LIST_MAX, &jobs);
    for (size_t i = 0; i < count; i++)
        print_job(&jobs[i]);
    if (count == 0)
        puts(state == JOB_DEAD ? "no dead letters" : "no jobs");
    if (count == LIST_MAX)
        cli_line(stdout, "… only the first %d are shown", LIST_MAX);
    return true;
}

static bool jobs_command_list(struct cli *cli, struct db *db, const char *id, struct err *err)
{
    (void)id;
    (void)err;
    return list_jobs(cli, db, -1);
}

static bool jobs_command_dead(struct cli *cli, struct db *db, const char *id, struct err *err)
{
    (void)id;
    (void)err;
    return list_jobs(cli, db, JOB_DEAD);
}

static bool jobs_command_show(struct cli *cli, struct db *db, const char *id, struct err *err)
{
    struct job job;
    if (!jobs_get(db, &cli->arena, id, &job))
        return err_set(err, ERR_NOT_FOUND, "no job %.40s; `usher jobs` lists them", id);
    print_job(&job);
    cli_line(stdout, "  tenant %s, lane %s, key %s, generation %" PRId64, job.tenant,
             job.lane ? job.lane : "none", job.key ? job.key : "none", job.generation);
    cli_line(stdout, "  payload %s", job.payload);
    return true;
}

static struct wall system_now(void)
{
    return (struct wall){(int64_t)time(NULL) * 1000};
}

static bool jobs_command_retry(struct cli *cli, struct db *db, const char *id, struct err *err)
{
    (void)cli;
    if (!jobs_revive(db, id, system_now()))
        return err_set(err, ERR_NOT_FOUND, "no dead letter %.40s; `usher jobs dead` lists them",
                       id);
    cli_line(stdout, "%s will run again", id);
    return true;
}

static bool jobs_command_delete(struct cli *cli, struct db *db, const char *id, struct err *err)
{
    (void)cli;
    if (!jobs_delete_dead(db, id))
        return err_set(err, ERR_NOT_FOUND, "no dead letter %.40s; `usher jobs dead` lists them",
                       id);
    cli_line(stdout, "%s is deleted", id);
    return true;
}

static const struct jobs_command {
    const char *name;
    bool (*run)(struct cli *cli, struct db *db, const char *id, struct err *err);
    bool needs_id;
    unsigned flags;
} jobs_commands[] = {
    {"list", jobs_command_list, false, DB_OPEN_READ_ONLY},
    {"dead", jobs_command_dead, false, DB_OPEN_READ_ONLY},
    {"show", jobs_command_show, true, DB_OPEN_READ_ONLY},
    {"retry", jobs_command_retry, true, DB_OPEN_SHARED},
    {"delete", jobs_command_delete, true, DB_OPEN_SHARED},
};

int cli_jobs(struct cli *cli, struct err *err)
{
    const char *name = cli->word_count ? cli->words[0] : "list", *id = NULL;
    const struct jobs_command *command = jobs_commands;
    while (strcmp(command->name, name) != 0)
        if (++command == jobs_commands + sizeof jobs_commands / sizeof *jobs_commands) {
            err_set(err, ERR_USAGE, "unknown: jobs %.40s", name);
            return cli_fail(err);
        }
    if ((command->needs_id && !cli_word(cli, 1, "ID", &id, err)) || !cli_load_config(cli, err))
        return cli_fail(err);
    struct db *db = cli_open_store(cli, command->flags, err);
    bool ok = db && command->run(cli, db, id, err) && db_ok(db, err);
    db_close(db);
    return ok ? 0 : cli_fail(err);
}
