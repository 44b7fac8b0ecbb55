/* The escalation item: every move of its table, who may make it, and what follows. */
#include "tests/unit/job_fixture.h"

#include "handlers/jobs/later.h"
#include "handlers/recipient.h"

/* ---- what the team does ---- */

static struct moved approve(struct house *house, const char *user, int64_t revision)
{
    struct actor actor = actor_of(user);
    return item_approve(&house->turn, &actor, house->onboarding.number, revision, &all_ticked,
                        &house->err);
}

static struct moved reject(struct house *house, const char *user, const char *reason)
{
    struct actor actor = actor_of(user);
    return item_reject(&house->turn, &actor, house->onboarding.number, 0, reason, &house->err);
}

static struct moved claim(struct house *house, const char *user)
{
    struct actor actor = actor_of(user);
    return item_claim(&house->turn, &actor, house->onboarding.number, &house->err);
}

static struct moved release(struct house *house, const char *user)
{
    struct actor actor = actor_of(user);
    return item_release(&house->turn, &actor, house->onboarding.number, &house->err);
}

static void escalate(struct house *house, int level)
{
    struct item item = item_now(house);
    if (!item_timer(&house->turn, TENANT, item.id, (enum item_timer)level, item.generation,
                    &house->err))
        fail_msg("%s", house->err.msg);
}

static void assert_moved(struct moved moved, enum move how, const char *words)
{
    if (moved.how != how)
        fail_msg("%d, not %d: %s", moved.how, how, moved.why);
    assert_says(moved.why, words);
}

static int64_t timer_at(struct house *house, int level)
{
    struct job *jobs;
    size_t count = jobs_of(house, "escalate", &jobs);
    for (size_t i = 0; i < count; i++)
        if (payload_of(house, &jobs[i]).level == level)
            return jobs[i].run_at.ms;
    return 0;
}

/* ---- opening and its clock ---- */

static void test_opening_posts_a_card_and_sets_the_first_timer(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct item item = item_now(house);
    assert_int_equal(item.state, ITEM_OPEN);
    assert_int_equal(count_jobs(house, "post_card"), 1);
    assert_int_equal(timer_at(house, 1), item.t1_at.ms);
    assert_int_equal(count_jobs(house, "escalate"), 1); /* what it does sets the second */
    assert_int_equal(item.t1_at.ms - item.opened_at.ms, HOURS(48));
    assert_int_equal(item.t2_at.ms - item.opened_at.ms, HOURS(96));
    assert_int_equal(onboarding_now(house).state, ONBOARDING_WAITING);
    assert_string_equal(audited(house, "item.opened")->to, "open");
}

static void test_a_timer_that_falls_on_a_weekend_is_promised_for_monday(void **state)
{
    struct house *house = *state;
    advance(house, HOURS(72)); /* Thursday 23 April */
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct local t1 = calendar_local(house->config.calendar.zone, house->item.t1_at);
    assert_int_equal(t1.date.day, civil_of(2026, 4, 27).day);
    assert_int_equal(t1.minute, house->config.calendar.start_minute);
    assert_int_equal(timer_at(house, 1), house->item.t1_at.ms);
}

static void test_a_calendar_open_day_and_night_holds_nothing(void **state)
{
    struct house *house = *state;
    house->config.calendar.days = 0x7f;
    house->config.calendar.start_minute = 0;
    house->config.calendar.end_minute = 24 * 60;
    advance(house, HOURS(83)); /* the night to Friday: T1 falls on a Sunday */
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(house->item.t1_at.ms - house->item.opened_at.ms, HOURS(48));
    assert_int_equal(house->item.t2_at.ms - house->item.opened_at.ms, HOURS(96));
}

static void test_the_business_clock_counts_working_days(void **state)
{
    struct house *house = *state;
    house->config.escalation.clock = CLOCK_BUSINESS;
    advance(house, HOURS(72)); /* Thursday: two working days later is Monday, four is Wednesday */
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_int_equal(house->item.t1_at.ms - house->item.opened_at.ms, HOURS(96));
    assert_int_equal(house->item.t2_at.ms - house->item.opened_at.ms, HOURS(144));
}

