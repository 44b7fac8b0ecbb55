/* A store with something in it, put back to its beginning before each input by giving SQLite the
 * same bytes again. */
#include "tests/fuzz/house.h"

#include "base/embedded.h"
#include "base/json.h"
#include "base/log.h"
#include "db/migrate.h"
#include "db/people.h"
#include "db/runs.h"
#include "db/sqlite.h"
#include "db/tenants.h"
#include "handlers/decide.h"
#include "handlers/item.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Monday 20 April 2026, 14:02 UTC */
#define BEGINNING INT64_C(1776693720000)

static struct house house;
static unsigned char *beginning;
static sqlite3_int64 beginning_bytes;

static const char *const people[] = {"U0MAYA", "U0BO",  "U0LEE", "U0KIM", "U0FAY",
                                     "U0DEE",  "U0ANA", "U0RAJ", "U0GUS", "U0NOBODY"};

static const char config_text[] =
    "{\"slack\":{\"channel\":\"C0ONBOARD\"},"
    "\"roles\":{\"csm\":[\"U0MAYA\"],\"approver\":[\"U0MAYA\",\"U0BO\",\"U0ANA\",\"U0RAJ\","
    "\"U0GUS\"],\"finance\":[\"U0FAY\"],"
    "\"finance_director\":[\"U0DEE\"],\"manager\":[\"U0LEE\"],\"director\":[\"U0KIM\"],"
    "\"admin\":[\"U0RAJ\"]},"
    "\"roster\":{\"cs_manager\":\"U0LEE\",\"cs_director\":\"U0KIM\"}}";

void house_random(struct world *world, void *bytes, size_t len)
{
    (void)world;
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)bytes)[i] = (uint8_t)(house.draws++ * 37 >> 3);
}

static const struct world_ops still_ops = {.random = house_random};

static void no_line(void *arg, const char *line)
{
    (void)arg;
    assert(!strchr(line, '\n'));
}

static void need(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "the house could not be made: %s\n", err->msg);
    abort();
}

static void make_people(void)
{
    for (size_t i = 0; i + 1 < sizeof people / sizeof *people; i++) {
        struct person person = {.user_id = people[i],
                                .name = people[i] + 2,
                                .restricted = strcmp(people[i], "U0GUS") == 0,
                                .updated_at = house.world.now};
        need(people_put(house.db, HOUSE_TENANT, &person), &(struct err){.msg = "people"});
    }
}

/* One finding, an open item; the last one made is the one that buttons speak of. */
static void make_onboarding(const char *name, const char *account)
{
    struct err err = {.msg = "onboarding"};
    struct onboarding onboarding = {.tenant = HOUSE_TENANT,
                                    .account_id = account,
                                    .account_name = name,
                                    .opportunity_id = "006A1",
                                    .started_by = "U0RAJ",
                                    .owner_user_id = "U0ANA",
                                    .state = ONBOARDING_WAITING};
    struct finding finding = {.code = "INVOICE_OVERDUE_ONE",
                              .level = LEVEL_ESCALATE_WARN,
                              .subject = "INV-102",
                              .routes = ROUTE_CS | ROUTE_FINANCE,
                              .text = "Invoice INV-102 is 12 days overdue",
                              .fix = "INV-102 paid"};
    struct decision decision = {.level = finding.level,
                                .fix = finding.fix,
                                .today = civil_of(2026, 4, 20),
                                .rules_version = "2026.04",
                                .remembered.previous_owner_on = CIVIL_NONE,
                                .findings = {.arena = &house.arena, .items = &finding, .count = 1}};
    struct facts facts = {.base_currency = "CAD",
                          .base_precision = 2,
                          .account = {.found = true, .id = account, .name = name}};
    struct buf findings = {0}, known = {0};
    struct item item;
    int64_t existing = 0;
    need(onboardings_add(house.db, &onboarding, house.world.now, &existing), &err);
    need(onboardings_update(house.db, &onboarding, house.world.now), &err);
    decision_write(&decision, &findings);
    facts_write(&facts, &known);
    struct run run = {.tenant = HOUSE_TENANT,
                      .onboarding = onboarding.number,
                      .facts = buf_cstr(&known),
                      .facts_digest = "aa55aa55aa55aa55aa55",
                      .findings = buf_cstr(&findings),
                      .level = finding.level,
                      .rules_version = "2026.04",
                      .today = "2026-04-20",
                      .sources = "{}",
                      .created_at = house.world.now,
                      .checked_at = house.world.now};
    need(runs_add(house.db, &house.arena, &house.world, &run), &err);
    need(item_open(&house.turn, &onboarding, &run, NULL, &item, &err), &err);
    snprintf(house.item_id, sizeof house.item_id, "%s", item.id);
    house.revision = item.revision;
    buf_release(&findings);
    buf_release(&known);
}

