#include "front_matter_private.h"

#include <stddef.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/yaml.h"
#include "brevduva/compose/check.h"
#include "brevduva/mail/address.h"

struct form {
    struct bd_arena *arena;
    enum bd_text_kind kind;
    const char *path;
    struct bd_issue *issue;
    struct bd_err *err;
};

static enum bd_status fail(const struct form *f, struct bd_place place,
                           const char *what)
{
    return bd_fail(f->err, BD_EPARSE, "%s:%u:%u: %s", f->path,
                   (unsigned)place.line, (unsigned)place.column, what);
}

static enum bd_status check_slug(const struct form *f,
                                 const struct bd_yaml *value)
{
    if (value->text.len > 0 &&
        bd_str_eq(bd_slug(f->arena, value->text), value->text))
        return BD_OK;
    return fail(f, value->place,
                bd_arena_printf(f->arena,
                                _("a slug holds only a-z, 0-9 and single "
                                  "hyphens; write \"slug: %.*s\""),
                                BD_ARG(bd_slug(f->arena, value->text)))
                    .ptr);
}

static enum bd_status check_language(const struct form *f,
                                     const struct bd_yaml *value)
{
    enum bd_lang lang = BD_LANG_EN;

    if (bd_lang_parse(value->text, &lang))
        return BD_OK;
    return fail(f, value->place,
                _("the language is not known; write sv or en"));
}

static enum bd_status check_archive(const struct form *f,
                                    const struct bd_yaml *value)
{
    static const char *const known[] = { "public", "unlisted", "off" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bd_str_eq(value->text, bd_str_from(known[i])))
            return BD_OK;
    return fail(f, value->place,
                _("archive is public, unlisted (only for who has the address) "
                  "or off"));
}

static enum bd_status check_reply_to(const struct form *f,
                                     const struct bd_yaml *value)
{
    struct bd_address address = { .smtputf8 = false };
    struct bd_err why = { 0 };

    if (bd_address_parse(f->arena, value->text, &address, &why) != BD_OK)
        return fail(f, value->place, why.msg);
    f->issue->reply_to = address.email;
    return BD_OK;
}

static enum bd_status check_title(const struct form *f,
                                  const struct bd_yaml *value)
{
    f->issue->title_place = value->place;
    if (value->text.len > 0)
        return BD_OK;
    return fail(f, value->place, _("the title is empty; write one"));
}

static enum bd_status check_subject(const struct form *f,
                                    const struct bd_yaml *value)
{
    f->issue->subject_place = value->place;
    return BD_OK;
}

static enum bd_status check_preheader(const struct form *f,
                                      const struct bd_yaml *value)
{
    f->issue->preheader_place = value->place;
    return BD_OK;
}

static enum bd_status check_from_name(const struct form *f,
                                      const struct bd_yaml *value)
{
    f->issue->from_name_place = value->place;
    return BD_OK;
}

static enum bd_status check_theme(const struct form *f,
                                  const struct bd_yaml *value)
{
    f->issue->theme_place = value->place;
    if (value->text.len > 0 &&
        bd_str_eq(bd_slug(f->arena, value->text), value->text))
        return BD_OK;
    return fail(f, value->place,
                _("a theme's name holds only a-z, 0-9 and hyphens, as its "
                  "folder in templates/mail/"));
}

static enum bd_status check_action(const struct form *f,
                                   const struct bd_yaml *value)
{
    f->issue->action_place = value->place;
    return BD_OK;
}

static enum bd_status check_stop(const struct form *f,
                                 const struct bd_yaml *value)
{
    f->issue->stop_place = value->place;
    return BD_OK;
}

#define ISSUE (1U << BD_TEXT_ISSUE)
#define NOTE  (1U << BD_TEXT_NOTE)

/* Sorted; `silence` is apart because it is a sequence. */
static const struct {
    const char *key;
    unsigned kinds; /* of text that may have it */
    size_t offset;  /* of a bd_str in struct bd_issue */
    enum bd_status (*check)(const struct form *, const struct bd_yaml *);
} keys[] = {
    { "action", NOTE, offsetof(struct bd_issue, action), check_action },
    { "archive", ISSUE, offsetof(struct bd_issue, archive), check_archive },
    { "from_name", ISSUE, offsetof(struct bd_issue, from_name),
      check_from_name },
    { "language", ISSUE, offsetof(struct bd_issue, language), check_language },
    { "list", ISSUE, offsetof(struct bd_issue, list), NULL },
    { "preheader", ISSUE, offsetof(struct bd_issue, preheader),
      check_preheader },
    { "reply_to", ISSUE, offsetof(struct bd_issue, reply_to), check_reply_to },
    { "slug", ISSUE, offsetof(struct bd_issue, slug), check_slug },
    { "stop", NOTE, offsetof(struct bd_issue, stop), check_stop },
    { "subject", ISSUE | NOTE, offsetof(struct bd_issue, subject),
      check_subject },
    { "theme", ISSUE, offsetof(struct bd_issue, theme), check_theme },
    { "title", ISSUE | NOTE, offsetof(struct bd_issue, title), check_title },
};
#define KEY_COUNT (sizeof keys / sizeof *keys)

