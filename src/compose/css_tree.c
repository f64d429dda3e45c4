#include "css_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <modest/finder/finder.h>
#include <mycss/mycss.h>
#include <mycss/selectors/init.h>
#include <mycss/selectors/list.h>
#include <myhtml/myhtml.h>
#include <myhtml/token.h>
#include <myhtml/tree.h>
#include <unistr.h>

/* Modest walks by recursion in some places. */
#define MAX_DEPTH 500

struct bd_css_tree {
    struct bd_arena *arena;
    struct bd_css_element *elements;
    size_t count;
    myhtml_t *html;
    myhtml_tree_t *tree;
    mycss_t *css;
    mycss_entry_t *entry;
    modest_finder_t *finder;
};

/* As in the source; elements that only the standard adds have no token. */
static bool is_named(const myhtml_tree_node_t *node)
{
    return node->token && node->tag_id != MyHTML_TAG__TEXT &&
           node->tag_id != MyHTML_TAG__COMMENT &&
           node->tag_id != MyHTML_TAG__DOCTYPE &&
           node->tag_id != MyHTML_TAG__UNDEF && node->token->element_length > 0;
}

static bool is_shown(myhtml_tag_id_t tag)
{
    switch (tag) {
    case MyHTML_TAG_HEAD:
    case MyHTML_TAG_TITLE:
    case MyHTML_TAG_BASE:
    case MyHTML_TAG_LINK:
    case MyHTML_TAG_STYLE:
    case MyHTML_TAG_META:
    case MyHTML_TAG_SCRIPT:
    case MyHTML_TAG_NOSCRIPT:
        return false;
    default:
        return true;
    }
}

/* The next node in the order of the tree. */
static myhtml_tree_node_t *next_node(myhtml_tree_node_t *node, size_t *depth)
{
    if (node->child) {
        ++*depth;
        return node->child;
    }
    while (node && !node->next) {
        node = node->parent;
        --*depth;
    }
    return node ? node->next : NULL;
}

