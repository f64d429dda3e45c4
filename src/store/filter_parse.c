#include "brevduva/base/buf.h"

#include "brevduva/base/i18n.h"
#include "brevduva/base/json.h"
#include "brevduva/base/limits.h"
#include "filter_private.h"
#include "store_private.h"
#include <assert.h>

/*
 * either    = all { "or" all }
 * all       = one { "and" one }
 * one       = "not" one | "(" either ")" | "has" name | test
 * test      = name operator value | name ["not"] "in" "(" value { "," value }
 * ")"
 */
struct parser {
    struct filter_lexer lexer;
    struct filter_token token; /* the next one */
    const struct bd_filter_names *names;
    unsigned depth;
    struct bd_err *err;
};

static struct bd_filter *node(struct parser *p, enum filter_kind kind)
{
    struct bd_filter *made = BD_NEW(p->lexer.arena, struct bd_filter);

    made->kind = kind;
    return made;
}

static enum bd_status advance(struct parser *p)
{
    return filter_lex(&p->lexer, &p->token);
}

static bool at_word(const struct parser *p, const char *word)
{
    return p->token.kind == FILTER_WORD &&
           bd_str_eq_nocase(p->token.text, bd_str_from(word));
}

static bool at_keyword(const struct parser *p)
{
    static const char *const words[] = { "and", "or", "not", "in", "has" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (at_word(p, words[i]))
            return true;
    return false;
}

/* What stands where something else was expected. */
static enum bd_status unexpected(struct parser *p, const char *wanted)
{
    enum bd_status rc = BD_EINVAL;

    if (p->token.kind == FILTER_END)
        rc = bd_fail(p->err, BD_EINVAL, _("%s is missing at the end"), wanted);
    else
        rc = bd_fail(p->err, BD_EINVAL, _("expected %s before \"%.*s\""),
                     wanted, BD_ARG(p->token.text));
    return filter_blame(&p->lexer, p->token.at, rc);
}

static enum bd_status expect(struct parser *p, enum filter_token_kind kind,
                             const char *wanted)
{
    return p->token.kind == kind ? advance(p) : unexpected(p, wanted);
}

/* All that a name could have been. */
static const char *const *known_names(struct parser *p)
{
    const struct bd_filter_names *names = p->names;
    const char **known = BD_NEW_ARRAY(
        p->lexer.arena, FILTER_ATTRIBUTE + names->attribute_count + 1,
        const char *);

    for (size_t i = 0; i < FILTER_ATTRIBUTE; i++)
        known[i] = filter_field_names[i];
    for (size_t i = 0; i < names->attribute_count; i++)
        known[FILTER_ATTRIBUTE + i] = bd_arena_cstr(p->lexer.arena,
                                                    names->attributes[i]);
    return known;
}

static enum bd_status parse_attribute(struct parser *p, bd_str name, size_t at,
                                      struct bd_filter *out)
{
    const struct bd_filter_names *names = p->names;
    struct bd_buf key;
    size_t i = 0;

    while (i < names->attribute_count && !bd_str_eq(names->attributes[i], name))
        i++;
    if (i == names->attribute_count)
        return filter_blame(
            &p->lexer, at,
            filter_unknown(p->err, _("attribute"), name, known_names(p)));
    bd_buf_init(&key, 0);
    bd_json_write_string(name, &key);
    out->field = FILTER_ATTRIBUTE;
    out->key = bd_buf_copy(&key, p->lexer.arena);
    bd_buf_fini(&key);
    return advance(p);
}

/* A word of ours, or an attribute: its name alone, in quotes, or behind
 * "attribute:". */
static enum bd_status parse_name(struct parser *p, struct bd_filter *out)
{
    const bd_str prefix = BD_STR("attribute:");
    struct filter_token token = p->token;
    unsigned field = 0;
    enum bd_status rc = BD_OK;

    if ((token.kind != FILTER_WORD && token.kind != FILTER_QUOTED) ||
        at_keyword(p))
        return unexpected(p, _("a name to look at"));
    if (token.kind == FILTER_QUOTED)
        return parse_attribute(p, token.text, token.at, out);
    if (store_name_index(token.text, filter_field_names, &field)) {
        out->field = (enum filter_field)field;
        return advance(p);
    }
    if (!bd_str_starts(token.text, prefix))
        return parse_attribute(p, token.text, token.at, out);
    if (token.text.len > prefix.len)
        return parse_attribute(p, bd_str_skip(token.text, prefix.len), token.at,
                               out);
    rc = advance(p);
    if (rc != BD_OK)
        return rc;
    if (p->token.kind != FILTER_QUOTED ||
        p->token.at != token.at + token.text.len)
        return unexpected(p, _("the attribute's name"));
    return parse_attribute(p, p->token.text, token.at, out);
}

static enum bd_status parse_value(struct parser *p, enum filter_field field,
                                  struct filter_value *out)
{
    struct filter_token token = p->token;
    bool quoted = token.kind == FILTER_QUOTED;
    enum bd_status rc = BD_OK;

    if (!quoted && token.kind != FILTER_WORD)
        return unexpected(p, _("a value"));
    if (at_keyword(p))
        return unexpected(p, _("a value (in quotes, if it is this one)"));
    rc = filter_value_read(p->lexer.arena, p->names, field, token.text, quoted,
                           out, p->err);
    return rc == BD_OK ? advance(p) : filter_blame(&p->lexer, token.at, rc);
}

static enum bd_status parse_values(struct parser *p, struct bd_filter *out)
{
    struct filter_value *values = NULL;
    size_t room = 0;
    enum bd_status rc = expect(p, FILTER_OPEN, "\"(\"");

    out->op = FILTER_EQ;
    while (rc == BD_OK) {
        values = store_grow(p->lexer.arena, values, out->value_count, &room,
                            sizeof *values);
        rc = parse_value(p, out->field, &values[out->value_count]);
        if (rc != BD_OK)
            break;
        out->values = values;
        out->value_count++;
        if (p->token.kind != FILTER_COMMA)
            return expect(p, FILTER_CLOSE, _("\",\" or \")\""));
        rc = advance(p);
    }
    return rc;
}

/* Text has an order that people know only where it is their own. */
static bool has_order(enum filter_field field)
{
    return field == FILTER_NAME || field == FILTER_ATTRIBUTE ||
           field == FILTER_CREATED || field == FILTER_SINCE;
}

static struct bd_filter *joining(struct parser *p, enum filter_kind kind,
                                 struct bd_filter *first)
{
    struct bd_filter *join = node(p, kind);

    join->first = first;
    return join;
}

static enum bd_status parse_comparison(struct parser *p, struct bd_filter *test,
                                       bool *out_negated)
{
    static const char *const words[] = {
        "=", "<", "<=", ">", ">=", "!=", NULL
    };
    struct filter_token token = p->token;
    struct filter_value *value = BD_NEW(p->lexer.arena, struct filter_value);
    unsigned op = 0;
    enum bd_status rc = BD_OK;

    if (token.kind != FILTER_OPERATOR)
        return unexpected(p, _("=, !=, <, <=, >, >= or \"in\""));
    (void)store_name_index(token.text, words, &op);
    *out_negated = op > FILTER_GE;
    test->op = *out_negated ? FILTER_EQ : (enum filter_op)op;
    if (test->op != FILTER_EQ && !has_order(test->field))
        return filter_blame(&p->lexer, token.at,
                            bd_fail(p->err, BD_EINVAL,
                                    _("%s has no order; compare it with =, != "
                                      "or \"in\""),
                                    filter_field_names[test->field]));
    test->values = value;
    test->value_count = 1;
    rc = advance(p);
    return rc == BD_OK ? parse_value(p, test->field, value) : rc;
}

static enum bd_status parse_test(struct parser *p, struct bd_filter **out)
{
    struct bd_filter *test = node(p, FILTER_TEST);
    bool not = false;
    enum bd_status rc = parse_name(p, test);

    if (rc != BD_OK)
        return rc;
    not = at_word(p, "not");
    if (not )
        rc = advance(p);
    if (rc == BD_OK && not &&!at_word(p, "in"))
        return unexpected(p, "\"in\"");
    if (rc == BD_OK && at_word(p, "in")) {
        rc = advance(p);
        if (rc == BD_OK)
            rc = parse_values(p, test);
    } else if (rc == BD_OK) {
        rc = parse_comparison(p, test, &not );
    }
    *out = not ? joining(p, FILTER_NOT, test) : test;
    return rc;
}

static enum bd_status parse_has(struct parser *p, struct bd_filter **out)
{
    size_t at = 0;
    enum bd_status rc = advance(p);

    *out = node(p, FILTER_HAS);
    at = p->token.at;
    if (rc == BD_OK)
        rc = parse_name(p, *out);
    if (rc == BD_OK && (*out)->field != FILTER_NAME &&
        (*out)->field != FILTER_ATTRIBUTE)
        rc = filter_blame(&p->lexer, at,
                          bd_fail(p->err, BD_EINVAL,
                                  _("every reader has %s; compare it with a "
                                    "value"),
                                  filter_field_names[(*out)->field]));
    return rc;
}

static enum bd_status parse_either(struct parser *p, struct bd_filter **out);

static enum bd_status parse_group(struct parser *p, struct bd_filter **out)
{
    enum bd_status rc = advance(p);

    if (rc == BD_OK)
        rc = parse_either(p, out);
    return rc == BD_OK ? expect(p, FILTER_CLOSE, _("\"and\", \"or\" or \")\""))
                       : rc;
}

/* Each "not" and each parenthesis is one call deeper. */
static enum bd_status parse_one(struct parser *p, struct bd_filter **out)
{
    enum bd_status rc = BD_OK;

    if (p->depth == BD_MAX_FILTER_DEPTH)
        return filter_blame(&p->lexer, p->token.at,
                            bd_fail(p->err, BD_ELIMIT,
                                    _("more than %d parentheses inside each "
                                      "other"),
                                    BD_MAX_FILTER_DEPTH));
    p->depth++;
    if (at_word(p, "not")) {
        *out = joining(p, FILTER_NOT, NULL);
        rc = advance(p);
        if (rc == BD_OK)
            rc = parse_one(p, &(*out)->first);
    } else if (p->token.kind == FILTER_OPEN) {
        rc = parse_group(p, out);
    } else if (at_word(p, "has")) {
        rc = parse_has(p, out);
    } else {
        rc = parse_test(p, out);
    }
    p->depth--;
    return rc;
}

/* One thing, or several with `word` between them. */
static enum bd_status
parse_joined(struct parser *p, enum filter_kind kind, const char *word,
             enum bd_status (*parse)(struct parser *, struct bd_filter **),
             struct bd_filter **out)
{
    struct bd_filter **last = NULL;
    enum bd_status rc = parse(p, out);

    if (rc != BD_OK || !at_word(p, word))
        return rc;
    assert(*out);
    last = &(*out)->next;
    *out = joining(p, kind, *out);
    while (rc == BD_OK && at_word(p, word)) {
        rc = advance(p);
        if (rc == BD_OK)
            rc = parse(p, last);
        if (rc != BD_OK)
            break;
        assert(*last);
        last = &(*last)->next;
    }
    return rc;
}

static enum bd_status parse_all(struct parser *p, struct bd_filter **out)
{
    return parse_joined(p, FILTER_AND, "and", parse_one, out);
}

static enum bd_status parse_either(struct parser *p, struct bd_filter **out)
{
    return parse_joined(p, FILTER_OR, "or", parse_all, out);
}

static enum bd_status check_text(bd_str text, struct bd_err *err)
{
    if (text.len > BD_MAX_FILTER_BYTES)
        return bd_fail(err, BD_ELIMIT, _("--where is longer than %d octets"),
                       BD_MAX_FILTER_BYTES);
    if (!bd_str_is_utf8(text, NULL) || bd_str_has_control(text))
        return bd_fail(err, BD_EINVAL,
                       _("--where holds characters that are no text"));
    return BD_OK;
}

enum bd_status bd_filter_parse(struct bd_arena *arena, bd_str text,
                               const struct bd_filter_names *names,
                               const struct bd_filter **out, struct bd_err *err)
{
    struct parser p = { .names = names, .err = err };
    struct bd_filter *root = NULL;
    enum bd_status rc = check_text(text, err);

    if (rc != BD_OK)
        return rc;
    p.lexer = (struct filter_lexer) { .arena = arena,
                                      .text = bd_arena_copy(arena, text),
                                      .err = err };
    rc = advance(&p);
    if (rc == BD_OK && p.token.kind == FILTER_END) {
        *out = NULL;
        return BD_OK;
    }
    if (rc == BD_OK)
        rc = parse_either(&p, &root);
    if (rc == BD_OK && p.token.kind != FILTER_END)
        rc = unexpected(&p, _("\"and\" or \"or\" (a value of several words "
                              "needs quotes)"));
    if (rc == BD_OK)
        *out = root;
    return rc;
}
