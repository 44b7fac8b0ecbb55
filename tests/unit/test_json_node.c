/* JSON as nodes: paths, kinds, escapes, writing back, and trees made from nodes. */
#include "base/json.h"
#include "base/json_node.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static struct json_node *scan(const char *text)
{
    struct err err = {0};
    struct json_node *root = json_scan(text, strlen(text), 1 << 20, &arena, &err);
    if (!root)
        fail_msg("%s: %s", text, err.msg);
    return root;
}

static int drop(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void test_paths_reach_members_and_places(void **state)
{
    (void)state;
    struct json_node *root = scan("{\"a\":{\"b\":[1,{\"c\":\"x\"},null]},\"\":\"y\",\"n\":null}");
    assert_string_equal(json_node_str(root, "a.b[1].c", &arena, NULL), "x");
    assert_int_equal(json_node_int(root, "a.b[0]", 0), 1);
    assert_int_equal(json_node_count(json_node_at(root, "a.b")), 3);
    static const char *const missing[] = {"a.b[2]", "a.b[3]", "a.c", "n",
                                          "a.b.c",  "a[0]",   "x.y", "a.b[0].c"};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        assert_null(json_node_at(root, missing[i]));
    assert_null(json_node_at(NULL, "a"));
}

static void test_the_last_of_equal_names_counts_as_in_a_tree(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":1,\"a\":[2],\"\\u0061\":{\"b\":3}}";
    struct err err;
    struct json_object *tree = json_parse(text, strlen(text), 100, &err);
    assert_int_equal(json_node_int(scan(text), "a.b", 0), 3);
    assert_int_equal(json_get_int(tree, "a.b", 0), 3);
    json_object_put(tree);
}

static void test_escapes_are_undone(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "\"\\/\b\f\n\r\t"},
        {"[\"\\u00e9\\u20ac\\uD83D\\uDE00|\"]", "é€😀|"},
        {"[\"\\ud83d|\"]", "\xEF\xBF\xBD|"},
        {"[\"\\ud837\\ude00\"]", "\xF0\x9D\xB8\x80"}, /* its low bits are a half's */
        {"[\"\\ude00\\ud83d\\u0041\"]", "\xEF\xBF\xBD\xEF\xBF\xBD"
                                        "A"},
        {"[\"0123456\\n89\"]", "0123456\n89"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(json_node_str(scan(cases[i][0]), "[0]", &arena, NULL), cases[i][1]);
    assert_true(json_node_says(scan("\"a\\tb\""), "a\tb"));
    assert_false(json_node_says(scan("\"a\\tbc\""), "a\tb"));
}

/* The scan looks at sixteen characters at a time: each place in them must count. */
static void test_what_ends_or_spoils_a_string_is_seen_at_every_place(void **state)
{
    (void)state;
    static const char spoilers[] = {'\n', '\x01', '\xFF', '\x80'};
    for (size_t at = 1; at <= 42; at++)
        for (size_t i = 0; i < sizeof spoilers; i++) {
            struct err err = {0};
            char text[] = "\"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR\"";
            text[at] = spoilers[i];
            assert_null(json_scan(text, strlen(text), 100, &arena, &err));
            text[at] = '"';
            text[at + 1] = '\0';
            assert_int_equal(scan(text)->len, at - 1);
        }
}

static void test_numbers_are_whole_or_not(void **state)
{
    (void)state;
    struct json_node *root = scan("[0,-12,9223372036854775807,99999999999999999999,1.5,1e3,\"7\"]");
    assert_int_equal(json_node_int(root, "[1]", 0), -12);
    assert_true(json_node_int(root, "[2]", 0) == INT64_MAX);
    assert_true(json_node_int(root, "[3]", 0) == INT64_MAX);
    for (size_t i = 4; i < 7; i++) {
        char path[8] = {'[', (char)('0' + i), ']'};
        assert_int_equal(json_node_int(root, path, -1), -1);
    }
    static const char *const bad[] = {"01", "-", "1.", ".5", "1e", "1e+", "+1", "0x1", "--1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = {0};
        assert_null(json_scan(bad[i], strlen(bad[i]), 100, &arena, &err));
    }
}

static void test_a_whole_number_has_64_bits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t number; /* 7: none */
    } rows[] = {
        {"0", 0},
        {"-0", 0},
        {"-12", -12},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
        {"9223372036854775808", 7},
        {"-9223372036854775809", 7},
        {"100000000000000000000000000000000000000000000", 7},
        {"1.0", 7},
        {"1e3", 7},
        {"true", 7},
        {"null", 7},
        {"\"1\"", 7},
        {"[]", 7},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t number = 7;
        assert_true(json_node_whole(scan(rows[i].text), &number) == (rows[i].number != 7));
        assert_true(number == rows[i].number);
    }
}

