/* Templates: cases after the sections of the mustache specification, escaping by file ending,
 * overriding files, and every bound. */
#include "base/template.h"
#include "tests/unit/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <json-c/json.h>

struct mustache_case {
    const char *what;
    const char *text;
    const char *json;
    const char *expected;
    const char *partial; /* known as p.html */
};

/* Renders `text` under the name `name`; a partial is known as "p" with the same ending. */
static bool render(const char *name, const char *text, const char *partial, const char *json,
                   struct buf *out, struct err *err)
{
    char partial_name[32];
    snprintf(partial_name, sizeof partial_name, "p%s", strrchr(name, '.'));
    const struct embedded_file files[] = {
        {name, text, strlen(text)},
        {partial_name, partial ? partial : "", partial ? strlen(partial) : 0},
        {0},
    };
    const struct templates templates = {.files = files};
    struct arena arena = {0};
    bool ok =
        template_render(&templates, name, value_of_json(json, strlen(json), &arena), out, err);
    arena_release(&arena);
    return ok;
}

static void expect(const char *name, const char *text, const char *json, const char *expected)
{
    struct buf out = {0};
    struct err err;
    if (!render(name, text, NULL, json, &out, &err))
        fail_msg("%s", err.msg);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void expect_error(const char *text, const char *partial, const char *json,
                         enum err_code code, const char *message)
{
    struct buf out = {0};
    struct err err = {0};
    buf_str(&out, "kept");
    assert_false(render("t.html", text, partial, json, &out, &err));
    assert_int_equal(err.code, code);
    assert_string_equal(err.msg, message);
    assert_string_equal(buf_cstr(&out), "kept");
    assert_false(out.overflow);
    buf_release(&out);
}

static void run_cases(const struct mustache_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf out = {0};
        struct err err = {0};
        bool ok = render("t.html", cases[i].text, cases[i].partial, cases[i].json, &out, &err);
        if (!ok || strcmp(buf_cstr(&out), cases[i].expected) != 0)
            fail_msg("%s: \"%s\", not \"%s\" %s", cases[i].what, buf_cstr(&out), cases[i].expected,
                     err.msg);
        buf_release(&out);
    }
}

#define RUN(cases) run_cases(cases, sizeof cases / sizeof *cases)

static void test_interpolation_follows_the_specification(void **state)
{
    (void)state;
    static const struct mustache_case cases[] = {
        {"no tag", "Hello from {Mustache}!\n", "{}", "Hello from {Mustache}!\n", NULL},
        {"plain", "Hello, {{subject}}!", "{\"subject\":\"world\"}", "Hello, world!", NULL},
        {"escaped", "{{x}}", "{\"x\":\"& \\\" < >\"}", "&amp; &quot; &lt; &gt;", NULL},
        {"triple", "{{{x}}}", "{\"x\":\"& \\\" < >\"}", "& \" < >", NULL},
        {"ampersand", "{{&x}}", "{\"x\":\"& \\\" < >\"}", "& \" < >", NULL},
        {"integer", "\"{{mph}} an hour\"", "{\"mph\":85}", "\"85 an hour\"", NULL},
        {"decimal as written", "{{{power}}}", "{\"power\":1.210}", "1.210", NULL},
        {"no re-interpolation", "{{a}}", "{\"a\":\"{{b}}\",\"b\":\"no\"}", "{{b}}", NULL},
        {"null", "I ({{x}}) be seen!", "{\"x\":null}", "I () be seen!", NULL},
        {"missing", "I ({{x}}) be seen!", "{}", "I () be seen!", NULL},
        {"dotted", "{{a.b.c}} == {{#a}}{{#b}}{{c}}{{/b}}{{/a}}", "{\"a\":{\"b\":{\"c\":\"Joe\"}}}",
         "Joe == Joe", NULL},
        {"dotted, broken chain", "({{a.b.c}})", "{\"a\":{}}", "()", NULL},
        {"dotted, no second search", "({{a.b.c}})", "{\"a\":{\"b\":{}},\"c\":{\"c\":\"no\"}}", "()",
         NULL},
        {"dotted, first part from outside", "{{#a}}{{b.c}}{{/a}}",
         "{\"a\":{\"x\":1},\"b\":{\"c\":\"out\"}}", "out", NULL},
        {"dotted, innermost first part wins", "{{#a}}({{b.c}}){{/a}}",
         "{\"a\":{\"b\":{}},\"b\":{\"c\":\"no\"}}", "()", NULL},
        {"implicit iterator", "Hello, {{.}}!", "\"world\"", "Hello, world!", NULL},
        {"whitespace stays", "| {{x}} |\n {{x}}\n", "{\"x\":\"-\"}", "| - |\n -\n", NULL},
        {"padding goes", "|{{ x }}|{{{ x }}}|{{& x }}|", "{\"x\":\"-\"}", "|-|-|-|", NULL},
    };
    RUN(cases);
}

