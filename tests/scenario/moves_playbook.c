/* What people do to playbooks: tasks, stages, pauses; by those who may and by those who may not,
 * to onboardings that have one and to others. */
#include "tests/scenario/moves.h"

#include <inttypes.h>

static void type(const char *text)
{
    const char *who = below(4) ? MAYA : someone();
    const struct slack_act *act = slack_command(&the.slack, who, text);
    told("%s types /onboard %s, act %" PRIu64, who, text, act->number);
}

static void change_a_task(void)
{
    static const char *const acts[] = {"done", "done", "done", "block", "skip", "open", "list"};
    static const char *const whys[] = {"", " \"they are away\""};
    type(arena_fmt(&the.arena, "task %s %s T-%d%s", ONE_OF(acts), some_number(), (int)below(16),
                   ONE_OF(whys)));
}

/* A stage's worth of them, so that some are completed. */
static void finish_many(void)
{
    const char *number = some_number();
    int first = (int)below(3) * 5 + 1;
    for (int i = first; i < first + 5; i++)
        slack_command(&the.slack, MAYA, arena_fmt(&the.arena, "task done %s T-%d", number, i));
    told("%s says that five tasks of %s are done, from T-%d on", MAYA, number, first);
}

static void end_a_stage(void)
{
    static const char *const names[] = {"kick", "Technical setup", "go-live", "t", "x"};
    type(arena_fmt(&the.arena, "stage done %s %s", some_number(), ONE_OF(names)));
}

static void pause_or_resume(void)
{
    type(
        arena_fmt(&the.arena, "%s %s \"they move\"", below(2) ? "pause" : "resume", some_number()));
}

static void look(void)
{
    static const char *const looks[] = {"status", "task list", "timeline"};
    type(
        arena_fmt(&the.arena, "%s %s%s", ONE_OF(looks), some_number(), below(4) ? "" : " --share"));
}

const struct move moves_of_playbooks[] = {
    {10, change_a_task},  {4, finish_many}, {2, end_a_stage},
    {3, pause_or_resume}, {2, look},        {0, NULL},
};
