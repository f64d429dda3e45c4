#include "check_world.h"

#include "brevduva/base/buf.h"
#include "brevduva/base/file.h"

#define SUBJECT(text)                                                          \
    "---\ntitle: Titel\n" PREHEADER "subject: " text "\n---\nHej\n"
#define FRONT(lines) "---\ntitle: Höstens möten\n" lines "---\nHej\n"

/* What makes a check fire that looks at more than the issue. */
static void no_base_url(struct world *w)
{
    w->options.base_url = BD_STR_NONE;
}

static void no_postal_address(struct world *w)
{
    w->options.organisation.postal_address = BD_STR_NONE;
}

static void example_sender(struct world *w)
{
    w->options.from_email = BD_STR("brev@brev.example");
}

static void empty_files(struct world *w)
{
    w->beside = 0;
}

static void large_files(struct world *w)
{
    w->beside = 1100000;
}

static void long_values(struct world *w)
{
    struct bd_check_value *value = BD_NEW(w->arena, struct bd_check_value);
    char *text = bd_arena_alloc(w->arena, 110000);

    memset(text, 'x', 110000);
    value->name = BD_STR("ort");
    value->longest = (bd_str) { text, 110000 };
    w->facts.values = value;
}

static void answered(struct world *w, enum bd_check_heard heard)
{
    struct bd_check_answer *answer = BD_NEW(w->arena, struct bd_check_answer);

    *answer = (struct bd_check_answer) {
        .url = BD_STR("https://a.test/%C3%A5?b"),
        .heard = heard,
        .why = BD_STR("gone"),
        .to = BD_STR("https://b.test/"),
    };
    w->facts.asked = true;
    w->facts.answers = answer;
    w->facts.answer_count = 1;
}

static void dead(struct world *w)
{
    answered(w, BD_LINK_DEAD);
}

static void moved(struct world *w)
{
    answered(w, BD_LINK_MOVED);
}

static void unclear(struct world *w)
{
    answered(w, BD_LINK_UNCLEAR);
}

static void certificate(struct world *w)
{
    answered(w, BD_LINK_CERTIFICATE);
}

static void large_picture(struct world *w)
{
    w->beside = 1100000;
}

static void bare_html(struct world *w)
{
    w->own_path = BD_STR("mail/brev/letter.html");
    w->own_text = BD_STR("<h1>{{title}}</h1>{{{body}}}");
}

static void text_without_body(struct world *w)
{
    w->own_path = BD_STR("mail/brev/letter.txt");
    w->own_text = BD_STR("{{title}} {{unsubscribe}}\n"
                         "{{organisation.postal_address}}\n");
}

static void escaped_body(struct world *w)
{
    w->own_path = BD_STR("mail/brev/letter.html");
    w->own_text = BD_STR("<h1>{{title}}</h1>{{body}}");
}

static void odd_style(struct world *w)
{
    w->own_path = BD_STR("mail/brev/letter.html");
    w->own_text = BD_STR("<style>\n  p { color red }\n</style>{{{body}}}");
}

/* These rules, and then ours. */
static void own_styles(struct world *w, const char *rules)
{
    bd_str ours = BD_STR_NONE;

    (void)bd_asset_find(BD_STR("templates/mail/brev/styles.css"), &ours);
    w->own_path = BD_STR("mail/brev/styles.css");
    w->own_text = bd_arena_printf(w->arena, "%s%.*s", rules, BD_ARG(ours));
}

static void pale_text(struct world *w)
{
    own_styles(w, "/* { */\nletter { background-color: #fff }\n"
                  "h1 { color: #888; font-size: 30px }\n"
                  "p, small { color: #999 }\n");
}

static void mistyped_part(struct world *w)
{
    own_styles(w, "/* , */\nli-p, h2, buton { color: #222 }\n");
}

static void mistyped_property(struct world *w)
{
    own_styles(w, "@media (max-width: 9px) { .any { colr: red } }\n"
                  "p { mso-any: 1; -webkit-any: 1; margn : 0 }\n");
}

