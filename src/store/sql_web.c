/* All SQL of the program, as sql.c: what the reader pages need. */
#include "sql_parts.h"
#include "store_sql.h"

#define CONFIRMATION                                                           \
    "SELECT c.id, c.kind, c.email, c.email_key, c.address_hash, "              \
    "c.subscriber_id, c.lists, c.name, c.language, w.text, c.network, "        \
    "c.created_at, c.expires_at, c.settled_at "                                \
    "FROM confirmation c LEFT JOIN wording w ON w.id = c.wording_id "
/* Of letters to mailboxes that had not said yes. */
#define ASKING_LETTERS                                                         \
    "AND letter_id IN (SELECT id FROM letter "                                 \
    "WHERE (kind = 'confirm' OR kind = 'address') AND created_at <= $1) "
#define EMPTIED "email = '', email_key = '', name = '', network = ''"

/* Copies and letters of reader $1, and letters to address $2: the index begins
 * with the mailing. */
#define COPIES_OF                                                              \
    "SELECT e.id FROM mailing k CROSS JOIN delivery e "                        \
    "WHERE e.mailing_id = k.id AND e.subscriber_id = $1 "                      \
    "UNION ALL SELECT e.id FROM delivery e "                                   \
    "WHERE e.mailing_id IS NULL AND (e.subscriber_id = $1 OR e.email = $2)"
/* A mailing of issue i has begun. */
#define BEGUN                                                                  \
    "EXISTS (SELECT 1 FROM mailing m WHERE m.issue_id = i.id "                 \
    "AND m.started_at IS NOT NULL) "

#define TIP_ISSUE                                                              \
    "SELECT p.slug, p.title, p.language, p.list_id, l.title "                  \
    "FROM page p JOIN list l ON l.id = p.list_id "                             \
    "WHERE p.visibility = 'public' "

/* Letters of a claim, $1, that have their outcome. */
#define SETTLED_LETTERS                                                        \
    "FROM claim c JOIN delivery d ON d.id BETWEEN c.first_id AND c.last_id "   \
    "AND d.claim_id = c.id AND d.letter_id IS NOT NULL "                       \
    "AND d.next_try_at IS NULL AND d.state <> 'handing-over' "

/* Letter t, copy d, leaves no trace of the address: it told of an erasure, a
 * friend of somebody got it, or it answered a mail of somebody who is no
 * reader. */
#define TRACELESS                                                              \
    "EXISTS (SELECT 1 FROM letter t WHERE t.id = d.letter_id "                 \
    "AND (t.kind = 'tip' OR (d.subscriber_id IS NULL "                         \
    "AND (t.kind = 'erase' OR t.kind = 'answer'))))"
/* Pages p with the time t.at when the first mailing of each slug began. */
#define SENT                                                                   \
    "(SELECT i.slug AS slug, MIN(m.started_at) AS at FROM issue i "            \
    "JOIN mailing m ON m.issue_id = i.id WHERE m.started_at IS NOT NULL "      \
    "GROUP BY i.slug) t "
#define PAGE_COLUMNS(body)                                                     \
    "SELECT p.slug, p.list_id, l.slug, p.title, p.language, p.description, "   \
    "p.visibility, t.at, CASE WHEN p.changed_at > p.published_at "             \
    "AND p.changed_at > t.at THEN p.changed_at ELSE t.at END, " body           \
    " FROM page p JOIN list l ON l.id = p.list_id "
#define PAGE_FILTER                                                            \
    "WHERE (CAST($1 AS TEXT) = '' OR l.slug = $1) "                            \
    "AND (p.visibility = 'public' OR (CAST($2 AS BIGINT) = 1 "                 \
    "AND p.visibility = 'unlisted')) "                                         \
    "AND p.words LIKE $3 ESCAPE '\\' AND p.words LIKE $4 ESCAPE '\\' "         \
    "AND p.words LIKE $5 ESCAPE '\\' AND p.words LIKE $6 ESCAPE '\\' "         \
    "AND p.words LIKE $7 ESCAPE '\\' AND p.words LIKE $8 ESCAPE '\\' "

