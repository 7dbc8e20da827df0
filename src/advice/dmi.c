/* SPDX-License-Identifier: BSD-2-Clause */
#include "dmi.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const names[DMI_FIELDS] = {
	"sys_vendor", "product_name", "product_uuid", "chassis_asset_tag"};

static void read_field(char *out, const char *folder, const char *name)
{
	char path[256];

	out[0] = '\0';
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return;
	if (fgets(out, DMI_TEXT, file) == NULL)
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	fclose(file);
}

void dmi_read(struct dmi *out, const char *folder)
{
	for (int i = 0; i < DMI_FIELDS; i++)
		read_field(out->fields[i], folder, names[i]);
}

/* The rest of text after word and a blank; NULL where it begins otherwise. */
static const char *after(const char *text, const char *word)
{
	size_t length = strlen(word);

	return strncmp(text, word, length) == 0 && text[length] == ' ' ? text + length + 1 : NULL;
}

/* One alternative: what stands after the name of its field. */
static bool field_fits(const char *field, const char *test, const char *end)
{
	const char *whole = after(test, "is");
	const char *start = whole == NULL ? after(test, "starts") : whole;

	if (start == NULL || start >= end)
		return false;
	size_t length = (size_t)(end - start);

	return strncasecmp(field, start, length) == 0 && (whole == NULL || field[length] == '\0');
}

static bool alternative_fits(const struct dmi *dmi, const char *hint, const char *end)
{
	for (int i = 0; i < DMI_FIELDS; i++) {
		const char *test = after(hint, names[i]);
		if (test != NULL)
			return field_fits(dmi->fields[i], test, end);
	}
	return false;
}

bool dmi_fits(const struct dmi *dmi, const char *hint)
{
	while (*hint != '\0') {
		size_t length = strcspn(hint, "|");
		if (alternative_fits(dmi, hint, hint + length))
			return true;
		hint += length + (hint[length] == '|');
	}
	return false;
}