static void test_missing_data_starts_the_clock_of_people_later(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_DATA);
    assert_int_equal(house->item.t1_at.ms - house->item.opened_at.ms,
                     HOURS(48) + MINUTES(house->config.escalation.data_grace_min));
}

/* ---- approve ---- */

static void test_approve_decides_and_provisions(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_moved(approve(house, "U0MAYA", 1), MOVE_DONE, "Approved: ONB-1001 r1");
    struct item item = item_now(house);
    assert_int_equal(item.state, ITEM_DECIDED);
    assert_string_equal(item.decided_by, "U0MAYA");
    assert_int_equal(onboarding_now(house).state, ONBOARDING_PROVISIONING);
    assert_int_equal(count_jobs(house, "provision"), 1);
    assert_int_equal(count_jobs(house, "escalate"), 0);
    const struct audit_entry *line = audited(house, "approve");
    assert_string_equal(line->actor, "U0MAYA");
    assert_string_equal(line->from, "open");
    assert_string_equal(line->to, "decided");
    assert_string_equal(line->facts_digest, house->run.facts_digest);
}

static void test_second_click_loses_and_is_told(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_moved(approve(house, "U0BO", 1), MOVE_DONE, "Approved");
    assert_moved(approve(house, "U0MAYA", 1), MOVE_ALREADY, "Already approved by <@U0BO>");
    assert_moved(reject(house, "U0MAYA", "too late"), MOVE_ALREADY, "Already approved by <@U0BO>");
    assert_string_equal(item_now(house).decided_by, "U0BO");
    assert_int_equal(count_jobs(house, "provision"), 1);
    assert_string_equal(audited(house, "approve.refused")->actor, "U0MAYA");
    assert_string_equal(audited(house, "reject.refused")->actor, "U0MAYA");
}

static void test_a_money_block_needs_two_keys_of_two_people(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    assert_moved(approve(house, "U0MAYA", 1), MOVE_KEY_TURNED, "Still missing: Finance's key");
    assert_int_equal(item_now(house).state, ITEM_OPEN);
    assert_int_equal(item_keys_turned(&house->turn, &house->item), KEY_CS);
    assert_int_equal(count_jobs(house, "provision"), 0);
    assert_int_equal(timer_at(house, 1), house->item.t1_at.ms); /* the clock runs on */
    assert_moved(approve(house, "U0BO", 1), MOVE_FORBIDDEN, "it needs a Finance approver");
    assert_moved(approve(house, "U0FAY", 1), MOVE_DONE, "Approved");
    assert_int_equal(item_now(house).state, ITEM_DECIDED);
}

static void test_one_person_with_both_roles_turns_the_key_that_fewer_can(void **state)
{
    struct house *house = *state;
    static const char *both[] = {"U0FAY", "U0MAYA"};
    house->config.roles[ROLE_FINANCE] = (struct config_list){both, 2};
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    assert_moved(approve(house, "U0MAYA", 1), MOVE_KEY_TURNED, "turned Finance's key");
    assert_moved(approve(house, "U0MAYA", 1), MOVE_FORBIDDEN, "two keys are two people");
    assert_says(approve(house, "U0MAYA", 1).why, "<@U0BO>");
}

static void test_only_who_may_turn_the_missing_key_is_named(void **state)
{
    struct house *house = *state;
    static const char *finance[] = {"U0ANA", "U0BO", "U0FAY"};
    house->config.roles[ROLE_FINANCE] = (struct config_list){finance, 3};
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    /* Ana owns the deal */
    assert_moved(approve(house, "U0MAYA", 1), MOVE_KEY_TURNED,
                 "(<@U0BO>, <@U0FAY> and <@U0DEE> can)");
    given_one(house, "Borealis", LEVEL_BLOCK_FINANCE);
    assert_moved(approve(house, "U0BO", 1), MOVE_KEY_TURNED, "turned Finance's key");
    struct moved other = approve(house, "U0FAY", 1);
    assert_moved(other, MOVE_FORBIDDEN, "<@U0MAYA>");
    assert_null(strstr(other.why, "U0BO"));
    struct actor raj = actor_of("U0RAJ");
    assert_string_equal(item_who_can(&house->turn, &raj, &house->onboarding, &house->item, KEY_CS),
                        "<@U0MAYA>, <@U0LEE> and <@U0KIM>");
}

