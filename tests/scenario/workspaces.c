/* Several workspaces: one of slack.bot_token, and one that installs Usher; with the same people's
 * ids, the same channels' ids and the same numbers of onboardings in both. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTINGS                                                                                   \
    "{\"slack\":{\"channel\":\"" CHANNEL "\"},\"roles\":{\"csm\":[\"" MAYA "\"],\"approver\":"     \
    "[\"" FAY "\"],\"finance\":[\"" BO "\"],\"finance_director\":[\"" DEE                          \
    "\"],\"manager\":[\"" KIM "\"],\"director\":[\"" LEE "\"],\"admin\":[\"" RAJ                   \
    "\"]},\"roster\":{\"cs_manager\":\"" KIM "\",\"cs_director\":\"" LEE "\"}%s}"

/* ---- a browser ---- */

enum { VALUE_MAX = 512 };

/* What stands between two texts. */
static void take_between(const char *text, const char *before, const char *after, char *out)
{
    const char *start = strstr(text, before);
    if (!start)
        fail_at(HERE, "\"%s\" is not in: %s", before, text);
    start += strlen(before);
    snprintf(out, VALUE_MAX, "%.*s", (int)strcspn(start, after), start);
}

static void get(struct sim_visit *visit, const char *path, const char *query, const char *headers)
{
    buf_release(&visit->answer);
    *visit = (struct sim_visit){
        .method = "GET", .path = path, .query = query, .headers = headers, .body = ""};
    sim_visit(&the.sim, visit);
    settle();
}

/* As far as Slack's authorize page; the cookie as a header, and the state. */
static void begin_install(char cookie[VALUE_MAX], char state[VALUE_MAX])
{
    static struct sim_visit visit;
    char value[VALUE_MAX];
    get(&visit, "/slack/install", NULL, "");
    expect_number(visit.status, 302);
    take_between(visit.more_headers, "Set-Cookie: ", ";", value);
    snprintf(cookie, VALUE_MAX, "cookie: other=1; %.400s\n", value);
    take_between(visit.more_headers, "&state=", "\r", state);
    expect(strstr(visit.more_headers, "Location: https://slack.com/oauth/v2/authorize?client_id="
                                      "11.22&scope=") != NULL);
    expect(strstr(visit.more_headers, "; HttpOnly; SameSite=Lax; Secure\r\n") != NULL);
    buf_release(&visit.answer);
}

static struct sim_visit page; /* the last that a browser saw; the text until the next one */

static const char *come_back(const char *code, const char *cookie, const char *state)
{
    char query[2 * VALUE_MAX];
    snprintf(query, sizeof query, "code=%s&state=%s", code, state);
    get(&page, "/slack/oauth_redirect", query, cookie);
    const char *text = arena_str(&the.arena, buf_cstr(&page.answer));
    buf_release(&page.answer);
    return text;
}

static const char *install(void)
{
    char cookie[VALUE_MAX], state[VALUE_MAX];
    begin_install(cookie, state);
    the.other.code = "code-1";
    return come_back("code-1", cookie, state);
}

/* ---- two workspaces ---- */

static void two_workspaces(const char *more)
{
    char settings[1200];
    snprintf(settings, sizeof settings, SETTINGS, more);
    scene_start((struct scene_options){.two = true, .settings = settings});
    expect(strstr(install(), "Usher is installed") != NULL);
    expect_number(page.status, 200);
}

static void there(void)
{
    the.here = &the.other;
}

static void back_here(void)
{
    the.here = &the.slack;
}

/* An event of the other workspace. */
static struct slack_act *happens_there(const char *event)
{
    char payload[512];
    snprintf(payload, sizeof payload,
             "{\"type\":\"event_callback\",\"team_id\":\"%s\",\"event_id\":\"%%s\",\"event\":%s}",
             OTHER, event);
    struct slack_act *act = slack_send(&the.other, "events_api", payload);
    settle();
    return act;
}

#define REMOVED "{\"type\":\"app_uninstalled\"}"

