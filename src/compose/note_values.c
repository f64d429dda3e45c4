/* From one copy of a note to the values of its message's fields. */
#include "note_private.h"

#include "brevduva/base/i18n.h"
#include "brevduva/compose/defuse.h"
#include "brevduva/mail/date.h"
#include "brevduva/mail/header.h"

#define MAX_MESSAGE_ID 250

static bd_str to(struct bd_arena *arena, const struct bd_note_copy *copy)
{
    struct bd_buf buf = { 0 };
    bd_str value = BD_STR_NONE;

    bd_mailbox_write(&buf, sizeof "To: " - 1, BD_STR_NONE, copy->to);
    value = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return value;
}

/* The whole header field. The header has to be ASCII where no SMTPUTF8 is
 * asked for: where `to` does not need it (RFC 6531 3.4). */
static bd_str reply_to(struct bd_arena *arena, const struct bd_note_copy *copy)
{
    struct bd_buf buf = { 0 };
    bd_str value = BD_STR_NONE;

    if (copy->reply_to.len > 0 &&
        (bd_str_is_ascii(copy->reply_to) || !bd_str_is_ascii(copy->to)))
        bd_header_mailbox(&buf, "Reply-To", BD_STR_NONE, copy->reply_to);
    value = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return value;
}

/* A stranger wrote it: what RFC 5322 3.6.4 does not know, or what no line has
 * room for, is left out. */
static bool is_message_id(bd_str id)
{
    if (id.len == 0 || id.len > MAX_MESSAGE_ID)
        return false;
    for (size_t i = 0; i < id.len; i++)
        if (id.ptr[i] <= ' ' || id.ptr[i] > '~' || id.ptr[i] == '<' ||
            id.ptr[i] == '>')
            return false;
    return true;
}

/* All header fields that say that a program wrote it, and why. */
static bd_str auto_submitted(struct bd_arena *arena,
                             const struct bd_note_copy *copy)
{
    if (!copy->is_answer)
        return BD_STR("Auto-Submitted: auto-generated\r\n");
    if (!is_message_id(copy->in_reply_to))
        return BD_STR("Auto-Submitted: auto-replied\r\n");
    return bd_arena_printf(arena,
                           "Auto-Submitted: auto-replied\r\n"
                           "In-Reply-To: <%.*s>\r\nReferences: <%.*s>\r\n",
                           BD_ARG(copy->in_reply_to),
                           BD_ARG(copy->in_reply_to));
}

static bd_str date(struct bd_arena *arena, const struct bd_note_copy *copy)
{
    char text[BD_DATE_MAX];

    return bd_arena_copy(arena, bd_date_write(copy->date, copy->zone, text));
}

static bd_str message_id(struct bd_arena *arena,
                         const struct bd_note_copy *copy)
{
    (void)arena;
    return copy->message_id;
}

static bd_str attachment(struct bd_arena *arena,
                         const struct bd_note_copy *copy)
{
    (void)arena;
    return copy->attachment;
}

static bd_str action(struct bd_arena *arena, const struct bd_note_copy *copy)
{
    (void)arena;
    return copy->action;
}

static bd_str stop(struct bd_arena *arena, const struct bd_note_copy *copy)
{
    (void)arena;
    return copy->stop;
}

static const struct {
    bd_str name;
    bd_str (*value)(struct bd_arena *, const struct bd_note_copy *);
    bool may_be_empty;
} own[] = {
    { BD_STR_INIT("@to"), to, false },
    { BD_STR_INIT("@date"), date, false },
    { BD_STR_INIT("@message-id"), message_id, false },
    { BD_STR_INIT("@reply-to"), reply_to, true },
    { BD_STR_INIT("@attachment"), attachment, true },
    { BD_STR_INIT("@auto-submitted"), auto_submitted, false },
    { BD_STR_INIT("@action"), action, false },
    { BD_STR_INIT("@stop"), stop, false },
};

const struct bd_note_field *bd_note_field_find(const struct bd_note_form *form,
                                               bd_str name)
{
    const struct bd_note_field *field = form->fields;

    while (field->name && !bd_str_eq(name, bd_str_from(field->name)))
        field++;
    return field->name ? field : NULL;
}

static bool find_own(struct bd_arena *arena, const struct bd_note_copy *copy,
                     bd_str name, bd_str *out)
{
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (!bd_str_eq(name, own[i].name))
            continue;
        *out = own[i].value(arena, copy);
        return out->len > 0 || own[i].may_be_empty;
    }
    return false;
}

static bool find_given(struct bd_arena *arena, const struct bd_note_form *form,
                       const struct bd_note_copy *copy, bd_str name,
                       bd_str *out)
{
    const struct bd_note_field *field = bd_note_field_find(form, name);

    for (size_t i = 0; i < copy->value_count; i++) {
        if (!bd_str_eq(name, copy->values[i].name))
            continue;
        *out = bd_defuse_text(arena, bd_str_trim(copy->values[i].value));
        if (field && field->stranger)
            *out = bd_defuse_links(arena, *out);
        return true;
    }
    return false;
}

enum bd_status bd_note_values(struct bd_arena *arena,
                              const struct bd_message *message,
                              const struct bd_note_form *form,
                              const struct bd_note_copy *copy,
                              const bd_str **out, struct bd_err *err)
{
    bd_str *values = BD_NEW_ARRAY(arena, message->name_count, bd_str);

    for (size_t i = 0; i < message->name_count; i++) {
        bd_str name = message->names[i];
        bool found = bd_str_starts(name, BD_STR("@"))
                         ? find_own(arena, copy, name, &values[i])
                         : find_given(arena, form, copy, name, &values[i]);

        if (!found)
            return bd_fail(err, BD_EINVAL,
                           _("the mail has no value for its field %.*s"),
                           BD_ARG(name));
    }
    *out = values;
    return BD_OK;
}
