/* Slack's own look at blocks and views: a table of shapes, each with all the members that it may
 * have (any other is refused), then what holds between them. */
#include "tests/scenario/slack_limits.h"

#include "base/civil.h"
#include "base/json_node.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_MAX = 1 << 20, VIEW_MAX = 250000, MESSAGE_BLOCKS = 50, VIEW_BLOCKS = 100 };
enum { MESSAGE_TEXT = 40000 };

/* Where a shape may stand. */
enum place {
    AS_BLOCK = 1,
    IN_ACTIONS = 2,
    AS_ACCESSORY = 4,
    IN_INPUT = 8,
    IN_CONTEXT = 16,
    AS_VIEW = 32,
    AS_PART = 64, /* named by where it stands, without a type */
    ACTIVE = IN_ACTIONS | AS_ACCESSORY
};

enum kind {
    NONE,
    STRING,  /* 1 to max characters */
    LABEL,   /* a plain_text object */
    TEXT,    /* a text object of either kind */
    TEXTS,   /* max of them, each of 2000 */
    FLAG,    /* true or false */
    NUMBER,  /* 0 to max */
    DATE,    /* YYYY-MM-DD */
    STYLE,   /* primary or danger */
    BLOCKS,  /* a view's */
    LIST,    /* 1 to max shapes that may stand at `places` */
    ONE,     /* one of them */
    PART,    /* the shape of that name */
    OPTIONS, /* 1 to max options */
    CHOSEN,  /* one of the options */
    SEVERAL, /* some of them */
    GROUPS,
};

struct member {
    const char *name;
    enum kind kind;
    size_t max;
    unsigned places;
    bool needed;
};

enum { MEMBERS_MAX = 12 };
static const struct shape {
    const char *type;
    unsigned places;
    struct member members[MEMBERS_MAX];
} shapes[] = {
#define ID                                                                                         \
    {                                                                                              \
        "block_id", STRING, 255, 0, false                                                          \
    }
#define ACTION                                                                                     \
    {                                                                                              \
        "action_id", STRING, 255, 0, true                                                          \
    }
#define CONFIRM                                                                                    \
    {                                                                                              \
        "confirm", PART, 0, 0, false                                                               \
    }
#define FOCUS                                                                                      \
    {                                                                                              \
        "focus_on_load", FLAG, 0, 0, false                                                         \
    }
#define HOLDER                                                                                     \
    {                                                                                              \
        "placeholder", LABEL, 150, 0, false                                                        \
    }
#define VIEW_BODY                                                                                  \
    {"blocks", BLOCKS, VIEW_BLOCKS, 0, true}, {"private_metadata", STRING, 3000, 0, false},        \
        {"callback_id", STRING, 255, 0, false},                                                    \
    {                                                                                              \
        "external_id", STRING, 255, 0, false                                                       \
    }
    {"modal",
     AS_VIEW,
     {VIEW_BODY,
      {"title", LABEL, 24, 0, true},
      {"submit", LABEL, 24, 0, false},
      {"close", LABEL, 24, 0, false},
      {"clear_on_close", FLAG, 0, 0, false},
      {"notify_on_close", FLAG, 0, 0, false}}},
    {"home", AS_VIEW, {VIEW_BODY}},
    {"header", AS_BLOCK, {ID, {"text", LABEL, 150, 0, true}}},
    {"section",
     AS_BLOCK,
     {ID,
      {"text", TEXT, 3000, 0, false},
      {"fields", TEXTS, 10, 0, false},
      {"accessory", ONE, 0, AS_ACCESSORY, false}}},
    {"context", AS_BLOCK, {ID, {"elements", LIST, 10, IN_CONTEXT, true}}},
    {"actions", AS_BLOCK, {ID, {"elements", LIST, 25, IN_ACTIONS, true}}},
    {"divider", AS_BLOCK, {ID}},
    {"input",
     AS_BLOCK,
     {ID,
      {"label", LABEL, 2000, 0, true},
      {"hint", LABEL, 2000, 0, false},
      {"element", ONE, 0, IN_INPUT, true},
      {"optional", FLAG, 0, 0, false},
      {"dispatch_action", FLAG, 0, 0, false}}},
    {"mrkdwn", IN_CONTEXT, {{"text", STRING, 3000, 0, true}, {"verbatim", FLAG, 0, 0, false}}},
    {"plain_text", IN_CONTEXT, {{"text", STRING, 3000, 0, true}, {"emoji", FLAG, 0, 0, false}}},
    {"button",
     ACTIVE,
     {ACTION,
      CONFIRM,
      {"text", LABEL, 75, 0, true},
      {"value", STRING, 2000, 0, false},
      {"url", STRING, 3000, 0, false},
      {"style", STYLE, 0, 0, false},
      {"accessibility_label", STRING, 75, 0, false}}},
    {"static_select",
     ACTIVE | IN_INPUT,
     {ACTION,
      CONFIRM,
      FOCUS,
      HOLDER,
      {"options", OPTIONS, 100, 0, false},
      {"option_groups", GROUPS, 100, 0, false},
      {"initial_option", CHOSEN, 0, 0, false}}},
    {"overflow", ACTIVE, {ACTION, CONFIRM, {"options", OPTIONS, 5, 0, true}}},
    {"checkboxes",
     ACTIVE | IN_INPUT,
     {ACTION,
      CONFIRM,
      FOCUS,
      {"options", OPTIONS, 10, 0, true},
      {"initial_options", SEVERAL, 10, 0, false}}},
    {"radio_buttons",
     ACTIVE | IN_INPUT,
     {ACTION,
      CONFIRM,
      FOCUS,
      {"options", OPTIONS, 10, 0, true},
      {"initial_option", CHOSEN, 0, 0, false}}},
    {"datepicker",
     ACTIVE | IN_INPUT,
     {ACTION, CONFIRM, FOCUS, HOLDER, {"initial_date", DATE, 0, 0, false}}},
    {"users_select",
     ACTIVE | IN_INPUT,
     {ACTION, CONFIRM, FOCUS, HOLDER, {"initial_user", STRING, 24, 0, false}}},
    {"plain_text_input",
     IN_INPUT,
     {ACTION,
      FOCUS,
      HOLDER,
      {"initial_value", STRING, 3000, 0, false},
      {"multiline", FLAG, 0, 0, false},
      {"min_length", NUMBER, 3000, 0, false},
      {"max_length", NUMBER, 3000, 0, false}}},
    {"confirm",
     AS_PART,
     {{"title", LABEL, 100, 0, true},
      {"text", TEXT, 300, 0, true},
      {"confirm", LABEL, 30, 0, true},
      {"deny", LABEL, 30, 0, true},
      {"style", STYLE, 0, 0, false}}},
    {"option",
     AS_PART,
     {{"text", TEXT, 75, 0, true},
      {"value", STRING, 150, 0, true},
      {"description", LABEL, 75, 0, false}}},
    {"group", AS_PART, {{"label", LABEL, 75, 0, true}, {"options", OPTIONS, 100, 0, true}}},
};

