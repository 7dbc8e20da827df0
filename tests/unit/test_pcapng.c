/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "hex_bytes.h"
#include "pcapng.h"
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Blocks as hexadecimal text, little-endian unless named otherwise. */
#define SECTION     "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
#define SECTION_BIG "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
#define ETHERNET    "01000000 14000000 0100 0000 00000400 14000000"
#define PACKET(interface, time)                                                                    \
	"06000000 24000000" interface time "02000000 3c000000 abcd0000 24000000"
#define PACKET_AT_1 PACKET("00000000", "00000000 40420f00") /* 1 000 000 microseconds */

static FILE *file_of(const void *bytes, size_t length)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	rewind(file);
	return file;
}

static struct pcapng_reader *reader_of(const char *hex)
{
	uint8_t *bytes;
	size_t length;
	struct pcapng_reader *reader = NULL;

	hex_bytes(hex, &bytes, &length);
	reader = pcapng_reader_new(file_of(bytes, length), "sample");
	free(bytes);
	return reader;
}

/* The first packet's time, or -1. */
static int64_t first_time(const char *hex)
{
	struct pcapng_reader *reader = reader_of(hex);
	struct packet packet;
	struct note note;
	struct fault why;
	int64_t time_ns = -1;

	if (pcapng_read(reader, &packet, &note, &why) == PCAPNG_PACKET)
		time_ns = packet.time_ns;
	pcapng_reader_free(reader);
	return time_ns;
}

static const uint8_t sample_bytes[] = {0x45, 0x00, 0x00, 0x28, 0, 0, 0x40, 0, 0x40, 0x06, 0, 0, 192,
	0, 2, 1, 192, 0, 2, 2, 0x9c, 0x40, 0, 25, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x02, 0xfa, 0xf0, 0,
	0, 0, 0};

static const struct packet sample_packet = {
	.time_ns = 1700000000123456789,
	.link_type = LINK_RAW,
	.captured = sizeof(sample_bytes),
	.length = sizeof(sample_bytes),
	.bytes = sample_bytes,
};

static const struct note sample_note = {
	.time_ns = 1700000001000002000,
	.text = "MESSAGE=connect() refused\nERRNO=1",
	.length = 33,
};

/* A packet with this comment, a note, the packet again; the file is left at its beginning. */
static FILE *written_sample(const char *comment, char *path)
{
	int descriptor = mkstemp(path);
	FILE *file = fdopen(descriptor, "w+b");
	struct pcapng_writer *writer = pcapng_writer_new(file, path);
	struct fault why = {0};

	assert_int_equal(pcapng_write_head(writer, LINK_RAW, "eth0", "a run", &why), 0);
	assert_int_equal(pcapng_write_packet(writer, &sample_packet, comment, &why), 0);
	assert_int_equal(pcapng_write_note(writer, &sample_note, &why), 0);
	assert_int_equal(pcapng_write_packet(writer, &sample_packet, NULL, &why), 0);
	assert_int_equal(pcapng_writer_close(writer, &why), 0);
	file = fopen(path, "rb");
	assert_non_null(file);
	return file;
}

static void pcapng_reads_what_it_wrote(void **state)
{
	char path[] = "/tmp/mailsonde-pcapng-XXXXXX";
	struct pcapng_reader *reader = pcapng_reader_new(written_sample("hello", path), path);
	struct packet packet;
	struct note note;
	struct fault why;

	(void)state;
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_PACKET);
	assert_int_equal(packet.time_ns, sample_packet.time_ns);
	assert_int_equal(packet.number, 1);
	assert_int_equal(packet.link_type, LINK_RAW);
	assert_int_equal(packet.captured, sizeof(sample_bytes));
	assert_memory_equal(packet.bytes, sample_bytes, sizeof(sample_bytes));
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_NOTE);
	assert_int_equal(note.time_ns, sample_note.time_ns);
	assert_int_equal(note.number, 2);
	assert_non_null(memmem(note.text, note.length, sample_note.text, sample_note.length));
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_PACKET);
	assert_int_equal(packet.number, 3);
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_END);
	pcapng_reader_free(reader);
	(void)unlink(path);
}

/* Every comment length modulo 4, invalid UTF-8 and one beyond any option's size. */
static void pcapng_stays_readable_whatever_the_comment(void **state)
{
	static char endless[70000];
	const char *const comments[] = {NULL, "", "a", "ab", "abc", "abcd", "h\xc3\xa9", "\xff\xfe",
		"\xc3", "\xed\xa0\x80", "\xf0\x9f\x93\xac", "\xe2\x82", endless};

	(void)state;
	memset(endless, 'x', sizeof(endless) - 1);
	for (size_t i = 0; i < sizeof(comments) / sizeof(comments[0]); i++) {
		char path[] = "/tmp/mailsonde-pcapng-XXXXXX";
		FILE *file = written_sample(comments[i], path);
		struct pcapng_reader *reader = pcapng_reader_new(file, path);
		struct packet packet;
		struct note note;
		struct fault why;
		unsigned count = 0;

		while (pcapng_read(reader, &packet, &note, &why) != PCAPNG_END)
			count++;
		assert_int_equal(count, 3);
		pcapng_reader_free(reader);
		(void)unlink(path);
	}
}

