/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8 as RFC 3629 has it: shortest forms, no surrogates, nothing beyond U+10FFFF. */
#ifndef CAPTURE_UTF8_H
#define CAPTURE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The length of the whole character at bytes, of which left can be read; 0 if there is none. */
size_t utf8_length(const uint8_t *bytes, size_t left);

/* The code point of a character of that length. */
uint32_t utf8_point(const uint8_t *bytes, size_t length);

#endif
