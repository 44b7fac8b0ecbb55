/* The load generator and judge: it plays Slack on the loopback, starts the bot it is given, and
 * measures one thing. Prints JSON objects, one a line.
 *
 *   load MODE [options] -- COMMAND …      @PORT@ in the configuration: our port
 *
 *   status   /onboard status, answered in the acknowledgement
 *   click    the approve button, acknowledged when it is safe
 *   event    a profile that has changed, acknowledged when it is kept; some are delivered again
 *   mixed    what --mix says
 *   pace     what --mix says, --rate a second, a line every so many seconds
 *   start    from the start of the process to its first acknowledgement
 *   refresh  how long nobody can take an envelope when Slack renews a connection
 *   lost     how often a message is posted whose first answer was lost
 */
#include "tests/bench/envelopes.h"
#include "tests/bench/modes.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { CAP = 1 << 20 };

static const struct mode {
    const char *name;
    void (*run)(struct session *session);
    const char *mix; /* unless another one is asked for */
} modes[] = {{"status", mode_throughput, "status=100"},
             {"click", mode_throughput, "approve=100"},
             {"event", mode_throughput, "event=100"},
             {"mixed", mode_throughput, "status=60,event=30,approve=10"},
             {"pace", mode_pace, "status=60,event=30,claim=10"},
             {"start", mode_start, "status=100"},
             {"refresh", mode_refresh, "status=100"},
             {"lost", mode_lost, "say=100"}};

static _Noreturn void usage(void)
{
    die("usage: load MODE [--events N] [--seconds N] [--warmup N] [--in-flight N[,N…]] "
        "[--connections N] [--mix KIND=SHARE,…] [--onboardings N] [--again N] [--rate N] "
        "[--every SECONDS] [--nice N] [--store PATH] [--tokens FILE] [--config TEMPLATE FILE] "
        "[--salesforce down|silent] [--say TEXT] [--log FILE] -- COMMAND …");
}

static size_t number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (!*text || *end)
        usage();
    return value;
}

static void read_depths(struct options *options)
{
    for (const char *at = options->depths; *at;) {
        char *end;
        size_t depth = strtoul(at, &end, 10);
        if (end == at || !depth || options->depth_count == MAX_DEPTHS)
            usage();
        options->in_flight[options->depth_count++] = depth;
        at = *end == ',' ? end + 1 : end;
    }
}

/* Returns the command after "--". */
static char **read_options(char **argv, struct options *options)
{
    *options = (struct options){.log = "/dev/null",
                                .depths = "64",
                                .connections = 1,
                                .onboardings = ENVELOPE_ONBOARDINGS,
                                .again = 10,
                                .rate = 1000,
                                .every = 60};
    if (!*++argv)
        usage();
    options->mode = *argv;
    const struct {
        const char *name;
        size_t *count;
        const char **text;
    } table[] = {{"--events", &options->events, NULL},
                 {"--warmup", &options->warmup, NULL},
                 {"--in-flight", NULL, &options->depths},
                 {"--connections", &options->connections, NULL},
                 {"--seconds", &options->seconds, NULL},
                 {"--onboardings", &options->onboardings, NULL},
                 {"--again", &options->again, NULL},
                 {"--rate", &options->rate, NULL},
                 {"--nice", &options->nice, NULL},
                 {"--every", &options->every, NULL},
                 {"--mix", NULL, &options->mix},
                 {"--store", NULL, &options->store},
                 {"--salesforce", NULL, &options->salesforce},
                 {"--tokens", NULL, &options->tokens},
                 {"--config", NULL, &options->config_from},
                 {"--say", NULL, &options->say},
                 {"--log", NULL, &options->log}};
    while (*++argv && strcmp(*argv, "--") != 0) {
        size_t i = 0;
        while (i < sizeof table / sizeof *table && strcmp(*argv, table[i].name) != 0)
            i++;
        if (i == sizeof table / sizeof *table || !*++argv)
            usage();
        if (table[i].count)
            *table[i].count = number(*argv);
        else
            *table[i].text = *argv;
        if (table[i].text == &options->config_from && !(options->config_to = *++argv))
            usage();
    }
    if (!*argv || !argv[1])
        usage();
    read_depths(options);
    return argv + 1;
}

/* How many envelopes there may be. */
static size_t cap_of(const struct options *options, const struct mode *mode)
{
    if (mode->run == mode_throughput)
        return (options->warmup + options->events) * options->depth_count;
    if (mode->run == mode_pace)
        return options->warmup + options->rate * (options->seconds + 1);
    return CAP;
}

int main(int argc, char **argv)
{
    static struct session session;
    struct options *options = &session.options;
    (void)argc;
    char **command = read_options(argv, options);
    const struct mode *mode = modes;
    while (mode < modes + sizeof modes / sizeof *modes && strcmp(options->mode, mode->name) != 0)
        mode++;
    if (mode == modes + sizeof modes / sizeof *modes || !options->every || !options->onboardings)
        usage();
    signal(SIGPIPE, SIG_IGN);
    flight_init(&session.flight, cap_of(options, mode));
    flight_set_mix(&session.flight, options->mix ? options->mix : mode->mix);
    session.flight.say = options->say ? options->say : "help";
    session.flight.onboardings = options->onboardings;
    session.flight.again_of_100 = options->again;
    if (options->tokens)
        flight_read_tokens(&session.flight, options->tokens);
    session_start(&session, command);
    mode->run(&session);
    fflush(stdout);
    session_stop(&session);
    return 0;
}