static int by_place(const void *a, const void *b)
{
    const struct bd_css_element *x = a;
    const struct bd_css_element *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

/* All elements, once each: "<b><p></b></p>" has two <b> of one tag. */
static bool collect(struct bd_css_tree *t, struct bd_arena *arena)
{
    myhtml_tree_node_t *node = NULL;
    size_t depth = 0;
    size_t named = 0;

    for (node = t->tree->document; node; node = next_node(node, &depth)) {
        if (depth > MAX_DEPTH)
            return false;
        named += is_named(node);
    }
    t->elements = BD_NEW_ARRAY(arena, named + 1, struct bd_css_element);
    for (node = t->tree->document; node; node = next_node(node, &depth))
        if (is_named(node))
            t->elements[t->count++] = (struct bd_css_element) {
                .at = node->token->element_begin,
                .len = node->token->element_length,
                .is_style = node->tag_id == MyHTML_TAG_STYLE,
                .is_shown = is_shown(node->tag_id),
            };
    qsort(t->elements, t->count, sizeof *t->elements, by_place);
    named = t->count;
    t->count = 0;
    for (size_t i = 0; i < named; i++)
        if (i == 0 || t->elements[i].at != t->elements[t->count - 1].at)
            t->elements[t->count++] = t->elements[i];
    return true;
}

struct bd_css_tree *bd_css_tree_new(struct bd_arena *arena, bd_str html)
{
    struct bd_css_tree *t = BD_NEW(arena, struct bd_css_tree);

    t->arena = arena;
    t->html = myhtml_create();
    t->tree = myhtml_tree_create();
    t->css = mycss_create();
    t->entry = mycss_entry_create();
    if (!t->html || !t->tree || !t->css || !t->entry ||
        myhtml_init(t->html, MyHTML_OPTIONS_PARSE_MODE_SINGLE, 1, 0) ||
        myhtml_tree_init(t->tree, t->html) || mycss_init(t->css) ||
        mycss_entry_init(t->css, t->entry))
        bd_out_of_memory();
    t->finder = modest_finder_create_simple();
    if (!t->finder ||
        myhtml_parse(t->tree, MyENCODING_UTF_8, html.ptr, html.len))
        bd_out_of_memory();
    if (!collect(t, arena)) {
        bd_css_tree_free(t);
        return NULL;
    }
    return t;
}

void bd_css_tree_free(struct bd_css_tree *tree)
{
    if (!tree)
        return;
    modest_finder_destroy(tree->finder, true);
    mycss_entry_destroy(tree->entry, true);
    mycss_destroy(tree->css, true);
    myhtml_tree_destroy(tree->tree);
    myhtml_destroy(tree->html);
}

struct bd_css_element *bd_css_tree_elements(struct bd_css_tree *tree,
                                            size_t *out_count)
{
    *out_count = tree->count;
    return tree->elements;
}

static void tell(struct bd_css_tree *tree, const myhtml_collection_t *nodes,
                 bd_css_found_fn found, void *self)
{
    for (size_t i = 0; i < nodes->length; i++) {
        const myhtml_tree_node_t *node = nodes->list[i];
        struct bd_css_element key = { 0 };
        struct bd_css_element *element = NULL;

        if (!is_named(node))
            continue;
        key.at = node->token->element_begin;
        element = bsearch(&key, tree->elements, tree->count, sizeof key,
                          by_place);
        if (element)
            found(self, element);
    }
}

/* What the escape stands for. */
static void add_unescaped(struct bd_buf *buf, struct bd_arena *arena,
                          bd_str escape)
{
    uint8_t utf8[6];
    char *end = NULL;
    const char *hex = bd_arena_cstr(arena, bd_str_skip(escape, 1));
    unsigned long code = strtoul(hex, &end, 16);
    int len = 0;

    if (end == hex || !isxdigit((unsigned char)*hex)) {
        bd_buf_add(buf, bd_str_skip(escape, 1));
        return;
    }
    len = u8_uctomb(utf8, (ucs4_t)code, sizeof utf8);
    if (len > 0)
        bd_buf_add(buf, (bd_str) { (const char *)utf8, (size_t)len });
}

/* Modest does not know escapes: ".a\:b" becomes "[class~="a:b"]". */
static void spell_name(struct bd_buf *buf, struct bd_arena *arena, bd_str text,
                       size_t *i)
{
    bool is_class = text.ptr[*i] == '.';
    size_t end = ++*i;
    bool escaped = false;
    struct bd_buf name = { 0 };

    while (end < text.len && !strchr(" .#:[>+~,()", text.ptr[end]))
        end += bd_css_escape_len(bd_str_skip(text, end));
    for (size_t len = 0; *i < end; *i += len) {
        bd_str rest = bd_str_skip(text, *i);

        len = bd_css_escape_len(rest);
        escaped |= len > 1;
        if (len > 1)
            add_unescaped(&name, arena, bd_str_sub(rest, 0, len));
        else
            bd_buf_add_char(&name, *rest.ptr);
    }
    if (!escaped)
        bd_buf_printf(buf, "%c%.*s", is_class ? '.' : '#',
                      BD_ARG(bd_buf_str(&name)));
    else if (bd_str_find_char(bd_buf_str(&name), '\'') == SIZE_MAX)
        bd_buf_printf(buf, "[%s'%.*s']",
                      is_class ? "class~=" : "id=", BD_ARG(bd_buf_str(&name)));
    else
        bd_buf_add_char(buf, '?'); /* no such word there: not understood */
    bd_buf_fini(&name);
}

/* The same selector in the words that Modest knows: blanks around ">". */
static bd_str spelled(struct bd_arena *arena, bd_str text)
{
    struct bd_buf buf = { 0 };
    bd_str out = BD_STR_NONE;
    int calls = 0;     /* ( */
    bool test = false; /* [ */
    char quote = 0;

    for (size_t i = 0; i < text.len;) {
        char c = text.ptr[i];

        if (!quote && !test && (c == '.' || c == '#')) {
            spell_name(&buf, arena, text, &i);
            continue;
        }
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '[' || c == ']')
            test = c == '[';
        else
            calls += (c == '(') - (c == ')');
        if (calls == 0 && !test && (c == '>' || c == '+' || c == '~'))
            bd_buf_printf(&buf, " %c ", c);
        else
            bd_buf_add_char(&buf, c);
        i++;
    }
    out = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return out;
}

bool bd_css_tree_match(struct bd_css_tree *tree, bd_str selector,
                       bd_css_found_fn found, void *self)
{
    mystatus_t status = 0;
    bd_str text = spelled(tree->arena, selector);
    mycss_selectors_t *selectors = mycss_entry_selectors(tree->entry);
    mycss_selectors_list_t *list = mycss_selectors_parse(
        selectors, MyENCODING_UTF_8, text.ptr, text.len, &status);
    myhtml_collection_t *nodes = NULL;
    bool good = list && !status &&
                !(list->flags & MyCSS_SELECTORS_FLAGS_SELECTOR_BAD);

    if (good) {
        good = modest_finder_by_selectors_list(
                   tree->finder, tree->tree->node_html, list, &nodes) == 0;
        if (good && nodes)
            tell(tree, nodes, found, self);
        if (nodes)
            myhtml_collection_destroy(nodes);
    }
    if (list)
        mycss_selectors_list_destroy(selectors, list, true);
    return good;
}
