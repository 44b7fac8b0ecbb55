/* Which onboarding people mean: by number, by Salesforce id, by name. */
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/commands/arguments.h"

#include <string.h>

enum { MATCHES_MAX = 20, MATCHES_SHOWN = 8 };

/* One onboarding an account: the list is newest first, so the first of each stays. */
static size_t newest_of_each(struct onboarding *matches, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool seen = false;
        for (size_t k = 0; k < kept; k++)
            seen = seen || strcmp(matches[k].account_id, matches[i].account_id) == 0;
        if (!seen)
            matches[kept++] = matches[i];
    }
    return kept;
}

/* Matches whose name is exactly the text; they come first. */
static size_t exact_count(const struct onboarding *matches, size_t count, const char *text)
{
    size_t exact = 0;
    while (exact < count && text_equal_fold(matches[exact].account_name, text))
        exact++;
    return exact;
}

static void show_several(struct turn *turn, const struct request *request, struct reply *reply,
                         const char *text, const struct onboarding *matches, size_t count)
{
    const char *lines = "";
    for (size_t i = 0; i < count && i < MATCHES_SHOWN; i++) {
        char number[ONB_TEXT_SIZE];
        const char *name = card_account(turn->arena, &matches[i]);
        lines = arena_fmt(
            turn->arena, "%s\n• %s · %s · %s", lines, onb_format(matches[i].number, number),
            text_slack_escape(turn->arena, name), onboarding_state_name(matches[i].state));
    }
    reply_text(turn, request, reply, "%zu%s accounts match “%s”. Say which by its number:%s", count,
               count == MATCHES_MAX ? " or more" : "",
               card_outside(turn->arena, text, CARD_NAME_MAX), lines);
}

static enum target_kind find_by_name(struct turn *turn, const struct request *request,
                                     struct reply *reply, const char *text, struct onboarding *out)
{
    struct onboarding *matches = NULL;
    size_t count = onboardings_by_name(turn->db, turn->arena, request->actor.tenant, text,
                                       MATCHES_MAX, &matches);
    count = newest_of_each(matches, count);
    if (count == 0)
        return TARGET_UNKNOWN;
    if (count == 1 || exact_count(matches, count, text) == 1) {
        *out = matches[0];
        return TARGET_FOUND;
    }
    show_several(turn, request, reply, text, matches, count);
    return TARGET_SEVERAL;
}

static bool find_by_id(struct turn *turn, const struct request *request, const char *text,
                       struct onboarding *out)
{
    const char *tenant = request->actor.tenant;
    int64_t number = onb_parse(text);
    if (number != 0)
        return onboardings_get(turn->db, turn->arena, tenant, number, out);
    return strchr(text, ' ') == NULL &&
           (onboardings_by_account(turn->db, turn->arena, tenant, text, out) ||
            onboardings_by_opportunity(turn->db, turn->arena, tenant, text, out));
}

bool target_exact(struct turn *turn, const struct request *request, const char *text,
                  struct onboarding *out)
{
    if (find_by_id(turn, request, text, out))
        return true;
    struct onboarding *matches = NULL;
    size_t count = onboardings_by_name(turn->db, turn->arena, request->actor.tenant, text,
                                       MATCHES_MAX, &matches);
    count = newest_of_each(matches, count);
    if (exact_count(matches, count, text) != 1)
        return false;
    *out = matches[0];
    return true;
}

enum target_kind target_find(struct turn *turn, const struct request *request, struct reply *reply,
                             const char *text, struct onboarding *out, struct err *err)
{
    bool found = find_by_id(turn, request, text, out);
    enum target_kind kind = found ? TARGET_FOUND : TARGET_UNKNOWN;
    if (!found && onb_parse(text) == 0)
        kind = find_by_name(turn, request, reply, text, out);
    return db_ok(turn->db, err) ? kind : TARGET_FAILED;
}

bool target_need(struct turn *turn, const struct request *request, struct reply *reply,
                 const char *text, struct onboarding *out, struct err *err)
{
    enum target_kind kind = target_find(turn, request, reply, text, out, err);
    if (kind != TARGET_UNKNOWN)
        return kind == TARGET_FOUND;
    const char *name = card_outside(turn->arena, text, CARD_NAME_MAX);
    const char *command = turn->config->slack.command;
    if (onb_parse(text) != 0)
        reply_text(turn, request, reply, "There is no %s. `%s list team` shows what there is.",
                   name, command);
    else
        reply_text(turn, request, reply,
                   "I know no onboarding of “%s”. If it was started a moment ago, its account is "
                   "still being looked up and the answer comes to whoever asked. `%s list team` "
                   "shows what there is; `%s start %s` starts it.",
                   name, command, command, name);
    return false;
}
