/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_seeds CORPUS CAPTURES...: cuts capture files into inputs of the harnesses. */
#include "corpus.h"
#include "fault.h"
#include "frame.h"
#include "packet.h"
#include "tap.h"

#include <fts.h>
#include <openssl/ec.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKETS_EACH  12    /* of one capture: the first show most of what it has */
#define PACKET_MOST   1000  /* bytes: long data teach a fuzzer nothing */
#define SEGMENTS_EACH 40    /* of one session: its beginning is what is read */
#define FILE_MOST     20000 /* bytes of a file taken whole */
#define NOTHING_MADE  77    /* what ctest takes for skipped */

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

/* The fragments of a capture, from the first on, as packets for fuzz_reassembly. */
static void cut_fragments(const char *corpus, const char *path)
{
	static unsigned reassemblies;
	struct fault why;
	struct tap *tap = tap_open_file(path, &why);
	struct packet packet;
	struct note note;
	enum tap_event event = TAP_EMPTY;
	struct frame frame;
	FILE *file = NULL;
	unsigned taken = 0;

	while (tap && taken < PACKETS_EACH &&
		(event = tap_next(tap, &packet, &note, &why)) != TAP_EMPTY && event != TAP_BROKEN) {
		if (event != TAP_PACKET || packet.captured > UINT16_MAX ||
			frame_decode(&frame, &packet) != FRAME_FRAGMENT)
			continue;
		const uint8_t head[] = {corpus_link_index(packet.link_type), 0,
			(uint8_t)(packet.captured >> 8), (uint8_t)packet.captured};

		if (!file)
			file = create(corpus, "reassembly", reassemblies++);
		(void)fwrite(head, 1, sizeof(head), file);
		(void)fwrite(packet.bytes, 1, packet.captured, file);
		taken++;
	}
	if (file)
		(void)fclose(file);
	tap_close(tap);
}

/* The index of a mail port in fuzz_session's table, or -1. */
static int mail_port(uint16_t port)
{
	static const uint16_t ports[] = {25, 465, 587, 2525, 143, 993, 110, 995};

	for (int i = 0; i < 8; i++) {
		if (ports[i] == port)
			return i;
	}
	return -1;
}

static void write_segment(FILE *file, bool from_server, const struct frame_tcp *tcp)
{
	uint32_t length = tcp->data_captured < PACKET_MOST ? tcp->data_captured : PACKET_MOST;
	uint8_t how = (uint8_t)(from_server | (tcp->flags & TCP_FIN ? 2 : 0) |
		(tcp->flags & TCP_RST ? 4 : 0));
	const uint8_t head[] = {how, 1, (uint8_t)(length >> 8), (uint8_t)length};

	(void)fwrite(head, 1, sizeof(head), file);
	if (length > 0)
		(void)fwrite(tcp->data, 1, length, file);
}

static void copy_bytes(const char *corpus, const char *harness, const uint8_t *bytes, size_t length)
{
	static unsigned files;
	FILE *to = create(corpus, harness, files++);

	(void)fwrite(bytes, 1, length, to);
	(void)fclose(to);
}

static FILE *begin_session(char **bytes, size_t *length, int port)
{
	FILE *file = open_memstream(bytes, length);

	if (!file)
		abort();
	(void)fputc(port, file);
	return file;
}

static void end_session(const char *corpus, FILE *file, char **bytes, const size_t *length)
{
	if (!file)
		return;
	(void)fclose(file);
	copy_bytes(corpus, "session", (const uint8_t *)*bytes, *length);
	copy_bytes(corpus, "dialogue", (const uint8_t *)*bytes, *length);
	free(*bytes);
}

/* What both sides say on the first mail port that a packet has, as one session. */
static void cut_session(const char *corpus, const char *path)
{
	char *bytes = NULL;
	size_t length = 0;
	struct fault why;
	struct tap *tap = tap_open_file(path, &why);
	struct packet packet;
	struct note note;
	enum tap_event event = TAP_EMPTY;
	struct frame frame;
	FILE *file = NULL;
	int port = -1;
	unsigned taken = 0;

	while (tap && taken < SEGMENTS_EACH &&
		(event = tap_next(tap, &packet, &note, &why)) != TAP_EMPTY && event != TAP_BROKEN) {
		if (event != TAP_PACKET || frame_decode(&frame, &packet) != FRAME_DECODED ||
			frame.kind != FRAME_TCP || frame.tcp.flags & TCP_SYN)
			continue;
		int from = mail_port(frame.tcp.source_port);
		int to = mail_port(frame.tcp.destination_port);
		if (from < 0 && to < 0)
			continue;
		if (!file) {
			port = from >= 0 ? from : to;
			file = begin_session(&bytes, &length, port);
		}
		if (from != port && to != port)
			continue;
		write_segment(file, from == port, &frame.tcp);
		taken++;
	}
	end_session(corpus, file, &bytes, &length);
	tap_close(tap);
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

/* A certificate with an extension of each kind that is read. */
static void make_certificate(const char *corpus, const char *name)
{
	static const struct {
		int kind;
		const char *text;
	} extensions[] = {
		{NID_subject_alt_name, "DNS:mx.test,DNS:*.mx.test,IP:192.0.2.1,IP:2001:db8::1"},
		{NID_info_access, "caIssuers;URI:http://issuer.test/issuer.der"},
		{NID_basic_constraints, "CA:FALSE"},
	};
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *made = X509_new();
	unsigned char *der = NULL;

	X509_set_version(made, X509_VERSION_3);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
		(const unsigned char *)name, -1, -1, 0);
	X509_gmtime_adj(X509_getm_notBefore(made), 0);
	X509_gmtime_adj(X509_getm_notAfter(made), 1000000);
	X509_set_pubkey(made, key);
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		X509_EXTENSION *extension =
			X509V3_EXT_conf_nid(NULL, NULL, extensions[i].kind, extensions[i].text);
		X509_add_ext(made, extension, -1);
		X509_EXTENSION_free(extension);
	}
	X509_sign(made, key, EVP_sha256());
	int length = i2d_X509(made, &der);

	if (length <= 0)
		abort();
	copy_bytes(corpus, "certificate", der, (size_t)length);
	OPENSSL_free(der);
	X509_free(made);
	EVP_PKEY_free(key);
}

int main(int count, char **arguments)
{
	FTS *tree = NULL;
	const FTSENT *entry = NULL;
	unsigned made = 0;

	if (count < 3)
		return 1;
	make_certificate(arguments[1], "mx.test");
	make_certificate(arguments[1], "\xc3\xa9\x1b[31m");
	tree = fts_open(arguments + 2, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	while (tree && (entry = fts_read(tree))) {
		if (entry->fts_info != FTS_F)
			continue;
		made += cut_packets(arguments[1], entry->fts_accpath);
		copy_file(arguments[1], entry->fts_accpath);
		cut_session(arguments[1], entry->fts_accpath);
		cut_fragments(arguments[1], entry->fts_accpath);
	}
	if (tree)
		(void)fts_close(tree);
	(void)printf("%u packets\n", made);
	return made ? 0 : NOTHING_MADE;
}
