/* SPDX-License-Identifier: BSD-2-Clause */
#include "manual_options.h"

#include "command.h"
#include "option_table.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

/* scdoc(5): these begin or end something. */
static void put_text(const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("\\*_", *text) != NULL)
			putchar('\\');
		putchar(*text);
	}
}

static void put_option(const struct argp_option *option)
{
	char letter = option_letter(option);

	if (letter != '\0')
		printf("*-%c*%s", letter, option->name != NULL ? ", " : "");
	if (option->name != NULL)
		printf("*--%s*", option->name);
	if (option->arg != NULL) {
		fputs(" _", stdout);
		put_text(option->arg);
		fputs("_", stdout);
	}
	fputs("\n\t", stdout);
	put_text(option->doc);
	fputs(".\n\n", stdout);
}

void manual_options_print(const struct command *command)
{
	const char *title = "";

	if (command->options == NULL)
		return;
	const struct option_table table = option_table_of(command->options);

	for (size_t i = 0; i < table.count; i++) {
		if (strcmp(title, table.titles[i]) != 0) {
			title = table.titles[i];
			printf("## %s\n\n", title);
		}
		put_option(table.items[i]);
	}
}
