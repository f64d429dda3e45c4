/*
 * Templates are walked with a stack of contexts: the data, then for each
 * section the value it stands for.
 */
#include <string.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"
#include "brevduva/base/nearest.h"
#include "mustache_private.h"

struct partial {
    bd_str name;
    const struct bd_mustache *template;
    const struct partial *next;
};

struct renderer {
    struct bd_arena *arena;
    const struct bd_mustache_options *options;
    struct partial *partials; /* those parsed so far */
    size_t steps;             /* nodes rendered so far */
    struct bd_buf *out;
    struct bd_err *err;
};

struct context {
    const struct bd_json *value;
    const struct context *outer;
};

/* Where we are: which template, how deep, behind what indentation. */
struct scope {
    const struct bd_mustache *template;
    bd_str indent;
    unsigned depth;
};

static enum bd_status render_nodes(struct renderer *r,
                                   const struct scope *scope,
                                   const struct node *node,
                                   const struct context *context);

void bd_html_escape(bd_str text, struct bd_buf *out)
{
    size_t done = 0;

    for (size_t i = 0; i < text.len; i++) {
        const char *entity = NULL;

        switch (text.ptr[i]) {
        case '&':
            entity = "&amp;";
            break;
        case '<':
            entity = "&lt;";
            break;
        case '>':
            entity = "&gt;";
            break;
        case '"':
            entity = "&quot;";
            break;
        case '\'':
            entity = "&#39;";
            break;
        default:
            continue;
        }
        bd_buf_add(out, bd_str_sub(text, done, i - done));
        bd_buf_add_cstr(out, entity);
        done = i + 1;
    }
    bd_buf_add(out, bd_str_skip(text, done));
}

static const struct bd_json *member(const struct bd_json *value, bd_str key)
{
    if (!value || value->kind != BD_JSON_OBJECT)
        return NULL;
    return bd_json_get(value, key);
}

/* The first part of a dotted name is looked for from the inside out, the
 * others only in what the one before gave. */
static const struct bd_json *look_up(const struct context *context, bd_str name)
{
    const struct bd_json *value = NULL;
    bd_str first = { 0 };

    if (bd_str_eq(name, BD_STR(".")))
        return context->value;
    first = bd_str_cut(&name, '.');
    for (; context && !value; context = context->outer)
        value = member(context->value, first);
    while (value && name.ptr)
        value = member(value, bd_str_cut(&name, '.'));
    return value;
}

/* Zero in any spelling: 0, -0, 0.00, 0e7. */
static bool is_zero(bd_str number)
{
    for (size_t i = 0; i < number.len; i++) {
        char c = number.ptr[i];

        if (c == 'e' || c == 'E')
            return true;
        if (c >= '1' && c <= '9')
            return false;
    }
    return true;
}

static bool is_true(const struct bd_json *value)
{
    if (!value)
        return false;
    switch (value->kind) {
    case BD_JSON_NULL:
        return false;
    case BD_JSON_BOOL:
        return value->boolean;
    case BD_JSON_NUMBER:
        return !is_zero(value->text);
    case BD_JSON_STRING:
        return value->text.len > 0;
    case BD_JSON_ARRAY:
        return value->first;
    case BD_JSON_OBJECT:
        return true;
    }
    return false;
}

/* All names that a plain tag could use here, NULL-terminated. */
static const char *const *known_names(struct bd_arena *arena,
                                      const struct context *context)
{
    size_t count = 0;
    const char **names = NULL;

    for (const struct context *c = context; c; c = c->outer)
        if (c->value && c->value->kind == BD_JSON_OBJECT)
            for (const struct bd_json *m = c->value->first; m; m = m->next)
                count++;
    names = BD_NEW_ARRAY(arena, count + 1, const char *);
    count = 0;
    for (const struct context *c = context; c; c = c->outer)
        if (c->value && c->value->kind == BD_JSON_OBJECT)
            for (const struct bd_json *m = c->value->first; m; m = m->next)
                names[count++] = bd_arena_cstr(arena, m->key);
    return names;
}