static void a_workspace_that_installs_usher_is_served_by_its_own_settings(void)
{
    two_workspaces("");
    there();
    expect_dm(RAJ, "Usher is installed here. Cards go to");
    win_overdue("ACME Corp", 12);
    expect_card("ONB-1001", "ACME Corp");
    click(FAY, "approve", "ONB-1001"); /* Finance there, an approver here */
    expect_card("ONB-1001", "*Approved* by <@" FAY ">");
    back_here();
    expect_card("ONB-1001", "ACME Corp");
    expect_not_on_card("ONB-1001", "*Approved*");
    expect_answer(click(FAY, "approve", "ONB-1001"), "You can't approve");
    click(MAYA, "approve", "ONB-1001");
    expect_card("ONB-1001", "*Approved* by <@" MAYA ">");
    there();
    expect_card("ONB-1001", "*Approved* by <@" FAY ">");
    expect_number(the.systems.organizations, 2);
    back_here();
    scene_end();
}

static void each_workspace_works_through_its_own_playbook(void)
{
    two_workspaces("");
    win("ACME Corp");
    settle();
    expect_stored("SELECT count(*) FROM journeys", 2);
    there();
    expect_answer(say(FAY, "task done ONB-1001 T-1"), "is done. 13 of 14 are left");
    expect_answer(say(FAY, "pause ONB-1001 \"they move\""), "is paused");
    back_here();
    expect_stored("SELECT count(*) FROM tasks WHERE tenant_id = '" TEAM "' AND state <> 0", 0);
    expect_stored("SELECT paused_at FROM journeys WHERE tenant_id = '" TEAM "'", 0);
    expect_answer(say(MAYA, "status ONB-1001"), "0/14 tasks");
    expect(!strstr(answer_of(say(MAYA, "status ONB-1001")), "PAUSED"));
    scene_end();
}

static void each_workspace_is_escalated_to_its_own_people(void)
{
    two_workspaces("");
    win_overdue("ACME Corp", 12);
    advance(HOURS(50));
    expect_dm(LEE, "ACME Corp");
    expect_no_dm(KIM, "ACME Corp");
    there();
    expect_dm(KIM, "ACME Corp");
    expect_no_dm(LEE, "ACME Corp");
    back_here();
    scene_end();
}

static void a_newcomer_sees_nothing_and_is_told_what_to_do(void)
{
    scene_start((struct scene_options){.two = true});
    win_overdue("ACME Corp", 12);
    expect(strstr(install(), "not set up yet") != NULL);
    there();
    expect_dm(RAJ, "a file `" OTHER ".json` in the folder of `workspaces.dir`");
    expect_answer(say(MAYA, "help"), "what you can type");
    expect_answer(say(MAYA, "status ONB-1001"), "ONB-1001");
    expect(!strstr(answer_of(say(MAYA, "list")), "ACME"));
    expect(!strstr(answer_of(say(MAYA, "status ACME")), "ACME Corp"));
    expect_answer(say(MAYA, "start \"ACME Corp\""), "not set up for this workspace yet");
    advance(HOURS(2));
    expect_stored("SELECT count(*) FROM onboardings WHERE tenant_id = '" OTHER "'", 0);
    expect(slack_find(&the.other, CHANNEL, "ACME") == NULL);
    back_here();
    scene_end();
}

/* ---- the way to Slack and back ---- */

static void an_installation_ends_in_the_browser_in_which_it_began(void)
{
    char cookie[VALUE_MAX], state[VALUE_MAX], mine[VALUE_MAX], own[VALUE_MAX];
    scene_start((struct scene_options){.two = true});
    begin_install(cookie, state);
    begin_install(mine, own);
    the.other.code = "code-1";
    const char *const cookies[] = {"", mine, "cookie: __Host-usher-install=x\n"};
    for (size_t i = 0; i < sizeof cookies / sizeof *cookies; i++) {
        expect(strstr(come_back("code-1", cookies[i], state), "was not begun here") != NULL);
        expect_number(page.status, 400);
    }
    expect(strstr(come_back("code-1", cookie, "AAAA"), "was not begun here") != NULL);
    expect(strstr(come_back("code-1", cookie, ""), "was not begun here") != NULL);
    expect_number(sim_count_asked(&the.sim, "/oauth.v2.access", (struct mono){0}), 0);
    advance(MINUTES(11));
    expect(strstr(come_back("code-1", cookie, state), "too long ago") != NULL);
    expect_stored("SELECT count(*) FROM tenants WHERE tenant_id = '" OTHER "'", 0);
    scene_end();
}

