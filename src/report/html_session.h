/* SPDX-License-Identifier: BSD-2-Clause */
/* What was said after the connection opened, step by step. */
#ifndef REPORT_HTML_SESSION_H
#define REPORT_HTML_SESSION_H

#include <stdio.h>

struct result;

/* Nothing where no session was seen. */
void html_session(const struct result *result, FILE *out);

#endif
