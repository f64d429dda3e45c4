#include "import_row.h"

#include <time.h>

#include "brevduva/mail/address.h"

/* What is collected from a row before it is put together. */
struct parts {
    bd_str email, name, first_name, last_name;
    struct bd_json *attributes; /* of a JSON column; NULL: none */
};

static bool take_digits(bd_str *text, size_t count, int *out)
{
    uint64_t value = 0;

    if (!bd_str_to_u64(bd_str_sub(*text, 0, count), &value) ||
        text->len < count)
        return false;
    *text = bd_str_skip(*text, count);
    *out = (int)value;
    return true;
}

static bool take_char(bd_str *text, const char *any_of)
{
    for (; *any_of; any_of++) {
        if (text->len > 0 && text->ptr[0] == *any_of) {
            *text = bd_str_skip(*text, 1);
            return true;
        }
    }
    return false;
}

static bool take_clock(bd_str *text, struct tm *tm)
{
    int fraction = 0;

    if (!take_digits(text, 2, &tm->tm_hour) || !take_char(text, ":") ||
        !take_digits(text, 2, &tm->tm_min))
        return false;
    if (take_char(text, ":") && !take_digits(text, 2, &tm->tm_sec))
        return false;
    if (take_char(text, "."))
        while (take_digits(text, 1, &fraction))
            ;
    return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec < 61;
}

/* "Z", "+02:00", "+0200", "+02" or nothing; *out in seconds. */
static bool take_zone(bd_str *text, int *out)
{
    bool west = text->len > 0 && text->ptr[0] == '-';
    int hours = 0;
    int minutes = 0;

    *out = 0;
    if (text->len == 0 || take_char(text, "Z"))
        return true;
    if (!take_char(text, "+-") || !take_digits(text, 2, &hours))
        return false;
    (void)take_char(text, ":");
    if (text->len > 0 && !take_digits(text, 2, &minutes))
        return false;
    *out = (hours * 60 + minutes) * (west ? -60 : 60);
    return true;
}

bool cli_import_time_parse(bd_str text, int64_t *out)
{
    struct tm tm = { 0 };
    int zone = 0;

    text = bd_str_trim(text);
    if (!take_digits(&text, 4, &tm.tm_year) || !take_char(&text, "-") ||
        !take_digits(&text, 2, &tm.tm_mon) || !take_char(&text, "-") ||
        !take_digits(&text, 2, &tm.tm_mday))
        return false;
    if (tm.tm_year < 1970 || tm.tm_mon < 1 || tm.tm_mon > 12 ||
        tm.tm_mday < 1 || tm.tm_mday > 31)
        return false;
    if (take_char(&text, "T ") && !take_clock(&text, &tm))
        return false;
    if (!take_zone(&text, &zone) || text.len > 0)
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *out = (int64_t)timegm(&tm) - zone;
    return true;
}

/* Our own words, and those of other programs. */
static bool parse_state(bd_str text, enum bd_subscription_state *out)
{
    static const struct {
        const char *word;
        enum bd_subscription_state state;
    } words[] = {
        { "subscribed", BD_SUB_ACTIVE },   { "enabled", BD_SUB_ACTIVE },
        { "confirmed", BD_SUB_ACTIVE },    { "aktiv", BD_SUB_ACTIVE },
        { "unconfirmed", BD_SUB_PENDING }, { "unsubscribed", BD_SUB_LEFT },
        { "disabled", BD_SUB_LEFT },       { "blocklisted", BD_SUB_LEFT },
        { "blacklisted", BD_SUB_LEFT },    { "avslutad", BD_SUB_LEFT },
        { "cleaned", BD_SUB_BOUNCED },
    };

    if (text.len == 0 || bd_subscription_state_parse(text, out))
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (bd_str_eq_nocase(text, bd_str_from(words[i].word))) {
            *out = words[i].state;
            return true;
        }
    }
    return false;
}

