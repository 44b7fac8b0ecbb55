/* The table of keys as Markdown: docs/configuration.md, and what `usher config` prints. */
#include "base/config_load.h"

#include <string.h>

static const char preface[] =
    "# Configuration\n"
    "\n"
    "This page is what `usher config` prints, from the table in `base/config_table.c`; it is not "
    "written by hand.\n"
    "\n"
    "Usher reads one JSON file: `usher -c FILE …`, else the file named by `USHER_CONFIG`, else "
    "none. A key that is unknown, of another type or out of its bounds is an error that names the "
    "file, the line and the key. A section switches its system on by standing in the file.\n"
    "\n"
    "Secrets never stand in the file. Write `{\"env\": \"NAME\"}` for the value of an environment "
    "variable, or `{\"file\": \"path\"}` for the content of a file (relative to the folder of the "
    "configuration file; newlines at its end are cut). Other paths are relative to the folder in "
    "which Usher is started.\n"
    "\n"
    "URLs are `https://`; `http://` is taken only for `127.0.0.0/8`, `::1` and `localhost`.\n"
    "\n"
    "```json\n"
    "{\n"
    "  \"slack\": {\n"
    "    \"app_token\": {\"env\": \"SLACK_APP_TOKEN\"},\n"
    "    \"bot_token\": {\"file\": \"secrets/bot_token\"},\n"
    "    \"channel\": \"C0123456789\"\n"
    "  },\n"
    "  \"roles\": {\"approver\": [\"U0123456789\", \"S0123456789\"]},\n"
    "  \"roster\": {\"cs_manager\": \"U0123456780\", \"cs_director\": \"U0123456781\"}\n"
    "}\n"
    "```\n";

static void add_type(struct buf *out, const struct config_key *key)
{
    if (key->type != CONFIG_WORD) {
        buf_str(out, config_type_words(key->type));
        return;
    }
    for (const struct config_word *word = key->words; word->word; word++)
        buf_fmt(out, "%s`%s`", word == key->words ? "" : ", ", word->word);
}

static void add_default(struct buf *out, const struct config_key *key)
{
    if (key->fallback)
        buf_fmt(out, "`%s`", key->fallback);
}

static void add_bounds(struct buf *out, const struct config_key *key)
{
    if (key->type == CONFIG_INT)
        buf_fmt(out, "%lld to %lld", (long long)key->min, (long long)key->max);
    else if (key->shape)
        buf_str(out, key->shape->words);
}

static void add_row(struct buf *out, const struct config_key *key)
{
    buf_fmt(out, "| `%s` | ", key->path);
    add_type(out, key);
    buf_str(out, " | ");
    add_default(out, key);
    buf_str(out, " | ");
    add_bounds(out, key);
    buf_fmt(out, " | %s |\n", key->help);
}

/* Of the section itself, not of one inside it. */
static bool is_in(const struct config_key *key, const char *section)
{
    size_t len = strlen(section);
    return strncmp(key->path, section, len) == 0 && key->path[len] == '.' &&
           !strchr(key->path + len + 1, '.');
}

static void add_section(struct buf *out, const struct config_section *section)
{
    buf_fmt(out, "\n## %s\n\n%s\n\n", section->path, section->help);
    buf_str(out, "| key | type | default | must be | what it is |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < config_key_count; i++)
        if (is_in(&config_keys[i], section->path))
            add_row(out, &config_keys[i]);
}

void config_document(struct buf *out)
{
    buf_str(out, preface);
    for (size_t i = 0; i < config_section_count; i++)
        add_section(out, &config_sections[i]);
    buf_str(out, "\n## Environment\n\nThese win over the file.\n\n| variable | key |\n|---|---|\n");
    for (size_t i = 0; i < config_key_count; i++)
        if (config_keys[i].env)
            buf_fmt(out, "| `%s` | `%s` |\n", config_keys[i].env, config_keys[i].path);
}
