/*
 * Usage: bench_letter ISSUE.md
 * How long one copy takes: spliced by us, copied byte by byte by memcpy (no
 * one can be faster) and built afresh by libetpan (the usual way). Prints
 * "what nanoseconds" lines; each is the best of some runs.
 */
#include <string.h>

#include <libetpan/libetpan.h>
#include <libetpan/mailmime_write_mem.h>

#include "bench.h"

#include "brevduva/compose/recipient.h"

enum { RUNS = 7 };

struct bench {
    struct bd_arena *arena;
    struct bench_letter letter;
    struct bd_message message;
    const bd_str *values;
    struct bd_buf copy;
    char *memory; /* where memcpy puts its copy */
    bd_str text, html;
};

static const struct bd_recipient reader = {
    .email = BD_STR_INIT("asa.oberg@skogsvik.example"),
    .name = BD_STR_INIT("Åsa Öberg"),
    .language = BD_STR_INIT("sv"),
    .attributes = BD_STR_INIT("{\"ort\":\"Övre Kvarn\"}"),
    .subscriber = 123456,
    .list = 1,
    .mailing = 7,
    .message_id = BD_STR_INIT("7.123456.0a1b2c3d4e5f"),
    .date = 1795420000,
    .zone = 60,
};

static void set_up(struct bench *b, const char *path)
{
    struct bd_err err = { 0 };

    b->arena = bd_arena_new();
    bench_letter_open(b->arena, path, &b->letter);
    require(bd_letter_compile(b->arena, &b->letter.issue, &b->letter.options,
                              BD_LETTER_FULL, &b->message, &err) == BD_OK,
            err.msg);
}

static bd_str part(struct bench *b, enum bd_letter_part which)
{
    struct bd_message message;
    const bd_str *values = NULL;
    struct bd_buf out;
    bd_str kept = BD_STR_NONE;

    bd_buf_init(&out, 0);
    require(bd_letter_compile_part(b->arena, &b->letter.issue,
                                   &b->letter.options, which, &message,
                                   NULL) == BD_OK &&
                bd_recipient_values(b->arena, &message, &reader,
                                    b->letter.signer, &values, NULL) == BD_OK &&
                bd_message_splice(&message, values, &out) == BD_OK,
            "a part does not compile");
    kept = bd_buf_copy(&out, b->arena);
    bd_buf_fini(&out);
    return kept;
}

static void do_compile(struct bench *b)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_issue issue;
    struct bd_message message;

    require(bd_issue_read(arena, b->letter.issue.path, b->letter.issue.source,
                          &issue, NULL) == BD_OK &&
                bd_letter_compile(arena, &issue, &b->letter.options,
                                  BD_LETTER_FULL, &message, NULL) == BD_OK,
            "the issue does not compile");
    bd_arena_free(arena);
}

static void do_splice(struct bench *b)
{
    bd_buf_clear(&b->copy);
    require(bd_message_splice(&b->message, b->values, &b->copy) == BD_OK,
            "splice");
}

/* As for each reader of a real sending: tokens signed, values looked up. */
static void do_copy(struct bench *b)
{
    struct bd_arena *arena = bd_arena_new();
    const bd_str *values = NULL;

    bd_buf_clear(&b->copy);
    require(bd_recipient_values(arena, &b->message, &reader, b->letter.signer,
                                &values, NULL) == BD_OK &&
                bd_message_splice(&b->message, values, &b->copy) == BD_OK,
            "copy");
    bd_arena_free(arena);
}

static void do_memcpy(struct bench *b)
{
    memcpy(b->memory, b->copy.ptr, b->copy.len);
    __asm__ volatile("" : : "r"(b->memory) : "memory"); /* really do it */
}

static struct mailmime *etpan_part(const char *subtype, bd_str text)
{
    clist *parameters = clist_new();
    struct mailmime *mime = NULL;

    clist_append(parameters, mailmime_param_new_with_data(
                                 (char[]) { "charset" }, (char[]) { "utf-8" }));
    mime = mailmime_new_empty(
        mailmime_content_new(
            mailmime_type_new(
                MAILMIME_TYPE_DISCRETE_TYPE,
                mailmime_discrete_type_new(MAILMIME_DISCRETE_TYPE_TEXT, NULL),
                NULL),
            strdup(subtype), parameters),
        mailmime_fields_new_encoding(MAILMIME_MECHANISM_QUOTED_PRINTABLE));
    require(mailmime_set_body_text(mime, (char *)(uintptr_t)text.ptr,
                                   text.len) == MAIL_NO_ERROR,
            "libetpan");
    return mime;
}

static void do_libetpan(struct bench *b)
{
    struct mailmime *letter = mailmime_new_message_data(NULL);
    struct mailmime *parts = mailmime_multiple_new("multipart/alternative");
    struct mailimf_mailbox_list *from = mailimf_mailbox_list_new_empty();
    struct mailimf_address_list *to = mailimf_address_list_new_empty();
    MMAPString *out = mmap_string_new("");
    int column = 0;

    (void)mailimf_mailbox_list_add_mb(from, strdup("Hyttviks byalag"),
                                      strdup("bladet@hyttvik.example"));
    (void)mailimf_address_list_add_mb(to, strdup("Asa Oberg"),
                                      strdup("asa.oberg@skogsvik.example"));
    mailmime_set_imf_fields(
        letter, mailimf_fields_new_with_data(from, NULL, NULL, to, NULL, NULL,
                                             NULL, NULL, strdup("Bladet")));
    (void)mailmime_smart_add_part(parts, etpan_part("plain", b->text));
    (void)mailmime_smart_add_part(parts, etpan_part("html", b->html));
    (void)mailmime_smart_add_part(letter, parts);
    require(mailmime_write_mem(out, &column, letter) == MAILIMF_NO_ERROR,
            "libetpan");
    mmap_string_free(out);
    mailmime_free(letter);
}

static void measure(struct bench *b, const char *what,
                    void (*once)(struct bench *), int times)
{
    double best = 0;

    for (int run = 0; run < RUNS; run++) {
        double start = seconds();
        double took = 0;

        for (int i = 0; i < times; i++)
            once(b);
        took = (seconds() - start) / times;
        if (run == 0 || took < best)
            best = took;
    }
    (void)printf("%s %.0f\n", what, best * 1e9);
}

int main(int argc, char **argv)
{
    struct bench b = { 0 };

    require(argc == 2, "usage: bench_letter ISSUE.md");
    set_up(&b, argv[1]);
    b.text = part(&b, BD_LETTER_PLAIN);
    b.html = part(&b, BD_LETTER_HTML);
    require(bd_recipient_values(b.arena, &b.message, &reader, b.letter.signer,
                                &b.values, NULL) == BD_OK,
            "values");
    do_splice(&b);
    b.memory = malloc(b.copy.len);
    require(b.memory != NULL, "out of memory");
    (void)printf("bytes %zu\n", b.copy.len);
    measure(&b, "memcpy", do_memcpy, 20000);
    measure(&b, "splice", do_splice, 20000);
    measure(&b, "copy", do_copy, 20000);
    measure(&b, "libetpan", do_libetpan, 50);
    measure(&b, "compile", do_compile, 50);
    free(b.memory);
    bd_buf_fini(&b.copy);
    bd_signer_free(b.letter.signer);
    bd_arena_free(b.arena);
    return 0;
}
