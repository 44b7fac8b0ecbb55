/* Delegation: who may stand in for whom, what that lends and bars, and when it is over. */
#include "tests/unit/job_fixture.h"

#include "handlers/delegation.h"
#include "handlers/recipient.h"
#include "handlers/roles.h"
#include "handlers/views/views.h"

#define DAYS(n) ((n)*HOURS(24))

static struct moved gives(struct house *house, const char *from, const char *to, int64_t onboarding,
                          int64_t starts_ms, int64_t ends_ms)
{
    struct actor actor = actor_of(from);
    const struct delegation_wish wish = {.to = to,
                                         .onboarding = onboarding,
                                         .starts_at = {house->world.now.ms + starts_ms},
                                         .ends_at = {house->world.now.ms + ends_ms},
                                         .why = "on leave"};
    struct moved end = delegation_give(&house->turn, &actor, &wish, &house->err);
    if (end.how == MOVE_FAILED)
        fail_msg("%s", house->err.msg);
    return end;
}

static void delegated(struct house *house, const char *from, const char *to, int64_t onboarding)
{
    struct moved end = gives(house, from, to, onboarding, 0, DAYS(2));
    if (end.how != MOVE_DONE)
        fail_msg("%s", end.why);
}

static const char *refused(struct moved end)
{
    assert_int_equal(end.how, MOVE_NOT_POSSIBLE);
    return end.why;
}

static const char *stand_in(struct house *house, const char *user, int64_t onboarding)
{
    return delegation_of(&house->turn, TENANT, user, onboarding);
}

static bool has(struct house *house, const char *user, enum role role)
{
    return roles_has(&house->turn, TENANT, user, role);
}

static const char *decides(struct house *house, const char *user, unsigned key)
{
    struct actor actor = actor_of(user);
    const char *why = NULL;
    return roles_may_decide(&house->turn, &actor, &house->onboarding, &house->item, key, &why)
               ? NULL
               : why;
}

static void deactivate(struct house *house, const char *user)
{
    assert_true(people_put(house->db, TENANT, &(struct person){.user_id = user, .deleted = true}));
}

/* ---- in force ---- */

static void test_it_begins_and_ends_by_itself(void **state)
{
    struct house *house = *state;
    assert_int_equal(gives(house, "U0LEE", "U0KIM", 0, DAYS(1), DAYS(3)).how, MOVE_DONE);
    assert_null(stand_in(house, "U0LEE", 0));
    advance(house, DAYS(1));
    assert_string_equal(stand_in(house, "U0LEE", 0), "U0KIM");
    advance(house, DAYS(2) - 1);
    assert_string_equal(stand_in(house, "U0LEE", 7), "U0KIM");
    advance(house, 1);
    assert_null(stand_in(house, "U0LEE", 0));
}

static void test_it_can_be_taken_back_before_and_after_it_begins(void **state)
{
    struct house *house = *state;
    struct actor lee = actor_of("U0LEE");
    assert_int_equal(gives(house, "U0LEE", "U0KIM", 0, 0, DAYS(3)).how, MOVE_DONE);
    assert_int_equal(gives(house, "U0LEE", "U0KIM", 0, DAYS(5), DAYS(6)).how, MOVE_DONE);
    assert_int_equal(delegation_take_back(&house->turn, &lee, 0, &house->err).how, MOVE_DONE);
    assert_null(stand_in(house, "U0LEE", 0));
    advance(house, DAYS(5));
    assert_null(stand_in(house, "U0LEE", 0));
    struct moved again = delegation_take_back(&house->turn, &lee, 0, &house->err);
    assert_says(refused(again), "Nobody stands in for you");
}

static void test_one_onboarding_comes_before_all(void **state)
{
    struct house *house = *state;
    static const char *managers[] = {"U0LEE", "U0ANA"};
    house->config.roles[ROLE_MANAGER] = (struct config_list){managers, 2};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    delegated(house, "U0LEE", "U0KIM", 0);
    delegated(house, "U0LEE", "U0ANA", house->onboarding.number);
    assert_string_equal(stand_in(house, "U0LEE", house->onboarding.number), "U0ANA");
    assert_string_equal(stand_in(house, "U0LEE", 7), "U0KIM");
}

static void test_who_stands_in_for_someone_away_is_found_through_them(void **state)
{
    struct house *house = *state;
    delegated(house, "U0MAYA", "U0LEE", 0);
    delegated(house, "U0LEE", "U0KIM", 0);
    assert_string_equal(stand_in(house, "U0MAYA", 0), "U0KIM");
}

