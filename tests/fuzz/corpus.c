/* SPDX-License-Identifier: BSD-2-Clause */
#include "corpus.h"

#include "packet.h"

static const uint32_t link_types[] = {LINK_ETHERNET, LINK_RAW, LINK_LINUX_SLL, LINK_LINUX_SLL2,
	LINK_NULL, LINK_LOOP, LINK_IPV4, LINK_IPV6, 12, 14,
	/* PPP, HDLC, 802.11, netfilter's log */
	9, 50, 51, 104, 105, 127, 166, 239, 147 /* user 0: not decoded */};
#define LINK_TYPES (sizeof(link_types) / sizeof(link_types[0]))

uint32_t corpus_link_type(uint8_t index)
{
	return link_types[index % LINK_TYPES];
}

uint8_t corpus_link_index(uint32_t link_type)
{
	uint8_t index = 0;

	while (index < LINK_TYPES - 1 && link_types[index] != link_type)
		index++;
	return index;
}
