/* Fills a database for the measurement as the bot itself would have: onboardings with a run that
 * asks for the CS key, each with an open item whose card stands in the channel. Prints the signed
 * value of each card's approve button, one a line.
 *
 *   seed CONFIG COUNT [--cards N] [--dms N] [--escalating N] [--provisioning N] [--audit N] [--jobs
 * N]
 *        [--old N]
 *
 *   --cards N         the first N cards are still to be posted
 *   --dms N           of the first N questions, another person each is to be told
 *   --escalating N    the first N questions were asked ten days ago: both timers are over
 *   --provisioning N  the next N were approved then, and are still to be provisioned
 *   --audit N, --jobs N   lines of the audit log and waiting jobs, in all
 *   --old N           answers in the inbox that nobody can ask for any more
 */
#include "base/embedded.h"
#include "base/log.h"
#include "connectors/facts.h"
#include "db/items.h"
#include "db/jobs.h"
#include "db/messages.h"
#include "db/migrate.h"
#include "db/people.h"
#include "db/tenants.h"
#include "handlers/acknowledge.h"
#include "handlers/card.h"
#include "handlers/decide.h"
#include "handlers/item.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/verdict.h"
#include "tests/bench/bulk.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TENANT  "T0SANDBOX"
#define CHANNEL "C0ONBOARD"

enum { PER_COMMIT = 500, LONG_AGO_MS = 10 * 24 * 3600 * 1000 };

struct wanted {
    size_t onboardings, cards, dms, escalating, provisioning, audit, jobs, old;
};

static void random_bytes(struct world *world, void *bytes, size_t len)
{
    (void)world;
    randombytes_buf(bytes, len);
}

static const struct world_ops seed_ops = {.random = random_bytes};

static struct world world_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (struct world){
        .now = {(int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000}, .speed = 1, .ops = &seed_ops};
}

static struct db *database;

/* err may be empty where it is the database that failed. */
static void must(bool ok, const struct err *err, const char *what)
{
    struct err of_db = {0};
    if (ok)
        return;
    if (database && err->code == ERR_NONE && !db_ok(database, &of_db))
        err = &of_db;
    fprintf(stderr, "seed: %s: %s\n", what, err->msg);
    exit(1);
}

static void add_people(struct turn *turn)
{
    static const char *const people[][2] = {{"U0MAYA", "Maya"}, {"U0BO", "Bo"},   {"U0LEE", "Lee"},
                                            {"U0KIM", "Kim"},   {"U0FAY", "Fay"}, {"U0ANA", "Ana"},
                                            {"U0RAJ", "Raj"}};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        const struct person person = {.user_id = people[i][0],
                                      .name = people[i][1],
                                      .zone = "UTC",
                                      .updated_at = turn->world->now};
        must(people_put(turn->db, TENANT, &person), &(struct err){0}, people[i][0]);
    }
}

