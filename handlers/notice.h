/* Noise: whether what is for one person to hear is said at once. Each person has a budget a day;
 * what is beyond it is folded into their digest and counted where they see it. The same words
 * within a minute are one. Outside their working time nothing is said but what is urgent. Every one
 * that is not said at once leaves a line in the audit log: notice.held, notice.folded,
 * notice.merged. docs/digest.md. */
#ifndef HANDLERS_NOTICE_H
#define HANDLERS_NOTICE_H

#include "db/notices.h"
#include "handlers/handler.h"

/* When it may be said: now, or the next minute of the person's working time. */
struct wall notice_time(struct turn *turn, const char *tenant, const char *user_id);
/* It waits until then: said in the audit log. object: "ONB-1042". */
bool notice_held(struct turn *turn, const char *tenant, const char *user_id, const char *object,
                 struct wall until);

/* What is to be said. urgent: it counts, and is never folded. content: a digest of the words. */
struct notice_asked {
    const char *tenant, *user_id, *purpose, *content;
    int64_t onboarding; /* 0: none */
    bool urgent;
};
enum notice_fate notice_judge(struct turn *turn, const struct notice_asked *asked);
/* It was said, or not: kept under the job's id; what was not, in the audit log too, and what was
 * folded, in what the person sees of it. summary: one line of our own markup. */
bool notice_keep(struct turn *turn, const struct notice_asked *asked, const char *job_id,
                 enum notice_fate fate, const char *summary);

/* A digest of a text of our own, for what has no card. */
const char *notice_content(struct arena *arena, const char *text);

#endif
