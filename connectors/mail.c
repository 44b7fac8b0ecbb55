/* Sending mail: the envelope, and what the server's answers mean (RFC 5321 4.2, RFC 4954 6). */
#include "connectors/mail.h"

#include "base/mail.h"
#include "connectors/rest.h"

#include <string.h>

enum { MAIL_PARALLEL = 2, MAIL_TIMEOUT_MS = 60 * 1000 };

/* Who we are to the server: the domain that we write from, not the machine's name. */
static void prepare(struct call *call, const char *to, const char *text, size_t len)
{
    const struct config *config = call->config;
    struct mail_envelope *envelope = arena_alloc(call->arena, sizeof *envelope);
    *envelope = (struct mail_envelope){
        .from = config->mail.from,
        .to = to,
        .username = config->mail.username,
        .password = config->mail.password,
        .starttls_if_offered = config->mail.starttls == STARTTLS_IF_OFFERED,
    };
    call->request = (struct http_request){
        .method = HTTP_POST,
        .url =
            arena_fmt(call->arena, "%s/%s", config->mail.smtp_url, mail_domain(config->mail.from)),
        .mail = envelope,
        .body = text,
        .body_len = len,
        .timeout_ms = MAIL_TIMEOUT_MS,
        .never_repeat = true,
        .pace_key = "mail",
        .pace_parallel = MAIL_PARALLEL,
    };
}

/* ---- answers ---- */

static enum failure_class class_of(int status)
{
    static const struct {
        int status;
        enum failure_class class;
    } table[] = {
        {530, FAILURE_AUTH},      {534, FAILURE_AUTH},      {535, FAILURE_AUTH},
        {538, FAILURE_AUTH},      {550, FAILURE_NOT_FOUND}, {551, FAILURE_NOT_FOUND},
        {553, FAILURE_NOT_FOUND},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].status == status)
            return table[i].class;
    return status >= 500 ? FAILURE_PERMANENT : FAILURE_TRANSIENT;
}

/* "550 5.1.1 No such user" -> "No such user", of the answer's first line. */
static const char *words_of(struct call *call, const struct http_reply *reply)
{
    size_t len = strcspn(reply->body, "\n");
    const char *line = arena_strn(call->arena, reply->body, len);
    line += strspn(line, "0123456789");
    line += strspn(line, " -");
    line += strspn(line, "0123456789.");
    return line + strspn(line, " ");
}

static struct step step_mail(struct call *call, const struct http_reply *reply)
{
    if (!reply)
        return call_request();
    if (call_check_reply(reply, true, &call->failure))
        return call_done();
    if (reply->outcome != HTTP_ANSWERED)
        return (struct step){.kind = STEP_FAILED};
    struct failure *failure = &call->failure;
    const char *code = arena_fmt(call->arena, "smtp_%d", reply->status);
    *failure = (struct failure){.class = class_of(reply->status), .status = reply->status};
    rest_describe(failure, code, words_of(call, reply));
    if (!failure->message[strspn(failure->message, " ")])
        rest_describe(failure, code, "the mail server refused");
    return (struct step){.kind = STEP_FAILED};
}

/* ---- calls ---- */

struct call *mail_send(const struct call_env *env, const struct mail_letter *letter)
{
    static const struct call_type type = {"mail", "send", step_mail};
    struct call *call = call_new(env, &type, sizeof *call);
    const struct mail_message message = {
        .from = env->config->mail.from,
        .from_name = env->config->mail.name,
        .to = letter->to,
        .subject = letter->subject,
        .text = letter->text,
        .html = letter->html,
        .id = letter->id,
        .date = letter->date,
    };
    struct buf text = {0};
    mail_write(&text, &message);
    const char *copy = arena_strn(env->arena, buf_cstr(&text), text.len);
    prepare(call, arena_str(env->arena, letter->to), copy, text.len);
    buf_release(&text);
    return call;
}

struct call *mail_probe(const struct call_env *env)
{
    static const struct call_type type = {"mail", "check", step_mail};
    struct call *call = call_new(env, &type, sizeof *call);
    prepare(call, NULL, NULL, 0);
    return call;
}
