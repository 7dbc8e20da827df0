/* SPDX-License-Identifier: BSD-2-Clause */
/* One line to standard error, with whatever it quotes made harmless. */
#ifndef COMMAND_NOTICE_H
#define COMMAND_NOTICE_H

struct fault;

void notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Tells a fault and returns its exit status. */
int notice_fault(const struct fault *fault);

#endif
