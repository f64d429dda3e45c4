/*
 * All SQL of the program but for migrations/, in the dialect that SQLite and
 * PostgreSQL share: RETURNING instead of last ids, ON CONFLICT instead of
 * OR IGNORE, no functions on JSON, no case-insensitive collations. A test
 * prepares every row on a fresh database.
 */
#include "store_sql.h"

#define SUBSCRIBER_COLUMNS                                                     \
    "r.id, r.email, r.email_key, r.name, r.language, r.text_only, "            \
    "r.attributes, r.source, r.created_at "

#define LIST_COLUMNS                                                           \
    "SELECT id, slug, title, description, language, created_at FROM list "

#define MAILING_COLUMNS                                                        \
    "SELECT m.id, m.issue_id, m.list_id, i.slug, i.title, l.slug, "            \
    "i.source_hash, m.message_id_salt, m.message_id_domain, "                  \
    "m.envelope_from, m.state, m.state_reason, m.asked_by, m.created_at, "     \
    "m.started_at, m.ended_at, m.deadline "                                    \
    "FROM mailing m JOIN issue i ON i.id = m.issue_id "                        \
    "JOIN list l ON l.id = m.list_id "

/* Reader r, who stands on a list by subscription n, is suppressed. Domains
 * are few; the first half is looked up by reader. */
#define SUPPRESSED                                                             \
    "(EXISTS (SELECT 1 FROM suppression s WHERE s.subscriber_id = r.id "       \
    "AND (s.list_id IS NULL OR s.list_id = n.list_id)) "                       \
    "OR EXISTS (SELECT 1 FROM suppression s WHERE s.domain IS NOT NULL "       \
    "AND r.email LIKE '%@' || s.domain "                                       \
    "AND (s.list_id IS NULL OR s.list_id = n.list_id))) "

/* Delivery d is being handed over. */
#define CLAIMED                                                                \
    "EXISTS (SELECT 1 FROM claim c WHERE c.mailing_id = d.mailing_id "         \
    "AND d.id BETWEEN c.first_id AND c.last_id "                               \
    "AND d.claim_id IS DISTINCT FROM c.id) "

#define LOG_COLUMNS                                                            \
    "SELECT d.id, d.mailing_id, i.slug, l.slug, d.email, "                     \
    "CASE WHEN d.state = 'queued' AND " CLAIMED                                \
    "THEN 'handing-over' ELSE d.state END, d.tried_at, d.attempts, "           \
    "d.next_try_at, d.reply_code, d.enhanced, d.reply_text, d.queue_id, "      \
    "d.relay, d.message_id, d.reason "                                         \
    "FROM delivery d JOIN mailing m ON m.id = d.mailing_id "                   \
    "JOIN issue i ON i.id = m.issue_id JOIN list l ON l.id = m.list_id "

