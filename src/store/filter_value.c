#include <time.h>

#include "brevduva/base/fold.h"
#include "brevduva/base/i18n.h"
#include "brevduva/base/nearest.h"
#include "brevduva/base/when.h"
#include "brevduva/mail/address.h"
#include "filter_private.h"

/* Order of enum filter_field. */
const char *const filter_field_names[] = { "language", "text_only", "name",
                                           "email",    "domain",    "list",
                                           "created",  "since",     NULL };

enum bd_status filter_unknown(struct bd_err *err, const char *what, bd_str name,
                              const char *const known[])
{
    const char *near = bd_nearest(name, known);

    if (near && !bd_str_eq(bd_str_from(near), name)) /* a field called so */
        return bd_fail(err, BD_EINVAL,
                       _("there is no %s \"%.*s\"; did you mean \"%s\"?"), what,
                       BD_ARG(name), near);
    return bd_fail(err, BD_EINVAL, _("there is no %s \"%.*s\""), what,
                   BD_ARG(name));
}

static size_t count_digits(bd_str text)
{
    size_t len = 0;

    while (len < text.len && text.ptr[len] >= '0' && text.ptr[len] <= '9')
        len++;
    return len;
}

/* Whole part without zeros before, fraction without zeros after. */
struct decimal {
    bool negative;
    bd_str whole, fraction;
};

static bool read_decimal(bd_str text, struct decimal *out)
{
    bd_str rest = text;
    size_t digits = 0;

    *out = (struct decimal) { .negative = bd_str_starts(text, BD_STR("-")) };
    if (out->negative || bd_str_starts(text, BD_STR("+")))
        rest = bd_str_skip(rest, 1);
    digits = count_digits(rest);
    out->whole = bd_str_sub(rest, 0, digits);
    rest = bd_str_skip(rest, digits);
    if (digits == 0)
        return false;
    if (rest.len > 0) {
        out->fraction = bd_str_skip(rest, 1);
        if (rest.ptr[0] != '.' || out->fraction.len == 0 ||
            count_digits(out->fraction) < out->fraction.len)
            return false;
    }
    while (bd_str_starts(out->whole, BD_STR("0")))
        out->whole = bd_str_skip(out->whole, 1);
    while (bd_str_ends(out->fraction, BD_STR("0")))
        out->fraction.len--;
    if (out->whole.len == 0 && out->fraction.len == 0)
        out->negative = false; /* -0 */
    return true;
}

bool filter_is_number(bd_str text)
{
    struct decimal number;

    return read_decimal(text, &number);
}

int filter_compare_numbers(bd_str a, bd_str b)
{
    struct decimal x;
    struct decimal y;
    int order = 0;

    (void)read_decimal(a, &x);
    (void)read_decimal(b, &y);
    if (x.negative != y.negative)
        return x.negative ? -1 : 1;
    if (x.whole.len != y.whole.len)
        order = x.whole.len < y.whole.len ? -1 : 1;
    else
        order = bd_str_cmp(x.whole, y.whole);
    if (order == 0)
        order = bd_str_cmp(x.fraction, y.fraction);
    return x.negative ? -order : order;
}

/* The first second of a day, wherever midnight is there. */
static int64_t start_of_day(int64_t days)
{
    struct tm tm = { .tm_year = 70, .tm_mday = 1 + (int)days, .tm_isdst = -1 };

    return mktime(&tm);
}

static enum bd_status read_yes(bd_str text, struct filter_value *out,
                               struct bd_err *err)
{
    static const char *const words[] = { "no", "yes", "false", "true",
                                         "0",  "1",   NULL };

    for (int i = 0; words[i]; i++) {
        if (!bd_str_eq_nocase(text, bd_str_from(words[i])))
            continue;
        out->id = i % 2;
        return BD_OK;
    }
    return bd_fail(err, BD_EINVAL, _("text_only is yes or no, not \"%.*s\""),
                   BD_ARG(text));
}

static enum bd_status read_list(struct bd_arena *arena,
                                const struct bd_filter_names *names,
                                bd_str text, struct filter_value *out,
                                struct bd_err *err)
{
    const char **known = BD_NEW_ARRAY(arena, names->list_count + 1,
                                      const char *);

    for (size_t i = 0; i < names->list_count; i++) {
        known[i] = bd_arena_cstr(arena, names->lists[i].slug);
        if (!bd_str_eq(names->lists[i].slug, text))
            continue;
        out->id = names->lists[i].id;
        return BD_OK;
    }
    return filter_unknown(err, _("list"), text, known);
}

/* Domains stand in the ledger as they do on the wire: in A-labels. */
static enum bd_status read_domain(struct bd_arena *arena, bool whole,
                                  bd_str text, struct filter_value *out,
                                  struct bd_err *err)
{
    bd_str domain = text;
    bd_str local = whole ? bd_str_cut(&domain, '@') : BD_STR_NONE;

    if (!whole && bd_str_starts(domain, BD_STR("@")))
        text = domain = bd_str_skip(domain, 1);
    if (domain.len == 0 || (whole && local.len == 0) ||
        bd_str_find_char(domain, '@') != SIZE_MAX ||
        (!bd_str_is_ascii(domain) &&
         bd_domain_parse(arena, domain, &domain, NULL) != BD_OK))
        return bd_fail(err, BD_EINVAL,
                       whole ? _("\"%.*s\" is not an address")
                             : _("\"%.*s\" is not a domain"),
                       BD_ARG(text));
    if (whole)
        domain = bd_arena_printf(arena, "%.*s@%.*s", BD_ARG(local),
                                 BD_ARG(domain));
    out->text = bd_fold(arena, domain);
    return BD_OK;
}

enum bd_status filter_value_read(struct bd_arena *arena,
                                 const struct bd_filter_names *names,
                                 enum filter_field field, bd_str text,
                                 bool quoted, struct filter_value *out,
                                 struct bd_err *err)
{
    enum bd_lang lang = BD_LANG_EN;
    int64_t days = 0;
    enum bd_status rc = BD_OK;

    *out = (struct filter_value) { .text = BD_STR_NONE };
    switch (field) {
    case FILTER_LANGUAGE:
        if (!bd_lang_parse(text, &lang))
            return bd_fail(err, BD_EINVAL,
                           _("language is sv or en, not \"%.*s\""),
                           BD_ARG(text));
        out->text = bd_str_from(bd_lang_tag(lang));
        return BD_OK;
    case FILTER_TEXT_ONLY:
        return read_yes(text, out, err);
    case FILTER_EMAIL:
    case FILTER_DOMAIN:
        return read_domain(arena, field == FILTER_EMAIL, text, out, err);
    case FILTER_LIST:
        return read_list(arena, names, text, out, err);
    case FILTER_CREATED:
    case FILTER_SINCE:
        rc = bd_date_parse(text, &days, err);
        if (rc != BD_OK)
            return rc;
        out->from = start_of_day(days);
        out->until = start_of_day(days + 1);
        return BD_OK;
    default:
        out->text = bd_fold(arena, text);
        out->number = !quoted && filter_is_number(text);
        return BD_OK;
    }
}
