#include "brevduva/inbox/incoming.h"

static struct bd_json *text(struct bd_arena *arena, bd_str value)
{
    return value.len > 0 ? bd_json_string(arena, value) : bd_json_null(arena);
}

static struct bd_json *status_of(struct bd_arena *arena,
                                 struct bd_enhanced status)
{
    if (status.class == 0)
        return bd_json_null(arena);
    return bd_json_string(arena,
                          bd_arena_printf(arena, "%u.%u.%u", status.class,
                                          status.subject, status.detail));
}

static struct bd_json *line_of(struct bd_arena *arena, bd_str file,
                               const struct bd_incoming *incoming,
                               const struct bd_incoming_recipient *one,
                               bool token_ok)
{
    struct bd_json *line = bd_json_object(arena);
    bool sent_elsewhere = one->original.len > 0;

    bd_json_set(line, BD_STR("file"), bd_json_string(arena, file));
    bd_json_set(
        line, BD_STR("kind"),
        bd_json_string(arena,
                       bd_str_from(bd_incoming_kind_names[incoming->kind])));
    bd_json_set(line, BD_STR("address"),
                text(arena, sent_elsewhere ? one->original : one->address));
    bd_json_set(line, BD_STR("status"), status_of(arena, one->status));
    bd_json_set(line, BD_STR("reply_code"),
                one->reply_code != 0 ? bd_json_int(arena, one->reply_code)
                                     : bd_json_null(arena));
    bd_json_set(
        line, BD_STR("verdict"),
        bd_json_string(arena, bd_str_from(bd_verdict_class(one->verdict))));
    bd_json_set(line, BD_STR("reason"), text(arena, one->reason));
    bd_json_set(line, BD_STR("token_ok"), bd_json_bool(arena, token_ok));
    bd_json_set(line, BD_STR("evidence"), text(arena, one->evidence));
    return line;
}

struct bd_json *bd_incoming_lines(struct bd_arena *arena, bd_str file,
                                  const struct bd_incoming *incoming,
                                  bool token_ok)
{
    const struct bd_incoming_recipient none = { .reason = bd_str_from(
                                                    incoming->rule) };
    struct bd_json *lines = bd_json_array(arena);

    for (size_t i = 0; i < incoming->count; i++)
        bd_json_push(lines, line_of(arena, file, incoming,
                                    &incoming->recipients[i], token_ok));
    if (incoming->count == 0)
        bd_json_push(lines, line_of(arena, file, incoming, &none, token_ok));
    return lines;
}
