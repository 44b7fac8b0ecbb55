/* A Slack workspace in memory: what was said is kept, and what people do travels as envelopes over
 * Socket Mode, redelivered until it is acknowledged, or as signed requests in HTTP mode. It behaves
 * as docs/slack.md and docs/socket-mode.md say that Slack does, in its less friendly moods too. */
#ifndef TESTS_SCENARIO_FAKE_SLACK_H
#define TESTS_SCENARIO_FAKE_SLACK_H

#include "tests/scenario/world_sim.h"

#define TEAM        "T0SANDBOX"
#define CHANNEL     "C0ONBOARD"
#define OTHER       "T0SECOND" /* a workspace that can install the bot, with people as here */
#define OTHER_TEAM  "T0OTHER"  /* another workspace; it has no people, channels or messages here */
#define OTHER_TOKEN "xoxb-2-other"
#define MAYA        "U0MAYA" /* CSM and approver */
#define BO          "U0BO"   /* the second approver */
#define LEE         "U0LEE"  /* CS manager */
#define KIM         "U0KIM"  /* CS director */
#define FAY         "U0FAY"  /* Finance */
#define DEE         "U0DEE"  /* Finance director */
#define ANA         "U0ANA"  /* owns the accounts */
#define RAJ         "U0RAJ"  /* administrator */
#define GUS         "U0GUS"  /* guest */

struct slack_message {
    char channel[24], ts[24], thread_ts[24];
    char job[32]; /* of the metadata */
    char *text, *blocks;
    unsigned edits;
    bool deleted;
};

struct slack_whisper { /* an ephemeral message, a modal, a Home */
    char where[24];    /* channel; view id; "home" */
    char user[24];
    char *text; /* or the view's JSON */
    char *blocks;
};

/* What a person did, or what happened in the workspace: one envelope, however often delivered. */
struct slack_act {
    uint64_t number;
    const char *type; /* "slash_commands" … */
    char user[24], trigger[32];
    char *payload;
    bool foreign;      /* done in OTHER_TEAM */
    bool kept;         /* acknowledged, and looked for in the store (invariants.c) */
    bool accepts;      /* a payload in the acknowledgement */
    bool failed;       /* no connection was there: the person saw an error, it never happened */
    bool gave_up;      /* not delivered again */
    bool trigger_used; /* a view was opened with it */
    unsigned deliveries, acks;
    unsigned answered;    /* HTTP mode: deliveries that got an answer, whatever it was */
    uint64_t connection;  /* of the last delivery */
    struct mono done_at;  /* when it was done */
    struct mono acked_at; /* the first */
    char *ack;            /* payload of the first, "" for a bare one; NULL: none yet */
    bool ack_differs;     /* a later one had another payload */
    size_t ack_bytes;     /* the longest frame */
    char *answer;         /* what came by the response URL, one after the other; NULL */
};

struct slack_connection {
    uint64_t id;
    bool live; /* as far as Slack knows */
    struct mono opened_at;
};

enum { SLACK_LIFETIME_S = 18060, SLACK_PEOPLE_MAX = 128 };

struct slack_person {
    const char *id, *name, *email, *zone;
    const char *team; /* NULL: TEAM */
    const char *status_emoji, *status_text;
    bool guest, stranger, deleted;
    bool approver; /* of the group S0APPROVE */
};

struct fake_slack {
    struct sim *sim;
    const char *team;           /* which workspace this is */
    struct fake_slack *another; /* the next one of the same Slack; NULL */
    char token[64];             /* the bot's that counts; "" : the app is not installed */
    char refresh_token[64];     /* "" : it does not rotate */
    unsigned grants;            /* tokens given so far, each another one */
    int64_t rotates_s;          /* tokens that are granted from now on live so long; 0: for ever */
    const char *code;           /* of the authorize page; NULL: none, or it was used */
    const char *enterprise;     /* the organisation that it belongs to; NULL */
    bool org_wide;              /* the app is installed for all of that */
    struct slack_message *messages;
    size_t message_count, message_cap;
    struct slack_whisper *whispers, *views, *homes;
    size_t whisper_count, whisper_cap, view_count, view_cap, home_count, home_cap;
    struct slack_act **acts; /* owned one by one: pointers stay */
    size_t act_count, act_cap;
    struct slack_connection *connections;
    size_t connection_count, connection_cap;
    int64_t last_ts_us;
    unsigned raw_acks;

