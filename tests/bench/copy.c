/*
 * Usage: bench_copy ISSUE.md full|text
 * Write one copy of the issue, as bench_engine sends it: for the other
 * programs, which send the same copy to everyone.
 */
#include <string.h>

#include "bench.h"

#include "brevduva/compose/recipient.h"

int main(int argc, char **argv)
{
    const struct bd_recipient reader = {
        .email = BD_STR("asa.oberg@skogsvik.example"),
        .name = BD_STR("Åsa Öberg"),
        .language = BD_STR("sv"),
        .attributes = BD_STR("{\"ort\":\"Övre Kvarn\"}"),
        .subscriber = 123456,
        .list = 1,
        .mailing = 1,
        .message_id = BD_STR("1.123456.0a1b2c3d4e5f"),
        .date = 1795420000,
        .zone = 60,
    };
    struct bd_arena *arena = bd_arena_new();
    struct bench_letter letter;
    struct bd_message message;
    const bd_str *values = NULL;
    struct bd_err err = { 0 };
    struct bd_buf copy;

    require(argc == 3, "usage: bench_copy ISSUE.md full|text");
    bench_letter_open(arena, argv[1], &letter);
    bd_buf_init(&copy, 0);
    require(bd_letter_compile(arena, &letter.issue, &letter.options,
                              strcmp(argv[2], "text") ? BD_LETTER_FULL
                                                      : BD_LETTER_TEXT_ONLY,
                              &message, &err) == BD_OK &&
                bd_recipient_values(arena, &message, &reader, letter.signer,
                                    &values, &err) == BD_OK &&
                bd_message_splice(&message, values, &copy) == BD_OK,
            err.msg);
    (void)fwrite(copy.ptr, 1, copy.len, stdout);
    bd_buf_fini(&copy);
    bd_signer_free(letter.signer);
    bd_arena_free(arena);
    return 0;
}
