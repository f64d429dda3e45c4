/* The command line: the program's only entrance. */
#ifndef BREVDUVA_CLI_CLI_H
#define BREVDUVA_CLI_CLI_H

/* Exit codes, also in docs/commands/exit-codes.md. */
enum bd_exit {
    BD_EXIT_OK = 0,
    BD_EXIT_FAILED = 1, /* the command could not do its work */
    BD_EXIT_USAGE = 2,  /* wrong arguments, settings or input files */
    BD_EXIT_FOUND = 3,  /* done, but with something to look at: check found
                         * errors, copies were refused, rows rejected */
    BD_EXIT_LATER = 4   /* not now: the relay or another process is busy */
};

/* Run the command in argv; returns an enum bd_exit. */
int bd_cli_main(int argc, char **argv);

#endif
