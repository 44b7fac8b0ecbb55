/* The text of envelopes: a slash command, an approval, events. */
#ifndef TESTS_BENCH_ENVELOPES_H
#define TESTS_BENCH_ENVELOPES_H

#include <stddef.h>

enum { ENVELOPE_SIZE = 8192, ENVELOPE_ONBOARDINGS = 500, PROFILES = 2000 };

/* The envelope_id is this and the envelope's number as 12 hexadecimal digits. */
#define ENVELOPE_ID_PREFIX "1d3c79ab-0ffb-41f3-a080-"

/* All return the length; ENVELOPE_SIZE or more: it did not fit. port: where response URLs lead. */
int envelope_command(char out[ENVELOPE_SIZE], int port, size_t number, const char *text);
/* "status ONB-…", of another onboarding each time, in turn over ENVELOPE_ONBOARDINGS from 1001 on.
 * envelope_about gives "ONB-…", static. */
int envelope_status(char out[ENVELOPE_SIZE], int port, size_t number);
const char *envelope_about(size_t number);
/* The click that approves: the submitted form with its tick. value: its signed state, the button's.
 */
int envelope_click(char out[ENVELOPE_SIZE], int port, size_t number, const char *value);
/* user_change: the profile of one of PROFILES people. The same event again has the same event_id;
 * attempt: 0 at its first delivery. */
int envelope_profile(char out[ENVELOPE_SIZE], size_t number, size_t event, unsigned attempt);
/* app_home_opened, each another event */
int envelope_home(char out[ENVELOPE_SIZE], size_t number);

#endif
