/* Noise and the digest's time: the budget of a day, the same words within a minute, working time,
 * and nine o'clock across zones, changes of clocks, year ends and holidays. */
#include "handlers/notice.h"

#include "base/calendar.h"
#include "db/digests.h"
#include "handlers/digest.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"
#include "tests/unit/job_fixture.h"

#define READER "U0ANA"

static struct notice_asked asked(const struct house *house, const char *content)
{
    return (struct notice_asked){.tenant = TENANT,
                                 .user_id = READER,
                                 .purpose = "desk:owner",
                                 .content = content,
                                 .onboarding = house->onboarding.number};
}

static enum notice_fate judged(struct house *house, const char *content, bool urgent)
{
    struct notice_asked notice = asked(house, content);
    notice.urgent = urgent;
    return notice_judge(&house->turn, &notice);
}

static void kept(struct house *house, const char *id, const char *content, enum notice_fate fate)
{
    struct notice_asked notice = asked(house, content);
    assert_true(notice_keep(&house->turn, &notice, id, fate, "summary"));
}

static void test_the_budget_of_a_day_is_kept(void **state)
{
    struct house *house = *state;
    house->config.noise.budget = 2;
    kept(house, "J1", "a", NOTICE_SENT);
    assert_int_equal(judged(house, "b", false), NOTICE_SENT);
    kept(house, "J2", "b", NOTICE_SENT);
    assert_int_equal(judged(house, "c", false), NOTICE_FOLDED);
    assert_int_equal(judged(house, "c", true), NOTICE_SENT);
    advance(house, 24 * 60 * MINUTES(1));
    assert_int_equal(judged(house, "c", false), NOTICE_SENT);
}

static void test_what_is_folded_has_a_digest_to_stand_in(void **state)
{
    struct house *house = *state;
    assert_false(roles_has(&house->turn, TENANT, READER, ROLE_CSM)); /* no digest of her own */
    kept(house, "J1", "a", NOTICE_FOLDED);
    struct job digest = job_of(house, "digest");
    assert_string_equal(payload_of(house, &digest).user, READER);
    assert_int_equal(digest.run_at.ms, digest_next(&house->turn, TENANT, READER).ms);
}

static void test_without_a_budget_or_a_digest_nothing_is_folded(void **state)
{
    struct house *house = *state;
    struct preference wish = {.digest = DIGEST_OFF, .digest_minute = -1};
    kept(house, "J1", "a", NOTICE_SENT);
    house->config.noise.budget = 0;
    assert_int_equal(judged(house, "b", false), NOTICE_SENT);
    house->config.noise.budget = 1;
    assert_int_equal(judged(house, "b", false), NOTICE_FOLDED);
    assert_true(preferences_put(house->db, TENANT, READER, &wish, house->world.now));
    assert_int_equal(judged(house, "b", false), NOTICE_SENT);
}

static void test_the_same_words_within_a_minute_are_one(void **state)
{
    struct house *house = *state;
    kept(house, "J1", "a", NOTICE_SENT);
    assert_int_equal(judged(house, "a", true), NOTICE_MERGED);
    assert_int_equal(judged(house, "b", true), NOTICE_SENT);
    advance(house, MINUTES(1) + 1);
    assert_int_equal(judged(house, "a", true), NOTICE_SENT);
}

static void test_what_is_folded_is_folded_once_audited_and_counted(void **state)
{
    struct house *house = *state;
    struct notice *list;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    house->config.noise.budget = 1;
    kept(house, "J1", "a", NOTICE_SENT);
    kept(house, "J2", "b", NOTICE_FOLDED);
    assert_non_null(audited(house, "notice.folded"));
    assert_int_equal(count_jobs(house, "tell_folded"), 1);
    assert_int_equal(judged(house, "c", false), NOTICE_MERGED);
    assert_int_equal(notices_untold(house->db, &house->arena, TENANT, READER, 0, &list), 1);
    assert_string_equal(list[0].summary, "summary");
    assert_true(notices_told(house->db, TENANT, READER, house->world.now, "2026-04-21"));
    assert_int_equal(notices_count_untold(house->db, TENANT, READER), 0);
    assert_int_equal(judged(house, "c", false), NOTICE_FOLDED);
}

