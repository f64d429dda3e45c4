/*
 * A connected, verified, logged-in byte stream to a mail relay or a mailbox.
 * libcurl resolves, connects, negotiates TLS (certificate and host name
 * verified), says EHLO or CAPABILITY and authenticates (CURLOPT_CONNECT_ONLY);
 * after that the caller talks SMTP or IMAP over it. Home of libcurl.
 */
#ifndef BREVDUVA_NET_STREAM_H
#define BREVDUVA_NET_STREAM_H

#include <stdatomic.h>

#include "brevduva/base/status.h"
#include "brevduva/base/str.h"

enum bd_starttls {
    BD_STARTTLS_REQUIRED, /* no TLS, no mail */
    BD_STARTTLS_OFF       /* plain text: loopback only, or the user's word */
};

struct bd_stream_options {
    const char *key; /* what errors call the settings of a relay: "relays.2";
                      * NULL: "relay" */
    const char *url; /* smtp, smtps, imap or imaps://host:port; a user name in
                      * it counts when `username` is NULL, a password never */
    const char *ehlo_name;     /* FQDN (RFC 5321 4.1.1.1); not for IMAP */
    enum bd_starttls starttls; /* for smtp:// and imap:// */
    const char *username;      /* NULL: no login */
    const char *password;      /* never logged or put in an error */
    const char *ca_file;       /* NULL: the system's certificates */
    const char *auth;          /* SASL mechanism, "XOAUTH2"; NULL: the best of
                                * those that both know. For XOAUTH2 and
                                * OAUTHBEARER the password is the token */
    const char *proxy;         /* "socks5h://host:1080"; NULL: none, whatever
                                * the environment says. Not for loopback */
    long connect_timeout_ms;   /* for everything up to the log-in */
    const atomic_bool *cancelled; /* opening ends within a second when it
                                   * becomes true; NULL: never */
};

struct bd_stream;

/*
 * Connect. Blocks until ready, or until the timeout.
 *
 * out      owned by the caller: bd_stream_close
 * returns  BD_OK; BD_ETEMP (no answer, refused, 4yz greeting: later may
 *          work); BD_EFINAL (certificate, host name, password, STARTTLS
 *          not offered: a person must mend it). The message says which, and
 *          what to do about it.
 */
enum bd_status bd_stream_open(const struct bd_stream_options *options,
                              struct bd_stream **out,
                              struct bd_err *err) BD_MUST_USE;

/* Of a relay: the lines of the last EHLO reply, without "250-", separated by
 * LF: those after STARTTLS where that took place (RFC 3207 4.2). Valid until
 * close. */
bd_str bd_stream_capabilities(const struct bd_stream *stream);

/* To wait on (bd_loop_add). */
int bd_stream_fd(const struct bd_stream *stream);

/*
 * As much of `bytes`, of which there are some, as the connection takes now,
 * without waiting.
 *
 * out_sent  octets taken; 0 unless BD_OK
 * returns   BD_OK (at least one; when not all, wait until writable, too);
 *           BD_ETEMP (none now: wait until writable); BD_EIO (lost). What was
 *           not taken must come first in the next call, all of it: TLS may
 *           have encrypted it already. It may stand elsewhere in memory, and
 *           more may follow.
 */
enum bd_status bd_stream_send(struct bd_stream *stream, bd_str bytes,
                              size_t *out_sent, struct bd_err *err) BD_MUST_USE;

/*
 * What has come, without waiting. With TLS octets may be there though the
 * descriptor is not readable: call again until BD_ETEMP.
 *
 * returns  BD_OK (at least one octet); BD_ETEMP (none now); BD_EIO (closed by
 *          the relay, or lost: the message says which)
 */
enum bd_status bd_stream_receive(struct bd_stream *stream, char *buffer,
                                 size_t size, size_t *out_len,
                                 struct bd_err *err) BD_MUST_USE;

/*
 * Tell the other end at once that its octets have come, rather than wait for
 * octets of ours to tell it with. For those who wait for several answers to
 * one write: a server that leaves Nagle's algorithm on, as Postfix does, keeps
 * its second answer back until it hears of the first, 40 ms later.
 */
void bd_stream_acknowledge(struct bd_stream *stream);

/* Octets may be there though the descriptor is not readable: TLS. */
bool bd_stream_is_buffered(const struct bd_stream *stream);

/* Close at once, without QUIT. NULL is allowed. */
void bd_stream_close(struct bd_stream *stream);

/* A host that only this machine can reach: localhost, 127/8, ::1. */
bool bd_url_is_loopback(const char *url);

#define BD_MAX_RELAY_NAME 300 /* octets of a relay's public name, with NUL */

/*
 * The URL as people and the ledger may see it, "smtp://host:port": without
 * user and password.
 *
 * returns  BD_OK, or BD_EINVAL when it is not an smtp or smtps URL
 */
enum bd_status bd_url_public(const char *url, char out[BD_MAX_RELAY_NAME],
                             struct bd_err *err) BD_MUST_USE;

/* The same for an imap or imaps URL. */
enum bd_status bd_url_mailbox(const char *url, char out[BD_MAX_RELAY_NAME],
                              struct bd_err *err) BD_MUST_USE;

#endif
