/* Cuts a command's text into words: quotes of every kind, and Slack's escapes undone. */
#include "handlers/commands/arguments.h"

#include "base/buf.h"
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/roles.h"
#include "handlers/routes.h"

#include <stdlib.h>
#include <string.h>

/* Marks that open or close a phrase, and the escapes of Slack's command text. */
static const struct {
    const char *mark;
    char stands_for; /* '"' opens and closes a phrase */
} marks[] = {
    {"\"", '"'}, {"“", '"'},     {"”", '"'},    {"„", '"'},    {"«", '"'},
    {"»", '"'},  {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'},
};

static bool may_be_mark(char c)
{
    return c == '"' || c == '&' || (unsigned char)c >= 0x80;
}

/* The text with every quote as '\001' and every escape as its character. */
static char *normalise(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, strlen(text) + 1);
    size_t len = 0;
    for (const char *p = text; *p != '\0';) {
        size_t step = 1;
        char c = (unsigned char)*p < 0x20 ? ' ' : *p;
        for (size_t i = 0; may_be_mark(*p) && i < sizeof marks / sizeof *marks; i++)
            if (strncmp(p, marks[i].mark, strlen(marks[i].mark)) == 0) {
                step = strlen(marks[i].mark);
                c = marks[i].stands_for == '"' ? '\001' : marks[i].stands_for;
                break;
            }
        out[len++] = c;
        p += step;
    }
    out[len] = '\0';
    return out;
}

/* One word or phrase from *at on; NULL at the end. *open: its quote is not closed. */
static const char *next_word(struct arena *arena, const char **at, bool *open)
{
    const char *p = *at + strspn(*at, " ");
    if (*p == '\0')
        return NULL;
    bool quoted = *p == '\001';
    const char *start = quoted ? p + 1 : p;
    size_t len = strcspn(start, quoted ? "\001" : " \001");
    *open = quoted && start[len] == '\0';
    *at = start + len + (quoted && !*open ? 1 : 0);
    return text_line(arena, arena_strn(arena, start, len), ARGUMENT_TEXT_MAX);
}

bool arguments_parse(struct arena *arena, const char *text, struct arguments *out, struct err *err)
{
    *out = (struct arguments){.all = ""};
    if (text == NULL)
        return true;
    if (text_utf16_len(text) > ARGUMENT_TEXT_MAX)
        return err_set(err, ERR_USAGE, "that is more than %d characters", ARGUMENT_TEXT_MAX);
    const char *at = normalise(arena, text);
    bool open = false;
    for (const char *word; (word = next_word(arena, &at, &open)) != NULL;) {
        if (open)
            return err_set(err, ERR_USAGE, "a quotation mark has no partner");
        if (out->count == ARGUMENTS_MAX) {
            out->words[ARGUMENTS_MAX - 1] =
                arena_fmt(arena, "%s %s", out->words[ARGUMENTS_MAX - 1], word);
            continue;
        }
        out->words[out->count++] = word;
    }
    out->all = arguments_from(arena, out, 0);
    return true;
}

const char *arguments_from(struct arena *arena, const struct arguments *arguments, size_t first)
{
    const char *text = "";
    for (size_t i = first; i < arguments->count; i++)
        text = arena_fmt(arena, "%s%s%s", text, i > first ? " " : "", arguments->words[i]);
    return text;
}

bool arguments_take(struct arena *arena, struct arguments *arguments, const char *name,
                    const char **value)
{
    for (size_t i = 0; i < arguments->count; i++) {
        if (!text_equal_fold(arguments->words[i], name))
            continue;
        size_t taken = value != NULL && i + 1 < arguments->count ? 2 : 1;
        if (value != NULL)
            *value = taken == 2 ? arguments->words[i + 1] : NULL;
        for (size_t k = i; k + taken < arguments->count; k++)
            arguments->words[k] = arguments->words[k + taken];
        arguments->count -= taken;
        arguments->all = arguments_from(arena, arguments, 0);
        return true;
    }
    return false;
}

bool opportunity_take(struct turn *turn, const struct request *request, struct reply *reply,
                      const char *verb, struct arguments *arguments, const char **out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const char *id = NULL;
    *out = NULL;
    if (!arguments_take(turn->arena, arguments, "--opp", &id))
        return true;
    size_t len = id != NULL ? strlen(id) : 0;
    if (len >= 15 && len <= 18 && strncmp(id, "006", 3) == 0 && strspn(id, letters) == len) {
        *out = id;
        return true;
    }
    reply_usage(turn, request, reply, verb,
                "--opp takes the Salesforce id of an opportunity, such as 006A0000001XYZ1");
    return false;
}

bool reply_usage(struct turn *turn, const struct request *request, struct reply *reply,
                 const char *verb, const char *problem)
{
    const struct route *route = route_find_command(verb);
    const char *usage = route != NULL && route->usage != NULL ? route->usage : verb;
    reply_text(turn, request, reply, "%s.\nUsage: `%s %s`", text_slack_escape(turn->arena, problem),
               turn->config->slack.command, text_slack_escape(turn->arena, usage));
    return true;
}

bool allow_work(struct turn *turn, const struct request *request, struct reply *reply)
{
    const char *why = NULL;
    if (roles_may_work(turn, &request->actor, &why))
        return true;
    reply_text(turn, request, reply, "%s", why);
    return false;
}

/* "r3" -> 3; 0 when it is not a revision. */
static int64_t revision_parse(const char *word)
{
    if ((word[0] != 'r' && word[0] != 'R') || word[1] == '\0' ||
        word[1 + strspn(word + 1, "0123456789")] != '\0' || strlen(word) > 10)
        return 0;
    return strtoll(word + 1, NULL, 10);
}

bool item_arguments_parse(struct turn *turn, const struct request *request, struct reply *reply,
                          const char *verb, bool takes_reason, struct item_arguments *out)
{
    struct arguments arguments;
    struct err err = {0};
    const char *problem = NULL;
    *out = (struct item_arguments){0};
    size_t next = 1;
    if (!arguments_parse(turn->arena, request->text, &arguments, &err))
        problem = err.msg;
    else if (arguments.count == 0)
        problem = "Which one? Its number is missing";
    else if ((out->number = onb_parse(arguments.words[0])) == 0)
        problem = arena_fmt(turn->arena, "“%s” is no number like ONB-1042",
                            card_line(turn->arena, arguments.words[0], CARD_NAME_MAX));
    else if (takes_reason && arguments.count > 1 &&
             (out->revision = revision_parse(arguments.words[1])) > 0)
        next = 2;
    if (problem == NULL && arguments.count > next && !takes_reason)
        problem = "That is more than this verb takes";
    if (problem != NULL) {
        reply_usage(turn, request, reply, verb, problem);
        return false;
    }
    if (arguments.count > next)
        out->reason =
            text_cut(turn->arena, arguments_from(turn->arena, &arguments, next), REASON_TEXT_MAX);
    out->words = arena_array(turn->arena, ARGUMENTS_MAX, sizeof *out->words);
    for (; next < arguments.count; next++)
        out->words[out->word_count++] = arguments.words[next];
    return true;
}

bool reply_moved(struct turn *turn, const struct request *request, struct reply *reply,
                 struct moved moved)
{
    if (moved.how == MOVE_FAILED)
        return false;
    reply_text(turn, request, reply, "%s", moved.why);
    return true;
}
