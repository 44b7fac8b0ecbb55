/* JSON at the border: what is refused, getters by path, the writer. */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct json_object *parse(const char *text)
{
    struct err err = {0};
    struct json_object *root = json_parse(text, strlen(text), 1 << 20, &err);
    if (!root)
        fail_msg("%s: %s", text, err.msg);
    return root;
}

static void expect_refused(const char *text, size_t len, const char *words)
{
    struct err err = {0};
    struct json_object *root = json_parse(text, len, 1 << 20, &err);
    if (root)
        fail_msg("taken: %s", text);
    assert_int_equal(err.code, ERR_INVALID);
    if (!strstr(err.msg, words))
        fail_msg("\"%s\" does not say \"%s\"", err.msg, words);
}

static void test_what_is_not_one_json_value_is_refused(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"", "empty"},
        {"{", "line 1, column 2"},
        {"{\"a\":1} x", "line 1, column 9"},
        {"[1,]", "line 1, column 4"},
        {"{\"a\":1,}", "line 1, column 8"},
        {"[NaN]", "line 1, column 2"},
        {"[-Infinity]", "line 1, column 3"},
        {"['a']", "line 1, column 2"},
        {"[1] // no", "line 1, column 5"},
        {"null", "null"},
        {"{\n  \"a\": tru\n}", "line 2"},
        {"\"open", "too early"},
        {"TRUE", "unexpected"},
        {"[\"a\nb\"]", "control character"},
        {"[\"a\\u0000b\"]", "NUL"},
        {"[\"\xC3\x28\"]", "not UTF-8"},
        {"[\"\xED\xA0\x80\"]", "not UTF-8"},
        {"\xEF\xBB\xBF{}", "unexpected"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_refused(bad[i][0], strlen(bad[i][0]), bad[i][1]);
    expect_refused("[1]\0", 4, "NUL");
    expect_refused("[\"a\0b\"]", 7, "");
}

static void test_whole_values_of_every_kind_are_taken(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{}",    " [] \n", "12",     "-1.5e3",
        "\"x\"", "true",   "[null]", "[\"\\\\u0000 \\u00e9 \xF0\x9F\x98\x80 \\\" \\ud83d\\ude00\"]",
        "[1E5]"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        json_object_put(parse(good[i]));
}

static char *nested(char *out, size_t depth)
{
    memset(out, '[', depth);
    memset(out + depth, ']', depth);
    out[2 * depth] = '\0';
    return out;
}

static void test_depth_and_size_have_ceilings(void **state)
{
    (void)state;
    char text[2 * JSON_MAX_DEPTH + 8];
    json_object_put(parse(nested(text, JSON_MAX_DEPTH)));
    nested(text, JSON_MAX_DEPTH + 1);
    expect_refused(text, strlen(text), "too deep");
    struct err err = {0};
    assert_null(json_parse("[1,2]", 5, 4, &err));
    assert_int_equal(err.code, ERR_TOO_LARGE);
}

static void test_getters_follow_paths(void **state)
{
    (void)state;
    struct json_object *root =
        parse("{\"a\":{\"b\":[{\"c\":\"deep\"},7,true]},\"n\":null,\"s\":\"x\"}");
    assert_string_equal(json_get_str(root, "a.b[0].c", "-"), "deep");
    assert_int_equal(json_get_int(root, "a.b[1]", 0), 7);
    assert_true(json_get_bool(root, "a.b[2]", false));
    assert_int_equal(json_get_len(root, "a.b"), 3);
    assert_ptr_equal(json_at(root, ""), root);
    assert_null(json_at(root, "n"));
    assert_null(json_at(root, "a.b[3]"));
    assert_null(json_at(root, "s.more"));
    assert_null(json_at(root, "s[0]"));
    assert_null(json_at(NULL, "s"));
    json_object_put(root);
}

static void test_optional_getters_fall_back_on_another_type(void **state)
{
    (void)state;
    struct json_object *root = parse("{\"s\":\"1\",\"i\":1,\"d\":1.0,\"b\":true}");
    assert_string_equal(json_get_str(root, "i", "fallback"), "fallback");
    assert_int_equal(json_get_int(root, "s", -1), -1);
    assert_int_equal(json_get_int(root, "d", -1), -1);
    assert_int_equal(json_get_int(root, "b", -1), -1);
    assert_false(json_get_bool(root, "i", false));
    assert_int_equal(json_get_len(root, "s"), 0);
    json_object_put(root);
}