static void what_slack_refuses_is_said_in_words(void)
{
    char cookie[VALUE_MAX], state[VALUE_MAX], query[2 * VALUE_MAX];
    scene_start((struct scene_options){.two = true});
    begin_install(cookie, state);
    expect(strstr(come_back("code-9", cookie, state), "does not accept the code") != NULL);
    snprintf(query, sizeof query, "error=access_denied&state=%s", state);
    get(&page, "/slack/oauth_redirect", query, cookie);
    expect(strstr(buf_cstr(&page.answer), "was not installed") != NULL);
    expect_number(page.status, 403);
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = "/oauth.v2.access",
                                     .kind = SIM_ANSWERED,
                                     .status = 200,
                                     .body = "{\"ok\":false,\"error\":\"bad_client_secret\"}",
                                     .times = 1});
    expect(strstr(come_back("code-1", cookie, state), "who Usher says it is") != NULL);
    expect_number(page.status, 502);
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/oauth.v2.access",
                                               .kind = SIM_ANSWERED,
                                               .status = 503,
                                               .body = "down",
                                               .times = 1});
    expect(strstr(come_back("code-1", cookie, state), "does not answer") != NULL);
    expect_stored("SELECT count(*) FROM tenants WHERE tenant_id = '" OTHER "'", 0);
    scene_end();
}

static void what_could_not_be_kept_is_not_said_to_be(void)
{
    char cookie[VALUE_MAX], state[VALUE_MAX];
    scene_start((struct scene_options){.two = true});
    begin_install(cookie, state);
    the.other.code = "code-1";
    the.commits_fail = true;
    expect(strstr(come_back("code-1", cookie, state), "could not keep") != NULL);
    expect_number(page.status, 503);
    the.commits_fail = false;
    expect_stored("SELECT count(*) FROM tenants WHERE tenant_id = '" OTHER "'", 0);
    expect(strstr(install(), "Usher is installed") != NULL);
    expect_stored("SELECT count(*) FROM tenants WHERE tenant_id = '" OTHER "'", 1);
    scene_end();
}

static void a_page_shows_itself_and_nothing_else(void)
{
    scene_start((struct scene_options){.two = true});
    const char *text = install();
    char nonce[VALUE_MAX], used[VALUE_MAX];
    take_between(page.more_headers, "style-src 'nonce-", "'", nonce);
    take_between(text, "<style nonce=\"", "\"", used);
    expect_text_at(HERE, used, nonce);
    static const char *const headers[] = {"Content-Security-Policy: default-src 'none'; ",
                                          "frame-ancestors 'none'",
                                          "Referrer-Policy: no-referrer\r\n",
                                          "X-Frame-Options: DENY\r\n",
                                          "Strict-Transport-Security: max-age=63072000",
                                          "Cross-Origin-Opener-Policy: same-origin",
                                          "usher-install=; Path=/; Max-Age=0;"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (!strstr(page.more_headers, headers[i]))
            fail_at(HERE, "\"%s\" is not in: %s", headers[i], page.more_headers);
    expect_text_at(HERE, page.content_type, "text/html; charset=utf-8");
    scene_end();
}

static void the_workspace_of_the_configured_token_cannot_be_taken_over(void)
{
    char cookie[VALUE_MAX], state[VALUE_MAX];
    scene_start((struct scene_options){.two = true});
    begin_install(cookie, state);
    the.slack.code = "code-1";
    snprintf(the.slack.token, sizeof the.slack.token, "xoxb-1-secret");
    expect(strstr(come_back("code-1", cookie, state), "serves this workspace already") != NULL);
    snprintf(the.slack.token, sizeof the.slack.token, "xoxb-1-secret");
    expect_stored("SELECT source FROM tenants WHERE tenant_id = '" TEAM "'", 0);
    expect_stored("SELECT count(*) FROM secrets WHERE name = 'grant'", 0);
    scene_end();
}

/* ---- its token ---- */

static void rotating_workspaces(void)
{
    char settings[1200];
    snprintf(settings, sizeof settings, SETTINGS, "");
    scene_start((struct scene_options){.two = true, .settings = settings});
    the.other.rotates_s = 43200;
    install();
}

static void a_token_that_rotates_is_renewed_before_it_runs_out(void)
{
    rotating_workspaces();
    expect_number(the.other.grants, 1);
    advance(HOURS(9));
    expect_number(the.other.grants, 1);
    advance(HOURS(2));
    expect_number(the.other.grants, 2);
    there();
    win_overdue("ACME Corp", 12);
    expect_card("ONB-1001", "ACME Corp");
    advance(DAYS(2));
    expect(the.other.grants >= 5);
    click(FAY, "approve", "ONB-1001");
    expect_card("ONB-1001", "*Approved* by <@" FAY ">");
    back_here();
    expect_stored("SELECT count(*) FROM secrets WHERE name = 'grant:next'", 0);
    scene_end();
}

static void a_crash_while_a_token_is_renewed_loses_none(void)
{
    static const enum death deaths[] = {DEATH_BEFORE_COMMIT, DEATH_AFTER_COMMIT};
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        rotating_workspaces();
        advance(HOURS(9) + MINUTES(50));
        sim_add_fault(&the.sim, (struct sim_fault){
                                    .where = "/auth.test", .kind = SIM_SLOW, .slow_ms = 20000});
        while (the.other.grants < 2)
            advance(SECONDS(10));
        if (deaths[i] == DEATH_AFTER_COMMIT)
            advance(SECONDS(5)); /* the new one is kept, and not tried yet */
        crash_and_restart();
        sim_heal(&the.sim, NULL);
        advance(MINUTES(30));
        there();
        win_overdue("ACME Corp", 12);
        expect_card("ONB-1001", "ACME Corp");
        back_here();
        scene_end();
    }
}

