#include "brevduva/cli/cli.h"

int bd_cli_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return BD_EXIT_OK;
}
