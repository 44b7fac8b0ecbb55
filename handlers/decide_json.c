/* The decision as JSON: canonical for the store, and the report of `usher decide`. */
#include "base/json.h"
#include "base/json_node.h"
#include "handlers/decide.h"

#include <stdio.h>
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

static void write_sources_of(struct json_writer *w, unsigned sources)
{
    json_key(w, "sources");
    json_open(w, '[');
    for (int i = 0; i < SOURCE_COUNT; i++)
        if (sources & 1u << i)
            json_put_str(w, source_name((enum source)i));
    json_close(w, ']');
}

/* The store keeps what made a finding; the report tells people and scripts. */
enum form { FORM_STORED, FORM_REPORT };

static void write_finding(struct json_writer *w, const struct finding *finding, enum form form)
{
    json_open(w, '{');
    json_pair_str(w, "code", finding->code);
    json_pair_str(w, "level", level_name(finding->level));
    json_pair_str(w, "subject", finding->subject);
    write_routes(w, finding->routes);
    if (form == FORM_STORED)
        write_sources_of(w, finding->sources);
    json_pair_str(w, "text", finding->text);
    json_pair_str(w, "fix", finding->fix);
    json_key(w, "inputs");
    json_open(w, '{');
    for (size_t i = 0; i < finding->input_count; i++)
        json_pair_str(w, finding->inputs[i].name, finding->inputs[i].value);
    json_close(w, '}');
    json_close(w, '}');
}

