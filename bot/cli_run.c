/* usher run: the service itself. */
#include "base/embedded.h"
#include "base/log.h"
#include "bot/cli.h"
#include "bot/fence.h"
#include "bot/loop.h"
#include "db/migrate.h"
#include "handlers/playbook.h"

#include <errno.h>
#include <inttypes.h>
#include <link.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A configuration that was replaced; jobs under way may still read it. */
struct old_config {
    struct old_config *next;
    struct config config;
};

struct service {
    struct cli *cli;
    struct loop *loop;
    struct db *db;
    struct keyring keyring;
    struct templates templates;
    struct bot *bot;
    struct old_config *old;
    bool fenced;
};

static void configure_log(struct cli *cli, const struct wall *now)
{
    enum log_format format = cli->config.log.format;
    if (cli->log_format)
        format = strcmp(cli->log_format, "text") == 0 ? LOG_FORMAT_TEXT : LOG_FORMAT_JSON;
    log_configure(cli->config.log.level, format, now, NULL, NULL);
}

static bool host_is_loopback(const char *url)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    return strncmp(host, "127.", 4) == 0 || strncmp(host, "localhost", 9) == 0 ||
           strncmp(host, "[::1]", 5) == 0;
}

static bool check_options(struct cli *cli, struct err *err)
{
    if (cli->log_format && strcmp(cli->log_format, "json") != 0 &&
        strcmp(cli->log_format, "text") != 0)
        return err_set(err, ERR_USAGE, "--log-format takes json or text");
    if (cli->clock_speed > 1 && !host_is_loopback(cli->config.slack.api_url))
        return err_set(err, ERR_USAGE,
                       "--clock-speed is for the sandbox: slack.api_url must be on this machine, "
                       "or people would be escalated to within seconds");
    return true;
}

/* A first start makes the keyring; later ones need the same file, or no button of theirs is
 * believed. */
static bool open_keyring(struct service *service, struct err *err)
{
    const char *path = cli_keyring_path(service->cli);
    if (access(path, F_OK) == 0)
        return keyring_load(&service->keyring, path, err);
    keyring_init(&service->keyring, loop_world(service->loop));
    log_info("usher", "made a new keyring at %s: keep it safe, back it up with the database", path);
    return keyring_save(&service->keyring, path, err);
}

static bool open_store(struct service *service, struct err *err)
{
    int applied = 0;
    if (!db_open(service->cli->config.store.path, DB_OPEN_CREATE, &service->db, err))
        return false;
    if (!migrate(service->db, embedded_schema, loop_world(service->loop)->now, &applied, err))
        return err_prefix(err, "%s", service->cli->config.store.path);
    if (applied)
        log_info("db", "%d migrations applied", applied);
    return true;
}

/* Before the first thread, and before anything is opened: what the fence would not let through
 * fails at the start and not in some night. */
static void fence(struct service *service, struct err *why)
{
    struct cli *cli = service->cli;
    if (cli->config.store.backups) /* looked into by /metrics: what is not there stays closed */
        (void)mkdir(cli->config.store.backups, 0700);
    service->fenced = cli->config.process.fence == SWITCH_ON &&
                      fence_raise(&cli->config, cli_keyring_path(cli), why);
}

static void tell_of_fence(const struct service *service, const struct err *why)
{
    if (service->fenced)
        log_info("usher", "fenced: opens only folders that the configuration names and the "
                          "system's own, and starts no program");
    else if (service->cli->config.process.fence == SWITCH_ON)
        log_warn("usher", "not fenced: %s", why->msg);
}

static bool set_up(struct service *service, struct err *err)
{
    struct cli *cli = service->cli;
    struct err why = {0};
    fence(service, &why);
    struct loop_options options = {
        .config = &cli->config,
        .clock_speed = cli->clock_speed,
        .clock_from = {cli->clock_from},
    };
    service->loop = loop_new(&options, err);
    if (!service->loop)
        return false;
    configure_log(cli, &loop_world(service->loop)->now);
    tell_of_fence(service, &why);
    if (!open_store(service, err) || !open_keyring(service, err))
        return false;
    service->templates =
        (struct templates){.files = embedded_templates, .override_dir = cli->config.template_dir};
    size_t playbooks;
    if (!playbooks_check(&service->templates, &cli->config, &playbooks, err))
        return false;
    templates_keep(&service->templates);
    service->bot = bot_new(&(struct bot_parts){
        .world = loop_world(service->loop),
        .config = &cli->config,
        .db = service->db,
        .keyring = &service->keyring,
        .templates = &service->templates,
    });
    return true;
}

