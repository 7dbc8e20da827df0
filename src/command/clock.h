/* SPDX-License-Identifier: BSD-2-Clause */
/* What time it is: commands alone ask, and hand it on as data. */
#ifndef COMMAND_CLOCK_H
#define COMMAND_CLOCK_H

#include <stdint.h>

int64_t clock_now_ns(void); /* since 1970, as capture stamps are */

#endif
