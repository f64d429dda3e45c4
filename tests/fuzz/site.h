/* A newsletter whose pages are asked for: some readers, a list, a clock that
 * stands still. The database is made once, in a folder that is removed. */
#ifndef TESTS_FUZZ_SITE_H
#define TESTS_FUZZ_SITE_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "brevduva/store/key.h"
#include "brevduva/store/list.h"
#include "brevduva/store/queue.h"
#include "web_private.h"

#define SITE_NOW     1800000000
#define SITE_READERS 3

static int64_t site_now(void *self)
{
    (void)self;
    return SITE_NOW;
}

static int64_t site_ms(void *self)
{
    (void)self;
    return 0;
}

static void site_random(void *self, void *out, size_t len)
{
    (void)self;
    memset(out, 7, len);
}

static const struct bd_sys site_sys = { site_now, site_ms, site_random, NULL };

static struct {
    char folder[64], path[96];
    struct bd_letter_options letter;
    struct bd_site *site;
    struct bd_store *store; /* may write */
    struct bd_keyring *keys;
    struct bd_err err;
} made;

#define SITE_MUST(call)                                                        \
    do {                                                                       \
        if ((call) != BD_OK) {                                                 \
            (void)fprintf(stderr, "%s: %s\n", #call, made.err.msg);            \
            abort();                                                           \
        }                                                                      \
    } while (0)

static void site_remove(void)
{
    static const char *const ends[] = { "", "-wal", "-shm" };

    bd_store_close(made.store);
    bd_keyring_free(made.keys);
    bd_site_free(made.site);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[128];

        (void)snprintf(path, sizeof path, "%s%s", made.path, ends[i]);
        (void)unlink(path);
    }
    (void)rmdir(made.folder);
}

static void site_fill(void)
{
    const struct bd_actor actor = { .channel = BD_STR("cli"), .now = SITE_NOW };
    const struct bd_list list = { .slug = BD_STR("nyhetsbrev"),
                                  .title = BD_STR("Nyhetsbrevet"),
                                  .language = BD_STR("sv"),
                                  .created_at = SITE_NOW };
    unsigned char key[BD_TOKEN_KEY_LEN] = { 1 };
    int64_t list_id = 0;
    uint8_t number = 0;

    SITE_MUST(bd_list_add(made.store, &list, &list_id, &made.err));
    SITE_MUST(bd_key_rotate(made.store, key, SITE_NOW, 0, &number, &made.err));
    for (int i = 0; i < SITE_READERS; i++) {
        char email[32];
        struct bd_subscriber reader = { 0 };
        enum bd_subscription_state old = BD_SUB_PENDING;
        bool known = false;

        (void)snprintf(email, sizeof email, "r%d@skogsvik.example", i);
        reader.email = bd_str_from(email);
        SITE_MUST(bd_subscribe(made.store, &reader, list_id, BD_STR("test"),
                               false, &actor, &known, &old, &made.err));
    }
    SITE_MUST(bd_keys_read(made.store, &made.keys, &made.err));
}

static void site_make(void)
{
    struct bd_site_options options = { .sys = &site_sys,
                                       .letter = &made.letter };

    if (made.site)
        return;
    made.letter.newsletter = BD_STR("Nyhetsbrevet");
    made.letter.from_name = BD_STR("Hyttvik");
    made.letter.from_email = BD_STR("brev@hyttvik.example");
    made.letter.base_url = BD_STR("https://brev.example/brev");
    options.contact = BD_STR("eva@hyttvik.example");
    options.tip_by_server = true;
    options.tip_per_day = 5;
    (void)snprintf(made.folder, sizeof made.folder, "%s/bd-fuzz-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert(mkdtemp(made.folder));
    (void)snprintf(made.path, sizeof made.path, "%s/brevduva.db", made.folder);
    SITE_MUST(bd_store_create(made.path, &made.err));
    SITE_MUST(bd_store_open(made.path, BD_STORE_WRITE, &made.store, &made.err));
    site_fill();
    SITE_MUST(bd_site_new(&options, &made.site, &made.err));
    (void)atexit(site_remove);
}

/* "@u1" becomes a link that was signed: of that purpose, to that reader. */
static bd_str site_sign(struct bd_arena *arena, bd_str text)
{
    struct bd_buf out;
    bd_str done = BD_STR_NONE;

    bd_buf_init(&out, 0);
    for (size_t i = 0; i < text.len; i++) {
        struct bd_token token = { .list = 1, .mailing = 1 };
        char url[BD_TOKEN_URL_LEN];

        if (text.ptr[i] != '@' || i + 2 >= text.len) {
            bd_buf_add(&out, bd_str_sub(text, i, 1));
            continue;
        }
        token.purpose = (enum bd_token_purpose)(unsigned char)text.ptr[i + 1];
        token.subscriber = (unsigned char)text.ptr[i + 2] & 7U;
        bd_token_write_url(bd_keyring_signer(made.keys), &token, url);
        bd_buf_add(&out, (bd_str) { url, sizeof url });
        i += 2;
    }
    done = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return done;
}

#endif
