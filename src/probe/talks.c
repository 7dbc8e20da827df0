/* SPDX-License-Identifier: BSD-2-Clause */
#include "talks.h"

#include "account.h"
#include "campaign.h"
#include "timing.h"

/* The kernel repeats its SYN after 1, 2 and 3 s: long enough to see it ignore its answer. */
#define CONNECT_PATIENCE_NS (3500 * NS_PER_MS)

/* A server may take so long over a reply without being called silent; the round trip comes on top.
 * Greetings are delayed on purpose by up to six seconds (SCIENCE section F). */
#define REPLY_PATIENCE_NS (10250 * NS_PER_MS)

#define RETRIES 5

/* What is tried once more, after the first session ended so; all of it at once. */
struct again {
	enum ending ending;
	size_t count;
	enum session_variant variants[RETRIES];
};

static const struct again agains[] = {
	{ENDING_SILENT, 1, {VARIANT_TLS_FIRST}},
	{ENDING_HELLO_SILENT, 4, {VARIANT_USUAL, VARIANT_SPLIT, VARIANT_SMALL, VARIANT_NAMELESS}},
	{ENDING_HELLO_RESET, 4, {VARIANT_USUAL, VARIANT_SPLIT, VARIANT_SMALL, VARIANT_NAMELESS}},
	{ENDING_TLS_STALLED, 4, {VARIANT_USUAL, VARIANT_SPLIT, VARIANT_SMALL, VARIANT_NAMELESS}},
	/* Not even connected, perhaps for a limit that its SYN met. */
	{ENDING_UNKNOWN, 1, {VARIANT_USUAL}},
	/* One such end alone may be a server's bad moment. */
	{ENDING_CUT, 1, {VARIANT_USUAL}},
	{ENDING_HUNG_UP, 1, {VARIANT_USUAL}},
	{ENDING_TALK_SILENT, 1, {VARIANT_USUAL}},
	{ENDING_TALK_CLOSED, 1, {VARIANT_USUAL}},
	{ENDING_TALK_RESET, 1, {VARIANT_USUAL}},
	{ENDING_TLS_CLOSED, 1, {VARIANT_USUAL}},
};

static bool is_mail(uint16_t port)
{
	struct transcript transcript;

	return transcript_begin(&transcript, port);
}

static struct plan_step connect_step(
	const struct campaign *campaign, const struct host *host, size_t place)
{
	uint16_t port = host->endpoints[place].port;
	bool talk = campaign->options.sessions && is_mail(port);

	return (struct plan_step){
		.action = talk ? PLAN_CONVERSE : PLAN_CONNECT,
		.address = host->address,
		.port = port,
		.patience_ns = CONNECT_PATIENCE_NS,
		.reply_ns = REPLY_PATIENCE_NS + patience_of(host).wait_ns,
	};
}

#define KNOCK_ROUND 2 /* early enough to be over when silence has been watched for long enough */

static bool is_silent(const struct host *host)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		for (size_t i = 0; i < endpoint->exchange_count; i++) {
			if (exchange_answered(&endpoint->exchanges[i]))
				return false;
		}
	}
	return true;
}

static bool none_is_tried(const struct campaign *campaign, const struct host *host)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (campaign->connecting[e])
			return false;
	}
	return true;
}

/* Ports open to the kernel alone. */
static bool hears_elsewhere(const struct host *host)
{
	bool connects = false;

	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct connection *connection = &host->endpoints[e].connection;
		connects = connects || (connection->tried && connection->error == 0);
	}
	return connects && is_silent(host);
}

/* Where nothing at all is heard the kernel tries once: it would hear answers that come in by
 * another interface than the one that is listened at. */
static bool knocks(const struct campaign *campaign, const struct host *host)
{
	return campaign->round >= KNOCK_ROUND && none_is_tried(campaign, host) && is_silent(host);
}

static bool is_ready(
	const struct campaign *campaign, const struct host *host, const struct endpoint *endpoint)
{
	return endpoint_accepts(endpoint) || hears_elsewhere(host) ||
		(campaign->options.no_throttle && endpoint->exchange_count > 0) ||
		(endpoint->exchange_count > 0 && knocks(campaign, host));
}

/*
 * A port whose raw SYN was answered is tried by the kernel as well: only that shows whether this
 * machine lets the answers in. Who wants no rate test wants to be quick: then the kernel does not
 * wait for the raw SYN's answer.
 */
bool talks_next(struct campaign *campaign, const struct host *host, struct plan_step *step)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		bool is_tried = !endpoint->asked || campaign->connecting[e];
		if (is_tried || !is_ready(campaign, host, endpoint))
			continue;
		*step = connect_step(campaign, host, e);
		campaign->connecting[e] = true;
		campaign->talks[e] = step->action == PLAN_CONVERSE;
		return true;
	}
	return false;
}

bool talks_left(const struct campaign *campaign, const struct host *host)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (host->endpoints[e].asked && !campaign->connecting[e])
			return true;
	}
	return false;
}

static const struct again *again_after(const struct endpoint *endpoint)
{
	if (endpoint->account_count == 0)
		return NULL;
	enum ending ending = account_ending(&endpoint->accounts[0]);

	for (size_t i = 0; i < sizeof(agains) / sizeof(agains[0]); i++) {
		if (agains[i].ending == ending)
			return &agains[i];
	}
	return NULL;
}

/* A name that was not sent cannot be left out. */
static bool makes_sense(enum session_variant variant, const struct endpoint *endpoint)
{
	return variant != VARIANT_NAMELESS ||
		endpoint->accounts[0].transcript.tls.server_name[0] != '\0';
}

bool talks_again(struct campaign *campaign, const struct host *host, struct plan_step *step)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		const struct again *again = campaign->talks[e] ? again_after(endpoint) : NULL;
		if (again == NULL || campaign->talks[e] > again->count)
			continue;
		enum session_variant variant = again->variants[campaign->talks[e] - 1];
		if (!makes_sense(variant, endpoint))
			continue;
		*step = connect_step(campaign, host, e);
		step->variant = variant;
		campaign->talks[e]++;
		return true;
	}
	return false;
}

/* Only of a port that accepts is there anything to learn from the kernel's own attempt. */
bool talks_under_way(const struct campaign *campaign, const struct host *host)
{
	bool elsewhere = hears_elsewhere(host);

	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		bool connecting = campaign->connecting[e] && !endpoint->connection.tried;
		bool talking = endpoint->account_count < campaign->talks[e];
		if ((connecting || talking) && (elsewhere || endpoint_accepts(endpoint)))
			return true;
	}
	return false;
}
