/* Looks at everything that the bot sends to Slack: JSON, Block Kit's limits, and that nothing from
 * outside pings, marks up, hides or breaks a line. Ends the process where something does. */
#ifndef TESTS_SCENARIO_SLACK_JUDGE_H
#define TESTS_SCENARIO_SLACK_JUDGE_H

#include <stddef.h>

/* From now on, in this scene. */
void slack_judge_begin(void);
/* What is at work, for what fails; borrowed. */
void slack_judge_name(const char *field, const char *text);
/* An acknowledgement's payload or another JSON text with "text", "blocks" or "view". */
void slack_judge_payload(const char *json);
/* How many texts were looked at since slack_judge_begin. */
size_t slack_judge_count(void);

#endif
