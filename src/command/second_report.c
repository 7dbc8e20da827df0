/* SPDX-License-Identifier: BSD-2-Clause */
#include "second_report.h"

#include "bundle.h"
#include "comparison.h"
#include "fault.h"
#include "past_run.h"
#include "report_file.h"
#include "safe_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct second_report {
	json_t *document;
	struct past_run own, other;
	struct comparison comparison;
};

/* Both are called as whoever has the bundle finds them there. */
struct second_report *second_report_read(const char *path, struct fault *why)
{
	json_t *document = report_file_read(path, why);

	if (document == NULL)
		return NULL;
	struct second_report *second = fault_allocate(1, sizeof(*second));

	second->document = document;
	if (past_run_read(&second->other, path, document, why) == 0) {
		second->other.name = bundle_name(BUNDLE_COMPARED);
		return second;
	}
	second_report_free(second);
	return NULL;
}

void second_report_free(struct second_report *second)
{
	if (second == NULL)
		return;
	comparison_clear(&second->comparison);
	past_run_clear(&second->own);
	past_run_clear(&second->other);
	json_decref(second->document);
	free(second);
}

static int read_own(struct second_report *second, FILE *file, struct fault *why)
{
	json_error_t error;
	json_t *document = fseek(file, 0, SEEK_SET) == 0 ? json_loadf(file, 0, &error) : NULL;

	if (document == NULL)
		return fault_set(why, FAULT_IO, "cannot read %s, just written, again: %s",
			bundle_name(BUNDLE_JSON), strerror(errno));
	int outcome = past_run_read(&second->own, bundle_name(BUNDLE_JSON), document, why);

	json_decref(document);
	return outcome;
}

const struct comparison *second_report_compare(
	struct second_report *second, const struct second_report_files *files, struct fault *why)
{
	if (!safe_json_write(json_incref(second->document), JSON_INDENT(2) | JSON_ENSURE_ASCII,
		    files->copy)) {
		fault_set(why, FAULT_IO, "cannot write %s: %s", bundle_name(BUNDLE_COMPARED),
			strerror(errno));
		return NULL;
	}
	if (read_own(second, files->own, why) < 0)
		return NULL;
	second->comparison = comparison_of(&second->own, &second->other, COMPARE_UNKNOWN);
	return &second->comparison;
}
