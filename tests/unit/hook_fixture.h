/* What the tests of webhooks add to the house of job_fixture.h: the door, secrets for every sender,
 * and deliveries made as their senders make them, by OpenSSL alone. */
#ifndef TESTS_UNIT_HOOK_FIXTURE_H
#define TESTS_UNIT_HOOK_FIXTURE_H

#include "bot/door.h"
#include "db/inbox.h"
#include "tests/unit/job_fixture.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#define SECRET       "0123456789abcdefghij"
#define ORGANIZATION "00D5g000004ABCd"

static struct {
    EVP_PKEY *key; /* Ironclad's */
    struct metrics *metrics;
    struct door *door;
    unsigned answers;
    uint64_t id;
    struct http_in_answer answer;
} hall;

static void hall_answer(struct world *world, uint64_t id, const struct http_in_answer *answer)
{
    (void)world;
    hall.answers++;
    hall.id = id;
    hall.answer = *answer;
}

static const struct world_ops hall_ops = {.random = counted_bytes, .http_answer = hall_answer};

static char *pem_of_public(EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data;
    PEM_write_bio_PUBKEY(bio, key);
    long len = BIO_get_mem_data(bio, &data);
    char *out = calloc(1, (size_t)len + 1); /* what BIO gives ends with no NUL */
    assert_non_null(out);
    memcpy(out, data, (size_t)len);
    BIO_free(bio);
    return out;
}

/* The configuration's texts are its own: these are put beside them for a test's time. */
static int hall_setup(void **state)
{
    house_setup(state);
    struct house *house = *state;
    house->world.ops = &hall_ops;
    hall.metrics = metrics_new();
    hall.door = door_new(hall.metrics, NULL);
    hall.answers = 0;
    house->config.hooks.salesforce_secret = SECRET;
    house->config.hooks.salesforce_organization = ORGANIZATION;
    house->config.hooks.generic_secret = SECRET;
    if (!hall.key)
        hall.key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    house->config.hooks.ironclad_key = pem_of_public(hall.key);
    return 0;
}

static int hall_teardown(void **state)
{
    struct house *house = *state;
    free((char *)house->config.hooks.ironclad_key);
    house->config.hooks.ironclad_key = NULL;
    house->config.hooks.salesforce_secret = house->config.hooks.salesforce_organization = NULL;
    house->config.hooks.generic_secret = NULL;
    door_free(hall.door);
    metrics_free(hall.metrics);
    return house_teardown(state);
}

static int hall_close(void **state)
{
    (void)state;
    EVP_PKEY_free(hall.key);
    return 0;
}

/* One request, one turn that is committed (or not); the status, 0 where no way in is open. */
static int deliver_by(struct house *house, const char *method, const char *path,
                      const char *headers, const char *body, bool kept)
{
    const struct webhook *webhook = webhook_find(&house->config, path);
    const struct http_in_request request = {.method = method,
                                            .path = path,
                                            .query = "",
                                            .headers = headers,
                                            .body = body,
                                            .body_len = strlen(body)};
    if (!webhook)
        return 0;
    unsigned before = hall.answers;
    door_take(hall.door, &house->turn, 7, webhook, &request, false);
    assert_int_equal(hall.answers, before); /* nothing is said before the commit */
    if (db_in_transaction(house->db)) {
        if (kept)
            assert_true(db_commit(house->db));
        else
            db_rollback(house->db);
    }
    door_flush(hall.door, &house->world, kept);
    assert_int_equal(hall.answers, before + 1);
    assert_int_equal(hall.id, 7);
    return hall.answer.status;
}

static inline int deliver(struct house *house, const char *path, const char *headers,
                          const char *body)
{
    return deliver_by(house, "POST", path, headers, body, true);
}

static inline int64_t counted(const char *labels)
{
    return metrics_get(hall.metrics, METRIC_HOOKS, labels);
}

/* ---- senders ---- */

#define FLOW "/hooks/salesforce"

static inline int flow(struct house *house, const char *body)
{
    return deliver(house, FLOW, "x-usher-secret: " SECRET "\n", body);
}

/* The hex of an HMAC-SHA256 over the body, by another library than the bot's. */
static inline const char *hmac_hex(struct house *house, const char *text)
{
    unsigned char mac[32];
    unsigned len = sizeof mac;
    char *out = arena_alloc(&house->arena, 65);
    HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET), (const unsigned char *)text, strlen(text), mac,
         &len);
    for (size_t i = 0; i < sizeof mac; i++)
        snprintf(out + 2 * i, 3, "%02x", mac[i]);
    return out;
}

