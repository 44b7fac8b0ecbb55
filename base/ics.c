/* One pass over the lines. Nesting is counted, never followed by recursion, days are bits of one
 * window, and every day that is marked or stepped over is paid from one budget, so that no file
 * takes long. */
#include "base/ics.h"

#include "base/text.h"

#include <libical/ical.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WINDOW_DAYS = (ICS_LAST_YEAR - ICS_FIRST_YEAR + 1) * 366,
    EVENT_DAYS_MAX = 366,
    RULES_MAX = 200,
    BUDGET = 200000,
    RULE_BYTES_MAX = 500,
    DATE_DIGITS = 8,
};

struct days {
    uint8_t bits[WINDOW_DAYS / 8 + 1];
    bool any;
};

struct event {
    int line;
    bool is_dated; /* begins on a day, not at a time */
    bool is_cancelled;
    bool is_free; /* nobody is busy */
    struct civil start;
    struct civil end; /* exclusive; CIVIL_NONE: not said */
    int days;         /* by DURATION; 0: not said */
    const char *rule;
    int rule_line;
};

struct reader {
    char *at;     /* the rest of the text, ours to change */
    int line;     /* of what was read last */
    int lines;    /* passed so far */
    int depth;    /* components that are open */
    int in_event; /* depth within the event that is open, 0: none */
    int rules, budget;
    int taken, timed, cancelled, free; /* events */
    struct civil first, last;
    struct event event;
    struct days added, left_out; /* RDATE and EXDATE of the event */
    struct days off;
    struct err *err;
};

static bool fail(const struct reader *reader, int line, const char *why)
{
    return err_set(reader->err, ERR_CONFIG, "line %d: %s", line, why);
}

/* ---- lines ---- */

/* The next line, unfolded in place: a line that begins with a blank continues the one before. */
static char *next_line(struct reader *reader)
{
    char *start = reader->at, *from = start, *to = start;
    if (!*start)
        return NULL;
    reader->line = reader->lines + 1;
    for (; *from; from++) {
        if (from[0] == '\r' && from[1] == '\n')
            continue;
        if (*from != '\n') {
            *to++ = *from;
            continue;
        }
        reader->lines++;
        if (from[1] != ' ' && from[1] != '\t') {
            from++;
            break;
        }
        from++;
    }
    reader->at = from;
    *to = '\0'; /* before what is read next: the line's end was longer */
    return start;
}

/* Cuts NAME;PARAMETER="a:b":VALUE into its name and value; the parameters are not needed. "" where
 * there is no value. */
static char *cut_value(char *line)
{
    bool quoted = false;
    size_t name = strcspn(line, ";:");
    char *at = line + name;
    while (*at && (quoted || *at != ':'))
        quoted ^= *at++ == '"';
    char *value = *at ? at + 1 : at;
    line[name] = '\0';
    return value;
}

/* ---- days ---- */

static int place_of(const struct reader *reader, struct civil day)
{
    bool inside = day.day >= reader->first.day && day.day <= reader->last.day;
    return inside ? day.day - reader->first.day : -1;
}

static void mark(const struct reader *reader, struct days *days, struct civil day)
{
    int place = place_of(reader, day);
    if (place < 0)
        return;
    days->bits[place / 8] |= (uint8_t)(1u << place % 8);
    days->any = true;
}

static bool is_marked(const struct days *days, int place)
{
    return days->bits[place / 8] >> place % 8 & 1;
}

static bool make_day(int year, int month, int day, struct civil *out)
{
    char text[40];
    struct err ignored;
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return civil_parse(text, out, &ignored) && civil_is_known(*out);
}

/* True for a date, and for anything longer, which is a time: then CIVIL_NONE. */
static bool read_day(const char *text, size_t len, struct civil *out)
{
    char digits[DATE_DIGITS + 1];
    *out = CIVIL_NONE;
    if (len < DATE_DIGITS || strspn(text, "0123456789") < DATE_DIGITS)
        return false;
    memcpy(digits, text, DATE_DIGITS);
    digits[DATE_DIGITS] = '\0';
    int number = (int)strtol(digits, NULL, 10);
    return len > DATE_DIGITS || make_day(number / 10000, number / 100 % 100, number % 100, out);
}

/* ---- an event's lines ---- */

static bool take_day(struct reader *reader, const char *value, struct civil *out)
{
    return read_day(value, strlen(value), out) ||
           fail(reader, reader->line, "no date: YYYYMMDD is expected");
}

static bool take_start(struct reader *reader, const char *value)
{
    if (!take_day(reader, value, &reader->event.start))
        return false;
    reader->event.is_dated = civil_is_known(reader->event.start);
    return true;
}

static bool take_end(struct reader *reader, const char *value)
{
    return take_day(reader, value, &reader->event.end);
}

static bool take_duration(struct reader *reader, const char *value)
{
    struct icaldurationtype duration = icaldurationtype_from_string(value);
    if (icaldurationtype_is_bad_duration(duration) || duration.is_neg || duration.weeks > 60 ||
        duration.days > EVENT_DAYS_MAX)
        return fail(reader, reader->line, "no duration of whole days, like P1D");
    reader->event.days = (int)(duration.weeks * 7 + duration.days);
    return true;
}

