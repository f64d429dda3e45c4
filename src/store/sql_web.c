/* All SQL of the program, as sql.c: what the reader pages need. */
#include "sql_parts.h"
#include "store_sql.h"

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
[SQL_KEY_END] = /* $1 honoured until then */
    "UPDATE signing_key SET honoured_until = $1 WHERE honoured_until IS NULL",
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
[SQL_PAGE_FILE_GET] = /* $1 slug, $2 name */
    "SELECT f.name, f.type, f.bytes FROM page_file f "
    "JOIN page p ON p.slug = f.slug WHERE f.slug = $1 AND f.name = $2 "
    "AND p.visibility <> 'off' AND EXISTS (SELECT 1 FROM issue i "
    "JOIN mailing m ON m.issue_id = i.id "
    "WHERE i.slug = f.slug AND m.started_at IS NOT NULL)",
[SQL_PAGE_FILE_EACH] = /* $1 slug */
    "SELECT name, type FROM page_file WHERE slug = $1 ORDER BY name",
[SQL_PAGE_FILE_DROP] = /* $1 slug */
    "DELETE FROM page_file WHERE slug = $1",
[SQL_PAGE_FILE_ADD] = /* $1 slug, $2 name, $3 type, $4 bytes */
    "INSERT INTO page_file (slug, name, type, bytes) VALUES ($1, $2, $3, $4)",

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
};
/* clang-format on */
