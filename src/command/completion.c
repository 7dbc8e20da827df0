/* SPDX-License-Identifier: BSD-2-Clause */
#include "completion.h"

#include "command.h"
#include "fault.h"
#include "option_table.h"
#include "provider.h"
#include "sending_service.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

/* ---- what an argument can be ---- */

enum choice {
	CHOICE_FREE, /* nothing can be proposed */
	CHOICE_WORDS,
	CHOICE_FILE,
	CHOICE_FOLDER,
	CHOICE_HOST,
	CHOICE_INTERFACE,
	CHOICE_SERVICE,
	CHOICE_PROVIDER,
};

/* By the name that --help gives it. */
static const struct argument {
	const char *name;
	enum choice choice;
	const char *words;
} arguments[] = {
	{"FORMAT", CHOICE_WORDS, "text json jsonl"},
	{"WHEN", CHOICE_WORDS, "auto always never"},
	{"KIND", CHOICE_WORDS, "places times"},
	{"FILE", CHOICE_FILE, ""},
	{"FILE.pcapng", CHOICE_FILE, ""},
	{"DIR", CHOICE_FOLDER, ""},
	{"IF", CHOICE_INTERFACE, ""},
	{"HOST", CHOICE_HOST, ""},
	{"SERVICE", CHOICE_SERVICE, ""},
	{"PROVIDER", CHOICE_PROVIDER, ""},
};

static const struct argument *argument_of(const char *name)
{
	static const struct argument free_text = {"", CHOICE_FREE, ""};

	for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
		if (strcmp(arguments[i].name, name) == 0)
			return &arguments[i];
	}
	return &free_text;
}

/* What stands after the options of a command. */
static enum choice operands_of(const struct command *command)
{
	if (strncmp(command->synopsis, "TARGET", strlen("TARGET")) == 0)
		return CHOICE_HOST;
	return strstr(command->synopsis, "FILE") != NULL ||
			strstr(command->synopsis, ".json") != NULL
		? CHOICE_FILE
		: CHOICE_FREE;
}

static void put_services(void)
{
	struct sending_service_list list;
	struct fault why;

	if (sending_service_list_read(&list, NULL, &why) == 0) {
		for (size_t i = 0; i < list.count; i++)
			printf("%s%s", i == 0 ? "" : " ", list.items[i].key);
	}
	sending_service_list_clear(&list);
}

static void put_providers(void)
{
	struct provider_list list;
	struct fault why;

	if (provider_list_read(&list, NULL, &why) == 0) {
		for (size_t i = 0; i < list.count; i++)
			printf("%s%s", i == 0 ? "" : " ", list.items[i].key);
	}
	provider_list_clear(&list);
}

/* Words for a choice that is a list of them; false for another. */
static bool put_words(const struct argument *argument)
{
	switch (argument->choice) {
	case CHOICE_WORDS:
		fputs(argument->words, stdout);
		return true;
	case CHOICE_SERVICE:
		put_services();
		return true;
	case CHOICE_PROVIDER:
		put_providers();
		return true;
	case CHOICE_FREE:
	case CHOICE_FILE:
	case CHOICE_FOLDER:
	case CHOICE_HOST:
	case CHOICE_INTERFACE:
		break;
	}
	return false;
}

static bool is_words(enum choice choice)
{
	return choice == CHOICE_WORDS || choice == CHOICE_SERVICE || choice == CHOICE_PROVIDER;
}

/* The first part of a description, without what would end a quoted word of a shell. */
static void put_brief(const char *text, const char *forbidden)
{
	size_t length = strcspn(text, ";:(.");

	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == ','))
		length--;
	for (size_t i = 0; i < length; i++)
		putchar(strchr(forbidden, text[i]) != NULL ? ' ' : text[i]);
}

static void put_names(const struct command_table *commands)
{
	for (size_t i = 0; i < commands->count; i++)
		printf("%s%s", i == 0 ? "" : " ", commands->items[i]->name);
}

/* ---- bash ---- */

static const char *bash_way(enum choice choice)
{
	switch (choice) {
	case CHOICE_FILE:
		return "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")";
	case CHOICE_FOLDER:
		return "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")";
	case CHOICE_HOST:
		return "mapfile -t COMPREPLY < <(compgen -A hostname -- \"$cur\")";
	case CHOICE_INTERFACE:
		return "mapfile -t COMPREPLY < <(cd /sys/class/net && compgen -G \"$cur*\")";
	case CHOICE_FREE:
	case CHOICE_WORDS:
	case CHOICE_SERVICE:
	case CHOICE_PROVIDER:
		break;
	}
	return ":";
}

