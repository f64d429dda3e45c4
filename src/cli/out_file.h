/* A file that is written row by row and takes its name when it is whole. */
#ifndef OUT_FILE_H
#define OUT_FILE_H

#include "cli_private.h"

struct out_file {
    FILE *file;            /* NULL: not open */
    const char *path;      /* what it is called, links followed */
    const char *temporary; /* NULL: written where it stands (a pipe) */
};

/*
 * Begin a file. Readers' addresses go in there: mode 0600. "-" is standard
 * output; pipes and devices are written as they are. The newsletter's own
 * files, and `input_fd` (-1: none), are never replaced: BD_EINVAL.
 */
enum bd_status out_file_open(struct app *app, const char *path, int input_fd,
                             struct out_file *out);
/* fsync and rename; closes in every case. */
enum bd_status out_file_finish(struct app *app, struct out_file *out);
/* Close and remove; nothing if it is not open. */
void out_file_cancel(struct out_file *out);

#endif
