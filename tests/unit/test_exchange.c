/* Running connector calls: requests, waits, paces, ends. */
#include "tests/unit/bot_fixture.h"

/* A call that asks so often, at its pace, and then is done; a 429 ends it. */
struct asking {
    struct call call;
    const char *pace_key;
    unsigned times;
    int64_t wait_ms; /* between two requests */
    bool waited;
    int status; /* of the last answer */
};

static struct step step_asking(struct call *call, const struct http_reply *reply)
{
    struct asking *asking = (struct asking *)call;
    struct failure failure;
    if (reply) {
        asking->status = reply->status;
        if (!call_check_reply(reply, false, &failure)) {
            call->failure = failure;
            return (struct step){.kind = STEP_FAILED};
        }
        asking->times--;
        asking->waited = false;
    }
    if (asking->times == 0)
        return call_done();
    if (asking->wait_ms && !asking->waited) {
        asking->waited = true;
        return call_wait(asking->wait_ms);
    }
    call->request = (struct http_request){.url = "https://x.example/",
                                          .pace_key = asking->pace_key,
                                          .pace_parallel = asking->pace_key ? 1 : 0};
    return call_request();
}

static const struct call_type asking_type = {"slack", "asking", step_asking};

static struct asking *asking_new(struct floor *floor, const char *pace_key)
{
    struct asking *asking = call_new(&floor->rig.env, &asking_type, sizeof *asking);
    asking->times = 1;
    asking->pace_key = pace_key;
    return asking;
}

static void on_done(void *arg, struct call *call)
{
    (void)call;
    ++*(unsigned *)arg;
}

static void test_a_call_is_asked_and_handed_back(void **state)
{
    struct floor *floor = *state;
    struct asking *asking = asking_new(floor, NULL);
    unsigned done = 0;
    exchanges_start(floor->exchanges, &asking->call, on_done, &done);
    assert_int_equal(floor->sent_count, 0); /* nothing happens inside start */
    exchanges_tick(floor->exchanges);
    assert_int_equal(floor->sent_count, 1);
    floor_answer(floor, 0, 200, "", "{}");
    assert_int_equal(done, 0);
    exchanges_tick(floor->exchanges);
    assert_int_equal(done, 1);
    assert_int_equal(exchanges_under_way(floor->exchanges), 0);
}

static void test_a_wait_wakes_when_it_is_over(void **state)
{
    struct floor *floor = *state;
    struct asking *asking = asking_new(floor, NULL);
    unsigned done = 0;
    asking->wait_ms = 250;
    exchanges_start(floor->exchanges, &asking->call, on_done, &done);
    exchanges_tick(floor->exchanges);
    assert_int_equal(exchanges_wake_at(floor->exchanges).ms, floor->rig.world.mono.ms + 250);
    floor_pass(floor, 249);
    exchanges_tick(floor->exchanges);
    assert_int_equal(floor->sent_count, 0);
    floor_pass(floor, 1);
    exchanges_tick(floor->exchanges);
    assert_int_equal(floor->sent_count, 1);
}

static void test_the_end_of_one_opens_the_pace_for_the_next_in_order(void **state)
{
    struct floor *floor = *state;
    struct asking *calls[3];
    unsigned done = 0;
    for (size_t i = 0; i < 3; i++) {
        calls[i] = asking_new(floor, "netsuite");
        exchanges_start(floor->exchanges, &calls[i]->call, on_done, &done);
    }
    exchanges_tick(floor->exchanges);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(floor->sent_count, i + 1);
        assert_ptr_equal(floor->sent[i].request, &calls[i]->call.request);
        floor_answer(floor, i, 200, "", "{}");
        exchanges_tick(floor->exchanges);
    }
    assert_int_equal(done, 3);
}

static void test_each_pace_that_was_opened_lets_its_next_one_start(void **state)
{
    static const char *const paces[] = {"netsuite", "clm"};
    struct floor *floor = *state;
    unsigned done = 0;
    for (size_t i = 0; i < 6; i++) {
        struct asking *asking = asking_new(floor, paces[i % 2]);
        exchanges_start(floor->exchanges, &asking->call, on_done, &done);
    }
    exchanges_tick(floor->exchanges);
    assert_int_equal(floor->sent_count, 2);
    for (size_t i = 0; i < 6; i += 2) {
        floor_answer(floor, i, 200, "", "{}");
        floor_answer(floor, i + 1, 200, "", "{}");
        exchanges_tick(floor->exchanges);
        assert_int_equal(floor->sent_count, i + 4 < 6 ? i + 4 : 6);
    }
    assert_int_equal(done, 6);
}

