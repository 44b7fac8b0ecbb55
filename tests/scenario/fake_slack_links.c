/* Links to messages (https://sandbox.slack.com/archives/C…/p…): whatever the bot says must link to
 * what it said in the same workspace. */
#include "tests/scenario/fake_slack_inside.h"

#include <stdio.h>
#include <string.h>

const char *slack_url(const struct fake_slack *slack, char out[64])
{
    snprintf(out, 64, "https://%s.slack.com/",
             strcmp(slack->team, TEAM) == 0 ? "sandbox" : slack->team);
    return out;
}

/* "1776693720.000100" stands as p1776693720000100. */
static bool is_at(const struct slack_message *message, const char *place)
{
    char link[64];
    const char *dot = strchr(message->ts, '.');
    int len = snprintf(link, sizeof link, "%s/p%.*s%s|", message->channel, (int)(dot - message->ts),
                       message->ts, dot + 1);
    return strncmp(place, link, (size_t)len) == 0;
}

const struct slack_message *slack_linked(const struct fake_slack *slack, const char *link)
{
    static const char archives[] = "archives/";
    char url[64];
    size_t len = strlen(slack_url(slack, url));
    if (strncmp(link, url, len) != 0 || strncmp(link + len, archives, sizeof archives - 1) != 0)
        return NULL;
    for (size_t i = 0; i < slack->message_count; i++)
        if (is_at(&slack->messages[i], link + len + sizeof archives - 1))
            return &slack->messages[i];
    return NULL;
}

void slack_check_links(struct fake_slack *slack, const char *text)
{
    for (const char *at = text; at && (at = strstr(at, "<https://")) != NULL; at++)
        if (strstr(at, "/archives/") && !slack_linked(slack, at + 1))
            slack_trouble(slack, "a link to nothing: %s", at);
}