static struct arena arena; /* of the text that is looked at */
static char why[320];

static bool refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static bool refuse(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(why, sizeof why, fmt, args);
    va_end(args);
    return false;
}

static const char *str(struct json_node *object, const char *name)
{
    return json_node_str(object, name, &arena, "");
}

static bool check_shape(const char *name, unsigned places, struct json_node *object);

static bool check_string(const char *where, const struct json_node *string, size_t max)
{
    if (!string || string->kind != JSON_STRING)
        return refuse("%s: no string", where);
    size_t len = text_utf16_len(arena_strn(&arena, string->text, string->len));
    return (len > 0 && len <= max) || refuse("%s: %zu characters, of 1 to %zu", where, len, max);
}

static bool check_text(const char *where, struct json_node *object, size_t max, bool plain)
{
    bool is_plain = json_node_says(json_node_at(object, "type"), "plain_text");
    if (!is_plain && (plain || !json_node_says(json_node_at(object, "type"), "mrkdwn")))
        return refuse("%s: no %s object", where, plain ? "plain_text" : "text");
    return check_shape(is_plain ? "plain_text" : "mrkdwn", 0, object) &&
           check_string(where, json_node_at(object, "text"), max);
}

/* name: the shape of each; NULL: their types tell. */
static bool check_list(const char *where, struct json_node *list, size_t max, const char *name,
                       unsigned places)
{
    size_t count = json_node_count(list);
    if (!list || list->kind != JSON_LIST || count < 1 || count > max)
        return refuse("%s: a list of %zu, of 1 to %zu", where, count, max);
    for (struct json_node *at = json_node_first(list); at; at = json_node_next(list, at))
        if (!check_shape(name, places, at))
            return false;
    return true;
}

static bool check_texts(const char *where, struct json_node *list, size_t max)
{
    size_t count = json_node_count(list);
    if (count < 1 || count > max)
        return refuse("%s: %zu, of 1 to %zu", where, count, max);
    for (struct json_node *at = json_node_first(list); at; at = json_node_next(list, at))
        if (!check_text(where, at, 2000, false))
            return false;
    return true;
}

/* ---- options ---- */

static bool is_same(const struct json_node *a, const struct json_node *b)
{
    struct buf first = {0}, second = {0};
    json_node_write(a, &first);
    json_node_write(b, &second);
    bool same = strcmp(buf_cstr(&first), buf_cstr(&second)) == 0;
    buf_release(&first);
    buf_release(&second);
    return same;
}

