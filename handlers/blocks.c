/* Block Kit's limits, checked before anything is sent: one table of shapes, one walk. Text that is
 * only too long is cut; whatever else breaks a limit is an error that names its place. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "handlers/card.h"

#include <string.h>

enum limit_kind {
    LIMIT_END,
    LIMIT_CUT,   /* a string that people read: cut to max */
    LIMIT_EXACT, /* a string that machines read: too long is an error */
    LIMIT_TEXT,  /* a text object, its text cut to max */
    LIMIT_LIST,  /* at most max members of shape `of` */
    LIMIT_CHILD, /* one object of shape `of` */
    LIMIT_NUMBER /* an integer of at most max */
};

struct limit {
    const char *member;
    enum limit_kind kind;
    size_t max;
    const char *of; /* NULL: the shape is named by the child's "type" */
    bool needed;
};

enum { SHAPE_MAX_LIMITS = 9, PATH_SIZE = 160, PRIVATE_METADATA_MAX = 3000, VIEW_BYTES = 250000 };

struct shape {
    const char *name;
    struct limit limits[SHAPE_MAX_LIMITS];
};

/* Lengths as Slack documents them, in UTF-16 units. A text object is a shape of its own, "text",
 * whose maximum depends on where it stands. */
static const struct shape shapes[] = {
    {"modal",
     {{"title", LIMIT_TEXT, 24, NULL, true},
      {"submit", LIMIT_TEXT, 24, NULL, false},
      {"close", LIMIT_TEXT, 24, NULL, false},
      {"blocks", LIMIT_LIST, 100, NULL, true},
      {"private_metadata", LIMIT_EXACT, PRIVATE_METADATA_MAX, NULL, false},
      {"callback_id", LIMIT_EXACT, 255, NULL, false},
      {"external_id", LIMIT_EXACT, 255, NULL, false}}},
    {"home",
     {{"blocks", LIMIT_LIST, 100, NULL, true},
      {"private_metadata", LIMIT_EXACT, PRIVATE_METADATA_MAX, NULL, false},
      {"callback_id", LIMIT_EXACT, 255, NULL, false},
      {"external_id", LIMIT_EXACT, 255, NULL, false}}},
    {"header",
     {{"text", LIMIT_TEXT, 150, NULL, true}, {"block_id", LIMIT_EXACT, 255, NULL, false}}},
    {"section",
     {{"text", LIMIT_TEXT, 3000, NULL, false},
      {"fields", LIMIT_LIST, 10, "field", false},
      {"accessory", LIMIT_CHILD, 0, NULL, false},
      {"block_id", LIMIT_EXACT, 255, NULL, false}}},
    {"field", {{"text", LIMIT_CUT, 2000, NULL, true}}},
    {"context",
     {{"elements", LIMIT_LIST, 10, NULL, true}, {"block_id", LIMIT_EXACT, 255, NULL, false}}},
    {"mrkdwn", {{"text", LIMIT_CUT, 3000, NULL, true}}},
    {"plain_text", {{"text", LIMIT_CUT, 3000, NULL, true}}},
    {"actions",
     {{"elements", LIMIT_LIST, 25, NULL, true}, {"block_id", LIMIT_EXACT, 255, NULL, false}}},
    {"divider", {{"block_id", LIMIT_EXACT, 255, NULL, false}}},
    {"image",
     {{"image_url", LIMIT_EXACT, 3000, NULL, false},
      {"alt_text", LIMIT_CUT, 2000, NULL, true},
      {"title", LIMIT_TEXT, 2000, NULL, false},
      {"block_id", LIMIT_EXACT, 255, NULL, false}}},
    {"markdown",
     {{"text", LIMIT_CUT, 12000, NULL, true}, {"block_id", LIMIT_EXACT, 255, NULL, false}}},
    {"rich_text", {{"block_id", LIMIT_EXACT, 255, NULL, false}}},
    {"input",
     {{"label", LIMIT_TEXT, 2000, NULL, true},
      {"hint", LIMIT_TEXT, 2000, NULL, false},
      {"element", LIMIT_CHILD, 0, NULL, true},
      {"block_id", LIMIT_EXACT, 255, NULL, false}}},
    {"button",
     {{"text", LIMIT_TEXT, 75, NULL, true},
      {"value", LIMIT_EXACT, 2000, NULL, false},
      {"url", LIMIT_EXACT, 3000, NULL, false},
      {"accessibility_label", LIMIT_CUT, 75, NULL, false},
      {"action_id", LIMIT_EXACT, 255, NULL, true},
      {"confirm", LIMIT_CHILD, 0, "confirm", false}}},
    {"confirm",
     {{"title", LIMIT_TEXT, 100, NULL, true},
      {"text", LIMIT_TEXT, 300, NULL, true},
      {"confirm", LIMIT_TEXT, 30, NULL, true},
      {"deny", LIMIT_TEXT, 30, NULL, true}}},
    {"static_select",
     {{"placeholder", LIMIT_TEXT, 150, NULL, false},
      {"options", LIMIT_LIST, 100, "option", false},
      {"option_groups", LIMIT_LIST, 100, "group", false},
      {"initial_option", LIMIT_CHILD, 0, "option", false},
      {"action_id", LIMIT_EXACT, 255, NULL, true},
      {"confirm", LIMIT_CHILD, 0, "confirm", false}}},
    {"group",
     {{"label", LIMIT_TEXT, 75, NULL, true}, {"options", LIMIT_LIST, 100, "option", true}}},
    {"option",
     {{"text", LIMIT_TEXT, 75, NULL, true},
      {"value", LIMIT_EXACT, 150, NULL, true},
      {"description", LIMIT_TEXT, 75, NULL, false}}},
    {"overflow",
     {{"options", LIMIT_LIST, 5, "option", true},
      {"action_id", LIMIT_EXACT, 255, NULL, true},
      {"confirm", LIMIT_CHILD, 0, "confirm", false}}},
    {"checkboxes",
     {{"options", LIMIT_LIST, 10, "option", true}, {"action_id", LIMIT_EXACT, 255, NULL, true}}},
    {"radio_buttons",
     {{"options", LIMIT_LIST, 10, "option", true}, {"action_id", LIMIT_EXACT, 255, NULL, true}}},
    {"plain_text_input",
     {{"placeholder", LIMIT_TEXT, 150, NULL, false},
      {"initial_value", LIMIT_EXACT, 3000, NULL, false},
      {"min_length", LIMIT_NUMBER, 3000, NULL, false},
      {"max_length", LIMIT_NUMBER, 3000, NULL, false},
      {"action_id", LIMIT_EXACT, 255, NULL, true}}},
    {"datepicker",
     {{"placeholder", LIMIT_TEXT, 150, NULL, false}, {"action_id", LIMIT_EXACT, 255, NULL, true}}},
    {"users_select",
     {{"placeholder", LIMIT_TEXT, 150, NULL, false}, {"action_id", LIMIT_EXACT, 255, NULL, true}}},
};

