/* The job kinds: what each asks, what it makes of the answers, and that doing it again, or late,
 * does no harm. */
#include "tests/unit/job_fixture.h"

#include "connectors/platform.h"
#include "connectors/salesforce.h"
#include "connectors/slack.h"
#include "db/inbox.h"
#include "handlers/jobs/later.h"

/* ---- saying ---- */

static void stands_at(struct plan *plan, const char *channel, const char *ts)
{
    struct slack_post *post = (struct slack_post *)plan->calls[0];
    post->channel = channel;
    post->ts = ts;
}

/* Posts the house's card, as ts 1.1 in the channel. */
static void post_card(struct house *house)
{
    struct job job = job_of(house, "post_card");
    struct plan plan = planned(house, &job);
    stands_at(&plan, "C0ONBOARD", "1.1");
    assert_done(finished(house, &job, &plan));
}

static struct message message_of(struct house *house, const char *purpose)
{
    struct message message;
    assert_true(
        messages_find(house->db, &house->arena, TENANT, house->item.id, purpose, NULL, &message));
    return message;
}

static void approve(struct house *house, const char *user)
{
    struct actor actor = actor_of(user);
    struct moved moved = item_approve(&house->turn, &actor, house->onboarding.number,
                                      item_now(house).revision, &all_ticked, &house->err);
    if (moved.how != MOVE_DONE)
        fail_msg("%s", moved.why);
}

static void test_a_card_is_said_with_its_jobs_id_and_remembered(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct job job = job_of(house, "post_card");
    assert_string_equal(job.lane, "slack:C0ONBOARD");
    struct plan plan = planned(house, &job);
    assert_int_equal(plan.count, 1);
    assert_says(first_body(plan.calls[0]), job.id);
    assert_says(plan.calls[0]->request.url, "chat.postMessage");
    stands_at(&plan, "C0ONBOARD", "1.1");
    assert_done(finished(house, &job, &plan));
    struct message card = message_of(house, "card");
    assert_string_equal(card.id, job.id);
    assert_string_equal(card.ts, "1.1");
    assert_int_equal(card.onboarding, 1001);
    assert_int_equal(count_jobs(house, "edit_message"), 0);
}

static void test_a_card_that_may_stand_already_is_looked_for_first(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct job job = job_of(house, "post_card");
    job.attempt = 2;
    struct plan plan = planned(house, &job);
    first_body(plan.calls[0]);
    assert_says(plan.calls[0]->request.url, "conversations.history");
    stands_at(&plan, "C0ONBOARD", "1.1");
    ((struct slack_post *)plan.calls[0])->adopted = true;
    assert_done(finished(house, &job, &plan));
    assert_string_equal(message_of(house, "card").digest, "");
    assert_int_equal(count_jobs(house, "edit_message"), 1); /* what it shows is not known */
}

static void test_an_unknown_outcome_tries_again(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct job job = job_of(house, "post_card");
    struct plan plan = planned(house, &job);
    fails_with(plan.calls[0], FAILURE_AMBIGUOUS, "no_answer");
    assert_int_equal(finished(house, &job, &plan).end, JOB_END_RETRY);
    assert_int_equal(job_kind_find("post_card")->when_unknown, UNKNOWN_ASK);
    assert_int_equal(job_kind_find("tell")->when_unknown, UNKNOWN_DROP);
}

static void test_what_is_decided_while_the_card_is_on_its_way_is_drawn_after_it(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct job job = job_of(house, "post_card");
    struct plan plan = planned(house, &job);
    approve(house, "U0MAYA");
    assert_int_equal(count_jobs(house, "edit_message"), 0); /* nothing stands yet */
    stands_at(&plan, "C0ONBOARD", "1.1");
    assert_done(finished(house, &job, &plan));
    assert_int_equal(count_jobs(house, "edit_message"), 1);
}

static void test_a_card_of_what_was_decided_meanwhile_is_said_as_it_stands(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    approve(house, "U0MAYA");
    struct job job = job_of(house, "post_card");
    struct plan plan = planned(house, &job);
    const char *body = first_body(plan.calls[0]);
    assert_says(body, "U0MAYA");
    assert_silent_on(body, "action_id%22%3A%22approve");
}

