/* The configuration: defaults, what is refused and where, secrets, environment, what must hold
 * between keys, and its documentation. */
#include "base/config.h"
#include "base/config_lines.h"
#include "base/config_shape.h"
#include "base/config_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int clean_environment(void **state)
{
    (void)state;
    static const char *const names[] = {"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "SLACK_API_URL",
                                        "USHER_DB",        "TEST_SECRET",     "TEST_PEM"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    return 0;
}

/* Single quotes stand for double ones. */
static char *json(const char *text)
{
    static char out[8192];
    snprintf(out, sizeof out, "%s", text);
    for (char *p = out; *p; p++)
        if (*p == '\'')
            *p = '"';
    return out;
}

static void read_config(struct config *config, const char *text)
{
    struct err err = {0};
    const char *given = json(text);
    if (!config_parse(config, "usher.json", given, strlen(given), &err))
        fail_msg("%s", err.msg);
}

static void expect_error(const char *text, const char *expected)
{
    struct config config;
    struct err err = {0};
    const char *given = json(text);
    if (config_parse(&config, "usher.json", given, strlen(given), &err)) {
        config_release(&config);
        fail_msg("taken: %s", text);
    }
    assert_string_equal(err.msg, expected);
    assert_int_equal(err.code, ERR_CONFIG);
    assert_null(config.arena.head);
}

static void test_without_file_and_environment_the_defaults_hold(void **state)
{
    (void)state;
    struct config config;
    struct err err = {0};
    assert_true(config_load(&config, NULL, &err));
    assert_null(config.path);
    assert_string_equal(config.slack.api_url, "https://slack.com/api/");
    assert_int_equal(config.slack.connections, 2);
    assert_string_equal(config.slack.command, "/onboard");
    assert_null(config.slack.bot_token);
    assert_false(config.salesforce.enabled || config.netsuite.enabled || config.clm.enabled ||
                 config.platform.enabled);
    assert_int_equal(config.escalation.t1_h, 48);
    assert_int_equal(config.escalation.t2_h, 96);
    assert_int_equal(config.rules.credit_suppress_pct, 80);
    assert_string_equal(config.calendar.zone, "America/Toronto");
    assert_int_equal(config.calendar.days, 0x1F);
    assert_int_equal(config.calendar.start_minute, 540);
    assert_int_equal(config.calendar.end_minute, 1020);
    assert_string_equal(config.store.path, "usher.db");
    assert_int_equal(config.http.port, 8080);
    assert_int_equal(config.log.level, LOG_INFO);
    assert_string_equal(config.clm.contract_id, "salesforceContractId");
    assert_int_equal(config.clm.executed_words.count, 4);
    assert_string_equal(config.clm.executed_words.items[3], "completed");
    config_release(&config);
}

static void test_values_of_every_type_are_read(void **state)
{
    (void)state;
    struct config config;
    setenv("TEST_SECRET", "s3cret", 1);
    read_config(
        &config,
        "{'slack':{'connections':10,'channel':'C0ONBOARD','bot_token':{'env':'TEST_SECRET'},"
        "'api_url':'http://127.0.0.1:8080/api'},"
        "'platform':{'base_url':'https://platform.example/'},"
        "'roles':{'approver':['U0MAYA','S0APPROVE']},"
        "'escalation':{'clock':'business'},'log':{'level':'debug','format':'text'},"
        "'calendar':{'days':['sun','mon'],'start':'00:00','end':'24:00',"
        "'holidays':['2026-12-25','2026-01-01']},'templates':{'dir':'/etc/usher'}}");
    assert_int_equal(config.slack.connections, 10);
    assert_string_equal(config.slack.bot_token, "s3cret");
    assert_string_equal(config.slack.api_url, "http://127.0.0.1:8080/api/");
    assert_true(config.platform.enabled);
    assert_string_equal(config.platform.base_url, "https://platform.example");
    assert_int_equal(config.roles[ROLE_APPROVER].count, 2);
    assert_string_equal(config.roles[ROLE_APPROVER].items[1], "S0APPROVE");
    assert_int_equal(config.escalation.clock, CLOCK_BUSINESS);
    assert_int_equal(config.log.format, LOG_FORMAT_TEXT);
    assert_int_equal(config.calendar.days, 0x41);
    assert_int_equal(config.calendar.end_minute, 1440);
    assert_int_equal(config.calendar.holiday_count, 2);
    assert_true(config.calendar.holidays[0].day < config.calendar.holidays[1].day);
    assert_string_equal(config.template_dir, "/etc/usher");
    assert_string_equal(config.path, "usher.json");
    config_release(&config);
}

static void expect_words(const struct config *config, const char *path, const char *words)
{
    struct arena arena = {0};
    const struct config_key *key = config_key_find(path);
    assert_non_null(key);
    assert_string_equal(config_key_words(&arena, config, key), words);
    arena_release(&arena);
}

static void test_values_are_written_as_a_person_would(void **state)
{
    (void)state;
    struct config config;
    setenv("TEST_SECRET", "s3cret", 1);
    read_config(&config, "{'slack':{'bot_token':{'env':'TEST_SECRET'}},"
                         "'roles':{'approver':['U0MAYA','S0APPROVE']},"
                         "'escalation':{'clock':'business'},"
                         "'calendar':{'zone':'UTC','days':['sun','mon'],'start':'09:05',"
                         "'end':'24:00','holidays':['2026-12-25','2026-01-01']}}");
    expect_words(&config, "rules.overdue_urgent_days", "30");
    expect_words(&config, "roles.approver", "U0MAYA, S0APPROVE");
    expect_words(&config, "escalation.clock", "business");
    expect_words(&config, "slack.api_url", "https://slack.com/api/");
    expect_words(&config, "calendar.zone", "UTC");
    expect_words(&config, "calendar.days", "mon, sun");
    expect_words(&config, "calendar.start", "09:05");
    expect_words(&config, "calendar.end", "24:00");
    expect_words(&config, "calendar.holidays", "2026-01-01, 2026-12-25");
    expect_words(&config, "roster.cs_manager", "not set");
    expect_words(&config, "roles.admin", "not set");
    expect_words(&config, "slack.bot_token", "(secret)");
    expect_words(&config, "slack.app_token", "not set");
    config_release(&config);
}

static void test_what_is_wrong_is_named_with_file_line_and_key(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{\n'slack': {\n  'connections': 12\n}}",
         "usher.json:3: slack.connections: 12 is above the maximum of 10"},
        {"{'http':{'port':-2}}", "usher.json:1: http.port: -2 is below the minimum of -1"},
        {"{'slack':{\n'conections':1}}",
         "usher.json:2: slack.conections: unknown key; did you mean slack.connections?"},
        {"{'slak':{}}", "usher.json:1: slak: unknown key; did you mean slack?"},
        {"{'channel':'C012'}", "usher.json:1: channel: unknown key; did you mean slack.channel?"},
        {"{'zzzzzzzzzzz':1}",
         "usher.json:1: zzzzzzzzzzz: unknown key; `usher config` lists them all"},
        {"{'slack.channel':'C012'}",
         "usher.json:1: slack.channel: sections are nested objects, not dotted names"},
        {"{'slack':3}", "usher.json:1: slack: expected an object, found a number"},
        {"{'slack':{'connections':'2'}}",
         "usher.json:1: slack.connections: expected a whole number, found a string"},
        {"{'slack':{'connections':null}}",
         "usher.json:1: slack.connections: expected a whole number, found null"},
        {"{'roles':{'csm':'U012'}}",
         "usher.json:1: roles.csm: expected a list of strings, found a string"},
        {"{'roles':{'csm':['U012',\n7]}}",
         "usher.json:2: roles.csm[1]: expected a string, found a number"},
        {"{'roles':{'csm':['U012',\n'maya']}}",
         "usher.json:2: roles.csm[1]: \"maya\" must be a Slack user id (U…, W…) or user group id "
         "(S…)"},
        {"{'log':{'level':'loud'}}",
         "usher.json:1: log.level: \"loud\" is none of debug, info, warn, error"},
        {"{'calendar':{'days':['mon','bank']}}", "usher.json:1: calendar.days[1]: \"bank\" is none "
                                                 "of mon, tue, wed, thu, fri, sat, sun"},
        {"{'calendar':{'start':'9:00'}}",
         "usher.json:1: calendar.start: \"9:00\" must be a time of day, HH:MM"},
        {"{'calendar':{'holidays':['2026-02-30']}}",
         "usher.json:1: calendar.holidays[0]: \"2026-02-30\" must be a date, YYYY-MM-DD"},
        {"{'store':{'path':''}}", "usher.json:1: store.path: is empty"},
        {"{'slack':{'channel':'#general'}}",
         "usher.json:1: slack.channel: \"#general\" must be a Slack channel id (C…)"},
        {"{'log':{},\n'log':{}}", "usher.json:2: log: stands there twice, first on line 1"},
        {"[]", "usher.json: expected an object, found a list"},
        {"{\n  'slack': {,}\n}",
         "usher.json: line 2, column 13: a name in double quotes is expected"},
        {"{'log':{},\n'calendar':{'zone':'Mars/Base'}}",
         "usher.json:2: calendar: there is no zone \"Mars/Base\" in this system's zoneinfo "
         "(tzdata)"},
        {"{'escalation':{'t1_h':96}}",
         "usher.json:1: escalation.t2_h: 96 must be more than escalation.t1_h, 96"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_error(cases[i][0], cases[i][1]);
}

static void test_https_is_required_but_for_loopback(void **state)
{
    (void)state;
    static const char *const good[] = {"https://acme.my.salesforce.com",
                                       "https://x.example:8443/a/b",
                                       "http://127.0.0.1:1",
                                       "http://127.9.9.9",
                                       "http://localhost:8080/x",
                                       "http://[::1]:8080/"};
    static const char *const bad[] = {"http://slack.com/api/",
                                      "http://10.0.0.1/",
                                      "http://127.0.0.1.evil.example/",
                                      "http://localhost.evil.example",
                                      "http://localhost@evil.example/",
                                      "https://user:pw@x.example",
                                      "https://",
                                      "https:///a",
                                      "https://x.example?a=1",
                                      "https://x.example/#f",
                                      "https://x.example:port/",
                                      "https://x.example:123456/",
                                      "ftp://x.example",
                                      "http://[::2]/",
                                      "http://[::1",
                                      "x.example",
                                      "https://x.example/a b",
                                      "https://x.example\\@evil.example"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (config_url_fault(good[i]))
            fail_msg("%s: %s", good[i], config_url_fault(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!config_url_fault(bad[i]))
            fail_msg("taken: %s", bad[i]);
    expect_error("{'slack':{'api_url':'http://slack.com/api/'}}",
                 "usher.json:1: slack.api_url: the address must start with https:// (http:// is "
                 "only for 127.0.0.0/8, ::1 and localhost)");
}

static void test_what_would_stand_in_a_query_or_header_must_have_its_shape(void **state)
{
    (void)state;
    static const struct {
        const struct config_shape *shape;
        const char *good, *bad;
    } cases[] = {
        {&config_shape_column, "custbody_clm_contract", "id; DROP"},
        {&config_shape_column, "a1", "1a"},
        {&config_shape_token, "abc-._~+/=", "two words"},
        {&config_shape_version, "v62.0", "v62"},
        {&config_shape_version, "v1.10", "v.0"},
        {&config_shape_command, "/onboard", "onboard"},
        {&config_shape_realm, "123456_SB1", "12 34"},
        {&config_shape_path, "/contracts/{contract_id}", "contracts"},
        {&config_shape_path, "/a/{account_id}?name={account_name}", "/contracts/{contract}"},
        {&config_shape_path, "/c", "/c}"},
        {&config_shape_currency, "CAD", "cad"},
        {&config_shape_address, "::1", "localhost"},
        {&config_shape_user, "W012", "S012"},
        {&config_shape_date, "2026-04-20", "2026-04-20T00:00:00Z"},
        {&config_shape_pem, "-----BEGIN PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----"},
        {&config_shape_word, "2026.04", "a b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!cases[i].shape->fits(cases[i].good))
            fail_msg("refused: %s", cases[i].good);
        if (cases[i].shape->fits(cases[i].bad) || cases[i].shape->fits(""))
            fail_msg("taken: %s", cases[i].bad);
    }
}

static void test_a_secret_in_the_file_is_refused_with_what_to_write(void **state)
{
    (void)state;
    expect_error("{'slack':{\n\n'bot_token':'hunter2-hunter2'}}",
                 "usher.json:3: slack.bot_token: a secret does not belong in this file: write "
                 "{\"env\": \"NAME\"} or {\"file\": \"path\"} instead of the secret itself");
    expect_error("{'slack':{'bot_token':7}}",
                 "usher.json:1: slack.bot_token: expected {\"env\": \"NAME\"} or {\"file\": "
                 "\"path\"}, found a number");
    expect_error("{'slack':{'bot_token':{'env':'A','file':'b'}}}",
                 "usher.json:1: slack.bot_token: expected {\"env\": \"NAME\"} or {\"file\": "
                 "\"path\"}, found an object");
    expect_error("{'slack':{'bot_token':{'enw':'A'}}}",
                 "usher.json:1: slack.bot_token: expected {\"env\": \"NAME\"} or {\"file\": "
                 "\"path\"}, found another object");
}

static void test_a_secret_that_is_not_there_is_named(void **state)
{
    (void)state;
    const char *text = "{'slack':{'bot_token':{'env':'TEST_SECRET'}}}";
    expect_error(text, "usher.json:1: slack.bot_token: the environment variable TEST_SECRET is not "
                       "set");
    setenv("TEST_SECRET", "", 1);
    expect_error(text, "usher.json:1: slack.bot_token: the environment variable TEST_SECRET is "
                       "empty");
    setenv("TEST_SECRET", "two words", 1);
    expect_error(text, "usher.json:1: slack.bot_token: what it stands for must be printable "
                       "characters without blanks");
    expect_error("{'slack':{'bot_token':{'file':'/nowhere/token'}}}",
                 "usher.json:1: slack.bot_token: the file /nowhere/token: No such file or "
                 "directory");
}

/* A folder with the files "usher.json" and "token", made for one test. */
struct folder {
    char path[64], config[96], token[96];
};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void make_folder(struct folder *folder, const char *config, const char *token)
{
    snprintf(folder->path, sizeof folder->path, P_tmpdir "/test-config-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    snprintf(folder->config, sizeof folder->config, "%s/usher.json", folder->path);
    snprintf(folder->token, sizeof folder->token, "%s/token", folder->path);
    write_file(folder->config, json(config));
    write_file(folder->token, token);
}

static void remove_folder(const struct folder *folder)
{
    unlink(folder->config);
    unlink(folder->token);
    rmdir(folder->path);
}

static void test_a_secret_file_lies_beside_the_configuration(void **state)
{
    (void)state;
    struct folder folder;
    struct config config;
    struct err err = {0};
    make_folder(&folder, "{'slack':{'bot_token':{'file':'token'}}}", "xoxb-1-2\r\n\n");
    bool ok = config_load(&config, folder.config, &err);
    remove_folder(&folder);
    if (!ok)
        fail_msg("%s", err.msg);
    assert_string_equal(config.slack.bot_token, "xoxb-1-2");
    assert_string_equal(config.path, folder.config);
    config_release(&config);
}

static void test_an_empty_secret_file_is_an_error(void **state)
{
    (void)state;
    struct folder folder;
    struct config config;
    struct err err = {0};
    make_folder(&folder, "{'slack':{'bot_token':{'file':'token'}}}", "\n");
    assert_false(config_load(&config, folder.config, &err));
    remove_folder(&folder);
    assert_non_null(strstr(err.msg, "/token is empty"));
}

static void test_a_file_that_cannot_be_read_says_why(void **state)
{
    (void)state;
    struct config config;
    struct err err = {0};
    assert_false(config_load(&config, "/nowhere/usher.json", &err));
    assert_string_equal(err.msg, "cannot read the configuration /nowhere/usher.json: No such file "
                                 "or directory");
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_false(config_load(&config, ".", &err));
    assert_int_equal(err.code, ERR_IO);
}

#define ICS(lines) "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" lines "END:VEVENT\nEND:VCALENDAR\n"

/* What the team's holidays are by now. */
static void expect_holidays(const struct folder *folder, const char *expected)
{
    struct config config;
    struct err err = {0};
    struct buf out = {0};
    char day[CIVIL_TEXT_SIZE];
    if (!config_load(&config, folder->config, &err))
        fail_msg("%s", err.msg);
    for (size_t i = 0; i < config.calendar.holiday_count; i++)
        buf_fmt(&out, "%s%s", i ? " " : "", civil_format(config.calendar.holidays[i], day));
    assert_string_equal(buf_cstr(&out), expected);
    assert_int_equal(config.read_files.count, 1); /* the fence lets it be read again */
    assert_string_equal(config.read_files.items[0], folder->token);
    expect_words(&config, "calendar.holidays", "2026-05-18, 2026-12-25");
    expect_words(&config, "calendar.holidays_ics", folder->token);
    buf_release(&out);
    config_release(&config);
}

static void test_holidays_of_files_are_joined_with_those_of_the_list(void **state)
{
    (void)state;
    struct folder folder;
    make_folder(&folder,
                "{'calendar':{'holidays_ics':['token'],'holidays':['2026-12-25','2026-05-18']}}",
                ICS("DTSTART;VALUE=DATE:20261225\nDURATION:P2D\n"));
    expect_holidays(&folder, "2026-05-18 2026-12-25 2026-12-26");
    write_file(folder.token, ICS("DTSTART;VALUE=DATE:20260406\n"));
    expect_holidays(&folder, "2026-04-06 2026-05-18 2026-12-25");
    remove_folder(&folder);
}

static void test_a_file_of_holidays_that_is_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words; /* the file's path stands between */
    } wrong[] = {
        {"", ": the file is empty"},
        {"<html>", ": line 1: no iCalendar file: BEGIN:VCALENDAR is expected"},
        {ICS("DTSTART:20260101T090000\n"), ": no day off is in it: events with a time of day: 1, "
                                           "cancelled: 0, TRANSP:TRANSPARENT: 0"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct folder folder;
        struct config config;
        struct err err = {0};
        char expected[400];
        make_folder(&folder, "{\n'calendar':{'holidays_ics':['token']}}", wrong[i].text);
        snprintf(expected, sizeof expected, "%s:2: calendar.holidays_ics[0]: the file %s%s",
                 folder.config, folder.token, wrong[i].words);
        assert_false(config_load(&config, folder.config, &err));
        remove_folder(&folder);
        assert_string_equal(err.msg, expected);
        assert_int_equal(err.code, ERR_CONFIG);
    }
    expect_error("{'calendar':{'holidays_ics':['/nowhere/days.ics']}}",
                 "usher.json:1: calendar.holidays_ics[0]: the file /nowhere/days.ics: No such file "
                 "or directory");
    expect_error("{'calendar':{'holidays_ics':['a','a','a','a','a','a','a','a','a','a','a','a','a',"
                 "'a','a','a','a']}}",
                 "usher.json:1: calendar.holidays_ics: has more than 16 entries");
}

static void test_the_environment_wins_over_the_file(void **state)
{
    (void)state;
    struct config config;
    setenv("SLACK_BOT_TOKEN", "xoxb-env", 1);
    setenv("SLACK_API_URL", "http://localhost:1/api", 1);
    setenv("USHER_DB", "other.db", 1);
    read_config(&config, "{'slack':{'bot_token':{'file':'/nowhere'}},'store':{'path':'y.db'}}");
    assert_string_equal(config.slack.bot_token, "xoxb-env");
    assert_string_equal(config.slack.api_url, "http://localhost:1/api/");
    assert_string_equal(config.store.path, "other.db");
    config_release(&config);
    setenv("SLACK_API_URL", "http://slack.com/", 1);
    expect_error("{}", "environment: SLACK_API_URL: the address must start with https:// (http:// "
                       "is only for 127.0.0.0/8, ::1 and localhost)");
}

static void test_a_section_needs_what_its_way_of_signing_in_needs(void **state)
{
    (void)state;
    setenv("TEST_SECRET", "s3cret", 1);
    setenv("TEST_PEM", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n", 1);
    expect_error("{'log':{},\n'netsuite':{'base_url':'https://n.example','client_id':'c',\n"
                 "'private_key':{'env':'TEST_PEM'}}}",
                 "usher.json:2: netsuite.certificate_id: is missing; netsuite.auth \"m2m\" needs "
                 "it");
    expect_error("{'netsuite':{'base_url':'https://n.example','auth':'tba'}}",
                 "usher.json:1: netsuite.account_id: is missing; netsuite.auth \"tba\" needs it");
    expect_error("{'salesforce':{}}",
                 "usher.json:1: salesforce.login_url: is missing; the section salesforce needs it");
    expect_error("{'salesforce':{'login_url':'https://s.example','client_id':'c',"
                 "'auth':'client_credentials'}}",
                 "usher.json:1: salesforce.client_secret: is missing; salesforce.auth "
                 "\"client_credentials\" needs it");
    expect_error("{'clm':{'kind':'generic','base_url':'https://c.example','path':'/c'}}",
                 "usher.json:1: clm.map.status: is missing; clm.kind \"generic\" needs it");
    expect_error("{'salesforce':{'private_key':{'env':'TEST_SECRET'}}}",
                 "usher.json:1: salesforce.private_key: what it stands for must be a private key "
                 "in PEM form");
    struct config config;
    read_config(&config, "{'netsuite':{'base_url':'https://n.example','client_id':'c',"
                         "'certificate_id':'k','private_key':{'env':'TEST_PEM'}}}");
    assert_true(config.netsuite.enabled);
    config_release(&config);
}

static void test_a_clm_must_be_able_to_tell_contracts_apart(void **state)
{
    (void)state;
    setenv("TEST_PEM", "-----BEGIN PRIVATE KEY-----", 1);
    expect_error("{'clm':{'kind':'generic','base_url':'https://c.example','path':'/c',"
                 "'map':{'status':'s'}}}",
                 "usher.json:1: clm.map.contract_id: is missing; a clm.path without {contract_id} "
                 "needs it");
    expect_error("{'clm':{'kind':'docusign','base_url':'https://c.example','account_id':'a',"
                 "'login_url':'https://l.example','client_id':'c','user_id':'u',"
                 "'private_key':{'env':'TEST_PEM'}}}",
                 "usher.json:1: clm.map.contract_id: is missing; clm.kind \"docusign\" needs it");
    expect_error("{'clm':{'kind':'docusign','base_url':'https://c.example'}}",
                 "usher.json:1: clm.account_id: is missing; clm.kind \"docusign\" needs it");
    expect_error("{'clm':{'kind':'salesforce'}}",
                 "usher.json: salesforce.login_url: is missing; clm.kind \"salesforce\" needs it");
}

static void test_a_generic_clm_has_no_property_names_of_ironclad(void **state)
{
    (void)state;
    struct config config;
    read_config(&config, "{'clm':{'kind':'generic','base_url':'https://c.example',"
                         "'path':'/c/{contract_id}','map':{'status':'data.state'}}}");
    assert_string_equal(config.clm.status, "data.state");
    assert_null(config.clm.value);
    config_release(&config);
}

static void expect_no_run(const char *text, const char *words)
{
    struct config config;
    struct err err = {0};
    read_config(&config, text);
    bool ok = config_check_run(&config, &err);
    config_release(&config);
    assert_false(ok);
    assert_int_equal(err.code, ERR_CONFIG);
    if (!strstr(err.msg, words))
        fail_msg("\"%s\" does not say \"%s\"", err.msg, words);
}

static void test_a_run_needs_tokens_of_the_right_kind_and_a_channel(void **state)
{
    (void)state;
    expect_no_run("{}", "usher.json: slack.app_token is missing: set the environment variable "
                        "SLACK_APP_TOKEN");
    setenv("SLACK_APP_TOKEN", "xoxb-swapped", 1);
    expect_no_run("{}", "slack.app_token must start with xapp-");
    setenv("SLACK_APP_TOKEN", "xapp-1", 1);
    expect_no_run("{}", "slack.bot_token is missing");
    setenv("SLACK_BOT_TOKEN", "xoxp-1", 1);
    expect_no_run("{}", "slack.bot_token must start with xoxb-");
    setenv("SLACK_BOT_TOKEN", "xoxb-1", 1);
    expect_no_run("{}", "slack.channel is missing");
}

static void test_a_run_in_http_mode_needs_a_secret_and_a_port_and_no_app_token(void **state)
{
    (void)state;
    unsetenv("SLACK_APP_TOKEN");
    unsetenv("SLACK_SIGNING_SECRET");
    setenv("SLACK_BOT_TOKEN", "xoxb-1", 1);
    expect_no_run("{'slack':{'mode':'http'}}", "slack.signing_secret is missing: set the "
                                               "environment variable SLACK_SIGNING_SECRET");
    setenv("SLACK_SIGNING_SECRET", "8f742231b10e", 1);
    expect_no_run("{'slack':{'mode':'http'},'http':{'port':-1}}", "http.port is -1");
    expect_no_run("{'slack':{'mode':'http'}}", "slack.channel is missing");
    expect_no_run("{'slack':{'mode':'socket'}}", "slack.app_token is missing");
    unsetenv("SLACK_SIGNING_SECRET");
}

#define NETSUITE                                                                                   \
    "'netsuite':{'base_url':'https://n.example','client_id':'c','certificate_id':'k',"             \
    "'private_key':{'env':'TEST_PEM'}}"
#define CHANNEL "'slack':{'channel':'C012'},"

static void test_a_run_needs_somebody_who_can_decide(void **state)
{
    (void)state;
    setenv("SLACK_APP_TOKEN", "xapp-1", 1);
    setenv("SLACK_BOT_TOKEN", "xoxb-1", 1);
    setenv("TEST_PEM", "-----BEGIN PRIVATE KEY-----", 1);
    expect_no_run("{" CHANNEL "'roles':{'csm':['U012']}}", "nobody could decide");
    expect_no_run("{" CHANNEL NETSUITE ",'roles':{'manager':['U012']}}", "roles.finance is empty");
    expect_no_run("{" CHANNEL NETSUITE ",'roles':{'approver':['U012'],'finance':['U013'],"
                  "'finance_director':['U012']}}",
                  "roles.finance_director and the approvers are one person");
    expect_no_run("{" CHANNEL "'roles':{'approver':['U012']}}", "nobody would hear of what waits");
    struct config config;
    struct err err = {0};
    read_config(&config, "{" CHANNEL NETSUITE ",'roles':{'approver':['S012'],'finance':['U012'],"
                         "'finance_director':['U012'],'admin':['U013']}}");
    if (!config_check_run(&config, &err))
        fail_msg("%s", err.msg);
    config_release(&config);
}

static void test_lines_are_found_for_members_places_and_what_is_around(void **state)
{
    (void)state;
    const char *text = json("{\n 'a': {'b\\'': 1,\n  'c': [ {\n 'd': 'x}],\\\\' },\n 2 ] },\n"
                            " 'e': -1.5e3\n}");
    struct arena arena = {0};
    struct config_lines lines = {.arena = &arena};
    config_lines_scan(&lines, text, strlen(text));
    assert_int_equal(config_lines_find(&lines, "a"), 2);
    assert_int_equal(config_lines_find(&lines, "a.c"), 3);
    assert_int_equal(config_lines_find(&lines, "a.c[0].d"), 4);
    assert_int_equal(config_lines_find(&lines, "a.c[1]"), 5);
    assert_int_equal(config_lines_find(&lines, "a.c[7].x"), 3);
    assert_int_equal(config_lines_find(&lines, "e"), 6);
    assert_int_equal(config_lines_find(&lines, "nothing"), 0);
    assert_null(lines.twice);
    arena_release(&arena);
}

static void test_every_key_has_a_section_help_and_sane_bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        char section[64];
        snprintf(section, sizeof section, "%.*s", (int)(strrchr(key->path, '.') - key->path),
                 key->path);
        if (!config_section_find(section) || !key->help || config_key_find(key->path) != key)
            fail_msg("%s", key->path);
        assert_true(key->type != CONFIG_INT || (key->fallback && key->min < key->max));
        assert_true((key->type == CONFIG_WORD) == (key->words != NULL));
    }
    for (int role = 0; role < ROLE_COUNT; role++) {
        char path[64];
        snprintf(path, sizeof path, "roles.%s", role_name((enum role)role));
        assert_non_null(config_key_find(path));
    }
}

static void test_other_rules_are_laid_over_a_configuration(void **state)
{
    (void)state;
    static const char file[] = "{\"rules\":{\"overdue_multiple\":3,\"rules_version\":\"a\"}}";
    static const char rules[] = "{\"rules\":{\"overdue_urgent_days\":45}}";
    struct config config;
    struct err err = {0};
    assert_true(config_parse(&config, "usher.json", file, strlen(file), &err));
    assert_true(config_parse_rules(&config, "rules.json", rules, strlen(rules), &err));
    assert_int_equal(config.rules.overdue_urgent_days, 45);
    assert_int_equal(config.rules.overdue_multiple, 3);
    assert_string_equal(config.rules.rules_version, "a");
    config_release(&config);
}

static void test_a_file_of_rules_holds_nothing_else_and_nothing_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"{\"rules\":{},\n\"slack\":{}}",
         "rules.json:2: slack: only the section \"rules\" may stand here"},
        {"{\"rules\":{\"overdue_multiple\":1}}",
         "rules.json:1: rules.overdue_multiple: 1 is below the minimum of 2"},
        {"{\"rules\":{\"stale_warn_days\":59}}",
         "rules.json:1: rules.stale_warn_days: 59 must not be less than rules.stale_note_days, 60"},
        {"{\"rules\":{\"fx_note_bp\":501}}",
         "rules.json:1: rules.fx_warn_bp: 500 must not be less than rules.fx_note_bp, 501"},
        {"{\"overdue_multiple\":3}",
         "rules.json:1: overdue_multiple: only the section \"rules\" may stand here"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config;
        struct err err = {0};
        assert_true(config_parse(&config, "usher.json", "{}", 2, &err));
        assert_false(
            config_parse_rules(&config, "rules.json", cases[i].text, strlen(cases[i].text), &err));
        assert_string_equal(err.msg, cases[i].words);
        config_release(&config);
    }
}

static void test_the_page_in_docs_is_what_usher_config_prints(void **state)
{
    (void)state;
    struct buf printed = {0}, page = {0};
    config_document(&printed);
    FILE *file = fopen("docs/configuration.md", "rb");
    assert_non_null(file);
    for (int c = fgetc(file); c != EOF; c = fgetc(file))
        buf_char(&page, (char)c);
    fclose(file);
    bool same = strcmp(buf_cstr(&printed), buf_cstr(&page)) == 0;
    buf_release(&printed);
    buf_release(&page);
    assert_true(same);
}

int main(void)
{
#define CONFIG_TEST(name)                                                                          \
    cmocka_unit_test_setup_teardown(name, clean_environment, clean_environment)
    const struct CMUnitTest tests[] = {
        CONFIG_TEST(test_without_file_and_environment_the_defaults_hold),
        CONFIG_TEST(test_values_of_every_type_are_read),
        CONFIG_TEST(test_values_are_written_as_a_person_would),
        CONFIG_TEST(test_what_is_wrong_is_named_with_file_line_and_key),
        CONFIG_TEST(test_https_is_required_but_for_loopback),
        CONFIG_TEST(test_what_would_stand_in_a_query_or_header_must_have_its_shape),
        CONFIG_TEST(test_a_secret_in_the_file_is_refused_with_what_to_write),
        CONFIG_TEST(test_a_secret_that_is_not_there_is_named),
        CONFIG_TEST(test_a_secret_file_lies_beside_the_configuration),
        CONFIG_TEST(test_an_empty_secret_file_is_an_error),
        CONFIG_TEST(test_a_file_that_cannot_be_read_says_why),
        CONFIG_TEST(test_holidays_of_files_are_joined_with_those_of_the_list),
        CONFIG_TEST(test_a_file_of_holidays_that_is_wrong_is_named),
        CONFIG_TEST(test_the_environment_wins_over_the_file),
        CONFIG_TEST(test_a_section_needs_what_its_way_of_signing_in_needs),
        CONFIG_TEST(test_a_clm_must_be_able_to_tell_contracts_apart),
        CONFIG_TEST(test_a_generic_clm_has_no_property_names_of_ironclad),
        CONFIG_TEST(test_a_run_needs_tokens_of_the_right_kind_and_a_channel),
        CONFIG_TEST(test_a_run_in_http_mode_needs_a_secret_and_a_port_and_no_app_token),
        CONFIG_TEST(test_a_run_needs_somebody_who_can_decide),
        CONFIG_TEST(test_lines_are_found_for_members_places_and_what_is_around),
        CONFIG_TEST(test_every_key_has_a_section_help_and_sane_bounds),
        CONFIG_TEST(test_other_rules_are_laid_over_a_configuration),
        CONFIG_TEST(test_a_file_of_rules_holds_nothing_else_and_nothing_wrong),
        CONFIG_TEST(test_the_page_in_docs_is_what_usher_config_prints),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
