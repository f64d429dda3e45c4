/* What the pages of the archive share, served or as files. */
#ifndef WEB_ARCHIVE_PRIVATE_H
#define WEB_ARCHIVE_PRIVATE_H

#include "brevduva/store/page.h"
#include "web_private.h"

/* --- archive.c --- */

/* The local day: "2016-11-12", and "12 november 2016" in that language. */
bd_str archive_day(struct bd_arena *arena, int64_t seconds);
bd_str archive_date(struct bd_arena *arena, enum bd_lang lang, int64_t seconds);

/* From the page at hand to the issue's, and to the index. */
bd_str archive_link(const struct web_visit *visit, bd_str slug);
bd_str archive_index_link(const struct web_visit *visit);
/* The issue's address for the whole world; only a path where ours is not
 * known. An empty slug: of the index. */
bd_str archive_url(const struct web_visit *visit, bd_str slug);
/* Of another page of ours: "/feed.xml". */
bd_str archive_site_url(const struct web_visit *visit, const char *path);

/* The body with its pictures found from `folder` on: "", "/archive/2016-1/". */
bd_str archive_body(struct bd_arena *arena, bd_str body, bd_str folder);

/* The language that a page is in. */
enum bd_lang archive_lang(const struct web_visit *visit,
                          const struct bd_page *page);

/* --- pages, for archive_export.c; they fill visit->out --- */

/* page_archive.c */
enum bd_status archive_index_page(struct web_visit *visit) BD_MUST_USE;
/* page_issue.c */
enum bd_status archive_issue_page(struct web_visit *visit,
                                  const struct bd_page *page) BD_MUST_USE;
/* page_feed.c */
enum bd_status archive_feed(struct web_visit *visit) BD_MUST_USE;
enum bd_status archive_sitemap(struct web_visit *visit) BD_MUST_USE;

#endif
