#include "t.h"

#include "brevduva/base/limits.h"
#include "brevduva/base/mustache.h"

/* One rendering and all that it needs. */
struct fixture {
    struct bd_arena *arena;
    struct bd_buf out;
    struct bd_err err;
};

static struct fixture start(void)
{
    struct fixture f = { .arena = bd_arena_new() };

    bd_buf_init(&f.out, 0);
    return f;
}

static void stop(struct fixture *f)
{
    bd_buf_fini(&f->out);
    bd_arena_free(f->arena);
}

static struct bd_json *json(struct fixture *f, const char *text)
{
    struct bd_json *value = NULL;

    if (bd_json_parse(f->arena, bd_str_from(text), &value, &f->err))
        fail_msg("%s: %s", text, f->err.msg);
    return value;
}

static enum bd_status render(struct fixture *f,
                             const struct bd_mustache_options *options,
                             const char *text, const struct bd_json *data)
{
    bd_str in = t_heap(text);
    const struct bd_mustache *template = NULL;
    enum bd_status rc = bd_mustache_parse(f->arena, "t.html", in, &template,
                                          &f->err);

    bd_buf_clear(&f->out);
    if (rc == BD_OK)
        rc = bd_mustache_render(f->arena, template, options, data, &f->out,
                                &f->err);
    t_free(in);
    return rc;
}

