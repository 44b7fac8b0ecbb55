/* App Home: what each person finds there. */
#include "db/delegations.h"
#include "db/jobs.h"
#include "db/messages.h"
#include "handlers/events/events.h"
#include "tests/unit/card_fixture.h"

#include "handlers/card_values.h"

static const char *home_of(struct house *house, const char *user_id)
{
    const char *view = NULL;
    if (!view_home(&house->turn, TENANT, user_id, &view, &house->err))
        fail_msg("%s", house->err.msg);
    struct json_node *parsed = json_scan(view, strlen(view), 1 << 20, &house->arena, &house->err);
    assert_non_null(parsed);
    assert_true(blocks_check(parsed, 0, &house->arena, &house->err));
    return view;
}

static size_t times(const char *text, const char *words)
{
    size_t count = 0;
    for (const char *p = text; (p = strstr(p, words)) != NULL; p++)
        count++;
    return count;
}

static void escalate(struct house *house, int level)
{
    assert_true(items_get(house->db, &house->arena, TENANT, house->item.id, &house->item));
    assert_true(item_timer(&house->turn, TENANT, house->item.id, (enum item_timer)level,
                           house->item.generation, &house->err));
}

static void test_an_approver_finds_what_they_can_decide(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *view = home_of(house, "U0BO");
    assert_says(view, "*ACME Corp* · ONB-1001 r1 · ESCALATE");
    assert_says(view, "Invoice INV-102 is 12 days overdue");
    assert_says(view, "\"action_id\":\"approve\"");
    assert_says(view, "\"action_id\":\"reject\"");
    assert_says(view, "/onboard help");
    assert_says(view, "updated <!date^");
    assert_silent_on(view, "Escalated to me");
}

static void test_the_owner_sees_the_deal_but_no_approve(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *view = home_of(house, "U0ANA");
    assert_says(view, "Nothing waits for you");
    assert_says(view, "\"block_id\":\"mine:ONB-1001\"");
    assert_silent_on(view, "\"action_id\":\"approve\"");
}

static void test_what_waits_is_counted_beyond_what_is_shown(void **state)
{
    struct house *house = *state;
    for (int i = 0; i < 15; i++)
        given_one(house, arena_fmt(&house->arena, "Account %d", i), LEVEL_ESCALATE_WARN);
    assert_says(home_of(house, "U0ANA"), "15 of yours on their way, 15 of them waiting");
}

static void test_a_hard_block_needs_its_owner_not_the_approver(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_HARD);
    assert_says(home_of(house, "U0ANA"), "BLOCK, fix at the source");
    assert_says(home_of(house, "U0BO"), "Nothing waits for you");
}

static void test_finance_finds_only_what_needs_its_key(void **state)
{
    struct house *house = *state;
    given_one(house, "Mild Ltd", LEVEL_ESCALATE_WARN);
    given_one(house, "Owing Ltd", LEVEL_BLOCK_FINANCE);
    const char *view = home_of(house, "U0FAY");
    assert_says(view, "*Owing Ltd*");
    assert_silent_on(view, "*Mild Ltd*");
}

static void test_a_turned_key_is_asked_of_nobody_else(void **state)
{
    struct house *house = *state;
    struct actor bo = actor_of("U0BO");
    given_one(house, "Owing Ltd", LEVEL_BLOCK_FINANCE);
    assert_says(home_of(house, "U0MAYA"), "\"action_id\":\"approve\"");
    assert_int_equal(item_approve(&house->turn, &bo, 1001, 0, &all_ticked, &house->err).how,
                     MOVE_KEY_TURNED);
    assert_says(home_of(house, "U0MAYA"), "Nothing waits for you");
    assert_says(home_of(house, "U0FAY"), "\"action_id\":\"approve\"");
}

static void test_managers_find_what_was_escalated_to_them(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_silent_on(home_of(house, "U0LEE"), "Escalated to me");
    escalate(house, 1);
    assert_says(home_of(house, "U0LEE"), "⏰ Escalated to me");
    assert_silent_on(home_of(house, "U0KIM"), "Escalated to me");
    assert_int_equal(times(home_of(house, "U0LEE"), "\"block_id\":\"about:"), 1);
    escalate(house, 2);
    assert_says(home_of(house, "U0KIM"), "⏰ Escalated to me");
}

