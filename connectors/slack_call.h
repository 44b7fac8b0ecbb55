/* What the Slack calls share: how a method is asked (form body, token, pace) and what its answer
 * means. Inside connectors/ only; the calls themselves stand in slack.h. */
#ifndef CONNECTORS_SLACK_CALL_H
#define CONNECTORS_SLACK_CALL_H

#include "base/buf.h"
#include "base/json_node.h"
#include "connectors/call.h"

enum {
    SLACK_TEXT_MAX = 4000,       /* UTF-16 units of a message's text that chat.update takes */
    SLACK_PARALLEL = 8,          /* requests under way per method and workspace */
    SLACK_RETRY_AFTER_MS = 30000 /* where a 429 names no time; Slack's own SDKs assume as much */
};

struct slack_method {
    const char *name;   /* "chat.postMessage" */
    bool effect;        /* repeating it would say or open something twice */
    bool app_token;     /* the app's token instead of the bot's */
    bool by_secret;     /* the app's client id and secret instead of a token */
    int64_t timeout_ms; /* 0: the default of HTTP */
};

/* Appends "&name=value", percent-encoded; nothing when value is NULL. */
void slack_form_add(struct buf *form, const char *name, const char *value);

/* Adds the metadata by which a message is found again: {"event_type":"usher",
 * "event_payload":{"job":…}}; nothing when job_id is NULL. */
void slack_form_add_job(struct buf *form, const char *job_id);

/* Makes call->request ask for the method with this form (taken: released here). tenant NULL: the
 * workspace of the configuration. Fails with FAILURE_AUTH when there is no token. */
struct step slack_request(struct call *call, const struct slack_method *method, const char *tenant,
                          struct buf *form);

/* For calls whose one request was made when they were made. */
struct step slack_first_step(const struct call *call);

/* Reads the answer into the scratch arena, which is empty and the caller releases. Returns the
 * object whose `ok` is true, or NULL with call->failure set and the arena empty; then the step is
 * slack_failed(). */
struct json_node *slack_reply(struct call *call, const struct slack_method *method,
                              const struct http_reply *reply, struct arena *scratch);
struct step slack_failed(void);

/* An answer that says ok without what it must hold: its effect is as unknown as that of none. */
struct step slack_garbled(struct call *call, const struct slack_method *method,
                          const char *missing);

/* A copy in the call's arena of the string at path; NULL where there is none, or an empty one. */
const char *slack_copy(struct call *call, struct json_node *body, const char *path);

/* The class of Slack's own word for what went wrong; a word that is not known is permanent. */
enum failure_class slack_class_of(const char *word, bool effect);

#endif