static void test_a_refusal_between_two_turns_holds_nobody_up(void **state)
{
    struct floor *floor = *state;
    struct asking *first = asking_new(floor, "clm"), *other = asking_new(floor, NULL),
                  *last = asking_new(floor, "clm");
    unsigned done = 0;
    other->times = 2;
    exchanges_start(floor->exchanges, &first->call, on_done, &done);
    exchanges_start(floor->exchanges, &other->call, on_done, &done);
    exchanges_start(floor->exchanges, &last->call, on_done, &done);
    exchanges_tick(floor->exchanges);
    assert_int_equal(floor->sent_count, 2);
    other->pace_key = "clm";
    floor_answer(floor, 1, 200, "", "{}"); /* its second request meets a pace that is taken */
    floor_answer(floor, 0, 200, "", "{}"); /* and now is free */
    exchanges_tick(floor->exchanges);
    assert_int_equal(floor->sent_count, 3);
}

static void test_a_rate_limit_pauses_its_key_and_no_other(void **state)
{
    struct floor *floor = *state;
    struct asking *limited = asking_new(floor, "chat.update"),
                  *next = asking_new(floor, "chat.update"),
                  *other = asking_new(floor, "views.open");
    unsigned done = 0;
    exchanges_start(floor->exchanges, &limited->call, on_done, &done);
    exchanges_tick(floor->exchanges);
    floor_answer(floor, 0, 429, "retry-after: 7\n", "{}");
    exchanges_start(floor->exchanges, &next->call, on_done, &done);
    exchanges_start(floor->exchanges, &other->call, on_done, &done);
    exchanges_tick(floor->exchanges);
    assert_int_equal(floor->sent_count, 2);
    assert_ptr_equal(floor->sent[1].request, &other->call.request);
    floor_pass(floor, 7000);
    exchanges_tick(floor->exchanges);
    assert_ptr_equal(floor->sent[2].request, &next->call.request);
}

static void test_a_pause_past_the_deadline_answers_in_the_system_s_stead(void **state)
{
    struct floor *floor = *state;
    struct asking *limited = asking_new(floor, "netsuite"), *late = asking_new(floor, "netsuite");
    unsigned done = 0;
    late->call.deadline.ms = floor->rig.world.mono.ms + 20000;
    exchanges_start(floor->exchanges, &limited->call, on_done, &done);
    exchanges_tick(floor->exchanges);
    floor_answer(floor, 0, 429, "retry-after: 3600\n", "{}");
    exchanges_tick(floor->exchanges);
    exchanges_start(floor->exchanges, &late->call, on_done, &done);
    exchanges_tick(floor->exchanges);
    assert_int_equal(done, 2);
    assert_int_equal(floor->sent_count, 1);
    assert_int_equal(late->call.failure.class, FAILURE_RATE_LIMITED);
    assert_int_equal(late->call.failure.retry_after_ms, 3600 * 1000);
}

static void test_a_turn_that_never_comes_ends_at_the_deadline(void **state)
{
    struct floor *floor = *state;
    struct asking *first = asking_new(floor, "netsuite"), *late = asking_new(floor, "netsuite");
    unsigned done = 0;
    late->call.deadline.ms = floor->rig.world.mono.ms + 20000;
    exchanges_start(floor->exchanges, &first->call, on_done, &done);
    exchanges_start(floor->exchanges, &late->call, on_done, &done);
    exchanges_tick(floor->exchanges);
    assert_int_equal(exchanges_wake_at(floor->exchanges).ms, late->call.deadline.ms);
    floor_pass(floor, 20000);
    exchanges_tick(floor->exchanges);
    assert_int_equal(done, 1);
    assert_int_equal(late->call.failure.class, FAILURE_TRANSIENT);
    assert_string_equal(late->call.failure.code, "held_back");
}

static void test_outcomes_are_counted(void **state)
{
    struct floor *floor = *state;
    struct asking *asking = asking_new(floor, NULL);
    unsigned done = 0;
    exchanges_start(floor->exchanges, &asking->call, on_done, &done);
    exchanges_tick(floor->exchanges);
    floor_answer(floor, 0, 503, "", "");
    exchanges_tick(floor->exchanges);
    assert_int_equal(metrics_get(floor->metrics, METRIC_CALLS,
                                 "system=\"slack\",call=\"asking\",outcome=\"transient\""),
                     1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, floor_setup, floor_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_call_is_asked_and_handed_back),
        T(test_a_wait_wakes_when_it_is_over),
        T(test_the_end_of_one_opens_the_pace_for_the_next_in_order),
        T(test_each_pace_that_was_opened_lets_its_next_one_start),
        T(test_a_refusal_between_two_turns_holds_nobody_up),
        T(test_a_rate_limit_pauses_its_key_and_no_other),
        T(test_a_pause_past_the_deadline_answers_in_the_system_s_stead),
        T(test_a_turn_that_never_comes_ends_at_the_deadline),
        T(test_outcomes_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
