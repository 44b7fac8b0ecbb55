/* What handlers are given and what they give back. A handler decides; it never
 * sends: what is to happen at once stands in the reply, what is to happen later is a job, written
 * in the same transaction as the state change and the audit line. */
#ifndef HANDLERS_HANDLER_H
#define HANDLERS_HANDLER_H

#include "base/arena.h"
#include "base/config.h"
#include "base/json_node.h"
#include "base/keyring.h"
#include "base/template.h"
#include "base/token.h"
#include "base/world.h"
#include "connectors/call.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>

/* How the process stands with Slack. */
struct vitals {
    unsigned connections; /* of Socket Mode, that are up */
    bool http;            /* in HTTP mode none is needed */
    bool identified;      /* Slack knows our bot token */
};

/* What one event or one job may touch. All borrowed; arena lives until the end of the turn
 * (handlers) or of the job (jobs). */
struct turn {
    struct world *world;
    struct db *db;
    const struct config *config;
    const struct keyring *keyring;
    const struct templates *templates;
    struct arena *arena;
    const struct vitals *vitals; /* NULL where nobody tells: jobs, the command line */
};

struct person;

/* Who is asking, through what. */
struct actor {
    const char *tenant;          /* Slack team id */
    const char *user_id;         /* U…; "usher" for jobs, "cli" */
    const char *via;             /* button command home view timer job poll cli */
    const struct person *person; /* as the door has read them; NULL: the store is asked */
};

enum request_kind { REQUEST_COMMAND, REQUEST_BUTTON, REQUEST_VIEW, REQUEST_EVENT };

/* One envelope from Slack, decoded. Strings are NULL where the kind has none; all borrowed for the
 * call. */
struct request {
    enum request_kind kind;
    struct actor actor;
    const char *enterprise; /* the organisation's id (Enterprise Grid), NULL. As it comes from
                               Slack, actor.tenant may be NULL where this is not */
    const char
        *name; /* command's verb is not cut yet: "/onboard"; action_id; callback_id; event type */
    const char *text;       /* command text; button value */
    const char *channel;    /* where it happened */
    const char *message_ts; /* the message that holds the button */
    const char *thread_ts;
    const char *trigger_id;
    const char *response_url;
    const char *view_id, *view_hash, *private_metadata;
    const char *tab;           /* app_home_opened: "home" */
    struct json_node *state;   /* view.state.values, borrowed; NULL */
    struct json_node *event;   /* inner event, borrowed; NULL */
    const struct token *token; /* buttons and views: their signed state, verified by route_dispatch;
                                  a handler never sees a request whose token was refused */
    bool answer_in_ack;        /* accepts_response_payload */
    const char *
        reference; /* short reference for people, which the log knows: the end of the envelope id */
};

/* A view that must open at once: trigger_id lives 3 s. */
struct view_open {
    const char *trigger_id;
    const char *view; /* JSON */
};

/* What the caller does for the handler after the commit. Zeroed before the call; memory from the
 * turn's arena. */
struct reply {
    const char *ack;     /* payload of the acknowledgement, JSON; NULL: bare */
    const char *respond; /* body for the response_url, JSON (an ephemeral answer where the
                            acknowledgement takes none); NULL: none */
    struct view_open open_view;
};

/* Handles a request inside a savepoint of the turn's transaction. False: the savepoint is rolled
 * back, the person is told that nothing was changed, with the reference, and err is logged. */
typedef bool request_handler(struct turn *turn, const struct request *request, struct reply *reply,
                             struct err *err);

/* One row of a table in handlers/routes.c. */
struct route {
    const char *name; /* verb, action_id (up to a ':'), callback_id, event type */
    request_handler *handle;
    bool read_only;      /* writes nothing, needs no dedupe record */
    const char *usage;   /* commands: "status [ACCOUNT|ONB-n]" */
    const char *summary; /* commands: one line of help */
    const char *detail;  /* commands: more, NULL */
};

/* A sentence to the one who asked, who alone sees it: a command's in the acknowledgement where it
 * takes a payload, else by response_url; where there is none (a modal, Home), as a modal of its
 * own. An event can be answered by nothing: its sentence is logged. text is ours, already escaped
 * mrkdwn. */
void reply_text(struct turn *turn, const struct request *request, struct reply *reply,
                const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The same with blocks: a rendered template {"text":…,"blocks":[…]}. */
bool reply_template(struct turn *turn, const struct request *request, struct reply *reply,
                    const char *template_name, struct value *context, struct err *err);

/* The same for everyone in the channel; where the request has no channel, for the one who asked. */
bool reply_in_channel(struct turn *turn, const struct request *request, struct reply *reply,
                      const char *template_name, struct value *context, struct err *err);

#endif
