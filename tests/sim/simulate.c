/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Diagnoses random simulated networks with the very plan, loop, evidence and rules of a live run,
 * and compares each verdict with the truth, which scenario.c knows.
 */
#include "evidence.h"
#include "fact.h"
#include "fault.h"
#include "figures.h"
#include "frame.h"
#include "loop.h"
#include "pcapng.h"
#include "scenario.h"
#include "tally.h"
#include "trial.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define NETWORKS_MOST 10000000
#define JOBS_MOST     64

struct options {
	size_t networks;
	uint64_t seed;
	unsigned jobs;
	bool verbose_mistakes;
	bool one;
	bool places;
	const char *evidence; /* path; NULL: none */
	struct tally_limits limits;
};

static void options_scenario(
	const struct options *options, uint64_t seed, struct scenario *scenario)
{
	if (options->places)
		scenario_init_places(scenario, seed);
	else
		scenario_init(scenario, seed);
}

/* ---- one network, told in full ---- */

static void print_flow(const struct frame *frame)
{
	static const char letters[] = "FSRPAUEC"; /* from the lowest flag bit on */

	printf("%u > %u ", frame->tcp.source_port, frame->tcp.destination_port);
	for (unsigned bit = 0; bit < 8; bit++)
		if (frame->tcp.flags >> bit & 1)
			putchar(letters[bit]);
}

static void print_frame(const struct packet *packet, const struct frame *frame)
{
	char from[ADDRESS_TEXT];

	printf("%4" PRIu64 " %3" PRId64 ".%06" PRId64 " %s ttl %u ", packet->number,
		packet->time_ns / 1000000000 % 1000, packet->time_ns / 1000 % 1000000,
		address_print(&frame->source, from), frame->hop_limit);
	if (frame->kind == FRAME_TCP)
		print_flow(frame);
	else
		printf("ICMP %u/%u about %u > %u, ttl %u", frame->icmp.type, frame->icmp.code,
			frame->icmp.quote.source_port, frame->icmp.quote.destination_port,
			frame->icmp.quote.hop_limit);
	putchar('\n');
}

struct told {
	struct pcapng_writer *writer; /* NULL: no file */
	uint64_t records;
	bool broken;
	struct fault why;
};

static void write_packet(struct told *told, const struct packet *packet)
{
	if (told->writer == NULL || told->broken)
		return;
	told->broken = pcapng_write_packet(told->writer, packet, NULL, &told->why) != 0;
}

static void tell_packet(void *context, const struct packet *packet, const struct frame *frame,
	const struct role *role)
{
	(void)role;
	if (frame != NULL)
		print_frame(packet, frame);
	write_packet(context, packet);
}

static void tell_fact(void *context, const struct fact *fact)
{
	struct told *told = context;
	char text[FACT_TEXT];
	struct note note = {.time_ns = fact->time_ns, .text = text};

	note.length = fact_print(fact, text);
	printf("     %3" PRId64 ".%06" PRId64 " %s port %u error %d\n",
		fact->time_ns / 1000000000 % 1000, fact->time_ns / 1000 % 1000000,
		fact_kind_name(fact->kind), fact->flow.destination_port, fact->error);
	if (told->writer != NULL && !told->broken)
		told->broken = pcapng_write_note(told->writer, &note, &told->why) != 0;
}

static void tell_verdict(
	const struct outcome *outcome, const struct verdict *verdict, const struct figures *figures)
{
	const char *by = verdict_by_name(verdict->by);

	printf("port %u: %s by %s (\"%s\", %.3f), truth: %s, %s\n", outcome->port,
		verdict_word_name(verdict->word), by != NULL ? by : "nobody", verdict->rule,
		verdict->confidence, truth_name(outcome->truth),
		outcome_is_right(outcome) ? "right" : "WRONG");
	printf("\tprobes %u, SYN-ACKs %u, resets %u, errors %u, unanswered %u; "
	       "loss %.3f, others %.3f; misses %u, uncovered %u, log odds %.1f\n",
		figures->counts.probes, figures->counts.syn_acks, figures->counts.resets,
		figures->counts.icmp_errors, figures->counts.unanswered, figures->loss.ratio,
		figures->loss.control_ratio, figures->silence.misses, figures->silence.uncovered,
		figures->silence.log_odds);
	if (!figures->rate.judged)
		return;
	for (unsigned model = 0; model < RATE_MODELS; model++)
		printf("\t%s %.4f", rate_model_name((enum rate_model)model),
			figures->rate.posterior[model]);
	printf("\n\trate %.3f [%.3f, %.3f], burst %u\n", figures->rate.rate_per_s,
		figures->rate.rate_low_per_s, figures->rate.rate_high_per_s, figures->rate.burst);
}

