/*
 * Readers, their subscriptions, and the consent ledger: each change of a
 * subscription is one transaction with the ledger row that says why.
 */
#ifndef BREVDUVA_STORE_SUBSCRIBER_H
#define BREVDUVA_STORE_SUBSCRIBER_H

#include "brevduva/base/hash.h"
#include "brevduva/store/store.h"

struct bd_subscriber {
    int64_t id;
    bd_str email;     /* as given, domain in A-labels */
    bd_str email_key; /* bd_address.key: unique */
    bd_str name;
    bd_str language; /* "sv", "en"; empty: the list's */
    bool text_only;
    bd_str attributes; /* JSON object as text: {"ort":"Kumla"} */
    bd_str source;     /* how the reader came: "cli", "import", "web", "mail" */
    int64_t created_at;
    int64_t paused_until; /* wants no copies before then; 0: wants them */
};

enum bd_subscription_state {
    BD_SUB_PENDING, /* asked, consent not yet on record */
    BD_SUB_ACTIVE,
    BD_SUB_LEFT,
    BD_SUB_BOUNCED,   /* suspended: the address does not work */
    BD_SUB_COMPLAINED /* reported us as spam */
};
extern const char *const bd_subscription_state_names[]; /* "pending", … */
bool bd_subscription_state_parse(bd_str name, enum bd_subscription_state *out);

enum bd_consent_act {
    BD_CONSENT_ASKED,
    BD_CONSENT_CONFIRMED,
    BD_CONSENT_IMPORTED,
    BD_CONSENT_LEFT,
    BD_CONSENT_CHANGED, /* name, language, address …; note says what */
    BD_CONSENT_BOUNCED,
    BD_CONSENT_COMPLAINED,
    BD_CONSENT_ERASED,
    BD_CONSENT_OBJECTED
};
extern const char *const bd_consent_act_names[];

/* Who does something, from where: the same for all rows of one command. */
struct bd_actor {
    bd_str channel; /* "cli", "import", "web", "mail" */
    bd_str name;    /* login name at the keyboard; empty for readers */
    bd_str network; /* address cut to /24 or /48; empty at the keyboard */
    int64_t now;
};

struct bd_subscription {
    int64_t list_id;
    bd_str list_slug;
    enum bd_subscription_state state;
    int64_t since;
};

struct bd_consent {
    int64_t at;
    int64_t list_id; /* 0: about the reader as a whole */
    bd_str list_slug;
    enum bd_consent_act act;
    bd_str wording; /* what was agreed to, or the stated ground */
    bd_str channel, actor, network, note;
};

/* BD_ENOENT when there is no reader with that key. */
enum bd_status bd_subscriber_find(struct bd_arena *arena,
                                  struct bd_store *store, bd_str email_key,
                                  struct bd_subscriber *out,
                                  struct bd_err *err) BD_MUST_USE;

/* The same by id. */
enum bd_status bd_subscriber_get(struct bd_arena *arena, struct bd_store *store,
                                 int64_t id, struct bd_subscriber *out,
                                 struct bd_err *err) BD_MUST_USE;

/*
 * Put a reader on a list. A new reader is added; a known one keeps name and
 * so on unless `subscriber` has more.
 *
 * consent  wording of the consent given: the reader becomes active; empty:
 *          pending
 * out_old  state before; *out_known false when there was none
 * returns  BD_OK; BD_EINVAL when the reader is suppressed or complained (the
 *          message says since when; only `force` lets them back in).
 *          Someone who left may come back: their consent is new.
 */
enum bd_status bd_subscribe(struct bd_store *store,
                            const struct bd_subscriber *subscriber,
                            int64_t list_id, bd_str consent, bool force,
                            const struct bd_actor *actor, bool *out_known,
                            enum bd_subscription_state *out_old,
                            struct bd_err *err) BD_MUST_USE;

/*
 * The same when the consent came by a link in a mail: the ledger then also
 * tells when and from where it was asked for (C1). Never by force, but who was
 * erased comes back so: it is their own wish.
 *
 * wording  not empty: what was shown both times
 * asked    who asked for it, when
 */
enum bd_status bd_subscribe_confirmed(
    struct bd_store *store, const struct bd_subscriber *subscriber,
    int64_t list_id, bd_str wording, const struct bd_actor *asked,
    const struct bd_actor *actor, bool *out_known,
    enum bd_subscription_state *out_old, struct bd_err *err) BD_MUST_USE;

/*
 * Take a reader off a list, or off all lists (list_id 0). Effective for
 * copies that are queued. *out_changed: number of lists left; 0 when there
 * was nothing to leave.
 */