struct walk {
    struct arena *arena; /* of what is cut */
    bool has_cut;
    struct err *err;
};

/* Where the walk is: "blocks[3].elements[0].value" is spelt out only for an error. */
struct place {
    const struct place *parent;
    const char *member; /* NULL: a place in a list */
    size_t index;
};

static bool check_shape(struct walk *walk, const struct place *place, const char *name,
                        struct json_node *object);

static void spell(const struct place *place, struct buf *out)
{
    if (!place)
        return;
    spell(place->parent, out);
    if (place->member)
        buf_fmt(out, "%s%s", out->len ? "." : "", place->member);
    else
        buf_fmt(out, "[%zu]", place->index);
}

/* Puts the place before what err says. Returns false. */
static bool wrong_at(struct walk *walk, const struct place *place)
{
    struct buf path;
    buf_init(&path, PATH_SIZE);
    spell(place, &path);
    err_prefix(walk->err, "%s", buf_cstr(&path));
    buf_release(&path);
    return false;
}

static const struct shape *shape_named(const char *name)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strcmp(shapes[i].name, name) == 0)
            return &shapes[i];
    return NULL;
}

static const struct shape *shape_typed(const struct json_node *type)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (json_node_says(type, shapes[i].name))
            return &shapes[i];
    return NULL;
}

/* Where a cut at `len` bytes would fall inside &amp; or <@U…>, the byte where that begins. */
static size_t whole_end(const char *text, size_t len)
{
    for (size_t i = len; i > 0 && len - i < 300; i--) {
        char c = text[i - 1];
        if (c == '>')
            break;
        if (c == '<')
            return i - 1;
    }
    for (size_t i = len; i > 0 && len - i < 6; i--) {
        char c = text[i - 1];
        if (c == ';')
            break;
        if (c == '&')
            return i - 1;
    }
    return len;
}