    const char *signing_secret;         /* HTTP mode; NULL: Socket Mode */
    struct delivery *posts;             /* of HTTP mode */
    int64_t lifetime_s;                 /* of a connection; 0: for ever, and hello does not say */
    int64_t redeliver_ms;               /* an unacknowledged act comes again after this; 0: never */
    bool elsewhere;                     /* what is done now, is done in OTHER_TEAM */
    unsigned late_permille;             /* an act comes later than what was done after it */
    unsigned duplicate_permille;        /* an act comes twice at once, on two connections */
    bool refuse_upgrades;               /* HTTP 408 */
    bool silent;                        /* no hello */
    const char *instead_of_hello;       /* a disconnect frame in its place; NULL */
    int64_t others;                     /* connections of somebody else's process */
    const char *shared;                 /* a channel with people of another organisation; NULL */
    const char *closed;                 /* a private channel; NULL */
    bool addressless;                   /* auth.test does not say where the workspace opens */
    const char *deactivated, *bot_left; /* a user id; a channel where the app is no member */
    const char *unlisted; /* a user id that nothing tells of, but who can be told; NULL */

    struct slack_person people[SLACK_PEOPLE_MAX];
    size_t person_count;

    struct buf said_elsewhere; /* all that was asked of Slack with OTHER_TOKEN */
    char trouble[200];         /* said twice, or another thing that Slack must never see; "" */
};

void slack_init(struct fake_slack *slack, struct sim *sim);
/* A second workspace of that Slack, where the app is not installed yet. What people do there comes
 * by HTTP. */
void slack_init_another(struct fake_slack *slack, struct fake_slack *first, const char *team);
void slack_release(struct fake_slack *slack);

/* ---- what people do: each is under way when the function returns ---- */

struct slack_act *slack_command(struct fake_slack *slack, const char *user, const char *text);
/* Presses the button of that action in a message; NULL where there is none. */
struct slack_act *slack_click(struct fake_slack *slack, const char *user,
                              const struct slack_message *message, const char *action);
/* A button with any value at all. */
struct slack_act *slack_click_value(struct fake_slack *slack, const char *user, const char *ts,
                                    const char *action, const char *value);
/* Submits the newest modal that this person has open. state: JSON of view.state.values. */
struct slack_act *slack_submit(struct fake_slack *slack, const char *user, const char *state);
struct slack_act *slack_open_home(struct fake_slack *slack, const char *user);
/* Writes an answer in the thread of a message in the channel; more: further members of the event.
 */
struct slack_act *slack_answer(struct fake_slack *slack, const char *user,
                               const struct slack_message *message, const char *text,
                               const char *more);
/* An envelope of any payload; its event_id or trigger is made here and stands for %s in it. */
struct slack_act *slack_send(struct fake_slack *slack, const char *type, const char *payload);
/* Delivers it once more, on another connection where there is one. */
void slack_redeliver(struct fake_slack *slack, struct slack_act *act);
/* A raw frame on the newest connection; one whose envelope_id begins with "raw-" may be
 * acknowledged: raw_acks. */
void slack_raw(struct fake_slack *slack, const char *frame);

/* The headers of a request with this body, signed at that time ("name: value\n" lines). */
void slack_sign(const char *secret, int64_t at_s, const char *body, char *out, size_t size);

/* ---- the directory ---- */

/* Whose row may be changed at will; slack_person_changed() then tells the bot of it. */
struct slack_person *slack_person(struct fake_slack *slack, const char *id);
struct slack_person *slack_person_add(struct fake_slack *slack, const char *id, const char *name);
/* The event of that type (user_change, team_join), with the person as they are now. */
struct slack_act *slack_person_changed(struct fake_slack *slack, const char *id, const char *type);
/* Into the group S0APPROVE or out of it, with the event. */
struct slack_act *slack_approver_changed(struct fake_slack *slack, const char *id, bool member);

/* ---- connections ---- */

size_t slack_live(const struct fake_slack *slack);
/* The oldest live one that is not `but`; 0: none. */
uint64_t slack_oldest(const struct fake_slack *slack, uint64_t but);
/* {"type":"disconnect","reason":…}; the connection is dropped `after_ms` later, < 0: never. */
void slack_disconnect(struct fake_slack *slack, uint64_t connection, const char *reason,
                      int64_t after_ms);

/* ---- what stands there ---- */

/* Where it opens in a browser. */
const char *slack_url(const struct fake_slack *slack, char out[64]);
/* The message to which a link leads, that begins here; NULL: none. */
const struct slack_message *slack_linked(const struct fake_slack *slack, const char *link);
/* Somebody deletes it: it cannot be edited any more. */
void slack_delete(struct slack_message *message);
/* The newest message in a channel (top level) that holds the words; NULL. */
struct slack_message *slack_find(struct fake_slack *slack, const char *channel, const char *words);
/* The value of the first button, or option of a menu, with this action; owned by the caller, NULL:
 * none. */
char *slack_button(const struct slack_message *message, const char *action);

#endif
