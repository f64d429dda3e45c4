/*
 * A newsletter that does nothing but send: for tests that kill it.
 *
 *   sender FOLDER make READERS   a database with readers and one mailing
 *   sender FOLDER send URL       prints "finished" when nobody waits
 *   sender FOLDER log            "STATE EMAIL MESSAGE-ID" for each copy
 */
#include <stdio.h>
#include <string.h>

#include "brevduva/base/file.h"
#include "brevduva/store/event.h"
#include "deliver/send_t.h"

static void open_news(struct t_news *t)
{
    const struct bd_mailing *all = NULL;
    size_t count = 0;

    t_must(t, bd_store_open(t->db, BD_STORE_WRITE, &t->store, &t->err));
    t_must(t, bd_mailing_all(t->arena, t->store, &all, &count, &t->err));
    t->mailing = all[0].id;
}

static int send_news(struct t_news *t, const char *url)
{
    const struct bd_relay_options relay = { .url = url,
                                            .ehlo_name = "brev.example.org",
                                            .starttls = BD_STARTTLS_OFF };
    struct bd_send_options options = { .sys = bd_sys_real(),
                                       .store = t->store,
                                       .lock_path = t->lock,
                                       .actor = { .channel = BD_STR("cli") },
                                       .retry_first = 1 };
    struct bd_send_result result;
    enum bd_status rc = bd_relay_new(&relay, &options.relay, &t->err);

    if (rc == BD_OK)
        rc = bd_send(&options, t->mailing, &result, &t->err);
    bd_relay_free(options.relay);
    if (rc != BD_OK)
        (void)fprintf(stderr, "%s\n", t->err.msg);
    if (rc == BD_OK && result.finished)
        (void)puts("finished");
    return rc == BD_OK ? 0 : 1;
}

static enum bd_status print_row(void *self, const struct bd_log_row *row,
                                struct bd_err *err)
{
    (void)self;
    (void)err;
    (void)printf("%s %.*s %.*s\n", bd_delivery_state_names[row->state],
                 BD_ARG(row->email), BD_ARG(row->message_id));
    return BD_OK;
}

static int run(struct t_news *t, const char *verb, const char *argument)
{
    struct bd_log_filter log = { 0 };

    if (!strcmp(verb, "make")) {
        t_make(t, (unsigned)strtoul(argument, NULL, 10));
        return 0;
    }
    open_news(t);
    if (!strcmp(verb, "send"))
        return send_news(t, argument);
    log.mailing_id = t->mailing;
    t_must(t, bd_log_each(t->store, &log, print_row, NULL, &t->err));
    return 0;
}

int main(int argc, char **argv)
{
    struct t_news t = { .arena = bd_arena_new() };
    const struct bd_sys *sys = bd_sys_real();
    int code = 2;

    if (argc >= 3) {
        t.db = bd_path_join(t.arena, argv[1], "brevduva.db");
        t.lock = bd_path_join(t.arena, argv[1], "lock");
        t.now = sys->now(sys->self);
        code = run(&t, argv[2], argc > 3 ? argv[3] : "0");
        bd_store_close(t.store);
    }
    bd_arena_free(t.arena);
    return code;
}
