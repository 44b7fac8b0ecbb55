/* What is tortured. In `act` nothing may be expected: anything in it may have failed. In `then` all
 * is well again, and whoever was refused tries once more. */
#include "base/keyring.h"
#include "base/sealed_file.h"
#include "db/onboardings.h"
#include "tests/scenario/scenarios.h"
#include "tests/scenario/torture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DECIDED(how) "SELECT count(*) FROM items WHERE decision = '" how "'"

static const char *beside(const char *name)
{
    return arena_fmt(&the.arena, "%s/%s", the.folder, name);
}

static void overdue(void)
{
    scene();
    win_overdue("ACME Corp", 12);
}

/* ---- start and connect ---- */

/* A store that is not there yet. */
static void nothing_yet(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".lock"};
    scene_start((struct scene_options){.asleep = true});
    crash();
    the.crashes--;
    sqlite3_close(the.outside);
    the.outside = NULL;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        unlink(arena_fmt(&the.arena, "%s%s", the.path, ends[i]));
}

/* Whoever runs it starts it again. */
static void start(void)
{
    struct err err;
    while (!try_boot(&err))
        continue;
    settle();
}

static void is_connected(void)
{
    expect(bot_is_connected(the.bot));
    win_overdue("ACME Corp", 12);
    expect_answer(say(BO, "status ONB-1001"), "ACME Corp");
}

/* ---- reading ---- */

static void ask_for_status(void)
{
    say(BO, "status ONB-1001");
}

static void status_is_told(void)
{
    expect_answer(say(BO, "status ONB-1001"), "ACME Corp");
}

/* ---- deciding ---- */

static void approve_it(void)
{
    begin_approve(MAYA, "ONB-1001");
    advance(MINUTES(1));
}

static void is_approved(void)
{
    if (!stored(DECIDED("approve")))
        click(MAYA, "approve", "ONB-1001");
    advance(MINUTES(1));
    expect_stored(DECIDED("approve"), 1);
    expect_card("ONB-1001", "Provisioned");
    expect_number(the.systems.organizations, 1);
}

static void two_overdue(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
    systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
    advance(MINUTES(11));
    expect_card("ONB-1001", "ACME Corp: blocked");
}

static void turn_both_keys(void)
{
    begin_approve(MAYA, "ONB-1001");
    begin_approve(FAY, "ONB-1001");
    advance(MINUTES(1));
}

static void both_are_turned(void)
{
    static const char *const holders[] = {MAYA, FAY};
    for (size_t i = 0; i < 2; i++)
        if (!stored(arena_fmt(&the.arena,
                              "SELECT count(*) FROM approvals WHERE user_id = '%s' AND action = "
                              "'approve'",
                              holders[i])))
            click(holders[i], "approve", "ONB-1001");
    advance(MINUTES(1));
    expect_card("ONB-1001", "*Approved* by <@");
    expect_stored("SELECT count(*) FROM approvals", 2);
    expect_number(the.systems.organizations, 1);
}

static void fill_in_the_form(void)
{
    static const char state[] =
        "{\"reason\":{\"reason\":{\"selected_option\":{\"value\":\"wrong_owner\"}}},"
        "\"comment\":{\"comment\":{\"value\":\"Ana has left the company\"}}}";
    click(MAYA, "reject", "ONB-1001");
    slack_submit(&the.slack, MAYA, state);
    advance(MINUTES(1));
}

static void is_rejected(void)
{
    if (!stored(DECIDED("reject")))
        fill_in_the_form();
    expect_stored(DECIDED("reject"), 1);
    expect_card("ONB-1001", "Ana has left the company");
    expect_number(the.systems.organizations, 0);
}

/* ---- checking ---- */

static void won_and_not_known(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
}

static void poll_and_check(void)
{
    advance(MINUTES(11));
}

/* What a system did not tell blocks, and heals by itself. */
static void is_asked(void)
{
    advance(MINUTES(15));
    expect_stored("SELECT count(*) FROM onboardings", 1);
    expect_card("ONB-1001", "review needed");
    expect_card("ONB-1001", "INV-102");
}

/* ---- escalating ---- */

static int64_t until(const char *deadline)
{
    return stored(arena_fmt(&the.arena, "SELECT %s FROM items", deadline)) - the.sim.world.now.ms;
}

/* People's days pass in minutes of the machine's. */
static void nearly_two_days(void)
{
    scene_start((struct scene_options){.speed = 600});
    win_overdue("ACME Corp", 12);
    advance(until("t1_at") - HOURS(1));
}

static void reach_both_deadlines(void)
{
    advance(until("t2_at") + HOURS(1));
}

static void both_were_told(void)
{
    expect_dm(LEE, "ACME Corp has waited");
    expect_dm(KIM, "ACME Corp has waited");
    expect_stored("SELECT count(*) FROM audit WHERE action LIKE 'escalate.%'", 2);
}

/* ---- provisioning ---- */

static void approved_and_the_platform_away(void)
{
    overdue();
    sim_add_fault(&the.sim, (struct sim_fault){.where = PLATFORM_URL, .kind = SIM_REFUSED});
    click(MAYA, "approve", "ONB-1001");
    expect_stored(DECIDED("approve"), 1);
}

