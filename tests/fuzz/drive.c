/* Driving a connector call with made-up replies. */
#include "tests/fuzz/drive.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { END_OF_REPLY = 0xFF, MAX_STEPS = 2000 };

static void fixed_random(struct world *world, void *bytes, size_t len)
{
    (void)world;
    memset(bytes, 7, len);
}

static void configure(struct config *config)
{
    config->slack.api_url = "https://slack.example/api/";
    config->slack.app_token = "xapp-1";
    config->slack.bot_token = "xoxb-1";
    config->salesforce.enabled = true;
    config->salesforce.login_url = "https://salesforce.example";
    config->salesforce.auth = SALESFORCE_AUTH_CLIENT_CREDENTIALS;
    config->salesforce.client_id = "id";
    config->salesforce.client_secret = "secret";
    config->salesforce.api_version = "v62.0";
    config->netsuite.enabled = true;
    config->netsuite.base_url = "https://netsuite.example";
    config->netsuite.account_id = "123456";
    config->netsuite.auth = NETSUITE_AUTH_TBA;
    config->netsuite.consumer_key = config->netsuite.consumer_secret = "key";
    config->netsuite.token_id = config->netsuite.token_secret = "token";
    config->netsuite.customer_field = "externalid";
    config->netsuite.contract_field = "custbody_clm_contract";
    config->netsuite.concurrency = 2;
    config->clm.enabled = true;
    config->clm.base_url = "https://clm.example";
    config->clm.token = "token";
    config->clm.status = "status";
    config->clm.contract_id = "salesforceContractId";
    config->clm.value = "contractValue";
    config->clm.effective = "effectiveDate";
    config->clm.expires = "expirationDate";
    config->clm.covers = "coveredAccounts";
    config->clm.pending = "pendingSignatories";
    config->clm.billing_schedule = "billingSchedule";
    config->platform.base_url = "https://platform.example";
    config->rates.enabled = true;
    config->rates.base_url = "https://rates.example";
    config->rates.days = 400;
    config->rules.base_currency = "CAD";
    config->fetch.attempts = 3;
    config->fetch.deadline_s = 20;
}

void drive_init(struct drive *drive)
{
    static const struct world_ops ops = {.random = fixed_random};
    *drive = (struct drive){
        .world = {.now = {INT64_C(1776686400000)}, .mono = {1000}, .speed = 1, .ops = &ops}};
    configure(&drive->config);
    drive->env = (struct call_env){.arena = &drive->arena,
                                   .world = &drive->world,
                                   .config = &drive->config,
                                   .sessions = &drive->sessions};
}

void drive_release(struct drive *drive)
{
    sessions_release(&drive->sessions);
    arena_release(&drive->arena);
}

void drive_outcome(struct http_reply *reply, uint8_t letter)
{
    static const struct {
        uint8_t letter;
        enum http_outcome outcome;
        int status;
    } table[] = {
        {'a', HTTP_ANSWERED, 200}, {'b', HTTP_ANSWERED, 201},   {'u', HTTP_ANSWERED, 401},
        {'f', HTTP_ANSWERED, 403}, {'n', HTTP_ANSWERED, 404},   {'c', HTTP_ANSWERED, 409},
        {'l', HTTP_ANSWERED, 429}, {'e', HTTP_ANSWERED, 500},   {'r', HTTP_ANSWERED, 302},
        {'s', HTTP_NOT_SENT, 0},   {'t', HTTP_SENT_UNKNOWN, 0}, {'z', HTTP_TOO_LARGE, 200},
    };
    reply->outcome = HTTP_ANSWERED;
    reply->status = 200;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].letter == letter) {
            reply->outcome = table[i].outcome;
            reply->status = table[i].status;
        }
}

/* Cuts the next reply off the input; its body is the caller's to free, so that reading past its
 * end is seen. */
static char *next_reply(const uint8_t **data, size_t *size, struct http_reply *reply)
{
    if (*size == 0)
        return NULL;
    const uint8_t *end = memchr(*data, END_OF_REPLY, *size);
    size_t len = end ? (size_t)(end - *data) : *size;
    *reply = (struct http_reply){.headers = "x-request-id: 1\nretry-after: 1\n", .error = "fuzz"};
    drive_outcome(reply, len ? (*data)[0] : 'a');
    size_t body_len = len && reply->outcome == HTTP_ANSWERED ? len - 1 : 0;
    char *body = malloc(body_len + 1);
    if (!body)
        abort();
    if (body_len)
        memcpy(body, *data + 1, body_len);
    body[body_len] = '\0';
    reply->body = body;
    reply->body_len = body_len;
    *data += len + (end != NULL);
    *size -= len + (end != NULL);
    return body;
}

bool drive_call(struct drive *drive, struct call *call, const uint8_t *data, size_t size)
{
    struct step step = call->type->step(call, NULL);
    for (unsigned steps = 0; steps < MAX_STEPS; steps++) {
        struct http_reply reply;
        char *body;
        switch (step.kind) {
        case STEP_DONE:
            return true;
        case STEP_FAILED:
            assert(call->failure.class != FAILURE_NONE);
            assert(memchr(call->failure.message, '\0', sizeof call->failure.message));
            return false;
        case STEP_WAIT:
            assert(step.wait_ms >= 0);
            drive->world.mono.ms += step.wait_ms;
            step = call->type->step(call, NULL);
            break;
        case STEP_REQUEST:
            assert(call->request.url && call->request.url[0]);
            body = next_reply(&data, &size, &reply);
            if (!body)
                return false;
            step = call->type->step(call, &reply);
            free(body);
            break;
        }
    }
    return false;
}

void drive_check_facts(struct drive *drive, struct facts *facts)
{
    struct buf first = {0}, second = {0};
    struct facts again;
    struct err err;
    facts->base_currency = "CAD";
    facts->base_precision = 2;
    facts_normalise(facts);
    facts_write(facts, &first);
    bool read = facts_read(buf_cstr(&first), first.len, &drive->arena, &again, &err);
    assert(read);
    facts_write(&again, &second);
    assert(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    buf_release(&first);
    buf_release(&second);
}
