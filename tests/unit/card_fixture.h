/* A small house for the tests of messages and commands: a real store in memory, the real templates,
 * the sandbox's people, and one onboarding after another as the test asks for them. */
#ifndef TESTS_UNIT_CARD_FIXTURE_H
#define TESTS_UNIT_CARD_FIXTURE_H

#include "base/calendar.h"
#include "base/embedded.h"
#include "base/json.h"
#include "base/log.h"
#include "db/approvals.h"
#include "db/channels.h"
#include "db/migrate.h"
#include "db/people.h"
#include "db/tenants.h"
#include "handlers/acknowledge.h"
#include "handlers/card.h"
#include "handlers/item.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TENANT   "T0SANDBOX"
#define HOURS(n) ((n)*INT64_C(3600000))

struct house {
    struct arena arena;
    struct world world;
    struct config config;
    struct keyring keyring;
    struct templates templates;
    struct db *db;
    struct turn turn;
    struct err err;
    struct onboarding onboarding; /* the last one given */
    struct run run;
    struct item item;
    struct reply reply; /* to the last thing said or clicked */
};

static void counted_bytes(struct world *world, void *bytes, size_t len)
{
    static uint64_t state = 88172645463325252u;
    (void)world;
    for (size_t i = 0; i < len; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((uint8_t *)bytes)[i] = (uint8_t)state;
    }
}

static const struct world_ops house_ops = {.random = counted_bytes};

static const char house_config[] =
    "{\"slack\":{\"channel\":\"C0ONBOARD\"},"
    "\"roles\":{\"csm\":[\"U0MAYA\"],\"approver\":[\"U0MAYA\",\"U0BO\"],\"finance\":[\"U0FAY\"],"
    "\"finance_director\":[\"U0DEE\"],\"manager\":[\"U0LEE\"],\"director\":[\"U0KIM\"],"
    "\"admin\":[\"U0RAJ\"]},"
    "\"approval\":{\"undo_s\":0},"
    "\"roster\":{\"cs_manager\":\"U0LEE\",\"cs_director\":\"U0KIM\"}}";

static void no_line(void *arg, const char *line)
{
    (void)arg;
    (void)line;
}

static void house_people(struct house *house)
{
    static const char *const people[][3] = {
        {"U0MAYA", "Maya", "maya@corp.example"},    {"U0BO", "Bo", "bo@corp.example"},
        {"U0LEE", "Lee", "lee@corp.example"},       {"U0KIM", "Kim", "kim@corp.example"},
        {"U0FAY", "Fay", "fay@corp.example"},       {"U0DEE", "Dee", "dee@corp.example"},
        {"U0ANA", "Ana Silva", "ana@corp.example"}, {"U0RAJ", "Raj", "raj@corp.example"},
    };
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        assert_true(people_put(house->db, TENANT,
                               &(struct person){.user_id = people[i][0],
                                                .name = people[i][1],
                                                .email = people[i][2],
                                                .updated_at = house->world.now}));
    assert_true(
        people_put(house->db, TENANT,
                   &(struct person){.user_id = "U0GUS", .name = "Gus", .restricted = true}));
}

