/* SPDX-License-Identifier: BSD-2-Clause */
#include "provider_advice.h"

#include "advice.h"
#include "provider.h"
#include "sentence.h"
#include "verdict.h"

#include <stdio.h>
#include <string.h>

/* The sentence in three parts: how the provider is known, what it does, what lifts it. */

static const char *const known[] = {
	[PROVIDER_UNMATCHED] = "",
	[PROVIDER_NAMED] = "{provider} ",
	[PROVIDER_HARDWARE] = "By its hardware this computer is at {provider}, which ",
	[PROVIDER_NETWORK] = "By its addresses the network here is {provider}, which ",
};

static const char *const policies[] = {
	[POLICY_UNKNOWN] = "",
	[POLICY_OPEN] = "keeps {ports} open: if other servers fail alike, report it as a fault",
	[POLICY_BLOCKED] = "keeps {ports} shut",
	[POLICY_BLOCKED_FOR_SOME] = "keeps {ports} shut for some of its customers",
	[POLICY_BLOCKED_AFTER_SPAM] = "shuts {ports} where it has seen what looks like spam",
	[POLICY_LIMITED] = "limits what goes to {ports}",
	[POLICY_ALLOW_LIST] = "lets {ports} through to the servers on a list alone",
};

/* Who has to move, where it is not the provider. */
static const struct lift {
	const char *words;
	bool yours;
} lifts[] = {
	[LIFT_NONE] = {"", true},
	[LIFT_NEVER] = {", without exception", true},
	[LIFT_REQUEST] = {", to be opened on request", false},
	[LIFT_SELF_SERVICE] = {", to be opened by yourself", true},
	[LIFT_DEPENDS] = {", with exceptions", false},
	[LIFT_PAY] = {", except for paying customers", false},
	[LIFT_STATIC_ADDRESS] = {", except for static addresses", false},
	[LIFT_CLEAN_UP] = {", until the cause is removed", true},
};

static const int parties[] = {
	[PROVIDER_CLOUD] = ADVICE_HOST_PROVIDER,
	[PROVIDER_PAAS] = ADVICE_HOST_PROVIDER,
	[PROVIDER_ISP] = ADVICE_ISP,
	[PROVIDER_ROUTER] = ADVICE_YOU,
	[PROVIDER_TUNNEL] = ADVICE_ISP,
};

/* Nothing proves that it is anybody else's doing. */
static bool may_be_the_provider(const struct advice_case *about)
{
	const struct verdict *verdict = about->verdict;

	return about->provider != NULL && verdict->phase == PHASE_CONNECT &&
		(verdict->by == BY_PATH || verdict->by == BY_UNKNOWN) &&
		!verdict_has(verdict, FINDING_NOT_OFFERED) &&
		!verdict_has(verdict, FINDING_HOST_UNKNOWN) &&
		!verdict_has(verdict, FINDING_ROUTING_LOOP);
}

static bool is_shut(const struct verdict *verdict)
{
	return verdict->word == VERDICT_DROPPED || verdict->word == VERDICT_REFUSED ||
		verdict->word == VERDICT_UNREACHABLE;
}

bool provider_shuts(const struct advice_case *about)
{
	return may_be_the_provider(about) && is_shut(about->verdict) &&
		policy_shuts(provider_policy(about->provider, about->port));
}

static bool matters(const struct advice_case *about, enum port_policy policy)
{
	if (!may_be_the_provider(about))
		return false;
	if (policy == POLICY_LIMITED)
		return about->verdict->word == VERDICT_THROTTLED;
	return is_shut(about->verdict) && policy != POLICY_UNKNOWN;
}

bool provider_advise(
	struct provider_advice *out, const struct advice_case *about, const char *ports)
{
	const struct provider *provider = about->provider;
	enum port_policy policy =
		provider == NULL ? POLICY_UNKNOWN : provider_policy(provider, about->port);

	if (!matters(about, policy))
		return false;
	bool hearsay = strncmp(provider->confidence, "official", strlen("official")) != 0;
	const struct lift *lift = &lifts[provider->lift];
	const struct blank blanks[] = {
		{"provider", provider->name},
		{"ports", ports},
		{"lift", policy_shuts(policy) ? lift->words : ""},
		{"how", policy == POLICY_OPEN ? "" : provider->how},
		{":", policy == POLICY_OPEN || provider->how[0] == '\0' ? "" : ": "},
		{"source", provider->source[0] == '\0' ? "your own list" : provider->source},
		{"date", provider->source_date[0] == '\0' ? "undated" : provider->source_date},
		{"hearsay", hearsay ? "second-hand source" : "source"},
		{NULL, NULL},
	};
	char pattern[512];

	snprintf(pattern, sizeof(pattern), "%s%s{lift}{:}{how} ({hearsay}: {source}, {date}).",
		known[about->provider_match], policies[policy]);
	sentence_fill(out->action, sizeof(out->action), pattern, blanks);
	out->who = lift->yours && policy_shuts(policy) ? ADVICE_YOU : parties[provider->kind];
	return true;
}
