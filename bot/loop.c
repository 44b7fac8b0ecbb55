/* The loop. A turn begins with the first thing that comes in after the poll, so that
 * all frames of one poll share one commit. */
#include "bot/loop.h"

#include "base/log.h"
#include "bot/http_in.h"
#include "bot/http_out.h"
#include "bot/socket_mode.h"
#include "bot/world_real.h"

#include <libwebsockets.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    SERVICE_BUFFER = 256 * 1024, /* many envelopes a turn: they share its commit */
    DRAIN_MS = 10000,
    LONGEST_WAIT_MS = 60000,
};

/* Every descriptor that the process may open has its use, so that nobody takes another's: a
 * listener that cannot accept is called again and again for the one who waits. */
enum {
    DESCRIPTORS_LEAST = 64,
    DESCRIPTORS_OWN = 40, /* the store's files, pipes, a secret that is read, Slack's connections */
    HTTP_IN_MOST = 128,
};

struct loop {
    struct world_real real;
    struct lws_context *context;
    struct http_out *http_out;
    struct socket_mode *socket_mode;
    struct http_in *http_in;
    struct bot *bot;
    bool in_turn;
    lws_sorted_usec_list_t wake;
    struct mono drain_until;
};

/* Signals can only set flags; one loop a process. */
static volatile sig_atomic_t stop_wanted, reload_wanted;
static struct lws_context *signalled_context;

static void on_signal(int number)
{
    if (number == SIGHUP)
        reload_wanted = 1;
    else
        stop_wanted = 1;
    if (signalled_context)
        lws_cancel_service(signalled_context); /* a write to a pipe */
}

/* What comes while the service still starts holds: loop_run() obeys it first thing. */
static void catch_signals(void)
{
    stop_wanted = reload_wanted = 0;
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk */
}

static void begin_turn(struct loop *loop)
{
    if (loop->in_turn)
        return;
    loop->in_turn = true;
    world_real_tick(&loop->real);
    bot_turn_begin(loop->bot);
}

static void on_socket(void *arg, unsigned slot, enum socket_event event, const char *text,
                      size_t len)
{
    struct loop *loop = arg;
    if (!loop->bot)
        return; /* the context is being destroyed */
    begin_turn(loop);
    bot_on_socket(loop->bot, slot, event, text, len);
}

static void on_http_request(void *arg, uint64_t id, const struct http_in_request *request)
{
    struct loop *loop = arg;
    if (!loop->bot)
        return; /* the context is being destroyed */
    begin_turn(loop);
    bot_on_http_request(loop->bot, id, request);
}

/* From the HTTP thread. */
static void on_reply_ready(void *arg)
{
    struct loop *loop = arg;
    lws_cancel_service(loop->context);
}

static void on_lws_log(int level, const char *line)
{
    size_t len = strcspn(line, "\n");
    log_line(level == LLL_ERR ? LOG_WARN : LOG_DEBUG, "libwebsockets", "%.*s", (int)len, line);
}

static struct lws_context *make_context(void)
{
    lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
        .gid = -1,
        .uid = -1,
        .pt_serv_buf_size = SERVICE_BUFFER,
        .max_http_header_data = 16384,
    };
    return lws_create_context(&info);
}

struct share {
    unsigned in; /* connections to our own server */
    long out;    /* and of ours to others */
};

static bool share_descriptors(struct share *share, struct err *err)
{
    struct rlimit limit = {0};
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < DESCRIPTORS_LEAST)
        return err_set(err, ERR_CONFIG,
                       "%d open files are allowed, and usher needs %d: raise the limit (`ulimit "
                       "-n`, LimitNOFILE)",
                       (int)limit.rlim_cur, DESCRIPTORS_LEAST);
    long spare = limit.rlim_cur > INT_MAX ? INT_MAX : (long)limit.rlim_cur - DESCRIPTORS_OWN;
    share->in = spare / 2 < HTTP_IN_MOST ? (unsigned)spare / 2 : HTTP_IN_MOST;
    share->out = spare - share->in;
    return true;
}

