/* Button values that we did not make, or not for this: refused, logged, audited. */
#include "tests/scenario/scenarios.h"

#include "base/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect_refused(const char *action, const char *value, const char *reason,
                           const char *words)
{
    int64_t before = stored("SELECT count(*) FROM audit WHERE action = 'button.refused'");
    struct slack_act *act =
        slack_click_value(&the.slack, MAYA, card("ONB-1001")->ts, action, value);
    settle();
    expect_answer(act, words);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'button.refused'", before + 1);
    expect_stored_text("SELECT reason FROM audit ORDER BY seq DESC LIMIT 1", reason);
    expect_stored_text("SELECT actor FROM audit ORDER BY seq DESC LIMIT 1", MAYA);
    expect_stored("SELECT count(*) FROM approvals", 0);
}

static struct token token_of_item(const char *tenant, const char *action)
{
    struct token token = {.kind = "item", .revision = 1};
    snprintf(token.tenant, sizeof token.tenant, "%s", tenant);
    snprintf(token.action, sizeof token.action, "%s", action);
    snprintf(token.id, sizeof token.id, "%s", stored_text("SELECT id FROM items"));
    token.expires_at.ms = the.sim.world.now.ms + DAYS(1);
    return token;
}

static void a_forged_value_is_refused(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct keyring other = {0};
    struct token token = token_of_item(TEAM, "approve");
    char value[TOKEN_MAX];
    keyring_init(&other, &the.sim.world);
    token_sign(&other, &token, value);
    expect_refused("approve", value, "forged", "I can't verify this button");
    keyring_release(&other);
    scene_end();
}

static void a_value_with_one_letter_changed_is_refused(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    char *value = slack_button(card("ONB-1001"), "approve");
    value[strlen(value) / 2] = value[strlen(value) / 2] == 'A' ? 'B' : 'A';
    expect_refused("approve", value, "forged", "I can't verify this button");
    expect_refused("approve", "approve", "altered", "I can't verify this button");
    expect_refused("approve", "", "altered", "I can't verify this button");
    free(value);
    scene_end();
}

static void a_value_of_another_button_is_refused(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    char *claim = slack_button(card("ONB-1001"), "claim");
    expect_refused("approve", claim, "altered", "I can't verify this button");
    free(claim);
    scene_end();
}

static void a_value_of_another_workspace_is_refused(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct token token = token_of_item("T0OTHER", "approve");
    char value[TOKEN_MAX];
    token_sign(&the.keyring, &token, value);
    expect_refused("approve", value, "foreign", "I can't verify this button");
    scene_end();
}

static void an_expired_value_is_refused_with_the_way_on(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct token token = token_of_item(TEAM, "approve");
    char value[TOKEN_MAX];
    token.expires_at.ms = the.sim.world.now.ms - SECONDS(2);
    token_sign(&the.keyring, &token, value);
    expect_refused("approve", value, "expired", "too old to count");
    scene_end();
}

static void a_form_with_another_s_state_is_refused(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    click(MAYA, "reject", "ONB-1001");
    char *meta = strstr(the.slack.views[0].text, "\"private_metadata\":\"");
    expect(meta != NULL);
    meta[40] = meta[40] == 'A' ? 'B' : 'A';
    struct slack_act *act = submit_reject(MAYA, "duplicate", "");
    expect_answer(act, "I can't verify this");
    expect_stored("SELECT state FROM items", 0);
    scene_end();
}

static void a_button_of_another_version_is_answered(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act =
        slack_click_value(&the.slack, MAYA, card("ONB-1001")->ts, "postpone", "x");
    settle();
    expect_answer(act, "I don't know this button");
    scene_end();
}

const struct scenario tokens_scenarios[] = {
    {"a forged value is refused", a_forged_value_is_refused},
    {"a value with one letter changed is refused", a_value_with_one_letter_changed_is_refused},
    {"a value of another button is refused", a_value_of_another_button_is_refused},
    {"a value of another workspace is refused", a_value_of_another_workspace_is_refused},
    {"an expired value is refused with the way on", an_expired_value_is_refused_with_the_way_on},
    {"a form with another's state is refused", a_form_with_another_s_state_is_refused},
    {"a button of another version is answered", a_button_of_another_version_is_answered},
    {0},
};
