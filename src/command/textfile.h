/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file for node_exporter, written by a process of its own: the diagnosis gives up its rights
 * before the first packet, and replacing a file in a folder takes the rights that the user had.
 * That process sees no packet, and gets nothing but the finished text.
 */
#ifndef COMMAND_TEXTFILE_H
#define COMMAND_TEXTFILE_H

struct fault;
struct report;
struct textfile;

/* Call before rights are dropped. NULL: FAULT_CANNOT_CREATE for a folder that cannot be written to,
 * FAULT_SYSTEM. */
struct textfile *textfile_open(const char *path, struct fault *why);

/* Replaces the file by report's figures. -1: FAULT_IO; the process has told why. */
int textfile_put(struct textfile *textfile, const struct report *report, struct fault *why);

/* Ends the process; without textfile_put() the file stays as it was. NULL is fine. */
void textfile_close(struct textfile *textfile);

#endif
