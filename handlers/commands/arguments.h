/* What people type after a verb, cut into words, and the onboarding they mean by it. */
#ifndef HANDLERS_COMMANDS_ARGUMENTS_H
#define HANDLERS_COMMANDS_ARGUMENTS_H

#include "db/onboardings.h"
#include "handlers/handler.h"
#include "handlers/item.h"

enum { ARGUMENTS_MAX = 24, ARGUMENT_TEXT_MAX = 2000, REASON_TEXT_MAX = 1000 };

/* Words are cut at white space; "…" and the curly quotes that phones type keep a phrase together.
 * Slack's &amp; &lt; &gt; are characters again. All memory from the arena. */
struct arguments {
    const char *words[ARGUMENTS_MAX];
    size_t count;
    const char *all; /* the whole text, quotes of a single phrase taken off: a bare name */
};

/* False, with words: a quote without its end, too many words, too much text. */
bool arguments_parse(struct arena *arena, const char *text, struct arguments *out, struct err *err)
    __attribute__((warn_unused_result));

/* The words from `first` on as one text, "" when there are none. */
const char *arguments_from(struct arena *arena, const struct arguments *arguments, size_t first);

/* Takes "--name VALUE" (value NULL: "--name" alone) out of the words. True where it stood there;
 * *value is NULL where its value is missing. */
bool arguments_take(struct arena *arena, struct arguments *arguments, const char *name,
                    const char **value);

/* Says the verb's usage line after what was wrong, "What is missing: …". Returns true: the request
 * is handled. */
bool reply_usage(struct turn *turn, const struct request *request, struct reply *reply,
                 const char *verb, const char *problem);

/* True when this person may work (which writes), else they were told why not. That they may look
 * was seen at the door: handlers/dispatch.c. */
bool allow_work(struct turn *turn, const struct request *request, struct reply *reply);

/* Takes "--opp ID" out of the words: the opportunity that is to drive; NULL where none is named.
 * False: the person was told what is wrong with it. */
bool opportunity_take(struct turn *turn, const struct request *request, struct reply *reply,
                      const char *verb, struct arguments *arguments, const char **out);

enum target_kind {
    TARGET_FOUND,
    TARGET_SEVERAL, /* the person was shown which */
    TARGET_UNKNOWN, /* nothing in the store has that name: the caller says what next */
    TARGET_FAILED   /* the store */
};

/* The onboarding that text names: ONB-n, a Salesforce account or opportunity id, a name (equal,
 * else the only one that holds it). */
enum target_kind target_find(struct turn *turn, const struct request *request, struct reply *reply,
                             const char *text, struct onboarding *out, struct err *err);
/* The same, and the person is told when there is none. True: *out is set; false: the request is
 * handled (err ERR_NONE), or the store failed. */
bool target_need(struct turn *turn, const struct request *request, struct reply *reply,
                 const char *text, struct onboarding *out, struct err *err);

/* The onboarding that text names exactly: ONB-n, an id, or the equal name of one account alone. */
bool target_exact(struct turn *turn, const struct request *request, const char *text,
                  struct onboarding *out);

/* Parses "VERB ONB-n [rN] [reason]" for approve and reject, "VERB ONB-n" for claim and release. */
struct item_arguments {
    int64_t number;
    int64_t revision;   /* 0: not given */
    const char *reason; /* NULL: none */
    const char **words; /* what it is made of, in the arena */
    size_t word_count;
};
/* False: the person was told. */
bool item_arguments_parse(struct turn *turn, const struct request *request, struct reply *reply,
                          const char *verb, bool takes_reason, struct item_arguments *out);
/* Says how a move ended; false when it failed. */
bool reply_moved(struct turn *turn, const struct request *request, struct reply *reply,
                 struct moved moved);

#endif