static void test_what_no_digest_told_is_not_forgotten(void **state)
{
    struct house *house = *state;
    kept(house, "J1", "a", NOTICE_SENT);
    kept(house, "J2", "b", NOTICE_FOLDED);
    assert_true(notices_purge(house->db, (struct wall){INT64_MAX}, 100));
    assert_int_equal(notices_count_untold(house->db, TENANT, READER), 1);
    assert_false(notices_was_sent(house->db, TENANT, READER, "a", (struct wall){0}));
}

static struct plan told(struct house *house, struct job *job)
{
    assert_true(
        later_inform(&house->turn, TENANT, READER, "An escalation could not be made", NULL));
    *job = job_of(house, "tell");
    return planned(house, job);
}

static void test_an_alarm_that_comes_twice_within_a_minute_is_told_once(void **state)
{
    struct house *house = *state;
    struct job job;
    struct plan plan = told(house, &job);
    assert_int_equal(plan.count, 1);
    assert_done(finished(house, &job, &plan));
    plan = told(house, &job);
    assert_int_equal(plan.count, 0);
    assert_done(finished(house, &job, &plan));
    advance(house, MINUTES(1) + 1);
    plan = told(house, &job);
    assert_int_equal(plan.count, 1);
}

/* ---- times ---- */

static void lives_in(struct house *house, const char *zone)
{
    const struct person person = {
        .user_id = READER, .name = "Ana", .zone = zone, .updated_at = house->world.now};
    assert_true(people_put(house->db, TENANT, &person));
}

static void expect_next(struct house *house, const char *zone, const char *now, const char *next)
{
    char text[WALL_TEXT_SIZE];
    lives_in(house, zone);
    assert_true(wall_parse(now, &house->world.now, &house->err));
    wall_format(digest_next(&house->turn, TENANT, READER), text);
    if (strncmp(text, next, strlen(next)) != 0)
        fail_msg("%s from %s: %s, not %s", zone, now, text, next);
}

static void test_nine_is_nine_in_every_zone_and_season(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *zone, *now, *next;
    } cases[] = {
        {"America/Toronto", "2026-10-30T12:00:00Z", "2026-10-30T13:00"},
        {"America/Toronto", "2026-10-30T13:00:00Z", "2026-11-02T14:00"}, /* back on 1 November */
        {"America/Toronto", "2026-03-06T14:00:01Z", "2026-03-09T13:00"}, /* ahead on 8 March */
        {"Europe/London", "2026-03-27T10:00:00Z", "2026-03-30T08:00"},
        {"Europe/London", "2026-10-23T10:00:00Z", "2026-10-26T09:00"},
        {"Asia/Kolkata", "2026-04-20T03:29:00Z", "2026-04-20T03:30"},
        {"Asia/Kolkata", "2026-04-24T03:30:00Z", "2026-04-27T03:30"},
        {"Pacific/Auckland", "2026-04-02T20:00:00Z", "2026-04-05T21:00"}, /* back on 5 April */
        {"Pacific/Auckland", "2026-09-24T22:00:00Z", "2026-09-27T20:00"}, /* ahead on the 27th */
        {"Pacific/Auckland", "2026-12-30T21:00:00Z", "2026-12-31T20:00"}, /* 1 January there */
        {"America/Toronto", "2026-12-31T14:00:00Z", "2027-01-01T14:00"},
        {"No/Such", "2026-04-20T00:00:00Z", "2026-04-20T13:00"}, /* the team's */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_next(house, cases[i].zone, cases[i].now, cases[i].next);
}

static void test_a_minute_that_the_clock_skips_or_repeats_comes_once(void **state)
{
    struct house *house = *state;
    house->config.calendar.days = 0x7F;
    house->config.digest.minute = 2 * 60 + 30;
    expect_next(house, "Europe/London", "2026-03-28T12:00:00Z", "2026-03-29T01:30");
    expect_next(house, "America/Toronto", "2026-03-08T00:00:00Z", "2026-03-08T07:00"); /* 03:00 */
    house->config.digest.minute = 90;
    expect_next(house, "America/Toronto", "2026-11-01T00:00:00Z", "2026-11-01T05:30");
    expect_next(house, "America/Toronto", "2026-11-01T05:30:00Z", "2026-11-02T06:30");
}