enum bd_status bd_unsubscribe(struct bd_store *store, int64_t subscriber_id,
                              int64_t list_id, bd_str reason,
                              const struct bd_actor *actor,
                              int64_t *out_changed,
                              struct bd_err *err) BD_MUST_USE;

/* The reader's latest leaving of a list: its row in the ledger, and when.
 * BD_ENOENT, without a message: there was none. */
enum bd_status bd_leaving_last(struct bd_store *store, int64_t subscriber_id,
                               int64_t list_id, int64_t *out_entry,
                               int64_t *out_at, struct bd_err *err) BD_MUST_USE;

/*
 * Undo a leaving: the subscription becomes what it was. Lifts no suppression.
 *
 * before   the state then: pending, active or bounced
 * left_at  when it was left: a later leaving is left alone
 * out      false: nothing to undo
 */
enum bd_status bd_unsubscribe_undo(struct bd_store *store,
                                   int64_t subscriber_id, int64_t list_id,
                                   enum bd_subscription_state before,
                                   int64_t left_at,
                                   const struct bd_actor *actor, bool *out,
                                   struct bd_err *err) BD_MUST_USE;

/* What is remembered without a change: why the reader left. */
enum bd_status bd_subscriber_note(struct bd_store *store, int64_t subscriber_id,
                                  int64_t list_id, bd_str note,
                                  const struct bd_actor *actor,
                                  struct bd_err *err) BD_MUST_USE;

/* Name, language, text_only, attributes, paused_until, email and email_key of
 * subscriber->id; `note` says in words what changed. BD_EEXIST when the new
 * address belongs to another reader. */
enum bd_status bd_subscriber_update(struct bd_store *store,
                                    const struct bd_subscriber *subscriber,
                                    bd_str note, const struct bd_actor *actor,
                                    struct bd_err *err) BD_MUST_USE;

enum bd_status bd_subscriber_subscriptions(struct bd_arena *arena,
                                           struct bd_store *store,
                                           int64_t subscriber_id,
                                           const struct bd_subscription **out,
                                           size_t *out_count,
                                           struct bd_err *err) BD_MUST_USE;

/* The reader's ledger, oldest first. */
enum bd_status
bd_subscriber_consents(struct bd_arena *arena, struct bd_store *store,
                       int64_t subscriber_id, const struct bd_consent **out,
                       size_t *out_count, struct bd_err *err) BD_MUST_USE;

/* Called for each row; anything but BD_OK ends the listing. Texts are valid
 * during the call. */
typedef enum bd_status (*bd_subscriber_fn)(
    void *self, const struct bd_subscriber *subscriber,
    const struct bd_subscription *subscription, struct bd_err *err);

struct bd_subscriber_filter {
    int64_t list_id;
    bool by_state;
    enum bd_subscription_state state;
    bd_str text; /* part of address or name, any case; empty: all */
};

/* Readers of a list by address key, streaming: constant memory. */
enum bd_status bd_subscriber_each(struct bd_store *store,
                                  const struct bd_subscriber_filter *filter,
                                  bd_subscriber_fn row, void *self,
                                  struct bd_err *err) BD_MUST_USE;

/* Names of all attributes that any reader has, in order of first use. */
enum bd_status bd_attribute_names(struct bd_arena *arena,
                                  struct bd_store *store, const bd_str **out,
                                  size_t *out_count,
                                  struct bd_err *err) BD_MUST_USE;

/* Recognises an address, or any other text, without keeping it: HMAC-SHA-256
 * with a key of the database. */
enum bd_status bd_address_hash(struct bd_store *store, bd_str email_key,
                               unsigned char out[BD_SHA256_LEN],
                               struct bd_err *err) BD_MUST_USE;

/* The reason that stands for those who were erased: no file brings them back.
 */
#define BD_SUPPRESSED_ERASED "erased"

/* Never mail this address again: keyed hash of its email_key; list_id 0 for
 * all lists. Survives erasure. */
enum bd_status bd_suppress(struct bd_store *store, bd_str email_key,
                           int64_t list_id, bd_str reason,
                           const struct bd_actor *actor,
                           struct bd_err *err) BD_MUST_USE;
/* The same for all lists, of an address that only its hash is known of. */
enum bd_status bd_suppress_hash(struct bd_store *store,
                                const unsigned char hash[BD_SHA256_LEN],
                                bd_str reason, const struct bd_actor *actor,
                                struct bd_err *err) BD_MUST_USE;
/* BD_ENOENT when the address is not suppressed for that list. */
enum bd_status bd_suppression_find(struct bd_arena *arena,
                                   struct bd_store *store, bd_str email_key,
                                   int64_t list_id, bd_str *out_reason,
                                   int64_t *out_since,
                                   struct bd_err *err) BD_MUST_USE;

#endif
