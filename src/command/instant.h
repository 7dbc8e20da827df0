/* SPDX-License-Identifier: BSD-2-Clause */
/* A moment as someone writes it down. */
#ifndef COMMAND_INSTANT_H
#define COMMAND_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

/* Takes a date and time of RFC 3339 (section 5.6), in UTC where no offset is given, with a blank in
 * the place of the T if one likes; or "@" and seconds since 1970, as date(1) does. From 1970 to
 * 2100; false otherwise. */
bool instant_parse(int64_t *out_ns, const char *text);

#endif
