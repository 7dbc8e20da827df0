/* SPDX-License-Identifier: BSD-2-Clause */
#include "rate.h"

#include "bucket.h"

#include <math.h>

/* Priors, grids and weights of SCIENCE section B; "dropped" is decided elsewhere and left out. */
static const double priors[RATE_MODELS] = {
	[RATE_COMMON_LOSS] = .45,
	[RATE_PORT_LOSS] = .07,
	[RATE_PORT_BUCKET] = .12,
	[RATE_HOST_BUCKET] = .06,
	[RATE_CONNECTIONS] = .05,
	[RATE_BAN] = .04,
	[RATE_BURST_LOSS] = .10,
};

static const char *const model_names[RATE_MODELS] = {
	[RATE_COMMON_LOSS] = "common-loss",
	[RATE_PORT_LOSS] = "port-loss",
	[RATE_PORT_BUCKET] = "port-bucket",
	[RATE_HOST_BUCKET] = "host-bucket",
	[RATE_CONNECTIONS] = "connections",
	[RATE_BAN] = "ban",
	[RATE_BURST_LOSS] = "burst-loss",
};

static const struct {
	double ratio, weight;
} losses[] = {{.002, .2}, {.01, .2}, {.03, .15}, {.06, .12}, {.1, .1}, {.15, .08}, {.2, .07},
	{.3, .05}, {.45, .03}};
#define LOSSES (sizeof(losses) / sizeof(losses[0]))

/* The same in fewer steps, for the many cells of the buckets. */
static const struct {
	double ratio, weight;
} bucket_losses[] = {{.004, .4}, {.03, .22}, {.1, .2}, {.2, .12}, {.38, .06}};
#define BUCKET_LOSSES (sizeof(bucket_losses) / sizeof(bucket_losses[0]))

static const unsigned bursts[] = {
	1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 24, 28, 32, 40, 50, 64, 80};
#define BURSTS (sizeof(bursts) / sizeof(bursts[0]))

#define RATES      37 /* from .12 to 120 a second, evenly in the logarithm */
#define RATE_FROM  .12
#define RATE_RATIO 1.2115 /* 1000^(1/36) */

#define MOST_CONNECTIONS 16 /* more are never open at once in the hold test */
#define MOST_BEFORE_BAN  60
#define BANNED_ANSWERS   .001
#define UNEXPLAINED      .001 /* a refusal where the model knows none */
#define HOPELESS_NATS    25   /* a cell so far below the best no longer matters */

/* Slices of a cell of the rate, and the losses at which its middle is screened. The middle may miss
 * a sharp peak by as much as SCREEN_NATS. */
#define SLICES      5
#define SCREEN_NATS 25
static const double screens[] = {.06, .3};
#define SCREENS (sizeof(screens) / sizeof(screens[0]))

const char *rate_model_name(enum rate_model model)
{
	return model_names[model];
}

/* A sum of exponentials kept in logarithms. */
struct mass {
	double log;
};

static void mass_add(struct mass *mass, double log_value)
{
	double high = fmax(mass->log, log_value);

	if (isfinite(high))
		mass->log = high + log(exp(mass->log - high) + exp(log_value - high));
}

static bool scored(const struct sample *sample)
{
	return sample->role == SAMPLE_TARGET || sample->role == SAMPLE_CONTROL;
}

static double log_under_loss(const struct sample *sample, double loss)
{
	switch (sample->outcome) {
	case SAMPLE_ANSWERED:
		return log(1 - loss);
	case SAMPLE_SILENT:
		return log(loss);
	case SAMPLE_RESET:
	case SAMPLE_ICMP:
		break;
	}
	return log(UNEXPLAINED);
}

static double common_loss(const struct sample *samples, size_t count)
{
	struct mass mass = {-INFINITY};

	for (size_t q = 0; q < LOSSES; q++) {
		double sum = log(losses[q].weight);
		for (size_t i = 0; i < count; i++)
			sum += scored(&samples[i]) ? log_under_loss(&samples[i], losses[q].ratio)
						   : 0;
		mass_add(&mass, sum);
	}
	return mass.log;
}

