/* SPDX-License-Identifier: BSD-2-Clause */
#include "place.h"

#include "campaign.h"
#include "figures.h"
#include "path.h"
#include "timing.h"

#include <assert.h>

/* Linux sends six ICMP errors in a row to one address and then one a second, for all ports together
 * (SCIENCE section C): four leave room for what else it has to say. */
#define ASKED_AT_ONCE 4
#define WINDOWS       4

static const struct {
	int64_t span_ns;
	unsigned most;
} windows[WINDOWS] = {
	{1100 * NS_PER_MS, ASKED_AT_ONCE},
	{2200 * NS_PER_MS, ASKED_AT_ONCE + 1},
	{4400 * NS_PER_MS, ASKED_AT_ONCE + 3},
	{8800 * NS_PER_MS, ASKED_AT_ONCE + 7},
};

#define SWEPT_MOST 240 /* probes of sweeps to one host in a run */

#define RUNS_USUAL 2 /* the second along another flow, as chance and load balancers may have it */
#define RUNS_MOST  6 /* SCIENCE section C: four more where packets are lost */

/* Silence is likely enough to be worth a place. */
#define SILENCE_MISSES 2
#define SILENCE_ODDS   2.0 /* ln 7 */

#define NEXT_LOST .001 /* the chance of a wrong interval that needs no further run */

#define SPACING_NS  (2 * NS_PER_MS)
#define BLIND_REACH 8 /* where no answer tells how far the host is */
#define REACH_MORE  6 /* when the host proves to be further away */
#define QUICK_NS    (60 * NS_PER_MS)
#define LOOKS_MOST  200
#define BRIEF_NS    (10 * NS_PER_MS)
#define LOOK_NS     (100 * NS_PER_MS) /* how often to see whether routers may be asked again */
#define LONE_ROUND  2                 /* nothing has answered twice */

struct sweep {
	size_t place;
	uint8_t number;
	uint8_t from, to;     /* hop limits */
	uint8_t control_from; /* the control's */
};

struct run {
	struct sweep sweeps[ASKED_AT_ONCE];
	size_t count;
};

/* What is known of the host. */

/* Hops that its answers by TCP seem to have come; 0: there are none. */
static uint8_t back_from(const struct endpoint *endpoint)
{
	uint8_t back = 0;

	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		const struct answer *answer = exchange_answer(exchange, ANSWER_SYN_ACK);
		if (answer == NULL)
			answer = exchange_answer(exchange, ANSWER_RESET);
		if (answer == NULL || exchange_is_sweep(exchange))
			continue;
		unsigned hops = answer_back(answer);
		if (hops > back)
			back = (uint8_t)hops;
	}
	return back;
}

static bool endpoint_is_silent(const struct endpoint *endpoint)
{
	for (size_t i = 0; i < endpoint->exchange_count; i++) {
		if (!exchange_is_sweep(&endpoint->exchanges[i]) &&
			exchange_answered(&endpoint->exchanges[i]))
			return false;
	}
	return true;
}

static bool has_silence(
	const struct evidence *evidence, const struct host *host, size_t place, int64_t now_ns)
{
	struct figures figures = figures_quick(evidence, host, &host->endpoints[place], now_ns);

	return figures.counts.syn_acks + figures.counts.resets + figures.counts.icmp_errors == 0 &&
		figures.silence.misses >= SILENCE_MISSES &&
		(figures.silence.certain || figures.silence.log_odds >= SILENCE_ODDS);
}

static bool refused_by_icmp(const struct host *host)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		for (size_t i = 0; i < endpoint->exchange_count; i++) {
			if (!exchange_is_sweep(&endpoint->exchanges[i]) &&
				exchange_answer(&endpoint->exchanges[i], ANSWER_ICMP) != NULL)
				return true;
		}
	}
	return false;
}

static bool never_leaves(const struct endpoint *endpoint)
{
	return endpoint->exchange_count == 0;
}

/* The farthest port that answers, rather one that nobody asked about: who meddles with mail does so
 * on its ports. One that takes and refuses is in question itself. EVIDENCE_ENDPOINTS: none. */
