#include "brevduva/base/i18n.h"

#include <string.h>

#include "brevduva/base/assets.h"

/* A compiled catalogue (gettext manual, "The Format of GNU MO Files"):
 * N pairs of strings, the originals sorted, at two tables of {length, offset}.
 */
struct catalogue {
    const unsigned char *data; /* NULL: none */
    uint32_t count;
    uint32_t originals, translations; /* offsets of the tables */
};

#define MO_MAGIC 0x950412deU

/* The one setting of the whole process; see the header. */
static enum bd_lang program_lang = BD_LANG_EN;

static const struct {
    const char *tag;
    const char *asset; /* NULL: the msgids themselves */
} languages[BD_LANG_COUNT] = {
    [BD_LANG_EN] = { "en", NULL },
    [BD_LANG_SV] = { "sv", "po/sv.mo" },
};

bool bd_lang_parse(bd_str tag, enum bd_lang *out)
{
    for (int i = 0; i < BD_LANG_COUNT; i++) {
        bd_str known = bd_str_from(languages[i].tag);
        bd_str rest = bd_str_skip(tag, known.len);

        if (bd_str_starts_nocase(tag, known) &&
            (rest.len == 0 ||
             bd_str_find_char(BD_STR("_-.@"), rest.ptr[0]) != SIZE_MAX)) {
            *out = (enum bd_lang)i;
            return true;
        }
    }
    return false;
}

/* The first that we speak of "de:sv". */
static bool parse_list(bd_str list, enum bd_lang *out)
{
    while (list.ptr)
        if (bd_lang_parse(bd_str_cut(&list, ':'), out))
            return true;
    return false;
}

enum bd_lang bd_lang_of_locale(bd_str locale, bd_str wanted)
{
    bool plain = bd_str_eq(locale, BD_STR("C")) ||
                 bd_str_eq(locale, BD_STR("POSIX"));
    enum bd_lang lang = BD_LANG_EN;

    if (!plain && !parse_list(wanted, &lang))
        (void)bd_lang_parse(locale, &lang);
    return lang;
}

const char *bd_lang_tag(enum bd_lang lang)
{
    return languages[lang].tag;
}

static uint32_t read_u32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

/* Our own msgfmt wrote it (little-endian), so no more is checked. */
static struct catalogue catalogue_open(enum bd_lang lang)
{
    bd_str mo = BD_STR_NONE;
    const unsigned char *data = NULL;

    if (!languages[lang].asset ||
        !bd_asset_find(bd_str_from(languages[lang].asset), &mo))
        return (struct catalogue) { 0 };
    data = (const unsigned char *)mo.ptr;
    if (mo.len < 28 || read_u32(data) != MO_MAGIC)
        return (struct catalogue) { 0 };
    return (struct catalogue) { data, read_u32(data + 8), read_u32(data + 12),
                                read_u32(data + 16) };
}

static const char *entry(const struct catalogue *c, uint32_t table, uint32_t i)
{
    return (const char *)c->data +
           read_u32(c->data + table + (size_t)8 * i + 4);
}

/* The translation, or NULL. Originals with a plural are "one NUL many". */
static const char *find(enum bd_lang lang, const char *msgid)
{
    struct catalogue c = catalogue_open(lang);
    uint32_t low = 0;
    uint32_t high = c.count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(msgid, entry(&c, c.originals, middle));

        if (order == 0)
            return entry(&c, c.translations, middle);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *bd_tr(enum bd_lang lang, const char *msgid)
{
    const char *text = *msgid ? find(lang, msgid) : NULL;

    return text && *text ? text : msgid;
}

static const char *without_context(const char *msgid)
{
    const char *end = strchr(msgid, '\004');

    return end ? end + 1 : msgid;
}

const char *bd_tr_n(enum bd_lang lang, const char *one, const char *many,
                    uint64_t n)
{
    const char *text = find(lang, one);

    if (!text || !*text)
        return n == 1 ? without_context(one) : many;
    return n == 1 ? text : text + strlen(text) + 1;
}

void bd_lang_set(enum bd_lang lang)
{
    program_lang = lang;
}

enum bd_lang bd_lang_get(void)
{
    return program_lang;
}