static bool has_program(const char *name)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", name);
	return system(command) == 0;
}

/* What the other program says to our file, its complaints included. */
static void other_reader_says(const char *before, const char *after, char *out, size_t size)
{
	char path[] = "/tmp/mailsonde-pcapng-XXXXXX", command[512];
	FILE *pipe = NULL;
	size_t length = 0;

	(void)fclose(written_sample("why: \xe2\x9c\x93 \xff", path));
	(void)snprintf(command, sizeof(command), "%s %s %s", before, path, after);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	length = fread(out, 1, size - 1, pipe);
	out[length] = '\0';
	assert_int_equal(pclose(pipe), 0);
	(void)unlink(path);
}

static void pcapng_pleases_tshark(void **state)
{
	char out[4096];

	(void)state;
	if (!has_program("tshark"))
		skip();
	other_reader_says("tshark -n -r",
		"-T fields -e frame.number -e frame.time_epoch -e frame.comment"
		" -e systemd_journal.message 2>&1 | grep -v '^Running as'",
		out, sizeof(out));
	assert_string_equal(out,
		"1\t1700000000.123456789\twhy: \xe2\x9c\x93 ?\t\n"
		"2\t1700000001.000002000\t\tconnect() refused\n"
		"3\t1700000000.123456789\t\t\n");
}

static void pcapng_pleases_tcpdump(void **state)
{
	char out[4096];

	(void)state;
	if (!has_program("tcpdump"))
		skip();
	other_reader_says(
		"tcpdump -n -q -tt --nano -r", "2>&1 | grep -v '^reading from'", out, sizeof(out));
	assert_string_equal(out,
		"1700000000.123456789 IP 192.0.2.1.40000 > 192.0.2.2.25: tcp 0\n"
		"1700000000.123456789 IP 192.0.2.1.40000 > 192.0.2.2.25: tcp 0\n");
}

static void pcapng_reads_both_byte_orders_in_one_file(void **state)
{
	struct pcapng_reader *reader = reader_of(SECTION ETHERNET PACKET_AT_1 SECTION_BIG
		"00000001 00000014 0065 0000 00040000 00000014"
		"00000006 00000024 00000000 00000000 000f4240 00000002 0000003c abcd0000"
		"00000024");
	struct packet packet;
	struct note note;
	struct fault why;

	(void)state;
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_PACKET);
	assert_int_equal(packet.link_type, LINK_ETHERNET);
	assert_int_equal(packet.time_ns, 1000000000);
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_PACKET);
	assert_int_equal(packet.link_type, LINK_RAW);
	assert_int_equal(packet.time_ns, 1000000000);
	assert_int_equal(packet.number, 2);
	assert_int_equal(packet.captured, 2);
	assert_int_equal(packet.length, 60);
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_END);
	pcapng_reader_free(reader);
}

/* An interface with these options, and one packet with this time. */
#define WITH_OPTIONS(total, options, time)                                                         \
	SECTION "01000000" total "0100 0000 00000400" options total PACKET("00000000", time)

