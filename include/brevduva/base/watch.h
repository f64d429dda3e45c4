/*
 * Noticing that files were saved (inotify). What is watched are folders and
 * names in them, so that a file which an editor replaces by renaming another
 * over it is noticed as one that is written in place.
 */
#ifndef BREVDUVA_BASE_WATCH_H
#define BREVDUVA_BASE_WATCH_H

#include "brevduva/base/status.h"
#include "brevduva/base/str.h"

#define BD_WATCH_MAX 512 /* folders; what lies in more is not noticed */

struct bd_watch;

/* BD_EIO when the system has no more inotify instances. */
enum bd_status bd_watch_new(struct bd_watch **out,
                            struct bd_err *err) BD_MUST_USE;
void bd_watch_free(struct bd_watch *watch); /* NULL is allowed */

/*
 * Notice when `name` in `folder` is written, made, renamed or removed, whether
 * it is there already or not. A folder that is not there is passed over: call
 * again after a change. Saying the same again changes nothing.
 */
void bd_watch_name(struct bd_watch *watch, const char *folder,
                   const char *name);

/* The same for all that is in `folder` and the folders below it, also those
 * that are made later. */
void bd_watch_tree(struct bd_watch *watch, const char *folder);

/* Readable (poll) when something happened. */
int bd_watch_fd(const struct bd_watch *watch);

/* Take what happened, without waiting. True: some of it was asked for. */
bool bd_watch_changed(struct bd_watch *watch);

#endif
