/* The log's lines: composing, masking, writing. */
#include "base/log.h"

#include "base/buf.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_BYTES = 4096, OBJECT_BYTES = 256 };

static struct {
    enum log_level level;
    enum log_format format;
    const struct wall *now;
    void (*sink)(void *arg, const char *line);
    void *arg;
    int64_t counts[LOG_ERROR + 1];
    struct buf line;
} state = {.level = LOG_INFO};

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};

void log_configure(enum log_level level, enum log_format format, const struct wall *now,
                   void (*sink)(void *arg, const char *line), void *arg)
{
    state.level = level;
    state.format = format;
    state.now = now;
    state.sink = sink;
    state.arg = arg;
}

bool log_level_parse(const char *name, enum log_level *out)
{
    for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++)
        if (text_equal_fold(name, level_names[i])) {
            *out = (enum log_level)i;
            return true;
        }
    return false;
}

int64_t log_count(enum log_level level)
{
    assert((size_t)level <= LOG_ERROR);
    return state.counts[level];
}

static void write_json(struct buf *line, enum log_level level, const char *object,
                       const char *message)
{
    char time[WALL_TEXT_SIZE];
    struct json_writer w;
    json_writer_init(&w, line);
    json_open(&w, '{');
    if (state.now)
        json_pair_str(&w, "time", wall_format(*state.now, time));
    json_pair_str(&w, "level", level_names[level]);
    json_pair_str(&w, "object", object);
    json_pair_str(&w, "message", message);
    json_close(&w, '}');
}

/* A line break in a message must not look like another line, nor a terminal obey an escape. */
static void add_visible(struct buf *line, const char *text)
{
    bool unsafe;
    size_t len;
    for (; (len = text_character(text, &unsafe)) > 0; text += len)
        buf_add(line, unsafe ? " " : text, unsafe ? 1 : len);
}

static void write_text(struct buf *line, enum log_level level, const char *object,
                       const char *message)
{
    char time[WALL_TEXT_SIZE];
    if (state.now)
        buf_fmt(line, "%s ", wall_format(*state.now, time));
    buf_fmt(line, "%-5s ", level_names[level]);
    size_t from = line->len;
    add_visible(line, object);
    while (line->len < from + 16)
        buf_char(line, ' ');
    buf_char(line, ' ');
    add_visible(line, message);
}

/* A message that did not fit loses its last word: half an address would pass the masks. */
static void drop_last_word(char *message)
{
    size_t len = strlen(message), end = len;
    while (end > 0 && message[end - 1] != ' ')
        end--;
    if (end == 0)
        end = len;
    size_t room = MESSAGE_BYTES - sizeof "…";
    memcpy(message + (end < room ? end : room), "…", sizeof "…");
}

void log_line(enum log_level level, const char *object, const char *fmt, ...)
{
    assert((size_t)level <= LOG_ERROR);
    if (level < state.level)
        return;
    char message[MESSAGE_BYTES], whose[OBJECT_BYTES];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    if (len < 0)
        return;
    log_mask(message);
    if ((size_t)len >= sizeof message)
        drop_last_word(message);
    snprintf(whose, sizeof whose, "%s", object ? object : "");
    log_mask(whose);

    struct buf *line = &state.line;
    buf_clear(line);
    if (state.format == LOG_FORMAT_JSON)
        write_json(line, level, whose, message);
    else
        write_text(line, level, whose, message);
    state.counts[level]++;
    if (state.sink) {
        state.sink(state.arg, buf_cstr(line));
        return;
    }
    buf_char(line, '\n');
    fwrite(line->data, 1, line->len, stderr);
}
