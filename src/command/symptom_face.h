/* SPDX-License-Identifier: BSD-2-Clause */
/* What `bounce` and `log` share: how symptoms are shown, and the probe that may follow. */
#ifndef COMMAND_SYMPTOM_FACE_H
#define COMMAND_SYMPTOM_FACE_H

#include <stdbool.h>

struct face;
struct fault;
struct symptom_report;

/* Prints to standard output. -1: FAULT_IO. */
int symptom_face_print(
	const struct face *face, const struct symptom_report *report, struct fault *why);

/* Prints, and with probe asks the probe command what is claimed, which prints a report of its own
 * behind; its exit status is the answer then. Returns the exit status. */
int symptom_face_end(const struct face *face, const struct symptom_report *report, bool probe);

#endif