static void test_a_cancelled_question_that_was_never_asked_stays_unsaid(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct item item = item_now(house);
    assert_true(item_cancel(&house->turn, &item, "gone", &house->err));
    struct job job = job_of(house, "post_card");
    struct plan plan = planned(house, &job);
    assert_int_equal(plan.count, 0);
    assert_done(finished(house, &job, &plan));
}

static void test_a_card_that_cannot_be_posted_is_told_to_the_admins(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct job job = job_of(house, "post_card");
    struct plan plan = planned(house, &job);
    fails_with(plan.calls[0], FAILURE_PERMISSION, "not_in_channel");
    struct job_outcome outcome = finished(house, &job, &plan);
    assert_int_equal(outcome.end, JOB_END_DEAD);
    buried(house, &job, outcome.reason);
    struct job told = job_of(house, "tell");
    assert_string_equal(payload_of(house, &told).user, "U0RAJ");
    assert_null(payload_of(house, &told).channel);
    assert_says(payload_of(house, &told).text, "not_in_channel");
    assert_says(payload_of(house, &told).text,
                arena_fmt(&house->arena, "usher jobs retry %s", job.id));
}

/* ---- redrawing ---- */

static void test_a_message_is_redrawn_once_for_what_changed(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    post_card(house);
    approve(house, "U0MAYA");
    struct job job = job_of(house, "edit_message");
    struct plan plan = planned(house, &job);
    assert_int_equal(plan.count, 1);
    const char *body = first_body(plan.calls[0]);
    assert_says(plan.calls[0]->request.url, "chat.update");
    assert_says(body, "ts=1.1");
    assert_says(body, message_of(house, "card").id);
    assert_done(finished(house, &job, &plan));
    assert_true(later_edit_messages(&house->turn, TENANT, house->item.id));
    job = job_of(house, "edit_message");
    plan = planned(house, &job);
    assert_int_equal(plan.count, 0); /* it shows this already */
    assert_done(finished(house, &job, &plan));
}

static void test_a_message_that_someone_deleted_is_let_go(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    post_card(house);
    approve(house, "U0MAYA");
    struct job job = job_of(house, "edit_message");
    struct plan plan = planned(house, &job);
    fails_with(plan.calls[0], FAILURE_NOT_FOUND, "message_not_found");
    assert_done(finished(house, &job, &plan));
}

static void test_notes_are_never_redrawn(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    post_card(house);
    assert_true(later_post_note(&house->turn, &house->item, "called", "called them"));
    struct job job = job_of(house, "post_note");
    struct plan plan = planned(house, &job);
    assert_says(first_body(plan.calls[0]), "thread_ts=1.1");
    stands_at(&plan, "C0ONBOARD", "1.2");
    assert_done(finished(house, &job, &plan));
    assert_string_equal(message_of(house, "note").thread_ts, "1.1");
    assert_true(later_edit_messages(&house->turn, TENANT, house->item.id));
    assert_int_equal(count_jobs(house, "edit_message"), 1);
}

/* ---- desks ---- */

static void test_a_desk_s_message_is_said_once_in_a_place_and_redrawn(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    struct job job = job_of(house, "post_desk");
    struct plan plan = planned(house, &job);
    assert_int_equal(plan.count, 1);
    stands_at(&plan, "D0FAY", "3.1");
    assert_done(finished(house, &job, &plan));
    struct message message = message_of(house, "desk:finance");
    assert_string_equal(message.user_id, "U0FAY");
    assert_string_equal(message.channel, "D0FAY");
    assert_true(later_edit_messages(&house->turn, TENANT, house->item.id));
    assert_int_equal(count_jobs(house, "edit_message"), 1);
    assert_true(later_post_desk(&house->turn, &house->item, "desk:finance", "U0FAY"));
    job = job_of(house, "post_desk");
    assert_int_equal(planned(house, &job).count, 0);
}

static void test_a_desk_is_not_told_of_what_is_decided(void **state)
{
    struct house *house = *state;
    struct actor maya = actor_of("U0MAYA");
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    assert_int_equal(
        item_reject(&house->turn, &maya, house->onboarding.number, 1, "no", &house->err).how,
        MOVE_DONE);
    struct job job = job_of(house, "post_desk");
    assert_int_equal(planned(house, &job).count, 0);
    job.attempt = 2; /* may have been said: it is found and redrawn */
    assert_int_equal(planned(house, &job).count, 1);
}

