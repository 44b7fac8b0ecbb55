/* The budget, the minute, and working time. */
#include "handlers/notice.h"

#include "base/broken.h"
#include "base/calendar.h"
#include "base/text.h"
#include "db/audit.h"
#include "db/onboardings.h"
#include "handlers/card_values.h"
#include "handlers/digest.h"
#include "handlers/jobs/later_digest.h"
#include "handlers/recipient.h"

#include <sodium.h>
#include <string.h>

enum { SAME_MS = 60 * 1000, SUMMARY_MAX = 160, CONTENT_BYTES = 16 };

struct wall notice_time(struct turn *turn, const char *tenant, const char *user_id)
{
    if (turn->config->noise.quiet == SWITCH_OFF || BROKEN(quiet_ignored))
        return turn->world->now;
    struct calendar calendar = recipient_calendar(turn, tenant, user_id);
    return calendar_next_working(&calendar, turn->world->now);
}

static const char *today_of(struct turn *turn, const char *tenant, const char *user_id)
{
    char text[CIVIL_TEXT_SIZE];
    struct civil today = calendar_today(digest_zone(turn, tenant, user_id), turn->world->now);
    return arena_str(turn->arena, civil_format(today, text));
}

enum notice_fate notice_judge(struct turn *turn, const struct notice_asked *asked)
{
    const char *tenant = asked->tenant, *user = asked->user_id;
    struct wall since = {turn->world->now.ms - SAME_MS};
    if (notices_was_sent(turn->db, tenant, user, asked->content, since) && !BROKEN(merge_forgotten))
        return NOTICE_MERGED;
    if ((asked->urgent && !BROKEN(urgent_folded)) || !turn->config->noise.budget ||
        !digest_is_wanted(turn, tenant, user) || BROKEN(budget_ignored))
        return NOTICE_SENT;
    int64_t sent = notices_count(turn->db, tenant, user, today_of(turn, tenant, user), NOTICE_SENT);
    if (sent < turn->config->noise.budget)
        return NOTICE_SENT;
    return notices_is_folded(turn->db, tenant, user, asked->onboarding, asked->purpose)
               ? NOTICE_MERGED
               : NOTICE_FOLDED;
}

static bool audit(struct turn *turn, const char *tenant, const char *action, const char *object,
                  const char *reason)
{
    const struct audit_entry entry = {.tenant = tenant,
                                      .at = turn->world->now,
                                      .actor = "usher",
                                      .via = "job",
                                      .action = action,
                                      .object = object,
                                      .reason = reason};
    return audit_append(turn->db, &entry);
}

bool notice_held(struct turn *turn, const char *tenant, const char *user_id, const char *object,
                 struct wall until)
{
    char text[WALL_TEXT_SIZE];
    return audit(turn, tenant, "notice.held", object,
                 arena_fmt(turn->arena, "to %s until %s, when they work again", user_id,
                           wall_format(until, text)));
}

bool notice_keep(struct turn *turn, const struct notice_asked *asked, const char *job_id,
                 enum notice_fate fate, const char *summary)
{
    static const char *const actions[] = {
        [NOTICE_FOLDED] = "notice.folded", [NOTICE_MERGED] = "notice.merged"};
    char onb[ONB_TEXT_SIZE];
    const struct notice notice = {
        .id = job_id,
        .tenant = asked->tenant,
        .user_id = asked->user_id,
        .day = today_of(turn, asked->tenant, asked->user_id),
        .at = turn->world->now,
        .fate = fate,
        .onboarding = asked->onboarding,
        .purpose = asked->purpose,
        .summary = text_cut(turn->arena, summary, SUMMARY_MAX),
        .content = asked->content,
    };
    if (!notices_add(turn->db, &notice))
        return false;
    if (fate == NOTICE_SENT)
        return true;
    const char *object = asked->onboarding ? onb_format(asked->onboarding, onb) : asked->user_id;
    return audit(turn, asked->tenant, actions[fate], object,
                 arena_fmt(turn->arena, "%s to %s", asked->purpose, asked->user_id)) &&
           (fate != NOTICE_FOLDED ||
            (later_folded(turn, asked->tenant, asked->user_id) &&
             later_digest(turn, asked->tenant, asked->user_id,
                          digest_next(turn, asked->tenant, asked->user_id))));
}

const char *notice_content(struct arena *arena, const char *text)
{
    unsigned char hash[CONTENT_BYTES];
    char *out = arena_alloc(arena, 2 * CONTENT_BYTES + 1);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text, strlen(text), NULL, 0);
    return sodium_bin2hex(out, 2 * CONTENT_BYTES + 1, hash, sizeof hash);
}
