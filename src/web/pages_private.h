/* The handlers of routes.c, by file. */
#ifndef PAGES_PRIVATE_H
#define PAGES_PRIVATE_H

#include "web_private.h"

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
enum bd_status issue_file(struct web_visit *visit);

/* page_style.c */
enum bd_status style_show(struct web_visit *visit);

/* page_unsubscribe.c */
enum bd_status unsubscribe_show(struct web_visit *visit);
enum bd_status unsubscribe_do(struct web_visit *visit);
enum bd_status unsubscribe_one_click(struct web_visit *visit);

#endif
