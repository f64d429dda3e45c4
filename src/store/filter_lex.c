#include <string.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/i18n.h"
#include "filter_private.h"

enum bd_status filter_blame(const struct filter_lexer *lexer, size_t at,
                            enum bd_status rc)
{
    bd_err_prefix(lexer->err, _("--where, column %u"),
                  bd_str_place(lexer->text, at).column);
    return rc;
}

/* Spaces; also the no-break space that comes along with copied text. */
static size_t blank(bd_str text, size_t at)
{
    bd_str rest = bd_str_skip(text, at);

    if (rest.len > 0 && strchr(" \t\r\n", rest.ptr[0]) && rest.ptr[0])
        return 1;
    return bd_str_starts(rest, BD_STR("\xc2\xa0")) ? 2 : 0;
}

/* Quotes of word processors would end up in a word that nobody has. */
static bool is_typographic_quote(bd_str rest)
{
    static const bd_str quotes[] = {
        BD_STR_INIT("\u201c"), BD_STR_INIT("\u201d"), BD_STR_INIT("\u201e"),
        BD_STR_INIT("\u2018"), BD_STR_INIT("\u2019"), BD_STR_INIT("\u00ab"),
        BD_STR_INIT("\u00bb"),
    };

    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        if (bd_str_starts(rest, quotes[i]))
            return true;
    return false;
}

static enum bd_status lex_quoted(struct filter_lexer *l,
                                 struct filter_token *out)
{
    char quote = l->text.ptr[l->at];
    struct bd_buf text;

    bd_buf_init(&text, 0);
    for (l->at++; l->at < l->text.len && l->text.ptr[l->at] != quote; l->at++) {
        char next = l->at + 1 < l->text.len ? l->text.ptr[l->at + 1] : 0;

        if (l->text.ptr[l->at] == '\\' && (next == quote || next == '\\'))
            l->at++;
        bd_buf_add_char(&text, l->text.ptr[l->at]);
    }
    out->kind = FILTER_QUOTED;
    out->text = bd_buf_copy(&text, l->arena);
    bd_buf_fini(&text);
    if (l->at >= l->text.len)
        return filter_blame(l, out->at,
                            bd_fail(l->err, BD_EINVAL,
                                    _("the quote that begins here has no "
                                      "end")));
    l->at++;
    return BD_OK;
}

/* Apostrophes are letters inside a word: O'Brien. */
static void lex_word(struct filter_lexer *l, struct filter_token *out)
{
    while (l->at < l->text.len && !strchr("()=!<>,\"", l->text.ptr[l->at]) &&
           blank(l->text, l->at) == 0)
        l->at++;
    out->kind = FILTER_WORD;
    out->text = bd_str_sub(l->text, out->at, l->at - out->at);
}

static enum bd_status lex_operator(struct filter_lexer *l,
                                   struct filter_token *out)
{
    static const char *const all[] = { "!=", "<=", ">=", "=", "<", ">" };
    bd_str rest = bd_str_skip(l->text, l->at);

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!bd_str_starts(rest, bd_str_from(all[i])))
            continue;
        out->kind = FILTER_OPERATOR;
        out->text = bd_str_from(all[i]);
        l->at += out->text.len;
        return BD_OK;
    }
    return filter_blame(
        l, l->at,
        bd_fail(l->err, BD_EINVAL, _("\"!\" stands alone; write \"not\"")));
}

enum bd_status filter_lex(struct filter_lexer *l, struct filter_token *out)
{
    static const struct {
        char sign;
        enum filter_token_kind kind;
    } signs[] = { { '(', FILTER_OPEN },
                  { ')', FILTER_CLOSE },
                  { ',', FILTER_COMMA } };

    for (size_t len; (len = blank(l->text, l->at)) > 0;)
        l->at += len;
    *out = (struct filter_token) { .at = l->at };
    if (l->at >= l->text.len)
        return BD_OK;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (l->text.ptr[l->at] != signs[i].sign)
            continue;
        out->kind = signs[i].kind;
        out->text = bd_str_sub(l->text, l->at++, 1);
        return BD_OK;
    }
    if (strchr("=!<>", l->text.ptr[l->at]))
        return lex_operator(l, out);
    if (strchr("\"'", l->text.ptr[l->at]))
        return lex_quoted(l, out);
    if (is_typographic_quote(bd_str_skip(l->text, l->at)))
        return filter_blame(
            l, l->at,
            bd_fail(l->err, BD_EINVAL,
                    _("write straight quotes, as in \"Kumla\"")));
    lex_word(l, out);
    return BD_OK;
}