static void pale_page(struct world *w)
{
    w->own_path = BD_STR("mail/brev/letter.html");
    w->own_text = BD_STR("<style>.y p{color:#fafafa} td{background:#fff}"
                         "</style><table><tr><td class=y>{{{body}}}");
}

/* Each check: an issue in which it finds something, where, and one much like
 * it in which it finds nothing. */
static const struct pair {
    const char *id;
    const char *fires;
    unsigned line, column;
    const char *calm;
    void (*set)(struct world *w); /* for the first */
} pairs[] = {
    { "address-mistyped", BODY("Se (www-brev.test)"), 5, 5,
      BODY("Se www.brev.test, awww-shucks, www - och www"), NULL },
    { "attachment-large", WITH("[b.md, a.md]"), 3, 15, WITH("[a.md]"),
      large_files },
    { "attachment-missing", BODY("The form is *Attached*."), 5, 14,
      BODY("An unattached bilagare"), NULL },
    { "attachment-missing", BODY("Se bilagan."), 5, 4, WITH("a.md"), NULL },
    { "attachment-missing", BODY("Bifogad kalender"), 5, 1,
      BODY("Bifogad kalender\n~~~events\n2027-05-10 | Möte\n~~~"), NULL },
    { "attachment-program", WITH("[a.md, b/x.ExE]"), 3, 21, WITH("exe.md"),
      NULL },
    { "attachment-type", WITH("[a.md, a.md]"), 3, 21, WITH("[a.md, b.md]"),
      NULL },
    { "attachment-type", WITH("[a.md]"), 3, 15, WITH("[a.md]"), empty_files },
    { "address-mistyped", BODY("Se htp://brev.test"), 5, 4,
      BODY("Se http://brev.test"), NULL },
    { "attachment-type", WITH("[a.pdf]"), 3, 15, WITH("[a.md]"), NULL },
    { "base-url-missing", BODY("Hej"), 0, 0, BODY("Hej"), no_base_url },
    { "body-empty", BODY(""), 0, 0, BODY("Hej"), NULL },
    { "brackets-unbalanced", BODY("Möte (kl. 18 i *Kumla"), 5, 6,
      BODY("a) Ett (två [tre]) :-) och\n2) tre {{ort|x}} `(`"), NULL },
    { "brackets-unbalanced", BODY("# Möte 2026) i Kumla"), 5, 12,
      BODY("![(a)](a.gif)"), NULL },
    { "colour-contrast", BODY("Hej"), 4, 1, BODY("Hej"), pale_text },
    { "colour-contrast", BODY("Hej"), 0, 0, BODY("Hej"), pale_page },
    { "date-impossible", BODY("Den 31 april ses vi"), 5, 5,
      BODY("29 februari, 29 feb 2028, 1.31, 31/4, 31 apor"), NULL },
    { "date-impossible", BODY("29 February 2027"), 5, 1,
      BODY("31 maj 1945, 2027-02-28"), NULL },
    { "date-past", BODY("- Möte **3 november** i Kumla"), 5, 10,
      BODY("- 3 december\n- 3 maj\n\nSom vi sade 3 november"), NULL },
    { "date-past", BODY("Anmäl er före 2026-11-26!"), 5, 15,
      BODY("2026-11-27, 3 maj 1987"), NULL },
    { "date-past", BODY("~~~events\n2026-01-01 | Möte\n~~~"), 6, 1,
      BODY("~~~events\n2027-01-01 | Möte\n~~~"), NULL },
    { "date-impossible",
      BODY("~~~events\nzone: Europe/Stockholm\n2027-03-28 02:30 | Möte\n~~~"),
      7, 1,
      BODY("~~~events\nzone: Europe/Stockholm\n2027-03-28 03:00 | A\n"
           "2027-03-21 02:30 | A\n~~~"),
      NULL },
    { "date-weekday", BODY("Vi ses tisdag 10 maj!"), 5, 8,
      BODY("måndag 10 maj, söndag den 10:e maj, mån 10/5, tis 11/5 2027"),
      NULL },
    { "date-weekday", BODY("Hej {{ort|å}}, vi ses tisdag 10 maj!"), 5, 23,
      BODY("Hej {{ort|å}}, vi ses måndag 10 maj!"), NULL },
    { "date-weekday", BODY("Welcome: Tuesday, May 10, 2027."), 5, 10,
      BODY("Monday, May 10th, 2027; Mon 10 May; torsdag-fredag 1-2 maj"),
      NULL },
    { "date-weekday", BODY("Vi ses fredag 2027-05-10"), 5, 8,
      BODY("ons 1 mars 2028, på tisdag 10 personer"), NULL },
    { "date-weekday", BODY("Vi ses tors. 10/5"), 5, 8,
      BODY("tors 13/5, 5/10 dl"), NULL },
    { "date-weekday", BODY("”Tisdag 10 maj–onsdag 12 maj”"), 5, 2,
      BODY("torsdag–fredag 1–2 maj, 12–13 maj"), NULL },
    { "draft-untouched", BODY("Första rubriken"), 5, 1, BODY("Rubriken"),
      NULL },
    { "from-emoji", FRONT(PREHEADER "from_name: Brevet ✅\n"), 4, 12,
      FRONT(PREHEADER "from_name: Brevet – “Å”\n"), NULL },
    { "heading-bold", BODY("**Program**\n\nVi ses."), 5, 1,
      BODY("**Kom!**\n\n**Vi ses** här\n\n> **Så**\n\n**Slut**"), NULL },
    { "heading-duplicate", BODY("# A\n\n# A"), 7, 1, BODY("# A\n\n# B"), NULL },
    { "heading-empty", BODY("#\n\nHej"), 5, 1, BODY("# A\n\nHej"), NULL },
    { "heading-skipped", BODY("# A\n\n### B"), 7, 1, BODY("### A\n\n# B"),
      NULL },
    { "image-alt", BODY("![ ](a.gif)"), 5, 1, BODY("![A](a.gif)"), NULL },
    { "image-alt-name", BODY("![IMG_1.JPG](a.gif)"), 5, 1,
      BODY("![Bild av Kumla](a.gif)"), NULL },
    { "image-http", BODY("![A](http://a.test/a.gif)"), 5, 1,
      BODY("![A](https://a.test/a.gif) ![B](b.gif)"), NULL },
    { "image-huge", BODY("Se ![A](a.gif)"), 5, 4, BODY("Se ![A](a.gif)"),
      large_picture },
    { "language-other",
      BODY("The meeting is at the clubhouse and you are welcome to it. "
           "We have coffee for all of you."),
      0, 0,
      BODY("Vi ses på mötet. \"The cat is on the mat and it is it\" är "
           "vad vi ska läsa, och det är inte för svårt."),
      NULL },
    { "leftover",
      BODY("# XX"
           "X"),
      5, 3, BODY("# XX"), NULL },
    { "letter-size", BODY("Hej {{ort|x}}"), 0, 0, BODY("Hej {{ort|x}}"),
      long_values },
    { "link-certificate", BODY("Se [A](https://a.test/å?b)"), 5, 4,
      BODY("Se [A](https://a.test/å?b)"), certificate },
    { "link-dead", BODY("Se ![A](https://a.test/å?b)"), 5, 4,
      BODY("Se [A](https://a.test/å?b)"), dead },
    { "link-http", BODY("[A b](http://a.test)"), 5, 1,
      BODY("[A b](https://a.test/http://)"), NULL },
    { "link-malformed", BODY("[A b](https://a..test)"), 5, 1,
      BODY("[A b](https://a.test/..)"), NULL },
    { "link-malformed", BODY("Se [A b]()"), 5, 4, BODY("Se [A b]"), NULL },
    { "link-moved", BODY("Se [A](https://a.test/å?b#c)"), 5, 4,
      BODY("Se [A](https://a.test/å?b)"), moved },
    { "link-odd-host", BODY("[A b](https://192.0.2.1/)"), 5, 1,
      BODY("[A b](https://1a.test:443/8080)"), NULL },
    { "link-odd-host", BODY("[A b](https://a.test:8443/)"), 5, 1,
      BODY("[A b](mailto:a@a.test)"), NULL },
    { "link-relative", BODY("[A b](b.pdf)"), 5, 1,
      BODY("[A b](https://a.test/b.pdf)"), NULL },
    { "link-shortener", BODY("Se [kartan](https://Bit.ly/x)"), 5, 4,
      BODY("[kartan](https://bit.lyx.test/bit.ly)"), NULL },
    { "link-syntax", BODY("a [b](https://a.test/b c)"), 5, 5,
      BODY("a [b](<https://a.test/b c>)"), NULL },
    { "link-syntax", BODY("a [b] (https://a.test/b)"), 5, 5,
      BODY("a [b] (och [c](https://a.test/b))"), NULL },
    { "link-text-duplicate",
      BODY("[Programmet](https://a.test/1) och\n"
           "[programmet](https://a.test/2)"),
      6, 1, BODY("[A b](https://a.test/1) [A b](https://a.test/1)"), NULL },
    { "link-text-host", BODY("[a.test](https://b.test/)"), 5, 1,
      BODY("[a.test](https://www.a.test/)"), NULL },
    { "link-text-missing", BODY("a [](https://a.test/b)"), 5, 3,
      BODY("[![Kumla](a.gif)](https://a.test/b)"), NULL },
    { "link-text-vague", BODY("[Klicka här!](https://a.test/b)"), 5, 1,
      BODY("[Härnösand](https://a.test/b)"), NULL },
    { "link-unclear", BODY("Se <https://a.test/å?b>"), 5, 4,
      BODY("Se [A](https://a.test/å?b)"), unclear },
    { "list-lazy", BODY("- a\nB"), 6, 1, BODY("- a\n\nB"), NULL },
    { "mailto-typo", BODY("Skriv till a@gmial.com"), 5, 12,
      BODY("a@gmail.com, b@mail.com, c@hotmail.se, d@gmx.net"), NULL },
    { "mailto-typo", BODY("Skriv till a@gmail.co"), 5, 12, BODY("a@telia.co"),
      NULL },
    { "mailto-typo", BODY("[A b](mailto:a@brev.con?subject=x)"), 5, 1,
      BODY("a@con.se"), NULL },
    { "markup-other", BODY("Vi ses ~~idag~~ i morgon"), 5, 8,
      BODY("Vi ses ~ idag, ~~ och `~~x~~`, a == b"), NULL },
    { "markup-other", BODY("Möte[^1] i Kumla"), 5, 5, BODY("2^3 [x] [a]"),
      NULL },
    { "markup-other", BODY("- Köp\n- [ ] Sälj"), 6, 3, BODY("- a [ ] b"),
      NULL },
    { "markup-other", BODY("![A](a.gif){width=50%}"), 5, 12,
      BODY("![A](a.gif) {{ort|{.x}}}"), NULL },
    { "merge-empty", BODY("Hej i {{ort}}"), 5, 7, BODY("Hej i {{ort|byn}}"),
      NULL },
    { "postal-address", BODY("Hej"), 0, 0, BODY("Hej"), no_postal_address },
    { "postal-address-hidden", BODY("Hej"), 0, 0, BODY("Hej"), bare_html },
    { "preheader", FRONT(""), 0, 0, FRONT(PREHEADER), NULL },
    { "preheader-length", FRONT("preheader: Mer\n"), 3, 12, FRONT(PREHEADER),
      NULL },
    { "preheader-repeats", FRONT("preheader: Höstens möten\n"), 3, 12,
      FRONT("preheader: Höstens möten, och mer\n"), NULL },
    { "sender-example", BODY("Hej"), 0, 0, BODY("Hej"), example_sender },
    { "silence-unneeded", FRONT(PREHEADER "silence: [image-alt, link-http]\n"),
      4, 11, FRONT("silence: [preheader]\n"), NULL },
    { "style-unknown", BODY("Hej"), 2, 11, BODY("Hej"), mistyped_part },
    { "style-unknown", BODY("Hej"), 2, 33, BODY("Hej"), mistyped_property },
    { "subject-length", SUBJECT("Hej"), 4, 10, SUBJECT("Hejsan"), NULL },
    { "subject-reply", SUBJECT("\"SV: möten\""), 4, 10,
      SUBJECT("\"Svt: möten\""), NULL },
    { "subject-reply", SUBJECT("\"RE [2] : möten\""), 4, 10,
      SUBJECT("\"Rea: möten i re (2): a\""), NULL },
    { "subject-shouting", SUBJECT("Kom nu!!"), 4, 10, SUBJECT("Kom nu!"),
      NULL },
    { "template-body", BODY("Hej"), 0, 0, BODY("Hej"), text_without_body },
    { "template-body", BODY("Hej"), 0, 0, BODY("Hej {{ort|x}}"), escaped_body },
    { "template-style", BODY("Hej"), 2, 7, BODY("Hej"), odd_style },
    { "text-links", BODY("Se [kartan](https://a.test/b)"), 5, 4,
      BODY("[kartan](https://a.test/b?ort={{ort|x}}) a@b.test "
           "<https://å.test/ö>"),
      text_without_body },
    { "title-repeated", "---\ntitle: vårens möten\n---\nHej", 2, 8,
      "---\ntitle: Vårens möten\nslug: 2026-1\n---\nHej", NULL },
    { "unsubscribe-missing", BODY("Hej"), 0, 0, BODY("Hej"), bare_html },
    { "word-doubled", BODY("Vi är på\n*på* väg"), 6, 2,
      BODY("Vi är på. På väg, och `och` och, att att"), NULL },
};
#define PAIRS (sizeof pairs / sizeof *pairs)

