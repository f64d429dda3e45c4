#include "brevduva/web/tip.h"

#include "brevduva/desk/post.h"
#include "brevduva/mail/header.h"
#include "brevduva/mail/mime_own.h"
#include "brevduva/store/quota.h"
#include "web_private.h"

#define DAY         86400
#define YEAR        (365 * DAY)
#define PER_NETWORK 20
#define PER_DAY     500

/* Stands in the preview where the friend gets the "never again": of the form
 * of a token, and none. */
#define NO_TOKEN "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static size_t characters(bd_str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return count;
}

/* Lines end in LF; of other controls a tab becomes a blank. */
static bd_str calm(struct bd_arena *arena, bd_str text, bool lines)
{
    struct bd_buf buf = { 0 };
    bd_str clean = BD_STR_NONE;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n')
            continue;
        if (c == '\n' || c == '\r')
            bd_buf_add_char(&buf, lines ? '\n' : ' ');
        else if (c == '\t')
            bd_buf_add_char(&buf, ' ');
        else if ((unsigned char)c >= ' ' && c != 0x7f)
            bd_buf_add_char(&buf, c);
    }
    clean = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return bd_str_trim(clean);
}

static enum bd_status read_typed(struct bd_arena *arena, bd_str typed,
                                 size_t max, bool lines, bd_str *out)
{
    size_t bad = 0;
    bd_str text = BD_STR_NONE;

    if (!bd_str_is_utf8(typed, &bad))
        return BD_EINVAL;
    text = calm(arena, typed, lines);
    if (characters(text) > max)
        return BD_ELIMIT;
    *out = text;
    return BD_OK;
}

enum bd_status bd_tip_note_read(struct bd_arena *arena, bd_str typed,
                                bd_str *out)
{
    return read_typed(arena, typed, BD_TIP_MAX_NOTE, true, out);
}

enum bd_status bd_tip_name_read(struct bd_arena *arena, bd_str typed,
                                bd_str *out)
{
    return read_typed(arena, typed, BD_TIP_MAX_NAME, false, out);
}

/* In the issue's language, for who reads it. */
static enum bd_lang language_of(const struct bd_site *site,
                                const struct bd_tip_issue *issue)
{
    enum bd_lang lang = site->options.letter->language;

    (void)bd_lang_parse(issue->language, &lang);
    return lang;
}

/* subscriber_id stays 0: the letter is nobody's who is a reader. */
static enum bd_status write_mail(struct bd_arena *arena,
                                 const struct bd_site *site,
                                 const struct bd_tip_ask *ask, bd_str stop,
                                 struct bd_letter_row *out, struct bd_err *err)
{
    const struct bd_note_value values[] = {
        { BD_STR("teller"), ask->name },
        { BD_STR("title"), ask->issue->title },
        { BD_STR("note"), ask->note },
        { BD_STR("email"), ask->friend.email },
        { BD_STR("subscribe"),
          bd_arena_printf(arena, "%.*s/subscribe",
                          BD_ARG(site->options.letter->base_url)) },
    };
    const struct bd_note_mail mail = {
        .kind = BD_NOTE_TIP,
        .language = language_of(site, ask->issue),
        .to = ask->friend.email,
        .reply_to = ask->reply_to_teller ? ask->teller->email : BD_STR_NONE,
        .action = ask->issue->slug,
        .stop = stop,
        .values = values,
        .value_count = sizeof values / sizeof *values,
    };

    return bd_post_write(arena, site->post, &mail, site->options.sys, out, err);
}

enum bd_status bd_tip_preview(struct bd_arena *arena,
                              const struct bd_site *site,
                              const struct bd_tip_ask *ask,
                              struct bd_tip_mail *out, struct bd_err *err)
{
    struct bd_letter_row letter;
    enum bd_status rc = write_mail(arena, site, ask, BD_STR(NO_TOKEN), &letter,
                                   err);

    if (rc != BD_OK)
        return rc;
    *out = (struct bd_tip_mail) {
        .from = bd_mime_own_header(arena, letter.bytes, "From"),
        .to = bd_mime_own_header(arena, letter.bytes, "To"),
        .reply_to = bd_mime_own_header(arena, letter.bytes, "Reply-To"),
        .subject = bd_mime_own_header(arena, letter.bytes, "Subject"),
        .text = bd_mime_own_text(arena, letter.bytes),
    };
    return BD_OK;
}

