/* One scene: the whole bot on the simulated world, with a Slack workspace and the systems around
 * it, in the field's own words. There is one at a time, `the` scene. docs/testing.md shows how to
 * write one. What is expected and does not come ends the process with place, time and seed. */
#ifndef TESTS_SCENARIO_SCENE_H
#define TESTS_SCENARIO_SCENE_H

#include "base/config.h"
#include "bot/bot.h"
#include "db/db.h"
#include "tests/scenario/fake_mail.h"
#include "tests/scenario/fake_slack.h"
#include "tests/scenario/fake_systems.h"

struct scenario {
    const char *name;
    void (*play)(void);
};

struct scene_options {
    uint64_t seed;        /* 0 stands for 1 */
    int64_t speed;        /* of people's clock; 0 stands for 1 */
    int connections;      /* standing Socket Mode connections; 0 stands for 2 */
    const char *calendar; /* JSON of the section; NULL: the whole week is working time, in UTC */
    bool business;        /* escalations count working time */
    const char *routes;   /* JSON of the section; NULL: everyone is told by role */
    const char *finance;  /* JSON of the role's list; NULL: FAY */
    int undo_s;           /* 0: an approval is applied at once */
    bool http;            /* slack.mode is "http" */
    bool digest;          /* everyone who works here gets one */
    int budget;           /* notices a person and day; 0: without end */
    bool mail;            /* the section mail is configured */
    bool other;           /* OTHER_TEAM has installed the bot, and has no file of its own */
    int64_t look_every; /* rows written between two looks at the invariants; 0: after every turn */
    bool two;           /* a second workspace can install the app (the.other); HTTP mode */
    const char *settings; /* its file in workspaces.dir, JSON; NULL: none */
    const char *unlisted; /* a user id whom Slack tells nothing of; NULL */
    bool asleep;          /* the bot is made, but the caller starts it */
};

/* What fail_at found, for a process that waits for this one. */
struct breach {
    bool quiet; /* set by that process: nothing is kept for people to look at */
    bool failed;
    size_t move;    /* of random days: how far they came */
    char where[80]; /* "tests/scenario/invariants.c:74" */
    char what[240];
};
extern struct breach *noted; /* NULL: nobody waits */

/* When a process dies, counted from the moment that this is set. */
enum death {
    DEATH_NONE,
    DEATH_BEFORE_COMMIT,
    DEATH_AFTER_COMMIT,
    DEATH_IN_WRITE, /* of its file, at any byte */
    DEATH_IN_SEND,  /* of a frame or request: it is lost, and nothing follows */
};

enum { POSTED_MAX = 16 };

struct scene {
    struct scene_options options;
    struct sim sim;
    struct fake_slack slack;
    struct fake_slack other;
    struct fake_slack *here; /* where people act and are looked at: the.slack, else the.other */
    struct fake_systems systems;
    struct fake_mail mail;
    struct config config;
    struct keyring keyring;
    struct templates templates;
    struct db *db;
    struct sqlite3 *outside; /* a second look at the same file */
    struct bot *bot;
    struct arena arena; /* of questions to the store; dropped by settle() */
    char folder[64], path[96];
    int64_t changes_seen;
    unsigned written; /* tables, since they were looked at; invariants.c knows the bits */
    struct sim_visit posted[POSTED_MAX];
    size_t posted_count;
    bool commits_fail;
    enum death death;
    bool dead;
    unsigned crashes;
    uint64_t turns;
    size_t heap_most, in_flight_most; /* of the bot: bytes at its end, open requests */
    int64_t audited;                  /* the last audit row that was looked at */
    struct mono store_well_at;        /* the store was opened, or took what is written again */
    const char *may_die; /* kinds of jobs that a scene makes fail for good, by commas; NULL: none */
    unsigned apologies;  /* "something went wrong" that a scene asked for */
};
extern struct scene the;
extern const char *playing; /* the scenario's name, for what fails */

/* ---- the scene ---- */

void scene_start(struct scene_options options);
/* A scene as most want it. */
void scene(void);
/* Heals all faults, lets everything come to rest, and checks what must hold in the end. */
void scene_end(void);
/* The file and what stands beside it. */
void scene_remove_store(void);

/* ---- time ---- */

/* People's time; what happens meanwhile happens. */
void advance(int64_t ms);
/* A few seconds of machine time: whatever is under way without faults is done after it. */
void settle(void);

/* ---- people; settled when the function returns, but for begin_… ---- */

struct slack_act *say(const char *user, const char *text);
struct slack_act *begin_say(const char *user, const char *text);
/* The button of that action on the card of "ONB-1001". */
struct slack_act *click(const char *user, const char *action, const char *onb);
struct slack_act *begin_click(const char *user, const char *action, const char *onb);
/* The same in the person's DM with the bot. */
struct slack_act *click_dm(const char *user, const char *action, const char *onb);
/* As a person approves: presses the button, and where a form opens ticks everything, says why and
 * submits it. Gives what was answered last. click(…, "approve", …) does the same. */
struct slack_act *begin_approve(const char *user, const char *onb);
/* The same with the button in any message. */
struct slack_act *approve_in(const char *user, const struct slack_message *message);
/* Submits the approval form that this person has open with so many of its ticks, all: -1. reason
 * and pay_by may be NULL. */
