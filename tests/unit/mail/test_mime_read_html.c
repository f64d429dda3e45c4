#include "t.h"

#include "brevduva/base/buf.h"
#include "brevduva/mail/mime_read.h"

static void test_html_text__keeps_the_words(void **state)
{
    static const char *const rows[][2] = {
        { "", "" },
        { "Hej", "Hej" },
        { "<p>Hej\n  du</p><p>igen</p>", "Hej du\nigen" },
        { "a<br>b<br/>c", "a\nb\nc" },
        { "<b>f</b>et <span>x</span>", "fet x" },
        { "<td>a</td><td>b</td>", "a\nb" },
        { "d&aring;, &#229;&#xE5;&amp;lt;", "d\xc3\xa5, \xc3\xa5\xc3\xa5&lt;" },
        { "&unknown; &; &#; &#x110000; &#xd800;", "&unknown; &; &#;" },
        { "a&nbsp;b", "a b" },
        { "<style>p { x }</style>a<script>'</p>'</script>b", "a\nb" },
        { "<title>t</title><!-- <p>c --> a <!DOCTYPE x> b", "a b" },
        { "<a href=\"x>y\">l</a>", "l" },
        { "<a title='x>y' b>l</a>", "l" },
        { "it's <a b>l</a> < 3", "it's l < 3" },
        { "<o:p>a</o:p>b", "ab" },
        { "a<!-- unclosed", "a" },
        { "a<p unclosed", "a" },
        { "a<script>b", "a" },
        { "a<", "a<" },
        { "a</", "a</" },
        { "a&", "a&" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i][0]);

        CHECK_STR(bd_mail_text_of_html(arena, in), rows[i][1]);
        t_free(in);
    }
    bd_arena_free(arena);
}

/* clang-format off */
static void test_html_text__knows_what_is_hidden_or_quoted(void **state)
{
    static const char *const rows[][2] = {
        { "<div STYLE=\"DISPLAY:NONE\">x</div>a", "a" },
        { "<div style='color:red; display :\n none !important'>x</div>a", "a" },
        { "<div style=display:none>x</div>a", "a" },
        { "<i style=\"visibility: hidden\">x</i>a", "a" },
        { "<div hidden>x</div>a", "a" },
        { "<div a=b hidden=\"\">x</div>a", "a" },
        { "<div style='display:none'><div>x</div>x<!-- </div> --></div>a", "a" },
        { "<p hidden>x<p>a", "a" },
        { "<input type=hidden><br hidden>a", "a" },
        { "<div title='display:none' data-hidden>a</div>", "a" },
        { "<span style='font-size:0'>x</span>a", "a" },
        { "<span style='font-size: 0.0px;color:red'>x</span>a", "a" },
        { "<span style='font-size:0.9em'>a</span>", "a" },
        { "<td style='font-size:0px'><div style='font-size:14px'>a</div></td>", "a" },
        { "<blockquote>x<blockquote>y</blockquote>z</blockquote>a", "> x\n> y\n> z\na" },
        { "<blockquote>&aring;<br>&lt;</blockquote>", "> \xc3\xa5\n> <" },
        { "</blockquote><blockquote hidden>x</blockquote>a", "a" },
        { "a<div class=\"gmail_quote gmail_quote_container\"><div>x</div>y</div>b", "a\n> x\n> y\nb" },
        { "a<div id=\"x_divRplyFwdMsg\">x</div><div>y</div>z", "a\n> x\n> y\n> z" },
        { "<div style='border:none;border-left:solid blue 1.5pt'>x</div>a", "> x\na" },
        { "<div style='border-left:none'>a</div><div style='border-left:0'>b</div>", "a\nb" },
        { "<td style='border-left:1px solid'>a</td>", "a" },
        { "<div style", "" },
        { "<div style=", "" },
        { "<div style=\"display:none", "" },
        { "<div =\"\" =x hidden>x</div>a", "a" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i][0]);

        CHECK_STR(bd_mail_text_of_html(arena, in), rows[i][1]);
        t_free(in);
    }
    bd_arena_free(arena);
}
/* clang-format on */

static void test_html_text__is_cut_between_characters(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf html = { 0 };
    bd_str text = BD_STR_NONE;

    (void)state;
    bd_buf_add_char(&html, 'x');
    for (int i = 0; i < BD_MAIL_MAX_TEXT; i++)
        bd_buf_add_cstr(&html, "\xc3\xa5");
    text = bd_mail_text_of_html(arena, bd_buf_str(&html));
    CHECK(text.len == BD_MAIL_MAX_TEXT - 1 && bd_str_is_utf8(text, NULL));
    bd_buf_fini(&html);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html_text__keeps_the_words),
        cmocka_unit_test(test_html_text__knows_what_is_hidden_or_quoted),
        cmocka_unit_test(test_html_text__is_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