static void tear_down(struct service *service)
{
    configure_log(service->cli, NULL); /* the clock goes with the loop */
    loop_free(service->loop);
    bot_free(service->bot);
    templates_release(&service->templates);
    db_close(service->db);
    keyring_release(&service->keyring);
    while (service->old) {
        struct old_config *next = service->old->next;
        config_release(&service->old->config);
        free(service->old);
        service->old = next;
    }
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void warn_of_restart(const struct config *before, const struct config *after)
{
    if (!same(before->store.path, after->store.path) ||
        !same(before->http.listen, after->http.listen) || before->http.port != after->http.port ||
        !same(before->slack.ca_file, after->slack.ca_file) ||
        !same(before->template_dir, after->template_dir) ||
        before->slack.mode != after->slack.mode || before->process.fence != after->process.fence)
        log_warn("usher", "store.path, http.*, slack.mode, slack.ca_file, templates.dir and "
                          "process.fence take effect at the next start");
}

static void refuse_reload(const struct service *service, const struct err *err)
{
    bool fenced_off = service->fenced && strstr(err->msg, strerror(EACCES));
    log_error("usher", "reload refused, the old configuration stays: %s%s", err->msg,
              fenced_off ? "; a folder that the configuration did not name when usher started is "
                           "open to it only after a restart (process.fence)"
                         : "");
}

/* SIGHUP: the new configuration wholly, or the old one as it was. The keyring is read again too. */
static void reload(void *arg)
{
    struct service *service = arg;
    struct cli *cli = service->cli;
    struct err err;
    struct keyring keyring = {0};
    struct old_config *old = calloc(1, sizeof *old);
    if (!old)
        abort();
    if (!config_load(&old->config, cli->config_path, &err)) {
        refuse_reload(service, &err);
        free(old);
        return;
    }
    if (!config_check_run(&old->config, &err)) {
        refuse_reload(service, &err);
        config_release(&old->config);
        free(old);
        return;
    }
    warn_of_restart(&cli->config, &old->config);
    struct config replaced = cli->config;
    cli->config = old->config;
    old->config = replaced;
    old->next = service->old;
    service->old = old;
    bot_reconfigure(service->bot, &cli->config);
    if (keyring_load(&keyring, cli_keyring_path(cli), &err))
        service->keyring = keyring;
    else
        log_error("usher", "the keyring was not read again: %s", err.msg);
    keyring_release(&keyring);
    configure_log(cli, &loop_world(service->loop)->now);
    log_info("usher", "configuration reloaded");
}

/* A turn's memory is given back at its end and taken again by the next one, a thousand times a
 * second: the system need not hear of it each time. */
static void keep_memory(void)
{
    enum { KEEP_BYTES = 4 * 1024 * 1024 };
    mallopt(M_TRIM_THRESHOLD, KEEP_BYTES);
    mallopt(M_MMAP_THRESHOLD, KEEP_BYTES);
}

static int give_back_object(struct dl_phdr_info *object, size_t size, void *page_bytes)
{
    (void)size;
    uintptr_t page = *(const uintptr_t *)page_bytes;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || part->p_flags & PF_W)
            continue;
        uintptr_t from = (object->dlpi_addr + part->p_vaddr) & ~(page - 1);
        uintptr_t to = (object->dlpi_addr + part->p_vaddr + part->p_memsz + page - 1) & ~(page - 1);
        madvise((void *)from, to - from, MADV_DONTNEED); /* advice: whether taken is all the same */
    }
    return 0;
}

/* Starting touches most pages of some fifty libraries, to bind their names and to set them up. What
 * of them cannot be written is as it is in the file: it is let go, and what the service uses comes
 * back from the system's memory at its first use. */
static void give_back_libraries(void)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    dl_iterate_phdr(give_back_object, &page);
}

int cli_run(struct cli *cli, struct err *err)
{
    struct service service = {.cli = cli};
    keep_memory();
    bool ok = cli_load_config(cli, err) && config_check_run(&cli->config, err) &&
              check_options(cli, err) && set_up(&service, err);
    if (ok) {
        log_info("usher", "usher " USHER_VERSION " is up, process %d, database %s", (int)getpid(),
                 cli->config.store.path);
        if (loop_http_port(service.loop) >= 0)
            log_info("usher", "health and metrics on http://%s:%d", cli->config.http.listen,
                     loop_http_port(service.loop));
        give_back_libraries();
        loop_run(service.loop, service.bot, reload, &service);
        log_info("usher", "stopped");
    }
    tear_down(&service);
    return ok ? 0 : cli_fail(err);
}