static enum bd_status unknown_name(struct renderer *r,
                                   const struct scope *scope,
                                   const struct node *node,
                                   const struct context *context)
{
    bd_str path = node->text;
    bd_str last = bd_str_cut(&path, '.');
    const struct context *found = context;
    struct context inner = { 0 };
    const char *near = NULL;

    /* in a.b.c it may be b that is unknown: then members of a are offered */
    for (; path.ptr; last = bd_str_cut(&path, '.')) {
        const struct bd_json *value = look_up(found, last);

        if (!value)
            break;
        inner = (struct context) { value, NULL };
        found = &inner;
    }
    near = bd_nearest(last, known_names(r->arena, found));
    if (near)
        return bd_mustache_fail(
            scope->template, node->at, BD_EINVAL, r->err,
            _("unknown name \"%.*s\"; did you mean \"%s\"?"),
            BD_ARG(node->text), near);
    return bd_mustache_fail(
        scope->template, node->at, BD_EINVAL, r->err,
        _("unknown name \"%.*s\"; correct it or take the tag away"),
        BD_ARG(node->text));
}

static enum bd_status render_value(struct renderer *r,
                                   const struct scope *scope,
                                   const struct node *node,
                                   const struct context *context)
{
    const struct bd_json *value = look_up(context, node->text);
    bd_str text = BD_STR_NONE;

    if (!value)
        return r->options->strict ? unknown_name(r, scope, node, context)
                                  : BD_OK;
    switch (value->kind) {
    case BD_JSON_NULL:
        break;
    case BD_JSON_BOOL:
        text = value->boolean ? BD_STR("true") : BD_STR("false");
        break;
    case BD_JSON_NUMBER:
    case BD_JSON_STRING:
        text = value->text;
        break;
    case BD_JSON_ARRAY:
    case BD_JSON_OBJECT:
        if (r->options->strict)
            return bd_mustache_fail(
                scope->template, node->at, BD_EINVAL, r->err,
                _("\"%.*s\" has parts and is not a text; use it as a section, "
                  "with # before its name"),
                BD_ARG(node->text));
        break;
    }
    if (node->kind == NODE_RAW || r->options->raw_text)
        bd_buf_add(r->out, text);
    else
        bd_html_escape(text, r->out);
    return BD_OK;
}

static enum bd_status render_section(struct renderer *r,
                                     const struct scope *scope,
                                     const struct node *node,
                                     const struct context *context)
{
    const struct bd_json *value = look_up(context, node->text);
    struct context inner = { value, context };
    enum bd_status rc = BD_OK;

    if (!is_true(value))
        return BD_OK;
    if (value->kind == BD_JSON_BOOL) /* "true" is a switch, not a context */
        return render_nodes(r, scope, node->first, context);
    if (value->kind != BD_JSON_ARRAY)
        return render_nodes(r, scope, node->first, &inner);
    for (const struct bd_json *item = value->first; item && rc == BD_OK;
         item = item->next) {
        inner.value = item;
        rc = render_nodes(r, scope, node->first, &inner);
    }
    return rc;
}

static enum bd_status find_partial(struct renderer *r,
                                   const struct scope *scope,
                                   const struct node *node,
                                   const struct bd_mustache **out)
{
    struct partial *partial = NULL;
    bd_str text = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    *out = NULL;
    for (const struct partial *p = r->partials; p; p = p->next)
        if (bd_str_eq(p->name, node->text)) {
            *out = p->template;
            return BD_OK;
        }
    if (!r->options->partial ||
        !r->options->partial(r->options->partial_self, node->text, &text)) {
        if (!r->options->strict)
            return BD_OK;
        return bd_mustache_fail(
            scope->template, node->at, BD_EINVAL, r->err,
            _("there is no template named \"%.*s\"; correct the name or add "
              "the file"),
            BD_ARG(node->text));
    }
    partial = BD_NEW(r->arena, struct partial);
    rc = bd_mustache_parse(r->arena, bd_arena_cstr(r->arena, node->text), text,
                           &partial->template, r->err);
    if (rc != BD_OK)
        return rc;
    partial->name = node->text;
    partial->next = r->partials;
    r->partials = partial;
    *out = partial->template;
    return BD_OK;
}

