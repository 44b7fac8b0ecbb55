/* A hostile CRM: in each field that people write, each text that could ping, mark up, break out,
 * hide, flood or be no text at all. Everything that the bot says then is judged, and the card must
 * still be read. */
#include "tests/scenario/hostile.h"
#include "base/json.h"
#include "base/json_node.h"
#include "tests/scenario/scenarios.h"
#include "tests/scenario/slack_judge.h"

#include <stdlib.h>
#include <string.h>

#define PLAIN "Xylophone" /* is seen where its field is shown */

/* ---- texts, as they stand between the quotes of a JSON string ---- */

#define W16  "WWWWWWWWWWWWWWWW"
#define W256 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16

enum { LONG_BYTES = 100 * 1024, EVERYWHERE_BYTES = 8 * 1024 };

static const struct hostile_text {
    const char *name, *json;
    const char *refused; /* words of the error where the whole answer is refused; NULL */
    bool repeated;       /* until it is 100 kB long */
} texts[] = {
    {PLAIN, PLAIN, NULL, false},
    {"a ping", "<!channel> <!here> <@U123> <@U0KIM> <#C123|x> <https://evil.example|click>", NULL,
     false},
    {"a name to look for", "@channel @here @everyone #general https://evil.example", NULL, false},
    {"markup", "*bold* _it_ ~gone~ `code` ```block``` > quote", NULL, false},
    {"a lone mark", "~", NULL, false},
    {"a way out of JSON", "\\\"},{\\\"type\\\":\\\"divider\\\"},{\\\"x\\\":\\\"\\\\", NULL, false},
    {"lines", "ACME\\n*Approved by everyone*\\r\\n\\u2028\\u2029\\u0085x", NULL, false},
    {"turned round", "pay\\u202ecod\\u202c \\u200f\\u061c\\u2066x\\u2069", NULL, false},
    {"nothing to see", "\\u200b\\u200d\\u2060\\ufeff\\u3164", NULL, false},
    {"blanks", " \\t \\u00a0 ", NULL, false},
    {"a terminal's orders", "\\u001b[31m\\u001b]0;x\\u0007\\u009b2J\\b\\u007f", NULL, false},
    {"a template", "{{approve}} {{{token}}} {{> card.json}} {{#findings}}", NULL, false},
    {"a format", "%s%n%x%%", NULL, false},
    {"half a pair", "x\\ud800y", NULL, false},
    {"an entity", "&lt;!channel&gt; &amp;amp;", NULL, false},
    {"a quotation", "' OR 1=1 -- \\\\' O'Brien \\\" ; DROP TABLE", NULL, false},
    {"a sentence of ours", "paid; nothing. *PROCEED*; no longer: all of it", NULL, false},
    {"100 kB", W256, NULL, true},
    {"100 kB to escape", "<&>\\\"\\\\<&>\\\"\\\\ ~*_` ", NULL, true},
    {"100 kB of marks on one letter", "\\u0301", NULL, true},
    {"100 kB of four bytes each", "\xf0\x9f\x98\x80\xf0\x9d\x94\x98", NULL, true},
    {"no UTF-8", "\xff\xfe\xc3", "not UTF-8", false},
    {"NUL", "ACME\\u0000Corp", "a NUL character in a string", false},
};
enum { TEXT_COUNT = sizeof texts / sizeof *texts };

/* ---- fields: what stands for them in a reply, up to where the text begins ---- */

