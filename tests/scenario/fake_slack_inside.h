/* What the parts of the fake workspace share: the Web API (fake_slack.c), Socket Mode
 * (fake_slack_socket.c) and HTTP mode (fake_slack_http.c). */
#ifndef TESTS_SCENARIO_FAKE_SLACK_INSIDE_H
#define TESTS_SCENARIO_FAKE_SLACK_INSIDE_H

#include "tests/scenario/fake_slack.h"

/* Room for one more; aborts without memory. */
void *slack_grown(void *items, size_t count, size_t *cap, size_t size);
char *slack_copied(const char *text);
/* Remembers the first thing that went wrong. fmt holds one %s. */
void slack_trouble(struct fake_slack *slack, const char *fmt, const char *what)
    __attribute__((format(printf, 2, 0)));

/* A decoded member of a form; "" where there is none. */
void slack_form(char *out, size_t size, const char *body, const char *name);
void slack_refuse(struct sim_answer *answer, const char *error);

/* The directory (fake_directory.c). */
void slack_directory_init(struct fake_slack *slack);
typedef void slack_method_answer(struct fake_slack *slack, const char *body,
                                 struct sim_answer *answer);
slack_method_answer slack_users_info_answer, slack_users_list_answer, slack_users_by_email_answer,
    slack_group_users_answer, slack_teams_list_answer;

/* Links in whatever is sent lead to messages that stand there (fake_slack_links.c). */
void slack_check_links(struct fake_slack *slack, const char *text);

/* Nothing of ours is told to another workspace. */
void slack_check_told(struct fake_slack *slack, const struct slack_act *act, const char *text);
/* The modal that this person has open is another one now: the view as JSON. */
void slack_view_updated(struct fake_slack *slack, const char *user, const char *view);
struct slack_act *slack_act_by_trigger(struct fake_slack *slack, const char *trigger);
struct sim_listener slack_listener(struct fake_slack *slack);

/* An acknowledgement's payload as text, "" for a bare one; bytes: of all that carried it. */
void slack_take_ack(struct fake_slack *slack, struct slack_act *act, const char *payload,
                    size_t bytes);
/* Delivers it as a request, once more where it was delivered before. */
void slack_send_http(struct fake_slack *slack, struct slack_act *act);
void slack_posts_free(struct fake_slack *slack);

#endif