static void configure(struct config *config)
{
    struct err err = {0};
    need(config_parse(config, "usher.json", config_text, strlen(config_text), &err), &err);
    config->slack.api_url = "https://slack.example/api/";
    config->slack.app_token = "xapp-1";
    config->slack.bot_token = "xoxb-1";
    config->salesforce.enabled = true;
    config->salesforce.login_url = "https://salesforce.example";
    config->salesforce.auth = SALESFORCE_AUTH_CLIENT_CREDENTIALS;
    config->salesforce.client_id = "id";
    config->salesforce.client_secret = "secret";
    config->platform.base_url = "https://platform.example";
}

static void make(void)
{
    struct err err = {0};
    int applied;
    log_configure(LOG_DEBUG, LOG_FORMAT_TEXT, NULL, no_line, NULL);
    house.world = (struct world){.now = {BEGINNING}, .mono = {1000}, .speed = 1, .ops = &still_ops};
    configure(&house.config);
    keyring_init(&house.keyring, &house.world);
    house.templates = (struct templates){.files = embedded_templates};
    templates_keep(&house.templates);
    need(db_open(":memory:", DB_OPEN_CREATE, &house.db, &err), &err);
    need(migrate(house.db, embedded_schema, house.world.now, &applied, &err), &err);
    house.turn = (struct turn){&house.world,     house.db,     &house.config, &house.keyring,
                               &house.templates, &house.arena, NULL};
    db_begin(house.db);
    tenants_put(house.db, &(struct tenant){.id = HOUSE_TENANT, .name = "Sandbox"}, house.world.now);
    make_people();
    make_onboarding("ACME East", "001A1");
    make_onboarding("ACME <West> & Sons", "001A2");
    make_onboarding("Northwind", "001A3");
    need(db_commit(house.db), &(struct err){.msg = "commit"});
    beginning = sqlite3_serialize(house.db->handle, "main", &beginning_bytes, 0);
    assert(beginning);
}

struct house *house_again(void)
{
    if (!beginning)
        make();
    arena_reset(&house.arena);
    house.world = (struct world){.now = {BEGINNING}, .mono = {1000}, .speed = 1, .ops = &still_ops};
    house.draws = 0;
    db_rollback(house.db);
    *db_hints(house.db) = (struct db_hints){0};
    unsigned char *copy = sqlite3_malloc64((sqlite3_uint64)beginning_bytes);
    assert(copy);
    memcpy(copy, beginning, (size_t)beginning_bytes);
    int result =
        sqlite3_deserialize(house.db->handle, "main", copy, beginning_bytes, beginning_bytes,
                            SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
    assert(result == SQLITE_OK);
    return &house;
}

const char *house_person(uint8_t letter)
{
    return people[letter % (sizeof people / sizeof *people)];
}

const char *house_token(struct house *in, const char *action)
{
    bool start = strcmp(action, "start") == 0;
    struct token token = {.revision = in->revision,
                          .expires_at = {in->world.now.ms + INT64_C(86400000)}};
    char *text = arena_alloc(&in->arena, TOKEN_MAX);
    snprintf(token.kind, sizeof token.kind, "%s", start ? "account" : "item");
    snprintf(token.id, sizeof token.id, "%.39s", start ? "001A9" : in->item_id);
    snprintf(token.tenant, sizeof token.tenant, "%s", HOUSE_TENANT);
    snprintf(token.action, sizeof token.action, "%.*s", (int)strcspn(action, ":"), action);
    token_sign(&in->keyring, &token, text);
    return text;
}

void house_check_json(const char *text)
{
    struct err err = {0};
    if (!text)
        return;
    struct json_object *value = json_parse(text, strlen(text), 1 << 20, &err);
    if (!value) {
        fprintf(stderr, "no JSON: %s: %s\n", err.msg, text);
        abort();
    }
    json_object_put(value);
}