static void pcapng_converts_time_by_resolution_and_offset(void **state)
{
	static const struct {
		const char *hex;
		int64_t time_ns;
	} cases[] = {
		/* none: microseconds */
		{SECTION ETHERNET PACKET_AT_1, 1000000000},
		/* 10^-0 */
		{WITH_OPTIONS("1c000000", "0900 0100 00000000", "00000000 05000000"), 5000000000},
		/* 10^-3 */
		{WITH_OPTIONS("1c000000", "0900 0100 03000000", "00000000 db050000"), 1499000000},
		/* 10^-9 */
		{WITH_OPTIONS("1c000000", "0900 0100 09000000", "00000001 01000000"),
			((int64_t)1 << 24 << 32) + 1},
		/* 10^-12 */
		{WITH_OPTIONS("1c000000", "0900 0100 0c000000", "e8000000 0010a5d4"), 1000000000},
		/* 10^-127: nothing left */
		{WITH_OPTIONS("1c000000", "0900 0100 7f000000", "ffffffff ffffffff"), 0},
		/* 2^-1 */
		{WITH_OPTIONS("1c000000", "0900 0100 81000000", "00000000 03000000"), 1500000000},
		/* 2^-32 */
		{WITH_OPTIONS("1c000000", "0900 0100 a0000000", "01000000 00000080"), 1500000000},
		/* 2^-63 */
		{WITH_OPTIONS("1c000000", "0900 0100 bf000000", "000000c0 00000000"), 1500000000},
		/* 2^-127: nothing left */
		{WITH_OPTIONS("1c000000", "0900 0100 ff000000", "ffffffff ffffffff"), 0},
		/* offset of 2 s */
		{WITH_OPTIONS("20000000", "0e00 0800 0200000000000000", "00000000 40420f00"),
			3000000000},
		/* offset of -2 s: before 1970, so its beginning */
		{WITH_OPTIONS("20000000", "0e00 0800 feffffffffffffff", "00000000 40420f00"), 0},
		/* beyond all bounds */
		{WITH_OPTIONS("1c000000", "0900 0100 00000000", "ffffffff ffffffff"),
			(int64_t)1 << 62},
		{WITH_OPTIONS("20000000", "0e00 0800 ffffffffffffff7f", "00000000 40420f00"),
			(int64_t)1 << 62},
		/* an option longer than its block is none */
		{WITH_OPTIONS("1c000000", "0900 ff00 09000000", "00000000 40420f00"), 1000000000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (first_time(cases[i].hex) != cases[i].time_ns)
			fail_msg("case %zu: %" PRId64, i, first_time(cases[i].hex));
}

static void pcapng_reads_simple_and_obsolete_packets(void **state)
{
	struct pcapng_reader *reader = reader_of(
		SECTION "01000000 14000000 0100 0000 02000000 14000000" /* snap 2 */
			"02000000 24000000 0000 0000 00000000 40420f00 02000000 3c000000 abcd0000"
			"24000000"
			"03000000 14000000 3c000000 abcd0000 14000000");
	struct packet packet;
	struct note note;
	struct fault why;

	(void)state;
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_PACKET);
	assert_int_equal(packet.time_ns, 1000000000);
	assert_int_equal(packet.captured, 2);
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_PACKET);
	assert_int_equal(packet.time_ns, 1000000000); /* the last known */
	assert_int_equal(packet.captured, 2);
	assert_int_equal(packet.length, 60);
	pcapng_reader_free(reader);
}

/* As Wireshark numbers them: custom blocks count, unknown ones and statistics do not. */
/* Two interfaces of one section and one of the next; of the first only the later word counts. */
static void pcapng_sums_up_what_was_lost(void **state)
{
	struct pcapng_reader *reader = reader_of(SECTION ETHERNET ETHERNET
		"05000000 34000000 00000000 00000000 00000000"
		"0400 0800 0500000000000000 0500 0800 0400000000000000 00000000 34000000"
		"05000000 34000000 00000000 00000000 00000000"
		"0400 0800 6400000000000000 0500 0800 0a00000000000000 00000000 34000000"
		"05000000 28000000 01000000 00000000 00000000"
		"0700 0800 0300000000000000 00000000 28000000"
		/* of an interface that there is not, and one whose option is longer than it */
		"05000000 28000000 02000000 00000000 00000000"
		"0700 0800 0300000000000000 00000000 28000000"
		"05000000 24000000 01000000 00000000 00000000"
		"0700 ff00 0300000000000000 24000000" SECTION ETHERNET
		"05000000 24000000 00000000 00000000 00000000"
		"0500 0800 0100000000000000 24000000");
	struct packet packet;
	struct note note;
	struct fault why;

	(void)state;
	assert_int_equal(pcapng_tally(reader).lost, 0);
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_END);
	assert_int_equal(pcapng_tally(reader).arrived, 100);
	assert_int_equal(pcapng_tally(reader).lost, 10 + 3 + 1);
	pcapng_reader_free(reader);
}

static void pcapng_numbers_records_as_wireshark_does(void **state)
{
	struct pcapng_reader *reader = reader_of(SECTION ETHERNET PACKET_AT_1
		"ad0b0000 10000000 f97e0000 10000000"
		"99090000 0c000000 0c000000"
		"05000000 18000000 00000000 00000000 00000000 18000000" PACKET_AT_1);
	struct packet packet;
	struct note note;
	struct fault why;

	(void)state;
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_PACKET);
	assert_int_equal(packet.number, 1);
	assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_PACKET);
	assert_int_equal(packet.number, 3);
	pcapng_reader_free(reader);
}

