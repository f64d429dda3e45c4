/* A newsletter with a reader, and a desk that answers a mail. */
#ifndef TESTS_UNIT_DESK_T_H
#define TESTS_UNIT_DESK_T_H

#include <stdio.h>
#include <unistd.h>

#include "brevduva/base/assets.h"
#include "brevduva/desk/leave.h"
#include "brevduva/store/queue.h"
#include "t.h"

#define NOW ((int64_t)1795420003)
#define DAY ((int64_t)24 * 60 * 60)

#define MUST(t, call)                                                          \
    do {                                                                       \
        if ((call) != BD_OK)                                                   \
            fail_msg("%s: %s", #call, (t)->err.msg);                           \
    } while (0)

struct desk_t {
    char folder[64];
    struct bd_arena *arena;
    struct bd_store *store;
    struct bd_post *post;
    struct bd_signer *signer;
    struct bd_letter_options sender;
    struct bd_list list;
    struct bd_subscriber anna;
    struct bd_err err;
};

static inline int64_t t_now(void *self)
{
    (void)self;
    return NOW;
}

static inline void t_random(void *self, void *out, size_t len)
{
    (void)self;
    memset(out, 0xab, len);
}

static const struct bd_sys t_sys = { t_now, t_now, t_random, NULL };

static inline bool t_template(void *self, bd_str path, bd_str *out)
{
    return bd_asset_find(bd_arena_printf(self, "templates/%.*s", BD_ARG(path)),
                         out);
}

static inline const char *t_path(const struct desk_t *t, const char *end)
{
    return bd_arena_printf(t->arena, "%s/brevduva.db%s", t->folder, end).ptr;
}

static inline void t_start(struct desk_t *t, bool off_web)
{
    static const unsigned char key[BD_TOKEN_KEY_LEN] = { 7 };
    const struct bd_actor cli = { .channel = BD_STR("cli"), .now = NOW };
    struct bd_list list = { .slug = BD_STR("nyhetsbrev"),
                            .title = BD_STR("Nyhetsbrevet"),
                            .language = BD_STR("sv"),
                            .created_at = 1000 };
    struct bd_subscriber anna = { .email = BD_STR("anna@lasare.example"),
                                  .email_key = BD_STR("anna@lasare.example"),
                                  .language = BD_STR("en"),
                                  .created_at = 1000 };
    struct bd_post_options options = { .sender = &t->sender,
                                       .return_path = BD_STR(
                                           "studs+*@brev.example"),
                                       .off_web = off_web };
    enum bd_subscription_state old = BD_SUB_PENDING;
    bool known = false;

    *t = (struct desk_t) { .folder = "/tmp/bd-desk-XXXXXX",
                           .arena = bd_arena_new(),
                           .signer = bd_signer_new(1, key) };
    t->sender = (struct bd_letter_options) {
        .newsletter = BD_STR("Brevdalen"),
        .from_name = BD_STR("Brevdalens förening"),
        .from_email = BD_STR("brev@brev.example"),
        .base_url = off_web ? BD_STR_NONE : BD_STR("https://brev.example"),
        .template = t_template,
        .template_self = t->arena,
    };
    if (!mkdtemp(t->folder))
        abort();
    MUST(t, bd_store_create(t_path(t, ""), &t->err));
    MUST(t, bd_store_open(t_path(t, ""), BD_STORE_WRITE, &t->store, &t->err));
    MUST(t, bd_list_add(t->store, &list, &list.id, &t->err));
    t->list = list;
    MUST(t, bd_subscribe(t->store, &anna, list.id, BD_STR("said so"), false,
                         &cli, &known, &old, &t->err));
    MUST(t, bd_subscriber_find(t->arena, t->store, anna.email_key, &t->anna,
                               &t->err));
    MUST(t, bd_post_new(&options, &t->post, &t->err));
}

static inline void t_stop(struct desk_t *t)
{
    static const char *const ends[] = { "", "-wal", "-shm" };

    bd_post_free(t->post);
    bd_signer_free(t->signer);
    bd_store_close(t->store);
    for (size_t i = 0; i < 3; i++)
        (void)unlink(t_path(t, ends[i]));
    if (rmdir(t->folder) != 0)
        fail_msg("files were left in %s", t->folder);
    bd_arena_free(t->arena);
}

/* The desk for one mail from that address, at that time. */
static inline struct bd_desk t_mail(struct desk_t *t, const char *from,
                                    int64_t now)
{
    return (struct bd_desk) {
        .post = t->post,
        .store = t->store,
        .signer = t->signer,
        .sys = &t_sys,
        .arena = t->arena,
        .actor = { .channel = BD_STR("mail"), .now = now },
        .asker = bd_str_from(from),
        .newsletter = t->sender.newsletter,
        .organisation = BD_STR("Brevdalens förening"),
        .language = BD_LANG_SV,
        .is_mail = true,
        .in_reply_to = BD_STR("frun.1@lasare.example"),
        .commands = BD_STR("studs@brev.example"),
        .subscribe = t->sender.base_url.len > 0
                         ? BD_STR("https://brev.example/subscribe")
                         : BD_STR_NONE,
        .err = &t->err,
    };
}

/* All letters that wait, and they wait no more. */
static inline size_t t_letters(struct desk_t *t,
                               const struct bd_delivery **out_to,
                               const struct bd_letter_mail **out)
{
    int64_t claim = 0;
    size_t count = 0;

    MUST(t, bd_queue_claim_letters(t->arena, t->store, 100, NOW, &claim, out_to,
                                   out, &count, &t->err));
    return count;
}

static inline bool has(bd_str text, const char *part)
{
    return bd_str_find(text, bd_str_from(part)) != SIZE_MAX;
}

#endif