static void test_it_lends_nothing_while_one_of_them_is_gone(void **state)
{
    struct house *house = *state;
    delegated(house, "U0LEE", "U0KIM", 0);
    assert_true(has(house, "U0KIM", ROLE_MANAGER));
    deactivate(house, "U0KIM");
    assert_null(stand_in(house, "U0LEE", 0));
    assert_string_equal(recipient_next(&house->turn, TENANT, 0, 1, NULL), "U0LEE");
}

static void test_of_another_workspace_nothing_is_seen(void **state)
{
    struct house *house = *state;
    delegated(house, "U0LEE", "U0KIM", 0);
    assert_null(delegation_of(&house->turn, "T0OTHER", "U0LEE", 0));
    assert_false(roles_has(&house->turn, "T0OTHER", "U0KIM", ROLE_CSM));
    const char **from;
    assert_int_equal(delegators_barring(&house->turn, "T0OTHER", "U0KIM", 0, &from), 0);
}

/* ---- may it be? ---- */

static void test_the_delegate_holds_an_equal_or_higher_role(void **state)
{
    struct house *house = *state;
    const char *why = refused(gives(house, "U0LEE", "U0BO", 0, 0, DAYS(1)));
    assert_says(why, "you are CS manager, and they hold no equal or higher role. <@U0KIM> can.");
    assert_says(refused(gives(house, "U0DEE", "U0FAY", 0, 0, DAYS(1))), "you are Finance director");
    assert_int_equal(gives(house, "U0FAY", "U0DEE", 0, 0, DAYS(1)).how, MOVE_DONE);
    assert_int_equal(gives(house, "U0MAYA", "U0LEE", 0, 0, DAYS(1)).how, MOVE_DONE);
    assert_says(refused(gives(house, "U0ANA", "U0LEE", 0, 0, DAYS(1))), "You hold no role");
    assert_says(refused(gives(house, "U0KIM", "U0LEE", 0, 0, DAYS(1))), "Nobody else does");
}

static void test_nobody_stands_in_who_is_not_there(void **state)
{
    struct house *house = *state;
    deactivate(house, "U0KIM");
    assert_says(refused(gives(house, "U0LEE", "U0KIM", 0, 0, DAYS(1))), "deactivated");
    assert_says(refused(gives(house, "U0LEE", "U0GUS", 0, 0, DAYS(1))), "guests");
    assert_says(refused(gives(house, "U0LEE", "U0NEW", 0, 0, DAYS(1))), "I don't know <@U0NEW>");
    assert_says(refused(gives(house, "U0LEE", "U0LEE", 0, 0, DAYS(1))), "for yourself");
}

static void test_its_time_is_bounded(void **state)
{
    struct house *house = *state;
    assert_says(refused(gives(house, "U0LEE", "U0KIM", 0, DAYS(2), DAYS(1))), "before it begins");
    assert_says(refused(gives(house, "U0LEE", "U0KIM", 0, -DAYS(2), -DAYS(1))), "over already");
    assert_says(refused(gives(house, "U0LEE", "U0KIM", 0, 0, DAYS(92))), "90 days");
    assert_says(refused(gives(house, "U0LEE", "U0KIM", 0, DAYS(366), DAYS(370))), "a year ahead");
}

static void test_one_stands_in_at_a_time(void **state)
{
    struct house *house = *state;
    delegated(house, "U0MAYA", "U0BO", 0);
    assert_says(refused(gives(house, "U0MAYA", "U0LEE", 0, DAYS(1), DAYS(5))),
                "<@U0BO> stands in for you for everything already");
    assert_int_equal(gives(house, "U0MAYA", "U0LEE", 0, DAYS(2), DAYS(5)).how, MOVE_DONE);
}

static void test_nothing_goes_round_in_a_circle(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"U0MAYA", "U0BO", "U0ANA"};
    house->config.roles[ROLE_APPROVER] = (struct config_list){approvers, 3};
    static const char *csm[] = {"U0MAYA", "U0BO", "U0ANA"};
    house->config.roles[ROLE_CSM] = (struct config_list){csm, 3};
    delegated(house, "U0MAYA", "U0BO", 0);
    delegated(house, "U0BO", "U0ANA", 0);
    assert_says(refused(gives(house, "U0ANA", "U0MAYA", 0, DAYS(1), DAYS(9))), "in a circle");
    assert_says(refused(gives(house, "U0BO", "U0MAYA", 0, DAYS(5), DAYS(1))), "before it begins");
    /* When the others are back, it is none. */
    assert_int_equal(gives(house, "U0ANA", "U0MAYA", 0, DAYS(2), DAYS(9)).how, MOVE_DONE);
}