/* Known to be ours alone, for a hundred years. */
static void house_channels(struct house *house)
{
    static const char *const ids[] = {"C0ONBOARD", "C0DESK"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        assert_true(
            channels_put(house->db, TENANT,
                         &(struct channel){.id = ids[i], .checked_at = {INT64_C(4931452800000)}}));
}

static int house_setup(void **state)
{
    struct house *house = calloc(1, sizeof *house);
    int applied = 0;
    log_configure(LOG_ERROR, LOG_FORMAT_TEXT, NULL, no_line, NULL);
    /* Monday 20 April 2026, 14:02 UTC */
    house->world = (struct world){.now = {INT64_C(1776693720000)}, .speed = 1, .ops = &house_ops};
    assert_true(config_parse(&house->config, "usher.json", house_config, strlen(house_config),
                             &house->err));
    keyring_init(&house->keyring, &house->world);
    house->templates = (struct templates){.files = embedded_templates};
    templates_keep(&house->templates);
    assert_true(db_open(":memory:", DB_OPEN_CREATE, &house->db, &house->err));
    assert_true(migrate(house->db, embedded_schema, house->world.now, &applied, &house->err));
    house->turn =
        (struct turn){&house->world, house->db, &house->config, &house->keyring, &house->templates,
                      &house->arena, NULL};
    assert_true(tenants_put(house->db, &(struct tenant){.id = TENANT, .name = "Sandbox"},
                            house->world.now));
    house_people(house);
    house_channels(house);
    *state = house;
    return 0;
}

static int house_teardown(void **state)
{
    struct house *house = *state;
    db_close(house->db);
    config_release(&house->config);
    keyring_release(&house->keyring);
    templates_release(&house->templates);
    arena_release(&house->arena);
    free(house);
    log_configure(LOG_INFO, LOG_FORMAT_JSON, NULL, NULL, NULL);
    return 0;
}

/* One finding of this level in the words of the table, with fix. */
/* An approval with everything ticked that the revision shows. */
static const struct item_given all_ticked = {.acknowledged = ACKNOWLEDGE_ALL};

static inline struct finding finding_of(enum level level, const char *text, const char *fix)
{
    return (struct finding){.code = "INVOICE_OVERDUE_ONE",
                            .level = level,
                            .subject = "INV-102",
                            .routes = ROUTE_CS | ROUTE_FINANCE,
                            .text = text,
                            .fix = fix,
                            .inputs = {{"remaining", "CAD 25,000.00"}, {"due", "2026-04-08"}},
                            .input_count = 2};
}

static const char *house_facts(struct house *house, const char *name)
{
    struct opportunity deal = {.id = "006A1",
                               .account_id = "001A1",
                               .contract_id = "800A1",
                               .won = true,
                               .amount = {15000000, "USD", 2, true},
                               .close_date = civil_of(2026, 3, 14),
                               .last_activity = CIVIL_NONE};
    struct contract contract = {.id = "IC-101",
                                .sf_contract_id = "800A1",
                                .status = CONTRACT_EXECUTED,
                                .value = deal.amount,
                                .effective = civil_of(2026, 1, 1),
                                .expires = civil_of(2026, 12, 31),
                                .signed_at = CIVIL_NONE};
    struct invoice invoice = {.id = "5002",
                              .number = "INV-102",
                              .counts = true,
                              .date = civil_of(2026, 3, 9),
                              .due = civil_of(2026, 4, 8),
                              .total = {2500000, "CAD", 2, true},
                              .remaining = {2500000, "CAD", 2, true}};
    struct facts facts = {
        .base_currency = "CAD",
        .base_precision = 2,
        .account = {.found = true, .id = "001A1", .name = name},
        .owner = {.found = true, .active = true, .name = "Ana Silva", .last_login = CIVIL_NONE},
        .opportunities = &deal,
        .opportunity_count = 1,
        .contracts = &contract,
        .contract_count = 1,
        .customer_found = true,
        .invoices = &invoice,
        .invoice_count = 1};
    struct buf text = {0};
    facts_write(&facts, &text);
    const char *json = arena_str(&house->arena, buf_cstr(&text));
    buf_release(&text);
    return json;
}

/* A decision of these findings, worst first, by the rules in force. */
static inline struct decision decision_of(struct house *house, const struct finding *findings,
                                          size_t count)
{
    struct decision decision = {.level = count > 0 ? findings[0].level : LEVEL_NONE,
                                .today = civil_of(2026, 4, 20),
                                .rules_version = house->config.rules.rules_version,
                                .remembered.previous_owner_on = CIVIL_NONE};
    decision.findings.arena = &house->arena;
    decision.findings.items = arena_array(&house->arena, count + 1, sizeof *findings);
    if (count > 0)
        memcpy(decision.findings.items, findings, count * sizeof *findings);
    decision.findings.count = count;
    return decision;
}

static const char *house_decision(struct house *house, const struct finding *findings, size_t count,
                                  const char *fix)
{
    struct decision decision = decision_of(house, findings, count);
    decision.fix = fix;
    struct buf text = {0};
    decision_write(&decision, &text);
    const char *json = arena_str(&house->arena, buf_cstr(&text));
    buf_release(&text);
    return json;
}

static inline const char *house_brief(struct house *house, const struct finding *findings,
                                      size_t count, const char *fix)
{
    struct decision decision = decision_of(house, findings, count);
    decision.fix = fix;
    const struct brief brief = decision_brief(&decision);
    struct buf text = {0};
    brief_write(&brief, &text);
    const char *json = arena_str(&house->arena, buf_cstr(&text));
    buf_release(&text);
    return json;
}

/* An onboarding with a run of these findings (worst first) and an open item. */
static inline void given(struct house *house, const char *name, const struct finding *findings,
                         size_t count)
{
    static int account;
    house->onboarding = (struct onboarding){
        .tenant = TENANT,
        .account_id = arena_fmt(&house->arena, "001A%d", ++account),
        .account_name = name,
        .opportunity_id = "006A1",
        .started_by = "U0RAJ",
        .owner_user_id = "U0ANA",
        .state = ONBOARDING_WAITING,
    };
    int64_t existing = 0;
    assert_true(onboardings_add(house->db, &house->onboarding, house->world.now, &existing));
    assert_true(onboardings_update(house->db, &house->onboarding, house->world.now));
    house->run = (struct run){
        .tenant = TENANT,
        .onboarding = house->onboarding.number,
        .facts = house_facts(house, name),
        .facts_digest = "aa55aa55aa55aa55aa55",
        .findings = house_decision(house, findings, count, count > 0 ? findings[0].fix : NULL),
        .brief = house_brief(house, findings, count, count > 0 ? findings[0].fix : NULL),
        .level = count > 0 ? findings[0].level : LEVEL_NONE,
        .rules_version = "2026.04",
        .today = "2026-04-20",
        .sources =
            "{\"salesforce\":{\"ok\":true,\"fetched_at\":\"2026-04-20T14:00:00.000Z\",\"ms\":120},"
            "\"netsuite\":{\"ok\":true,\"fetched_at\":\"2026-04-20T14:01:00.000Z\",\"ms\":80},"
            "\"clm\":{\"ok\":true,\"fetched_at\":\"2026-04-20T14:01:00.000Z\",\"ms\":80}}",
        .created_at = house->world.now,
        .checked_at = house->world.now,
    };
    assert_true(runs_add(house->db, &house->arena, &house->world, &house->run));
    assert_true(
        item_open(&house->turn, &house->onboarding, &house->run, NULL, &house->item, &house->err));
}

static inline void given_one(struct house *house, const char *name, enum level level)
{
    struct finding finding =
        finding_of(level, "Invoice INV-102 is 12 days overdue (CAD 25,000.00)", "INV-102 paid");
    given(house, name, &finding, 1);
}

/* A later run of the house's onboarding decides this, and its open item shows it. */
static inline void revise(struct house *house, const struct decision *decision)
{
    struct buf text = {0};
    struct run run = house->run;
    decision_write(decision, &text);
    run.findings = arena_str(&house->arena, buf_cstr(&text));
    run.brief = NULL; /* as in a run of before there were briefs */
    buf_release(&text);
    run.level = decision->level;
    run.rules_version = decision->rules_version;
    run.created_at = run.checked_at = house->world.now;
    assert_true(runs_add(house->db, &house->arena, &house->world, &run));
    assert_true(items_get(house->db, &house->arena, TENANT, house->item.id, &house->item));
    if (!item_new_revision(&house->turn, &house->item, &house->onboarding, &run, &house->err))
        fail_msg("%s", house->err.msg);
}

static inline struct actor actor_of(const char *user_id)
{
    return (struct actor){.tenant = TENANT, .user_id = user_id, .via = "command"};
}

/* Draws the message of that purpose; it must succeed and hold to Block Kit's limits. */
static inline struct card drawn(struct house *house, const char *purpose)
{
    struct card card = {0};
    if (!card_render(&house->turn, TENANT, house->item.id, purpose, &card, &house->err))
        fail_msg("%s", house->err.msg);
    struct json_node *blocks =
        json_scan(card.blocks, strlen(card.blocks), 1 << 20, &house->arena, &house->err);
    assert_non_null(blocks);
    assert_true(blocks_check(blocks, 50, &house->arena, &house->err));
    struct buf checked = {0};
    json_node_write(blocks, &checked);
    assert_string_equal(card.blocks, buf_cstr(&checked));
    buf_release(&checked);
    return card;
}

static inline void assert_says(const char *text, const char *words)
{
    if (text == NULL || strstr(text, words) == NULL)
        fail_msg("“%s” is not in: %s", words, text == NULL ? "(nothing)" : text);
}

static inline void assert_silent_on(const char *text, const char *words)
{
    if (text != NULL && strstr(text, words) != NULL)
        fail_msg("“%s” is in: %s", words, text);
}

/* How often a block of that type stands in blocks. */
static inline size_t count_blocks(struct house *house, const char *blocks_json)
{
    struct json_object *blocks = json_parse(blocks_json, strlen(blocks_json), 1 << 20, &house->err);
    size_t count = json_object_array_length(blocks);
    json_object_put(blocks);
    return count;
}

#endif