/* Cuts marked-up text so that no mention, date or escaped character is left half. */
static void cut_string(struct arena *arena, struct json_node *string, const char *text, size_t max)
{
    const char *ellipsis = "…";
    char *cut = text_cut(arena, text, max);
    size_t len = strlen(cut);
    size_t tail = strlen(ellipsis);
    if (len >= tail && strcmp(cut + len - tail, ellipsis) == 0)
        len -= tail;
    size_t whole = whole_end(cut, len);
    string->text = arena_fmt(arena, "%.*s%s", (int)whole, cut, ellipsis);
    string->len = (uint32_t)(whole + tail);
}

static bool check_string(struct walk *walk, const struct place *place, const struct limit *limit,
                         struct json_node *string)
{
    if (string->kind != JSON_STRING) {
        err_set(walk->err, ERR_INVALID, "not a string");
        return wrong_at(walk, place);
    }
    if (string->len == 0 && limit->kind != LIMIT_EXACT) {
        err_set(walk->err, ERR_INVALID, "empty text");
        return wrong_at(walk, place);
    }
    if (string->len <= limit->max) /* bytes, of which there are never fewer than characters */
        return true;
    const char *text = arena_strn(walk->arena, string->text, string->len);
    size_t len = text_utf16_len(text);
    if (len <= limit->max)
        return true;
    if (limit->kind == LIMIT_EXACT) {
        err_set(walk->err, ERR_TOO_LARGE, "%zu characters where Slack takes %zu", len, limit->max);
        return wrong_at(walk, place);
    }
    cut_string(walk->arena, string, text, limit->max);
    walk->has_cut = true;
    return true;
}

static bool check_list(struct walk *walk, const struct place *place, const struct limit *limit,
                       struct json_node *list)
{
    if (list->kind != JSON_LIST) {
        err_set(walk->err, ERR_INVALID, "not a list");
        return wrong_at(walk, place);
    }
    if (list->count > limit->max) {
        err_set(walk->err, ERR_TOO_LARGE, "%zu where Slack takes %zu", (size_t)list->count,
                limit->max);
        return wrong_at(walk, place);
    }
    struct place inside = {.parent = place};
    for (struct json_node *at = json_node_first(list); at; at = json_node_next(list, at)) {
        if (!check_shape(walk, &inside, limit->of, at))
            return false;
        inside.index++;
    }
    return true;
}

static bool check_text(struct walk *walk, const struct place *place, const struct limit *limit,
                       struct json_node *object)
{
    struct json_node *text = json_node_at(object, "text");
    if (text == NULL) {
        err_set(walk->err, ERR_INVALID, "not a text object");
        return wrong_at(walk, place);
    }
    struct limit inside = *limit;
    inside.kind = LIMIT_CUT;
    return check_string(walk, place, &inside, text);
}

static bool check_member(struct walk *walk, const struct place *place, const struct limit *limit,
                         struct json_node *value)
{
    switch (limit->kind) {
    case LIMIT_CUT:
    case LIMIT_EXACT:
        return check_string(walk, place, limit, value);
    case LIMIT_TEXT:
        return check_text(walk, place, limit, value);
    case LIMIT_LIST:
        return check_list(walk, place, limit, value);
    case LIMIT_CHILD:
        return check_shape(walk, place, limit->of, value);
    case LIMIT_NUMBER:
        if (json_node_int(value, "", 0) <= (int64_t)limit->max)
            return true;
        err_set(walk->err, ERR_TOO_LARGE, "above %zu", limit->max);
        return wrong_at(walk, place);
    case LIMIT_END:
        break;
    }
    return true;
}