static void test_a_refusal_and_a_delegation_stand_in_the_audit_log(void **state)
{
    struct house *house = *state;
    struct audit_entry *entries;
    refused(gives(house, "U0LEE", "U0BO", 0, 0, DAYS(1)));
    delegated(house, "U0LEE", "U0KIM", 0);
    size_t count = audit_list(house->db, &house->arena, TENANT, "U0LEE", 10, &entries);
    assert_int_equal(count, 2);
    assert_string_equal(entries[0].action, "delegate.refused");
    assert_string_equal(entries[1].action, "delegate");
    assert_says(entries[1].reason, "to U0KIM");
    struct job tell = job_of(house, "tell");
    assert_says(payload_of(house, &tell).text, "<@U0LEE> asks you to stand in");
    assert_string_equal(payload_of(house, &tell).user, "U0KIM");
}

/* ---- what it lends and bars ---- */

static void test_the_delegate_has_the_role_of_the_delegator_meanwhile(void **state)
{
    struct house *house = *state;
    assert_false(has(house, "U0KIM", ROLE_MANAGER));
    delegated(house, "U0LEE", "U0KIM", 0);
    assert_true(has(house, "U0KIM", ROLE_MANAGER));
    assert_false(has(house, "U0KIM", ROLE_FINANCE));
    advance(house, DAYS(2));
    assert_false(has(house, "U0KIM", ROLE_MANAGER));
}

static void test_a_delegate_who_loses_the_role_is_lent_nothing(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"U0MAYA"};
    delegated(house, "U0MAYA", "U0BO", 0);
    assert_string_equal(stand_in(house, "U0MAYA", 0), "U0BO");
    house->config.roles[ROLE_APPROVER] = (struct config_list){approvers, 1};
    assert_null(stand_in(house, "U0MAYA", 0));
    assert_false(has(house, "U0BO", ROLE_APPROVER));
}

static void test_admins_lend_nothing(void **state)
{
    struct house *house = *state;
    static const char *admins[] = {"U0LEE"};
    house->config.roles[ROLE_ADMIN] = (struct config_list){admins, 1};
    delegated(house, "U0LEE", "U0KIM", 0);
    assert_false(has(house, "U0KIM", ROLE_ADMIN));
}

static void test_what_bars_the_delegator_bars_the_delegate(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"U0ANA", "U0BO", "U0MAYA"};
    house->config.roles[ROLE_APPROVER] = (struct config_list){approvers, 3};
    house->config.roles[ROLE_CSM] = (struct config_list){approvers, 3};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_null(decides(house, "U0BO", KEY_CS));
    delegated(house, "U0ANA", "U0BO", 0);
    assert_says(decides(house, "U0BO", KEY_CS), "<@U0ANA>, for whom you stand in, owns the deal");
    delegated(house, "U0BO", "U0MAYA", 0);
    assert_says(decides(house, "U0MAYA", KEY_CS), "<@U0ANA>, for whom you stand in, owns the deal");
    advance(house, DAYS(2));
    assert_null(decides(house, "U0BO", KEY_CS));
}

static void test_a_ban_holds_though_the_delegate_lost_the_role_that_fits(void **state)
{
    struct house *house = *state;
    static const char *managers[] = {"U0ANA"};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    house->config.roles[ROLE_MANAGER] = (struct config_list){managers, 1};
    delegated(house, "U0ANA", "U0LEE", 0);
    house->config.roster.cs_manager = "U0NEW"; /* Lee is no manager any more, but an approver */
    static const char *approvers[] = {"U0LEE"};
    house->config.roles[ROLE_APPROVER] = (struct config_list){approvers, 1};
    assert_null(stand_in(house, "U0ANA", 0));
    assert_says(decides(house, "U0LEE", KEY_CS), "for whom you stand in");
}