static const struct hostile_field {
    const char *name, *system, *before, *benign;
    const char *refused; /* what the error says where this field takes no such text; NULL */
    bool shown;          /* a finding or the card speaks of it */
} fields[] = {
    {"the account's name", SALESFORCE_URL, "\"Name\":\"", "ACME Corp", NULL, true},
    {"the opportunity's name", SALESFORCE_URL, "\"AccountId\":\"001000000000001\",\"Name\":\"",
     "ACME Corp", NULL, false},
    {"the stage", SALESFORCE_URL, "\"StageName\":\"", "Closed Won", NULL, false},
    {"the opportunity's currency", SALESFORCE_URL, "\"CurrencyIsoCode\":\"", "CAD",
     "is not a currency code", false},
    {"the country", SALESFORCE_URL, "\"BillingCountry\":\"", "Canada", NULL, false},
    {"the industry", SALESFORCE_URL, "\"Industry\":\"", "Retail", NULL, false},
    {"the owner's name", SALESFORCE_URL, "\"Name\":\"", "Ana Silva", NULL, true},
    {"the owner's username", SALESFORCE_URL, "\"Username\":\"", "ana@corp.example", NULL, false},
    {"the owner's address", SALESFORCE_URL, "\"Email\":\"", "ana@corp.example", NULL, false},
    {"the owner's title", SALESFORCE_URL, "\"Title\":\"", "AE", NULL, false},
    {"the owner's department", SALESFORCE_URL, "\"Department\":\"", "Sales", NULL, false},
    {"the owner's time zone", SALESFORCE_URL, "\"TimeZoneSidKey\":\"", "America/Toronto", NULL,
     false},
    {"the manager's name", SALESFORCE_URL, "\"Name\":\"", "Lee Osei", NULL, false},
    {"the parent's name", SALESFORCE_URL, "\"Name\":\"", "Parent Corp", NULL, true},
    {"a subsidiary's name", SALESFORCE_URL, "\"Name\":\"", "Child Corp", NULL, true},
    {"the contract's number", SALESFORCE_URL, "\"ContractNumber\":\"", "800000000000001", NULL,
     false},
    {"the contract's status in Salesforce", SALESFORCE_URL, "\"Status\":\"", "Activated", NULL,
     false},
    {"the customer's name", NETSUITE_URL, "\"companyname\":\"", "ACME Corp", NULL, false},
    {"an invoice's number", NETSUITE_URL, "\"tranid\":\"", "INV-102", NULL, true},
    {"an invoice's id", NETSUITE_URL, "\"id\":\"", "001000000000001-1", NULL, false},
    {"an invoice's status", NETSUITE_URL, "\"status\":\"", "Open", NULL, false},
    {"an invoice's address", NETSUITE_URL, "\"email\":\"", "billing@customer.example", NULL, false},
    {"an invoice's contract", NETSUITE_URL, "\"custbody_clm_contract\":\"", "IC-1", NULL, false},
    {"a credit's number", NETSUITE_URL, "\"tranid\":\"", "CM-9", NULL, true},
    {"a currency's symbol", NETSUITE_URL, "\"symbol\":\"", "CAD", "without id or ISO symbol",
     false},
    {"the contract's id in the CLM", CLM_URL, "\"ironcladId\":\"", "IC-1", NULL, true},
    {"the contract's name in the CLM", CLM_URL, "\"name\":\"", "Contract", NULL, false},
    {"the contract's status in the CLM", CLM_URL, "\"value\":\"", "executed", NULL, true},
    {"a signatory", CLM_URL, "\"value\":[\"", "Sig Natory", NULL, true},
    {"the billing schedule", CLM_URL, "\"value\":\"", "upfront", NULL, false},
    {"the contract's currency", CLM_URL, "\"currency\":\"", "CAD", "is not a currency code", false},
};
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

/* ---- the systems with all fields filled, and one of them planted ---- */

/* What the fake systems leave empty or unremarkable, so that a finding speaks of it. */
static const struct {
    const char *plain, *furnished;
} furniture[] = {
    {"\"ParentId\":null,\"IsDeleted\":false}]",
     "\"ParentId\":\"00100000PARENT1\",\"IsDeleted\":false}]"},
    {"\"referenceId\":\"parent1\",\"httpStatusCode\":200,\"body\":{\"done\":true,\"records\":[]}",
     "\"referenceId\":\"parent1\",\"httpStatusCode\":200,\"body\":{\"Id\":\"00100000PARENT1\","
     "\"Name\":\"Parent Corp\",\"ParentId\":null,\"IsDeleted\":true}"},
    {"\"referenceId\":\"descendants\",\"httpStatusCode\":200,\"body\":{\"done\":true,\"records\":["
     "]",
     "\"referenceId\":\"descendants\",\"httpStatusCode\":200,\"body\":{\"done\":true,\"records\":[{"
     "\"Id\":\"001000000CHILD1\",\"Name\":\"Child Corp\",\"ParentId\":\"001000000000001\","
     "\"IsDeleted\":false,\"Opportunities\":{\"done\":true,\"records\":[{\"Id\":\"006\"}]}}]"},
    {"\"LastLoginDate\":\"2026-04-19", "\"LastLoginDate\":\"2025-04-19"},
    {"\"properties\":{",
     "\"properties\":{\"coveredAccounts\":{\"type\":\"list\",\"value\":[\"001000000OTHER1\"]},"
     "\"pendingSignatories\":{\"type\":\"list\",\"value\":[\"Sig Natory\"]},"
     "\"billingSchedule\":{\"type\":\"string\",\"value\":\"upfront\"},"},
};

static const char memos[] =
    "{\"items\":[{\"kind\":\"creditmemo\",\"id\":\"9\",\"tranid\":\"CM-9\",\"currency\":\"1\","
    "\"total\":\"100.00\",\"unapplied\":\"100.00\",\"trandate\":\"2026-04-01\","
    "\"approvalstatus\":\"2\"}],\"count\":1,\"hasMore\":false,\"offset\":0,\"totalResults\":1}";

static struct {
    const struct hostile_field *field; /* NULL: nothing is planted, or */
    bool everywhere;
    struct buf text; /* its hostile text, as JSON */
    sim_serve *serve[SIM_SERVERS_MAX];
    void *arg[SIM_SERVERS_MAX];
} plant;

