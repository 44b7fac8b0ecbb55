/* usher audit: the log of who did what, walked, exported, and as the record of one decision. */
#include "base/calendar.h"
#include "base/embedded.h"
#include "bot/audit_rows.h"
#include "bot/cli.h"
#include "bot/cli_runs.h"
#include "handlers/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static bool verify(struct cli *cli, struct db *db, struct err *err)
{
    int64_t count = 0;
    (void)cli;
    if (!audit_verify(db, &count, err))
        return false;
    cli_line(stdout, "the audit log is whole: %" PRId64 " rows", count);
    return true;
}

/* ---- export ---- */

struct export
{
    bool csv;
    struct buf row;
    int64_t count;
};

static bool put(const struct buf *text, struct err *err)
{
    return fwrite(buf_cstr(text), 1, text->len, stdout) == text->len ||
           err_set(err, ERR_IO, "the output could not be written: %s", strerror(errno));
}

static bool put_row(const struct audit_entry *entry, void *context, struct err *err)
{
    struct export *export = context;
    buf_clear(&export->row);
    if (export->csv) {
        audit_row_csv(entry, &export->row);
    } else {
        buf_str(&export->row, export->count ? ",\n" : "\n");
        audit_row_json(entry, &export->row);
    }
    export->count++;
    return put(&export->row, err);
}

/* What stands around the rows. */
static bool put_frame(struct export *export, const char *json, struct err *err)
{
    buf_clear(&export->row);
    if (!export->csv)
        buf_str(&export->row, json);
    else if (export->count == 0 && json[0] == '{')
        audit_head_csv(&export->row);
    return put(&export->row, err);
}

static bool read_range(struct cli *cli, struct audit_range *range, struct err *err)
{
    if (cli->since && !wall_parse(cli->since, &range->since, err))
        return err_prefix(err, "--since");
    if (cli->until && !wall_parse(cli->until, &range->until, err))
        return err_prefix(err, "--until");
    range->tenant = cli->workspace;
    return true;
}

/* A log that is broken is exported all the same: the reader needs what there is. The exit status
 * and standard error say so. */
static bool export_rows(struct cli *cli, struct db *db, struct err *err)
{
    const char *format = cli->format ? cli->format : "json";
    struct export export = {.csv = strcmp(format, "csv") == 0};
    struct audit_range range = {0};
    struct audit_head head = {0};
    int64_t rows = 0;
    struct err broken = {0};
    if (!export.csv && strcmp(format, "json") != 0)
        return err_set(err, ERR_USAGE, "--format is json or csv, not \"%.20s\"", format);
    if (!read_range(cli, &range, err))
        return false;
    bool whole = audit_verify(db, &rows, &broken);
    bool ok = audit_head(db, &head) && put_frame(&export, "{\"rows\":[", err) &&
              audit_walk(db, &range, put_row, &export, err);
    const char *end =
        arena_fmt(&cli->arena, "\n],\"whole\":%s,\"head\":{\"seq\":%" PRId64 ",\"hash\":\"%s\"}}\n",
                  whole ? "true" : "false", head.seq, head.hash);
    ok = ok && put_frame(&export, end, err);
    buf_release(&export.row);
    if (ok && fflush(stdout) != 0)
        ok = err_set(err, ERR_IO, "the output could not be written: %s", strerror(errno));
    if (!ok)
        return err->code != ERR_NONE ? false : db_ok(db, err);
    cli_line(stderr, "%" PRId64 " rows exported; the log has %" PRId64 ", its head is %s",
             export.count, head.seq, head.hash[0] ? head.hash : "empty");
    if (!whole)
        *err = broken;
    return whole;
}

/* ---- the record of one decision ---- */

static bool print_record(struct cli *cli, struct db *db, struct err *err)
{
    const char *number;
    struct onboarding onboarding;
    struct audit_head head = {0};
    struct err broken = {0};
    int64_t rows = 0;
    if (!cli_word(cli, 1, "ONB-n", &number, err) ||
        !cli_runs_find_onboarding(cli, db, number, &onboarding, err))
        return false;
    struct record_chain chain = {.whole = audit_verify(db, &rows, &broken)};
    if (!audit_head(db, &head))
        return db_ok(db, err);
    chain.broken = broken.msg;
    chain.rows = head.seq;
    chain.hash = head.hash;
    struct templates templates = {.files = embedded_templates,
                                  .override_dir = cli->config.template_dir};
    struct world world = {.now = {(int64_t)time(NULL) * 1000}, .speed = 1};
    struct turn turn = {.world = &world,
                        .db = db,
                        .config = &cli->config,
                        .templates = &templates,
                        .arena = &cli->arena};
    struct buf page = {0};
    bool ok = record_render(&turn, &onboarding, &chain, &page, err) && put(&page, err);
    buf_release(&page);
    calendar_release();
    if (ok && !chain.whole)
        *err = broken;
    return ok && chain.whole;
}

static const struct audit_command {
    const char *name;
    bool (*run)(struct cli *cli, struct db *db, struct err *err);
} audit_commands[] = {
    {"verify", verify},
    {"export", export_rows},
    {"record", print_record},
};
enum { COMMAND_COUNT = sizeof audit_commands / sizeof *audit_commands };

int cli_audit(struct cli *cli, struct err *err)
{
    const char *what;
    if (!cli_word(cli, 0, "verify, export or record", &what, err))
        return cli_fail(err);
    const struct audit_command *command = audit_commands;
    while (command < audit_commands + COMMAND_COUNT && strcmp(command->name, what) != 0)
        command++;
    if (command == audit_commands + COMMAND_COUNT) {
        err_set(err, ERR_USAGE, "unknown: audit %.40s", what);
        return cli_fail(err);
    }
    if (!cli_load_config(cli, err))
        return cli_fail(err);
    struct db *db = cli_open_store(cli, DB_OPEN_READ_ONLY, err);
    /* rows and the chain's end are of one moment while another process writes */
    bool ok = db && (db_begin(db) || db_ok(db, err)) && command->run(cli, db, err);
    db_close(db);
    return ok ? 0 : cli_fail(err);
}