static void a_token_that_slack_does_not_renew_is_told_to_the_admins(void)
{
    rotating_workspaces();
    the.may_die = "renew_grant";
    snprintf(the.other.refresh_token, sizeof the.other.refresh_token, "another");
    advance(HOURS(11));
    there();
    expect_dm(RAJ, "does not renew Usher's token");
    back_here();
    expect_no_dm(RAJ, "does not renew Usher's token");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'slack.token_not_renewed' AND "
                  "tenant_id = '" OTHER "'",
                  1);
    scene_end();
}

static void no_token_stands_in_the_store_in_clear(void)
{
    rotating_workspaces();
    advance(HOURS(11));
    expect_stored("SELECT count(*) FROM secrets WHERE sealed LIKE '%xox%'", 0);
    expect_stored("SELECT count(*) FROM jobs WHERE payload LIKE '%xox%'", 0);
    expect_stored("SELECT count(*) FROM audit WHERE reason LIKE '%xox%'", 0);
    expect_stored("SELECT count(*) FROM secrets WHERE tenant_id = '" OTHER "'", 1);
    scene_end();
}

/* ---- going and coming back ---- */

static void a_workspace_that_removes_the_app_is_left_alone_until_it_comes_back(void)
{
    two_workspaces("");
    there();
    win_overdue("ACME Corp", 12);
    expect_card("ONB-1001", "ACME Corp");
    expect_number(happens_there(REMOVED)->acks, 1);
    the.other.token[0] = '\0';
    expect_stored("SELECT count(*) FROM secrets WHERE tenant_id = '" OTHER "'", 0);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'slack.app_uninstalled'", 1);
    struct mono since = the.sim.world.mono;
    size_t said = the.other.message_count;
    advance(HOURS(60));
    expect_number(the.other.message_count, said);
    expect_stored("SELECT count(*) FROM jobs WHERE state = 2", 0);
    struct slack_act *act = say(MAYA, "status ONB-1001");
    expect_text_at(HERE, answer_of(act), "");
    expect_number(sim_count_asked(&the.sim, "/oauth.v2.access", since), 0);
    back_here();
    expect_dm(LEE, "ACME Corp"); /* the other one goes on */
    install();
    there();
    expect_dm(KIM, "ACME Corp"); /* what was due meanwhile, once */
    click(FAY, "approve", "ONB-1001");
    expect_card("ONB-1001", "*Approved* by <@" FAY ">");
    back_here();
    scene_end();
}

