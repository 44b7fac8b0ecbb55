/* Setting the scene, and what people and operators do in it. */
#include "tests/scenario/scene.h"

#include "base/calendar.h"
#include "base/embedded.h"
#include "base/json.h"
#include "base/log.h"
#include "db/migrate.h"
#include "db/sqlite.h"
#include "db/tenants.h"
#include "handlers/grant.h"
#include "tests/scenario/disk.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scene the;
const char *playing = "random days";

/* Monday 20 April 2026, 14:00 UTC. */
#define DAY_ONE INT64_C(1776693600000)

enum { LEASE_OVER_MS = 3000, OVERDUE_MS = 60000, LEASES_AGAIN_MS = 5000 };
enum { SETTLE_MS = 6000, DRAIN_MS = 10000, REST_MS = 12 * 60 * 1000 };

/* ---- configuration ---- */

static const char every_hour[] =
    "{\"zone\":\"UTC\",\"days\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\",\"sat\",\"sun\"],"
    "\"start\":\"00:00\",\"end\":\"24:00\"}";

#define SECRET "{\"env\":\"SCENARIO_SECRET\"}"

/* The folder with the second workspace's file, where it has one. */
static const char *workspaces_section(void)
{
    const char *dir = arena_fmt(&the.arena, "%s/workspaces", the.folder);
    const char *path = arena_fmt(&the.arena, "%s/" OTHER ".json", dir);
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        fail_at(HERE, "no folder %s", dir);
    FILE *file = the.options.settings ? fopen(path, "w") : NULL;
    if (the.options.settings && (!file || fputs(the.options.settings, file) < 0 || fclose(file)))
        fail_at(HERE, "%s cannot be written", path);
    return arena_fmt(&the.arena, "\"workspaces\":{\"dir\":\"%s\"},", dir);
}

static void configure(void)
{
    struct buf json = {0};
    struct err err;
    setenv("SCENARIO_SECRET", "scenario-secret", 1);
    setenv("SCENARIO_HOOK", HOOK_SECRET, 1);
    setenv("SLACK_SIGNING_SECRET", SIGNING_SECRET, 1);
    setenv("SLACK_CLIENT_SECRET", CLIENT_SECRET, 1);
    setenv("SCENARIO_OTHERS_HOOK", OTHER_SECRET, 1);
    if (!the.options.two)
        unsetenv("SLACK_CLIENT_SECRET"); /* alone, it asks for the rest */
    setenv("SLACK_APP_TOKEN", "xapp-1-A0-1-secret", 1);
    setenv("SLACK_BOT_TOKEN", "xoxb-1-secret", 1);
    unsetenv("SLACK_API_URL");
    unsetenv("USHER_DB");
    buf_fmt(&json,
            "{\"slack\":{\"channel\":\"" CHANNEL "\",\"connections\":%d,\"mode\":\"%s\"%s},%s",
            the.options.connections, the.options.http ? "http" : "socket",
            the.options.two ? ",\"client_id\":\"11.22\",\"public_url\":\"https://u.example\"" : "",
            the.options.two ? workspaces_section() : "");
    buf_str(&json,
            "\"salesforce\":{\"login_url\":\"" SALESFORCE_URL "\",\"auth\":\"client_credentials\","
            "\"client_id\":\"id\",\"client_secret\":" SECRET
            ",\"poll_s\":600,\"poll_from\":\"2026-04-01\"},"
            "\"netsuite\":{\"base_url\":\"" NETSUITE_URL
            "\",\"account_id\":\"123\",\"auth\":\"tba\","
            "\"consumer_key\":" SECRET ",\"consumer_secret\":" SECRET ",\"token_id\":" SECRET
            ",\"token_secret\":" SECRET "},"
            "\"clm\":{\"base_url\":\"" CLM_URL "\",\"token\":" SECRET "},"
            "\"platform\":{\"base_url\":\"" PLATFORM_URL "\",\"token\":" SECRET "},"
            "\"rates\":{\"base_url\":\"" RATES_URL "\",\"currencies\":[\"USD\"]},"
            "\"roster\":{\"cs_manager\":\"" LEE "\",\"cs_director\":\"" KIM "\"},"
            "\"roles\":{\"csm\":[\"" MAYA "\",\"" BO "\"],\"approver\":[\"S0APPROVE\",\"" ANA
            "\",\"" GUS "\"],\"finance_director\":[\"" DEE "\"],\"manager\":[\"" LEE
            "\"],\"director\":[\"" KIM "\"],\"admin\":[\"" RAJ "\"],");
    const char *mail =
        ",\"mail\":{\"smtp_url\":\"" MAIL_URL
        "\",\"from\":\"usher@corp.example\",\"username\":\"usher\",\"password\":" SECRET "}";
    buf_fmt(&json,
            "\"finance\":%s},"
            "\"hooks\":{\"salesforce_secret\":{\"env\":\"SCENARIO_HOOK\"},"
            "\"salesforce_organization\":\"" ORGANIZATION "\"},"
            "\"approval\":{\"undo_s\":%d},\"routes\":%s,\"http\":{\"port\":0},"
            "\"digest\":{\"unasked\":\"%s\"},\"noise\":{\"budget\":%d},"
            "\"escalation\":{\"clock\":\"%s\"},\"calendar\":%s%s}",
            the.options.finance ? the.options.finance : "[\"" FAY "\"]", the.options.undo_s,
            the.options.routes ? the.options.routes : "{}", the.options.digest ? "on" : "off",
            the.options.budget, the.options.business ? "business" : "calendar",
            the.options.calendar, the.options.mail ? mail : "");
    if (!config_parse(&the.config, "scene", buf_cstr(&json), json.len, &err) ||
        !config_check_run(&the.config, &err))
        fail_at(HERE, "the scene's configuration: %s", err.msg);
    buf_release(&json);
}