static void test_two_keys_are_two_people_though_one_stands_in(void **state)
{
    struct house *house = *state;
    static const char *finance[] = {"U0MAYA", "U0BO"};
    house->config.roles[ROLE_FINANCE] = (struct config_list){finance, 2};
    house->config.roles[ROLE_CSM] = (struct config_list){0};
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    house->onboarding.started_by = "usher";
    struct approval key = {.tenant = TENANT,
                           .item = house->item.id,
                           .user_id = "U0MAYA",
                           .revision = house->item.revision,
                           .key = "cs",
                           .action = "approve",
                           .at = house->world.now};
    assert_true(approvals_add(house->db, &key));
    assert_null(decides(house, "U0BO", KEY_FINANCE));
    delegated(house, "U0MAYA", "U0BO", 0);
    assert_says(decides(house, "U0BO", KEY_FINANCE), "turned the CS key already");
}

static void test_a_key_that_was_turned_for_someone_counts_as_theirs(void **state)
{
    struct house *house = *state;
    static const char *finance[] = {"U0MAYA"};
    house->config.roles[ROLE_FINANCE] = (struct config_list){finance, 1};
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    struct approval key = {.tenant = TENANT,
                           .item = house->item.id,
                           .user_id = "U0BO",
                           .behalf_of = "U0MAYA",
                           .revision = house->item.revision,
                           .key = "cs",
                           .action = "approve",
                           .at = house->world.now};
    assert_true(approvals_add(house->db, &key));
    assert_says(decides(house, "U0MAYA", KEY_FINANCE), "you turned the CS key already");
}

/* ---- who hears of it, and in whose name ---- */

static void test_an_escalation_goes_to_who_stands_in(void **state)
{
    struct house *house = *state;
    static const char *managers[] = {"U0LEE", "U0ANA"};
    house->config.roles[ROLE_MANAGER] = (struct config_list){managers, 2};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    delegated(house, "U0LEE", "U0ANA", 0);
    assert_string_equal(recipient_next(&house->turn, TENANT, 0, 1, NULL), "U0ANA");
    assert_string_equal(recipient_first(&house->turn, TENANT, 0, 1).away, "U0LEE");
    assert_string_equal(recipient_next(&house->turn, TENANT, 0, 1, "U0ANA"), "U0KIM");
    assert_null(recipient_next(&house->turn, TENANT, 0, 1, "U0KIM"));
    assert_null(recipient_first(&house->turn, TENANT, 0, 2).away);
}

static void test_after_a_stand_in_who_is_none_any_more_comes_the_one_who_was_away(void **state)
{
    struct house *house = *state;
    static const char *managers[] = {"U0LEE", "U0ANA"};
    house->config.roles[ROLE_MANAGER] = (struct config_list){managers, 2};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    delegated(house, "U0LEE", "U0ANA", 0);
    deactivate(house, "U0ANA"); /* while a DM to them is tried */
    assert_string_equal(recipient_next(&house->turn, TENANT, 0, 1, "U0ANA"), "U0LEE");
    assert_string_equal(recipient_next(&house->turn, TENANT, 0, 1, "U0LEE"), "U0KIM");
    assert_null(recipient_next(&house->turn, TENANT, 0, 1, "U0KIM"));
}

static void test_the_dm_and_the_thread_name_both(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    delegated(house, "U0LEE", "U0KIM", 0);
    drop_jobs(house, "post_note");
    assert_true(item_timer(&house->turn, TENANT, house->item.id, TIMER_MANAGER,
                           house->item.generation, &house->err));
    struct job note = job_of(house, "post_note"), dm = job_of(house, "post_dm");
    assert_says(payload_of(house, &note).text, "<@U0KIM> (standing in for <@U0LEE>) is told now");
    assert_string_equal(payload_of(house, &dm).user, "U0KIM");
    struct card card;
    assert_true(card_render(&house->turn, TENANT, house->item.id, "dm1", &card, &house->err));
    assert_says(card.blocks, "<@U0KIM> stands in for <@U0LEE>");
    assert_says(audited(house, "escalate.manager")->reason, "to U0KIM for U0LEE");
}

static void test_the_audit_log_names_on_whose_behalf(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    delegated(house, "U0LEE", "U0KIM", 0);
    assert_true(item_timer(&house->turn, TENANT, house->item.id, TIMER_MANAGER,
                           house->item.generation, &house->err));
    struct actor kim = actor_of("U0KIM");
    struct moved end =
        item_approve(&house->turn, &kim, house->onboarding.number, 1, &all_ticked, &house->err);
    assert_int_equal(end.how, MOVE_DONE);
    assert_string_equal(audited(house, "approve")->actor, "U0KIM");
    assert_string_equal(audited(house, "approve")->behalf_of, "U0LEE");
    struct approval *approvals;
    assert_int_equal(approvals_list(house->db, &house->arena, TENANT, house->item.id, &approvals),
                     1);
    assert_string_equal(approvals[0].behalf_of, "U0LEE");
}

