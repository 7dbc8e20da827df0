/* SPDX-License-Identifier: BSD-2-Clause */
/* One run as every face prints it: the model behind text and JSON. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "address.h"
#include "advice.h"
#include "figures.h"
#include "port_list.h"
#include "provider.h"
#include "run_id.h"
#include "verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct certificate;
struct evidence;
struct offer;

struct result {
	char host[256]; /* "" where only an address is known; may be hostile on replay */
	struct address address;
	uint16_t port;
	char service[24]; /* "" where the port is no mail service; may be hostile on replay */
	struct figures figures;
	struct verdict verdict;
	const struct offer *offer; /* of the service at the address; borrowed; NULL: not known */
};

#define VANTAGE_ADDRESSES 4

#define VANTAGE_NAME 65 /* a host name of Linux, gethostname(2) */

struct vantage {
	char name[VANTAGE_NAME]; /* this machine's, or as the user calls the place; "": not known */
	char interface[16];      /* "" where several are used */
	struct address addresses[VANTAGE_ADDRESSES];
	size_t address_count;
	struct address gateway; /* ADDRESS_NONE: unknown */
};

struct report {
	const char *command;   /* "probe", "replay" */
	char run[RUN_ID_TEXT]; /* live only; "" where nothing was run */
	int64_t started_ns, finished_ns;
	bool live;
	bool shallow;             /* without privilege: connect() alone */
	bool interrupted;         /* ended before its plan did: Ctrl-C or --deadline */
	struct vantage vantage;   /* live only */
	const char *const *files; /* replay only; borrowed */
	size_t file_count;
	const struct evidence *evidence;    /* borrowed; for the capture's counters. NULL: none */
	const char *evidence_path;          /* the evidence file written; NULL if none; borrowed */
	struct provider provider;           /* whose network this machine is in */
	enum provider_match provider_match; /* PROVIDER_UNMATCHED: not known */
	struct result *results;
	size_t result_count;
};

/* Judges every asked endpoint of the evidence, or every endpoint where none was asked for (a
 * foreign capture); results in the order in which hosts and ports were asked for. The caller fills
 * the rest. Free with report_clear. */
void report_judge(struct report *report, const struct evidence *evidence, int64_t now_ns);

/* Appends a zeroed result and returns it. */
struct result *report_add(struct report *report);
void report_clear(struct report *report);

/* 0 all open, 1 a problem, 2 none but something inconclusive (DESIGN section 2). */
int report_exit_status(const struct report *report);

/* The one plain sentence about a result; returns out. */
#define SUMMARY_TEXT 512
const char *report_summary(
	const struct report *report, const struct result *result, char out[static SUMMARY_TEXT]);

/* What can be done about it, by whom. named as in struct advice_case. */
size_t report_advice(const struct report *report, const struct result *result,
	const struct port_list *named, struct advice out[static ADVICE_MAX]);

/* The ports of a result's address that are open in this report, as many as a list holds. Results of
 * one address stand together. */
struct port_list report_open_ports(const struct report *report, const struct result *one);

/* VERDICT_THROTTLED tells of data, not of connections. */
bool result_limits_data(const struct result *result);

/* The server's certificate, as far as it was seen; NULL: not at all. Borrowed from the evidence. */
const struct certificate *result_certificate(const struct result *result);

/* The program's version. */
const char *report_version(void);

#endif
