/* Envelopes in flight. Their members are those of recorded frames. */
#include "tests/bench/flight.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ENVELOPE_SIZE = 8192, LINE_SIZE = 1024 };

/* An envelope_id tells the envelope's number. */
#define ID_FORMAT "1d3c79ab-0ffb-41f3-a080-%012zx"
#define ID_PREFIX "1d3c79ab-0ffb-41f3-a080-"

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

static int write_command(char *out, int port, size_t number, const char *text)
{
    return snprintf(
        out, ENVELOPE_SIZE,
        "{\"envelope_id\":\"" ID_FORMAT "\",\"payload\":{\"token\":\"bHKJ2n9AW6Ju3MjciOHfbA1b\","
        "\"team_id\":\"T0SANDBOX\",\"team_domain\":\"bench\",\"channel_id\":\"C0ONBOARD\","
        "\"channel_name\":\"cs-onboarding\",\"user_id\":\"U0MAYA\",\"user_name\":\"maya\","
        "\"command\":\"/onboard\",\"text\":\"%s\",\"api_app_id\":\"A0USHER\","
        "\"is_enterprise_install\":\"false\",\"response_url\":\"http://127.0.0.1:%d/commands/"
        "T0SANDBOX/37053613554/YMB2ZESDLNjNLqSFZ1quhNAh\",\"trigger_id\":"
        "\"37053613634.26768298162.%032zx\"},\"type\":\"slash_commands\","
        "\"accepts_response_payload\":true}",
        number, text, port, number);
}

/* The card's buttons with the click: what Slack sends of a message that holds them. */
static int write_click(char *out, int port, size_t number, const char *value)
{
    return snprintf(
        out, ENVELOPE_SIZE,
        "{\"envelope_id\":\"" ID_FORMAT "\",\"payload\":{\"type\":\"block_actions\",\"user\":{"
        "\"id\":\"U0MAYA\",\"username\":\"maya\",\"name\":\"maya\",\"team_id\":\"T0SANDBOX\"},"
        "\"api_app_id\":\"A0USHER\",\"token\":\"bHKJ2n9AW6Ju3MjciOHfbA1b\",\"container\":{"
        "\"type\":\"message\",\"message_ts\":\"1605853634.000400\",\"channel_id\":\"C0ONBOARD\","
        "\"is_ephemeral\":false},\"trigger_id\":\"1515449483.123.%032zx\",\"team\":{\"id\":"
        "\"T0SANDBOX\",\"domain\":\"bench\"},\"enterprise\":null,\"is_enterprise_install\":false,"
        "\"channel\":{\"id\":\"C0ONBOARD\",\"name\":\"cs-onboarding\"},\"message\":{\"bot_id\":"
        "\"B0USHER\",\"type\":\"message\",\"text\":\"Acme Corp needs a decision\",\"user\":"
        "\"U0USHER\",\"ts\":\"1605853634.000400\",\"app_id\":\"A0USHER\",\"team\":\"T0SANDBOX\","
        "\"blocks\":[{\"type\":\"section\",\"block_id\":\"head\",\"text\":{\"type\":\"mrkdwn\","
        "\"text\":\"*ESCALATE* · Acme Corp · Invoice INV-102 is 12 days overdue (CAD 25,000.00)\","
        "\"verbatim\":false}},{\"type\":\"actions\",\"block_id\":\"keys\",\"elements\":[{\"type\":"
        "\"button\",\"action_id\":\"approve\",\"text\":{\"type\":\"plain_text\",\"text\":"
        "\"Approve\",\"emoji\":true},\"style\":\"primary\",\"value\":\"%s\"},{\"type\":\"button\","
        "\"action_id\":\"reject\",\"text\":{\"type\":\"plain_text\",\"text\":\"Reject\",\"emoji\":"
        "true},\"value\":\"%s\"}]}]},\"state\":{\"values\":{}},\"response_url\":"
        "\"http://127.0.0.1:%d/actions/T0SANDBOX/1232321423432/D09sSasdasdAS9091209\","
        "\"actions\":[{\"action_id\":\"approve\",\"block_id\":\"keys\",\"text\":{\"type\":"
        "\"plain_text\",\"text\":\"Approve\",\"emoji\":true},\"value\":\"%s\",\"style\":"
        "\"primary\",\"type\":\"button\",\"action_ts\":\"1605853645.%06zu\"}]},\"type\":"
        "\"interactive\",\"accepts_response_payload\":false}",
        number, number, value, value, port, value, number % 1000000);
}

void flight_send(struct flight *flight, struct conn *conn)
{
    static char text[ENVELOPE_SIZE];
    size_t number = flight->sent;
    int len;
    if (number >= flight->cap)
        die("more envelopes than were planned");
    if (flight->kind == ENVELOPE_CLICK)
        len = write_click(text, flight->port, number, flight->tokens[number]);
    else
        len = write_command(text, flight->port, number,
                            flight->kind == ENVELOPE_SAY ? flight->say : "status ONB-1001");
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
    static const char prefix[] = ID_PREFIX;
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
        (!holds(text, len, "\"payload\"") || !holds(text, len, "ONB-1001")))
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