static void test_sections_follow_the_specification(void **state)
{
    (void)state;
    static const struct mustache_case cases[] = {
        {"true", "\"{{#b}}seen{{/b}}\"", "{\"b\":true}", "\"seen\"", NULL},
        {"false", "\"{{#b}}seen{{/b}}\"", "{\"b\":false}", "\"\"", NULL},
        {"null", "\"{{#b}}seen{{/b}}\"", "{\"b\":null}", "\"\"", NULL},
        {"missing", "\"{{#b}}seen{{/b}}\"", "{}", "\"\"", NULL},
        {"zero", "\"{{#b}}seen{{/b}}\"", "{\"b\":0}", "\"\"", NULL},
        {"empty text", "\"{{#b}}seen{{/b}}\"", "{\"b\":\"\"}", "\"\"", NULL},
        {"empty object", "\"{{#b}}seen{{/b}}\"", "{\"b\":{}}", "\"seen\"", NULL},
        {"context", "{{#c}}Hi {{name}}.{{/c}}", "{\"c\":{\"name\":\"Joe\"}}", "Hi Joe.", NULL},
        {"outer names", "{{#s}}{{a}}{{b}}{{c}}{{/s}}", "{\"a\":1,\"b\":2,\"s\":{\"b\":3,\"c\":4}}",
         "134", NULL},
        {"variable test", "{{#foo}}{{.}} is {{foo}}{{/foo}}", "{\"foo\":\"bar\"}", "bar is bar",
         NULL},
        {"list", "{{#l}}{{n}}{{/l}}", "{\"l\":[{\"n\":1},{\"n\":2},{\"n\":3}]}", "123", NULL},
        {"empty list", "{{#l}}Yay{{/l}}", "{\"l\":[]}", "", NULL},
        {"iterator", "{{#l}}({{.}}){{/l}}", "{\"l\":[\"a\",1,2.50,null,true]}",
         "(a)(1)(2.50)()(true)", NULL},
        {"list of lists", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "{\"l\":[[1,2],[3]]}", "(12)(3)",
         NULL},
        {"doubled", "{{#b}}1{{/b}} 2 {{#b}}3{{/b}}", "{\"b\":true}", "1 2 3", NULL},
        {"nested", "|A {{#b}}B {{#b}}C{{/b}} D{{/b}} E|", "{\"b\":true}", "|A B C D E|", NULL},
        {"nested, false", "|A {{#b}}B {{#b}}C{{/b}} D{{/b}} E|", "{\"b\":false}", "|A  E|", NULL},
        {"dotted", "{{#a.b.c}}here{{/a.b.c}}", "{\"a\":{\"b\":{\"c\":true}}}", "here", NULL},
        {"padding", "|{{# b }}={{/ b }}|", "{\"b\":true}", "|=|", NULL},
        {"surrounding whitespace", " | {{#b}}\t|\t{{/b}} | \n", "{\"b\":true}", " | \t|\t | \n",
         NULL},
        {"internal whitespace", " | {{#b}} {{! x }}\n {{/b}} | \n", "{\"b\":true}", " |  \n  | \n",
         NULL},
        {"standalone lines", "| This Is\n{{#b}}\n|\n{{/b}}\n| A Line\n", "{\"b\":true}",
         "| This Is\n|\n| A Line\n", NULL},
        {"indented standalone lines", "| This Is\n  {{#b}}\n|\n\t{{/b}}  \n| A Line\n",
         "{\"b\":true}", "| This Is\n|\n| A Line\n", NULL},
        {"standalone with CR LF", "|\r\n{{#b}}\r\n{{/b}}\r\n|", "{\"b\":true}", "|\r\n|", NULL},
        {"standalone at the start", "  {{#b}}\n#{{/b}}\n/", "{\"b\":true}", "#\n/", NULL},
        {"standalone at the end", "#{{#b}}\n/\n  {{/b}}", "{\"b\":true}", "#\n/\n", NULL},
        {"two tags on a line stand not alone", "{{#b}}{{/b}}\n|", "{\"b\":true}", "\n|", NULL},
        {"values never stand alone", "a\n {{x}}\nb", "{\"x\":\"\"}", "a\n \nb", NULL},
    };
    RUN(cases);
}

