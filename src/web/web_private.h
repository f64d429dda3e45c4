/*
 * What the pages share. A request comes in as a value and goes out as one:
 * only server.c knows sockets and libmicrohttpd.
 */
#ifndef WEB_PRIVATE_H
#define WEB_PRIVATE_H

#include "brevduva/base/i18n.h"
#include "brevduva/base/json.h"
#include "brevduva/base/mustache.h"
#include "brevduva/base/token.h"
#include "brevduva/desk/post.h"
#include "brevduva/store/subscriber.h"
#include "brevduva/web/site.h"

#define WEB_ARGS       2
#define WEB_MAX_FIELDS 200

#define WEB_GROUP_MAX 100

enum web_method {
    WEB_GET,
    WEB_HEAD,
    WEB_POST,
    WEB_OPTIONS,
    WEB_OTHER,  /* one that no page takes */
    WEB_UNKNOWN /* none that we have heard of */
};

/* Fields of a query or form. Values are UTF-8 without NUL. */
struct web_field {
    struct web_field *next;
    bd_str name, value;
};

struct web_request {
    enum web_method method;
    bd_str path; /* decoded: "/u/TOKEN"; UTF-8 without NUL */
    const struct web_field *query, *form;
    bool bad_form; /* was no form, or not in UTF-8 */
    bd_str accept_language, origin, fetch_site, if_none_match;
    bd_str network; /* "192.0.2.0/24", "2001:db8:1::/48" */
};

enum web_keep {
    WEB_NO_STORE, /* personal: nobody keeps it, no search engine lists it */
    WEB_PUBLIC,   /* the same for all, for some minutes */
    WEB_FOR_LONG  /* its address changes with it */
};

struct web_shared;

struct web_response {
    unsigned status;
    const char *type; /* lives for ever */
    bd_str body;
    struct web_shared *shared; /* holds the body; NULL: the arena does */
    bd_str location;           /* of a redirect */
    bd_str etag;               /* with its quotes; empty: none */
    enum web_keep keep;
    bool anywhere;       /* may be shown in pages of other sites: webmail's */
    bd_str disposition;  /* Content-Disposition; empty: none */
    int64_t retry_after; /* seconds; 0: not said */
    const char *allow;   /* methods that the page takes; NULL: not said */
    const char *route;   /* pattern of the page; NULL: none */
};

struct web_cache;
struct web_clicks;

/* One thread's. */
struct web_worker {
    const struct bd_site *site;
    struct bd_store *store;
    struct bd_keyring *keys;   /* read again when the database changed */
    struct web_cache *cache;   /* of public pages; made when first used */
    bool shares;               /* the caller drops what answers share */
    struct web_clicks *clicks; /* borrowed; NULL: none are counted */
};

struct web_template;

/* A page that becomes a file (archive export). */
struct web_fixed {
    bd_str url;       /* where the folder will stand; empty: not known */
    const char *root; /* from the page to the folder: "", "../" */
    bool served;      /* there `serve` answers, by its own addresses */
};

struct bd_site {
    struct bd_arena *arena;
    struct bd_site_options options;
    bd_str prefix;    /* path of base_url: "/brev", or empty */
    bd_str origin;    /* "https://brev.example.org"; empty without base_url */
    bd_str style;     /* the style sheet */
    bd_str style_tag; /* changes with it */
    const struct web_template *templates;
    struct bd_post *post; /* the mails that pages send */
};

/* One request at work. */
struct web_visit {
    const struct bd_site *site;
    struct bd_store *store; /* POST: inside a transaction */
    const struct bd_keyring *keys;
    struct bd_arena *arena;
    const struct web_request *request;
    bd_str args[WEB_ARGS];   /* what stands in the route's ":…" */
    uint8_t key;             /* that signed the token in there; 0: none was */
    enum bd_lang lang;       /* of the page */
    enum bd_lang asked_lang; /* before a page chose its own */
    bool lang_given;         /* by ?lang=: the page does not choose */
    int64_t now;
    struct web_response *out;
    struct bd_err err;
    struct web_clicks *clicks;     /* NULL: none are counted */
    const struct web_fixed *fixed; /* NULL: the page is served */
};

/*
 * Fills visit->out. A POST's changes are kept only when BD_OK is returned.
 * BD_ENOENT becomes the page for what is not there, BD_EINVAL the one for a
 * link that does not work, BD_ETEMP "try again in a moment", BD_ELIMIT "too
 * often"; the rest is our fault.
 */
typedef enum bd_status (*web_handler)(struct web_visit *visit);

/* May a page of another site post to it? (`true`: yes, a form.) */
enum web_open {
    WEB_OURS_ONLY,
    WEB_FROM_ANYWHERE,
    WEB_ANY_BODY /* and whatever it sends: RFC 8058 */
};

struct web_route {
    const char *pattern; /* "/u/:token": one part each; "/files/:slug/:name" */
    web_handler get;     /* HEAD too; never changes anything (W1) */
    web_handler post;    /* NULL: GET only */
    enum web_open open;
};
extern const struct web_route web_routes[]; /* ends with a NULL pattern */

/* --- answer.c --- */

/* Read the keys; called again it looks whether they were changed. */
enum bd_status web_worker_begin(struct web_worker *worker,
                                struct bd_err *err) BD_MUST_USE;
void web_worker_end(struct web_worker *worker);

