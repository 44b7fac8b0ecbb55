/* Salesforce's own contracts in the CLM's place, where an organisation has none: as far as
 * Salesforce knows them. */
#include "connectors/clm.h"

#include "connectors/clm_mapping.h"
#include "connectors/salesforce_call.h"

enum { TERM_MAX_MONTHS = 1200 };

/* A status has a label, which each organisation words as it likes, and a category, which says what
 * it means: only what is activated is executed. */
static enum contract_status status_of(const struct clm_mapping *mapping,
                                      const struct sf_contract *own)
{
    enum contract_status word = clm_status(mapping, own->status);
    bool open = word == CONTRACT_UNKNOWN || word == CONTRACT_EXECUTED;
    return open && own->status_code ? clm_status(mapping, own->status_code) : word;
}

/* The last day, or the day before the term is over. */
static struct civil end_of(const struct sf_contract *own)
{
    bool has_term = own->term_months > 0 && own->term_months <= TERM_MAX_MONTHS;
    if (civil_is_known(own->ends) || !has_term)
        return own->ends;
    return civil_add_days(civil_add_months(own->starts, (int32_t)own->term_months), -1);
}

void clm_from_salesforce(const struct config *config, struct arena *arena, struct facts *facts)
{
    const struct clm_mapping mapping = clm_mapping_of(config);
    facts->contract_count = facts->sf_contract_count;
    facts->contracts = arena_array(arena, facts->contract_count + 1, sizeof *facts->contracts);
    for (size_t i = 0; i < facts->contract_count; i++) {
        const struct sf_contract *own = &facts->sf_contracts[i];
        facts->contracts[i] = (struct contract){
            .id = own->number ? own->number : own->id,
            .sf_contract_id = own->id,
            .status = status_of(&mapping, own),
            .status_text = own->status ? own->status : own->status_code,
            .effective = own->starts,
            .expires = end_of(own),
            .signed_at = own->signed_at,
        };
    }
}

/* ---- usher check ---- */

static struct step on_probed(struct rest_call *rest, struct json_object *root)
{
    if (!json_at(root, "records"))
        return salesforce_bad_reply(rest, "a query reply without records");
    return call_done();
}

static struct step start_probe(struct rest_call *rest)
{
    const char *path = salesforce_query_path(rest->call->arena, rest->call->config, "query",
                                             "SELECT Id, Status FROM Contract LIMIT 1");
    return rest_send(rest, &(struct rest_request){.path = path, .on_reply = on_probed});
}

struct call *clm_salesforce_probe(const struct call_env *env)
{
    static const struct rest_kind kind = {.type = {"salesforce", "contracts", rest_step},
                                          .system = &salesforce_system,
                                          .start = start_probe};
    struct rest_call *rest = rest_new(env, &kind, sizeof(struct call), sizeof *rest);
    return rest->call;
}
