/* What stream.c, home of libcurl, shares with stream_trouble.c, the words. */
#ifndef BREVDUVA_NET_STREAM_PRIVATE_H
#define BREVDUVA_NET_STREAM_PRIVATE_H

#include "brevduva/net/stream.h"

enum stream_trouble {
    STREAM_BROKEN, /* whatever is not named below */
    STREAM_CLOSED,
    STREAM_CANCELLED,
    STREAM_NO_PROXY,      /* it does not answer */
    STREAM_PROXY_REFUSED, /* it does not accept us */
    STREAM_PROXY_FAILED,  /* it cannot reach the relay */
    STREAM_NO_HOST,
    STREAM_NO_CONNECTION,
    STREAM_TIMEOUT,
    STREAM_ODD_REPLY,    /* greeting not 220, or bytes smuggled in */
    STREAM_NAME_REFUSED, /* EHLO and HELO */
    STREAM_NO_STARTTLS,
    STREAM_TLS_FAILED,
    STREAM_CERTIFICATE,
    STREAM_CA_FILE,
    STREAM_NO_PASSWORD, /* a user name without one */
    STREAM_MECHANISM,   /* no name that libcurl knows */
    STREAM_NO_LOGIN,    /* the relay does not offer any */
    STREAM_LOGIN_DENIED
};

/* What was seen of a session that could not be opened. */
struct stream_view {
    char name[BD_MAX_RELAY_NAME];
    bool is_mailbox;    /* IMAP, and not a relay */
    const char *detail; /* of the failure; never holds the password */
    char expired[16];   /* the day when a certificate did; "": none has */
    char future[16];    /* the day when one becomes valid; "": all are */
    int reply_code;     /* of the relay's last line; 0: it said nothing */
    char reply_text[160];
    char offers[160]; /* of a mailbox: the ways to log in, "PLAIN, LOGIN" */
    int greetings;    /* 220 lines: the second answers STARTTLS */
};

/* Say it so that a person knows what to do. Never returns BD_OK. */
enum bd_status stream_explain(enum stream_trouble trouble,
                              const struct stream_view *view,
                              const struct bd_stream_options *options,
                              struct bd_err *err);

/* The same for a mailbox: its settings have other names. */
enum bd_status stream_explain_mailbox(enum stream_trouble trouble,
                                      const struct stream_view *view,
                                      const struct bd_stream_options *options,
                                      struct bd_err *err);

/* "socks5h://eva:secret@host:1080": only host and port may be seen. */
const char *stream_proxy_name(const struct bd_stream_options *options);

/* The password is an access token. */
bool stream_is_by_token(const struct bd_stream_options *options);

#endif
