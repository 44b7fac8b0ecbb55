/* Modals and the Home tab. */
#include "base/json_node.h"
#include "connectors/slack.h"
#include "connectors/slack_call.h"

/* A trigger lives three seconds: an answer that takes longer is of no use to anyone. */
static const struct slack_method views_open = {
    .name = "views.open", .effect = true, .timeout_ms = 5000};
static const struct slack_method views_update = {.name = "views.update"};
static const struct slack_method views_publish = {.name = "views.publish"};

static struct step view_answered(struct call *call, const struct slack_method *method,
                                 const struct http_reply *reply)
{
    struct slack_view *view = (struct slack_view *)call;
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, method, reply, &scratch);
    if (!body)
        return slack_failed();
    view->view_id = slack_copy(call, body, "view.id");
    view->hash = slack_copy(call, body, "view.hash");
    arena_release(&scratch);
    return view->view_id ? call_done() : slack_garbled(call, method, "view.id");
}

static struct step step_open(struct call *call, const struct http_reply *reply)
{
    return view_answered(call, &views_open, reply);
}

static struct step step_update(struct call *call, const struct http_reply *reply)
{
    return view_answered(call, &views_update, reply);
}

static struct step step_publish(struct call *call, const struct http_reply *reply)
{
    return view_answered(call, &views_publish, reply);
}

struct slack_view *slack_views_open(const struct call_env *env, const char *trigger_id,
                                    const char *view_json)
{
    static const struct call_type type = {"slack", "views.open", step_open};
    struct slack_view *view = call_new(env, &type, sizeof *view);
    struct buf form = {0};
    slack_form_add(&form, "trigger_id", trigger_id);
    slack_form_add(&form, "view", view_json);
    slack_request(&view->call, &views_open, NULL, &form);
    return view;
}

struct slack_view *slack_views_update(const struct call_env *env, const char *view_id,
                                      const char *hash, const char *view_json)
{
    static const struct call_type type = {"slack", "views.update", step_update};
    struct slack_view *view = call_new(env, &type, sizeof *view);
    struct buf form = {0};
    slack_form_add(&form, "view_id", view_id);
    slack_form_add(&form, "hash", hash);
    slack_form_add(&form, "view", view_json);
    slack_request(&view->call, &views_update, NULL, &form);
    return view;
}

struct slack_view *slack_views_publish(const struct call_env *env, const char *tenant,
                                       const char *user_id, const char *view_json)
{
    static const struct call_type type = {"slack", "views.publish", step_publish};
    struct slack_view *view = call_new(env, &type, sizeof *view);
    struct buf form = {0};
    slack_form_add(&form, "user_id", user_id);
    slack_form_add(&form, "view", view_json);
    slack_request(&view->call, &views_publish, tenant, &form);
    return view;
}