static size_t choose_control(const struct host *host)
{
	size_t places[EVIDENCE_ENDPOINTS];
	size_t count = campaign_controls(host, EVIDENCE_ENDPOINTS, INT64_MAX, places);
	size_t best = EVIDENCE_ENDPOINTS;
	unsigned best_score = 0;

	for (size_t i = 0; i < count; i++) {
		const struct endpoint *endpoint = &host->endpoints[places[i]];
		bool accepts = endpoint_accepts(endpoint);
		bool contradicts_itself = accepts && endpoint_resets(endpoint);
		if (contradicts_itself || (endpoint->asked && !accepts))
			continue;
		unsigned score = 4U * back_from(endpoint) + 2U * !endpoint->asked + accepts;
		if (score <= best_score)
			continue;
		best = places[i];
		best_score = score;
	}
	return best;
}

static size_t control_of(struct campaign *campaign, const struct host *host)
{
	struct placing *placing = &campaign->placing;

	if (!placing->control_known) {
		placing->control = choose_control(host);
		placing->control_known = placing->control != EVIDENCE_ENDPOINTS;
	}
	return placing->control;
}

static uint8_t reach_of(const struct campaign *campaign, const struct host *host)
{
	const struct placing *placing = &campaign->placing;
	unsigned reach = BLIND_REACH;

	if (placing->control_known)
		reach = back_from(&host->endpoints[placing->control]) + 1U;
	if (placing->reach > reach)
		reach = placing->reach;
	return reach > PATH_HOPS ? PATH_HOPS : (uint8_t)reach;
}

/* What a port still needs. */

/* Who says no by ICMP quotes the hop limit: there is nothing to learn beyond, and each word counts
 * among the few that a router has. */
static uint8_t refused_within(
	const struct evidence *evidence, const struct host *host, size_t place, int64_t now_ns)
{
	struct figures figures = figures_quick(evidence, host, &host->endpoints[place], now_ns);

	return figures.icmp.present && figures.icmp.hops < PATH_HOPS
		? (uint8_t)(figures.icmp.hops + 1)
		: 0;
}

static bool interval_is_sure(const struct path_signs *signs)
{
	return signs->next_seen.ttl != 0 && !signs->ways_differ && signs->next_likely <= NEXT_LOST;
}

static bool answers_agree(const struct path_answer *answer)
{
	return answer->ttl != 0 && answer->flows >= RUNS_USUAL;
}

static bool is_known(const struct path_signs *signs)
{
	if (signs->answers[ANSWER_ICMP].ttl != 0)
		return true;
	return answers_agree(&signs->answers[ANSWER_RESET]) ||
		answers_agree(&signs->answers[ANSWER_SYN_ACK]) || interval_is_sure(signs);
}

/* An open port is suspect where a probe that ended short of the host was answered, or where its
 * answers come from elsewhere than the control's. */
static bool is_suspect(const struct campaign *campaign, const struct host *host, size_t place)
{
	const struct placing *placing = &campaign->placing;
	const struct endpoint *endpoint = &host->endpoints[place];

	if (!placing->control_known || place == placing->control || !endpoint_accepts(endpoint))
		return false;
	struct path_signs signs = path_signs_of(host, endpoint);
	uint8_t opens = signs.answers[ANSWER_SYN_ACK].ttl, resets = signs.answers[ANSWER_RESET].ttl;
	bool nearer = (opens != 0 && opens < signs.host_least) ||
		(resets != 0 && resets < signs.host_least);

	return nearer || back_from(endpoint) != back_from(&host->endpoints[placing->control]);
}

struct question {
	const struct evidence *evidence;
	const struct host *host;
	int64_t now_ns;
	bool silent_only; /* while rounds go on */
};

static bool is_worth_it(
	const struct campaign *campaign, const struct question *question, size_t place)
{
	const struct endpoint *endpoint = &question->host->endpoints[place];

	if (!endpoint->asked || never_leaves(endpoint))
		return false;
	if (endpoint_accepts(endpoint))
		return !question->silent_only && is_suspect(campaign, question->host, place);
	if (!campaign->placing.control_known)
		return place == campaign->placing.lone;
	return !question->silent_only ||
		has_silence(question->evidence, question->host, place, question->now_ns);
}

