#include <string.h>
#include <sys/stat.h>

#include "brevduva/base/when.h"
#include "config_private.h"

static const char letters_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool is_made_of(bd_str text, const char *more)
{
    for (size_t i = 0; i < text.len; i++)
        if (!text.ptr[i] || (!strchr(letters_digits, text.ptr[i]) &&
                             !strchr(more, text.ptr[i])))
            return false;
    return true;
}

PUT(put_text)
{
    (void)arena;
    (void)setting;
    *(bd_str *)field = text;
    return NULL;
}

static const char *take_number(struct bd_arena *arena, int64_t min, int64_t max,
                               bd_str text, void *field)
{
    uint64_t number = 0;

    if (!bd_str_to_u64(text, &number) || number < (uint64_t)min ||
        number > (uint64_t)max)
        return bd_arena_printf(arena,
                               _("this must be a whole number from %lld to "
                                 "%lld"),
                               (long long)min, (long long)max)
            .ptr;
    *(int64_t *)field = (int64_t)number;
    return NULL;
}

PUT(put_number)
{
    return take_number(arena, 1, setting->max, text, field);
}

PUT(put_count)
{
    return take_number(arena, 0, setting->max, text, field);
}

/* "10" or "10 %" */
PUT(put_percent)
{
    if (bd_str_ends(text, BD_STR("%")))
        text = bd_str_trim(bd_str_sub(text, 0, text.len - 1));
    return take_number(arena, 0, setting->max, text, field);
}

PUT(put_duration)
{
    char longest[BD_DURATION_TEXT];
    int64_t seconds = 0;

    if (bd_duration_parse(text, &seconds, NULL) != BD_OK || seconds < 1 ||
        seconds > setting->max)
        return bd_arena_printf(
                   arena,
                   _("this must be a length of time, as 15m, 2d or 1h30m, from "
                     "1s to %.*s"),
                   BD_ARG(bd_duration_write(setting->max, longest)))
            .ptr;
    *(int64_t *)field = seconds;
    return NULL;
}

PUT(put_language)
{
    (void)arena;
    (void)setting;
    return bd_lang_parse(text, field)
               ? NULL
               : _("this language is not spoken here; give sv or en");
}

PUT(put_starttls)
{
    if (!bd_str_eq(text, BD_STR("required")) && !bd_str_eq(text, BD_STR("off")))
        return _("this must be required or off");
    return put_text(arena, setting, text, field);
}

/* Those of libcurl's that need a user name and a secret, and no more. */
PUT(put_auth)
{
    static const char *const known[] = {
        "PLAIN",         "LOGIN", "CRAM-MD5", "DIGEST-MD5",  "SCRAM-SHA-1",
        "SCRAM-SHA-256", "NTLM",  "XOAUTH2",  "OAUTHBEARER",
    };

    (void)arena;
    (void)setting;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bd_str_eq_nocase(text, bd_str_from(known[i]))) {
            *(bd_str *)field = bd_str_from(known[i]);
            return NULL;
        }
    return _("this must be one of plain, login, cram-md5, digest-md5, "
             "scram-sha-1, scram-sha-256, ntlm, xoauth2 and oauthbearer; leave "
             "it out for the best that the server offers");
}

/* A lost session leaves so many copies in doubt; with 4 the distance to the
 * relay hardly counts any more. */
PUT(put_chunking)
{
    uint64_t number = 0;

    (void)arena;
    (void)setting;
    if (bd_str_eq(text, BD_STR("auto")))
        number = 4;
    else if (!bd_str_eq(text, BD_STR("off")) &&
             (!bd_str_to_u64(text, &number) || number < 1 || number > 16))
        return _("this must be auto, off or a whole number from 1 to 16");
    *(int64_t *)field = (int64_t)number;
    return NULL;
}

