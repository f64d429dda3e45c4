#include "brevduva/compose/web.h"

#include "attachments_private.h"
#include "brevduva/base/fold.h"
#include "brevduva/base/hash.h"
#include "render_private.h"

#define HASH_CHARS 8

struct web {
    struct bd_arena *arena;
    const struct bd_issue *issue;
};

static void add_encoded(struct bd_buf *out, bd_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_';

        if (plain)
            bd_buf_add_char(out, (char)c);
        else
            bd_buf_printf(out, "%%%02X", c);
    }
}

/* A tag that says nothing goes with the blank before it, or, where the text
 * begins with it, with the one after. */
static void add_value(struct bd_buf *out, bd_str value, enum bd_escape escape,
                      bd_str *rest)
{
    if (escape == BD_ESCAPE_URL)
        add_encoded(out, value);
    else if (value.len > 0)
        bd_buf_add(out, value);
    else if (out->len > 0 && out->ptr[out->len - 1] == ' ')
        out->len--;
    else if (out->len == 0 && bd_str_starts(*rest, BD_STR(" ")))
        *rest = bd_str_skip(*rest, 1);
}

/* The text with default texts instead of markers. */
static bd_str resolve(const struct web *w, bd_str text, bool url)
{
    struct bd_buf buf = { 0 };
    struct bd_marker marker = { 0 };
    bd_str before = BD_STR_NONE;
    bd_str out = BD_STR_NONE;

    if (bd_str_find_char(text, MARKER_OPEN) == SIZE_MAX)
        return text;
    while (bd_marker_cut(&text, &before, &marker)) {
        bd_buf_add(&buf, before);
        add_value(&buf, w->issue->merges[marker.row].fallback,
                  url ? BD_ESCAPE_URL : marker.escape, &text);
    }
    bd_buf_add(&buf, before);
    out = bd_buf_copy(&buf, w->arena);
    bd_buf_fini(&buf);
    return out;
}

/* Nothing would be seen of it. */
static bool is_empty(const struct bd_node *node)
{
    switch (node->kind) {
    case BD_NODE_TEXT:
        return bd_str_trim(node->text).len == 0;
    case BD_NODE_SOFT_BREAK:
        return true;
    case BD_NODE_PARAGRAPH:
    case BD_NODE_HEADING:
    case BD_NODE_QUOTE:
    case BD_NODE_ITEM:
    case BD_NODE_EMPHASIS:
    case BD_NODE_STRONG:
    case BD_NODE_LINK:
    case BD_NODE_TAG:
        break;
    default:
        return false;
    }
    for (const struct bd_node *n = node->first; n; n = n->next)
        if (!is_empty(n))
            return false;
    return true;
}

static bool has_marker(const struct bd_node *node)
{
    for (const struct bd_node *n = node; n; n = bd_node_walk(node, n))
        if (bd_str_find_char(n->text, MARKER_OPEN) != SIZE_MAX)
            return true;
    return false;
}

static struct bd_node *copy_node(const struct web *w,
                                 const struct bd_node *node)
{
    struct bd_node *copy = bd_node_new(w->arena, node->kind, node->place,
                                       node->at);

    *copy = *node;
    copy->parent = copy->first = copy->last = copy->next = NULL;
    copy->text = resolve(w, node->text, false);
    copy->url = resolve(w, node->url, true);
    copy->title = resolve(w, node->title, false);
    return copy;
}

static struct bd_node *copy_tree(const struct web *w,
                                 const struct bd_node *node)
{
    struct bd_node *copy = copy_node(w, node);

    for (const struct bd_node *n = node->first; n; n = n->next) {
        struct bd_node *child = copy_tree(w, n);
        struct bd_node *last = copy->last;

        if (child->kind == BD_NODE_TEXT || !has_marker(n) || !is_empty(child))
            bd_node_append(copy, child);
        else if (last && bd_str_ends(last->text, BD_STR(" ")))
            last->text.len--; /* "Hej *{{name}}*," */
    }
    return copy;
}

/* Its own name, and then of its bytes: two files may have one name in two
 * folders, and an exchanged one must not be shown from a cache. */