static bool take_list(struct reader *reader, const char *value, struct days *days)
{
    while (*value) {
        size_t len = strcspn(value, ",");
        struct civil day;
        if (!read_day(value, len, &day))
            return fail(reader, reader->line, "no date: YYYYMMDD is expected");
        if (civil_is_known(day))
            mark(reader, days, day);
        value += len + (value[len] == ',');
    }
    return true;
}

static bool take_added(struct reader *reader, const char *value)
{
    return take_list(reader, value, &reader->added);
}

static bool take_left_out(struct reader *reader, const char *value)
{
    return take_list(reader, value, &reader->left_out);
}

static bool take_rule(struct reader *reader, const char *value)
{
    if (reader->event.rule)
        return fail(reader, reader->line, "a second RRULE in one event");
    reader->event.rule = value;
    reader->event.rule_line = reader->line;
    return true;
}

static bool take_status(struct reader *reader, const char *value)
{
    reader->event.is_cancelled |= text_equal_fold(value, "CANCELLED");
    return true;
}

static bool take_transparency(struct reader *reader, const char *value)
{
    reader->event.is_free |= text_equal_fold(value, "TRANSPARENT");
    return true;
}

static const struct {
    const char *name;
    bool (*take)(struct reader *reader, const char *value);
} properties[] = {
    {"DTSTART", take_start}, {"DTEND", take_end},           {"DURATION", take_duration},
    {"RRULE", take_rule},    {"RDATE", take_added},         {"EXDATE", take_left_out},
    {"STATUS", take_status}, {"TRANSP", take_transparency},
};

/* ---- the event as a whole ---- */

static bool mark_event(struct reader *reader, struct civil start, int days)
{
    int place = place_of(reader, start);
    reader->budget -= days;
    if (reader->budget < 0)
        return fail(reader, reader->event.line,
                    "the events up to here repeat too often to be read");
    if (place >= 0 && is_marked(&reader->left_out, place))
        return true;
    for (int i = 0; i < days; i++)
        mark(reader, &reader->off, civil_add_days(start, i));
    return true;
}

