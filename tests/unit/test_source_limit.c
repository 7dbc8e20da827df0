/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts behind token buckets, one for all of them or one for each, that are asked in one run. */
#include "figures.h"
#include "source_limit.h"
#include "story.h"
#include "unit.h"
#include "verdict.h"

#include <math.h>
#include <stdio.h>

#define HOSTS 3

struct bucket_of {
	double rate_per_s, burst, tokens;
	int64_t time_ns;
};

struct net {
	struct story story;
	struct bucket_of *limits[HOSTS]; /* what counts each host's port 25; NULL: nothing */
	bool filtered[HOSTS];            /* its port 25 is */
	bool closed[HOSTS];              /* it answers by a RST */
	struct figures figures[HOSTS];
	size_t hosts;
};

static struct address address_of(size_t host)
{
	char text[ADDRESS_TEXT];

	(void)snprintf(text, sizeof(text), "198.51.100.%zu", host + 1);
	return story_address(text);
}

static void add_target(struct net *net, size_t host, uint16_t port, const char *name)
{
	struct fact fact = {.kind = FACT_TARGET,
		.asked = true,
		.time_ns = net->story.now_ns,
		.flow = {.destination = address_of(host), .destination_port = port}};

	(void)snprintf(fact.host, sizeof(fact.host), "%s", name);
	evidence_add_fact(net->story.evidence, &fact);
}

static void begin(struct net *net, size_t hosts, const char *name)
{
	static const uint16_t none[] = {0};

	*net = (struct net){.hosts = hosts};
	story_begin(&net->story, none, NULL);
	for (size_t h = 0; h < hosts; h++) {
		add_target(net, h, 25, name);
		add_target(net, h, 587, name);
	}
}

static bool takes(struct bucket_of *limit, int64_t now_ns)
{
	if (limit == NULL)
		return true;
	double more = limit->rate_per_s * (double)(now_ns - limit->time_ns) / 1e9;

	limit->tokens =
		limit->time_ns == 0 ? limit->burst : fmin(limit->burst, limit->tokens + more);
	limit->time_ns = now_ns;
	if (limit->tokens < 1)
		return false;
	limit->tokens--;
	return true;
}

/* One SYN, answered unless the port's filter or limit is against it; gap_ms later the next. */
static void ask(struct net *net, size_t host, uint16_t port, double gap_ms)
{
	struct story *story = &net->story;
	struct story_probe probe = {.port = port,
		.source_port = story->next_port++,
		.sequence = 0x1000U * story->next_port};
	struct frame syn = story_frame(story, probe, false);
	bool passes =
		port != 25 || (!net->filtered[host] && takes(net->limits[host], story->now_ns));

	syn.destination = address_of(host);
	syn.tcp.flags = TCP_SYN;
	syn.tcp.sequence = probe.sequence;
	story_fold(story, &syn);
	if (passes) {
		struct frame answer = story_frame(story, probe, true);
		answer.source = address_of(host);
		answer.tcp.flags =
			port == 25 && net->closed[host] ? TCP_RST | TCP_ACK : TCP_SYN | TCP_ACK;
		answer.tcp.acknowledgement = probe.sequence + 1;
		story_fold(story, &answer);
	}
	story_wait(story, gap_ms);
}

/* A burst at each host in turn, then so many more a gap apart, by turns with the other port. */
static void ask_often(struct net *net, size_t hosts, unsigned more, double gap_ms)
{
	for (unsigned i = 0; i < 9 * hosts; i++)
		ask(net, i / 9, 25, 3);
	for (unsigned i = 0; i < more; i++) {
		ask(net, i % hosts, 25, gap_ms * (i % 3 == 0 ? .8 : 1.1));
		if (i % 4 == 0)
			ask(net, i % hosts, 587, 5);
	}
}

