#include "amount.h"

#include "cli_private.h"

/* U+00A0: a number and its unit stay on one line. */
#define SPACE "\xc2\xa0"

/* "96.7" of 967. */
static bd_str tenths(struct bd_arena *arena, int64_t number)
{
    return bd_arena_printf(
        arena, "%.*s%c%lld", BD_ARG(word_number(arena, number / 10)),
        bd_lang_get() == BD_LANG_SV ? ',' : '.', (long long)(number % 10));
}

bd_str amount_share(struct bd_arena *arena, int64_t part, int64_t whole)
{
    double share = whole > 0 ? (double)part * 1000 / (double)whole : 0;
    int64_t rounded = (int64_t)(share + 0.5);
    const char *sign = "";
    const char *space = bd_lang_get() == BD_LANG_SV ? SPACE : "";

    if (part > 0 && rounded == 0) {
        sign = "<";
        rounded = 1;
    } else if (part < whole && rounded >= 1000) {
        sign = ">";
        rounded = 999;
    }
    return bd_arena_printf(arena, "%s%.*s%s%%", sign,
                           BD_ARG(tenths(arena, rounded)), space);
}

bd_str amount_time(struct bd_arena *arena, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {
        { 86400, N_("d") }, { 3600, "h" }, { 60, "min" }, { 1, "s" }
    };
    size_t i = 0;
    int64_t rest = seconds < 0 ? 0 : seconds;
    bd_str text = BD_STR_NONE;

    while (i < 3 && rest < units[i].seconds)
        i++;
    text = bd_arena_printf(arena, "%lld" SPACE "%s",
                           (long long)(rest / units[i].seconds),
                           _(units[i].name));
    rest %= units[i].seconds;
    if (i == 3 || rest / units[i + 1].seconds == 0)
        return text;
    return bd_arena_printf(arena, "%.*s" SPACE "%lld" SPACE "%s", BD_ARG(text),
                           (long long)(rest / units[i + 1].seconds),
                           _(units[i + 1].name));
}

bd_str amount_ms(struct bd_arena *arena, int64_t ms)
{
    if (ms < 1000)
        return bd_arena_printf(arena, "%lld" SPACE "ms", (long long)ms);
    if (ms < 60000)
        return bd_arena_printf(arena, "%.*s" SPACE "s",
                               BD_ARG(tenths(arena, (ms + 50) / 100)));
    return amount_time(arena, (ms + 500) / 1000);
}

bd_str amount_rate(struct bd_arena *arena, double each_second)
{
    int64_t rounded = (int64_t)(each_second + 0.5);

    if (each_second >= 10)
        return bd_arena_printf(arena, "%.*s/s",
                               BD_ARG(word_number(arena, rounded)));
    if (each_second >= 1)
        return bd_arena_printf(
            arena, "%.*s/s",
            BD_ARG(tenths(arena, (int64_t)(each_second * 10 + 0.5))));
    return bd_arena_printf(
        arena, "%.*s/min",
        BD_ARG(word_number(arena, (int64_t)(each_second * 60 + 0.5))));
}