struct loop *loop_new(const struct loop_options *options, struct err *err)
{
    const struct config *config = options->config;
    struct share share = {0};
    struct loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        abort();
    if (!share_descriptors(&share, err) ||
        !world_real_init(&loop->real, options->clock_speed, options->clock_from, err))
        goto fail;
    catch_signals();
    loop->context = make_context();
    if (!loop->context) {
        err_set(err, ERR_INTERNAL, "libwebsockets could not be initialised");
        goto fail;
    }
    signalled_context = loop->context;
    loop->http_out = http_out_new(config->slack.ca_file, on_reply_ready, loop, err);
    if (!loop->http_out)
        goto fail;
    http_out_limit(loop->http_out, share.out);
    loop->socket_mode = socket_mode_new(loop->context, config->slack.ca_file, on_socket, loop, err);
    if (!loop->socket_mode)
        goto fail;
    if (config->http.port >= 0) {
        loop->http_in = http_in_new(loop->context, config->http.listen, (int)config->http.port,
                                    share.in, on_http_request, loop, err);
        if (!loop->http_in)
            goto fail;
    }
    loop->real.http_out = loop->http_out;
    loop->real.socket_mode = loop->socket_mode;
    loop->real.http_in = loop->http_in;
    return loop;
fail:
    loop_free(loop);
    return NULL;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    loop->bot = NULL;
    http_out_free(loop->http_out);
    socket_mode_drop_names(loop->socket_mode);
    signalled_context = NULL;
    if (loop->context)
        lws_context_destroy(loop->context);
    socket_mode_free(loop->socket_mode);
    http_in_free(loop->http_in);
    free(loop);
}

struct world *loop_world(struct loop *loop)
{
    return &loop->real.world;
}

int loop_http_port(const struct loop *loop)
{
    return loop->http_in ? http_in_port(loop->http_in) : -1;
}

static void take_replies(struct loop *loop)
{
    uint64_t id;
    for (struct http_reply *reply; (reply = http_out_take(loop->http_out, &id));) {
        bot_on_http_reply(loop->bot, id, reply);
        http_out_release(reply);
    }
}

/* A timer that is ripe when libwebsockets looks, just before its poll, does not keep it from
 * polling: the pipe does. */
/* Called only for a wake that is due before the poll has begun: libwebsockets would then poll until
 * its next timer. (One that comes due during the poll ends it, and is scheduled anew before this
 * could be called.) */
static void on_wake(lws_sorted_usec_list_t *timer)
{
    struct loop *loop = lws_container_of(timer, struct loop, wake);
    lws_cancel_service(loop->context);
}

/* libwebsockets ignores a time-out given to its poll; its own timers end it. */
static void schedule_wake(struct loop *loop)
{
    int64_t wait_ms = bot_wake_at(loop->bot).ms - loop->real.world.mono.ms;
    if (bot_wake_at(loop->bot).ms == INT64_MAX || wait_ms > LONGEST_WAIT_MS)
        wait_ms = LONGEST_WAIT_MS;
    if (loop->drain_until.ms && wait_ms > 100)
        wait_ms = 100;
    lws_sul_schedule(loop->context, 0, &loop->wake, on_wake, wait_ms > 0 ? wait_ms * 1000 : 1);
}

static void end_turn(struct loop *loop)
{
    begin_turn(loop);
    take_replies(loop);
    socket_mode_report(loop->socket_mode);
    bot_turn_end(loop->bot);
    loop->in_turn = false;
}

static void obey_signals(struct loop *loop, void (*reload)(void *arg), void *arg)
{
    if (reload_wanted) {
        reload_wanted = 0;
        reload(arg);
    }
    if (stop_wanted && !loop->drain_until.ms) {
        log_info("usher", "stopping: no new work is taken, what is under way may end");
        loop->drain_until.ms = loop->real.world.mono.ms + DRAIN_MS;
        bot_drain(loop->bot);
    }
}

static bool is_over(struct loop *loop)
{
    if (!loop->drain_until.ms)
        return false;
    if (bot_is_drained(loop->bot))
        return true;
    bool late = loop->real.world.mono.ms >= loop->drain_until.ms;
    if (late)
        log_warn("usher", "stopping with work under way: it is taken up again at the next start");
    return late;
}

void loop_run(struct loop *loop, struct bot *bot, void (*reload)(void *arg), void *arg)
{
    loop->bot = bot;
    do {
        end_turn(loop);
        obey_signals(loop, reload, arg);
        if (is_over(loop))
            break;
        schedule_wake(loop);
    } while (lws_service(loop->context, 0) >= 0);
}