static void bash_argument(const struct command *command, const struct argp_option *option)
{
	const struct argument *argument = argument_of(option->arg);

	printf("\t%s,--%s) ", command->name, option->name);
	if (is_words(argument->choice)) {
		fputs("mapfile -t COMPREPLY < <(compgen -W '", stdout);
		put_words(argument);
		puts("' -- \"$cur\"); return ;;");
	} else {
		printf("%s; return ;;\n", bash_way(argument->choice));
	}
}

static void bash_options(const struct command *command, const struct option_table *table)
{
	printf("\t%s,-*) mapfile -t COMPREPLY < <(compgen -W '", command->name);
	for (size_t i = 0; i < table->name_count; i++)
		printf("%s--%s", i == 0 ? "" : " ", table->names[i]);
	puts("' -- \"$cur\") ;;");
	printf("\t%s,*) %s ;;\n", command->name, bash_way(operands_of(command)));
}

static struct option_table options_of(const struct command *command)
{
	const struct option_table none = {.count = 0};

	return command->options == NULL ? none : option_table_of(command->options);
}

static void print_bash(const struct command_table *commands)
{
	puts("# bash completion for mailsonde, made from its tables\n"
	     "_mailsonde()\n{\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= i\n"
	     "\tCOMPREPLY=()\n"
	     "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	     "\t\t[[ ${COMP_WORDS[i]} == -* ]] || { command=${COMP_WORDS[i]}; break; }\n"
	     "\tdone\n"
	     "\tif [[ $prev == = ]]; then\n\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n"
	     "\telif [[ $cur == = ]]; then\n\t\tcur=\n\tfi");
	fputs("\tif [[ -z $command ]]; then\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W '",
		stdout);
	put_names(commands);
	puts(" --help --version' -- \"$cur\")\n\t\treturn\n\tfi\n\tcase $command,$prev in");
	for (size_t i = 0; i < commands->count; i++) {
		const struct option_table table = options_of(commands->items[i]);
		for (size_t o = 0; o < table.count; o++) {
			if (table.items[o]->arg != NULL && table.items[o]->name != NULL)
				bash_argument(commands->items[i], table.items[o]);
		}
	}
	puts("\tesac\n\tcase $command,$cur in");
	for (size_t i = 0; i < commands->count; i++) {
		const struct option_table table = options_of(commands->items[i]);
		bash_options(commands->items[i], &table);
	}
	puts("\tesac\n}\ncomplete -F _mailsonde mailsonde");
}

/* ---- zsh ---- */

static const char *zsh_way(enum choice choice)
{
	switch (choice) {
	case CHOICE_FILE:
		return "_files";
	case CHOICE_FOLDER:
		return "_files -/";
	case CHOICE_HOST:
		return "_hosts";
	case CHOICE_INTERFACE:
		return "_net_interfaces";
	case CHOICE_FREE:
	case CHOICE_WORDS:
	case CHOICE_SERVICE:
	case CHOICE_PROVIDER:
		break;
	}
	return " ";
}

#define ZSH_FORBIDDEN "'[]:\\"

static void zsh_spec(const char *dashed, const struct argp_option *option)
{
	printf("\t\t\t'%s%s[", dashed, option->arg != NULL && dashed[1] == '-' ? "=" : "");
	put_brief(option->doc, ZSH_FORBIDDEN);
	putchar(']');
	if (option->arg != NULL) {
		const struct argument *argument = argument_of(option->arg);
		printf(":%s:", option->arg);
		if (is_words(argument->choice)) {
			putchar('(');
			put_words(argument);
			putchar(')');
		} else {
			fputs(zsh_way(argument->choice), stdout);
		}
	}
	puts("' \\");
}

