/* usher manifest: what to paste at api.slack.com/apps to make the app, with the
 * least scopes and the reason for each. */
#include "base/json.h"
#include "bot/cli.h"
#include "connectors/slack.h"

#include <stdio.h>
#include <string.h>

enum { URL_MAX_BYTES = 2000 };

static const char *const events[] = {
    "app_home_opened",    "app_uninstalled",      "channel_shared",  "channel_unshared",
    "message.channels",   "message.groups",       "subteam_created", "subteam_members_changed",
    "subteam_self_added", "subteam_self_removed", "subteam_updated", "team_join",
    "tokens_revoked",     "user_change"};

/* base NULL: Socket Mode, where no address is needed. */
static void write_url(struct json_writer *w, const char *key, const char *base, const char *path)
{
    struct buf url = {0};
    if (!base)
        return;
    buf_fmt(&url, "%s%s", base, path);
    json_pair_str(w, key, buf_cstr(&url));
    buf_release(&url);
}

static void write_features(struct json_writer *w, const char *command, const char *base)
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
    write_url(w, "url", base, "/slack/commands");
    json_pair_str(w, "description", "Customer onboarding");
    json_pair_str(w, "usage_hint", "help | start ACCOUNT | status | list | why ONB-n");
    json_pair_bool(w, "should_escape", true);
    json_close(w, '}');
    json_close(w, ']');
    json_close(w, '}');
}

static void write_settings(struct json_writer *w, const char *base)
{
    json_key(w, "settings");
    json_open(w, '{');
    json_key(w, "event_subscriptions");
    json_open(w, '{');
    write_url(w, "request_url", base, "/slack/events");
    json_key(w, "bot_events");
    json_open(w, '[');
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        json_put_str(w, events[i]);
    json_close(w, ']');
    json_close(w, '}');
    json_key(w, "interactivity");
    json_open(w, '{');
    json_pair_bool(w, "is_enabled", true);
    write_url(w, "request_url", base, "/slack/interactions");
    json_close(w, '}');
    json_pair_bool(w, "org_deploy_enabled", false);
    json_pair_bool(w, "socket_mode_enabled", base == NULL);
    json_pair_bool(w, "token_rotation_enabled", false);
    json_close(w, '}');
}

static void write_manifest(struct json_writer *w, const char *command, const char *base)
{
    json_open(w, '{');
    json_key(w, "display_information");
    json_put_raw(w, "{\"name\":\"Usher\",\"description\":\"Takes new customers from a closed deal "
                    "to first value\",\"background_color\":\"#24344d\"}");
    write_features(w, command, base);
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
    write_settings(w, base);
    json_close(w, '}');
}

/* Slack takes no other address than https, and appends nothing: "https://usher.example.com". */
static bool check_address(struct cli *cli, struct err *err)
{
    static const char https[] = "https://";
    const char *url = cli->http;
    if (!url)
        return true;
    if (strncmp(url, https, strlen(https)) != 0 || strlen(url) > URL_MAX_BYTES ||
        url[strcspn(url, " \t\r\n\"<>?#")] || !url[strlen(https)])
        return err_set(err, ERR_USAGE,
                       "--http takes the address at which Slack reaches the proxy before usher, "
                       "such as https://usher.example.com");
    size_t len = strlen(url);
    while (url[len - 1] == '/')
        len--;
    cli->http = arena_strn(&cli->arena, url, len);
    return true;
}

int cli_manifest(struct cli *cli, struct err *err)
{
    if (!check_address(cli, err) || !cli_load_config(cli, err))
        return cli_fail(err);
    struct buf out = {0};
    struct json_writer w;
    json_writer_init(&w, &out);
    write_manifest(&w, cli->config.slack.command, cli->http);
    struct json_object *manifest = json_parse(buf_cstr(&out), out.len, out.len, err);
    buf_release(&out);
    if (!manifest)
        return cli_fail(err);
    puts(json_object_to_json_string_ext(manifest,
                                        JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(manifest);
    return 0;
}