static void test_required_getters_name_the_path(void **state)
{
    (void)state;
    struct json_object *root = parse("{\"owner\":{\"Id\":5,\"Name\":\"Ana\",\"list\":[1]}}"), *list;
    struct err err = {0};
    const char *text = NULL;
    int64_t number = 0;
    assert_true(json_need_str(root, "owner.Name", &text, &err));
    assert_string_equal(text, "Ana");
    assert_true(json_need_int(root, "owner.Id", &number, &err));
    assert_int_equal(number, 5);
    assert_true(json_need_array(root, "owner.list", &list, &err));
    assert_false(json_need_str(root, "owner.Id", &text, &err));
    assert_string_equal(err.msg, "owner.Id: expected a string, found a number");
    assert_false(json_need_int(root, "owner.Age", &number, &err));
    assert_string_equal(err.msg, "owner.Age: missing");
    assert_false(json_need_array(root, "owner", &list, &err));
    assert_string_equal(err.msg, "owner: expected a list, found an object");
    json_object_put(root);
}

static void test_numbers_keep_the_text_of_their_source(void **state)
{
    (void)state;
    struct json_object *root =
        parse("{\"d\":150000.00,\"i\":42,\"s\":\"19.99\",\"e\":1.50e3,\"w\":\"12 CAD\",\"o\":{}}");
    assert_string_equal(json_number_text(root, "d"), "150000.00");
    assert_string_equal(json_number_text(root, "i"), "42");
    assert_string_equal(json_number_text(root, "s"), "19.99");
    assert_string_equal(json_number_text(root, "e"), "1.50e3");
    assert_null(json_number_text(root, "w"));
    assert_null(json_number_text(root, "o"));
    assert_null(json_number_text(root, "absent"));
    json_object_put(root);
}

static void test_the_writer_places_commas(void **state)
{
    (void)state;
    struct buf buf = {0};
    struct json_writer w;
    json_writer_init(&w, &buf);
    json_open(&w, '{');
    json_pair_str(&w, "a", "x");
    json_key(&w, "list");
    json_open(&w, '[');
    json_put_int(&w, -1);
    json_put_null(&w);
    json_put_raw(&w, "{\"r\":1}");
    json_open(&w, '[');
    json_close(&w, ']');
    json_close(&w, ']');
    json_pair_bool(&w, "b", false);
    json_pair_int(&w, "i", INT64_MIN);
    json_pair_str(&w, "none", NULL);
    json_close(&w, '}');
    assert_string_equal(buf_cstr(&buf), "{\"a\":\"x\",\"list\":[-1,null,{\"r\":1},[]],\"b\":false,"
                                        "\"i\":-9223372036854775808,\"none\":null}");
    buf_release(&buf);
}

static void test_quoting_escapes_what_json_demands_and_mends_utf8(void **state)
{
    (void)state;
    struct buf buf = {0};
    const char text[] = "a\"b\\c\n\t\x01/\xC3\xA9\xFFz\0!";
    json_quote(&buf, text, sizeof text - 1);
    assert_string_equal(buf_cstr(&buf),
                        "\"a\\\"b\\\\c\\n\\t\\u0001/\xC3\xA9\xEF\xBF\xBDz\\u0000!\"");
    buf_release(&buf);
}

static void test_quoting_leaves_no_control_for_a_terminal(void **state)
{
    (void)state;
    struct buf buf = {0};
    const char text[] = "\xC2\x80 \xC2\x9B"
                        "31m \xC2\xA0";
    json_quote(&buf, text, sizeof text - 1);
    assert_string_equal(buf_cstr(&buf), "\"\\u0080 \\u009b31m \xC2\xA0\"");
    buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_not_one_json_value_is_refused),
        cmocka_unit_test(test_whole_values_of_every_kind_are_taken),
        cmocka_unit_test(test_depth_and_size_have_ceilings),
        cmocka_unit_test(test_getters_follow_paths),
        cmocka_unit_test(test_optional_getters_fall_back_on_another_type),
        cmocka_unit_test(test_required_getters_name_the_path),
        cmocka_unit_test(test_numbers_keep_the_text_of_their_source),
        cmocka_unit_test(test_the_writer_places_commas),
        cmocka_unit_test(test_quoting_escapes_what_json_demands_and_mends_utf8),
        cmocka_unit_test(test_quoting_leaves_no_control_for_a_terminal),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
