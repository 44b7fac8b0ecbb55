/* Envelopes in flight. */
#include "tests/bench/flight.h"

#include "tests/bench/envelopes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 1024, FIRST_ONBOARDING = 1001, LATER = 200 };

void flight_init(struct flight *flight, size_t cap)
{
    *flight = (struct flight){.cap = cap, .onboardings = 1};
    flight->sent_us = calloc(cap, sizeof *flight->sent_us);
    flight->took_us = calloc(cap, sizeof *flight->took_us);
    flight->kinds = calloc(cap, 1);
    if (!flight->sent_us || !flight->took_us || !flight->kinds)
        die("out of memory");
}

static const char *const kind_names[ENVELOPE_KINDS] = {
    "status", "approve", "event", "home", "claim", "check", "say",
};

/* Each kind as evenly among the others as its share allows. */
static void spread(uint8_t mix[MIX_SIZE], const int shares[ENVELOPE_KINDS])
{
    int credit[ENVELOPE_KINDS] = {0};
    for (size_t i = 0; i < MIX_SIZE; i++) {
        uint8_t best = 0;
        for (uint8_t kind = 0; kind < ENVELOPE_KINDS; kind++) {
            credit[kind] += shares[kind];
            if (credit[kind] > credit[best])
                best = kind;
        }
        credit[best] -= MIX_SIZE;
        mix[i] = best;
    }
}

void flight_set_mix(struct flight *flight, const char *words)
{
    int shares[ENVELOPE_KINDS] = {0}, sum = 0;
    for (const char *at = words; *at;) {
        char name[16] = "";
        int share = 0, taken = 0;
        size_t kind = 0;
        if (sscanf(at, "%15[a-z]=%d%n", name, &share, &taken) != 2 || share < 0)
            die("a mix is written as status=60,event=30,approve=10, not as %s", words);
        while (kind < ENVELOPE_KINDS && strcmp(name, kind_names[kind]) != 0)
            kind++;
        if (kind == ENVELOPE_KINDS)
            die("no kind of envelope is named %s", name);
        shares[kind] += share;
        sum += share;
        at += taken;
        at += *at == ',';
    }
    if (sum != MIX_SIZE)
        die("the shares of %s make %d, not %d", words, sum, MIX_SIZE);
    spread(flight->mix, shares);
}

void flight_read_tokens(struct flight *flight, const char *path)
{
    char line[LINE_SIZE];
    FILE *file = fopen(path, "r");
    if (!file)
        die("%s cannot be read", path);
    flight->tokens = calloc(flight->cap, sizeof *flight->tokens);
    if (!flight->tokens)
        die("out of memory");
    while (flight->token_count < flight->cap && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        flight->tokens[flight->token_count] = strdup(line);
        if (!flight->tokens[flight->token_count++])
            die("out of memory");
    }
    fclose(file);
}

size_t flight_under_way(const struct flight *flight)
{
    return flight->sent - flight->acked - flight->given_up;
}

void flight_give_up(struct flight *flight)
{
    flight->given_up += flight_under_way(flight);
    for (size_t i = 0; i < flight->sent; i++)
        if (flight->sent_us[i] > 0)
            flight->sent_us[i] = -2;
}

/* ---- what is sent ---- */

/* Whom a status is about: any of them, the same for the same number. */
static size_t subject_of(const struct flight *flight, size_t number)
{
    return FIRST_ONBOARDING + (number * 2654435761u) % flight->onboardings;
}

/* In rounds over the last onboardings of the store, so that nobody decides them meanwhile. */
static void write_claim(const struct flight *flight, size_t nth, char out[64])
{
    size_t window = flight->onboardings < CLAIMED ? flight->onboardings : CLAIMED;
    size_t number = FIRST_ONBOARDING + flight->onboardings - 1 - nth % window;
    snprintf(out, 64, "%s ONB-%zu", nth / window % 2 ? "release" : "claim", number);
}

static void come_again(struct flight *flight, size_t event, unsigned attempt, size_t number)
{
    if (flight->again_end - flight->again_first == AGAIN_RING)
        die("too many events are to come again");
    flight->again[flight->again_end++ % AGAIN_RING] =
        (struct again){.event = event, .attempt = attempt, .not_before = number};
}

/* The next event, or one once more. What comes again may do so at once, while its first delivery is
 * still being served, or after many others. */
