/* SPDX-License-Identifier: BSD-2-Clause */
#include "notice.h"

#include "fault.h"
#include "paper.h"

#include <stdarg.h>
#include <stdio.h>

#define NOTICE_TEXT 1024

void notice(const char *format, ...)
{
	struct paper paper = paper_of(stderr, PAPER_COLOR_NEVER, false);
	char text[NOTICE_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	paper_format(&paper, "mailsonde: %s", text);
	paper_end_line(&paper);
}

int notice_fault(const struct fault *fault)
{
	notice("%s", fault->text);
	return fault_exit_status(fault->kind);
}
