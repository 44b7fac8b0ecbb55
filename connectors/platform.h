/* The product's own provisioning API. First step: the organisation.
 *   PUT {base}/organizations/{external_id}  Idempotency-Key: <external_id>
 *   {"name":…,"external_id":…} -> 200 or 201 {"id":"org_…","external_id":…,"name":…}
 * Repeating it is harmless by contract: the same external id gives the same organisation. */
#ifndef CONNECTORS_PLATFORM_H
#define CONNECTORS_PLATFORM_H

#include "connectors/call.h"

struct organization_put {
    struct call call;
    const char *organization_id; /* once done */
};
struct organization_put *platform_put_organization(const struct call_env *env,
                                                   const char *external_id, const char *name);
struct call *platform_probe(const struct call_env *env);

#endif