static bool is_among(struct json_node *list, const struct json_node *wanted)
{
    for (struct json_node *at = list ? json_node_first(list) : NULL; at;
         at = json_node_next(list, at))
        if (is_same(at, wanted))
            return true;
    return false;
}

static bool is_offered(struct json_node *element, const struct json_node *chosen)
{
    struct json_node *groups = json_node_at(element, "option_groups");
    if (is_among(json_node_at(element, "options"), chosen))
        return true;
    for (struct json_node *at = groups ? json_node_first(groups) : NULL; at;
         at = json_node_next(groups, at))
        if (is_among(json_node_at(at, "options"), chosen))
            return true;
    return refuse("what is chosen at first is none of the options");
}

static bool check_options(const char *type, struct json_node *options, size_t max)
{
    bool marked = strcmp(type, "checkboxes") == 0 || strcmp(type, "radio_buttons") == 0;
    if (!check_list("options", options, max, "option", AS_PART))
        return false;
    for (struct json_node *at = json_node_first(options); at; at = json_node_next(options, at))
        if (!marked && !check_text("an option", json_node_at(at, "text"), 75, true))
            return false;
    return true;
}

static bool check_chosen(struct json_node *element, struct json_node *list, size_t max)
{
    if (json_node_count(list) < 1 || json_node_count(list) > max)
        return refuse("initial_options: none, or too many");
    for (struct json_node *at = json_node_first(list); at; at = json_node_next(list, at))
        if (!is_offered(element, at))
            return false;
    return true;
}

/* ---- members ---- */

static bool check_day(const char *where, struct json_node *value)
{
    struct civil day;
    struct err ignored;
    return (value->kind == JSON_STRING && value->len == 10 &&
            civil_parse(arena_strn(&arena, value->text, value->len), &day, &ignored)) ||
           refuse("%s: no date", where);
}

static bool check_blocks(struct json_node *list, size_t max);

static bool check_member(const struct shape *shape, const struct member *member,
                         struct json_node *object, struct json_node *value)
{
    const char *name = arena_fmt(&arena, "%s.%s", shape->type, member->name);
    switch (member->kind) {
    case STRING:
        return check_string(name, value, member->max);
    case LABEL:
    case TEXT:
        return check_text(name, value, member->max, member->kind == LABEL);
    case TEXTS:
        return check_texts(name, value, member->max);
    case FLAG:
        return value->kind == JSON_TRUE || value->kind == JSON_FALSE || refuse("%s: no flag", name);
    case NUMBER:
        return (json_node_int(value, "", -1) >= 0 &&
                json_node_int(value, "", -1) <= (int64_t)member->max) ||
               refuse("%s: not within 0 and %zu", name, member->max);
    case DATE:
        return check_day(name, value);
    case STYLE:
        return json_node_says(value, "primary") || json_node_says(value, "danger") ||
               refuse("%s: no style", name);
    case BLOCKS:
        return check_blocks(value, member->max);
    case LIST:
        return check_list(name, value, member->max, NULL, member->places);
    case ONE:
        return check_shape(NULL, member->places, value);
    case PART:
        return check_shape(member->name, AS_PART, value);
    case OPTIONS:
        return check_options(shape->type, value, member->max);
    case CHOSEN:
        return is_offered(object, value);
    case SEVERAL:
        return check_chosen(object, value, member->max);
    case GROUPS:
        return check_list(name, value, member->max, "group", AS_PART);
    case NONE:
        break;
    }
    return true;
}

static const struct member *member_of(const struct shape *shape, const struct json_node *value)
{
    for (const struct member *at = shape->members;
         at < shape->members + MEMBERS_MAX && at->kind != NONE; at++)
        if (strlen(at->name) == value->key_len && memcmp(at->name, value->key, value->key_len) == 0)
            return at;
    return NULL;
}

static bool is_type(const struct json_node *value)
{
    return value->key_len == 4 && memcmp(value->key, "type", 4) == 0;
}

static bool check_members(const struct shape *shape, struct json_node *object)
{
    for (const struct member *at = shape->members;
         at < shape->members + MEMBERS_MAX && at->kind != NONE; at++)
        if (at->needed && !json_node_at(object, at->name))
            return refuse("%s.%s: missing", shape->type, at->name);
    for (struct json_node *at = json_node_first(object); at; at = json_node_next(object, at)) {
        const struct member *member = member_of(shape, at);
        if (!member && (!is_type(at) || shape->places == AS_PART))
            return refuse("%s: invalid additional property: %.*s", shape->type, (int)at->key_len,
                          at->key);
        if (member && !check_member(shape, member, object, at))
            return false;
    }
    return true;
}

