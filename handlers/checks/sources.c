/* A source that did not answer: nothing may be decided without it, and nobody needs to act but the
 * system itself. One that is not configured at all: a person decides what it would have told. */
#include "handlers/checks/checks.h"

static void not_configured(const char *title, struct findings *findings)
{
    struct finding *finding =
        finding_add(findings, "SOURCE_NOT_CONFIGURED", LEVEL_ESCALATE_WARN, ROUTE_CS | ROUTE_ADMIN,
                    title, "%s is not configured: what it would tell was not checked", title);
    finding_fix(findings, finding, "%s configured", title);
    finding_input(findings, finding, "section", "missing");
}

static void unavailable(const char *title, const struct failure *failure, struct findings *findings)
{
    struct finding *finding =
        finding_add(findings, "SOURCE_UNAVAILABLE", LEVEL_BLOCK_DATA, ROUTE_CS | ROUTE_ADMIN, title,
                    "%s gave no usable answer: %s", title,
                    failure->message[0] ? failure->message : "no reason given");
    finding_fix(findings, finding, "%s answers again", title);
    finding_input(findings, finding, "class", "%s", failure_class_name(failure->class));
    if (failure->status)
        finding_input(findings, finding, "status", "%d", failure->status);
    if (failure->code[0])
        finding_input(findings, finding, "code", "%s", failure->code);
}

void check_sources(const struct check_input *input, struct findings *findings)
{
    for (int i = 0; i < SOURCE_COUNT; i++) {
        const struct source_state *source = &input->facts->sources[i];
        if (source->absent)
            not_configured(source_title((enum source)i), findings);
        else if (!source->ok)
            unavailable(source_title((enum source)i), &source->failure, findings);
    }
}