static void judge(struct net *net)
{
	struct source_subject subjects[HOSTS];

	story_wait(&net->story, 5000);
	for (size_t h = 0; h < net->hosts; h++) {
		struct address address = address_of(h);
		const struct host *host = evidence_host(net->story.evidence, &address);
		const struct endpoint *endpoint = host_endpoint(host, 25);

		net->figures[h] =
			figures_of(net->story.evidence, host, endpoint, net->story.now_ns);
		subjects[h] = (struct source_subject){host, endpoint, &net->figures[h]};
	}
	source_limit_judge(subjects, net->hosts, net->story.now_ns);
}

static void source_limit_is_found_where_one_bucket_counts_two_hosts(void **state)
{
	struct bucket_of limit = {.rate_per_s = 5, .burst = 5};
	struct net net;

	(void)state;
	begin(&net, 2, "");
	net.limits[0] = net.limits[1] = &limit;
	ask_often(&net, 2, 60, 60);
	judge(&net);
	for (size_t h = 0; h < 2; h++) {
		struct verdict verdict = verdict_of(&net.figures[h]);
		assert_int_equal(net.figures[h].source.addresses, 2);
		assert_in_range(lround(net.figures[h].rate.rate_per_s * 10), 45, 55);
		assert_int_equal(verdict.word, VERDICT_THROTTLED);
		assert_true(verdict_has(&verdict, FINDING_SOURCE_LIMIT));
	}
	story_end(&net.story);
}

static void source_limit_knows_addresses_of_one_name(void **state)
{
	static const char *const names[] = {"", "mail.example.com"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bucket_of limit = {.rate_per_s = 5, .burst = 5};
		struct net net;

		begin(&net, 2, names[i]);
		net.limits[0] = net.limits[1] = &limit;
		ask_often(&net, 2, 60, 60);
		judge(&net);
		assert_int_equal(net.figures[0].source.one_name, i == 1);
		story_end(&net.story);
	}
}

static void source_limit_is_none_where_each_host_has_one_alike(void **state)
{
	struct bucket_of limits[] = {{.rate_per_s = 5, .burst = 5}, {.rate_per_s = 5, .burst = 5}};
	struct net net;

	(void)state;
	begin(&net, 2, "");
	net.limits[0] = &limits[0];
	net.limits[1] = &limits[1];
	ask_often(&net, 2, 60, 60);
	judge(&net);
	for (size_t h = 0; h < 2; h++) {
		struct verdict verdict = verdict_of(&net.figures[h]);
		assert_int_equal(verdict.word, VERDICT_THROTTLED);
		assert_false(verdict_has(&verdict, FINDING_SOURCE_LIMIT));
	}
	story_end(&net.story);
}

static void source_limit_is_none_where_one_host_alone_has_one(void **state)
{
	struct bucket_of limit = {.rate_per_s = 5, .burst = 5};
	struct net net;

	(void)state;
	begin(&net, 2, "");
	net.limits[0] = &limit;
	ask_often(&net, 2, 60, 60);
	judge(&net);
	struct verdict limited = verdict_of(&net.figures[0]), open = verdict_of(&net.figures[1]);

	assert_int_equal(limited.word, VERDICT_THROTTLED);
	assert_false(verdict_has(&limited, FINDING_SOURCE_LIMIT));
	assert_int_equal(open.word, VERDICT_OPEN);
	story_end(&net.story);
}

static void source_limit_leaves_out_the_host_with_one_of_its_own(void **state)
{
	struct bucket_of shared = {.rate_per_s = 5, .burst = 5};
	struct bucket_of own = {.rate_per_s = 3, .burst = 12};
	struct net net;

	(void)state;
	begin(&net, 3, "");
	net.limits[0] = net.limits[1] = &shared;
	net.limits[2] = &own;
	ask_often(&net, 3, 120, 40);
	judge(&net);
	assert_int_equal(net.figures[0].source.addresses, 2);
	assert_int_equal(net.figures[1].source.addresses, 2);
	assert_int_equal(net.figures[2].source.addresses, 0);
	story_end(&net.story);
}