static bool may_have(const struct form *f, size_t key)
{
    return (keys[key].kinds & (1U << f->kind)) != 0;
}

static enum bd_status unknown_key(const struct form *f,
                                  const struct bd_yaml *member)
{
    const char *known[KEY_COUNT + 3] = { NULL };
    const char *near = NULL;
    size_t count = 0;
    bd_str text = BD_STR_NONE;

    for (size_t i = 0; i < KEY_COUNT; i++)
        if (may_have(f, i))
            known[count++] = keys[i].key;
    if (f->kind == BD_TEXT_ISSUE) {
        known[count++] = "attachments";
        known[count] = "silence";
    }
    near = bd_nearest(member->key, known);
    if (near)
        text = bd_arena_printf(f->arena,
                               _("unknown key \"%.*s\"; did you mean \"%s\"?"),
                               BD_ARG(member->key), near);
    else
        text = bd_arena_printf(
            f->arena,
            f->kind == BD_TEXT_NOTE
                ? _("unknown key \"%.*s\"; the text of a single mail may "
                    "have title, subject, action, stop")
                : _("unknown key \"%.*s\"; an issue may have title, subject, "
                    "slug, list, language, preheader, from_name, reply_to, "
                    "archive, attachments, theme, silence"),
            BD_ARG(member->key));
    return fail(f, member->key_place, text.ptr);
}

static enum bd_status unknown_check(const struct form *f,
                                    const struct bd_yaml *item)
{
    const char *near = NULL;
    size_t count = 0;
    const char **known = NULL;

    while (bd_checks[count].id)
        count++;
    known = BD_NEW_ARRAY(f->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++)
        known[i] = bd_checks[i].id;
    near = bd_nearest(item->text, known);
    return fail(f, item->place,
                bd_arena_printf(f->arena,
                                near
                                    ? _("no check is called \"%.*s\"; did "
                                        "you mean \"%s\"?")
                                    : _("no check is called \"%.*s\"; "
                                        "\"brevduva check --list\" lists them"),
                                BD_ARG(item->text), near)
                    .ptr);
}

/* "silence", or "quiet" as it was called first. */
static bool is_silence(const struct form *f, bd_str key)
{
    return f->kind == BD_TEXT_ISSUE && (bd_str_eq(key, BD_STR("silence")) ||
                                        bd_str_eq(key, BD_STR("quiet")));
}

static enum bd_status read_silence(const struct form *f,
                                   const struct bd_yaml *value)
{
    size_t count = 0;
    struct bd_silence *rows = NULL;

    if (value->kind != BD_YAML_SEQUENCE)
        return fail(f, value->place,
                    _("silence is a list of checks; write it as "
                      "\"silence: [image-alt, link-http]\""));
    for (const struct bd_yaml *i = value->first; i; i = i->next)
        count++;
    rows = BD_NEW_ARRAY(f->arena, count + 1, struct bd_silence);
    count = 0;
    for (const struct bd_yaml *i = value->first; i; i = i->next) {
        if (i->kind != BD_YAML_SCALAR || !bd_check_find(i->text))
            return unknown_check(f, i);
        rows[count].place = i->place;
        rows[count++].id = bd_arena_cstr(f->arena, i->text);
    }
    f->issue->silence = rows;
    return BD_OK;
}

static enum bd_status read_attachment(const struct form *f,
                                      const struct bd_yaml *value,
                                      struct bd_beside *out)
{
    if (value->kind != BD_YAML_SCALAR || value->text.len == 0)
        return fail(f, value->place,
                    _("an attachment is the name of a file in the issue's own "
                      "folder; write it as \"attachments: [program.pdf]\""));
    *out = (struct bd_beside) { bd_arena_copy(f->arena, value->text),
                                value->place };
    return BD_OK;
}

