/* layer: base */
#include <assert.h>
#include <stdint.h>

#include "brevduva/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was parsed and written is parsed again to the same bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_json *value = NULL;
    struct bd_json *again = NULL;
    struct bd_err err = { 0 };
    struct bd_buf one;
    struct bd_buf two;

    bd_buf_init(&one, 0);
    bd_buf_init(&two, 0);
    if (bd_json_parse(arena, (bd_str) { (const char *)data, size }, &value,
                      &err) == BD_OK) {
        bd_json_write(value, &one);
        assert(bd_json_parse(arena, bd_buf_str(&one), &again, &err) == BD_OK);
        bd_json_write(again, &two);
        assert(bd_str_eq(bd_buf_str(&one), bd_buf_str(&two)));
    } else {
        assert(err.code != BD_OK && err.msg[0]);
    }
    bd_buf_clear(&one); /* any bytes at all make a valid string */
    bd_json_write_string((bd_str) { (const char *)data, size }, &one);
    assert(bd_str_is_utf8(bd_buf_str(&one), NULL));
    bd_buf_fini(&two);
    bd_buf_fini(&one);
    bd_arena_free(arena);
    return 0;
}
