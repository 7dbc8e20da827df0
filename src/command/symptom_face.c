/* SPDX-License-Identifier: BSD-2-Clause */
#include "symptom_face.h"

#include "command.h"
#include "face.h"
#include "fault.h"
#include "notice.h"
#include "question.h"
#include "symptom.h"
#include "symptom_document.h"
#include "symptom_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define WORDS (QUESTION_TARGETS + 10)

static int print_text(
	const struct face *face, const struct symptom_report *report, struct fault *why)
{
	struct paper paper = paper_of(stdout, face->color, face->verbose);

	symptom_text_print(report, &paper);
	if (fflush(stdout) != 0 || ferror(stdout))
		return fault_set(why, FAULT_IO, "cannot write the results: %s", strerror(errno));
	return 0;
}

int symptom_face_print(
	const struct face *face, const struct symptom_report *report, struct fault *why)
{
	switch (face->format) {
	case FACE_JSON:
		return symptom_document_print(report, stdout, why);
	case FACE_JSONL:
		return symptom_lines_print(report, stdout, why);
	case FACE_TEXT:
		break;
	}
	return print_text(face, report, why);
}

static void name_ports(const struct question *question, char *out, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < question->ports.count && used < size; i++) {
		int length = snprintf(out + used, size - used, "%s%u", i == 0 ? "" : ",",
			question->ports.ports[i]);
		used += length > 0 ? (size_t)length : 0;
	}
}

/* As if it had been typed: one code path for whatever is probed. */
static int probe_all(const struct face *face, struct question *question)
{
	static char name[] = "mailsonde probe", format[] = "--format", ports[] = "--ports",
		    mx[] = "--mx", end[] = "--";
	static char formats[][8] = {"text", "json", "jsonl"}; /* as enum face_format */
	char list[PORT_LIST_MAX * 6];
	char *words[WORDS] = {name, format, formats[face->format]};
	int count = 3;

	if (question->mail_domains)
		words[count++] = mx;
	if (question->ports.count > 0) {
		name_ports(question, list, sizeof(list));
		words[count++] = ports;
		words[count++] = list;
	}
	words[count++] = end;
	for (size_t i = 0; i < question->target_count; i++)
		words[count++] = question->targets[i];
	return command_probe.run(count, words);
}

int symptom_face_end(const struct face *face, const struct symptom_report *report, bool probe)
{
	struct fault why;
	struct question question = question_of(report);

	if (symptom_face_print(face, report, &why) < 0)
		return notice_fault(&why);
	if (!probe || report->symptom_count == 0)
		return symptom_report_exit_status(report);
	if (question.target_count > 0)
		return probe_all(face, &question);
	notice("nothing that was read names a server to probe");
	return symptom_report_exit_status(report);
}
