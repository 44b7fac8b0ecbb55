/* A walk over expat's events with a stack of the elements that matter: what is not in the table,
 * and all that stands in it, is passed over. */
#include "handlers/webhooks/outbound_message.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 32, TEXT_MAX_BYTES = 128 };

#define SOAP     "http://schemas.xmlsoap.org/soap/envelope/"
#define OUTBOUND "http://soap.sforce.com/2005/09/outbound"
#define SOBJECT  "urn:sobject." /* enterprise.soap.sforce.com, or partner… */

enum element {
    OUTSIDE,
    OTHER,
    ENVELOPE,
    BODY,
    NOTIFICATIONS,
    ORGANIZATION_ID,
    NOTIFICATION,
    NOTIFICATION_ID,
    RECORD,
    RECORD_ID
};

/* Names as expat gives them are "namespace|name". */
static const struct {
    const char *namespace_start, *name;
    enum element element, parent;
} elements[] = {
    {SOAP, "Envelope", ENVELOPE, OUTSIDE},
    {SOAP, "Body", BODY, ENVELOPE},
    {OUTBOUND, "notifications", NOTIFICATIONS, BODY},
    {OUTBOUND, "OrganizationId", ORGANIZATION_ID, NOTIFICATIONS},
    {OUTBOUND, "Notification", NOTIFICATION, NOTIFICATIONS},
    {OUTBOUND, "Id", NOTIFICATION_ID, NOTIFICATION},
    {OUTBOUND, "sObject", RECORD, NOTIFICATION},
    {SOBJECT, "Id", RECORD_ID, RECORD},
    {SOBJECT, "AccountId", RECORD_ID, RECORD},
    {SOBJECT, "ContractId", RECORD_ID, RECORD},
};

struct reading {
    XML_Parser parser;
    struct arena *arena;
    struct delivery *out;
    const char *organization;
    enum element stack[DEPTH_MAX + 1];
    size_t depth;
    char text[TEXT_MAX_BYTES];
    size_t text_len;
    const char *trouble; /* NULL: none of ours */
};

static void stop(struct reading *reading, const char *trouble)
{
    if (!reading->trouble)
        reading->trouble = trouble;
    XML_StopParser(reading->parser, XML_FALSE);
}

static enum element element_of(const char *name, enum element parent)
{
    const char *local = strchr(name, '|');
    for (size_t i = 0; local && i < sizeof elements / sizeof *elements; i++)
        if (elements[i].parent == parent && strcmp(elements[i].name, local + 1) == 0 &&
            strncmp(name, elements[i].namespace_start, strlen(elements[i].namespace_start)) == 0)
            return elements[i].element;
    return OTHER;
}

static struct notification *latest(struct reading *reading)
{
    return &reading->out->notifications[reading->out->count - 1];
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = user;
    (void)attributes;
    if (reading->depth == DEPTH_MAX) {
        stop(reading, "it is nested too deep");
        return;
    }
    enum element element = element_of(name, reading->stack[reading->depth]);
    reading->stack[++reading->depth] = element;
    reading->text_len = 0;
    if (element != NOTIFICATION)
        return;
    if (reading->out->count == NOTIFICATIONS_MAX)
        stop(reading, "it has too many notifications");
    else
        reading->out->count++;
}

static void XMLCALL on_text(void *user, const XML_Char *text, int len)
{
    struct reading *reading = user;
    enum element element = reading->stack[reading->depth];
    if (element != ORGANIZATION_ID && element != NOTIFICATION_ID && element != RECORD_ID)
        return;
    if ((size_t)len >= sizeof reading->text - reading->text_len) {
        stop(reading, "an id is too long");
        return;
    }
    memcpy(reading->text + reading->text_len, text, (size_t)len);
    reading->text_len += (size_t)len;
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
    struct reading *reading = user;
    (void)name;
    reading->text[reading->text_len] = '\0';
    switch (reading->stack[reading->depth--]) {
    case ORGANIZATION_ID:
        reading->organization = arena_str(reading->arena, reading->text);
        break;
    case NOTIFICATION_ID:
        latest(reading)->key = arena_str(reading->arena, reading->text);
        break;
    case RECORD_ID:
        notification_add(latest(reading), reading->arena, reading->text);
        break;
    case NOTIFICATION:
        if (!latest(reading)->key || !latest(reading)->key[0])
            stop(reading, "a notification has no id");
        break;
    default:
        break;
    }
    reading->text_len = 0;
}

static void XMLCALL on_document_type(void *user, const XML_Char *name, const XML_Char *system,
                                     const XML_Char *public, int has_internal)
{
    (void)name, (void)system, (void)public, (void)has_internal;
    stop(user, "it has a document type");
}

static bool is_whole(const struct reading *reading, bool parsed, struct err *err)
{
    if (reading->trouble)
        return err_set(err, ERR_INVALID, "%s", reading->trouble);
    if (!parsed)
        return err_set(err, ERR_INVALID, "it is no XML: %s",
                       XML_ErrorString(XML_GetErrorCode(reading->parser)));
    if (!reading->organization || reading->out->count == 0)
        return err_set(err, ERR_INVALID, "it is no Outbound Message");
    return true;
}

bool outbound_message_read(struct arena *arena, const char *text, size_t len, struct delivery *out,
                           const char **organization, struct err *err)
{
    struct reading reading = {.arena = arena, .out = out};
    reading.parser = XML_ParserCreateNS(NULL, '|');
    if (!reading.parser)
        abort();
    XML_SetUserData(reading.parser, &reading);
    XML_SetElementHandler(reading.parser, on_start, on_end);
    XML_SetCharacterDataHandler(reading.parser, on_text);
    XML_SetStartDoctypeDeclHandler(reading.parser, on_document_type);
    bool parsed = XML_Parse(reading.parser, text, (int)len, XML_TRUE) == XML_STATUS_OK;
    bool whole = is_whole(&reading, parsed, err);
    XML_ParserFree(reading.parser);
    *organization = reading.organization;
    return whole;
}
