/* What tests of connector calls share: a world that stands still, and replies as values. */
#ifndef TESTS_UNIT_CALL_FIXTURE_H
#define TESTS_UNIT_CALL_FIXTURE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/world.h"
#include "connectors/call.h"
#include "connectors/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    struct arena arena;
    struct world world;
    struct config config;
    struct sessions sessions;
    struct call_env env;
};

static inline void rig_random(struct world *world, void *bytes, size_t len)
{
    (void)world;
    memset(bytes, 0x55, len);
}

/* Monday 20 April 2026, noon UTC. */
static inline void rig_init(struct rig *rig)
{
    static const struct world_ops ops = {.random = rig_random};
    *rig = (struct rig){
        .world = {.now = {INT64_C(1776686400123)}, .mono = {5000}, .speed = 1, .ops = &ops}};
    rig->config.slack.api_url = "https://slack.com/api/";
    rig->config.slack.app_token = "xapp-1";
    rig->config.slack.bot_token = "xoxb-2";
    rig->config.fetch.attempts = 4;
    rig->config.rules.base_currency = "CAD";
    rig->env = (struct call_env){.arena = &rig->arena,
                                 .world = &rig->world,
                                 .config = &rig->config,
                                 .sessions = &rig->sessions};
}

static inline void rig_release(struct rig *rig)
{
    sessions_release(&rig->sessions);
    arena_release(&rig->arena);
}

static inline struct step start(struct call *call)
{
    return call->type->step(call, NULL);
}

static inline struct step answer_with(struct call *call, int status, const char *headers,
                                      const char *body)
{
    struct http_reply reply = {.outcome = HTTP_ANSWERED,
                               .status = status,
                               .headers = headers,
                               .body = body,
                               .body_len = strlen(body)};
    return call->type->step(call, &reply);
}

static inline struct step answer(struct call *call, int status, const char *body)
{
    return answer_with(call, status, "", body);
}

/* The answer never came. */
static inline struct step lose(struct call *call, enum http_outcome outcome)
{
    struct http_reply reply = {.outcome = outcome, .body = "", .headers = "", .error = "gone"};
    return call->type->step(call, &reply);
}

static inline void expect_request(struct step step, const struct call *call, const char *url)
{
    assert_int_equal(step.kind, STEP_REQUEST);
    assert_string_equal(call->request.url, url);
}

static inline void expect_failed(struct step step, const struct call *call,
                                 enum failure_class class, const char *code)
{
    assert_int_equal(step.kind, STEP_FAILED);
    assert_string_equal(failure_class_name(call->failure.class), failure_class_name(class));
    assert_string_equal(call->failure.code, code);
}

static inline const char *header_of(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->request.header_count; i++)
        if (strcmp(call->request.headers[i].name, name) == 0)
            return call->request.headers[i].value;
    return NULL;
}

static inline int hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'A' + 10;
}

/* The decoded member of the request's form body; NULL where there is none. */
static inline const char *form_of(const struct call *call, const char *name)
{
    const char *at = call->request.body;
    size_t name_len = strlen(name);
    while (at && !(strncmp(at, name, name_len) == 0 && at[name_len] == '=')) {
        at = strchr(at, '&');
        at = at ? at + 1 : NULL;
    }
    if (!at)
        return NULL;
    at += name_len + 1;
    size_t len = strcspn(at, "&");
    char *out = arena_alloc(call->arena, len + 1), *to = out;
    for (const char *c = at; c < at + len; c++) {
        if (*c == '%') {
            *to++ = (char)(hex_digit(c[1]) * 16 + hex_digit(c[2]));
            c += 2;
        } else {
            *to++ = *c;
        }
    }
    return out;
}

#endif