/* Random refusals beside random loss need two troubles at once: some of several back-ends, say. */
#define REFUSES_AT_RANDOM .2

/* The port's loss is uniform on (0, 1), and so is how the rest is shared among answers and
 * refusals: the likelihood is that of a Dirichlet distribution, or of a Beta where nothing is
 * refused. */
static double log_own_loss(double answered, double silent, double refused)
{
	double all = answered + silent + refused;

	if (refused == 0)
		return lgamma(answered + 1) + lgamma(silent + 1) - lgamma(all + 2);
	return log(REFUSES_AT_RANDOM) + lgamma(3) + lgamma(answered + 1) + lgamma(silent + 1) +
		lgamma(refused + 1) - lgamma(all + 3);
}

static double port_loss(const struct sample *samples, size_t count)
{
	struct mass controls = {-INFINITY};
	double answered = 0, silent = 0, refused = 0;

	for (size_t i = 0; i < count; i++) {
		if (samples[i].role != SAMPLE_TARGET)
			continue;
		answered += samples[i].outcome == SAMPLE_ANSWERED;
		silent += samples[i].outcome == SAMPLE_SILENT;
		refused += samples[i].outcome == SAMPLE_RESET || samples[i].outcome == SAMPLE_ICMP;
	}
	for (size_t q = 0; q < LOSSES; q++) {
		double sum = log(losses[q].weight);
		for (size_t i = 0; i < count; i++) {
			if (samples[i].role == SAMPLE_CONTROL)
				sum += log_under_loss(&samples[i], losses[q].ratio);
		}
		mass_add(&controls, sum);
	}
	return controls.log + log_own_loss(answered, silent, refused);
}

struct bucket_search {
	struct mass mass;
	struct bucket best;
	double best_value;
};

/* What buckets of one rate and depth have to explain: one of them each of these. */
struct timeline {
	const struct sample *samples;
	size_t count;
};

struct timelines {
	const struct timeline *items;
	size_t count;
};

static double likelihood_of(
	const struct bucket *bucket, const struct timelines *timelines, double floor)
{
	double sum = 0;

	for (size_t i = 0; i < timelines->count && sum >= floor; i++)
		sum += bucket_likelihood(bucket, timelines->items[i].samples,
			timelines->items[i].count, floor - sum);
	return sum >= floor ? sum : -INFINITY;
}

static bool never_empties(const struct bucket *bucket, const struct timelines *timelines)
{
	for (size_t i = 0; i < timelines->count; i++) {
		if (!bucket_never_empties(
			    bucket, timelines->items[i].samples, timelines->items[i].count))
			return false;
	}
	return true;
}

static void try_losses(
	struct bucket_search *search, struct bucket *bucket, const struct timelines *timelines)
{
	for (size_t q = 0; q < BUCKET_LOSSES; q++) {
		bucket->loss = bucket_losses[q].ratio;
		double value = likelihood_of(bucket, timelines, search->best_value - HOPELESS_NATS);
		if (!isfinite(value))
			continue;
		mass_add(&search->mass, value + log(bucket_losses[q].weight));
		if (value > search->best_value) {
			search->best_value = value;
			search->best = *bucket;
		}
	}
}

/* The likelihood at a cell's middle, at the losses of the screen; -INFINITY where hopeless. */
static double screen_cell(struct bucket *middle, const struct timelines *timelines, double floor)
{
	double value = -INFINITY;

	for (size_t q = 0; q < SCREENS; q++) {
		middle->loss = screens[q];
		value = fmax(value, likelihood_of(middle, timelines, floor));
	}
	return value;
}

/* A long timeline tells rates apart that are a few percent from each other: a cell that is not
 * hopeless at its middle is looked at in slices. */
static void try_slices(struct bucket_search *search, const struct bucket *middle,
	const struct timelines *timelines)
{
	struct bucket bucket = *middle;

	for (int slice = 0; slice < SLICES; slice++) {
		double offset = (slice - (SLICES - 1) / 2.) / SLICES;
		bucket.rate_per_s = middle->rate_per_s * pow(RATE_RATIO, offset);
		try_losses(search, &bucket, timelines);
	}
}