static void test_inverted_sections_follow_the_specification(void **state)
{
    (void)state;
    static const struct mustache_case cases[] = {
        {"false", "\"{{^b}}seen{{/b}}\"", "{\"b\":false}", "\"seen\"", NULL},
        {"true", "\"{{^b}}seen{{/b}}\"", "{\"b\":true}", "\"\"", NULL},
        {"null", "{{^n}}none{{/n}}", "{\"n\":null}", "none", NULL},
        {"missing", "{{^n}}none{{/n}}", "{}", "none", NULL},
        {"context", "{{^c}}Hi{{/c}}", "{\"c\":{\"name\":\"Joe\"}}", "", NULL},
        {"list", "{{^l}}none{{/l}}", "{\"l\":[{}]}", "", NULL},
        {"empty list", "{{^l}}none{{/l}}", "{\"l\":[]}", "none", NULL},
        {"nested", "|A {{^b}}B {{^b}}C{{/b}} D{{/b}} E|", "{\"b\":false}", "|A B C D E|", NULL},
        {"dotted, broken chain", "{{^a.b.c}}not here{{/a.b.c}}", "{\"a\":{}}", "not here", NULL},
        {"keeps the context", "{{#s}}{{^no}}{{x}}{{.}}{{/no}}{{/s}}", "{\"s\":[\"i\"],\"x\":\"o\"}",
         "oi", NULL},
        {"standalone", "|\n{{^b}}\n|\n{{/b}}\n|\n", "{\"b\":false}", "|\n|\n|\n", NULL},
        {"standalone, indented", "|\n  {{^b}}\n|\n  {{/b}}\n|\n", "{\"b\":true}", "|\n|\n", NULL},
        {"else", "{{#b}}yes{{/b}}{{^b}}no{{/b}}", "{\"b\":true}", "yes", NULL},
    };
    RUN(cases);
}

static void test_comments_follow_the_specification(void **state)
{
    (void)state;
    static const struct mustache_case cases[] = {
        {"inline", "12345{{! Comment! }}67890", "{}", "1234567890", NULL},
        {"multiline", "12345{{!\n  many\n  lines\n}}67890\n", "{}", "1234567890\n", NULL},
        {"standalone", "Begin.\n{{! Comment }}\nEnd.\n", "{}", "Begin.\nEnd.\n", NULL},
        {"indented", "Begin.\n  {{! Comment }}\nEnd.\n", "{}", "Begin.\nEnd.\n", NULL},
        {"CR LF", "|\r\n{{! Standalone }}\r\n|", "{}", "|\r\n|", NULL},
        {"first line", "  {{! I'm still alone }}\n!", "{}", "!", NULL},
        {"last line", "!\n  {{! I'm still alone }}", "{}", "!\n", NULL},
        {"multiline standalone", "Begin.\n{{!\nmany lines\n}}\nEnd.\n", "{}", "Begin.\nEnd.\n",
         NULL},
        {"indented inline", "  12 {{! 34 }}\n", "{}", "  12 \n", NULL},
        {"whitespace", "12345 {{! Comment }} 67890", "{}", "12345  67890", NULL},
        {"no name is looked up", "({{! x }})", "{\"! x\":1,\" x \":2,\"x\":3}", "()", NULL},
    };
    RUN(cases);
}

