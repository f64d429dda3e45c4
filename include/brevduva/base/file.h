/*
 * Files, whole. Reading has a ceiling; writing never leaves half a file.
 */
#ifndef BREVDUVA_BASE_FILE_H
#define BREVDUVA_BASE_FILE_H

#include "brevduva/base/arena.h"
#include "brevduva/base/status.h"

/*
 * Read the whole file into the arena.
 *
 * path     NUL-terminated, of a regular file; "-" reads standard input,
 *          whatever that is
 * max      octets; a longer file is BD_ELIMIT
 * returns  BD_OK, BD_ENOENT, BD_ELIMIT, BD_EIO
 */
enum bd_status bd_file_read(struct bd_arena *arena, const char *path,
                            size_t max, bd_str *out,
                            struct bd_err *err) BD_MUST_USE;

/* The same of its first `max` octets; what follows is not read. */
enum bd_status bd_file_read_start(struct bd_arena *arena, const char *path,
                                  size_t max, bd_str *out,
                                  struct bd_err *err) BD_MUST_USE;

/*
 * Replace or create the file at `path` with `content`: temporary file in the
 * same folder, fsync, rename, fsync of the folder. On failure the old file
 * stands untouched and no temporary file is left.
 *
 * mode     permissions, as 0644
 * returns  BD_OK, BD_EIO
 */
enum bd_status bd_file_replace(const char *path, bd_str content, unsigned mode,
                               struct bd_err *err) BD_MUST_USE;

/* The same, but an existing file at `path` is BD_EEXIST and untouched. */
enum bd_status bd_file_create(const char *path, bd_str content, unsigned mode,
                              struct bd_err *err) BD_MUST_USE;

/* Make a folder (parents must exist). An existing folder is BD_EEXIST. */
enum bd_status bd_folder_create(const char *path, unsigned mode,
                                struct bd_err *err) BD_MUST_USE;

bool bd_file_exists(const char *path);

/* fsync the folder that holds `path`, so that a rename there is durable. */
enum bd_status bd_folder_sync(const char *folder,
                              struct bd_err *err) BD_MUST_USE;

/* "FOLDER/NAME" in the arena; NAME alone when it is absolute. */
const char *bd_path_join(struct bd_arena *arena, const char *folder,
                         const char *name);

/* The file is in the folder or below it, with all symbolic links followed. So
 * is one that does not exist. */
bool bd_path_is_inside(const char *folder, const char *path);

#define BD_LOCK_ROLE_LEN 16 /* octets of a role, with NUL */

/* Who holds a lock. */
struct bd_lock_owner {
    int64_t pid;                 /* 0: unknown */
    char role[BD_LOCK_ROLE_LEN]; /* what it does; "": unknown */
};

/*
 * An exclusive lock that dies with the process (flock on `path`, which is
 * made if missing and holds the owner's pid and role as text).
 *
 * role       for others to read: a word of lower-case letters, "watch"
 * out_fd     close it to unlock
 * out_owner  on BD_ETEMP, who holds the lock
 * returns    BD_OK, BD_ETEMP (held by another), BD_EIO
 */
enum bd_status bd_lock_take(const char *path, const char *role, int *out_fd,
                            struct bd_lock_owner *out_owner,
                            struct bd_err *err) BD_MUST_USE;

#endif
