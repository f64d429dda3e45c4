/* The handlers of routes.c, by file. */
#ifndef PAGES_PRIVATE_H
#define PAGES_PRIVATE_H

#include "web_private.h"

/* page_confirm.c */
enum bd_status confirm_show(struct web_visit *visit);
enum bd_status confirm_do(struct web_visit *visit);

/* page_contact.c */
enum bd_status contact_show(struct web_visit *visit);
enum bd_status contact_do(struct web_visit *visit);

/* page_embed.c */
enum bd_status embed_show(struct web_visit *visit);

/* page_link.c */
struct link_form {
    bd_str action;       /* where to; empty: this page */
    bd_str text;         /* above it; may be empty */
    bd_str masked;       /* whose it is; empty: asks for an address */
    bd_str fault, typed; /* what was wrong with that */
};
enum bd_status link_offer(struct web_visit *visit, unsigned status,
                          const char *title, const struct link_form *form);
/* Instead of a link that does not work. */
enum bd_status link_offer_new(struct web_visit *visit);
enum bd_status link_show(struct web_visit *visit);
enum bd_status link_do(struct web_visit *visit);
enum bd_status subscription_show(struct web_visit *visit);
enum bd_status subscription_do(struct web_visit *visit);

/* page_manage.c */
enum bd_status manage_show(struct web_visit *visit);
enum bd_status manage_do(struct web_visit *visit);

/* page_stop.c */
enum bd_status stop_show(struct web_visit *visit);
enum bd_status stop_do(struct web_visit *visit);
/* page_archive.c */
enum bd_status root_show(struct web_visit *visit);
enum bd_status archive_show(struct web_visit *visit);
enum bd_status archive_latest(struct web_visit *visit);

/* page_click.c */
enum bd_status click_follow(struct web_visit *visit);

/* page_feed.c */
enum bd_status feed_show(struct web_visit *visit);
enum bd_status robots_show(struct web_visit *visit);
enum bd_status sitemap_show(struct web_visit *visit);

/* page_issue.c */
enum bd_status issue_show(struct web_visit *visit);

/* page_file.c */
enum bd_status issue_file(struct web_visit *visit);
enum bd_status letter_file(struct web_visit *visit);

/* page_style.c */
enum bd_status style_show(struct web_visit *visit);

/* page_subscribe.c */
enum bd_status subscribe_show(struct web_visit *visit);
enum bd_status subscribe_do(struct web_visit *visit);

/* page_tip.c */
enum bd_status tip_show_public(struct web_visit *visit);
enum bd_status tip_show(struct web_visit *visit);
enum bd_status tip_do(struct web_visit *visit);

/* page_undo.c */
enum bd_status undo_show(struct web_visit *visit);
enum bd_status undo_do(struct web_visit *visit);

/* page_unsubscribe.c */
enum bd_status unsubscribe_show(struct web_visit *visit);
enum bd_status unsubscribe_do(struct web_visit *visit);
enum bd_status unsubscribe_one_click(struct web_visit *visit);

#endif