static bool parse_yes_no(bd_str text, bool *out)
{
    static const char *const yes[] = { "yes", "ja", "true", "1", "x" };
    static const char *const no[] = { "", "no", "nej", "false", "0" };

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (bd_str_eq_nocase(text, bd_str_from(yes[i])) ||
            bd_str_eq_nocase(text, bd_str_from(no[i]))) {
            *out = bd_str_eq_nocase(text, bd_str_from(yes[i]));
            return true;
        }
    }
    return false;
}

static enum bd_status reject(struct bd_err *err, bd_str column, bd_str cell,
                             const char *why)
{
    bd_str shown = bd_str_cut_utf8(cell, 60);

    return bd_fail(err, BD_EINVAL, "%.*s \"%.*s\": %s", BD_ARG(column),
                   BD_ARG(shown), why);
}

/* Line breaks and tabs in a name are only layout. */
static bd_str one_line(struct bd_arena *arena, bd_str text)
{
    bd_str copy = bd_arena_copy(arena, bd_str_trim(text));

    for (char *c = (char *)(uintptr_t)copy.ptr; c < copy.ptr + copy.len; c++)
        if (*c == '\n' || *c == '\r' || *c == '\t')
            *c = ' ';
    return copy;
}

static void add_attribute(struct bd_buf *out, bd_str name, bd_str value)
{
    if (value.len == 0)
        return;
    bd_buf_add_char(out, out->len ? ',' : '{');
    bd_json_write_string(name, out);
    bd_buf_add_char(out, ':');
    bd_json_write_string(value, out);
}

static enum bd_status read_json(struct bd_arena *arena, bd_str column,
                                bd_str cell, struct parts *parts,
                                struct bd_err *err)
{
    if (cell.len == 0)
        return BD_OK;
    if (bd_json_parse(arena, cell, &parts->attributes, NULL) == BD_OK &&
        parts->attributes->kind == BD_JSON_OBJECT)
        return BD_OK;
    return reject(err, column, cell, _("not a JSON object"));
}

static enum bd_status read_language(bd_str column, bd_str cell,
                                    struct bd_subscriber *reader,
                                    struct bd_err *err)
{
    enum bd_lang lang = BD_LANG_EN;

    if (cell.len == 0)
        return BD_OK;
    if (!bd_lang_parse(cell, &lang))
        return reject(err, column, cell, _("not a language we know (sv, en)"));
    reader->language = bd_str_from(bd_lang_tag(lang));
    return BD_OK;
}

static enum bd_status read_cell(struct bd_arena *arena,
                                const struct import_columns *columns, size_t i,
                                bd_str cell, struct parts *parts,
                                struct bd_buf *attributes,
                                struct bd_import_row *out, struct bd_err *err)
{
    bd_str title = columns->column[i].title;

    switch (columns->column[i].field) {
    case IMPORT_EMAIL:
        parts->email = cell;
        break;
    case IMPORT_NAME:
        parts->name = one_line(arena, cell);
        break;
    case IMPORT_FIRST_NAME:
        parts->first_name = one_line(arena, cell);
        add_attribute(attributes, BD_STR("first_name"), parts->first_name);
        break;
    case IMPORT_LAST_NAME:
        parts->last_name = one_line(arena, cell);
        add_attribute(attributes, BD_STR("last_name"), parts->last_name);
        break;
    case IMPORT_LANGUAGE:
        return read_language(title, cell, &out->subscriber, err);
    case IMPORT_TEXT_ONLY:
        if (!parse_yes_no(cell, &out->subscriber.text_only))
            return reject(err, title, cell, _("give yes or no"));
        break;
    case IMPORT_STATE:
        if (!parse_state(cell, &out->state))
            return reject(err, title, cell,
                          _("not pending, active, left, bounced or "
                            "complained"));
        break;
    case IMPORT_SINCE:
        if (cell.len > 0 && !cli_import_time_parse(cell, &out->since))
            return reject(err, title, cell,
                          _("not a time like 2026-11-23T07:46:43Z"));
        break;
    case IMPORT_ATTRIBUTES:
        return read_json(arena, title, cell, parts, err);
    case IMPORT_LEFT_AT:
        if (cell.len > 0)
            out->state = BD_SUB_LEFT;
        break;
    case IMPORT_CLEANED_AT:
        if (cell.len > 0)
            out->state = BD_SUB_BOUNCED;
        break;
    case IMPORT_ATTRIBUTE:
        add_attribute(attributes, columns->column[i].attribute, cell);
        break;
    case IMPORT_IGNORED:
        break;
    }
    return BD_OK;
}

