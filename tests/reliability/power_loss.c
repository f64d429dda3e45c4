/*
 * Power loss, for a program that does not know of it: LD_PRELOAD this.
 *
 * What is written to the database and its WAL is only in the machine's memory
 * until fsync or fdatasync has come back. At the sync that the environment
 * names the program is killed, and what a disk would then hold is left beside
 * the files, as FILE.disk: what stood there after the last sync of each, and of
 * what came later nothing, or any part, in sectors of 512 octets.
 *
 *   POWER_FILE  the database; FILE-wal goes with it
 *   POWER_AT    which sync of the two is the last, from 1
 *   POWER_SEED  what of the rest comes to the disk: 0 for nothing
 */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES  2
#define SECTOR ((size_t)512)

struct content {
    char *ptr;
    size_t len;
    bool exists;
};

static struct {
    pthread_mutex_t lock;
    char path[FILES][PATH_MAX];
    struct content disk[FILES]; /* after its last sync */
    long left;                  /* syncs; 0: this is not our program */
    uint64_t random;
} power = { .lock = PTHREAD_MUTEX_INITIALIZER };

static uint64_t draw(void) /* splitmix64 */
{
    uint64_t z = (power.random += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static struct content read_file(const char *path)
{
    struct content out = { 0 };
    struct stat st = { 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) != 0)
        return out;
    out.exists = true;
    out.ptr = malloc((size_t)st.st_size + 1);
    if (!out.ptr)
        abort();
    while (out.len < (size_t)st.st_size) {
        ssize_t len = pread(fd, out.ptr + out.len, (size_t)st.st_size - out.len,
                            (off_t)out.len);

        if (len <= 0)
            break;
        out.len += (size_t)len;
    }
    (void)close(fd);
    return out;
}

static void write_file(const char *path, const struct content *content)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 ||
        write(fd, content->ptr, content->len) != (ssize_t)content->len)
        abort();
    (void)close(fd);
}

/* What was written since the last sync comes to the disk in any part. */
static void tear(struct content *disk, const struct content *now)
{
    size_t len = now->len > disk->len ? now->len : disk->len;

    disk->ptr = realloc(disk->ptr, len + 1);
    if (!disk->ptr)
        abort();
    for (size_t at = 0; at < now->len; at += SECTOR) {
        size_t part = now->len - at < SECTOR ? now->len - at : SECTOR;

        if (at >= disk->len && draw() % 8 == 0)
            break; /* the file was not yet made longer */
        if (at + part > disk->len) {
            memset(disk->ptr + disk->len, 0, at + part - disk->len);
            disk->len = at + part;
        }
        if (draw() % 2)
            memcpy(disk->ptr + at, now->ptr + at, part);
    }
}

__attribute__((noreturn)) static void lose_power(void)
{
    char path[PATH_MAX + 8];

    for (int i = 0; i < FILES; i++) {
        struct content now = read_file(power.path[i]);

        if (power.random != 0 && now.exists && power.disk[i].exists)
            tear(&power.disk[i], &now);
        (void)snprintf(path, sizeof path, "%s.disk", power.path[i]);
        if (power.disk[i].exists)
            write_file(path, &power.disk[i]);
    }
    (void)kill(getpid(), SIGKILL);
    for (;;)
        (void)pause();
}

static int which(int fd)
{
    char link[64];
    char path[PATH_MAX] = "";

    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof path - 1) < 0)
        return -1;
    for (int i = 0; i < FILES; i++)
        if (!strcmp(path, power.path[i]))
            return i;
    return -1;
}

static int sync_file(long number, int fd)
{
    int file = power.left > 0 ? which(fd) : -1;
    int rc;

    if (file < 0)
        return (int)syscall(number, fd);
    (void)pthread_mutex_lock(&power.lock);
    if (--power.left == 0)
        lose_power();
    rc = (int)syscall(number, fd);
    if (rc == 0) {
        free(power.disk[file].ptr);
        power.disk[file] = read_file(power.path[file]);
    }
    (void)pthread_mutex_unlock(&power.lock);
    return rc;
}

int fsync(int fd)
{
    return sync_file(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return sync_file(SYS_fdatasync, fd);
}

__attribute__((constructor)) static void begin(void)
{
    const char *file = getenv("POWER_FILE");
    const char *at = getenv("POWER_AT");
    const char *seed = getenv("POWER_SEED");

    if (!file || !at)
        return;
    if (!realpath(file, power.path[0]))
        return;
    (void)snprintf(power.path[1], PATH_MAX, "%.*s-wal", PATH_MAX - 8,
                   power.path[0]);
    for (int i = 0; i < FILES; i++)
        power.disk[i] = read_file(power.path[i]);
    power.random = seed ? strtoull(seed, NULL, 10) : 0;
    power.left = strtol(at, NULL, 10);
}
