/* layer: desk */
/* Whatever a stranger writes: the letter that passes it on is strict mail, and
 * what was written comes back out of it to the octet. So is an answer to it.
 * Input: From, name, subject, Message-ID, a line each; then the mail. */
#include "brevduva/desk/forward.h"

#include <stdlib.h>

#include "brevduva/base/assets.h"
#include "decode.h"

#define NOW 1800000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t still_now(void *self)
{
    (void)self;
    return NOW;
}

static void no_random(void *self, void *out, size_t len)
{
    (void)self;
    memset(out, 7, len);
}

static const struct bd_sys still = { still_now, still_now, no_random, NULL };

static bool find_template(void *self, bd_str path, bd_str *out)
{
    return bd_asset_find(bd_arena_printf(self, "templates/%.*s", BD_ARG(path)),
                         out);
}

/* Made once; lives until the end. */
static const struct bd_post *the_post(void)
{
    static struct bd_letter_options sender;
    static struct bd_post *post;
    const struct bd_post_options options = { .sender = &sender };

    if (post)
        return post;
    sender = (struct bd_letter_options) {
        .newsletter = BD_STR("Klubben"),
        .from_name = BD_STR("Klubben"),
        .from_email = BD_STR("brev@klubben.example"),
        .base_url = BD_STR("https://brev.klubben.example"),
        .template = find_template,
        .template_self = bd_arena_new(),
    };
    if (bd_post_new(&options, &post, NULL) != BD_OK)
        abort();
    return post;
}

static void check_lines(bd_str mail)
{
    assert(bd_str_is_ascii(mail) && bd_str_ends(mail, BD_STR("\r\n")));
    for (size_t i = 0; i < mail.len; i++) {
        assert(mail.ptr[i] != '\0');
        assert((mail.ptr[i] == '\n') == (i > 0 && mail.ptr[i - 1] == '\r'));
        assert(mail.ptr[i] != '\r' || mail.ptr[i + 1] == '\n');
    }
    while (mail.len > 0) {
        bd_str line = bd_str_cut_line(&mail);

        assert(line.len <= 998 && !starts(line, "."));
    }
}

/* Each header field once, and none that is not ours. */
static void check_header(bd_str mail)
{
    static const char *const known[] = {
        "From: ",     "To: ",           "Subject: ",
        "Date: ",     "Message-ID: ",   "Reply-To: ",
        "X-Auto-",    "Auto-Submitted", "X-Brevduva-Forward: ",
        "MIME-",      "Content-Type: ", "Content-Language: ",
        "Content-Tr", "In-Reply-To: <", "References: <",
    };
    unsigned seen = 0;
    bd_str line = bd_str_cut_line(&mail);

    for (; line.len > 0; line = bd_str_cut_line(&mail)) {
        size_t i = 0;

        if (line.ptr[0] == ' ')
            continue;
        while (i < sizeof known / sizeof *known && !starts(line, known[i]))
            i++;
        assert(i < sizeof known / sizeof *known && !(seen >> i & 1));
        seen |= 1U << i;
    }
}

static void check_attached(bd_str mail, bd_str original)
{
    size_t at = bd_str_find(mail, BD_STR("\nContent-Disposition: attachment; "
                                         "filename=original.eml\r\n"));
    bd_str part = bd_str_skip(mail, at);
    bool as_it_is = bd_str_find(bd_str_sub(part, 0, 120), BD_STR(": 7bit\r")) !=
                    SIZE_MAX;
    bool adds = bd_str_find_char(original, '\r') == SIZE_MAX;
    struct texts t;

    assert(at != SIZE_MAX);
    texts_init(&t);
    part = bd_str_skip(part, bd_str_find(part, BD_STR("\r\n\r\n")) + 4);
    part.len -= sizeof "\r\n--=_0123456789abcdef0123456789abcdef--\r\n" - 1;
    for (size_t i = 0; i < original.len; i++) {
        if (adds && original.ptr[i] == '\n')
            bd_buf_add_char(&t.want, '\r');
        bd_buf_add_char(&t.want, original.ptr[i]);
    }
    if (as_it_is)
        bd_buf_add(&t.got, part);
    while (!as_it_is && part.len > 0)
        decode_base64(bd_str_cut_line(&part), &t.got);
    assert(bd_str_eq(bd_buf_str(&t.got), bd_buf_str(&t.want)));
    texts_fini(&t);
}

static void check_answer(struct bd_arena *arena, bd_str email, bd_str id)
{
    const struct bd_note_value values[] = {
        { BD_STR("email"), email },
        { BD_STR("lists"), email },
        { BD_STR("newsletter"), email },
        { BD_STR("commands"), email },
        { BD_STR("subscribe"), BD_STR("https://brev.klubben.example/x") },
    };
    const struct bd_note_mail mail = {
        .kind = BD_NOTE_NOT_SUBSCRIBED,
        .language = BD_LANG_SV,
        .to = BD_STR("anna@lasare.example"),
        .values = values,
        .value_count = sizeof values / sizeof *values,
        .is_answer = true,
        .in_reply_to = id,
    };
    struct bd_letter_row row = { .to = BD_STR_NONE };

    if (bd_post_write(arena, the_post(), &mail, &still, &row, NULL) != BD_OK)
        abort();
    assert(row.envelope_from.len == 0);
    check_lines(row.bytes);
    check_header(row.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bd_str rest = { (const char *)data, size };
    struct bd_arena *arena = bd_arena_new();
    struct bd_err err = { 0 };
    const struct bd_desk desk = { .post = the_post(),
                                  .sys = &still,
                                  .arena = arena,
                                  .actor = { .now = NOW },
                                  .err = &err };
    struct bd_forward forward = { .to = BD_STR("eva@klubben.example"),
                                  .language = BD_LANG_SV,
                                  .size = size };
    struct bd_letter_row row = { .to = BD_STR_NONE };
    bd_str id = BD_STR_NONE;
    bool whole = false;

    forward.from = bd_str_cut(&rest, '\n');
    forward.from_name = bd_str_cut(&rest, '\n');
    forward.subject = bd_str_cut(&rest, '\n');
    id = bd_str_cut(&rest, '\n');
    forward.original = rest;
    if (bd_forward_write(&desk, &forward, &row, &whole) != BD_OK)
        abort();
    check_lines(row.bytes);
    check_header(row.bytes);
    assert(whole == (rest.len > 0));
    if (whole)
        check_attached(row.bytes, rest);
    check_answer(arena, forward.from, id);
    bd_arena_free(arena);
    return 0;
}