static void test_what_is_ones_own_is_done_in_ones_own_name(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    delegated(house, "U0MAYA", "U0LEE", 0);
    struct actor lee = actor_of("U0LEE");
    item_claim(&house->turn, &lee, house->onboarding.number, &house->err);
    assert_null(audited(house, "claim")->behalf_of);
}

static void test_its_end_is_said_to_both(void **state)
{
    struct house *house = *state;
    delegated(house, "U0LEE", "U0KIM", 0);
    drop_jobs(house, "tell");
    struct job *jobs;
    size_t count = jobs_of(house, "delegation", &jobs);
    assert_int_equal(count, 2);
    struct plan nothing = {0};
    assert_done(finished(house, &jobs[0], &nothing));
    assert_int_equal(count_jobs(house, "tell"), 0);
    advance(house, DAYS(2));
    assert_done(finished(house, &jobs[1], &nothing));
    assert_int_equal(count_jobs(house, "tell"), 2);
}

/* ---- the form, Home ---- */

static const char *submitted(struct house *house, request_handler *view, const char *id,
                             const char *state)
{
    struct token token = {0};
    (void)snprintf(token.id, sizeof token.id, "%s", id);
    struct json_node *values = json_scan(state, strlen(state), 1 << 20, &house->arena, &house->err);
    assert_non_null(values);
    const struct request request = {.kind = REQUEST_VIEW,
                                    .actor = {.tenant = TENANT, .user_id = "U0LEE", .via = "view"},
                                    .token = &token,
                                    .state = values,
                                    .answer_in_ack = true,
                                    .reference = "abc"};
    house->reply = (struct reply){0};
    if (!view(&house->turn, &request, &house->reply, &house->err))
        fail_msg("%s", house->err.msg);
    return house->reply.ack ? house->reply.ack : "";
}

#define FORM(user, from, until)                                                                    \
    "{\"delegate\":{\"delegate\":{\"selected_user\":\"" user "\"}},"                               \
    "\"from\":{\"from\":{\"selected_date\":\"" from "\"}},"                                        \
    "\"until\":{\"until\":{\"selected_date\":\"" until "\"}},"                                     \
    "\"why\":{\"why\":{\"value\":\"at <!channel> a fair\"}}}"

static void test_the_form_says_who_could_stand_in(void **state)
{
    struct house *house = *state;
    const char *view = NULL;
    struct actor lee = actor_of("U0LEE"), kim = actor_of("U0KIM");
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_true(
        view_delegate(&house->turn, &lee, &house->onboarding, &house->item, &view, &house->err));
    assert_says(view, "as <@U0KIM> have");
    assert_says(view, "Delegate ONB-1001");
    assert_says(view, "2026-04-27");
    assert_silent_on(view, "\"action_id\":\"from\"");
    assert_says(view, "where it is Mon 20 Apr 10:02 now");
    assert_true(people_put(
        house->db, TENANT,
        &(struct person){.user_id = "U0LEE", .zone = "America/Toronto", .locale = "en-US"}));
    assert_true(
        view_delegate(&house->turn, &lee, &house->onboarding, &house->item, &view, &house->err));
    assert_says(view, "America/Toronto, where it is Mon 20 Apr 10:02 am now");
    assert_true(view_delegate(&house->turn, &kim, NULL, NULL, &view, &house->err));
    assert_says(view, "nobody else has one");
    assert_says(view, "\"action_id\":\"from\"");
}

static void test_a_submitted_form_delegates(void **state)
{
    struct house *house = *state;
    const char *said =
        submitted(house, view_ooo_submitted, "U0LEE", FORM("U0KIM", "2026-04-20", "2026-04-22"));
    assert_says(said, "<@U0KIM> stands in for you for everything");
    assert_string_equal(stand_in(house, "U0LEE", 0), "U0KIM");
    struct job tell = job_of(house, "tell");
    assert_says(payload_of(house, &tell).text, "“at &lt;!channel&gt; a fair”");
}

