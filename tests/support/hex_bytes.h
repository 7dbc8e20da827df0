/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes written as hexadecimal text, in a heap block of exactly their size, so that
 * AddressSanitizer sees whoever reads one byte too far. */
#ifndef SUPPORT_HEX_BYTES_H
#define SUPPORT_HEX_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* White space between digits is ignored; anything else that is no hexadecimal digit, or half a
 * byte, aborts the test program. Free *bytes with free(). */
void hex_bytes(const char *text, uint8_t **bytes, size_t *length);

/* The first length of bytes again, as a heap block of exactly that size. */
uint8_t *exact_copy(const uint8_t *bytes, size_t length);

#endif