static void test_holidays_have_no_digest(void **state)
{
    struct house *house = *state;
    static struct civil holidays[2];
    holidays[0] = civil_of(2026, 12, 25);
    holidays[1] = civil_of(2027, 1, 1);
    house->config.calendar.holidays = holidays;
    house->config.calendar.holiday_count = 2;
    expect_next(house, "Europe/London", "2026-12-24T09:00:00Z", "2026-12-28T09:00");
    expect_next(house, "Europe/London", "2026-12-31T09:00:00Z", "2027-01-04T09:00");
    house->config.calendar.holiday_count = 0;
    house->config.calendar.holidays = NULL;
}

static void test_it_is_due_once_a_day_and_not_all_day(void **state)
{
    struct house *house = *state;
    const char *day;
    lives_in(house, "Asia/Kolkata");
    assert_true(wall_parse("2026-04-20T03:29:59Z", &house->world.now, &house->err));
    assert_false(digest_is_due(&house->turn, TENANT, READER, &day));
    house->world.now.ms += 1000;
    assert_true(digest_is_due(&house->turn, TENANT, READER, &day));
    assert_string_equal(day, "2026-04-20");
    assert_true(digests_add(house->db, TENANT, READER, day, "J1", false, house->world.now));
    assert_false(digests_add(house->db, TENANT, READER, day, "J2", false, house->world.now));
    assert_false(digest_is_due(&house->turn, TENANT, READER, &day));
    assert_true(wall_parse("2026-04-21T13:00:00Z", &house->world.now, &house->err));
    assert_false(digest_is_due(&house->turn, TENANT, READER, &day));
    assert_true(wall_parse("2026-04-25T04:00:00Z", &house->world.now, &house->err)); /* Saturday */
    assert_false(digest_is_due(&house->turn, TENANT, READER, &day));
}

static void test_at_night_it_waits_for_the_readers_morning(void **state)
{
    struct house *house = *state;
    char text[WALL_TEXT_SIZE];
    lives_in(house, "Pacific/Auckland");
    assert_true(wall_parse("2026-04-20T10:00:00Z", &house->world.now, &house->err)); /* 22:00 */
    wall_format(notice_time(&house->turn, TENANT, READER), text);
    assert_memory_equal(text, "2026-04-20T21:00", 16);
    house->config.noise.quiet = SWITCH_OFF;
    assert_int_equal(notice_time(&house->turn, TENANT, READER).ms, house->world.now.ms);
}

static int calm_setup(void **state)
{
    int failed = house_setup(state);
    struct house *house = *state;
    house->config.digest.minute = 9 * 60;
    house->config.digest.unasked = SWITCH_ON;
    house->config.noise.budget = 12;
    house->config.noise.quiet = SWITCH_ON;
    return failed;
}

#define calm_test(name) cmocka_unit_test_setup_teardown(name, calm_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        calm_test(test_the_budget_of_a_day_is_kept),
        calm_test(test_what_is_folded_has_a_digest_to_stand_in),
        calm_test(test_without_a_budget_or_a_digest_nothing_is_folded),
        calm_test(test_the_same_words_within_a_minute_are_one),
        calm_test(test_what_is_folded_is_folded_once_audited_and_counted),
        calm_test(test_what_no_digest_told_is_not_forgotten),
        calm_test(test_an_alarm_that_comes_twice_within_a_minute_is_told_once),
        calm_test(test_nine_is_nine_in_every_zone_and_season),
        calm_test(test_a_minute_that_the_clock_skips_or_repeats_comes_once),
        calm_test(test_holidays_have_no_digest),
        calm_test(test_it_is_due_once_a_day_and_not_all_day),
        calm_test(test_at_night_it_waits_for_the_readers_morning),
    };
    return cmocka_run_group_tests_name("notices and digests", tests, NULL, NULL);
}
