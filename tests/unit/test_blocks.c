/* Block Kit's limits: what is only too long is cut and stays whole markup, what breaks a limit is
 * refused with its place. */
#include "base/arena.h"
#include "base/json_node.h"
#include "base/text.h"
#include "handlers/card.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int drop(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static struct json_node *parsed(const char *text)
{
    struct err err = {0};
    struct json_node *node = json_scan(text, strlen(text), 1 << 22, &arena, &err);
    if (node == NULL)
        fail_msg("%s", err.msg);
    return node;
}

/* A string of `count` times `piece`. */
static char *repeated(const char *piece, size_t count)
{
    size_t len = strlen(piece);
    char *text = malloc(len * count + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * len, piece, len);
    text[len * count] = '\0';
    return text;
}

static void assert_refused(const char *json, size_t max_blocks, const char *place)
{
    struct err err = {0};
    assert_false(blocks_check(parsed(json), max_blocks, &arena, &err));
    if (strstr(err.msg, place) == NULL)
        fail_msg("“%s” is not in: %s", place, err.msg);
}

static struct json_node *section_of(const char *text)
{
    return parsed(arena_fmt(
        &arena, "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"%s\"}}]", text));
}

static void test_text_at_the_limit_is_left_alone(void **state)
{
    (void)state;
    struct err err = {0};
    char *text = repeated("a", 3000);
    struct json_node *blocks = section_of(text);
    assert_true(blocks_check(blocks, 50, &arena, &err));
    assert_string_equal(json_node_str(blocks, "[0].text.text", &arena, ""), text);
    free(text);
}

static void test_text_over_the_limit_is_cut_with_an_ellipsis(void **state)
{
    (void)state;
    struct err err = {0};
    char *text = repeated("word ", 700);
    struct json_node *blocks = section_of(text);
    assert_true(blocks_check(blocks, 50, &arena, &err));
    const char *cut = json_node_str(blocks, "[0].text.text", &arena, "");
    assert_true(text_utf16_len(cut) <= 3000);
    assert_true(text_utf16_len(cut) > 2000);
    assert_string_equal(cut + strlen(cut) - strlen("…"), "…");
    free(text);
}

static void test_a_cut_never_halves_an_escape_or_a_mention(void **state)
{
    static const char *const pieces[] = {"&amp;", "<@U0123456789>", "&lt;", "<!date^1|a b>"};
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct err err = {0};
        char *text = repeated(pieces[i], 1500);
        struct json_node *blocks = section_of(text);
        assert_true(blocks_check(blocks, 50, &arena, &err));
        const char *cut = json_node_str(blocks, "[0].text.text", &arena, "");
        size_t whole = strlen(cut) - strlen("…");
        assert_true(text_utf16_len(cut) <= 3000);
        assert_int_equal(whole % strlen(pieces[i]), 0);
        free(text);
    }
}

static void test_machine_strings_are_refused_not_cut(void **state)
{
    (void)state;
    char *value = repeated("v", 2001);
    assert_refused(arena_fmt(&arena,
                             "[{\"type\":\"divider\"},{\"type\":\"actions\",\"elements\":[{"
                             "\"type\":\"button\",\"action_id\":\"a\",\"value\":\"%s\","
                             "\"text\":{\"type\":\"plain_text\",\"text\":\"A\"}}]}]",
                             value),
                   50, "blocks[1].elements[0].value: 2001");
    free(value);
}

static void test_too_many_blocks_fields_and_options_are_refused(void **state)
{
    (void)state;
    assert_refused("[{\"type\":\"divider\"},{\"type\":\"divider\"},{\"type\":\"divider\"}]", 2,
                   "blocks: 3 where Slack takes 2");
    char *fields = repeated("{\"type\":\"mrkdwn\",\"text\":\"f\"},", 10);
    assert_refused(arena_fmt(&arena,
                             "[{\"type\":\"section\",\"fields\":[%s"
                             "{\"type\":\"mrkdwn\",\"text\":\"f\"}]}]",
                             fields),
                   50, "blocks[0].fields: 11");
    char *options =
        repeated("{\"text\":{\"type\":\"plain_text\",\"text\":\"o\"},\"value\":\"v\"},", 5);
    assert_refused(arena_fmt(&arena,
                             "[{\"type\":\"actions\",\"elements\":[{\"type\":\"overflow\","
                             "\"action_id\":\"o\",\"options\":[%s{\"text\":{\"type\":"
                             "\"plain_text\",\"text\":\"o\"},\"value\":\"v\"}]}]}]",
                             options),
                   50, "elements[0].options: 6");
    free(fields);
    free(options);
}

static void test_what_slack_would_not_take_names_its_place(void **state)
{
    (void)state;
    assert_refused("[{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"text\":\"\"}}]", 50,
                   "blocks[0].text: empty");
    assert_refused("[{\"type\":\"section\"}]", 50, "without text or fields");
    assert_refused("[{\"type\":\"marquee\"}]", 50, "unknown type \"marquee\"");
    assert_refused("[{\"type\":\"context\"}]", 50, "blocks[0].elements: missing");
    assert_refused("[{\"type\":\"divider\",\"block_id\":\"a\"},"
                   "{\"type\":\"divider\",\"block_id\":\"a\"}]",
                   50, "\"a\" stands twice");
    assert_refused("[17]", 50, "blocks[0]: unknown type");
}

static void test_a_modal_with_inputs_needs_a_submit_button(void **state)
{
    (void)state;
    assert_refused("{\"type\":\"modal\",\"title\":{\"type\":\"plain_text\",\"text\":\"T\"},"
                   "\"blocks\":[{\"type\":\"input\",\"label\":{\"type\":\"plain_text\",\"text\":"
                   "\"L\"},\"element\":{\"type\":\"plain_text_input\",\"action_id\":\"a\"}}]}",
                   0, "submit: missing");
}

static void test_a_home_view_has_no_title(void **state)
{
    (void)state;
    assert_refused("{\"type\":\"home\",\"title\":{\"type\":\"plain_text\",\"text\":\"T\"},"
                   "\"blocks\":[{\"type\":\"divider\"}]}",
                   0, "no title");
}

static void test_a_long_modal_title_is_cut_to_24(void **state)
{
    (void)state;
    struct err err = {0};
    struct json_node *view = parsed("{\"type\":\"modal\",\"title\":{\"type\":\"plain_text\","
                                    "\"text\":\"A title that is a good deal longer\"},"
                                    "\"blocks\":[{\"type\":\"divider\"}]}");
    assert_true(blocks_check(view, 0, &arena, &err));
    assert_true(text_utf16_len(json_node_str(view, "title.text", &arena, "")) <= 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_at_the_limit_is_left_alone),
        cmocka_unit_test(test_text_over_the_limit_is_cut_with_an_ellipsis),
        cmocka_unit_test(test_a_cut_never_halves_an_escape_or_a_mention),
        cmocka_unit_test(test_machine_strings_are_refused_not_cut),
        cmocka_unit_test(test_too_many_blocks_fields_and_options_are_refused),
        cmocka_unit_test(test_what_slack_would_not_take_names_its_place),
        cmocka_unit_test(test_a_modal_with_inputs_needs_a_submit_button),
        cmocka_unit_test(test_a_home_view_has_no_title),
        cmocka_unit_test(test_a_long_modal_title_is_cut_to_24),
    };
    return cmocka_run_group_tests_name("blocks", tests, NULL, drop);
}
