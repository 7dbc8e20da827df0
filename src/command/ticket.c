/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ticket is always drawn from its evidence file: a live run writes one first, which is then read
 * as one of an earlier run would be. So nothing in it can say more than the packets beside it.
 */
#include "ticket.h"

#include "bundle.h"
#include "command.h"
#include "document.h"
#include "dossier.h"
#include "evidence.h"
#include "fault.h"
#include "html.h"
#include "notice.h"
#include "probe.h"
#include "pseudonyms.h"
#include "report.h"
#include "report_reader.h"
#include "second_report.h"
#include "ticket_options.h"
#include "ticket_text.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT 1024

struct work {
	const struct ticket_options *options;
	struct bundle *bundle;
	const struct saved_report *saved; /* NULL: a run of our own */
	struct dossier_source source;
	struct pseudonyms *pseudonyms; /* NULL: nothing is redacted */
	struct second_report *second;  /* NULL: none is compared */
};

/* ---- the faces ---- */

static void redact_vantage(struct pseudonyms *pseudonyms, struct vantage *vantage)
{
	vantage->interface[0] = '\0';
	vantage->gateway = pseudonyms_address(pseudonyms, &vantage->gateway);
	for (size_t i = 0; i < vantage->address_count; i++)
		vantage->addresses[i] = pseudonyms_address(pseudonyms, &vantage->addresses[i]);
}

static const char *say_kind(enum ticket_kind kind)
{
	return kind == TICKET_UNBLOCK ? "a request to open ports" : "a fault report";
}

static void announce(const struct ticket *ticket)
{
	struct paper paper = paper_of(stdout, PAPER_COLOR_NEVER, false);
	char text[TEXT], summary[SUMMARY_TEXT], to[TEXT];

	if (ticket->about == NULL)
		return;
	paper_wrap(&paper, PAPER_PLAIN, 0, report_summary(ticket->report, ticket->about, summary));
	ticket_fill(ticket, ticket->row->to, to, sizeof(to));
	snprintf(text, sizeof(text),
		"The ticket is %s, for %.600s. Fill in what stands in [brackets].",
		say_kind(ticket->kind), to);
	if (ticket->about->verdict.word != VERDICT_OPEN)
		paper_wrap(&paper, PAPER_PLAIN, 0, text);
}

/* report.json comes first: it is what the second report is compared with. */
static int compare(const struct work *work, struct ticket *ticket, struct fault *why)
{
	const struct second_report_files files = {
		.own = bundle_file(work->bundle, BUNDLE_JSON),
		.copy = bundle_file(work->bundle, BUNDLE_COMPARED),
	};

	if (document_print(ticket->report, files.own, why) < 0)
		return -1;
	if (work->second == NULL)
		return 0;
	ticket->compared = second_report_compare(work->second, &files, why);
	return ticket->compared == NULL ? -1 : 0;
}

static int print_faces(const struct work *work, struct ticket *ticket, struct fault *why)
{
	const struct bundle *bundle = work->bundle;

	if (compare(work, ticket, why) < 0)
		return -1;
	ticket_text_print(ticket, bundle_file(bundle, BUNDLE_TICKET));
	html_print(ticket, bundle_file(bundle, BUNDLE_HTML));
	if (work->pseudonyms != NULL)
		(void)pseudonyms_write(work->pseudonyms, bundle_file(bundle, BUNDLE_KEY));
	return bundle_seal(work->bundle, ticket->report->started_ns, why);
}

static int tell(const struct work *work, const struct ticket *ticket, struct fault *why)
{
	if (work->options->probe.face.format != FACE_TEXT)
		return face_print(&work->options->probe.face, ticket->report, why);
	announce(ticket);
	return 0;
}