static void test_partials_follow_the_specification(void **state)
{
    (void)state;
    static const struct mustache_case cases[] = {
        {"basic", "\"{{>p.html}}\"", "{}", "\"from partial\"", "from partial"},
        {"context", "\"{{>p.html}}\"", "{\"text\":\"content\"}", "\"*content*\"", "*{{text}}*"},
        {"recursion", "{{>p.html}}", "{\"c\":\"X\",\"n\":[{\"c\":\"Y\",\"n\":[]}]}", "X<Y<>>",
         "{{c}}<{{#n}}{{>p.html}}{{/n}}>"},
        {"surrounding whitespace", "| {{>p.html}} |", "{}", "| \t|\t |", "\t|\t"},
        {"inline keeps its lines", "  {{x}}  {{> p.html}}\n", "{\"x\":\"|\"}", "  |  >\n>\n",
         ">\n>"},
        {"standalone, CR LF", "|\r\n{{>p.html}}\r\n|", "{}", "|\r\n>|", ">"},
        {"standalone without a line before", "  {{>p.html}}\n>", "{}", "  >\n  >>", ">\n>"},
        {"standalone without a line after", ">\n  {{>p.html}}", "{}", ">\n  >\n  >", ">\n>"},
        {"indents the template, not the values", "\\\n {{>p.html}}\n/\n", "{\"x\":\"<\\n->\"}",
         "\\\n |\n <\n->\n |\n/\n", "|\n{{{x}}}\n|\n"},
        {"sections in an indented partial", " {{>p.html}}\n", "{\"l\":[1,2]}", " 1\n 2\n",
         "{{#l}}\n{{.}}\n{{/l}}\n"},
        {"padding", "|{{> p.html }}|", "{}", "|[]|", "[]"},
    };
    RUN(cases);
}

static void test_json_templates_escape_for_slack_and_for_json(void **state)
{
    (void)state;
    const char *json = "{\"x\":\"<!here> & \\\"q\\\" \\\\ \\n\\r\\t\\u0001 \\u00e9\"}";
    expect("t.json", "{{x}}", json, "&lt;!here&gt; &amp; \\\"q\\\" \\\\ \\n\\r\\t\\u0001 \xc3\xa9");
    expect("t.json", "{{{x}}}", json, "<!here> & \\\"q\\\" \\\\ \\n\\r\\t\\u0001 \xc3\xa9");
}

static void test_no_value_leaves_its_json_string(void **state)
{
    (void)state;
    const char *attack = "{\"x\":\"\\\"},{\\\"evil\\\":\\\"\"}";
    static const char *const texts[] = {"[{\"a\":\"{{x}}\"}]", "[{\"a\":\"{{{x}}}\"}]",
                                        "[{\"a\":\"{{&x}}\"}]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf out = {0};
        struct err err;
        assert_true(render("t.json", texts[i], NULL, attack, &out, &err));
        struct json_object *back = json_tokener_parse(buf_cstr(&out));
        assert_int_equal(json_object_array_length(back), 1);
        struct json_object *value = json_object_object_get(json_object_array_get_idx(back, 0), "a");
        assert_string_equal(json_object_get_string(value), "\"},{\"evil\":\"");
        json_object_put(back);
        buf_release(&out);
    }
}

static void test_objects_and_lists_show_nothing_of_themselves(void **state)
{
    (void)state;
    expect("t.json", "<{{b}}{{{b}}}{{o}}{{{o}}}>", "{\"b\":[{\"t\":\"a\"},1],\"o\":{\"x\":1}}",
           "<>");
}

static void test_values_that_are_written_by_code_render_as_they_were_put(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buf out = {0};
    struct err err;
    char name[] = "short-lived";
    static const char text[] = "{{name}} {{low}} {{high}} {{zero}}{{^zero}}none{{/zero}} "
                               "{{#rows}}[{{at}}{{#next}}, {{/next}}]{{/rows}}{{^empty}}-{{/empty}}"
                               "{{#inner}}{{name}}/{{deep}}{{/inner}}{{twice}}{{no}}";
    const struct embedded_file files[] = {{"t.txt", text, sizeof text - 1}, {0}};
    const struct templates templates = {.files = files};
    struct value *context = value_new(&arena);
    value_str(context, "name", name);
    memset(name, 'x', sizeof name - 1); /* it was copied */
    value_int(context, "low", INT64_MIN);
    value_int(context, "high", INT64_MAX);
    value_int(context, "zero", 0);
    struct value *rows = value_list(context, "rows");
    for (int i = 1; i <= 3; i++) {
        struct value *row = value_row(rows);
        value_int(row, "at", i);
        value_flag(row, "next", i < 3);
    }
    value_list(context, "empty");
    value_str(value_object(context, "inner"), "deep", "down");
    value_str(context, "twice", "first");
    value_str(context, "twice", "last");
    value_str(context, "no", NULL);
    value_str(context, "no", "");
    if (!template_render(&templates, "t.txt", context, &out, &err))
        fail_msg("%s", err.msg);
    assert_string_equal(buf_cstr(&out),
                        "short-lived -9223372036854775808 9223372036854775807 0none "
                        "[1, ][2, ][3]-short-lived/downlast");
    assert_int_equal(rows->len, 3);
    buf_release(&out);
    arena_release(&arena);
}

