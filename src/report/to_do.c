/* SPDX-License-Identifier: BSD-2-Clause */
#include "to_do.h"

#include "paper.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

#define LINE_TEXT 640
#define TO_DO_MAX 6 /* more advice than this is read by nobody */

struct list {
	struct advice items[TO_DO_MAX];
	size_t count;
};

static bool is_known(const struct list *list, const struct advice *advice)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i].action, advice->action) == 0)
			return true;
	}
	return false;
}

static void collect(struct list *list, const struct report *report, const struct result *result)
{
	struct advice advice[ADVICE_MAX];
	size_t count = report_advice(report, result, advice);

	for (size_t i = 0; i < count && list->count < TO_DO_MAX; i++) {
		if (!is_known(list, &advice[i]))
			list->items[list->count++] = advice[i];
	}
}

static void print_advice(const struct paper *paper, size_t number, const struct advice *advice)
{
	bool for_others = advice->who == ADVICE_SERVER_OPERATOR;
	char line[LINE_TEXT];

	paper_format(paper, "  %zu. ", number);
	snprintf(line, sizeof(line), "%s%s", for_others ? "For the server's operator: " : "",
		advice->action);
	paper_wrap(paper, PAPER_PLAIN, 5, line);
	if (advice->command[0] != '\0') {
		paper_format(paper, "       %s", advice->command);
		paper_end_line(paper);
	}
}

void to_do_print(const struct report *report, const struct paper *paper)
{
	struct list list = {.count = 0};

	for (size_t i = 0; i < report->result_count; i++)
		collect(&list, report, &report->results[i]);
	if (list.count == 0)
		return;
	paper_put(paper, PAPER_BOLD, "What to do now");
	paper_end_line(paper);
	for (size_t i = 0; i < list.count; i++)
		print_advice(paper, i + 1, &list.items[i]);
	paper_end_line(paper);
}