/*
 * Each cell has the same prior. A bucket that the probes could never have emptied looks like none
 * at all: its share is left to the models without a limit.
 */
static struct bucket_search search_timelines(
	const struct timelines *timelines, const struct bucket *form)
{
	const size_t cells = BURSTS * RATES;
	struct bucket_search search = {.mass = {-INFINITY}, .best_value = -INFINITY};
	struct bucket middles[BURSTS * RATES];
	double values[BURSTS * RATES];
	double best = -INFINITY;

	for (size_t c = 0; c < cells; c++) {
		middles[c] = *form;
		middles[c].burst = bursts[c / RATES];
		middles[c].rate_per_s = RATE_FROM * pow(RATE_RATIO, (double)(c % RATES));
		values[c] = never_empties(&middles[c], timelines)
			? -INFINITY
			: screen_cell(&middles[c], timelines, best - SCREEN_NATS);
		best = fmax(best, values[c]);
	}
	for (size_t c = 0; c < cells; c++) {
		if (values[c] >= best - SCREEN_NATS && isfinite(values[c]))
			try_slices(&search, &middles[c], timelines);
	}
	search.mass.log -= log((double)(cells * SLICES));
	return search;
}

static struct bucket_search search_buckets(
	const struct sample *samples, size_t count, bool shared, bool refuses)
{
	const struct bucket form = {.shared = shared, .refuses = refuses};
	const struct timeline one = {samples, count};

	return search_timelines(&(struct timelines){&one, 1}, &form);
}

/* Our half-open connections at the moment of sample at; in the sender's time, since a SYN that
 * leaves before our RST also arrives before it. */
static unsigned open_at(const struct sample *samples, size_t at)
{
	unsigned open = 0;

	for (size_t i = 0; i < at; i++) {
		open += samples[i].role == SAMPLE_TARGET && samples[i].outcome == SAMPLE_ANSWERED &&
			samples[i].held_until_s > samples[at].time_s;
	}
	return open;
}

static double log_gate(const struct sample *sample, bool passes, double loss, double leak)
{
	if (passes)
		return log_under_loss(sample, loss);
	return sample->outcome == SAMPLE_ANSWERED ? log(leak * (1 - loss)) : log(1 - leak);
}

/* Returns the log of the likelihood, each limit as likely as any other. */
static double connections(const struct sample *samples, size_t count, unsigned *best_limit)
{
	unsigned open[RATE_SAMPLES];
	struct mass mass = {-INFINITY};
	double best = -INFINITY;

	*best_limit = 0;
	for (size_t i = 0; i < count; i++)
		open[i] = samples[i].role == SAMPLE_TARGET ? open_at(samples, i) : 0;
	for (unsigned limit = 1; limit <= MOST_CONNECTIONS; limit++) {
		struct mass here = {-INFINITY};
		bool reached = false;
		for (size_t i = 0; i < count; i++)
			reached = reached || open[i] >= limit;
		for (size_t q = 0; q < LOSSES && reached; q++) {
			double sum = log(losses[q].weight);
			for (size_t i = 0; i < count; i++)
				sum += scored(&samples[i]) ? log_gate(&samples[i], open[i] < limit,
								     losses[q].ratio, .01)
							   : 0;
			mass_add(&here, sum);
		}
		mass_add(&mass, here.log);
		*best_limit = here.log > best ? limit : *best_limit;
		best = fmax(best, here.log);
	}
	return mass.log - log(MOST_CONNECTIONS);
}

static double ban_after(const struct sample *samples, size_t count, unsigned limit)
{
	struct mass mass = {-INFINITY};

	for (size_t q = 0; q < LOSSES; q++) {
		double sum = log(losses[q].weight);
		unsigned seen = 0;
		for (size_t i = 0; i < count; i++) {
			bool target = samples[i].role == SAMPLE_TARGET;
			bool passes = !target || seen < limit;
			seen += target;
			if (scored(&samples[i]))
				sum += log_gate(
					&samples[i], passes, losses[q].ratio, BANNED_ANSWERS);
		}
		mass_add(&mass, sum);
	}
	return mass.log;
}