/* A list of names, or one. */
static enum bd_status read_attachments(const struct form *f,
                                       const struct bd_yaml *value)
{
    struct bd_beside *rows = NULL;
    size_t count = value->kind == BD_YAML_SCALAR;
    enum bd_status rc = BD_OK;

    for (const struct bd_yaml *i = value->first; i; i = i->next)
        count++;
    rows = BD_NEW_ARRAY(f->arena, count + 1, struct bd_beside);
    if (value->kind == BD_YAML_SCALAR && (value->text.len > 0 || value->quoted))
        rc = read_attachment(f, value, rows);
    else if (value->kind == BD_YAML_SCALAR)
        count = 0; /* "attachments:" and nothing after it */
    else if (value->kind != BD_YAML_SEQUENCE)
        return read_attachment(f, value, rows);
    f->issue->attachments = rows;
    f->issue->attachment_count = count;
    for (const struct bd_yaml *i = value->first; i && rc == BD_OK; i = i->next)
        rc = read_attachment(f, i, rows++);
    return rc;
}

/* One line: a block scalar's line breaks become spaces. */
static bd_str one_line(struct bd_arena *arena, bd_str text)
{
    bd_str line = bd_arena_copy(arena, bd_str_trim(text));
    char *p = (char *)(uintptr_t)line.ptr;

    for (size_t i = 0; i < line.len; i++)
        if (p[i] == '\n' || p[i] == '\r' || p[i] == '\t')
            p[i] = ' ';
    return line;
}

static enum bd_status read_member(const struct form *f,
                                  const struct bd_yaml *member)
{
    if (is_silence(f, member->key))
        return read_silence(f, member);
    if (f->kind == BD_TEXT_ISSUE &&
        bd_str_eq(member->key, BD_STR("attachments")))
        return read_attachments(f, member);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        bd_str *slot = (bd_str *)((char *)f->issue + keys[i].offset);

        if (!may_have(f, i) ||
            !bd_str_eq(member->key, bd_str_from(keys[i].key)))
            continue;
        if (member->kind != BD_YAML_SCALAR)
            return fail(f, member->place,
                        bd_arena_printf(f->arena,
                                        _("%s must be one text, not a list"),
                                        keys[i].key)
                            .ptr);
        *slot = one_line(f->arena, member->text);
        return keys[i].check ? keys[i].check(f, member) : BD_OK;
    }
    return unknown_key(f, member);
}

static bool is_fence(bd_str line)
{
    size_t len = 3;

    if (!bd_str_starts(line, BD_STR("---")))
        return false;
    while (len < line.len && (line.ptr[len] == ' ' || line.ptr[len] == '\t'))
        len++;
    return len == line.len;
}

/* Cut the text between the fences; sets source->body. */
static enum bd_status cut(const struct form *f, struct bd_source *source,
                          bd_str *out_yaml)
{
    bd_str rest = source->text;
    const char *start = NULL;

    if (!is_fence(bd_str_cut_line(&rest)))
        return fail(f, (struct bd_place) { 1, 1 },
                    _("the file does not begin with front matter; put "
                      "\"---\", \"title: ...\" and \"---\" on the first "
                      "three lines"));
    start = rest.ptr;
    while (rest.ptr) {
        const char *at = rest.ptr;

        if (is_fence(bd_str_cut_line(&rest))) {
            *out_yaml = (bd_str) { start, (size_t)(at - start) };
            source->body = rest.ptr ? (size_t)(rest.ptr - source->text.ptr)
                                    : source->text.len;
            return BD_OK;
        }
    }
    return fail(f, (struct bd_place) { 1, 1 },
                _("the front matter has no end; put a line \"---\" between "
                  "it and the text"));
}

enum bd_status bd_front_matter_read(struct bd_arena *arena,
                                    enum bd_text_kind kind,
                                    struct bd_source *source,
                                    struct bd_issue *out, struct bd_err *err)
{
    struct form f = { arena, kind, source->path, out, err };
    struct bd_yaml *root = NULL;
    bd_str yaml = BD_STR_NONE;
    enum bd_status rc = cut(&f, source, &yaml);

    if (rc == BD_OK)
        rc = bd_yaml_parse(arena, source->path, 2, yaml, &root, err);
    if (rc != BD_OK)
        return rc;
    if (root->kind != BD_YAML_MAPPING)
        return fail(&f, root->place,
                    _("front matter is \"key: value\" lines, as "
                      "\"title: ...\""));
    for (const struct bd_yaml *m = root->first; m && rc == BD_OK; m = m->next)
        rc = read_member(&f, m);
    if (rc == BD_OK && out->title.len == 0)
        rc = fail(&f, (struct bd_place) { 1, 1 },
                  _("there is no title; add a line \"title: ...\" to the front "
                    "matter"));
    return rc;
}