enum bd_status bd_tip_allowed(const struct bd_site *site,
                              struct bd_store *store, int64_t teller,
                              int64_t list_id, enum bd_tip_answer *out,
                              struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    const struct bd_subscription *lists = NULL;
    size_t count = 0;
    bool active = false;
    enum bd_status rc = bd_subscriber_subscriptions(arena, store, teller,
                                                    &lists, &count, err);

    for (size_t i = 0; i < count && rc == BD_OK; i++)
        active = active || (lists[i].list_id == list_id &&
                            lists[i].state == BD_SUB_ACTIVE);
    bd_arena_free(arena);
    if (rc != BD_OK)
        return rc;
    if (!site->options.tip_by_server)
        *out = BD_TIP_NOT_OFFERED;
    else
        *out = active ? BD_TIP_SENT : BD_TIP_NO_READER;
    return BD_OK;
}

/* Counted whatever becomes of the tip: who could see that some addresses cost
 * nothing would learn who reads the letter. */
static enum bd_status take_quotas(struct bd_arena *arena,
                                  const struct bd_site *site,
                                  struct bd_store *store,
                                  const struct bd_tip_ask *ask, int64_t now,
                                  enum bd_tip_answer *out, struct bd_err *err)
{
    const struct {
        struct bd_quota quota;
        bd_str subject;
        enum bd_tip_answer answer;
    } limits[] = {
        { { "tip by reader", site->options.tip_per_day, DAY },
          bd_arena_printf(arena, "%lld", (long long)ask->teller->id),
          BD_TIP_TELLER_DAY },
        { { "tip by network", PER_NETWORK, DAY },
          ask->network,
          BD_TIP_NETWORK_DAY },
        { { "tip", PER_DAY, DAY }, BD_STR("all"), BD_TIP_ALL_DAY },
    };
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        bool free = true;

        if (rc != BD_OK || *out != BD_TIP_SENT || limits[i].subject.len == 0)
            continue;
        rc = bd_quota_take(store, &limits[i].quota, limits[i].subject, now,
                           &free, err);
        if (rc == BD_OK && !free)
            *out = limits[i].answer;
    }
    return rc;
}

/* The row first: its number stands in the mail. */
static enum bd_status
queue_mail(struct bd_arena *arena, const struct bd_site *site,
           struct bd_store *store, const struct bd_keyring *keys,
           const struct bd_tip_ask *ask, int64_t now, struct bd_err *err)
{
    const struct bd_tip tip = { .slug = ask->issue->slug,
                                .list_id = ask->issue->list_id,
                                .subscriber_id = ask->teller->id,
                                .at = now };
    struct bd_token token = { .purpose = BD_TOKEN_STOP, .list = 1 };
    char stop[BD_TOKEN_URL_LEN];
    struct bd_letter_row letter;
    int64_t id = 0;
    int64_t delivery = 0;
    enum bd_status rc = bd_tip_add(store, &tip, ask->friend.key, &id, err);

    if (rc != BD_OK)
        return rc;
    token.subscriber = (uint64_t)id;
    bd_token_write_url(bd_keyring_signer(keys), &token, stop);
    rc = write_mail(arena, site, ask, (bd_str) { stop, sizeof stop }, &letter,
                    err);
    if (rc == BD_OK)
        rc = bd_letter_add(store, &letter, now, &delivery, err);
    return rc;
}

enum bd_status bd_tip_send(struct bd_arena *arena, const struct bd_site *site,
                           struct bd_store *store,
                           const struct bd_keyring *keys,
                           const struct bd_tip_ask *ask,
                           struct bd_tip_outcome *out, struct bd_err *err)
{
    const struct bd_sys *sys = site->options.sys;
    int64_t now = sys->now(sys->self);
    struct bd_tip_outcome outcome = { BD_TIP_SENT, BD_TIP_FREE };
    enum bd_status rc = bd_tip_allowed(site, store, ask->teller->id,
                                       ask->issue->list_id, &outcome.answer,
                                       err);

    if (rc == BD_OK && outcome.answer == BD_TIP_SENT)
        rc = take_quotas(arena, site, store, ask, now, &outcome.answer, err);
    if (rc == BD_OK && outcome.answer == BD_TIP_SENT)
        rc = bd_tip_obstacle_find(store, ask->friend.key, ask->issue->list_id,
                                  now - YEAR, &outcome.obstacle, err);
    if (rc == BD_OK && outcome.obstacle != BD_TIP_FREE)
        outcome.answer = BD_TIP_NOT_SENT;
    if (rc == BD_OK && outcome.answer == BD_TIP_SENT)
        rc = queue_mail(arena, site, store, keys, ask, now, err);
    if (rc == BD_OK)
        *out = outcome;
    return rc;
}
