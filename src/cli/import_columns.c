#include "import_columns.h"

#include <string.h>

/* Column titles as bd_slug writes them. */
static const struct {
    const char *slug;
    enum import_field field;
} known[] = {
    { "email", IMPORT_EMAIL },
    { "e-mail", IMPORT_EMAIL },
    { "email-address", IMPORT_EMAIL },
    { "e-mail-address", IMPORT_EMAIL },
    { "epost", IMPORT_EMAIL },
    { "e-post", IMPORT_EMAIL },
    { "epostadress", IMPORT_EMAIL },
    { "e-postadress", IMPORT_EMAIL },
    { "mail", IMPORT_EMAIL },
    { "mailadress", IMPORT_EMAIL },
    { "mejl", IMPORT_EMAIL },
    { "mejladress", IMPORT_EMAIL },
    { "subscribed-addresses", IMPORT_EMAIL }, /* Mailman 3 */
    { "name", IMPORT_NAME },
    { "namn", IMPORT_NAME },
    { "full-name", IMPORT_NAME },
    { "fullname", IMPORT_NAME },
    { "fullstandigt-namn", IMPORT_NAME },
    { "display-name", IMPORT_NAME },
    { "first-name", IMPORT_FIRST_NAME },
    { "firstname", IMPORT_FIRST_NAME },
    { "fname", IMPORT_FIRST_NAME },
    { "fornamn", IMPORT_FIRST_NAME },
    { "last-name", IMPORT_LAST_NAME },
    { "lastname", IMPORT_LAST_NAME },
    { "lname", IMPORT_LAST_NAME },
    { "surname", IMPORT_LAST_NAME },
    { "efternamn", IMPORT_LAST_NAME },
    { "language", IMPORT_LANGUAGE },
    { "lang", IMPORT_LANGUAGE },
    { "sprak", IMPORT_LANGUAGE },
    { "text-only", IMPORT_TEXT_ONLY },
    { "endast-text", IMPORT_TEXT_ONLY },
    { "bara-text", IMPORT_TEXT_ONLY },
    { "state", IMPORT_STATE },
    { "status", IMPORT_STATE },
    { "since", IMPORT_SINCE },
    { "sedan", IMPORT_SINCE },
    { "confirm-time", IMPORT_SINCE },    /* Mailchimp */
    { "created-at", IMPORT_SINCE },      /* listmonk */
    { "attributes", IMPORT_ATTRIBUTES }, /* listmonk */
    { "unsub-time", IMPORT_LEFT_AT },    /* Mailchimp, and the rest of it: */
    { "clean-time", IMPORT_CLEANED_AT },
    { "member-rating", IMPORT_IGNORED },
    { "optin-time", IMPORT_IGNORED },
    { "optin-ip", IMPORT_IGNORED },
    { "confirm-ip", IMPORT_IGNORED },
    { "latitude", IMPORT_IGNORED },
    { "longitude", IMPORT_IGNORED },
    { "gmtoff", IMPORT_IGNORED },
    { "dstoff", IMPORT_IGNORED },
    { "timezone", IMPORT_IGNORED },
    { "cc", IMPORT_IGNORED },
    { "region", IMPORT_IGNORED },
    { "last-changed", IMPORT_IGNORED },
    { "leid", IMPORT_IGNORED },
    { "euid", IMPORT_IGNORED },
    { "unsub-campaign-title", IMPORT_IGNORED },
    { "unsub-campaign-id", IMPORT_IGNORED },
    { "unsub-reason", IMPORT_IGNORED },
    { "unsub-reason-other", IMPORT_IGNORED },
    { "clean-campaign-title", IMPORT_IGNORED },
    { "clean-campaign-id", IMPORT_IGNORED },
    { "uuid", IMPORT_IGNORED }, /* listmonk */
    { "updated-at", IMPORT_IGNORED },
    { "line", IMPORT_IGNORED }, /* our own reject file */
    { "reason", IMPORT_IGNORED },
};

/* Fields as --map names them. */
static const struct {
    const char *name;
    enum import_field field;
} fields_by_name[] = {
    { "email", IMPORT_EMAIL },           { "name", IMPORT_NAME },
    { "first_name", IMPORT_FIRST_NAME }, { "last_name", IMPORT_LAST_NAME },
    { "language", IMPORT_LANGUAGE },     { "text_only", IMPORT_TEXT_ONLY },
    { "state", IMPORT_STATE },           { "since", IMPORT_SINCE },
    { "ignore", IMPORT_IGNORED },
};

static enum import_field field_of(bd_str slug)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bd_str_eq(slug, bd_str_from(known[i].slug)))
            return known[i].field;
    return IMPORT_ATTRIBUTE;
}

/* "Antal barn" -> "antal_barn": a merge tag. */
static bd_str attribute_name(struct app *app, bd_str title, size_t number)
{
    bd_str slug = bd_slug(app->arena, title);
    char *name = (char *)(uintptr_t)bd_arena_cstr(app->arena, slug);

    for (char *c = name; *c; c++)
        if (*c == '-')
            *c = '_';
    if (slug.len == 0)
        return bd_arena_printf(app->arena, "column_%zu", number);
    return bd_str_from(name);
}

