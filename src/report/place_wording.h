/* SPDX-License-Identifier: BSD-2-Clause */
/* Where it happens, in words that claim no more than addresses tell. */
#ifndef REPORT_PLACE_WORDING_H
#define REPORT_PLACE_WORDING_H

struct path_end;
struct path_signs;
struct result;

#define PLACE_WORDS 320 /* the longest: two hops with IPv6 addresses and what they are */

/* "between hop 2 (198.51.100.9) and hop 3 (203.0.113.1)", "at hop 1 (192.168.1.1, your own
 * router)", "after hop 2 (192.0.2.9)"; "" if not known. */
const char *place_words(const struct result *result, char out[static PLACE_WORDS]);

/* One hop alone. */
const char *place_hop_words(
	const struct path_signs *path, const struct path_end *end, char out[static PLACE_WORDS]);

#endif
