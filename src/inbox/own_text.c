/* What a person wrote, without what they quote and what their program adds. */
#include "classify_private.h"

#include <string.h>

/* clang-format off */
/* A line that begins so is the start of what is quoted. */
static const char *const quotes[] = {
    "-----original", "----- original", "-----ursprungligt",
    "----- ursprungligt", "----- ursprüngliche", "-----ursprüngliche",
    "-------- original", "-------- ursprungligt", "--- original",
    "---------- forwarded", "---------- vidarebefordrat",
    "begin forwarded message", "vidarebefordrat brev",
    "_____", "from: ", "från: ", "von: ", "fra: ", "lähettäjä: ", "de : ",
    "*from:*", "*från:*",
};
/* A line that ends so is too. */
static const char *const wrote[] = {
    "wrote:", "skrev:", "schrieb:", "kirjoitti:", "a écrit :", "a écrit:",
    "skrev följande:", "wrote the following:",
};
/* What programs and telephones put below. */
static const char *const footers[] = {
    "sent from my", "sent from mail for", "sent from outlook",
    "sent from yahoo", "sent via", "get outlook for", "skickat från",
    "skickades från", "skickas från", "hämta outlook", "sendt fra",
    "gesendet von", "von meinem", "lähetetty", "envoyé de mon",
    "this message was automatically generated",
    "apple mail sent this email to unsubscribe",
};
/* clang-format on */

static bool begins_with(bd_str line, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && line.len > 0; i++)
        if (words[i][0] == line.ptr[0] &&
            bd_str_starts(line, bd_str_from(words[i])))
            return true;
    return false;
}

static bool ends_with(bd_str line, const char *const *words, size_t count)
{
    if (!bd_str_ends(line, BD_STR(":"))) /* as all of them do */
        return false;
    for (size_t i = 0; i < count; i++)
        if (bd_str_ends(line, bd_str_from(words[i])))
            return true;
    return false;
}

/* The rest is not theirs. "On Monday, Eva <eva@y.example>" may be broken
 * before its "wrote:". */
static bool is_end(bd_str line, bd_str next)
{
    if (bd_str_eq(line, BD_STR("--")) || bd_str_eq(line, BD_STR("__")))
        return true;
    if (begins_with(line, quotes, sizeof quotes / sizeof *quotes) ||
        begins_with(line, footers, sizeof footers / sizeof *footers) ||
        ends_with(line, wrote, sizeof wrote / sizeof *wrote))
        return true;
    return bd_str_find_char(line, '@') != SIZE_MAX && next.len <= 80 &&
           ends_with(next, wrote, sizeof wrote / sizeof *wrote);
}

bd_str own_text(struct bd_arena *arena, bd_str text)
{
    bd_str cut = bd_str_cut_utf8(text, CLASSIFY_MAX_TEXT);
    bd_str rest = cut, folded = fold_text(arena, cut);
    char *out = bd_arena_alloc(arena, cut.len + 2);
    size_t len = 0;

    while (rest.ptr) {
        size_t at = (size_t)(rest.ptr - cut.ptr);
        bd_str line = bd_str_cut_line(&rest), next = rest;
        bd_str small = bd_str_trim(bd_str_sub(folded, at, line.len));

        line = bd_str_trim(line);
        if (next.ptr) {
            next = bd_str_cut_line(&next);
            next = bd_str_trim(
                bd_str_sub(folded, (size_t)(next.ptr - cut.ptr), next.len));
        }
        if (is_end(small, next))
            break;
        if (line.len == 0 || line.ptr[0] == '>')
            continue;
        memcpy(out + len, line.ptr, line.len);
        len += line.len;
        out[len++] = '\n';
    }
    return (bd_str) { out, len };
}