static void test_a_desk_that_cannot_be_told_is_said_in_the_thread(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    struct job job = job_of(house, "post_desk");
    buried(house, &job, "user_disabled");
    struct job note = job_of(house, "post_note");
    assert_says(payload_of(house, &note).text, "Finance (<@U0FAY>) could not be told");
    assert_says(payload_of(house, &note).text, "user_disabled");
}

/* ---- escalation ---- */

static void escalate(struct house *house, int level)
{
    struct job *jobs;
    size_t count = jobs_of(house, "escalate", &jobs);
    for (size_t i = 0; i < count; i++) {
        struct plan plan = {0};
        if (payload_of(house, &jobs[i]).level == level)
            assert_done(finished(house, &jobs[i], &plan));
    }
}

static void test_a_dm_is_remembered_with_its_channel(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    escalate(house, 1);
    struct job job = job_of(house, "post_dm");
    struct plan plan = planned(house, &job);
    assert_says(first_body(plan.calls[0]), "users=U0LEE");
    stands_at(&plan, "D0LEE", "2.1");
    assert_done(finished(house, &job, &plan));
    assert_string_equal(message_of(house, "dm1").user_id, "U0LEE");
    assert_string_equal(message_of(house, "dm1").channel, "D0LEE");
}

static void test_a_dm_to_someone_who_is_not_known_yet_is_remembered(void **state)
{
    struct house *house = *state;
    struct person who;
    house->config.roster.cs_manager = "U0NEW";
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_false(people_get(house->db, &house->arena, TENANT, "U0NEW", &who));
    escalate(house, 1);
    struct job job = job_of(house, "post_dm");
    struct plan plan = planned(house, &job);
    stands_at(&plan, "D0NEW", "2.1");
    assert_done(finished(house, &job, &plan));
    assert_string_equal(message_of(house, "dm1").user_id, "U0NEW");
}

static void test_a_dm_about_what_is_decided_is_not_sent(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    escalate(house, 1);
    approve(house, "U0MAYA");
    struct job job = job_of(house, "post_dm");
    struct plan plan = planned(house, &job);
    assert_int_equal(plan.count, 0);
    assert_done(finished(house, &job, &plan));
}

static void test_a_dm_that_dies_goes_up_and_at_last_to_the_thread(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    escalate(house, 1);
    drop_jobs(house, "post_note");
    struct job job = job_of(house, "post_dm");
    buried(house, &job, "permanent user_disabled");
    job = job_of(house, "post_dm");
    assert_string_equal(payload_of(house, &job).user, "U0KIM");
    struct job note = job_of(house, "post_note");
    assert_says(payload_of(house, &note).text, "<@U0LEE> could not be reached");
    assert_says(payload_of(house, &note).text, "<@U0KIM> is told instead");
    assert_says(audited(house, "escalate.undelivered")->reason, "to U0LEE: permanent");
    drop_jobs(house, "post_note");
    buried(house, &job, "permanent user_disabled");
    assert_int_equal(count_jobs(house, "post_dm"), 0);
    note = job_of(house, "post_note");
    assert_says(payload_of(house, &note).text, "<@U0RAJ>: please see that it is decided");
}

static void test_after_a_timer_that_died_the_next_one_runs(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct job job = job_of(house, "escalate");
    assert_int_equal(payload_of(house, &job).level, 1);
    buried(house, &job, "the store would not");
    job = job_of(house, "escalate");
    assert_int_equal(payload_of(house, &job).level, 2);
    assert_int_equal(job.run_at.ms, house->item.t2_at.ms);
    drop_jobs(house, "post_dm");
    escalate(house, 2);
    assert_int_equal(count_jobs(house, "post_dm"), 1);
    job = job_of(house, "escalate"); /* the manager, who was not told, hears on a later day */
    assert_int_equal(payload_of(house, &job).level, 1);
    assert_int_equal(job.run_at.ms, item_now(house).again_at.ms);
}

static void test_a_timer_without_its_item_is_a_dead_letter_not_a_crash(void **state)
{
    struct house *house = *state;
    struct job job = {.id = "J1", .tenant = TENANT, .kind = "escalate", .payload = "{}"};
    struct plan plan = {0};
    assert_int_equal(job_kind_find("escalate")->finish(&house->turn, &job, &plan).end,
                     JOB_END_DEAD);
}