static void test_ten_are_shown_by_next_deadline_and_the_rest_counted(void **state)
{
    struct house *house = *state;
    for (int i = 0; i < 13; i++) {
        given_one(house, arena_fmt(&house->arena, "Account %d", i), LEVEL_ESCALATE_WARN);
        house->world.now.ms += HOURS(1);
    }
    const char *view = home_of(house, "U0BO");
    assert_int_equal(times(view, "\"block_id\":\"do:"), 10);
    assert_says(view, "3 more: `/onboard list team`");
    assert_true(strstr(view, "Account 0*") < strstr(view, "Account 9*"));
    assert_silent_on(view, "Account 12*");
}

static void test_a_manager_sees_how_the_team_stands(void **state)
{
    struct house *house = *state;
    struct actor bo = actor_of("U0BO");
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(item_claim(&house->turn, &bo, 1001, &house->err).how, MOVE_DONE);
    given_one(house, "Owing Ltd", LEVEL_BLOCK_FINANCE);
    house->world.now.ms += HOURS(50);
    escalate(house, 1);
    const char *view = home_of(house, "U0LEE");
    assert_says(view, "*2* open · *1* overdue · *1* claimed by nobody");
    assert_says(view, "<@U0BO> · 1 claimed");
    assert_says(view, "1 wait for a CS decision, the oldest 2 days (ONB-1001)");
    assert_says(view, "1 wait for Finance's key");
    assert_silent_on(view, "median");
    assert_silent_on(home_of(house, "U0BO"), "claimed by nobody\"");
    assert_silent_on(home_of(house, "U0BO"), "\"team_title\"");
}

static void test_a_manager_finds_the_bulk_review_where_something_only_warns(void **state)
{
    struct house *house = *state;
    given_one(house, "Owing Ltd", LEVEL_BLOCK_FINANCE);
    assert_silent_on(home_of(house, "U0LEE"), "Review in bulk");
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(home_of(house, "U0LEE"), "\"action_id\":\"bulk\"");
    assert_silent_on(home_of(house, "U0BO"), "Review in bulk");
}

static void test_the_median_is_of_what_was_decided_lately(void **state)
{
    struct house *house = *state;
    struct actor bo = actor_of("U0BO");
    for (int i = 1; i <= 3; i++) {
        given_one(house, arena_fmt(&house->arena, "Account %d", i), LEVEL_ESCALATE_WARN);
        house->world.now.ms += HOURS(i);
        assert_int_equal(
            item_reject(&house->turn, &bo, house->onboarding.number, 0, "no", &house->err).how,
            MOVE_DONE);
    }
    assert_says(home_of(house, "U0LEE"), "median time to decide *2 hours* (3 in 30 days)");
    house->world.now.ms += HOURS(24 * 31);
    assert_silent_on(home_of(house, "U0LEE"), "median");
}

static void test_what_stands_still_is_counted_by_state(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    house->world.now.ms += HOURS(24 * 8);
    assert_says(home_of(house, "U0LEE"), "1 waiting, not moved for more than 7 days");
}

static void test_a_desk_finds_what_is_routed_to_it_once(void **state)
{
    struct house *house = *state;
    struct message told = {.id = "M1",
                           .tenant = TENANT,
                           .purpose = "desk:finance",
                           .channel = "D0FAY",
                           .posted_at = house->world.now};
    given_one(house, "Urgent Ltd", LEVEL_ESCALATE_URGENT);
    told.item = house->item.id;
    assert_true(messages_add(house->db, &told));
    given_one(house, "Owing Ltd", LEVEL_BLOCK_FINANCE); /* its key: among what needs her */
    told.id = "M2";
    told.item = house->item.id;
    assert_true(messages_add(house->db, &told));
    const char *view = home_of(house, "U0FAY");
    assert_says(view, "Routed to Finance");
    assert_int_equal(times(view, "*Urgent Ltd* · ONB-1001"), 1);
    assert_int_equal(times(view, "*Owing Ltd* · ONB-1002"), 1);
    assert_silent_on(home_of(house, "U0BO"), "Routed to");
}

