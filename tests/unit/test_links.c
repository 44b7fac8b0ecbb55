/* Decisions about Socket Mode connections, one move at a time. */
#include "bot/links.h"
#include "tests/unit/bot_fixture.h"

struct house {
    struct floor *floor;
    struct links *links;
};
static struct house house;

static void tick(int64_t ms)
{
    floor_pass(house.floor, ms);
    exchanges_tick(house.floor->exchanges);
    links_tick(house.links);
    exchanges_tick(house.floor->exchanges);
}

/* Answers every apps.connections.open that is open, n-th on. */
static void give_urls(size_t from)
{
    for (size_t i = from; i < house.floor->sent_count; i++)
        floor_answer(house.floor, i, 200, "",
                     "{\"ok\":true,\"url\":\"wss://wss.slack.com/link/?ticket=1\"}");
    tick(0);
}

static void stand(unsigned slot, int64_t lifetime_s)
{
    links_on_opened(house.links, slot);
    links_on_hello(house.links, slot, lifetime_s, 0);
}

static int setup(void **state)
{
    floor_setup(state);
    house.floor = *state;
    house.floor->rig.config.slack.connections = 2;
    house.links = links_new(&(struct links_parts){
        .world = &house.floor->rig.world,
        .config = &house.floor->rig.config,
        .sessions = &house.floor->rig.sessions,
        .exchanges = house.floor->exchanges,
        .metrics = house.floor->metrics,
    });
    links_start(house.links);
    tick(0);
    return 0;
}

static int teardown(void **state)
{
    links_free(house.links);
    return floor_teardown(state);
}

static void both_stand(int64_t lifetime_s)
{
    give_urls(0);
    stand(0, lifetime_s);
    stand(1, lifetime_s);
    tick(11000); /* long enough to count as lasting */
    links_on_life(house.links, 0);
    links_on_life(house.links, 1);
    tick(0);
}

static void test_as_many_are_opened_as_are_configured(void **state)
{
    (void)state;
    assert_int_equal(house.floor->sent_count, 2);
    give_urls(0);
    assert_int_equal(house.floor->opened, 2);
    assert_int_equal(links_up(house.links), 0); /* hello has not come */
    stand(0, 18060);
    assert_int_equal(links_up(house.links), 1);
}

static void test_a_warning_opens_the_next_before_the_old_one_goes(void **state)
{
    (void)state;
    both_stand(18060);
    links_on_disconnect(house.links, 0, "warning");
    links_on_disconnect(house.links, 0, "refresh_requested");
    tick(0);
    assert_int_equal(house.floor->sent_count, 3);
    assert_int_equal(links_up(house.links), 2); /* still read */
    assert_int_equal(house.floor->closed, 0);
    give_urls(2);
    stand(house.floor->open_slot, 18060);
    tick(10000);
    assert_int_equal(house.floor->close_slot, 0);
    assert_int_equal(house.floor->closed, 1);
}

static void test_the_last_one_is_not_closed_before_another_is_up(void **state)
{
    (void)state;
    house.floor->rig.config.slack.connections = 1;
    give_urls(0);
    stand(0, 0);
    links_on_closed(house.links, 1, "gone");
    tick(11000);
    links_on_life(house.links, 0);
    links_on_disconnect(house.links, 0, "warning");
    for (int i = 0; i < 20; i++) {
        links_on_life(house.links, 0);
        tick(1000);
    }
    assert_int_equal(house.floor->closed, 0);
    assert_int_equal(links_up(house.links), 1);
}

static void test_silence_is_asked_about_and_then_taken_for_death(void **state)
{
    (void)state;
    both_stand(0);
    unsigned before = house.floor->pinged;
    links_on_life(house.links, 1);
    tick(10000);
    assert_true(house.floor->pinged > before);
    assert_int_equal(house.floor->closed, 0);
    links_on_life(house.links, 1);
    tick(10000);
    links_on_life(house.links, 1);
    tick(10000);
    assert_int_equal(house.floor->closed, 1);
    assert_int_equal(house.floor->close_slot, 0);
}

static void test_connections_never_age_in_step(void **state)
{
    (void)state;
    both_stand(18060);
    int64_t first = 0;
    for (int64_t s = 0; s < 18060 && house.floor->sent_count < 4; s += 5) {
        links_on_life(house.links, 0);
        links_on_life(house.links, 1);
        tick(5000);
        if (!first && house.floor->sent_count == 3)
            first = s;
    }
    int64_t second = house.floor->rig.world.mono.ms / 1000;
    assert_true(first > 18060 / 2);
    assert_int_equal(house.floor->sent_count, 4);
    assert_true(second - first > 300);
}

static void test_what_lasted_no_ten_seconds_is_a_failure(void **state)
{
    (void)state;
    give_urls(0);
    stand(0, 18060);
    stand(1, 18060);
    tick(1000);
    links_on_closed(house.links, 0, "reset");
    tick(0);
    assert_int_equal(house.floor->sent_count, 2); /* not at once */
    assert_true(links_wake_at(house.links).ms > house.floor->rig.world.mono.ms);
    tick(1000);
    assert_int_equal(house.floor->sent_count, 3);
}

static void test_a_frame_goes_by_another_connection_when_its_own_is_gone(void **state)
{
    (void)state;
    both_stand(0);
    links_on_closed(house.links, 0, "reset");
    assert_true(links_send(house.links, 0, "{}", 2));
    links_on_closed(house.links, 1, "reset");
    assert_false(links_send(house.links, 0, "{}", 2));
}

static void test_events_out_of_order_are_survived(void **state)
{
    (void)state;
    links_on_hello(house.links, 5, 18060, 1);
    links_on_opened(house.links, 6);
    links_on_disconnect(house.links, 7, "warning");
    links_on_life(house.links, 8);
    give_urls(0);
    links_on_disconnect(house.links, 0, "too_many_websockets"); /* before hello */
    links_on_opened(house.links, 0);
    links_on_closed(house.links, 0, "gone");
    tick(1000);
    assert_int_equal(links_up(house.links), 0);
}

static void test_a_stop_closes_all_and_opens_none(void **state)
{
    (void)state;
    both_stand(0);
    links_stop(house.links);
    assert_int_equal(house.floor->closed, 2);
    assert_false(links_are_closed(house.links));
    links_on_closed(house.links, 0, "closed by us");
    links_on_closed(house.links, 1, "closed by us");
    tick(60000);
    assert_true(links_are_closed(house.links));
    assert_int_equal(house.floor->sent_count, 2);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_as_many_are_opened_as_are_configured),
        T(test_a_warning_opens_the_next_before_the_old_one_goes),
        T(test_the_last_one_is_not_closed_before_another_is_up),
        T(test_silence_is_asked_about_and_then_taken_for_death),
        T(test_connections_never_age_in_step),
        T(test_what_lasted_no_ten_seconds_is_a_failure),
        T(test_a_frame_goes_by_another_connection_when_its_own_is_gone),
        T(test_events_out_of_order_are_survived),
        T(test_a_stop_closes_all_and_opens_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
