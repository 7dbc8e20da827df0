/* SPDX-License-Identifier: BSD-2-Clause */
#include "fault.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

static void defuse(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

int fault_set(struct fault *why, enum fault_kind kind, const char *format, ...)
{
	va_list values;

	why->kind = kind;
	va_start(values, format);
	if (vsnprintf(why->text, sizeof(why->text), format, values) < 0)
		why->text[0] = '\0';
	va_end(values);
	defuse(why->text);
	return -1;
}

int fault_exit_status(enum fault_kind kind)
{
	static const int statuses[] = {
		[FAULT_NONE] = EX_OK,
		[FAULT_USAGE] = EX_USAGE,
		[FAULT_DATA] = EX_DATAERR,
		[FAULT_NO_INPUT] = EX_NOINPUT,
		[FAULT_NO_HOST] = EX_NOHOST,
		[FAULT_NO_ROUTE] = EX_UNAVAILABLE,
		[FAULT_SYSTEM] = EX_OSERR,
		[FAULT_CANNOT_CREATE] = EX_CANTCREAT,
		[FAULT_IO] = EX_IOERR,
		[FAULT_NO_PRIVILEGE] = EX_NOPERM,
	};

	return statuses[kind];
}

void fault_out_of_memory(void)
{
	(void)fputs("mailsonde: out of memory\n", stderr);
	abort();
}

void *fault_allocate(size_t count, size_t size)
{
	return fault_resize(NULL, count, size);
}

/* calloc() where there is no old content: zeroed pages come from the kernel for nothing. */
void *fault_resize(void *old, size_t count, size_t size)
{
	size_t wanted = count ? count : 1;
	void *memory = old ? reallocarray(old, wanted, size) : calloc(wanted, size);

	if (!memory)
		fault_out_of_memory();
	return memory;
}