/* From the copy that goes into the ticket: numbers of packets are its own. */
static int draw(const struct work *work, const struct report *head, struct fault *why)
{
	static const char *const files[] = {"evidence.pcapng"};
	const struct dossier_source source = {
		.file = bundle_file(work->bundle, BUNDLE_EVIDENCE),
		.path = bundle_name(BUNDLE_EVIDENCE),
	};
	struct dossier copy;
	struct report report = *head;
	char digest[BUNDLE_DIGEST];
	int status = dossier_read(&copy, &source, why);

	report.results = NULL;
	report.result_count = 0;
	report.files = files;
	report.file_count = 1;
	report.evidence_path = NULL;
	if (work->pseudonyms != NULL)
		redact_vantage(work->pseudonyms, &report.vantage);
	if (status == 0)
		status = bundle_digest(work->bundle, BUNDLE_EVIDENCE, digest, why);
	if (status == 0) {
		report_judge(&report, copy.evidence, copy.evidence->last_ns);
		struct ticket ticket = {
			.report = &report,
			.ledger = &copy.ledger,
			.redacted = work->pseudonyms != NULL,
			.evidence_digest = digest,
		};
		ticket_choose(&ticket, work->options->choice);
		status = print_faces(work, &ticket, why);
		if (status == 0)
			status = tell(work, &ticket, why);
		if (status == 0)
			status = report_exit_status(&report);
		report_clear(&report);
	}
	dossier_clear(&copy);
	return status;
}

/* ---- the evidence ---- */

static void prepare_redaction(const struct work *work, const struct report *head)
{
	const struct ticket_options *options = work->options;

	if (work->pseudonyms == NULL)
		return;
	for (size_t i = 0; i < head->vantage.address_count; i++)
		pseudonyms_own(work->pseudonyms, &head->vantage.addresses[i]);
	pseudonyms_notice(work->pseudonyms, &head->vantage.gateway);
	dossier_notice(&work->source, work->pseudonyms, options->own, options->own_count);
}

static int copy_evidence(const struct work *work, const struct dossier *original,
	const struct report *head, struct fault *why)
{
	const struct dossier_copy copy = {
		.original = original,
		.source = &work->source,
		.pseudonyms = work->pseudonyms,
		.file = bundle_file(work->bundle, BUNDLE_EVIDENCE),
		.path = bundle_name(BUNDLE_EVIDENCE),
		.interface = head->vantage.interface[0] == '\0' ? NULL : head->vantage.interface,
	};
	struct report judged = {.command = head->command};

	report_judge(&judged, original->evidence, original->evidence->last_ns);
	int outcome = work->saved == NULL ? 0 : saved_report_match(work->saved, &judged, why);

	report_clear(&judged);
	if (outcome < 0)
		return -1;
	prepare_redaction(work, head);
	return dossier_write(&copy, head, why);
}

/* Returns the exit status. */
static int make(const struct work *work, const struct report *head)
{
	struct fault why;
	struct dossier original;
	int status = dossier_read(&original, &work->source, &why);

	if (status == 0)
		status = copy_evidence(work, &original, head, &why);
	dossier_clear(&original);
	if (status == 0)
		status = draw(work, head, &why);
	return status < 0 ? notice_fault(&why) : status;
}

/* ---- of a run of our own ---- */

/* A run that is to become a ticket. */
struct live {
	const struct work *work;
	int status; /* of making it */
};

static int on_report(void *context, const struct report *report, struct fault *why)
{
	struct live *live = context;

	if (report->evidence_path == NULL)
		return fault_set(why, FAULT_IO, "there is no ticket without the evidence");
	live->status = make(live->work, report);
	return 0;
}

static int on_fault(void *context, const struct fault *why)
{
	(void)context;
	return notice_fault(why);
}

static int probe(const struct work *work)
{
	struct work own = *work;
	struct live live = {.work = &own};
	const struct probe_listener listener = {&live, on_report, on_fault};
	struct probe_options options = work->options->probe;

	own.source = (struct dossier_source){
		.file = bundle_file(work->bundle, BUNDLE_SEEN),
		.path = bundle_path(work->bundle, BUNDLE_SEEN),
	};
	options.evidence_path = own.source.path;
	options.command = "ticket";
	options.listener = &listener;
	options.needs_packets = "a ticket proves what it says by packets, and those need root (or "
				"CAP_NET_RAW): run it with sudo";
	int status = probe_run(&options);

	return live.status < STATUS_FAULTS ? status : live.status;
}

static pid_t child;

static void pass_on(int signal)
{
	kill(child, signal);
}

