/* What the files of the filter share: its tokens and its tree. */
#ifndef FILTER_PRIVATE_H
#define FILTER_PRIVATE_H

#include "brevduva/store/filter.h"

enum filter_token_kind {
    FILTER_END,
    FILTER_WORD,
    FILTER_QUOTED, /* text: without quotes and escapes */
    FILTER_OPEN,   /* ( */
    FILTER_CLOSE,  /* ) */
    FILTER_COMMA,
    FILTER_OPERATOR /* = != < <= > >= */
};

struct filter_token {
    enum filter_token_kind kind;
    bd_str text;
    size_t at; /* octet in the condition */
};

/* Cuts the condition into tokens. */
struct filter_lexer {
    struct bd_arena *arena;
    bd_str text;
    size_t at;
    struct bd_err *err;
};

/* filter_lex.c */
enum bd_status filter_lex(struct filter_lexer *lexer,
                          struct filter_token *out) BD_MUST_USE;
/* Put the column of octet `at` before the message in lexer->err; gives back
 * `rc`: `return filter_blame(lexer, at, bd_fail(...))`. */
enum bd_status filter_blame(const struct filter_lexer *lexer, size_t at,
                            enum bd_status rc);

enum filter_field {
    FILTER_LANGUAGE,
    FILTER_TEXT_ONLY,
    FILTER_NAME,
    FILTER_EMAIL,
    FILTER_DOMAIN,
    FILTER_LIST,
    FILTER_CREATED,
    FILTER_SINCE,
    FILTER_ATTRIBUTE /* not a word of the language */
};
extern const char *const filter_field_names[]; /* ends with NULL */

/* "!=" is the NOT of EQ, "in" an EQ with several values. */
enum filter_op { FILTER_EQ, FILTER_LT, FILTER_LE, FILTER_GT, FILTER_GE };

struct filter_value {
    bd_str text;         /* folded */
    bool number;         /* compares as one with what is one */
    int64_t from, until; /* of a date: its first second and the next day's */
    int64_t id;          /* of a list; 1 or 0 for yes or no */
};

enum filter_kind { FILTER_AND, FILTER_OR, FILTER_NOT, FILTER_HAS, FILTER_TEST };

struct bd_filter {
    enum filter_kind kind;
    enum filter_field field; /* of HAS and TEST */
    bd_str key;              /* the attribute's, as it stands in JSON */
    enum filter_op op;       /* of TEST */
    const struct filter_value *values;
    size_t value_count;
    struct bd_filter *first; /* of AND, OR and NOT: what they join */
    struct bd_filter *next;
};

/* filter_value.c: what `text` means for the field. The message has no place
 * in it. `quoted`: numbers in it are text. */
enum bd_status filter_value_read(struct bd_arena *arena,
                                 const struct bd_filter_names *names,
                                 enum filter_field field, bd_str text,
                                 bool quoted, struct filter_value *out,
                                 struct bd_err *err) BD_MUST_USE;
/* Digits, with a sign before and a fraction after them or not. */
bool filter_is_number(bd_str text);
/* Below, at or above 0, exactly, however many digits there are. */
int filter_compare_numbers(bd_str a, bd_str b);
/* "there is no …; did you mean \"…\"?", the last part if one is near. */
enum bd_status filter_unknown(struct bd_err *err, const char *what, bd_str name,
                              const char *const known[]);

#endif