/* "Anna Ek <anna@example.org>", as Mailman writes its members. */
static void split_mailbox(struct bd_arena *arena, struct parts *parts)
{
    bd_str inside = parts->email;
    bd_str before = bd_str_cut(&inside, '<');

    if (inside.len == 0 || inside.ptr[inside.len - 1] != '>')
        return;
    inside.len--;
    parts->email = inside;
    before = bd_str_trim(before);
    if (before.len > 1 && before.ptr[0] == '"' &&
        before.ptr[before.len - 1] == '"')
        before = bd_str_sub(before, 1, before.len - 2);
    if (parts->name.len == 0)
        parts->name = one_line(arena, before);
}

static void join_names(struct bd_arena *arena, struct parts *parts)
{
    if (parts->name.len > 0)
        return;
    parts->name = bd_str_trim(bd_arena_printf(arena, "%.*s %.*s",
                                              BD_ARG(parts->first_name),
                                              BD_ARG(parts->last_name)));
}

/* Scalars as text, the rest as JSON text: an attribute is one value. */
static void add_json(struct parts *parts, struct bd_buf *attributes)
{
    const struct bd_json *m = parts->attributes ? parts->attributes->first
                                                : NULL;
    struct bd_buf text;

    bd_buf_init(&text, 0);
    for (; m; m = m->next) {
        bd_buf_clear(&text);
        if (m->kind == BD_JSON_STRING)
            bd_buf_add(&text, m->text);
        else
            bd_json_write(m, &text);
        add_attribute(attributes, m->key, bd_buf_str(&text));
    }
    bd_buf_fini(&text);
}

static enum bd_status finish(struct bd_arena *arena, struct parts *parts,
                             struct bd_buf *attributes,
                             struct bd_import_row *out, struct bd_err *err)
{
    struct bd_address address;

    split_mailbox(arena, parts);
    join_names(arena, parts);
    if (bd_address_parse(arena, parts->email, &address, err) != BD_OK)
        return err->code;
    if (parts->name.len > BD_MAX_NAME_BYTES)
        return reject(err, BD_STR("name"), parts->name, _("too long"));
    if (attributes->len > BD_MAX_ATTRIBUTE_BYTES)
        return bd_fail(err, BD_EINVAL,
                       _("the attributes take more than %d kB together"),
                       BD_MAX_ATTRIBUTE_BYTES / 1024);
    out->subscriber.email = address.email;
    out->subscriber.email_key = address.key;
    out->subscriber.name = parts->name;
    out->subscriber.attributes = bd_buf_str(attributes);
    return BD_OK;
}

enum bd_status cli_import_row_read(struct bd_arena *arena,
                                   const struct import_columns *columns,
                                   const struct bd_csv_row *row,
                                   struct bd_buf *attributes,
                                   struct bd_import_row *out,
                                   struct bd_err *err)
{
    struct parts parts = { 0 };

    *out = (struct bd_import_row) { .line = row->line, .state = BD_SUB_ACTIVE };
    bd_buf_clear(attributes);
    if (row->count > columns->count)
        return bd_fail(err, BD_EINVAL,
                       _("%zu fields, but the first row has %zu"), row->count,
                       columns->count);
    for (size_t i = 0; i < row->count; i++) {
        bd_str cell = bd_str_trim(bd_csv_unguard(row->fields[i]));

        if (bd_str_has_control(cell))
            return bd_fail(err, BD_EINVAL, _("%.*s: control characters"),
                           BD_ARG(columns->column[i].title));
        if (read_cell(arena, columns, i, cell, &parts, attributes, out, err) !=
            BD_OK)
            return err->code;
    }
    add_json(&parts, attributes);
    if (attributes->len > 0)
        bd_buf_add_char(attributes, '}');
    return finish(arena, &parts, attributes, out, err);
}
