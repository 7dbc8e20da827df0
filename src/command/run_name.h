/* SPDX-License-Identifier: BSD-2-Clause */
/* What tells a run from all others: its own name, and that of the place it was made at. */
#ifndef COMMAND_RUN_NAME_H
#define COMMAND_RUN_NAME_H

#include "report.h"

#include <stdint.h>

void run_name(char out[static RUN_ID_TEXT], int64_t started_ns);

/* given, where it is not NULL, or this machine's own. */
void vantage_name(char out[static VANTAGE_NAME], const char *given);

#endif