/* ---- the store ---- */

/* From here on nothing of the process gets out; it is thrown away at the end of its turn. */
static void begin_to_die(void)
{
    the.death = DEATH_NONE;
    the.dead = the.sim.mute = disk.dead = true;
}

/* A commit is where a process dies, or fails to write. */
static int on_commit(void *arg)
{
    (void)arg;
    if (the.death != DEATH_BEFORE_COMMIT && the.death != DEATH_AFTER_COMMIT)
        return the.commits_fail;
    bool before = the.death == DEATH_BEFORE_COMMIT;
    the.death = DEATH_NONE;
    the.dead = the.sim.mute = true;
    return before;
}

static void on_row(void *arg, int what, const char *db, const char *table, sqlite3_int64 row)
{
    (void)arg;
    (void)what;
    (void)db;
    (void)row;
    invariants_written(table);
}

static bool open_store(struct err *err)
{
    int applied;
    if (!db_open(the.path, DB_OPEN_CREATE, &the.db, err))
        return false;
    if (!migrate(the.db, embedded_schema, the.sim.world.now, &applied, err) ||
        !db_execute(the.db, "PRAGMA synchronous = OFF", err)) { /* only processes die here */
        db_close(the.db);
        the.db = NULL;
        return false;
    }
    sqlite3_busy_timeout(the.db->handle, 0);
    sqlite3_commit_hook(the.db->handle, on_commit, NULL);
    sqlite3_update_hook(the.db->handle, on_row, NULL);
    return true;
}

