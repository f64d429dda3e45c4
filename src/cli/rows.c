#include "brevduva/store/event.h"
#include "cli_private.h"

static struct bd_json *begin(struct app *app, const char *kind)
{
    struct bd_json *o = bd_json_object(app->arena);

    if (kind)
        set_text(app, o, "kind", bd_str_from(kind));
    return o;
}

struct bd_json *json_of_log_row(struct app *app, const char *kind,
                                const struct bd_log_row *row)
{
    struct bd_json *o = begin(app, kind);

    set_text(app, o, "issue", row->issue_slug);
    set_text(app, o, "list", row->list_slug);
    if (row->letter.len > 0)
        set_text(app, o, "letter", row->letter);
    set_text(app, o, "email", row->email);
    set_text(app, o, "state", bd_str_from(bd_delivery_state_names[row->state]));
    set_time(app, o, "at", row->at);
    set_int(app, o, "attempts", row->attempts);
    set_time(app, o, "next_try", row->next_try_at);
    set_int(app, o, "reply_code", row->reply_code);
    set_text(app, o, "enhanced", row->enhanced);
    set_text(app, o, "reply_text", row->reply_text);
    set_text(app, o, "queue_id", row->queue_id);
    set_text(app, o, "relay", row->relay);
    set_int(app, o, "session", row->session);
    set_int(app, o, "took_ms", row->took_ms);
    set_text(app, o, "message_id", row->message_id);
    set_text(app, o, "reason", row->reason);
    if (row->back_at == 0)
        return o;
    set_time(app, o, "back_at", row->back_at);
    set_text(app, o, "back_reason", row->back_reason);
    set_text(app, o, "back_status", row->back_status);
    set_text(app, o, "back_evidence", row->back_evidence);
    return o;
}

struct bd_json *json_of_list(struct app *app, const char *kind,
                             const struct bd_list *list)
{
    struct bd_json *o = begin(app, kind);

    set_text(app, o, "list", list->slug);
    set_text(app, o, "title", list->title);
    set_text(app, o, "description", list->description);
    set_text(app, o, "language", list->language);
    set_int(app, o, "active", list->active);
    set_int(app, o, "pending", list->pending);
    set_int(app, o, "left", list->left);
    set_int(app, o, "bounced", list->bounced);
    set_int(app, o, "complained", list->complained);
    return o;
}
