/* Reads view.state.values, and answers with what is wrong in it. */
#include "handlers/views/form.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

enum { USER_ID_MAX = 32, DAY_LEN = sizeof "2026-04-20" - 1 };

/* The element of an input, NULL where the form had none of that name. */
static struct json_node *element_of(const struct request *request, const char *input)
{
    struct json_node *block = request->state ? json_node_member(request->state, input) : NULL;
    return block ? json_node_member(block, input) : NULL;
}

static const char *form_value(struct turn *turn, const struct request *request, const char *input,
                              const char *member)
{
    return json_node_str(element_of(request, input), member, turn->arena, "");
}

const char *form_text(struct turn *turn, const struct request *request, const char *input,
                      size_t max)
{
    return text_line(turn->arena, form_value(turn, request, input, "value"), max);
}

const char *form_option(struct turn *turn, const struct request *request, const char *input)
{
    return form_value(turn, request, input, "selected_option.value");
}

const char *form_date(struct turn *turn, const struct request *request, const char *input)
{
    static const char day[] = "0123456789-";
    const char *value = form_value(turn, request, input, "selected_date");
    size_t len = strlen(value);
    return len <= DAY_LEN && strspn(value, day) == len ? value : "?";
}

const char *form_user(struct turn *turn, const struct request *request, const char *input)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const char *id = form_value(turn, request, input, "selected_user");
    size_t len = strlen(id);
    bool is_id = (id[0] == 'U' || id[0] == 'W') && len > 1 && len <= USER_ID_MAX &&
                 strspn(id, letters) == len;
    return is_id ? id : "";
}

size_t form_ticked(struct turn *turn, const struct request *request, const char *input, size_t max,
                   const char ***values)
{
    struct json_node *list = json_node_at(element_of(request, input), "selected_options");
    size_t count = 0;
    *values = arena_array(turn->arena, max, sizeof **values);
    struct json_node *option = list ? json_node_first(list) : NULL;
    for (; option && count < max; option = json_node_next(list, option))
        (*values)[count++] = json_node_str(option, "value", turn->arena, "");
    return count;
}

void form_wrong(struct form_errors *errors, const char *input, const char *words)
{
    if (!words || errors->count == FORM_ERRORS_MAX)
        return;
    for (size_t i = 0; i < errors->count; i++)
        if (strcmp(errors->rows[i].input, input) == 0)
            return;
    errors->rows[errors->count].input = input;
    errors->rows[errors->count++].words = words;
}

bool form_refuse(struct turn *turn, const struct form_errors *errors, struct reply *reply)
{
    if (errors->count == 0)
        return false;
    struct buf buf = {0};
    struct json_writer w;
    json_writer_init(&w, &buf);
    json_open(&w, '{');
    json_pair_str(&w, "response_action", "errors");
    json_key(&w, "errors");
    json_open(&w, '{');
    for (size_t i = 0; i < errors->count; i++)
        json_pair_str(&w, errors->rows[i].input, errors->rows[i].words);
    json_close(&w, '}');
    json_close(&w, '}');
    reply->ack = arena_str(turn->arena, buf_cstr(&buf));
    buf_release(&buf);
    return true;
}
