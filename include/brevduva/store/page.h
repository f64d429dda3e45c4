/*
 * The archive: issues as they stand on the web, one page for each slug. A
 * page is put here when the issue is sent, and is to be seen once a mailing
 * of that slug has begun. No personal data.
 */
#ifndef BREVDUVA_STORE_PAGE_H
#define BREVDUVA_STORE_PAGE_H

#include "brevduva/store/subscriber.h"

enum bd_visibility {
    BD_PAGE_PUBLIC,
    BD_PAGE_UNLISTED, /* for who has the address: in no index */
    BD_PAGE_OFF
};
extern const char *const bd_visibility_names[]; /* NULL-ended */
bool bd_visibility_parse(bd_str name, enum bd_visibility *out);

struct bd_page_file {
    bd_str name; /* "vagen-1f3a9c0b.jpg" */
    bd_str type; /* "image/jpeg" */
    bd_str bytes;
    bd_str shown; /* an attachment's own name; empty: a picture */
    size_t size;  /* octets; not for putting */
};

struct bd_page {
    bd_str slug;
    int64_t list_id;  /* the first list that got it */
    bd_str list_slug; /* its name; not for putting */
    bd_str title, language, description;
    bd_str body;  /* HTML; empty in rows of an index */
    bd_str words; /* only for putting */
    enum bd_visibility visibility;
    int64_t sent_at;    /* when the first mailing began; 0: none yet */
    int64_t changed_at; /* when what it says last changed */
    const struct bd_page_file *files; /* only for putting */
    size_t file_count;
};

/*
 * Put a page, or what it says now: a known one keeps its list, and its
 * visibility unless `decided`. `changed_at` is the actor's time when anything
 * changed.
 */
enum bd_status bd_page_put(struct bd_store *store, const struct bd_page *page,
                           bool decided, const struct bd_actor *actor,
                           struct bd_err *err) BD_MUST_USE;

/* Has a mailing of the slug begun, so that people have the issue? */
enum bd_status bd_page_is_sent(struct bd_store *store, bd_str slug, bool *out,
                               struct bd_err *err) BD_MUST_USE;

/* One that is to be seen, be it unlisted. BD_ENOENT. */
enum bd_status bd_page_get(struct bd_arena *arena, struct bd_store *store,
                           bd_str slug, struct bd_page *out,
                           struct bd_err *err) BD_MUST_USE;

/* A picture of such a page, or an attachment of a public one. BD_ENOENT. */
enum bd_status bd_page_file_get(struct bd_arena *arena, struct bd_store *store,
                                bd_str slug, bd_str name,
                                struct bd_page_file *out,
                                struct bd_err *err) BD_MUST_USE;

#define BD_PAGE_WORDS 6

/* Which pages; what is left zero asks nothing. */
struct bd_page_filter {
    bd_str list;                 /* slug of it */
    bd_str words[BD_PAGE_WORDS]; /* all stand in it; folded (bd_fold) */
    bool unlisted;               /* these too */
    bool bodies;                 /* read them as well */
    int64_t limit, offset;       /* limit 0: all */
};

/* Pages to be seen, newest first. *out_total: without limit and offset. */
enum bd_status bd_page_find(struct bd_arena *arena, struct bd_store *store,
                            const struct bd_page_filter *filter,
                            const struct bd_page **out, size_t *out_count,
                            int64_t *out_total, struct bd_err *err) BD_MUST_USE;

/* The public ones before and after `page` in time; slug empty: none. */
enum bd_status bd_page_near(struct bd_arena *arena, struct bd_store *store,
                            const struct bd_page *page, struct bd_page *older,
                            struct bd_page *newer,
                            struct bd_err *err) BD_MUST_USE;

/* All rows, also hidden and not yet sent ones, newest first. */
enum bd_status bd_page_all(struct bd_arena *arena, struct bd_store *store,
                           const struct bd_page **out, size_t *out_count,
                           struct bd_err *err) BD_MUST_USE;

/* What a page has, pictures first, else by name; bytes are empty. */
enum bd_status bd_page_files(struct bd_arena *arena, struct bd_store *store,
                             bd_str slug, const struct bd_page_file **out,
                             size_t *out_count, struct bd_err *err) BD_MUST_USE;

/* BD_ENOENT, with a message, when there is no such page. */
enum bd_status bd_page_set(struct bd_store *store, bd_str slug,
                           enum bd_visibility visibility,
                           const struct bd_actor *actor,
                           struct bd_err *err) BD_MUST_USE;

#endif
