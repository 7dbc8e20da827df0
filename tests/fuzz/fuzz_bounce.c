/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the pieces of a bounce, as a process that was taken over might send them: kind (1
 * byte), depth (1 byte), length (2 bytes, big-endian), and as many bytes. */
#include "bounce.h"
#include "cause.h"
#include "corpus.h"
#include "fault.h"
#include "letter.h"
#include "question.h"
#include "symptom.h"

#include <assert.h>
#include <string.h>

static struct bounce_reader *reader(void)
{
	static struct bounce_reader *reader;
	struct fault why;

	if (reader == NULL)
		reader = bounce_reader_new(&why);
	assert(reader != NULL);
	return reader;
}

static void take_pieces(struct letter *letter, struct span left)
{
	static const enum letter_kind kinds[] = {LETTER_HEADER, LETTER_TEXT, LETTER_REPORT};

	while (left.length > 4 && letter->count < LETTER_PIECES) {
		const uint8_t *head = (const uint8_t *)left.at;
		size_t length = (size_t)(head[2] << 8 | head[3]);
		left = span_after(left, 4);
		if (length > left.length)
			length = left.length;
		letter->pieces[letter->count++] = (struct letter_piece){
			.kind = kinds[head[0] % 3],
			.depth = head[1] % LETTER_DEPTH,
			.bytes = {left.at, length},
		};
		left = span_after(left, length);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct letter letter = {.count = 0};
	struct symptom_report report = {.command = "bounce"};
	char command[QUESTION_COMMAND];

	take_pieces(&letter, (struct span){(const char *)data, size});
	(void)bounce_read(reader(), &letter, &report);
	for (size_t i = 0; i < report.symptom_count; i++) {
		assert(report.symptoms[i].cause->could_be != 0 && report.symptoms[i].count > 0);
		assert(memchr(report.symptoms[i].words, '\0', SYMPTOM_WORDS) != NULL);
	}
	struct question question = question_of(&report);

	assert(strlen(question_command(&question, command)) < QUESTION_COMMAND);
	symptom_report_clear(&report);
	return 0;
}
