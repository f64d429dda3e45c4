#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/i18n.h"
#include "lane_private.h"
#include "relay_private.h"

static enum bd_status maildir_kind_open(const struct bd_relay_options *options,
                                        char *name, void **out,
                                        struct bd_err *err)
{
    struct maildir *maildir = NULL;
    enum bd_status rc = maildir_open(options, name, &maildir, err);

    if (rc == BD_OK)
        *out = maildir;
    return rc;
}

static enum bd_status maildir_kind_deliver(struct bd_arena *arena, void *self,
                                           const struct bd_copy *copy,
                                           struct bd_receipt *out,
                                           struct bd_err *err)
{
    struct bd_buf bytes;
    enum bd_status rc = BD_OK;

    bd_buf_init(&bytes, 0);
    rc = copy->write(copy->self, &bytes);
    if (rc == BD_OK)
        rc = maildir_save(self, arena, copy->message_id, bd_buf_str(&bytes),
                          &out->reply_text, err);
    bd_buf_fini(&bytes);
    if (rc != BD_OK)
        return rc;
    out->state = BD_DELIVERY_ACCEPTED;
    out->reply_code = 250;
    return BD_OK;
}

static void maildir_kind_close(void *self)
{
    maildir_close(self);
}

const struct relay_kind relay_maildir = {
    BD_STR_INIT("maildir:"),
    maildir_kind_open,
    maildir_kind_deliver,
    maildir_kind_close,
};

static const struct relay_kind *find_kind(bd_str url)
{
    static const struct relay_kind *const kinds[] = {
        &relay_maildir,
        &relay_smtp,
        &relay_smtps,
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (bd_str_starts(url, kinds[i]->scheme))
            return kinds[i];
    return NULL;
}

static const char *keep(struct bd_arena *arena, const char *text)
{
    return text ? bd_arena_cstr(arena, bd_str_from(text)) : NULL;
}

enum bd_status bd_relay_new(const struct bd_relay_options *options,
                            struct bd_relay **out, struct bd_err *err)
{
    const struct relay_kind *kind = find_kind(bd_str_from(options->url));
    struct bd_arena *arena = NULL;
    struct bd_relay *relay = NULL;
    enum bd_status rc = BD_OK;

    if (!kind)
        return bd_fail(err, BD_EINVAL,
                       _("relay.url is no kind of relay that is known; write "
                         "smtps://host:465, smtp://host:587 or "
                         "maildir:FOLDER"));
    arena = bd_arena_new();
    relay = BD_NEW(arena, struct bd_relay);
    relay->arena = arena;
    relay->kind = kind;
    relay->options = *options;
    relay->options.url = keep(arena, options->url);
    relay->options.folder = keep(arena, options->folder);
    relay->options.ehlo_name = keep(arena, options->ehlo_name);
    relay->options.username = keep(arena, options->username);
    relay->options.password = keep(arena, options->password);
    relay->options.ca_file = keep(arena, options->ca_file);
    rc = kind->open(&relay->options, relay->name, &relay->self, err);
    if (rc == BD_OK)
        *out = relay;
    else
        bd_arena_free(arena);
    return rc;
}

void bd_relay_free(struct bd_relay *relay)
{
    if (!relay)
        return;
    relay->kind->close(relay->self);
    bd_arena_free(relay->arena);
}

enum bd_status bd_relay_deliver(struct bd_arena *arena, struct bd_relay *relay,
                                const struct bd_copy *copy,
                                struct bd_receipt *out, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    *out = (struct bd_receipt) {
        .state = BD_DELIVERY_QUEUED,
        .relay = bd_str_from(relay->name),
    };
    rc = relay->kind->deliver(arena, relay->self, copy, out, err);
    if (rc != BD_OK && out->reply_text.len == 0 && err)
        out->reply_text = bd_arena_copy(arena, bd_str_from(err->msg));
    return rc;
}

const char *bd_relay_name(const struct bd_relay *relay)
{
    return relay->name;
}
