/* SPDX-License-Identifier: BSD-2-Clause */
#include "signature.h"

#include "port_list.h"

#include <stddef.h>
#include <stdint.h>

#define MOST_PORTS 4

/* Which port must be open and which shut; ports end with 0. First those that say more. The policies
 * are those of providers.csv, which holds their sources. */
static const struct row {
	uint16_t shut[MOST_PORTS], open[MOST_PORTS];
	bool own_router, other_family_open;
	const char *hint;
} rows[] = {
	{{25, 587}, {465}, true, false,
		"your own router stops ports 25 and 587 and lets 465 through, as Telekom Speedport "
		"routers do that have a list of allowed mail servers (source of 2017): add the "
		"server to that list, or switch the list off"},
	{{0}, {0}, false, true,
		"the same port opens over IPv4, so it is IPv6 alone that is shut: tunnels such as "
		"Hurricane Electric's keep port 25 shut until their support opens it"},
	{{25, 465, 587}, {2525}, false, false,
		"25, 465 and 587 shut with 2525 open is how DigitalOcean, Scaleway and new "
		"accounts of Linode (Akamai) have it; there a relay's port 2525 or 2587 works"},
	{{25, 465}, {587}, false, false,
		"25 and 465 shut with 587 open is how Hetzner Cloud has it, which opens both on "
		"request after the first paid month"},
	{{25}, {465, 587}, false, false,
		"port 25 shut with 465 and 587 open is the usual policy for home lines and rented "
		"servers. It also fits a server that does not offer port 25"},
};

static bool all_among(const uint16_t *ports, const struct port_list *list)
{
	for (size_t i = 0; i < MOST_PORTS && ports[i] != 0; i++) {
		if (!port_list_has(list, ports[i]))
			return false;
	}
	return true;
}

const char *signature_hint(const struct signature_case *about)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].own_router && !about->own_router)
			continue;
		if (rows[i].other_family_open && !about->other_family_open)
			continue;
		if (all_among(rows[i].shut, about->shut) && all_among(rows[i].open, about->open))
			return rows[i].hint;
	}
	return NULL;
}
