/* The socket that the server listens on. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server_private.h"

#define FILES_SPARE 64 /* of the database, the log and libraries */

static socklen_t fill_address(const struct bd_ip *ip, uint16_t port,
                              struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

    memset(out, 0, sizeof *out);
    if (bd_ip_is_v4(ip)) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        memcpy(&v4->sin_addr, ip->octet + 12, 4);
        return sizeof *v4;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    memcpy(&v6->sin6_addr, ip->octet, sizeof ip->octet);
    return sizeof *v6;
}

static enum bd_status fail(const char *where, int cause, struct bd_err *err)
{
    switch (cause) {
    case EADDRINUSE:
        return bd_fail(err, BD_EIO,
                       _("cannot listen on %s: another program does; end it, "
                         "or choose another port with web.listen"),
                       where);
    case EADDRNOTAVAIL:
        return bd_fail(err, BD_EIO,
                       _("cannot listen on %s: this machine has no such "
                         "address; see web.listen"),
                       where);
    case EACCES:
        return bd_fail(err, BD_EIO,
                       _("cannot listen on %s: ports below 1024 need the right "
                         "CAP_NET_BIND_SERVICE; see docs/web.md"),
                       where);
    default:
        return bd_fail(err, BD_EIO, _("cannot listen on %s: %s"), where,
                       bd_errno_text(cause));
    }
}

static unsigned port_of(int fd)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;

    memset(&address, 0, sizeof address);
    (void)getsockname(fd, (struct sockaddr *)&address, &len);
    return address.ss_family == AF_INET6
               ? ntohs(((struct sockaddr_in6 *)&address)->sin6_port)
               : ntohs(((struct sockaddr_in *)&address)->sin_port);
}

enum bd_status listen_open(const char *where, int *out_fd, unsigned *out_port,
                           struct bd_err *err)
{
    struct sockaddr_storage address;
    struct bd_ip ip;
    uint16_t port = 0;
    socklen_t len = 0;
    const int on = 1;
    const int off = 0;
    int fd = -1;

    if (!bd_ip_parse_port(bd_str_from(where), &ip, &port))
        return bd_fail(err, BD_EINVAL,
                       _("%s is no address with a port; give it as "
                         "127.0.0.1:8080 or [::1]:8080"),
                       where);
    len = fill_address(&ip, port, &address);
    fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                0);
    if (fd < 0)
        return fail(where, errno, err);
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address.ss_family == AF_INET6) /* [::] takes IPv4 too */
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, (const struct sockaddr *)&address, len) != 0 ||
        listen(fd, SOMAXCONN) != 0) {
        int cause = errno;

        (void)close(fd);
        return fail(where, cause, err);
    }
    *out_fd = fd;
    *out_port = port_of(fd);
    return BD_OK;
}

unsigned listen_room(unsigned wanted)
{
    struct rlimit files = { 0 };

    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return wanted / 2;
    if (files.rlim_cur < wanted + FILES_SPARE &&
        files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max < wanted + FILES_SPARE
                             ? files.rlim_max
                             : wanted + FILES_SPARE;
        (void)setrlimit(RLIMIT_NOFILE, &files);
        (void)getrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur >= wanted + FILES_SPARE)
        return wanted;
    return files.rlim_cur > 2 * FILES_SPARE
               ? (unsigned)(files.rlim_cur - FILES_SPARE)
               : FILES_SPARE / 2;
}
