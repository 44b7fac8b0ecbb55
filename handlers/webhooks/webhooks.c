/* The table of senders, and what they share: ids and our own JSON. */
#include "handlers/webhooks/webhooks.h"

#include "base/json.h"
#include "connectors/salesforce_call.h"

#include <string.h>

enum { KEY_MAX_BYTES = 128, BODY_MAX_BYTES = 1024 * 1024 };

/* Salesforce's documentation, "Outbound Messaging": anything else than this, and it comes again for
 * a day. */
static const char acknowledgement[] =
    "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>"
    "<notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\"><Ack>true</Ack>"
    "</notificationsResponse></soapenv:Body></soapenv:Envelope>";

static const struct webhook webhooks[] = {
    {"salesforce", "/hooks/salesforce", salesforce_flow_is_open, salesforce_flow_verify,
     salesforce_flow_read, NULL, NULL},
    {"salesforce_outbound", SALESFORCE_OUTBOUND_PATH, salesforce_outbound_is_open,
     salesforce_outbound_verify, salesforce_outbound_read, "text/xml", acknowledgement},
    {"ironclad", "/hooks/ironclad", ironclad_is_open, ironclad_verify, ironclad_read, NULL, NULL},
    {"generic", "/hooks/generic", generic_is_open, generic_verify, generic_read, NULL, NULL},
};

static bool is_at(const struct webhook *webhook, const char *path)
{
    size_t len = strlen(webhook->path);
    if (webhook->path[len - 1] == '/')
        return strncmp(path, webhook->path, len) == 0 && path[len];
    return strcmp(path, webhook->path) == 0;
}

static bool is_open(const struct webhook *webhook, const struct config *config)
{
    bool open = webhook->is_open(config);
    for (size_t i = 0; i < config->workspace_count && !open; i++)
        open = config->workspaces[i].config->own_hooks &&
               webhook->is_open(config->workspaces[i].config);
    return open;
}

const struct webhook *webhook_find(const struct config *config, const char *path)
{
    for (size_t i = 0; i < sizeof webhooks / sizeof *webhooks; i++)
        if (is_at(&webhooks[i], path) && is_open(&webhooks[i], config))
            return &webhooks[i];
    return NULL;
}

/* ---- ids ---- */

/* Salesforce's own prefixes of kinds of records. */
static const char *const prefixes[] = {"001", "006", "800"};

bool notification_add(struct notification *notification, struct arena *arena, const char *id)
{
    if (!salesforce_is_id(id) || notification->id_count == NOTIFICATION_IDS_MAX)
        return false;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(id, prefixes[i], strlen(prefixes[i])) == 0) {
            notification->ids[notification->id_count++] = arena_str(arena, id);
            return true;
        }
    return false;
}

/* ---- our own JSON ---- */

static bool read_ids(struct turn *turn, struct json_object *root, struct notification *notification,
                     struct err *err)
{
    static const char *const members[] = {"account_id", "opportunity_id", "contract_id"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *id = json_get_str(root, members[i], "");
        bool absent = json_at(root, members[i]) == NULL;
        if (!absent && (strncmp(id, prefixes[i], strlen(prefixes[i])) != 0 ||
                        !notification_add(notification, turn->arena, id)))
            return err_set(err, ERR_INVALID, "%s is no Salesforce id that begins with %s",
                           members[i], prefixes[i]);
    }
    return true;
}

/* The sender's own number of the delivery tells a repetition better than anything else. */
static bool read_key(struct turn *turn, struct json_object *root, struct delivery *out,
                     struct err *err)
{
    const char *id = json_get_str(root, "id", "");
    if (!json_at(root, "id"))
        return true;
    if (!id[0] || strlen(id) > KEY_MAX_BYTES)
        return err_set(err, ERR_INVALID, "id is no text of 1 to %d bytes", KEY_MAX_BYTES);
    out->key = arena_str(turn->arena, id);
    return true;
}

bool webhook_read_json(struct turn *turn, const struct http_in_request *request,
                       struct delivery *out, struct err *err)
{
    struct json_object *root = json_parse(request->body, request->body_len, BODY_MAX_BYTES, err);
    if (!root)
        return false;
    struct notification *notification = &out->notifications[0];
    bool ok = json_object_is_type(root, json_type_object) ||
              err_set(err, ERR_INVALID, "the body is no JSON object");
    ok = ok && read_ids(turn, root, notification, err) && read_key(turn, root, out, err);
    json_object_put(root);
    notification->key = out->key;
    out->count = 1;
    return ok;
}
