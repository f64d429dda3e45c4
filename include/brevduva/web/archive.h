/*
 * The archive as static files, for any web host: index.html, SLUG/index.html,
 * SLUG/files/NAME, feed.xml, style.css and, where the folder's address is
 * known, sitemap.xml. Same archive, same bytes. Links between them are
 * relative. Public issues are listed; unlisted ones are there for who has
 * the address.
 */
#ifndef BREVDUVA_WEB_ARCHIVE_H
#define BREVDUVA_WEB_ARCHIVE_H

#include "brevduva/store/store.h"
#include "brevduva/web/site.h"

/* `path` is relative, of a-z, 0-9, "-", "." and "/" only; a file's folder is
 * not made before. Anything but BD_OK ends the export. */
typedef enum bd_status (*bd_archive_file_fn)(void *self, bd_str path,
                                             bd_str bytes, struct bd_err *err);

/*
 * url      where the folder will stand, without a slash at the end; empty:
 *          not known
 */
enum bd_status bd_archive_export(const struct bd_site *site,
                                 struct bd_store *store, bd_str url,
                                 bd_archive_file_fn file, void *self,
                                 struct bd_err *err) BD_MUST_USE;

/*
 * One page as it is written to SLUG/index.html, of an issue that need not be
 * in the archive: its files are those of `page`.
 *
 * url      where `serve` has the archive; empty: not known
 */
struct bd_page;
enum bd_status bd_archive_page(struct bd_arena *arena,
                               const struct bd_site *site,
                               struct bd_store *store, bd_str url,
                               const struct bd_page *page, bd_str *out,
                               struct bd_err *err) BD_MUST_USE;

#endif