static void revoked_tokens_end_a_workspace_once(void)
{
    two_workspaces("");
    happens_there("{\"type\":\"tokens_revoked\",\"tokens\":{\"oauth\":[\"U1\"],\"bot\":[]}}");
    expect_stored("SELECT state FROM tenants WHERE tenant_id = '" OTHER "'", 0);
    happens_there("{\"type\":\"tokens_revoked\",\"tokens\":{\"oauth\":[],\"bot\":[\"U2\"]}}");
    expect_stored("SELECT state FROM tenants WHERE tenant_id = '" OTHER "'", 1);
    expect_number(happens_there(REMOVED)->acks, 1);
    expect_stored("SELECT count(*) FROM audit WHERE action LIKE 'slack.%revoked'", 1);
    crash_and_restart();
    settle();
    expect_stored("SELECT state FROM tenants WHERE tenant_id = '" OTHER "'", 1);
    scene_end();
}

/* ---- apart ---- */

static void a_button_of_one_workspace_does_nothing_in_another(void)
{
    two_workspaces("");
    win_overdue("ACME Corp", 12);
    char *value = slack_button(card("ONB-1001"), "approve");
    there();
    struct slack_act *act =
        slack_click_value(&the.other, FAY, card("ONB-1001")->ts, "approve", value);
    settle();
    free(value);
    expect_answer(act, "its state is foreign");
    expect_not_on_card("ONB-1001", "*Approved*");
    back_here();
    expect_not_on_card("ONB-1001", "*Approved*");
    expect_stored(
        "SELECT count(*) FROM audit WHERE action = 'button.refused' AND tenant_id = '" OTHER "'",
        1);
    scene_end();
}

/* What is served in one workspace is no redelivery in another, whatever its key. */
static void the_same_trigger_in_two_workspaces_is_two_acts(void)
{
    two_workspaces("");
    win_overdue("ACME Corp", 12);
    struct slack_act *one = say(MAYA, "note ONB-1001 \"the first\"");
    there();
    struct slack_act *two = say(MAYA, "note ONB-1001 \"the second\"");
    expect_text_at(HERE, two->trigger, one->trigger);
    expect_note("ONB-1001", "the second");
    expect_no_note("ONB-1001", "the first");
    back_here();
    expect_note("ONB-1001", "the first");
    expect_no_note("ONB-1001", "the second");
    scene_end();
}

/* Everything that stands in the store for a workspace, but what its own standing jobs write
 * meanwhile: one text, of whichever tables there are. */
static char *all_of(const char *tenant)
{
    struct buf out = {0};
    char *tables = strdup(stored_text(
        "SELECT group_concat(t.name, ' ') FROM sqlite_master t JOIN pragma_table_info(t.name) c "
        "WHERE t.type = 'table' AND c.name = 'tenant_id' AND t.name NOT IN ('jobs', 'cursors', "
        "'people', 'group_members', 'audit_tip')"));
    expect(tables && strlen(tables) > 60);
    for (char *at, *table = strtok_r(tables, " ", &at); table; table = strtok_r(NULL, " ", &at)) {
        const char *columns =
            stored_text(arena_fmt(&the.arena,
                                  "SELECT group_concat('quote(' || name || ')', '||') FROM "
                                  "pragma_table_info('%s')",
                                  table));
        const char *rows = stored_text(
            arena_fmt(&the.arena,
                      "SELECT coalesce(group_concat(row, ';'), '') FROM (SELECT %s AS row FROM %s "
                      "WHERE tenant_id = '%s' ORDER BY 1)",
                      columns, table, tenant));
        buf_fmt(&out, "%s: %s\n", table, rows);
    }
    free(tables);
    return buf_take(&out);
}

/* Every verb, button and form that writes, Home, events and a webhook, with the same ids, numbers
 * and people as in the other workspace. */
