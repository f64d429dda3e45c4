/* A newsletter of its own for tests of sending: a database with readers, one
 * mailing to them, and a clock that is set by hand. */
#ifndef TESTS_UNIT_SEND_T_H
#define TESTS_UNIT_SEND_T_H

#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/buf.h"
#include "brevduva/compose/message.h"
#include "brevduva/deliver/send.h"
#include "brevduva/store/list.h"

#define T_START    1000000
#define T_DEADLINE (T_START + 172800) /* two days after the start */

struct t_news {
    const char *db, *lock; /* paths */
    struct bd_arena *arena;
    struct bd_store *store;
    int64_t list, mailing;
    int64_t now;
    struct bd_err err;
};

static inline void t_must(const struct t_news *t, enum bd_status rc)
{
    if (rc == BD_OK)
        return;
    (void)fprintf(stderr, "%s\n", t->err.msg);
    abort();
}

/* A message that says "BODY" and names reader and Message-ID. */
static inline bd_str t_frozen(struct t_news *t, const char *body)
{
    static const bd_str names[] = { BD_STR_INIT("@to"),
                                    BD_STR_INIT("@message-id") };
    const struct bd_piece pieces[] = {
        { .literal = BD_STR("To: "), .has_field = true, .name = 0 },
        { .literal = BD_STR("\r\nMessage-ID: <"),
          .has_field = true,
          .name = 1 },
        { .literal = bd_arena_printf(
              t->arena, "@brev.example.org>\r\n\r\n%s\r\n", body) },
    };
    struct bd_message message = { 2, names, 3, pieces, 0 };
    struct bd_buf bytes;
    bd_str frozen;

    for (size_t i = 0; i < 3; i++)
        message.literal_bytes += pieces[i].literal.len;
    bd_buf_init(&bytes, 0);
    bd_message_freeze(&message, &bytes);
    frozen = bd_buf_copy(&bytes, t->arena);
    bd_buf_fini(&bytes);
    return frozen;
}

/* reader0@lasare.example and so on; those of odd number want text only. */
static inline void t_readers(struct t_news *t, unsigned count)
{
    struct bd_actor actor = { .channel = BD_STR("cli"), .now = t->now };

    t_must(t, bd_store_begin(t->store, &t->err));
    for (unsigned i = 0; i < count; i++) {
        bd_str email = bd_arena_printf(t->arena, "reader%u@lasare.example", i);
        struct bd_subscriber reader = { .email = email,
                                        .email_key = email,
                                        .source = BD_STR("cli"),
                                        .text_only = i % 2 == 1 };
        enum bd_subscription_state old;
        bool known = false;

        t_must(t, bd_subscribe(t->store, &reader, t->list, BD_STR("yes"), false,
                               &actor, &known, &old, &t->err));
    }
    t_must(t, bd_store_commit(t->store, &t->err));
}

/* Make the database at t->db with `readers` readers and a mailing. */
static inline void t_make(struct t_news *t, unsigned readers)
{
    struct bd_actor actor = { .channel = BD_STR("cli"), .now = t->now };
    const struct bd_list list = { .slug = BD_STR("nyhetsbrev"),
                                  .title = BD_STR("Nyhetsbrevet"),
                                  .language = BD_STR("sv") };
    const struct bd_issue_row issue = { .slug = BD_STR("2016-1"),
                                        .title = BD_STR("Nyheter"),
                                        .source = BD_STR("# Nyheter"),
                                        .source_hash = BD_STR("abc"),
                                        .message = t_frozen(t, "full"),
                                        .message_text = t_frozen(t, "text") };
    struct bd_mailing mailing = { .message_id_salt = BD_STR("salt"),
                                  .message_id_domain = BD_STR(
                                      "brev.example.org"),
                                  .envelope_from = BD_STR("brev@example.org"),
                                  .state = BD_MAILING_SENDING,
                                  .asked_by = BD_STR("eva"),
                                  .deadline = t->now + T_DEADLINE - T_START };

    t_must(t, bd_store_create(t->db, &t->err));
    t_must(t, bd_store_open(t->db, BD_STORE_WRITE, &t->store, &t->err));
    t_must(t, bd_list_add(t->store, &list, &t->list, &t->err));
    t_readers(t, readers);
    mailing.list_id = t->list;
    t_must(t, bd_mailing_start(t->store, &issue, &mailing, &actor, &t->mailing,
                               &t->err));
}

#endif
