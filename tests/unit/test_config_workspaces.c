/* Further workspaces: a file each, laid over the main file, of which nothing that is bound to its
 * own workspace is taken over. */
#include "base/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], dir[96], main_file[96];
static const char *files[8]; /* that a test has written */
static size_t file_count;

#define MAIN                                                                                       \
    "{\"slack\":{\"channel\":\"C0MAIN\"},\"roles\":{\"approver\":[\"U0MAYA\"],\"finance\":"        \
    "[\"U0FAY\"],\"finance_director\":[\"U0DEE\"]},"                                               \
    "\"roster\":{\"cs_manager\":\"U0LEE\"},\"routes\":{\"legal\":[\"C0LEGAL\"]},"                  \
    "\"netsuite\":{\"base_url\":\"https://n.example\",\"client_id\":\"main-client\","              \
    "\"certificate_id\":\"k\",\"private_key\":{\"env\":\"TEST_PEM\"}},"                            \
    "\"hooks\":{\"salesforce_secret\":{\"env\":\"TEST_SECRET\"}},"                                 \
    "\"escalation\":{\"t1_h\":24},\"workspaces\":{\"dir\":\"workspaces\"}}"

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void workspace(const char *name, const char *text)
{
    char *path;
    assert_true(asprintf(&path, "%s/%s", dir, name) > 0);
    write_file(path, text);
    files[file_count++] = path;
}

static int setup(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "%.40s/workspaces-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(folder));
    snprintf(dir, sizeof dir, "%s/workspaces", folder);
    snprintf(main_file, sizeof main_file, "%s/usher.json", folder);
    assert_int_equal(mkdir(dir, 0700), 0);
    setenv("TEST_PEM", "-----BEGIN PRIVATE KEY-----\n", 1);
    setenv("TEST_SECRET", "0123456789abcdefghij", 1);
    setenv("SLACK_APP_TOKEN", "xapp-1", 1);
    setenv("SLACK_BOT_TOKEN", "xoxb-1", 1);
    write_file(main_file, MAIN);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < file_count; i++) {
        unlink(files[i]);
        free((char *)files[i]);
    }
    file_count = 0;
    unlink(main_file);
    rmdir(dir);
    rmdir(folder);
    return 0;
}

static void load(struct config *config)
{
    struct err err = {0};
    if (!config_load(config, main_file, &err) || !config_check_run(config, &err))
        fail_msg("%s", err.msg);
}

static void expect_error(const char *words)
{
    struct config config;
    struct err err = {0};
    bool ok = config_load(&config, main_file, &err);
    if (ok)
        config_release(&config);
    assert_false(ok);
    assert_int_equal(err.code, ERR_CONFIG);
    if (!strstr(err.msg, words))
        fail_msg("\"%s\" does not say \"%s\"", err.msg, words);
}

#define PEOPLE                                                                                     \
    "\"slack\":{\"channel\":\"C0OTHER\"},\"roles\":{\"approver\":[\"U0ANN\"],\"finance\":"         \
    "[\"U0FRED\"],\"finance_director\":[\"U0DORA\"],\"admin\":[\"U0ADA\"]}"

static void test_its_file_is_laid_over_and_nothing_of_other_people_is_taken_over(void **state)
{
    (void)state;
    struct config config;
    workspace("T0OTHER.json", "{" PEOPLE ",\"calendar\":{\"zone\":\"Asia/Kolkata\"}}");
    workspace("notes.txt", "not a workspace");
    load(&config);
    assert_int_equal(config.workspace_count, 1);
    const struct config *other = config_of_workspace(&config, "T0OTHER");
    assert_non_null(other);
    assert_null(config_of_workspace(&config, "T0MAIN"));
    assert_string_equal(other->slack.channel, "C0OTHER");
    assert_string_equal(other->roles[ROLE_APPROVER].items[0], "U0ANN");
    assert_null(other->roster.cs_manager);
    assert_int_equal(other->routes.legal.count, 0);
    assert_string_equal(other->calendar.zone, "Asia/Kolkata");
    assert_int_equal(other->escalation.t1_h, 24);
    assert_string_equal(other->netsuite.client_id, "main-client");
    assert_false(other->own_systems);
    assert_false(other->own_hooks);
    assert_string_equal(config.slack.channel, "C0MAIN");
    config_release(&config);
}

static void test_a_system_of_its_own_is_its_own_wholly(void **state)
{
    (void)state;
    struct config config;
    workspace(
        "T0OTHER.json",
        "{" PEOPLE ",\"netsuite\":{\"base_url\":\"https://other.example\",\"auth\":\"tba\","
        "\"account_id\":\"1\",\"consumer_key\":{\"env\":\"TEST_SECRET\"},"
        "\"consumer_secret\":{\"env\":\"TEST_SECRET\"},\"token_id\":{\"env\":\"TEST_SECRET\"},"
        "\"token_secret\":{\"env\":\"TEST_SECRET\"}}}");
    load(&config);
    const struct config *other = config_of_workspace(&config, "T0OTHER");
    assert_string_equal(other->netsuite.base_url, "https://other.example");
    assert_null(other->netsuite.client_id); /* the main file's credentials go to no other address */
    assert_null(other->netsuite.private_key);
    assert_null(other->hooks.salesforce_secret);
    assert_true(other->own_systems);
    assert_true(other->own_hooks);
    config_release(&config);
}

