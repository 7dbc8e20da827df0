/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_seeds CORPUS CAPTURES...: cuts capture files into inputs of the harnesses. */
#include "corpus.h"
#include "fault.h"
#include "packet.h"
#include "tap.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKETS_EACH 12    /* of one capture: the first show most of what it has */
#define PACKET_MOST  1000  /* bytes: long data teach a fuzzer nothing */
#define FILE_MOST    20000 /* bytes of a file taken whole */
#define NOTHING_MADE 77    /* what ctest takes for skipped */

static FILE *create(const char *corpus, const char *harness, unsigned number)
{
	char path[4096];
	FILE *file = NULL;

	(void)snprintf(path, sizeof(path), "%s/%s/%06u", corpus, harness, number);
	file = fopen(path, "wb");
	if (!file) {
		perror(path);
		exit(1);
	}
	return file;
}

static void write_frame(const char *corpus, unsigned number, const struct packet *packet)
{
	FILE *file = create(corpus, "frame", number);

	(void)fputc(corpus_link_index(packet->link_type), file);
	(void)fwrite(packet->bytes, 1, packet->captured, file);
	(void)fclose(file);
}

/* The packets' own times are of no use in a fold of so few: ten milliseconds lie between them. */
static void write_record(FILE *file, const struct packet *packet)
{
	uint32_t length = packet->captured + 1;
	const uint8_t head[] = {RECORD_PACKET, 1, (uint8_t)(length >> 8), (uint8_t)length,
		corpus_link_index(packet->link_type)};

	(void)fwrite(head, 1, sizeof(head), file);
	(void)fwrite(packet->bytes, 1, packet->captured, file);
}

static unsigned cut_packets(const char *corpus, const char *path)
{
	static unsigned frames, evidences;
	struct fault why;
	struct tap *tap = tap_open_file(path, &why);
	struct packet packet;
	struct note note;
	enum tap_event event = TAP_EMPTY;
	FILE *evidence = NULL;
	unsigned taken = 0;

	if (!tap)
		return 0;
	evidence = create(corpus, "evidence", evidences++);
	while (taken < PACKETS_EACH && (event = tap_next(tap, &packet, &note, &why)) != TAP_EMPTY &&
		event != TAP_BROKEN) {
		if (event != TAP_PACKET)
			continue;
		if (packet.captured > PACKET_MOST)
			packet.captured = PACKET_MOST;
		write_frame(corpus, frames++, &packet);
		write_record(evidence, &packet);
		taken++;
	}
	(void)fclose(evidence);
	tap_close(tap);
	return taken;
}

static void copy_bytes(const char *corpus, const char *harness, const uint8_t *bytes, size_t length)
{
	static unsigned files;
	FILE *to = create(corpus, harness, files++);

	(void)fwrite(bytes, 1, length, to);
	(void)fclose(to);
}

static void copy_file(const char *corpus, const char *path)
{
	uint8_t bytes[FILE_MOST + 1];
	FILE *from = fopen(path, "rb");
	size_t length = from ? fread(bytes, 1, sizeof(bytes), from) : 0;

	if (from)
		(void)fclose(from);
	if (length < 4 || length > FILE_MOST)
		return;
	copy_bytes(corpus, "tap", bytes, length);
	if (memcmp(bytes, "\n\r\r\n", 4) == 0)
		copy_bytes(corpus, "pcapng", bytes, length);
}

int main(int count, char **arguments)
{
	FTS *tree = NULL;
	const FTSENT *entry = NULL;
	unsigned made = 0;

	if (count < 3)
		return 1;
	tree = fts_open(arguments + 2, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	while (tree && (entry = fts_read(tree))) {
		if (entry->fts_info != FTS_F)
			continue;
		made += cut_packets(arguments[1], entry->fts_accpath);
		copy_file(arguments[1], entry->fts_accpath);
	}
	if (tree)
		(void)fts_close(tree);
	(void)printf("%u packets\n", made);
	return made ? 0 : NOTHING_MADE;
}
