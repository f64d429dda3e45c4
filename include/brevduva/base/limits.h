/*
 * Ceilings for all that comes from outside. Reaching one is BD_ELIMIT, with
 * a message that names the limit.
 */
#ifndef BREVDUVA_BASE_LIMITS_H
#define BREVDUVA_BASE_LIMITS_H

#define BD_MAX_CONFIG_BYTES    (256 * 1024)
#define BD_MIN_LETTER_WIDTH    400 /* pixels */
#define BD_MAX_LETTER_WIDTH    800
#define BD_MAX_TEMPLATE_BYTES  (512 * 1024)
#define BD_MAX_ISSUE_BYTES     (1024 * 1024) /* Markdown with front matter */
#define BD_MAX_MESSAGE_BYTES   (8 * 1024 * 1024)  /* one compiled message */
#define BD_MAX_BESIDE_BYTES    (32 * 1024 * 1024) /* a file beside the issue */
#define BD_MAX_ATTACHED_BYTES  (5 * 1024 * 1024)  /* of one letter */
#define BD_MAX_PICTURE_PIXELS  (64 * 1024 * 1024) /* width times height */
#define BD_MAX_PICTURE_SIDE    30000
#define BD_MAX_CSV_FIELD_BYTES (64 * 1024)
#define BD_MAX_CSV_ROW_BYTES   (256 * 1024)
#define BD_MAX_CSV_COLUMNS     256
#define BD_MAX_ATTRIBUTE_BYTES (16 * 1024) /* all attributes of one reader */
#define BD_MAX_NAME_BYTES      200         /* a reader's or list's name */
#define BD_MAX_SECRET_BYTES    4096        /* a password or bearer token */
#define BD_MAX_YAML_DEPTH      8
#define BD_MAX_YAML_ENTRIES    1000 /* of one mapping or sequence */
#define BD_MAX_JSON_DEPTH      32
#define BD_MAX_TEMPLATE_DEPTH  32      /* partials in partials, sections too */
#define BD_MAX_TEMPLATE_STEPS  1000000 /* pieces of text one rendering adds */
#define BD_MAX_FILTER_BYTES    2000    /* a condition on readers: --where */
#define BD_MAX_FILTER_DEPTH    32      /* parentheses in parentheses */
#define BD_MAX_ADDRESS_OCTETS  254     /* RFC 5321 4.5.3.1.3, erratum 1690 */
#define BD_MAX_LOCAL_OCTETS    64      /* RFC 5321 4.5.3.1.1 */
#define BD_MAX_REPLY_TEXT      512     /* kept of an SMTP reply, octets */

#endif
