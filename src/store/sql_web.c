/* All SQL of the program, as sql.c: what the reader pages need. */
#include "sql_parts.h"
#include "store_sql.h"

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

/* --- figures --- */

[SQL_COPIES_COUNT] =
    "SELECT state, SUM(copies) FROM mailing_count GROUP BY state",
};
/* clang-format on */
