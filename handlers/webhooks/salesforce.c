/* Salesforce: a Flow's HTTP callout with a shared secret in a header, and an Outbound Message with
 * the same secret in its path, which must also name our organisation (Outbound Messages are not
 * signed). */
#include "base/secret.h"
#include "connectors/facts.h"
#include "handlers/webhooks/outbound_message.h"
#include "handlers/webhooks/webhooks.h"

#include <string.h>

enum { SECRET_MAX_BYTES = 1024 };

static bool is_secret(const struct turn *turn, const char *shown, struct err *err)
{
    return secret_same(turn->config->hooks.salesforce_secret, shown) ||
           err_set(err, ERR_FORGED, "the secret is another one");
}

/* ---- a Flow ---- */

bool salesforce_flow_is_open(const struct config *config)
{
    return config->hooks.salesforce_secret != NULL;
}

bool salesforce_flow_verify(struct turn *turn, const struct http_in_request *request,
                            struct delivery *out, struct err *err)
{
    char shown[SECRET_MAX_BYTES];
    (void)out;
    return http_header_value(request->headers, "x-usher-secret", shown, sizeof shown)
               ? is_secret(turn, shown, err)
               : err_set(err, ERR_FORGED, "there is no X-Usher-Secret");
}

bool salesforce_flow_read(struct turn *turn, const struct http_in_request *request,
                          struct delivery *out, struct err *err)
{
    return webhook_read_json(turn, request, out, err) &&
           (out->notifications[0].id_count > 0 ||
            err_set(err, ERR_INVALID, "there is no account_id, opportunity_id or contract_id"));
}

/* ---- an Outbound Message ---- */

bool salesforce_outbound_is_open(const struct config *config)
{
    return config->hooks.salesforce_secret && config->hooks.salesforce_organization;
}

bool salesforce_outbound_verify(struct turn *turn, const struct http_in_request *request,
                                struct delivery *out, struct err *err)
{
    (void)out;
    return is_secret(turn, request->path + strlen(SALESFORCE_OUTBOUND_PATH), err);
}

/* What is no Outbound Message has no organisation that could be ours. */
bool salesforce_outbound_read(struct turn *turn, const struct http_in_request *request,
                              struct delivery *out, struct err *err)
{
    const char *organization = NULL;
    if (!outbound_message_read(turn->arena, request->body, request->body_len, out, &organization,
                               err)) {
        err->code = ERR_FORGED;
        return false;
    }
    return salesforce_same_id(turn->config->hooks.salesforce_organization, organization) ||
           err_set(err, ERR_FORGED, "it is of another organisation");
}
