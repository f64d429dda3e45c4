/* What an own template may have left out. The letter is composed once more,
 * with a word in the settings that can come from nowhere else. */
#include "check_private.h"

#include "brevduva/base/buf.h"
#include "brevduva/compose/css.h"
#include "fields_private.h"
#include "layout_private.h"
#include "links_private.h"
#include "look_private.h"

#define WORD "qzwbrevduvaqzw"

static const struct {
    enum bd_letter_part part;
    const char *file;
} parts[] = {
    { BD_LETTER_HTML, "letter.html" },
    { BD_LETTER_PLAIN, "letter.txt" },
};
#define PARTS (sizeof parts / sizeof *parts)

void bd_check_in_template(struct bd_check_run *run, const char *file)
{
    struct bd_draft draft = { 0 };
    const char *name = NULL;
    bd_str unused = BD_STR_NONE;

    if (bd_draft_begin(&draft, run->arena, run->issue, run->options, NULL) ==
            BD_OK &&
        bd_look_file(&draft, file, &name, &unused, NULL) == BD_OK)
        bd_check_elsewhere(run, name);
}

bd_str bd_check_said(const struct bd_check_run *run,
                     const struct bd_letter_options *options,
                     enum bd_letter_part part, struct bd_message *out)
{
    struct bd_buf buf = { 0 };
    bd_str text = BD_STR_NONE;

    *out = (struct bd_message) { .name_count = 0 };
    if (bd_letter_compile_part(run->arena, run->issue, options, part, out,
                               NULL) != BD_OK)
        return BD_STR_NONE;
    for (size_t i = 0; i < out->piece_count; i++) {
        bd_buf_add(&buf, out->pieces[i].literal);
        if (out->pieces[i].has_field)
            bd_buf_add_char(&buf, MARKER_OPEN);
    }
    text = bd_buf_copy(&buf, run->arena);
    bd_buf_fini(&buf);
    return text;
}

static bool has_field(const struct bd_message *message, const char *name)
{
    for (size_t i = 0; i < message->piece_count; i++)
        if (message->pieces[i].has_field &&
            bd_str_eq(message->names[message->pieces[i].name],
                      bd_str_from(name)))
            return true;
    return false;
}

/* With web pages the link has a token of the reader's; else it is a mail to
 * the address that is set. */
static bool has_unsubscribe(const struct bd_check_run *run,
                            enum bd_letter_part part)
{
    struct bd_letter_options options = *run->options;
    struct bd_message message;
    bd_str text = BD_STR_NONE;

    if (options.base_url.len == 0)
        options.unsubscribe_mailto = BD_STR(WORD "@example.org");
    text = bd_check_said(run, &options, part, &message);
    return text.len == 0 || has_field(&message, "@unsubscribe") ||
           bd_str_find(text, BD_STR(WORD)) != SIZE_MAX;
}

void bd_check_unsubscribe_missing(struct bd_check_run *run)
{
    for (size_t i = 0; i < PARTS; i++) {
        if (has_unsubscribe(run, parts[i].part))
            continue;
        bd_check_report(run, BD_WHOLE_LETTER,
                        parts[i].part == BD_LETTER_HTML
                            ? _("nothing leads to unsubscribing; put a link "
                                "to {{unsubscribe_url}} in the template")
                            : _("nothing leads to unsubscribing; put "
                                "{{unsubscribe}} in the template"));
        bd_check_in_template(run, parts[i].file);
    }
}

void bd_check_postal_address_hidden(struct bd_check_run *run)
{
    struct bd_letter_options options = *run->options;

    if (options.organisation.postal_address.len == 0)
        return; /* postal-address */
    options.organisation.postal_address = BD_STR(WORD);
    for (size_t i = 0; i < PARTS; i++) {
        struct bd_message message;
        bd_str text = bd_check_said(run, &options, parts[i].part, &message);

        if (text.len == 0 || bd_str_find(text, BD_STR(WORD)) != SIZE_MAX)
            continue;
        bd_check_report(run, BD_WHOLE_LETTER,
                        _("the postal address is not shown; put "
                          "{{organisation.postal_address}} in the template"));
        bd_check_in_template(run, parts[i].file);
    }
}

/* The same letter, but all it says is the word. */
static enum bd_status say_the_word(const struct bd_check_run *run,
                                   struct bd_issue *out)
{
    struct bd_issue word = { .path = NULL };
    enum bd_status rc = bd_issue_read(run->arena, run->issue->path,
                                      BD_STR("---\ntitle: A\n---\n" WORD),
                                      &word, NULL);

