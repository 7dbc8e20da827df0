/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A text file of any size, line by line, in bounded memory: a file, standard input or a pipe,
 * compressed (gzip, zstd) or not.
 */
#ifndef SYMPTOM_LINE_FILE_H
#define SYMPTOM_LINE_FILE_H

#include "span.h"

#include <stdbool.h>
#include <stdint.h>

struct fault;
struct line_file;

/* What is beyond this of a line is left out. */
#define LINE_MOST 65536

/* "-" is standard input. NULL: FAULT_NO_INPUT, FAULT_DATA. */
struct line_file *line_file_open(const char *path, struct fault *why);
void line_file_close(struct line_file *file); /* NULL is fine */

/* The next line, without its end; borrowed until the next. False at the end. */
bool line_file_next(struct line_file *file, struct span *line);

/* -1: FAULT_IO or FAULT_DATA: the end was none, the file is damaged or cannot be read on. */
int line_file_check(const struct line_file *file, struct fault *why);

int64_t line_file_changed_s(const struct line_file *file); /* since 1970; 0: not known */
uint64_t line_file_cut(const struct line_file *file);      /* lines that were too long */
uint64_t line_file_read(const struct line_file *file);     /* bytes of the file itself so far */
uint64_t line_file_size(const struct line_file *file);     /* 0: not known */

#endif
