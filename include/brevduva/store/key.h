/* The keys that sign links in letters, and their change. */
#ifndef BREVDUVA_STORE_KEY_H
#define BREVDUVA_STORE_KEY_H

#include "brevduva/base/token.h"
#include "brevduva/store/store.h"

/*
 * All keys of the newsletter, ready for use.
 *
 * out      owned by the caller: bd_keyring_free
 * returns  BD_OK; BD_EPARSE (none signs, or one is damaged)
 */
enum bd_status bd_keys_read(struct bd_store *store, struct bd_keyring **out,
                            struct bd_err *err) BD_MUST_USE;

/*
 * From now on another key signs.
 *
 * key      32 unpredictable octets
 * keep     all older ones open their links until then at the latest
 * out      number of the new key
 * returns  BD_OK; BD_ELIMIT after 255 keys
 */
enum bd_status bd_key_rotate(struct bd_store *store,
                             const unsigned char key[BD_TOKEN_KEY_LEN],
                             int64_t now, int64_t keep, uint8_t *out,
                             struct bd_err *err) BD_MUST_USE;

#endif
