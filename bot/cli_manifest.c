/* usher manifest: what to paste at api.slack.com/apps to make the app, with the
 * least scopes and the reason for each. */
#include "base/json.h"
#include "bot/cli.h"

#include <stdio.h>

const struct slack_scope slack_scopes[] = {
    {"channels:history", "find a message again that may have been posted before a crash"},
    {"chat:write", "post cards and edit them"},
    {"commands", "the slash command"},
    {"groups:history", "the same where the channel is private"},
    {"im:history", "find an escalation again that may have been sent before a crash"},
    {"im:write", "open the direct messages with a person, to escalate"},
    {"usergroups:read", "roles that user groups stand for"},
    {"users:read", "who is deactivated or a guest: they may decide nothing"},
    {"users:read.email", "from a deal's owner in Salesforce to a person in Slack"},
    {0},
};

static const char *const events[] = {"app_home_opened", "app_uninstalled",
                                     "subteam_members_changed", "tokens_revoked", "user_change"};

static void write_features(struct json_writer *w, const char *command)
{
    json_key(w, "features");
    json_open(w, '{');
    json_key(w, "app_home");
    json_put_raw(w, "{\"home_tab_enabled\":true,\"messages_tab_enabled\":true,"
                    "\"messages_tab_read_only_enabled\":true}");
    json_key(w, "bot_user");
    json_put_raw(w, "{\"display_name\":\"usher\",\"always_online\":true}");
    json_key(w, "slash_commands");
    json_open(w, '[');
    json_open(w, '{');
    json_pair_str(w, "command", command);
    json_pair_str(w, "description", "Customer onboarding");
    json_pair_str(w, "usage_hint", "help | start ACCOUNT | status | list | why ONB-n");
    json_pair_bool(w, "should_escape", true);
    json_close(w, '}');
    json_close(w, ']');
    json_close(w, '}');
}

static void write_settings(struct json_writer *w)
{
    json_key(w, "settings");
    json_open(w, '{');
    json_key(w, "event_subscriptions");
    json_open(w, '{');
    json_key(w, "bot_events");
    json_open(w, '[');
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        json_put_str(w, events[i]);
    json_close(w, ']');
    json_close(w, '}');
    json_key(w, "interactivity");
    json_put_raw(w, "{\"is_enabled\":true}");
    json_pair_bool(w, "org_deploy_enabled", false);
    json_pair_bool(w, "socket_mode_enabled", true);
    json_pair_bool(w, "token_rotation_enabled", false);
    json_close(w, '}');
}

static void write_manifest(struct json_writer *w, const char *command)
{
    json_open(w, '{');
    json_key(w, "display_information");
    json_put_raw(w, "{\"name\":\"Usher\",\"description\":\"Takes new customers from a closed deal "
                    "to first value\",\"background_color\":\"#24344d\"}");
    write_features(w, command);
    json_key(w, "oauth_config");
    json_open(w, '{');
    json_key(w, "scopes");
    json_open(w, '{');
    json_key(w, "bot");
    json_open(w, '[');
    for (const struct slack_scope *scope = slack_scopes; scope->name; scope++)
        json_put_str(w, scope->name);
    json_close(w, ']');
    json_close(w, '}');
    json_close(w, '}');
    write_settings(w);
    json_close(w, '}');
}

int cli_manifest(struct cli *cli, struct err *err)
{
    if (!cli_load_config(cli, err))
        return cli_fail(err);
    struct buf out = {0};
    struct json_writer w;
    json_writer_init(&w, &out);
    write_manifest(&w, cli->config.slack.command);
    struct json_object *manifest = json_parse(buf_cstr(&out), out.len, out.len, err);
    buf_release(&out);
    if (!manifest)
        return cli_fail(err);
    puts(json_object_to_json_string_ext(manifest,
                                        JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(manifest);
    return 0;
}
