/* The decision as JSON: canonical for the store, and the report of `usher decide`. */
#include "base/json.h"
#include "handlers/decide.h"

#include <string.h>

static void write_routes(struct json_writer *w, unsigned routes)
{
    json_key(w, "routes");
    json_open(w, '[');
    for (unsigned bit = 1; bit <= ROUTE_ADMIN; bit <<= 1)
        if (routes & bit)
            json_put_str(w, route_name(bit));
    json_close(w, ']');
}

static void write_finding(struct json_writer *w, const struct finding *finding)
{
    json_open(w, '{');
    json_pair_str(w, "code", finding->code);
    json_pair_str(w, "level", level_name(finding->level));
    json_pair_str(w, "subject", finding->subject);
    write_routes(w, finding->routes);
    json_pair_str(w, "text", finding->text);
    json_pair_str(w, "fix", finding->fix);
    json_key(w, "inputs");
    json_open(w, '{');
    for (size_t i = 0; i < finding->input_count; i++)
        json_pair_str(w, finding->inputs[i].name, finding->inputs[i].value);
    json_close(w, '}');
    json_close(w, '}');
}

static void write_lists(struct json_writer *w, const struct findings *findings)
{
    json_key(w, "findings");
    json_open(w, '[');
    for (size_t i = 0; i < findings->count; i++)
        write_finding(w, &findings->items[i]);
    json_close(w, ']');
    json_key(w, "skipped");
    json_open(w, '[');
    for (size_t i = 0; i < findings->skipped_count; i++) {
        json_open(w, '{');
        json_pair_str(w, "code", findings->skipped[i].code);
        json_pair_str(w, "needs", findings->skipped[i].needs);
        json_close(w, '}');
    }
    json_close(w, ']');
}

void decision_write(const struct decision *decision, struct buf *out)
{
    struct json_writer w;
    json_writer_init(&w, out);
    json_open(&w, '{');
    write_lists(&w, &decision->findings);
    json_pair_str(&w, "fix", decision->fix);
    json_close(&w, '}');
}

static bool read_level(const char *name, enum level *out, struct err *err)
{
    for (int level = 0; level < LEVEL_COUNT; level++)
        if (strcmp(level_name((enum level)level), name) == 0) {
            *out = (enum level)level;
            return true;
        }
    return err_set(err, ERR_CORRUPT, "unknown level \"%.30s\"", name);
}

static unsigned read_routes(struct json_object *object)
{
    unsigned routes = 0;
    struct json_object *names = json_at(object, "routes");
    size_t count = json_get_len(object, "routes");
    for (size_t i = 0; i < count; i++)
        for (unsigned bit = 1; bit <= ROUTE_ADMIN; bit <<= 1) {
            const char *name = json_object_get_string(json_object_array_get_idx(names, i));
            if (name && strcmp(route_name(bit), name) == 0)
                routes |= bit;
        }
    return routes;
}

static void read_inputs(struct json_object *object, struct finding *finding, struct arena *arena)
{
    struct json_object *inputs = json_at(object, "inputs");
    if (!json_object_is_type(inputs, json_type_object))
        return;
    json_object_object_foreach(inputs, name, value)
    {
        if (finding->input_count == FINDING_MAX_INPUTS)
            break;
        const char *text = value ? json_object_get_string(value) : "";
        finding->inputs[finding->input_count++] =
            (struct finding_input){arena_str(arena, name), arena_str(arena, text)};
    }
}

static bool read_finding(struct json_object *object, struct findings *findings, struct err *err)
{
    const char *code, *level_text;
    enum level level = LEVEL_NONE;
    if (!json_need_str(object, "code", &code, err) ||
        !json_need_str(object, "level", &level_text, err) || !read_level(level_text, &level, err))
        return false;
    struct finding *finding =
        finding_add(findings, arena_str(findings->arena, code), level, read_routes(object),
                    json_get_str(object, "subject", ""), "%s", json_get_str(object, "text", ""));
    finding->fix = arena_str(findings->arena, json_get_str(object, "fix", NULL));
    read_inputs(object, finding, findings->arena);
    return true;
}

static bool read_lists(struct json_object *root, struct decision *out, struct err *err)
{
    struct json_object *findings, *skipped;
    if (!json_need_array(root, "findings", &findings, err) ||
        !json_need_array(root, "skipped", &skipped, err))
        return false;
    for (size_t i = 0; i < json_object_array_length(findings); i++)
        if (!read_finding(json_object_array_get_idx(findings, i), &out->findings, err))
            return err_prefix(err, "findings[%zu]", i);
    for (size_t i = 0; i < json_object_array_length(skipped); i++) {
        struct json_object *one = json_object_array_get_idx(skipped, i);
        finding_skip(&out->findings, json_get_str(one, "code", ""), json_get_str(one, "needs", ""));
    }
    return true;
}

bool decision_read(const char *json, struct arena *arena, struct decision *out, struct err *err)
{
    *out = (struct decision){.findings = {.arena = arena}, .today = CIVIL_NONE};
    struct json_object *root = json_parse(json, strlen(json), BUF_DEFAULT_MAX, err);
    if (!root)
        return false;
    bool ok = read_lists(root, out, err);
    out->fix = arena_str(arena, json_get_str(root, "fix", NULL));
    for (size_t i = 0; i < out->findings.count; i++)
        if (out->findings.items[i].level > out->level)
            out->level = out->findings.items[i].level;
    json_object_put(root);
    return ok;
}

static void write_source(struct json_writer *w, const struct source_state *source)
{
    char at[WALL_TEXT_SIZE];
    json_open(w, '{');
    json_pair_bool(w, "ok", source->ok);
    if (source->absent)
        json_pair_bool(w, "configured", false);
    if (source->fetched_at.ms)
        json_pair_str(w, "fetched_at", wall_format(source->fetched_at, at));
    json_pair_int(w, "ms", source->elapsed_ms);
    if (!source->ok && !source->absent) {
        json_pair_str(w, "class", failure_class_name(source->failure.class));
        json_pair_str(w, "error", source->failure.message);
    }
    json_close(w, '}');
}

static void write_sources(struct json_writer *w, const struct facts *facts)
{
    json_open(w, '{');
    for (int i = 0; i < SOURCE_COUNT; i++) {
        json_key(w, source_name((enum source)i));
        write_source(w, &facts->sources[i]);
    }
    json_close(w, '}');
}

void sources_write(const struct facts *facts, struct buf *out)
{
    struct json_writer w;
    json_writer_init(&w, out);
    write_sources(&w, facts);
}

void decision_write_report(const struct decision *decision, const struct facts *facts,
                           const char *account, struct buf *out)
{
    char today[CIVIL_TEXT_SIZE];
    struct json_writer w;
    json_writer_init(&w, out);
    json_open(&w, '{');
    json_pair_str(&w, "account", account);
    json_pair_str(&w, "verdict", level_verdict(decision->level));
    json_pair_str(&w, "level", level_name(decision->level));
    write_lists(&w, &decision->findings);
    json_pair_str(&w, "fix", decision->fix);
    json_pair_str(&w, "facts_digest", decision->facts_digest);
    json_pair_str(&w, "rules_version", decision->rules_version);
    json_pair_str(&w, "today", civil_format(decision->today, today));
    json_key(&w, "sources");
    write_sources(&w, facts);
    json_close(&w, '}');
}
