/*
 * Translations: gettext catalogues (po/sv.po, compiled by msgfmt) that are
 * embedded in the binary and looked up here. libintl is not used because it
 * knows one language a process and only catalogues in files, while we speak
 * to each reader in their own language and are one file.
 */
#ifndef BREVDUVA_BASE_I18N_H
#define BREVDUVA_BASE_I18N_H

#include "brevduva/base/str.h"

enum bd_lang { BD_LANG_EN, BD_LANG_SV, BD_LANG_COUNT };

/* "sv", "sv_SE.UTF-8", "sv-FI" -> BD_LANG_SV. False if we do not speak it. */
bool bd_lang_parse(bd_str tag, enum bd_lang *out);
/*
 * The language that the environment asks for, by gettext's rules but with no
 * need for the locale to be installed.
 *
 * locale   the first of LC_ALL, LC_MESSAGES and LANG that is not empty
 * wanted   LANGUAGE: languages by preference, "de:sv". The first we speak goes
 *          before the locale's, unless that is plain "C" or "POSIX"
 * returns  English if we speak none of them
 */
enum bd_lang bd_lang_of_locale(bd_str locale, bd_str wanted);
const char *bd_lang_tag(enum bd_lang lang); /* "sv", for lang= and headers */

/* The translation of `msgid`, or `msgid` itself. Valid for ever. */
const char *bd_tr(enum bd_lang lang, const char *msgid)
    __attribute__((format_arg(2)));
/* By number: one, or many (n != 1 in both our languages). A context may stand
 * before `one`, as gettext writes it: "context\004one". */
const char *bd_tr_n(enum bd_lang lang, const char *one, const char *many,
                    uint64_t n) __attribute__((format_arg(2), format_arg(3)));

/* The language of the program's own messages, set once by main. */
void bd_lang_set(enum bd_lang lang);
enum bd_lang bd_lang_get(void);

/* Program messages; N_ only marks text for xgettext. */
#define _(msgid)         bd_tr(bd_lang_get(), msgid)
#define P_(one, many, n) bd_tr_n(bd_lang_get(), one, many, n)
#define N_(msgid)        msgid
/* A word that elsewhere has another sense: the context tells them apart. */
#define CP_(context, one, many, n)                                             \
    bd_tr_n(bd_lang_get(), context "\004" one, many, n)
/* Text for readers, in the letter's or page's language. */
#define L_(lang, msgid) bd_tr(lang, msgid)

#endif
