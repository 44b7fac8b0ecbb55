/* The golden cases that are about what happens after a verdict; those about the verdict itself
 * stand in tests/unit/golden_decisions.txt. */
#include "tests/scenario/scenarios.h"

#include <stdlib.h>

/* A block that nobody can lift is not opened by the key to another block beside it, nor does a key
 * that was refused then count once the first block is gone. */
static void beside_an_unsigned_contract_finance_s_key_opens_nothing(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    acme->clm_status = "out_for_signature";
    systems_bill(&the.systems, acme, "INV-102", 5, "10000.00");
    systems_bill(&the.systems, acme, "INV-103", 40, "10000.00");
    advance(MINUTES(11));
    expect_stored_text("SELECT json_extract(findings, '$.findings[0].level') FROM runs",
                       "BLOCK_HARD");
    expect_card("ONB-1001", "ACME Corp: blocked");
    expect_card("ONB-1001", "2 invoices are overdue");
    expect_card("ONB-1001", "Nobody can approve this");
    expect_answer(say(FAY, "approve ONB-1001"), "can't be approved by anyone");
    expect_stored("SELECT count(*) FROM approvals", 0);

    acme->clm_status = "executed";
    say(MAYA, "check ONB-1001");
    expect_answer(click(FAY, "approve", "ONB-1001"), "Still missing: the CS key");
    expect_stored("SELECT state FROM items", 0);
    expect_number(the.systems.organizations, 0);
    expect_answer(click(MAYA, "approve", "ONB-1001"), "Approved: ONB-1001");
    expect_number(the.systems.organizations, 1);
    scene_end();
}

/* Nobody needs to do anything: the same card, its thread told once. */
static void after_netsuite_s_503_a_good_fetch_proceeds_in_the_same_thread(void)
{
    scene();
    sim_add_fault(&the.sim, (struct sim_fault){.where = NETSUITE_URL,
                                               .kind = SIM_ANSWERED,
                                               .status = 503,
                                               .body = "<html>Service Unavailable</html>"});
    struct mono since = the.sim.world.mono;
    win("ACME Corp");
    advance(MINUTES(2));
    expect_number(sim_count_asked(&the.sim, "/query/v1/suiteql", since), 4);
    expect_stored_text("SELECT json_extract(findings, '$.findings[0].level') FROM runs",
                       "BLOCK_DATA");
    expect_card("ONB-1001", "NetSuite");
    const struct slack_message *asked = card("ONB-1001");
    sim_heal(&the.sim, NETSUITE_URL);
    advance(MINUTES(17));
    expect(card("ONB-1001") == asked);
    expect_card("ONB-1001", "Cleared by itself");
    expect_note("ONB-1001", "nobody needs to decide");
    expect_stored("SELECT count(*) FROM approvals", 0);
    expect_number(the.systems.organizations, 1);
    scene_end();
}

static void an_approval_of_revision_3_is_refused_once_there_is_a_fourth(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    systems_bill(&the.systems, acme, "INV-110", 3, "900.00");
    say(BO, "check ONB-1001");
    systems_bill(&the.systems, acme, "INV-111", 2, "800.00");
    say(BO, "check ONB-1001");
    expect_card("ONB-1001", "ONB-1001 r3");
    char *value = slack_button(card("ONB-1001"), "approve");
    systems_bill(&the.systems, acme, "INV-112", 1, "700.00");
    say(BO, "check ONB-1001");
    struct slack_act *late =
        slack_click_value(&the.slack, MAYA, card("ONB-1001")->ts, "approve", value);
    settle();
    expect_answer(late, "ONB-1001 changed since r3");
    expect_answer(late, "INV-112");
    expect_card("ONB-1001", "ONB-1001 r4");
    expect_card("ONB-1001", "INV-112");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve.refused'", 1);
    expect_stored("SELECT count(*) FROM approvals", 0);
    free(value);
    scene_end();
}

const struct scenario golden_scenarios[] = {
    {"beside an unsigned contract Finance's key opens nothing",
     beside_an_unsigned_contract_finance_s_key_opens_nothing},
    {"after NetSuite's 503 a good fetch proceeds in the same thread",
     after_netsuite_s_503_a_good_fetch_proceeds_in_the_same_thread},
    {"an approval of revision 3 is refused once there is a fourth",
     an_approval_of_revision_3_is_refused_once_there_is_a_fourth},
    {0},
};
