/* Digest: whether and when one gets it. */
#include "handlers/digest.h"
#include "base/text.h"
#include "db/audit.h"
#include "db/digests.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/jobs/later_digest.h"
#include "handlers/roles.h"

#include <string.h>

/* "8:30", "08:30"; -1 where it is no time of a day. */
static int minute_of(const char *word)
{
    size_t hours = strspn(word, "0123456789");
    if (hours < 1 || hours > 2 || word[hours] != ':' ||
        strspn(word + hours + 1, "0123456789") != 2 || word[hours + 3])
        return -1;
    int hour = word[0] - '0';
    if (hours == 2)
        hour = hour * 10 + word[1] - '0';
    int minute = (word[hours + 1] - '0') * 10 + word[hours + 2] - '0';
    return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

static void say_state(struct turn *turn, const struct request *request, struct reply *reply)
{
    const char *tenant = request->actor.tenant, *user = request->actor.user_id;
    int minute = digest_minute(turn, tenant, user);
    if (!digest_is_wanted(turn, tenant, user)) {
        reply_text(turn, request, reply, "You get no digest. `%s digest on` changes that.",
                   turn->config->slack.command);
        return;
    }
    reply_text(turn, request, reply,
               "Your digest comes on working days at %02d:%02d (%s), when there is something to "
               "say; next %s. `%s digest off` ends it.",
               minute / 60, minute % 60, digest_zone(turn, tenant, user),
               card_date(turn, digest_next(turn, tenant, user)), turn->config->slack.command);
}

static bool set(struct turn *turn, const struct actor *actor, const struct preference *wish,
                const char *word)
{
    const struct audit_entry entry = {.tenant = actor->tenant,
                                      .at = turn->world->now,
                                      .actor = actor->user_id,
                                      .via = actor->via,
                                      .action = "digest.set",
                                      .object = actor->user_id,
                                      .reason = word};
    return preferences_put(turn->db, actor->tenant, actor->user_id, wish, turn->world->now) &&
           audit_append(turn->db, &entry) &&
           (wish->digest == DIGEST_OFF ||
            later_digest(turn, actor->tenant, actor->user_id,
                         digest_next(turn, actor->tenant, actor->user_id)));
}

bool command_digest(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    struct preference wish;
    const char *why = NULL;
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "digest", wrong.msg);
    if (!roles_may_look(turn, &request->actor, &why)) {
        reply_text(turn, request, reply, "%s", why);
        return true;
    }
    if (arguments.count == 0) {
        say_state(turn, request, reply);
        return db_ok(turn->db, err);
    }
    const char *word = arguments.words[0];
    int minute = minute_of(word);
    preferences_get(turn->db, turn->arena, request->actor.tenant, request->actor.user_id, &wish);
    if (text_equal_fold(word, "off"))
        wish.digest = DIGEST_OFF;
    else if (text_equal_fold(word, "on") || minute >= 0)
        wish.digest = DIGEST_ON;
    else
        return reply_usage(turn, request, reply, "digest", "Say on, off or a time such as 08:30");
    if (minute >= 0)
        wish.digest_minute = minute;
    if (arguments.count > 1)
        return reply_usage(turn, request, reply, "digest", "One word is enough");
    if (!set(turn, &request->actor, &wish, word))
        return db_ok(turn->db, err) && err_set(err, ERR_INTERNAL, "the wish was not kept");
    say_state(turn, request, reply);
    return db_ok(turn->db, err);
}