/* One invoice 12 days overdue; everything else is as it should be. */
static void decide_account(struct turn *turn, const struct onboarding *onboarding,
                           struct facts *facts, struct decision *decision)
{
    struct civil today = {(int32_t)(turn->world->now.ms / 86400000)};
    struct arena *arena = turn->arena;
    struct opportunity *deal = arena_alloc(arena, sizeof *deal);
    struct contract *contract = arena_alloc(arena, sizeof *contract);
    struct invoice *invoice = arena_alloc(arena, sizeof *invoice);
    struct money value = {15000000, "CAD", 2, true}, owed = {2500000, "CAD", 2, true};
    *deal = (struct opportunity){.id = onboarding->opportunity_id,
                                 .account_id = onboarding->account_id,
                                 .name = "Platform, 12 months",
                                 .stage = "Closed Won",
                                 .contract_id = "800A1",
                                 .owner_id = "005A1",
                                 .won = true,
                                 .amount = value,
                                 .close_date = civil_add_days(today, -30),
                                 .last_activity = civil_add_days(today, -3)};
    *contract = (struct contract){.id = "IC-101",
                                  .sf_contract_id = "800A1",
                                  .status = CONTRACT_EXECUTED,
                                  .status_text = "executed",
                                  .value = value,
                                  .effective = civil_add_days(today, -60),
                                  .expires = civil_add_days(today, 300),
                                  .signed_at = civil_add_days(today, -61)};
    *invoice = (struct invoice){.id = "5002",
                                .number = "INV-102",
                                .contract_id = "IC-101",
                                .counts = true,
                                .status = "Open",
                                .date = civil_add_days(today, -42),
                                .due = civil_add_days(today, -12),
                                .subtotal = owed,
                                .total = owed,
                                .remaining = owed,
                                .rate = {RATE_SCALE},
                                .email = "ap@acme.example"};
    *facts = (struct facts){.base_currency = "CAD",
                            .base_precision = 2,
                            .account = {.found = true,
                                        .id = onboarding->account_id,
                                        .name = onboarding->account_name,
                                        .owner_id = "005A1",
                                        .billing_country = "Canada",
                                        .industry = "Manufacturing"},
                            .owner = {.found = true,
                                      .id = "005A1",
                                      .name = "Ana Silva",
                                      .username = "ana@corp.example",
                                      .email = "ana@corp.example",
                                      .active = true,
                                      .last_login = civil_add_days(today, -1)},
                            .opportunities = deal,
                            .opportunity_count = 1,
                            .contracts = contract,
                            .contract_count = 1,
                            .customer_found = true,
                            .invoices = invoice,
                            .invoice_count = 1};
    for (size_t i = 0; i < SOURCE_COUNT; i++)
        facts->sources[i] =
            (struct source_state){.ok = true, .fetched_at = turn->world->now, .elapsed_ms = 120};
    facts_normalise(facts);
    decide(facts, turn->config, today, arena, decision);
}

static void add_card_message(struct turn *turn, const struct item *item)
{
    struct id id = id_new(turn->world);
    static int64_t count;
    const struct message message = {
        .id = id.text,
        .tenant = TENANT,
        .item = item->id,
        .onboarding = item->onboarding,
        .purpose = "card",
        .channel = CHANNEL,
        .ts = arena_fmt(turn->arena, "%lld.%06lld", (long long)turn->world->now.ms / 1000,
                        (long long)++count),
        .posted_at = turn->world->now,
    };
    must(messages_add(turn->db, &message), &(struct err){0}, "message");
    must(jobs_cancel(turn->db, TENANT, "post_card", arena_fmt(turn->arena, "card:%s", item->id)),
         &(struct err){0}, "the job of the card");
}

/* As its button does. */
static void approve_one(struct turn *turn, const struct onboarding *onboarding,
                        const struct item *item)
{
    const struct actor maya = {.tenant = TENANT, .user_id = "U0MAYA", .via = "button"};
    struct err err = {0};
    const struct item_given given = {.acknowledged = ACKNOWLEDGE_ALL};
    struct moved moved =
        item_approve(turn, &maya, onboarding->number, item->revision, &given, &err);
    must(moved.how == MOVE_DONE, &err, "approval");
}

static void add_one(struct turn *turn, size_t index, const struct wanted *wanted)
{
    struct err err = {0};
    struct onboarding onboarding = {
        .tenant = TENANT,
        .account_id = arena_fmt(turn->arena, "001A%014zu", index),
        .account_name = arena_fmt(turn->arena, "Acme %zu Corp", index),
        .opportunity_id = arena_fmt(turn->arena, "006A%014zu", index),
        .contract_ids = "800A1",
        .owner_user_id = "U0ANA",
        .started_by = "usher",
        .state = ONBOARDING_CHECKING,
    };
    struct facts facts;
    struct decision decision;
    struct item item;
    int64_t existing = 0;
    must(onboardings_add(turn->db, &onboarding, turn->world->now, &existing) &&
             onboardings_update(turn->db, &onboarding, turn->world->now),
         &err, "onboarding");
    decide_account(turn, &onboarding, &facts, &decision);
    if (decision_keys(&decision) != KEY_CS)
        must(false, &err, "the decision asks for another key than CS");
    struct verdict verdict = {.facts = &facts, .decision = &decision};
    must(verdict_store(turn, &onboarding, &verdict, &err) &&
             verdict_apply(turn, &onboarding, &verdict, &err) &&
             items_latest(turn->db, turn->arena, TENANT, onboarding.number, &item),
         &err, "verdict");
    if (index >= wanted->cards)
        add_card_message(turn, &item);
    puts(card_token(turn, &item, "approve"));
    if (index < wanted->dms)
        must(later_post_dm(turn, &item, 1, arena_fmt(turn->arena, "U0P%05zu", index)), &err, "DM");
    if (index >= wanted->escalating && index < wanted->escalating + wanted->provisioning)
        approve_one(turn, &onboarding, &item);
}

