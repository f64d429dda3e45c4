/*
 * What a careful editor would notice before the letter goes out. Pure; the
 * findings come in the order of the text.
 */
#ifndef BREVDUVA_COMPOSE_CHECK_H
#define BREVDUVA_COMPOSE_CHECK_H

#include "brevduva/compose/letter.h"

enum bd_check_level {
    BD_CHECK_ERROR,   /* sending is refused */
    BD_CHECK_WARNING, /* sending asks */
    BD_CHECK_HINT
};

struct bd_finding {
    const char *id; /* "link-text-vague": stable, for `silence:` and --json */
    enum bd_check_level level;
    const char *path;      /* NULL: the issue; "templates/mail/brev/…" */
    struct bd_place place; /* in that file; line 0: the whole letter */
    bd_str text;           /* what is wrong and how to mend it, translated */
};

/* What is known of readers and earlier issues, for who has a store. */
struct bd_check_value {
    bd_str name;    /* of a merge tag in the letter */
    bd_str longest; /* of all readers' values, by octets */
    int64_t empty;  /* so many readers have none */
    bd_str who;     /* some of them, for people: "a@b.example, c@d.example" */
};
struct bd_check_earlier {
    bd_str slug, title;
};
/* What was heard of an address that the letter leads to. */
enum bd_check_heard {
    BD_LINK_THERE,
    BD_LINK_MOVED,       /* for good, to `to` */
    BD_LINK_DEAD,        /* `why` */
    BD_LINK_CERTIFICATE, /* not to be trusted */
    BD_LINK_UNCLEAR      /* nobody can tell: `why` */
};
struct bd_check_answer {
    bd_str url; /* as bd_check_urls has it */
    enum bd_check_heard heard;
    bd_str why; /* for people: "the server says 404: no such page" */
    bd_str to;
};
struct bd_check_facts {
    int64_t today;   /* the letter's day, days since 1970-01-01; 0: unknown, and
                      * no date is compared with it */
    int64_t readers; /* who would get it; 0: unknown */
    bool first;      /* they are only the first of more */
    const struct bd_check_value *values;
    size_t value_count;
    const struct bd_check_earlier *earlier; /* issues; also this one */
    size_t earlier_count;
    bool asked; /* web servers were, and this is what they said */
    const struct bd_check_answer *answers;
    size_t answer_count;
};

/* Gmail cuts the HTML of a letter there (P10). */
#define BD_CLIP_OCTETS 102400

/* The octets of the HTML part in a copy of a full letter, as they are sent. */
size_t bd_check_html_octets(bd_str copy);

struct bd_check_run; /* one run over one issue; check_private.h */

/* One row for each check there is, sorted by id; ends with a NULL id. */
struct bd_check {
    const char *id;
    enum bd_check_level level;
    const char *help; /* N_() text: what it looks for and why */
    void (*run)(struct bd_check_run *run);
};
extern const struct bd_check bd_checks[];

/* The row of that id, or NULL. */
const struct bd_check *bd_check_find(bd_str id);

/* "error", "warning", "hint": not translated. */
const char *bd_check_level_name(enum bd_check_level level);

/*
 * The web addresses that links and pictures of the text have, each once: only
 * what is the same for all readers, so none with a merge tag, and none that
 * has a user name in it. As they go over the wire, without "#…".
 */
void bd_check_urls(struct bd_arena *arena, const struct bd_issue *issue,
                   const bd_str **out, size_t *out_count);

/*
 * Run all checks, and leave out what the issue silences.
 *
 * message  the compiled full letter, for sizes and links
 * facts    NULL: nothing is known
 * out      array of *out_count findings in the arena
 */
void bd_check_issue(struct bd_arena *arena, const struct bd_issue *issue,
                    const struct bd_letter_options *options,
                    const struct bd_message *message,
                    const struct bd_check_facts *facts,
                    const struct bd_finding **out, size_t *out_count);

#endif