static void test_finances_key_alone_opens_nothing_and_comes_in_any_order(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    assert_moved(approve(house, "U0FAY", 1), MOVE_KEY_TURNED, "Still missing: the CS key");
    assert_moved(approve(house, "U0BO", 1), MOVE_DONE, "Approved");
}

static void test_the_directors_key_is_turned_by_the_finance_director_alone(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE_DIRECTOR);
    assert_moved(approve(house, "U0FAY", 1), MOVE_FORBIDDEN, "You can't approve ONB-1001");
    assert_moved(approve(house, "U0DEE", 1), MOVE_KEY_TURNED, "the CS key");
    assert_moved(approve(house, "U0LEE", 1), MOVE_DONE, "Approved");
}

static void test_the_owner_and_whoever_started_it_cannot_approve(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"U0MAYA", "U0BO", "U0ANA", "U0RAJ"};
    house->config.roles[ROLE_APPROVER] = (struct config_list){approvers, 4};
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct moved owner = approve(house, "U0ANA", 1);
    assert_moved(owner, MOVE_FORBIDDEN, "You can't approve ONB-1001: you own the deal.");
    assert_says(owner.why, "<@U0MAYA>, <@U0BO> and <@U0LEE> can.");
    assert_moved(approve(house, "U0RAJ", 1), MOVE_FORBIDDEN, "you started it");
    assert_says(audited(house, "approve.refused")->reason, "you started it");
    assert_int_equal(item_now(house).state, ITEM_OPEN);
}

static void test_a_hard_block_can_be_rejected_only(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_HARD);
    struct moved moved = approve(house, "U0MAYA", 1);
    assert_moved(moved, MOVE_NOT_POSSIBLE, "It needs a fix at the source: INV-102 paid");
    assert_moved(reject(house, "U0MAYA", "no contract"), MOVE_DONE, "Rejected: ONB-1001");
    struct item item = item_now(house);
    assert_string_equal(item.decision, "reject");
    assert_string_equal(item.reason, "no contract");
    assert_int_equal(onboarding_now(house).state, ONBOARDING_REJECTED);
    assert_int_equal(count_jobs(house, "provision"), 0);
}

static void test_missing_data_cannot_be_approved_and_says_when_it_heals(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_DATA);
    assert_moved(approve(house, "U0MAYA", 1), MOVE_NOT_POSSIBLE, "tried every 15 min");
}

static void test_an_old_revision_is_refused_and_says_what_changed(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct finding now[2] = {finding_of(LEVEL_BLOCK_FINANCE, "INV-110 is overdue <too>", NULL),
                             finding_of(LEVEL_ESCALATE_WARN,
                                        "Invoice INV-102 is 13 days overdue (CAD 25,000.00)",
                                        "INV-102 paid")};
    now[0].subject = "INV-110";
    struct run run = run_with(house, now, 2);
    struct item item = item_now(house);
    assert_true(item_new_revision(&house->turn, &item, &house->onboarding, &run, &house->err));
    struct moved moved = approve(house, "U0MAYA", 1);
    assert_moved(moved, MOVE_STALE, "ONB-1001 changed since r1: INV-110 is overdue &lt;too&gt;.");
    assert_says(moved.why, "look at r2");
    assert_string_equal(audited(house, "approve.refused")->actor, "U0MAYA");
    assert_int_equal(item_now(house).state, ITEM_OPEN);
}

