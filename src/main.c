#include <string.h>

#include "brevduva/cli/cli.h"
#include "brevduva/inbox/source.h"

int main(int argc, char **argv)
{
    if (argc > 0 && !strcmp(argv[0], BD_FETCHER_NAME))
        bd_fetcher_main();
    return bd_cli_main(argc, argv);
}