/* Answer one request, whatever it is. A POST runs in a transaction of its
 * own; the worker's store must then be open for writing. The response lives
 * in the arena. */
void web_answer(struct web_worker *worker, struct bd_arena *arena,
                const struct web_request *request, struct web_response *out);

/* The path inside the site. */
bd_str web_without_prefix(const struct bd_site *site, bd_str path);

/* Answer that it failed so, without looking at what was asked. */
void web_refuse(struct web_worker *worker, struct bd_arena *arena,
                const struct web_request *request, enum bd_status why,
                struct web_response *out);

/* --- group.c --- */

struct web_exchange {
    struct bd_arena *arena;
    const struct web_request *request;
    struct web_response *response;
};

/*
 * Answer posts as web_answer does, with one sync of the disk for all. Each
 * answer tells what became of its own post.
 *
 * count    at most WEB_GROUP_MAX
 * returns  BD_OK; BD_ETEMP: the database was locked all the time, and all or
 *          the last ones were told so
 */
enum bd_status web_answer_group(struct web_worker *worker,
                                const struct web_exchange *exchanges,
                                size_t count);

/* --- answer.c --- */
/* The answer's body is not needed any more. From any thread; NULL is
 * allowed. */
void web_shared_drop(struct web_shared *shared);

/* A field's value; empty when it is not there. */
bd_str web_field(const struct web_field *fields, const char *name);
bool web_has_field(const struct web_field *fields, const char *name);

/* Who asks, for the consent ledger. */
struct bd_actor web_actor(const struct web_visit *visit);

/* Read args[0] as a token. BD_EINVAL. */
enum bd_status web_token(struct web_visit *visit, enum bd_token_purpose purpose,
                         struct bd_token *out) BD_MUST_USE;

/* A token for letters, which go to the mailbox, and for forms that anybody
 * gets: signed with the key of today. */
bd_str web_token_text(const struct web_visit *visit,
                      const struct bd_token *token);
/* A token for the page: signed with the key of the one that web_token read,
 * so that whoever stole an old key gets no links that outlive it. */
bd_str web_token_shown(const struct web_visit *visit,
                       const struct bd_token *token);
/* The same as a path: "/u/TOKEN", in the arena, with the site's prefix. */
bd_str web_token_path(const struct web_visit *visit, const char *route,
                      const struct bd_token *token);

/* 302 to a path of ours, with the site's prefix. */
enum bd_status web_move(struct web_visit *visit, bd_str path);
/* 303 to a path of ours, with the site's prefix: after a POST. */
enum bd_status web_redirect(struct web_visit *visit, bd_str path);

/* --- page.c --- */

struct web_word {
    const char *key;
    const char *text; /* N_() */
};

/* The data of a page: its title, and what the frame needs. */
struct bd_json *page_new(struct web_visit *visit, const char *title);
void page_set(struct web_visit *visit, struct bd_json *object, const char *key,
              bd_str value);
void page_flag(struct web_visit *visit, struct bd_json *object, const char *key,
               bool value);
/* Into data.words, in the page's language; a NULL key ends them. */
void page_words(struct web_visit *visit, struct bd_json *data,
                const struct web_word *words);

/* Render "templates/web/NAME.html" inside the frame. */
enum bd_status page_show(struct web_visit *visit, unsigned status,
                         const char *name,
                         const struct bd_json *data) BD_MUST_USE;

/* Render "templates/web/NAME.html" into data.KEY, for {{{KEY}}}; "head" stands
 * in <head>. */
enum bd_status page_part(struct web_visit *visit, const char *name,
                         const char *key, struct bd_json *data) BD_MUST_USE;

/* A page with a heading and a few words, for what went wrong or is done. */
enum bd_status page_say(struct web_visit *visit, unsigned status,
                        const char *title, bd_str text) BD_MUST_USE;

/* A list without a title is called as the newsletter is. */
struct bd_list;
bd_str web_list_title(const struct web_visit *visit,
                      const struct bd_list *list);

/* "an•••@ex•••.se": enough to know oneself by. */
bd_str web_mask(struct bd_arena *arena, bd_str email);

/* What to say of an address that is not bd_address_is_plain, where a stranger
 * could have us mail to it; N_(). */
extern const char *const web_odd_address;

/* --- guard.c: forms that anybody may fill in --- */

/* Who filled in a form. */
enum web_form {
    WEB_FORM_OURS,    /* a person, on a page of ours */
    WEB_FORM_FOREIGN, /* it has no mark: the owner's own site made it */
    WEB_FORM_STALE,   /* its mark is older than a day, or none of ours: show it
                       * again */
    WEB_FORM_ROBOT    /* the trap is filled in, or it took under two seconds:
                       * do nothing, and answer as ever */
};
enum web_form web_form_judge(const struct web_visit *visit);
/* data.guard: a mark of the time and the trap, for inside the form. The mark
 * that came with a request is kept. */
enum bd_status page_guard(struct web_visit *visit,
                          struct bd_json *data) BD_MUST_USE;

/* --- mailto.c --- */

/* "mailto:?subject=…&body=…", for an href. Lines of the body end in LF. */
bd_str web_mailto(struct bd_arena *arena, bd_str subject, bd_str body);

/* --- site.c --- */
const struct bd_mustache *site_template(const struct bd_site *site,
                                        const char *name);

#endif