static void test_mustache_parse__says_where_and_what(void **state)
{
    static const struct {
        const char *in;
        enum bd_status rc;
        const char *want;
    } rows[] = {
        { "a\nå {{name", BD_EPARSE,
          "t.html:2:3: this tag is not closed; write }} where it ends" },
        { "{{{name}}", BD_EPARSE,
          "t.html:1:1: this tag is not closed; write }}} where it ends" },
        { "{{=<% %>}}", BD_EPARSE,
          "t.html:1:1: this tag is not closed; write =}} where it ends" },
        { "{{=<% %>=}}<%x}}", BD_EPARSE,
          "t.html:1:12: this tag is not closed; write %> where it ends" },
        { "{{=<%=}}", BD_EPARSE,
          "t.html:1:1: bad delimiters \"<%\"; write two marks with a space "
          "between them and without =, as in {{=<% %>=}}" },
        { "{{=a b c=}}", BD_EPARSE,
          "t.html:1:1: bad delimiters \"a b c\"; write two marks with a space "
          "between them and without =, as in {{=<% %>=}}" },
        { "x {{ }}", BD_EPARSE,
          "t.html:1:3: this tag is empty; write a name in it" },
        { "{{first name}}", BD_EPARSE,
          "t.html:1:1: the name \"first name\" has a space in it; names are "
          "one word" },
        { "{{a..b}}", BD_EPARSE,
          "t.html:1:1: the name \"a..b\" has a dot too many; write it as a.b" },
        { "{{.a}}", BD_EPARSE,
          "t.html:1:1: the name \".a\" has a dot too many; write it as a.b" },
        { "\n\n {{#a}}", BD_EPARSE,
          "t.html:3:2: the section \"a\" is not closed; close it with /a" },
        { "{{/a}}", BD_EPARSE,
          "t.html:1:1: \"a\" is closed here but was never opened; open it with "
          "# or ^ first, or take this tag away" },
        { "\n{{#a}}\n{{#b}}\n{{/a}}{{/b}}", BD_EPARSE,
          "t.html:4:1: \"a\" is closed here, but the section open is \"b\" of "
          "line 3; close that one first" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_mustache_options options = { 0 };
        struct fixture f = start();

        CHECK_ROW(rows[i].in,
                  render(&f, &options, rows[i].in, NULL) == rows[i].rc);
        CHECK_STR(bd_str_from(f.err.msg), rows[i].want);
        stop(&f);
    }
}

static void test_mustache_parse__limits_nested_sections(void **state)
{
    struct fixture f = start();
    struct bd_mustache_options options = { 0 };
    struct bd_buf deep;

    (void)state;
    bd_buf_init(&deep, 0);
    for (int i = 0; i < 100000; i++)
        bd_buf_add_cstr(&deep, "{{#a}}");
    bd_buf_add_char(&deep, '\0');
    CHECK(render(&f, &options, deep.ptr, NULL) == BD_ELIMIT);
    CHECK_STR(bd_str_from(f.err.msg),
              "t.html:1:193: more than 32 sections inside each other; use "
              "fewer");
    bd_buf_fini(&deep);
    stop(&f);
}

static const char *const data = "{\"name\": \"A & 'O'\", \"yes\": true,"
                                "\"none\": null, \"number\": 12.50,"
                                "\"zero\": 0.0, \"empty\": \"\","
                                "\"person\": {\"email\": \"a@b.example\"},"
                                "\"list\": [{\"n\": 1}, {\"n\": 2}]}";

static void test_mustache_render__decides_what_is_true(void **state)
{
    static const struct {
        const char *in;
        const char *want;
    } rows[] = {
        { "{{#zero}}x{{/zero}}{{^zero}}y{{/zero}}", "y" },
        { "{{#empty}}x{{/empty}}{{^empty}}y{{/empty}}", "y" },
        { "{{#none}}x{{/none}}{{^none}}y{{/none}}", "y" },
        { "{{#number}}{{.}}{{/number}}", "12.50" },
        { "{{#yes}}{{name}}{{/yes}}", "A &amp; &#39;O&#39;" },
        { "{{{name}}}{{&name}}", "A & 'O'A & 'O'" },
        { "{{#list}}{{n}}{{#person}}{{email}} {{/person}}{{/list}}",
          "1a@b.example 2a@b.example " },
        { "{{person}}{{list}}{{missing}}{{person.email.x}}", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_mustache_options options = { 0 };
        struct fixture f = start();

        CHECK_ROW(rows[i].in,
                  render(&f, &options, rows[i].in, json(&f, data)) == BD_OK);
        CHECK_STR(bd_buf_str(&f.out), rows[i].want);
        stop(&f);
    }
}

static void test_mustache_render__strict_names_what_is_unknown(void **state)
{
    static const struct {
        const char *in;
        const char *want;
    } rows[] = {
        { "a\n {{nam}}",
          "t.html:2:2: unknown name \"nam\"; did you mean \"name\"?" },
        { "{{xyzzy}}",
          "t.html:1:1: unknown name \"xyzzy\"; correct it or take the tag "
          "away" },
        { "{{person.emial}}",
          "t.html:1:1: unknown name \"person.emial\"; did you mean "
          "\"email\"?" },
        { "{{#person}}{{emai}}{{/person}}",
          "t.html:1:12: unknown name \"emai\"; did you mean \"email\"?" },
        { "{{person}}",
          "t.html:1:1: \"person\" has parts and is not a text; use it as a "
          "section, with # before its name" },
        { "{{>head}}",
          "t.html:1:1: there is no template named \"head\"; correct the name "
          "or add the file" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_mustache_options options = { .strict = true };
        struct fixture f = start();

        CHECK_ROW(rows[i].in, render(&f, &options, rows[i].in,
                                     json(&f, data)) == BD_EINVAL);
        CHECK_STR(bd_str_from(f.err.msg), rows[i].want);
        stop(&f);
    }
}

static void
test_mustache_render__strict_takes_null_and_open_questions(void **state)
{
    struct fixture f = start();
    struct bd_mustache_options options = { .strict = true };

    (void)state;
    CHECK(render(&f, &options,
                 "[{{none}}{{#maybe}}x{{/maybe}}{{^maybe}}y"
                 "{{/maybe}}]",
                 json(&f, data)) == BD_OK);
    CHECK_STR(bd_buf_str(&f.out), "[y]");
    stop(&f);
}

static void test_mustache_render__leaves_raw_text_and_marks_alone(void **state)
{
    struct fixture f = start();
    struct bd_mustache_options options = { .raw_text = true };
    struct bd_json *values = bd_json_object(f.arena);

    (void)state;
    bd_json_set(values, BD_STR("x"),
                bd_json_string(f.arena, BD_STR("<\x01"
                                               "12\x02>")));
    CHECK(render(&f, &options, "{{x}}", values) == BD_OK);
    CHECK_STR(bd_buf_str(&f.out), "<\x01"
                                  "12\x02>");
    options.raw_text = false;
    CHECK(render(&f, &options, "{{x}}", values) == BD_OK);
    CHECK_STR(bd_buf_str(&f.out), "&lt;\x01"
                                  "12\x02&gt;");
    stop(&f);
}

static bool find_partial(void *self, bd_str name, bd_str *out_text)
{
    static const struct {
        bd_str name;
        bd_str text;
    } partials[] = {
        { BD_STR_INIT("self"), BD_STR_INIT("x{{>self}}{{>self}}") },
        { BD_STR_INIT("bad"), BD_STR_INIT("ok\n{{oops") },
        { BD_STR_INIT("item"), BD_STR_INIT("- {{n}}\n\n  {{{text}}}\n") },
        { BD_STR_INIT("outer"), BD_STR_INIT("<\n  {{>item}}\n>\n") },
    };

    (void)self;
    for (size_t i = 0; i < sizeof partials / sizeof *partials; i++)
        if (bd_str_eq(name, partials[i].name)) {
            *out_text = partials[i].text;
            return true;
        }
    return false;
}

static void test_mustache_render__indents_partials(void **state)
{
    struct fixture f = start();
    struct bd_mustache_options options = { .partial = find_partial };

    (void)state;
    CHECK(render(&f, &options, "\t{{>outer}}\nend{{>item}}",
                 json(&f, "{\"n\": 1, \"text\": \"a\\nb\"}")) == BD_OK);
    CHECK_STR(bd_buf_str(&f.out), "\t<\n\t  - 1\n\n\t    a\nb\n\t>\n"
                                  "end- 1\n\n  a\nb\n");
    stop(&f);
}

static void test_mustache_render__limits_partials(void **state)
{
    struct fixture f = start();
    struct bd_mustache_options options = { .partial = find_partial };

    (void)state;
    CHECK(render(&f, &options, "{{>self}}", NULL) == BD_ELIMIT);
    CHECK_STR(bd_str_from(f.err.msg),
              "self:1:2: more than 32 templates inside each other; does "
              "\"self\" use itself?");
    CHECK(render(&f, &options, "{{>bad}}", NULL) == BD_EPARSE);
    CHECK_STR(bd_str_from(f.err.msg),
              "bad:2:1: this tag is not closed; write }} where it ends");
    stop(&f);
}

static void test_mustache_render__limits_work_and_output(void **state)
{
    struct fixture f = start();
    struct bd_mustache_options options = { 0 };
    const struct bd_json *many = json(
        &f, "{\"a\": [1,2,3,4,5,6,7,8,9,10], \"b\": \"longer\"}");

    (void)state;
    CHECK(render(&f, &options,
                 "{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{none}}"
                 "{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}",
                 many) == BD_ELIMIT);
    CHECK_STR(bd_str_from(f.err.msg),
              "t.html:1:49: this repeats more than 1000000 times; use fewer "
              "sections inside each other");
    f.out.max = 8;
    CHECK(render(&f, &options, "{{b}} {{b}}", many) == BD_ELIMIT);
    CHECK_STR(bd_str_from(f.err.msg),
              "t.html:1:7: the result is longer than 8 octets; make it "
              "shorter");
    stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mustache_parse__says_where_and_what),
        cmocka_unit_test(test_mustache_parse__limits_nested_sections),
        cmocka_unit_test(test_mustache_render__decides_what_is_true),
        cmocka_unit_test(test_mustache_render__strict_names_what_is_unknown),
        cmocka_unit_test(
            test_mustache_render__strict_takes_null_and_open_questions),
        cmocka_unit_test(test_mustache_render__leaves_raw_text_and_marks_alone),
        cmocka_unit_test(test_mustache_render__indents_partials),
        cmocka_unit_test(test_mustache_render__limits_partials),
        cmocka_unit_test(test_mustache_render__limits_work_and_output),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