/* ---- provisioning ---- */

static struct job provisioning(struct house *house, struct plan *plan)
{
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    post_card(house);
    approve(house, "U0MAYA");
    drop_jobs(house, "edit_message");
    struct job job = job_of(house, "provision");
    *plan = planned(house, &job);
    return job;
}

static void test_provisioning_makes_the_organization_and_says_so(void **state)
{
    struct house *house = *state;
    struct plan plan;
    house->config.platform.enabled = true;
    house->config.platform.base_url = "https://platform.example";
    house->config.platform.token = arena_str(&house->arena, "token");
    struct job job = provisioning(house, &plan);
    first_body(plan.calls[0]);
    assert_says(plan.calls[0]->request.url, "/organizations/T0SANDBOX-ONB-1001");
    ((struct organization_put *)plan.calls[0])->organization_id = "org_7";
    struct onboarding onboarding = onboarding_now(house);
    onboarding.owner_user_id = "U0BO"; /* found while the platform was asked */
    assert_true(onboardings_update(house->db, &onboarding, house->world.now));
    assert_done(finished(house, &job, &plan));
    onboarding = onboarding_now(house);
    assert_string_equal(onboarding.owner_user_id, "U0BO");
    assert_int_equal(onboarding.state, ONBOARDING_PROVISIONED);
    assert_string_equal(onboarding.organization_id, "org_7");
    struct job note = job_of(house, "post_note");
    assert_says(payload_of(house, &note).text, "`org_7`");
    assert_int_equal(count_jobs(house, "edit_message"), 1);
    assert_string_equal(audited(house, "provision.done")->reason, "org_7");
    plan = planned(house, &job); /* the job again, after a crash */
    assert_int_equal(plan.count, 0);
    assert_done(job_kind_find("provision")->finish(&house->turn, &job, &plan));
}

static void test_without_a_platform_provisioning_says_what_to_do(void **state)
{
    struct house *house = *state;
    struct plan plan;
    struct job job = provisioning(house, &plan);
    struct job_outcome outcome = finished(house, &job, &plan);
    assert_int_equal(outcome.end, JOB_END_DEAD);
    buried(house, &job, outcome.reason);
    assert_int_equal(onboarding_now(house).state, ONBOARDING_PROVISIONING);
    struct job note = job_of(house, "post_note");
    assert_says(payload_of(house, &note).text,
                "Provisioning failed: the platform is not configured");
    assert_says(payload_of(house, &note).text, "usher jobs retry");
    assert_non_null(audited(house, "provision.failed"));
}

/* ---- learning of deals ---- */

static struct won_poll *polled(struct house *house, struct job *job, struct plan *plan)
{
    house->config.salesforce.enabled = true;
    *job = job_of(house, "poll_deals");
    *plan = planned(house, job);
    return (struct won_poll *)plan->calls[0];
}

static void test_a_won_deal_is_started_once(void **state)
{
    struct house *house = *state;
    struct won_deal deals[] = {
        {.opportunity_id = "006A1",
         .account_id = "001A1",
         .account_name = "ACME Corp",
         .contract_id = "800A1"},
        {.opportunity_id = "006A2", .account_id = "001A1", .account_name = "ACME Corp"},
        {.opportunity_id = "006B1", .account_id = "001B1", .account_name = "Globex"},
    };
    assert_true(later_standing(&house->turn, TENANT));
    for (int round = 0; round < 2; round++) {
        struct job job;
        struct plan plan;
        struct won_poll *poll = polled(house, &job, &plan);
        poll->deals = deals;
        poll->count = 3;
        poll->next_cursor = "2026-04-20T14:00:00.000Z";
        assert_done(finished(house, &job, &plan));
    }
    assert_int_equal(count_jobs(house, "run_checks"), 2);
    struct onboarding *list;
    assert_int_equal(onboardings_list(house->db, &house->arena, TENANT, -1, NULL, 10, &list), 2);
    assert_string_equal(list[1].opportunity_id, "006A1");
    assert_string_equal(list[1].contract_ids, "800A1");
    assert_string_equal(list[1].started_by, "usher");
    assert_string_equal(cursors_get(house->db, &house->arena, TENANT, "salesforce.won"),
                        "2026-04-20T14:00:00.000Z");
    struct job next = job_of(house, "poll_deals");
    assert_int_equal(next.run_at.ms, house->world.now.ms + house->config.salesforce.poll_s * 1000);
}

