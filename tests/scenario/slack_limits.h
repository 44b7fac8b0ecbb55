/* What Slack takes: Block Kit's shapes and limits as Slack documents them, written down a second
 * time, so that a mistake in handlers/blocks.c cannot hide. Nothing of that file is used here. */
#ifndef TESTS_SCENARIO_SLACK_LIMITS_H
#define TESTS_SCENARIO_SLACK_LIMITS_H

/* Why Slack would refuse it, NULL: it takes it. Borrowed until the next call. */
const char *slack_refuses_blocks(const char *json); /* of a message */
const char *slack_refuses_view(const char *json);   /* a modal or a Home */
/* A body with "text", "blocks" or "view": an acknowledgement's payload, an answer by response URL.
 */
const char *slack_refuses_payload(const char *json);
/* An acknowledgement of a form: its "errors" stand under inputs that the view has. */
const char *slack_refuses_errors(const char *ack, const char *view);

#endif
