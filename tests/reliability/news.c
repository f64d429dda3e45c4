#include "news.h"

#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/file.h"
#include "brevduva/compose/message.h"
#include "brevduva/deliver/engine.h"
#include "brevduva/store/list.h"
#include "brevduva/store/resolve.h"

#define TWO_DAYS 172800

void news_must(const struct news *news, enum bd_status rc)
{
    if (rc == BD_OK)
        return;
    (void)fprintf(stderr, "%s\n", news->err.msg);
    abort();
}

static int64_t now(const struct news *news)
{
    return news->sys->now(news->sys->self);
}

static struct bd_actor actor(const struct news *news)
{
    return (struct bd_actor) { .channel = BD_STR("cli"), .now = now(news) };
}

/* To and Message-ID are each reader's own; the rest is the same. */
static bd_str freeze(struct news *news, size_t size)
{
    static const bd_str names[] = { BD_STR_INIT("@to"),
                                    BD_STR_INIT("@message-id") };
    struct bd_piece pieces[] = {
        { .literal = BD_STR("To: "), .has_field = true, .name = 0 },
        { .literal = BD_STR("\r\nMessage-ID: <"),
          .has_field = true,
          .name = 1 },
        { .literal = BD_STR_NONE },
    };
    struct bd_message message = { 2, names, 3, pieces, 0 };
    struct bd_buf bytes;
    bd_str frozen;

    bd_buf_init(&bytes, 0);
    bd_buf_add_cstr(&bytes, "@brev.example.org>\r\n\r\n");
    while (bytes.len < size)
        bd_buf_add_cstr(&bytes, "Hej och ho!\r\n");
    bd_buf_add_cstr(&bytes, NEWS_TAIL);
    pieces[2].literal = bd_buf_copy(&bytes, news->arena);
    for (size_t i = 0; i < 3; i++)
        message.literal_bytes += pieces[i].literal.len;
    bd_buf_clear(&bytes);
    bd_message_freeze(&message, &bytes);
    frozen = bd_buf_copy(&bytes, news->arena);
    bd_buf_fini(&bytes);
    return frozen;
}

static void add_readers(struct news *news, unsigned count)
{
    struct bd_actor who = actor(news);

    news_must(news, bd_store_begin(news->store, &news->err));
    for (unsigned i = 0; i < count; i++) {
        bd_str email = news->to ? bd_str_from(news->to)
                                : bd_arena_printf(news->arena,
                                                  "reader%u@lasare%u.example",
                                                  i, i % 3);
        struct bd_subscriber reader = { .email = email,
                                        .email_key = bd_arena_printf(
                                            news->arena, "%u %.*s", i,
                                            BD_ARG(email)),
                                        .source = BD_STR("cli"),
                                        .text_only = i % 2 == 1 };
        enum bd_subscription_state old;
        bool known = false;

        news_must(news,
                  bd_subscribe(news->store, &reader, news->list, BD_STR("yes"),
                               false, &who, &known, &old, &news->err));
    }
    news_must(news, bd_store_commit(news->store, &news->err));
}

static void begin(struct news *news, const char *folder)
{
    *news = (struct news) { .arena = bd_arena_new(),
                            .to = news->to,
                            .sys = news->sys ? news->sys : bd_sys_real() };
    news->db = bd_path_join(news->arena, folder, "brevduva.db");
    news->lock = bd_path_join(news->arena, folder, "brevduva.db-sender");
}

static void start_mailing(struct news *news, size_t size)
{
    struct bd_actor who = actor(news);
    const struct bd_issue_row issue = { .slug = BD_STR("2016-1"),
                                        .title = BD_STR("Nyheter"),
                                        .source = BD_STR("# Nyheter"),
                                        .source_hash = BD_STR("abc"),
                                        .message = freeze(news, size),
                                        .message_text = freeze(news, 10) };
    struct bd_mailing mailing = { .list_id = news->list,
                                  .message_id_salt = BD_STR("salt"),
                                  .message_id_domain = BD_STR(
                                      "brev.example.org"),
                                  .envelope_from = BD_STR("brev@example.org"),
                                  .state = BD_MAILING_SENDING,
                                  .asked_by = BD_STR("eva") };

    news_must(news, bd_mailing_start(news->store, &issue, &mailing, &who,
                                     &news->mailing, &news->err));
}

void news_make(struct news *news, const char *folder, unsigned readers,
               size_t size)
{
    const struct bd_list list = { .slug = BD_STR("nyhetsbrev"),
                                  .title = BD_STR("Nyhetsbrevet"),
                                  .language = BD_STR("sv") };

    begin(news, folder);
    news_must(news, bd_store_create(news->db, &news->err));
    news_must(news, bd_store_open(news->db, BD_STORE_WRITE, &news->store,
                                  &news->err));
    news_must(news, bd_list_add(news->store, &list, &news->list, &news->err));
    add_readers(news, readers);
    start_mailing(news, size);
}

void news_open(struct news *news, const char *folder)
{
    const struct bd_mailing *all = NULL;
    size_t count = 0;

    begin(news, folder);
    news_must(news, bd_store_open(news->db, BD_STORE_WRITE, &news->store,
                                  &news->err));
    news_must(news, bd_mailing_all(news->arena, news->store, &all, &count,
                                   &news->err));
    news->mailing = all[0].id;
}

void news_close(struct news *news)
{
    bd_store_close(news->store);
    bd_arena_free(news->arena);
}

/* A mailing that was paused, by a relay that barred us. */
static void go_on(struct news *news)
{
    struct bd_actor who = actor(news);
    struct bd_mailing mailing = { 0 };

    news_must(news, bd_mailing_get(news->arena, news->store, news->mailing,
                                   &mailing, &news->err));
    if (mailing.state == BD_MAILING_PAUSED)
        news_must(news, bd_mailing_set_state(news->store, news->mailing,
                                             BD_MAILING_SENDING, BD_STR_NONE,
                                             &who, &news->err));
}

enum bd_status news_send(struct news *news, const struct news_way *way,
                         struct news_outcome *out, struct bd_err *err)
{
    const struct bd_relay_options relay = {
        .url = way->url,
        .ehlo_name = "brev.example.org",
        .starttls = way->starttls,
        .patience = { way->patience, way->patience, way->patience,
                      way->patience, way->patience },
        .priority = 1,
        .weight = 1,
        .sessions = way->sessions,
        .chunking = way->chunking,
        .messages_per_session = way->at_most,
    };
    const struct bd_engine_options options = {
        .sys = news->sys,
        .store = news->store,
        .actor = { .channel = BD_STR("cli") },
        .relays = &relay,
        .relay_count = 1,
        .end = BD_ENGINE_WHEN_IDLE,
        .retry_first = 1,
        .retry_network = 1,
        .retry_for = 172800,
    };
    struct bd_engine_result result = { 0 };
    struct bd_mailing mailing = { 0 };
    enum bd_status rc = BD_OK;

    go_on(news);
    rc = bd_engine_run(&options, &result, err);
    out->recovered = result.recovered;
    news_must(news, bd_mailing_get(news->arena, news->store, news->mailing,
                                   &mailing, &news->err));
    out->finished = mailing.state == BD_MAILING_DONE;
    return rc;
}

int64_t news_resend(struct news *news)
{
    struct bd_actor who = actor(news);
    int64_t count = 0;

    news_must(news,
              bd_resolve_all(news->store, news->mailing, BD_RESOLVE_RESEND,
                             &who, &count, &news->err));
    return count;
}