/* Where another silent port's packets are last seen, if that is known for sure; 0: it is not. */
static uint8_t known_end(const struct campaign *campaign, const struct host *host, size_t place)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (e == place || campaign->placing.runs[e] < RUNS_USUAL ||
			e == campaign->placing.control)
			continue;
		struct path_signs signs = path_signs_of(host, &host->endpoints[e]);
		if (interval_is_sure(&signs))
			return signs.last_told.ttl;
	}
	return 0;
}

/* Which hops a run has to ask, of those up to reach. */
static void set_range(const struct campaign *campaign, const struct question *question,
	const struct path_signs *signs, struct sweep *out)
{
	uint8_t within =
		refused_within(question->evidence, question->host, out->place, question->now_ns);
	uint8_t runs = campaign->placing.runs[out->place];
	uint8_t end = 0;

	if (within != 0 && within < out->to)
		out->to = within;
	else if (runs == 0 && endpoint_is_silent(&question->host->endpoints[out->place]))
		end = known_end(campaign, question->host, out->place);
	if (end != 0) {
		out->from = end;
		out->control_from = (uint8_t)(end + 1);
	}
	if (runs > 0 && !campaign->placing.control_known)
		out->to = (uint8_t)(signs->last_told.ttl + 1); /* a router may have more to say */
	if (runs >= RUNS_USUAL && !signs->ways_differ && signs->next_seen.ttl != 0) {
		out->from = out->control_from = (uint8_t)(signs->last_told.ttl + 1);
		out->to = (uint8_t)(signs->next_seen.ttl + 1);
	}
	if (out->to > PATH_HOPS)
		out->to = PATH_HOPS;
}

/* The next sweep of a port, if it needs one. */
static bool sweep_for(const struct campaign *campaign, const struct question *question,
	size_t place, struct sweep *out)
{
	uint8_t runs = campaign->placing.runs[place];

	if (!is_worth_it(campaign, question, place) || runs >= RUNS_MOST)
		return false;
	struct path_signs signs = path_signs_of(question->host, &question->host->endpoints[place]);

	*out = (struct sweep){.place = place,
		.number = (uint8_t)(runs + 1),
		.from = 1,
		.to = reach_of(campaign, question->host),
		.control_from = 1};
	set_range(campaign, question, &signs, out);
	if (runs < RUNS_USUAL)
		return runs == 0 || signs.answers[ANSWER_ICMP].ttl == 0;
	return !is_known(&signs) && campaign->placing.control_known;
}

/* The control goes along with every port's run: the two are to be compared. */
static struct sweep control_sweep(const struct placing *placing, const struct run *run)
{
	struct sweep control = {.place = placing->control,
		.number = (uint8_t)(placing->runs[placing->control] + 1),
		.from = PATH_HOPS};

	for (size_t i = 0; i < run->count; i++) {
		const struct sweep *sweep = &run->sweeps[i];
		control.from =
			sweep->control_from < control.from ? sweep->control_from : control.from;
		control.to = sweep->to > control.to ? sweep->to : control.to;
	}
	return control;
}

/* What routers have to say. */

/* How often the router at each hop has spoken to us lately, or may be about to. */
struct load {
	unsigned asked[WINDOWS][PATH_HOPS + 1];
};

static void load_add(struct load *load, const struct endpoint *endpoint, int64_t now_ns)
{
	for (size_t i = endpoint->exchange_count; i-- > 0;) {
		const struct exchange *exchange = &endpoint->exchanges[i];
		int64_t age_ns = now_ns - exchange->sent_ns;
		bool spoken = exchange_answer(exchange, ANSWER_ICMP) != NULL || age_ns < QUICK_NS;
		if (exchange->hop_limit > PATH_HOPS || !spoken)
			continue;
		for (unsigned w = 0; w < WINDOWS; w++)
			load->asked[w][exchange->hop_limit] += age_ns < windows[w].span_ns;
	}
}

static struct load load_of(const struct host *host, int64_t now_ns)
{
	struct load load = {{{0}}};

