/* Stand-in for libFuzzer: runs each file of the folders given through the
 * target once. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = NULL;
    long size = -1;

    if (f && fseek(f, 0, SEEK_END) == 0)
        size = ftell(f);
    if (size >= 0) {
        rewind(f);
        data = malloc((size_t)size + !size); /* exact: ASan sees overreads */
        if (data && fread(data, 1, (size_t)size, f) == (size_t)size)
            (void)LLVMFuzzerTestOneInput(data, (size_t)size);
        free(data);
    }
    if (f)
        (void)fclose(f);
}

static int replay_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry = NULL;
    char path[4096];

    if (!dir) {
        perror(folder);
        return 1;
    }
    while ((entry = readdir(dir))) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            replay(path);
    }
    (void)closedir(dir);
    return 0;
}

int main(int argc, char **argv)
{
    int failed = argc < 2;

    for (int i = 1; i < argc; i++)
        failed |= replay_folder(argv[i]);
    return failed;
}
