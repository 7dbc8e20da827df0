/* SPDX-License-Identifier: BSD-2-Clause */
/* What a provider says about the port in question, as advice. */
#ifndef ADVICE_PROVIDER_ADVICE_H
#define ADVICE_PROVIDER_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

struct advice_case;

struct provider_advice {
	int who; /* enum advice_who */
	char action[1024];
};

/* The provider is known, and says that it shuts this port, which is shut for all that is known. */
bool provider_shuts(const struct advice_case *about);

/* ports as in "ports 25 and 465". False if the provider says nothing that matters here. */
bool provider_advise(
	struct provider_advice *out, const struct advice_case *about, const char *ports);

#endif