static void what_is_done_in_one_workspace_changes_nothing_in_another(void)
{
    two_workspaces(",\"hooks\":{\"salesforce_secret\":{\"env\":\"SCENARIO_OTHERS_HOOK\"}}");
    win_overdue("ACME Corp", 12);
    win_overdue("Borealis", 12);
    there();
    say(MAYA, "claim ONB-1001");
    expect_card("ONB-1001", "ACME Corp");
    settle();
    char *before = all_of(OTHER);
    expect(strstr(before, "ACME Corp") != NULL);
    back_here();
    static const char *const said[] = {
        "claim ONB-1001",  "release ONB-1001",    "note ONB-1001 \"here\"",
        "check ONB-1001",  "start \"ACME Corp\"", "list",
        "status ONB-1001", "why ONB-1001",        "timeline ONB-1001"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        say(MAYA, said[i]);
    click(MAYA, "approve", "ONB-1001");
    click(MAYA, "reject", "ONB-1002");
    submit_reject(MAYA, "other", "They asked us to wait.");
    slack_open_home(&the.slack, MAYA);
    settle();
    post_flow("{\"account_id\":\"001000000000001\",\"id\":\"delivery-1\"}");
    expect_card("ONB-1001", "*Approved*");
    expect_card("ONB-1002", "*Rejected*");
    char *after = all_of(OTHER);
    expect_text_at(HERE, after, before);
    free(before);
    free(after);
    scene_end();
}

static void a_webhook_that_one_workspaces_secret_proves_is_no_hint_to_another(void)
{
    two_workspaces(",\"hooks\":{\"salesforce_secret\":{\"env\":\"SCENARIO_OTHERS_HOOK\"}}");
    win_overdue("ACME Corp", 12);
    static const char hint[] = "{\"account_id\":\"001000000000001\",\"id\":\"delivery-1\"}";
    static const char *const jobs_of[] = {
        "SELECT count(*) FROM inbox WHERE key LIKE 'hook:%' AND tenant_id = '" TEAM "'",
        "SELECT count(*) FROM inbox WHERE key LIKE 'hook:%' AND tenant_id = '" OTHER "'"};
    expect_number(post("/hooks/salesforce", "x-usher-secret: " OTHER_SECRET "\n", hint)->status,
                  200);
    expect_stored(jobs_of[0], 0);
    expect_stored(jobs_of[1], 1);
    expect_number(post_flow(hint)->status, 200);
    expect_stored(jobs_of[0], 1);
    expect_stored(jobs_of[1], 1);
    expect_number(post("/hooks/salesforce", "x-usher-secret: neither\n", hint)->status, 401);
    scene_end();
}

/* ---- Slack Connect ---- */

static void nothing_internal_is_said_where_another_organisation_reads(void)
{
    scene();
    the.slack.shared = CHANNEL;
    the.may_die = "post_card";
    win_overdue("ACME Corp", 12);
    expect(slack_find(&the.slack, CHANNEL, "ACME") == NULL);
    expect_dm(RAJ, "where another organisation reads");
    expect_stored_text("SELECT last_error FROM jobs WHERE kind = 'post_card'",
                       "internal cards are not posted where another organisation reads them (Slack "
                       "Connect); name a channel that is yours alone in the configuration");
    scene_end();
}

static void a_channel_is_asked_about_once_a_day(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    size_t asked = sim_count_asked(&the.sim, "/conversations.info", (struct mono){0});
    expect_number(asked, 1);
    say(BO, "note ONB-1001 \"called them\"");
    win_overdue("Borealis", 12);
    expect_number(sim_count_asked(&the.sim, "/conversations.info", (struct mono){0}), asked);
    advance(HOURS(25));
    say(BO, "note ONB-1001 \"called again\"");
    expect_number(sim_count_asked(&the.sim, "/conversations.info", (struct mono){0}), asked + 1);
    scene_end();
}

static void a_channel_that_is_shared_later_is_told_to_the_admins(void)
{
    static const char event[] =
        "{\"type\":\"event_callback\",\"team_id\":\"" TEAM "\",\"event_id\":\"%s\",\"event\":"
        "{\"type\":\"channel_shared\",\"connected_team_id\":\"T0ELSE\",\"channel\":\"" CHANNEL
        "\"}}";
    scene();
    the.may_die = "post_note";
    win_overdue("ACME Corp", 12);
    slack_send(&the.slack, "events_api", event);
    settle();
    expect_dm(RAJ, "is shared with another organisation now");
    say(BO, "note ONB-1001 \"our margin is thin\"");
    expect_no_note("ONB-1001", "our margin is thin");
    scene_end();
}

static void where_slack_does_not_say_the_post_finds_out(void)
{
    scene_start((struct scene_options){.asleep = true});
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = "/conversations.info",
                                     .kind = SIM_ANSWERED,
                                     .status = 200,
                                     .body = "{\"ok\":false,\"error\":\"missing_scope\",\"needed\":"
                                             "\"channels:read\",\"provided\":\"chat:write\"}"});
    settle();
    win_overdue("ACME Corp", 12);
    expect_card("ONB-1001", "ACME Corp");
    scene_end();
}

/* ---- Enterprise Grid ---- */

