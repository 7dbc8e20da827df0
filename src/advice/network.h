/* SPDX-License-Identifier: BSD-2-Clause */
/* The network behind an address, from a database on this machine (libloc): nobody is asked. */
#ifndef ADVICE_NETWORK_H
#define ADVICE_NETWORK_H

#include <stdint.h>

struct address;
struct network_map;

/* NULL where there is no database, or the program was built without libloc. It stays usable after
 * rights are given up. */
struct network_map *network_map_open(void);
void network_map_close(struct network_map *map); /* NULL is fine */

/* The number of the autonomous system that announces the address; 0: not known, or map is NULL. */
uint32_t network_number(const struct network_map *map, const struct address *address);

/* "libloc ..., database of 2022-10-29"; out is filled and returned. */
#define NETWORK_VERSION 96
const char *network_version(char out[static NETWORK_VERSION]);

#endif
