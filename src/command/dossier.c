/* SPDX-License-Identifier: BSD-2-Clause */
#include "dossier.h"

#include "evidence.h"
#include "evidence_file.h"
#include "fact.h"
#include "fault.h"
#include "frame.h"
#include "pseudonyms.h"
#include "reassembly.h"
#include "redacted_fact.h"
#include "redacted_packet.h"
#include "report.h"
#include "tap.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* What is done with each record. */
struct reader {
	void *context;
	struct pseudonyms *pseudonyms; /* NULL: as it is */
	void (*packet)(void *context, const struct packet *packet, const struct frame *frame,
		const struct role *role);
	void (*fact)(void *context, const struct fact *fact);
	struct evidence *evidence;
	struct reassembly *reassembly;
	uint32_t link_type; /* of the first packet */
	bool any, mixed;    /* there was a packet; of another link type as well */
};

static void take_packet(struct reader *reader, const struct packet *packet)
{
	uint8_t room[REDACTED_PACKET];
	struct packet other = *packet;
	struct frame frame;
	struct role role = {.kind = ROLE_OTHER};

	if (!reader->any)
		reader->link_type = packet->link_type;
	reader->any = true;
	reader->mixed |= reader->link_type != packet->link_type;
	if (reader->pseudonyms != NULL &&
		!redacted_packet(&other, room, packet, reader->pseudonyms))
		return;
	reader->evidence->packets++;
	enum frame_outcome outcome = reassembly_decode(reader->reassembly, &frame, &other);

	if (outcome != FRAME_DECODED) {
		evidence_add_skipped(reader->evidence, (int)outcome);
		return;
	}
	role = evidence_add_frame(reader->evidence, &frame);
	if (reader->packet != NULL)
		reader->packet(reader->context, &other, &frame, &role);
}

static void take_fact(struct reader *reader, const struct fact *fact)
{
	struct fact other = *fact;

	if (reader->pseudonyms != NULL && !redacted_fact(&other, fact, reader->pseudonyms))
		return;
	evidence_add_fact(reader->evidence, &other);
	if (reader->fact != NULL)
		reader->fact(reader->context, &other);
}

static void take_note(struct reader *reader, const struct note *note)
{
	struct fact fact;

	if (fact_parse(&fact, note))
		take_fact(reader, &fact);
}

static int read_all(struct reader *reader, struct tap *tap, struct fault *why)
{
	struct packet packet;
	struct note note;

	for (;;) {
		switch (tap_next(tap, &packet, &note, why)) {
		case TAP_PACKET:
			take_packet(reader, &packet);
			break;
		case TAP_NOTE:
			take_note(reader, &note);
			break;
		case TAP_BROKEN:
			return -1;
		case TAP_EMPTY:
			return 0;
		}
	}
}

/* What whoever captured lost counts as it does in a run of our own. */
static void note_lost(struct reader *reader, struct tap *tap)
{
	struct tap_tally tally = tap_tally(tap);
	struct fact fact = {.kind = FACT_CAPTURE_LOST,
		.time_ns = reader->evidence->last_ns,
		.count = tally.lost,
		.arrived = tally.arrived};

	if (tally.lost > 0)
		take_fact(reader, &fact);
}

static struct tap *open_source(const struct dossier_source *source, struct fault *why)
{
	if (source->file == NULL)
		return tap_open_file(source->path, why);
	int descriptor = dup(fileno(source->file));
	FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "rb");

	if (file == NULL || fseek(file, 0, SEEK_SET) != 0) {
		fault_set(why, FAULT_IO, "cannot read %.300s: %s", source->path, strerror(errno));
		if (file != NULL)
			fclose(file);
		return NULL;
	}
	return tap_open_stream(file, source->path, why);
}

static int read_source(
	struct reader *reader, const struct dossier_source *source, struct fault *why)
{
	struct tap *tap = open_source(source, why);

	if (tap == NULL)
		return -1;
	reader->reassembly = reassembly_new();
	int outcome = read_all(reader, tap, why);

	note_lost(reader, tap);
	reassembly_free(reader->reassembly);
	tap_close(tap);
	return outcome;
}

/* ---- reading ---- */

static void list_packet(void *context, const struct packet *packet, const struct frame *frame,
	const struct role *role)
{
	struct dossier *dossier = context;

	(void)packet;
	ledger_add(&dossier->ledger, frame, role);
}

int dossier_read(struct dossier *out, const struct dossier_source *source, struct fault *why)
{
	*out = (struct dossier){.evidence = evidence_new()};
	struct reader reader = {.context = out, .packet = list_packet, .evidence = out->evidence};
	int outcome = read_source(&reader, source, why);

	out->link_type = reader.any ? reader.link_type : LINK_RAW;
	if (outcome < 0)
		return -1;
	if (!reader.any && !out->evidence->targets_known)
		return fault_set(why, FAULT_DATA, "%.300s holds no packets", source->path);
	if (reader.mixed)
		return fault_set(why, FAULT_DATA,
			"%.300s has packets of several link types, and a ticket's evidence can "
			"have but one: take out those of one interface, as with tshark -Y "
			"'frame.interface_id == 0' -w",
			source->path);
	return 0;
}