static inline const char *hmac_base64(struct house *house, const char *text)
{
    unsigned char mac[32];
    unsigned len = sizeof mac;
    char *out = arena_alloc(&house->arena, 64);
    HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET), (const unsigned char *)text, strlen(text), mac,
         &len);
    EVP_EncodeBlock((unsigned char *)out, mac, sizeof mac);
    return out;
}

static inline const char *timed_header(struct house *house, int64_t seconds, const char *body)
{
    const char *text = arena_fmt(&house->arena, "%lld.%s", (long long)seconds, body);
    return arena_fmt(&house->arena, "x-usher-signature: t=%lld,v1=%s\n", (long long)seconds,
                     hmac_hex(house, text));
}

static inline int generic(struct house *house, const char *body)
{
    return deliver(house, "/hooks/generic", timed_header(house, house->world.now.ms / 1000, body),
                   body);
}

#define NOTIFICATION(id, record)                                                                   \
    "<Notification><Id>" id "</Id><sObject xsi:type=\"sf:Opportunity\" "                           \
    "xmlns:sf=\"urn:sobject.enterprise.soap.sforce.com\"><sf:Id>" record "</sf:Id>"                \
    "<sf:Name>R&amp;D &lt;1&gt;</sf:Name></sObject></Notification>"

/* As Salesforce sends it, around these notifications. */
static inline const char *outbound_message(struct house *house, const char *organization,
                                           const char *notifications)
{
    return arena_fmt(
        &house->arena,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope "
        "xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
        "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n <soapenv:Body>\n"
        "  <notifications xmlns=\"http://soap.sforce.com/2005/09/outbound\">"
        "<OrganizationId>%s</OrganizationId><ActionId>04k5g000000A</ActionId>"
        "<SessionId xsi:nil=\"true\"/><EnterpriseUrl>https://corp.my.salesforce.com</EnterpriseUrl>"
        "<PartnerUrl>https://corp.my.salesforce.com</PartnerUrl>%s</notifications>\n"
        " </soapenv:Body>\n</soapenv:Envelope>\n",
        organization, notifications);
}

static inline int outbound(struct house *house, const char *body)
{
    return deliver(house, "/hooks/salesforce/" SECRET, "content-type: text/xml\n", body);
}

/* The two headers as Ironclad makes them. */
static inline const char *ironclad_headers(struct house *house, const char *event, const char *body,
                                           const char *algorithm, const char *nonce)
{
    unsigned char signature[512];
    size_t len = sizeof signature;
    const char *text = arena_fmt(&house->arena, "%s%s%s", event, body, nonce);
    const EVP_MD *digest = strstr(algorithm, "512")   ? EVP_sha512()
                           : strstr(algorithm, "256") ? EVP_sha256()
                                                      : EVP_sha1();
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_true(EVP_DigestSignInit(context, NULL, digest, NULL, hall.key) > 0);
    assert_true(
        EVP_DigestSign(context, signature, &len, (const unsigned char *)text, strlen(text)) > 0);
    EVP_MD_CTX_free(context);
    char *base64 = arena_alloc(&house->arena, len * 2);
    EVP_EncodeBlock((unsigned char *)base64, signature, (int)len);
    return arena_fmt(&house->arena,
                     "x-ironclad-webhook-event-id: %s\nx-ironclad-webhook-verification: "
                     "{\"nonce\":\"%s\",\"signAlgorithm\":\"%s\",\"signature\":\"%s\","
                     "\"encoding\":\"base64\"}\n",
                     event, nonce, algorithm, base64);
}

#define IRONCLAD_BODY                                                                              \
    "{\"payload\":{\"event\":\"workflow_completed\",\"workflowID\":\"611fbd69\"},"                 \
    "\"companyID\":\"605b\"}"

static inline int ironclad(struct house *house, const char *event)
{
    return deliver(house, "/hooks/ironclad",
                   ironclad_headers(house, event, IRONCLAD_BODY, "sha256", "nonce"), IRONCLAD_BODY);
}

/* ---- what follows ---- */

/* A contract that does not stand is what this onboarding waits for. */
static inline void given_contract_question(struct house *house, const char *name)
{
    struct finding finding = {.code = "CONTRACT_NOT_EXECUTED",
                              .level = LEVEL_BLOCK_HARD,
                              .subject = "IC-101",
                              .routes = ROUTE_LEGAL | ROUTE_OWNER,
                              .text = "Contract IC-101 is out for signature",
                              .sources = 1u << SOURCE_CLM};
    given(house, name, &finding, 1);
}

static inline void with_contracts(struct house *house, const char *contract_ids)
{
    house->onboarding.contract_ids = contract_ids;
    assert_true(onboardings_update(house->db, &house->onboarding, house->world.now));
}

static inline const char *json_of(struct house *house, const char *member, const char *id)
{
    return arena_fmt(&house->arena, "{\"%s\":\"%s\"}", member, id);
}

#endif