static double ban(const struct sample *samples, size_t count, unsigned *best_limit)
{
	struct mass mass = {-INFINITY};
	unsigned targets = 0;
	double best = -INFINITY;

	*best_limit = 0;
	for (size_t i = 0; i < count; i++)
		targets += samples[i].role == SAMPLE_TARGET;
	for (unsigned limit = 1; limit <= MOST_BEFORE_BAN && limit < targets; limit++) {
		double here = ban_after(samples, count, limit);
		mass_add(&mass, here);
		*best_limit = here > best ? limit : *best_limit;
		best = fmax(best, here);
	}
	return mass.log - log(MOST_BEFORE_BAN);
}

/* One Gilbert-Elliott channel: two states in continuous time. */
struct channel {
	double good_loss, bad_share, bad_mean_s;
};
#define BAD_LOSS .97

static double log_over_channel(
	const struct channel *channel, const struct sample *samples, size_t count)
{
	double bad = channel->bad_share, sum = 0, time_s = 0;
	/* The chain relaxes with the sum of its two rates: 1/mean_bad + 1/mean_good. */
	double relaxation = 1 / (channel->bad_mean_s * (1 - channel->bad_share));

	for (size_t i = 0; i < count; i++) {
		if (!scored(&samples[i]))
			continue;
		double forget = exp(-relaxation * (samples[i].time_s - time_s));
		time_s = samples[i].time_s;
		bad = channel->bad_share + (bad - channel->bad_share) * forget;
		double if_bad = exp(log_under_loss(&samples[i], BAD_LOSS));
		double if_good = exp(log_under_loss(&samples[i], channel->good_loss));
		double total = bad * if_bad + (1 - bad) * if_good;
		bad = bad * if_bad / total;
		sum += log(total);
	}
	return sum;
}

static const double good_losses[] = {.003, .05, .12};
static const double bad_shares[] = {.03, .08, .15, .3};
static const double bad_means_s[] = {.02, .07, .2, .6, 2, 6};
#define GOOD_LOSSES 3
#define BAD_SHARES  4
#define BAD_MEANS   6

static double burst_loss(const struct sample *samples, size_t count)
{
	const unsigned channels = GOOD_LOSSES * BAD_SHARES * BAD_MEANS;
	struct mass mass = {-INFINITY};

	for (unsigned c = 0; c < channels; c++) {
		struct channel channel = {
			.good_loss = good_losses[c % GOOD_LOSSES],
			.bad_share = bad_shares[c / GOOD_LOSSES % BAD_SHARES],
			.bad_mean_s = bad_means_s[c / (GOOD_LOSSES * BAD_SHARES)],
		};
		mass_add(&mass, log_over_channel(&channel, samples, count));
	}
	return mass.log - log(channels);
}

static enum sample_outcome excess_of(const struct sample *samples, size_t count)
{
	enum sample_outcome excess = SAMPLE_SILENT;

	for (size_t i = 0; i < count; i++) {
		if (samples[i].role != SAMPLE_TARGET)
			continue;
		if (samples[i].outcome == SAMPLE_RESET)
			return SAMPLE_RESET;
		if (samples[i].outcome == SAMPLE_ICMP)
			excess = SAMPLE_ICMP;
	}
	return excess;
}

/* What may be the matter with another port, and how likely before looking. */
static const struct {
	double own_loss, bucket, connections, ban;
} alone_priors = {.4, .35, .15, .1};

