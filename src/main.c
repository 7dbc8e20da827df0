/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mailsonde tells why a mail port does not work and who can fix it. This file finds the command and
 * nothing else; the rest is found by this map. An include runs downward only.
 *
 * Entry points
 *   command/probe.c       mailsonde probe: options, names, routes, then probing.c or shallow.c
 *   command/replay.c      mailsonde replay: captures in, the same report out
 *   command/ticket.c      mailsonde ticket: a folder for whoever can fix it
 *   command/explain.c     mailsonde explain: what the words mean, and the rules that lead to them
 *   command/compare.c     mailsonde compare: two reports side by side
 *   command/watch.c       mailsonde watch: look after look, and what changed
 *   command/check.c       mailsonde check: one port, for Nagios
 *   command/log.c         mailsonde log: mail servers' logs in, what they claim of ports out
 *   command/bounce.c      mailsonde bounce: the same of mail that came back
 *   bounce/main.c         mailsonde-bounce: takes messages apart, in a process without rights
 *
 * command/   one file a command, and what commands share
 *   probe_options         what can be asked of a live run
 *   arguments             a command line read by argp, faults in one sentence
 *   face                  --format, --color, -v, --help, --version
 *   ticket_options, dossier, bundle, second_report   a ticket's options, its evidence, the
 *                         folder it goes to, the report that it is compared with
 *   probing               a live run: handles, rights dropped, facts, loop, evidence file
 *   local_blame           which rule of this machine's stops a port, asked of nftables
 *   capture_scope         on which interface to capture, and what
 *   symptom_face          what log and bounce share: how it is shown, the probe that follows
 *   scope, instant, gauge what of a capture is looked at, from when to when; how far that is
 *   shallow               connect() alone, where packets are not allowed
 *   signals               how a run is ended without losing what it knows
 *   dane                  the TLSA records of the targets
 *   knowledge             what is known of providers and sending services, and its options
 *   option_table, completion, manual_options   the tables of options, for shells and the manual
 *   cycle                 one look of watch, in a process of its own
 *   watch_options, run_name, textfile
 *   ca_file, clock, notice, suggest, version
 *
 * watch/     history and change
 *   change, observation, continuity, schedule   pure: what is told, and when to look again
 *   settings              the INI file
 *   record, memory, history   results as they are remembered: as lines, here, in SQLite
 *   news, view, view_html, hook   what changed, and the strips, for people and programs
 *   deploy/               systemd, Prometheus, Grafana, many machines
 *
 * report/    one model, many faces
 *   report                results of a run; exit status
 *   wording, session_wording, place_wording, rule_wording, summary, finding_text   numbers and
 *                         names as plain sentences
 *   text, port_row, hop_line, capture_table, to_do, paper   the faces for people
 *   document, session_json, jsonl, safe_json   the faces for machines (mailsonde-1.schema.json)
 *   report_file, past_run            a report read back
 *   comparison, comparison_text      two of them side by side
 *   metrics, plugin       the faces for Prometheus and Nagios; run_id names a run
 *   symptom_text, symptom_document   both faces of what logs and bounces claim
 *   evidence_file, packet_comment    what was seen, to pcapng
 *   ticket, ticket_text, ticket_sheet, ticket_packet, ticket_check, ticket_comparison   what a
 *                         ticket says
 *   ledger                packets one by one
 *   html, html_way, html_ladder, html_rate, html_session, html_engineer   the page and its parts
 *   html_text, html_style            text within it; how it looks
 *   report_reader         a report beside its evidence: do the two belong together?
 *   progress              the live table
 *   escape, timestamp     hostile text made harmless; times
 *
 * advice/    who can fix it and how
 *   advice                the table of actions
 *   firewall, signature, provider_advice   its parts: commands, hints, policies
 *   provider, sending_service   data with sources (providers.csv, sending_services.csv)
 *   data_table, csv, shipped    how it is read, and what is compiled in
 *   dmi, network, vantage_network   whose network this is
 *   icmp_name, sentence   words of the RFCs; sentences with blanks
 *   rule_owner            whose a firewall rule looks like
 *
 * symptom/   what others claim: logs and bounces, read into the words of verdicts
 *   cause                 the table of words, and what each may mean
 *   log_form, log_line, log_clock    the forms of log lines; one read; its time
 *   log_tally, course, timeline_of_counts   what lines come to: by server, over time, in a sentence
 *   bounce, delivery_status, bounce_source  what a bounce says, to whom, and who says it
 *   letter, letter_form   messages taken apart by mailsonde-bounce
 *   line_file, mailbox, journal      where lines and messages come from
 *   symptom, question     the model that every face prints; the probe that would settle it
 *   pattern, span         PCRE2; pieces of others' text
 *
 * probe/     what to send next, and the world it is sent to
 *   plan                  pure: the next step, given the evidence
 *   campaign, rounds, ladder, sampling, recheck, place   its parts: a host's course, spaced rounds,
 *                         rates, sweeps of the way
 *   talks                 which sessions to hold, and which again in another way
 *   loop                  carries a plan out on a world
 *   world, wire_world     what the loop acts upon; the wire
 *   calls, outgoing, session_means   sessions over sockets of the kernel's
 *   chance                seeded numbers
 *
 * simulation/  a world for tests: a seeded network that answers like a real one
 *   simulated             the network as tests describe it
 *   way, filter, host, forger   what a packet meets; answer is what it gets
 *   parcel, journey, dial, attempt   packets on their way, connections on either side
 *   agenda, happening, channel, compose, tokens, fate   what its parts are made of
 *
 * redaction/ who is named in the evidence, by other names
 *   pseudonyms            what is replaced, and by what
 *   redacted_packet, redacted_fact   a packet, a fact with that done
 *
 * verdict/   what the evidence means. Pure
 *   verdict, words        the rules of connecting, and the words of the contract
 *   session_rules, transfer_rules   what was said, what became of the data
 *   place_rules, answerer_rules   where it happens, and who answered
 *   explanations, rule_list   what each word means, and which rules lead to it
 *
 * evidence/  what was seen, as figures without opinion
 *   evidence, exchange, index      packets and facts folded in
 *   fact                  what packets do not carry
 *   account, account_note, accounts   sessions of our own: one, as a note, and weighed together
 *   figures, timing, silence, loss, timeline, bucket, rate, source_limit, path, answerer, party the
 *                         arithmetic over it
 *   conversation, stream, ending   others' sessions, put in order; how they ended
 *   transfer, delivery, policing, pools, transfer_signs   what connections did with data
 *   budget, retired       what is kept of a foreign capture, and sums of what is not
 *   names                 of servers, by DNS answers in a capture
 *
 * session/   one mail session, without sockets
 *   session               the client's end of it
 *   dialogue, tls_record, transcript   what either side says, for whoever sees it
 *   tls_client, trust, verification, certificate, insight   TLS, and what a certificate is worth
 *   tls_name              numbers of TLS by name
 *
 * target/    what is asked about
 *   mailport              the table of mail services
 *   target, target_list, port_list   read from the command line and from files
 *   resolve, destination  names to addresses with their ports
 *
 * ../capture/  bytes and packets; knows nothing of mail or verdicts
 *   fault, address, wire, utf8, packet   values and bytes
 *   link, frame, reassembly   a packet decoded, from its link inwards, out of its fragments
 *   tap, injector, reservation, privilege   an interface: packets in and out, with which rights
 *   savefile, merger, pcapng, pcapng_format, pcapng_reader, pcapng_writer   files of captures
 *   unpacker, packed, gzip_member, zstd_frame, packer   compressed ones; zip files
 *   netlink, route, route_culprit   which way the kernel sends, and who forbids it
 *   tracer, tracer_child, trace_text, local_rule   nftables asked by a child that keeps one right
 */
