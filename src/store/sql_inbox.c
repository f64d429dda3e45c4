/* All SQL of the program, as sql.c: what comes back. */
#include "sql_parts.h"
#include "store_sql.h"

#define COPY                                                                   \
    "SELECT d.id, d.mailing_id, m.list_id, d.subscriber_id, d.email, t.kind, " \
    "d.state FROM delivery d LEFT JOIN mailing m ON m.id = d.mailing_id "      \
    "LEFT JOIN letter t ON t.id = d.letter_id "

/* What was reported of reader $1 since the reader was restored. */
#define SINCE_RESTORED(b)                                                      \
    b ".id > COALESCE((SELECT MAX(k.id) FROM bounce k "                        \
      "WHERE k.subscriber_id = $1 AND k.kind = 'restored'), 0) "

/* clang-format off */
const char *const store_sql_inbox[STORE_SQL_COUNT] = {

/* --- mails --- */

[SQL_INCOMING_FIND] = /* $1 hash */
    "SELECT id, outcome FROM incoming WHERE hash = $1",
[SQL_INCOMING_ADD] = /* $1 hash, $2 now, $3 kind */
    "INSERT INTO incoming (hash, at, kind, outcome) VALUES ($1, $2, $3, '') "
    "RETURNING id",
[SQL_INCOMING_OUTCOME] = /* $1 id, $2 outcome */
    "UPDATE incoming SET outcome = $2 WHERE id = $1",
[SQL_INCOMING_SINCE] = /* $1 not before this */
    "SELECT kind, outcome, COUNT(*) FROM incoming WHERE at >= $1 "
    "GROUP BY kind, outcome ORDER BY kind, outcome",
[SQL_INCOMING_LAST] =
    "SELECT MAX(at) FROM incoming",

/* --- copies --- */

[SQL_COPY_OF_MAILING] = /* $1 mailing, $2 reader */
    COPY "WHERE d.mailing_id = $1 AND d.subscriber_id = $2",
[SQL_COPY_OF_DELIVERY] = /* $1 delivery */
    COPY "WHERE d.id = $1",
[SQL_COPY_OF_LETTER] = /* $1 Message-ID */
    COPY "WHERE d.letter_id IN (SELECT id FROM letter WHERE message_id = $1)",
[SQL_COPY_MAILING] = /* $1 mailing, $2 salt, $3 domain */
    "SELECT list_id FROM mailing WHERE id = $1 AND message_id_salt = $2 "
    "AND message_id_domain = $3",
[SQL_COPY_STATE] = /* $1 delivery, $2 state */
    "UPDATE delivery SET state = $2 WHERE id = $1",

/* --- reports --- */

[SQL_BOUNCE_ADD] = /* $1 mail, $2 now, $3 reader, $4 mailing, $5 delivery,
                    * $6 email, $7 kind, $8 verdict, $9 reason, $10 status,
                    * $11 reply code, $12 evidence, $13 proof */
    "INSERT INTO bounce (incoming_id, at, subscriber_id, mailing_id, "
    "delivery_id, email, kind, verdict, reason, status, reply_code, evidence, "
    "proof, effect) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
    "$13, 'noted') RETURNING id",
[SQL_BOUNCE_EFFECT] = /* $1 id, $2 effect */
    "UPDATE bounce SET effect = $2 WHERE id = $1",
[SQL_BOUNCE_EACH] = /* $1 reader */
    "SELECT b.incoming_id, b.at, b.subscriber_id, b.mailing_id, b.delivery_id, "
    "b.email, b.kind, b.verdict, b.reason, b.status, b.reply_code, b.evidence, "
    "b.proof, b.effect, i.slug, l.slug, t.kind FROM bounce b "
    "LEFT JOIN mailing m ON m.id = b.mailing_id "
    "LEFT JOIN issue i ON i.id = m.issue_id "
    "LEFT JOIN list l ON l.id = m.list_id "
    "LEFT JOIN delivery d ON d.id = b.delivery_id "
    "LEFT JOIN letter t ON t.id = d.letter_id "
    "WHERE b.subscriber_id = $1 ORDER BY b.id",
[SQL_BOUNCE_DEAD] = /* $1 reader: mailings and letters by which the address is
                     * called dead, signed for, and at all */
    "SELECT COUNT(DISTINCT CASE WHEN b.proof IN ('token', 'session') "
    "THEN COALESCE(b.mailing_id, -b.delivery_id) END), "
    "COUNT(DISTINCT COALESCE(b.mailing_id, -b.delivery_id)) "
    "FROM bounce b WHERE b.subscriber_id = $1 AND b.verdict = 'dead' "
    "AND b.kind IN ('bounce', 'refused') AND b.proof <> 'address' AND "
    SINCE_RESTORED("b"),
[SQL_BOUNCE_ROW] = /* $1 reader: copies of mailings, the last first, with what
                    * came back of each */
    "SELECT d.state, d.tried_at, (SELECT b.verdict FROM bounce b "
    "WHERE b.subscriber_id = $1 AND b.delivery_id = d.id "
    "AND b.kind IN ('bounce', 'refused') AND b.proof <> 'address' AND "
    SINCE_RESTORED("b") "ORDER BY b.id DESC LIMIT 1) "
    "FROM mailing m CROSS JOIN delivery d ON d.mailing_id = m.id "
    "AND d.subscriber_id = $1 WHERE d.tried_at IS NOT NULL "
    "AND d.tried_at >= COALESCE((SELECT MAX(k.at) FROM bounce k "
    "WHERE k.subscriber_id = $1 AND k.kind = 'restored'), 0) "
    "ORDER BY d.tried_at DESC, d.id DESC",
[SQL_BOUNCE_FORGET] = /* $1 reported before this */
    "UPDATE bounce SET evidence = '', email = '' WHERE at < $1 "
    "AND (evidence <> '' OR email <> '')",
[SQL_BOUNCE_ERASE] = /* $1 reader, $2 address; why one was restored is said in
                      * free words */
    "UPDATE bounce SET subscriber_id = NULL, email = '', evidence = '', "
    "reason = CASE WHEN kind = 'restored' THEN '' ELSE reason END "
    "WHERE subscriber_id = $1 OR (evidence <> '' OR email <> '') "
    "AND email = $2",
[SQL_CAME_BACK] = /* $1 mailing */
    "SELECT COUNT(DISTINCT delivery_id) FILTER (WHERE kind = 'bounce' "
    "AND verdict IN ('dead', 'full', 'temporary')), "
    "COUNT(DISTINCT delivery_id) FILTER (WHERE kind = 'bounce' "
    "AND verdict = 'policy'), "
    "COUNT(DISTINCT delivery_id) FILTER (WHERE effect = 'left') "
    "FROM bounce WHERE mailing_id = $1 AND proof <> 'address'",

/* --- suspended readers --- */

[SQL_SUSPENDED_EACH] = /* $1 list, 0: any */
    "SELECT r.id, r.email, r.name, l.slug, n.since, b.reason, b.status, "
    "b.evidence FROM subscription n JOIN subscriber r "
    "ON r.id = n.subscriber_id JOIN list l ON l.id = n.list_id "
    "LEFT JOIN bounce b ON b.id = (SELECT MAX(k.id) FROM bounce k "
    "WHERE k.subscriber_id = r.id AND k.effect = 'suspended') "
    "WHERE n.state = 'bounced' AND (CAST($1 AS BIGINT) = 0 OR n.list_id = $1) "
    "ORDER BY n.since DESC, r.id",
};
/* clang-format on */
