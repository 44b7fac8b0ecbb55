/* The table of commands and what they share. */
#include "bot/cli.h"

#include "base/embedded.h"
#include "base/text.h"
#include "db/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static const struct command {
    const char *name;
    cli_command *run;
    const char *usage, *summary;
} commands[] = {
    {"run", cli_run, "run [--log-format json|text] [--clock-speed N [--clock-from MS]]",
     "serve until SIGTERM"},
    {"check", cli_check, "check", "validate the configuration and test every system's credentials"},
    {"health", cli_health, "health [live]",
     "whether the running service can serve; live: whether it turns at all"},
    {"decide", cli_decide,
     "decide ACCOUNT [--json] [--today YYYY-MM-DD] [--rules FILE] [--workspace T]",
     "facts, findings and verdict of an account; changes nothing"},
    {"replay", cli_replay, "replay ONB-n [rN] [--workspace T]",
     "decide a stored run again: it must come out as it did"},
    {"shadow", cli_shadow, "shadow --rules FILE [--json] [--workspace T]",
     "the latest stored runs under other thresholds: who would flip"},
    {"manifest", cli_manifest, "manifest [--http URL]",
     "print the Slack app manifest; --http: for HTTP mode at that address"},
    {"migrate", cli_migrate, "migrate", "bring the database to this version's schema"},
    {"backup", cli_backup, "backup [FILE]",
     "copy the database while it is in use, and verify the copy; without FILE, sealed"},
    {"restore", cli_restore, "restore [FILE] [--at TIME]",
     "put a backup in the database's place: FILE, or the newest of its folder up to TIME"},
    {"jobs", cli_jobs, "jobs [list|dead|show ID|retry ID|delete ID]",
     "what is to be done, and dead letters"},
    {"audit", cli_audit,
     "audit verify | export [--since T] [--until T] [--format json|csv] | record ONB-n",
     "walk the audit log's hash chain; print it for auditors; one decision as printable HTML"},
    {"keys", cli_keys, "keys [list|rotate]", "the keyring that signs buttons and seals secrets"},
    {"config", cli_config, "config", "print every setting with its default as Markdown"},
    {"checks", cli_checks, "checks", "print every check with what it reads and when it fires"},
    {"version", cli_version, "version", "print the version"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void print_help(FILE *to)
{
    fputs("usage: usher COMMAND [-c FILE] [options]\n\n", to);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(to, "  %-64s %s\n", commands[i].usage, commands[i].summary);
    fputs("\n-c FILE names the configuration; USHER_CONFIG does too. `man usher` tells more.\n",
          to);
}

static bool parse_number(const char *name, const char *text, int64_t min, int64_t *out,
                         struct err *err)
{
    char *end;
    errno = 0;
    long long value = text ? strtoll(text, &end, 10) : 0;
    if (!text || errno || *end || end == text || value < min)
        return err_set(err, ERR_USAGE, "%s takes a whole number of at least %lld", name,
                       (long long)min);
    *out = value;
    return true;
}

/* Options that take a word, and where it goes. */
static const char **text_option(struct cli *cli, const char *name)
{
    if (strcmp(name, "-c") == 0 || strcmp(name, "--config") == 0)
        return &cli->config_path;
    if (strcmp(name, "--today") == 0)
        return &cli->today;
    if (strcmp(name, "--rules") == 0)
        return &cli->rules;
    if (strcmp(name, "--at") == 0)
        return &cli->at;
    if (strcmp(name, "--http") == 0)
        return &cli->http;
    if (strcmp(name, "--log-format") == 0)
        return &cli->log_format;
    if (strcmp(name, "--since") == 0)
        return &cli->since;
    if (strcmp(name, "--until") == 0)
        return &cli->until;
    if (strcmp(name, "--format") == 0)
        return &cli->format;
    if (strcmp(name, "--workspace") == 0)
        return &cli->workspace;
    return NULL;
}

static bool parse_option(struct cli *cli, const char *name, const char *value, struct err *err)
{
    const char **text = text_option(cli, name);
    if (text && !value)
        return err_set(err, ERR_USAGE, "%s needs a value", name);
    if (text)
        *text = value;
    else if (strcmp(name, "--clock-speed") == 0)
        return parse_number(name, value, 1, &cli->clock_speed, err);
    else if (strcmp(name, "--clock-from") == 0)
        return parse_number(name, value, 0, &cli->clock_from, err);
    else
        return err_set(err, ERR_USAGE, "unknown option %s; `usher help` lists them", name);
    return true;
}

static bool parse_words(struct cli *cli, int argc, char **argv, struct err *err)
{
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            cli->json = true;
        } else if (argv[i][0] == '-' && argv[i][1]) {
            if (!parse_option(cli, argv[i], i + 1 < argc ? argv[i + 1] : NULL, err))
                return false;
            i++;
        } else if (cli->word_count == sizeof cli->words / sizeof *cli->words) {
            return err_set(err, ERR_USAGE, "too many words");
        } else {
            cli->words[cli->word_count++] = argv[i];
        }
    }
    return true;
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int unknown(const char *name)
{
    size_t best = 0;
    for (size_t i = 1; i < COMMAND_COUNT; i++)
        if (text_distance(name, commands[i].name) < text_distance(name, commands[best].name))
            best = i;
    cli_line(stderr,
             "usher: unknown command \"%.40s\"; did you mean \"%s\"? `usher help` lists all", name,
             commands[best].name);
    return err_exit_status(ERR_USAGE);
}

/* Where one of the three standard descriptors was handed over closed, the next file or connection
 * would get its number, and what is written to standard error would go there. */
static void fill_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* What a full disk cut off must not pass for whole. */
static bool write_out(struct err *err)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    return err_set(err, ERR_IO, "the output could not be written: %s",
                   errno ? strerror(errno) : "not all of it was taken");
}