void dossier_clear(struct dossier *dossier)
{
	ledger_clear(&dossier->ledger);
	evidence_free(dossier->evidence);
	*dossier = (struct dossier){.evidence = NULL};
}

/* ---- noticing ---- */

struct noticing {
	struct pseudonyms *pseudonyms;
	const char *const *own;
	size_t own_count;
};

static void notice_packet(void *context, const struct packet *packet, const struct frame *frame,
	const struct role *role)
{
	struct noticing *noticing = context;

	(void)packet;
	redacted_packet_notice(noticing->pseudonyms, frame);
	if (role->kind == ROLE_PROBE)
		pseudonyms_own(noticing->pseudonyms, &frame->source);
}

static void notice_fact(void *context, const struct fact *fact)
{
	struct noticing *noticing = context;

	redacted_fact_notice(noticing->pseudonyms, fact);
	for (size_t i = 0; i < noticing->own_count; i++) {
		if (fact->host[0] != '\0' && strcasecmp(noticing->own[i], fact->host) == 0)
			pseudonyms_own(noticing->pseudonyms, &fact->flow.destination);
	}
}

void dossier_notice(const struct dossier_source *source, struct pseudonyms *pseudonyms,
	const char *const *own, size_t own_count)
{
	struct noticing noticing = {pseudonyms, own, own_count};
	struct fault ignored; /* it was read before */
	struct address address;
	struct reader reader = {
		.context = &noticing,
		.packet = notice_packet,
		.fact = notice_fact,
		.evidence = evidence_new(),
	};

	for (size_t i = 0; i < own_count; i++) {
		if (address_parse(&address, own[i]))
			pseudonyms_own(pseudonyms, &address);
	}
	(void)read_source(&reader, source, &ignored);
	evidence_free(reader.evidence);
}

/* ---- writing ---- */

static bool same_place(const struct place *one, const struct place *other)
{
	return one->known == other->known && one->ttl == other->ttl &&
		one->relation == other->relation;
}

static bool same_verdict(const struct verdict *one, const struct verdict *other)
{
	return one->word == other->word && one->phase == other->phase && one->by == other->by &&
		fabs(one->confidence - other->confidence) < 1e-9 &&
		same_place(&one->hop, &other->hop) && one->finding_count == other->finding_count &&
		memcmp(one->findings, other->findings,
			one->finding_count * sizeof(one->findings[0])) == 0;
}

int dossier_same(const struct report *one, const struct report *other, struct fault *why)
{
	for (size_t i = 0; i < one->result_count; i++) {
		const struct result *result = &one->results[i];
		if (i < other->result_count && other->results[i].port == result->port &&
			same_verdict(&result->verdict, &other->results[i].verdict))
			continue;
		return fault_set(why, FAULT_DATA,
			"without what is left out, the evidence would say \"%s\" of port %u no "
			"more: it rests on what was said in a session that others held. Leave out "
			"--redact, or take the evidence of a run of mailsonde",
			verdict_word_name(result->verdict.word), result->port);
	}
	return 0;
}

static int judge_copy(struct evidence_file *file, const struct dossier_copy *copy,
	struct evidence *evidence, const struct report *head, struct fault *why)
{
	struct report before = {.command = head->command}, after = {.command = head->command};

	report_judge(&before, copy->original->evidence, copy->original->evidence->last_ns);
	report_judge(&after, evidence, evidence->last_ns);
	int outcome = dossier_same(&before, &after, why);

	if (outcome == 0)
		outcome = evidence_file_close(file, &after, why);
	else
		evidence_file_abandon(file);
	report_clear(&before);
	report_clear(&after);
	return outcome;
}

int dossier_write(const struct dossier_copy *copy, const struct report *head, struct fault *why)
{
	bool whole = !copy->original->evidence->targets_known;
	uint32_t link_type = copy->pseudonyms != NULL ? LINK_ETHERNET : copy->original->link_type;
	struct evidence_file *file = evidence_file_over(fileno(copy->file), copy->path, whole, why);

	if (file == NULL)
		return -1;
	struct evidence *evidence = evidence_new();
	struct reader reader = {
		.context = file,
		.pseudonyms = copy->pseudonyms,
		.packet = evidence_file_packet,
		.fact = evidence_file_fact,
		.evidence = evidence,
	};

	evidence_file_begin(
		file, link_type, copy->pseudonyms != NULL ? NULL : copy->interface, evidence);
	int outcome = read_source(&reader, copy->source, why);

	if (outcome == 0)
		outcome = judge_copy(file, copy, evidence, head, why);
	else
		evidence_file_abandon(file);
	evidence_free(evidence);
	return outcome;
}