/* What holds between the members of one shape. */
static bool check_whole(const struct shape *shape, struct json_node *object)
{
    bool text = json_node_at(object, "text"), fields = json_node_at(object, "fields");
    bool options = json_node_at(object, "options"), groups = json_node_at(object, "option_groups");
    if (strcmp(shape->type, "section") == 0 && !text && !fields)
        return refuse("a section without text or fields");
    if (strcmp(shape->type, "static_select") == 0 && options == groups)
        return refuse("a select with options and groups, or with neither");
    return strcmp(shape->type, "plain_text_input") != 0 ||
           json_node_int(object, "min_length", 0) <= json_node_int(object, "max_length", 3000) ||
           refuse("an input that can hold nothing");
}

static bool check_shape(const char *name, unsigned places, struct json_node *object)
{
    if (object->kind != JSON_OBJECT)
        return refuse("no object");
    const char *type = name ? name : str(object, "type");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strcmp(shapes[i].type, type) == 0)
            return (places && !(shapes[i].places & places))
                       ? refuse("a %s may not stand there", type)
                       : check_members(&shapes[i], object) && check_whole(&shapes[i], object);
    return refuse("unknown type \"%s\"", type);
}

/* ---- what must be unique ---- */

/* list may be NULL. */
static bool check_unique(struct json_node *list, const char *member)
{
    for (struct json_node *at = list ? json_node_first(list) : NULL; at;
         at = json_node_next(list, at)) {
        const char *id = str(at, member);
        for (struct json_node *k = json_node_next(list, at); id[0] && k;
             k = json_node_next(list, k))
            if (strcmp(id, str(k, member)) == 0)
                return refuse("%s \"%s\" stands twice", member, id);
    }
    return true;
}

static bool check_blocks(struct json_node *list, size_t max)
{
    if (!list || list->kind != JSON_LIST || json_node_count(list) > max)
        return refuse("blocks: %zu of %zu", json_node_count(list), max);
    for (struct json_node *at = json_node_first(list); at; at = json_node_next(list, at))
        if (!check_shape(NULL, AS_BLOCK, at) ||
            !check_unique(json_node_at(at, "elements"), "action_id"))
            return false;
    return check_unique(list, "block_id");
}

/* ---- views ---- */

static bool has_input(struct json_node *view, const char *block_id)
{
    struct json_node *list = json_node_at(view, "blocks");
    for (struct json_node *at = list ? json_node_first(list) : NULL; at;
         at = json_node_next(list, at))
        if (strcmp(str(at, "type"), "input") == 0 &&
            (!block_id || strcmp(str(at, "block_id"), block_id) == 0))
            return true;
    return false;
}

static bool check_view(struct json_node *view)
{
    if (!check_shape(NULL, AS_VIEW, view))
        return false;
    if (strcmp(str(view, "type"), "modal") == 0 && has_input(view, NULL) &&
        !json_node_at(view, "submit"))
        return refuse("a view with inputs and nothing to submit it");
    return true;
}

/* ---- what is asked ---- */

static struct json_node *scan(const char *json)
{
    struct err err = {0};
    arena_reset(&arena);
    struct json_node *root = json_scan(json, strlen(json), JSON_MAX, &arena, &err);
    if (!root)
        (void)refuse("%s", err.msg);
    return root;
}

const char *slack_refuses_blocks(const char *json)
{
    struct json_node *root = scan(json);
    return root && check_blocks(root, MESSAGE_BLOCKS) ? NULL : why;
}

const char *slack_refuses_view(const char *json)
{
    struct json_node *root = scan(json);
    if (strlen(json) > VIEW_MAX)
        (void)refuse("a view above 250 kB");
    return strlen(json) <= VIEW_MAX && root && check_view(root) ? NULL : why;
}

const char *slack_refuses_payload(const char *json)
{
    struct json_node *root = scan(json);
    if (!root)
        return why;
    struct json_node *text = json_node_at(root, "text"), *blocks = json_node_at(root, "blocks"),
                     *view = json_node_at(root, "view");
    return (!text || check_string("text", text, MESSAGE_TEXT)) &&
                   (!blocks || check_blocks(blocks, MESSAGE_BLOCKS)) && (!view || check_view(view))
               ? NULL
               : why;
}

const char *slack_refuses_errors(const char *ack, const char *view)
{
    const char *both = arena_fmt(&arena, "{\"ack\":%s,\"view\":%s}", ack, view);
    char *copy = strdup(both);
    struct json_node *root = scan(copy), *errors = json_node_at(root, "ack.errors");
    bool fine = root != NULL;
    for (struct json_node *at = errors ? json_node_first(errors) : NULL; at && fine;
         at = json_node_next(errors, at)) {
        const char *id = arena_strn(&arena, at->key, at->key_len);
        fine = (has_input(json_node_at(root, "view"), id) ||
                refuse("an error under \"%s\", which is no input", id)) &&
               check_string(id, at, 2000);
    }
    free(copy);
    return fine ? NULL : why;
}