static void test_a_deal_that_was_rejected_is_not_started_again(void **state)
{
    struct house *house = *state;
    struct won_deal deal = {
        .opportunity_id = "006A1", .account_id = "001A1", .account_name = "ACME Corp"};
    assert_true(later_standing(&house->turn, TENANT));
    for (int round = 0; round < 2; round++) {
        struct job job;
        struct plan plan;
        struct won_poll *poll = polled(house, &job, &plan);
        poll->deals = &deal;
        poll->count = 1;
        assert_done(finished(house, &job, &plan));
        assert_true(
            onboardings_set_state(house->db, TENANT, 1001, ONBOARDING_REJECTED, house->world.now));
    }
    assert_int_equal(count_jobs(house, "run_checks"), 1);
}

static void test_a_failed_poll_keeps_its_place_and_comes_back(void **state)
{
    struct house *house = *state;
    struct job job;
    struct plan plan;
    house->config.calendar.zone[0] = '\0';
    snprintf(house->config.calendar.zone, sizeof house->config.calendar.zone, "America/Toronto");
    assert_true(later_standing(&house->turn, TENANT));
    struct won_poll *poll = polled(house, &job, &plan);
    fails_with(&poll->call, FAILURE_AUTH, "invalid_grant");
    assert_done(finished(house, &job, &plan));
    assert_string_equal(cursors_get(house->db, &house->arena, TENANT, "salesforce.won"),
                        "2026-04-20T04:00:00.000Z"); /* midnight in Toronto */
    assert_int_equal(count_jobs(house, "poll_deals"), 1);
    advance(house, HOURS(24));
    poll = polled(house, &job, &plan);
    assert_string_equal(poll->cursor, "2026-04-20T04:00:00.000Z");
}

static void test_a_standing_job_has_one_waiting_row_whatever_happened(void **state)
{
    struct house *house = *state;
    struct job job, taken[8];
    assert_true(later_standing(&house->turn, TENANT));
    assert_true(later_standing(&house->turn, TENANT));
    job = job_of(house, "purge");
    assert_true(db_begin(house->db));
    assert_true(jobs_take(house->db, &house->arena, house->world.now,
                          (struct wall){house->world.now.ms + 60000}, taken, 8) > 0);
    assert_true(db_commit(house->db));
    assert_true(later_standing(&house->turn, TENANT)); /* while it runs */
    struct plan plan = {0};
    assert_done(finished(house, &job, &plan));
    assert_int_equal(count_jobs(house, "purge"), 1);
}

static void fill_inbox(struct house *house, int count)
{
    struct wall long_ago = {house->world.now.ms - INT64_C(4) * 86400000};
    assert_true(db_begin(house->db));
    for (int i = 0; i < count; i++)
        assert_true(
            inbox_add(house->db, TENANT, arena_fmt(&house->arena, "ev:%d", i), "", long_ago));
    assert_true(db_commit(house->db));
}

/* Ends the purge; how long until the next one. */
static int64_t purged(struct house *house)
{
    struct job job = job_of(house, "purge");
    struct plan plan = {0};
    assert_done(finished(house, &job, &plan));
    return job_of(house, "purge").run_at.ms - house->world.now.ms;
}

static void test_much_is_forgotten_a_little_at_a_time(void **state)
{
    struct house *house = *state;
    fill_inbox(house, 700);
    assert_true(later_standing(&house->turn, TENANT));
    assert_in_range(purged(house), 1, 1000);
    assert_non_null(inbox_find(house->db, &house->arena, TENANT, "ev:699"));
    assert_int_equal(purged(house), 3600000);
    assert_null(inbox_find(house->db, &house->arena, TENANT, "ev:699"));
}

/* ---- finding an account ---- */

static void find(struct house *house, struct account_match *matches, size_t count, bool start)
{
    struct actor maya = actor_of("U0MAYA");
    house->config.salesforce.enabled = true;
    assert_true(later_find_account(&house->turn, &maya, "C0ONBOARD",
                                   &(struct account_wish){.text = "acme", .start = start}));
    struct job job = job_of(house, "find_account");
    struct plan plan = planned(house, &job);
    struct account_search *search = (struct account_search *)plan.calls[0];
    search->matches = matches;
    search->count = count;
    assert_done(finished(house, &job, &plan));
}