/* No two questions are asked in the same moment. */
static void fill(struct turn *turn, const struct wanted *wanted)
{
    struct err err = {0};
    struct wall now = turn->world->now;
    for (size_t i = 0; i < wanted->onboardings; i++) {
        bool long_ago = i < wanted->escalating + wanted->provisioning;
        turn->world->now.ms = now.ms + (int64_t)i - (long_ago ? LONG_AGO_MS : 0);
        if (i % PER_COMMIT == 0) {
            must(db_commit(turn->db), &err, "commit");
            db_begin(turn->db);
        }
        db_savepoint(turn->db);
        add_one(turn, i, wanted);
        must(db_release_savepoint(turn->db), &err, "savepoint");
        arena_reset(turn->arena);
    }
    must(db_commit(turn->db), &err, "commit");
}

static void add_more(struct turn *turn, const struct wanted *wanted)
{
    must(bulk_audit(turn, TENANT, wanted->onboardings, wanted->audit), &(struct err){0}, "audit");
    must(bulk_jobs(turn, TENANT, wanted->onboardings, wanted->jobs), &(struct err){0}, "jobs");
    must(bulk_inbox(turn, TENANT, wanted->old), &(struct err){0}, "inbox");
}

/* False: a word that is unknown, or without its number. */
static bool read_wanted(int argc, char **argv, struct wanted *wanted)
{
    const struct {
        const char *name;
        size_t *value;
    } words[] = {{"--cards", &wanted->cards},
                 {"--dms", &wanted->dms},
                 {"--escalating", &wanted->escalating},
                 {"--provisioning", &wanted->provisioning},
                 {"--audit", &wanted->audit},
                 {"--jobs", &wanted->jobs},
                 {"--old", &wanted->old}};
    *wanted = (struct wanted){0};
    if (argc < 3 || argc % 2 == 0)
        return false;
    wanted->onboardings = strtoul(argv[2], NULL, 10);
    for (int i = 3; i < argc; i += 2) {
        size_t word = 0;
        while (word < sizeof words / sizeof *words && strcmp(argv[i], words[word].name) != 0)
            word++;
        if (word == sizeof words / sizeof *words)
            return false;
        *words[word].value = strtoul(argv[i + 1], NULL, 10);
    }
    return true;
}

int main(int argc, char **argv)
{
    static struct config config;
    static struct keyring keyring;
    struct arena arena = {0};
    struct err err = {0};
    struct wanted wanted;
    int applied = 0;
    if (!read_wanted(argc, argv, &wanted) || sodium_init() < 0) {
        fputs("usage: seed CONFIG COUNT [--cards N] [--dms N] [--escalating N] [--provisioning N] "
              "[--audit N] [--jobs N] [--old N]\n",
              stderr);
        return 64;
    }
    log_configure(LOG_WARN, LOG_FORMAT_TEXT, NULL, NULL, NULL);
    struct world world = world_now();
    world.now.ms -= (int64_t)wanted.onboardings;
    struct templates templates = {.files = embedded_templates};
    struct turn turn = {&world, NULL, &config, &keyring, &templates, &arena, NULL};
    must(config_load(&config, argv[1], &err), &err, "configuration");
    must(db_open(config.store.path, DB_OPEN_CREATE, &turn.db, &err), &err, "database");
    database = turn.db;
    must(migrate(turn.db, embedded_schema, world.now, &applied, &err), &err, "migrate");
    keyring_init(&keyring, &world);
    must(keyring_save(&keyring, config.store.keyring, &err), &err, "keyring");
    const struct tenant tenant = {
        .id = TENANT, .name = "Bench", .bot_user_id = "U0USHER", .bot_id = "B0USHER"};
    must(tenants_put(turn.db, &tenant, world.now), &err, "tenant");
    add_people(&turn);
    fill(&turn, &wanted);
    add_more(&turn, &wanted);
    db_close(turn.db);
    config_release(&config);
    keyring_release(&keyring);
    arena_release(&arena);
    return 0;
}