/* Puts `put` in the place of every `found` in body. */
static void replace(struct buf *body, const char *found, const char *put)
{
    struct buf out = {0};
    const char *from = buf_cstr(body), *at;
    for (; (at = strstr(from, found)) != NULL; from = at + strlen(found)) {
        buf_add(&out, from, (size_t)(at - from));
        buf_str(&out, put);
    }
    buf_str(&out, from);
    buf_release(body);
    *body = out;
}

/* With the text in every field at once: not where nothing could be approved or nobody owned it. */
static bool takes_its_part(const struct hostile_field *field)
{
    return !field->refused && strcmp(field->name, "the contract's status in the CLM") != 0 &&
           strcmp(field->name, "the owner's address") != 0;
}

static void plant_field(const struct hostile_field *field, struct buf *body)
{
    const char *found = arena_fmt(&the.arena, "%s%s\"", field->before, field->benign);
    const char *put = arena_fmt(&the.arena, "%s%s\"", field->before, buf_cstr(&plant.text));
    replace(body, found, put);
}

static void serve(void *arg, const struct sim_request *request, struct sim_answer *answer)
{
    size_t place = (size_t)((sim_serve **)arg - plant.serve);
    plant.serve[place](plant.arg[place], request, answer);
    if (strstr(request->body, "FROM creditmemo")) {
        buf_clear(&answer->body);
        buf_str(&answer->body, memos);
    }
    for (size_t i = 0; i < sizeof furniture / sizeof *furniture; i++)
        replace(&answer->body, furniture[i].plain, furniture[i].furnished);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct hostile_field *field = &fields[i];
        bool planted = plant.everywhere ? takes_its_part(field) : field == plant.field;
        if (planted && strcmp(the.sim.servers[place].prefix, field->system) == 0)
            plant_field(field, &answer->body);
    }
}

void hostile_furnish(void)
{
    for (size_t i = 0; i < the.sim.server_count; i++) {
        if (strstr(the.sim.servers[i].prefix, "slack.com/"))
            continue;
        plant.serve[i] = the.sim.servers[i].serve;
        plant.arg[i] = the.sim.servers[i].arg;
        the.sim.servers[i].serve = serve;
        the.sim.servers[i].arg = &plant.serve[i];
    }
}

static void grow_to(const struct hostile_field *field, const struct hostile_text *text, size_t max)
{
    plant.everywhere = false;
    buf_clear(&plant.text);
    do
        buf_str(&plant.text, text->json);
    while (text->repeated && plant.text.len < max);
    plant.field = field;
    slack_judge_name(field ? field->name : "nothing", text->name);
}

static void grow(const struct hostile_field *field, const struct hostile_text *text)
{
    grow_to(field, text, LONG_BYTES);
}

/* ---- for what is typed and planted elsewhere (hostile_forms.c) ---- */

static const struct hostile_text *text_of(size_t number)
{
    for (size_t i = 0; i < TEXT_COUNT; i++)
        if (!texts[i].refused && number-- == 0)
            return &texts[i];
    return NULL;
}

const char *hostile_everywhere(size_t number)
{
    const struct hostile_text *text = text_of(number);
    if (!text)
        return NULL;
    grow_to(NULL, text, EVERYWHERE_BYTES);
    plant.everywhere = true;
    slack_judge_name("every field", text->name);
    return text->name;
}

size_t hostile_longest(void)
{
    size_t number = 0;
    while (strcmp(text_of(number)->name, "100 kB of four bytes each") != 0)
        number++;
    return number;
}

char *hostile_json(size_t number, size_t max)
{
    const struct hostile_text *text = text_of(number);
    struct buf json = {0};
    do
        buf_str(&json, text->json);
    while (text->repeated && json.len + strlen(text->json) <= max);
    return buf_take(&json);
}

char *hostile_typed(size_t number, size_t max)
{
    struct err err = {0};
    char *json = hostile_json(number, max);
    const char *quoted = arena_fmt(&the.arena, "\"%s\"", json);
    struct json_node *node =
        json_scan(quoted, strlen(quoted), strlen(quoted) + 1, &the.arena, &err);
    free(json);
    if (!node)
        fail_at(HERE, "%s: %s", quoted, err.msg);
    return strndup(node->text, node->len);
}

void hostile_release(void)
{
    plant.everywhere = false;
    buf_release(&plant.text);
}

/* ---- what is said then ---- */

/* Every way to hear of it; the acknowledgements are judged here, the rest on its way. */
static void ask_everything(void)
{
    static const char *const questions[] = {
        "why ONB-1001", "why ONB-1001 FIELD_MISSING", "status ONB-1001", "timeline ONB-1001",
        "list team",    "start 001000000000001",
    };
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        struct slack_act *act = say(MAYA, questions[i]);
        if (act->ack && act->ack[0])
            slack_judge_payload(act->ack);
    }
    click(MAYA, "view", "ONB-1001");
}

