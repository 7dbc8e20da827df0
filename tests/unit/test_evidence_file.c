/* SPDX-License-Identifier: BSD-2-Clause */
#include "evidence.h"
#include "evidence_file.h"
#include "fact.h"
#include "fault.h"
#include "frame.h"
#include "packet.h"
#include "report.h"
#include "specimen.h"
#include "tap.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64];

static int make_path(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/mailsonde-evidence-%d.pcapng", (int)getpid());
	unlink(path);
	return 0;
}

static int remove_path(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static const struct fact target = {.kind = FACT_TARGET,
	.asked = true,
	.flow = {.destination = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}},
		.destination_port = 25}};

static void put_packet(
	struct evidence_file *file, uint64_t number, enum role_kind kind, size_t size)
{
	static const uint8_t bytes[2048];
	const struct packet packet = {.time_ns = (int64_t)number * 1000,
		.number = number,
		.link_type = LINK_RAW,
		.captured = (uint32_t)size,
		.length = (uint32_t)size,
		.bytes = bytes};
	const struct frame frame = {.kind = FRAME_TCP};
	const struct role role = {.kind = kind};

	evidence_file_packet(file, &packet, &frame, &role);
}

struct census {
	unsigned packets, notes;
	uint32_t longest;
};

static struct census read_back(void)
{
	struct fault why;
	struct packet packet;
	struct note note;
	struct census census = {.packets = 0};
	struct tap *tap = tap_open_file(path, &why);

	assert_non_null(tap);
	for (;;) {
		enum tap_event event = tap_next(tap, &packet, &note, &why);
		assert_int_not_equal(event, TAP_BROKEN);
		if (event == TAP_EMPTY)
			break;
		census.packets += event == TAP_PACKET;
		census.notes += event == TAP_NOTE;
		if (event == TAP_PACKET && packet.captured > census.longest)
			census.longest = packet.captured;
	}
	tap_close(tap);
	return census;
}

static void evidence_file_keeps_the_diagnosis_and_no_payload(void **state)
{
	struct fault why;
	struct evidence *evidence = evidence_new();
	struct report report = {.command = "probe"};
	struct evidence_file *file = evidence_file_open(path, &why);

	(void)state;
	assert_non_null(file);
	evidence_file_begin(file, LINK_RAW, "eth0", evidence);
	evidence_file_fact(file, &target);
	put_packet(file, 1, ROLE_PROBE, 60);
	put_packet(file, 2, ROLE_OTHER, 60);
	put_packet(file, 3, ROLE_TRAFFIC, 1500);
	assert_int_equal(evidence_file_number(file, 1), 2);
	assert_int_equal(evidence_file_number(file, 2), 0);
	assert_int_equal(evidence_file_number(file, 3), 3);
	assert_int_equal(evidence_file_close(file, &report, &why), 0);
	struct census census = read_back();

	assert_int_equal(census.packets, 2);
	assert_int_equal(census.notes, 1);
	assert_int_equal(census.longest, 128);
	evidence_free(evidence);
}

static void evidence_file_streams_what_memory_does_not_hold(void **state)
{
	const unsigned many = 40000; /* at 128 bytes and their record each, beyond the bound */
	struct fault why;
	struct evidence *evidence = evidence_new();
	struct report report = {.command = "probe"};
	struct evidence_file *file = evidence_file_open(path, &why);

	(void)state;
	assert_non_null(file);
	evidence_file_begin(file, LINK_RAW, NULL, evidence);
	evidence_file_fact(file, &target);
	for (unsigned i = 1; i <= many; i++)
		put_packet(file, i, ROLE_TRAFFIC, 1500);
	assert_int_equal(evidence_file_close(file, &report, &why), 0);
	struct census census = read_back();

	assert_int_equal(census.packets, many);
	assert_int_equal(census.notes, 1);
	evidence_free(evidence);
}

static void evidence_file_cannot_be_created_in_no_directory(void **state)
{
	struct fault why;

	(void)state;
	assert_null(evidence_file_open("/nonexistent/evidence.pcapng", &why));
	assert_int_equal(why.kind, FAULT_CANNOT_CREATE);
}

static void evidence_file_follows_no_link(void **state)
{
	struct fault why;

	(void)state;
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_null(evidence_file_open(path, &why));
	assert_int_equal(why.kind, FAULT_CANNOT_CREATE);
}

static void evidence_file_keeps_old_content_when_abandoned(void **state)
{
	struct fault why;
	struct stat status;
	FILE *old = fopen(path, "w");

	(void)state;
	fputs("old", old);
	fclose(old);
	evidence_file_abandon(evidence_file_open(path, &why));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_size, 3);
}

static void evidence_file_leaves_nothing_new_when_abandoned(void **state)
{
	struct fault why;

	(void)state;
	evidence_file_abandon(evidence_file_open(path, &why));
	assert_int_not_equal(access(path, F_OK), 0);
}

static void evidence_file_is_a_fault_when_the_disk_is_full(void **state)
{
	struct fault why;
	struct report report = {.command = "probe"};
	struct evidence *evidence = evidence_new();
	struct evidence_file *file = evidence_file_open("/dev/full", &why);

	(void)state;
	assert_non_null(file);
	evidence_file_begin(file, LINK_RAW, NULL, evidence);
	evidence_file_fact(file, &target);
	assert_int_equal(evidence_file_close(file, &report, &why), -1);
	assert_int_equal(why.kind, FAULT_IO);
	evidence_free(evidence);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_path, remove_path)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(evidence_file_keeps_the_diagnosis_and_no_payload),
		TEST(evidence_file_streams_what_memory_does_not_hold),
		TEST(evidence_file_cannot_be_created_in_no_directory),
		TEST(evidence_file_follows_no_link),
		TEST(evidence_file_keeps_old_content_when_abandoned),
		TEST(evidence_file_leaves_nothing_new_when_abandoned),
		TEST(evidence_file_is_a_fault_when_the_disk_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
