/* SPDX-License-Identifier: BSD-2-Clause */
/* The network that this machine is in, by what a run has seen. */
#ifndef ADVICE_VANTAGE_NETWORK_H
#define ADVICE_VANTAGE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

struct address;
struct evidence;
struct network_map;
struct provider;
struct provider_list;

/*
 * The first router with a public address, seen from here, on a path whose routers before it are all
 * known: one that is silent could be another network's last. ADDRESS_NONE: not known.
 */
struct address vantage_first_public_hop(const struct evidence *evidence);

/* By this machine's own address, else by that hop; NULL: not known. A tunnel is only known by the
 * address that it gave: its operator carries other people's packets as well. */
const struct provider *vantage_provider(const struct provider_list *list,
	const struct network_map *map, const struct evidence *evidence);

#endif
