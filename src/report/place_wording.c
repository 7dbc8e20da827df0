/* SPDX-License-Identifier: BSD-2-Clause */
#include "place_wording.h"

#include "exchange.h"
#include "place_rules.h"
#include "report.h"

#include <stdio.h>

/* Shared address space of providers that translate addresses, RFC 6598: 100.64.0.0/10. */
static bool is_shared(const struct address *address)
{
	return address->family == ADDRESS_IPV4 && address->bytes[0] == 100 &&
		(address->bytes[1] & 0xc0) == 64;
}

/* SCIENCE section C: the first hop and private addresses are the customer's own, the first public
 * address behind them is the provider's edge. No more is known without a database. */
static const char *owner(const struct path_signs *path, const struct path_end *end)
{
	bool before_public = path->first_public == 0 || end->ttl < path->first_public;

	if (is_shared(&end->address))
		return ", your provider's address sharing";
	if (address_is_private(&end->address))
		return before_public ? ", your own network's router" : "";
	if (end->ttl == 1)
		return ", the router next to this computer";
	return end->ttl == path->first_public ? ", where your provider's network begins" : "";
}

const char *place_hop_words(
	const struct path_signs *path, const struct path_end *end, char out[static PLACE_WORDS])
{
	char address[ADDRESS_TEXT];

	if (end->ttl == 0)
		snprintf(out, PLACE_WORDS, "this computer");
	else if (end->address.family == ADDRESS_NONE)
		snprintf(out, PLACE_WORDS, "hop %u", end->ttl);
	else
		snprintf(out, PLACE_WORDS, "hop %u (%s%s)", end->ttl,
			address_print(&end->address, address), owner(path, end));
	return out;
}

/* The other end of an interval that begins at the verdict's hop; ttl 0: not known. */
static struct path_end far_end(const struct result *result)
{
	const struct path_signs *path = &result->figures.path;
	const struct place *hop = &result->verdict.hop;

	if (result->verdict.word == VERDICT_DROPPED && place_is_bounded(&result->figures))
		return path->next_seen;
	if (result->verdict.word != VERDICT_DROPPED && path->there.ttl == hop->ttl + 1)
		return path->there;
	return (struct path_end){.ttl = 0};
}

const char *place_words(const struct result *result, char out[static PLACE_WORDS])
{
	const struct path_signs *path = &result->figures.path;
	const struct place *hop = &result->verdict.hop;
	const struct path_end near = {hop->ttl, hop->address}, far = far_end(result);
	char here[PLACE_WORDS], there[PLACE_WORDS];

	out[0] = '\0';
	if (!hop->known || (hop->ttl == 0 && hop->relation == PLACE_AT))
		return out;
	place_hop_words(path, &near, here);
	if (hop->relation == PLACE_AFTER && far.ttl != 0) {
		bool host = result->verdict.word == VERDICT_DROPPED && path->next_is_host;
		snprintf(out, PLACE_WORDS, "between %.150s and %.150s", here,
			host ? "the server" : place_hop_words(path, &far, there));
	} else {
		snprintf(out, PLACE_WORDS, "%s %.300s", place_relation_name(hop->relation), here);
	}
	return out;
}