static int write_event(struct flight *flight, size_t number, char *out)
{
    struct again *again = &flight->again[flight->again_first % AGAIN_RING];
    struct again now = {.event = flight->events};
    size_t later = number + (flight->redelivered % 2 ? LATER : 1);
    if (flight->again_first < flight->again_end && again->not_before <= number) {
        now = *again;
        flight->again_first++;
        flight->redelivered++;
        if (now.attempt == 1 && flight->redelivered % 5 == 0)
            come_again(flight, now.event, 2, later);
    } else {
        flight->events++;
        if (now.event * 37 % 100 < flight->again_of_100)
            come_again(flight, now.event, 1, later);
    }
    return envelope_profile(out, number, now.event, now.attempt);
}

static int write_command(const struct flight *flight, enum envelope kind, size_t number, char *out)
{
    char text[64];
    if (kind == ENVELOPE_SAY)
        return envelope_command(out, flight->port, number, flight->say);
    if (kind == ENVELOPE_CLAIM)
        write_claim(flight, flight->of_kind[kind], text);
    else
        snprintf(text, sizeof text, "%s ONB-%zu", kind_names[kind], subject_of(flight, number));
    return envelope_command(out, flight->port, number, text);
}

static int write_approve(const struct flight *flight, size_t number, char *out)
{
    size_t nth = flight->of_kind[ENVELOPE_APPROVE];
    if (nth >= flight->token_count)
        die("%zu buttons were not enough", flight->token_count);
    return envelope_click(out, flight->port, number, flight->tokens[nth]);
}

void flight_send(struct flight *flight, struct conn *conn)
{
    static char text[ENVELOPE_SIZE];
    size_t number = flight->sent;
    int len;
    if (number >= flight->cap)
        die("more envelopes than were planned");
    enum envelope kind = flight->mix[number % MIX_SIZE];
    if (kind == ENVELOPE_APPROVE)
        len = write_approve(flight, number, text);
    else if (kind == ENVELOPE_EVENT)
        len = write_event(flight, number, text);
    else if (kind == ENVELOPE_HOME)
        len = envelope_home(text, number);
    else
        len = write_command(flight, kind, number, text);
    if (len >= ENVELOPE_SIZE)
        die("an envelope is too long");
    flight->kinds[number] = (uint8_t)kind;
    flight->of_kind[kind]++;
    flight->sent++;
    flight->sent_us[number] = stopwatch_us();
    conn_send_text(conn, text, (size_t)len);
}

/* ---- what comes back ---- */

static bool holds(const char *text, size_t len, const char *words)
{
    return memmem(text, len, words, strlen(words)) != NULL;
}

/* The answer must be about what was asked, and no form that is refused. */
static bool is_an_answer(const struct flight *flight, size_t number, const char *text, size_t len)
{
    char subject[32];
    if (flight->kinds[number] == ENVELOPE_APPROVE)
        return !holds(text, len, "\"errors\"");
    if (flight->kinds[number] == ENVELOPE_CLAIM)
        return holds(text, len, "\"payload\"") && !holds(text, len, "went wrong");
    if (flight->kinds[number] != ENVELOPE_STATUS)
        return true;
    snprintf(subject, sizeof subject, "ONB-%zu", subject_of(flight, number));
    return holds(text, len, "\"payload\"") && holds(text, len, subject);
}

bool flight_take(struct flight *flight, const char *text, size_t len)
{
    static const char prefix[] = ENVELOPE_ID_PREFIX;
    size_t number = 0;
    const char *id = memmem(text, len, prefix, sizeof prefix - 1);
    const char *digits = id ? id + sizeof prefix - 1 : NULL;
    if (!digits || text + len - digits < 12 || !holds(text, len, "\"envelope_id\"")) {
        flight->errors++;
        return false;
    }
    for (size_t i = 0; i < 12; i++)
        number = number * 16 + (size_t)(digits[i] <= '9' ? digits[i] - '0' : digits[i] - 'a' + 10);
    if (number >= flight->sent || flight->sent_us[number] < 0) {
        flight->errors += number >= flight->sent || flight->sent_us[number] == -1; /* else late */
        return false;
    }
    flight->errors += !is_an_answer(flight, number, text, len);
    flight->took_us[flight->acked++] = (uint32_t)(stopwatch_us() - flight->sent_us[number]);
    flight->sent_us[number] = -1;
    return true;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

struct latency flight_latency(struct flight *flight, size_t from, size_t to)
{
    size_t count = to - from;
    uint32_t *took = flight->took_us + from;
    if (!count)
        return (struct latency){0};
    qsort(took, count, sizeof *took, by_size);
    return (struct latency){took[count / 2], took[count - 1 - count / 100], took[count - 1]};
}
