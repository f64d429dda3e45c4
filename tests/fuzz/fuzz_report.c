/* layer: mail */
#include <assert.h>

#include "brevduva/base/buf.h"
#include "brevduva/mail/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(bd_str text)
{
    assert(bd_str_is_utf8(text, NULL));
    assert(!bd_str_has_control(text) && !bd_str_has_line_break(text));
}

static void check_dsn(struct bd_arena *arena, const struct bd_mail *mail)
{
    struct bd_dsn dsn;

    if (bd_dsn_read(arena, mail, &dsn) != BD_OK)
        return;
    assert(dsn.count > 0 && dsn.count <= BD_REPORT_MAX_RECIPIENTS);
    for (size_t i = 0; i < dsn.count; i++) {
        const struct bd_dsn_recipient *one = &dsn.recipients[i];

        assert(one->final.len + one->original.len > 0);
        check_line(one->final);
        check_line(one->original);
        check_line(one->diagnostic);
        check_line(one->remote_mta);
        assert(one->action <= BD_DSN_EXPANDED);
        assert(one->reply_code == 0 ||
               (one->reply_code >= 200 && one->reply_code <= 599));
        assert(one->status.class == 0 || one->status.class == 2 ||
               one->status.class == 4 || one->status.class == 5);
    }
}

static void check_arf(struct bd_arena *arena, const struct bd_mail *mail)
{
    struct bd_arf arf;

    if (bd_arf_read(arena, mail, &arf) != BD_OK)
        return;
    check_line(arf.feedback_type);
    check_line(arf.original_mail_from);
    check_line(arf.original_rcpt_to);
}

/* The data as a mail, and as the report alone. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const bd_str headers[] = {
        BD_STR_INIT(""),
        BD_STR_INIT("Content-Type: message/delivery-status\n\n"),
        BD_STR_INIT("Content-Type: message/feedback-report\n\n"),
    };
    struct bd_arena *arena = bd_arena_new();

    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct bd_buf bytes = { 0 };
        struct bd_mail mail;
        struct bd_mail_header header;

        bd_buf_add(&bytes, headers[i]);
        bd_buf_add(&bytes, (bd_str) { (const char *)data, size });
        bd_mail_read(arena, bd_buf_str(&bytes), &mail);
        check_dsn(arena, &mail);
        check_arf(arena, &mail);
        if (bd_returned_header(arena, &mail, &header) == BD_OK)
            assert(header.count > 0);
        bd_buf_fini(&bytes);
    }
    bd_arena_free(arena);
    return 0;
}
