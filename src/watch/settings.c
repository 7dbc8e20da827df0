/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings.h"

#include "fault.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_ROOM  4096
#define DAY_S      86400.0
#define BLANKS     " \t"
#define JITTER_MAX 0.5

/* The file while it is read. section: nothing yet, [watch], or [target ...]. */
struct reader {
	struct settings *settings;
	enum section { SECTION_NONE, SECTION_WATCH, SECTION_TARGET } section;
	unsigned long long seen; /* keys of this section, by their row */
	bool watched;            /* [watch] has been */
	size_t first;            /* of this section's targets */
	struct target_settings own;
	struct fault what, *why; /* what is wrong with the value, without the line */
};

static int wrong(const struct reader *reader, const char *what)
{
	return fault_set(reader->why, FAULT_DATA, "%s", what);
}

/* Values. */

static bool take_plain_number(const char *word, char **end, double *out)
{
	errno = 0;
	*out = strtod(word, end);
	return errno == 0 && *end != word && isfinite(*out) && *out >= 0;
}

/* "90", "90s", "5m", "2h", "30d". */
static bool take_duration(const char *word, double least_s, double most_s, double *out)
{
	static const struct unit {
		const char *name;
		double seconds;
	} units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", DAY_S}};
	char *end = NULL;

	if (!take_plain_number(word, &end, out))
		return false;
	end += strspn(end, BLANKS);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].name) != 0)
			continue;
		*out *= units[i].seconds;
		return *out >= least_s && *out <= most_s;
	}
	return false;
}

static int take_interval(struct reader *reader, const char *word)
{
	if (take_duration(word, 10, 30 * DAY_S, &reader->settings->schedule.interval_s))
		return 0;
	return wrong(reader, "it is a time from 10s to 30d, as in 90s, 5m, 1h");
}

static int take_confirm_after(struct reader *reader, const char *word)
{
	if (take_duration(word, 1, DAY_S, &reader->settings->confirm_after_s))
		return 0;
	return wrong(reader, "it is a time from 1s to 1d");
}

static int take_keep(struct reader *reader, const char *word)
{
	if (take_duration(word, 3600, 36500 * DAY_S, &reader->settings->keep_s))
		return 0;
	return wrong(reader, "it is a time of an hour or more, as in 90d");
}

static int take_deadline(struct reader *reader, const char *word)
{
	if (take_duration(word, 5, DAY_S, &reader->settings->deadline_s))
		return 0;
	return wrong(reader, "it is a time from 5s to 1d");
}

static int take_hook_limit(struct reader *reader, const char *word)
{
	if (take_duration(word, 1, 3600, &reader->settings->hook_limit_s))
		return 0;
	return wrong(reader, "it is a time from 1s to 1h");
}

static int take_jitter(struct reader *reader, const char *word)
{
	char *end = NULL;
	double percent;

	if (take_plain_number(word, &end, &percent) && strcmp(end, "%") == 0 &&
		percent / 100 <= JITTER_MAX) {
		reader->settings->schedule.jitter = percent / 100;
		return 0;
	}
	return wrong(reader, "it is a percentage from 0% to 50%");
}

static int take_confirm(struct reader *reader, const char *word)
{
	char *end = NULL;
	double number;

	if (take_plain_number(word, &end, &number) && *end == '\0' && number >= 1 &&
		number <= CHANGE_RECENT && number == floor(number)) {
		reader->settings->rules.confirm = (unsigned)number;
		return 0;
	}
	return wrong(reader, "it is a whole number from 1 to 8");
}

static int take_days(struct reader *reader, const char *word)
{
	char *end = NULL;

	if (take_plain_number(word, &end, &reader->settings->rules.certificate_days) &&
		*end == '\0' && reader->settings->rules.certificate_days <= 3650)
		return 0;
	return wrong(reader, "it is a number of days from 0 to 3650");
}

static int take_rate(struct reader *reader, const char *word)
{
	char *end = NULL;
	double rate;

	if (take_plain_number(word, &end, &rate) && *end == '\0' && rate > 0 && rate <= 100) {
		reader->settings->rate_per_s = rate;
		return 0;
	}
	return wrong(reader, "it is a number of probes a second above 0, at most 100");
}

static int take_bool(struct reader *reader, const char *word, bool *out)
{
	if (strcmp(word, "yes") != 0 && strcmp(word, "no") != 0)
		return wrong(reader, "it is yes or no");
	*out = strcmp(word, "yes") == 0;
	return 0;
}

static int take_session(struct reader *reader, const char *word)
{
	bool yes = true;
	int outcome = take_bool(reader, word, &yes);

	reader->settings->no_session = !yes;
	return outcome;
}