static void test_an_account_that_was_found_is_started_and_checked(void **state)
{
    struct house *house = *state;
    struct account_match match = {"001A1", "ACME Corp", "800A1,800A2"};
    find(house, &match, 1, true);
    struct onboarding onboarding;
    assert_true(onboardings_get(house->db, &house->arena, TENANT, 1001, &onboarding));
    assert_string_equal(onboarding.started_by, "U0MAYA");
    assert_string_equal(onboarding.contract_ids, "800A1,800A2");
    struct job run = job_of(house, "run_checks");
    assert_string_equal(payload_of(house, &run).user, "U0MAYA");
    find(house, &match, 1, true);
    struct job told = job_of(house, "tell");
    assert_says(payload_of(house, &told).text, "ACME Corp is on its way already: ONB-1001");
    assert_int_equal(count_jobs(house, "run_checks"), 1);
}

static void test_checking_an_account_alone_stores_nothing(void **state)
{
    struct house *house = *state;
    struct account_match match = {"001A1", "ACME Corp", "800A1"};
    find(house, &match, 1, false);
    struct job run = job_of(house, "run_checks");
    assert_int_equal(payload_of(house, &run).onboarding, 0);
    assert_string_equal(payload_of(house, &run).account, "001A1");
    assert_int_equal(onboardings_count(house->db, TENANT, ONBOARDING_CHECKING), 0);
}

static void test_several_accounts_ask_which_with_signed_buttons(void **state)
{
    struct house *house = *state;
    struct account_match matches[] = {{"001A1", "Acme <Corp>", NULL}, {"001A2", "Acme Ltd", NULL}};
    find(house, matches, 2, true);
    struct job told = job_of(house, "tell");
    struct payload payload = payload_of(house, &told);
    assert_says(payload.text, "2 accounts match “acme”");
    assert_says(payload.text, "Acme &lt;Corp&gt;");
    struct json_node *blocks =
        json_scan(payload.blocks, strlen(payload.blocks), 1 << 20, &house->arena, &house->err);
    assert_non_null(blocks);
    struct token token;
    const char *value = json_node_str(blocks, "[1].elements[1].value", &house->arena, "");
    assert_true(token_verify(&house->keyring, value, house->world.now, &token, &house->err));
    assert_string_equal(token.id, "001A2");
    assert_true(blocks_check(blocks, 50, &house->arena, &house->err));
}

static void test_of_several_the_one_with_exactly_that_name_is_meant(void **state)
{
    struct house *house = *state;
    struct account_match matches[] = {{"001A1", "Acme", NULL}, {"001A2", "Acme Ltd", NULL}};
    find(house, matches, 2, true);
    assert_int_equal(count_jobs(house, "run_checks"), 1);
    assert_int_equal(count_jobs(house, "tell"), 0);
}

static void test_an_account_that_nobody_knows_is_said_to_be_unknown(void **state)
{
    struct house *house = *state;
    find(house, NULL, 0, true);
    struct job told = job_of(house, "tell");
    assert_says(payload_of(house, &told).text, "I found no account “acme”");
}

/* ---- people ---- */

static void test_a_profile_is_learned(void **state)
{
    struct house *house = *state;
    assert_true(later_learn_person(&house->turn, TENANT, "U0NEW"));
    struct job job = job_of(house, "learn_person");
    struct plan plan = planned(house, &job);
    struct slack_profile *user = &((struct slack_user *)plan.calls[0])->profile;
    user->user_id = "U0NEW";
    user->name = "New";
    user->restricted = true;
    assert_done(finished(house, &job, &plan));
    struct person person;
    assert_true(people_get(house->db, &house->arena, TENANT, "U0NEW", &person));
    assert_true(person.restricted);
    assert_true(later_learn_person(&house->turn, TENANT, "U0NEW"));
    assert_int_equal(count_jobs(house, "learn_person"), 0);
    advance(house, HOURS(25));
    assert_true(later_learn_person(&house->turn, TENANT, "U0NEW"));
    assert_int_equal(count_jobs(house, "learn_person"), 1);
}

