/* SPDX-License-Identifier: BSD-2-Clause */
#include "pools.h"

#include <stddef.h>

struct pool *pools_find(struct pools *pools, const struct pool_key *key)
{
	for (int i = 0; i < POOLS; i++) {
		struct pool *pool = &pools->pools[i];
		if (pool->delivery != NULL && pool->key.host == key->host &&
			pool->key.endpoint == key->endpoint && pool->key.from == key->from &&
			address_equal(&pool->key.client, &key->client))
			return pool;
	}
	return NULL;
}

struct pool *pools_oldest(struct pools *pools)
{
	return &pools->pools[pools->next++ % POOLS];
}

void pool_restart(struct pool *pool, const struct pool_key *key)
{
	if (pool->delivery == NULL)
		pool->delivery = delivery_new();
	else
		delivery_restart(pool->delivery);
	pool->key = *key;
}

void pools_clear(struct pools *pools)
{
	for (int i = 0; i < POOLS; i++) {
		delivery_free(pools->pools[i].delivery);
		pools->pools[i].delivery = NULL;
	}
}