static void heed(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

/* The child gives up all rights, so it cannot give the files their names; its parent keeps them,
 * and reads nothing of what the child has seen. */
static int probe_in_child(const struct work *work)
{
	struct fault why;
	int status = 0;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		status = probe(work);
		if (fflush(stdout) != 0 && status < STATUS_FAULTS)
			status = fault_exit_status(FAULT_IO);
		_exit(status);
	}
	if (child > 0)
		heed();
	while (child > 0 && waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			break;
	}
	if (child > 0 && WIFEXITED(status))
		return WEXITSTATUS(status);
	fault_set(&why, FAULT_SYSTEM, "the run ended before its time: no ticket is written");
	return notice_fault(&why);
}

/* ---- the command ---- */

static int make_from(struct work *work)
{
	struct report head = {.live = false};

	work->source = (struct dossier_source){.path = work->options->evidence};
	saved_report_head(work->saved, &head);
	return make(work, &head);
}

static int commit(const struct work *work, int status)
{
	struct fault why;

	if (status >= STATUS_FAULTS && status != STATUS_INTERRUPTED)
		return status;
	if (bundle_commit(work->bundle, &why) < 0)
		return notice_fault(&why);
	if (work->options->probe.face.format == FACE_TEXT) {
		struct paper paper = paper_of(stdout, PAPER_COLOR_NEVER, false);
		paper_format(&paper, "Saved  %s", work->options->directory);
		paper_end_line(&paper);
	}
	return status;
}

/* "DIR.key", to be freed; NULL where nothing is redacted. */
static char *key_path(const struct ticket_options *options)
{
	static const char suffix[] = ".key";
	const char *base = options->key != NULL ? options->key : options->directory;
	size_t length = strlen(base);
	char *path = fault_allocate(length + sizeof(suffix), 1);

	while (options->key == NULL && length > 1 && base[length - 1] == '/')
		length--;
	snprintf(path, length + sizeof(suffix), "%.*s%s", (int)length, base,
		options->key != NULL ? "" : suffix);
	if (options->redact)
		return path;
	free(path);
	return NULL;
}

static int run_with(struct work *work)
{
	struct fault why;
	char *key = key_path(work->options);
	const struct bundle_options where = {
		.directory = work->options->directory,
		.zip = work->options->zip,
		.key = key,
		.compared = work->second != NULL,
		.force = work->options->force,
	};
	int status = 0;

	work->bundle = bundle_open(&where, &why);
	if (work->bundle == NULL) {
		status = notice_fault(&why);
	} else {
		work->pseudonyms = work->options->redact ? pseudonyms_new() : NULL;
		status = work->saved == NULL ? probe_in_child(work) : make_from(work);
		status = commit(work, status);
	}
	pseudonyms_free(work->pseudonyms);
	bundle_close(work->bundle);
	free(key);
	return status;
}

static int ticket(const struct ticket_options *options)
{
	struct fault why;
	struct work work = {.options = options};
	struct saved_report *saved = NULL;

	if (options->from != NULL) {
		saved = saved_report_read(options->from, &why);
		if (saved == NULL)
			return notice_fault(&why);
	}
	work.saved = saved;
	int status = 0;

	if (options->compare != NULL)
		work.second = second_report_read(options->compare, &why);
	if (options->compare != NULL && work.second == NULL)
		status = notice_fault(&why);
	else
		status = run_with(&work);
	second_report_free(work.second);
	saved_report_free(saved);
	return status;
}

static int run(int argc, char **argv)
{
	struct fault why;
	struct ticket_options options;
	int status = EXIT_SUCCESS;

	switch (ticket_options_read(&options, argc, argv, &why)) {
	case ARGUMENTS_WRONG:
		status = notice_fault(&why);
		break;
	case ARGUMENTS_TOLD:
		break;
	case ARGUMENTS_READ:
		status = ticket(&options);
		break;
	}
	ticket_options_clear(&options);
	return status;
}

const struct command command_ticket = {
	.name = "ticket",
	.synopsis = "TARGET... -o DIR",
	.purpose = "diagnose and write a bundle for a support ticket",
	.run = run,
	.options = &ticket_command_line,
};