static const struct bd_finding *find(const struct world *w, const char *text,
                                     const char *id)
{
    const struct bd_finding *got = NULL;
    size_t count = 0;

    run(w, bd_str_from(text), &got, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(got[i].id, id) == 0)
            return &got[i];
    return NULL;
}

static void test_checks__fire_where_they_should_and_only_there(void **state)
{
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < PAIRS; i++) {
        const struct pair *pair = &pairs[i];
        struct world *w = new_world(arena);
        const struct bd_finding *got = NULL;

        CHECK_ROW(pair->id, !find(w, pair->calm, pair->id));
        if (pair->set)
            pair->set(w);
        got = find(w, pair->fires, pair->id);
        CHECK_ROW(pair->fires, got);
        if (got->place.line != pair->line || got->place.column != pair->column)
            fail_msg("row \"%s\": at %u:%u", pair->fires, got->place.line,
                     got->place.column);
    }
    bd_arena_free(arena);
}

static void test_checks__have_each_a_row(void **state)
{
    (void)state;
    for (const struct bd_check *c = bd_checks; c->id; c++) {
        bool found = false;

        for (size_t i = 0; i < PAIRS; i++)
            found = found || strcmp(pairs[i].id, c->id) == 0;
        CHECK_ROW(c->id, found);
    }
}

