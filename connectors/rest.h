/* What the calls of a JSON system with expiring tokens share: fetching the token once for all
 * (single flight), sending, one new token when the old one is refused, bounded retries, reading the
 * reply, and leaving alone a system that does not answer (struct circuit). A connector says what to
 * send and what to make of each good reply:
 *
 *   start() ─> rest_send ─> [token] ─> request ─> on_reply() ─> rest_send … ─> call_done
 *                                      └ retries, 401 ┘
 */
#ifndef CONNECTORS_REST_H
#define CONNECTORS_REST_H

#include "connectors/call.h"
#include "connectors/facts.h"
#include "connectors/session.h"

#include "base/json.h"

struct rest_call;

/* Called with a good reply, parsed; root is borrowed. Returns the next step. */
typedef struct step rest_reply(struct rest_call *rest, struct json_object *root);

/* One a system. */
struct rest_system {
    enum system system;
    /* Fills the request that fetches a token. False: err says what is not configured. NULL: this
     * system's requests are signed one by one, there is no token. */
    bool (*ask_token)(struct rest_call *rest, struct http_request *request, struct err *err);
    /* Takes the token from a good reply into the session. */
    bool (*take_token)(struct rest_call *rest, struct json_object *root, struct err *err);
    /* Where paths start: no '/' at its end. */
    const char *(*base_url)(const struct rest_call *rest);
    /* Adds the headers of one attempt: authorisation and what the system wants to see. */
    void (*authorize)(struct rest_call *rest, struct http_request *request);
    /* Refines the class by what stands in the body or headers (root NULL: it was no JSON). */
    void (*read_error)(const struct http_reply *reply, struct json_object *root,
                       struct failure *failure);
    /* Looks at every answer's headers; may be NULL. */
    void (*note_reply)(struct rest_call *rest, const struct http_reply *reply);
};

struct rest_request {
    enum http_method method;
    const char *path;      /* appended to the base URL */
    const char *body;      /* JSON, NULL: none */
    rest_reply *on_reply;  /* a good reply */
    rest_reply *on_refuse; /* NULL, or: call->failure is set; the system has answered (root NULL:
                              no JSON), a retry is not worth it. Returning what rest_give_up gives
                              fails the call. */
};

/* One a kind of call. */
struct rest_kind {
    struct call_type type; /* its step is rest_step */
    const struct rest_system *system;
    struct step (*start)(struct rest_call *rest); /* gives the first rest_send */
    void (*drop)(struct rest_call *rest); /* at a failure: what was half read goes; may be NULL */
};

/* The head of what such a call keeps to itself; call->own points to it. */
struct rest_call {
    struct call *call;
    const struct rest_kind *kind;
    const struct rest_system *system;
    struct rest_request pending; /* under way, kept for another attempt */
    const char *token_used;      /* copy: which token the refused one was */
    bool renewed;                /* a new token was fetched after a refusal */
    struct mono started;
    struct source_state *source; /* filled at the end; NULL: nobody asks; of a system left alone,
                                    with what it failed with last: one outage is one fact */
    bool left_alone;
};

/* The step of every kind. */
struct step rest_step(struct call *call, const struct http_reply *reply);

/* Makes the call (zeroed, of call_size bytes, beginning with struct call) and what it keeps to
 * itself (zeroed, of rest_size bytes, beginning with struct rest_call), which is returned. */
void *rest_new(const struct call_env *env, const struct rest_kind *kind, size_t call_size,
               size_t rest_size);
struct step rest_send(struct rest_call *rest, const struct rest_request *request);
struct step rest_give_up(struct rest_call *rest);
/* Another attempt of what is pending where call->failure is worth one, else the failure. */
struct step rest_retry(struct rest_call *rest);

/* The session of this call's system. */
struct session *rest_session(const struct rest_call *rest);

/* ---- small things that connectors need at the border ---- */

/* https, or http to a loopback address; with a host, without user or white space. */
bool rest_url_is_safe(const char *url);
/* Printable ASCII without spaces, of 1 … 8191 characters: what may stand in a header. */
bool rest_token_is_sane(const char *token);
/* Longest text that is taken over, in UTF-16 units: names have 255 at most where they come from. */
enum { REST_TEXT_MAX = 1000 };
/* take_token of OAuth 2.0 (RFC 6749 section 5.1): access_token, and expires_in as a number or a
 * text, believed up to a day. */
bool rest_take_token(struct rest_call *rest, struct json_object *root, struct err *err);
/* A copy in the arena, cut there; NULL where the value is absent, empty or of another type. */
const char *rest_text(struct arena *arena, struct json_object *record, const char *path);
/* Room for one more item behind `count` of them; returns the array, maybe moved. */
void *rest_room(struct arena *arena, void *items, size_t count, size_t size);
/* Text from outside into a failure: bounded, one line, secrets masked. */
void rest_describe(struct failure *failure, const char *code, const char *message);

#endif
