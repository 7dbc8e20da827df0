/* SPDX-License-Identifier: BSD-2-Clause */
#include "evidence_file.h"

#include "evidence.h"
#include "fact.h"
#include "fault.h"
#include "frame.h"
#include "packet.h"
#include "packet_comment.h"
#include "pcapng.h"
#include "privilege.h"
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Cooked link header 20, IPv6 40 (RFC 8200 section 3), TCP at its longest 60 (RFC 9293 3.1). */
#define HEADER_BYTES 128
/* An ICMP error quotes as much as fits; more than the IPv6 minimum MTU of RFC 8200 tells nothing.
 */
#define PACKET_BYTES 1280

#define SECTION_COMMENT 4096

struct record {
	bool is_fact;
	struct packet packet; /* bytes stay NULL: they are at `at` */
	struct role role;
	int64_t time_ns;
	size_t at, length; /* in the file's bytes: the packet, or the text of the fact */
};

struct evidence_file {
	char *path;
	int descriptor;
	bool created; /* it was not there before */
	bool whole;   /* of segments, what they carry is kept */
	uint32_t link_type;
	const char *interface;
	const struct evidence *evidence;
	struct pcapng_writer *writer; /* NULL while all is kept in memory */
	struct fault broken;          /* the first fault while streaming */
	struct record *records;
	size_t record_count, record_room;
	uint8_t *bytes;
	size_t byte_count, byte_room;
	uint64_t streamed; /* records that were written and are no longer kept */
};

/* Root may write where others can put links: none is followed. And nobody waits for a reader that
 * may never come to a pipe. */
static int open_to_write(const char *path, bool *created)
{
	int flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int descriptor = open(path, flags | O_CREAT | O_EXCL, 0600);

	*created = descriptor >= 0;
	if (!*created && errno == EEXIST)
		descriptor = open(path, flags);
	if (descriptor >= 0)
		(void)fcntl(descriptor, F_SETFL, 0); /* O_NONBLOCK was for opening */
	return descriptor;
}

static const char *cannot_open(int error)
{
	if (error == ELOOP)
		return "it is a symbolic link";
	return error == ENXIO ? "nobody reads from this pipe" : strerror(error);
}

/* The old content goes when there is something new (see begin_writing), not before. */
struct evidence_file *evidence_file_open(const char *path, struct fault *why)
{
	bool created = false;
	int descriptor = open_to_write(path, &created);

	if (descriptor < 0) {
		fault_set(why, FAULT_CANNOT_CREATE, "cannot write the evidence file %.300s: %s",
			path, cannot_open(errno));
		return NULL;
	}
	if (created)
		privilege_give_to_user(descriptor);
	struct evidence_file *file = fault_allocate(1, sizeof(*file));

	file->path = fault_allocate(strlen(path) + 1, 1);
	memcpy(file->path, path, strlen(path) + 1);
	file->descriptor = descriptor;
	file->created = created;
	return file;
}

struct evidence_file *evidence_file_over(
	int descriptor, const char *path, bool whole, struct fault *why)
{
	int own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);

	if (own < 0 || lseek(own, 0, SEEK_SET) != 0) {
		fault_set(why, FAULT_IO, "cannot write %.300s: %s", path, strerror(errno));
		if (own >= 0)
			close(own);
		return NULL;
	}
	struct evidence_file *file = fault_allocate(1, sizeof(*file));

	file->path = fault_allocate(strlen(path) + 1, 1);
	memcpy(file->path, path, strlen(path) + 1);
	file->descriptor = own;
	file->whole = whole;
	return file;
}

void evidence_file_begin(struct evidence_file *file, uint32_t link_type, const char *interface,
	const struct evidence *evidence)
{
	file->link_type = link_type;
	file->interface = interface;
	file->evidence = evidence;
}

static size_t memory_used(const struct evidence_file *file)
{
	return file->byte_count + file->record_count * sizeof(*file->records);
}

static void add_record(struct evidence_file *file, const struct record *record, const void *bytes)
{
	if (file->record_count == file->record_room) {
		file->record_room = file->record_room == 0 ? 256 : file->record_room * 2;
		file->records =
			fault_resize(file->records, file->record_room, sizeof(*file->records));
	}
	while (file->byte_count + record->length > file->byte_room) {
		file->byte_room = file->byte_room == 0 ? 65536 : file->byte_room * 2;
		file->bytes = fault_resize(file->bytes, file->byte_room, 1);
	}
	struct record *kept = &file->records[file->record_count++];

	*kept = *record;
	kept->at = file->byte_count;
	if (record->length > 0)
		memcpy(file->bytes + file->byte_count, bytes, record->length);
	file->byte_count += record->length;
}

static int write_record(
	struct evidence_file *file, const struct record *record, uint64_t number, struct fault *why)
{
	char comment[PACKET_COMMENT];

	if (record->is_fact) {
		struct note note = {
			.time_ns = record->time_ns,
			.number = number,
			.text = (const char *)file->bytes + record->at,
			.length = record->length,
		};
		return pcapng_write_note(file->writer, &note, why);
	}
	struct packet packet = record->packet;