/* Any check can be silenced, and is then silent. */
static void test_checks__can_be_silenced(void **state)
{
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < PAIRS; i++) {
        const struct pair *pair = &pairs[i];
        struct world *w = new_world(arena);
        bd_str rest = bd_str_skip(bd_str_from(pair->fires), 4);

        if (bd_str_find(rest, BD_STR("silence:")) != SIZE_MAX)
            continue;
        if (pair->set)
            pair->set(w);
        CHECK_ROW(pair->fires,
                  !find(w,
                        bd_arena_printf(arena, "---\nsilence: [%s]\n%.*s",
                                        pair->id, BD_ARG(rest))
                            .ptr,
                        pair->id));
    }
    bd_arena_free(arena);
}

/* What stands in templates is said to stand there. */
static void test_check__names_the_template(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct world *w = new_world(arena);
    const struct bd_finding *got = NULL;
    size_t count = 0;

    (void)state;
    pale_text(w);
    run(w, BD_STR(BODY("Hej")), &got, &count);
    CHECK(count == 2); /* not the heading, which is large */
    CHECK_STR(bd_str_from(got[0].path), "templates/mail/brev/styles.css");
    CHECK(bd_str_starts(got[0].text, BD_STR("p: ")));
    CHECK(got[1].place.line == 4 && got[1].place.column == 4);
    bd_arena_free(arena);
}