static void look_from_outside(void)
{
    if (the.outside)
        return;
    if (sqlite3_open_v2(the.path, &the.outside, SQLITE_OPEN_READWRITE, NULL))
        fail_at(HERE, "the store cannot be looked at");
    sqlite3_exec(the.outside, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
}

static void stop_looking(void)
{
    invariants_release();
    sqlite3_close(the.outside);
    the.outside = NULL;
}

static void bind(sqlite3_stmt *stmt, const char *name, int64_t value)
{
    int place = sqlite3_bind_parameter_index(stmt, name);
    if (place)
        sqlite3_bind_int64(stmt, place, value);
}

/* Where the store took nothing, leases are renewed and jobs begun a moment later. */
static int64_t long_ago(int64_t ms)
{
    if (the.commits_fail || disk.full || disk.failing_permille)
        the.store_well_at = the.sim.world.mono;
    bool well = the.sim.world.mono.ms - the.store_well_at.ms > LEASES_AGAIN_MS;
    return well ? the.sim.world.now.ms - ms * the.options.speed : INT64_MIN;
}

bool holds(struct check *check, char *found, size_t size)
{
    disk.outside = true;
    look_from_outside();
    if (!check->stmt &&
        sqlite3_prepare_v2(the.outside, check->sql, -1, &check->stmt, NULL) != SQLITE_OK)
        fail_at(HERE, "%s: %s", check->sql, sqlite3_errmsg(the.outside));
    bind(check->stmt, ":audited", the.audited);
    bind(check->stmt, ":lease_over", long_ago(LEASE_OVER_MS));
    bind(check->stmt, ":overdue", long_ago(OVERDUE_MS));
    bool breach = sqlite3_step(check->stmt) == SQLITE_ROW;
    if (breach)
        snprintf(found, size, "%s", (const char *)sqlite3_column_text(check->stmt, 0));
    sqlite3_reset(check->stmt);
    disk.outside = false;
    return !breach;
}

void check_release(struct check *check)
{
    sqlite3_finalize(check->stmt);
    check->stmt = NULL;
}

/* As another process sees it: only what is committed. */
static sqlite3_stmt *asked(const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    disk.outside = true;
    look_from_outside();
    int result = sqlite3_prepare_v2(the.outside, sql, -1, &stmt, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(stmt);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        fail_at(HERE, "%s: %s", sql, sqlite3_errmsg(the.outside));
    disk.outside = false;
    if (result == SQLITE_ROW)
        return stmt;
    sqlite3_finalize(stmt);
    return NULL;
}

int64_t stored(const char *sql)
{
    sqlite3_stmt *stmt = asked(sql);
    int64_t number = stmt ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    return number;
}

const char *stored_text(const char *sql)
{
    sqlite3_stmt *stmt = asked(sql);
    if (!stmt)
        return "";
    const char *text = arena_str(&the.arena, (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return text;
}

/* ---- the process ---- */

/* As after its way through OAuth. */
static void install_other(void)
{
    struct turn turn = {.world = &the.sim.world, .db = the.db, .keyring = &the.keyring};
    const struct tenant other = {.id = OTHER_TEAM,
                                 .name = "Other",
                                 .bot_user_id = "U0OTHERBOT",
                                 .bot_id = "B0OTHERBOT",
                                 .app_id = "A0USHER",
                                 .source = TENANT_INSTALLED,
                                 .installer = "U0THEIRS"};
    if (!tenants_put(the.db, &other, the.sim.world.now) ||
        !grant_put(&turn, OTHER_TEAM, GRANT_IN_FORCE, &(struct grant){.token = OTHER_TOKEN}))
        fail_at(HERE, "the other workspace could not be installed");
}

bool try_boot(struct err *err)
{
    if (!open_store(err))
        return false;
    if (the.options.other &&
        stored("SELECT count(*) FROM tenants WHERE tenant_id = '" OTHER_TEAM "'") == 0)
        install_other();
    the.dead = false;
    the.bot = bot_new(&(struct bot_parts){
        .world = &the.sim.world,
        .config = &the.config,
        .db = the.db,
        .keyring = &the.keyring,
        .templates = &the.templates,
    });
    the.sim.bot = the.bot;
    the.changes_seen = -1;
    invariants_written(NULL);
    the.audited = 0;
    the.store_well_at = the.sim.world.mono;
    return true;
}

void boot(void)
{
    struct err err;
    if (!try_boot(&err))
        fail_at(HERE, "the store: %s", err.msg);
}

/* What it held in memory; sanitizers' allocators do not say. */
static void free_bot(void)
{
    size_t before = mallinfo2().uordblks;
    bot_free(the.bot);
    size_t held = before - mallinfo2().uordblks;
    the.bot = NULL;
    if (held > the.heap_most)
        the.heap_most = held;
}

static void end_process(void)
{
    sim_bot_died(&the.sim);
    free_bot();
    db_close(the.db);
    the.db = NULL;
}

/* Its file is left as it was at that moment, for SQLite to recover: nobody else may have it open,
 * and nothing may be tidied up. */
void crash(void)
{
    the.crashes++;
    disk.dead = true;
    end_process();
    stop_looking();
    disk = (struct disk){.on_cut = begin_to_die};
}

void crash_and_restart(void)
{
    crash();
    boot();
}

void crash_around_commit(enum death death)
{
    the.death = death;
}

void crash_in(enum death death, unsigned nth, uint64_t byte)
{
    the.death = death;
    if (death == DEATH_IN_WRITE) {
        disk.cut_after = nth;
        disk.cut_at = byte;
    } else {
        the.sim.die_after = nth;
        the.sim.on_die = begin_to_die;
    }
}

bool stop(void)
{
    struct mono until = {the.sim.world.mono.ms + DRAIN_MS};
    bot_drain(the.bot);
    while (!bot_is_drained(the.bot) && sim_step(&the.sim, until))
        continue;
    bool drained = bot_is_drained(the.bot);
    end_process();
    return drained;
}

static void after_turn(void *arg)
{
    the.turns++;
    invariants_after_turn(arg);
    if (the.dead) /* the process ended in this turn */
        crash_and_restart();
}

/* ---- the scene ---- */

static void silent(void *arg, const char *line)
{
    (void)arg;
    if (getenv("SCENARIO_LOG"))
        fprintf(stderr, "%" PRId64 " %s\n", the.sim.world.mono.ms, line);
}

static void make_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    if (!tmp)
        tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; /* nothing here outlives us */
    snprintf(the.folder, sizeof the.folder, "%.40s/scene-XXXXXX", tmp);
    if (!mkdtemp(the.folder))
        fail_at(HERE, "no folder for the store at %s", the.folder);
}

void scene_start(struct scene_options options)
{
    options.http |= options.two;
    options.seed = options.seed ? options.seed : 1;
    options.speed = options.speed ? options.speed : 1;
    options.connections = options.connections ? options.connections : 2;
    options.calendar = options.calendar ? options.calendar : every_hour;
    the = (struct scene){.options = options};
    sim_init(&the.sim, options.seed, (struct wall){DAY_ONE}, options.speed);
    slack_init(&the.slack, &the.sim);
    the.slack.signing_secret = options.http ? SIGNING_SECRET : NULL;
    the.slack.unlisted = options.unlisted;
    systems_init(&the.systems, &the.sim);
    mail_init(&the.mail, &the.sim);
    if (options.two)
        slack_init_another(&the.other, &the.slack, OTHER);
    the.here = &the.slack;
    log_configure(LOG_DEBUG, LOG_FORMAT_TEXT, &the.sim.world.now, silent, NULL);
    make_folder();
    configure();
    keyring_init(&the.keyring, &the.sim.world);
    the.templates = (struct templates){.files = embedded_templates};
    snprintf(the.path, sizeof the.path, "%s/usher.db", the.folder);
    disk_install();
    disk = (struct disk){.on_cut = begin_to_die};
    the.sim.after_turn = after_turn;
    the.sim.arg = &the;
    boot();
    if (!options.asleep)
        settle();
}

void scene(void)
{
    scene_start((struct scene_options){.seed = 1});
}

void scene_remove_store(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
    char path[128];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", the.path, ends[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/workspaces/" OTHER ".json", the.folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/workspaces", the.folder);
    rmdir(path);
    rmdir(the.folder);
}

void scene_end(void)
{
    sim_heal(&the.sim, NULL);
    the.commits_fail = false;
    the.sim.die_after = 0;
    disk = (struct disk){.on_cut = begin_to_die};
    sim_run(&the.sim, REST_MS);
    invariants_after_turn(&the);
    invariants_at_end();
    end_process();
    stop_looking();
    scene_remove_store();
    for (size_t i = 0; i < the.posted_count; i++)
        buf_release(&the.posted[i].answer);
    slack_release(&the.slack);
    mail_release(&the.mail);
    slack_release(&the.other);
    sim_release(&the.sim);
    config_release(&the.config);
    keyring_release(&the.keyring);
    arena_release(&the.arena);
    calendar_release();
}

/* ---- time ---- */

void advance(int64_t ms)
{
    sim_run(&the.sim, ms / the.options.speed);
    invariants_after_turn(&the);
}

void settle(void)
{
    arena_reset(&the.arena);
    sim_run(&the.sim, SETTLE_MS);
    invariants_after_turn(&the);
}

/* ---- people ---- */

struct slack_act *begin_say(const char *user, const char *text)
{
    return slack_command(the.here, user, text);
}

struct slack_act *say(const char *user, const char *text)
{
    struct slack_act *act = begin_say(user, text);
    settle();
    return act;
}

static struct slack_act *press(const char *user, const char *action,
                               const struct slack_message *message)
{
    struct slack_act *act = slack_click(the.here, user, message, action);
    if (!act)
        fail_at(HERE, "there is no button \"%s\" on: %s %s", action, message->text,
                message->blocks);
    return act;
}

/* ---- approving ---- */

/* The newest modal of this person, NULL. */
static const char *open_form(const char *user)
{
    for (size_t i = the.here->view_count; i > 0; i--)
        if (strcmp(the.here->views[i - 1].user, user) == 0)
            return the.here->views[i - 1].text;
    return NULL;
}

static bool asks_for_ticks(const char *user, size_t views_before)
{
    const char *form = the.here->view_count > views_before ? open_form(user) : NULL;
    return form && strstr(form, "\"callback_id\":\"approve\"");
}

/* The options "1" … of a form, ten a block. */
static void write_ticks(struct buf *state, int ticks)
{
    for (int i = 0; i < ticks; i++) {
        if (i % 10 == 0)
            buf_fmt(state,
                    "%s\"ticks_%d\":{\"ticks_%d\":{\"type\":\"checkboxes\",\"selected_options\":[",
                    i ? "]}}," : "", i / 10 + 1, i / 10 + 1);
        buf_fmt(state, "%s{\"value\":\"%d\"}", i % 10 ? "," : "", i + 1);
    }
    buf_str(state, ticks ? "]}}," : "");
}

struct slack_act *begin_ticks(const char *user, int ticks, const char *reason, const char *pay_by)
{
    struct buf state = {0};
    const char *form = open_form(user);
    int all = 0;
    for (const char *at = form; at && (at = strstr(at, "\"value\":\"")) != NULL; at++)
        all++;
    buf_str(&state, "{");
    write_ticks(&state, ticks < 0 ? all : ticks);
    buf_str(&state, "\"pay_by\":{\"pay_by\":{\"type\":\"datepicker\",\"selected_date\":");
    buf_fmt(&state, pay_by ? "\"%s\"" : "null", pay_by);
    buf_str(&state, "}},\"reason\":{\"reason\":{\"type\":\"plain_text_input\",\"value\":");
    buf_fmt(&state, reason ? "\"%s\"" : "null", reason);
    buf_str(&state, "}}}");
    struct slack_act *act = slack_submit(the.here, user, buf_cstr(&state));
    buf_release(&state);
    if (!act)
        fail_at(HERE, "%s has no form open", user);
    return act;
}

struct slack_act *submit_ticks(const char *user, int ticks, const char *reason, const char *pay_by)
{
    struct slack_act *act = begin_ticks(user, ticks, reason, pay_by);
    settle();
    return act;
}

struct slack_act *approve_in(const char *user, const struct slack_message *message)
{
    size_t views = the.here->view_count;
    struct slack_act *act = press(user, "approve", message);
    settle();
    return asks_for_ticks(user, views) ? submit_ticks(user, -1, NULL, NULL) : act;
}

struct slack_act *begin_approve(const char *user, const char *onb)
{
    size_t views = the.here->view_count;
    struct slack_act *act = press_approve(user, onb);
    return asks_for_ticks(user, views) ? begin_ticks(user, -1, NULL, NULL) : act;
}

struct slack_act *press_approve(const char *user, const char *onb)
{
    struct slack_act *act = press(user, "approve", card(onb));
    settle();
    return act;
}

/* ---- clicking ---- */

struct slack_act *begin_click(const char *user, const char *action, const char *onb)
{
    return press(user, action, card(onb));
}

struct slack_act *click(const char *user, const char *action, const char *onb)
{
    if (strcmp(action, "approve") == 0)
        return approve_in(user, card(onb));
    struct slack_act *act = begin_click(user, action, onb);
    settle();
    return act;
}

struct slack_act *click_dm(const char *user, const char *action, const char *onb)
{
    char channel[24];
    snprintf(channel, sizeof channel, "D%s", user + 1);
    const struct slack_message *message = slack_find(the.here, channel, onb);
    if (!message)
        fail_at(HERE, "%s has no DM about %s", user, onb);
    if (strcmp(action, "approve") == 0)
        return approve_in(user, message);
    struct slack_act *act = press(user, action, message);
    settle();
    return act;
}

struct slack_act *answer_in_thread(const char *user, const char *onb, const char *text,
                                   const char *more)
{
    struct slack_act *act = slack_answer(the.here, user, card(onb), text, more);
    settle();
    return act;
}

struct slack_act *press_answer(const char *user, const struct slack_act *asked, const char *action)
{
    static const char before[] = "\"value\":\"";
    const char *said = answer_of(asked);
    const char *at = strstr(said, arena_fmt(&the.arena, "\"action_id\":\"%s\"", action));
    at = at ? strstr(at, before) : NULL;
    if (!at)
        fail_at(HERE, "no button %s in %s", action, said);
    at += strlen(before);
    struct slack_act *act = slack_click_value(the.here, user, "1.1", action,
                                              arena_strn(&the.arena, at, strcspn(at, "\"")));
    settle();
    return act;
}

struct slack_act *submit(const char *user, const char *state)
{
    struct slack_act *act = slack_submit(the.here, user, state);
    if (!act)
        fail_at(HERE, "%s has no form open", user);
    settle();
    return act;
}

struct slack_act *submit_reject(const char *user, const char *reason, const char *comment)
{
    struct buf state = {0};
    buf_fmt(&state,
            "{\"reason\":{\"reason\":{\"type\":\"static_select\",\"selected_option\":{\"value\":"
            "\"%s\"}}},\"comment\":{\"comment\":{\"type\":\"plain_text_input\",\"value\":",
            reason);
    json_quote(&state, comment, strlen(comment));
    buf_str(&state, "}}}");
    struct slack_act *act = submit(user, buf_cstr(&state));
    buf_release(&state);
    return act;
}

void until_after_day_0(int64_t ms)
{
    int64_t wait = stored("SELECT opened_at FROM items") + ms - the.sim.world.now.ms;
    if (wait > 0)
        advance(wait);
}

const char *answer_of(const struct slack_act *act)
{
    return arena_fmt(&the.arena, "%s%s%s", act->ack ? act->ack : "", act->answer ? "\n" : "",
                     act->answer ? act->answer : "");
}

/* ---- requests ---- */

struct sim_visit *begin_post(const char *path, const char *headers, const char *body)
{
    if (the.posted_count == POSTED_MAX)
        fail_at(HERE, "more requests than a scene has room for");
    struct sim_visit *visit = &the.posted[the.posted_count++];
    *visit = (struct sim_visit){.method = "POST", .path = path, .headers = headers, .body = body};
    sim_visit(&the.sim, visit);
    return visit;
}

struct sim_visit *post(const char *path, const char *headers, const char *body)
{
    struct sim_visit *visit = begin_post(path, headers, body);
    settle();
    return visit;
}

struct sim_visit *post_flow(const char *body)
{
    return post("/hooks/salesforce", "x-usher-secret: " HOOK_SECRET "\n", body);
}

/* ---- deals ---- */

/* The next poll is asked for at once, as a start would. */
static struct fake_account *learned(struct fake_account *account)
{
    advance(SECONDS(605) * the.options.speed);
    settle();
    return account;
}

struct fake_account *win(const char *name)
{
    return learned(systems_win(&the.systems, name));
}

struct fake_account *win_overdue(const char *name, int days)
{
    struct fake_account *account = systems_win(&the.systems, name);
    systems_bill(&the.systems, account, "INV-102", days, "25000.00");
    return learned(account);
}