static double port_alone(const struct sample *samples, size_t count, uint16_t port, double brim)
{
	struct sample own[RATE_SAMPLES];
	struct mass mass = {-INFINITY};
	size_t mine = 0;
	unsigned limit;

	for (size_t i = 0; i < count; i++) {
		if (samples[i].role == SAMPLE_OTHER && samples[i].port == port) {
			own[mine] = samples[i];
			own[mine++].role = SAMPLE_TARGET;
		}
	}
	const struct bucket form = {.refuses = excess_of(own, mine) == SAMPLE_RESET, .brim = brim};
	const struct timeline one = {own, mine};

	mass_add(&mass, log(alone_priors.own_loss) + port_loss(own, mine));
	mass_add(&mass,
		log(alone_priors.bucket) +
			search_timelines(&(struct timelines){&one, 1}, &form).mass.log);
	mass_add(&mass, log(alone_priors.connections) + connections(own, mine, &limit));
	mass_add(&mass, log(alone_priors.ban) + ban(own, mine, &limit));
	return mass.log;
}

/* The other ports, each with a trouble of its own: what every model but the shared bucket says of
 * them, so that all models answer for the same samples. */
static double other_ports(const struct sample *samples, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		bool first = samples[i].role == SAMPLE_OTHER;
		for (size_t j = 0; j < i && first; j++)
			first = samples[j].role != SAMPLE_OTHER ||
				samples[j].port != samples[i].port;
		sum += first ? port_alone(samples, count, samples[i].port, 0) : 0;
	}
	return sum;
}

static unsigned passed_after_first_excess(const struct sample *samples, size_t count)
{
	bool exceeded = false;
	unsigned passed = 0;

	for (size_t i = 0; i < count; i++) {
		if (samples[i].role != SAMPLE_TARGET)
			continue;
		passed += exceeded && samples[i].outcome == SAMPLE_ANSWERED;
		exceeded = exceeded || samples[i].outcome != SAMPLE_ANSWERED;
	}
	return passed;
}

static void share_out(struct rate_estimate *estimate, const double log_likelihood[RATE_MODELS])
{
	struct mass all = {-INFINITY};

	for (int model = 0; model < RATE_MODELS; model++)
		mass_add(&all, log_likelihood[model] + log(priors[model]));
	for (int model = 0; model < RATE_MODELS; model++)
		estimate->posterior[model] =
			exp(log_likelihood[model] + log(priors[model]) - all.log);
	estimate->best = RATE_PORT_BUCKET;
	for (int model = RATE_PORT_BUCKET; model <= RATE_BAN; model++) {
		estimate->limited += estimate->posterior[model];
		if (estimate->posterior[model] > estimate->posterior[estimate->best])
			estimate->best = (enum rate_model)model;
	}
}

static void take_bucket(struct rate_estimate *estimate, const struct bucket_search *search,
	const struct sample *samples, size_t count)
{
	struct bucket_estimate refined = bucket_refine(&search->best, samples, count);

	estimate->rate_per_s = refined.rate_per_s;
	estimate->rate_low_per_s = refined.low_per_s;
	estimate->rate_high_per_s = refined.high_per_s;
	estimate->burst = refined.burst;
}

struct bucket_searches {
	struct bucket_search port, host;
	double others; /* the other ports, for all but the shared bucket */
};

static const struct bucket_searches not_searched = {
	.port = {.mass = {-INFINITY}}, .host = {.mass = {-INFINITY}}};

static struct bucket_searches search_all(const struct sample *samples, size_t count)
{
	bool refuses = excess_of(samples, count) == SAMPLE_RESET;

	return (struct bucket_searches){
		.port = search_buckets(samples, count, false, refuses),
		.host = search_buckets(samples, count, true, refuses),
		.others = other_ports(samples, count),
	};
}

