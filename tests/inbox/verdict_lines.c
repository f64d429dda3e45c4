/* Reads lines "REPLY TEXT" (0: no reply code), prints "VERDICT REASON". */
#include <stdio.h>
#include <stdlib.h>

#include "brevduva/mail/verdict.h"

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len = 0;

    while ((len = getline(&line, &size, stdin)) > 0) {
        char *text = NULL;
        int reply = (int)strtol(line, &text, 10);
        struct bd_verdict_of got = bd_verdict_judge(
            (struct bd_enhanced) { 0 }, reply,
            (bd_str) { text, (size_t)(line + len - text) });

        (void)printf("%s %s\n", bd_verdict_names[got.verdict], got.reason);
    }
    free(line);
    return 0;
}
