/* From a CLM's record to the contract's normal form. Inside connectors/ only. */
#ifndef CONNECTORS_CLM_RECORD_H
#define CONNECTORS_CLM_RECORD_H

#include "base/config.h"
#include "base/err.h"
#include "connectors/facts.h"

#include <json-c/json.h>

/* Decodes one record, by the names in config->clm, into the arena. A field that is absent stays
 * unknown; one that is there and cannot be read is an error, so that it is never taken for absent.
 * Errors name the record and the field. */
bool clm_record_decode(const struct config *config, struct arena *arena, struct json_object *record,
                       struct contract *out, struct err *err) __attribute__((warn_unused_result));

/* A status word in the normal form: the configured words for executed first, then a table; upper
 * and lower case, blanks, underscores and hyphens make no difference. */
enum contract_status clm_status(const struct config *config, const char *word);

/* The property of an Ironclad record that holds the Salesforce contract's id. */
const char *clm_contract_property(const struct config *config);

#endif