static int take_throttle(struct reader *reader, const char *word)
{
	bool yes = true;
	int outcome = take_bool(reader, word, &yes);

	reader->settings->no_throttle = !yes;
	return outcome;
}

static int take_text(const struct reader *reader, const char *word, char *out, size_t size)
{
	size_t length = strlen(word);

	if (length >= size)
		return wrong(reader, "it is too long");
	memcpy(out, word, length + 1);
	return 0;
}

/* A process that runs for weeks is started from anywhere. */
static int take_path(const struct reader *reader, const char *word, char *out)
{
	if (strcmp(word, "none") == 0)
		word = "";
	else if (word[0] != '/')
		return wrong(reader, "it is a path from the root, as in /var/lib/..., or none");
	return take_text(reader, word, out, SETTINGS_PATH);
}

static int take_history(struct reader *reader, const char *word)
{
	return take_path(reader, word, reader->settings->history);
}

static int take_textfile(struct reader *reader, const char *word)
{
	return take_path(reader, word, reader->settings->textfile);
}

static int take_ca_file(struct reader *reader, const char *word)
{
	return take_path(reader, word, reader->settings->ca_file);
}

static int take_hook(struct reader *reader, const char *word)
{
	return take_text(reader, word, reader->settings->hook, SETTINGS_PATH);
}

static int take_interface(struct reader *reader, const char *word)
{
	return take_text(
		reader, word, reader->settings->interface, sizeof(reader->settings->interface));
}

static int take_vantage(struct reader *reader, const char *word)
{
	return take_text(
		reader, word, reader->settings->vantage, sizeof(reader->settings->vantage));
}

static int take_ports(struct reader *reader, const char *word)
{
	return port_list_parse(&reader->own.ports, word, reader->why);
}

static int take_family(struct reader *reader, const char *word)
{
	if (strcmp(word, "4") != 0 && strcmp(word, "6") != 0)
		return wrong(reader, "it is 4 or 6");
	reader->own.family = word[0] == '4' ? ADDRESS_IPV4 : ADDRESS_IPV6;
	return 0;
}

static int take_mx(struct reader *reader, const char *word)
{
	return take_bool(reader, word, &reader->own.mail_domain);
}

static const struct key {
	enum section section;
	const char *name;
	int (*take)(struct reader *reader, const char *word);
} keys[] = {
	{SECTION_WATCH, "interval", take_interval},
	{SECTION_WATCH, "jitter", take_jitter},
	{SECTION_WATCH, "confirm", take_confirm},
	{SECTION_WATCH, "confirm-after", take_confirm_after},
	{SECTION_WATCH, "certificate-days", take_days},
	{SECTION_WATCH, "history", take_history},
	{SECTION_WATCH, "keep", take_keep},
	{SECTION_WATCH, "textfile", take_textfile},
	{SECTION_WATCH, "hook", take_hook},
	{SECTION_WATCH, "hook-limit", take_hook_limit},
	{SECTION_WATCH, "deadline", take_deadline},
	{SECTION_WATCH, "rate", take_rate},
	{SECTION_WATCH, "session", take_session},
	{SECTION_WATCH, "throttle", take_throttle},
	{SECTION_WATCH, "ca-file", take_ca_file},
	{SECTION_WATCH, "interface", take_interface},
	{SECTION_WATCH, "vantage", take_vantage},
	{SECTION_TARGET, "ports", take_ports},
	{SECTION_TARGET, "family", take_family},
	{SECTION_TARGET, "mx", take_mx},
};
#define KEYS (sizeof(keys) / sizeof(keys[0]))

_Static_assert(KEYS <= 64, "the keys that were seen are bits");

/* Lines. */

static char *trimmed(char *line)
{
	line += strspn(line, BLANKS);
	size_t length = strlen(line);

	while (length > 0 && strchr(BLANKS "\r\n", line[length - 1]) != NULL)
		line[--length] = '\0';
	return line;
}

/* What its section says of targets is known where the next one begins. */
static void end_section(struct reader *reader)
{
	struct settings *settings = reader->settings;

	if (reader->section != SECTION_TARGET)
		return;
	settings->each =
		fault_resize(settings->each, settings->targets.count, sizeof(*settings->each));
	for (size_t i = reader->first; i < settings->targets.count; i++)
		settings->each[i] = reader->own;
	reader->section = SECTION_NONE;
}

static int begin_targets(struct reader *reader, char *names)
{
	reader->section = SECTION_TARGET;
	reader->first = reader->settings->targets.count;
	reader->own = (struct target_settings){.ports = port_list_default()};
	for (char *name; (name = strsep(&names, BLANKS)) != NULL;) {
		if (name[0] != '\0' &&
			target_list_add(&reader->settings->targets, name, reader->why) < 0)
			return -1;
	}
	return reader->settings->targets.count > reader->first
		? 0
		: wrong(reader, "a target section names one or more: [target mail.example.com]");
}