static struct rate_estimate judge_with(
	const struct sample *samples, size_t count, const struct bucket_searches *found)
{
	struct rate_estimate estimate = {.judged = true};
	unsigned most_open, before_ban;
	double others = found->others;
	const double log_likelihood[RATE_MODELS] = {
		[RATE_COMMON_LOSS] = common_loss(samples, count) + others,
		[RATE_PORT_LOSS] = port_loss(samples, count) + others,
		[RATE_PORT_BUCKET] = found->port.mass.log + others,
		[RATE_HOST_BUCKET] = found->host.mass.log,
		[RATE_CONNECTIONS] = connections(samples, count, &most_open) + others,
		[RATE_BAN] = ban(samples, count, &before_ban) + others,
		[RATE_BURST_LOSS] = burst_loss(samples, count) + others,
	};

	estimate.excess = excess_of(samples, count);
	estimate.passed_drained = passed_after_first_excess(samples, count);
	share_out(&estimate, log_likelihood);
	if (estimate.limited < .2) /* the refinement below would be of nothing */
		return estimate;
	if (estimate.best == RATE_PORT_BUCKET)
		take_bucket(&estimate, &found->port, samples, count);
	else if (estimate.best == RATE_HOST_BUCKET)
		take_bucket(&estimate, &found->host, samples, count);
	else
		estimate.burst = estimate.best == RATE_CONNECTIONS ? most_open : before_ban;
	return estimate;
}

struct rate_estimate rate_judge(const struct sample *samples, size_t count)
{
	struct bucket_searches found = search_all(samples, count);

	return judge_with(samples, count, &found);
}

/* Several hosts. */

/* Before looking: servers of one kind have limits alike as often as not. */
#define APART_ALIKE .5

/* A full bucket of depth 1 passes a probe for sure (1.15 tokens, see bucket.c): of hosts that are
 * asked at one pace and have such a bucket each, all pass at once, as if one bucket held more. */
#define HOSTS_BRIM .15

/* Of a host with a limit of its own, or with none and the loss of the way. */
#define APART_UNLIMITED .5

struct split {
	struct sample samples[RATE_SAMPLES]; /* host after host, by time within each */
	struct timeline items[RATE_HOSTS];
	size_t hosts;
};

static void split_hosts(struct split *split, const struct sample *samples, size_t count)
{
	size_t filled = 0;

	split->hosts = 0;
	for (uint16_t host = 0; host < RATE_HOSTS && filled < count; host++) {
		size_t from = filled;
		for (size_t i = 0; i < count; i++) {
			if (samples[i].port == host)
				split->samples[filled++] = samples[i];
		}
		if (filled > from)
			split->items[split->hosts++] =
				(struct timeline){split->samples + from, filled - from};
	}
}

static double host_alone(const struct timeline *host)
{
	struct mass mass = {-INFINITY};
	struct sample own[RATE_SAMPLES];

	for (size_t i = 0; i < host->count; i++) {
		own[i] = host->samples[i];
		own[i].role = SAMPLE_OTHER;
	}
	mass_add(&mass,
		log(1 - APART_UNLIMITED) +
			port_alone(own, host->count, host->samples[0].port, HOSTS_BRIM));
	mass_add(&mass, log(APART_UNLIMITED) + common_loss(host->samples, host->count));
	return mass.log;
}

static struct bucket form_of(const struct sample *samples, size_t count)
{
	return (struct bucket){.shared = true,
		.refuses = excess_of(samples, count) == SAMPLE_RESET,
		.brim = HOSTS_BRIM};
}

static struct bucket_search search_together(const struct sample *samples, size_t count)
{
	const struct bucket form = form_of(samples, count);
	const struct timeline one = {samples, count};

	return search_timelines(&(struct timelines){&one, 1}, &form);
}

double rate_log_together(const struct sample *samples, size_t count)
{
	return search_together(samples, count).mass.log;
}

double rate_log_apart(const struct sample *samples, size_t count)
{
	const struct bucket form = form_of(samples, count);
	struct mass mass = {-INFINITY};
	struct split split;
	double each = 0;

	split_hosts(&split, samples, count);
	const struct timelines hosts = {split.items, split.hosts};

	for (size_t h = 0; h < split.hosts; h++)
		each += host_alone(&split.items[h]);
	if (split.hosts < 2)
		return each;
	mass_add(&mass, log(1 - APART_ALIKE) + each);
	mass_add(&mass, log(APART_ALIKE) + search_timelines(&hosts, &form).mass.log);
	return mass.log;
}

