/* Playbooks: those that travel in the binary are in order, and a file that is not is refused with
 * its line and what it must be. */
#include "base/embedded.h"
#include "handlers/playbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define TASK "{\"name\":\"Call\",\"owner\":\"csm\",\"due\":1}"

static bool parse(struct arena *arena, const char *text, struct playbook *out, struct err *err)
{
    return playbook_parse("playbook-x.json", text, strlen(text), arena, out, err);
}

static void test_a_playbook_is_read_as_it_stands(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct playbook playbook;
    struct err err = {0};
    assert_true(parse(&arena,
                      "{\"name\":\"X\",\"goal_days\":30,\"stages\":[{\"name\":\"A\",\"tasks\":["
                      "{\"name\":\"Call\",\"owner\":\"customer\",\"due\":7}," TASK "]},"
                      "{\"name\":\"B\",\"tasks\":[" TASK "]}]}",
                      &playbook, &err));
    assert_string_equal(playbook.name, "X");
    assert_int_equal(playbook.goal_days, 30);
    assert_int_equal(playbook.count, 2);
    assert_int_equal(playbook.task_count, 3);
    assert_string_equal(playbook.stages[0].tasks[0].owner, "customer");
    assert_int_equal(playbook.stages[0].tasks[0].due_days, 7);
    arena_release(&arena);
}

static void test_those_that_travel_in_the_binary_are_in_order(void **state)
{
    (void)state;
    struct config config = {.playbooks = {.standard = "enterprise", .fast = "fast-track"}};
    const struct templates templates = {.files = embedded_templates};
    struct err err = {0};
    size_t count = 0;
    if (!playbooks_check(&templates, &config, &count, &err))
        fail_msg("%s", err.msg);
    assert_int_equal(count, 2);
    config.playbooks.fast = "slow";
    assert_false(playbooks_check(&templates, &config, &count, &err));
    assert_non_null(strstr(err.msg, "playbooks.fast: there is no template \"playbook-slow.json\""));
}

#define STAGES(list) "{\"name\":\"X\",\n\"goal_days\":30,\n\"stages\":[" list "]}"
#define STAGE(list)  STAGES("\n{\"name\":\"A\",\n\"tasks\":[" list "]}")

static void test_what_is_wrong_is_named_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"{", "playbook-x.json: line 1"},
        {"[]", "playbook-x.json, line 1: the file: must be an object with name goal_days stages"},
        {"{\"name\":\"X\",\n\"goal_days\":0}",
         "line 2: goal_days: must be a whole number from 1 to"},
        {"{\"name\":\"X\",\"goal_days\":1e9}", "goal_days: must be a whole number"},
        {"{\"name\":7}", "name: must be text, is a number"},
        {"{\"name\":\"a\\nb\"}", "name: must be one line of 1 to 80 characters"},
        {"{\"name\":\" a\"}", "without blanks around it"},
        {"{\"goal\":3}", "goal: is unknown here; the keys are: name goal_days stages"},
        {"{\"days\":3}", "days: is unknown here"},
        {"{\"\":3}", "is unknown here"},
        {"{\"name\":\"X\",\n\"name\":\"Y\"}", "line 2: name: stands there twice"},
        {STAGES(""), "line 3: stages: must be a list of 1 to 12"},
        {STAGES("7"), "stages[0]: must be an object with name tasks, is a number"},
        {STAGE(""), "line 5: stages[0].tasks: must be a list of 1 to 100"},
        {STAGE("\n{\"name\":\"Call\",\"owner\":\"boss\",\"due\":1}"),
         "line 6: stages[0].tasks[0].owner: must be one of csm, customer, implementation, support"},
        {STAGE("\n{\"name\":\"Call\",\"owner\":\"csm\",\"due\":-1}"),
         "line 6: stages[0].tasks[0].due: must be a whole number from 1 to 366"},
        {STAGE("{\"name\":\"Call\",\"owner\":\"csm\",\"due\":1,\"id\":1}"),
         "stages[0].tasks[0].id: is unknown here"},
        {STAGES("{\"name\":\"A\",\"tasks\":[" TASK "]},\n{\"name\":\"a\",\"tasks\":[" TASK "]}"),
         "line 4: stages[1].name: another stage has this name"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct playbook playbook;
        struct err err = {0};
        if (parse(&arena, cases[i].text, &playbook, &err))
            fail_msg("taken: %s", cases[i].text);
        if (!strstr(err.msg, cases[i].words))
            fail_msg("“%s” is not in: %s", cases[i].words, err.msg);
        arena_release(&arena);
    }
}

