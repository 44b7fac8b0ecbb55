/* auth.test at the start, again and again until it succeeds: a bot that Slack
 * refuses today may be let in tomorrow, and stopping would lose what it has to do meanwhile. */
#include "bot/identity.h"

#include "base/log.h"
#include "connectors/slack.h"
#include "db/jobs.h"
#include "db/tenants.h"
#include "handlers/jobs/later.h"

#include <stdlib.h>
#include <string.h>

enum { RETRY_MS = 5000, SLOW_RETRY_MS = 60000 };

struct identity {
    struct exchanges *exchanges;
    struct sessions *sessions;
    struct arena arena; /* of ask */
    struct slack_identity *ask;
    bool asking, answered, looked, known;
    bool written; /* in this turn's transaction */
    bool settled;
    struct mono not_before;
};

struct identity *identity_new(struct exchanges *exchanges, struct sessions *sessions)
{
    struct identity *identity = calloc(1, sizeof *identity);
    if (!identity)
        abort();
    identity->exchanges = exchanges;
    identity->sessions = sessions;
    return identity;
}

void identity_free(struct identity *identity)
{
    if (!identity)
        return;
    arena_release(&identity->arena);
    free(identity);
}

bool identity_is_known(const struct identity *identity)
{
    return identity->known;
}

static void on_answer(void *arg, struct call *call)
{
    (void)call;
    struct identity *identity = arg;
    identity->asking = false;
    identity->answered = true;
}

static void ask(struct identity *identity, struct turn *turn)
{
    struct call_env env = {
        .arena = &identity->arena,
        .world = turn->world,
        .config = turn->config,
        .sessions = identity->sessions,
    };
    identity->asking = true;
    identity->ask = slack_auth_test(&env);
    exchanges_start(identity->exchanges, &identity->ask->call, on_answer, identity);
}

static void settle(struct identity *identity, struct turn *turn)
{
    const struct slack_identity *answer = identity->ask;
    struct tenant tenant = {
        .id = answer->team_id,
        .name = answer->team_name,
        .bot_user_id = answer->user_id,
        .bot_id = answer->bot_id,
        .source = TENANT_CONFIGURED,
        .enterprise_id = answer->enterprise_id,
        .url = answer->url,
    };
    db_begin(turn->db);
    db_savepoint(turn->db);
    tenants_put(turn->db, &tenant, turn->world->now);
    tenants_end_others(turn->db, tenant.id, turn->world->now);
    jobs_resume(turn->db, tenant.id);
    later_standing(turn, tenant.id);
    struct err err = {0};
    if (!db_ok(turn->db, &err) || !db_release_savepoint(turn->db)) {
        log_error("slack", "the workspace could not be stored: %s", err.msg);
        db_rollback_savepoint(turn->db);
        identity->not_before.ms = turn->world->mono.ms + RETRY_MS;
        return;
    }
    log_info("slack", "authenticated for workspace %s (%s)", tenant.id, tenant.name);
    identity->written = true;
}

void identity_end(struct identity *identity, struct turn *turn, bool kept)
{
    if (!identity->written)
        return;
    identity->written = false;
    if (kept)
        identity->settled = identity->known = true;
    else
        identity->not_before.ms = turn->world->mono.ms + RETRY_MS;
}

static void digest_answer(struct identity *identity, struct turn *turn)
{
    const struct failure *failure = &identity->ask->call.failure;
    identity->answered = false;
    if (failure->class == FAILURE_NONE) {
        settle(identity, turn);
    } else {
        bool refused = failure->class == FAILURE_AUTH || failure->class == FAILURE_PERMISSION;
        int64_t wait = refused ? SLOW_RETRY_MS : RETRY_MS;
        identity->not_before.ms = turn->world->mono.ms +
                                  (failure->retry_after_ms > wait ? failure->retry_after_ms : wait);
        log_line(refused ? LOG_ERROR : LOG_WARN, "slack", "auth.test failed: %s (%s)%s",
                 failure->message, failure_class_name(failure->class),
                 refused ? "; check the bot token: `usher check` tells what is wrong" : "");
    }
    arena_reset(&identity->arena);
}

/* A workspace of an earlier start is enough to serve; auth.test then only refreshes it. */
static void look(struct identity *identity, struct turn *turn)
{
    struct tenant *tenants;
    identity->looked = true;
    identity->known = tenants_list(turn->db, turn->arena, &tenants) > 0;
}

void identity_work(struct identity *identity, struct turn *turn)
{
    if (identity->settled)
        return;
    if (!turn->config->slack.bot_token) { /* whoever installs Usher is known from then on */
        identity->settled = identity->known = true;
        return;
    }
    if (!identity->looked)
        look(identity, turn);
    if (identity->answered)
        digest_answer(identity, turn);
    if (!identity->written && !identity->asking && identity->not_before.ms <= turn->world->mono.ms)
        ask(identity, turn);
}

struct mono identity_wake_at(const struct identity *identity, const struct world *world)
{
    if (identity->settled || identity->asking)
        return (struct mono){INT64_MAX};
    return identity->answered ? world->mono : identity->not_before;
}
