/* SPDX-License-Identifier: BSD-2-Clause */
#include "option_table.h"

#include <argp.h>
#include <stdbool.h>

static void collect_own(struct option_table *table, const struct argp *argp)
{
	const struct argp_option *option = argp->options;
	const char *title = "";

	for (; option != NULL && (option->name != NULL || option->doc != NULL); option++) {
		bool heading = option->name == NULL && option->key == 0;
		if (heading)
			title = option->doc;
		if (heading || table->count == OPTION_TABLE_MAX)
			continue;
		if (option->name != NULL)
			table->names[table->name_count++] = option->name;
		table->items[table->count] = option;
		table->titles[table->count++] = title;
	}
}

/* As deep as commands share options. */
// NOLINTNEXTLINE(misc-no-recursion)
static void collect(struct option_table *table, const struct argp *argp)
{
	const struct argp_child *child = argp->children;

	collect_own(table, argp);
	for (; child != NULL && child->argp != NULL; child++)
		collect(table, child->argp);
}

struct option_table option_table_of(const struct argp *argp)
{
	struct option_table table = {.count = 0};

	collect(&table, argp);
	return table;
}

char option_letter(const struct argp_option *option)
{
	if (option->key <= ' ' || option->key >= 0x7f)
		return '\0';
	return (char)option->key;
}
