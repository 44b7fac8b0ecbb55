/* usher checks: the table of checks as Markdown, docs/checks.md. */
#include "bot/cli.h"
#include "handlers/checks/checks.h"

#include <stdio.h>

int cli_checks(struct cli *cli, struct err *err)
{
    (void)cli;
    (void)err;
    struct buf out = {0};
    checks_document(&out);
    fputs(buf_cstr(&out), stdout);
    buf_release(&out);
    return 0;
}
