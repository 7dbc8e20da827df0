/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from the network made harmless for a terminal, a file, or JSON. */
#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies text, writing \xNN for every byte that is not whole UTF-8 (RFC 3629), for control
 * characters, and for those that turn or hide what stands beside them (bidirectional overrides,
 * zero-width). With ascii, nothing beyond ASCII passes. Writes at most size - 1 bytes, never a part
 * of a character; returns the length.
 */
size_t escape_text(char *out, size_t size, const char *text, bool ascii);

/* The same for bytes that may hold NUL. */
size_t escape_bytes(char *out, size_t size, const void *bytes, size_t length, bool ascii);

#define ESCAPE_ROOM(length) (4 * (length) + 1) /* always enough for a text of this length */

#endif
