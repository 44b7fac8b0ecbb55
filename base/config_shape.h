/* What texts of the configuration must look like. Many of them end up in URLs, queries and headers:
 * what does not fit is refused at load. */
#ifndef BASE_CONFIG_SHAPE_H
#define BASE_CONFIG_SHAPE_H

#include "base/config_table.h"

extern const struct config_shape config_shape_token, config_shape_pem, config_shape_channel,
    config_shape_user, config_shape_holder, config_shape_command, config_shape_version,
    config_shape_date, config_shape_realm, config_shape_column, config_shape_path,
    config_shape_currency, config_shape_word, config_shape_address, config_shape_place,
    config_shape_secret, config_shape_public_pem, config_shape_header, config_shape_smtp,
    config_shape_mail, config_shape_line, config_shape_client_id;

/* NULL when `url` may be the base of requests, else why not: https, or http to a loopback host; no
 * credentials, query or fragment. */
const char *config_url_fault(const char *url);

/* True for an address of the section `mail` whose host is this machine. */
bool config_smtp_is_loopback(const char *url);

#endif