static int print_fault(const struct fault *why)
{
	fprintf(stderr, "simulate: %s\n", why->text);
	return fault_exit_status(why->kind);
}

static struct pcapng_writer *writer_open(const char *path, struct fault *why)
{
	FILE *file = fopen(path, "wb");
	struct pcapng_writer *writer;

	if (file == NULL) {
		fault_set(why, FAULT_CANNOT_CREATE, "cannot create %s", path);
		return NULL;
	}
	writer = pcapng_writer_new(file, path);
	if (pcapng_write_head(writer, LINK_RAW, NULL, NULL, why) == 0)
		return writer;
	(void)pcapng_writer_close(writer, &(struct fault){0});
	return NULL;
}

static int tell_one(const struct options *options)
{
	struct told told = {0};
	const struct loop_observer observer = {
		.context = &told, .packet = tell_packet, .fact = tell_fact};
	const struct trial_watch watch = {&observer, tell_verdict};
	struct scenario scenario;
	char text[SCENARIO_TEXT];

	if (options->evidence != NULL) {
		told.writer = writer_open(options->evidence, &told.why);
		if (told.writer == NULL)
			return print_fault(&told.why);
	}
	options_scenario(options, options->seed, &scenario);
	printf("%" PRIu64 ": %s\n", scenario.seed, scenario_describe(&scenario, text));
	trial_run(&scenario, &watch);
	if (told.writer != NULL && pcapng_writer_close(told.writer, &told.why) != 0)
		told.broken = true;
	return told.broken ? print_fault(&told.why) : EX_OK;
}

/* ---- many networks ---- */

static void print_mistakes(const struct scenario *scenario, const struct trial *trial)
{
	char text[SCENARIO_TEXT];

	if (trial->elapsed_s >= TRIAL_DEADLINE_S)
		fprintf(stderr, "%" PRIu64 ": came to no end: %s\n", scenario->seed,
			scenario_describe(scenario, text));
	for (unsigned i = 0; i < SCENARIO_QUESTIONS; i++) {
		const struct outcome *outcome = &trial->outcomes[i];

		if (outcome_is_right(outcome) && !outcome_accuses_falsely(outcome) &&
			!outcome_is_misplaced(outcome))
			continue;
		fprintf(stderr, "%" PRIu64 ": port %u is %s at %u, called %s in %u to %u: %s\n",
			scenario->seed, outcome->port, truth_name(outcome->truth),
			outcome->true_place, verdict_word_name(outcome->word), outcome->low,
			outcome->high, scenario_describe(scenario, text));
	}
}

/* Every jobs-th network from first on, each result written in one piece, which a pipe does not
 * mix with others' (POSIX write(), PIPE_BUF). */
static void work(const struct options *options, unsigned first, int results)
{
	static const struct trial_watch nobody;

	for (size_t i = first; i < options->networks; i += options->jobs) {
		struct scenario scenario;
		struct trial trial;

		options_scenario(options, options->seed + i, &scenario);
		trial = trial_run(&scenario, &nobody);
		if (options->verbose_mistakes)
			print_mistakes(&scenario, &trial);
		if (write(results, &trial, sizeof(trial)) != (ssize_t)sizeof(trial))
			_exit(EX_IOERR);
	}
	_exit(EX_OK);
}

static bool read_trial(int results, struct trial *out)
{
	size_t got = 0;

	while (got < sizeof(*out)) {
		ssize_t more = read(results, (char *)out + got, sizeof(*out) - got);

		if (more <= 0)
			return false;
		got += (size_t)more;
	}
	return true;
}

static unsigned start_jobs(const struct options *options, const int results[2])
{
	unsigned started = 0;

	for (unsigned job = 0; job < options->jobs; job++) {
		pid_t child = fork();

		if (child == 0) {
			close(results[0]);
			work(options, job, results[1]);
		}
		started += child > 0;
	}
	return started;
}

/* True if all ended well. */
static bool await_jobs(unsigned jobs)
{
	bool well = true;

	for (unsigned job = 0; job < jobs; job++) {
		int status;

		well = wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == EX_OK &&
			well;
	}
	return well;
}

/* Returns how many trials came back. */
static size_t run_all(const struct options *options, struct trial *trials)
{
	int results[2];
	size_t count = 0;
	unsigned started;

	if (pipe(results) != 0)
		return 0;
	started = start_jobs(options, results);
	close(results[1]);
	while (count < options->networks && read_trial(results[0], &trials[count]))
		count++;
	close(results[0]);
	return await_jobs(started) ? count : 0;
}

