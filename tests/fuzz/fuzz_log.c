/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a log, line by line. */
#include "cause.h"
#include "corpus.h"
#include "fault.h"
#include "log_clock.h"
#include "log_line.h"
#include "log_tally.h"
#include "symptom.h"

#include <assert.h>
#include <string.h>

#define REFERENCE_S 1800000000

static struct log_reader *reader(void)
{
	static struct log_reader *reader;
	struct fault why;

	if (reader == NULL)
		reader = log_reader_new(&why);
	assert(reader != NULL);
	return reader;
}

static void check_within(struct span part, struct span line)
{
	assert(part.length <= line.length || line.length == 0);
}

static void take_line(struct log_tally *tally, struct log_clock *clock, struct span text)
{
	struct log_line line;
	struct sighting sighting;

	if (!log_line_split(&line, text))
		return;
	assert(line.stamp.at >= text.at && line.stamp.length <= text.length);
	int64_t time_ns = log_clock_read(clock, line.stamp);

	assert(time_ns >= 0);
	if (!log_line_read(reader(), &line, &sighting))
		return;
	assert(sighting.kind == SIGHTING_ANSWERED || sighting.cause != NULL);
	check_within(sighting.words, text);
	check_within(sighting.reply, text);
	log_tally_add(tally, &sighting, time_ns);
}

static void check(const struct symptom_report *report)
{
	assert(report->symptom_count <= LOG_TALLY_GROUPS);
	assert(memchr(report->headline, '\0', sizeof(report->headline)) != NULL);
	for (size_t i = 0; i < report->symptom_count; i++) {
		assert(report->symptoms[i].count > 0 && !report->symptoms[i].cause->unrelated);
		assert(report->symptoms[i].cause->could_be != 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span left = {(const char *)data, size};
	struct log_tally *tally = log_tally_new();
	struct symptom_report report = {.command = "log"};
	struct log_clock clock;

	log_clock_init(&clock, REFERENCE_S);
	while (left.length > 0) {
		const char *end = memchr(left.at, '\n', left.length);
		size_t length = end == NULL ? left.length : (size_t)(end - left.at);
		take_line(tally, &clock, (struct span){left.at, length});
		left = span_after(left, length + (end != NULL));
	}
	log_tally_report(tally, &report);
	check(&report);
	symptom_report_clear(&report);
	log_tally_free(tally);
	return 0;
}