static int begin_section(struct reader *reader, char *line)
{
	size_t length = strlen(line);

	end_section(reader);
	reader->seen = 0;
	if (line[length - 1] != ']')
		return wrong(reader, "a section ends with ]");
	line[length - 1] = '\0';
	char *name = trimmed(line + 1);

	if (strncmp(name, "target", 6) == 0 && strchr(BLANKS, name[6]) != NULL)
		return begin_targets(reader, name + 6);
	if (strcmp(name, "watch") != 0)
		return fault_set(reader->why, FAULT_DATA,
			"there is no section [%.60s]: they are [watch] and [target NAME]", name);
	if (reader->watched)
		return wrong(reader, "[watch] is there twice");
	reader->watched = true;
	reader->section = SECTION_WATCH;
	return 0;
}

static const struct key *find_key(const struct reader *reader, const char *name)
{
	for (size_t i = 0; i < KEYS; i++) {
		if (keys[i].section == reader->section && strcmp(keys[i].name, name) == 0)
			return &keys[i];
	}
	return NULL;
}

static int take_value(struct reader *reader, const char *name, const char *value)
{
	const struct key *key = find_key(reader, name);
	struct fault what = {.kind = FAULT_NONE};
	struct fault *why = reader->why;

	if (key == NULL)
		return fault_set(why, FAULT_DATA, "'%.60s' is no key of this section", name);
	unsigned long long bit = 1ULL << (key - keys);

	if (reader->seen & bit)
		return fault_set(why, FAULT_DATA, "%.60s is there twice", name);
	reader->seen |= bit;
	if (value[0] == '\0')
		return fault_set(why, FAULT_DATA, "%.60s has no value", name);
	reader->why = &what;
	int outcome = key->take(reader, value);

	reader->why = why;
	return outcome == 0
		? 0
		: fault_set(why, FAULT_DATA, "%.60s = %.60s: %.200s", name, value, what.text);
}

/* A comment stands on a line of its own: values may hold any character. */
static int take_line(struct reader *reader, char *line)
{
	line = trimmed(line);
	if (line[0] == '\0' || line[0] == '#' || line[0] == ';')
		return 0;
	if (line[0] == '[')
		return begin_section(reader, line);
	char *value = strchr(line, '=');

	if (value == NULL)
		return wrong(reader, "it is neither 'key = value' nor [section]");
	*value++ = '\0';
	if (reader->section == SECTION_NONE)
		return wrong(reader, "a key stands below [watch] or [target NAME]");
	return take_value(reader, trimmed(line), trimmed(value));
}

static int take_lines(struct reader *reader, FILE *file, const char *path, struct fault *why)
{
	char line[LINE_ROOM];

	reader->why = &reader->what;
	for (unsigned number = 1; fgets(line, sizeof(line), file) != NULL; number++) {
		/* A NUL ends the text before its line does, as a line that is too long has none. */
		if (strchr(line, '\n') == NULL && !feof(file))
			return fault_set(why, FAULT_DATA,
				"%.200s, line %u: not a line of text of less than %d bytes", path,
				number, LINE_ROOM);
		if (take_line(reader, line) < 0)
			return fault_set(why, FAULT_DATA, "%.200s, line %u: %.250s", path, number,
				reader->what.text);
	}
	if (ferror(file))
		return fault_set(why, FAULT_IO, "cannot read %.200s: %s", path, strerror(errno));
	end_section(reader);
	if (reader->settings->targets.count == 0)
		return fault_set(why, FAULT_DATA,
			"%.200s names no target: it takes a section [target mail.example.com]",
			path);
	return 0;
}

static void set_defaults(struct settings *settings)
{
	*settings = (struct settings){
		.schedule = {.interval_s = 300, .jitter = 0.1},
		.rules = {.confirm = 2, .certificate_days = 14},
		.confirm_after_s = 15,
		.keep_s = 90 * DAY_S,
		.hook_limit_s = 30,
		.history = SETTINGS_HISTORY,
	};
}

int settings_read(struct settings *out, const char *path, struct fault *why)
{
	struct reader reader = {.settings = out};

	set_defaults(out);
	if (strcmp(path, "-") == 0)
		return take_lines(&reader, stdin, "standard input", why);
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return fault_set(why, FAULT_NO_INPUT, "cannot open the settings %.300s: %s", path,
			strerror(errno));
	int outcome = take_lines(&reader, file, path, why);

	fclose(file);
	return outcome;
}

void settings_clear(struct settings *settings)
{
	target_list_clear(&settings->targets);
	free(settings->each);
	settings->each = NULL;
}
