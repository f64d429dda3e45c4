/* One function for each check; the table in check_table.c says which is
 * which. */
#ifndef COMPOSE_CHECK_PRIVATE_H
#define COMPOSE_CHECK_PRIVATE_H

#include "brevduva/base/i18n.h"
#include "brevduva/compose/check.h"
#include "brevduva/compose/markdown.h"

struct bd_check_run {
    struct bd_arena *arena;
    const struct bd_issue *issue;
    const struct bd_letter_options *options;
    const struct bd_message *message;
    const struct bd_check_facts *facts; /* never NULL */
    enum bd_lang lang;                  /* the letter's */
    const struct bd_check *check;       /* the one running */
    const bool *idle; /* for each row of issue->silence: it hid nothing */
    struct bd_finding *findings;
    size_t count, cap;
};

/* Place of findings about the letter as a whole. */
#define BD_WHOLE_LETTER ((struct bd_place) { 0, 0 })

void bd_check_report(struct bd_check_run *run, struct bd_place place,
                     const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The finding just reported is in another file than the issue. */
void bd_check_elsewhere(struct bd_check_run *run, const char *path);

/* The next node of `kind` after `node` (NULL: the first), or NULL. */
const struct bd_node *bd_check_next(const struct bd_check_run *run,
                                    const struct bd_node *node,
                                    enum bd_node_kind kind);

/* The links of the text. */
#define EACH_LINK(run, node)                                                   \
    for (const struct bd_node *node = bd_check_next(run, NULL, BD_NODE_LINK);  \
         node; node = bd_check_next(run, node, BD_NODE_LINK))

/* Where `word` stands in `text` from octet `from` on, letters around it
 * excluded; or SIZE_MAX. */
size_t bd_check_find_word(bd_str text, size_t from, const char *word,
                          bool any_case);
/* A letter or digit, or part of one beyond ASCII, is at that octet. */
bool bd_check_is_letter(bd_str text, size_t at);

/* check_flow.c: running text. Title, subject (if another) and preheader, then
 * each paragraph and heading as one line, whatever is emphasised or linked in
 * it. Code is one "`"; merge tags are markers in the body. */
struct bd_flow {
    bd_str text;
    const struct bd_node *block; /* NULL: of the front matter */
    struct bd_place place;       /* of its beginning */
    const struct bd_flow_part {
        size_t at; /* octet of `text` where the node's own begins */
        const struct bd_node *node;
    } * parts;
    size_t part_count;
    unsigned step; /* of bd_check_next_flow */
};
/* False at the end. `flow` is zero before the first call. */
bool bd_check_next_flow(const struct bd_check_run *run, struct bd_flow *flow);
/* The place in the issue file of an octet of the text. */
struct bd_place bd_check_flow_place(const struct bd_check_run *run,
                                    const struct bd_flow *flow, size_t at);

/* check_date_read.c */
struct bd_check_date {
    size_t at, len;      /* octets in the text */
    int weekday;         /* 0 Monday to 6 Sunday; -1: not said */
    unsigned day, month; /* from 1; as written: may be no such day */
    unsigned year;       /* 0: not said */
};
/* The first date in `text` from octet `from` on. `slashes`: "10/5" is one, if
 * a weekday or year says that it is meant so. */
bool bd_check_read_date(bd_str text, size_t from, bool slashes,
                        struct bd_check_date *out);

/* check_addresses.c */
void bd_check_address_mistyped(struct bd_check_run *run);
void bd_check_link_odd_host(struct bd_check_run *run);
void bd_check_link_shortener(struct bd_check_run *run);
void bd_check_link_text_duplicate(struct bd_check_run *run);
void bd_check_link_text_missing(struct bd_check_run *run);
void bd_check_mailto_typo(struct bd_check_run *run);

/* check_answers.c */
/* The check finds nothing unless facts->asked. */
bool bd_check_asks(const struct bd_check *check);
void bd_check_link_certificate(struct bd_check_run *run);
void bd_check_link_dead(struct bd_check_run *run);
void bd_check_link_moved(struct bd_check_run *run);
void bd_check_link_unclear(struct bd_check_run *run);

/* check_colours.c */
void bd_check_colour_contrast(struct bd_check_run *run);
/* The last value of a property in declarations, without "!important". */
bd_str bd_style_value(bd_str declarations, const char *property);
/* "16px"; SIZE_MAX: something else. */
uint64_t bd_style_pixels(bd_str value);
/* Its size and weight make a text that is easier to read (WCAG 1.4.3). */
bool bd_style_is_large(bd_str declarations);

/* check_markup.c */
void bd_check_markup_other(struct bd_check_run *run);

/* check_style.c */
void bd_check_style_unknown(struct bd_check_run *run);

/* check_page.c */
void bd_check_page_contrast(struct bd_check_run *run);

/* check_dates.c */
void bd_check_date_impossible(struct bd_check_run *run);
void bd_check_date_past(struct bd_check_run *run);
void bd_check_date_weekday(struct bd_check_run *run);

/* check_events.c: for the checks of dates */
void bd_check_event_past(struct bd_check_run *run);
void bd_check_event_skipped(struct bd_check_run *run);

/* check_front.c */
void bd_check_from_emoji(struct bd_check_run *run);
void bd_check_preheader(struct bd_check_run *run);
void bd_check_preheader_length(struct bd_check_run *run);
void bd_check_preheader_repeats(struct bd_check_run *run);
void bd_check_subject_length(struct bd_check_run *run);
void bd_check_subject_reply(struct bd_check_run *run);
void bd_check_subject_shouting(struct bd_check_run *run);
void bd_check_title_repeated(struct bd_check_run *run);

/* check_headings.c */
void bd_check_heading_bold(struct bd_check_run *run);
void bd_check_heading_duplicate(struct bd_check_run *run);
void bd_check_heading_empty(struct bd_check_run *run);
void bd_check_heading_skipped(struct bd_check_run *run);

/* check_images.c */
void bd_check_image_alt(struct bd_check_run *run);
void bd_check_image_alt_name(struct bd_check_run *run);
void bd_check_image_http(struct bd_check_run *run);
void bd_check_image_huge(struct bd_check_run *run);

/* check_letter.c */
void bd_check_base_url_missing(struct bd_check_run *run);
void bd_check_letter_size(struct bd_check_run *run);
void bd_check_merge_empty(struct bd_check_run *run);
void bd_check_postal_address(struct bd_check_run *run);
void bd_check_sender_example(struct bd_check_run *run);

/* check_links.c */
/* The address can work, as far as one can see. */
bool bd_check_link_is_good(struct bd_arena *arena, bd_str url);
void bd_check_link_http(struct bd_check_run *run);
void bd_check_link_malformed(struct bd_check_run *run);
void bd_check_link_relative(struct bd_check_run *run);
void bd_check_link_text_host(struct bd_check_run *run);
void bd_check_link_text_vague(struct bd_check_run *run);

/* check_template.c */
/* All that the part says to everybody, with MARKER_OPEN for fields. Empty if
 * it cannot be made. */
bd_str bd_check_said(const struct bd_check_run *run,
                     const struct bd_letter_options *options,
                     enum bd_letter_part part, struct bd_message *out);
/* The finding just reported is in that file of the theme. */
void bd_check_in_template(struct bd_check_run *run, const char *file);
void bd_check_postal_address_hidden(struct bd_check_run *run);
void bd_check_template_body(struct bd_check_run *run);
void bd_check_template_style(struct bd_check_run *run);
void bd_check_text_links(struct bd_check_run *run);
void bd_check_unsubscribe_missing(struct bd_check_run *run);

/* check_text.c */
void bd_check_attachment_large(struct bd_check_run *run);
void bd_check_attachment_missing(struct bd_check_run *run);
void bd_check_attachment_program(struct bd_check_run *run);
void bd_check_attachment_type(struct bd_check_run *run);
void bd_check_body_empty(struct bd_check_run *run);
void bd_check_draft_untouched(struct bd_check_run *run);
void bd_check_leftover(struct bd_check_run *run);
void bd_check_link_syntax(struct bd_check_run *run);
void bd_check_list_lazy(struct bd_check_run *run);

/* check_words.c */
void bd_check_brackets_unbalanced(struct bd_check_run *run);
void bd_check_language_other(struct bd_check_run *run);
void bd_check_word_doubled(struct bd_check_run *run);

/* check.c */
void bd_check_silence_unneeded(struct bd_check_run *run);

#endif
