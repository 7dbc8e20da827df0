/* SPDX-License-Identifier: BSD-2-Clause */
#include "to_do.h"

#include "paper.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

#define LINE_TEXT 1152

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

/* The piece at this place of a result's advice; false if there is none, nor any after it. */
static bool collect(
	struct list *list, const struct report *report, const struct result *result, size_t place)
{
	const struct port_list unnamed = {.count = 0};
	struct advice advice[ADVICE_MAX];

	if (report_advice(report, result, &unnamed, advice) <= place)
		return false;
	if (advice[place].choice)
		return true;
	struct item *item = find(list, &advice[place]);

	if (item == NULL) {
		if (list->count == TO_DO_MAX)
			return true;
		item = &list->items[list->count++];
		*item = (struct item){.key = advice[place], .result = result, .place = place};
	}
	port_list_add(&item->ports, result->port);
	return true;
}

/* The first piece of each result before the second of any. */
static void collect_all(struct list *list, const struct report *report)
{
	bool more = true;

	for (size_t place = 0; place < ADVICE_MAX && more; place++) {
		more = false;
		for (size_t i = 0; i < report->result_count; i++)
			more |= collect(list, report, &report->results[i], place);
	}
}

/* Whom to write to, where the sentence alone does not say so. */
static const char *addressee(enum advice_who who)
{
	return who == ADVICE_SERVER_OPERATOR ? "For the server's operator: " : "";
}

static void print_command(const struct paper *paper, const struct advice *advice)
{
	if (advice->command[0] == '\0')
		return;
	paper_format(paper, "       %s", advice->command);
	paper_end_line(paper);
}

static void print_item(const struct paper *paper, size_t number, const struct advice *advice)
{
	char line[LINE_TEXT];

	paper_format(paper, "  %zu. ", number);
	snprintf(line, sizeof(line), "%s%s", addressee(advice->who), advice->action);
	paper_wrap(paper, PAPER_PLAIN, 5, line);
	print_command(paper, advice);
}

static void print_choice(const struct paper *paper, const struct advice *advice)
{
	paper_put(paper, PAPER_PLAIN, "     ");
	paper_wrap(paper, PAPER_PLAIN, 5, advice->action);
	print_command(paper, advice);
}

size_t to_do_of(const struct report *report, struct advice out[static TO_DO_LINES])
{
	struct list list = {.count = 0};
	struct advice advice[ADVICE_MAX];
	size_t lines = 0;

	collect_all(&list, report);
	for (size_t i = 0; i < list.count; i++) {
		const struct item *item = &list.items[i];
		size_t count = report_advice(report, item->result, &item->ports, advice);
		size_t end = item->place + 1;
		while (end < count && advice[end].choice)
			end++;
		for (size_t a = item->place; a < end && lines < TO_DO_LINES; a++)
			out[lines++] = advice[a];
	}
	return lines;
}

void to_do_print(const struct report *report, const struct paper *paper)
{
	struct advice advice[TO_DO_LINES];
	size_t lines = to_do_of(report, advice), number = 0;

	if (lines == 0)
		return;
	paper_put(paper, PAPER_BOLD, "What to do now");
	paper_end_line(paper);
	for (size_t i = 0; i < lines; i++) {
		if (advice[i].choice)
			print_choice(paper, &advice[i]);
		else
			print_item(paper, ++number, &advice[i]);
	}
	paper_end_line(paper);
}