static enum bd_status render_partial(struct renderer *r,
                                     const struct scope *scope,
                                     const struct node *node,
                                     const struct context *context)
{
    struct scope inner = { .depth = scope->depth + 1 };
    enum bd_status rc = BD_OK;

    if (inner.depth > BD_MAX_TEMPLATE_DEPTH)
        return bd_mustache_fail(
            scope->template, node->at, BD_ELIMIT, r->err,
            _("more than %d templates inside each other; does \"%.*s\" use "
              "itself?"),
            BD_MAX_TEMPLATE_DEPTH, BD_ARG(node->text));
    rc = find_partial(r, scope, node, &inner.template);
    if (rc != BD_OK || !inner.template)
        return rc;
    if (node->starts_line)
        inner.indent = bd_arena_printf(
            r->arena, "%.*s%.*s", BD_ARG(scope->indent), BD_ARG(node->indent));
    return render_nodes(r, &inner, inner.template->root.first, context);
}

static void render_text(struct renderer *r, const struct scope *scope,
                        bool starts_line, bd_str text)
{
    bool empty_line = bd_str_eq(text, BD_STR("\n"));

    if (starts_line && !empty_line)
        bd_buf_add(r->out, scope->indent);
    bd_buf_add(r->out, text);
}

/* Sections in sections multiply: both work and output have a ceiling. */
static enum bd_status check_limits(struct renderer *r,
                                   const struct scope *scope,
                                   const struct node *node)
{
    if (r->out->full)
        return bd_mustache_fail(
            scope->template, node->at, BD_ELIMIT, r->err,
            _("the result is longer than %zu octets; make it shorter"),
            r->out->max);
    if (++r->steps > BD_MAX_TEMPLATE_STEPS)
        return bd_mustache_fail(
            scope->template, node->at, BD_ELIMIT, r->err,
            _("this repeats more than %d times; use fewer sections inside "
              "each other"),
            BD_MAX_TEMPLATE_STEPS);
    return BD_OK;
}

static enum bd_status render_node(struct renderer *r, const struct scope *scope,
                                  const struct node *node,
                                  const struct context *context)
{
    switch (node->kind) {
    case NODE_TEXT:
        render_text(r, scope, node->starts_line, node->text);
        return BD_OK;
    case NODE_ESCAPED:
    case NODE_RAW:
        return render_value(r, scope, node, context);
    case NODE_SECTION:
        return render_section(r, scope, node, context);
    case NODE_INVERTED:
        if (is_true(look_up(context, node->text)))
            return BD_OK;
        return render_nodes(r, scope, node->first, context);
    case NODE_PARTIAL:
        return render_partial(r, scope, node, context);
    }
    return BD_OK;
}

static enum bd_status render_nodes(struct renderer *r,
                                   const struct scope *scope,
                                   const struct node *node,
                                   const struct context *context)
{
    for (; node; node = node->next) {
        enum bd_status rc = render_node(r, scope, node, context);

        if (rc == BD_OK)
            rc = check_limits(r, scope, node);
        if (rc != BD_OK)
            return rc;
    }
    return BD_OK;
}

enum bd_status bd_mustache_render(struct bd_arena *arena,
                                  const struct bd_mustache *template,
                                  const struct bd_mustache_options *options,
                                  const struct bd_json *data,
                                  struct bd_buf *out, struct bd_err *err)
{
    struct renderer r = {
        .arena = arena, .options = options, .out = out, .err = err
    };
    const struct scope scope = { .template = template };
    const struct context context = { .value = data };

    return render_nodes(&r, &scope, template->root.first, &context);
}
