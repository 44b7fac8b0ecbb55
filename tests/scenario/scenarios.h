/* The tables of scenarios, one a subject; each ends with a NULL name. */
#ifndef TESTS_SCENARIO_SCENARIOS_H
#define TESTS_SCENARIO_SCENARIOS_H

#include "tests/scenario/scene.h"

extern const struct scenario answers_scenarios[];
extern const struct scenario approval_scenarios[];
extern const struct scenario audit_head_scenarios[];
extern const struct scenario bulk_scenarios[];
extern const struct scenario business_scenarios[];
extern const struct scenario conditions_scenarios[];
extern const struct scenario copies_scenarios[];
extern const struct scenario crashes_scenarios[];
extern const struct scenario crowd_scenarios[];
extern const struct scenario delivery_scenarios[];
extern const struct scenario digest_scenarios[];
extern const struct scenario noise_scenarios[];
extern const struct scenario desks_scenarios[];
extern const struct scenario envelopes_scenarios[];
extern const struct scenario escalation_scenarios[];
extern const struct scenario fetching_scenarios[];
extern const struct scenario golden_scenarios[];
extern const struct scenario hostile_scenarios[];
extern const struct scenario links_scenarios[];
extern const struct scenario hostile_forms_scenarios[];
extern const struct scenario people_scenarios[];
extern const struct scenario playbook_scenarios[];
extern const struct scenario item_scenarios[];
extern const struct scenario rates_scenarios[];
extern const struct scenario reject_scenarios[];
extern const struct scenario revisions_scenarios[];
extern const struct scenario hooks_scenarios[];
extern const struct scenario http_mode_scenarios[];
extern const struct scenario workspaces_scenarios[];
extern const struct scenario roles_scenarios[];
extern const struct scenario said_once_scenarios[];
extern const struct scenario separation_scenarios[];
extern const struct scenario socket_mode_scenarios[];
extern const struct scenario shrink_scenarios[];
extern const struct scenario sources_scenarios[];
extern const struct scenario store_failures_scenarios[];
extern const struct scenario ticks_scenarios[];
extern const struct scenario tokens_scenarios[];
extern const struct scenario zones_scenarios[];
extern const struct scenario undo_scenarios[];

/* A hundred people on fifty cards for two weeks, drawn from the seed, that many presses. */
void crowd_play(uint64_t seed, int presses);

#endif
