#include "reader_private.h"

#include "brevduva/compose/defuse.h"

static const struct bd_quota links = { "link by reader", 3, DAY };
static const struct bd_quota farewells = { "farewell by reader", 1, DAY };

enum bd_status reader_of(struct web_visit *v, const struct bd_token *token,
                         struct bd_subscriber *out)
{
    enum bd_status rc = bd_subscriber_get(
        v->arena, v->store, (int64_t)token->subscriber, out, &v->err);

    if (rc == BD_ENOENT)
        return BD_EINVAL;
    if (rc == BD_OK)
        reader_speak(v, out, NULL);
    return rc;
}

enum bd_status reader_lists(struct web_visit *v, int64_t subscriber_id,
                            struct reader_lists *out)
{
    enum bd_status rc = bd_list_all(v->arena, v->store, &out->all, &out->count,
                                    &v->err);

    if (rc != BD_OK)
        return rc;
    return bd_subscriber_subscriptions(v->arena, v->store, subscriber_id,
                                       &out->own, &out->own_count, &v->err);
}

const struct bd_list *reader_list(const struct reader_lists *lists, int64_t id)
{
    for (size_t i = 0; i < lists->count; i++)
        if (lists->all[i].id == id)
            return &lists->all[i];
    return NULL;
}

const struct bd_subscription *reader_standing(const struct reader_lists *lists,
                                              int64_t list_id)
{
    for (size_t i = 0; i < lists->own_count; i++)
        if (lists->own[i].list_id == list_id)
            return &lists->own[i];
    return NULL;
}

bool reader_is_on(const struct bd_subscription *standing)
{
    return standing && (standing->state == BD_SUB_ACTIVE ||
                        standing->state == BD_SUB_PENDING ||
                        standing->state == BD_SUB_BOUNCED);
}

void reader_speak(struct web_visit *v, const struct bd_subscriber *reader,
                  const struct bd_list *list)
{
    enum bd_lang asked = v->lang;

    if (bd_lang_parse(web_field(v->request->query, "lang"), &asked))
        return;
    if (!bd_lang_parse(reader->language, &v->lang) && list)
        (void)bd_lang_parse(list->language, &v->lang);
}

enum bd_lang reader_language(const struct web_visit *v,
                             const struct bd_subscriber *reader)
{
    enum bd_lang lang = v->lang;

    (void)bd_lang_parse(reader->language, &lang);
    return lang;
}

enum bd_status reader_allow(struct web_visit *v, const struct bd_quota *quota,
                            bd_str subject, bool *out)
{
    return bd_quota_take(v->store, quota, subject, v->now, out, &v->err);
}

bd_str reader_subject(const struct web_visit *v, int64_t subscriber_id)
{
    return bd_arena_printf(v->arena, "%lld", (long long)subscriber_id);
}

enum bd_status reader_is_suppressed(struct web_visit *v, bd_str email_key,
                                    bool *out)
{
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = bd_suppression_find(v->arena, v->store, email_key, 0,
                                            &reason, &since, &v->err);

    *out = rc == BD_OK;
    return rc == BD_ENOENT ? BD_OK : rc;
}

enum bd_status reader_mark(struct web_visit *v,
                           const struct bd_subscriber *reader, uint32_t *out)
{
    unsigned char hash[BD_SHA256_LEN];
    enum bd_status rc = bd_address_hash(v->store, reader->email_key, hash,
                                        &v->err);

    if (rc == BD_OK)
        *out = (uint32_t)hash[0] << 16 | (uint32_t)hash[1] << 8 | hash[2];
    return rc;
}

/* Unknown addresses cost the same: what is written for them is not queued. */
static enum bd_status
write_or_queue(struct web_visit *v, const struct bd_note_mail *mail, bool queue)
{
    struct bd_letter_row row = { 0 };

    if (queue)
        return bd_post_queue(v->site->post, v->store, mail,
                             v->site->options.sys, &v->err);
    return bd_post_write(v->arena, v->site->post, mail, v->site->options.sys,
                         &row, &v->err);
}

enum bd_status reader_mail_link(struct web_visit *v,
                                const struct bd_subscriber *reader)
{
    struct bd_token token = { .purpose = BD_TOKEN_MANAGE,
                              .subscriber = (uint64_t)reader->id,
                              .mailing = (uint32_t)(v->now / MINUTE) };
    const struct bd_note_value values[] = {
        { BD_STR("email"), reader->email },
    };
    struct bd_note_mail mail = { .kind = BD_NOTE_LINK,
                                 .language = reader_language(v, reader),
                                 .to = reader->email,
                                 .subscriber_id = reader->id,
                                 .values = values,
                                 .value_count = 1 };
    bool suppressed = false;
    bool allowed = false;
    enum bd_status rc = reader_is_suppressed(v, reader->email_key, &suppressed);

    if (rc == BD_OK)
        rc = reader_mark(v, reader, &token.list);
    mail.action = web_token_text(v, &token);
    if (rc == BD_OK)
        rc = reader_allow(v, &links, reader->email_key, &allowed);
    return rc == BD_OK
               ? write_or_queue(v, &mail,
                                reader->id != 0 && !suppressed && allowed)
               : rc;
}

enum bd_status reader_mail_farewell(struct web_visit *v,
                                    const struct bd_subscriber *reader,
                                    int64_t list_id, bd_str titles)
{
    const struct bd_token token = { .purpose = BD_TOKEN_SUBSCRIPTION,
                                    .subscriber = (uint64_t)reader->id,
                                    .list = (uint32_t)list_id };
    const struct bd_note_value values[] = {
        { BD_STR("lists"), titles },
        { BD_STR("email"), reader->email },
        { BD_STR("when"), reader_date(v->arena, v->now) },
    };
    const struct bd_note_mail mail = {
        .kind = BD_NOTE_FAREWELL,
        .language = reader_language(v, reader),
        .to = reader->email,
        .subscriber_id = reader->id,
        .values = values,
        .value_count = sizeof values / sizeof *values,
        .action = web_token_text(v, &token),
    };
    bool suppressed = false;
    bool allowed = false;
    enum bd_status rc = BD_OK;

    if (!v->site->options.farewell)
        return BD_OK;
    rc = reader_is_suppressed(v, reader->email_key, &suppressed);
    if (rc == BD_OK && !suppressed)
        rc = reader_allow(v, &farewells, reader_subject(v, reader->id),
                          &allowed);
    return rc == BD_OK && allowed ? write_or_queue(v, &mail, true) : rc;
}

bd_str reader_date(struct bd_arena *arena, int64_t seconds)
{
    bd_str day = bd_time_local(arena, seconds);

    return bd_str_cut(&day, ' ');
}

bd_str reader_line(struct bd_arena *arena, bd_str typed)
{
    bd_str text = bd_defuse_text(arena, typed);
    char *line = bd_arena_alloc(arena, text.len + 1);

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        /* C1 controls are c2 80 to c2 9f */
        if (c == 0xc2 && i + 1 < text.len &&
            (unsigned char)text.ptr[i + 1] < 0xa0) {
            line[i++] = ' ';
            line[i] = ' ';
            continue;
        }
        line[i] = c < ' ' || c == 0x7f ? ' ' : (char)c;
    }
    return bd_str_trim((bd_str) { line, text.len });
}