static void test_the_owner_in_slack_is_written_to_the_onboarding(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_true(later_learn_owner(&house->turn, TENANT, 1001, "bo@corp.example"));
    struct job job = job_of(house, "learn_person");
    struct plan plan = planned(house, &job);
    struct slack_profile *user = &((struct slack_user *)plan.calls[0])->profile;
    user->user_id = "U0BO";
    user->email = "bo@corp.example";
    assert_done(finished(house, &job, &plan));
    assert_string_equal(onboarding_now(house).owner_user_id, "U0BO");
}

static void test_groups_are_read_and_their_people_learned(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"S0APPROVE", "U0BO"};
    static const char *members[] = {"U0MAYA", "U0NEW"};
    house->config.roles[ROLE_APPROVER] = (struct config_list){approvers, 2};
    assert_true(later_standing(&house->turn, TENANT));
    struct job job = job_of(house, "sync_groups");
    struct plan plan = planned(house, &job);
    assert_int_equal(plan.count, 1);
    struct slack_group *group = (struct slack_group *)plan.calls[0];
    group->user_ids = members;
    group->count = 2;
    assert_done(finished(house, &job, &plan));
    assert_true(groups_has(house->db, TENANT, "S0APPROVE", "U0NEW"));
    struct job learn = job_of(house, "learn_person");
    assert_string_equal(payload_of(house, &learn).user, "U0NEW");
    job = job_of(house, "sync_groups"); /* the next time */
    assert_true(job.run_at.ms > house->world.now.ms);
    plan = planned(house, &job);
    fails_with(plan.calls[0], FAILURE_TRANSIENT, "no_answer");
    assert_done(finished(house, &job, &plan));
    assert_true(groups_has(house->db, TENANT, "S0APPROVE", "U0NEW"));
    job = job_of(house, "sync_groups");
    plan = planned(house, &job);
    fails_with(plan.calls[0], FAILURE_NOT_FOUND, "no_such_subteam");
    assert_done(finished(house, &job, &plan));
    assert_false(groups_has(house->db, TENANT, "S0APPROVE", "U0NEW"));
}

static void test_homes_that_were_opened_follow_what_changes(void **state)
{
    struct house *house = *state;
    assert_true(later_publish_home(&house->turn, TENANT, "U0MAYA"));
    struct job job = job_of(house, "publish_home");
    struct plan plan = planned(house, &job);
    first_body(plan.calls[0]);
    assert_says(plan.calls[0]->request.url, "views.publish");
    assert_done(finished(house, &job, &plan));
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    job = job_of(house, "publish_home");
    assert_null(payload_of(house, &job).user);
    plan = planned(house, &job);
    assert_int_equal(plan.count, 0);
    assert_done(finished(house, &job, &plan));
    job = job_of(house, "publish_home");
    assert_string_equal(payload_of(house, &job).user, "U0MAYA");
}

/* ---- telling ---- */

static void test_an_ephemeral_sentence_is_never_repeated(void **state)
{
    struct house *house = *state;
    assert_true(later_tell(&house->turn, TENANT, "C0ONBOARD", "U0BO", "Hello", NULL));
    struct job job = job_of(house, "tell");
    assert_true(job.expires_at.ms > house->world.now.ms);
    struct plan plan = planned(house, &job);
    first_body(plan.calls[0]);
    assert_says(plan.calls[0]->request.url, "chat.postEphemeral");
    fails_with(plan.calls[0], FAILURE_AMBIGUOUS, "no_answer");
    assert_int_equal(finished(house, &job, &plan).end, JOB_END_DEAD);
}

static void test_what_the_channel_refuses_is_said_in_the_dm(void **state)
{
    struct house *house = *state;
    assert_true(later_tell(&house->turn, TENANT, "C0OTHER", "U0BO", "Hello", NULL));
    struct job job = job_of(house, "tell");
    struct plan plan = planned(house, &job);
    fails_with(plan.calls[0], FAILURE_PERMISSION, "not_in_channel");
    assert_done(finished(house, &job, &plan));
    job = job_of(house, "tell");
    plan = planned(house, &job);
    assert_says(first_body(plan.calls[0]), "users=U0BO");
    fails_with(plan.calls[0], FAILURE_PERMISSION, "messages_tab_disabled");
    assert_int_equal(finished(house, &job, &plan).end, JOB_END_DEAD);
}