/* Port 25 of the second host while the first one's uses all tokens up, its other port answering. */
static void ask_meanwhile(struct net *net)
{
	ask_often(net, 1, 5, 20);
	for (unsigned i = 0; i < 8; i++) {
		ask(net, 1, 587, 5);
		ask(net, 1, 25, 20);
		ask(net, 1, 587, 5);
		ask(net, 0, 25, 30);
		ask(net, 0, 25, 30);
		ask(net, 0, 587, 5);
	}
	for (unsigned i = 0; i < 40; i++)
		ask(net, 0, 25, i % 3 == 0 ? 150 : 220);
}

static void source_limit_does_not_let_a_starved_port_be_called_dropped(void **state)
{
	struct bucket_of limit = {.rate_per_s = .5, .burst = 3};
	struct net net;

	(void)state;
	begin(&net, 2, "");
	net.limits[0] = net.limits[1] = &limit;
	ask_meanwhile(&net);
	judge(&net);
	struct verdict verdict = verdict_of(&net.figures[1]);

	assert_int_equal(net.figures[1].counts.syn_acks, 0);
	assert_true(net.figures[1].silence.certain);
	assert_int_equal(verdict.word, VERDICT_INCONCLUSIVE);
	assert_true(verdict_has(&verdict, FINDING_STARVED));
	story_end(&net.story);
}

static void source_limit_leaves_a_port_dropped_that_is_silent_when_there_are_tokens(void **state)
{
	struct bucket_of limit = {.rate_per_s = .5, .burst = 3};
	struct net net;

	(void)state;
	begin(&net, 2, "");
	net.limits[0] = &limit;
	net.filtered[1] = true;
	ask_meanwhile(&net);
	for (unsigned i = 0; i < 3; i++) {
		story_wait(&net.story, 4000);
		ask(&net, 1, 25, 1);
	}
	judge(&net);
	struct verdict verdict = verdict_of(&net.figures[1]);

	assert_int_equal(verdict.word, VERDICT_DROPPED);
	assert_false(verdict_has(&verdict, FINDING_STARVED));
	story_end(&net.story);
}

static void source_limit_leaves_a_closed_port_refused(void **state)
{
	struct bucket_of limit = {.rate_per_s = 5, .burst = 5};
	struct net net;

	(void)state;
	begin(&net, 2, "");
	net.limits[0] = &limit;
	net.closed[1] = true;
	ask(&net, 1, 25, 200);
	ask(&net, 1, 25, 200);
	ask_often(&net, 1, 60, 60);
	judge(&net);
	assert_int_equal(verdict_of(&net.figures[1]).word, VERDICT_REFUSED);
	story_end(&net.story);
}

static void source_limit_says_nothing_of_filters_alone(void **state)
{
	struct net net;

	(void)state;
	begin(&net, 2, "");
	net.filtered[0] = net.filtered[1] = true;
	ask_often(&net, 2, 20, 60);
	judge(&net);
	assert_false(net.figures[0].source.starved);
	assert_false(net.figures[1].source.starved);
	story_end(&net.story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(source_limit_is_found_where_one_bucket_counts_two_hosts),
		cmocka_unit_test(source_limit_knows_addresses_of_one_name),
		cmocka_unit_test(source_limit_is_none_where_each_host_has_one_alike),
		cmocka_unit_test(source_limit_is_none_where_one_host_alone_has_one),
		cmocka_unit_test(source_limit_leaves_out_the_host_with_one_of_its_own),
		cmocka_unit_test(source_limit_does_not_let_a_starved_port_be_called_dropped),
		cmocka_unit_test(
			source_limit_leaves_a_port_dropped_that_is_silent_when_there_are_tokens),
		cmocka_unit_test(source_limit_leaves_a_closed_port_refused),
		cmocka_unit_test(source_limit_says_nothing_of_filters_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
