/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON values that always can be made: whatever bytes a text has, whatever a number is. jansson by
 * itself refuses text that is not UTF-8, and numbers that are not finite.
 */
#ifndef REPORT_SAFE_JSON_H
#define REPORT_SAFE_JSON_H

#include "address.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* text escaped as in escape.h; null for NULL and for "". */
json_t *safe_json(const char *text);

json_t *safe_json_address(const struct address *address); /* null for ADDRESS_NONE */
json_t *safe_json_time(int64_t time_ns);                  /* null for 0: not known */
json_t *safe_json_number(double number);                  /* three decimals; null if not finite */

/* Gives value, which must not be NULL, to object. */
void safe_json_put(json_t *object, const char *key, json_t *value);
void safe_json_append(json_t *array, json_t *value);

/* Writes value and a line break and releases value; layout is jansson's JSON_INDENT or
 * JSON_COMPACT. False if it could not be written. */
bool safe_json_write(json_t *value, size_t layout, FILE *out);

/* An object one of whose members is a list that is never in memory as a whole. */
struct json_stream {
	FILE *out;
	bool failed; /* it could not be written */
	bool listed; /* an item was */
};

/* Each releases the value that it is given: an object's members, then a list of that name, then the
 * last member. */
void safe_json_begin(struct json_stream *stream, json_t *head, const char *list);
void safe_json_item(struct json_stream *stream, json_t *item);
void safe_json_end(struct json_stream *stream, const char *key, json_t *value);

#endif
