/* Values for templates, Slack's markup for people and times, signed button values, and the one way
 * in which a template becomes a message or a view. */
#include "handlers/card_values.h"

#include "base/buf.h"
#include "base/calendar.h"
#include "base/json_node.h"
#include "base/text.h"
#include "base/token.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    MESSAGE_MAX_BLOCKS = 50,
    MESSAGE_TEXT_MAX = 4000,
    RENDERED_MAX_BYTES = 1024 * 1024,
    DAY_MS = 24 * 60 * 60 * 1000
};

const char *card_line(struct arena *arena, const char *text, size_t max)
{
    return text_unmarked(arena, text_line(arena, text, max));
}

const char *card_outside(struct arena *arena, const char *text, size_t max)
{
    return text_slack_escape(arena, card_line(arena, text, max));
}

const char *card_account(struct arena *arena, const struct onboarding *onboarding)
{
    const char *name = card_line(arena, onboarding->account_name, CARD_NAME_MAX);
    return name[0] ? name : card_line(arena, onboarding->account_id, CARD_NAME_MAX);
}

static bool is_slack_user(const char *id)
{
    if (id[0] != 'U' && id[0] != 'W')
        return false;
    size_t len = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    return id[len] == '\0' && len > 1 && len <= 24;
}

const char *card_person(struct turn *turn, const char *user_id)
{
    if (user_id == NULL || strcmp(user_id, "usher") == 0)
        return "Usher";
    if (is_slack_user(user_id))
        return arena_fmt(turn->arena, "<@%s>", user_id);
    return text_slack_escape(turn->arena, card_line(turn->arena, user_id, CARD_NAME_MAX));
}

const char *card_day(struct turn *turn, struct civil date)
{
    if (!civil_is_known(date))
        return NULL;
    char text[CIVIL_TEXT_SIZE];
    struct civil today = calendar_today(turn->config->calendar.zone, turn->world->now);
    return arena_str(turn->arena, civil_words(date, today, text));
}

const char *card_date(struct turn *turn, struct wall at)
{
    static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    struct local local = calendar_local(turn->config->calendar.zone, at);
    return arena_fmt(turn->arena, "<!date^%" PRId64 "^{date_short_pretty} {time}|%s %02d:%02d>",
                     at.ms / 1000, weekdays[civil_weekday(local.date)], local.minute / 60,
                     local.minute % 60);
}

/* Valid for the configured days, rounded up to a whole day: a message that is drawn again on the
 * same day has the same bytes. */
static struct wall token_expiry(struct turn *turn)
{
    int64_t end = turn->world->now.ms + turn->config->escalation.token_days * DAY_MS;
    return (struct wall){.ms = (end / DAY_MS + 1) * DAY_MS};
}

static void copy_field(char out[TOKEN_FIELD_MAX], const char *text)
{
    size_t len = strlen(text);
    assert(len < TOKEN_FIELD_MAX);
    memcpy(out, text, len + 1);
}

const char *card_object_token(struct turn *turn, const char *tenant, const char *kind,
                              const char *id, int64_t revision, const char *action)
{
    struct token token = {.revision = revision, .expires_at = token_expiry(turn)};
    copy_field(token.tenant, tenant);
    copy_field(token.kind, kind);
    copy_field(token.id, id);
    copy_field(token.action, action);
    char *text = arena_alloc(turn->arena, TOKEN_MAX);
    token_sign(turn->keyring, &token, text);
    return text;
}

const char *card_token(struct turn *turn, const struct item *item, const char *action)
{
    return card_object_token(turn, item->tenant, "item", item->id, item->revision, action);
}

struct json_node *card_nodes(struct turn *turn, const char *name, const struct value *context,
                             struct err *err)
{
    struct buf out;
    buf_init(&out, RENDERED_MAX_BYTES);
    struct json_node *nodes = NULL;
    if (template_render(turn->templates, name, context, &out, err)) {
        const char *text = arena_strn(turn->arena, buf_cstr(&out), out.len);
        nodes = json_scan(text, out.len, RENDERED_MAX_BYTES, turn->arena, err);
        if (nodes == NULL)
            err_prefix(err, "template %s", name);
    }
    buf_release(&out);
    return nodes;
}

static void digest(const struct card *card, char out[33])
{
    unsigned char hash[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)card->text, strlen(card->text) + 1);
    crypto_generichash_update(&state, (const unsigned char *)card->blocks, strlen(card->blocks));
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(out, 33, hash, sizeof hash);
}

bool card_message(struct turn *turn, const char *name, const struct value *context,
                  struct card *out, struct err *err)
{
    struct json_node *message = card_nodes(turn, name, context, err);
    if (message == NULL)
        return false;
    struct json_node *blocks = json_node_at(message, "blocks");
    const char *text = json_node_str(message, "text", turn->arena, NULL);
    if (blocks == NULL || text == NULL)
        return err_set(err, ERR_INVALID, "template %s: text and blocks are needed", name);
    out->blocks = blocks_check(blocks, MESSAGE_MAX_BLOCKS, turn->arena, err);
    if (out->blocks == NULL)
        return err_prefix(err, "template %s", name);
    out->text = text_cut(turn->arena, text, MESSAGE_TEXT_MAX);
    digest(out, out->digest);
    return true;
}

bool card_view(struct turn *turn, const char *name, const struct value *context, const char **out,
               struct err *err)
{
    struct json_node *view = card_nodes(turn, name, context, err);
    if (view == NULL)
        return false;
    *out = blocks_check(view, 0, turn->arena, err);
    return *out != NULL || err_prefix(err, "template %s", name);
}