struct slack_act *begin_ticks(const char *user, int ticks, const char *reason, const char *pay_by);
struct slack_act *submit_ticks(const char *user, int ticks, const char *reason, const char *pay_by);
/* Presses, and leaves an approval form that opens as it is. */
struct slack_act *press_approve(const char *user, const char *onb);
/* Fills in the reject form that this person has open. */
struct slack_act *submit_reject(const char *user, const char *reason, const char *comment);

/* Writes an answer in the thread of the card; more: further members of the event, or "". */
struct slack_act *answer_in_thread(const char *user, const char *onb, const char *text,
                                   const char *more);
/* A button in what a command was answered, by the person who sees it. */
struct slack_act *press_answer(const char *user, const struct slack_act *asked, const char *action);
/* Submits the form that this person has open; state: JSON of view.state.values. */
struct slack_act *submit(const char *user, const char *state);

/* Runs to so long after day 0 of the only item. */
void until_after_day_0(int64_t ms);

/* Everything that the person was told because of it: the acknowledgement as JSON, then what came by
 * the response URL. */
const char *answer_of(const struct slack_act *act);

/* ---- deals ---- */

struct fake_account *win(const char *name); /* clean, and known to the bot when it returns */
/* With one invoice so many days overdue: a question for CS from day one. */
struct fake_account *win_overdue(const char *name, int days);

/* ---- requests to the bot's own server; settled, but for begin_… ---- */

#define HOOK_SECRET    "scenario-hook-secret"
#define SIGNING_SECRET "scenario-signing-secret"
#define CLIENT_SECRET  "scenario-client-secret"
#define OTHER_SECRET   "scenario-others-hook-secret"
#define ORGANIZATION   "00D000000000001"

/* headers: "name: value\n" lines. Strings are borrowed for the scene's life. */
struct sim_visit *begin_post(const char *path, const char *headers, const char *body);
struct sim_visit *post(const char *path, const char *headers, const char *body);
/* As a Flow of Salesforce posts it. */
struct sim_visit *post_flow(const char *body);

/* ---- the process ---- */

void crash(void); /* kill -9, between two turns */
void boot(void);
/* False: the store could not be opened, and the process would end with this. */
bool try_boot(struct err *err);
void crash_and_restart(void);
/* kill -9 in the next turn that writes. */
void crash_around_commit(enum death death);
/* kill -9 in the nth write (DEATH_IN_WRITE; after `byte`, modulo its length) or in the nth frame or
 * request (DEATH_IN_SEND) from now. */
void crash_in(enum death death, unsigned nth, uint64_t byte);
/* SIGTERM: drains for at most 10 s of machine time; false if that was not enough. The bot is gone
 * then, and boot() starts the next one. */
bool stop(void);

/* ---- the store ---- */

/* One number, or text (NULL for NULL, "" for no row), of what is committed; also while the bot is
 * down. */
int64_t stored(const char *sql);
const char *stored_text(const char *sql);

/* ---- expectations ---- */

#define HERE __FILE__, __LINE__

_Noreturn void fail_at(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The message in the channel that tells of this onboarding. */
struct slack_message *card_at(const char *file, int line, const char *onb);
void expect_card_at(const char *file, int line, const char *onb, const char *words, bool there);
void expect_dm_at(const char *file, int line, const char *user, const char *words, size_t times);
void expect_note_at(const char *file, int line, const char *onb, const char *words, size_t times);
void expect_told_at(const char *file, int line, const char *user, const char *words);
void expect_answer_at(const char *file, int line, const struct slack_act *act, const char *words);
/* The blocks of the newest digest of this person. */
const char *digest_of(const char *user);
void expect_number_at(const char *file, int line, const char *what, int64_t found, int64_t wanted);
void expect_text_at(const char *file, int line, const char *found, const char *wanted);

#define expect(cond)                                                                               \
    do {                                                                                           \
        if (!(cond))                                                                               \
            fail_at(HERE, "not so: %s", #cond);                                                    \
    } while (0)
#define card(onb)                      card_at(HERE, onb)
#define expect_card(onb, words)        expect_card_at(HERE, onb, words, true)
#define expect_not_on_card(onb, words) expect_card_at(HERE, onb, words, false)
#define expect_dm(user, words)         expect_dm_at(HERE, user, words, 1)
#define expect_no_dm(user, words)      expect_dm_at(HERE, user, words, 0)
#define expect_note(onb, words)        expect_note_at(HERE, onb, words, 1)
#define expect_no_note(onb, words)     expect_note_at(HERE, onb, words, 0)
#define expect_told(user, words)       expect_told_at(HERE, user, words)
#define expect_answer(act, words)      expect_answer_at(HERE, act, words)
#define expect_number(found, wanted)                                                               \
    expect_number_at(HERE, #found, (int64_t)(found), (int64_t)(wanted))
#define expect_stored(sql, wanted)      expect_number_at(HERE, sql, stored(sql), wanted)
#define expect_stored_text(sql, wanted) expect_text_at(HERE, stored_text(sql), wanted)

/* ---- what must always hold: invariants.c ---- */

/* A query that gives a row for each breach, kept prepared. In its text may stand :audited (the last
 * audit row that was looked at), :lease_over and :overdue (until when a lease must have been
 * renewed, a job begun). */
struct check {
    const char *what, *sql;
    struct sqlite3_stmt *stmt;
};
/* False: the first column of the first row is in `found`. */
bool holds(struct check *check, char *found, size_t size);
void check_release(struct check *check);

/* A row of this table was written. NULL: of any, for all that is known. */
void invariants_written(const char *table);
void invariants_after_turn(void *scene);
void invariants_at_end(void);
void invariants_release(void);

#endif
