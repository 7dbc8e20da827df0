/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is mail called throttled that is not? Plays random uploads of known causes, seeded, and counts
 * what the rules say of each kind. A false word is the worst mistake, so of those there may be
 * nearly none; of limits many have to be found, but a limit may go unnamed.
 */
#include "evidence.h"
#include "figures.h"
#include "upload.h"
#include "verdict.h"

#include <getopt.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#define MBIT      (1e6 / 8)
#define LAST_MOST 90 /* seconds played */

/* Evenly over orders of magnitude. */
static double scale_between(struct chance *chance, double low, double high)
{
	return exp(chance_between(chance, log(low), log(high)));
}

static struct upload plain(struct chance *chance)
{
	return (struct upload){
		.way = {.round_trip_s = scale_between(chance, .001, .2), .line_rate = 1000 * MBIT},
		.flows = 1,
		.captured = 1,
		.bytes = scale_between(chance, 2e6, 8e6),
		.window_bytes = 3e6};
}

static struct upload random_loss(struct chance *chance)
{
	struct upload upload = plain(chance);

	upload.way.loss = scale_between(chance, .001, .06);
	upload.way.jitter_s = chance_between(chance, 0, .005);
	return upload;
}

static struct upload outages(struct chance *chance)
{
	struct upload upload = plain(chance);

	upload.way.burst_loss_s = scale_between(chance, .002, .3);
	upload.way.burst_share = scale_between(chance, .002, .08);
	return upload;
}

static struct upload slow_line(struct chance *chance)
{
	struct upload upload = plain(chance);

	upload.way.queue_rate = scale_between(chance, .3, 20) * MBIT;
	upload.way.queue_bytes = fmax(8000, upload.way.queue_rate * scale_between(chance, .005, 2));
	return upload;
}

static struct upload lossy_line(struct chance *chance)
{
	struct upload upload = slow_line(chance);

	upload.way.loss = scale_between(chance, .001, .03);
	return upload;
}

static struct upload wavering_line(struct chance *chance)
{
	struct upload upload = slow_line(chance);

	upload.way.queue_wavers = chance_between(chance, .1, .7);
	upload.way.jitter_s = chance_between(chance, 0, .02);
	return upload;
}

static struct upload shared_line(struct chance *chance)
{
	struct upload upload = slow_line(chance);

	upload.flows = 2 + chance_below(chance, 3);
	upload.starts_s = chance_between(chance, 0, 4);
	return upload;
}

static struct upload slow_reader(struct chance *chance)
{
	struct upload upload = plain(chance);

	upload.reader_rate = scale_between(chance, .3, 10) * MBIT;
	upload.window_bytes = scale_between(chance, 8e3, 5e5);
	upload.way.loss = chance_below(chance, 2) == 0 ? 0 : .005;
	return upload;
}

static struct upload small_window(struct chance *chance)
{
	struct upload upload = plain(chance);

	upload.window_bytes = scale_between(chance, 8e3, 1e5);
	upload.way.loss = chance_below(chance, 2) == 0 ? 0 : .003;
	if (chance_below(chance, 3) == 0) {
		upload.way.burst_loss_s = scale_between(chance, .002, .3);
		upload.way.burst_share = scale_between(chance, .002, .05);
	}
	return upload;
}

static struct upload slow_program(struct chance *chance)
{
	struct upload upload = plain(chance);

	upload.chunk_bytes = scale_between(chance, 1500, 60000);
	upload.chunk_s = scale_between(chance, .01, .6);
	upload.way.loss = chance_below(chance, 2) == 0 ? 0 : .01;
	return upload;
}

static struct upload policed(struct chance *chance)
{
	struct upload upload = plain(chance);

	upload.way.policer_rate = scale_between(chance, .4, 10) * MBIT;
	upload.way.policer_burst =
		fmax(8000, upload.way.policer_rate * scale_between(chance, .05, 2));
	upload.flows = upload.captured = 1 + chance_below(chance, 2);
	upload.bytes = fmax(upload.bytes, 15 * upload.way.policer_rate);
	upload.way.loss = chance_below(chance, 3) == 0 ? .002 : 0;
	return upload;
}

static struct upload policed_unseen(struct chance *chance)
{
	struct upload upload = policed(chance);

	upload.flows = 2;
	upload.captured = 1;
	return upload;
}

static struct upload shaped(struct chance *chance)
{
	struct upload upload = plain(chance);
	double rate = scale_between(chance, .4, 10) * MBIT;

	upload.way.queue_rate = rate;
	upload.way.queue_burst = scale_between(chance, 6000, 500000);
	upload.way.queue_bytes = fmax(9000, rate * scale_between(chance, .1, 2));
	upload.bytes = 20 * rate + upload.way.queue_burst;
	return upload;
}