static void test_old_facts_are_fetched_again_before_an_approval_counts(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    advance(house, MINUTES(16));
    assert_moved(approve(house, "U0MAYA", 1), MOVE_HELD, "16 min old");
    assert_int_equal(item_now(house).state, ITEM_OPEN);
    struct job job = job_of(house, "run_checks");
    struct payload payload = payload_of(house, &job);
    assert_true(payload.approve);
    assert_string_equal(payload.user, "U0MAYA");
    assert_non_null(audited(house, "approve.held"));
    refetch(house);
    assert_moved(approve(house, "U0MAYA", 1), MOVE_DONE, "Approved");
}

static void test_someone_without_the_role_is_refused_before_anything_is_fetched(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    advance(house, HOURS(3));
    assert_moved(approve(house, "U0FAY", 1), MOVE_FORBIDDEN, "it needs a CS approver");
    assert_int_equal(count_jobs(house, "run_checks"), 0);
}

static void test_on_a_scaled_clock_facts_stay_fresh_for_a_minute_of_machine_time(void **state)
{
    struct house *house = *state;
    house->world.speed = 8640;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    advance(house, HOURS(48));
    assert_moved(approve(house, "U0LEE", 1), MOVE_DONE, "Approved");
}

static void test_there_is_nothing_to_approve_where_nothing_is(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    house->onboarding.number = 4711;
    assert_moved(approve(house, "U0MAYA", 0), MOVE_NOT_POSSIBLE, "There is no ONB-4711");
    assert_non_null(audited(house, "approve.refused"));
}

/* ---- claim, release, comment ---- */

static void test_a_claim_stops_the_managers_timer_and_not_the_directors(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct item before = item_now(house);
    assert_moved(claim(house, "U0MAYA"), MOVE_DONE, "ONB-1001 is yours. The director hears of it");
    struct item item = item_now(house);
    assert_int_equal(item.state, ITEM_CLAIMED);
    assert_int_equal(timer_at(house, 1), 0);
    assert_int_equal(timer_at(house, 2), before.t2_at.ms);
    assert_int_equal(item.t1_at.ms, before.t1_at.ms);
    assert_moved(claim(house, "U0BO"), MOVE_NOT_POSSIBLE, "was claimed by <@U0MAYA>");
    assert_moved(claim(house, "U0MAYA"), MOVE_ALREADY, "You claimed ONB-1001 already");
}

static void test_a_release_arms_the_managers_timer_again(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    int64_t t1 = item_now(house).t1_at.ms;
    claim(house, "U0MAYA");
    assert_moved(release(house, "U0BO"), MOVE_FORBIDDEN, "<@U0MAYA> claimed it");
    assert_moved(release(house, "U0MAYA"), MOVE_DONE, "nobody's again");
    assert_int_equal(timer_at(house, 1), t1); /* the old time is the later one */
    claim(house, "U0MAYA");
    advance(house, HOURS(48));
    assert_moved(release(house, "U0LEE"), MOVE_DONE, "The manager hears of it");
    assert_int_equal(timer_at(house, 1), house->world.now.ms + HOURS(4));
    assert_moved(release(house, "U0LEE"), MOVE_NOT_POSSIBLE, "Nobody has claimed");
}

static void test_a_comment_of_an_approver_claims_and_one_of_others_does_not(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    static const char *csms[] = {"U0ANA"};
    house->config.roles[ROLE_CSM] = (struct config_list){csms, 1};
    struct actor ana = actor_of("U0ANA"), bo = actor_of("U0BO");
    int64_t number = house->onboarding.number;
    assert_moved(item_comment(&house->turn, &ana, number, "called <them>", &house->err), MOVE_DONE,
                 "Noted for ONB-1001.");
    assert_int_equal(item_now(house).state, ITEM_OPEN);
    assert_moved(item_comment(&house->turn, &bo, number, "mine", &house->err), MOVE_DONE,
                 "Noted. ONB-1001 is yours.");
    assert_string_equal(item_now(house).claimed_by, "U0BO");
    struct job *jobs;
    assert_int_equal(jobs_of(house, "post_note", &jobs), 2);
    assert_string_equal(payload_of(house, &jobs[0]).text, "💬 <@U0ANA>: called &lt;them&gt;");
    assert_string_equal(audited(house, "note")->reason, "mine");
}

