/* The kinds of relay. */
#ifndef BREVDUVA_DELIVER_RELAY_PRIVATE_H
#define BREVDUVA_DELIVER_RELAY_PRIVATE_H

#include "brevduva/deliver/relay.h"

struct relay_kind {
    bd_str scheme; /* how its URLs begin */
    /* Check the options, connect nothing. `options` lives as long as the
     * relay. `name` is for the ledger, BD_MAX_RELAY_NAME octets. */
    enum bd_status (*open)(const struct bd_relay_options *options, char *name,
                           void **out, struct bd_err *err);
    enum bd_status (*deliver)(struct bd_arena *arena, void *self,
                              const struct bd_copy *copy,
                              struct bd_receipt *out, struct bd_err *err);
    void (*close)(void *self);
};

struct bd_relay {
    const struct relay_kind *kind;
    void *self; /* the kind's own */
    struct bd_arena *arena;
    struct bd_relay_options options;
    char name[BD_MAX_RELAY_NAME];
};

extern const struct relay_kind relay_smtp, relay_smtps, relay_maildir;

#endif