/* clang-format off */
const char *const store_sql[STORE_SQL_COUNT] = {

/* --- settings: $1 name, $2 value --- */

[SQL_SETTING_GET] =
    "SELECT value FROM setting WHERE name = $1",
[SQL_SETTING_SET] =
    "INSERT INTO setting (name, value) VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value",

/* --- lists --- */

[SQL_LIST_ADD] =
    "INSERT INTO list (slug, title, description, language, created_at) "
    "VALUES ($1, $2, $3, $4, $5) RETURNING id",
[SQL_LIST_FIND] = /* $1 slug; empty: the first */
    LIST_COLUMNS
    "WHERE slug = $1 OR (CAST($1 AS TEXT) = '' "
    "AND id = (SELECT MIN(id) FROM list))",
[SQL_LIST_EACH] =
    LIST_COLUMNS "ORDER BY id",
[SQL_LIST_COUNT] =
    "SELECT COUNT(*) FROM list",
[SQL_LIST_NUMBERS] = /* $1 list */
    "SELECT COUNT(*) FILTER (WHERE state = 'pending'), "
    "COUNT(*) FILTER (WHERE state = 'active'), "
    "COUNT(*) FILTER (WHERE state = 'left'), "
    "COUNT(*) FILTER (WHERE state = 'bounced'), "
    "COUNT(*) FILTER (WHERE state = 'complained') "
    "FROM subscription WHERE list_id = $1",
[SQL_LIST_UPDATE] = /* $1 list */
    "UPDATE list SET title = $2, description = $3, language = $4 "
    "WHERE id = $1",
[SQL_LIST_IN_USE] = /* $1 list */
    "SELECT EXISTS (SELECT 1 FROM subscription WHERE list_id = $1) "
    "OR EXISTS (SELECT 1 FROM mailing WHERE list_id = $1) "
    "OR EXISTS (SELECT 1 FROM consent WHERE list_id = $1) "
    "OR EXISTS (SELECT 1 FROM suppression WHERE list_id = $1)",
[SQL_LIST_REMOVE] = /* $1 list */
    "DELETE FROM list WHERE id = $1",

/* --- readers --- */

[SQL_SUBSCRIBER_ID] = /* $1 key */
    "SELECT id FROM subscriber WHERE email_key = $1",
[SQL_SUBSCRIBER_FIND] = /* $1 key */
    "SELECT " SUBSCRIBER_COLUMNS "FROM subscriber r WHERE r.email_key = $1",
[SQL_SUBSCRIBER_ADD] =
    "INSERT INTO subscriber (email, email_key, name, language, text_only, "
    "attributes, source, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
[SQL_SUBSCRIBER_UPDATE] = /* $1 reader */
    "UPDATE subscriber SET email = $2, email_key = $3, name = $4, "
    "language = $5, text_only = $6, attributes = $7 WHERE id = $1",
[SQL_SUBSCRIBER_EACH] = /* $1 list, $2 state or empty. CROSS JOIN keeps SQLite
                         * from gathering a million rows to sort them */
    "SELECT " SUBSCRIBER_COLUMNS ", n.state, n.since, l.slug "
    "FROM subscriber r CROSS JOIN subscription n "
    "JOIN list l ON l.id = n.list_id "
    "WHERE n.subscriber_id = r.id AND n.list_id = $1 "
    "AND (CAST($2 AS TEXT) = '' OR n.state = $2) ORDER BY r.email_key",
[SQL_IMPORT_SUBSCRIBER] = /* changes nothing when the key is known */
    "INSERT INTO subscriber (email, email_key, name, language, text_only, "
    "attributes, source, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
    "ON CONFLICT (email_key) DO NOTHING",

[SQL_IMPORT_SUBSCRIPTIONS] = /* $1 list, $2 state, $3 since, $4..$5 new ids */
    "INSERT INTO subscription (list_id, subscriber_id, state, since) "
    "SELECT CAST($1 AS BIGINT), id, CAST($2 AS TEXT), CAST($3 AS BIGINT) "
    "FROM subscriber WHERE id BETWEEN $4 AND $5 ORDER BY id",
[SQL_IMPORT_CONSENTS] = /* as SQL_CONSENT_ADD, for $2..$10 */
    "INSERT INTO consent (at, subscriber_id, list_id, act, wording_id, "
    "channel, actor, network, note) "
    "SELECT CAST($1 AS BIGINT), id, CAST($3 AS BIGINT), CAST($4 AS TEXT), "
    "CAST($5 AS BIGINT), CAST($6 AS TEXT), CAST($7 AS TEXT), "
    "CAST($8 AS TEXT), CAST($9 AS TEXT) "
    "FROM subscriber WHERE id BETWEEN $2 AND $10 ORDER BY id",

[SQL_ATTRIBUTE_ADD] = /* $1 name */
    "INSERT INTO attribute (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
[SQL_ATTRIBUTE_EACH] =
    "SELECT name FROM attribute ORDER BY id",

[SQL_SUBSCRIPTION_FIND] = /* $1 list, $2 reader */
    "SELECT state FROM subscription "
    "WHERE list_id = $1 AND subscriber_id = $2",
[SQL_SUBSCRIPTION_PUT] = /* $1 list, $2 reader, $3 state, $4 since */
    "INSERT INTO subscription (list_id, subscriber_id, state, since) "
    "VALUES ($1, $2, $3, $4) ON CONFLICT (list_id, subscriber_id) "
    "DO UPDATE SET state = excluded.state, since = excluded.since",
[SQL_SUBSCRIPTION_EACH] = /* $1 reader */
    "SELECT l.id, l.slug, n.state, n.since FROM list l "
    "JOIN subscription n ON n.list_id = l.id AND n.subscriber_id = $1 "
    "ORDER BY l.id",

/* --- consent --- */

[SQL_WORDING_FIND] = /* $1 text */
    "SELECT id FROM wording WHERE text = $1",
[SQL_WORDING_ADD] = /* $1 text */
    "INSERT INTO wording (text) VALUES ($1) RETURNING id",
[SQL_CONSENT_ADD] = /* $1 at, $2 reader, $3 list, $4 act, $5 wording ... */
    "INSERT INTO consent (at, subscriber_id, list_id, act, wording_id, "
    "channel, actor, network, note) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
[SQL_CONSENT_EACH] = /* $1 reader */
    "SELECT c.at, c.list_id, COALESCE(l.slug, ''), c.act, "
    "COALESCE(w.text, ''), c.channel, c.actor, c.network, c.note "
    "FROM consent c LEFT JOIN list l ON l.id = c.list_id "
    "LEFT JOIN wording w ON w.id = c.wording_id "
    "WHERE c.subscriber_id = $1 ORDER BY c.id",

/* --- suppression --- */

[SQL_SUPPRESSION_ANY] =
    "SELECT COUNT(*) FROM (SELECT 1 FROM suppression LIMIT 1) AS one",
[SQL_SUPPRESSION_FIND] = /* $1 hash, $2 domain, $3 list */
    "SELECT reason, since FROM suppression "
    "WHERE (address_hash = $1 OR domain = $2) "
    "AND (list_id IS NULL OR list_id = $3) ORDER BY since, id LIMIT 1",
[SQL_SUPPRESSION_ADD] = /* $1 hash, $2 key, $3 list, $4 reason, $5 since */
    "INSERT INTO suppression (address_hash, subscriber_id, list_id, reason, "
    "since) SELECT $1, (SELECT id FROM subscriber WHERE email_key = $2), "
    "$3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM suppression "
    "WHERE address_hash = $1 AND list_id IS NOT DISTINCT FROM $3)",
[SQL_SUPPRESSION_LIFT] = /* $1 hash, $2 list */
    "DELETE FROM suppression WHERE address_hash = $1 "
    "AND (list_id IS NULL OR list_id = $2)",
[SQL_SUPPRESSION_TIE] = /* $1 hash, $2 reader */
    "UPDATE suppression SET subscriber_id = $2 WHERE address_hash = $1",

/* --- mailings --- */

[SQL_ISSUE_FIND] = /* $1 slug, $2 source hash, $3 message hash */
    "SELECT id FROM issue WHERE slug = $1 AND source_hash = $2 "
    "AND message_hash = $3",
[SQL_ISSUE_ADD] =
    "INSERT INTO issue (slug, title, source, source_hash, message, "
    "message_text, message_hash, public, frozen_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) RETURNING id",
[SQL_MAILING_ADD] =
    "INSERT INTO mailing (issue_id, list_id, message_id_salt, "
    "message_id_domain, envelope_from, state, state_reason, asked_by, "
    "approved_by, created_at, started_at, deadline) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11) RETURNING id",
[SQL_MAILING_GET] = /* $1 mailing */
    MAILING_COLUMNS "WHERE m.id = $1",
[SQL_MAILING_FIND] = /* $1 slug, $2 list or 0 */
    MAILING_COLUMNS
    "WHERE i.slug = $1 AND (CAST($2 AS BIGINT) = 0 OR m.list_id = $2) "
    "ORDER BY m.id DESC LIMIT 1",
[SQL_MAILING_EACH] =
    MAILING_COLUMNS "ORDER BY m.id DESC",
[SQL_MAILING_NUMBERS] = /* $1 mailing */
    "SELECT state, COUNT(*) FROM delivery WHERE mailing_id = $1 "
    "GROUP BY state",
[SQL_MAILING_MESSAGE] = /* $1 mailing */
    "SELECT i.message, i.message_text FROM mailing m "
    "JOIN issue i ON i.id = m.issue_id WHERE m.id = $1",
[SQL_MAILING_SET_STATE] = /* $1 mailing, $2 state, $3 reason, $4 now */
    "UPDATE mailing SET state = $2, state_reason = $3, "
    "started_at = CASE WHEN $2 = 'sending' AND started_at IS NULL "
    "THEN CAST($4 AS BIGINT) ELSE started_at END, "
    "ended_at = CASE WHEN $2 IN ('done', 'cancelled') "
    "THEN CAST($4 AS BIGINT) ELSE NULL END WHERE id = $1",
[SQL_MAILING_DROP] = /* $1 mailing: copies that wait, and no one hands over */
    "UPDATE delivery AS d SET state = 'skipped', reason = 'cancelled', "
    "next_try_at = NULL WHERE d.mailing_id = $1 "
    "AND d.state IN ('queued', 'deferred') AND NOT " CLAIMED,
[SQL_AUDIENCE_COUNT] = /* $1 list */
    "SELECT COUNT(*) FILTER (WHERE state = 'active' AND NOT suppressed), "
    "COUNT(*) FILTER (WHERE state = 'active' AND suppressed), "
    "COUNT(*) FILTER (WHERE state = 'pending'), "
    "COUNT(*) FILTER (WHERE state = 'left'), "
    "COUNT(*) FILTER (WHERE state = 'bounced'), "
    "COUNT(*) FILTER (WHERE state = 'complained'), "
    "COUNT(*) FILTER (WHERE state = 'active' AND NOT suppressed "
    "AND name = '') "
    "FROM (SELECT n.state, r.name, " SUPPRESSED "AS suppressed "
    "FROM subscription n JOIN subscriber r ON r.id = n.subscriber_id "
    "WHERE n.list_id = $1) AS readers",
[SQL_AUDIENCE_EACH] = /* $1 list: its active readers, as a filter sees them */
    "SELECT r.id, r.email, r.name, "
    "CASE WHEN r.language = '' THEN l.language ELSE r.language END, "
    "r.text_only, r.attributes, r.created_at, n.since, " SUPPRESSED
    "FROM subscription n JOIN subscriber r ON r.id = n.subscriber_id "
    "JOIN list l ON l.id = n.list_id "
    "WHERE n.list_id = $1 AND n.state = 'active'",
[SQL_DELIVERY_START] = /* $1 mailing, $2 list */
    "INSERT INTO delivery (mailing_id, subscriber_id, email, state, reason, "
    "attempts) SELECT $1, r.id, r.email, "
    "CASE WHEN " SUPPRESSED "THEN 'skipped' ELSE 'queued' END, "
    "CASE WHEN " SUPPRESSED "THEN 'suppressed' ELSE '' END, 0 "
    "FROM subscription n JOIN subscriber r ON r.id = n.subscriber_id "
    "WHERE n.list_id = $2 AND n.state = 'active' ORDER BY n.subscriber_id",

/* --- claims and results --- */

[SQL_CLAIM_OPEN_COPIES] = /* $1 mailing */
    "SELECT SUM(open) FROM claim WHERE mailing_id = $1",
[SQL_CLAIM_COUNT] =
    "SELECT COUNT(*) FROM claim",
[SQL_CLAIM_LAST] = /* $1 mailing */
    "SELECT MAX(last_id) FROM claim WHERE mailing_id = $1",
[SQL_CLAIM_ADD] =
    "INSERT INTO claim (mailing_id, first_id, last_id, open, pid, host, at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
[SQL_CLAIM_FIND] = /* $1 claim */
    "SELECT c.mailing_id, c.first_id, c.last_id, m.state = 'cancelled' "
    "FROM claim c JOIN mailing m ON m.id = c.mailing_id WHERE c.id = $1",
[SQL_CLAIM_SETTLE] = /* $1 claim, $2 results; not when these are the last */
    "UPDATE claim SET open = open - $2 WHERE id = $1 AND open > $2",
[SQL_CLAIM_REMOVE] = /* $1 claim */
    "DELETE FROM claim WHERE id = $1",
[SQL_CLAIM_REMOVE_ALL] =
    "DELETE FROM claim",
[SQL_QUEUE_DUE_ATTEMPTS] = /* $1 mailing, $2 now, $3 last claimed delivery */
    "INSERT INTO attempt (delivery_id, number, state, at, reply_code, "
    "enhanced, reply_text, queue_id, relay, message_id) "
    "SELECT id, attempts, state, tried_at, reply_code, enhanced, reply_text, "
    "queue_id, relay, message_id FROM delivery "
    "WHERE mailing_id = $1 AND next_try_at <= $2 AND id > $3",
[SQL_QUEUE_DUE] = /* the same */
    "UPDATE delivery SET state = 'queued', next_try_at = NULL, "
    "tried_at = NULL, reply_code = NULL, enhanced = NULL, reply_text = NULL, "
    "queue_id = NULL, relay = NULL, message_id = NULL "
    "WHERE mailing_id = $1 AND next_try_at <= $2 AND id > $3",
[SQL_QUEUE_NEXT] = /* $1 mailing, $2 last claimed delivery, $3 how many */
    "SELECT d.id, d.subscriber_id, d.email, d.attempts, r.name, "
    "CASE WHEN r.language = '' THEN l.language ELSE r.language END, "
    "r.attributes, r.text_only, CASE WHEN r.id IS NULL THEN 'erased' "
    "WHEN n.state IS NULL THEN 'left' "
    "WHEN n.state <> 'active' THEN n.state "
    "WHEN " SUPPRESSED "THEN 'suppressed' ELSE '' END "
    "FROM delivery d JOIN mailing m ON m.id = d.mailing_id "
    "JOIN list l ON l.id = m.list_id "
    "LEFT JOIN subscriber r ON r.id = d.subscriber_id "
    "LEFT JOIN subscription n ON n.list_id = m.list_id "
    "AND n.subscriber_id = d.subscriber_id "
    "WHERE d.mailing_id = $1 AND m.state = 'sending' AND d.state = 'queued' "
    "AND d.id > $2 ORDER BY d.id LIMIT CAST($3 AS BIGINT)",
[SQL_QUEUE_SKIP] = /* $1 delivery, $2 reason */
    "UPDATE delivery SET state = 'skipped', reason = $2 WHERE id = $1",
[SQL_QUEUE_RESULT] = /* $1 delivery, $2 claim, $3 state ... */
    "UPDATE delivery SET claim_id = $2, state = $3, next_try_at = $4, "
    "attempts = attempts + 1, tried_at = $5, reply_code = $6, enhanced = $7, "
    "reply_text = $8, queue_id = $9, relay = $10, message_id = $11 "
    "WHERE id = $1 AND state = 'queued' AND claim_id IS DISTINCT FROM $2",
[SQL_QUEUE_BACK] = /* $1 delivery, $2 claim */
    "UPDATE delivery SET claim_id = $2 "
    "WHERE id = $1 AND state = 'queued' AND claim_id IS DISTINCT FROM $2",
[SQL_QUEUE_UNKNOWN] = /* $1 text: all copies of open claims */
    "UPDATE delivery SET state = 'unknown', attempts = attempts + 1, "
    "claim_id = c.id, tried_at = c.at, reply_code = 0, enhanced = '', "
    "reply_text = $1, queue_id = '', relay = '', "
    "message_id = m.id || '.' || delivery.id || '.' || m.message_id_salt "
    "|| '@' || m.message_id_domain "
    "FROM claim c JOIN mailing m ON m.id = c.mailing_id "
    "WHERE delivery.mailing_id = c.mailing_id "
    "AND delivery.id BETWEEN c.first_id AND c.last_id "
    "AND delivery.state = 'queued' "
    "AND delivery.claim_id IS DISTINCT FROM c.id",
[SQL_QUEUE_NEXT_DUE] = /* $1 mailing */
    "SELECT MIN(next_try_at) FROM delivery "
    "WHERE mailing_id = $1 AND next_try_at IS NOT NULL",

/* --- the story --- */

[SQL_LOG_ALL] = /* $1 mailing */
    LOG_COLUMNS "WHERE d.mailing_id = $1 ORDER BY d.id",
[SQL_LOG_STATE] = /* $1 mailing, $2 state */
    LOG_COLUMNS "WHERE d.mailing_id = $1 AND d.state = $2 ORDER BY d.id",
[SQL_STORY] = /* $1 reader: attempts that were followed by others, then last
               * ones; a copy without attempt stands where it was queued */
    "SELECT d.id, d.mailing_id, i.slug AS issue, l.slug AS list, d.email, "
    "a.state AS state, a.at AS tried_at, a.number AS number, "
    "NULL AS next_try_at, a.reply_code, a.enhanced, a.reply_text, "
    "a.queue_id, a.relay, a.message_id, '' AS reason, a.at AS place, 0 AS last "
    "FROM delivery d JOIN attempt a ON a.delivery_id = d.id "
    "JOIN mailing m ON m.id = d.mailing_id "
    "JOIN issue i ON i.id = m.issue_id JOIN list l ON l.id = m.list_id "
    "WHERE d.subscriber_id = $1 "
    "UNION ALL "
    "SELECT d.id, d.mailing_id, i.slug, l.slug, d.email, "
    "CASE WHEN d.state = 'queued' AND " CLAIMED
    "THEN 'handing-over' ELSE d.state END, d.tried_at, d.attempts, "
    "d.next_try_at, d.reply_code, d.enhanced, d.reply_text, d.queue_id, "
    "d.relay, d.message_id, d.reason, "
    "COALESCE(d.tried_at, (SELECT MAX(a.at) FROM attempt a "
    "WHERE a.delivery_id = d.id), m.created_at), 1 "
    "FROM delivery d JOIN mailing m ON m.id = d.mailing_id "
    "JOIN issue i ON i.id = m.issue_id JOIN list l ON l.id = m.list_id "
    "WHERE d.subscriber_id = $1 "
    "ORDER BY 17, 1, 18, 8",
[SQL_AUDIT_ADD] =
    "INSERT INTO audit (at, channel, actor, what, object, detail) "
    "VALUES ($1, $2, $3, $4, $5, $6)",
};
/* clang-format on */
