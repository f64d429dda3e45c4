#include "brevduva/compose/defuse.h"
#include "desk_private.h"

/* One letter for each sender and day, whatever they write (RFC 3834 2); and
 * whoever forges senders makes us write to no more than so many. */
static const struct bd_quota answers = { "answer by mail", 1, DAY };
static const struct bd_quota all_answers = { "answers by mail", 300, HOUR };

enum bd_status bd_desk_lists(const struct bd_desk *desk, int64_t subscriber_id,
                             struct bd_reader_lists *out)
{
    enum bd_status rc = bd_list_all(desk->arena, desk->store, &out->all,
                                    &out->count, desk->err);

    if (rc != BD_OK)
        return rc;
    return bd_subscriber_subscriptions(desk->arena, desk->store, subscriber_id,
                                       &out->own, &out->own_count, desk->err);
}

const struct bd_list *bd_lists_find(const struct bd_reader_lists *lists,
                                    int64_t id)
{
    for (size_t i = 0; i < lists->count; i++)
        if (lists->all[i].id == id)
            return &lists->all[i];
    return NULL;
}

const struct bd_subscription *
bd_lists_standing(const struct bd_reader_lists *lists, int64_t list_id)
{
    for (size_t i = 0; i < lists->own_count; i++)
        if (lists->own[i].list_id == list_id)
            return &lists->own[i];
    return NULL;
}

bool bd_standing_is_on(const struct bd_subscription *standing)
{
    return standing && (standing->state == BD_SUB_ACTIVE ||
                        standing->state == BD_SUB_PENDING ||
                        standing->state == BD_SUB_BOUNCED);
}

bd_str bd_desk_title(const struct bd_desk *desk, const struct bd_list *list)
{
    return list->title.len > 0 ? list->title : desk->newsletter;
}

bd_str bd_desk_titles(const struct bd_desk *desk,
                      const struct bd_list *const lists[], size_t count)
{
    bd_str text = BD_STR_NONE;

    for (size_t i = 0; i < count; i++)
        text = bd_arena_printf(desk->arena, "%.*s%s%.*s", BD_ARG(text),
                               i ? ", " : "",
                               BD_ARG(bd_desk_title(desk, lists[i])));
    return text;
}

bd_str bd_list_ids(struct bd_arena *arena, const struct bd_list *const lists[],
                   size_t count)
{
    bd_str text = BD_STR_NONE;

    for (size_t i = 0; i < count; i++)
        text = bd_arena_printf(arena, "%.*s%s%lld", BD_ARG(text), i ? " " : "",
                               (long long)lists[i]->id);
    return text;
}

enum bd_status desk_allow(const struct bd_desk *desk,
                          const struct bd_quota *quota, bd_str subject,
                          bool *out)
{
    return bd_quota_take(desk->store, quota, subject, desk->actor.now, out,
                         desk->err);
}

enum bd_status bd_desk_is_suppressed(const struct bd_desk *desk,
                                     bd_str email_key, bool *out)
{
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = bd_suppression_find(desk->arena, desk->store, email_key,
                                            0, &reason, &since, desk->err);

    *out = rc == BD_OK;
    return rc == BD_ENOENT ? BD_OK : rc;
}

enum bd_status bd_desk_mark(const struct bd_desk *desk,
                            const struct bd_subscriber *reader, uint32_t *out)
{
    unsigned char hash[BD_SHA256_LEN];
    enum bd_status rc = bd_address_hash(desk->store, reader->email_key, hash,
                                        desk->err);

    if (rc == BD_OK)
        *out = (uint32_t)hash[0] << 16 | (uint32_t)hash[1] << 8 | hash[2];
    return rc;
}

bd_str bd_desk_date(struct bd_arena *arena, int64_t seconds)
{
    bd_str day = bd_time_local(arena, seconds);

    return bd_str_cut(&day, ' ');
}

bd_str bd_desk_line(struct bd_arena *arena, bd_str typed)
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

enum bd_lang desk_language(const struct bd_desk *desk,
                           const struct bd_subscriber *reader)
{
    enum bd_lang lang = desk->language;

    (void)bd_lang_parse(reader->language, &lang);
    return lang;
}

bd_str desk_token(const struct bd_desk *desk, const struct bd_token *token)
{
    char *text = bd_arena_alloc(desk->arena, BD_TOKEN_URL_LEN);

    bd_token_write_url(desk->signer, token, text);
    return (bd_str) { text, BD_TOKEN_URL_LEN };
}

/* One mailbox has many addresses: what stands after "+" is dropped for the
 * count, and in Gmail the dots. Where that is wrong, two people share a
 * limit. */
bd_str desk_mailbox(struct bd_arena *arena, bd_str email_key)
{
    bd_str domain = bd_str_after_last(email_key, '@');
    bd_str local = bd_str_sub(email_key, 0, email_key.len - domain.len - 1);
    size_t plus = bd_str_find_char(local, '+');
    bool dots = !bd_str_eq(domain, BD_STR("gmail.com")) &&
                !bd_str_eq(domain, BD_STR("googlemail.com"));
    char *text = bd_arena_alloc(arena, email_key.len + 1);
    size_t len = 0;

    if (domain.len == email_key.len) /* no address: a mail without From */
        return email_key;
    if (plus != SIZE_MAX && plus > 0)
        local.len = plus;
    for (size_t i = 0; i < local.len; i++)
        if (dots || local.ptr[i] != '.')
            text[len++] = local.ptr[i];
    return bd_arena_printf(arena, "%.*s@%.*s", (int)len, text, BD_ARG(domain));
}

enum bd_status desk_may_answer(struct bd_desk *desk, bool *out)
{
    bool allowed = true;
    enum bd_status rc = BD_OK;

    if (desk->is_mail && desk->answers == BD_ANSWERS_UNASKED) {
        rc = desk_allow(desk, &answers, desk_mailbox(desk->arena, desk->asker),
                        &allowed);
        if (rc == BD_OK && allowed) {
            rc = desk_allow(desk, &all_answers, BD_STR(""), &allowed);
            desk->overrun = !allowed;
        }
        if (rc != BD_OK)
            return rc;
        desk->answers = allowed ? BD_ANSWERS_ONE : BD_ANSWERS_NONE;
    }
    *out = desk->answers != BD_ANSWERS_NONE;
    return BD_OK;
}

enum bd_status desk_send(struct bd_desk *desk, const struct bd_note_mail *mail,
                         bool queue)
{
    struct bd_note_mail answer = *mail;
    struct bd_letter_row unsent = { .bytes = BD_STR_NONE };
    bool allowed = true;
    enum bd_status rc = queue && bd_post_has(desk->post, mail->kind)
                            ? desk_may_answer(desk, &allowed)
                            : BD_OK;

    if (rc != BD_OK)
        return rc;
    answer.is_answer = desk->is_mail;
    answer.in_reply_to = desk->in_reply_to;
    if (queue && allowed) {
        rc = bd_post_queue(desk->post, desk->store, &answer, desk->sys,
                           desk->err);
        if (rc == BD_OK && desk->is_mail)
            desk->answers = BD_ANSWERS_NONE;
        desk->answered |= rc == BD_OK;
        return rc;
    }
    return bd_post_write(desk->arena, desk->post, &answer, desk->sys, &unsent,
                         desk->err);
}
