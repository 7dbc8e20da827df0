/* SPDX-License-Identifier: BSD-2-Clause */
#include "question.h"

#include "fault.h"
#include "symptom.h"
#include "target.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_target(const char *text)
{
	struct target target;
	struct fault why;

	return text[0] != '\0' && text[0] != '-' && target_parse(&target, text, &why) == 0 &&
		target.port == 0;
}

/* The name, which a certificate can be checked against; the address where there is none. */
static bool name_server(const struct symptom *symptom, char out[static QUESTION_NAME])
{
	char address[ADDRESS_TEXT];

	if (strchr(symptom->server, '.') != NULL && is_target(symptom->server))
		snprintf(out, QUESTION_NAME, "%s", symptom->server);
	else if (symptom->address.family != ADDRESS_NONE)
		snprintf(out, QUESTION_NAME, "%s", address_print(&symptom->address, address));
	else
		return false;
	return true;
}

static void add_target(struct question *question, const char *name)
{
	for (size_t i = 0; i < question->target_count; i++) {
		if (strcasecmp(question->targets[i], name) == 0)
			return;
	}
	if (question->target_count < QUESTION_TARGETS)
		snprintf(question->targets[question->target_count++], QUESTION_NAME, "%s", name);
}

static void add_ports(struct question *question, const struct symptom *symptom)
{
	if (symptom->port != 0)
		port_list_add(&question->ports, symptom->port);
}

struct question question_of(const struct symptom_report *report)
{
	struct question question = {.target_count = 0};
	char name[QUESTION_NAME];

	for (size_t i = 0; i < report->symptom_count; i++) {
		if (!name_server(&report->symptoms[i], name))
			continue;
		add_target(&question, name);
		add_ports(&question, &report->symptoms[i]);
	}
	question.mail_domains = question.target_count == 0;
	for (size_t i = 0; i < report->symptom_count && question.mail_domains; i++) {
		const struct symptom *symptom = &report->symptoms[i];
		if (strchr(symptom->domain, '.') == NULL || !is_target(symptom->domain))
			continue;
		add_target(&question, symptom->domain);
		add_ports(&question, symptom);
	}
	return question;
}

static size_t append(char *out, size_t used, const char *text)
{
	int length = used < QUESTION_COMMAND
		? snprintf(out + used, QUESTION_COMMAND - used, "%s", text)
		: 0;

	return used + (length > 0 ? (size_t)length : 0);
}

const char *question_command(const struct question *question, char out[static QUESTION_COMMAND])
{
	size_t used = append(out, 0, "mailsonde probe");
	char port[16];

	if (question->mail_domains)
		used = append(out, used, " --mx");
	for (size_t i = 0; i < question->target_count; i++) {
		used = append(out, used, " ");
		used = append(out, used, question->targets[i]);
	}
	for (size_t i = 0; i < question->ports.count; i++) {
		snprintf(port, sizeof(port), "%s%u", i == 0 ? " --ports " : ",",
			question->ports.ports[i]);
		used = append(out, used, port);
	}
	return out;
}
