/* Envelopes as Slack sends them: their members are those of recorded frames. */
#include "tests/bench/envelopes.h"

#include <stdio.h>

#define ID_FORMAT ENVELOPE_ID_PREFIX "%012zx"

int envelope_command(char out[ENVELOPE_SIZE], int port, size_t number, const char *text)
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

const char *envelope_about(size_t number)
{
    static char text[32];
    snprintf(text, sizeof text, "ONB-%zu", 1001 + number % ENVELOPE_ONBOARDINGS);
    return text;
}

int envelope_status(char out[ENVELOPE_SIZE], int port, size_t number)
{
    char text[64];
    snprintf(text, sizeof text, "status %s", envelope_about(number));
    return envelope_command(out, port, number, text);
}

int envelope_click(char out[ENVELOPE_SIZE], int port, size_t number, const char *value)
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

/* An event of the Events API: its first delivery, or another one. */
static int write_event(char out[ENVELOPE_SIZE], size_t number, const char *event_id,
                       const char *event, unsigned attempt)
{
    return snprintf(
        out, ENVELOPE_SIZE,
        "{\"envelope_id\":\"" ID_FORMAT "\",\"payload\":{\"token\":\"bHKJ2n9AW6Ju3MjciOHfbA1b\","
        "\"team_id\":\"T0SANDBOX\",\"context_team_id\":\"T0SANDBOX\",\"context_enterprise_id\":"
        "null,\"api_app_id\":\"A0USHER\",\"event\":%s,\"type\":\"event_callback\",\"event_id\":"
        "\"%s\",\"event_time\":1605853634,\"authorizations\":[{\"enterprise_id\":null,\"team_id\":"
        "\"T0SANDBOX\",\"user_id\":\"U0USHER\",\"is_bot\":true,\"is_enterprise_install\":false}],"
        "\"is_ext_shared_channel\":false,\"event_context\":\"4-eyJldCI6InVzZXJfY2hhbmdlIn0\"},"
        "\"type\":\"events_api\",\"accepts_response_payload\":false,\"retry_attempt\":%u,"
        "\"retry_reason\":\"%s\"}",
        number, event, event_id, attempt, attempt ? "timeout" : "");
}

int envelope_profile(char out[ENVELOPE_SIZE], size_t number, size_t event, unsigned attempt)
{
    char id[32], text[1024];
    snprintf(id, sizeof id, "EvP%012zX", event);
    snprintf(text, sizeof text,
             "{\"type\":\"user_change\",\"user\":{\"id\":\"U0P%05zu\",\"team_id\":\"T0SANDBOX\","
             "\"name\":\"p%zu\",\"deleted\":false,\"color\":\"9f69e7\",\"real_name\":\"Person %zu"
             "\",\"tz\":\"America/Toronto\",\"tz_label\":\"Eastern Standard Time\",\"tz_offset\":"
             "-18000,\"profile\":{\"title\":\"\",\"real_name\":\"Person %zu\",\"display_name\":\""
             "Person %zu\",\"status_text\":\"\",\"email\":\"p%zu@corp.example\",\"team\":"
             "\"T0SANDBOX\"},\"is_admin\":false,\"is_owner\":false,\"is_restricted\":false,"
             "\"is_ultra_restricted\":false,\"is_bot\":false,\"updated\":1605853634},\"event_ts\":"
             "\"1605853634.%06zu\"}",
             event % PROFILES, event, event, event, event, event, event % 1000000);
    return write_event(out, number, id, text, attempt);
}

int envelope_home(char out[ENVELOPE_SIZE], size_t number)
{
    char id[32], text[256];
    snprintf(id, sizeof id, "EvH%012zX", number);
    snprintf(text, sizeof text,
             "{\"type\":\"app_home_opened\",\"user\":\"U0MAYA\",\"channel\":\"D0MAYA\",\"tab\":"
             "\"home\",\"event_ts\":\"1605853634.%06zu\"}",
             number % 1000000);
    return write_event(out, number, id, text, 0);
}
