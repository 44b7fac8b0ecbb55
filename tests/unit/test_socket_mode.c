/* Socket Mode's connections, and a name server that is silent: the loop goes on meanwhile. */
#include "bot/socket_mode.h"
#include "tests/unit/silent_resolver.h"

#include <libwebsockets.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct scene {
    struct lws_context *context;
    struct socket_mode *socket_mode;
    unsigned closed;
    char why[160];
};

static void on_socket(void *arg, unsigned slot, enum socket_event event, const char *text,
                      size_t len)
{
    struct scene *scene = arg;
    assert_int_equal(slot, 0);
    assert_int_equal(event, SOCKET_CLOSED);
    scene->closed++;
    snprintf(scene->why, sizeof scene->why, "%.*s", (int)len, text);
}

static void begin(struct scene *scene)
{
    struct err err;
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
    };
    *scene = (struct scene){0};
    lws_set_log_level(0, NULL);
    scene->context = lws_create_context(&info);
    assert_non_null(scene->context);
    scene->socket_mode = socket_mode_new(scene->context, NULL, on_socket, scene, &err);
    assert_non_null(scene->socket_mode);
    expect_question();
    socket_mode_open(scene->socket_mode, 0, "wss://silent.example/link/?ticket=1");
    await_question();
}

static void end(struct scene *scene)
{
    socket_mode_drop_names(scene->socket_mode);
    lws_context_destroy(scene->context);
    socket_mode_free(scene->socket_mode);
}

static void turn_until_closed(struct scene *scene)
{
    while (!socket_mode_report(scene->socket_mode))
        assert_true(lws_service(scene->context, 0) >= 0);
    assert_int_equal(scene->closed, 1);
}

static void test_a_name_that_is_not_found_is_told_by_the_loop(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene);
    assert_false(socket_mode_report(scene.socket_mode));
    assert_true(release_resolver());
    turn_until_closed(&scene);
    assert_non_null(strstr(scene.why, "could not connect: "));
    end(&scene);
}

static void test_closing_does_not_wait_for_a_name(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene);
    socket_mode_close(scene.socket_mode, 0);
    turn_until_closed(&scene);
    assert_string_equal(scene.why, "closed by us");
    end(&scene);
    assert_true(release_resolver());
}

static void test_ending_does_not_wait_for_a_name(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene);
    end(&scene);
    assert_true(release_resolver());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_name_that_is_not_found_is_told_by_the_loop),
        cmocka_unit_test(test_closing_does_not_wait_for_a_name),
        cmocka_unit_test(test_ending_does_not_wait_for_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
