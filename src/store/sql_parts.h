/* Pieces of SQL that several statements share. Only for sql*.c. */
#ifndef SQL_PARTS_H
#define SQL_PARTS_H

/* Reader r, who stands on a list by subscription n, is suppressed. Domains
 * are few; the first half is looked up by reader. */
#define SUPPRESSED                                                             \
    "(EXISTS (SELECT 1 FROM suppression s WHERE s.subscriber_id = r.id "       \
    "AND (s.list_id IS NULL OR s.list_id = n.list_id)) "                       \
    "OR EXISTS (SELECT 1 FROM suppression s WHERE s.domain IS NOT NULL "       \
    "AND r.email LIKE '%@' || s.domain "                                       \
    "AND (s.list_id IS NULL OR s.list_id = n.list_id))) "

/* Reader r wants nothing before a time that is still to come; found by the
 * index subscriber_paused. */
#define PAUSED(now) "(r.paused_until > 0 AND r.paused_until > " now ") "

/* Reader r of list l by subscription n, as a filter looks at them. */
#define AUDIENCE_COLUMNS                                                       \
    "r.id, r.email, r.name, "                                                  \
    "CASE WHEN r.language = '' THEN l.language ELSE r.language END, "          \
    "r.text_only, r.attributes, r.created_at, n.since, "                       \
    "r.paused_until, " SUPPRESSED

/* The highest id that a copy has, or will have. */
#define LAST_DELIVERY                                                          \
    "SELECT MAX(id) FROM (SELECT MAX(id) AS id FROM delivery "                 \
    "UNION ALL SELECT MAX(last_id) FROM claim) AS ids"

/* Mailing m's copy for this reader is being handed over and has no row. */
#define IS_FOLDED(reader)                                                      \
    "EXISTS (SELECT 1 FROM claim f WHERE f.mailing_id = m.id "                 \
    "AND f.folded LIKE '% ' || CAST(" reader " AS TEXT) || ' %') "

/* Columns that store_subscriber_read reads. */
#define SUBSCRIBER_COLUMNS                                                     \
    "r.id, r.email, r.email_key, r.name, r.language, r.text_only, "            \
    "r.attributes, r.source, r.created_at, r.paused_until "

#endif