void rate_measure_together(
	struct rate_estimate *estimate, const struct sample *samples, size_t count)
{
	struct bucket_search found = search_together(samples, count);

	take_bucket(estimate, &found, samples, count);
}

/* Within bounds. */

/* Where misses and answers are no different, one port in fifty reaches so many standard errors in
 * some of the comparisons; few samples cannot, but can be told apart by nearly all of them. */
#define SIGN_Z     2.5
#define SIGN_SHARE .9

/* Of how many misses and answers one stands above the other in rank: Mann and Whitney's U. */
static bool stand_above(const double *values, const struct sample *samples, size_t count)
{
	double above = 0, missing = 0, answered = 0;

	for (size_t i = 0; i < count; i++) {
		if (samples[i].role != SAMPLE_TARGET)
			continue;
		bool misses = samples[i].outcome != SAMPLE_ANSWERED;
		missing += misses;
		answered += !misses;
		for (size_t j = 0; j < count && misses; j++) {
			if (samples[j].role == SAMPLE_TARGET &&
				samples[j].outcome == SAMPLE_ANSWERED)
				above += (values[i] > values[j]) + .5 * (values[i] == values[j]);
		}
	}
	if (missing == 0 || answered == 0)
		return false;
	double share = above / (missing * answered);
	double error = sqrt((missing + answered + 1) / (12 * missing * answered));

	return share >= SIGN_SHARE || (share - .5) / error >= SIGN_Z;
}

static bool counts(const struct sample *sample, bool shared)
{
	return shared || sample->role == SAMPLE_TARGET;
}

static bool more_before_misses(
	const struct sample *samples, size_t count, bool shared, double window_s)
{
	double load[RATE_SAMPLES];
	size_t from = 0;
	double inside = 0;

	for (size_t i = 0; i < count; i++) {
		for (; samples[from].time_s < samples[i].time_s - window_s; from++)
			inside -= counts(&samples[from], shared);
		load[i] = inside;
		inside += counts(&samples[i], shared);
	}
	return stand_above(load, samples, count);
}

static bool sooner_after_answers(const struct sample *samples, size_t count, bool shared)
{
	double nearness[RATE_SAMPLES];
	double last_s = -INFINITY;

	for (size_t i = 0; i < count; i++) {
		nearness[i] = last_s - samples[i].time_s;
		if (counts(&samples[i], shared) && samples[i].outcome == SAMPLE_ANSWERED)
			last_s = samples[i].time_s;
	}
	return stand_above(nearness, samples, count);
}

bool rate_sign_of_bucket(const struct sample *samples, size_t count)
{
	static const double windows_s[] = {.3, 1, 3, 10, 30};
	const size_t windows = sizeof(windows_s) / sizeof(windows_s[0]);

	for (int shared = 0; shared < 2; shared++) {
		if (sooner_after_answers(samples, count, shared != 0))
			return true;
		for (size_t w = 0; w < windows; w++) {
			if (more_before_misses(samples, count, shared != 0, windows_s[w]))
				return true;
		}
	}
	return false;
}

static bool is_first_of_its_port(const struct sample *samples, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (samples[i].role == SAMPLE_OTHER && samples[i].port == samples[at].port)
			return false;
	}
	return samples[at].role == SAMPLE_OTHER;
}

/* Two searches, and one for each port with a trouble of its own. */
static size_t work_of(const struct sample *samples, size_t count)
{
	size_t searches = 2;

	for (size_t i = 0; i < count; i++)
		searches += is_first_of_its_port(samples, i);
	return count * searches;
}

struct rate_estimate rate_judge_within(const struct sample *samples, size_t count, size_t *work)
{
	size_t needed = work_of(samples, count);

	if (!rate_sign_of_bucket(samples, count))
		return judge_with(samples, count, &not_searched);
	if (needed > *work)
		return (struct rate_estimate){.judged = true,
			.limited = .5,
			.best = RATE_PORT_BUCKET,
			.excess = excess_of(samples, count)};
	*work -= needed;
	return rate_judge(samples, count);
}