	for (size_t e = 0; e < host->endpoint_count; e++)
		load_add(&load, &host->endpoints[e], now_ns);
	return load;
}

static void load_ask(struct load *load, uint8_t ttl, unsigned times)
{
	for (unsigned w = 0; w < WINDOWS; w++)
		load->asked[w][ttl] += times;
}

static bool hop_may_be_asked(const struct load *load, uint8_t ttl, unsigned more)
{
	for (unsigned w = 0; w < WINDOWS; w++) {
		if (load->asked[w][ttl] + more > windows[w].most)
			return false;
	}
	return true;
}

/* The hop limits at which a sweep of the port is still answered, as far as is known. */
static uint8_t last_expected(const struct host *host, const struct sweep *sweep)
{
	struct path path = path_of(host, &host->endpoints[sweep->place]);

	return path.swept ? path.told : PATH_HOPS;
}

/* With room for the control's probe beside it. */
static bool load_allows(const struct load *load, const struct host *host, const struct sweep *sweep)
{
	uint8_t last = last_expected(host, sweep);

	for (uint8_t ttl = sweep->from; ttl <= sweep->to; ttl++) {
		unsigned more = (ttl <= last ? 1U : 0U) + (ttl >= sweep->control_from ? 1U : 0U);
		if (!hop_may_be_asked(load, ttl, more))
			return false;
	}
	return true;
}

static void load_take(struct load *load, const struct host *host, const struct sweep *sweep)
{
	uint8_t last = last_expected(host, sweep);

	for (uint8_t ttl = sweep->from; ttl <= sweep->to && ttl <= last; ttl++)
		load_ask(load, ttl, 1);
}

/* Writing. */

static bool has_room(const struct campaign *campaign, size_t sweeps)
{
	return campaign->step_count + sweeps * (PATH_HOPS + 1) <= BATCH_STEPS &&
		campaign->placing.sent < SWEPT_MOST;
}

/* Hop by hop, the port's probe before the control's: where a router says only so much, it is the
 * control's that goes without, which widens a place and moves none. */
static void write_run(struct campaign *campaign, const struct host *host, const struct run *run)
{
	for (uint8_t ttl = 1; ttl <= PATH_HOPS; ttl++) {
		for (size_t i = 0; i < run->count; i++) {
			const struct sweep *sweep = &run->sweeps[i];
			if (ttl < sweep->from || ttl > sweep->to)
				continue;
			struct plan_step step = batch_sweep_step(host, sweep->place, ttl);
			step.sweep = sweep->number;
			batch_add(campaign, &step, SPACING_NS);
			campaign->placing.sent++;
		}
	}
	for (size_t i = 0; i < run->count; i++)
		campaign->placing.runs[run->sweeps[i].place] = run->sweeps[i].number;
	campaign->placing.last_ns = campaign->last_send_ns;
}

/* Where a router has no words left, silence beyond the last of them may still be asked for. */
static bool shorten(const struct host *host, struct sweep *sweep)
{
	uint8_t last = last_expected(host, sweep);

	if (last == PATH_HOPS || sweep->from > last || last >= sweep->to)
		return false;
	sweep->from = sweep->control_from = (uint8_t)(last + 1);
	return true;
}

static bool add_run(struct campaign *campaign, const struct question *question)
{
	const struct host *host = question->host;
	struct load load = load_of(host, question->now_ns);
	struct run run = {.count = 0};
	struct sweep sweep;

	control_of(campaign, host);
	for (size_t e = 0; e < host->endpoint_count && run.count + 1 < ASKED_AT_ONCE; e++) {
		if (e == campaign->placing.control || !sweep_for(campaign, question, e, &sweep) ||
			(!load_allows(&load, host, &sweep) &&
				!(shorten(host, &sweep) && load_allows(&load, host, &sweep))))
			continue;
		load_take(&load, host, &sweep);
		run.sweeps[run.count++] = sweep;
	}
	if (run.count == 0 || !has_room(campaign, run.count + 1))
		return false;
	assert(run.count < ASKED_AT_ONCE);
	if (campaign->placing.control_known) {
		run.sweeps[run.count] = control_sweep(&campaign->placing, &run);
		run.count++;
	}
	write_run(campaign, host, &run);
	return true;
}