/* In dark mode another ground is meant. */
static void test_check__looks_at_dark_colours(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct world *w = new_world(arena);
    const struct bd_finding *got = NULL;
    size_t count = 0;

    (void)state;
    own_styles(w, "@media (prefers-color-scheme: dark) {\n"
                  ".letter a { color: #fff !important; }\n"
                  ".letter p { color: #333 !important; } }\n");
    run(w, BD_STR(BODY("Hej")), &got, &count);
    CHECK(count == 1 && got[0].place.line == 3);
    CHECK(bd_str_find(got[0].text, BD_STR("dark mode")) != SIZE_MAX);
    bd_arena_free(arena);
}

/* No facts: no finding that needs one. */
static void test_check__needs_no_facts(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct world *w = new_world(arena);
    const struct bd_finding *got = NULL;
    size_t count = 0;

    (void)state;
    w->facts = (struct bd_check_facts) { .today = 0 };
    run(w, BD_STR(BODY("- 3 november i {{ort}}, tisdag 10 maj")), &got, &count);
    CHECK(count == 0);
    bd_arena_free(arena);
}

static void test_checks__are_sorted(void **state)
{
    (void)state;
    for (const struct bd_check *c = bd_checks; c[0].id && c[1].id; c++)
        CHECK_ROW(c->id, strcmp(c[0].id, c[1].id) < 0);
}

