/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"
#include "hex_bytes.h"
#include "merger.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PCAP_HEAD "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 65000000"
/* one byte of data, by which it is known again, stamped at so many seconds */
#define PACKET(seconds, byte) seconds "000000 00000000 01000000 3c000000" byte

struct files {
	char paths[3][40];
	size_t count;
};

static void add_file(struct files *files, const char *hex)
{
	char *path = files->paths[files->count++];
	uint8_t *bytes;
	size_t length;
	int descriptor;

	(void)snprintf(path, sizeof(files->paths[0]), "/tmp/mailsonde-merger-XXXXXX");
	descriptor = mkstemp(path);
	hex_bytes(hex, &bytes, &length);
	assert_int_equal(write(descriptor, bytes, length), length);
	(void)close(descriptor);
	free(bytes);
}

static struct merger *open_files(struct files *files, struct fault *why)
{
	const char *paths[] = {files->paths[0], files->paths[1], files->paths[2]};
	struct merger *merger = merger_open(paths, files->count, why);

	for (size_t i = 0; i < files->count; i++)
		(void)unlink(files->paths[i]);
	return merger;
}

/* The packets' bytes and their numbers as they come, "!" for a broken file. */
static void assert_order(struct merger *merger, const char *order)
{
	char out[64] = "";
	struct packet packet;
	struct note note;
	struct fault why;
	enum tap_event event = TAP_EMPTY;

	while ((event = merger_next(merger, &packet, &note, &why)) != TAP_EMPTY) {
		size_t used = strlen(out);

		if (event == TAP_PACKET)
			(void)snprintf(out + used, sizeof(out) - used, "%x%u ", packet.bytes[0],
				(unsigned)packet.number);
		else
			(void)snprintf(out + used, sizeof(out) - used, "! ");
	}
	assert_string_equal(out, order);
}

static void merger_gives_the_earliest_of_all_files(void **state)
{
	struct files files = {.count = 0};
	struct fault why;
	struct merger *merger = NULL;

	(void)state;
	add_file(&files, PCAP_HEAD PACKET("01", "a0") PACKET("04", "a1") PACKET("05", "a2"));
	add_file(&files, PCAP_HEAD);
	add_file(&files, PCAP_HEAD PACKET("02", "b0") PACKET("04", "b1") PACKET("09", "b2"));
	merger = open_files(&files, &why);
	assert_non_null(merger);
	assert_order(merger, "a01 b01 a12 b12 a23 b23 ");
	merger_close(merger);
}

/* A file's own order stands, whatever its stamps say. */
static void merger_keeps_the_order_within_a_file(void **state)
{
	struct files files = {.count = 0};
	struct fault why;
	struct merger *merger = NULL;

	(void)state;
	add_file(&files, PCAP_HEAD PACKET("05", "a0") PACKET("01", "a1"));
	add_file(&files, PCAP_HEAD PACKET("02", "b0") PACKET("06", "b1"));
	merger = open_files(&files, &why);
	assert_order(merger, "b01 a01 a12 b12 ");
	merger_close(merger);
}

static void merger_goes_on_when_one_file_breaks(void **state)
{
	struct files files = {.count = 0};
	struct fault why;
	struct merger *merger = NULL;

	(void)state;
	add_file(&files, PCAP_HEAD PACKET("01", "a0") "0300");
	add_file(&files, PCAP_HEAD PACKET("02", "b0") PACKET("06", "b1"));
	merger = open_files(&files, &why);
	assert_order(merger, "a01 ! b01 b12 ");
	merger_close(merger);
}

static void merger_ends_once_when_its_only_file_breaks(void **state)
{
	struct files files = {.count = 0};
	struct fault why;
	struct merger *merger = NULL;

	(void)state;
	add_file(&files, PCAP_HEAD PACKET("01", "a0") "0300");
	merger = open_files(&files, &why);
	assert_order(merger, "a01 ! ");
	merger_close(merger);
}

static void merger_goes_on_beside_a_file_that_is_no_capture(void **state)
{
	struct files files = {.count = 0};
	struct fault why = {0};

	(void)state;
	add_file(&files, "");
	add_file(&files, PCAP_HEAD PACKET("01", "a0"));
	add_file(&files, "00");
	struct merger *merger = open_files(&files, &why);

	assert_non_null(merger);
	assert_order(merger, "! ! a01 ");
	merger_close(merger);
}

static void merger_opens_nothing_where_a_file_is_missing(void **state)
{
	static const char *const paths[] = {"/dev/null", "/nonexistent/a.pcap"};
	struct fault why = {0};

	(void)state;
	assert_null(merger_open(paths, 2, &why));
	assert_int_equal(why.kind, FAULT_NO_INPUT);
	assert_null(merger_open(paths, 1, &why));
	assert_int_equal(why.kind, FAULT_DATA);
}

static void merger_tells_how_far_it_has_come(void **state)
{
	struct files files = {.count = 0};
	struct fault why;
	struct merger *merger = NULL;
	uint64_t read = 0, of = 0;

	(void)state;
	add_file(&files, PCAP_HEAD PACKET("01", "a0"));
	add_file(&files, PCAP_HEAD);
	merger = open_files(&files, &why);
	assert_order(merger, "a01 ");
	merger_position(merger, &read, &of);
	assert_int_equal(of, 24 + 17 + 24);
	assert_int_equal(read, of);
	merger_close(merger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merger_gives_the_earliest_of_all_files),
		cmocka_unit_test(merger_keeps_the_order_within_a_file),
		cmocka_unit_test(merger_goes_on_when_one_file_breaks),
		cmocka_unit_test(merger_ends_once_when_its_only_file_breaks),
		cmocka_unit_test(merger_goes_on_beside_a_file_that_is_no_capture),
		cmocka_unit_test(merger_opens_nothing_where_a_file_is_missing),
		cmocka_unit_test(merger_tells_how_far_it_has_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