/* Some port needs a run, if not at this moment. */
static bool wants_run(struct campaign *campaign, const struct question *question)
{
	struct sweep sweep;

	control_of(campaign, question->host);
	for (size_t e = 0;
		e < question->host->endpoint_count && campaign->placing.sent < SWEPT_MOST; e++) {
		if (e != campaign->placing.control && sweep_for(campaign, question, e, &sweep))
			return true;
	}
	return false;
}

/* The sweeps of the control, or of the lone port, have not come to the host yet. */
static bool extend(struct campaign *campaign, const struct host *host)
{
	struct placing *placing = &campaign->placing;
	size_t place = placing->control_known ? placing->control : placing->lone;

	if (place >= host->endpoint_count || placing->runs[place] == 0)
		return false;
	struct path path = path_of(host, &host->endpoints[place]);
	bool arrived = path.answers[ANSWER_SYN_ACK].ttl != 0 ||
		path.answers[ANSWER_RESET].ttl != 0 || path.answers[ANSWER_ICMP].ttl != 0;
	bool leads_on = placing->control_known || path.told + 2 > path.last;

	if (arrived || !leads_on || path.repeated != 0 || path.last >= PATH_HOPS)
		return false;
	struct run run = {.count = 0};
	uint8_t from = (uint8_t)(path.last + 1), to = (uint8_t)(path.last + REACH_MORE);

	placing->reach = to > PATH_HOPS ? PATH_HOPS : to;
	for (size_t e = 0; e < host->endpoint_count && run.count < ASKED_AT_ONCE; e++) {
		if (placing->runs[e] > 0)
			run.sweeps[run.count++] = (struct sweep){.place = e,
				.number = placing->runs[e],
				.from = from,
				.to = placing->reach,
				.control_from = from};
	}
	if (!has_room(campaign, run.count))
		return false;
	write_run(campaign, host, &run);
	return true;
}

/* The last hop before the host whose router may be asked once more; 0: there is none. */
static uint8_t guard_hop(const struct load *load, uint8_t host_hops)
{
	uint8_t ttl = host_hops > 0 ? (uint8_t)(host_hops - 1) : 0;

	while (ttl > 0 && !hop_may_be_asked(load, ttl, 1))
		ttl--;
	return ttl;
}

/* One probe of each open port that ends short of the host, wherever the control's has been. */
static void write_guards(struct campaign *campaign, const struct host *host)
{
	const struct placing *placing = &campaign->placing;
	struct load load = load_of(host, campaign->batch_ns);
	uint8_t host_hops = back_from(&host->endpoints[placing->control]);

	if (host_hops > PATH_HOPS)
		return;
	for (uint8_t ttl = 1; ttl < host_hops; ttl++)
		load_ask(&load, ttl, 1); /* the control's own, in the same batch */
	for (size_t e = 0; e < host->endpoint_count; e++) {
		uint8_t ttl = guard_hop(&load, host_hops);
		if (!host->endpoints[e].asked || e == placing->control || placing->runs[e] > 0 ||
			!endpoint_accepts(&host->endpoints[e]) || ttl == 0)
			continue;
		struct plan_step step = batch_sweep_step(host, e, ttl);
		step.sweep = RUNS_MOST + 1;
		batch_add(campaign, &step, SPACING_NS);
		load_ask(&load, ttl, 1);
	}
}

/* Where nothing else was to be located. */
static bool guard(struct campaign *campaign, const struct host *host)
{
	struct placing *placing = &campaign->placing;
	struct run run = {.count = 1};

	if (placing->guarded || !placing->control_known || campaign->limit_seen)
		return false;
	placing->guarded = true;
	size_t before = campaign->step_count;

	write_guards(campaign, host);
	if (campaign->step_count == before)
		return false;
	if (placing->runs[placing->control] == 0) {
		run.sweeps[0] = (struct sweep){.place = placing->control,
			.number = 1,
			.from = 1,
			.to = reach_of(campaign, host)};
		write_run(campaign, host, &run);
	}
	return true;
}

/* Nothing at the address answers: one port shows how far the way is alive. Where a router says so
 * all its words are needed. */
