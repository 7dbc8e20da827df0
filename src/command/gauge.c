/* SPDX-License-Identifier: BSD-2-Clause */
#include "gauge.h"

#include <stdio.h>
#include <unistd.h>

#define NS_PER_S   1000000000
#define REDRAW_NS  (NS_PER_S / 5)
#define MEGABYTE   1e6
#define ERASE_LINE "\r\033[2K" /* ECMA-48 EL */

void gauge_init(struct gauge *gauge, int64_t now_ns)
{
	*gauge = (struct gauge){
		.on = isatty(STDERR_FILENO) == 1,
		.next_ns = now_ns + NS_PER_S,
	};
}

void gauge_tick(struct gauge *gauge, uint64_t read, uint64_t of, int64_t now_ns)
{
	if (!gauge->on || now_ns < gauge->next_ns)
		return;
	gauge->next_ns = now_ns + REDRAW_NS;
	gauge->drawn = true;
	if (of == 0)
		fprintf(stderr, ERASE_LINE "reading");
	else
		fprintf(stderr, ERASE_LINE "%.0f of %.0f MB read, %.0f %%", (double)read / MEGABYTE,
			(double)of / MEGABYTE, 100 * (double)read / (double)of);
	fflush(stderr);
}

void gauge_clear(struct gauge *gauge)
{
	if (gauge->drawn)
		fputs(ERASE_LINE, stderr);
	gauge->drawn = false;
}
