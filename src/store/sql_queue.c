/* All SQL of the program, as sql.c: the queue, what is kept for it, letters. */
#include "sql_parts.h"
#include "store_sql.h"

/* What the sender needs of copy d, and why reader r, if there is one, must not
 * get it. */
#define DUE_COLUMNS(address)                                                   \
    "d.id, d.subscriber_id, " address ", d.attempts, "                         \
    "COALESCE(r.name, ''), COALESCE(r.language, ''), "                         \
    "COALESCE(r.attributes, ''), COALESCE(r.text_only, 0), d.state, "          \
    "COALESCE((SELECT MIN(a.at) FROM attempt a WHERE a.delivery_id = d.id), "  \
    "d.tried_at, 0), "

/* A row of SQL_RESULT: a mailing's and a claim's, by twenties or one. Of the
 * columns the first three are the same for all rows. */
#define RESULT_ROW(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)             \
    "($1, $2, '', $" #a ", $" #b ", $" #c ", $" #d ", $" #e ", $" #f ", $" #g  \
    ", $" #h ", $" #i ", $" #j ", $" #k ", $" #l ", $" #m ", $" #n ", $" #o    \
    ", $" #p ")"

#define RESULT_INTO                                                            \
    "INSERT INTO delivery (mailing_id, claim_id, reason, id, letter_id, "      \
    "subscriber_id, email, state, attempts, next_try_at, given_up, tried_at, " \
    "took_ms, session, relay_id, reply_code, enhanced, reply_text, queue_id) " \
    "VALUES "

/* Retries, letters and what was unfolded have a row already. */
#define RESULT_UPDATE                                                          \
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, "                 \
    "attempts = excluded.attempts, next_try_at = excluded.next_try_at, "       \
    "given_up = excluded.given_up, "                                           \
    "tried_at = excluded.tried_at, took_ms = excluded.took_ms, "               \
    "session = excluded.session, relay_id = excluded.relay_id, "               \
    "reply_code = excluded.reply_code, enhanced = excluded.enhanced, "         \
    "reply_text = excluded.reply_text, queue_id = excluded.queue_id "          \
    "WHERE delivery.state = 'handing-over' "                                   \
    "AND delivery.claim_id = excluded.claim_id"

