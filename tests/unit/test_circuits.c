/* What operators are told of systems that are left alone. */
#include "bot/circuits.h"

#include "base/log.h"
#include "tests/unit/call_fixture.h"

struct heard {
    unsigned lines;
    char last[512];
};

static void hear(void *arg, const char *line)
{
    struct heard *heard = arg;
    heard->lines++;
    snprintf(heard->last, sizeof heard->last, "%s", line);
}

struct scene {
    struct rig rig;
    struct circuits circuits;
    struct heard heard;
    struct session *netsuite;
};

static void scene_init(struct scene *scene)
{
    *scene = (struct scene){0};
    rig_init(&scene->rig);
    scene->rig.config.fetch.breaker_failures = 5;
    scene->rig.config.fetch.breaker_s = 60;
    scene->netsuite = &scene->rig.sessions.systems[SYSTEM_NETSUITE];
    log_configure(LOG_DEBUG, LOG_FORMAT_TEXT, NULL, hear, &scene->heard);
}

static void scene_release(struct scene *scene)
{
    log_configure(LOG_DEBUG, LOG_FORMAT_TEXT, NULL, NULL, NULL);
    rig_release(&scene->rig);
}

static void ask_and_hear(struct scene *scene, const struct failure *failure)
{
    if (!session_may_ask(scene->netsuite, scene->rig.world.mono, &scene->rig.config))
        return;
    session_note_failure(scene->netsuite, failure->message);
    session_learn(scene->netsuite, failure, &scene->rig.world, &scene->rig.config);
}

static const struct failure silence = {
    .class = FAILURE_TRANSIENT, .status = 503, .message = "answered with status 503"};
static const struct failure well = {.class = FAILURE_NONE};

static void look(struct scene *scene)
{
    circuits_look(&scene->circuits, &scene->rig.sessions, &scene->rig.world);
}

static void test_opening_and_closing_are_logged_once_each(void **state)
{
    (void)state;
    struct scene scene;
    scene_init(&scene);
    for (unsigned i = 0; i < 8; i++) {
        ask_and_hear(&scene, &silence);
        look(&scene);
    }
    assert_int_equal(scene.heard.lines, 1);
    assert_non_null(strstr(scene.heard.last, "netsuite"));
    assert_non_null(strstr(scene.heard.last,
                           "left alone after 5 calls in a row without a usable answer (answered "
                           "with status 503); next try at 2026-04-20T12:01:00.123Z"));
    for (unsigned minute = 0; minute < 3; minute++) { /* each finds out that it is still down */
        scene.rig.world.mono.ms += 60000;
        ask_and_hear(&scene, &silence);
        look(&scene);
    }
    assert_int_equal(scene.heard.lines, 1);
    scene.rig.world.mono.ms += 60000;
    ask_and_hear(&scene, &well);
    look(&scene);
    look(&scene);
    assert_int_equal(scene.heard.lines, 2);
    assert_non_null(strstr(scene.heard.last, "answers again"));
    scene_release(&scene);
}

static void test_each_system_asked_has_its_state_in_the_metrics(void **state)
{
    (void)state;
    static const char label[] = "system=\"netsuite\"";
    struct scene scene;
    struct buf out = {0};
    scene_init(&scene);
    struct metrics *metrics = metrics_new();
    ask_and_hear(&scene, &well);
    circuits_measure(&scene.rig.sessions, &scene.rig.world, metrics);
    metrics_write(metrics, &out);
    assert_non_null(strstr(buf_cstr(&out), "usher_circuit{system=\"netsuite\"} 0\n"));
    assert_null(strstr(buf_cstr(&out), "salesforce"));
    for (unsigned i = 0; i < 5; i++)
        ask_and_hear(&scene, &silence);
    circuits_measure(&scene.rig.sessions, &scene.rig.world, metrics);
    assert_int_equal(metrics_get(metrics, METRIC_CIRCUIT, label), CIRCUIT_OPEN);
    scene.rig.world.mono.ms += 60000;
    circuits_measure(&scene.rig.sessions, &scene.rig.world, metrics);
    assert_int_equal(metrics_get(metrics, METRIC_CIRCUIT, label), CIRCUIT_HALF_OPEN);
    metrics_free(metrics);
    buf_release(&out);
    scene_release(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opening_and_closing_are_logged_once_each),
        cmocka_unit_test(test_each_system_asked_has_its_state_in_the_metrics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