int cli_main(int argc, char **argv)
{
    fill_standard_descriptors();
    prctl(PR_SET_DUMPABLE, 0); /* tokens and keys: no core file, and no debugger but root's */
    const char *name = argc > 1 ? argv[1] : "help";
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        print_help(argc > 1 ? stdout : stderr);
        return argc > 1 ? 0 : err_exit_status(ERR_USAGE);
    }
    if (strcmp(name, "--version") == 0)
        name = "version";
    const struct command *command = find(name);
    if (!command)
        return unknown(name);
    struct cli cli = {.config_path = getenv("USHER_CONFIG"), .clock_speed = 1};
    struct err err = {0};
    int status;
    if (parse_words(&cli, argc, argv, &err))
        status = command->run(&cli, &err);
    else
        status = cli_fail(&err);
    if (err.code == ERR_NONE && !write_out(&err))
        status = cli_fail(&err);
    if (err.code != ERR_NONE)
        cli_line(stderr, "usher %s: %s", command->name, err.msg);
    if (err.code == ERR_USAGE)
        fprintf(stderr, "usage: usher %s\n", command->usage);
    if (cli.has_config)
        config_release(&cli.config);
    arena_release(&cli.arena);
    return status;
}

int cli_fail(const struct err *err)
{
    return err_exit_status(err->code);
}

bool cli_word(const struct cli *cli, size_t index, const char *what, const char **out,
              struct err *err)
{
    if (index >= cli->word_count)
        return err_set(err, ERR_USAGE, "%s is missing", what);
    *out = cli->words[index];
    return true;
}

bool cli_load_config(struct cli *cli, struct err *err)
{
    cli->has_config = config_load(&cli->config, cli->config_path, err);
    return cli->has_config;
}

const char *cli_keyring_path(struct cli *cli)
{
    if (cli->config.store.keyring)
        return cli->config.store.keyring;
    return arena_fmt(&cli->arena, "%s.keys", cli->config.store.path);
}

static struct wall system_now(void)
{
    return (struct wall){(int64_t)time(NULL) * 1000};
}

struct db *cli_open_store(struct cli *cli, unsigned flags, struct err *err)
{
    struct db *db;
    if (!db_open(cli->config.store.path, flags, &db, err))
        return NULL;
    int applied = 0;
    bool ready = flags & DB_OPEN_CREATE ? migrate(db, embedded_schema, system_now(), &applied, err)
                                        : migrate_check(db, embedded_schema, err);
    if (ready)
        return db;
    err_prefix(err, "%s", cli->config.store.path);
    db_close(db);
    return NULL;
}

int cli_version(struct cli *cli, struct err *err)
{
    (void)cli;
    (void)err;
    puts("usher " USHER_VERSION);
    return 0;
}

int cli_config(struct cli *cli, struct err *err)
{
    (void)cli;
    (void)err;
    struct buf out = {0};
    config_document(&out);
    fputs(buf_cstr(&out), stdout);
    buf_release(&out);
    return 0;
}
