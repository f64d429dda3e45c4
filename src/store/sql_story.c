/* All SQL of the program, as sql.c: what is told of copies, and what is
 * decided about them afterwards. */
#include "sql_parts.h"
#include "store_sql.h"

/* Of copies that were tried, when they belong to a mailing. */
#define MESSAGE_ID                                                             \
    "m.id || '.' || d.id || '.' || m.message_id_salt || '@' "                  \
    "|| m.message_id_domain "

/* The last report on copy d, b, where it came back. By the reader, as there
 * is an index. */
#define LAST_REPORT                                                            \
    "(SELECT MAX(k.id) FROM bounce k "                                         \
    "WHERE k.subscriber_id = d.subscriber_id AND k.delivery_id = d.id "        \
    "AND k.kind IN ('bounce', 'complaint') AND k.proof <> 'address') "
#define CAME_BACK                                                              \
    "LEFT JOIN bounce b ON b.id = CASE "                                       \
    "WHEN d.state IN ('bounced', 'complained') THEN " LAST_REPORT "END "

/* Refused, as the time to try it was over; else as `reason` says. */
#define LATE(given_up, reason)                                                 \
    "CASE WHEN " given_up " = 1 THEN 'deadline' ELSE " reason " END, "

#define LOG_COLUMNS                                                            \
    "SELECT d.id, d.mailing_id, i.slug, l.slug, d.email, d.state, "            \
    "d.tried_at, d.attempts, d.next_try_at, d.reply_code, d.enhanced, "        \
    "d.reply_text, d.queue_id, y.name, "                                       \
    "CASE WHEN d.tried_at IS NOT NULL THEN " MESSAGE_ID "END, " LATE(          \
        "d.given_up",                                                          \
        "d.reason") "d.session, d.took_ms, '', b.at, b.reason, b.status, "     \
                    "b.evidence, NULL "                                        \
                    "FROM delivery d JOIN mailing m ON m.id = d.mailing_id "   \
                    "JOIN issue i ON i.id = m.issue_id JOIN list l ON l.id = " \
                    "m.list_id "                                               \
                    "LEFT JOIN relay y ON y.id = d.relay_id " CAME_BACK

/* A copy that no server put off and that has a time waits for its domain's
 * turn: it is queued. Older versions wrote 'deferred' of those never tried. */
#define FOR_TURN    "d.next_try_at > 0 AND (d.attempts = 0 OR d.state = 'queued') "
#define STATE_SHOWN "CASE WHEN " FOR_TURN "THEN 'queued' ELSE d.state END, "

/* Accepted without a reply: the relay's log proved it, or somebody said so
 * (SQL_RESOLVE_FOUND and _SENT). No attempt of ours ended then. */
#define SETTLED "d.state = 'accepted' AND d.reply_code IS 0 "
#define REASON_SHOWN                                                           \
    "CASE WHEN " FOR_TURN "THEN 'turn' WHEN d.given_up = 1 THEN 'deadline' "   \
    "WHEN NOT (" SETTLED ") THEN d.reason "                                    \
    "WHEN d.queue_id <> '' OR d.relay_id IS NOT NULL THEN 'found' "            \
    "ELSE 'assumed' END, "
#define TRIED_SHOWN "CASE WHEN NOT (" SETTLED ") THEN d.tried_at END, "

/* What copy d is a copy of. */
#define OF_WHAT                                                                \
    "LEFT JOIN mailing m ON m.id = d.mailing_id "                              \
    "LEFT JOIN issue i ON i.id = m.issue_id "                                  \
    "LEFT JOIN list l ON l.id = m.list_id "                                    \
    "LEFT JOIN letter t ON t.id = d.letter_id "

/* When copy d of issue i to list l was dropped with its mailing: not before
 * its last try, which was perhaps under way then. */
#define CANCELLED_AT                                                           \
    "CASE WHEN d.reason = 'cancelled' THEN (SELECT MAX(at) FROM ("             \
    "SELECT c.at FROM audit c WHERE c.what = 'cancelled' "                     \
    "AND (c.object = i.slug OR c.object = i.slug || ' ' || l.slug) "           \
    "AND (m.state <> 'cancelled' OR c.at <= m.ended_at) "                      \
    "UNION ALL SELECT d.tried_at) AS times) END, "

/* Copy d is of a reader who would get it now. */
#define ACTIVE_NOW(now)                                                        \
    "EXISTS (SELECT 1 FROM subscription n "                                    \
    "JOIN subscriber r ON r.id = n.subscriber_id "                             \
    "JOIN mailing m ON m.id = d.mailing_id "                                   \
    "WHERE n.list_id = m.list_id AND n.subscriber_id = d.subscriber_id "       \
    "AND n.state = 'active' AND NOT " SUPPRESSED "AND NOT " PAUSED(now) ") "

