/* usher keys: what signs buttons and seals secrets, and a new one. */
#include "base/civil.h"
#include "bot/cli.h"
#include "bot/world_real.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void list(const struct keyring *keyring)
{
    for (size_t i = 0; i < keyring->count; i++) {
        char at[WALL_TEXT_SIZE];
        printf("key %" PRIu32 "  made %s%s\n", keyring->keys[i].id,
               wall_format(keyring->keys[i].created_at, at),
               i + 1 == keyring->count ? "  signs and seals" : "  still verifies and opens");
    }
}

int cli_keys(struct cli *cli, struct err *err)
{
    const char *what = cli->word_count ? cli->words[0] : "list";
    struct world_real real;
    struct keyring keyring = {0};
    bool rotate = strcmp(what, "rotate") == 0;
    if (!rotate && strcmp(what, "list") != 0) {
        err_set(err, ERR_USAGE, "unknown: keys %.40s", what);
        return cli_fail(err);
    }
    if (!cli_load_config(cli, err) || !world_real_init(&real, 1, (struct wall){0}, err) ||
        !keyring_load(&keyring, cli_keyring_path(cli), err))
        return cli_fail(err);
    bool ok = true;
    if (rotate) {
        keyring_rotate(&keyring, &real.world);
        ok = keyring_save(&keyring, cli_keyring_path(cli), err);
    }
    if (ok)
        list(&keyring);
    if (ok && rotate)
        puts("tell a running usher with `systemctl reload usher` (SIGHUP)");
    keyring_release(&keyring);
    return ok ? 0 : cli_fail(err);
}