/* clang-format off */
const char *const store_sql_web[STORE_SQL_COUNT] = {

/* --- keys --- */

[SQL_KEY_EACH] =
    "SELECT number, key, honoured_until FROM signing_key ORDER BY number",
[SQL_KEY_END] = /* $1 none is honoured longer */
    "UPDATE signing_key SET honoured_until = $1 "
    "WHERE honoured_until IS NULL OR honoured_until > $1",
[SQL_KEY_ADD] = /* $1 key, $2 now */
    "INSERT INTO signing_key (number, key, created_at) "
    "SELECT COALESCE(MAX(number), 0) + 1, $1, $2 FROM signing_key "
    "RETURNING number",

/* --- readers --- */

[SQL_SUBSCRIBER_GET] = /* $1 id */
    "SELECT " SUBSCRIBER_COLUMNS "FROM subscriber r WHERE r.id = $1",

/* --- limits --- */

[SQL_QUOTA_TAKE] = /* $1 purpose, $2 subject, $3 now, $4 windows that began
                    * before this are over */
    "INSERT INTO quota AS q (purpose, subject, since, used) "
    "VALUES ($1, $2, $3, 1) ON CONFLICT (purpose, subject) DO UPDATE SET "
    "used = CASE WHEN q.since < $4 THEN 1 ELSE q.used + 1 END, "
    "since = CASE WHEN q.since < $4 THEN excluded.since ELSE q.since END "
    "RETURNING used",
[SQL_QUOTA_FORGET] = /* $1 windows that began before this */
    "DELETE FROM quota WHERE since < $1",

/* --- requests that wait for a confirmation --- */

[SQL_CONFIRMATION_ADD] = /* $1 kind, $2 email, $3 email_key, $4 its hash,
                          * $5 reader, $6 lists, $7 name, $8 language,
                          * $9 wording, $10 network, $11 now, $12 until */
    "INSERT INTO confirmation (kind, email, email_key, address_hash, "
    "subscriber_id, lists, name, language, wording_id, network, created_at, "
    "expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
    "RETURNING id",
[SQL_CONFIRMATION_FIND] = /* $1 id */
    CONFIRMATION "WHERE c.id = $1",
[SQL_CONFIRMATION_OF] = /* $1 hash of an address */
    CONFIRMATION "WHERE c.address_hash = $1 ORDER BY c.id",
[SQL_CONFIRMATION_SETTLE] = /* $1 id, $2 now, $3 reader or NULL */
    "UPDATE confirmation SET " EMPTIED ", settled_at = $2, "
    "subscriber_id = COALESCE($3, subscriber_id) "
    "WHERE id = $1 AND settled_at IS NULL AND expires_at > $2",
[SQL_CONFIRMATION_COUNT] = /* $1 hash of an address, $2 kind, $3 since */
    "SELECT COUNT(*) FROM confirmation "
    "WHERE address_hash = $1 AND kind = $2 AND created_at >= $3",
[SQL_CONFIRMATION_WAITING] = /* $1 kind, $2 now */
    "SELECT COUNT(*) FROM confirmation WHERE email <> '' AND kind = $1 "
    "AND expires_at > $2",
[SQL_CONFIRMATION_DROP] = /* $1 hash of an address */
    "DELETE FROM confirmation WHERE address_hash = $1",
[SQL_CONFIRMATION_EXPIRE] = /* $1 now */
    "UPDATE confirmation SET " EMPTIED " WHERE email <> '' "
    "AND expires_at <= $1",
[SQL_CONFIRMATION_FORGET] = /* $1 made before this */
    "DELETE FROM confirmation WHERE created_at < $1",
[SQL_CONFIRMATION_LETTERS] = /* $1 written up to then: where they went */
    "UPDATE delivery SET email = '', reply_text = '' WHERE email <> '' "
    "AND state <> 'handing-over' AND next_try_at IS NULL " ASKING_LETTERS,
[SQL_CONFIRMATION_ATTEMPTS] = /* $1 likewise: relays name addresses */
    "UPDATE attempt SET reply_text = '' WHERE delivery_id IN "
    "(SELECT id FROM delivery WHERE email <> '' " ASKING_LETTERS ")",
[SQL_CONFIRMATION_STOP] = /* $1 reader, $2 kind, $3 now */
    "UPDATE confirmation SET " EMPTIED ", settled_at = $3, expires_at = $3 "
    "WHERE subscriber_id = $1 AND kind = $2 AND settled_at IS NULL "
    "AND expires_at > $3",

/* --- leaving undone --- */

[SQL_LEAVING_LAST] = /* $1 list, $2 reader */
    "SELECT id, at FROM consent WHERE subscriber_id = $2 AND list_id = $1 "
    "AND act = 'left' ORDER BY id DESC LIMIT 1",
[SQL_SUBSCRIPTION_BEGAN] = /* $1 list, $2 reader */
    "SELECT MAX(at) FROM consent WHERE subscriber_id = $2 AND list_id = $1 "
    "AND act IN ('asked', 'confirmed', 'imported', 'bounced')",

/* --- erasure: $1 reader, $2 address, $3 hash of its key --- */

[SQL_ERASE_ATTEMPTS] =
    "UPDATE attempt SET reply_text = '', queue_id = '' "
    "WHERE delivery_id IN (" COPIES_OF ")",
[SQL_ERASE_LETTERS] =
    "UPDATE letter SET message = CAST('' AS BLOB) "
    "WHERE id IN (SELECT letter_id FROM delivery "
    "WHERE mailing_id IS NULL AND id IN (" COPIES_OF "))",
[SQL_ERASE_WAITING] = /* letters; copies are skipped when they are claimed */
    "UPDATE delivery SET state = 'skipped', reason = 'erased', "
    "next_try_at = NULL WHERE mailing_id IS NULL "
    "AND next_try_at IS NOT NULL AND id IN (" COPIES_OF ")",
[SQL_ERASE_COPIES] =
    "UPDATE delivery SET email = '', "
    "reply_text = CASE WHEN reply_text IS NULL THEN NULL ELSE '' END, "
    "queue_id = CASE WHEN queue_id IS NULL THEN NULL ELSE '' END "
    "WHERE id IN (" COPIES_OF ")",
[SQL_ERASE_CONSENTS] =
    "UPDATE consent SET subject_hash = $3, note = '', network = '' "
    "WHERE subscriber_id = $1",
[SQL_ERASE_CHANGES] =
    "DELETE FROM mailing_change WHERE subscriber_id = $1",
[SQL_ERASE_READER] =
    "DELETE FROM subscriber WHERE id = $1",
[SQL_ERASE_NOTE] = /* $1 now, $2 hash, $3 channel, $4 actor */
    "INSERT INTO consent (at, subject_hash, act, channel, actor, network, "
    "note) VALUES ($1, $2, 'erased', $3, $4, '', '')",
/* --- what is kept of a reader: $1 --- */

[SQL_DOSSIER_TIPS] =
    "SELECT t.slug, l.slug, t.at FROM tip t JOIN list l ON l.id = t.list_id "
    "WHERE t.subscriber_id = $1 ORDER BY t.id",
[SQL_DOSSIER_SUPPRESSIONS] =
    "SELECT s.reason, COALESCE(l.slug, ''), s.since FROM suppression s "
    "LEFT JOIN list l ON l.id = s.list_id "
    "WHERE s.subscriber_id = $1 ORDER BY s.id",

/* --- tips --- */

[SQL_TIP_ISSUE] = /* $1 slug */
    TIP_ISSUE "AND p.slug = $1 "
    "AND EXISTS (SELECT 1 FROM issue i WHERE i.slug = p.slug AND " BEGUN ")",
[SQL_TIP_ISSUE_OF] = /* $1 mailing */
    TIP_ISSUE "AND p.slug = (SELECT i.slug FROM mailing n "
    "JOIN issue i ON i.id = n.issue_id WHERE n.id = $1 AND " BEGUN ")",
[SQL_TIP_READER] = /* $1 key, $2 list: does the friend want none? */
    "SELECT s.state = 'left' OR s.state = 'bounced' OR s.state = 'complained' "
    "FROM subscriber r JOIN subscription s ON s.subscriber_id = r.id "
    "WHERE r.email_key = $1 AND (s.list_id = $2 OR s.state = 'complained') "
    "ORDER BY 1 DESC LIMIT 1",
[SQL_TIP_LATELY] = /* $1 hash, $2 since then */
    "SELECT EXISTS (SELECT 1 FROM tip WHERE friend_hash = $1 AND at >= $2)",
[SQL_TIP_ADD] = /* $1 slug, $2 list, $3 hash, $4 reader, $5 now */
    "INSERT INTO tip (slug, list_id, friend_hash, subscriber_id, at) "
    "VALUES ($1, $2, $3, $4, $5) RETURNING id",
[SQL_TIP_FIND] = /* $1 id */
    "SELECT slug, list_id, friend_hash, subscriber_id, at FROM tip "
    "WHERE id = $1",
[SQL_TIP_COUNT] = /* $1 slug, or empty: all */
    "SELECT COUNT(*) FROM tip WHERE $1 = '' OR slug = $1",

/* --- letters that have their outcome --- */

[SQL_LETTER_WITHDRAW] = /* $1 reader, $2 kind, or empty: all, $3 why */
    "UPDATE delivery SET state = 'skipped', reason = $3, next_try_at = NULL "
    "WHERE mailing_id IS NULL AND subscriber_id = $1 "
    "AND next_try_at IS NOT NULL AND letter_id IN "
    "(SELECT id FROM letter WHERE CAST($2 AS TEXT) = '' OR kind = $2)",
[SQL_LETTER_EMPTY] = /* $1 claim: nobody needs the mail itself any more */
    "UPDATE letter SET message = X'' "
    "WHERE id IN (SELECT d.letter_id " SETTLED_LETTERS ")",
[SQL_LETTER_FORGET] = /* $1 claim: where tips went, also in relays' words */
    "UPDATE delivery SET email = '', reply_text = '' "
    "WHERE id IN (SELECT d.id " SETTLED_LETTERS
    "AND " TRACELESS ")",
[SQL_LETTER_FORGET_ATTEMPTS] = /* $1 claim */
    "UPDATE attempt SET reply_text = '' "
    "WHERE delivery_id IN (SELECT d.id " SETTLED_LETTERS
    "AND " TRACELESS ")",
/* --- archive --- */

[SQL_PAGE_GET] = /* $1 slug */
    PAGE_COLUMNS("p.body") "JOIN " SENT "ON t.slug = p.slug "
    "WHERE p.slug = $1 AND p.visibility <> 'off'",
[SQL_PAGE_FIND] = /* $1 list, $2 1: unlisted too, $3..$8 patterns, $9 limit,
                   * $10 offset, $11 1: with bodies */
    PAGE_COLUMNS("CASE WHEN $11 = 1 THEN p.body ELSE '' END")
    "JOIN " SENT "ON t.slug = p.slug " PAGE_FILTER
    "ORDER BY t.at DESC, p.slug DESC LIMIT $9 OFFSET $10",
[SQL_PAGE_COUNT] = /* $1..$8 as SQL_PAGE_FIND */
    "SELECT COUNT(*) FROM page p JOIN list l ON l.id = p.list_id "
    "JOIN " SENT "ON t.slug = p.slug " PAGE_FILTER,
[SQL_PAGE_OLDER] = /* $1 when, $2 slug */
    PAGE_COLUMNS("''") "JOIN " SENT "ON t.slug = p.slug "
    "WHERE p.visibility = 'public' "
    "AND (t.at < $1 OR (t.at = $1 AND p.slug < $2)) "
    "ORDER BY t.at DESC, p.slug DESC LIMIT 1",
[SQL_PAGE_NEWER] = /* $1 when, $2 slug */
    PAGE_COLUMNS("''") "JOIN " SENT "ON t.slug = p.slug "
    "WHERE p.visibility = 'public' "
    "AND (t.at > $1 OR (t.at = $1 AND p.slug > $2)) "
    "ORDER BY t.at, p.slug LIMIT 1",
[SQL_PAGE_ALL] =
    PAGE_COLUMNS("''") "LEFT JOIN " SENT "ON t.slug = p.slug "
    "ORDER BY COALESCE(t.at, p.published_at) DESC, p.slug DESC",
[SQL_PAGE_IS_SENT] = /* $1 slug */
    "SELECT COUNT(*) FROM issue i JOIN mailing m ON m.issue_id = i.id "
    "WHERE i.slug = $1 AND m.started_at IS NOT NULL",
[SQL_PAGE_PUT] = /* $1 slug, $2 list, $3 title, $4 language, $5 description,
                  * $6 body, $7 words, $8 visibility, $9 now, $10 1: that
                  * visibility also where there is one */
    "INSERT INTO page AS p (slug, list_id, title, language, description, "
    "body, words, visibility, published_at, changed_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) "
    "ON CONFLICT (slug) DO UPDATE SET changed_at = CASE "
    "WHEN p.title = excluded.title AND p.language = excluded.language "
    "AND p.description = excluded.description AND p.body = excluded.body "
    "THEN p.changed_at ELSE excluded.changed_at END, "
    "visibility = CASE WHEN CAST($10 AS BIGINT) = 1 "
    "THEN excluded.visibility ELSE p.visibility END, "
    "title = excluded.title, language = excluded.language, "
    "description = excluded.description, body = excluded.body, "
    "words = excluded.words",
[SQL_PAGE_SET] = /* $1 slug, $2 visibility */
    "UPDATE page SET visibility = $2 WHERE slug = $1",
[SQL_PAGE_FILE_GET] = /* $1 slug, $2 name; attachments only of public ones */
    "SELECT f.name, f.type, f.bytes, f.shown FROM page_file f "
    "JOIN page p ON p.slug = f.slug WHERE f.slug = $1 AND f.name = $2 "
    "AND (p.visibility = 'public' OR (p.visibility = 'unlisted' "
    "AND f.shown = '')) AND EXISTS (SELECT 1 FROM issue i "
    "JOIN mailing m ON m.issue_id = i.id "
    "WHERE i.slug = f.slug AND m.started_at IS NOT NULL)",
[SQL_PAGE_FILE_EACH] = /* $1 slug */
    "SELECT name, type, shown, LENGTH(bytes) FROM page_file "
    "WHERE slug = $1 ORDER BY shown, name",
[SQL_PAGE_FILE_DROP] = /* $1 slug */
    "DELETE FROM page_file WHERE slug = $1",
[SQL_PAGE_FILE_ADD] = /* $1 slug, $2 name, $3 type, $4 bytes, $5 shown */
    "INSERT INTO page_file (slug, name, type, bytes, shown) "
    "VALUES ($1, $2, $3, $4, $5)",
[SQL_LETTER_FILE_PUT] = /* $1 name, $2 type, $3 bytes, $4 now */
    "INSERT INTO letter_file (name, type, bytes, created_at) "
    "VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING",
[SQL_LETTER_FILE_GET] = /* $1 name */
    "SELECT name, type, bytes FROM letter_file WHERE name = $1",

/* --- clicks --- */

[SQL_LINK_FIND] = /* $1 slug, $2 URL */
    "SELECT id FROM link WHERE slug = $1 AND url = $2",
[SQL_LINK_ADD] = /* $1 slug, $2 URL */
    "INSERT INTO link (slug, url) VALUES ($1, $2) RETURNING id",
[SQL_LINK_GET] = /* $1 link, $2 list: when its mailing to that list began */
    "SELECT k.slug, k.url, (SELECT MIN(m.started_at) FROM mailing m "
    "JOIN issue i ON i.id = m.issue_id "
    "WHERE i.slug = k.slug AND m.list_id = $2) FROM link k WHERE k.id = $1",
[SQL_LINK_ALL] = /* $1 slug */
    "SELECT k.url, COALESCE((SELECT SUM(c.clicks) FROM click c "
    "WHERE c.link_id = k.id), 0) AS clicks FROM link k WHERE k.slug = $1 "
    "ORDER BY clicks DESC, k.id",
[SQL_CLICK_ADD] = /* $1 link, $2 day, $3 clicks */
    "INSERT INTO click AS c (link_id, day, clicks) "
    "SELECT id, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM link "
    "WHERE id = $1 ON CONFLICT (link_id, day) "
    "DO UPDATE SET clicks = c.clicks + excluded.clicks",
/* --- figures --- */

[SQL_COPIES_COUNT] =
    "SELECT state, SUM(copies) FROM mailing_count GROUP BY state",
};
/* clang-format on */
