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

/* An option that the form shows and that comes back ticked: one for each finding of seed.c that
 * asks for it. */
#define TICK(number, words)                                                                        \
    "{\"text\":{\"type\":\"plain_text\",\"text\":\"" words                                         \
    "\",\"emoji\":true},\"value\":\"" number "\"}"
#define TICKED                                                                                     \
    TICK("1", "Only CAD 25,000.00 is invoiced on contract IC-101, worth CAD 150,000.00")           \
    "," TICK("2", "Invoice INV-102 is 12 days overdue (CAD 25,000.00)")

int envelope_click(char out[ENVELOPE_SIZE], int port, size_t number, const char *value)
{
    (void)port; /* a form has no response URL */
    return snprintf(
        out, ENVELOPE_SIZE,
        "{\"envelope_id\":\"" ID_FORMAT "\",\"payload\":{\"type\":\"view_submission\",\"team\":{"
        "\"id\":\"T0SANDBOX\",\"domain\":\"bench\"},\"user\":{\"id\":\"U0MAYA\",\"username\":"
        "\"maya\",\"name\":\"maya\",\"team_id\":\"T0SANDBOX\"},\"api_app_id\":\"A0USHER\","
        "\"token\":\"bHKJ2n9AW6Ju3MjciOHfbA1b\",\"trigger_id\":\"1515449483.123.%032zx\",\"view\":{"
        "\"id\":\"V0BENCH%zu\",\"team_id\":\"T0SANDBOX\",\"type\":\"modal\",\"blocks\":[{\"type\":"
        "\"section\",\"block_id\":\"head\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"*Acme Corp*\","
        "\"verbatim\":true}},{\"type\":\"input\",\"block_id\":\"ticks_1\",\"label\":{\"type\":"
        "\"plain_text\",\"text\":\"I accept each of these findings\",\"emoji\":true},\"optional\":"
        "false,\"dispatch_action\":false,\"element\":{\"type\":\"checkboxes\",\"action_id\":"
        "\"ticks_1\",\"options\":[" TICKED "]}},{\"type\":\"input\","
        "\"block_id\":\"reason\",\"label\":{\"type\":\"plain_text\",\"text\":\"Reason\",\"emoji\":"
        "true},\"optional\":true,\"element\":{\"type\":\"plain_text_input\",\"action_id\":"
        "\"reason\",\"multiline\":true}}],\"private_metadata\":\"%s\",\"callback_id\":\"approve\","
        "\"state\":{\"values\":{\"ticks_1\":{\"ticks_1\":{\"type\":\"checkboxes\","
        "\"selected_options\":[" TICKED "]}},\"pay_by\":{\"pay_by\":"
        "{\"type\":\"datepicker\",\"selected_date\":null}},\"reason\":{\"reason\":{\"type\":"
        "\"plain_text_input\",\"value\":null}}}},\"hash\":\"1605853645.aBcDeFgH\",\"title\":{"
        "\"type\":\"plain_text\",\"text\":\"Approve\",\"emoji\":true},\"app_id\":\"A0USHER\","
        "\"bot_id\":\"B0USHER\"},\"response_urls\":[],\"is_enterprise_install\":false,"
        "\"enterprise\":null},\"type\":\"interactive\",\"accepts_response_payload\":true}",
        number, number, number, value);
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