static const struct {
	const char *name;
	bool limited; /* "throttled" is true */
	struct upload (*draw)(struct chance *chance);
} kinds[] = {
	{"random loss", false, random_loss},
	{"outages", false, outages},
	{"slow line", false, slow_line},
	{"slow line with loss", false, lossy_line},
	{"wavering line", false, wavering_line},
	{"line shared with others", false, shared_line},
	{"slow reader", false, slow_reader},
	{"small window", false, small_window},
	{"slow program", false, slow_program},
	{"policed", true, policed},
	{"policed with another's mail", true, policed_unseen},
	{"shaped", true, shaped},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static double true_rate(const struct upload *upload)
{
	return upload->way.policer_rate > 0 ? upload->way.policer_rate : upload->way.queue_rate;
}

struct count {
	unsigned played, throttled, near, line;
};

static bool told;

static void tell(const char *name, unsigned index, const struct upload *upload, double ratio)
{
	const struct way *way = &upload->way;

	printf("  %s %u: x%.2f rtt %.1f ms policer %.2f Mbit %.0f B, queue %.2f Mbit %.0f B burst "
	       "%.0f B wavers %.2f, loss %.4f/%.3f, %u flows, chunk %.0f %.3f, reader %.2f, window "
	       "%.0f\n",
		name, index, ratio, way->round_trip_s * 1e3, way->policer_rate / MBIT,
		way->policer_burst, way->queue_rate / MBIT, way->queue_bytes, way->queue_burst,
		way->queue_wavers, way->loss, way->burst_share, upload->flows, upload->chunk_bytes,
		upload->chunk_s, upload->reader_rate / MBIT, upload->window_bytes);
}

static void play(size_t kind, uint64_t seed, unsigned index, struct count *count)
{
	struct chance chance = chance_seeded(seed * 1000003 + kind * 100000 + index);
	struct upload upload = kinds[kind].draw(&chance);
	struct evidence *evidence = evidence_new();

	upload.at_receiver = chance_below(&chance, 8) == 0 && !kinds[kind].limited;
	upload_play(&upload, &chance, evidence, LAST_MOST);
	const struct host *host = &evidence->hosts[0];
	struct figures figures = figures_of(evidence, host, &host->endpoints[0], evidence->last_ns);
	struct verdict verdict = verdict_of(&figures);
	double rate = figures.transfer.limit.bytes_per_s * 1514 / 1448;
	bool throttled = verdict.word == VERDICT_THROTTLED;
	double ratio = throttled ? rate / true_rate(&upload) : 0;

	count->played++;
	count->throttled += throttled;
	count->near += throttled && fabs(ratio - 1) < .1;
	count->line += figures.transfer.limit.limit == LIMIT_LINE;
	if (told && throttled != kinds[kind].limited)
		tell(kinds[kind].name, index, &upload, ratio);
	evidence_free(evidence);
}

struct options {
	unsigned uploads;
	uint64_t seed;
	double most_false, least_found;
};

static bool parse(int argc, char **argv, struct options *options)
{
	static const struct option names[] = {{"uploads", required_argument, NULL, 'n'},
		{"seed", required_argument, NULL, 's'}, {"tell", no_argument, NULL, 't'},
		{"max-false", required_argument, NULL, 'f'},
		{"min-found", required_argument, NULL, 'l'}, {NULL, 0, NULL, 0}};
	int option = 0;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == 'n')
			options->uploads = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 's')
			options->seed = strtoull(optarg, NULL, 10);
		else if (option == 'f')
			options->most_false = strtod(optarg, NULL);
		else if (option == 'l')
			options->least_found = strtod(optarg, NULL);
		else if (option == 't')
			told = true;
		else
			return false;
	}
	return optind == argc && options->uploads > 0;
}

int main(int argc, char **argv)
{
	struct options options = {.uploads = 100, .seed = 1, .most_false = 1};
	unsigned wrong = 0, unlimited = 0, found = 0, limited = 0;

	if (!parse(argc, argv, &options))
		return EX_USAGE;
	printf("%-30s played throttled  rate within 10 %%  even rate\n", "");
	for (size_t kind = 0; kind < KINDS; kind++) {
		struct count count = {0};
		for (unsigned i = 0; i < options.uploads; i++)
			play(kind, options.seed, i, &count);
		printf("%-30s %6u %9u %17u %10u\n", kinds[kind].name, count.played, count.throttled,
			count.near, count.line);
		wrong += kinds[kind].limited ? 0 : count.throttled;
		unlimited += kinds[kind].limited ? 0 : count.played;
		found += kinds[kind].limited ? count.throttled : 0;
		limited += kinds[kind].limited ? count.played : 0;
	}
	printf("falsely throttled %u of %u, limits found %u of %u\n", wrong, unlimited, found,
		limited);
	return wrong <= options.most_false * unlimited && found >= options.least_found * limited
		? EXIT_SUCCESS
		: EXIT_FAILURE;
}
