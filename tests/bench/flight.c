/* Envelopes in flight. */
#include "tests/bench/flight.h"

#include "tests/bench/envelopes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 1024 };

void flight_init(struct flight *flight, size_t cap)
{
    *flight = (struct flight){.cap = cap};
    flight->sent_us = calloc(cap, sizeof *flight->sent_us);
    flight->took_us = calloc(cap, sizeof *flight->took_us);
    if (!flight->sent_us || !flight->took_us)
        die("out of memory");
}

void flight_read_tokens(struct flight *flight, const char *path)
{
    char line[LINE_SIZE];
    FILE *file = fopen(path, "r");
    if (!file)
        die("%s cannot be read", path);
    flight->tokens = calloc(flight->cap, sizeof *flight->tokens);
    while (flight->token_count < flight->cap && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        flight->tokens[flight->token_count] = strdup(line);
        if (!flight->tokens[flight->token_count++])
            die("out of memory");
    }
    fclose(file);
    if (flight->token_count < flight->cap)
        die("%s: %zu values, %zu are needed", path, flight->token_count, flight->cap);
}

size_t flight_under_way(const struct flight *flight)
{
    return flight->sent - flight->acked;
}

void flight_send(struct flight *flight, struct conn *conn)
{
    static char text[ENVELOPE_SIZE];
    size_t number = flight->sent;
    int len;
    if (number >= flight->cap)
        die("more envelopes than were planned");
    if (flight->kind == ENVELOPE_CLICK)
        len = envelope_click(text, flight->port, number, flight->tokens[number]);
    else if (flight->kind == ENVELOPE_SAY)
        len = envelope_command(text, flight->port, number, flight->say);
    else
        len = envelope_status(text, flight->port, number);
    if (len >= ENVELOPE_SIZE)
        die("an envelope is too long");
    flight->sent++;
    flight->sent_us[number] = stopwatch_us();
    conn_send_text(conn, text, (size_t)len);
}

static bool holds(const char *text, size_t len, const char *words)
{
    return memmem(text, len, words, strlen(words)) != NULL;
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
        flight->errors++;
        return false;
    }
    /* The answer must be about what was asked. */
    if (flight->kind == ENVELOPE_STATUS &&
        (!holds(text, len, "\"payload\"") || !holds(text, len, envelope_about(number))))
        flight->errors++;
    flight->took_us[flight->acked++] = (uint32_t)(stopwatch_us() - flight->sent_us[number]);
    flight->sent_us[number] = -1;
    return true;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

struct latency flight_latency(struct flight *flight, size_t from)
{
    size_t count = flight->acked - from;
    uint32_t *took = flight->took_us + from;
    if (!count)
        return (struct latency){0};
    qsort(took, count, sizeof *took, by_size);
    return (struct latency){took[count / 2], took[count - 1 - count / 100], took[count - 1]};
}