static void test_html_and_text_have_their_own_escaping(void **state)
{
    (void)state;
    expect("t.html", "<a title='{{x}}'>", "{\"x\":\"<a> & \\\"b\\\" 'c'\"}",
           "<a title='&lt;a&gt; &amp; &quot;b&quot; &#39;c&#39;'>");
    expect("t.txt", "Subject: {{x}}\n", "{\"x\":\"a\\r\\nBcc: b & c\"}",
           "Subject: a  Bcc: b & c\n");
    expect("t.txt", "{{{x}}}", "{\"x\":\"a\\nb\"}", "a\nb");
}

static void test_syntax_errors_name_file_and_line(void **state)
{
    (void)state;
    expect_error("a\n{{x", NULL, "{}", ERR_INVALID, "t.html: line 2: a tag is not closed");
    expect_error("{{{x}}", NULL, "{}", ERR_INVALID, "t.html: line 1: a tag is not closed");
    expect_error("\n\n{{#a}}", NULL, "{}", ERR_INVALID, "t.html: line 3: {{#a}} is not closed");
    expect_error("{{#a}}\n{{^b}}\n{{/b}}", NULL, "{}", ERR_INVALID,
                 "t.html: line 1: {{#a}} is not closed");
    expect_error("{{#a}}\n{{/b}}", NULL, "{}", ERR_INVALID,
                 "t.html: line 2: {{/b}} closes no open section");
    expect_error("{{/a}}", NULL, "{}", ERR_INVALID,
                 "t.html: line 1: {{/a}} closes no open section");
    expect_error("{{a b}}", NULL, "{}", ERR_INVALID, "t.html: line 1: \"a b\" is not a name");
    expect_error("{{}}", NULL, "{}", ERR_INVALID, "t.html: line 1: \"\" is not a name");
    expect_error("{{=<% %>=}}", NULL, "{}", ERR_INVALID, "t.html: line 1: {{= is not supported");
    expect_error("\n{{>p.html}}", "\n\n{{#x}}", "{}", ERR_INVALID,
                 "t.html: line 2: p.html: line 3: {{#x}} is not closed");
}

static void test_names_outside_the_folder_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"../x.html", "a/x.html", "/x.html", "a..html", ".html"};
    const struct templates templates = {.override_dir = "/"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct buf out = {0};
        struct err err = {0};
        assert_false(template_render(&templates, names[i], NULL, &out, &err));
        assert_int_equal(err.code, ERR_INVALID);
    }
    expect_error("{{>../p.html}}", NULL, "{}", ERR_INVALID,
                 "t.html: line 1: \"../p.html\" is not a template's name");
    expect_error("{{>q.html}}", NULL, "{}", ERR_NOT_FOUND,
                 "t.html: line 1: there is no template \"q.html\"");
}

static void test_an_ending_without_escaping_is_refused(void **state)
{
    (void)state;
    struct buf out = {0};
    struct err err = {0};
    assert_false(render("t.md", "x", NULL, "{}", &out, &err));
    assert_int_equal(err.code, ERR_INVALID);
}

static void test_endless_partials_end(void **state)
{
    (void)state;
    expect_error("{{>p.html}}", "{{>p.html}}", "{}", ERR_TOO_LARGE,
                 "p.html: line 1: partials are nested too deep");
}

