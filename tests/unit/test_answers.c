/* Kept answers: every way to get one that would be drawn otherwise by now. */
#include "bot/answers.h"

#include "tests/unit/store.h"

struct scene {
    struct store *store;
    struct turn turn;
    struct answers *answers;
    struct request request;
};

static void scene_init(struct scene *scene, void **state)
{
    *scene = (struct scene){.store = *state, .answers = answers_new()};
    scene->turn = (struct turn){.world = &scene->store->world, .db = scene->store->db};
    scene->request = (struct request){
        .kind = REQUEST_COMMAND,
        .actor = {.tenant = T0, .user_id = "U0MAYA", .via = "command"},
        .name = "/onboard",
        .text = "status ONB-1001",
        .channel = "C0ONBOARD",
        .answer_in_ack = true,
    };
}

static const char *find(struct scene *scene)
{
    return answers_find(scene->answers, &scene->turn, &scene->request);
}

static void keep(struct scene *scene, const char *ack)
{
    const struct reply reply = {.ack = ack};
    answers_keep(scene->answers, &scene->turn, &scene->request, &reply);
}

/* Asked, drawn, and kept. */
static void scene_with_answer(struct scene *scene, void **state)
{
    scene_init(scene, state);
    assert_null(find(scene));
    keep(scene, "{\"text\":\"waiting\"}");
    assert_string_equal(find(scene), "{\"text\":\"waiting\"}");
}

static void write_something(struct scene *scene)
{
    execute(scene->store->db, "INSERT INTO cursors (tenant_id, name, value) VALUES ('T', 'n', 'v') "
                              "ON CONFLICT (tenant_id, name) DO UPDATE SET value = 'w'");
}

static void test_an_answer_is_kept_for_those_who_ask_the_same_in_one_state(void **state)
{
    struct scene scene;
    scene_with_answer(&scene, state);
    scene.store->world.now.ms += 1; /* the same second */
    scene.request.trigger_id = "another";
    db_begin_read(scene.store->db);
    assert_non_null(find(&scene));
    db_end_read(scene.store->db);
    assert_non_null(find(&scene));
    answers_free(scene.answers);
}

static void test_who_asks_otherwise_is_answered_anew(void **state)
{
    struct scene scene;
    scene_with_answer(&scene, state);
    const struct request asked = scene.request;
    const char **parts[] = {&scene.request.actor.user_id, &scene.request.actor.tenant,
                            &scene.request.enterprise,    &scene.request.text,
                            &scene.request.channel,       &scene.request.name};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        scene.request = asked;
        *parts[i] = *parts[i] ? NULL : "one";
        assert_null(find(&scene));
        *parts[i] = "another";
        assert_null(find(&scene));
    }
    scene.request = asked;
    scene.request.answer_in_ack = false;
    assert_null(find(&scene));
    scene.request = asked;
    scene.request.kind = REQUEST_VIEW;
    assert_null(find(&scene));
    scene.request = asked;
    assert_non_null(find(&scene));
    answers_free(scene.answers);
}

static void test_whatever_is_written_is_seen(void **state)
{
    struct scene scene;
    scene_with_answer(&scene, state);
    write_something(&scene);
    assert_null(find(&scene));
    keep(&scene, "{}");
    assert_non_null(find(&scene));
    assert_true(db_savepoint(scene.store->db));
    find(&scene);
    keep(&scene, "{\"text\":\"of what is not committed\"}");
    assert_null(find(&scene));
    write_something(&scene);
    assert_null(find(&scene));
    keep(&scene, "{\"text\":\"of what was taken back\"}");
    db_rollback_savepoint(scene.store->db);
    assert_null(find(&scene));
    db_rollback(scene.store->db);
    assert_null(find(&scene));
    answers_free(scene.answers);
}

static void test_an_answer_grows_no_older_than_a_second(void **state)
{
    struct scene scene;
    scene_with_answer(&scene, state);
    scene.store->world.now.ms += 1000;
    assert_null(find(&scene));
    keep(&scene, "{}");
    scene.store->world.now.ms -= 1000; /* a clock that is set back */
    assert_null(find(&scene));
    answers_free(scene.answers);
}

static void test_another_configuration_forgets_all(void **state)
{
    struct scene scene;
    scene_with_answer(&scene, state);
    answers_forget(scene.answers);
    assert_null(find(&scene));
    answers_free(scene.answers);
}

static void test_what_drawing_wrote_or_said_elsewhere_is_not_kept(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    assert_null(find(&scene));
    write_something(&scene); /* a person who is to be learned */
    keep(&scene, "{}");
    assert_null(find(&scene));
    const struct reply replies[] = {
        {.ack = NULL},
        {.ack = "{}", .respond = "{}"},
        {.ack = "{}", .open_view = {"trigger", "{}"}},
    };
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        answers_keep(scene.answers, &scene.turn, &scene.request, &replies[i]);
        assert_null(find(&scene));
    }
    answers_free(scene.answers);
}

static void test_ten_thousand_questions_are_kept_within_bounds(void **state)
{
    struct scene scene;
    char text[32], ack[4096] = {0};
    scene_init(&scene, state);
    memset(ack, 'a', sizeof ack - 1);
    for (int i = 0; i < 10000; i++) {
        snprintf(text, sizeof text, "status ONB-%d", i);
        snprintf(ack, 16, "%15d", i);
        ack[15] = ' ';
        scene.request.text = text;
        assert_null(find(&scene));
        keep(&scene, ack);
        assert_string_equal(find(&scene), ack);
    }
    answers_free(scene.answers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(test_an_answer_is_kept_for_those_who_ask_the_same_in_one_state),
        store_test(test_who_asks_otherwise_is_answered_anew),
        store_test(test_whatever_is_written_is_seen),
        store_test(test_an_answer_grows_no_older_than_a_second),
        store_test(test_another_configuration_forgets_all),
        store_test(test_what_drawing_wrote_or_said_elsewhere_is_not_kept),
        store_test(test_ten_thousand_questions_are_kept_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