	packet.bytes = file->bytes + record->at;
	packet_comment(file->evidence, &record->role, record->packet.number, comment);
	return pcapng_write_packet(file->writer, &packet, comment[0] == '\0' ? NULL : comment, why);
}

static int write_kept(struct evidence_file *file, struct fault *why)
{
	for (size_t i = 0; i < file->record_count; i++) {
		if (write_record(file, &file->records[i], file->streamed + i + 1, why) < 0)
			return -1;
	}
	file->streamed += file->record_count;
	file->record_count = 0;
	file->byte_count = 0;
	return 0;
}

static int begin_writing(struct evidence_file *file, const char *comment, struct fault *why)
{
	if (ftruncate(file->descriptor, 0) < 0 && errno != EINVAL) /* EINVAL: a pipe or a device */
		return fault_set(
			why, FAULT_IO, "cannot empty %.300s: %s", file->path, strerror(errno));
	FILE *stream = fdopen(file->descriptor, "wb");

	if (stream == NULL)
		return fault_set(
			why, FAULT_IO, "cannot write %.300s: %s", file->path, strerror(errno));
	file->descriptor = -1;
	file->writer = pcapng_writer_new(stream, file->path);
	return pcapng_write_head(file->writer, file->link_type, file->interface, comment, why);
}

/* Beyond the bound of memory: out with what is kept, its comments as far as they are known. */
static void stream(struct evidence_file *file)
{
	bool works = file->broken.kind == FAULT_NONE;

	if (works && file->writer == NULL)
		works = begin_writing(file,
				"mailsonde: a long run; mailsonde replay gives its verdicts",
				&file->broken) == 0;
	if (works)
		write_kept(file, &file->broken);
	file->record_count = 0;
	file->byte_count = 0;
}

static void keep(struct evidence_file *file, const struct record *record, const void *bytes)
{
	add_record(file, record, bytes);
	if (file->writer != NULL || memory_used(file) > EVIDENCE_FILE_MEMORY)
		stream(file);
}

/* Neighbours and ICMP may carry what the fold does not name; other programs' segments do not. */
static bool is_evidence(const struct frame *frame, const struct role *role)
{
	return frame != NULL && (role->kind != ROLE_OTHER || frame->kind != FRAME_TCP);
}

void evidence_file_packet(void *context, const struct packet *packet, const struct frame *frame,
	const struct role *role)
{
	struct evidence_file *file = context;

	if (!is_evidence(frame, role))
		return;
	struct record record = {.packet = *packet, .role = *role, .time_ns = packet->time_ns};
	uint32_t most = frame->kind == FRAME_TCP ? HEADER_BYTES : PACKET_BYTES;

	record.role.answer = NULL;
	record.packet.bytes = NULL;
	if (record.packet.captured > most && !file->whole)
		record.packet.captured = most;
	record.length = record.packet.captured;
	keep(file, &record, packet->bytes);
}

void evidence_file_fact(void *context, const struct fact *fact)
{
	char text[FACT_TEXT];
	struct record record = {.is_fact = true, .time_ns = fact->time_ns};

	record.length = fact_print(fact, text);
	keep(context, &record, text);
}

uint64_t evidence_file_number(const struct evidence_file *file, uint64_t live_number)
{
	for (size_t i = 0; i < file->record_count; i++) {
		if (!file->records[i].is_fact && file->records[i].packet.number == live_number)
			return file->streamed + i + 1;
	}
	return 0;
}

static void summarize(char out[static SECTION_COMMENT], const struct report *report)
{
	char sentence[SUMMARY_TEXT];
	size_t used = (size_t)snprintf(out, SECTION_COMMENT, "mailsonde %s\n", report_version());

	for (size_t i = 0; i < report->result_count; i++) {
		report_summary(report, &report->results[i], sentence);
		int length = snprintf(out + used, SECTION_COMMENT - used, "%s\n", sentence);
		if (length < 0 || (size_t)length >= SECTION_COMMENT - used)
			break;
		used += (size_t)length;
	}
	out[used] = '\0';
}

static void release(struct evidence_file *file)
{
	if (file->descriptor >= 0)
		close(file->descriptor);
	free(file->path);
	free(file->records);
	free(file->bytes);
	free(file);
}

static int finish(struct evidence_file *file, const struct report *report, struct fault *why)
{
	char comment[SECTION_COMMENT];

	if (file->broken.kind != FAULT_NONE) {
		*why = file->broken;
		return -1;
	}
	summarize(comment, report);
	if (file->writer == NULL && begin_writing(file, comment, why) < 0)
		return -1;
	return write_kept(file, why);
}

int evidence_file_close(struct evidence_file *file, const struct report *report, struct fault *why)
{
	int outcome = finish(file, report, why);
	struct fault ignored;

	if (file->writer != NULL &&
		pcapng_writer_close(file->writer, outcome < 0 ? &ignored : why) < 0)
		outcome = -1;
	release(file);
	return outcome;
}

void evidence_file_abandon(struct evidence_file *file)
{
	if (file == NULL)
		return;
	if (file->created)
		unlink(file->path);
	release(file);
}
