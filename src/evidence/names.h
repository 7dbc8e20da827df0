/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names that DNS answers in a foreign capture gave to addresses: the name that was asked for, not
 * what it is an alias of. So many are kept, the first for each address; no byte is trusted.
 */
#ifndef EVIDENCE_NAMES_H
#define EVIDENCE_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct address;
struct names;

#define NAMES_MOST ((size_t)8192)

/* RFC 1035 section 2.3.4, as text. */
#define NAMES_TEXT 256

/* Takes a message of a name server's; *names is made where it is NULL and there is a name. */
void names_add(struct names **names, const uint8_t *message, size_t length);

/* "" where there is none; borrowed until the next names_add. */
const char *names_find(const struct names *names, const struct address *address);

void names_free(struct names *names); /* NULL is fine */

#endif