/* So many stages with so many tasks each. */
static const char *large(struct arena *arena, int stages, int tasks)
{
    const char *text = "{\"name\":\"X\",\"goal_days\":30,\"stages\":[";
    for (int i = 0; i < stages; i++) {
        text = arena_fmt(arena, "%s%s{\"name\":\"S%d\",\"tasks\":[", text, i ? "," : "", i);
        for (int k = 0; k < tasks; k++)
            text = arena_fmt(arena, "%s%s" TASK, text, k ? "," : "");
        text = arena_fmt(arena, "%s]}", text);
    }
    return arena_fmt(arena, "%s]}", text);
}

static void test_a_playbook_is_bounded(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct playbook playbook;
    struct err err = {0};
    assert_true(parse(&arena, large(&arena, 10, 10), &playbook, &err));
    assert_true(parse(&arena, large(&arena, 12, 8), &playbook, &err));
    assert_false(parse(&arena, large(&arena, 13, 1), &playbook, &err));
    assert_non_null(strstr(err.msg, "stages: must be a list of 1 to 12"));
    assert_false(parse(&arena, large(&arena, 11, 10), &playbook, &err));
    assert_non_null(strstr(err.msg, "stages[10]: more than 100 tasks in all"));
    assert_false(parse(&arena, large(&arena, 1, 3000), &playbook, &err));
    arena_release(&arena);
}

/* ---- files ---- */

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_a_folder_adds_playbooks_and_replaces_them(void **state)
{
    (void)state;
    char folder[] = "/tmp/playbooks-XXXXXX", path[200];
    assert_non_null(mkdtemp(folder));
    write_file(folder, "playbook-enterprise.json", STAGE(TASK));
    write_file(folder, "playbook-vip.json", "{\"name\":\"V\"}");
    write_file(folder, "playbook-Not An Id.json", "{}");
    write_file(folder, "notes.txt", "");
    const struct templates templates = {.files = embedded_templates, .override_dir = folder};
    const struct config config = {.playbooks = {.standard = "enterprise", .fast = "fast-track"}};
    struct arena arena = {0};
    struct playbook playbook;
    struct err err = {0};
    const char *const *ids;
    size_t count;
    assert_true(playbook_ids(&templates, &arena, &ids, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(ids[2], "vip");
    assert_true(playbook_load(&templates, "enterprise", &arena, &playbook, &err));
    assert_int_equal(playbook.task_count, 1);
    assert_false(playbook_load(&templates, "../x", &arena, &playbook, &err));
    assert_false(playbooks_check(&templates, &config, &count, &err));
    assert_non_null(strstr(err.msg, "playbook-vip.json, line 1: goal_days"));
    static const char *const made[] = {"playbook-enterprise.json", "playbook-vip.json",
                                       "playbook-Not An Id.json", "notes.txt"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, made[i]);
        unlink(path);
    }
    rmdir(folder);
    assert_false(playbook_ids(&templates, &arena, &ids, &count, &err));
    assert_int_equal(err.code, ERR_IO);
    arena_release(&arena);
}

static void test_the_deal_s_value_chooses(void **state)
{
    (void)state;
    const struct config config = {
        .playbooks = {.standard = "enterprise", .fast = "fast-track", .fast_below = 25000},
        .rules = {.base_currency = "CAD"},
    };
    struct config never = config;
    never.playbooks.fast_below = 0;
    const struct deal small = {.value = {2499999, "CAD", 2, true}};
    const struct deal large_one = {.value = {2500000, "CAD", 2, true}};
    const struct deal foreign = {.value = {100, "USD", 2, true}};
    const struct deal unknown = {0};
    assert_string_equal(playbook_choice(&config, NULL, &small), "fast-track");
    assert_string_equal(playbook_choice(&config, NULL, &large_one), "enterprise");
    assert_string_equal(playbook_choice(&config, NULL, &foreign), "enterprise");
    assert_string_equal(playbook_choice(&config, NULL, &unknown), "enterprise");
    assert_string_equal(playbook_choice(&config, "vip", &small), "vip");
    assert_string_equal(playbook_choice(&never, NULL, &small), "enterprise");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_playbook_is_read_as_it_stands),
        cmocka_unit_test(test_those_that_travel_in_the_binary_are_in_order),
        cmocka_unit_test(test_what_is_wrong_is_named_with_its_line),
        cmocka_unit_test(test_a_playbook_is_bounded),
        cmocka_unit_test(test_a_folder_adds_playbooks_and_replaces_them),
        cmocka_unit_test(test_the_deal_s_value_chooses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