static void test_eight_partials_deep_is_deep_enough(void **state)
{
    (void)state;
    struct buf out = {0};
    struct err err;
    const char *partial = "x{{#n}}{{>p.html}}{{/n}}";
    const char *eight =
        "{\"n\":{\"n\":{\"n\":{\"n\":{\"n\":{\"n\":{\"n\":{\"n\":{\"n\":false}}}}}}}}}";
    assert_true(render("t.html", "{{#n}}{{>p.html}}{{/n}}", partial, eight, &out, &err));
    assert_string_equal(buf_cstr(&out), "xxxxxxxx");
    buf_release(&out);
    expect_error("{{>p.html}}", partial, eight, ERR_TOO_LARGE,
                 "p.html: line 1: partials are nested too deep");
}

static void test_deep_sections_end(void **state)
{
    (void)state;
    char text[4096] = "";
    for (int i = 0; i < 33; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "{{#a}}\n");
    expect_error(text, NULL, "{}", ERR_INVALID,
                 "t.html: line 33: sections are nested deeper than 32");
    /* through partials: 9 sections in each of 9 templates */
    const char *open = "{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{>p.html}}"
                       "{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}";
    expect_error(open, open, "{\"a\":true}", ERR_TOO_LARGE,
                 "p.html: line 1: sections are nested too deep");
}