    *out = *run->issue;
    out->document = word.document;
    return rc;
}

static const char *lacks_body(bd_str text, enum bd_letter_part part)
{
    bool html = part == BD_LETTER_HTML;

    if (text.len == 0) /* composing tells why */
        return NULL;
    if (bd_str_find(text, BD_STR(WORD)) == SIZE_MAX)
        return html ? _("the letter's text is not shown; put {{{body}}} in "
                        "the template")
                    : _("the letter's text is not shown; put {{body}} in the "
                        "template");
    if (html && bd_str_find(text, BD_STR(WORD "<")) == SIZE_MAX)
        return _("the letter's text would show its HTML marks; write "
                 "{{{body}}}, with three braces");
    return NULL;
}

void bd_check_template_body(struct bd_check_run *run)
{
    struct bd_issue issue = { .path = NULL };
    struct bd_check_run other = *run;

    other.issue = &issue;
    if (say_the_word(run, &issue) != BD_OK)
        return;
    for (size_t i = 0; i < PARTS; i++) {
        struct bd_message message;
        const char *fault = lacks_body(
            bd_check_said(&other, run->options, parts[i].part, &message),
            parts[i].part);

        if (!fault)
            continue;
        bd_check_report(run, BD_WHOLE_LETTER, "%s", fault);
        bd_check_in_template(run, parts[i].file);
    }
}

/* As far as it is the same in all copies. */
static bd_str until_marker(bd_str url)
{
    return bd_str_sub(url, 0, bd_str_find_char(url, MARKER_OPEN));
}

/* `part` stands in `text`; *rest is where it was last found. */
static bool finds(bd_str *rest, bd_str text, bd_str part)
{
    size_t at = bd_str_find(*rest, part);

    if (at == SIZE_MAX) {
        *rest = text;
        at = bd_str_find(text, part);
    }
    *rest = bd_str_skip(*rest, at == SIZE_MAX ? 0 : at);
    return at != SIZE_MAX;
}

void bd_check_text_links(struct bd_check_run *run)
{
    struct bd_message message;
    bd_str text = bd_check_said(run, run->options, BD_LETTER_PLAIN, &message);
    bd_str rest = text; /* they mostly stand in order */
    size_t lacking = 0;
    const struct bd_node *first = NULL;

    if (text.len == 0)
        return;
    EACH_LINK(run, link)
    {
        bd_str shown = bd_url_shown(bd_url_encode(run->arena, link->url));
        bd_str words = bd_node_text(run->arena, link);

        if (bd_url_is_text(link->url, words))
            shown = words;
        if (finds(&rest, text, until_marker(shown)))
            continue;
        first = first ? first : link;
        lacking++;
    }
    if (lacking > 0)
        bd_check_report(run, first->place,
                        P_("the plain text lacks this link; put {{body}} "
                           "in the template letter.txt",
                           "the plain text lacks this link, and %zu in all; "
                           "put {{body}} in the template letter.txt",
                           lacking),
                        lacking);
}

static void style_warning(void *self, const char *message)
{
    struct bd_check_run *run = self;
    bd_str rest = bd_str_from(message), file = bd_str_cut(&rest, ':');
    uint64_t line = 0, column = 0;

    if (!bd_str_to_u64(bd_str_cut(&rest, ':'), &line) ||
        !bd_str_to_u64(bd_str_cut(&rest, ':'), &column)) {
        line = column = 0; /* of the page as a whole */
        rest = bd_str_from(message);
        (void)bd_str_cut(&rest, ':');
    }
    bd_check_report(run, (struct bd_place) { (uint32_t)line, (uint32_t)column },
                    "%.*s", BD_ARG(bd_str_trim(rest)));
    bd_check_elsewhere(run, bd_arena_cstr(run->arena, file));
}

/* What cannot be written into the elements, of the template as it stands. */
void bd_check_template_style(struct bd_check_run *run)
{
    const struct bd_css_options listen = { style_warning, run };
    struct bd_draft draft = { 0 };
    const char *name = NULL;
    bd_str source = BD_STR_NONE;

    if (bd_draft_begin(&draft, run->arena, run->issue, run->options, NULL) !=
            BD_OK ||
        bd_look_file(&draft, "letter.html", &name, &source, NULL) != BD_OK ||
        bd_css_inline(run->arena, source, name, &listen, &source, NULL) !=
            BD_OK)
        return; /* composing tells of it */
}