#include "command.h"
#include "completion.h"
#include "manual_options.h"
#include "notice.h"
#include "suggest.h"
#include "version.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const struct command *const commands[] = {
	&command_probe,
	&command_replay,
	&command_explain,
	&command_compare,
	&command_ticket,
	&command_bounce,
	&command_log,
	&command_watch,
	&command_check,
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(void)
{
	puts("Tells why a mail port does not work, and who can fix it.\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  mailsonde %s %-*s  %s\n", commands[i]->name,
			(int)(16 - strlen(commands[i]->name)), commands[i]->synopsis,
			commands[i]->purpose);
	puts("\nmailsonde COMMAND --help tells the options of a command.");
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}

static int unknown(const char *word)
{
	const char *names[COMMANDS];

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i]->name;
	const char *meant = suggest(word, names, COMMANDS);

	if (meant != NULL)
		notice("there is no command '%.60s': did you mean mailsonde %s?", word, meant);
	else
		notice("there is no command '%.60s': mailsonde --help lists them", word);
	return EX_USAGE;
}

static int run(const struct command *command, int argc, char **argv)
{
	char name[64];

	snprintf(name, sizeof(name), "mailsonde %s", command->name);
	argv[0] = name;
	return command->run(argc, argv);
}

static bool is_one_of(const char *word, const char *one, const char *other)
{
	return strcmp(word, one) == 0 || strcmp(word, other) == 0;
}

/* For whoever packages the program; --help is for people. True if it was one of these. */
static bool describe(int argc, char **argv)
{
	const struct command_table table = {commands, COMMANDS};

	if (argc != 3)
		return false;
	if (strcmp(argv[1], "--completion") == 0)
		return completion_print(argv[2], &table);
	if (strcmp(argv[1], "--manual-options") != 0 || find(argv[2]) == NULL)
		return false;
	manual_options_print(find(argv[2]));
	return true;
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2) {
		notice("name a command: mailsonde --help lists them");
		return EX_USAGE;
	}
	const struct command *command = find(argv[1]);

	if (command != NULL)
		return run(command, argc - 1, argv + 1);
	if (is_one_of(argv[1], "--help", "-h") || strcmp(argv[1], "help") == 0)
		print_help();
	else if (is_one_of(argv[1], "--version", "-V"))
		version_print();
	else if (!describe(argc, argv))
		return unknown(argv[1]);
	return EXIT_SUCCESS;
}

/* A standard descriptor that is closed would become the next file or socket that is opened, and get
 * what is meant for people. What takes its place fails as a closed one does. */
static void fill_standard_descriptors(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};

	for (int descriptor = 0; descriptor <= 2; descriptor++) {
		if (fcntl(descriptor, F_GETFD) < 0 &&
			open("/dev/null", modes[descriptor]) != descriptor)
			abort();
	}
}

int main(int argc, char **argv)
{
	fill_standard_descriptors();
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* numbers are read and written alike everywhere */
	int status = dispatch(argc, argv);

	/* A command that printed results has told so itself. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && status != EX_IOERR) {
		notice("cannot write to standard output: %s", strerror(errno));
		return EX_IOERR;
	}
	return status;
}