/* ---- timers ---- */

static void test_day_two_tells_the_manager_by_dm_and_in_the_thread(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct item before = item_now(house);
    escalate(house, 1);
    assert_int_equal(item_now(house).state, ITEM_ESCALATED_1);
    struct job dm = job_of(house, "post_dm"), note = job_of(house, "post_note");
    assert_string_equal(payload_of(house, &dm).user, "U0LEE");
    assert_string_equal(dm.lane, "slack:U0LEE");
    assert_says(payload_of(house, &note).text, "<@U0LEE> is told now. Next: <@U0KIM>");
    assert_int_equal(timer_at(house, 1), item_now(house).again_at.ms);
    assert_int_equal(item_now(house).t2_at.ms, before.t2_at.ms);
    assert_string_equal(audited(house, "escalate.manager")->reason, "to U0LEE");
}

static void test_day_four_tells_the_director_even_when_it_is_claimed(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    claim(house, "U0MAYA");
    escalate(house, 2);
    struct item item = item_now(house);
    assert_int_equal(item.state, ITEM_ESCALATED_2);
    assert_string_equal(item.claimed_by, "U0MAYA");
    struct job dm = job_of(house, "post_dm"), note = job_of(house, "post_note");
    assert_string_equal(payload_of(house, &dm).user, "U0KIM");
    assert_says(payload_of(house, &note).text, "<@U0MAYA> claimed it");
    assert_int_equal(count_jobs(house, "escalate"), 0);
    assert_moved(approve(house, "U0KIM", 1), MOVE_DONE, "Approved");
}

static void test_a_release_after_the_directors_timer_lets_the_manager_hear(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    claim(house, "U0MAYA");
    advance(house, HOURS(96));
    escalate(house, 2); /* the manager's was off all the time */
    drop_jobs(house, "post_dm");
    assert_moved(release(house, "U0MAYA"), MOVE_DONE,
                 "The director knows of it already; the manager hears of it");
    struct item item = item_now(house);
    assert_int_equal(item.state, ITEM_ESCALATED_2);
    assert_true(item.again_at.ms > house->world.now.ms);
    assert_int_equal(timer_at(house, 1), item.again_at.ms);
    house->world.now = item.again_at;
    escalate(house, 1);
    struct job dm = job_of(house, "post_dm");
    assert_string_equal(payload_of(house, &dm).user, "U0LEE");
}

static void test_a_timer_of_an_older_generation_is_void(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    int64_t generation = item_now(house).generation;
    claim(house, "U0MAYA");
    release(house, "U0MAYA");
    assert_true(
        item_timer(&house->turn, TENANT, house->item.id, TIMER_MANAGER, generation, &house->err));
    assert_int_equal(item_now(house).state, ITEM_OPEN);
    assert_int_equal(count_jobs(house, "post_dm"), 0);
}

static void test_a_timer_that_fires_twice_tells_once(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    escalate(house, 1);
    escalate(house, 1);
    assert_int_equal(count_jobs(house, "post_dm"), 1);
}

static void test_a_reminder_that_waits_is_not_added_again(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    advance(house, HOURS(48));
    escalate(house, 1);
    advance(house, HOURS(24)); /* Slack took nothing meanwhile */
    escalate(house, 1);
    assert_non_null(audited(house, "remind.manager"));
    assert_int_equal(count_jobs(house, "post_dm"), 1);
    drop_jobs(house, "post_dm");
    advance(house, HOURS(24));
    escalate(house, 1);
    assert_int_equal(count_jobs(house, "post_dm"), 1);
}

static void test_without_a_manager_the_next_level_is_told(void **state)
{
    struct house *house = *state;
    house->config.roster.cs_manager = NULL;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    escalate(house, 1);
    struct job dm = job_of(house, "post_dm");
    assert_string_equal(payload_of(house, &dm).user, "U0KIM");
    assert_string_equal(audited(house, "escalate.manager")->reason, "to U0KIM");
}

