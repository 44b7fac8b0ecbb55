/* The Slack Web API: form bodies, one pace per method and workspace and per
 * channel, errors in their classes, posts that are said once. Facts: docs/slack.md. */
#ifndef CONNECTORS_SLACK_H
#define CONNECTORS_SLACK_H

#include "connectors/call.h"

struct slack_connection {
    struct call call;
    const char *url; /* wss://…, for one connection, soon; a secret: never logged */
};
struct slack_connection *slack_connections_open(const struct call_env *env);

struct slack_identity {
    struct call call;
    const char *team_id, *team_name, *user_id, *bot_id;
    const char *url;           /* https://acme.slack.com/; NULL where Slack does not say */
    const char *enterprise_id; /* NULL: in no organisation */
    const char *scopes;        /* x-oauth-scopes header, comma-separated; NULL where absent */
};
struct slack_identity *slack_auth_test(const struct call_env *env);

/* The bot's scopes, each with its reason; ends with a NULL name. */
struct slack_scope {
    const char *name, *reason;
};
extern const struct slack_scope slack_scopes[];

/* What Slack grants for a code of its authorize page, or for a refresh token (oauth.v2.access, by
 * slack.client_id and slack.client_secret). A code and a refresh token count once: an ambiguous
 * failure must not be repeated. */
struct slack_granted {
    struct call call;
    const char *team_id; /* NULL: for all of an organisation */
    const char *team_name, *enterprise_id, *enterprise_name, *app_id, *bot_user_id, *installer;
    const char *scopes;        /* comma-separated */
    const char *token;         /* bot token; not part of any failure's message */
    const char *refresh_token; /* NULL: the token does not rotate */
    int64_t expires_in_s;      /* 0: never */
    bool org_wide;
};
struct slack_granted *slack_oauth_access(const struct call_env *env, const char *code,
                                         const char *redirect_uri);
struct slack_granted *slack_oauth_refresh(const struct call_env *env, const char *refresh_token);

/* What to say where. Exactly one of channel and user_id. */
struct slack_saying {
    const char *tenant;
    const char *channel;   /* C…, G…, D… */
    const char *user_id;   /* the app's DM with this person is opened first */
    const char *thread_ts; /* NULL: not in a thread */
    const char *text;      /* always set */
    const char *blocks;    /* JSON array, NULL: text only */
    const char *job_id;    /* metadata: how a message that may exist is found again */
    bool may_exist;    /* an earlier attempt's outcome is unknown: look in the channel first… */
    struct wall since; /* …from this time on, less a minute for clocks that differ */
    bool only_look;    /* … and say nothing: text and blocks are not needed */
};
struct slack_post {
    struct call call;
    const char *channel; /* where it stands */
    const char *ts;      /* NULL: only_look, and it is not there */
    bool adopted;        /* found, not posted */
};
/* An outcome that is not known is looked into within the call; FAILURE_AMBIGUOUS means that the
 * next attempt must set may_exist, whatever else went wrong after it. */
struct slack_post *slack_post(const struct call_env *env, const struct slack_saying *saying);

/* chat.update: text, blocks and the same metadata. message_not_found and its like are
 * FAILURE_NOT_FOUND. */
struct call *slack_update(const struct call_env *env, const char *tenant, const char *channel,
                          const char *ts, const char *text, const char *blocks, const char *job_id);

/* chat.postEphemeral: cannot be looked up, so its ambiguous failure must not be repeated. */
struct call *slack_post_ephemeral(const struct call_env *env, const char *tenant,
                                  const char *channel, const char *user_id, const char *thread_ts,
                                  const char *text, const char *blocks);

/* POST to a response_url:
 * {"response_type":"ephemeral","replace_original":false,"text":…,"blocks":…}. An address that is
 * not Slack's is FAILURE_PERMANENT and nothing is sent. */
struct call *slack_respond(const struct call_env *env, const char *response_url,
                           const char *body_json);
/* True when url is a response URL that may be posted to: Slack's own host, or, where api_url is on
 * this machine (tests, the sandbox), that host. */
bool slack_may_respond_to(const char *url, const char *api_url);

struct slack_view {
    struct call call;
    const char *view_id, *hash;
};
struct slack_view *slack_views_open(const struct call_env *env, const char *trigger_id,
                                    const char *view_json);
struct slack_view *slack_views_update(const struct call_env *env, const char *view_id,
                                      const char *hash, const char *view_json);
struct slack_view *slack_views_publish(const struct call_env *env, const char *tenant,
                                       const char *user_id, const char *view_json);

/* What Slack says of a person; NULL where it does not say. */
struct slack_profile {
    const char *user_id, *name, *email, *zone;
    const char *handle, *real_name, *locale;
    const char *status_emoji, *status_text;
    bool status_told;              /* false: nothing was said of the status */
    bool deleted, restricted, bot; /* restricted: guest, or a stranger */
    bool stranger;                 /* someone of another organisation who shares a channel */
    const char *team_id;           /* home workspace; NULL where Slack does not say */
    const char *enterprise_id;     /* the organisation (Grid), NULL */
    const char **team_ids;         /* others of the same organisation (Grid) */
    size_t team_count;
};
struct slack_user {
    struct call call;
    struct slack_profile profile; /* once done; user_id is set */
};
struct slack_user *slack_users_info(const struct call_env *env, const char *user_id);
struct slack_user *slack_users_by_email(const struct call_env *env, const char *email);

/* False for people of another organisation who share a channel with us: they are restricted too.
 * tenant may be an organisation's id. */
bool slack_profile_belongs(const struct slack_profile *profile, const char *tenant);

enum { SLACK_PEOPLE_A_PAGE = 200 };

enum { SLACK_TEAMS_MAX = 100 };

/* The workspaces of an organisation in which the app is (auth.teams.list). */
struct slack_teams {
    struct call call;
    const char **ids;
    size_t count;
    bool more; /* there are others, which are left out */
};
struct slack_teams *slack_teams_list(const struct call_env *env);

/* One page of everyone in the workspace, deactivated ones, guests and apps too. team_id, here and
 * below: the workspace, where the token is an organisation's; else NULL. */
struct slack_people {
    struct call call;
    struct slack_profile *profiles; /* each with its user_id */
    size_t count;
    const char *next; /* the cursor of the next page; NULL: that was the last */
};
struct slack_people *slack_users_list(const struct call_env *env, const char *team_id,
                                      const char *cursor /* NULL: first */);

struct slack_channel {
    struct call call;
    const char *name; /* NULL where Slack does not say */
    bool shared;      /* people of another organisation are in it, or are invited */
    bool open;        /* a public channel of ours alone */
};
struct slack_channel *slack_conversations_info(const struct call_env *env, const char *channel_id);

struct slack_group {
    struct call call;
    const char **user_ids;
    size_t count;
};
struct slack_group *slack_group_members(const struct call_env *env, const char *team_id,
                                        const char *group_id);

/* The user groups of the workspace, without their members. */
struct slack_groups {
    struct call call;
    struct {
        const char *id, *handle;
        bool disabled;
    } * groups;
    size_t count;
};
struct slack_groups *slack_usergroups_list(const struct call_env *env, const char *team_id);

#endif