/* Whichever job was faster: the same seed shows the same figures. */
static int compare_seeds(const void *a, const void *b)
{
	const struct trial *x = a, *y = b;

	return (x->seed > y->seed) - (x->seed < y->seed);
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int try_many(const struct options *options)
{
	struct trial *trials = calloc(options->networks, sizeof(*trials));
	double started_s = seconds_now(), took_s;
	size_t count;
	bool holds;

	if (trials == NULL)
		return EX_OSERR;
	count = run_all(options, trials);
	took_s = seconds_now() - started_s;
	if (count < options->networks) {
		fprintf(stderr, "simulate: a job failed after %zu networks\n", count);
		free(trials);
		return EX_SOFTWARE;
	}
	qsort(trials, count, sizeof(*trials), compare_seeds);
	printf("%zu networks from seed %" PRIu64 "\n\n", count, options->seed);
	tally_print(trials, count);
	printf("\n%.1f s, %.0f networks/s in %u jobs\n", took_s, (double)count / took_s,
		options->jobs);
	holds = tally_holds(trials, count, &options->limits);
	free(trials);
	return holds ? EX_OK : 1;
}

/* ---- options ---- */

static const char usage_text[] =
	"usage: simulate [--networks N] [--seed S] [--jobs J] [--verbose-mistakes]\n"
	"                [--min-right X] [--max-false X] [--min-rate-within X]\n"
	"                [--places] [--max-blame X] [--min-placed X] [--min-narrow X]\n"
	"       simulate [--places] --one SEED [--evidence FILE]\n";

static bool parse_whole(const char *text, uint64_t most, uint64_t *out)
{
	char *end;

	*out = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && *out <= most;
}

static bool parse_share(const char *text, double *out)
{
	char *end;

	*out = strtod(text, &end);
	return end != text && *end == '\0' && *out >= 0 && *out <= 1;
}

static bool set_option(struct options *options, int option, const char *text)
{
	uint64_t number;

	switch (option) {
	case 'n':
		if (!parse_whole(text, NETWORKS_MOST, &number) || number == 0)
			return false;
		options->networks = number;
		return true;
	case 'j':
		if (!parse_whole(text, JOBS_MOST, &number) || number == 0)
			return false;
		options->jobs = (unsigned)number;
		return true;
	case 'o':
		options->one = true;
		return parse_whole(text, UINT64_MAX, &options->seed);
	case 's':
		return parse_whole(text, UINT64_MAX, &options->seed);
	case 'm':
		options->verbose_mistakes = true;
		return true;
	case 'e':
		options->evidence = text;
		return true;
	case 'r':
		return parse_share(text, &options->limits.min_right);
	case 'f':
		return parse_share(text, &options->limits.max_false);
	case 'w':
		return parse_share(text, &options->limits.min_rate_within);
	case 'p':
		options->places = true;
		return true;
	case 'b':
		return parse_share(text, &options->limits.max_blame);
	case 'l':
		return parse_share(text, &options->limits.min_placed);
	case 'a':
		return parse_share(text, &options->limits.min_narrow);
	default:
		return false;
	}
}

static bool read_options(struct options *options, int argc, char **argv)
{
	static const struct option known[] = {
		{"networks", required_argument, NULL, 'n'},
		{"seed", required_argument, NULL, 's'},
		{"jobs", required_argument, NULL, 'j'},
		{"verbose-mistakes", no_argument, NULL, 'm'},
		{"one", required_argument, NULL, 'o'},
		{"evidence", required_argument, NULL, 'e'},
		{"min-right", required_argument, NULL, 'r'},
		{"max-false", required_argument, NULL, 'f'},
		{"min-rate-within", required_argument, NULL, 'w'},
		{"places", no_argument, NULL, 'p'},
		{"max-blame", required_argument, NULL, 'b'},
		{"min-placed", required_argument, NULL, 'l'},
		{"min-narrow", required_argument, NULL, 'a'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
		if (!set_option(options, option, optarg))
			return false;
	return optind == argc && (options->one || options->evidence == NULL);
}

int main(int argc, char **argv)
{
	struct options options = {
		.networks = 1000, .seed = 1, .jobs = 1, .limits = {-1, -1, -1, -1, -1, -1}};

	if (!read_options(&options, argc, argv)) {
		fputs(usage_text, stderr);
		return EX_USAGE;
	}
	return options.one ? tell_one(&options) : try_many(&options);
}