static void test_with_nobody_to_tell_the_channel_and_the_admins_are_told(void **state)
{
    struct house *house = *state;
    house->config.roster.cs_manager = "U0OLD";
    house->config.roster.cs_director = NULL;
    assert_true(people_put(house->db, TENANT,
                           &(struct person){.user_id = "U0OLD", .name = "Old", .deleted = true}));
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    escalate(house, 1);
    assert_int_equal(count_jobs(house, "post_dm"), 0);
    struct job note = job_of(house, "post_note");
    assert_says(payload_of(house, &note).text, "<@U0RAJ>: please see that it is decided");
    assert_says(audited(house, "escalate.manager")->reason, "nobody there");
}

/* ---- new facts ---- */

static void test_new_facts_make_a_revision_and_the_clock_runs_on(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    drop_jobs(house, "post_note");
    approve(house, "U0MAYA", 1);
    struct item before = item_now(house);
    advance(house, HOURS(5));
    struct finding now = finding_of(LEVEL_ESCALATE_WARN, "INV-103 is 3 days overdue", NULL);
    now.subject = "INV-103";
    struct run run = run_with(house, &now, 1);
    struct item item = before;
    assert_true(item_new_revision(&house->turn, &item, &house->onboarding, &run, &house->err));
    item = item_now(house);
    assert_int_equal(item.revision, 2);
    assert_int_equal(item.level, LEVEL_ESCALATE_WARN);
    assert_int_equal(item.t1_at.ms, before.t1_at.ms);
    assert_int_equal(timer_at(house, 1), before.t1_at.ms);
    assert_int_equal(item_keys_turned(&house->turn, &item), 0);
    struct job note = job_of(house, "post_note");
    assert_says(payload_of(house, &note).text, "this is r2 now: INV-103 is 3 days overdue");
    assert_says(payload_of(house, &note).text, "no longer counts");
}

static void test_a_revision_that_only_aged_says_nothing_in_the_thread(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct finding now =
        finding_of(LEVEL_ESCALATE_WARN, "Invoice INV-102 is 13 days overdue (CAD 25,000.00)", NULL);
    struct run run = run_with(house, &now, 1);
    struct item item = item_now(house);
    assert_true(item_new_revision(&house->turn, &item, &house->onboarding, &run, &house->err));
    assert_int_equal(item_now(house).revision, 2);
    assert_int_equal(count_jobs(house, "post_note"), 0);
}

static void test_finance_is_told_in_a_message_of_its_own(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE);
    struct job job = job_of(house, "post_desk");
    assert_string_equal(job.lane, "slack:U0FAY");
    assert_string_equal(payload_of(house, &job).purpose, "desk:finance");
    assert_string_equal(payload_of(house, &job).item, house->item.id);
    assert_int_equal(count_jobs(house, "post_note"), 0);
}

static void test_what_is_urgent_is_told_to_finance_whatever_its_routes(void **state)
{
    struct house *house = *state;
    struct finding finding = finding_of(LEVEL_ESCALATE_URGENT, "Currencies differ", NULL);
    finding.routes = ROUTE_REVOPS;
    given(house, "ACME Corp", &finding, 1);
    assert_string_equal(job_of(house, "post_desk").lane, "slack:U0FAY");
    struct job note = job_of(house, "post_note");
    assert_says(payload_of(house, &note).text, "for RevOps");
}

static void test_clean_facts_clear_the_item_and_it_proceeds(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_BLOCK_DATA);
    struct run run = run_with(house, NULL, 0);
    struct item item = item_now(house);
    assert_true(item_clear(&house->turn, &item, &house->onboarding, &run, &house->err));
    assert_int_equal(item_now(house).state, ITEM_AUTO_CLEARED);
    assert_int_equal(onboarding_now(house).state, ONBOARDING_PROVISIONING);
    assert_int_equal(count_jobs(house, "escalate"), 0);
    assert_int_equal(count_jobs(house, "provision"), 1);
    assert_moved(approve(house, "U0MAYA", 0), MOVE_ALREADY, "needs no decision any more");
}