/* docs/checks.md has the table, no more and no less. */
static void test_checks__are_in_the_docs(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str docs = BD_STR_NONE;
    struct bd_buf rows = { 0 };
    size_t at = 0;

    (void)state;
    CHECK(bd_file_read(arena, "docs/checks.md", 1 << 20, &docs, NULL) == BD_OK);
    for (const struct bd_check *c = bd_checks; c->id; c++) {
        const char *row = bd_arena_printf(arena, "| `%s` | %s | %s |\n", c->id,
                                          bd_check_level_name(c->level),
                                          c->help)
                              .ptr;

        CHECK_ROW(row, bd_str_find(docs, bd_str_from(row)) != SIZE_MAX);
        bd_buf_add(&rows, bd_str_from(row));
    }
    at = bd_str_find(docs, bd_buf_str(&rows));
    CHECK(at != SIZE_MAX && docs.ptr[at + rows.len] != '|');
    CHECK(
        bd_str_ends(bd_str_sub(docs, 0, at), BD_STR("| --- | --- | --- |\n")));
    bd_buf_fini(&rows);
    bd_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checks__fire_where_they_should_and_only_there),
        cmocka_unit_test(test_checks__have_each_a_row),
        cmocka_unit_test(test_checks__can_be_silenced),
        cmocka_unit_test(test_check__names_the_template),
        cmocka_unit_test(test_check__looks_at_dark_colours),
        cmocka_unit_test(test_check__needs_no_facts),
        cmocka_unit_test(test_checks__are_sorted),
        cmocka_unit_test(test_checks__are_in_the_docs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
