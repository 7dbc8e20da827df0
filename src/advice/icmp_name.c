/* SPDX-License-Identifier: BSD-2-Clause */
#include "icmp_name.h"

#include "address.h"

#include <stddef.h>

struct row {
	uint8_t type, code;
	const char *name;
};

static const struct row rows_ipv4[] = {
	/* RFC 792 */
	{3, 0, "network unreachable"},
	{3, 1, "host unreachable"},
	{3, 2, "protocol unreachable"},
	{3, 3, "port unreachable"},
	{3, 4, "fragmentation needed and don't-fragment set"},
	{3, 5, "source route failed"},
	/* RFC 1122 section 3.2.2.1 */
	{3, 6, "destination network unknown"},
	{3, 7, "destination host unknown"},
	{3, 8, "source host isolated"},
	{3, 9, "communication with destination network administratively prohibited"},
	{3, 10, "communication with destination host administratively prohibited"},
	{3, 11, "network unreachable for type of service"},
	{3, 12, "host unreachable for type of service"},
	/* RFC 1812 section 5.2.7.1 */
	{3, 13, "communication administratively prohibited"},
	{3, 14, "host precedence violation"},
	{3, 15, "precedence cutoff in effect"},
	/* RFC 792 */
	{11, 0, "time to live exceeded in transit"},
	{11, 1, "fragment reassembly time exceeded"},
	{12, 0, "parameter problem"},
	/* RFC 1122 section 3.2.2.5 */
	{12, 1, "required option missing"},
};

static const struct row rows_ipv6[] = {
	/* RFC 4443 section 3 */
	{1, 0, "no route to destination"},
	{1, 1, "communication with destination administratively prohibited"},
	{1, 2, "beyond scope of source address"},
	{1, 3, "address unreachable"},
	{1, 4, "port unreachable"},
	{1, 5, "source address failed ingress/egress policy"},
	{1, 6, "reject route to destination"},
	{2, 0, "packet too big"},
	{3, 0, "hop limit exceeded in transit"},
	{3, 1, "fragment reassembly time exceeded"},
	{4, 0, "erroneous header field"},
	{4, 1, "unrecognized next header type"},
	{4, 2, "unrecognized IPv6 option"},
};

static const char *search(const struct row *rows, size_t count, uint8_t type, uint8_t code)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].type == type && rows[i].code == code)
			return rows[i].name;
	}
	return "unassigned";
}

const char *icmp_name(uint8_t family, uint8_t type, uint8_t code)
{
	if (family == ADDRESS_IPV6)
		return search(rows_ipv6, sizeof(rows_ipv6) / sizeof(rows_ipv6[0]), type, code);
	return search(rows_ipv4, sizeof(rows_ipv4) / sizeof(rows_ipv4[0]), type, code);
}