static void pcapng_names_the_byte_where_it_breaks(void **state)
{
	static const struct {
		const char *hex, *text;
	} cases[] = {
		{PACKET_AT_1, "at byte 0: it does not begin with a section"},
		{"0a0d0d0a 1c000000 11111111 00", "at byte 0: a section has no byte-order magic"},
		{SECTION "01000000 0b000000 00", "at byte 28: a block has an impossible length"},
		{SECTION "01000000 00000000", "at byte 28: a block has an impossible length"},
		{SECTION "01000000 04000001", "at byte 28: a block is longer than 16 MiB"},
		{SECTION ETHERNET "06000000 24000000 00",
			"at byte 48: the file ends inside a block"},
		{SECTION ETHERNET "06000000 24", "at byte 48: the file ends inside a block"},
		{SECTION "01000000 14000000 0100 0000 00000400 15000000",
			"at byte 28: a block's two lengths differ"},
		{SECTION PACKET_AT_1,
			"at byte 28: a packet names an interface that was not described"},
		{SECTION ETHERNET PACKET("01000000", "00000000 00000000"),
			"at byte 48: a packet names an interface that was not described"},
		{SECTION ETHERNET
			"06000000 24000000 00000000 00000000 00000000 05000000 05000000 abcd0000"
			"24000000",
			"at byte 48: a packet is longer than its block"},
		{SECTION ETHERNET "06000000 10000000 00000000 10000000",
			"at byte 48: a packet block is too short"},
		{SECTION "01000000 10000000 00000000 10000000",
			"at byte 28: an interface cannot be understood"},
		{"0a0d0d0a 1c000000 4d3c2b1a 0200 0000 ffffffffffffffff 1c000000",
			"at byte 0: a section is of another version than 1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pcapng_reader *reader = reader_of(cases[i].hex);
		struct packet packet;
		struct note note;
		struct fault why = {0};

		assert_int_equal(pcapng_read(reader, &packet, &note, &why), PCAPNG_BROKEN);
		assert_int_equal(why.kind, FAULT_DATA);
		assert_non_null(strstr(why.text, cases[i].text));
		pcapng_reader_free(reader);
	}
}

static void pcapng_gives_what_stands_before_every_truncation(void **state)
{
	uint8_t *bytes;
	size_t length;

	(void)state;
	hex_bytes(SECTION ETHERNET PACKET_AT_1 PACKET_AT_1, &bytes, &length);
	for (size_t cut = 1; cut < length; cut++) {
		struct pcapng_reader *reader = pcapng_reader_new(file_of(bytes, cut), "cut");
		struct packet packet;
		struct note note;
		struct fault why;
		enum pcapng_event event = PCAPNG_END;
		unsigned packets = 0;

		while ((event = pcapng_read(reader, &packet, &note, &why)) == PCAPNG_PACKET)
			packets++;
		assert_int_equal(packets, cut < 28 + 20 + 36 ? 0 : 1);
		assert_int_equal(
			event, cut == 28 || cut == 48 || cut == 84 ? PCAPNG_END : PCAPNG_BROKEN);
		pcapng_reader_free(reader);
	}
	free(bytes);
}

static void pcapng_refuses_a_packet_of_another_link_type(void **state)
{
	struct pcapng_writer *writer = pcapng_writer_new(tmpfile(), "one link");
	struct fault why = {0};

	(void)state;
	assert_int_equal(pcapng_write_head(writer, LINK_ETHERNET, NULL, NULL, &why), 0);
	assert_int_equal(pcapng_write_packet(writer, &sample_packet, NULL, &why), -1);
	assert_int_equal(why.kind, FAULT_IO);
	assert_int_equal(pcapng_writer_close(writer, &why), 0);
}

static void pcapng_tells_when_the_disk_is_full(void **state)
{
	FILE *file = fopen("/dev/full", "wb");
	struct pcapng_writer *writer = NULL;
	struct fault why = {0};

	(void)state;
	if (!file)
		skip();
	writer = pcapng_writer_new(file, "/dev/full");
	(void)pcapng_write_head(writer, LINK_RAW, NULL, NULL, &why);
	assert_int_equal(pcapng_writer_close(writer, &why), -1);
	assert_int_equal(why.kind, FAULT_IO);
	assert_non_null(strstr(why.text, "/dev/full"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pcapng_reads_what_it_wrote),
		cmocka_unit_test(pcapng_stays_readable_whatever_the_comment),
		cmocka_unit_test(pcapng_pleases_tshark),
		cmocka_unit_test(pcapng_pleases_tcpdump),
		cmocka_unit_test(pcapng_reads_both_byte_orders_in_one_file),
		cmocka_unit_test(pcapng_converts_time_by_resolution_and_offset),
		cmocka_unit_test(pcapng_reads_simple_and_obsolete_packets),
		cmocka_unit_test(pcapng_sums_up_what_was_lost),
		cmocka_unit_test(pcapng_numbers_records_as_wireshark_does),
		cmocka_unit_test(pcapng_names_the_byte_where_it_breaks),
		cmocka_unit_test(pcapng_gives_what_stands_before_every_truncation),
		cmocka_unit_test(pcapng_refuses_a_packet_of_another_link_type),
		cmocka_unit_test(pcapng_tells_when_the_disk_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
