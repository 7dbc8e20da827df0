/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Results as a monitoring plugin tells them: one line, figures after a bar, and a status from 0 to
 * 3 (Monitoring Plugins Development Guidelines).
 */
#ifndef REPORT_PLUGIN_H
#define REPORT_PLUGIN_H

#include <stdbool.h>
#include <stdio.h>

struct report;

enum plugin_status { /* the exit statuses of the guidelines */
	PLUGIN_OK,
	PLUGIN_WARNING,
	PLUGIN_CRITICAL,
	PLUGIN_UNKNOWN,
};

/* A threshold in the guidelines' notation: "10" is 0 to 10, "10:" ten and more, "~:10" ten and
 * less, "10:20"; within it all is well. "@10:20" turns that round. */
struct plugin_range {
	bool given, inside; /* inside: alert within, not without */
	double least, most; /* infinite where open */
	char text[32];      /* as it was given, for the figures */
};

/* False if text is no range. */
bool plugin_range_parse(struct plugin_range *out, const char *text);
bool plugin_range_alerts(const struct plugin_range *range, double value);

/* Of the time to an answer, in seconds. */
struct plugin_limits {
	struct plugin_range warning, critical;
};

const char *plugin_status_name(enum plugin_status status);

/* What the results come to: the worst of them all. */
enum plugin_status plugin_status_of(
	const struct report *report, const struct plugin_limits *limits);

/* Prints the line, and with verbose a sentence for each result below it. */
void plugin_print(
	const struct report *report, const struct plugin_limits *limits, bool verbose, FILE *out);

/* The line of a check that could not be made: UNKNOWN and why. */
void plugin_print_unknown(const char *why, FILE *out);

#endif