static void test_a_failure_says_how_a_job_ends(void **state)
{
    (void)state;
    struct failure failure = {.class = FAILURE_RATE_LIMITED, .retry_after_ms = 7000};
    assert_int_equal(job_by_failure(&failure).end, JOB_END_WAIT);
    assert_int_equal(job_by_failure(&failure).retry_after_ms, 7000);
    failure = (struct failure){.class = FAILURE_QUOTA};
    assert_int_equal(job_by_failure(&failure).retry_after_ms, HOURS(1));
    failure = (struct failure){.class = FAILURE_TRANSIENT};
    assert_int_equal(job_by_failure(&failure).end, JOB_END_RETRY);
    failure = (struct failure){.class = FAILURE_PERMANENT, .code = "bad", .message = "no"};
    assert_int_equal(job_by_failure(&failure).end, JOB_END_DEAD);
    assert_string_equal(job_by_failure(&failure).reason, "permanent bad: no");
    failure = (struct failure){.class = FAILURE_NONE};
    assert_int_equal(job_by_failure(&failure).end, JOB_END_DONE);
}

#define kind_test(name) cmocka_unit_test_setup_teardown(name, slack_house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        kind_test(test_a_card_is_said_with_its_jobs_id_and_remembered),
        kind_test(test_a_card_that_may_stand_already_is_looked_for_first),
        kind_test(test_an_unknown_outcome_tries_again),
        kind_test(test_what_is_decided_while_the_card_is_on_its_way_is_drawn_after_it),
        kind_test(test_a_card_of_what_was_decided_meanwhile_is_said_as_it_stands),
        kind_test(test_a_cancelled_question_that_was_never_asked_stays_unsaid),
        kind_test(test_a_card_that_cannot_be_posted_is_told_to_the_admins),
        kind_test(test_a_message_is_redrawn_once_for_what_changed),
        kind_test(test_a_message_that_someone_deleted_is_let_go),
        kind_test(test_notes_are_never_redrawn),
        kind_test(test_a_desk_s_message_is_said_once_in_a_place_and_redrawn),
        kind_test(test_a_desk_is_not_told_of_what_is_decided),
        kind_test(test_a_desk_that_cannot_be_told_is_said_in_the_thread),
        kind_test(test_a_dm_is_remembered_with_its_channel),
        kind_test(test_a_dm_to_someone_who_is_not_known_yet_is_remembered),
        kind_test(test_a_dm_about_what_is_decided_is_not_sent),
        kind_test(test_a_dm_that_dies_goes_up_and_at_last_to_the_thread),
        kind_test(test_after_a_timer_that_died_the_next_one_runs),
        kind_test(test_a_timer_without_its_item_is_a_dead_letter_not_a_crash),
        kind_test(test_provisioning_makes_the_organization_and_says_so),
        kind_test(test_without_a_platform_provisioning_says_what_to_do),
        kind_test(test_a_won_deal_is_started_once),
        kind_test(test_a_deal_that_was_rejected_is_not_started_again),
        kind_test(test_a_failed_poll_keeps_its_place_and_comes_back),
        kind_test(test_a_standing_job_has_one_waiting_row_whatever_happened),
        kind_test(test_much_is_forgotten_a_little_at_a_time),
        kind_test(test_an_account_that_was_found_is_started_and_checked),
        kind_test(test_checking_an_account_alone_stores_nothing),
        kind_test(test_several_accounts_ask_which_with_signed_buttons),
        kind_test(test_of_several_the_one_with_exactly_that_name_is_meant),
        kind_test(test_an_account_that_nobody_knows_is_said_to_be_unknown),
        kind_test(test_a_profile_is_learned),
        kind_test(test_the_owner_in_slack_is_written_to_the_onboarding),
        kind_test(test_groups_are_read_and_their_people_learned),
        kind_test(test_homes_that_were_opened_follow_what_changes),
        kind_test(test_an_ephemeral_sentence_is_never_repeated),
        kind_test(test_what_the_channel_refuses_is_said_in_the_dm),
        kind_test(test_a_failure_says_how_a_job_ends),
    };
    return cmocka_run_group_tests_name("job kinds", tests, NULL, NULL);
}
