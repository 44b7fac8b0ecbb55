/* From a CLM's record to the contract's normal form. Inside connectors/ only. */
#ifndef CONNECTORS_CLM_RECORD_H
#define CONNECTORS_CLM_RECORD_H

#include "connectors/clm_mapping.h"

/* A field that is absent stays unknown; one that is there and cannot be read is an error, so that
 * it is never taken for absent. Errors name the record and the field. */

/* The Salesforce contract that a record says it is of; NULL: it does not say. */
bool clm_record_contract_id(const struct clm_mapping *mapping, struct arena *arena,
                            struct json_object *record, const char **out, struct err *err)
    __attribute__((warn_unused_result));

/* Decodes one record into the arena; amounts without a currency are in `base_currency`. */
bool clm_record_decode(const struct clm_mapping *mapping, const char *base_currency,
                       struct arena *arena, struct json_object *record, struct contract *out,
                       struct err *err) __attribute__((warn_unused_result));

#endif
