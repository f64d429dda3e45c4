#include "check_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
const struct bd_check bd_checks[] = {
    { "attachment-missing", BD_CHECK_WARNING,
      N_("the text speaks of something attached, but a letter has no attachments"),
      bd_check_attachment_missing },
    { "base-url-missing", BD_CHECK_WARNING,
      N_("web.base_url is not set: no link to the web, to one's own subscription or to unsubscribe with one click"),
      bd_check_base_url_missing },
    { "body-empty", BD_CHECK_ERROR,
      N_("the letter has no text"),
      bd_check_body_empty },
    { "draft-untouched", BD_CHECK_ERROR,
      N_("a line that `brevduva new` made still stands in the text"),
      bd_check_draft_untouched },
    { "heading-duplicate", BD_CHECK_HINT,
      N_("two headings say the same: readers who jump between headings cannot tell them apart"),
      bd_check_heading_duplicate },
    { "heading-skipped", BD_CHECK_HINT,
      N_("a heading is more than one level below the one before it"),
      bd_check_heading_skipped },
    { "image-alt", BD_CHECK_WARNING,
      N_("a picture without a text in its place: many read with pictures off, some by ear"),
      bd_check_image_alt },
    { "leftover", BD_CHECK_WARNING,
      N_("a note to oneself or lorem ipsum was left in the text"),
      bd_check_leftover },
    { "letter-size", BD_CHECK_ERROR,
      N_("the HTML is over 102 400 octets: Gmail cuts it, and the link to unsubscribe is what is lost"),
      bd_check_letter_size },
    { "link-http", BD_CHECK_HINT,
      N_("a link begins with http: anyone on the way can read and change the page"),
      bd_check_link_http },
    { "link-malformed", BD_CHECK_ERROR,
      N_("a link's address cannot work"),
      bd_check_link_malformed },
    { "link-relative", BD_CHECK_ERROR,
      N_("a link leads to a file or heading: in a mail there is nothing it could be relative to"),
      bd_check_link_relative },
    { "link-syntax", BD_CHECK_WARNING,
      N_("a link that was not understood stands in the text with its brackets"),
      bd_check_link_syntax },
    { "link-text-host", BD_CHECK_ERROR,
      N_("a link's text names one place and its address another, as in phishing"),
      bd_check_link_text_host },
    { "link-text-vague", BD_CHECK_WARNING,
      N_("a link's text does not say where it leads"),
      bd_check_link_text_vague },
    { "list-lazy", BD_CHECK_WARNING,
      N_("a line right below a list belongs to its last item, for want of an empty line"),
      bd_check_list_lazy },
    { "postal-address", BD_CHECK_WARNING,
      N_("organisation.postal_address is not set: a letter must say who sends it"),
      bd_check_postal_address },
    { "preheader", BD_CHECK_HINT,
      N_("no preheader: the inbox shows the letter's first links beside the subject"),
      bd_check_preheader },
    { "sender-example", BD_CHECK_WARNING,
      N_("the sender's address is a placeholder: nobody can answer it"),
      bd_check_sender_example },
    { "subject-length", BD_CHECK_HINT,
      N_("a subject that is cut on phones, or says nothing"),
      bd_check_subject_length },
    { "subject-reply", BD_CHECK_ERROR,
      N_("a subject that pretends to be an answer or forwarded"),
      bd_check_subject_reply },
    { "subject-shouting", BD_CHECK_WARNING,
      N_("a subject in capitals or with many exclamation marks"),
      bd_check_subject_shouting },
    { NULL, BD_CHECK_HINT, NULL, NULL },
};
/* clang-format on */

static struct bd_finding *new_finding(struct bd_check_run *run)
{
    if (run->count == run->cap) {
        size_t cap = run->cap ? run->cap * 2 : 16;
        struct bd_finding *rows = BD_NEW_ARRAY(run->arena, cap,
                                               struct bd_finding);

        if (run->count > 0)
            memcpy(rows, run->findings, run->count * sizeof *rows);
        run->findings = rows;
        run->cap = cap;
    }
    return &run->findings[run->count++];
}

void bd_check_report(struct bd_check_run *run, struct bd_place place,
                     const char *format, ...)
{
    struct bd_finding *finding = new_finding(run);
    char text[400];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    finding->id = run->check->id;
    finding->level = run->check->level;
    finding->place = place;
    finding->text = bd_arena_copy(
        run->arena, bd_str_cut_utf8(bd_str_from(text), sizeof text - 4));
}

const struct bd_node *bd_check_next(const struct bd_check_run *run,
                                    const struct bd_node *node,
                                    enum bd_node_kind kind)
{
    const struct bd_node *root = run->issue->document;

    node = bd_node_walk(root, node ? node : root);
    while (node && node->kind != kind)
        node = bd_node_walk(root, node);
    return node;
}

static bool is_letter(bd_str text, size_t at)
{
    unsigned char c = at < text.len ? (unsigned char)text.ptr[at] : ' ';

    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

bool bd_check_has_word(bd_str text, const char *word, bool any_case)
{
    bd_str want = bd_str_from(word);

    for (size_t i = 0; i + want.len <= text.len; i++) {
        bd_str here = bd_str_sub(text, i, want.len);
        bool same = any_case ? bd_str_eq_nocase(here, want)
                             : bd_str_eq(here, want);

        if (same && (i == 0 || !is_letter(text, i - 1)) &&
            !is_letter(text, i + want.len))
            return true;
    }
    return false;
}

static bool is_quiet(const struct bd_issue *issue, const char *id)
{
    for (size_t i = 0; issue->quiet[i]; i++)
        if (strcmp(issue->quiet[i], id) == 0)
            return true;
    return false;
}

/* In the order of the text; what concerns the whole letter comes last. */
static int by_place(const void *a, const void *b)
{
    const struct bd_finding *x = a;
    const struct bd_finding *y = b;
    uint32_t line_x = x->place.line - 1; /* 0 becomes the largest */
    uint32_t line_y = y->place.line - 1;

    if (line_x != line_y)
        return line_x < line_y ? -1 : 1;
    if (x->place.column != y->place.column)
        return x->place.column < y->place.column ? -1 : 1;
    return strcmp(x->id, y->id);
}

void bd_check_issue(struct bd_arena *arena, const struct bd_issue *issue,
                    const struct bd_letter_options *options,
                    const struct bd_message *message,
                    const struct bd_finding **out, size_t *out_count)
{
    struct bd_check_run run = {
        .arena = arena, .issue = issue, .options = options, .message = message
    };

    for (run.check = bd_checks; run.check->id; run.check++)
        if (!is_quiet(issue, run.check->id))
            run.check->run(&run);
    if (run.count > 0)
        qsort(run.findings, run.count, sizeof *run.findings, by_place);
    *out = run.findings;
    *out_count = run.count;
}
