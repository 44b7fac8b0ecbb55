/* The workspaces of an organisation in which the app is, for what Slack answers for one at a time.
 */
#include "base/json_node.h"
#include "connectors/slack.h"
#include "connectors/slack_call.h"

#include <stdio.h>

static const struct slack_method teams_list = {.name = "auth.teams.list", .timeout_ms = 10000};

static struct step step_teams(struct call *call, const struct http_reply *reply)
{
    struct slack_teams *teams = (struct slack_teams *)call;
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &teams_list, reply, &scratch);
    if (!body)
        return slack_failed();
    struct json_node *list = json_node_at(body, "teams");
    bool whole = json_node_is(list, JSON_LIST);
    struct json_node *team = json_list_first(list);
    teams->more = json_node_count(list) > SLACK_TEAMS_MAX ||
                  slack_copy(call, body, "response_metadata.next_cursor");
    teams->ids = arena_array(call->arena, SLACK_TEAMS_MAX, sizeof *teams->ids);
    teams->count = 0;
    for (size_t i = 0; team && i < SLACK_TEAMS_MAX; i++, team = json_node_next(list, team)) {
        const char *id = slack_copy(call, team, "id");
        if (id)
            teams->ids[teams->count++] = id;
    }
    arena_release(&scratch);
    return whole ? call_done() : slack_garbled(call, &teams_list, "teams");
}

struct slack_teams *slack_teams_list(const struct call_env *env)
{
    static const struct call_type type = {"slack", "auth.teams.list", step_teams};
    struct slack_teams *teams = call_new(env, &type, sizeof *teams);
    struct buf form = {0};
    char limit[16];
    snprintf(limit, sizeof limit, "%d", SLACK_TEAMS_MAX);
    slack_form_add(&form, "limit", limit);
    slack_request(&teams->call, &teams_list, NULL, &form);
    return teams;
}
