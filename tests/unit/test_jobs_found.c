/* The jobs that say something, once it is not to be said any more: what an earlier attempt may have
 * said is looked for, kept where it stands, and never said for that. */
#include "tests/unit/job_fixture.h"

#include "connectors/slack.h"
#include "handlers/jobs/later.h"

static int setup(void **state)
{
    slack_house_setup(state);
    given_one(*state, "ACME Corp", LEVEL_ESCALATE_WARN);
    return 0;
}

/* Where the plan's message stands. */
static void stands_at(struct plan *plan, const char *channel, const char *ts, bool adopted)
{
    struct slack_post *post = (struct slack_post *)plan->calls[0];
    post->channel = channel;
    post->ts = ts;
    post->adopted = adopted;
}

/* Revived by hand an hour after its first attempt, of which nobody knows whether it was heard. */
static struct job revived(struct house *house, const char *kind)
{
    struct job job = job_of(house, kind);
    house->world.now.ms += MINUTES(60);
    return job;
}

/* The manager's DM was attempted, then it is decided. */
static struct job revived_dm(struct house *house)
{
    struct job *timers;
    struct actor maya = actor_of("U0MAYA");
    size_t count = jobs_of(house, "escalate", &timers);
    for (size_t i = 0; i < count; i++) {
        struct plan plan = {0};
        if (payload_of(house, &timers[i]).level == 1)
            assert_done(finished(house, &timers[i], &plan));
    }
    struct moved moved = item_approve(&house->turn, &maya, house->onboarding.number,
                                      item_now(house).revision, &all_ticked, &house->err);
    assert_int_equal(moved.how, MOVE_DONE);
    drop_jobs(house, "edit_message");
    return revived(house, "post_dm");
}

static void test_a_dm_that_stands_is_kept_as_of_its_first_attempt_and_redrawn(void **state)
{
    struct house *house = *state;
    struct message message;
    struct job job = revived_dm(house);
    struct plan plan = planned(house, &job);
    assert_int_equal(plan.count, 1);
    assert_says(first_body(plan.calls[0]), "users=U0LEE");
    stands_at(&plan, "D0LEE", "2.1", true);
    assert_done(finished(house, &job, &plan));
    assert_true(messages_get(house->db, &house->arena, TENANT, job.id, &message));
    assert_int_equal(message.posted_at.ms, job.first_try_at.ms);
    assert_string_equal(message.digest, "");
    assert_int_equal(count_jobs(house, "edit_message"), 1);
}

static void test_a_dm_that_does_not_stand_is_not_remembered(void **state)
{
    struct house *house = *state;
    struct message message;
    struct job job = revived_dm(house);
    struct plan plan = planned(house, &job);
    assert_int_equal(plan.count, 1);
    assert_done(finished(house, &job, &plan)); /* not found: its ts is NULL */
    assert_false(messages_get(house->db, &house->arena, TENANT, job.id, &message));
    assert_int_equal(count_jobs(house, "edit_message"), 0);
}

static void test_looking_that_fails_is_tried_again(void **state)
{
    struct house *house = *state;
    struct job job = revived_dm(house);
    struct plan plan = planned(house, &job);
    fails_with(plan.calls[0], FAILURE_TRANSIENT, "http_503");
    assert_int_equal(finished(house, &job, &plan).end, JOB_END_RETRY);
}

static void test_a_card_beside_another_is_only_looked_for(void **state)
{
    struct house *house = *state;
    struct message card;
    struct job job = job_of(house, "post_card");
    struct plan plan = planned(house, &job);
    stands_at(&plan, "C0ONBOARD", "1.1", false);
    assert_done(finished(house, &job, &plan));
    assert_true(later_post_card(&house->turn, &house->item));
    job = revived(house, "post_card");
    plan = planned(house, &job);
    first_body(plan.calls[0]);
    assert_says(plan.calls[0]->request.url, "conversations.history");
    assert_done(finished(house, &job, &plan));
    assert_true(
        messages_find(house->db, &house->arena, TENANT, house->item.id, "card", NULL, &card));
    assert_string_equal(card.ts, "1.1");
}

#define found_test(f) cmocka_unit_test_setup_teardown(f, setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        found_test(test_a_dm_that_stands_is_kept_as_of_its_first_attempt_and_redrawn),
        found_test(test_a_dm_that_does_not_stand_is_not_remembered),
        found_test(test_looking_that_fails_is_tried_again),
        found_test(test_a_card_beside_another_is_only_looked_for),
    };
    return cmocka_run_group_tests_name("jobs that find what was said", tests, NULL, NULL);
}