static void an_organisation_that_installs_usher_is_one_workspace(void)
{
    scene_start((struct scene_options){.two = true});
    the.other.enterprise = "E0CORP";
    the.other.org_wide = true;
    install();
    expect_stored("SELECT count(*) FROM tenants WHERE tenant_id = 'E0CORP' AND state = 0", 1);
    there();
    expect_answer(say(MAYA, "help"), "what you can type");
    slack_open_home(&the.other, MAYA);
    settle();
    expect_stored("SELECT count(*) FROM people WHERE tenant_id = 'E0CORP' AND user_id = '" MAYA "'",
                  1);
    expect_stored("SELECT count(*) FROM people WHERE tenant_id = '" OTHER "'", 0);
    back_here();
    scene_end();
}

static void an_organisations_people_are_read_workspace_by_workspace(void)
{
    scene_start((struct scene_options){.two = true});
    the.other.enterprise = "E0CORP";
    the.other.org_wide = true;
    install();
    advance(MINUTES(2));
    expect_stored_text("SELECT value FROM cursors WHERE tenant_id = 'E0CORP' AND name = 'teams'",
                       OTHER);
    expect_stored("SELECT count(*) FROM people WHERE tenant_id = 'E0CORP'",
                  (int64_t)the.other.person_count);
    expect_stored("SELECT count(*) FROM cursors WHERE tenant_id = 'E0CORP' AND name = "
                  "'people_read'",
                  1);
    scene_end();
}

const struct scenario workspaces_scenarios[] = {
    {"a workspace that installs Usher is served by its own settings",
     a_workspace_that_installs_usher_is_served_by_its_own_settings},
    {"each workspace works through its own playbook",
     each_workspace_works_through_its_own_playbook},
    {"each workspace is escalated to its own people",
     each_workspace_is_escalated_to_its_own_people},
    {"a newcomer sees nothing and is told what to do",
     a_newcomer_sees_nothing_and_is_told_what_to_do},
    {"an installation ends in the browser in which it began",
     an_installation_ends_in_the_browser_in_which_it_began},
    {"what Slack refuses at an installation is said in words", what_slack_refuses_is_said_in_words},
    {"what an installation could not keep is not said to be kept",
     what_could_not_be_kept_is_not_said_to_be},
    {"an installation's page shows itself and nothing else", a_page_shows_itself_and_nothing_else},
    {"the workspace of the configured token cannot be taken over",
     the_workspace_of_the_configured_token_cannot_be_taken_over},
    {"a token that rotates is renewed before it runs out",
     a_token_that_rotates_is_renewed_before_it_runs_out},
    {"a crash while a token is renewed loses none", a_crash_while_a_token_is_renewed_loses_none},
    {"a token that Slack does not renew is told to the admins",
     a_token_that_slack_does_not_renew_is_told_to_the_admins},
    {"no token stands in the store in clear", no_token_stands_in_the_store_in_clear},
    {"a workspace that removes the app is left alone until it comes back",
     a_workspace_that_removes_the_app_is_left_alone_until_it_comes_back},
    {"revoked tokens end a workspace once", revoked_tokens_end_a_workspace_once},
    {"a button of one workspace does nothing in another",
     a_button_of_one_workspace_does_nothing_in_another},
    {"the same trigger in two workspaces is two acts",
     the_same_trigger_in_two_workspaces_is_two_acts},
    {"what is done in one workspace changes nothing in another",
     what_is_done_in_one_workspace_changes_nothing_in_another},
    {"a webhook that one workspace's secret proves is no hint to another",
     a_webhook_that_one_workspaces_secret_proves_is_no_hint_to_another},
    {"nothing internal is said where another organisation reads",
     nothing_internal_is_said_where_another_organisation_reads},
    {"a channel is asked about once a day", a_channel_is_asked_about_once_a_day},
    {"a channel that is shared later is told to the admins",
     a_channel_that_is_shared_later_is_told_to_the_admins},
    {"where Slack does not say who reads a channel the post finds out",
     where_slack_does_not_say_the_post_finds_out},
    {"an organisation that installs Usher is one workspace",
     an_organisation_that_installs_usher_is_one_workspace},
    {"an organisation's people are read workspace by workspace",
     an_organisations_people_are_read_workspace_by_workspace},
    {0},
};
