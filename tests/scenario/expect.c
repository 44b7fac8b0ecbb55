/* What a scene expects to see, and how it says that it did not. */
#include "tests/scenario/scene.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct breach *noted;

static void note(const char *file, int line, const char *fmt, va_list args)
{
    noted->failed = true;
    snprintf(noted->where, sizeof noted->where, "%s:%d", file, line);
    vsnprintf(noted->what, sizeof noted->what, fmt, args);
    if (noted->quiet) {
        scene_remove_store();
        _exit(1);
    }
}

_Noreturn void fail_at(const char *file, int line, const char *fmt, ...)
{
    char at[WALL_TEXT_SIZE];
    va_list args;
    if (noted) {
        va_start(args, fmt);
        note(file, line, fmt, args);
        va_end(args);
    }
    printf("FAIL %s\n  %s:%d: ", playing, file, line);
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    printf("\n  seed %" PRIu64 ", %s, %" PRId64 " ms of machine time, %u crashes; store: %s\n",
           the.options.seed, wall_format(the.sim.world.now, at), the.sim.world.mono.ms, the.crashes,
           the.path);
    fflush(stdout);
    _exit(1);
}

struct slack_message *card_at(const char *file, int line, const char *onb)
{
    struct slack_message *message = slack_find(the.here, CHANNEL, onb);
    if (!message)
        fail_at(file, line, "no message about %s in the channel", onb);
    return message;
}

void expect_card_at(const char *file, int line, const char *onb, const char *words, bool there)
{
    const struct slack_message *message = card_at(file, line, onb);
    bool found = strstr(message->text, words) || strstr(message->blocks, words);
    if (found != there)
        fail_at(file, line, "\"%s\" %s on the card: %s\n%s", words,
                there ? "does not stand" : "stands", message->text, message->blocks);
}

/* Messages in a channel, or in the thread of a message. */
static size_t count_messages(const char *channel, const char *thread_ts, const char *words)
{
    size_t count = 0;
    for (size_t i = 0; i < the.here->message_count; i++) {
        const struct slack_message *message = &the.here->messages[i];
        count += strcmp(message->channel, channel) == 0 &&
                 strcmp(message->thread_ts, thread_ts) == 0 &&
                 (strstr(message->text, words) || strstr(message->blocks, words));
    }
    return count;
}

static void show_messages(const char *channel)
{
    for (size_t i = 0; i < the.here->message_count; i++)
        if (strcmp(the.here->messages[i].channel, channel) == 0)
            printf("    %s %s: %s\n", channel, the.here->messages[i].ts,
                   the.here->messages[i].text);
}

void expect_dm_at(const char *file, int line, const char *user, const char *words, size_t times)
{
    char channel[24];
    snprintf(channel, sizeof channel, "D%s", user + 1);
    size_t count = count_messages(channel, "", words);
    if (count == times)
        return;
    show_messages(channel);
    fail_at(file, line, "%zu DMs to %s say \"%s\", not %zu", count, user, words, times);
}

void expect_note_at(const char *file, int line, const char *onb, const char *words, size_t times)
{
    size_t count = 0;
    (void)card_at(file, line, onb);
    for (size_t i = 0; i < the.here->message_count; i++) { /* the card may stand there again */
        const struct slack_message *top = &the.here->messages[i];
        if (strcmp(top->channel, CHANNEL) == 0 && !top->thread_ts[0] &&
            (strstr(top->text, onb) || strstr(top->blocks, onb)))
            count += count_messages(CHANNEL, top->ts, words);
    }
    if (count == times)
        return;
    show_messages(CHANNEL);
    fail_at(file, line, "%zu lines in the thread of %s say \"%s\", not %zu", count, onb, words,
            times);
}

void expect_told_at(const char *file, int line, const char *user, const char *words)
{
    for (size_t i = 0; i < the.here->whisper_count; i++) {
        const struct slack_whisper *whisper = &the.here->whispers[i];
        if (strcmp(whisper->user, user) == 0 && whisper->text && strstr(whisper->text, words))
            return;
    }
    for (size_t i = 0; i < the.here->whisper_count; i++)
        printf("    to %s: %s\n", the.here->whispers[i].user, the.here->whispers[i].text);
    fail_at(file, line, "%s was not told \"%s\"", user, words);
}

void expect_answer_at(const char *file, int line, const struct slack_act *act, const char *words)
{
    if (act->acks == 0)
        fail_at(file, line, "it was not acknowledged (%u deliveries)", act->deliveries);
    if (!strstr(answer_of(act), words))
        fail_at(file, line, "the answer is not \"%s\" but: %s", words, answer_of(act));
}

void expect_number_at(const char *file, int line, const char *what, int64_t found, int64_t wanted)
{
    if (found != wanted)
        fail_at(file, line, "%s is %" PRId64 ", not %" PRId64, what, found, wanted);
}

void expect_text_at(const char *file, int line, const char *found, const char *wanted)
{
    if (!found || strcmp(found, wanted) != 0)
        fail_at(file, line, "\"%s\" stands in the store, not \"%s\"", found ? found : "NULL",
                wanted);
}

const char *digest_of(const char *user)
{
    char channel[24];
    snprintf(channel, sizeof channel, "D%s", user + 1);
    const struct slack_message *message = slack_find(&the.slack, channel, "Your day");
    if (!message)
        fail_at(HERE, "%s has no digest", user);
    return message->blocks;
}