PUT(put_unknown)
{
    static const char *const known[] = {
        [BD_UNKNOWN_ASK] = "ask",
        [BD_UNKNOWN_RESEND] = "resend",
        [BD_UNKNOWN_ASSUME_SENT] = "assume-sent",
    };

    (void)arena;
    (void)setting;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bd_str_eq(text, bd_str_from(known[i]))) {
            *(enum bd_config_unknown *)field = (enum bd_config_unknown)i;
            return NULL;
        }
    return _("this must be ask, resend or assume-sent");
}

PUT(put_archive)
{
    static const char *const known[] = {
        [BD_ARCHIVE_PUBLIC] = "public",
        [BD_ARCHIVE_UNLISTED] = "unlisted",
        [BD_ARCHIVE_OFF] = "off",
    };

    (void)arena;
    (void)setting;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bd_str_eq(text, bd_str_from(known[i]))) {
            *(enum bd_config_archive *)field = (enum bd_config_archive)i;
            return NULL;
        }
    return _("this must be public, unlisted or off");
}

PUT(put_images)
{
    bool serve = bd_str_eq(text, BD_STR("serve"));

    (void)arena;
    (void)setting;
    if (!serve && !bd_str_eq(text, BD_STR("embed")))
        return _("this must be embed or serve");
    *(enum bd_config_images *)field = serve ? BD_IMAGES_SERVE : BD_IMAGES_EMBED;
    return NULL;
}

PUT(put_switch)
{
    bool on = bd_str_eq(text, BD_STR("on")) || bd_str_eq(text, BD_STR("yes")) ||
              bd_str_eq(text, BD_STR("true"));

    (void)arena;
    (void)setting;
    if (!on && !bd_str_eq(text, BD_STR("off")) &&
        !bd_str_eq(text, BD_STR("no")) && !bd_str_eq(text, BD_STR("false")))
        return _("this must be on or off");
    *(bool *)field = on;
    return NULL;
}

/* glibc takes an unknown zone for UTC without a word, so look it up where
 * the zones are installed. */
PUT(put_time_zone)
{
    static const char folder[] = "/usr/share/zoneinfo";
    struct stat st;
    bool known = is_made_of(text, "/_+-") && text.ptr[0] != '/';

    if (known && stat(folder, &st) == 0) {
        const char *path =
            bd_arena_printf(arena, "%s/%.*s", folder, BD_ARG(text)).ptr;

        known = stat(path, &st) == 0 && S_ISREG(st.st_mode);
    }
    if (!known)
        return _("there is no such time zone; give one as Europe/Stockholm");
    return put_text(arena, setting, text, field);
}

PUT(put_variable)
{
    if (!is_made_of(text, "_") || (text.ptr[0] >= '0' && text.ptr[0] <= '9'))
        return _(
            "this must be the name of an environment variable: letters, digits "
            "and underscores");
    return put_text(arena, setting, text, field);
}

PUT(put_after)
{
    enum bd_config_after *after = field;

    (void)arena;
    (void)setting;
    if (bd_str_eq(text, BD_STR("move")))
        *after = BD_AFTER_MOVE;
    else if (bd_str_eq(text, BD_STR("flag")))
        *after = BD_AFTER_FLAG;
    else
        return _("this must be move or flag");
    return NULL;
}

PUT(put_permille)
{
    bd_str number = bd_str_ends(text, BD_STR("%"))
                        ? bd_str_trim(bd_str_sub(text, 0, text.len - 1))
                        : text;
    bd_str decimal = number;
    bd_str whole = bd_str_cut(&decimal, '.');
    uint64_t percent = 0;
    uint64_t tenth = 0;

    (void)arena;
    (void)setting;
    if (!bd_str_to_u64(whole, &percent) || percent > 100 ||
        (decimal.ptr && (decimal.len != 1 || !bd_str_to_u64(decimal, &tenth))))
        return _("this must be a share in percent from 0 to 100, as 5 or 0.3");
    *(int64_t *)field = (int64_t)(10 * percent + tenth);
    return NULL;
}
