/* What the tests of the store share: a database of their own in a folder of
 * their own, and readers. */
#ifndef TESTS_UNIT_STORE_T_H
#define TESTS_UNIT_STORE_T_H

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "brevduva/store/event.h"
#include "brevduva/store/import.h"
#include "brevduva/store/list.h"
#include "brevduva/store/queue.h"
#include "store_private.h"
#include "t.h"

struct t_store {
    char folder[64];
    char path[96];
    struct bd_store *store;
    struct bd_arena *arena;
    struct bd_err err;
    struct bd_actor actor;
    int64_t list;
};

/* Names what went wrong when a call that must work does not. */
#define MUST(t, call)                                                          \
    do {                                                                       \
        if ((call) != BD_OK)                                                   \
            fail_msg("%s: %s", #call, (t)->err.msg);                           \
    } while (0)

#define CHECK_NUM(got, want)                                                   \
    do {                                                                       \
        long long got_ = (long long)(got);                                     \
        long long want_ = (long long)(want);                                   \
        if (got_ != want_)                                                     \
            fail_msg("%s is %lld, want %lld", #got, got_, want_);              \
    } while (0)

static inline void t_start(struct t_store *t)
{
    struct bd_list list = { .slug = BD_STR("nyhetsbrev"),
                            .title = BD_STR("Nyhetsbrevet"),
                            .language = BD_STR("sv"),
                            .created_at = 1000 };

    *t = (struct t_store) { .folder = "/tmp/bd-store-XXXXXX",
                            .actor = { .channel = BD_STR("cli"),
                                       .name = BD_STR("eva"),
                                       .now = 1000 } };
    if (!mkdtemp(t->folder))
        abort();
    (void)snprintf(t->path, sizeof t->path, "%s/brevduva.db", t->folder);
    t->arena = bd_arena_new();
    MUST(t, bd_store_create(t->path, &t->err));
    MUST(t, bd_store_open(t->path, BD_STORE_WRITE, &t->store, &t->err));
    MUST(t, bd_list_add(t->store, &list, &t->list, &t->err));
}

static inline void t_stop(struct t_store *t)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char file[128];

    bd_store_close(t->store);
    bd_arena_free(t->arena);
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(file, sizeof file, "%s%s", t->path, ends[i]);
        (void)unlink(file);
    }
    if (rmdir(t->folder) != 0)
        fail_msg("files were left in %s", t->folder);
}

/* "reader7@lasare.example", in the arena. */
static inline struct bd_subscriber t_reader(struct t_store *t, unsigned number)
{
    bd_str email = bd_arena_printf(t->arena, "reader%u@lasare.example", number);

    return (struct bd_subscriber) { .email = email,
                                    .email_key = email,
                                    .source = BD_STR("cli"),
                                    .created_at = t->actor.now };
}

/* On the list, active; returns the id. */
static inline int64_t t_subscribe(struct t_store *t, unsigned number)
{
    struct bd_subscriber reader = t_reader(t, number);
    enum bd_subscription_state old;
    bool known = false;

    MUST(t, bd_subscribe(t->store, &reader, t->list, BD_STR("said yes"), false,
                         &t->actor, &known, &old, &t->err));
    MUST(t, bd_subscriber_find(t->arena, t->store, reader.email_key, &reader,
                               &t->err));
    return reader.id;
}

/* Send issue "2016-1" to the list; returns the mailing's id. */
static inline int64_t t_send(struct t_store *t)
{
    const struct bd_issue_row issue = { .slug = BD_STR("2016-1"),
                                        .title = BD_STR("Nyheter"),
                                        .source = BD_STR("# Nyheter"),
                                        .source_hash = BD_STR("abc"),
                                        .message = BD_STR("multipart"),
                                        .message_text = BD_STR("text") };
    const struct bd_mailing mailing = {
        .list_id = t->list,
        .message_id_salt = BD_STR("salt"),
        .message_id_domain = BD_STR("brev.example"),
        .envelope_from = BD_STR("studs@brev.example"),
        .state = BD_MAILING_SENDING,
        .asked_by = BD_STR("eva")
    };
    int64_t id = 0;

    MUST(t,
         bd_mailing_start(t->store, &issue, &mailing, &t->actor, &id, &t->err));
    return id;
}

static inline struct bd_mailing t_mailing(struct t_store *t)
{
    struct bd_mailing mailing = { 0 };

    MUST(t, bd_mailing_find(t->arena, t->store, BD_STR("2016-1"), t->list,
                            &mailing, &t->err));
    return mailing;
}

/* For what changes the process: `run` returns 0 when all is well. */
static inline void t_in_child(struct t_store *t, int (*run)(struct t_store *))
{
    int status = 0;
    pid_t child = fork();

    CHECK(child >= 0);
    if (child == 0)
        _exit(run(t));
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_NUM(status, 0);
}

#endif