static bd_str file_name(struct bd_arena *arena, bd_str name, bd_str bytes,
                        bd_str ending)
{
    bd_str stem = name;
    size_t own = bd_str_after_last(name, '.').len;

    if (own < stem.len)
        stem.len -= own + 1;
    stem = bd_slug(arena, stem);
    return bd_arena_printf(
        arena, "%.*s-%.*s.%.*s", BD_ARG(stem.len > 0 ? stem : BD_STR("p")),
        HASH_CHARS, bd_sha256_hex(arena, bytes).ptr, BD_ARG(ending));
}

static bool is_known(const struct bd_web_file *files, bd_str name)
{
    for (; files; files = files->next)
        if (bd_str_eq(files->name, name))
            return true;
    return false;
}

static const struct bd_web_file *take_files(struct bd_arena *arena,
                                            struct bd_image *images)
{
    const struct bd_web_file *files = NULL;

    for (struct bd_image *i = images; i; i = i->next) {
        struct bd_web_file *file = BD_NEW(arena, struct bd_web_file);

        file->name = file_name(arena, i->name, i->bytes, bd_image_ending(i));
        file->type = i->type;
        file->bytes = i->bytes;
        i->src = bd_arena_printf(arena, "files/%.*s", BD_ARG(file->name));
        if (is_known(files, file->name))
            continue;
        file->next = files;
        files = file;
    }
    return files;
}

/* Before the pictures. */
static const struct bd_web_file *
take_attachments(struct bd_arena *arena,
                 const struct bd_attachment *attachments,
                 const struct bd_web_file *files)
{
    for (const struct bd_attachment *a = attachments; a; a = a->next) {
        struct bd_web_file *file = BD_NEW(arena, struct bd_web_file);
        bd_str ending = bd_slug(arena, bd_str_after_last(a->name, '.'));

        *file = (struct bd_web_file) {
            .name = file_name(arena, a->name, a->bytes,
                              ending.len > 0 ? ending : BD_STR("bin")),
            .type = a->type,
            .bytes = a->bytes,
            .shown = a->name,
            .next = files,
        };
        if (!is_known(files, file->name))
            files = file;
    }
    return files;
}

static bool is_block(enum bd_node_kind kind)
{
    return kind <= BD_NODE_RULE;
}

static bd_str words_of(const struct web *w, bd_str title,
                       const struct bd_node *document)
{
    struct bd_buf buf = { 0 };
    bd_str words = BD_STR_NONE;

    bd_buf_add(&buf, title);
    for (const struct bd_node *n = document; n; n = bd_node_walk(document, n)) {
        if (is_block(n->kind) || n->kind == BD_NODE_SOFT_BREAK ||
            n->kind == BD_NODE_HARD_BREAK || n->kind == BD_NODE_IMAGE)
            bd_buf_add_char(&buf, ' ');
        if (n->kind != BD_NODE_TAG)
            bd_buf_add(&buf, n->text);
    }
    words = bd_fold(w->arena, bd_buf_copy(&buf, w->arena));
    bd_buf_fini(&buf);
    return words;
}

enum bd_status bd_web_page_make(struct bd_arena *arena,
                                const struct bd_issue *issue,
                                const struct bd_letter_options *options,
                                struct bd_web_page *out, struct bd_err *err)
{
    struct web w = { arena, issue };
    const struct bd_node *document = copy_tree(&w, issue->document);
    struct bd_image *images = NULL;
    struct bd_buf body = { 0 };
    const struct bd_attachment *attachments = NULL;
    enum bd_status rc = bd_images_read(arena, issue, options, BD_STR("web"),
                                       &images, err);

    if (rc == BD_OK)
        rc = bd_attachments_read(arena, issue, options, &attachments, err);
    if (rc != BD_OK)
        return rc;
    *out = (struct bd_web_page) {
        .language = options->language,
        .title = bd_str_trim(resolve(&w, issue->marked.title, false)),
        .description = bd_str_trim(resolve(&w, issue->marked.preheader, false)),
        .files = take_attachments(arena, attachments,
                                  take_files(arena, images)),
    };
    (void)bd_lang_parse(issue->language, &out->language);
    if (out->title.len == 0)
        out->title = issue->slug;
    bd_html_render(document, &(struct bd_html) { .arena = arena,
                                                 .out = &body,
                                                 .images = images,
                                                 .lang = out->language });
    out->body = bd_buf_copy(&body, arena);
    out->words = words_of(&w, out->title, document);
    bd_buf_fini(&body);
    return BD_OK;
}
