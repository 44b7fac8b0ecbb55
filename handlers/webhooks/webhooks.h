/* Who may call us when something has changed: one row a sender, one file a row or two. A delivery
 * is a hint: once it is proven to be its sender's, ids are taken from it and nothing else, and the
 * systems are read again. docs/webhooks.md. */
#ifndef HANDLERS_WEBHOOKS_WEBHOOKS_H
#define HANDLERS_WEBHOOKS_WEBHOOKS_H

#include "handlers/handler.h"

enum { NOTIFICATION_IDS_MAX = 4, NOTIFICATIONS_MAX = 100 };

/* One change, as its sender tells of it. */
struct notification {
    const char *key; /* the same for every repetition; NULL: it has none */
    const char
        *ids[NOTIFICATION_IDS_MAX]; /* Salesforce ids of accounts, opportunities, contracts */
    size_t id_count;
    bool of_contracts; /* some contract moved, and nothing says whose */
};

/* What came in one request. Strings are the turn's. */
struct delivery {
    const char *key; /* of the whole, from what proves it; NULL: none */
    struct notification notifications[NOTIFICATIONS_MAX];
    size_t count;
};

struct webhook {
    const char *name; /* for metrics */
    const char *path; /* ends with '/': with something behind it */
    bool (*is_open)(const struct config *config);
    /* Proves who sent it, on the raw bytes, before anything is read: false says why not. May set
     * out->key. */
    bool (*verify)(struct turn *turn, const struct http_in_request *request, struct delivery *out,
                   struct err *err);
    /* ERR_FORGED: not from whom we listen to, after all; else it is genuine and cannot be
     * understood. */
    bool (*read)(struct turn *turn, const struct http_in_request *request, struct delivery *out,
                 struct err *err);
    const char *content_type, *answer; /* to what was taken, now or before; NULL: no body */
};

/* The row of a way in that the main file or a workspace's has opened, NULL: there is none at this
 * path. */
const struct webhook *webhook_find(const struct config *config, const char *path);

/* Sees to it that what a notification names is looked at again. False: the store failed. */
bool webhook_take(struct turn *turn, const char *tenant, const struct notification *notification);

/* ---- for the senders' files ---- */

/* Adds an id of an account, opportunity or contract; false: its shape is another, or there is no
 * room. */
bool notification_add(struct notification *notification, struct arena *arena, const char *id);

/* A body that is our own JSON: {"account_id","opportunity_id","contract_id","id"}, all optional. */
bool webhook_read_json(struct turn *turn, const struct http_in_request *request,
                       struct delivery *out, struct err *err);

bool salesforce_flow_is_open(const struct config *config);
bool salesforce_flow_verify(struct turn *turn, const struct http_in_request *request,
                            struct delivery *out, struct err *err);
bool salesforce_flow_read(struct turn *turn, const struct http_in_request *request,
                          struct delivery *out, struct err *err);

#define SALESFORCE_OUTBOUND_PATH "/hooks/salesforce/"
bool salesforce_outbound_is_open(const struct config *config);
bool salesforce_outbound_verify(struct turn *turn, const struct http_in_request *request,
                                struct delivery *out, struct err *err);
bool salesforce_outbound_read(struct turn *turn, const struct http_in_request *request,
                              struct delivery *out, struct err *err);

bool ironclad_is_open(const struct config *config);
bool ironclad_verify(struct turn *turn, const struct http_in_request *request, struct delivery *out,
                     struct err *err);
bool ironclad_read(struct turn *turn, const struct http_in_request *request, struct delivery *out,
                   struct err *err);

bool generic_is_open(const struct config *config);
bool generic_verify(struct turn *turn, const struct http_in_request *request, struct delivery *out,
                    struct err *err);
bool generic_read(struct turn *turn, const struct http_in_request *request, struct delivery *out,
                  struct err *err);

#endif