static void test_null_leaves_a_system_out(void **state)
{
    (void)state;
    struct config config;
    workspace("E0CORP.json",
              "{\"slack\":{\"channel\":\"C0OTHER\"},\"roles\":{\"approver\":[\"U0ANN\"],"
              "\"admin\":[\"U0ADA\"]},\"netsuite\":null}");
    load(&config);
    assert_false(config_of_workspace(&config, "E0CORP")->netsuite.enabled);
    assert_true(config.netsuite.enabled);
    config_release(&config);
}

static void test_a_newcomer_sees_no_system_and_nobody_decides(void **state)
{
    (void)state;
    struct config config;
    load(&config);
    assert_non_null(config.newcomer);
    assert_false(config.newcomer->netsuite.enabled);
    assert_null(config.newcomer->hooks.salesforce_secret);
    assert_null(config.newcomer->slack.channel);
    for (size_t role = 0; role < ROLE_COUNT; role++)
        assert_int_equal(config.newcomer->roles[role].count, 0);
    config_release(&config);
}

static void test_errors_name_the_workspaces_file_and_line(void **state)
{
    (void)state;
    workspace("T0OTHER.json", "{\n\"slack\":{\"chanel\":\"C0OTHER\"}}");
    expect_error("workspaces/T0OTHER.json:2: slack.chanel: ");
    workspace("T0OTHER.json", "{" PEOPLE ",\n\"store\":{\"path\":\"x\"}}");
    expect_error("T0OTHER.json:2: store: stands in the main file only");
    workspace("T0OTHER.json", "{\"slack\":{\"bot_token\":{\"env\":\"X\"}}}");
    expect_error("slack.bot_token: stands in the main file only");
    workspace("T0OTHER.json", "[]");
    expect_error("T0OTHER.json: expected an object, found a list");
    workspace("T0OTHER.json", "{");
    expect_error("T0OTHER.json: ");
    workspace("T0OTHER.json", "{\"slack\":{\"channel\":\"C0OTHER\"}}");
    expect_error("T0OTHER.json: nobody could decide");
    workspace("T0OTHER.json", "{\"roles\":{\"approver\":[\"U0ANN\"]}}");
    expect_error("T0OTHER.json: slack.channel is missing");
}

static void test_a_file_is_named_by_a_workspaces_id(void **state)
{
    (void)state;
    workspace("other.json", "{" PEOPLE "}");
    expect_error("other.json: a workspace's file is named by its id");
}

static void test_a_folder_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    write_file(main_file, "{\"workspaces\":{\"dir\":\"nowhere\"}}");
    expect_error("usher.json:1: workspaces.dir: the folder ");
}

static void test_its_secret_files_are_known_to_the_fence(void **state)
{
    (void)state;
    struct config config;
    workspace("secret.key", "0123456789abcdefghij");
    workspace("T0OTHER.json",
              "{" PEOPLE ",\"hooks\":{\"generic_secret\":{\"file\":\"secret.key\"}}}");
    load(&config);
    assert_int_equal(config.read_files.count, 1);
    assert_non_null(strstr(config.read_files.items[0], "/workspaces/secret.key"));
    config_release(&config);
}

static void test_installing_needs_id_secret_and_address_and_no_token_of_ours(void **state)
{
    (void)state;
    struct config config;
    struct err err = {0};
    unsetenv("SLACK_BOT_TOKEN");
    setenv("SLACK_CLIENT_SECRET", "client-secret", 1);
    write_file(main_file, "{}");
    expect_error("slack.client_id: is missing; installing Usher in further workspaces needs it");
    write_file(main_file, "{\"slack\":{\"client_id\":\"1.2\"}}");
    expect_error("slack.public_url: is missing");
    write_file(main_file,
               "{\"slack\":{\"client_id\":\"1.2\",\"public_url\":\"https://u.example\"}}");
    load(&config);
    config_release(&config);
    write_file(main_file, "{\"slack\":{\"client_id\":\"1.2\",\"public_url\":\"https://u.example\"},"
                          "\"http\":{\"port\":-1}}");
    assert_true(config_load(&config, main_file, &err));
    assert_false(config_check_run(&config, &err));
    assert_non_null(strstr(err.msg, "http.port is -1, and installing Usher"));
    config_release(&config);
    unsetenv("SLACK_CLIENT_SECRET");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_its_file_is_laid_over_and_nothing_of_other_people_is_taken_over),
        TEST(test_a_system_of_its_own_is_its_own_wholly),
        TEST(test_null_leaves_a_system_out),
        TEST(test_a_newcomer_sees_no_system_and_nobody_decides),
        TEST(test_errors_name_the_workspaces_file_and_line),
        TEST(test_a_file_is_named_by_a_workspaces_id),
        TEST(test_a_folder_that_is_not_there_is_an_error),
        TEST(test_its_secret_files_are_known_to_the_fence),
        TEST(test_installing_needs_id_secret_and_address_and_no_token_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
