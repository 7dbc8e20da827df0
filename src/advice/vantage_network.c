/* SPDX-License-Identifier: BSD-2-Clause */
#include "vantage_network.h"

#include "evidence.h"
#include "network.h"
#include "provider.h"

#include <stddef.h>

#define HOPS 16 /* a customer is not farther than this from his provider's first public router */

/* RFC 792, RFC 4443 section 3.3: time exceeded in transit. */
static bool is_time_exceeded(const struct answer *answer)
{
	return answer->kind == ANSWER_ICMP &&
		((answer->from.family == ADDRESS_IPV4 && answer->icmp_type == 11) ||
			(answer->from.family == ADDRESS_IPV6 && answer->icmp_type == 3));
}

static void note_hop(struct address *hops, const struct exchange *exchange)
{
	if (exchange->hop_limit == 0 || exchange->hop_limit > HOPS)
		return;
	for (size_t i = 0; i < exchange->answer_count; i++) {
		if (is_time_exceeded(exchange_answer_at(exchange, i)))
			hops[exchange->hop_limit - 1] = exchange_answer_at(exchange, i)->from;
	}
}

static struct address first_public(const struct address *hops)
{
	for (size_t i = 0; i < HOPS && hops[i].family != ADDRESS_NONE; i++) {
		if (!address_is_private(&hops[i]))
			return hops[i];
	}
	return (struct address){.family = ADDRESS_NONE};
}

static struct address first_public_hop_to(const struct host *host)
{
	struct address hops[HOPS] = {{.family = ADDRESS_NONE}};

	for (size_t e = 0; e < host->endpoint_count; e++) {
		for (size_t x = 0; x < host->endpoints[e].exchange_count; x++)
			note_hop(hops, &host->endpoints[e].exchanges[x]);
	}
	return first_public(hops);
}

struct address vantage_first_public_hop(const struct evidence *evidence)
{
	struct address found = {.family = ADDRESS_NONE};

	for (size_t h = 0; h < evidence->host_count && found.family == ADDRESS_NONE; h++)
		found = first_public_hop_to(&evidence->hosts[h]);
	return found;
}

static const struct provider *by_own_address(const struct provider_list *list,
	const struct network_map *map, const struct evidence *evidence)
{
	const struct provider *found = NULL;

	for (size_t h = 0; h < evidence->host_count && found == NULL; h++) {
		uint32_t number = network_number(map, &evidence->hosts[h].source);
		if (number != 0)
			found = provider_of_as(list, number);
	}
	return found;
}

const struct provider *vantage_provider(const struct provider_list *list,
	const struct network_map *map, const struct evidence *evidence)
{
	const struct provider *own = by_own_address(list, map, evidence);

	if (own != NULL)
		return own;
	struct address hop = vantage_first_public_hop(evidence);
	uint32_t number = network_number(map, &hop);
	const struct provider *found = number == 0 ? NULL : provider_of_as(list, number);

	return found != NULL && found->kind == PROVIDER_TUNNEL ? NULL : found;
}
