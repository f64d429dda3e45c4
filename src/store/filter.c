#include "brevduva/store/filter.h"

#include "brevduva/base/fold.h"
#include "brevduva/base/json.h"
#include "filter_private.h"
#include "store_private.h"

/* What a condition is asked about. */
struct subject {
    struct bd_arena *scratch;
    struct bd_store *store;
    const struct bd_subscriber *reader;
    int64_t since;
    struct bd_err *err;
};

enum order { BELOW = -1, EQUAL = 0, ABOVE = 1, NEITHER };

enum bd_status bd_filter_read(struct bd_arena *arena, struct bd_store *store,
                              bd_str text, const struct bd_filter **out,
                              struct bd_err *err)
{
    struct bd_filter_names names = { 0 };
    enum bd_status rc = bd_attribute_names(arena, store, &names.attributes,
                                           &names.attribute_count, err);

    if (rc == BD_OK)
        rc = bd_list_all(arena, store, &names.lists, &names.list_count, err);
    return rc == BD_OK ? bd_filter_parse(arena, text, &names, out, err) : rc;
}

static enum order sign(int order)
{
    return order < 0 ? BELOW : order > 0 ? ABOVE : EQUAL;
}

/* A JSON value as text; an array or object as it stands. */
static bd_str value_text(struct bd_arena *scratch, bd_str value)
{
    struct bd_json *parsed = NULL;
    bd_str text = BD_STR_NONE;

    if (bd_str_eq(value, BD_STR("null")) || bd_json_plain(value, &text))
        return text;
    if (bd_str_starts(value, BD_STR("\"")) &&
        bd_json_parse(scratch, value, &parsed, NULL) == BD_OK)
        return parsed->text;
    return value;
}

static bd_str attribute_text(struct bd_arena *scratch, bd_str attributes,
                             bd_str key)
{
    bd_str name;
    bd_str value;

    while (bd_json_walk(&attributes, &name, &value))
        if (bd_str_eq(name, key))
            return value_text(scratch, value);
    return BD_STR_NONE;
}

static bd_str field_text(const struct subject *s, const struct bd_filter *f)
{
    switch (f->field) {
    case FILTER_LANGUAGE:
        return s->reader->language;
    case FILTER_NAME:
        return s->reader->name;
    case FILTER_EMAIL:
        return s->reader->email;
    case FILTER_DOMAIN:
        return bd_str_after_last(s->reader->email, '@');
    default:
        return attribute_text(s->scratch, s->reader->attributes, f->key);
    }
}

static enum order compare_text(bd_str text, const struct filter_value *value)
{
    if (value->number)
        return filter_is_number(text)
                   ? sign(filter_compare_numbers(text, value->text))
                   : NEITHER;
    if (text.len == 0 && value->text.len > 0)
        return NEITHER;
    return sign(bd_str_cmp(text, value->text));
}

static enum order compare_time(int64_t at, const struct filter_value *value)
{
    return at < value->from ? BELOW : at < value->until ? EQUAL : ABOVE;
}

static enum bd_status compare_list(const struct subject *s,
                                   const struct filter_value *value,
                                   enum order *out)
{
    enum bd_subscription_state state = BD_SUB_LEFT;
    bool known = false;
    enum bd_status rc = store_subscription_find(
        s->store, value->id, s->reader->id, &known, &state, s->err);

    *out = known && state == BD_SUB_ACTIVE ? EQUAL : NEITHER;
    return rc;
}

/* `text`: of the field, folded, where it has one. */
static enum bd_status compare(const struct subject *s,
                              const struct bd_filter *f, bd_str text,
                              const struct filter_value *value, enum order *out)
{
    switch (f->field) {
    case FILTER_LIST:
        return compare_list(s, value, out);
    case FILTER_TEXT_ONLY:
        *out = s->reader->text_only == (value->id != 0) ? EQUAL : NEITHER;
        return BD_OK;
    case FILTER_CREATED:
        *out = compare_time(s->reader->created_at, value);
        return BD_OK;
    case FILTER_SINCE:
        *out = compare_time(s->since, value);
        return BD_OK;
    default:
        *out = compare_text(text, value);
        return BD_OK;
    }
}

static bool holds(enum filter_op op, enum order order)
{
    switch (op) {
    case FILTER_EQ:
        return order == EQUAL;
    case FILTER_LT:
        return order == BELOW;
    case FILTER_LE:
        return order == BELOW || order == EQUAL;
    case FILTER_GT:
        return order == ABOVE;
    default:
        return order == ABOVE || order == EQUAL;
    }
}

static bool is_text(enum filter_field field)
{
    return field == FILTER_LANGUAGE || field == FILTER_NAME ||
           field == FILTER_EMAIL || field == FILTER_DOMAIN ||
           field == FILTER_ATTRIBUTE;
}

static enum bd_status test(const struct subject *s, const struct bd_filter *f,
                           bool *out)
{
    bd_str text = is_text(f->field) ? bd_fold(s->scratch, field_text(s, f))
                                    : BD_STR_NONE;
    enum bd_status rc = BD_OK;

    *out = false;
    for (size_t i = 0; i < f->value_count && !*out && rc == BD_OK; i++) {
        enum order order = NEITHER;

        rc = compare(s, f, text, &f->values[i], &order);
        *out = holds(f->op, order);
    }
    return rc;
}

/* As deep as BD_MAX_FILTER_DEPTH allows. */
static enum bd_status match(const struct subject *s, const struct bd_filter *f,
                            bool *out)
{
    enum bd_status rc = BD_OK;

    switch (f->kind) {
    case FILTER_TEST:
        return test(s, f, out);
    case FILTER_HAS:
        *out = field_text(s, f).len > 0;
        return BD_OK;
    case FILTER_NOT:
        rc = match(s, f->first, out);
        *out = !*out;
        return rc;
    default: /* AND goes on while true, OR while false */
        *out = f->kind == FILTER_AND;
        for (const struct bd_filter *part = f->first;
             part && rc == BD_OK && *out == (f->kind == FILTER_AND);
             part = part->next)
            rc = match(s, part, out);
        return rc;
    }
}

enum bd_status bd_filter_match(struct bd_arena *scratch, struct bd_store *store,
                               const struct bd_filter *filter,
                               const struct bd_subscriber *reader,
                               int64_t since, bool *out, struct bd_err *err)
{
    const struct subject subject = { scratch, store, reader, since, err };

    *out = true;
    return filter ? match(&subject, filter, out) : BD_OK;
}