static void test_a_cancelled_item_says_why(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct item item = item_now(house);
    assert_true(item_cancel(&house->turn, &item, "the account was deleted", &house->err));
    assert_int_equal(item_now(house).state, ITEM_CANCELLED);
    assert_int_equal(onboarding_now(house).state, ONBOARDING_CANCELLED);
    assert_int_equal(count_jobs(house, "escalate"), 0);
    assert_moved(approve(house, "U0MAYA", 0), MOVE_ALREADY, "the account was deleted");
}

static void test_after_a_rejection_clean_facts_still_ask_a_person(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    reject(house, "U0MAYA", "customer not ready");
    struct item old = item_now(house), opened;
    advance(house, HOURS(1));
    struct run run = run_with(house, NULL, 0);
    assert_true(item_open(&house->turn, &house->onboarding, &run, &old, &opened, &house->err));
    assert_string_equal(opened.previous_id, old.id);
    assert_moved(approve(house, "U0FAY", 0), MOVE_FORBIDDEN, "it needs a CS approver");
    assert_moved(approve(house, "U0BO", 0), MOVE_DONE, "Approved: ONB-1001 r2");
}

#define item_test(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        item_test(test_opening_posts_a_card_and_sets_the_first_timer),
        item_test(test_a_timer_that_falls_on_a_weekend_is_promised_for_monday),
        item_test(test_a_calendar_open_day_and_night_holds_nothing),
        item_test(test_the_business_clock_counts_working_days),
        item_test(test_missing_data_starts_the_clock_of_people_later),
        item_test(test_approve_decides_and_provisions),
        item_test(test_second_click_loses_and_is_told),
        item_test(test_a_money_block_needs_two_keys_of_two_people),
        item_test(test_one_person_with_both_roles_turns_the_key_that_fewer_can),
        item_test(test_only_who_may_turn_the_missing_key_is_named),
        item_test(test_finances_key_alone_opens_nothing_and_comes_in_any_order),
        item_test(test_the_directors_key_is_turned_by_the_finance_director_alone),
        item_test(test_the_owner_and_whoever_started_it_cannot_approve),
        item_test(test_a_hard_block_can_be_rejected_only),
        item_test(test_missing_data_cannot_be_approved_and_says_when_it_heals),
        item_test(test_an_old_revision_is_refused_and_says_what_changed),
        item_test(test_old_facts_are_fetched_again_before_an_approval_counts),
        item_test(test_someone_without_the_role_is_refused_before_anything_is_fetched),
        item_test(test_on_a_scaled_clock_facts_stay_fresh_for_a_minute_of_machine_time),
        item_test(test_there_is_nothing_to_approve_where_nothing_is),
        item_test(test_a_claim_stops_the_managers_timer_and_not_the_directors),
        item_test(test_a_release_arms_the_managers_timer_again),
        item_test(test_a_comment_of_an_approver_claims_and_one_of_others_does_not),
        item_test(test_day_two_tells_the_manager_by_dm_and_in_the_thread),
        item_test(test_day_four_tells_the_director_even_when_it_is_claimed),
        item_test(test_a_release_after_the_directors_timer_lets_the_manager_hear),
        item_test(test_a_timer_of_an_older_generation_is_void),
        item_test(test_a_timer_that_fires_twice_tells_once),
        item_test(test_a_reminder_that_waits_is_not_added_again),
        item_test(test_without_a_manager_the_next_level_is_told),
        item_test(test_with_nobody_to_tell_the_channel_and_the_admins_are_told),
        item_test(test_new_facts_make_a_revision_and_the_clock_runs_on),
        item_test(test_a_revision_that_only_aged_says_nothing_in_the_thread),
        item_test(test_finance_is_told_in_a_message_of_its_own),
        item_test(test_what_is_urgent_is_told_to_finance_whatever_its_routes),
        item_test(test_clean_facts_clear_the_item_and_it_proceeds),
        item_test(test_a_cancelled_item_says_why),
        item_test(test_after_a_rejection_clean_facts_still_ask_a_person),
    };
    return cmocka_run_group_tests_name("item", tests, NULL, NULL);
}
