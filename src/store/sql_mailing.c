/* All SQL of the program, as sql.c: mailings. */
#include "store_sql.h"

#define MAILING_COLUMNS                                                        \
    "SELECT m.id, m.issue_id, m.list_id, i.slug, i.title, l.slug, "            \
    "i.source_hash, m.message_id_salt, m.message_id_domain, "                  \
    "m.envelope_from, m.state, m.state_reason, m.asked_by, m.created_at, "     \
    "m.started_at, m.ended_at, m.tried_from, m.filter, m.approvals, "          \
    "m.approved_by, m.scheduled_at, m.audience, "                              \
    "CASE WHEN m.enlist_after < m.enlist_to THEN m.audience ELSE 0 END "       \
    "FROM mailing m JOIN issue i ON i.id = m.issue_id "                        \
    "JOIN list l ON l.id = m.list_id "

/* clang-format off */
const char *const store_sql_mailings[STORE_SQL_COUNT] = {

/* --- mailings --- */

[SQL_ISSUE_FIND] = /* $1 slug, $2 source hash, $3 message hash */
    "SELECT id FROM issue WHERE slug = $1 AND source_hash = $2 "
    "AND message_hash = $3",
[SQL_ISSUE_ADD] =
    "INSERT INTO issue (slug, title, source, source_hash, message, "
    "message_text, message_hash, public, frozen_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) RETURNING id",
[SQL_MAILING_ADD] = /* readers up to the newest one are enlisted later */
    "INSERT INTO mailing (issue_id, list_id, message_id_salt, "
    "message_id_domain, envelope_from, state, state_reason, asked_by, "
    "approved_by, created_at, tried_from, started_at, scheduled_at, filter, "
    "approvals, audience, enlist_to) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $9, $10, $11, $12, "
    "$13, $14, (SELECT COALESCE(MAX(id), 0) FROM subscriber)) RETURNING id",
[SQL_MAILING_GET] = /* $1 mailing */
    MAILING_COLUMNS "WHERE m.id = $1",
[SQL_MAILING_FIND] = /* $1 slug, $2 list or 0 */
    MAILING_COLUMNS
    "WHERE i.slug = $1 AND (CAST($2 AS BIGINT) = 0 OR m.list_id = $2) "
    "ORDER BY m.id DESC LIMIT 1",
[SQL_MAILING_EACH] =
    MAILING_COLUMNS "ORDER BY m.id DESC",
[SQL_MAILING_NUMBERS] = /* $1 mailing */
    "SELECT state, copies FROM mailing_count WHERE mailing_id = $1",
[SQL_MAILING_MESSAGE] = /* $1 mailing */
    "SELECT i.message, i.message_text FROM mailing m "
    "JOIN issue i ON i.id = m.issue_id WHERE m.id = $1",
[SQL_MAILING_SET_STATE] = /* $1 mailing, $2 state, $3 reason, $4 now */
    "UPDATE mailing SET state = $2, state_reason = $3, "
    "started_at = CASE WHEN $2 = 'sending' AND started_at IS NULL "
    "THEN CAST($4 AS BIGINT) ELSE started_at END, "
    "tried_from = CASE WHEN $2 = 'sending' AND started_at IS NULL "
    "THEN CAST($4 AS BIGINT) ELSE tried_from END, "
    "ended_at = CASE WHEN $2 IN ('done', 'cancelled') "
    "THEN CAST($4 AS BIGINT) ELSE NULL END WHERE id = $1",
[SQL_MAILING_APPROVE] = /* $1 mailing, $2 by whom */
    "UPDATE mailing SET approved_by = $2 WHERE id = $1",
[SQL_MAILING_REACHED] = /* $1 mailing: has somebody a copy, or may have? */
    "SELECT EXISTS (SELECT 1 FROM mailing_count WHERE mailing_id = $1 "
    "AND copies > 0 AND state NOT IN ('queued', 'deferred', 'refused', "
    "'skipped')) OR EXISTS (SELECT 1 FROM delivery d JOIN attempt a "
    "ON a.delivery_id = d.id WHERE d.mailing_id = $1 "
    "AND a.state IN ('accepted', 'unknown'))",
[SQL_MAILING_TRY_NOW] = /* $1 mailing, $2 now */
    "UPDATE delivery SET next_try_at = $2 "
    "WHERE mailing_id = $1 AND next_try_at > $2",
[SQL_MAILING_BEGUN] = /* $1 mailing */
    "SELECT COALESCE(SUM(copies), 0) FROM mailing_count WHERE mailing_id = $1 "
    "AND state NOT IN ('queued', 'skipped')",
[SQL_MAILING_UNSTART] = /* $1 mailing */
    "UPDATE mailing SET started_at = NULL WHERE id = $1",

/* --- tests --- */

[SQL_TESTED_PUT] = /* $1 slug, $2 source, $3 hash of the letter, $4 now */
    "INSERT INTO tested (slug, source, letter_hash, tested_at) "
    "VALUES ($1, $2, $3, $4) ON CONFLICT (slug) DO UPDATE SET "
    "source = excluded.source, letter_hash = excluded.letter_hash, "
    "tested_at = excluded.tested_at",
[SQL_TESTED_GET] = /* $1 slug */
    "SELECT source, letter_hash, tested_at FROM tested WHERE slug = $1",
};
/* clang-format on */
