/* layer: store */
/* A condition is read whole or refused with a reason; and where it is read,
 * its contrary means all others. */
#include "brevduva/store/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool kept)
{
    if (!kept)
        __builtin_trap();
}

static bool meant(struct bd_arena *arena, const struct bd_filter *filter)
{
    static const struct bd_subscriber reader = {
        .email = BD_STR_INIT("anna@example.org"),
        .name = BD_STR_INIT("Anna Öst"),
        .language = BD_STR_INIT("sv"),
        .attributes = BD_STR_INIT("{\"ort\":\"Kumla\",\"medlem\":\"12\","
                                  "\"not\":\"a\\\"b\"}"),
        .created_at = 1500000000,
    };
    bool got = false;

    promise(bd_filter_match(arena, NULL, filter, &reader, 1600000000, &got,
                            NULL) == BD_OK);
    return got;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const bd_str attributes[] = { BD_STR_INIT("ort"),
                                         BD_STR_INIT("medlem"),
                                         BD_STR_INIT("not") };
    const struct bd_filter_names names = { attributes, 3, NULL, 0 };
    bd_str text = { (const char *)data, size };
    const struct bd_filter *filter = NULL;
    struct bd_arena *arena = bd_arena_new();
    struct bd_err err = { 0 };
    enum bd_status rc = bd_filter_parse(arena, text, &names, &filter, &err);

    promise(rc == BD_OK || err.msg[0]);
    if (rc == BD_OK && filter) {
        bool got = meant(arena, filter);
        bd_str other = bd_arena_printf(arena, "not (%.*s)", BD_ARG(text));

        rc = bd_filter_parse(arena, other, &names, &filter, &err);
        promise(rc == BD_ELIMIT ||
                (rc == BD_OK && meant(arena, filter) != got));
    }
    bd_arena_free(arena);
    return 0;
}
