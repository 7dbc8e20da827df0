/* SPDX-License-Identifier: BSD-2-Clause */
/* The JSON report's "session": what was heard after a connection opened. */
#ifndef REPORT_SESSION_JSON_H
#define REPORT_SESSION_JSON_H

#include <jansson.h>

struct session_signs;
struct transcript;

/* null where no session was seen, or nothing was heard in it. */
json_t *session_json(const struct session_signs *signs);

/* The contract's words for STARTTLS; NULL where it is not known. */
const char *session_starttls_word(const struct transcript *transcript);

#endif
