/* One function for each check; the table in check.c says which is which. */
#ifndef COMPOSE_CHECK_PRIVATE_H
#define COMPOSE_CHECK_PRIVATE_H

#include "brevduva/compose/check.h"
#include "brevduva/compose/markdown.h"

struct bd_check_run {
    struct bd_arena *arena;
    const struct bd_issue *issue;
    const struct bd_letter_options *options;
    const struct bd_message *message;
    const struct bd_check *check; /* the one running */
    struct bd_finding *findings;
    size_t count, cap;
};

/* Place of findings about the letter as a whole. */
#define BD_WHOLE_LETTER ((struct bd_place) { 0, 0 })

void bd_check_report(struct bd_check_run *run, struct bd_place place,
                     const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The next node of `kind` after `node` (NULL: the first), or NULL. */
const struct bd_node *bd_check_next(const struct bd_check_run *run,
                                    const struct bd_node *node,
                                    enum bd_node_kind kind);

/* `word` stands in `text`, letters around it excluded. */
bool bd_check_has_word(bd_str text, const char *word, bool any_case);

/* check_links.c */
void bd_check_link_http(struct bd_check_run *run);
void bd_check_link_malformed(struct bd_check_run *run);
void bd_check_link_relative(struct bd_check_run *run);
void bd_check_link_text_host(struct bd_check_run *run);
void bd_check_link_text_vague(struct bd_check_run *run);

/* check_text.c */
void bd_check_attachment_missing(struct bd_check_run *run);
void bd_check_body_empty(struct bd_check_run *run);
void bd_check_draft_untouched(struct bd_check_run *run);
void bd_check_heading_duplicate(struct bd_check_run *run);
void bd_check_heading_skipped(struct bd_check_run *run);
void bd_check_image_alt(struct bd_check_run *run);
void bd_check_leftover(struct bd_check_run *run);
void bd_check_link_syntax(struct bd_check_run *run);
void bd_check_list_lazy(struct bd_check_run *run);

/* check_letter.c */
void bd_check_base_url_missing(struct bd_check_run *run);
void bd_check_letter_size(struct bd_check_run *run);
void bd_check_postal_address(struct bd_check_run *run);
void bd_check_preheader(struct bd_check_run *run);
void bd_check_sender_example(struct bd_check_run *run);
void bd_check_subject_length(struct bd_check_run *run);
void bd_check_subject_reply(struct bd_check_run *run);
void bd_check_subject_shouting(struct bd_check_run *run);

#endif
