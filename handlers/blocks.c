/* Block Kit's limits, checked before anything is sent: one table of shapes, one walk. Text that is
 * only too long is cut; whatever else breaks a limit is an error that names its place. */
#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "handlers/card.h"

#include <assert.h>
#include <stdio.h>
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

/* Where the walk is, for errors: "blocks[3].elements[0].value". */
struct place {
    char path[PATH_SIZE];
    struct err *err;
};

static bool check_shape(struct place *place, const char *name, struct json_object *object);

static const struct shape *shape_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof shapes / sizeof *shapes; i++)
        if (strcmp(shapes[i].name, name) == 0)
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
static void cut_string(struct json_object *string, size_t max)
{
    struct arena arena = {0};
    const char *ellipsis = "…";
    char *cut = text_cut(&arena, json_object_get_string(string), max);
    size_t len = strlen(cut);
    size_t tail = strlen(ellipsis);
    if (len >= tail && strcmp(cut + len - tail, ellipsis) == 0)
        len -= tail;
    size_t whole = whole_end(cut, len);
    json_object_set_string(string, arena_fmt(&arena, "%.*s%s", (int)whole, cut, ellipsis));
    arena_release(&arena);
}

static bool check_string(struct place *place, const struct limit *limit, struct json_object *string)
{
    if (!json_object_is_type(string, json_type_string))
        return err_set(place->err, ERR_INVALID, "%s: not a string", place->path);
    const char *text = json_object_get_string(string);
    size_t len = text_utf16_len(text);
    if (len == 0 && limit->kind != LIMIT_EXACT)
        return err_set(place->err, ERR_INVALID, "%s: empty text", place->path);
    if (len <= limit->max)
        return true;
    if (limit->kind == LIMIT_EXACT)
        return err_set(place->err, ERR_TOO_LARGE, "%s: %zu characters where Slack takes %zu",
                       place->path, len, limit->max);
    cut_string(string, limit->max);
    return true;
}

static bool check_list(struct place *place, const struct limit *limit, struct json_object *list)
{
    if (!json_object_is_type(list, json_type_array))
        return err_set(place->err, ERR_INVALID, "%s: not a list", place->path);
    size_t count = json_object_array_length(list);
    if (count > limit->max)
        return err_set(place->err, ERR_TOO_LARGE, "%s: %zu where Slack takes %zu", place->path,
                       count, limit->max);
    size_t base = strlen(place->path);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(place->path + base, PATH_SIZE - base, "[%zu]", i);
        if (!check_shape(place, limit->of, json_object_array_get_idx(list, i)))
            return false;
    }
    return true;
}

static bool check_member(struct place *place, const struct limit *limit, struct json_object *value)
{
    switch (limit->kind) {
    case LIMIT_CUT:
    case LIMIT_EXACT:
        return check_string(place, limit, value);
    case LIMIT_TEXT: {
        struct json_object *text = json_at(value, "text");
        if (text == NULL)
            return err_set(place->err, ERR_INVALID, "%s: not a text object", place->path);
        struct limit inside = *limit;
        inside.kind = LIMIT_CUT;
        return check_string(place, &inside, text);
    }
    case LIMIT_LIST:
        return check_list(place, limit, value);
    case LIMIT_CHILD:
        return check_shape(place, limit->of, value);
    case LIMIT_NUMBER:
        if (json_object_get_int64(value) > (int64_t)limit->max)
            return err_set(place->err, ERR_TOO_LARGE, "%s: above %zu", place->path, limit->max);
        return true;
    case LIMIT_END:
        break;
    }
    return true;
}

static bool check_shape(struct place *place, const char *name, struct json_object *object)
{
    if (name == NULL)
        name = json_get_str(object, "type", NULL);
    const struct shape *shape = shape_find(name);
    if (shape == NULL)
        return err_set(place->err, ERR_INVALID, "%s: unknown type \"%s\"", place->path,
                       name == NULL ? "" : name);
    size_t base = strlen(place->path);
    for (const struct limit *limit = shape->limits;
         limit < shape->limits + SHAPE_MAX_LIMITS && limit->kind != LIMIT_END; limit++) {
        (void)snprintf(place->path + base, PATH_SIZE - base, "%s%s", base == 0 ? "" : ".",
                       limit->member);
        struct json_object *value = json_at(object, limit->member);
        if (value == NULL && limit->needed)
            return err_set(place->err, ERR_INVALID, "%s: missing", place->path);
        if (value != NULL && !check_member(place, limit, value))
            return false;
    }
    place->path[base] = '\0';
    return true;
}

static bool check_sections(struct json_object *blocks, struct err *err)
{
    size_t count = json_object_array_length(blocks);
    for (size_t i = 0; i < count; i++) {
        struct json_object *block = json_object_array_get_idx(blocks, i);
        if (strcmp(json_get_str(block, "type", ""), "section") == 0 &&
            json_at(block, "text") == NULL && json_at(block, "fields") == NULL)
            return err_set(err, ERR_INVALID, "blocks[%zu]: a section without text or fields", i);
    }
    return true;
}

static bool check_block_ids(struct json_object *blocks, struct err *err)
{
    size_t count = json_object_array_length(blocks);
    for (size_t i = 0; i < count; i++) {
        const char *id = json_get_str(json_object_array_get_idx(blocks, i), "block_id", NULL);
        for (size_t k = 0; id != NULL && k < i; k++) {
            struct json_object *other = json_object_array_get_idx(blocks, k);
            if (strcmp(id, json_get_str(other, "block_id", "")) == 0)
                return err_set(err, ERR_INVALID, "blocks[%zu].block_id: \"%s\" stands twice", i,
                               id);
        }
    }
    return true;
}

/* What holds between the parts of a view. */
static bool check_view(struct json_object *view, struct err *err)
{
    bool modal = strcmp(json_get_str(view, "type", ""), "modal") == 0;
    if (!modal && (json_at(view, "title") != NULL || json_at(view, "submit") != NULL ||
                   json_at(view, "close") != NULL))
        return err_set(err, ERR_INVALID, "a Home view has no title, submit or close");
    size_t count = json_get_len(view, "blocks");
    for (size_t i = 0; modal && i < count; i++) {
        struct json_object *block = json_object_array_get_idx(json_at(view, "blocks"), i);
        if (strcmp(json_get_str(block, "type", ""), "input") == 0 &&
            json_at(view, "submit") == NULL)
            return err_set(err, ERR_INVALID, "submit: missing in a view with inputs");
    }
    if (strlen(json_object_to_json_string_ext(view, JSON_C_TO_STRING_PLAIN)) > VIEW_BYTES)
        return err_set(err, ERR_TOO_LARGE, "the view is above 250 kB");
    return true;
}

bool blocks_check(struct json_object *blocks, size_t max_blocks, struct err *err)
{
    struct place place = {.err = err};
    if (json_object_is_type(blocks, json_type_object)) {
        struct json_object *list = json_at(blocks, "blocks");
        return check_shape(&place, NULL, blocks) && check_sections(list, err) &&
               check_block_ids(list, err) && check_view(blocks, err);
    }
    const struct limit limit = {"blocks", LIMIT_LIST, max_blocks, NULL, true};
    (void)snprintf(place.path, sizeof place.path, "blocks");
    return check_list(&place, &limit, blocks) && check_sections(blocks, err) &&
           check_block_ids(blocks, err);
}
