/* A mail server in memory: it keeps what it took, and notices a mail that comes twice. */
#ifndef TESTS_SCENARIO_FAKE_MAIL_H
#define TESTS_SCENARIO_FAKE_MAIL_H

#include "tests/scenario/world_sim.h"

#define MAIL_URL "smtps://mail.corp.example:465"

struct fake_letter {
    char to[80], id[80]; /* its Message-ID */
    char *text;          /* whole, quoted-printable undone */
};

struct fake_mail {
    struct fake_letter *letters;
    size_t count, cap;
    char trouble[200];
};

void mail_init(struct fake_mail *mail, struct sim *sim);
void mail_release(struct fake_mail *mail);
/* The newest to this address that holds the words; NULL. */
const struct fake_letter *mail_find(const struct fake_mail *mail, const char *to,
                                    const char *words);

#endif
