/* Forms that people submit, with genuine state: each line is one, its first byte says which form,
 * the second who submits it, the rest is the values that Slack sends of its inputs, JSON. $1, $2
 * and $3 in it stand for the ids of the open questions, which bulk's ticks hold. They follow one
 * another on the same store. Each is answered by whole JSON without orders to Slack; whoever may
 * not decide has decided nothing. */
#include "base/text.h"
#include "db/audit.h"
#include "db/items.h"
#include "db/onboardings.h"
#include "db/rows.h"
#include "handlers/item.h"
#include "handlers/routes.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/house.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { FORMS_MAX = 16, ITEMS = 3, VALUES_MAX = 1 << 16 };

static const struct {
    char letter;
    const char *name, *kind; /* what its state is about */
} forms[] = {
    {'a', "approve", "item"},  {'b', "bulk", "person"},      {'r', "reject", "item"},
    {'d', "delegate", "item"}, {'o', "ooo", "person"},       {'s', "snooze", "item"},
    {'g', "assign", "item"},   {'k', "block", "onboarding"},
};

static const char *state_of(struct house *house, size_t form, const char *who,
                            const struct item *item)
{
    bool person = strcmp(forms[form].kind, "person") == 0;
    bool onboarding = strcmp(forms[form].kind, "onboarding") == 0;
    char number[ONB_TEXT_SIZE];
    struct token token = {.revision = item->revision,
                          .expires_at = {house->world.now.ms + INT64_C(86400000)}};
    char *text = arena_alloc(&house->arena, TOKEN_MAX);
    snprintf(token.kind, sizeof token.kind, "%s", forms[form].kind);
    snprintf(token.id, sizeof token.id, "%.39s",
             person       ? who
             : onboarding ? onb_format(item->onboarding, number)
                          : item->id);
    snprintf(token.tenant, sizeof token.tenant, "%s", HOUSE_TENANT);
    snprintf(token.action, sizeof token.action, "%s", forms[form].name);
    token_sign(&house->keyring, &token, text);
    return text;
}

/* $1 … $3 become ids. */
static const char *filled(struct house *house, const char *values, const struct item *items,
                          size_t count)
{
    struct buf out = {0};
    for (; *values; values++) {
        size_t place = values[0] == '$' ? (size_t)(values[1] - '1') : ITEMS;
        if (place < count) {
            buf_str(&out, items[place].id);
            values++;
        } else {
            buf_char(&out, *values);
        }
    }
    const char *text = arena_str(&house->arena, buf_cstr(&out));
    buf_release(&out);
    return text;
}

static void check(const struct reply *reply)
{
    const char *const texts[] = {reply->ack, reply->respond, reply->open_view.view};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        house_check_json(texts[i]);
        if (texts[i])
            assert(!strstr(texts[i], "<!channel") && !strstr(texts[i], "<!here") &&
                   !strstr(texts[i], "<!everyone") && !strstr(texts[i], "<!subteam"));
    }
}

static void submit(struct house *house, size_t form, const char *who, const char *values)
{
    struct item *items = NULL;
    struct err err = {0};
    size_t count =
        items_list(house->db, &house->arena, HOUSE_TENANT, ITEM_OPEN_STATES, ITEMS, &items);
    if (count == 0)
        return;
    const char *text = filled(house, values, items, count);
    struct json_node *state = json_scan(text, strlen(text), VALUES_MAX, &house->arena, &err);
    if (!state)
        return;
    const struct request request = {
        .kind = REQUEST_VIEW,
        .actor = {.tenant = HOUSE_TENANT, .user_id = who, .via = "view"},
        .name = forms[form].name,
        .private_metadata = state_of(house, form, who, &items[count - 1]),
        .state = state,
        .trigger_id = "1.1",
        .view_id = "V1",
        .answer_in_ack = true,
        .reference = "ab12"};
    struct reply reply = {0};
    err = (struct err){0};
    db_savepoint(house->db);
    bool handled =
        route_dispatch(&house->turn, route_of(&house->turn, &request), &request, &reply, &err);
    assert(handled && err.code == ERR_NONE);
    bool kept = db_release_savepoint(house->db);
    assert(kept);
    check(&reply);
    house->world.now.ms += 60000;
}

/* Not the deal's owner, who started it, the guest, Finance alone (who may reject) nor people nobody
 * knows. */
static void check_approvals(struct house *house)
{
    int64_t rows = rows_number(
        db_prepare(house->db, "SELECT count(*) FROM approvals WHERE tenant_id = '" HOUSE_TENANT
                              "' AND action = 'approve' AND user_id NOT IN ('U0MAYA', 'U0BO', "
                              "'U0LEE', 'U0KIM')"));
    assert(rows == 0);
    rows = rows_number(db_prepare(
        house->db, "SELECT count(*) FROM items i WHERE tenant_id = '" HOUSE_TENANT
                   "' AND decision = 'approve' AND NOT EXISTS (SELECT 1 FROM approvals a WHERE "
                   "a.tenant_id = i.tenant_id AND a.item = i.id AND a.undone = 0)"));
    assert(rows == 0);
}

static void happen(struct house *house, const char *line, size_t len)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (len > 2 && line[0] == forms[i].letter && text_is_utf8(line + 2, len - 2))
            submit(house, i, house_person((uint8_t)line[1]),
                   arena_strn(&house->arena, line + 2, len - 2));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct house *house = house_again();
    struct err err;
    int64_t rows;
    db_begin(house->db);
    for (int i = 0; i < FORMS_MAX && size > 0; i++) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end ? (size_t)(end - data) : size;
        happen(house, (const char *)data, len);
        data += len + (end != NULL);
        size -= len + (end != NULL);
    }
    check_approvals(house);
    bool whole = audit_verify(house->db, &rows, &err);
    assert(whole);
    db_rollback(house->db);
    return 0;
}
