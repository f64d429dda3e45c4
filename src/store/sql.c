/*
 * All SQL of the program but for migrations/, in the dialect that SQLite and
 * PostgreSQL share: RETURNING instead of last ids, ON CONFLICT instead of
 * OR IGNORE, no functions on JSON, no case-insensitive collations. A test
 * prepares every row on a fresh database. Here: lists and readers.
 */
#include <stddef.h>

#include "sql_parts.h"
#include "store_sql.h"

#define LIST_COLUMNS                                                           \
    "SELECT id, slug, title, description, language, created_at FROM list "

/* clang-format off */
const char *const store_sql_readers[STORE_SQL_COUNT] = {

/* --- settings: $1 name, $2 value --- */

[SQL_SETTING_GET] =
    "SELECT value FROM setting WHERE name = $1",
[SQL_SETTING_SET] =
    "INSERT INTO setting (name, value) VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
[SQL_SETTING_REMOVE] =
    "DELETE FROM setting WHERE name = $1",

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
    "language = $5, text_only = $6, attributes = $7, paused_until = $8 "
    "WHERE id = $1",
[SQL_SUBSCRIBER_NAMELESS] = /* $1 reader */
    "SELECT name = '' FROM subscriber WHERE id = $1",
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

[SQL_SUBSCRIPTION_BEFORE] = /* $1 list, $2 reader: state or empty, nameless */
    "SELECT COALESCE(n.state, ''), r.name = '' FROM subscriber r "
    "LEFT JOIN subscription n ON n.list_id = $1 AND n.subscriber_id = r.id "
    "WHERE r.id = $2",
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
    "AND (list_id IS NULL OR list_id = $3) "
    "ORDER BY reason = 'erased', since, id LIMIT 1",
[SQL_SUPPRESSION_ADD] = /* $1 hash, $2 reader, $3 list, $4 reason, $5 since */
    "INSERT INTO suppression (address_hash, subscriber_id, list_id, reason, "
    "since) SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS "
    "(SELECT 1 FROM suppression WHERE address_hash = $1 "
    "AND list_id IS NOT DISTINCT FROM $3 "
    "AND (reason <> 'erased' OR reason = $4))",
[SQL_SUPPRESSION_LIFT_ERASED] = /* $1 hash */
    "DELETE FROM suppression WHERE address_hash = $1 AND reason = 'erased'",
[SQL_SUPPRESSION_LIFT] = /* $1 hash, $2 list */
    "DELETE FROM suppression WHERE address_hash = $1 "
    "AND (list_id IS NULL OR list_id = $2)",
[SQL_SUPPRESSION_KEYS] =
    "SELECT id, email_key FROM subscriber",
[SQL_SUPPRESSION_TIE] = /* $1 hash, $2 reader */
    "UPDATE suppression SET subscriber_id = $2 WHERE address_hash = $1",
};
/* clang-format on */

const char *store_sql(enum store_sql which)
{
    const char *const *const texts[] = { store_sql_readers, store_sql_mailings,
                                         store_sql_queue, store_sql_story,
                                         store_sql_inbox };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i][which])
            return texts[i][which];
    return store_sql_web[which];
}