/* Copy d is of reader $1: the index begins with the mailing. */
#define OF_READER                                                              \
    "d.id IN (SELECT e.id FROM mailing k CROSS JOIN delivery e "               \
    "WHERE e.mailing_id = k.id AND e.subscriber_id = $1 "                      \
    "UNION ALL SELECT e.id FROM delivery e "                                   \
    "WHERE e.mailing_id IS NULL AND e.subscriber_id = $1) "

#define ATTEMPT_INSERT                                                         \
    "INSERT INTO attempt (delivery_id, number, state, at, took_ms, session, "  \
    "given_up, relay_id, reply_code, enhanced, reply_text, queue_id) "         \
    "SELECT id, attempts, "                                                    \
    "CASE WHEN state = 'skipped' THEN 'deferred' ELSE state END, "             \
    "tried_at, COALESCE(took_ms, 0), "                                         \
    "COALESCE(session, 0), given_up, relay_id, reply_code, enhanced, "

/* clang-format off */
const char *const store_sql_story[STORE_SQL_COUNT] = {

/* --- the story --- */

[SQL_LOG_ALL] = /* $1 mailing */
    LOG_COLUMNS "WHERE d.mailing_id = $1 ORDER BY d.subscriber_id, d.id",
[SQL_LOG_STATE] = /* $1 mailing, $2 state */
    LOG_COLUMNS "WHERE d.mailing_id = $1 AND d.state = $2 "
    "ORDER BY d.subscriber_id, d.id",
[SQL_STORY] = /* $1 reader: attempts that were followed by others, then last
               * ones; a copy without attempt stands where it was queued; then
               * mailings that have not come to the reader yet */
    "SELECT d.id, d.mailing_id, i.slug AS issue, l.slug AS list, d.email, "
    "a.state AS state, a.at AS tried_at, a.number AS number, "
    "NULL AS next_try_at, a.reply_code, a.enhanced, a.reply_text, "
    "a.queue_id, y.name, COALESCE(t.message_id, " MESSAGE_ID "), "
    LATE("a.given_up", "''") "a.session, a.took_ms, t.kind, "
    "NULL, NULL, NULL, NULL, NULL, "
    "a.at AS place, 0 AS last "
    "FROM delivery d JOIN attempt a ON a.delivery_id = d.id " OF_WHAT
    "LEFT JOIN relay y ON y.id = a.relay_id "
    "WHERE " OF_READER
    "UNION ALL "
    "SELECT d.id, d.mailing_id, i.slug, l.slug, d.email, d.state, "
    "d.tried_at, d.attempts, d.next_try_at, d.reply_code, d.enhanced, "
    "d.reply_text, d.queue_id, y.name, CASE WHEN d.tried_at IS NOT NULL "
    "THEN COALESCE(t.message_id, " MESSAGE_ID ") END, "
    LATE("d.given_up", "d.reason")
    "d.session, d.took_ms, t.kind, NULL, NULL, NULL, NULL, " CANCELLED_AT
    "COALESCE(d.tried_at, (SELECT MAX(a.at) FROM attempt a "
    "WHERE a.delivery_id = d.id), m.created_at, t.created_at), 1 "
    "FROM delivery d " OF_WHAT "LEFT JOIN relay y ON y.id = d.relay_id "
    "WHERE " OF_READER
    "UNION ALL "
    "SELECT 0, m.id, i.slug, l.slug, r.email, 'queued', NULL, 0, NULL, NULL, "
    "NULL, NULL, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
    "NULL, m.created_at, 1 "
    "FROM subscriber r JOIN mailing m ON m.enlist_after < m.enlist_to "
    "AND r.id > m.enlist_after AND r.id <= m.enlist_to AND m.filter = '' "
    "JOIN subscription n ON n.list_id = m.list_id AND n.subscriber_id = r.id "
    "LEFT JOIN mailing_change h ON h.mailing_id = m.id "
    "AND h.subscriber_id = r.id "
    "JOIN issue i ON i.id = m.issue_id JOIN list l ON l.id = m.list_id "
    "WHERE r.id = $1 AND COALESCE(h.state, n.state) = 'active' "
    "ORDER BY 25, 1, 26, 8",
[SQL_ACTS] = /* $1 reader: of mailings with a copy, or with one to come; not
              * what happened after the copy was gone (in the same second, what
              * stops a mailing came after it); a cancelled mailing of it may
              * stand before another */
    "SELECT DISTINCT a.at, i.slug, l.slug, a.channel, a.actor, a.what, "
    "a.detail, a.id "
    "FROM mailing m JOIN issue i ON i.id = m.issue_id "
    "JOIN list l ON l.id = m.list_id "
    "JOIN audit a ON a.object = i.slug OR a.object = i.slug || ' ' || l.slug "
    "LEFT JOIN delivery d ON d.subscriber_id = $1 AND d.mailing_id = m.id "
    "LEFT JOIN subscription n ON n.list_id = m.list_id "
    "AND n.subscriber_id = $1 AND n.state = 'active' "
    "AND n.subscriber_id > m.enlist_after AND n.subscriber_id <= m.enlist_to "
    "WHERE (d.id IS NOT NULL OR n.list_id IS NOT NULL "
    "OR " IS_FOLDED("$1") ") "
    "AND a.what IN ('send', 'held', 'scheduled', 'sending', 'paused', "
    "'cancelled', 'approve', 'missing') "
    "AND a.at >= m.created_at "
    "AND (m.state <> 'cancelled' OR a.at <= m.ended_at) "
    "AND (d.tried_at IS NULL OR d.state IN ('queued', 'deferred', 'skipped') "
    "OR a.at < d.tried_at OR (a.at = d.tried_at "
    "AND a.what IN ('send', 'sending', 'approve', 'missing'))) "
    "AND (a.what <> 'send' OR m.approvals > 1 OR m.scheduled_at IS NOT NULL "
    "OR m.started_at IS NULL OR m.started_at > a.at) "
    "ORDER BY a.id",
[SQL_AUDIT_ADD] =
    "INSERT INTO audit (at, channel, actor, what, object, detail) "
    "VALUES ($1, $2, $3, $4, $5, $6)",

/* --- unknown copies --- */

[SQL_RESOLVE_KEEP] = /* $1 mailing, $2 what to add to the reply text */
    ATTEMPT_INSERT "reply_text || CAST($2 AS TEXT), queue_id FROM delivery "
    "WHERE mailing_id = $1 AND state = 'unknown'",
[SQL_RESOLVE_RESEND] = /* $1 mailing */
    "UPDATE delivery SET state = 'queued', next_try_at = 0, claim_id = NULL, "
    "tried_at = NULL, took_ms = NULL, session = NULL, relay_id = NULL, "
    "reply_code = NULL, enhanced = NULL, reply_text = NULL, queue_id = NULL "
    "WHERE mailing_id = $1 AND state = 'unknown'",
[SQL_RESOLVE_SENT] = /* $1 mailing, $2 now, $3 on whose word */
    "UPDATE delivery SET state = 'accepted', attempts = attempts + 1, "
    "tried_at = $2, took_ms = 0, session = 0, relay_id = NULL, "
    "reply_code = 0, enhanced = '', reply_text = $3, queue_id = '' "
    "WHERE mailing_id = $1 AND state = 'unknown'",
[SQL_RESOLVE_KEEP_ONE] = /* $1 mailing, $2 delivery */
    ATTEMPT_INSERT "reply_text, queue_id FROM delivery "
    "WHERE mailing_id = $1 AND id = $2 AND state = 'unknown'",
[SQL_RESOLVE_FOUND] = /* $1 mailing, $2 delivery, $3 now, $4 text, $5 queue id;
                       * the relay stays as it was */
    "UPDATE delivery SET state = 'accepted', attempts = attempts + 1, "
    "tried_at = $3, took_ms = 0, session = 0, reply_code = 0, enhanced = '', "
    "reply_text = $4, queue_id = $5 "
    "WHERE mailing_id = $1 AND id = $2 AND state = 'unknown'",

/* --- copies for those who got none --- */

[SQL_MISSING_COUNT] = /* $1 mailing, $2 now */
    "SELECT COUNT(*) FILTER (WHERE d.state = 'refused'), "
    "COUNT(*) FILTER (WHERE d.state = 'skipped'), "
    "COUNT(*) FILTER (WHERE d.state = 'skipped' AND d.reason = 'cancelled') "
    "FROM delivery d "
    "WHERE d.mailing_id = $1 AND d.state IN ('refused', 'skipped') AND "
    ACTIVE_NOW("$2"),
[SQL_MISSING_KEEP] = /* $1 mailing, $2 now; of those cancelled while they waited, too */
    ATTEMPT_INSERT "reply_text, queue_id FROM delivery d "
    "WHERE d.mailing_id = $1 AND d.state IN ('refused', 'skipped') "
    "AND d.tried_at IS NOT NULL AND " ACTIVE_NOW("$2"),
[SQL_MISSING_QUEUE] = /* $1 mailing, $2 now */
    "UPDATE delivery AS d SET state = 'queued', next_try_at = 0, reason = '', "
    "email = (SELECT r.email FROM subscriber r WHERE r.id = d.subscriber_id), "
    "claim_id = NULL, tried_at = NULL, took_ms = NULL, session = NULL, "
    "relay_id = NULL, reply_code = NULL, enhanced = NULL, reply_text = NULL, "
    "queue_id = NULL, given_up = 0 "
    "WHERE d.mailing_id = $1 AND d.state IN ('refused', 'skipped') AND "
    ACTIVE_NOW("$2"),
[SQL_MISSING_JOINED] = /* $1 mailing; readers without a copy, who will not get
                        * one when it is their turn */
    "SELECT " AUDIENCE_COLUMNS
    "FROM mailing m JOIN list l ON l.id = m.list_id "
    "JOIN subscription n ON n.list_id = m.list_id AND n.state = 'active' "
    "JOIN subscriber r ON r.id = n.subscriber_id "
    "WHERE m.id = $1 AND NOT EXISTS (SELECT 1 FROM delivery d "
    "WHERE d.subscriber_id = n.subscriber_id AND d.mailing_id = m.id) "
    "AND NOT " IS_FOLDED("n.subscriber_id")
    "AND (n.subscriber_id <= m.enlist_after OR n.subscriber_id > m.enlist_to "
    "OR EXISTS (SELECT 1 FROM mailing_change h WHERE h.mailing_id = m.id "
    "AND h.subscriber_id = n.subscriber_id AND h.state <> 'active'))",
[SQL_MISSING_ADD] = /* $1 mailing, $2 reader, $3 address */
    "INSERT INTO delivery (id, mailing_id, subscriber_id, email, state, reason, "
    "attempts, next_try_at) VALUES (COALESCE((" LAST_DELIVERY "), 0) + 1, "
    "$1, $2, $3, 'queued', '', 0, 0)",
[SQL_MISSING_AUDIENCE] = /* $1 mailing, $2 how many more */
    "UPDATE mailing SET audience = audience + $2 WHERE id = $1",
[SQL_MISSING_HOLD] = /* $1 mailing, $2 who asks: where two must agree */
    "UPDATE mailing SET state = 'held', state_reason = '', asked_by = $2, "
    "approved_by = '' WHERE id = $1 AND approvals > 1",
[SQL_MAILING_REOPEN] = /* $1 mailing, $2 now */
    "UPDATE mailing SET state = CASE WHEN state IN ('done', 'cancelled') "
    "THEN 'sending' ELSE state END, "
    "state_reason = CASE WHEN state IN ('done', 'cancelled') "
    "THEN '' ELSE state_reason END, ended_at = NULL, "
    "tried_from = $2 WHERE id = $1",

/* --- numbers --- */

[SQL_REPORT_COPIES] = /* $1 mailing */
    "SELECT " STATE_SHOWN "d.email, " TRIED_SHOWN "d.took_ms, d.id, "
    "d.attempts - (" SETTLED "), d.reply_code, d.enhanced, " REASON_SHOWN
    "d.reply_text, d.relay_id, b.reason, b.status, b.reply_code, b.evidence "
    "FROM delivery d " CAME_BACK "WHERE d.mailing_id = $1",
[SQL_REPORT_AGAIN] = /* $1 mailing */
    "SELECT " STATE_SHOWN "d.email, " TRIED_SHOWN "d.took_ms "
    "FROM delivery d WHERE d.mailing_id = $1",
[SQL_REPORT_BACK] = /* $1 mailing; CROSS JOIN has SQLite begin with the
                     * reports, which are few */
    "SELECT d.email, b.reason FROM bounce b CROSS JOIN delivery d "
    "WHERE b.mailing_id = $1 AND d.id = b.delivery_id "
    "AND d.state IN ('bounced', 'complained') AND b.id = " LAST_REPORT,
[SQL_RELAY_ALL] = /* $1 ids below this */
    "SELECT id, name FROM relay WHERE id > 0 AND id < $1 ORDER BY id",
[SQL_REPORT_ATTEMPTS] = /* $1 mailing, $2..$3 its copies and others. CROSS JOIN
                         * has SQLite begin with the attempts, which are few */
    "SELECT a.state, a.at FROM attempt a CROSS JOIN delivery d "
    "WHERE a.delivery_id BETWEEN $2 AND $3 AND d.id = a.delivery_id "
    "AND d.mailing_id = $1",
};
/* clang-format on */
