/* SPDX-License-Identifier: BSD-2-Clause */
/* What each finding says, in one sentence. */
#ifndef REPORT_FINDING_TEXT_H
#define REPORT_FINDING_TEXT_H

#include "verdict.h"

struct result;

#define FINDING_TEXT 320

/* Returns out. */
const char *finding_text(
	enum finding_id id, const struct result *result, char out[static FINDING_TEXT]);

#endif