static void test_what_is_wrong_in_the_form_stands_under_its_inputs(void **state)
{
    struct house *house = *state;
    const char *said =
        submitted(house, view_ooo_submitted, "U0LEE", FORM("", "2026-04-19", "2026-04-22"));
    assert_says(said, "\"delegate\":\"Pick a person.\"");
    assert_says(said, "\"from\":\"That day is over.\"");
    said = submitted(house, view_ooo_submitted, "U0LEE", FORM("U0KIM", "2026-04-24", "2026-04-22"));
    assert_says(said, "\"until\":\"The last day can't come before the first.\"");
    assert_says(submitted(house, view_ooo_submitted, "U0LEE", FORM("U0KIM", "x", "never")),
                "Pick a day.");
    assert_null(stand_in(house, "U0LEE", 0));
}

static void test_a_form_of_somebody_else_changes_nothing(void **state)
{
    struct house *house = *state;
    assert_says(
        submitted(house, view_ooo_submitted, "U0KIM", FORM("U0KIM", "2026-04-20", "2026-04-22")),
        "somebody else's");
    assert_null(stand_in(house, "U0LEE", 0));
}

static void test_one_onboarding_is_handed_over_by_its_form(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(
        submitted(house, view_delegate_submitted, house->item.id, FORM("U0KIM", "", "2026-04-22")),
        "for ONB-1001");
    assert_string_equal(stand_in(house, "U0LEE", house->onboarding.number), "U0KIM");
    assert_null(stand_in(house, "U0LEE", 0));
}

static void test_home_shows_for_whom_and_who(void **state)
{
    struct house *house = *state;
    const char *view = NULL;
    delegated(house, "U0LEE", "U0KIM", 0);
    assert_true(view_home(&house->turn, TENANT, "U0KIM", &view, &house->err));
    assert_says(view, "You stand in for <@U0LEE>");
    assert_says(view, "\"action_id\":\"ooo\"");
    assert_true(view_home(&house->turn, TENANT, "U0LEE", &view, &house->err));
    assert_says(view, "<@U0KIM> stands in for you");
    assert_says(view, "I am back");
    assert_true(view_home(&house->turn, TENANT, "U0ANA", &view, &house->err));
    assert_silent_on(view, "My delegation");
}

#define delegation_test(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        delegation_test(test_it_begins_and_ends_by_itself),
        delegation_test(test_it_can_be_taken_back_before_and_after_it_begins),
        delegation_test(test_one_onboarding_comes_before_all),
        delegation_test(test_who_stands_in_for_someone_away_is_found_through_them),
        delegation_test(test_it_lends_nothing_while_one_of_them_is_gone),
        delegation_test(test_of_another_workspace_nothing_is_seen),
        delegation_test(test_the_delegate_holds_an_equal_or_higher_role),
        delegation_test(test_nobody_stands_in_who_is_not_there),
        delegation_test(test_its_time_is_bounded),
        delegation_test(test_one_stands_in_at_a_time),
        delegation_test(test_nothing_goes_round_in_a_circle),
        delegation_test(test_a_refusal_and_a_delegation_stand_in_the_audit_log),
        delegation_test(test_the_delegate_has_the_role_of_the_delegator_meanwhile),
        delegation_test(test_a_delegate_who_loses_the_role_is_lent_nothing),
        delegation_test(test_admins_lend_nothing),
        delegation_test(test_what_bars_the_delegator_bars_the_delegate),
        delegation_test(test_a_ban_holds_though_the_delegate_lost_the_role_that_fits),
        delegation_test(test_two_keys_are_two_people_though_one_stands_in),
        delegation_test(test_a_key_that_was_turned_for_someone_counts_as_theirs),
        delegation_test(test_an_escalation_goes_to_who_stands_in),
        delegation_test(test_after_a_stand_in_who_is_none_any_more_comes_the_one_who_was_away),
        delegation_test(test_the_dm_and_the_thread_name_both),
        delegation_test(test_the_audit_log_names_on_whose_behalf),
        delegation_test(test_what_is_ones_own_is_done_in_ones_own_name),
        delegation_test(test_its_end_is_said_to_both),
        delegation_test(test_the_form_says_who_could_stand_in),
        delegation_test(test_a_submitted_form_delegates),
        delegation_test(test_what_is_wrong_in_the_form_stands_under_its_inputs),
        delegation_test(test_a_form_of_somebody_else_changes_nothing),
        delegation_test(test_one_onboarding_is_handed_over_by_its_form),
        delegation_test(test_home_shows_for_whom_and_who),
    };
    return cmocka_run_group_tests_name("delegation", tests, NULL, NULL);
}