static bool has(const short *list)
{
    return list[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

/* libical goes on by days or weeks, for centuries, until a filter lets one through: 0.3 s for a
 * rule that never does. Months and years are few. */
static bool may_search_long(const struct icalrecurrencetype *rule)
{
    bool is_daily = rule->freq == ICAL_DAILY_RECURRENCE;
    bool is_filtered = has(rule->by_month) || has(rule->by_month_day) || has(rule->by_year_day) ||
                       has(rule->by_week_no) || has(rule->by_set_pos) ||
                       (is_daily && has(rule->by_day));
    return is_filtered && (is_daily || rule->freq == ICAL_WEEKLY_RECURRENCE);
}

/* Seconds to hours make no day, and would be counted one by one. */
static bool read_rule(struct reader *reader, struct icalrecurrencetype *rule)
{
    const struct event *event = &reader->event;
    if (strlen(event->rule) > RULE_BYTES_MAX || ++reader->rules > RULES_MAX)
        return fail(reader, event->rule_line, "too many rules, or one that is too long");
    if (strcasestr(event->rule, "RSCALE")) /* libical loses the memory of its value */
        return fail(reader, event->rule_line, "a rule by another calendar (RSCALE) is not read");
    *rule = icalrecurrencetype_from_string(event->rule);
    if (rule->freq < ICAL_DAILY_RECURRENCE || rule->freq > ICAL_YEARLY_RECURRENCE)
        return fail(reader, event->rule_line,
                    "no rule of repetition by days, weeks, months or years");
    if (has(rule->by_hour) || has(rule->by_minute) || has(rule->by_second))
        return fail(reader, event->rule_line, "a rule with times of day in an event of whole days");
    if (may_search_long(rule))
        return fail(reader, event->rule_line,
                    "a rule by days or weeks that BYMONTH or the like filters is not read: write "
                    "it by months or years");
    return true;
}

static bool repeat(struct reader *reader, int days)
{
    struct icalrecurrencetype rule = {0};
    struct icaltimetype from = icaltime_null_time();
    if (!read_rule(reader, &rule))
        return false;
    civil_split(reader->event.start, &from.year, &from.month, &from.day);
    from.is_date = 1;
    icalrecur_iterator *iterator = icalrecur_iterator_new(rule, from);
    if (!iterator)
        return fail(reader, reader->event.rule_line, "a rule that contradicts itself");
    bool ok = true;
    struct civil day = CIVIL_NONE;
    while (ok) {
        struct icaltimetype next = icalrecur_iterator_next(iterator);
        if (icaltime_is_null_time(next) || !make_day(next.year, next.month, next.day, &day) ||
            day.day > reader->last.day)
            break;
        ok = mark_event(reader, day, days);
    }
    icalrecur_iterator_free(iterator);
    return ok;
}

static bool mark_added(struct reader *reader, int days)
{
    for (int place = 0; reader->added.any && place < WINDOW_DAYS; place++)
        if (is_marked(&reader->added, place) &&
            !mark_event(reader, civil_add_days(reader->first, place), days))
            return false;
    return true;
}

static bool end_event(struct reader *reader)
{
    const struct event *event = &reader->event;
    if (!event->is_dated || event->is_cancelled || event->is_free) {
        ++*(!event->is_dated      ? &reader->timed
            : event->is_cancelled ? &reader->cancelled
                                  : &reader->free);
        return true;
    }
    int days = event->days > 1 ? event->days : 1;
    if (civil_is_known(event->end))
        days = civil_days_between(event->start, event->end);
    if (days > EVENT_DAYS_MAX)
        return fail(reader, event->line, "an event that lasts longer than a year");
    days = days > 0 ? days : 1; /* some write the day itself for its end */
    reader->taken++;
    return mark_event(reader, event->start, days) && (!event->rule || repeat(reader, days)) &&
           mark_added(reader, days);
}

/* ---- components ---- */

static bool begin_component(struct reader *reader, const char *name)
{
    reader->depth++;
    if (reader->in_event || !text_equal_fold(name, "VEVENT"))
        return true;
    reader->in_event = reader->depth;
    reader->event = (struct event){.line = reader->line, .end = CIVIL_NONE};
    if (reader->added.any)
        reader->added = (struct days){0};
    if (reader->left_out.any)
        reader->left_out = (struct days){0};
    return true;
}

static bool end_component(struct reader *reader, const char *name)
{
    bool is_event = reader->in_event == reader->depth;
    if (is_event && !text_equal_fold(name, "VEVENT"))
        return fail(reader, reader->line, "an END that ends nothing: END:VEVENT is expected");
    reader->depth--;
    if (!is_event)
        return true;
    reader->in_event = 0;
    return end_event(reader);
}

static bool take_line(struct reader *reader, char *line)
{
    const char *value = cut_value(line);
    bool begins = text_equal_fold(line, "BEGIN");
    if (!reader->depth && !line[0] && !value[0])
        return true;
    if (!reader->depth && !(begins && text_equal_fold(value, "VCALENDAR")))
        return fail(reader, reader->line, "no iCalendar file: BEGIN:VCALENDAR is expected");
    if (begins)
        return begin_component(reader, value);
    if (text_equal_fold(line, "END"))
        return end_component(reader, value);
    if (reader->in_event != reader->depth) /* an alarm in an event has a DURATION of its own */
        return true;
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (text_equal_fold(line, properties[i].name))
            return properties[i].take(reader, value);
    return true;
}

/* ---- the file ---- */

static bool read_lines(struct reader *reader)
{
    for (char *line = next_line(reader); line; line = next_line(reader))
        if (!take_line(reader, line))
            return false;
    if (reader->depth)
        return fail(reader, reader->line, "the file ends before END:VCALENDAR");
    return reader->taken > 0 ||
           err_set(reader->err, ERR_CONFIG,
                   "no day off is in it: events with a time of day: %d, cancelled: %d, "
                   "TRANSP:TRANSPARENT: %d",
                   reader->timed, reader->cancelled, reader->free);
}

static bool list_days(struct arena *arena, const struct reader *reader, struct ics_days *out)
{
    out->days = arena_array(arena, ICS_DAYS_MAX, sizeof *out->days);
    for (int place = 0; place < WINDOW_DAYS; place++) {
        if (!is_marked(&reader->off, place))
            continue;
        if (out->count == ICS_DAYS_MAX)
            return err_set(reader->err, ERR_CONFIG, "more than %d days off", ICS_DAYS_MAX);
        out->days[out->count++] = civil_add_days(reader->first, place);
    }
    return true;
}

bool ics_read(struct arena *arena, const char *text, size_t len, struct ics_days *out,
              struct err *err)
{
    static const char mark_of_utf8[] = "\xEF\xBB\xBF";
    struct reader reader = {
        .budget = BUDGET,
        .first = civil_of(ICS_FIRST_YEAR, 1, 1),
        .last = civil_of(ICS_LAST_YEAR, 12, 31),
        .err = err,
    };
    *out = (struct ics_days){0};
    if (len > ICS_BYTES_MAX)
        return err_set(err, ERR_CONFIG, "larger than %d bytes", ICS_BYTES_MAX);
    if (len == 0)
        return err_set(err, ERR_CONFIG, "the file is empty");
    if (memchr(text, '\0', len))
        return err_set(err, ERR_CONFIG, "no iCalendar file: it holds a NUL byte");
    char *copy = malloc(len + 1);
    if (!copy)
        abort();
    memcpy(copy, text, len);
    copy[len] = '\0';
    reader.at = copy + (strncmp(copy, mark_of_utf8, 3) == 0 ? 3 : 0);
    bool ok = read_lines(&reader) && list_days(arena, &reader, out);
    free(copy);
    return ok;
}
