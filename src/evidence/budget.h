/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is kept of a foreign capture, so that memory is bounded by the connections that are open at
 * a time and not by the capture. Each port may keep its share of exchanges, which shrinks as the
 * capture brings more; of what was settled a sample stays - the first, the latest, and those that
 * vouch for the path while another port is silent - and the rest becomes sums (retired.h). Ports
 * that answer now and then keep sixteen times as many: it is their timing that tells why.
 *
 * Evidence of our own is never touched: nobody sends more probes than fit.
 */
#ifndef EVIDENCE_BUDGET_H
#define EVIDENCE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct address;
struct evidence;
struct position;

#define BUDGET_PORTS     32768 /* of all hosts together */
#define BUDGET_EXCHANGES 16384 /* of all ports together, or: */
#define BUDGET_PER_PORT  2     /* where that is more */

/* Makes room for one more exchange at position's endpoint, whose exchanges may move. False: there
 * is none. */
bool budget_admit(struct evidence *evidence, const struct position *position, int64_t now_ns);

/* Forgets a host that was long not asked and has no mail port. Returns its place, empty, or -1
 * where none is to be had. */
int64_t budget_forget_host(struct evidence *evidence);

#endif
