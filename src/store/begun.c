#include "brevduva/store/begun.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "brevduva/base/sys.h"
#include "store_queue.h"

/* Copies begun while the oldest of a claim is still under way: a claim that
 * saw more knows nothing. */
#define RING ((uint64_t)1 << 14)

struct begun_memory {
    int64_t id; /* at random; never 0 */
    atomic_uint_fast64_t count;
    int64_t ring[RING]; /* deliveries; the next stands at count % RING */
};

#define NAME_MAX_LEN 64

/* The database is a file, whatever its path is at the moment. */
static bool name_memory(const struct bd_store *store, char name[NAME_MAX_LEN],
                        uid_t *out_owner)
{
    struct stat database;

    if (stat(store->path, &database) != 0)
        return false;
    *out_owner = database.st_uid;
    (void)snprintf(name, NAME_MAX_LEN, "/brevduva-%llx-%llx",
                   (unsigned long long)database.st_dev,
                   (unsigned long long)database.st_ino);
    return true;
}

static struct begun_memory *map(int fd, int protection)
{
    void *memory = mmap(NULL, sizeof(struct begun_memory), protection,
                        MAP_SHARED, fd, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

/* All of it now, or a full machine would end us in the middle of a copy. The
 * lock tells that we live. */
static struct begun_memory *make(const char *name, int *out_fd)
{
    struct begun_memory *memory = NULL;
    int fd = -1;

    (void)shm_unlink(name);
    fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return NULL;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 &&
        posix_fallocate(fd, 0, sizeof *memory) == 0)
        memory = map(fd, PROT_READ | PROT_WRITE);
    if (!memory) {
        (void)close(fd);
        (void)shm_unlink(name);
        return NULL;
    }
    *out_fd = fd;
    return memory;
}

void begun_drop(struct bd_store *store)
{
    if (!store->begun)
        return;
    begun_free(store->begun);
    (void)close(store->begun_fd);
    store->begun = NULL;
}

void bd_begun_start(struct bd_store *store)
{
    const struct bd_sys *sys = bd_sys_real();
    char name[NAME_MAX_LEN];
    uid_t owner = 0;

    store->sending = true;
    begun_drop(store);
    if (!name_memory(store, name, &owner))
        return;
    store->begun = make(name, &store->begun_fd);
    while (store->begun && store->begun->id == 0)
        sys->random(sys->self, &store->begun->id, sizeof store->begun->id);
}

void begun_forget(const struct bd_store *store)
{
    char name[NAME_MAX_LEN];
    uid_t owner = 0;

    if (name_memory(store, name, &owner))
        (void)shm_unlink(name);
}

void bd_begun_stop(struct bd_store *store)
{
    int64_t claims = 0;

    if (!store->begun)
        return;
    begun_drop(store);
    if (bd_queue_claims(store, &claims, NULL) == BD_OK && claims == 0)
        begun_forget(store);
}

void bd_begun_note(struct bd_store *store, int64_t delivery_id)
{
    struct begun_memory *memory = store->begun;
    uint64_t count = 0;

    if (!memory)
        return;
    count = atomic_load_explicit(&memory->count, memory_order_relaxed);
    memory->ring[count % RING] = delivery_id;
    atomic_store_explicit(&memory->count, count + 1, memory_order_release);
}

struct begun_mark begun_now(const struct bd_store *store)
{
    struct begun_mark mark = { 0 };

    if (!store->begun)
        return mark;
    mark.id = store->begun->id;
    mark.count = (int64_t)atomic_load(&store->begun->count);
    return mark;
}

/* Of this machine's other users nobody can have us believe that copies were
 * not begun. */
static bool is_ours(int fd, uid_t owner)
{
    struct stat memory;

    return fstat(fd, &memory) == 0 && S_ISREG(memory.st_mode) &&
           memory.st_size == sizeof(struct begun_memory) &&
           (memory.st_uid == owner || memory.st_uid == geteuid()) &&
           (memory.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* -1: there is none. */
static int open_left(const struct bd_store *store)
{
    char name[NAME_MAX_LEN];
    uid_t owner = 0;
    int fd = -1;

    if (name_memory(store, name, &owner))
        fd = shm_open(name, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0 || is_ours(fd, owner))
        return fd;
    (void)close(fd);
    return -1;
}

bool begun_is_held(const struct bd_store *store)
{
    int fd = open_left(store);
    bool held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 &&
                errno == EWOULDBLOCK;

    if (fd >= 0)
        (void)close(fd);
    return held;
}

struct begun_memory *begun_find(const struct bd_store *store)
{
    struct begun_memory *memory = NULL;
    int fd = open_left(store);

    if (fd < 0)
        return NULL;
    memory = map(fd, PROT_READ);
    (void)close(fd);
    return memory;
}

void begun_free(struct begun_memory *memory)
{
    if (memory)
        (void)munmap(memory, sizeof *memory);
}

bool begun_knows(const struct begun_memory *memory, struct begun_mark mark)
{
    uint64_t count = 0;

    if (!memory || mark.id == 0 || memory->id != mark.id)
        return false;
    count = atomic_load(&memory->count);
    return mark.count >= 0 && count >= (uint64_t)mark.count &&
           count - (uint64_t)mark.count < RING; /* one may be half noted */
}

bool begun_has(const struct begun_memory *memory, struct begun_mark mark,
               int64_t delivery_id)
{
    uint64_t count = atomic_load(&memory->count);

    for (uint64_t i = (uint64_t)mark.count; i < count; i++)
        if (memory->ring[i % RING] == delivery_id)
            return true;
    return false;
}