static bool looks_like_address(bd_str cell)
{
    size_t at = bd_str_find_char(cell, '@');

    return at != SIZE_MAX && at > 0 && at + 1 < cell.len &&
           bd_str_find_char(bd_str_skip(cell, at), '.') != SIZE_MAX;
}

static bool is_headless(const bd_str *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (looks_like_address(fields[i]))
            return true;
    return false;
}

static void read_titles(struct app *app, const bd_str *fields,
                        struct import_columns *out)
{
    for (size_t i = 0; i < out->count; i++) {
        bd_str title = bd_arena_copy(app->arena, bd_str_trim(fields[i]));

        out->column[i].title = title;
        out->column[i].field = field_of(bd_slug(app->arena, title));
        out->column[i].attribute = attribute_name(app, title, i + 1);
    }
}

/* No titles: the address is known by its @, and what is left of two columns
 * is the name. */
static void guess_titles(struct app *app, const bd_str *fields,
                         struct import_columns *out)
{
    bool found = false;

    for (size_t i = 0; i < out->count; i++) {
        bool address = !found && looks_like_address(fields[i]);

        out->column[i].title = bd_arena_printf(app->arena, "column_%zu", i + 1);
        out->column[i].attribute = out->column[i].title;
        out->column[i].field = address           ? IMPORT_EMAIL
                               : out->count == 2 ? IMPORT_NAME
                                                 : IMPORT_ATTRIBUTE;
        found = found || address;
    }
}

static enum bd_status apply_map(struct app *app, const char *option,
                                struct import_columns *out)
{
    bd_str field = bd_str_from(option);
    bd_str column = bd_str_trim(bd_str_cut(&field, '='));
    size_t at = 0;

    field = bd_str_trim(field);
    while (at < out->count && !bd_str_eq_nocase(out->column[at].title, column))
        at++;
    if (at == out->count || field.len == 0)
        return bd_fail(&app->err, BD_EINVAL,
                       _("--map %s: give COLUMN=FIELD with a column of the "
                         "file's first row"),
                       option);
    out->column[at].field = IMPORT_ATTRIBUTE;
    out->column[at].attribute = attribute_name(app, field, at + 1);
    for (size_t i = 0; i < sizeof fields_by_name / sizeof *fields_by_name; i++)
        if (bd_str_eq(field, bd_str_from(fields_by_name[i].name)))
            out->column[at].field = fields_by_name[i].field;
    return BD_OK;
}

static bool mean_the_same(const struct import_columns *c, size_t i, size_t j)
{
    enum import_field field = c->column[i].field;

    if (field != c->column[j].field || field == IMPORT_IGNORED)
        return false;
    return field != IMPORT_ATTRIBUTE ||
           bd_str_eq(c->column[i].attribute, c->column[j].attribute);
}

static enum bd_status check_columns(struct app *app,
                                    const struct import_columns *c)
{
    bool email = false;

    for (size_t i = 0; i < c->count; i++) {
        email = email || c->column[i].field == IMPORT_EMAIL;
        for (size_t j = i + 1; j < c->count; j++)
            if (mean_the_same(c, i, j))
                return bd_fail(&app->err, BD_EINVAL,
                               _("the columns \"%.*s\" and \"%.*s\" mean the "
                                 "same; turn one off with --map "
                                 "COLUMN=ignore"),
                               BD_ARG(c->column[i].title),
                               BD_ARG(c->column[j].title));
    }
    if (email)
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("no column is called email; say which one it is with "
                     "--map COLUMN=email"));
}

enum bd_status cli_attribute_name(struct app *app, bd_str title, bd_str *out)
{
    bd_str slug = bd_slug(app->arena, title);
    enum import_field field = field_of(slug);

    if (slug.len == 0 || slug.len > BD_MAX_NAME_BYTES ||
        (field != IMPORT_ATTRIBUTE && field != IMPORT_FIRST_NAME &&
         field != IMPORT_LAST_NAME))
        return bd_fail(&app->err, BD_EINVAL,
                       _("\"%.*s\" cannot name an attribute: it means "
                         "something else, or has no letters"),
                       BD_ARG(bd_str_cut_utf8(title, 60)));
    *out = attribute_name(app, title, 0);
    return BD_OK;
}

enum bd_status cli_import_columns_read(struct app *app, const bd_str *fields,
                                       size_t count, struct import_columns *out)
{
    const char *option = NULL;
    size_t at = 0;

    *out = (struct import_columns) { .count = count };
    out->headless = is_headless(fields, count);
    if (out->headless)
        guess_titles(app, fields, out);
    else
        read_titles(app, fields, out);
    while ((option = opt_next(app, "map", &at)))
        if (apply_map(app, option, out) != BD_OK)
            return app->err.code;
    return check_columns(app, out);
}