static void zsh_command(const struct command *command)
{
	const struct option_table table = options_of(command);
	char dashed[72];

	printf("\t\t%s)\n\t\t\t_arguments -s \\\n", command->name);
	for (size_t i = 0; i < table.count; i++) {
		if (table.items[i]->name != NULL) {
			snprintf(dashed, sizeof(dashed), "--%s", table.items[i]->name);
			zsh_spec(dashed, table.items[i]);
		}
		if (option_letter(table.items[i]) == '\0')
			continue;
		snprintf(dashed, sizeof(dashed), "-%c", option_letter(table.items[i]));
		zsh_spec(dashed, table.items[i]);
	}
	printf("\t\t\t'*:argument:%s' ;;\n", zsh_way(operands_of(command)));
}

static void print_zsh(const struct command_table *commands)
{
	puts("#compdef mailsonde\n# zsh completion for mailsonde, made from its tables\n"
	     "_mailsonde() {\n"
	     "\tlocal curcontext=$curcontext state line\n"
	     "\tlocal -a commands\n"
	     "\t_arguments -C '(- *)--help[tell the commands]' "
	     "'(- *)--version[tell the version]' \\\n"
	     "\t\t'1:command:->command' '*::argument:->argument'\n"
	     "\tcase $state in\n\tcommand)\n\t\tcommands=(");
	for (size_t i = 0; i < commands->count; i++) {
		printf("\t\t\t'%s:", commands->items[i]->name);
		put_brief(commands->items[i]->purpose, ZSH_FORBIDDEN);
		puts("'");
	}
	puts("\t\t)\n\t\t_describe command commands ;;\n\targument)\n\t\tcase $words[1] in");
	for (size_t i = 0; i < commands->count; i++)
		zsh_command(commands->items[i]);
	puts("\t\tesac ;;\n\tesac\n}\n"
	     "if [[ $funcstack[1] == _mailsonde ]]; then\n\t_mailsonde \"$@\"\nelse\n"
	     "\tcompdef _mailsonde mailsonde\nfi");
}

/* ---- fish ---- */

static const char *fish_way(enum choice choice)
{
	switch (choice) {
	case CHOICE_FILE:
		return "-F";
	case CHOICE_FOLDER:
		return "-f -a '(__fish_complete_directories)'";
	case CHOICE_HOST:
		return "-f -a '(__fish_print_hostnames)'";
	case CHOICE_INTERFACE:
		return "-f -a '(__fish_print_interfaces)'";
	case CHOICE_FREE:
	case CHOICE_WORDS:
	case CHOICE_SERVICE:
	case CHOICE_PROVIDER:
		break;
	}
	return "-f";
}

#define FISH_COMMAND "complete -c mailsonde -n '__fish_seen_subcommand_from %s'"

static void fish_option(const struct command *command, const struct argp_option *option)
{
	char letter = option_letter(option);

	printf(FISH_COMMAND, command->name);
	if (letter != '\0')
		printf(" -s %c", letter);
	if (option->name != NULL)
		printf(" -l %s", option->name);
	if (option->arg != NULL) {
		const struct argument *argument = argument_of(option->arg);
		fputs(" -r ", stdout);
		if (is_words(argument->choice)) {
			fputs("-f -a '", stdout);
			put_words(argument);
			putchar('\'');
		} else {
			fputs(fish_way(argument->choice), stdout);
		}
	}
	fputs(" -d '", stdout);
	put_brief(option->doc, "'\\");
	puts("'");
}

static void print_fish(const struct command_table *commands)
{
	puts("# fish completion for mailsonde, made from its tables\ncomplete -c mailsonde -f\n"
	     "complete -c mailsonde -n __fish_use_subcommand -l help -d 'Tell the commands'\n"
	     "complete -c mailsonde -n __fish_use_subcommand -l version -d 'Tell the version'");
	for (size_t i = 0; i < commands->count; i++) {
		const struct command *command = commands->items[i];
		const struct option_table table = options_of(command);
		printf("complete -c mailsonde -n __fish_use_subcommand -a %s -d '", command->name);
		put_brief(command->purpose, "'\\");
		puts("'");
		printf(FISH_COMMAND " %s\n", command->name, fish_way(operands_of(command)));
		for (size_t o = 0; o < table.count; o++)
			fish_option(command, table.items[o]);
	}
}

bool completion_print(const char *shell, const struct command_table *commands)
{
	static const struct {
		const char *shell;
		void (*print)(const struct command_table *commands);
	} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shells[i].shell, shell) == 0) {
			shells[i].print(commands);
			return true;
		}
	}
	return false;
}
