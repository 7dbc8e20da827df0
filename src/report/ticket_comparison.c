/* SPDX-License-Identifier: BSD-2-Clause */
#include "ticket_comparison.h"

#include "comparison.h"
#include "html_text.h"
#include "ticket_sheet.h"

#include <inttypes.h>

#define ROWS_SHOWN 24
#define TEXT       1536
#define RUN_TEXT   (64 + VANTAGE_ADDRESSES * (ADDRESS_TEXT + 2))

static const char *const kinds[] = {
	[COMPARE_UNKNOWN] = "Whether these are two places or two times the reports do not tell.",
	[COMPARE_PLACES] = "Two places.",
	[COMPARE_TIMES] = "Two times at one place.",
};

/* "2026-11-24T09:12:04.000000Z, from 192.0.2.10". Returns out. */
static const char *run_words(const struct past_run *run, char out[static RUN_TEXT])
{
	char address[ADDRESS_TEXT];
	size_t used = (size_t)snprintf(
		out, RUN_TEXT, "%s", run->started[0] == '\0' ? "time not known" : run->started);

	for (size_t i = 0; i < run->vantage.address_count; i++)
		used += (size_t)snprintf(out + used, RUN_TEXT - used, ", %s%s",
			i == 0 ? "from " : "", address_print(&run->vantage.addresses[i], address));
	return out;
}

static const struct past_result *either(const struct comparison_row *row)
{
	return row->first != NULL ? row->first : row->second;
}

/* "mail.example.com (192.0.2.1)". */
static void name_words(const struct past_result *result, char *out, size_t size)
{
	char address[ADDRESS_TEXT];

	address_print(&result->address, address);
	if (result->host[0] == '\0')
		snprintf(out, size, "%s", address);
	else
		snprintf(out, size, "%s (%s)", result->host, address);
}

static size_t shown(const struct comparison *comparison)
{
	return comparison->row_count < ROWS_SHOWN ? comparison->row_count : ROWS_SHOWN;
}

/* ---- text ---- */

static void print_row(const struct comparison *comparison, size_t index, FILE *out)
{
	const struct comparison_row *row = &comparison->rows[index];
	char label[16], name[320], text[TEXT];
	char first[COMPARISON_STATE], second[COMPARISON_STATE];

	name_words(either(row), name, sizeof(name));
	snprintf(label, sizeof(label), "Port %" PRIu16, either(row)->port);
	snprintf(text, sizeof(text), "of %s: %s in %s, %s in %s.%s%s", name,
		comparison_state(row->first, first), comparison->first->name,
		comparison_state(row->second, second), comparison->second->name,
		row->conclusion[0] == '\0' ? "" : " ", row->conclusion);
	sheet_label(out, label, text);
}

void ticket_comparison_text(const struct comparison *comparison, FILE *out)
{
	char words[RUN_TEXT];

	sheet_heading(out, "Compared with a second report");
	sheet_label(out, comparison->first->name, run_words(comparison->first, words));
	sheet_label(out, comparison->second->name, run_words(comparison->second, words));
	sheet_label(out, "", kinds[comparison->kind]);
	for (size_t i = 0; i < shown(comparison); i++)
		print_row(comparison, i, out);
	if (comparison->row_count > ROWS_SHOWN)
		fprintf(out, "%zu more are in the two reports.\n",
			comparison->row_count - ROWS_SHOWN);
}

/* ---- HTML ---- */

static void print_cell(const char *text, FILE *out)
{
	fputs("<td>", out);
	html_text(out, text);
	fputs("</td>", out);
}

static void print_html_row(const struct comparison_row *row, FILE *out)
{
	char name[320], state[COMPARISON_STATE];

	name_words(either(row), name, sizeof(name));
	fprintf(out, "<tr><td><b>%" PRIu16 "</b>", either(row)->port);
	html_element(out, "small", NULL, name);
	fputs("</td>", out);
	print_cell(comparison_state(row->first, state), out);
	print_cell(comparison_state(row->second, state), out);
	print_cell(row->conclusion, out);
	fputs("</tr>\n", out);
}

void ticket_comparison_html(const struct comparison *comparison, FILE *out)
{
	char words[RUN_TEXT];

	fputs("<h2>Compared with a second report</h2>\n<p>", out);
	html_format(out, "%s: %s. ", comparison->first->name, run_words(comparison->first, words));
	html_format(
		out, "%s: %s. ", comparison->second->name, run_words(comparison->second, words));
	html_text(out, kinds[comparison->kind]);
	fputs("</p>\n<table><thead><tr><th scope=\"col\">Port</th><th scope=\"col\">This run</th>"
	      "<th scope=\"col\">Second</th><th scope=\"col\">What follows</th></tr></thead>"
	      "<tbody>\n",
		out);
	for (size_t i = 0; i < shown(comparison); i++)
		print_html_row(&comparison->rows[i], out);
	fputs("</tbody></table>\n", out);
	if (comparison->row_count > ROWS_SHOWN)
		html_format(out, "%zu more are in the two reports.",
			comparison->row_count - ROWS_SHOWN);
}