/* clang-format off */
const char *const store_sql_queue[STORE_SQL_COUNT] = {

/* --- numbers that are kept --- */

[SQL_COUNT_COPIES] = /* $1 mailing, $2 state, $3 how many more */
    "INSERT INTO mailing_count (mailing_id, state, copies) "
    "VALUES ($1, $2, $3) ON CONFLICT (mailing_id, state) "
    "DO UPDATE SET copies = mailing_count.copies + excluded.copies",
[SQL_COUNT_FORGET] = /* $1 mailing */
    "DELETE FROM mailing_count WHERE mailing_id = $1",
[SQL_COUNT_AGAIN] = /* $1 mailing */
    "INSERT INTO mailing_count (mailing_id, state, copies) "
    "SELECT mailing_id, state, SUM(copies) FROM ("
    "SELECT mailing_id, state, COUNT(*) AS copies FROM delivery "
    "WHERE mailing_id = $1 GROUP BY mailing_id, state UNION ALL "
    "SELECT mailing_id, 'handing-over', rowless FROM claim "
    "WHERE mailing_id = $1 AND rowless > 0) AS all_copies "
    "GROUP BY mailing_id, state",
[SQL_COUNT_DROP] = /* $1 mailing: no copy waits any more */
    "UPDATE mailing_count SET copies = 0 WHERE mailing_id = $1 "
    "AND (state = 'queued' OR state = 'deferred')",
[SQL_COUNT_READERS] = /* $1 list, $2 state, $3 how many more, $4 nameless */
    "INSERT INTO list_count (list_id, state, readers, nameless) "
    "VALUES ($1, $2, $3, $4) ON CONFLICT (list_id, state) "
    "DO UPDATE SET readers = list_count.readers + excluded.readers, "
    "nameless = list_count.nameless + excluded.nameless",
[SQL_COUNT_NAMELESS] = /* $1 reader, $2 how many more, on each list */
    "UPDATE list_count SET nameless = nameless + $2 WHERE EXISTS "
    "(SELECT 1 FROM subscription n WHERE n.list_id = list_count.list_id "
    "AND n.subscriber_id = $1 AND n.state = list_count.state)",
[SQL_COUNT_CHECK_COPIES] = /* numbers that the rows do not bear out */
    "SELECT i.slug FROM (SELECT mailing_id FROM ("
    "SELECT mailing_id, state, copies FROM mailing_count UNION ALL "
    "SELECT mailing_id, state, -COUNT(*) FROM delivery "
    "WHERE mailing_id IS NOT NULL GROUP BY mailing_id, state UNION ALL "
    "SELECT mailing_id, 'handing-over', -rowless FROM claim "
    "WHERE mailing_id IS NOT NULL) AS both "
    "GROUP BY mailing_id, state HAVING SUM(copies) <> 0 LIMIT 1) AS wrong "
    "JOIN mailing m ON m.id = wrong.mailing_id "
    "JOIN issue i ON i.id = m.issue_id",
[SQL_COUNT_CHECK_READERS] =
    "SELECT l.slug FROM (SELECT list_id FROM ("
    "SELECT list_id, state, readers, nameless FROM list_count UNION ALL "
    "SELECT n.list_id, n.state, -COUNT(*), -COUNT(*) FILTER (WHERE "
    "r.name = '') FROM subscription n JOIN subscriber r "
    "ON r.id = n.subscriber_id GROUP BY n.list_id, n.state) AS both "
    "GROUP BY list_id, state HAVING SUM(readers) <> 0 OR SUM(nameless) <> 0 "
    "LIMIT 1) AS wrong JOIN list l ON l.id = wrong.list_id",
[SQL_AUDIENCE_KEPT] = /* $1 list */
    "SELECT state, readers, nameless FROM list_count WHERE list_id = $1",
[SQL_AUDIENCE_EACH] = /* $1 list: its active readers, as a filter sees them */
    "SELECT " AUDIENCE_COLUMNS
    "FROM subscription n JOIN subscriber r ON r.id = n.subscriber_id "
    "JOIN list l ON l.id = n.list_id "
    "WHERE n.list_id = $1 AND n.state = 'active'",
[SQL_SUPPRESSION_DOMAINS] =
    "SELECT EXISTS (SELECT 1 FROM suppression WHERE domain IS NOT NULL)",
[SQL_AUDIENCE_SUPPRESSED] = /* $1 list; where no domain is suppressed */
    "SELECT COUNT(*), COUNT(*) FILTER (WHERE r.name = '') "
    "FROM subscription n JOIN subscriber r ON r.id = n.subscriber_id "
    "WHERE n.list_id = $1 AND n.state = 'active' AND n.subscriber_id IN "
    "(SELECT s.subscriber_id FROM suppression s "
    "WHERE s.subscriber_id IS NOT NULL "
    "AND (s.list_id IS NULL OR s.list_id = $1))",
[SQL_AUDIENCE_SUPPRESSED_DOMAINS] = /* $1 list */
    "SELECT COUNT(*), COUNT(*) FILTER (WHERE r.name = '') "
    "FROM subscription n JOIN subscriber r ON r.id = n.subscriber_id "
    "WHERE n.list_id = $1 AND n.state = 'active' AND " SUPPRESSED,
[SQL_AUDIENCE_HAVE] = /* $1 list, $2 slug: who has it by another list */
    "SELECT COUNT(DISTINCT d.subscriber_id) FROM delivery d "
    "JOIN subscription n ON n.subscriber_id = d.subscriber_id "
    "WHERE d.mailing_id IN (SELECT m.id FROM mailing m "
    "JOIN issue i ON i.id = m.issue_id WHERE i.slug = $2 AND m.list_id <> $1) "
    "AND d.state NOT IN ('queued', 'deferred', 'refused', 'skipped') "
    "AND n.list_id = $1 AND n.state = 'active'",
[SQL_AUDIENCE_AWAIT] = /* $1 list, $2 slug: those to whom it is still to go */
    "SELECT COUNT(DISTINCT n.subscriber_id) FROM mailing m "
    "JOIN issue i ON i.id = m.issue_id "
    "JOIN subscription o ON o.list_id = m.list_id AND o.state = 'active' "
    "JOIN subscription n ON n.subscriber_id = o.subscriber_id "
    "AND n.list_id = $1 AND n.state = 'active' "
    "WHERE i.slug = $2 AND m.list_id <> $1 "
    "AND m.state IN ('held', 'scheduled', 'sending', 'paused') "
    "AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.mailing_id = m.id "
    "AND d.subscriber_id = n.subscriber_id "
    "AND d.state NOT IN ('queued', 'deferred'))",
[SQL_AUDIENCE_PAUSED] = /* $1 list, $2 now */
    "SELECT COUNT(*), COUNT(*) FILTER (WHERE r.name = '') "
    "FROM subscriber r CROSS JOIN subscription n "
    "WHERE " PAUSED("$2") "AND n.subscriber_id = r.id AND n.list_id = $1 "
    "AND n.state = 'active' AND NOT " SUPPRESSED,

/* --- the audience, enlisted while the mailing goes out --- */

[SQL_CHANGE_NOTE] = /* $1 list, $2 reader, $3 state before */
    "INSERT INTO mailing_change (mailing_id, subscriber_id, state) "
    "SELECT id, CAST($2 AS BIGINT), CAST($3 AS TEXT) FROM mailing "
    "WHERE list_id = $1 AND enlist_after < enlist_to "
    "AND $2 > enlist_after AND $2 <= enlist_to "
    "ON CONFLICT (mailing_id, subscriber_id) DO NOTHING",
[SQL_ENLIST_NEXT] = /* $1 list, $2 after, $3 up to, $4 how many */
    "SELECT r.id, r.email, r.name, r.language, r.attributes, r.text_only "
    "FROM subscription n CROSS JOIN subscriber r "
    "WHERE n.list_id = $1 AND n.subscriber_id > $2 AND n.subscriber_id <= $3 "
    "AND n.state = 'active' AND r.id = n.subscriber_id "
    "ORDER BY n.subscriber_id LIMIT CAST($4 AS BIGINT)",
[SQL_ENLIST_NEXT_CAREFUL] = /* $5 mailing: as those on the list were, and are;
                             * $6 now */
    "SELECT r.id, r.email, r.name, r.language, r.attributes, r.text_only, "
    "CASE WHEN n.state <> 'active' THEN n.state "
    "WHEN " SUPPRESSED "THEN 'suppressed' "
    "WHEN " PAUSED("$6") "THEN 'paused' ELSE '' END, r.created_at, n.since "
    "FROM subscription n CROSS JOIN subscriber r "
    "LEFT JOIN mailing_change h ON h.mailing_id = $5 "
    "AND h.subscriber_id = n.subscriber_id "
    "WHERE n.list_id = $1 AND n.subscriber_id > $2 AND n.subscriber_id <= $3 "
    "AND COALESCE(h.state, n.state) = 'active' AND r.id = n.subscriber_id "
    "ORDER BY n.subscriber_id LIMIT CAST($4 AS BIGINT)",
[SQL_ENLIST_ADD] = /* $1 mailing, $2 claim or NULL, $3 id, $4 reader,
                    * $5 state, $6 reason, $7 address */
    "INSERT INTO delivery (mailing_id, claim_id, id, subscriber_id, state, "
    "attempts, reason, email) VALUES ($1, $2, $3, $4, $5, 0, $6, $7)",
[SQL_ENLIST_GO_ON] = /* $1 mailing, $2 last reader */
    "UPDATE mailing SET enlist_after = $2 WHERE id = $1",
[SQL_ENLIST_END] = /* $1 mailing: the audience is now what was found */
    "UPDATE mailing SET enlist_after = enlist_to, audience = "
    "(SELECT COALESCE(SUM(copies), 0) FROM mailing_count "
    "WHERE mailing_id = $1) WHERE id = $1",
[SQL_ENLIST_FORGET] = /* $1 mailing */
    "DELETE FROM mailing_change WHERE mailing_id = $1",

/* --- claims --- */

[SQL_CLAIM_MAILING] = /* $1 mailing, $2 now */
    "SELECT m.list_id, m.enlist_after, m.enlist_to, m.state = 'sending', "
    "EXISTS (SELECT 1 FROM suppression) "
    "OR EXISTS (SELECT 1 FROM mailing_change h WHERE h.mailing_id = m.id) "
    "OR EXISTS (SELECT 1 FROM subscriber r WHERE " PAUSED("$2") ") "
    "OR m.filter <> '', l.language, m.filter "
    "FROM mailing m JOIN list l ON l.id = m.list_id WHERE m.id = $1",
[SQL_CLAIM_COUNT] =
    "SELECT COUNT(*) FROM claim",
[SQL_CLAIM_ADD] =
    "INSERT INTO claim (mailing_id, first_id, last_id, open, pid, host, at, "
    "folded, rowless, begun_id, begun_count) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
[SQL_CLAIM_FIND] = /* $1 claim */
    "SELECT c.mailing_id, COALESCE(m.state, '') = 'cancelled', c.first_id, "
    "c.last_id "
    "FROM claim c LEFT JOIN mailing m ON m.id = c.mailing_id WHERE c.id = $1",
[SQL_CLAIM_SETTLE] = /* $1 claim, $2 results, $3 of them of copies that had no
                      * row, unless unfolded; not when these are the last */
    "UPDATE claim SET open = open - $2, rowless = CASE WHEN rowless > $3 "
    "THEN rowless - $3 ELSE 0 END WHERE id = $1 AND open > $2",
[SQL_CLAIM_REMOVE] = /* $1 claim */
    "DELETE FROM claim WHERE id = $1",
[SQL_CLAIM_REMOVE_ALL] =
    "DELETE FROM claim",
[SQL_CLAIM_FOLDED] = /* $1 mailing, 0: all */
    "SELECT id, mailing_id, folded FROM claim "
    "WHERE rowless > 0 AND ($1 = 0 OR mailing_id = $1) ORDER BY id",
[SQL_CLAIM_UNFOLD] =
    "UPDATE claim SET folded = '', rowless = 0 WHERE rowless > 0",
[SQL_DELIVERY_LAST] =
    LAST_DELIVERY,
[SQL_DELIVERY_EXISTS] = /* $1 delivery */
    "SELECT EXISTS (SELECT 1 FROM delivery WHERE id = $1)",
[SQL_QUEUE_DUE] = /* $1 mailing, $2 now, $3 how many */
    "SELECT " DUE_COLUMNS("COALESCE(r.email, d.email)") "CASE WHEN r.id IS NULL THEN 'erased' "
    "WHEN n.state IS NULL THEN 'left' "
    "WHEN n.state <> 'active' THEN n.state "
    "WHEN " SUPPRESSED "THEN 'suppressed' "
    "WHEN " PAUSED("$2") "THEN 'paused' ELSE '' END "
    "FROM delivery d JOIN mailing m ON m.id = d.mailing_id "
    "LEFT JOIN subscriber r ON r.id = d.subscriber_id "
    "LEFT JOIN subscription n ON n.list_id = m.list_id "
    "AND n.subscriber_id = d.subscriber_id "
    "WHERE d.mailing_id = $1 AND d.next_try_at <= $2 "
    "ORDER BY d.next_try_at, d.id LIMIT CAST($3 AS BIGINT)",
[SQL_QUEUE_DUE_LETTERS] = /* $1 now, $2 how many */
    "SELECT " DUE_COLUMNS("d.email") "'', d.letter_id, t.envelope_from, t.message_id, "
    "t.message, t.deadline "
    "FROM delivery d JOIN letter t ON t.id = d.letter_id "
    "LEFT JOIN subscriber r ON r.id = d.subscriber_id "
    "WHERE d.mailing_id IS NULL AND d.next_try_at <= $1 "
    "ORDER BY d.next_try_at, d.id LIMIT CAST($2 AS BIGINT)",
[SQL_QUEUE_KEEP_RECEIPT] = /* $1 delivery: of the attempt before, if any */
    "INSERT INTO attempt (delivery_id, number, state, at, took_ms, session, "
    "relay_id, reply_code, enhanced, reply_text, queue_id) "
    "SELECT id, attempts, 'deferred', tried_at, COALESCE(took_ms, 0), "
    "COALESCE(session, 0), relay_id, reply_code, enhanced, reply_text, "
    "queue_id FROM delivery WHERE id = $1 AND tried_at IS NOT NULL",
[SQL_QUEUE_TAKE] = /* $1 delivery, $2 claim or NULL, $3 state, $4 reason,
                    * $5 address, which the reader may have changed */
    "UPDATE delivery SET claim_id = $2, state = $3, reason = $4, email = $5, "
    "next_try_at = NULL, tried_at = NULL, took_ms = NULL, session = NULL, "
    "relay_id = NULL, reply_code = NULL, enhanced = NULL, reply_text = NULL, "
    "queue_id = NULL WHERE id = $1",
[SQL_QUEUE_CALL_BACK] = /* $1 now */
    "UPDATE delivery SET next_try_at = 0 "
    "WHERE next_try_at > $1 AND state = 'queued'",
[SQL_QUEUE_RECEIPT_BACK] = /* $1 delivery: the row has that of its last attempt
                            * again, if a server put it off then */
    "UPDATE delivery SET state = 'deferred', tried_at = a.at, "
    "took_ms = a.took_ms, session = a.session, relay_id = a.relay_id, "
    "reply_code = a.reply_code, enhanced = a.enhanced, "
    "reply_text = a.reply_text, queue_id = a.queue_id FROM attempt a "
    "WHERE delivery.id = $1 AND delivery.next_try_at IS NOT NULL "
    "AND a.delivery_id = delivery.id AND a.number = delivery.attempts "
    "AND a.state = 'deferred'",
[SQL_QUEUE_RECEIPT_MOVED] = /* $1 delivery: it stands there no more */
    "DELETE FROM attempt WHERE delivery_id = $1 AND number = "
    "(SELECT d.attempts FROM delivery d WHERE d.id = $1)",

/* --- results --- */

[SQL_RESULT] = /* $1 mailing, $2 claim, $3 delivery, $4 letter, $5 reader ... */
    RESULT_INTO RESULT_ROW(3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)
    RESULT_UPDATE,
[SQL_RESULT_EARLIER] = /* $1 delivery, $2 number, $3 time ... */
    "INSERT INTO attempt (delivery_id, number, state, at, took_ms, session, "
    "relay_id, reply_code, enhanced, reply_text, queue_id) "
    "VALUES ($1, $2, 'deferred', $3, $4, $5, $6, $7, $8, $9, $10)",
[SQL_RESULT_MANY] = /* STORE_RESULT_MANY rows: a third of the work */
    RESULT_INTO
    RESULT_ROW(3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18) ", "
    RESULT_ROW(19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34) ", "
    RESULT_ROW(35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50) ", "
    RESULT_ROW(51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66) ", "
    RESULT_ROW(67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82) ", "
    RESULT_ROW(83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98) ", "
    RESULT_ROW(99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114) ", "
    RESULT_ROW(115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130) ", "
    RESULT_ROW(131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146) ", "
    RESULT_ROW(147, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162) ", "
    RESULT_ROW(163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177, 178) ", "
    RESULT_ROW(179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 192, 193, 194) ", "
    RESULT_ROW(195, 196, 197, 198, 199, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210) ", "
    RESULT_ROW(211, 212, 213, 214, 215, 216, 217, 218, 219, 220, 221, 222, 223, 224, 225, 226) ", "
    RESULT_ROW(227, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239, 240, 241, 242) ", "
    RESULT_ROW(243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255, 256, 257, 258) ", "
    RESULT_ROW(259, 260, 261, 262, 263, 264, 265, 266, 267, 268, 269, 270, 271, 272, 273, 274) ", "
    RESULT_ROW(275, 276, 277, 278, 279, 280, 281, 282, 283, 284, 285, 286, 287, 288, 289, 290) ", "
    RESULT_ROW(291, 292, 293, 294, 295, 296, 297, 298, 299, 300, 301, 302, 303, 304, 305, 306) ", "
    RESULT_ROW(307, 308, 309, 310, 311, 312, 313, 314, 315, 316, 317, 318, 319, 320, 321, 322)
    RESULT_UPDATE,
[SQL_QUEUE_DROP] = /* $1 mailing: all that wait */
    "UPDATE delivery SET state = 'skipped', reason = 'cancelled', "
    "next_try_at = NULL WHERE mailing_id = $1 AND next_try_at IS NOT NULL",
[SQL_QUEUE_UNKNOWN] = /* $1 text: all copies of open claims */
    "UPDATE delivery SET state = 'unknown', attempts = attempts + 1, "
    "tried_at = c.at, reply_code = 0, enhanced = '', reply_text = $1, "
    "queue_id = '' FROM claim c "
    "WHERE delivery.id BETWEEN c.first_id AND c.last_id "
    "AND delivery.claim_id = c.id AND delivery.state = 'handing-over'",
[SQL_CLAIM_OPEN] =
    "SELECT c.id, COALESCE(c.mailing_id, 0), c.open, c.begun_id, "
    "c.begun_count, COALESCE(m.state, '') = 'cancelled' "
    "FROM claim c LEFT JOIN mailing m ON m.id = c.mailing_id ORDER BY c.id",
[SQL_CLAIM_COPIES] = /* $1 claim: its copies without a result */
    "SELECT d.id FROM claim c JOIN delivery d "
    "ON d.id BETWEEN c.first_id AND c.last_id AND d.claim_id = c.id "
    "AND d.state = 'handing-over' WHERE c.id = $1",
[SQL_QUEUE_BACK] = /* $1 delivery */
    "UPDATE delivery SET state = 'queued', next_try_at = 0 WHERE id = $1",
[SQL_QUEUE_TURNS] = /* $1 mailing, $2 now */
    "SELECT COUNT(*) FROM delivery "
    "WHERE mailing_id = $1 AND next_try_at > $2 AND state = 'queued'",
[SQL_QUEUE_NEXT_DUE] = /* $1 mailing */
    "SELECT MIN(next_try_at) FROM delivery "
    "WHERE mailing_id = $1 AND next_try_at > 0",
[SQL_QUEUE_NEXT_DUE_ALL] =
    "SELECT MIN(at) FROM ("
    "SELECT (SELECT MIN(d.next_try_at) FROM delivery d "
    "WHERE d.mailing_id = m.id AND d.next_try_at > 0) AS at "
    "FROM mailing m WHERE m.state = 'sending' "
    "UNION ALL SELECT MIN(next_try_at) FROM delivery "
    "WHERE mailing_id IS NULL AND next_try_at > 0 "
    "UNION ALL SELECT MIN(scheduled_at) FROM mailing "
    "WHERE state = 'scheduled' AND scheduled_at IS NOT NULL "
    "AND (approvals = 1 OR approved_by <> '')) AS times",
[SQL_QUEUE_WAITS] = /* $1 mailing */
    "SELECT EXISTS (SELECT 1 FROM mailing "
    "WHERE id = $1 AND enlist_after < enlist_to) "
    "OR EXISTS (SELECT 1 FROM delivery "
    "WHERE mailing_id = $1 AND next_try_at IS NOT NULL) "
    "OR EXISTS (SELECT 1 FROM claim WHERE mailing_id = $1)",
[SQL_QUEUE_IS_DUE] = /* $1 mailing, NULL: letters; $2 now */
    "SELECT EXISTS (SELECT 1 FROM mailing "
    "WHERE id = $1 AND enlist_after < enlist_to) "
    "OR EXISTS (SELECT 1 FROM delivery "
    "WHERE mailing_id IS NOT DISTINCT FROM $1 AND next_try_at <= $2)",

/* --- jobs --- */

[SQL_JOB_BEGIN] = /* $1 now: scheduled mailings whose time has come */
    "SELECT m.id FROM mailing m WHERE m.state = 'scheduled' "
    "AND (m.scheduled_at IS NULL OR m.scheduled_at <= $1) "
    "AND (m.approvals = 1 OR m.approved_by <> '') ORDER BY m.id LIMIT 1",
[SQL_JOB_EACH] =
    "SELECT m.id, m.list_id, i.slug, m.message_id_salt, "
    "m.message_id_domain, m.envelope_from, m.tried_from, m.audience, "
    "(SELECT s.value FROM setting s WHERE s.name = 'limit ' || m.id), "
    "(SELECT c.copies FROM mailing_count c WHERE c.mailing_id = m.id "
    "AND c.state = 'accepted') FROM mailing m JOIN issue i ON i.id = m.issue_id "
    "WHERE m.state = 'sending' ORDER BY m.id",

/* --- relays, sessions, letters --- */

[SQL_RELAY_FIND] = /* $1 name */
    "SELECT id FROM relay WHERE name = $1",
[SQL_RELAY_ADD] = /* $1 name */
    "INSERT INTO relay (name) VALUES ($1) RETURNING id",
[SQL_RELAY_COUNT] = /* $1 relay, $2 day, $3 copies more */
    "INSERT INTO relay_day (relay_id, day, copies) VALUES ($1, $2, $3) "
    "ON CONFLICT (relay_id, day) "
    "DO UPDATE SET copies = relay_day.copies + excluded.copies",
[SQL_RELAY_DAY] = /* $1 name, $2 day */
    "SELECT COALESCE(MAX(CASE WHEN t.day = $2 THEN t.copies END), 0), "
    "COALESCE(MIN(t.day), 0) "
    "FROM relay y JOIN relay_day t ON t.relay_id = y.id WHERE y.name = $1",
[SQL_DATA_VERSION] = /* of SQLite alone */
    "PRAGMA data_version",
[SQL_SESSION_NEXT] =
    "UPDATE counter SET value = value + 1 WHERE name = 'session' "
    "RETURNING value",
[SQL_LETTER_ADD] =
    "INSERT INTO letter (kind, envelope_from, message_id, message, "
    "created_at, deadline) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
[SQL_LETTER_QUEUE] = /* $1 letter, $2 reader, $3 address */
    "INSERT INTO delivery (id, letter_id, subscriber_id, email, state, reason, "
    "attempts, next_try_at) VALUES (COALESCE((" LAST_DELIVERY "), 0) + 1, "
    "$1, $2, $3, 'queued', '', 0, 0) RETURNING id",
[SQL_LETTER_WAITING] =
    "SELECT COUNT(*) FROM delivery WHERE mailing_id IS NULL "
    "AND next_try_at IS NOT NULL",
[SQL_LETTER_FIND] = /* $1 delivery */
    "SELECT state, next_try_at, reply_code, enhanced, reply_text, given_up "
    "FROM delivery WHERE id = $1 AND letter_id IS NOT NULL",
};
/* clang-format on */
