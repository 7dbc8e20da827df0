/* SPDX-License-Identifier: BSD-2-Clause */
/* A JSON report of a run, read back from a file. */
#ifndef REPORT_REPORT_FILE_H
#define REPORT_REPORT_FILE_H

#include <jansson.h>

struct fault;

/* path "-": standard input. The document, to be released with json_decref(); NULL: FAULT_NO_INPUT,
 * or FAULT_DATA where it is not JSON, no report with results, or of a version that is not known. */
json_t *report_file_read(const char *path, struct fault *why);

#endif
