/* SPDX-License-Identifier: BSD-2-Clause */
#include "to_do.h"

#include "paper.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

#define LINE_TEXT 896

/* One piece of advice, for the first result that had it and for the ports of all others. */
struct item {
	struct advice key; /* worded without the ports, so that the same advice looks the same */
	const struct result *result;
	size_t place; /* among the advice of the result */
	struct port_list ports;
};

struct list {
	struct item items[TO_DO_MAX];
	size_t count;
};

static struct item *find(struct list *list, const struct advice *key)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i].key.action, key->action) == 0)
			return &list->items[i];
	}
	return NULL;
}

/* The piece at this place of a result's advice. */
static void collect(
	struct list *list, const struct report *report, const struct result *result, size_t place)
{
	const struct port_list unnamed = {.count = 0};
	struct advice advice[ADVICE_MAX];

	if (report_advice(report, result, &unnamed, advice) <= place)
		return;
	struct item *item = find(list, &advice[place]);

	if (item == NULL) {
		if (list->count == TO_DO_MAX)
			return;
		item = &list->items[list->count++];
		*item = (struct item){.key = advice[place], .result = result, .place = place};
	}
	port_list_add(&item->ports, result->port);
}

/* The first piece of each result before the second of any. */
static void collect_all(struct list *list, const struct report *report)
{
	for (size_t place = 0; place < ADVICE_MAX; place++) {
		for (size_t i = 0; i < report->result_count; i++)
			collect(list, report, &report->results[i], place);
	}
}

static void print_item(const struct paper *paper, size_t number, const struct advice *advice)
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

size_t to_do_of(const struct report *report, struct advice out[static TO_DO_MAX])
{
	struct list list = {.count = 0};
	struct advice advice[ADVICE_MAX];

	collect_all(&list, report);
	for (size_t i = 0; i < list.count; i++) {
		const struct item *item = &list.items[i];
		report_advice(report, item->result, &item->ports, advice);
		out[i] = advice[item->place];
	}
	return list.count;
}

void to_do_print(const struct report *report, const struct paper *paper)
{
	struct advice advice[TO_DO_MAX];
	size_t count = to_do_of(report, advice);

	if (count == 0)
		return;
	paper_put(paper, PAPER_BOLD, "What to do now");
	paper_end_line(paper);
	for (size_t i = 0; i < count; i++)
		print_item(paper, i + 1, &advice[i]);
	paper_end_line(paper);
}