static void write_lists(struct json_writer *w, const struct findings *findings, enum form form)
{
    json_key(w, "findings");
    json_open(w, '[');
    for (size_t i = 0; i < findings->count; i++)
        write_finding(w, &findings->items[i], form);
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

static void write_remembered(struct json_writer *w, const struct remembered *remembered)
{
    char day[CIVIL_TEXT_SIZE];
    json_key(w, "remembered");
    json_open(w, '{');
    json_pair_bool(w, "provisioned", remembered->provisioned);
    json_pair_str(w, "opportunity", remembered->opportunity_id);
    json_pair_str(w, "previous_owner", remembered->previous_owner_id);
    json_pair_str(w, "previous_owner_on",
                  remembered->previous_owner_id ? civil_format(remembered->previous_owner_on, day)
                                                : NULL);
    json_pair_str(w, "owner", remembered->owner_id);
    json_close(w, '}');
}

void decision_write(const struct decision *decision, struct buf *out)
{
    struct json_writer w;
    json_writer_init(&w, out);
    json_open(&w, '{');
    write_lists(&w, &decision->findings, FORM_STORED);
    json_pair_str(&w, "fix", decision->fix);
    write_remembered(&w, &decision->remembered);
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

static unsigned read_routes(struct json_node *names)
{
    unsigned routes = 0;
    for (struct json_node *name = json_list_first(names); name; name = json_node_next(names, name))
        if (name->kind == JSON_STRING)
            routes |= route_bit(name->text, name->len);
    return routes;
}

static unsigned read_sources_of(struct json_node *names)
{
    unsigned sources = 0;
    for (struct json_node *name = json_list_first(names); name; name = json_node_next(names, name))
        for (int source = 0; source < SOURCE_COUNT; source++)
            if (json_node_says(name, source_name((enum source)source)))
                sources |= 1u << source;
    return sources;
}

static void read_inputs(struct json_node *inputs, struct finding *finding, struct arena *arena)
{
    if (!inputs || inputs->kind != JSON_OBJECT)
        return;
    for (struct json_node *input = json_node_first(inputs);
         input && finding->input_count < FINDING_MAX_INPUTS; input = json_node_next(inputs, input))
        finding->inputs[finding->input_count++] = (struct finding_input){
            arena_strn(arena, input->key, input->key_len), json_node_str(input, "", arena, "")};
}

static bool read_finding(struct json_node *object, struct findings *findings, struct err *err)
{
    struct arena *arena = findings->arena;
    const char *code, *level_text;
    enum level level = LEVEL_NONE;
    if (!json_node_need_str(object, "code", arena, &code, err) ||
        !json_node_need_str(object, "level", arena, &level_text, err) ||
        !read_level(level_text, &level, err))
        return false;
    struct finding *finding = finding_new(findings);
    *finding = (struct finding){
        .code = code,
        .level = level,
        .subject = json_node_str(object, "subject", arena, ""),
        .routes = read_routes(json_node_at(object, "routes")),
        .text = json_node_str(object, "text", arena, ""),
        .fix = json_node_str(object, "fix", arena, NULL),
        .sources = read_sources_of(json_node_at(object, "sources")),
    };
    read_inputs(json_node_at(object, "inputs"), finding, arena);
    return true;
}

static bool read_lists(struct json_node *root, struct decision *out, struct err *err)
{
    struct arena *arena = out->findings.arena;
    struct json_node *findings, *skipped;
    size_t i = 0;
    if (!json_node_need_list(root, "findings", &findings, err) ||
        !json_node_need_list(root, "skipped", &skipped, err))
        return false;
    for (struct json_node *at = json_node_first(findings); at; at = json_node_next(findings, at))
        if (!read_finding(at, &out->findings, err))
            return err_prefix(err, "findings[%zu]", i);
        else
            i++;
    for (struct json_node *at = json_node_first(skipped); at; at = json_node_next(skipped, at))
        finding_skip(&out->findings, json_node_str(at, "code", arena, ""),
                     json_node_str(at, "needs", arena, ""));
    return true;
}

/* Decisions of earlier versions do not say. */
static bool read_remembered(struct json_node *root, struct arena *arena, struct remembered *out,
                            struct err *err)
{
    *out = (struct remembered){
        .provisioned = json_node_bool(root, "remembered.provisioned", false),
        .opportunity_id = json_node_str(root, "remembered.opportunity", arena, NULL),
        .previous_owner_id = json_node_str(root, "remembered.previous_owner", arena, NULL),
        .owner_id = json_node_str(root, "remembered.owner", arena, NULL),
    };
    return civil_parse(json_node_str(root, "remembered.previous_owner_on", arena, NULL),
                       &out->previous_owner_on, err);
}

bool decision_read(const char *json, struct arena *arena, struct decision *out, struct err *err)
{
    *out = (struct decision){.findings = {.arena = arena}, .today = CIVIL_NONE};
    struct json_node *root = json_scan(json, strlen(json), BUF_DEFAULT_MAX, arena, err);
    if (!root || !read_lists(root, out, err) ||
        !read_remembered(root, arena, &out->remembered, err))
        return false;
    out->fix = json_node_str(root, "fix", arena, NULL);
    for (size_t i = 0; i < out->findings.count; i++)
        if (out->findings.items[i].level > out->level)
            out->level = out->findings.items[i].level;
    return true;
}

struct brief decision_brief(const struct decision *decision)
{
    const struct findings *findings = &decision->findings;
    return (struct brief){
        .findings = (int64_t)findings->count,
        .worst = findings->count ? findings->items[0].text : NULL,
        .fix = decision->fix,
        .keys = decision_keys(decision),
    };
}

void brief_write(const struct brief *brief, struct buf *out)
{
    struct json_writer w;
    json_writer_init(&w, out);
    json_open(&w, '{');
    json_pair_int(&w, "findings", brief->findings);
    json_pair_str(&w, "worst", brief->worst);
    json_pair_str(&w, "fix", brief->fix);
    json_pair_int(&w, "keys", brief->keys);
    json_close(&w, '}');
}

bool brief_read(const char *json, struct arena *arena, struct brief *out, struct err *err)
{
    struct json_node *root = json_scan(json, strlen(json), BUF_DEFAULT_MAX, arena, err);
    if (!root)
        return false;
    *out = (struct brief){
        .findings = json_node_int(root, "findings", 0),
        .worst = json_node_str(root, "worst", arena, NULL),
        .fix = json_node_str(root, "fix", arena, NULL),
        .keys = (unsigned)json_node_int(root, "keys", 0),
    };
    return true;
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
        if (source->failure.status)
            json_pair_int(w, "status", source->failure.status);
        if (source->failure.code[0])
            json_pair_str(w, "code", source->failure.code);
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

static enum failure_class parse_class(const char *name)
{
    for (int i = FAILURE_NONE; i < FAILURE_CLASS_COUNT; i++)
        if (strcmp(failure_class_name((enum failure_class)i), name) == 0)
            return (enum failure_class)i;
    return FAILURE_PERMANENT;
}

static void read_source(struct json_node *object, struct arena *scratch, struct source_state *out)
{
    struct err ignored;
    *out = (struct source_state){
        .ok = json_node_bool(object, "ok", false),
        .absent = !json_node_bool(object, "configured", true),
        .elapsed_ms = json_node_int(object, "ms", 0),
    };
    const char *at = json_node_str(object, "fetched_at", scratch, NULL);
    if (at && !wall_parse(at, &out->fetched_at, &ignored))
        out->fetched_at = (struct wall){0};
    if (out->ok || out->absent)
        return;
    struct failure *failure = &out->failure;
    failure->class = parse_class(json_node_str(object, "class", scratch, ""));
    failure->status = (int)json_node_int(object, "status", 0);
    snprintf(failure->message, sizeof failure->message, "%s",
             json_node_str(object, "error", scratch, ""));
    snprintf(failure->code, sizeof failure->code, "%s", json_node_str(object, "code", scratch, ""));
}

bool sources_read(const char *json, struct facts *facts, struct err *err)
{
    struct arena scratch = {0};
    struct json_node *root = json_scan(json, strlen(json), BUF_DEFAULT_MAX, &scratch, err);
    for (int i = 0; root && i < SOURCE_COUNT; i++) {
        struct json_node *object = json_node_at(root, source_name((enum source)i));
        facts->sources[i] = (struct source_state){.absent = true};
        if (object)
            read_source(object, &scratch, &facts->sources[i]);
    }
    arena_release(&scratch);
    return root || err_prefix(err, "stored sources");
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
    write_lists(&w, &decision->findings, FORM_REPORT);
    json_pair_str(&w, "fix", decision->fix);
    json_pair_str(&w, "facts_digest", decision->facts_digest);
    json_pair_str(&w, "rules_version", decision->rules_version);
    json_pair_str(&w, "today", civil_format(decision->today, today));
    json_key(&w, "sources");
    write_sources(&w, facts);
    json_close(&w, '}');
}
