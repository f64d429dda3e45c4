/* A folder of files that takes its name when it is whole. */
#ifndef EXPORT_FOLDER_H
#define EXPORT_FOLDER_H

#include "cli_private.h"

struct export_folder {
    const char *path;      /* what it is to be called */
    const char *temporary; /* beside it */
    struct bd_buf names;   /* written at its top, a line each */
    int64_t files;
};

/* BD_EEXIST: something of that name is there that we did not make, or that
 * holds more than we put there. */
enum bd_status export_folder_open(struct app *app, const char *path,
                                  struct export_folder *out);
/* `path` as bd_archive_file_fn has it. */
enum bd_status export_folder_add(struct app *app, struct export_folder *folder,
                                 bd_str path, bd_str bytes);
/* The old one goes. Closes in every case. */
enum bd_status export_folder_finish(struct app *app,
                                    struct export_folder *folder);
/* Remove what was written. */
void export_folder_cancel(struct export_folder *folder);

#endif
