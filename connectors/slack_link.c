/* The address under which a message opens in Slack. */
#include "base/json.h"
#include "connectors/slack.h"
#include "connectors/slack_call.h"

#include <string.h>

static const struct slack_method get_permalink = {.name = "chat.getPermalink"};

/* It is put into mails and answers as it is: nothing but an address of the web. */
static bool is_web_address(const char *url)
{
    if (strncmp(url, "https://", 8) != 0)
        return false;
    for (const char *c = url; *c; c++)
        if (*c <= ' ' || *c >= 0x7F || strchr("<>|\"'\\", *c))
            return false;
    return true;
}

static struct step step_link(struct call *call, const struct http_reply *reply)
{
    struct slack_link *link = (struct slack_link *)call;
    if (!reply)
        return slack_first_step(call);
    struct json_object *body = slack_reply(call, &get_permalink, reply);
    if (!body)
        return slack_failed();
    link->url = slack_copy(call, body, "permalink");
    json_object_put(body);
    return link->url && is_web_address(link->url)
               ? call_done()
               : slack_garbled(call, &get_permalink, "permalink");
}

struct slack_link *slack_permalink(const struct call_env *env, const char *tenant,
                                   const char *channel, const char *ts)
{
    static const struct call_type type = {"slack", "chat.getPermalink", step_link};
    struct slack_link *link = call_new(env, &type, sizeof *link);
    struct buf form = {0};
    slack_form_add(&form, "channel", channel);
    slack_form_add(&form, "message_ts", ts);
    slack_request(&link->call, &get_permalink, tenant, &form);
    return link;
}