/* name NULL: the object's "type" names its shape. */
static bool check_shape(struct walk *walk, const struct place *place, const char *name,
                        struct json_node *object)
{
    const struct shape *shape =
        name == NULL ? shape_typed(json_node_at(object, "type")) : shape_named(name);
    if (shape == NULL) {
        err_set(walk->err, ERR_INVALID, "unknown type \"%s\"",
                name == NULL ? json_node_str(object, "type", walk->arena, "") : name);
        return wrong_at(walk, place);
    }
    for (const struct limit *limit = shape->limits;
         limit < shape->limits + SHAPE_MAX_LIMITS && limit->kind != LIMIT_END; limit++) {
        const struct place inside = {.parent = place, .member = limit->member};
        struct json_node *value = json_node_at(object, limit->member);
        if (value == NULL && limit->needed) {
            err_set(walk->err, ERR_INVALID, "missing");
            return wrong_at(walk, &inside);
        }
        if (value != NULL && !check_member(walk, &inside, limit, value))
            return false;
    }
    return true;
}

static bool check_sections(struct json_node *blocks, struct err *err)
{
    size_t i = 0;
    for (struct json_node *at = json_node_first(blocks); at; at = json_node_next(blocks, at), i++)
        if (json_node_says(json_node_at(at, "type"), "section") &&
            json_node_at(at, "text") == NULL && json_node_at(at, "fields") == NULL)
            return err_set(err, ERR_INVALID, "blocks[%zu]: a section without text or fields", i);
    return true;
}

static bool same_text(const struct json_node *a, const struct json_node *b)
{
    return a && b && a->kind == JSON_STRING && b->kind == JSON_STRING && a->len == b->len &&
           memcmp(a->text, b->text, a->len) == 0;
}

static bool check_block_ids(struct json_node *blocks, struct err *err)
{
    size_t i = 0;
    for (struct json_node *at = json_node_first(blocks); at; at = json_node_next(blocks, at), i++) {
        const struct json_node *id = json_node_at(at, "block_id");
        for (struct json_node *k = blocks + 1; id != NULL && k != at; k = json_node_next(blocks, k))
            if (same_text(id, json_node_at(k, "block_id")))
                return err_set(err, ERR_INVALID, "blocks[%zu].block_id: \"%.*s\" stands twice", i,
                               (int)id->len, id->text);
    }
    return true;
}

static bool has_input(struct json_node *blocks)
{
    for (struct json_node *at = json_node_first(blocks); at; at = json_node_next(blocks, at))
        if (json_node_says(json_node_at(at, "type"), "input"))
            return true;
    return false;
}

/* What holds between the parts of a view. */
static bool check_view_parts(struct json_node *view, struct err *err)
{
    bool modal = json_node_says(json_node_at(view, "type"), "modal");
    if (!modal && (json_node_at(view, "title") != NULL || json_node_at(view, "submit") != NULL ||
                   json_node_at(view, "close") != NULL))
        return err_set(err, ERR_INVALID, "a Home view has no title, submit or close");
    return !modal || !has_input(json_node_at(view, "blocks")) ||
           json_node_at(view, "submit") != NULL ||
           err_set(err, ERR_INVALID, "submit: missing in a view with inputs");
}

/* The text as it was scanned; written anew only where something was cut. */
static const char *checked_text(const struct walk *walk, const struct json_node *root)
{
    if (!walk->has_cut)
        return arena_strn(walk->arena, root->text, root->len);
    struct buf out = {0};
    json_node_write(root, &out);
    const char *text = arena_strn(walk->arena, buf_cstr(&out), out.len);
    buf_release(&out);
    return text;
}

static const char *check_view(struct walk *walk, struct json_node *view)
{
    struct json_node *list = json_node_at(view, "blocks");
    if (!check_shape(walk, NULL, NULL, view) || !check_sections(list, walk->err) ||
        !check_block_ids(list, walk->err) || !check_view_parts(view, walk->err))
        return NULL;
    const char *text = checked_text(walk, view);
    if (strlen(text) > VIEW_BYTES)
        return err_set(walk->err, ERR_TOO_LARGE, "the view is above 250 kB"), NULL;
    return text;
}

const char *blocks_check(struct json_node *blocks, size_t max_blocks, struct arena *arena,
                         struct err *err)
{
    struct walk walk = {.arena = arena, .err = err};
    if (blocks->kind == JSON_OBJECT)
        return check_view(&walk, blocks);
    const struct place place = {.member = "blocks"};
    const struct limit limit = {"blocks", LIMIT_LIST, max_blocks, NULL, true};
    return check_list(&walk, &place, &limit, blocks) && check_sections(blocks, err) &&
                   check_block_ids(blocks, err)
               ? checked_text(&walk, blocks)
               : NULL;
}
