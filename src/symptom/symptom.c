/* SPDX-License-Identifier: BSD-2-Clause */
#include "symptom.h"

#include "fault.h"

#include <stdlib.h>
#include <string.h>

void symptom_report_clear(struct symptom_report *report)
{
	free(report->symptoms);
	report->symptoms = NULL;
	report->symptom_count = 0;
}

/* Room for a power of two; it grows where that is full. */
struct symptom *symptom_report_add(struct symptom_report *report)
{
	size_t count = report->symptom_count;

	if ((count & (count - 1)) == 0)
		report->symptoms = fault_resize(
			report->symptoms, count == 0 ? 1 : 2 * count, sizeof(*report->symptoms));
	struct symptom *symptom = &report->symptoms[report->symptom_count++];

	*symptom = (struct symptom){.source = NULL};
	return symptom;
}

int symptom_report_exit_status(const struct symptom_report *report)
{
	int status = 0;

	for (size_t i = 0; i < report->symptom_count; i++) {
		if (report->symptoms[i].cause->claims != VERDICT_INCONCLUSIVE)
			return 1;
		status = 2;
	}
	return status;
}

static int compare(const void *left, const void *right)
{
	const struct symptom *a = left;
	const struct symptom *b = right;
	int order = strcmp(a->server, b->server);

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	if (order == 0)
		order = address_compare(&a->address, &b->address);
	if (order == 0)
		order = a->port < b->port ? -1 : a->port > b->port;
	if (order == 0)
		order = strcmp(a->cause->name, b->cause->name);
	return order != 0 ? order : strcmp(a->source, b->source);
}

void symptom_report_sort(struct symptom_report *report)
{
	if (report->symptom_count > 0)
		qsort(report->symptoms, report->symptom_count, sizeof(*report->symptoms), compare);
}