static void test_home_fits_for_someone_who_holds_every_role(void **state)
{
    struct house *house = *state;
    static const char *all[] = {"U0MAYA"};
    char huge[301];
    memset(huge, 'W', 300);
    huge[300] = '\0';
    for (size_t role = 0; role < ROLE_COUNT; role++)
        house->config.roles[role] = (struct config_list){.items = all, .count = 1};
    house->config.roster.cs_manager = house->config.roster.cs_director = "U0MAYA";
    static const char *const desks_told[] = {"desk:finance", "desk:finance_director", "desk:legal",
                                             "desk:revops"};
    for (int i = 0; i < 60; i++) {
        struct finding finding = finding_of(LEVEL_ESCALATE_URGENT, huge, huge);
        finding.routes = ~0u;
        given(house, huge, &finding, 1);
        for (size_t d = 0; d < 4; d++)
            assert_true(messages_add(
                house->db, &(struct message){.id = arena_fmt(&house->arena, "M%d-%zu", i, d),
                                             .tenant = TENANT,
                                             .item = house->item.id,
                                             .channel = "C0DESK",
                                             .posted_at = house->world.now,
                                             .purpose = desks_told[d]}));
        if (i % 2)
            escalate(house, 1);
    }
    for (int i = 0; i < 60; i++) /* a portfolio that was handed over one by one */
        assert_true(
            delegations_add(house->db, &house->arena, &house->world,
                            &(struct delegation){.tenant = TENANT,
                                                 .from = "U0BO",
                                                 .to = "U0MAYA",
                                                 .onboarding = 1001 + i,
                                                 .starts_at = house->world.now,
                                                 .ends_at = {house->world.now.ms + HOURS(24)},
                                                 .created_by = "U0BO",
                                                 .created_at = house->world.now}));
    const char *view = home_of(house, "U0MAYA");
    assert_says(view, "You stand in for <@U0BO> for ONB-10");
    assert_says(view, "and 52 more");
}

static void test_a_guest_is_told_that_home_is_not_theirs(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    const char *view = home_of(house, "U0GUS");
    assert_says(view, "guests");
    assert_silent_on(view, "ACME");
}

static void test_hostile_names_cannot_break_home(void **state)
{
    struct house *house = *state;
    char *huge = arena_alloc(&house->arena, 100 * 1024 + 1);
    memset(huge, '&', 100 * 1024);
    given_one(house, "\"]},<!here>\n*x*", LEVEL_ESCALATE_WARN);
    given_one(house, huge, LEVEL_ESCALATE_WARN);
    const char *view = home_of(house, "U0BO");
    assert_silent_on(view, "<!here>");
    (void)home_of(house, "U0ANA");
}

static void test_opening_home_publishes_it(void **state)
{
    struct house *house = *state;
    struct request request = {.kind = REQUEST_EVENT,
                              .actor = {.tenant = TENANT, .user_id = "U0BO", .via = "home"},
                              .tab = "messages"};
    struct reply reply = {0};
    assert_true(event_app_home_opened(&house->turn, &request, &reply, &house->err));
    assert_int_equal(jobs_count(house->db, JOB_READY), 0);
    request.tab = "home";
    assert_true(event_app_home_opened(&house->turn, &request, &reply, &house->err));
    struct job *jobs = NULL;
    assert_true(jobs_list(house->db, &house->arena, -1, 10, &jobs) >= 1);
    assert_says(jobs[0].kind, "publish_home");
}

#define WITH_HOUSE(test) cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOUSE(test_an_approver_finds_what_they_can_decide),
        WITH_HOUSE(test_the_owner_sees_the_deal_but_no_approve),
        WITH_HOUSE(test_what_waits_is_counted_beyond_what_is_shown),
        WITH_HOUSE(test_a_hard_block_needs_its_owner_not_the_approver),
        WITH_HOUSE(test_finance_finds_only_what_needs_its_key),
        WITH_HOUSE(test_a_turned_key_is_asked_of_nobody_else),
        WITH_HOUSE(test_managers_find_what_was_escalated_to_them),
        WITH_HOUSE(test_ten_are_shown_by_next_deadline_and_the_rest_counted),
        WITH_HOUSE(test_a_manager_sees_how_the_team_stands),
        WITH_HOUSE(test_a_manager_finds_the_bulk_review_where_something_only_warns),
        WITH_HOUSE(test_the_median_is_of_what_was_decided_lately),
        WITH_HOUSE(test_what_stands_still_is_counted_by_state),
        WITH_HOUSE(test_a_desk_finds_what_is_routed_to_it_once),
        WITH_HOUSE(test_home_fits_for_someone_who_holds_every_role),
        WITH_HOUSE(test_a_guest_is_told_that_home_is_not_theirs),
        WITH_HOUSE(test_hostile_names_cannot_break_home),
        WITH_HOUSE(test_opening_home_publishes_it),
    };
    return cmocka_run_group_tests_name("home", tests, NULL, NULL);
}
