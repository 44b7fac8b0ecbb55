/* usher health: what the service says of itself over its own HTTP server. */
#include "base/buf.h"
#include "bot/cli.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 5000, MAX_ANSWER_BYTES = 64 * 1024 };

static size_t keep(char *data, size_t size, size_t count, void *arg)
{
    struct buf *answer = arg;
    buf_add(answer, data, size * count);
    return answer->overflow ? 0 : size * count;
}

/* Where a server that listens on any address is reached from this machine. */
static const char *own_address(struct cli *cli)
{
    const char *listen = cli->config.http.listen;
    if (strcmp(listen, "0.0.0.0") == 0)
        return "127.0.0.1";
    if (strcmp(listen, "::") == 0)
        return "[::1]";
    return strchr(listen, ':') ? arena_fmt(&cli->arena, "[%s]", listen) : listen;
}

/* The status, 0 when there was no answer: err says why. */
static long ask(const char *url, struct buf *answer, struct err *err)
{
    long status = 0;
    CURL *easy = curl_easy_init();
    if (!easy)
        abort();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* whatever the environment says */
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)PATIENCE_MS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, answer);
    CURLcode code = curl_easy_perform(easy);
    if (code == CURLE_OK)
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    else
        err_set(err, ERR_UNAVAILABLE, "%s: %s", url, curl_easy_strerror(code));
    curl_easy_cleanup(easy);
    return status;
}

static bool has_address(const struct cli *cli, struct err *err)
{
    return cli->config.http.port > 0 ||
           err_set(err, ERR_CONFIG, "http.port %s, so that nobody can ask",
                   cli->config.http.port < 0 ? "switches the HTTP server off"
                                             : "picks another one at each start");
}

int cli_health(struct cli *cli, struct err *err)
{
    bool live = cli->word_count > 0 && strcmp(cli->words[0], "live") == 0;
    struct buf answer;
    if (cli->word_count > 0 && !live) {
        err_set(err, ERR_USAGE, "unknown: health %.40s", cli->words[0]);
        return cli_fail(err);
    }
    if (!cli_load_config(cli, err) || !has_address(cli, err))
        return cli_fail(err);
    buf_init(&answer, MAX_ANSWER_BYTES);
    const char *url = arena_fmt(&cli->arena, "http://%s:%d/%s", own_address(cli),
                                (int)cli->config.http.port, live ? "healthz" : "readyz");
    long status = ask(url, &answer, err);
    int len = (int)strcspn(buf_cstr(&answer), "\n");
    if (status == 200)
        cli_line(stdout, "%.*s", len, buf_cstr(&answer));
    else if (status)
        err_set(err, ERR_UNAVAILABLE, "%s: %ld %.*s", url, status, len, buf_cstr(&answer));
    buf_release(&answer);
    return err->code == ERR_NONE ? 0 : cli_fail(err);
}
