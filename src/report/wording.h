/* SPDX-License-Identifier: BSD-2-Clause */
/* A result's numbers and names as blanks for sentences: {host}, {port}, {tries}, {hop}, ... */
#ifndef REPORT_WORDING_H
#define REPORT_WORDING_H

#include <stddef.h>

struct report;
struct result;

/* Fills pattern with what is known of result; a blank without a value reads as "". Returns out. */
const char *wording_fill(char *out, size_t size, const char *pattern, const struct result *result);

#endif
