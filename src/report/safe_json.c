/* SPDX-License-Identifier: BSD-2-Clause */
#include "safe_json.h"

#include "escape.h"
#include "fault.h"
#include "timestamp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Enough for three decimals of any figure of ours, and no 0.10000000000000001. */
#define PRINTED_DIGITS 12

/* With values as ours jansson fails for want of memory alone. */
static void survive(bool worked)
{
	if (!worked)
		fault_out_of_memory();
}

json_t *safe_json(const char *text)
{
	if (text == NULL || text[0] == '\0')
		return json_null();
	size_t room = ESCAPE_ROOM(strlen(text));
	char *harmless = fault_allocate(room, 1);

	escape_text(harmless, room, text, false);
	json_t *value = json_string(harmless);

	free(harmless);
	survive(value != NULL);
	return value;
}

json_t *safe_json_address(const struct address *address)
{
	char text[ADDRESS_TEXT];

	if (address->family == ADDRESS_NONE)
		return json_null();
	return safe_json(address_print(address, text));
}

json_t *safe_json_time(int64_t time_ns)
{
	char text[TIMESTAMP_TEXT];

	return time_ns == 0 ? json_null() : safe_json(timestamp_print(time_ns, text));
}

json_t *safe_json_number(double number)
{
	json_t *value = isfinite(number) ? json_real(round(number * 1000) / 1000) : json_null();

	survive(value != NULL);
	return value;
}

void safe_json_put(json_t *object, const char *key, json_t *value)
{
	survive(json_object_set_new(object, key, value) == 0);
}

void safe_json_append(json_t *array, json_t *value)
{
	survive(json_array_append_new(array, value) == 0);
}

bool safe_json_write(json_t *value, size_t layout, FILE *out)
{
	int failed = json_dumpf(value, out, layout | JSON_REAL_PRECISION(PRINTED_DIGITS));

	json_decref(value);
	return failed == 0 && fputc('\n', out) != EOF;
}
