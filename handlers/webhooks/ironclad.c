/* Ironclad: the event's id and what proves it come in two headers. What changed is told in
 * Ironclad's own numbers, which Salesforce's records do not hold: whatever waits for a contract is
 * looked at again. */
#include "base/json.h"
#include "connectors/auth.h"
#include "handlers/webhooks/webhooks.h"

#include <sodium.h>
#include <string.h>

enum { EVENT_MAX_BYTES = 128, PROOF_MAX_BYTES = 4096, SIGNATURE_MAX_BYTES = 1024 };

bool ironclad_is_open(const struct config *config)
{
    return config->hooks.ironclad_key != NULL;
}

/* What Ironclad's documentation says is signed ("Webhook Verification"): the event's id, the body,
 * the nonce. It writes of the body as JSON made anew; we take the bytes as they came, which is the
 * same as long as Ironclad sends what it signs. */
static bool is_signed(const struct config *config, const char *event,
                      const struct http_in_request *request, const struct signature *shown,
                      const char *nonce, struct err *err)
{
    struct signature signature = *shown;
    signature.public_key_pem = config->hooks.ironclad_key;
    const struct span pieces[] = {
        {event, strlen(event)}, {request->body, request->body_len}, {nonce, strlen(nonce)}};
    return signature_verify(&signature, pieces, sizeof pieces / sizeof *pieces, err);
}

static bool decode(const char *text, const char *encoding, unsigned char *out, size_t *len)
{
    const char *end = NULL;
    if (strcmp(encoding, "hex") == 0)
        return sodium_hex2bin(out, SIGNATURE_MAX_BYTES, text, strlen(text), NULL, len, &end) == 0 &&
               *end == '\0';
    return strcmp(encoding, "base64") == 0 &&
           sodium_base642bin(out, SIGNATURE_MAX_BYTES, text, strlen(text), NULL, len, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0;
}

bool ironclad_verify(struct turn *turn, const struct http_in_request *request, struct delivery *out,
                     struct err *err)
{
    char event[EVENT_MAX_BYTES], proof[PROOF_MAX_BYTES];
    unsigned char bytes[SIGNATURE_MAX_BYTES];
    struct signature signature = {.bytes = {bytes, 0}};
    if (!http_header_value(request->headers, "x-ironclad-webhook-event-id", event, sizeof event) ||
        !http_header_value(request->headers, "x-ironclad-webhook-verification", proof,
                           sizeof proof) ||
        !event[0])
        return err_set(err, ERR_FORGED, "Ironclad's headers are not there");
    struct json_object *root = json_parse(proof, strlen(proof), PROOF_MAX_BYTES, err);
    if (!root)
        return err_prefix(err, "x-ironclad-webhook-verification");
    const char *nonce = json_get_str(root, "nonce", "");
    signature.algorithm = json_get_str(root, "signAlgorithm", "");
    bool ok = decode(json_get_str(root, "signature", ""), json_get_str(root, "encoding", ""), bytes,
                     &signature.bytes.len)
                  ? is_signed(turn->config, event, request, &signature, nonce, err)
                  : err_set(err, ERR_FORGED, "the signature cannot be decoded");
    json_object_put(root);
    out->key = arena_str(turn->arena, event);
    return ok;
}

bool ironclad_read(struct turn *turn, const struct http_in_request *request, struct delivery *out,
                   struct err *err)
{
    (void)turn, (void)request, (void)err;
    out->notifications[0] = (struct notification){.key = out->key, .of_contracts = true};
    out->count = 1;
    return true;
}
