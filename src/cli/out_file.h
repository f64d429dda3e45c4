/* A file that is written row by row and takes its name when it is whole. */
#ifndef OUT_FILE_H
#define OUT_FILE_H

#include "cli_private.h"

struct out_file {
    FILE *file; /* NULL: not open */
    const char *path, *temporary;
};

/* Readers' addresses go in there: mode 0600. */
enum bd_status out_file_open(struct app *app, const char *path,
                             struct out_file *out);
/* fsync and rename; closes in every case. */
enum bd_status out_file_finish(struct app *app, struct out_file *out);
/* Close and remove; nothing if it is not open. */
void out_file_cancel(struct out_file *out);

#endif
