/*
 * An issue file: front matter between two "---" lines, then Markdown. The
 * texts of single mails (compose/note.h) have the same form.
 */
#ifndef BREVDUVA_COMPOSE_ISSUE_H
#define BREVDUVA_COMPOSE_ISSUE_H

#include "brevduva/base/arena.h"
#include "brevduva/base/i18n.h"
#include "brevduva/base/status.h"

struct bd_node; /* compose/markdown.h */

/* A merge tag: {{name}} or {{name|default text}}. */
struct bd_merge {
    bd_str name;
    bd_str fallback;       /* empty: none */
    struct bd_place place; /* in the issue file */
};

/* A check that shall not speak (compose/check.h). */
struct bd_silence {
    const char *id;
    struct bd_place place; /* in the issue file */
};

/* A file beside the issue (issues/SLUG/). */
struct bd_beside {
    bd_str path;           /* "program.pdf" */
    struct bd_place place; /* in the issue file */
};

struct bd_issue {
    const char *path; /* for messages: "issues/2016-1.md" */
    bd_str source;    /* the whole file */
    bd_str title;     /* h1 of the letter; subject unless that is set */
    bd_str subject;   /* may hold merge tags */
    struct bd_place subject_place;
    struct bd_place title_place;
    bd_str slug;      /* a-z 0-9 and hyphens; from the file name if unset */
    bd_str list;      /* empty: the newsletter's first list */
    bd_str language;  /* "sv", "en"; empty: the newsletter's */
    bd_str preheader; /* empty: none given */
    struct bd_place preheader_place;
    bd_str from_name; /* empty: the settings' */
    struct bd_place from_name_place;
    bd_str reply_to; /* empty: the settings' */
    bd_str theme;    /* in the place of the newsletter's; "": that */
    struct bd_place theme_place;
    bd_str archive; /* "public", "unlisted", "off"; empty: likewise */
    bd_str action;  /* a note's: label of its button */
    struct bd_place action_place;
    bd_str stop; /* a note's: label of the quiet link in its foot */
    struct bd_place stop_place;
    const struct bd_silence *silence; /* checks silenced here, NULL id last */
    const struct bd_beside *attachments; /* files that come with the letter */
    size_t attachment_count;
    uint32_t body_line;             /* first line of the Markdown in the file */
    bd_str body;                    /* the Markdown */
    const struct bd_node *document; /* parsed, merge tags and links found */
    const struct bd_merge *merges;  /* all merge tags; markers name the row */
    size_t merge_count;
    struct {
        bd_str title, subject, preheader, action, stop;
    } marked; /* the same texts with markers for their merge tags */
};

/*
 * Read an issue.
 *
 * path     for messages and for the default slug
 * text     borrowed for as long as the issue is used
 * returns  BD_OK; BD_EPARSE "PATH:LINE:COLUMN: what; what to do" (invalid
 *          UTF-8, control characters, front matter without end, bad YAML,
 *          unknown or duplicate key, merge tag without end); BD_ELIMIT
 */
enum bd_status bd_issue_read(struct bd_arena *arena, const char *path,
                             bd_str text, struct bd_issue *out,
                             struct bd_err *err) BD_MUST_USE;

/* The same for the text of a note. Of the keys it may have title, subject,
 * action and stop; an issue may not have the last two. */
enum bd_status bd_note_read(struct bd_arena *arena, const char *path,
                            bd_str text, struct bd_issue *out,
                            struct bd_err *err) BD_MUST_USE;

/* "Höstens möten 2026" -> "hostens-moten-2026". */
bd_str bd_slug(struct bd_arena *arena, bd_str title);

#endif
