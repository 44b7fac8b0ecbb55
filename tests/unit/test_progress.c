/* How far a playbook is: health, risk, days, forecast, as pure sums over its tasks. */
#include "handlers/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAYS(n) ((n)*INT64_C(86400000))

static void test_health_is_a_hundred_less_what_speaks_against_it(void **state)
{
    (void)state;
    static const struct {
        struct health_facts facts;
        int score;
    } cases[] = {
        {{0, 0, 0}, 100},
        {{1, 0, 0}, 92},
        {{0, 1, 0}, 90},
        {{0, 0, 1}, 99},
        {{2, 1, 5}, 69},
        {{5, 0, 0}, 60},
        {{6, 0, 0}, 60}, /* forty at most */
        {{0, 3, 0}, 70},
        {{0, 4, 0}, 70},
        {{0, 0, 30}, 70},
        {{0, 0, 31}, 70},
        {{100, 100, INT64_MAX}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(health_score(&cases[i].facts), cases[i].score);
}

static void test_more_against_it_never_makes_it_healthier(void **state)
{
    (void)state;
    for (int64_t overdue = 0; overdue < 8; overdue++)
        for (int64_t blocked = 0; blocked < 6; blocked++)
            for (int64_t past = 0; past < 40; past += 3) {
                const struct health_facts facts = {overdue, blocked, past};
                const struct health_facts worse[] = {{overdue + 1, blocked, past},
                                                     {overdue, blocked + 1, past},
                                                     {overdue, blocked, past + 1}};
                for (size_t i = 0; i < 3; i++)
                    assert_true(health_score(&worse[i]) <= health_score(&facts));
                assert_in_range(health_score(&facts), 0, 100);
            }
}

static void test_at_risk_is_low_or_late_or_blocked(void **state)
{
    (void)state;
    const struct health_facts well = {2, 2, 0}, low = {5, 2, 0}, three = {0, 3, 0},
                              late = {0, 0, 1};
    assert_false(health_is_at_risk(&well, 0, 10));
    assert_int_equal(health_score(&low), 40);
    assert_true(health_is_at_risk(&low, 9, 10));
    assert_true(health_is_at_risk(&three, 9, 10));
    assert_true(health_is_at_risk(&late, 69, 100));
    assert_false(health_is_at_risk(&late, 70, 100));
}

/* ---- a journey ---- */

enum { TASKS = 10 };

struct made {
    struct task tasks[TASKS];
    struct journey_view view;
};

/* Begun at day 100, a task due each day after it, `finished` of them done. */
static void make(struct made *made, int finished)
{
    *made = (struct made){0};
    made->view = (struct journey_view){
        .journey = {.goal_days = 20, .started_at = {DAYS(100)}, .stage = 1},
        .tasks = made->tasks,
        .count = TASKS,
    };
    for (int i = 0; i < TASKS; i++)
        made->tasks[i] = (struct task){
            .number = i + 1,
            .stage = 1,
            .due_at = {DAYS(101 + i)},
            .state = i < finished ? TASK_DONE : TASK_OPEN,
        };
}

static void test_the_forecast_is_the_pace_so_far(void **state)
{
    (void)state;
    struct made made;
    make(&made, 5);
    struct progress progress = progress_of(&made.view, (struct wall){DAYS(110)});
    assert_int_equal(progress.day, 10);
    assert_int_equal(progress.finished, 5);
    assert_int_equal(progress.forecast_at.ms, DAYS(120)); /* five in ten days, five to do */
    assert_int_equal(progress.goal_at.ms, DAYS(120));
    assert_int_equal(progress.facts.overdue, 4); /* those due on 106 … 109; 110 is now */
    assert_int_equal(progress.next->number, 6);
    made.tasks[5].state = TASK_BLOCKED;
    made.tasks[6].state = TASK_SKIPPED;
    progress = progress_of(&made.view, (struct wall){DAYS(110)});
    assert_int_equal(progress.finished, 6);
    assert_int_equal(progress.facts.blocked, 1);
    assert_int_equal(progress.next->number, 8);
}

static void test_without_a_pace_the_plan_is_the_forecast(void **state)
{
    (void)state;
    struct made made;
    make(&made, 0);
    assert_int_equal(progress_of(&made.view, (struct wall){DAYS(100)}).forecast_at.ms, DAYS(110));
    assert_int_equal(progress_of(&made.view, (struct wall){DAYS(150)}).forecast_at.ms, DAYS(150));
    assert_int_equal(progress_of(&made.view, (struct wall){DAYS(99)}).day,
                     0); /* a clock set back */
}

static void test_a_first_hour_is_no_pace(void **state)
{
    (void)state;
    struct made made;
    make(&made, 1);
    struct wall now = {DAYS(100) + 60000};
    assert_int_equal(progress_of(&made.view, now).forecast_at.ms, now.ms + DAYS(9));
}

static void test_while_it_is_paused_nothing_moves(void **state)
{
    (void)state;
    struct made made;
    make(&made, 5);
    made.view.journey.paused_at = (struct wall){DAYS(106)};
    struct progress then = progress_of(&made.view, (struct wall){DAYS(106)}),
                    later = progress_of(&made.view, (struct wall){DAYS(130)});
    assert_int_equal(later.day, then.day);
    assert_int_equal(later.facts.overdue, then.facts.overdue);
    assert_int_equal(later.health, then.health);
    assert_int_equal(later.goal_at.ms, then.goal_at.ms + DAYS(24));
    assert_int_equal(later.forecast_at.ms, then.forecast_at.ms + DAYS(24));
    made.view.journey.paused_at = (struct wall){0};
    made.view.journey.paused_ms = DAYS(24);
    struct progress resumed = progress_of(&made.view, (struct wall){DAYS(130)});
    assert_int_equal(resumed.day, then.day);
    assert_int_equal(resumed.goal_at.ms, later.goal_at.ms);
}

static void test_past_the_goal_costs_a_point_a_day(void **state)
{
    (void)state;
    struct made made;
    make(&made, 9);
    made.tasks[9].due_at.ms = DAYS(200);
    struct progress progress = progress_of(&made.view, (struct wall){DAYS(127)});
    assert_int_equal(progress.facts.days_past_goal, 7);
    assert_int_equal(progress.health, 93);
}

static void test_the_bar_has_eight_cells(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_string_equal(progress_bar(&arena, 0, 14), "░░░░░░░░");
    assert_string_equal(progress_bar(&arena, 9, 14), "█████░░░");
    assert_string_equal(progress_bar(&arena, 13, 14), "███████░");
    assert_string_equal(progress_bar(&arena, 14, 14), "████████");
    assert_string_equal(progress_bar(&arena, 0, 0), "░░░░░░░░");
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_health_is_a_hundred_less_what_speaks_against_it),
        cmocka_unit_test(test_more_against_it_never_makes_it_healthier),
        cmocka_unit_test(test_at_risk_is_low_or_late_or_blocked),
        cmocka_unit_test(test_the_forecast_is_the_pace_so_far),
        cmocka_unit_test(test_without_a_pace_the_plan_is_the_forecast),
        cmocka_unit_test(test_a_first_hour_is_no_pace),
        cmocka_unit_test(test_while_it_is_paused_nothing_moves),
        cmocka_unit_test(test_past_the_goal_costs_a_point_a_day),
        cmocka_unit_test(test_the_bar_has_eight_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