static void the_platform_comes_back(void)
{
    sim_heal(&the.sim, PLATFORM_URL);
    advance(MINUTES(5));
}

/* ---- backup ---- */

static bool back_up(struct err *err)
{
    const char *plain = beside("plain"), *sealed = beside("sealed"), *opened = beside("opened");
    bool ok = db_backup(the.db, plain, err) && sealed_file_seal(&the.keyring, plain, sealed, err) &&
              sealed_file_open(&the.keyring, sealed, opened, err) &&
              db_restore(opened, beside("restored.db"), err);
    unlink(plain);
    unlink(opened);
    return ok;
}

static void back_up_in_the_night(void)
{
    struct err err = {0};
    if (!back_up(&err) && !err.msg[0])
        fail_at(HERE, "a backup failed and does not say why");
    advance(SECONDS(2));
}

/* A failure leaves nothing half under a name that means something. */
static void the_backup_is_whole(void)
{
    static const char *const files[] = {"sealed", "restored.db", "restored.db.lock",
                                        "plain.partial", "restored.db.partial"};
    struct err err;
    struct db *copy;
    unlink(beside("sealed"));
    unlink(beside("restored.db"));
    if (!back_up(&err) || !db_open(beside("restored.db"), DB_OPEN_READ_ONLY, &copy, &err))
        fail_at(HERE, "the next backup: %s", err.msg);
    struct onboarding onboarding;
    expect(onboardings_get(copy, &the.arena, TEAM, 1001, &onboarding));
    db_close(copy);
    expect(access(beside("plain.partial"), F_OK) != 0);
    expect(access(beside("restored.db.partial"), F_OK) != 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(beside(files[i]));
    expect_answer(say(BO, "status ONB-1001"), "ACME Corp");
}

/* ---- reload ---- */

static struct keyring kept; /* as it was when the keyring was last saved for certain */

static void put_file(const char *name, const char *text)
{
    FILE *file = fopen(beside(name), "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        fail_at(HERE, "%s cannot be written", name);
}

static void saved_keyring(void)
{
    struct err err;
    overdue();
    put_file("usher.json",
             "{\"slack\":{\"channel\":\"" CHANNEL "\"},\"clm\":{\"base_url\":\"" CLM_URL
             "\",\"token\":{\"file\":\"token\"}}}");
    put_file("token", "secret\n");
    if (!keyring_save(&the.keyring, beside("keys"), &err))
        fail_at(HERE, "%s", err.msg);
    kept = the.keyring;
}

/* As `usher keys rotate` and then a reload do. */
static void rotate_and_reload(void)
{
    struct err err;
    struct keyring next = kept, loaded = {0};
    struct config config = {0};
    keyring_rotate(&next, &the.sim.world);
    if (keyring_save(&next, beside("keys"), &err))
        kept = next;
    if (keyring_load(&loaded, beside("keys"), &err))
        the.keyring = loaded;
    if (config_load(&config, beside("usher.json"), &err))
        config_release(&config);
    bot_reconfigure(the.bot, &the.config);
    settle();
}

/* The file holds the old keyring or the new one, whole, and buttons of before still count. */
static void old_buttons_count(void)
{
    struct err err;
    struct keyring loaded = {0};
    if (!keyring_load(&loaded, beside("keys"), &err))
        fail_at(HERE, "the keyring is lost: %s", err.msg);
    expect(loaded.count == kept.count || loaded.count == kept.count + 1);
    the.keyring = loaded;
    struct config config;
    if (!config_load(&config, beside("usher.json"), &err))
        fail_at(HERE, "%s", err.msg);
    config_release(&config);
    is_approved();
}

/* ---- webhook ---- */

#define ACME_PAID "{\"account_id\":\"001000000000001\",\"id\":\"delivery-1\"}"

static void paid_and_not_known(void)
{
    scene();
    systems_pay(win_overdue("ACME Corp", 12));
}

/* Who hears nothing, or 503, comes again: of the same delivery. */
static void hint(void)
{
    post_flow(ACME_PAID);
    advance(SECONDS(30));
}

static void it_proceeds(void)
{
    expect_number(post_flow(ACME_PAID)->status, 200);
    advance(MINUTES(15));
    expect_card("ONB-1001", "Cleared by itself");
    expect_number(the.systems.organizations, 1);
}

/* ---- all ---- */

const struct torture tortures[] = {
    {"start and connect", nothing_yet, start, is_connected, NULL, 61},
    {"status", overdue, ask_for_status, status_is_told, NULL, 3},
    {"approve", overdue, approve_it, is_approved, NULL, 43},
    {"two keys", two_overdue, turn_both_keys, both_are_turned, NULL, 71},
    {"reject with a form", overdue, fill_in_the_form, is_rejected, NULL, 43},
    {"a run of checks", won_and_not_known, poll_and_check, is_asked, NULL, 83},
    {"escalation", nearly_two_days, reach_both_deadlines, both_were_told, NULL, 307},
    {"provisioning", approved_and_the_platform_away, the_platform_comes_back, is_approved, NULL,
     37},
    {"backup", overdue, back_up_in_the_night, the_backup_is_whole, NULL, 7},
    {"reload", saved_keyring, rotate_and_reload, old_buttons_count, NULL, 3},
    {"webhook", paid_and_not_known, hint, it_proceeds, NULL, 61},
    {0},
};
