/*
 * Which column of a CSV file means what: our own export's names, Swedish and
 * English words, and the exports of Mailchimp, listmonk and Mailman.
 */
#ifndef IMPORT_COLUMNS_H
#define IMPORT_COLUMNS_H

#include "brevduva/base/limits.h"
#include "cli_private.h"

enum import_field {
    IMPORT_ATTRIBUTE, /* of the reader, under `attribute` */
    IMPORT_EMAIL,
    IMPORT_NAME,
    IMPORT_FIRST_NAME,
    IMPORT_LAST_NAME,
    IMPORT_LANGUAGE,
    IMPORT_TEXT_ONLY,
    IMPORT_STATE,
    IMPORT_SINCE,
    IMPORT_ATTRIBUTES, /* a JSON object (listmonk) */
    IMPORT_LEFT_AT,    /* filled: has left (Mailchimp) */
    IMPORT_CLEANED_AT, /* filled: mail came back (Mailchimp) */
    IMPORT_IGNORED
};

struct import_columns {
    bool headless; /* the first row is a reader already */
    size_t count;
    struct {
        enum import_field field;
        bd_str title;     /* as in the file */
        bd_str attribute; /* a-z 0-9 _ */
    } column[BD_MAX_CSV_COLUMNS];
};

/*
 * "Antal barn" -> "antal_barn": a merge tag and a column. BD_EINVAL when the
 * name means something else ("email") or has no letters.
 */
enum bd_status cli_attribute_name(struct app *app, bd_str title, bd_str *out);

/*
 * Read the first row of the file. All texts are copied into app->arena.
 * Applies --map. BD_EINVAL: no column of addresses, two of them, an unknown
 * column in --map.
 */
enum bd_status cli_import_columns_read(struct app *app, const bd_str *fields,
                                       size_t count,
                                       struct import_columns *out);

#endif