static void expect_readable(const struct hostile_field *field, const struct hostile_text *text)
{
    const struct slack_message *message = card("ONB-1001");
    struct err err = {0};
    struct json_object *blocks =
        json_parse(message->blocks, strlen(message->blocks), strlen(message->blocks), &err);
    size_t count = blocks ? json_object_array_length(blocks) : 0;
    if (count < 5 || count > 14)
        fail_at(HERE, "%s in %s: %zu blocks: %s", text->name, field->name, count, message->blocks);
    json_object_put(blocks);
    const char *refused = text->refused ? text->refused : field->refused;
    const char *headline = refused ? ": blocked" : ": ";
    if (!strstr(message->text, headline) || !strstr(message->blocks, "ONB-1001 r"))
        fail_at(HERE, "%s in %s: the card does not say where it stands: %s %s", text->name,
                field->name, message->text, message->blocks);
    if (refused && !strstr(message->blocks, refused))
        fail_at(HERE, "%s in %s: not refused with \"%s\": %s", text->name, field->name, refused,
                message->blocks);
    if (!refused && strstr(message->blocks, "*failed*"))
        fail_at(HERE, "%s in %s: refused: %s", text->name, field->name, message->blocks);
}

/* What is planted does arrive. */
static void expect_seen(const struct hostile_field *field)
{
    const char *why = answer_of(say(MAYA, "why ONB-1001"));
    if (!strstr(card("ONB-1001")->blocks, PLAIN) && !strstr(why, PLAIN))
        fail_at(HERE, "%s is shown nowhere: %s", field->name, why);
}

static void plant_all(const struct hostile_field *field)
{
    scene();
    hostile_furnish();
    slack_judge_begin();
    grow(field->refused ? NULL : field, &texts[0]);
    win_overdue("ACME Corp", 12); /* the first text is met by the poll */
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        grow(field, &texts[i]);
        say(MAYA, "check ONB-1001");
        settle();
        expect_readable(field, &texts[i]);
        if (field->shown && strcmp(texts[i].name, PLAIN) == 0)
            expect_seen(field);
        ask_everything();
    }
    grow(NULL, &texts[0]);
    say(MAYA, "check ONB-1001");
    settle();
    expect_card("ONB-1001", "ACME Corp: review needed");
    expect(slack_judge_count() > 100 * TEXT_COUNT);
    click(MAYA, "reject", "ONB-1001");
    submit_reject(MAYA, "other", "hostile");
    scene_end();
    buf_release(&plant.text);
}

static void plant_in(const char *system)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (strcmp(fields[i].system, system) == 0)
            plant_all(&fields[i]);
}

static void hostile_salesforce(void)
{
    plant_in(SALESFORCE_URL);
}

static void hostile_netsuite(void)
{
    plant_in(NETSUITE_URL);
}

static void hostile_clm(void)
{
    plant_in(CLM_URL);
}

/* What a system says when it fails stands on the card too. */
static void hostile_errors(void)
{
    scene();
    slack_judge_begin();
    win_overdue("ACME Corp", 12);
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        grow(NULL, &texts[i]);
        const char *body = arena_fmt(
            &the.arena,
            "{\"title\":\"x\",\"o:errorDetails\":[{\"detail\":\"%s\",\"o:errorCode\":\"%s\"}]}",
            buf_cstr(&plant.text), buf_cstr(&plant.text));
        char *kept = strdup(body);
        sim_add_fault(&the.sim, (struct sim_fault){.where = NETSUITE_URL,
                                                   .kind = SIM_ANSWERED,
                                                   .status = 400,
                                                   .body = kept});
        say(MAYA, "check ONB-1001");
        settle();
        expect_card("ONB-1001", "ACME Corp: blocked");
        expect_card("ONB-1001", i == 0 ? "NetSuite *failed*: " PLAIN : "NetSuite *failed*: ");
        ask_everything();
        sim_heal(&the.sim, NETSUITE_URL);
        free(kept);
    }
    say(MAYA, "check ONB-1001");
    settle();
    expect_card("ONB-1001", "ACME Corp: review needed");
    click(MAYA, "reject", "ONB-1001");
    submit_reject(MAYA, "other", "hostile");
    scene_end();
    buf_release(&plant.text);
}

const struct scenario hostile_scenarios[] = {
    {"a hostile Salesforce pings nobody and breaks nothing", hostile_salesforce},
    {"a hostile NetSuite pings nobody and breaks nothing", hostile_netsuite},
    {"a hostile CLM pings nobody and breaks nothing", hostile_clm},
    {"errors of a hostile system ping nobody and break nothing", hostile_errors},
    {0},
};
