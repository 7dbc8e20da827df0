/* SPDX-License-Identifier: BSD-2-Clause */
#include "ca_file.h"

#include "fault.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* RFC 7468 section 5: these boundaries, and a DER SEQUENCE between them, whose first bytes 0x30
 * 0x8x (more than 127 bytes, X.690 section 8.1.3.5) are "MI" in base64. */
#define BEGINNING "-----BEGIN CERTIFICATE-----"
#define END       "-----END CERTIFICATE-----"
#define BODY      "MI"

static bool starts_with(const char *line, const char *beginning)
{
	return strncmp(line, beginning, strlen(beginning)) == 0;
}

static bool holds_certificate(FILE *file)
{
	char line[512];
	bool inside = false;
	bool body = false;

	while (fgets(line, sizeof(line), file) != NULL) {
		if (starts_with(line, END) && inside && body)
			return true;
		if (starts_with(line, BEGINNING)) {
			inside = true;
			body = false;
		} else if (inside && !body) {
			body = starts_with(line, BODY);
			inside = body;
		}
	}
	return false;
}

int ca_file_check(const char *path, struct fault *why)
{
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return fault_set(why, FAULT_NO_INPUT, "cannot open the CA file %.300s: %s", path,
			strerror(errno));
	bool holds = holds_certificate(file);
	int error = ferror(file) ? errno : 0;

	fclose(file);
	if (error != 0)
		return fault_set(why, FAULT_NO_INPUT, "cannot read the CA file %.300s: %s", path,
			strerror(error));
	if (!holds)
		return fault_set(
			why, FAULT_DATA, "the CA file %.300s holds no PEM certificate", path);
	return 0;
}
