/*
 * The reader pages: what they know of the newsletter. A site is made once and
 * only read afterwards, so that all threads of a server share it.
 */
#ifndef BREVDUVA_WEB_SITE_H
#define BREVDUVA_WEB_SITE_H

#include "brevduva/base/i18n.h"
#include "brevduva/base/sys.h"
#include "brevduva/compose/letter.h"
#include "brevduva/store/store.h"

/* All texts UTF-8, borrowed for as long as the site lives; "" when not set. */
struct bd_site_options {
    const struct bd_sys *sys;
    /* Name, organisation, base_url, sender and templates. */
    const struct bd_letter_options *letter;
    bd_str return_path;  /* of mails, may be a pattern (mail/return_path.h) */
    bd_str contact;      /* where the contact form's mails go; "": no form */
    bd_str privacy_url;  /* what becomes of personal data: the owner's page */
    bd_str wording;      /* what a reader agrees to; "": ours */
    bool tip_by_server;  /* offer to mail the friend ourselves (T2, T3) */
    int64_t tip_per_day; /* of one reader */
    bool welcome;        /* a letter after the confirmation */
    bool farewell;       /* a letter after leaving */
    bool clicks;         /* count them */
    bool only_files;     /* for bd_archive_export: nothing is served or mailed,
                          * so that base_url may be empty */
};

struct bd_site;

/* BD_EPARSE: one of the owner's templates, with its place. */
enum bd_status bd_site_new(const struct bd_site_options *options,
                           struct bd_site **out,
                           struct bd_err *err) BD_MUST_USE;
void bd_site_free(struct bd_site *site); /* NULL is allowed */

/* A sign-up form for the owner's own site, as HTML, in that language. */
struct bd_list;
enum bd_status bd_site_embed(struct bd_arena *arena, const struct bd_site *site,
                             const struct bd_list *list, enum bd_lang lang,
                             bd_str *out, struct bd_err *err) BD_MUST_USE;

/* Forget what is too old: requests that nobody confirmed, counts of limits, and
 * the words of what came back. To be called about once an hour. */
enum bd_status bd_site_tidy(const struct bd_site *site, struct bd_store *store,
                            struct bd_err *err) BD_MUST_USE;

#endif
