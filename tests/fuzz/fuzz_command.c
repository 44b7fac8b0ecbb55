/* What people type after /onboard: each line is one command, its first byte who says it. They
 * follow one another on the same store, so that a decision meets the one before it. */
#include "base/text.h"
#include "db/audit.h"
#include "handlers/routes.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/house.h"

#include <assert.h>
#include <string.h>

enum { COMMANDS_MAX = 16 };

/* Whatever was typed, nobody but Usher writes orders to Slack into the answer. */
static void check(const struct reply *reply)
{
    assert(reply->ack || reply->respond || reply->open_view.view);
    const char *const texts[] = {reply->ack, reply->respond, reply->open_view.view};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        house_check_json(texts[i]);
        if (texts[i])
            assert(!strstr(texts[i], "<!channel") && !strstr(texts[i], "<!here") &&
                   !strstr(texts[i], "<!everyone") && !strstr(texts[i], "<!subteam"));
    }
}

static void say(struct house *house, uint8_t who, const char *text)
{
    const struct request request = {
        .kind = REQUEST_COMMAND,
        .actor = {.tenant = HOUSE_TENANT, .user_id = house_person(who), .via = "command"},
        .name = "/onboard",
        .text = text,
        .channel = "C0ONBOARD",
        .trigger_id = "1.1",
        .response_url = who & 0x20 ? "https://hooks.slack.com/commands/1" : NULL,
        .answer_in_ack = true,
        .reference = "ab12"};
    struct reply reply = {0};
    struct err err = {0};
    db_savepoint(house->db);
    bool handled =
        route_dispatch(&house->turn, route_of(&house->turn, &request), &request, &reply, &err);
    assert(handled && err.code == ERR_NONE);
    bool kept = db_release_savepoint(house->db);
    assert(kept);
    check(&reply);
    house->world.now.ms += 60000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct house *house = house_again();
    struct err err;
    int64_t rows;
    db_begin(house->db);
    for (int i = 0; i < COMMANDS_MAX && size > 0; i++) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end ? (size_t)(end - data) : size;
        if (len > 0 && text_is_utf8((const char *)data + 1, len - 1))
            say(house, data[0], arena_strn(&house->arena, (const char *)data + 1, len - 1));
        data += len + (end != NULL);
        size -= len + (end != NULL);
    }
    bool whole = audit_verify(house->db, &rows, &err);
    assert(whole);
    db_rollback(house->db);
    return 0;
}
