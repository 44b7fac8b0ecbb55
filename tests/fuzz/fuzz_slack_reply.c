/* Slack's answers: the first byte picks the call, the rest is its replies (drive.h). */
#include "connectors/slack.h"

#include "tests/fuzz/drive.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>

static struct call *make(const struct call_env *env, uint8_t which)
{
    const struct slack_saying saying = {.tenant = "T1",
                                        .channel = which & 1 ? "C1" : NULL,
                                        .user_id = which & 1 ? NULL : "U1",
                                        .thread_ts = which & 2 ? "1.1" : NULL,
                                        .text = "text",
                                        .blocks = "[]",
                                        .job_id = "01JOB",
                                        .may_exist = which & 4,
                                        .since = {1776686400000}};
    switch (which >> 4) {
    case 0:
        return &slack_connections_open(env)->call;
    case 1:
        return &slack_auth_test(env)->call;
    case 2:
        return slack_update(env, "T1", "C1", "1.1", "text", NULL, "01JOB");
    case 3:
        return slack_post_ephemeral(env, "T1", "C1", "U1", NULL, "text", NULL);
    case 4:
        return slack_respond(env, "https://hooks.slack.com/a", "{}");
    case 5:
        return &slack_views_publish(env, "T1", "U1", "{}")->call;
    case 6:
        return &slack_users_info(env, "U1")->call;
    case 7:
        return (which & 12) == 12 ? &slack_teams_list(env)->call
               : which & 8        ? &slack_users_list(env, NULL, "next")->call
               : which & 4        ? &slack_usergroups_list(env, NULL)->call
                                  : &slack_group_members(env, NULL, "S1")->call;
    default:
        return &slack_post(env, &saying)->call;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct drive drive;
    if (size < 1)
        return 0;
    drive_init(&drive);
    struct call *call = make(&drive.env, data[0]);
    bool done = drive_call(&drive, call, data + 1, size - 1);
    if (done && data[0] >= 0x80)
        assert(((struct slack_post *)call)->ts && ((struct slack_post *)call)->channel);
    drive_release(&drive);
    return 0;
}
