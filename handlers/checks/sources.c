/* A source that did not answer: nothing may be decided without it, and nobody needs to act but the
 * system itself. */
#include "handlers/checks/checks.h"

void check_sources(const struct check_input *input, struct findings *findings)
{
    for (int i = 0; i < SOURCE_COUNT; i++) {
        const struct source_state *source = &input->facts->sources[i];
        if (source->ok || source->absent)
            continue;
        const char *title = source_title((enum source)i);
        struct finding *finding =
            finding_add(findings, "SOURCE_UNAVAILABLE", LEVEL_BLOCK_DATA, ROUTE_CS | ROUTE_ADMIN,
                        title, "%s gave no usable answer: %s", title,
                        source->failure.message[0] ? source->failure.message : "no reason given");
        finding_fix(findings, finding, "%s answers again", title);
        finding_input(findings, finding, "class", "%s", failure_class_name(source->failure.class));
        if (source->failure.status)
            finding_input(findings, finding, "status", "%d", source->failure.status);
        if (source->failure.code[0])
            finding_input(findings, finding, "code", "%s", source->failure.code);
    }
}
