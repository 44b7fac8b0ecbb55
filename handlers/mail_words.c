/* Drawing a mail. */
#include "handlers/mail_words.h"

#include "handlers/card_link.h"
#include "handlers/card_subject.h"
#include "handlers/desk.h"

#include <string.h>

enum { FINDINGS_MAX = 5, TEXT_MAX_BYTES = 64 * 1024, HOUR_MS = 60 * 60 * 1000, DAY_HOURS = 24 };

static const char *waited(struct turn *turn, const struct item *item)
{
    int64_t hours = (turn->world->now.ms - item->opened_at.ms) / HOUR_MS;
    int64_t number = hours >= DAY_HOURS ? hours / DAY_HOURS : hours > 0 ? hours : 1;
    return arena_fmt(turn->arena, "%lld %s%s", (long long)number,
                     hours >= DAY_HOURS ? "day" : "hour", number == 1 ? "" : "s");
}

static void put_findings(struct turn *turn, const struct findings *findings,
                         const struct desk *desk, struct value *context)
{
    struct value *list = value_list(context, "findings");
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++) {
        if ((desk && !desk_hears(desk, &findings->items[i])) || ++count > FINDINGS_MAX)
            continue;
        card_put_finding(turn, &findings->items[i], value_row(list));
    }
    if (count > FINDINGS_MAX)
        value_int(context, "hidden", (int64_t)(count - FINDINGS_MAX));
}

static bool render(struct turn *turn, const char *name, const struct value *context,
                   const char **out, struct err *err)
{
    struct buf buf;
    buf_init(&buf, TEXT_MAX_BYTES);
    bool ok = template_render(turn->templates, name, context, &buf, err);
    *out = arena_str(turn->arena, buf_cstr(&buf));
    buf_release(&buf);
    return ok;
}

/* A template's file ends with a line break; a subject is one line. */
static const char *first_line(struct arena *arena, const char *text)
{
    return arena_strn(arena, text, strcspn(text, "\r\n"));
}

static bool read_subject(struct turn *turn, const struct item *item, struct card_subject *out,
                         struct err *err)
{
    char onb[ONB_TEXT_SIZE];
    struct onboarding onboarding;
    if (!onboardings_get(turn->db, turn->arena, item->tenant, item->onboarding, &onboarding))
        return db_ok(turn->db, err) &&
               err_set(err, ERR_NOT_FOUND, "%s is not there", onb_format(item->onboarding, onb));
    return card_subject_read_item(turn, &onboarding, item, out, err);
}

bool mail_words(struct turn *turn, const struct item *item, const struct message *missed,
                struct mail_words *out, struct err *err)
{
    struct card_subject subject;
    char onb[ONB_TEXT_SIZE];
    if (!read_subject(turn, item, &subject, err))
        return false;
    const struct desk *desk = desk_of_purpose(missed->purpose);
    struct value *context = value_new(turn->arena);
    value_str(context, "name", card_account(turn->arena, &subject.onboarding));
    value_str(context, "number", onb_format(item->onboarding, onb));
    value_str(context, "desk", desk ? desk->title : NULL);
    value_str(context, "waited", waited(turn, item));
    value_str(context, "link", card_link_of(turn, item, desk ? LINK_FOR_ANYONE : LINK_FOR_CS));
    value_str(context, "command", turn->config->slack.command);
    value_str(context, "failure", missed->failure);
    put_findings(turn, &subject.decision.findings, desk, context);
    bool ok = render(turn, "mail_subject.txt", context, &out->subject, err) &&
              render(turn, "mail_missed.txt", context, &out->text, err) &&
              render(turn, "mail_missed.html", context, &out->html, err);
    out->subject = first_line(turn->arena, out->subject);
    return ok;
}