static void choose_lone(struct campaign *campaign, const struct host *host)
{
	struct placing *placing = &campaign->placing;

	placing->lone = EVIDENCE_ENDPOINTS;
	for (size_t e = host->endpoint_count; e-- > 0;) {
		const struct endpoint *endpoint = &host->endpoints[e];
		if (endpoint->asked && !never_leaves(endpoint))
			placing->lone = e;
	}
}

void place_join(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	struct question question = {
		.evidence = evidence,
		.host = campaign_host(campaign, evidence),
		.now_ns = now_ns,
		.silent_only = true,
	};

	if (campaign->options.no_locate)
		return;
	campaign->placing.lone = EVIDENCE_ENDPOINTS;
	if (control_of(campaign, question.host) == EVIDENCE_ENDPOINTS) {
		if (campaign->round < LONE_ROUND || refused_by_icmp(question.host))
			return;
		choose_lone(campaign, question.host);
	}
	if (!extend(campaign, question.host) && add_run(campaign, &question) &&
		campaign->placing.control_known &&
		campaign->placing.runs[campaign->placing.control] >= RUNS_USUAL)
		(void)guard(campaign, question.host);
}

/* Late answers may still decide. */
static bool some_place_is_open(const struct campaign *campaign, const struct host *host)
{
	for (size_t e = 0; e < host->endpoint_count; e++) {
		if (campaign->placing.runs[e] == 0 ||
			(campaign->placing.control_known && e == campaign->placing.control))
			continue;
		struct path_signs signs = path_signs_of(host, &host->endpoints[e]);
		if (!is_known(&signs))
			return true;
	}
	return false;
}

/* A port that nobody asked about may still answer, which would make the better control. */
static bool better_control_may_come(
	const struct campaign *campaign, const struct host *host, int64_t now_ns)
{
	int64_t awaited_ns = patience_of(host).fastest_ns * 3 / 2 + QUICK_NS;

	for (size_t e = 0; e < host->endpoint_count && !campaign->placing.control_known; e++) {
		const struct endpoint *endpoint = &host->endpoints[e];
		const struct exchange *last = endpoint->exchange_count == 0
			? NULL
			: &endpoint->exchanges[endpoint->exchange_count - 1];
		if (!endpoint->asked && last != NULL && !exchange_answered(last) &&
			now_ns - last->sent_ns < awaited_ns)
			return true;
	}
	return false;
}

bool place_next(struct campaign *campaign, const struct evidence *evidence, int64_t now_ns)
{
	const struct host *host = campaign_host(campaign, evidence);
	struct question question = {.evidence = evidence, .host = host, .now_ns = now_ns};
	struct placing *placing = &campaign->placing;

	if (campaign->options.no_locate || host->route_error != 0)
		return false;
	batch_begin(campaign, now_ns);
	if (better_control_may_come(campaign, host, now_ns))
		return true;
	placing->lone = EVIDENCE_ENDPOINTS;
	if (control_of(campaign, host) == EVIDENCE_ENDPOINTS)
		choose_lone(campaign, host);
	if (extend(campaign, host) || add_run(campaign, &question) || guard(campaign, host))
		return true;
	if (placing->looks < LOOKS_MOST && wants_run(campaign, &question)) {
		placing->looks++;
		return true; /* an empty batch, until routers may be asked again */
	}
	if (placing->waited || !some_place_is_open(campaign, host))
		return false;
	placing->waited = true; /* for what may still come */
	return true;
}

int64_t place_due(const struct campaign *campaign, const struct evidence *evidence)
{
	const struct placing *placing = &campaign->placing;
	struct patience patience = patience_of(campaign_host(campaign, evidence));

	if (placing->waited)
		return placing->last_ns + patience.wait_ns + NS_PER_MS;
	if (campaign->step_count == 0)
		return campaign->batch_ns + (placing->last_ns == 0 ? BRIEF_NS : LOOK_NS);
	if (!patience.sampled)
		return campaign->last_send_ns + patience.wait_ns;
	return campaign->last_send_ns + patience.fastest_ns + patience.fastest_ns / 2 + QUICK_NS;
}