static void test_a_member_that_is_null_is_there(void **state)
{
    (void)state;
    struct json_node *root = scan("{\"a\":1,\"b\":null,\"a\":2}");
    assert_int_equal(json_node_member(root, "b")->kind, JSON_NULL);
    assert_int_equal(json_node_int(json_node_member(root, "a"), "", 0), 2);
    assert_null(json_node_member(root, "c"));
    assert_null(json_node_member(scan("[1]"), "a"));
}

static void test_a_number_beyond_64_bits_keeps_its_text_in_a_tree(void **state)
{
    (void)state;
    struct err err;
    struct json_object *tree = json_parse("[99999999999999999999]", 22, 100, &err);
    assert_string_equal(json_number_text(tree, "[0]"), "99999999999999999999");
    json_object_put(tree);
}

static void test_values_are_walked_in_order(void **state)
{
    (void)state;
    struct json_node *root = scan("[[1,[2]],{},\"x\",{\"a\":[]}]");
    static const enum json_kind kinds[] = {JSON_LIST, JSON_OBJECT, JSON_STRING, JSON_OBJECT};
    size_t seen = 0;
    for (struct json_node *at = json_node_first(root); at; at = json_node_next(root, at))
        assert_int_equal(at->kind, kinds[seen++]);
    assert_int_equal(seen, 4);
    assert_null(json_node_first(json_node_at(root, "[1]")));
}

static void test_nodes_are_written_back_compact(void **state)
{
    (void)state;
    static const char text[] =
        " { \"a\" : [ 1.50 , true , null , \"x\\u00e9\\n\\\"\" ] , \"b\" : { } } ";
    struct buf out = {0};
    json_node_write(scan(text), &out);
    assert_string_equal(buf_cstr(&out), "{\"a\":[1.50,true,null,\"xé\\n\\\"\"],\"b\":{}}");
    buf_release(&out);
}

static void test_required_values_name_the_path(void **state)
{
    (void)state;
    struct json_node *root = scan("{\"team\":{\"id\":5},\"list\":[]}"), *list;
    struct err err;
    const char *text;
    assert_false(json_node_need_str(root, "team.id", &arena, &text, &err));
    assert_string_equal(err.msg, "team.id: expected a string, found a number");
    assert_false(json_node_need_str(root, "team.name", &arena, &text, &err));
    assert_string_equal(err.msg, "team.name: missing");
    assert_false(json_node_need_list(root, "team", &list, &err));
    assert_string_equal(err.msg, "team: expected a list, found an object");
    assert_true(json_node_need_list(root, "list", &list, &err));
}

static void test_many_values_make_the_array_grow(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    static char text[COUNT * 2 + 2] = "[";
    for (size_t i = 0; i < COUNT; i++)
        memcpy(text + 1 + i * 2, "7,", 2);
    text[COUNT * 2] = ']';
    struct json_node *root = scan(text);
    assert_int_equal(json_node_count(root), COUNT);
    assert_int_equal(json_node_int(root, "[4999]", 0), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths_reach_members_and_places),
        cmocka_unit_test(test_the_last_of_equal_names_counts_as_in_a_tree),
        cmocka_unit_test(test_escapes_are_undone),
        cmocka_unit_test(test_what_ends_or_spoils_a_string_is_seen_at_every_place),
        cmocka_unit_test(test_numbers_are_whole_or_not),
        cmocka_unit_test(test_a_whole_number_has_64_bits),
        cmocka_unit_test(test_a_member_that_is_null_is_there),
        cmocka_unit_test(test_a_number_beyond_64_bits_keeps_its_text_in_a_tree),
        cmocka_unit_test(test_values_are_walked_in_order),
        cmocka_unit_test(test_nodes_are_written_back_compact),
        cmocka_unit_test(test_required_values_name_the_path),
        cmocka_unit_test(test_many_values_make_the_array_grow),
    };
    return cmocka_run_group_tests(tests, NULL, drop);
}
