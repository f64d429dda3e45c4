/* The parts of the preview. */
#ifndef CLI_PREVIEW_PRIVATE_H
#define CLI_PREVIEW_PRIVATE_H

#include "brevduva/compose/check.h"
#include "cli_private.h"

/* For whom the letter can be shown. */
struct preview_reader {
    bd_str key;        /* "sample", "as", or the reader's number */
    const char *email; /* NULL: the made-up one */
    bool stranger;     /* no reader has that address */
};

/* One state of the issue, its templates and the settings, compiled. */
struct preview_letter {
    struct app app; /* with an arena of its own, and the store of all */
    struct cli_letter letter;
    struct bd_message full, html, plain, subject, preheader;
    const struct bd_finding *findings;
    size_t finding_count;
    const struct preview_reader *readers;
    size_t reader_count;
};

struct preview {
    struct app *app;
    const char *name;            /* as it was given */
    struct preview_letter *good; /* the last that could be made, or NULL */
    struct bd_err trouble;       /* why the newest could not; else BD_OK */
    int64_t made_at;
    uint64_t version;        /* grows whenever something is to be seen anew */
    uint64_t letter_version; /* the `version` that made `good` */
    char fingerprint[65];
};

/* preview_letter.c */
/* Read and compile all anew. True: there is something to be seen. */
bool preview_load(struct preview *preview);
void preview_fini(struct preview *preview);
/* The reader of that key, or the first one. */
const struct preview_reader *
preview_reader_find(const struct preview_letter *letter, bd_str key);

/* preview_page.c: all in the arena */
/* The page around the views. */
enum bd_status preview_page(const struct preview *preview,
                            struct bd_arena *arena, bd_str reader, bool once,
                            bd_str *out, struct bd_err *err);
/* One of the views: "desktop", "phone", "dark", "bare". BD_ENOENT. */
enum bd_status preview_view(const struct preview *preview,
                            struct bd_arena *arena, bd_str view, bd_str reader,
                            bd_str *out, struct bd_err *err);

/* preview_data.c: what the page's template can name */
struct preview_shown {
    const struct preview *preview;
    const struct preview_reader *reader;
    bd_str html, plain, subject, preheader;
    size_t html_octets, octets; /* as sent; of the whole letter */
    bool once;
};
struct preview_kind {
    const char *key;
    const char *title, *note; /* N_() */
    unsigned width;           /* of the window, px */
    bool dark, no_images;
};
extern const struct preview_kind preview_kinds[]; /* ends with a NULL key */
struct bd_json *preview_data(struct app *app,
                             const struct preview_shown *shown);

/* preview_serve.c */
/* Until Ctrl-C. */
enum bd_status preview_serve(struct preview *preview);

/* preview_open.c */
/* Show the address in the browser, where there is a display. */
void preview_open_browser(const char *url);

#endif
