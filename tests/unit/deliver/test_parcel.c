#include "t.h"

#include <string.h>

#include "brevduva/mail/return_path.h"
#include "lane_private.h"

static const unsigned char key[BD_TOKEN_KEY_LEN] = { 7 };

struct play {
    struct bd_arena *arena;
    struct bd_signer *signer;
    struct engine engine;
    struct job job;
    struct batch batch;
    struct bd_delivery delivery;
    struct bd_letter_mail letter;
    struct parcel parcel;
};

static void start(struct play *p, const char *return_path, bool letter)
{
    *p = (struct play) { .arena = bd_arena_new(),
                         .signer = bd_signer_new(3, key) };
    atomic_init(&p->engine.signer, p->signer);
    p->job.row.list_id = 2;
    p->job.row.mailing_id = 5;
    p->job.row.envelope_from = bd_str_from(return_path);
    p->batch.arena = p->arena;
    p->batch.job = &p->job;
    p->delivery = (struct bd_delivery) { .id = 4711,
                                         .subscriber_id = 77,
                                         .email = BD_STR("anna@b.example") };
    p->letter.envelope_from = bd_str_from(return_path);
    p->parcel.batch = &p->batch;
    p->parcel.delivery = &p->delivery;
    p->parcel.letter = letter ? &p->letter : NULL;
}

static void end(struct play *p)
{
    bd_signer_free(p->signer);
    bd_arena_free(p->arena);
}

/* The token in "studs+TOKEN@b.example". */
static bd_str token_in(bd_str address)
{
    bd_str token = bd_str_skip(address, sizeof "studs+" - 1);

    CHECK(bd_str_starts(address, BD_STR("studs+")));
    return bd_str_cut(&token, '@');
}

static void test_parcel_prepare__names_the_copy_in_the_return_path(void **state)
{
    struct bd_token token = { 0 };
    struct play p;
    bd_str from = BD_STR_NONE;

    (void)state;
    start(&p, "studs+*@b.example", false);
    CHECK(parcel_prepare(&p.engine, &p.parcel));
    from = p.parcel.copy.envelope_from;
    CHECK(bd_str_ends(from, BD_STR("@b.example")));
    CHECK(bd_str_find_char(from, '@') <= 64); /* RFC 5321 4.5.3.1.1 */
    CHECK(bd_token_read(p.signer, token_in(from), BD_TOKEN_BOUNCE, &token) ==
          BD_OK);
    CHECK(token.subscriber == 77 && token.list == 2 && token.mailing == 5);
    end(&p);
}

static void
test_parcel_prepare__names_the_letter_in_the_return_path(void **state)
{
    struct bd_token token = { 0 };
    struct play p;

    (void)state;
    start(&p, "studs+*@b.example", true);
    CHECK(parcel_prepare(&p.engine, &p.parcel));
    CHECK(bd_token_read(p.signer, token_in(p.parcel.copy.envelope_from),
                        BD_TOKEN_LETTER, &token) == BD_OK);
    CHECK(token.subscriber == 4711 && token.list == 0 && token.mailing == 0);
    end(&p);
}

static void test_parcel_prepare__keeps_other_return_paths(void **state)
{
    static const char *const rows[] = { "brev@b.example", "" };

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct play p;

        start(&p, rows[i / 2], i % 2);
        CHECK(parcel_prepare(&p.engine, &p.parcel));
        CHECK_STR(p.parcel.copy.envelope_from, rows[i / 2]);
        end(&p);
    }
}

static void test_parcel_prepare__has_a_path_without_a_key(void **state)
{
    struct play p;

    (void)state;
    start(&p, "studs+*@b.example", true);
    atomic_store(&p.engine.signer, NULL);
    CHECK(parcel_prepare(&p.engine, &p.parcel));
    CHECK_STR(p.parcel.copy.envelope_from, "studs@b.example");
    end(&p);
}

static void no_random(void *self, void *out, size_t len)
{
    (void)self;
    memset(out, 0, len);
}

/* 451 at 2000 to a copy of a mailing whose own time is over since 1000, with
 * 500 seconds from the first try. */
static void
test_parcel_conclude__gives_each_copy_its_time_from_its_first_try(void **state)
{
    static const struct {
        const char *what;
        int64_t first_at, attempts;
        bool letter;
        enum bd_delivery_state want;
        int64_t next_try_at;
    } rows[] = {
        { "its first try", 0, 0, false, BD_DELIVERY_DEFERRED, 2050 },
        { "it has some time", 1600, 1, false, BD_DELIVERY_DEFERRED, 2100 },
        { "one last try", 1550, 1, false, BD_DELIVERY_DEFERRED, 2050 },
        { "that was it", 1500, 2, false, BD_DELIVERY_REFUSED, 0 },
        { "a letter", 0, 0, true, BD_DELIVERY_REFUSED, 0 },
    };
    struct bd_sys sys = *bd_sys_real();
    const struct bd_engine_options options = { .sys = &sys,
                                               .retry_first = 50,
                                               .retry_for = 500 };
    const struct lane lane = { .name = "relay" };

    (void)state;
    sys.random = no_random;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct play p;
        struct bd_smtp_outcome outcome = { .verdict = BD_SMTP_DEFERRED,
                                           .stage = BD_SMTP_RCPT,
                                           .code = 451,
                                           .text = BD_STR("later") };

        start(&p, "", rows[i].letter);
        p.engine.options = &options;
        p.engine.io_now = 2000;
        p.job.row.tried_from = 500;
        p.letter.deadline = 1000;
        p.delivery.first_at = rows[i].first_at;
        p.delivery.attempts = rows[i].attempts;
        parcel_conclude(&p.engine, &p.parcel, &outcome, &lane, 1);
        CHECK_ROW(rows[i].what, p.parcel.receipt.state == rows[i].want);
        CHECK_ROW(rows[i].what,
                  p.parcel.receipt.next_try_at == rows[i].next_try_at);
        CHECK_ROW(rows[i].what, p.parcel.receipt.given_up ==
                                    (rows[i].want == BD_DELIVERY_REFUSED));
        CHECK_STR(p.parcel.receipt.reply_text, "later");
        end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            test_parcel_prepare__names_the_copy_in_the_return_path),
        cmocka_unit_test(
            test_parcel_prepare__names_the_letter_in_the_return_path),
        cmocka_unit_test(test_parcel_prepare__keeps_other_return_paths),
        cmocka_unit_test(test_parcel_prepare__has_a_path_without_a_key),
        cmocka_unit_test(
            test_parcel_conclude__gives_each_copy_its_time_from_its_first_try),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
