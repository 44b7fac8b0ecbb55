/* The command line: one table of commands, the options they share, and how errors leave the process
 * (exit statuses of sysexits.h). */
#ifndef BOT_CLI_H
#define BOT_CLI_H

#include "base/arena.h"
#include "base/config.h"
#include "base/err.h"
#include "base/keyring.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct cli {
    const char *config_path; /* -c or USHER_CONFIG, NULL: environment only */
    struct config config;
    bool has_config;
    const char *words[8]; /* what is left after the options */
    size_t word_count;
    bool json;
    const char *today;
    const char *rules;         /* --rules: a file with other thresholds, NULL */
    const char *at;            /* --at: an instant, NULL */
    const char *http;          /* --http: the address at which Slack reaches us, NULL */
    const char *since, *until; /* --since, --until: instants, NULL */
    const char *format;        /* --format: json or csv, NULL */
    const char *workspace;     /* --workspace: a team id, NULL: whichever */
    const char *log_format;
    int64_t clock_speed, clock_from;
    struct arena arena;
};

/* Returns the exit status; on failure sets err, which main prints with the command's name. */
typedef int cli_command(struct cli *cli, struct err *err);

cli_command cli_run, cli_check, cli_decide, cli_manifest, cli_migrate, cli_backup, cli_restore,
    cli_jobs, cli_audit, cli_keys, cli_config, cli_checks, cli_replay, cli_shadow, cli_health,
    cli_version;

int cli_main(int argc, char **argv);

/* Loads the configuration into cli->config. */
bool cli_load_config(struct cli *cli, struct err *err);
/* The same, with the thresholds of --rules laid over it, and over each workspace's own, where that
 * is given. */
bool cli_load_rules(struct cli *cli, struct err *err);
/* What holds for a workspace: its own file laid over the main one, else the main one. NULL: the
 * main one. Of cli. */
const struct config *cli_config_of(const struct cli *cli, const char *tenant);
/* False where --workspace names one for which nothing is configured: neither a file of its own nor
 * slack.bot_token. */
bool cli_know_workspace(struct cli *cli, struct err *err);
/* The database of the configuration; flags as db_open. Migrated already unless DB_OPEN_CREATE, then
 * migrated here. */
struct db *cli_open_store(struct cli *cli, unsigned flags, struct err *err);
/* Path of the keyring: store.keyring, else store.path + ".keys". */
const char *cli_keyring_path(struct cli *cli);
/* The word at `index`, or a usage error. */
bool cli_word(const struct cli *cli, size_t index, const char *what, const char **out,
              struct err *err);
int cli_fail(const struct err *err); /* its exit status */
/* Prints one line, without its end in fmt: text from outside may stand in it, of which nothing is
 * obeyed by the terminal or breaks the line (text_character). */
void cli_line(FILE *to, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
