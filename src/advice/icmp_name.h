/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP and ICMPv6 errors in the words of their RFCs. */
#ifndef ADVICE_ICMP_NAME_H
#define ADVICE_ICMP_NAME_H

#include <stdint.h>

/* family is enum address_family; never NULL. */
const char *icmp_name(uint8_t family, uint8_t type, uint8_t code);

#endif