static void test_output_stops_at_its_ceiling(void **state)
{
    (void)state;
    struct buf out;
    struct err err = {0};
    buf_init(&out, 10);
    assert_true(render("t.html", "{{x}}", NULL, "{\"x\":\"0123456789\"}", &out, &err));
    buf_clear(&out);
    assert_false(render("t.html", "{{x}}!", NULL, "{\"x\":\"0123456789\"}", &out, &err));
    assert_int_equal(err.code, ERR_TOO_LARGE);
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

static void test_lists_in_lists_without_output_end(void **state)
{
    (void)state;
    struct buf json = {0};
    buf_str(&json, "{\"l\":[0");
    for (int i = 1; i < 1000; i++)
        buf_fmt(&json, ",%d", i);
    buf_str(&json, "]}");
    expect_error("{{#l}}{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}{{/l}}", NULL, buf_cstr(&json),
                 ERR_TOO_LARGE, "t.html: line 1: too much to render");
    buf_release(&json);
}

/* A folder of its own for overriding files; removed by the test. */
static void write_override(char folder[32], const char *content, size_t len)
{
    char path[64];
    snprintf(folder, 32, "/tmp/usher-template-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/t.txt", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void remove_override(const char *folder)
{
    char path[64];
    snprintf(path, sizeof path, "%s/t.txt", folder);
    assert_int_equal(remove(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void test_a_file_in_the_folder_wins_and_the_others_stay(void **state)
{
    (void)state;
    static const struct embedded_file files[] = {
        {"t.txt", "built in {{>u.txt}}", 19}, {"u.txt", "other", 5}, {0}};
    char folder[32];
    write_override(folder, "from the folder, {{>u.txt}}", 27);
    const struct templates templates = {.files = files, .override_dir = folder};
    struct buf out = {0};
    struct err err;
    assert_true(template_render(&templates, "t.txt", NULL, &out, &err));
    assert_string_equal(buf_cstr(&out), "from the folder, other");
    remove_override(folder);
    buf_clear(&out);
    assert_true(template_render(&templates, "t.txt", NULL, &out, &err));
    assert_string_equal(buf_cstr(&out), "built in other");
    buf_release(&out);
}

static void test_an_overriding_file_that_is_no_text_is_an_error(void **state)
{
    (void)state;
    static const struct embedded_file files[] = {{"t.txt", "built in", 8}, {0}};
    char folder[32], path[64];
    struct buf out = {0};
    struct err err = {0};
    write_override(folder, "a\0b", 3);
    const struct templates templates = {.files = files, .override_dir = folder};
    assert_false(template_render(&templates, "t.txt", NULL, &out, &err));
    assert_int_equal(err.code, ERR_INVALID);
    remove_override(folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    snprintf(path, sizeof path, "%s/t.txt", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(template_render(&templates, "t.txt", NULL, &out, &err));
    assert_int_equal(err.code, ERR_IO);
    remove_override(folder);
    buf_release(&out);
}

static void assert_renders(const struct templates *templates, const char *wanted)
{
    struct buf out = {0};
    struct err err = {0};
    if (!template_render(templates, "t.txt", NULL, &out, &err))
        fail_msg("%s", err.msg);
    assert_string_equal(buf_cstr(&out), wanted);
    buf_release(&out);
}

static void assert_fails(const struct templates *templates, const char *words)
{
    struct buf out = {0};
    struct err err = {0};
    assert_false(template_render(templates, "t.txt", NULL, &out, &err));
    if (!strstr(err.msg, words))
        fail_msg("\"%s\" does not say \"%s\"", err.msg, words);
    buf_release(&out);
}

/* As an editor does it: a new file takes the old one's name. */
static void replace_override(const char *folder, const char *content)
{
    char path[64], next[64];
    snprintf(path, sizeof path, "%s/t.txt", folder);
    snprintf(next, sizeof next, "%s/next", folder);
    FILE *file = fopen(next, "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rename(next, path), 0);
}

static void test_a_kept_template_renders_as_before_and_with_each_indentation(void **state)
{
    (void)state;
    static const struct embedded_file files[] = {
        {"t.txt", "{{>u.txt}}\n {{>u.txt}}\n  {{>u.txt}}\n", 36}, {"u.txt", "u\n", 2}, {0}};
    struct templates templates = {.files = files};
    templates_keep(&templates);
    for (int i = 0; i < 3; i++)
        assert_renders(&templates, "u\n u\n  u\n");
    templates_release(&templates);
    assert_renders(&templates, "u\n u\n  u\n");
}

static void test_a_kept_override_is_read_again_when_it_has_changed(void **state)
{
    (void)state;
    static const struct embedded_file files[] = {{"t.txt", "built in", 8}, {0}};
    char folder[32];
    write_override(folder, "first", 5);
    struct templates templates = {.files = files, .override_dir = folder};
    templates_keep(&templates);
    assert_renders(&templates, "first");
    replace_override(folder, "other");
    assert_renders(&templates, "other");
    remove_override(folder);
    assert_renders(&templates, "built in");
    templates_release(&templates);
}

static void test_a_kept_mistake_is_told_again_until_the_file_changes(void **state)
{
    (void)state;
    char folder[32];
    write_override(folder, "{{#open}}", 9);
    struct templates templates = {.override_dir = folder};
    templates_keep(&templates);
    for (int i = 0; i < 2; i++)
        assert_fails(&templates, "t.txt: line 1: {{#open}} is not closed");
    replace_override(folder, "mended");
    assert_renders(&templates, "mended");
    remove_override(folder);
    assert_fails(&templates, "no template \"t.txt\"");
    templates_release(&templates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interpolation_follows_the_specification),
        cmocka_unit_test(test_sections_follow_the_specification),
        cmocka_unit_test(test_inverted_sections_follow_the_specification),
        cmocka_unit_test(test_comments_follow_the_specification),
        cmocka_unit_test(test_partials_follow_the_specification),
        cmocka_unit_test(test_json_templates_escape_for_slack_and_for_json),
        cmocka_unit_test(test_no_value_leaves_its_json_string),
        cmocka_unit_test(test_objects_and_lists_show_nothing_of_themselves),
        cmocka_unit_test(test_values_that_are_written_by_code_render_as_they_were_put),
        cmocka_unit_test(test_html_and_text_have_their_own_escaping),
        cmocka_unit_test(test_syntax_errors_name_file_and_line),
        cmocka_unit_test(test_names_outside_the_folder_are_refused),
        cmocka_unit_test(test_an_ending_without_escaping_is_refused),
        cmocka_unit_test(test_endless_partials_end),
        cmocka_unit_test(test_eight_partials_deep_is_deep_enough),
        cmocka_unit_test(test_deep_sections_end),
        cmocka_unit_test(test_output_stops_at_its_ceiling),
        cmocka_unit_test(test_lists_in_lists_without_output_end),
        cmocka_unit_test(test_a_file_in_the_folder_wins_and_the_others_stay),
        cmocka_unit_test(test_an_overriding_file_that_is_no_text_is_an_error),
        cmocka_unit_test(test_a_kept_template_renders_as_before_and_with_each_indentation),
        cmocka_unit_test(test_a_kept_override_is_read_again_when_it_has_changed),
        cmocka_unit_test(test_a_kept_mistake_is_told_again_until_the_file_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
